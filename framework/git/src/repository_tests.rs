//! Discovery, names and ancestry.

use crate::testing::{git, sample, someone};
use crate::{GitError, ObjectId};

#[test]
fn finds_the_repository_from_below() {
    let folder = tempfile::tempdir().expect("folder");
    let top = folder.path().canonicalize().expect("path");
    let (repository, commit) = sample(&top);
    let found = git().discover(&top.join("base")).expect("found");
    assert_eq!(found.work_folder(), Some(top.as_path()));
    assert_eq!(found.git_dir(), top.join(".git"));
    assert_eq!(found.commit_id("HEAD").expect("id"), commit);
    assert_eq!(
        found.current_branch().expect("branch").as_deref(),
        Some("main")
    );
    assert_eq!(
        repository.find_ref("refs/heads/main").expect("ref"),
        Some(commit)
    );
    let outside = tempfile::tempdir().expect("folder");
    let error = git().discover(outside.path());
    assert!(
        matches!(error, Err(GitError::NotARepository { .. })),
        "{error:?}"
    );
    let bare = git()
        .init(&outside.path().join("b.git"), "main", true)
        .expect("bare");
    assert_eq!(bare.work_folder(), None);
    assert_eq!(bare.find_commit("HEAD").expect("none"), None);
}

#[test]
fn names_that_are_none_are_none() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, commit) = sample(folder.path());
    for name in ["nope", "--help", "-h", "", "HEAD:base/a.hcl/x", "a\nb"] {
        let error = repository.commit_id(name);
        assert!(
            matches!(error, Err(GitError::UnknownRevision { .. })),
            "{name}: {error:?}"
        );
    }
    assert_eq!(repository.find_tree(&commit, "nope").expect("asked"), None);
    assert!(
        repository
            .find_tree(&commit, "base")
            .expect("asked")
            .is_some()
    );
    assert_eq!(repository.setting("no.such").expect("asked"), None);
}

#[test]
fn knows_ancestors() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, first) = sample(folder.path());
    std::fs::write(folder.path().join("x"), "x").expect("file");
    let second = repository
        .commit_all("second", &someone())
        .expect("commit")
        .expect("changed");
    assert!(repository.is_ancestor(&first, &second).expect("asked"));
    assert!(repository.is_ancestor(&first, &first).expect("asked"));
    assert!(!repository.is_ancestor(&second, &first).expect("asked"));
    let absent: ObjectId = "1".repeat(40).parse().expect("an id");
    let error = repository.is_ancestor(&absent, &first);
    assert!(
        matches!(error, Err(GitError::UnknownRevision { .. })),
        "{error:?}"
    );
    assert_eq!(
        repository.commit_all("again", &someone()).expect("commit"),
        None
    );
}

#[test]
fn a_shallow_clone_says_so() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, first) = sample(&folder.path().join("full"));
    std::fs::write(folder.path().join("full/x"), "x").expect("file");
    let second = repository
        .commit_all("second", &someone())
        .expect("commit")
        .expect("changed");
    let url = format!("file://{}", folder.path().join("full").display());
    let clone = git()
        .init(&folder.path().join("clone"), "main", false)
        .expect("init");
    clone.add_remote("origin", &url).expect("added");
    clone
        .call(&["fetch", "--quiet", "--depth=1", "origin", "main"])
        .bytes()
        .expect("fetched");
    assert!(clone.is_shallow().expect("asked"));
    for result in [
        clone.is_ancestor(&first, &second).map(drop),
        clone.commit_id(first.as_str()).map(drop),
        clone.history(&second, None).map(drop),
    ] {
        assert!(
            matches!(result, Err(GitError::MissingHistory { .. })),
            "{result:?}"
        );
    }
}
