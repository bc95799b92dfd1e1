//! Small cases, one folder each, against what kubectl kustomize made of them.
//! `tests/ladder.sh` makes the expectations; adding a case is adding a folder.

use std::fs;
use std::path::Path;

use terrace_kustomize::{Disk, LoadRestrictor, Options, Reorder, load};

#[test]
fn ladder() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ladder");
    let mut cases: Vec<_> = fs::read_dir(&root)
        .expect("the ladder is there")
        .map(|entry| entry.expect("can be read").path())
        .collect();
    cases.sort();
    let failures: Vec<String> = cases.iter().filter_map(|case| check(case).err()).collect();
    assert!(
        failures.is_empty(),
        "{} of {} cases:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

fn check(case: &Path) -> Result<(), String> {
    let name = case.file_name().unwrap_or_default().to_string_lossy();
    let mut dir = case.join("in");
    if dir.join("top").is_dir() {
        dir.push("top");
    }
    let flags = fs::read_to_string(case.join("flags")).unwrap_or_default();
    let options = Options {
        load_restrictor: if flags.contains("LoadRestrictionsNone") {
            LoadRestrictor::None
        } else {
            LoadRestrictor::RootOnly
        },
        reorder: if flags.contains("--reorder=none") {
            Reorder::None
        } else {
            Reorder::Unspecified
        },
        ..Options::default()
    };
    let expected = fs::read_to_string(case.join("expected.yaml"));
    let error = fs::read_to_string(case.join("expected-error.txt")).unwrap_or_default();
    let message = match load(&Disk, &dir.to_string_lossy(), &options) {
        Ok(resources) => {
            let expected_warnings =
                fs::read_to_string(case.join("expected-warnings.txt")).unwrap_or_default();
            let warnings: String = resources
                .warnings()
                .iter()
                .filter(|warning| warning.code == &terrace_kustomize::codes::DEPRECATED)
                .map(|warning| format!("# Warning: {}\n", warning.message))
                .collect();
            if warnings != expected_warnings {
                return Err(format!("{name}: warnings: {warnings}"));
            }
            match resources.to_yaml() {
                Ok(text) => match expected {
                    Ok(expected) if expected == text => return Ok(()),
                    Ok(expected) => {
                        return Err(format!("{name}: expected\n{expected}\nbut got\n{text}"));
                    }
                    Err(_) => return Err(format!("{name}: builds, but should fail: {error}")),
                },
                Err(errors) => errors
                    .iter()
                    .map(|error| error.message.clone())
                    .collect::<Vec<_>>()
                    .join("\n"),
            }
        }
        Err(error) => {
            let first = error.diagnostics.iter().next();
            first.map_or_else(String::new, |error| error.message.clone())
        }
    };
    if expected.is_ok() {
        return Err(format!("{name}: fails: {message}"));
    }
    if message.contains(error.trim()) {
        Ok(())
    } else {
        Err(format!("{name}: says `{message}`, not `{}`", error.trim()))
    }
}
