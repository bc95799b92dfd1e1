//! The formatter against `terraform fmt`: folders of `tests/format` hold a text
//! and what terraform made of it; where terraform is on the PATH it is asked
//! about these, about variants of the seeds and about random printed trees.

#[path = "support/mutate.rs"]
mod mutate;
#[path = "support/trees.rs"]
mod trees;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use terrace_hcl::{format, print};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("folder")
        .map(|entry| entry.expect("entry").path())
        .collect();
    files.sort();
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a text")
}

#[test]
fn cases() {
    for case in files(&folder("format")) {
        let found = format(&read(&case.join("in.hcl"))).expect("parses");
        let wanted = read(&case.join("expected.hcl"));
        assert_eq!(found, wanted, "{}", case.display());
        assert_eq!(format(&found).expect("parses"), found, "{}", case.display());
    }
}

/// What terraform makes of texts, `None` for those it refuses. `None` as a whole
/// where there is no terraform.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test against a tool, which says when it is not there"
)]
fn terraform(name: &str, texts: &[String]) -> Option<Vec<Option<String>>> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::remove_dir_all(&root).ok();
    fs::create_dir_all(&root).expect("folder for the texts");
    for (index, text) in texts.iter().enumerate() {
        fs::write(root.join(format!("{index:06}.tf")), text).expect("written");
    }
    let output = Command::new("terraform")
        .args(["fmt", "-no-color", "-list=false"])
        .current_dir(&root)
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .output();
    let Ok(output) = output else {
        println!("skipped: {name}: terraform is not on the PATH");
        return None;
    };
    let messages = String::from_utf8_lossy(&output.stderr);
    let refused: BTreeSet<&str> = messages
        .split("on ")
        .filter_map(|rest| rest.split_once(".tf line").map(|(file, _)| file))
        .collect();
    let results = (0..texts.len()).map(|index| {
        let name = format!("{index:06}");
        (!refused.contains(name.as_str())).then(|| read(&root.join(format!("{name}.tf"))))
    });
    Some(results.collect())
}

/// Whether a text may hold what terraform deletes and we keep: labels with a `$`
/// or `%`, the key of `a[true]`.
fn terraform_damages(text: &str) -> bool {
    let keys = ["[true]", "[false]", "[null]"];
    keys.iter().any(|key| text.contains(key))
        || text.lines().any(|line| {
            line.trim_end().ends_with(['{', '}']) && line.contains('"') && line.contains(['$', '%'])
        })
}

#[test]
#[expect(clippy::panic, reason = "a test")]
fn as_terraform_formats() {
    let mut texts: Vec<String> = files(&folder("format"))
        .iter()
        .map(|case| read(&case.join("in.hcl")))
        .collect();
    texts.extend(files(&folder("seeds")).iter().map(|seed| read(seed)));
    let seeds = texts.clone();
    let mut random = mutate::Random::new(7);
    for _ in 0..600 {
        let seed = &seeds[random.below(seeds.len())];
        texts.push(mutate::mutate(seed, &mut random));
    }
    let Some(results) = terraform("as_terraform_formats", &texts) else {
        return;
    };
    let mut accepted = 0;
    for (text, wanted) in texts.iter().zip(results) {
        match (format(text), wanted) {
            (Ok(found), Some(wanted)) => {
                accepted += 1;
                if found != wanted {
                    assert!(
                        terraform_damages(text),
                        "{text}\nours:\n{found}\nterraform:\n{wanted}"
                    );
                }
            }
            (Err(_), None) => {}
            (Ok(_), None) => panic!("accepted here, refused by terraform:\n{text}"),
            (Err(e), Some(_)) => panic!("refused here, accepted by terraform:\n{text}\n{e:?}"),
        }
    }
    assert!(
        accepted > 150,
        "only {accepted} texts were without mistakes"
    );
}

#[test]
fn terraform_changes_nothing_in_what_is_printed() {
    let mut runner = TestRunner::deterministic();
    let strategy = trees::body();
    let texts: Vec<String> = (0..400)
        .map(|_| {
            let tree = strategy.new_tree(&mut runner).expect("a tree").current();
            print::body(&tree)
        })
        .collect();
    let Some(results) = terraform("terraform_changes_nothing", &texts) else {
        return;
    };
    for (text, result) in texts.iter().zip(results) {
        if result.as_ref() != Some(text) {
            assert!(terraform_damages(text), "{text}\nterraform:\n{result:?}");
        }
    }
}
