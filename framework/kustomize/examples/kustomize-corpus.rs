//! Builds every case of a corpus and compares the digests of the output.
//!
//! `cargo run --release -p terrace-kustomize --example kustomize-corpus -- [DIR] [--only TEXT] [--write DIR]`
//!
//! The folder holds `index.tsv` (repository, folder, load restrictor, number of
//! resources, bytes, sha256 of the expected output) and the repositories.

#![expect(clippy::print_stdout, reason = "a command")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use sha2::{Digest, Sha256};
use terrace_kustomize::{Disk, LoadRestrictor, Options, load};

fn main() -> std::io::Result<()> {
    let mut corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/kustomize");
    let mut only = None;
    let mut write = None;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--only" => only = args.next(),
            "--write" => write = args.next().map(PathBuf::from),
            _ => corpus = PathBuf::from(arg),
        }
    }
    let index = fs::read_to_string(corpus.join("index.tsv"))?;
    let (mut cases, mut same, mut bytes) = (0, 0, 0);
    let start = Instant::now();
    for line in index.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [repository, dir, restrictor, _, _, expected] = fields[..] else {
            continue;
        };
        let name = format!("{repository}/{dir}");
        if only.as_ref().is_some_and(|only| !name.contains(only)) {
            continue;
        }
        cases += 1;
        let options = Options {
            load_restrictor: if restrictor.to_lowercase().contains("none") {
                LoadRestrictor::None
            } else {
                LoadRestrictor::RootOnly
            },
            ..Options::default()
        };
        let path = fs::canonicalize(corpus.join(repository).join(dir))?;
        let text = match load(&Disk, &path.to_string_lossy(), &options) {
            Ok(resources) => resources.to_yaml().map_err(|errors| {
                errors
                    .iter()
                    .map(|error| error.message.clone())
                    .collect::<Vec<_>>()
                    .join("; ")
            }),
            Err(error) => Err(error
                .diagnostics
                .iter()
                .filter(|one| one.is_error())
                .map(|one| match one.span() {
                    Some(span) => format!("{} at {}", one.message, error.sources.place(span)),
                    None => one.message.clone(),
                })
                .collect::<Vec<_>>()
                .join("; ")),
        };
        match text {
            Ok(text) => {
                bytes += text.len();
                let mut digest = String::new();
                for byte in Sha256::digest(text.as_bytes()) {
                    let _ = write!(digest, "{byte:02x}");
                }
                if digest == expected {
                    same += 1;
                    continue;
                }
                println!("DIFF {name}");
                if let Some(write) = &write {
                    fs::create_dir_all(write)?;
                    fs::write(write.join(name.replace('/', "_")), text)?;
                }
            }
            Err(message) => println!("ERROR {name}: {message}"),
        }
    }
    println!(
        "{same} of {cases} identical, {:.1} MB in {:.2} s",
        bytes as f64 / 1e6,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
