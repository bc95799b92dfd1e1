//! I19: `verify` says what a clone shows. One without the ledger shows nothing,
//! which is never "it verifies".

use super::platform::{Checkout, Platform};

/// `verify` finds no ledger, and its advice mends that.
fn has_no_ledger(clone: &Checkout) {
    let ran = clone.exits(1, &["verify"]);
    assert!(ran.stderr.contains("error[E1346]"), "{ran}");
    assert!(ran.stdout.is_empty(), "{ran}");
    let json = clone.exits(1, &["verify", "--json"]).json();
    assert_eq!(json["data"]["verified"], false, "{json}");
    let advice = ran.stderr.lines().find_map(|line| {
        let at = line.find("git fetch")?;
        Some(line[at..].to_owned())
    });
    clone.shell(&advice.expect("what to fetch"));
    clone.ok(&["verify"]);
}

#[test]
fn a_clone_without_the_ledger_does_not_verify() {
    let platform = Platform::remote();
    platform.through_apps();
    for options in [&["--single-branch"][..], &["--depth", "1"]] {
        let clone = platform.clone_of();
        let url = platform.git(&["remote", "get-url", "origin"]);
        let url = format!("file://{url}");
        let folder = clone.folder.display().to_string();
        std::fs::remove_dir_all(&clone.folder).expect("removed");
        platform.git(&[&["clone", "-q"], options, &[&url, &folder]].concat());
        has_no_ledger(&clone);
    }
    // Everything was deleted where it counts.
    for name in platform.refs().keys() {
        platform.reset(name, None);
    }
    platform.clone_of().exits(1, &["verify"]);
    // Who has seen it knows better.
    platform.exits(5, &["status", "--fetch"]);
    platform.exits(5, &["verify"]);
}

#[test]
fn a_clone_of_a_platform_without_a_remote_reads_its_own_branches() {
    let platform = Platform::new("expires = \"24h\"");
    platform.exits(1, &["verify"]);
    platform.through_apps();
    has_no_ledger(&platform.clone_of());
}

#[test]
fn environments_that_are_none_are_errors_everywhere() {
    let platform = Platform::new("expires = \"24h\"");
    let ran = platform.exits(3, &["revert", "ops"]);
    assert!(ran.stderr.contains("`ops` has no release yet"), "{ran}");
    platform.deploy("ops");
    for words in [&["verify", "nope"][..], &["status", "nope"]] {
        let ran = platform.exits(1, words);
        assert!(
            ran.stderr.contains("there is no environment `nope`"),
            "{ran}"
        );
        assert!(ran.stderr.contains("there are: apps, ops"), "{ran}");
    }
    for verb in ["revert", "rollback", "adopt", "promote"] {
        platform.refused(&[verb, "nope"], &["`nope` is not an environment"]);
    }
}
