//! Each folder of `resources/` is a file of Kubernetes resources (`in.yaml`) and
//! what kustomize 5.5.0 prints for it (`out.yaml`), made by
//! `kubectl kustomize DIR` with a kustomization of `resources: [in.yaml]`.

#![expect(
    clippy::disallowed_methods,
    reason = "a test asks another program, or says that it is not there"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use terrace_diag::FileId;
use terrace_yaml::{ReadOptions, emit, read_resources};

type Failure = Box<dyn std::error::Error>;

fn folders() -> Result<Vec<PathBuf>, Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/resources");
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(root)? {
        folders.push(entry?.path());
    }
    folders.sort();
    assert!(!folders.is_empty());
    Ok(folders)
}

/// Reads and prints resources; those of the tests are in kustomize's order.
fn print(text: String) -> Result<String, Failure> {
    let source: Arc<str> = text.into();
    let read = read_resources(&source, FileId(0), &ReadOptions::default())
        .map_err(|errors| format!("{errors:?}"))?;
    let mut out = String::new();
    for (at, document) in read.documents.iter().enumerate() {
        if at > 0 {
            out.push_str("---\n");
        }
        emit::resource(document, &mut out).map_err(|error| format!("{error:?}"))?;
    }
    Ok(out)
}

#[test]
fn prints_what_kustomize_prints() -> Result<(), Failure> {
    for folder in folders()? {
        let expected = std::fs::read_to_string(folder.join("out.yaml"))?;
        let input = std::fs::read_to_string(folder.join("in.yaml"))?;
        assert_eq!(print(input)?, expected, "{}", folder.display());
        // What was printed stays as it is.
        assert_eq!(print(expected.clone())?, expected, "{}", folder.display());
    }
    Ok(())
}

#[test]
fn kustomize_still_prints_that() -> Result<(), Failure> {
    for folder in folders()? {
        let place = tempfile::tempdir()?;
        std::fs::copy(folder.join("in.yaml"), place.path().join("in.yaml"))?;
        std::fs::write(
            place.path().join("kustomization.yaml"),
            "resources: [in.yaml]\n",
        )?;
        let run = Command::new("kubectl")
            .arg("kustomize")
            .arg(place.path())
            .output();
        let Ok(output) = run else {
            eprintln!("skipped: kustomize_still_prints_that: there is no kubectl");
            return Ok(());
        };
        let expected = std::fs::read_to_string(folder.join("out.yaml"))?;
        assert_eq!(
            String::from_utf8(output.stdout)?,
            expected,
            "{}",
            folder.display()
        );
    }
    Ok(())
}

/// What real kustomizations print (made here, where there is a corpus and
/// kubectl) reads and prints as the same bytes.
#[test]
fn corpus_outputs_stay_the_same() -> Result<(), Failure> {
    let name = "corpus_outputs_stay_the_same";
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/kustomize");
    let Ok(index) = std::fs::read_to_string(corpus.join("index.tsv")) else {
        eprintln!("skipped: {name}: there is no corpus");
        return Ok(());
    };
    let mut printed = 0;
    // A few dozen of them, small ones: kubectl is slow.
    for line in index.lines().skip(1).step_by(12) {
        let mut columns = line.split('\t');
        let (Some(repository), Some(folder)) = (columns.next(), columns.next()) else {
            continue;
        };
        let run = Command::new("kubectl")
            .args(["kustomize", "--load-restrictor=LoadRestrictionsNone"])
            .arg(corpus.join(repository).join(folder))
            .output();
        let Ok(output) = run else {
            eprintln!("skipped: {name}: there is no kubectl");
            return Ok(());
        };
        if !output.status.success() {
            continue;
        }
        let expected = String::from_utf8(output.stdout)?;
        assert_eq!(print(expected.clone())?, expected, "{repository} {folder}");
        printed += 1;
    }
    assert!(printed > 20, "only {printed} of the corpus could be built");
    Ok(())
}
