//! The smaller cases of the corpus that lies beside the repository; all of them
//! with `cargo run --release -p terrace-kustomize --example kustomize-corpus`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};
use terrace_kustomize::{Disk, LoadRestrictor, Options, load};

/// Larger outputs take too long without optimisation.
const MAX_BYTES: usize = 100_000;

#[test]
fn corpus() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/kustomize");
    let Ok(index) = fs::read_to_string(root.join("index.tsv")) else {
        println!("skipped: corpus: not beside the repository");
        return;
    };
    let mut failures = Vec::new();
    for line in index.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [repository, dir, restrictor, _, bytes, expected] = fields[..] else {
            continue;
        };
        if bytes.parse::<usize>().is_ok_and(|bytes| bytes > MAX_BYTES) {
            continue;
        }
        let options = Options {
            load_restrictor: if restrictor.is_empty() {
                LoadRestrictor::RootOnly
            } else {
                LoadRestrictor::None
            },
            ..Options::default()
        };
        let path = root.join(repository).join(dir);
        let text = load(&Disk, &path.to_string_lossy(), &options)
            .map_err(|error| error.diagnostics)
            .and_then(|resources| resources.to_yaml());
        let mut digest = String::new();
        match text {
            Ok(text) => {
                for byte in Sha256::digest(text.as_bytes()) {
                    let _ = write!(digest, "{byte:02x}");
                }
            }
            Err(errors) => digest.extend(errors.iter().map(|error| error.message.as_str())),
        }
        if digest != expected {
            failures.push(format!("{repository}/{dir}: {digest}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
