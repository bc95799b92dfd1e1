use std::borrow::Cow;

use super::*;

fn files() -> Vec<File> {
    vec![
        File {
            path: "a/b/c.txt".into(),
            bytes: Cow::Borrowed(b"text\n"),
            executable: false,
        },
        File {
            path: "run.sh".into(),
            bytes: Cow::Borrowed(b"#!/bin/sh\n"),
            executable: true,
        },
    ]
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn writes_a_folder_and_leaves_nothing_beside_it() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("deep/er/acme");
    write_new(&target, &files()).unwrap();
    assert_eq!(fs::read(target.join("a/b/c.txt")).unwrap(), b"text\n");
    assert_eq!(entries(target.parent().unwrap()), ["acme"]);
}

#[test]
fn fills_an_empty_folder_that_stays_the_same() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("acme");
    fs::create_dir(&target).unwrap();
    let before = fs::metadata(&target).unwrap();
    write_new(&target.join("."), &files()).unwrap();
    assert_eq!(entries(&target), ["a", "run.sh"]);
    assert_eq!(entries(root.path()), ["acme"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        assert_eq!(before.ino(), fs::metadata(&target).unwrap().ino());
    }
}

#[test]
fn what_came_up_meanwhile_is_kept() {
    let root = tempfile::tempdir().unwrap();
    let staged = hide(root.path(), &files()).unwrap();
    let target = root.path().join("acme");
    fs::create_dir(&target).unwrap();
    fs::write(target.join("run.sh"), "mine").unwrap();
    let refused = move_up(staged.path(), &target).unwrap_err();
    assert!(matches!(refused, WriteError::NotEmpty { .. }), "{refused}");
    assert_eq!(entries(&target), ["run.sh"]);
    assert_eq!(fs::read(target.join("run.sh")).unwrap(), b"mine");
}

#[test]
fn fills_a_folder_with_nothing_but_a_repository() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("acme");
    fs::create_dir_all(target.join(".git/refs")).unwrap();
    assert_eq!(must_be_free(&target).unwrap(), Free::OnlyGit);
    write_new(&target, &files()).unwrap();
    assert_eq!(entries(&target), [".git", "a", "run.sh"]);
    assert!(target.join(".git/refs").is_dir());
}

#[test]
fn what_is_not_placed_is_gone() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("acme");
    for there in [false, true] {
        if there {
            fs::create_dir(&target).unwrap();
        }
        let staged = stage(&target, &files()).unwrap();
        fs::write(staged.folder().join("more"), "").unwrap();
        drop(staged);
        assert_eq!(target.exists(), there);
        assert_eq!(entries(root.path()).len(), usize::from(there));
    }
    let staged = stage(&target, &files()).unwrap();
    fs::write(staged.folder().join("more"), "").unwrap();
    staged.place().unwrap();
    assert_eq!(entries(&target), ["a", "more", "run.sh"]);
}

#[test]
fn never_touches_what_is_there() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("acme");
    fs::create_dir(&target).unwrap();
    fs::write(target.join("mine"), "mine").unwrap();
    let refused = write_new(&target, &files()).unwrap_err();
    assert!(matches!(refused, WriteError::NotEmpty { .. }), "{refused}");
    assert_eq!(entries(&target), ["mine"]);

    let file = root.path().join("mine.txt");
    fs::write(&file, "mine").unwrap();
    let refused = write_new(&file, &files()).unwrap_err();
    assert!(matches!(refused, WriteError::NotEmpty { .. }), "{refused}");
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    assert_eq!(entries(root.path()), ["acme", "mine.txt"]);
}

#[test]
fn a_failure_leaves_nothing() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("acme");
    let mut files = files();
    // A file where an earlier one needs a folder.
    files.push(File {
        path: "run.sh/inside".into(),
        bytes: Cow::Borrowed(b""),
        executable: false,
    });
    let refused = write_new(&target, &files).unwrap_err();
    assert!(matches!(refused, WriteError::Io { .. }), "{refused}");
    assert!(entries(root.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn keeps_what_is_behind_a_link_and_sets_the_mode() {
    use std::os::unix::fs::PermissionsExt as _;

    let root = tempfile::tempdir().unwrap();
    let elsewhere = root.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let link = root.path().join("link");
    std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
    assert!(matches!(
        write_new(&link, &files()).unwrap_err(),
        WriteError::NotEmpty { .. }
    ));
    assert!(entries(&elsewhere).is_empty());

    let target = root.path().join("acme");
    write_new(&target, &files()).unwrap();
    let mode = |name: &str| {
        fs::metadata(target.join(name))
            .unwrap()
            .permissions()
            .mode()
    };
    assert_ne!(mode("run.sh") & 0o100, 0);
    assert_eq!(mode("a/b/c.txt") & 0o111, 0);
    // The folder is open to others as the user's umask has it, like any other.
    assert_eq!(mode("") & 0o777, mode("a") & 0o777);
}
