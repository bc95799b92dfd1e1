//! S10: a file changed by hand on an environment's branch is unattested; the
//! next promotion is refused until it is adopted (which takes evidence) or
//! reverted.

use super::platform::{Checkout, Platform};

/// Commits a tree to an environment's branch as someone else's tool would.
fn place(platform: &Checkout, env: &str, tree: &str) {
    let branch = format!("refs/heads/env/{env}");
    let old = platform.refs()[&branch].clone();
    let commit = platform.git_there(&["commit-tree", tree, "-p", &old, "-m", "a hotfix"]);
    platform.reset(&branch, Some(&commit));
}

/// The tree of an environment with one file changed.
fn edited(platform: &Checkout, env: &str) -> String {
    let script = format!(
        "set -e; export GIT_INDEX_FILE={0}/hand; git read-tree env/{env}; \
         blob=$( (git show env/{env}:network/main.tf; echo '# by hand') | git hash-object -w --stdin); \
         git update-index --cacheinfo 100644,$blob,network/main.tf; git write-tree",
        platform.folder.join(".git").display(),
    );
    platform.shell(&script)
}

#[test]
fn it_is_seen_refused_and_reverted() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    let tree = edited(&platform, "apps");
    place(&platform, "apps", &tree);
    let verified = platform.exits(5, &["verify"]);
    assert!(
        verified.stderr.contains("which no intent explains"),
        "{verified}"
    );
    let status = platform.ok(&["status"]);
    assert!(status.stdout.contains("UNATTESTED"), "{status}");
    platform.resize("service", 3);
    platform.through_ops();
    platform.refused(
        &["promote", "apps"],
        &[
            "I17 unattested",
            "terrace adopt apps or terrace revert apps",
        ],
    );
    // Its bytes are of no release, so nothing vouches for them.
    platform.refused(
        &["adopt", "apps"],
        &["I17", "whose tree is not that of release"],
    );
    platform.ok(&["revert", "apps"]);
    platform.verifies();
    platform.ok(&["apply", "apps"]);
    platform.deploy("apps");
    platform.verifies();
    // There is nothing to revert any more.
    platform.refused(&["revert", "apps"], &["I17"]);
}

#[test]
fn what_was_released_and_validated_can_be_adopted() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    platform.resize("service", 3);
    platform.deploy("ops");
    // Someone merges the release's very folder into apps, past the promotion.
    let tree = platform.git_there(&["rev-parse", "terrace/releases:apps"]);
    place(&platform, "apps", &tree);
    platform.refused(&["promote", "apps"], &["I17 unattested", "I2 evidence"]);
    platform.refused(&["adopt", "apps"], &["I2 evidence", "terrace validate ops"]);
    platform.ok(&["validate", "ops"]);
    platform.ok(&["adopt", "apps", "--reason", "the hotfix was the release"]);
    platform.verifies();
    platform.ok(&["apply", "apps"]);
    assert_eq!(platform.release_of("apps"), platform.release_of("ops"));
}

#[test]
fn a_commit_that_copies_what_the_last_one_cites_hides_nothing_below_it() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    // Something else for a moment, and then the same tree with the same message.
    let tree = edited(&platform, "apps");
    let right = platform.git_there(&["rev-parse", "env/apps^{tree}"]);
    let message = platform.git_there(&["log", "-1", "--format=%B", "env/apps"]);
    place(&platform, "apps", &tree);
    let below = platform.git_there(&["rev-parse", "env/apps"]);
    let above = platform.git_there(&["commit-tree", &right, "-p", &below, "-m", &message]);
    platform.reset("refs/heads/env/apps", Some(&above));
    let status = platform.ok(&["status"]);
    assert!(status.stdout.contains("UNATTESTED"), "{status}");
    platform.exits(5, &["verify"]);
    platform.resize("service", 3);
    platform.through_ops();
    platform.refused(
        &["promote", "apps"],
        &["I17", "does not follow the commit that its intent names"],
    );
    // What verify advises mends it, however many commits there were.
    platform.ok(&["revert", "apps"]);
    platform.verifies();
    platform.deploy("apps");
    platform.verifies();
}
