//! Trees written out as files.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::NewEntry;
use crate::testing::{git, sample};

#[test]
fn writes_exact_bytes_modes_and_links() {
    let folder = tempfile::tempdir().expect("folder");
    let repository = git()
        .init(&folder.path().join("r"), "main", true)
        .expect("init");
    let tree = repository
        .write_tree([
            (".gitattributes", NewEntry::file(b"* text eol=crlf\n")),
            (
                "gates/smoke.sh",
                NewEntry::Bytes {
                    mode: Mode::Executable,
                    bytes: b"#!/bin/sh\n",
                },
            ),
            (
                "gates/same",
                NewEntry::Bytes {
                    mode: Mode::Link,
                    bytes: b"../gates/smoke.sh",
                },
            ),
        ])
        .expect("tree");
    let out = folder.path().join("out");
    assert_eq!(repository.export(&tree, &out).expect("exported"), 3);
    assert_eq!(
        fs::read(out.join("gates/same")).expect("read"),
        b"#!/bin/sh\n"
    );
    let mode = fs::metadata(out.join("gates/smoke.sh"))
        .expect("meta")
        .permissions()
        .mode();
    assert_eq!(mode & 0o111, 0o111);
    let again = repository.export(&tree, &out);
    assert!(matches!(again, Err(GitError::Io { .. })), "{again:?}");
}

#[test]
fn refuses_links_that_lead_out_before_writing_anything() {
    let folder = tempfile::tempdir().expect("folder");
    let repository = git()
        .init(&folder.path().join("r"), "main", true)
        .expect("init");
    for target in ["/etc/passwd", "../x", "a/../../x", ""] {
        let link = NewEntry::Bytes {
            mode: Mode::Link,
            bytes: target.as_bytes(),
        };
        let tree = repository
            .write_tree([("a", NewEntry::file(b"a")), ("z", link)])
            .expect("tree");
        let out = folder.path().join("out");
        let error = repository.export(&tree, &out);
        assert!(
            matches!(error, Err(GitError::UnsafePath { .. })),
            "{target}: {error:?}"
        );
        assert!(!out.exists());
    }
}

#[test]
fn status_counts_untracked_files_and_not_ignored_ones() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, _) = sample(folder.path());
    fs::create_dir_all(folder.path().join("rendered/ops")).expect("folder");
    fs::write(folder.path().join("rendered/ops/main.tf"), "").expect("file");
    assert!(repository.status().expect("status").is_clean());
    fs::write(folder.path().join("base/new é.hcl"), "").expect("file");
    fs::write(folder.path().join("base/a.hcl"), "a = 2\n").expect("file");
    let status = repository.status().expect("status");
    let shown: Vec<_> = status
        .entries
        .iter()
        .map(|e| (e.code.as_str(), e.path.as_str()))
        .collect();
    assert_eq!(shown, [(" M", "base/a.hcl"), ("??", "base/new é.hcl")]);
    assert_eq!(repository.identity().expect("asked"), None);
}

#[test]
fn sources_are_what_can_be_named_and_has_content() {
    let folder = tempfile::tempdir().expect("folder");
    let repository = git()
        .init(&folder.path().join("r"), "main", true)
        .expect("init");
    let link = |target: &'static str| NewEntry::Bytes {
        mode: Mode::Link,
        bytes: target.as_bytes(),
    };
    let plain = repository
        .write_tree([
            ("a/file", NewEntry::file(b"1")),
            ("a/away", link("/etc/passwd")),
            ("a/inside", link("file")),
        ])
        .expect("tree");
    let below = repository
        .find_tree(&plain, "a")
        .expect("asked")
        .expect("a");
    let mut input = format!("160000 commit {}\tother\0", "1".repeat(40)).into_bytes();
    input.extend(format!("040000 tree {below}\ta\0").bytes());
    input.extend(format!("040000 tree {below}\tcaf").bytes());
    input.extend(b"\xe9\0");
    let call = repository.call(&["mktree", "-z", "--missing"]).stdin(input);
    let tree = call.text().expect("made").parse().expect("an id");
    let sources = repository.sources(&tree).expect("read");
    let files: Vec<&str> = sources.files.keys().map(String::as_str).collect();
    assert_eq!(files, ["a/away", "a/file", "a/inside"]);
    assert_eq!(sources.submodules, ["other"]);
    assert_eq!(sources.not_utf8.len(), 3);
    assert_eq!(sources.not_utf8[0], "caf\u{fffd}/away");
    let out = folder.path().join("out");
    assert_eq!(repository.export_sources(&tree, &out).expect("exported"), 2);
    assert!(out.join("a/inside").exists());
    // A release has nothing of the kind.
    let error = repository.export(&tree, &folder.path().join("no"));
    assert!(error.is_err_and(|error| error.to_string().contains("caf")));
}
