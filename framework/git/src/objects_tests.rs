//! Reading back what was written.

use super::*;
use crate::testing::{sample, someone};
use crate::{NewCommit, NewEntry};

#[test]
fn reads_trees_and_files() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, commit) = sample(folder.path());
    let entries = repository.entries(&commit).expect("entries");
    let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, [".gitignore", "base/a.hcl"]);
    assert_eq!(entries[1].mode, Mode::File);
    let top = repository.top_entries(&commit).expect("entries");
    assert_eq!(top[1].mode, Mode::Folder);
    let found = repository
        .files_at(
            &commit,
            &["base/a.hcl", "base", "no such\nthing", "base/a.hcl"],
        )
        .expect("read");
    assert_eq!(found[0].as_deref(), Some(&b"a = 1\n"[..]));
    assert_eq!((&found[1], &found[2]), (&None, &None));
    assert_eq!(found[3], found[0]);
    let absent: ObjectId = "1".repeat(40).parse().expect("an id");
    let error = repository.blobs(&[absent]);
    assert!(
        matches!(error, Err(GitError::UnknownRevision { .. })),
        "{error:?}"
    );
}

#[test]
fn reads_history_and_trailers() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, first) = sample(folder.path());
    let tree = repository.tree_id(&first).expect("tree");
    let mut tip = first.clone();
    for number in 1..=3 {
        tip = repository
            .write_commit(&NewCommit {
                tree: tree.clone(),
                parents: vec![tip],
                author: someone(),
                message: &format!("entry {number}\n\nSome: text here\nthat is no trailer\n"),
                trailers: vec![
                    ("Release", format!("r{number}")),
                    ("Ledger-Head", "x\ny".into()),
                ],
            })
            .expect("commit");
    }
    let history = repository.history(&tip, Some(&first)).expect("history");
    let releases: Vec<_> = history
        .iter()
        .map(|commit| commit.trailer("Release"))
        .collect();
    assert_eq!(releases, [Some("r1"), Some("r2"), Some("r3")]);
    assert_eq!(history[2].trailers().len(), 2);
    assert_eq!(history[2].trailer("Ledger-Head"), Some("x y"));
    assert_eq!(history[2].author, someone());
    assert_eq!(history[2].id, tip);
    assert_eq!(repository.history(&tip, None).expect("history").len(), 4);
    assert!(
        repository
            .commit(&first)
            .expect("commit")
            .trailers()
            .is_empty()
    );
}

#[test]
fn lists_changed_files() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, _) = sample(folder.path());
    let tree = |files: &[(&'static str, &'static str)]| {
        let entries = files
            .iter()
            .map(|(path, text)| (*path, NewEntry::file(text.as_bytes())));
        repository.write_tree(entries).expect("tree")
    };
    let from = tree(&[("a", "1"), ("b/c", "2"), ("d", "3")]);
    let to = tree(&[("a", "1"), ("b/c", "4"), ("e f", "3")]);
    let changes = repository.changes(&from, &to).expect("changes");
    let shown: Vec<_> = changes.iter().map(|c| (c.path.as_str(), c.kind)).collect();
    assert_eq!(
        shown,
        [
            ("b/c", ChangeKind::Modified),
            ("d", ChangeKind::Deleted),
            ("e f", ChangeKind::Added)
        ]
    );
}

#[test]
fn trees_are_listed_as_by_ls_tree() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, commit) = sample(folder.path());
    let names = [
        format!("{commit}:"),
        format!("{commit}:base"),
        format!("{commit}:nowhere"),
        format!("{commit}:base/a.hcl"),
    ];
    let trees = repository.trees(&names).expect("trees");
    let top = repository.top_entries(&commit).expect("entries");
    assert_eq!(trees[0].as_ref(), Some(&top));
    let base = trees[1].as_ref().expect("a tree");
    assert_eq!(base[0].path, "a.hcl");
    assert!(trees[2].is_none() && trees[3].is_none());
    // Cut off anywhere, it is no tree.
    let bytes = b"100644 a\0aaaaaaaaaaaaaaaaaaaa40000 b\0bbbbbbbbbbbbbbbbbbbb";
    assert_eq!(parse_tree(bytes, 20).map(|entries| entries.len()), Some(2));
    for end in 1..bytes.len() {
        assert_eq!(parse_tree(&bytes[..end], 20).is_some(), end == 29, "{end}");
    }
}
