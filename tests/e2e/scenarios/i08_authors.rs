//! I8: whoever wrote part of a change does not approve it, in whatever way their
//! commit came to the protected branch and whatever a clone says of it; `verify`
//! asks again who wrote it.

use std::collections::{BTreeMap, BTreeSet};

use terrace_evidence::Time;
use terrace_promotion::Release;
use terrace_promotion::body::{IntentBody, Mode};
use terrace_release::Digest;

use super::forge::named;
use super::platform::Platform;

/// Apps runs something and asks for an approval; git knows ann by an address
/// that her line of keys has, too.
fn started() -> Platform {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    platform.edit("terrace.hcl", "expires = \"24h\"", "approvals {}");
    platform.edit(
        "trust/allowed_signers",
        "ann namesp",
        "ann,ann@example.com namesp",
    );
    platform.commit("approvals");
    platform
}

/// Ann changes and commits something; the author is whoever `--author` says.
fn ann_commits(platform: &Platform, author: &str) {
    platform.edit("base/service.hcl", "size  = 1", "size  = 2");
    platform.shell(&format!(
        "export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.com \
         GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=ann@example.com; \
         git commit -qam x --author='{author}'",
    ));
}

/// Ann approves, and that is not enough.
fn refused(platform: &Platform) {
    platform.through_ops();
    let ran = platform.as_("ann", &["approve", "apps"]);
    assert_eq!(ran.code, 0, "{ran}");
    platform.refused(
        &["promote", "apps"],
        &["0 of 1 approvals; ann wrote the change"],
    );
}

#[test]
fn a_commit_in_another_name_is_still_of_who_committed_it() {
    let platform = started();
    ann_commits(&platform, "Bob <bob@example.com>");
    refused(&platform);
}

#[test]
fn what_came_in_by_a_merge_has_its_own_authors() {
    let platform = started();
    platform.git(&["checkout", "-q", "-b", "side"]);
    ann_commits(&platform, "Ann <ann@example.com>");
    platform.git(&["checkout", "-q", "main"]);
    platform.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    refused(&platform);
}

/// A commit of ann's, in whose place this clone has one of Bob's.
fn replaced(platform: &Platform) {
    ann_commits(platform, "Ann <ann@example.com>");
    platform.shell(
        "set -e; other=$(git cat-file commit HEAD | sed 's/[Aa]nn/bob/g' | git hash-object -t commit -w --stdin); \
         git replace HEAD $other",
    );
    assert_eq!(platform.git(&["log", "-1", "--format=%an"]), "bob");
}

#[test]
fn a_replacement_in_one_clone_changes_nothing() {
    let platform = started();
    replaced(&platform);
    refused(&platform);
}

#[test]
fn verify_asks_again_who_wrote_it() {
    let platform = started();
    replaced(&platform);
    refused(&platform);
    // A promoter whose terrace does not ask writes the intent all the same.
    let text = platform.git(&["show", "terrace/releases:release.json"]);
    let release = Release::parse(format!("{text}\n").as_bytes()).expect("a release");
    let apps = &release.manifest().environments["apps"];
    let intent = IntentBody {
        env: String::from("apps"),
        mode: Mode::Forward,
        release: release.id(),
        environment: apps.digest(),
        tree: platform.git(&["rev-parse", "terrace/releases:apps"]),
        old_commit: Some(platform.git(&["rev-parse", "env/apps"])),
        changes: BTreeSet::new(),
        policies: BTreeMap::new(),
        evidence: Vec::new(),
        approvals: Vec::new(),
        acks: Vec::new(),
        coverage: None,
        plans: None,
        break_glass: None,
        waived: Vec::new(),
        supersedes: None,
        reason: None,
    };
    let now = platform.git(&["log", "-1", "--format=%ct", "terrace/ledger"]);
    let now = Time(now.parse().expect("seconds"));
    let entry = platform.forged(&intent.draft(), &["ci"], now);
    let mut files = platform.ledger();
    files.push(named(files.len() + 1, "intent", entry.bytes.clone()));
    platform.push_ledger(&files);
    let message = format!(
        "apps: release {0}\n\nLedger-Head: {1}\nRelease: {2}",
        release.id().short(),
        Digest::of(&entry.bytes),
        release.id()
    );
    let old = platform.git(&["rev-parse", "env/apps"]);
    let moved = platform.git(&["commit-tree", &intent.tree, "-p", &old, "-m", &message]);
    platform.reset("refs/heads/env/apps", Some(&moved));
    let ran = platform.exits(5, &["verify"]);
    assert!(ran.stderr.contains("ann wrote the change"), "{ran}");
    assert_eq!(ran.stderr.matches("error[").count(), 1, "{ran}");
}
