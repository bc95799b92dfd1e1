//! Trees of every shape, and that equal input gives equal ids.

use super::*;
use crate::testing::{git, sample, someone};

#[test]
fn writes_what_git_would() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, commit) = sample(folder.path());
    let wanted = repository.tree_id(&commit).expect("tree");
    let written = repository
        .write_tree([
            ("base/a.hcl", NewEntry::file(b"a = 1\n")),
            (".gitignore", NewEntry::file(b"/rendered\n")),
        ])
        .expect("tree");
    assert_eq!(written, wanted);
    assert!(repository.refs("refs/terrace").expect("refs").is_empty());
    let base = repository
        .find_tree(&commit, "base")
        .expect("asked")
        .expect("tree");
    let nested = repository
        .write_tree([
            ("env/ops", NewEntry::folder(base.clone())),
            (
                "run.sh",
                NewEntry::Bytes {
                    mode: Mode::Executable,
                    bytes: b"#!/bin/sh\n",
                },
            ),
            (
                "link",
                NewEntry::Bytes {
                    mode: Mode::Link,
                    bytes: b"env/ops",
                },
            ),
            ("\"quoted\\ name", NewEntry::file(b"")),
            ("line\nbreak", NewEntry::file(b"done\n")),
        ])
        .expect("tree");
    let files = repository.read_tree(&nested).expect("files");
    assert_eq!(files["env/ops/a.hcl"].bytes, b"a = 1\n");
    assert_eq!(files["run.sh"].mode, Mode::Executable);
    assert_eq!(files["link"].mode, Mode::Link);
    assert_eq!(files["\"quoted\\ name"].bytes, b"");
    assert_eq!(files["line\nbreak"].bytes, b"done\n");
    let empty = repository.write_tree([]).expect("tree");
    assert_eq!(empty.as_str(), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
}

#[test]
fn the_first_commit_is_what_git_would_make() {
    let folder = tempfile::tempdir().expect("folder");
    let (as_git, commit) = sample(&folder.path().join("git"));
    let place = folder.path().join("ours");
    std::fs::create_dir_all(place.join("base")).expect("folder");
    let files = [("base/a.hcl", "a = 1\n"), (".gitignore", "/rendered\n")];
    for (path, text) in files {
        std::fs::write(place.join(path), text).expect("file");
    }
    let repository = git().init(&place, "main", false).expect("init");
    let entries = || files.map(|(path, text)| (path, NewEntry::file(text.as_bytes())));
    let made = repository
        .add_first_commit("refs/heads/main", entries(), "first", &someone())
        .expect("commit");
    assert_eq!(made, commit);
    assert_eq!(
        repository.commit_id("HEAD").expect("head"),
        as_git.commit_id("HEAD").expect("head")
    );
    repository.index_head().expect("indexed");
    assert!(repository.status().expect("status").is_clean());
    // No branch is taken from under somebody.
    let again = repository.add_first_commit("refs/heads/main", entries(), "again", &someone());
    assert!(again.is_err(), "{again:?}");
    assert_eq!(repository.commit_id("HEAD").expect("head"), commit);
}

#[test]
fn refuses_paths_that_cannot_be_checked_out() {
    let folder = tempfile::tempdir().expect("folder");
    let repository = git().init(folder.path(), "main", true).expect("init");
    for path in [
        "",
        "/a",
        "a//b",
        "a/",
        "../a",
        "a/./b",
        ".git/config",
        "a/.GIT/x",
        "a\0b",
    ] {
        let error = repository.write_tree([(path, NewEntry::file(b"x"))]);
        assert!(
            matches!(error, Err(GitError::UnsafePath { .. })),
            "{path:?}: {error:?}"
        );
    }
}

#[test]
fn thousands_of_files_in_one_process() {
    let folder = tempfile::tempdir().expect("folder");
    let repository = git().init(folder.path(), "main", true).expect("init");
    let files: Vec<(String, String)> = (0..5000)
        .map(|number| {
            (
                format!("env{}/c{number}/main.tf", number % 7),
                format!("n = {number}\n"),
            )
        })
        .collect();
    let entries = || {
        files
            .iter()
            .map(|(path, text)| (path.as_str(), NewEntry::file(text.as_bytes())))
    };
    let first = repository.write_tree(entries()).expect("tree");
    let again = repository.write_tree(entries()).expect("tree");
    assert_eq!(first, again);
    let read = repository.read_tree(&first).expect("files");
    assert_eq!(read.len(), 5000);
    assert!(
        files
            .iter()
            .all(|(path, text)| read[path].bytes == text.as_bytes())
    );
}

#[test]
fn equal_commits_have_equal_ids_and_hostile_names_are_tamed() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, first) = sample(folder.path());
    let commit = NewCommit {
        tree: repository.tree_id(&first).expect("tree"),
        parents: vec![first],
        author: Signature {
            name: String::from("A <b> \n committer"),
            ..someone()
        },
        message: "message",
        trailers: Vec::new(),
    };
    let id = repository.write_commit(&commit).expect("commit");
    assert_eq!(repository.write_commit(&commit).expect("commit"), id);
    let read = repository.commit(&id).expect("commit");
    assert_eq!(read.author.name, "A b  committer");
    assert_eq!(read.message, "message\n");
}

#[test]
fn repositories_with_longer_names_work_too() {
    let folder = tempfile::tempdir().expect("folder");
    let made = git()
        .call(
            None,
            &["init", "--quiet", "--bare", "--object-format=sha256", "--"],
        )
        .args([folder.path().to_str().expect("text")])
        .outcome()
        .expect("it runs");
    if !made.success() {
        println!(
            "skipped: repositories_with_longer_names: {}",
            made.stderr.text()
        );
        return;
    }
    let repository = git().discover(folder.path()).expect("found");
    let tree = repository
        .write_tree([("a/b", NewEntry::file(b"x"))])
        .expect("tree");
    assert_eq!(tree.as_str().len(), 64);
    assert!(repository.refs("refs/").expect("refs").is_empty());
    let files = repository.read_files(&tree).expect("files");
    assert_eq!(files["a/b"], b"x");
    let link = NewEntry::Bytes {
        mode: Mode::Link,
        bytes: b"a",
    };
    let linked = repository.write_tree([("l", link)]).expect("tree");
    assert!(matches!(
        repository.read_files(&linked),
        Err(GitError::UnsafePath { .. })
    ));
}

#[test]
fn files_are_added_one_commit_each_as_written_one_by_one() {
    let folder = tempfile::tempdir().expect("folder");
    let repository = git().init(folder.path(), "main", true).expect("init");
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut tip = None;
    for round in 0..3_usize {
        let new: Vec<(String, Vec<u8>)> = (0..=round)
            .map(|at| (format!("entries/{round}-{at}"), vec![b'\n'; at]))
            .collect();
        let added: Vec<AddedFile<'_>> = new
            .iter()
            .map(|(path, bytes)| AddedFile {
                path,
                bytes,
                message: "entry",
                trailers: vec![("Entry", path.clone())],
            })
            .collect();
        let all = repository.add_files(tip.as_ref(), &someone(), &added);
        let mut alone = tip.clone();
        for file in new {
            files.push(file);
            let tree = repository
                .write_tree(
                    files
                        .iter()
                        .map(|(path, bytes)| (path.as_str(), NewEntry::file(bytes))),
                )
                .expect("tree");
            let path = files.last().map(|(path, _)| path.clone());
            alone = repository
                .write_commit(&NewCommit {
                    tree,
                    parents: alone.into_iter().collect(),
                    author: someone(),
                    message: "entry",
                    trailers: vec![("Entry", path.unwrap_or_default())],
                })
                .ok();
        }
        tip = all.expect("written");
        assert_eq!(tip, alone);
    }
    assert_eq!(
        repository
            .add_files(tip.as_ref(), &someone(), &[])
            .expect("nothing"),
        tip
    );
    assert!(repository.refs("refs/terrace").expect("refs").is_empty());
}
