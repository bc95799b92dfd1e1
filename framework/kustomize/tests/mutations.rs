//! Ladder cases with random damage: every build ends with a result or a message.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use terrace_kustomize::{Memory, Options, load};

/// The files of one case: path and content.
type Case = Vec<(String, Vec<u8>)>;

/// Path and bytes of the files of all ladder cases.
fn cases() -> Vec<Vec<(String, Vec<u8>)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ladder");
    let mut cases = Vec::new();
    for entry in fs::read_dir(root).expect("the ladder is there") {
        let mut files = Vec::new();
        collect(&entry.expect("readable").path().join("in"), "", &mut files);
        if !files.iter().any(|(path, _)| path.starts_with("/top/")) {
            for (path, _) in &mut files {
                path.insert_str(0, "/top");
            }
        }
        files.sort();
        cases.push(files);
    }
    cases.sort();
    cases
}

fn collect(dir: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(dir).expect("readable") {
        let entry = entry.expect("readable");
        let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &name, files);
        } else {
            files.push((name, fs::read(entry.path()).expect("readable")));
        }
    }
}

/// Where, what, and with which byte.
type Damage = (usize, usize, u8, u8);

fn damage(files: &mut [(String, Vec<u8>)], (file, at, what, byte): Damage) {
    let file = file % files.len();
    let other = files[at % files.len()].1.clone();
    let bytes = &mut files[file].1;
    if bytes.is_empty() {
        return;
    }
    let at = at % bytes.len();
    match what % 6 {
        0 => bytes[at] = byte,
        1 => {
            bytes.remove(at);
        }
        2 => bytes.insert(at, b"{}[]:,-&*!|>'\"%@`#\n \t$\0"[usize::from(byte) % 23]),
        3 => bytes.truncate(at),
        4 => {
            let lines: Vec<&[u8]> = other.split_inclusive(|byte| *byte == b'\n').collect();
            let line = lines.get(usize::from(byte) % lines.len().max(1)).copied();
            let start = bytes[..at].iter().rposition(|byte| *byte == b'\n');
            let start = start.map_or(0, |start| start + 1);
            bytes.splice(start..start, line.unwrap_or_default().iter().copied());
        }
        _ => bytes[at] = byte.wrapping_add(bytes[at]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn damaged_cases_end(
        case in any::<prop::sample::Index>(),
        damages in prop::collection::vec(any::<Damage>(), 1..6),
    ) {
        static CASES: std::sync::OnceLock<Vec<Case>> = std::sync::OnceLock::new();
        let cases = CASES.get_or_init(cases);
        let mut files = case.get(cases).clone();
        for one in damages {
            damage(&mut files, one);
        }
        let mut memory = Memory::new();
        for (path, bytes) in files {
            memory.insert(&path, bytes);
        }
        if let Ok(resources) = load(&memory, "/top", &Options::default()) {
            for resource in resources.iter() {
                for leaf in resource.leaves() {
                    let _ = resources.sources().place(leaf.span);
                }
            }
            let _ = resources.to_yaml();
        }
    }
}
