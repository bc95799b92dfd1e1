//! I1: stored bytes that are gone or were replaced are found, wherever they are
//! looked at; and nothing is signed without the right key.

use super::platform::Platform;

/// Takes a blob of the last release out of git's store.
fn lose(platform: &Platform, path: &str) {
    let id = platform.git_there(&["rev-parse", &format!("terrace/releases:{path}")]);
    // Whatever holds it, loose or packed, comes apart first.
    platform.shell(&format!(
        "cd .git && for pack in objects/pack/*.pack; do test -e $pack || continue; mv $pack lost; \
         rm -f ${{pack%.pack}}.*; git unpack-objects -q < lost; rm lost; done; \
         rm -f objects/{}/{}",
        &id[..2],
        &id[2..],
    ));
}

#[test]
fn a_file_that_is_gone() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    platform.verifies();
    // It was never promoted there, and may be tomorrow.
    lose(&platform, "apps/network/main.tf");
    let verified = platform.exits(5, &["verify"]);
    assert!(verified.stderr.contains("apps/network"), "{verified}");
    platform.refused(&["promote", "apps"], &["I20", "apps/network"]);
    // What does not need it goes on.
    platform.ok(&["validate", "ops"]);
}

#[test]
fn other_bytes_under_the_release_s_name() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    // The commit that the ledger names cannot change; a branch that was moved
    // to another one is not looked at.
    let script = "set -e; export GIT_INDEX_FILE=.git/other; git read-tree terrace/releases; \
         blob=$(echo '# other' | git hash-object -w --stdin); \
         git update-index --cacheinfo 100644,$blob,apps/network/main.tf; \
         git commit-tree $(git write-tree) -p terrace/releases -m other";
    let commit = platform.shell(script);
    platform.reset("refs/heads/terrace/releases", Some(&commit));
    platform.ok(&["promote", "apps"]);
    platform.verifies();
    let release = platform.release_of("apps").expect("a release");
    let same = platform.ok(&["render", "--check", "--against", &release[..12]]);
    assert!(same.stdout.contains("is that of"), "{same}");
}

#[test]
fn a_release_is_compared_as_the_ledger_has_it() {
    let platform = Platform::remote();
    platform.ok(&["promote", "ops"]);
    let first = platform.release_of("ops").expect("a release");
    platform.resize("network", 2);
    let args = ["render", "--check", "--against", &first[..12]];
    let differs = platform.exits(2, &args);
    assert!(differs.stdout.contains("differs from"), "{differs}");
    platform.exits(2, &["render", "--check", "--against", "HEAD~1"]);
    platform.ok(&["render", "--check", "--against", "HEAD"]);
    // The branch of the releases is gone; the ledger still says what they were.
    platform.git(&["update-ref", "-d", "refs/remotes/origin/terrace/releases"]);
    platform.exits(2, &args);
    platform.exits(1, &["render", "--check", "--against", "0123456789"]);
}

#[test]
fn without_the_right_key_nothing_is_written() {
    let platform = Platform::new("expires = \"24h\"");
    let nobody = platform.sandbox.path("nobody").display().to_string();
    let homeless = platform.cli.clone().variable("HOME", &nobody);
    for args in [&["promote", "ops"][..], &["hold", "ops", "--reason", "x"]] {
        let ran = homeless.run(args);
        assert_eq!(ran.code, 3, "{ran}");
        assert!(
            ran.stderr.contains("terrace keys new NAME --role promoter"),
            "{ran}"
        );
    }
    for who in ["val", "nobody"] {
        let ran = platform.as_(who, &["promote", "ops"]);
        assert_eq!(ran.code, 3, "{ran}");
        assert!(ran.stdout.contains("I7 trust"), "{ran}");
    }
    assert!(platform.refs().is_empty());
    // Verdicts are shown without a key; they prove nothing.
    platform.ok(&["promote", "ops"]);
    platform.ok(&["apply", "ops"]);
    let before = platform.refs();
    let shown = homeless.run(["validate", "ops"]);
    assert_eq!(shown.code, 0, "{shown}");
    assert!(shown.stderr.contains("nothing was recorded"), "{shown}");
    assert_eq!(platform.refs(), before);
}
