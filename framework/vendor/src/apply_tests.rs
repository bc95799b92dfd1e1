use super::*;
use terrace_lock::Entry;
use terrace_release::Digest;

fn entry(name: &str, files: &Files) -> Entry {
    Entry {
        source: format!("https://acme.example/{name}.zip"),
        version: None,
        constraints: Default::default(),
        from: None,
        folder: format!("vendor/{name}"),
        root: None,
        paths: [String::from(".")].into(),
        file: None,
        commit: None,
        manifest: None,
        archive: None,
        sha256: digest(files),
        licence: None,
        span: None,
    }
}

fn files(text: &str) -> Files {
    Files::from([(String::from("a/b.tf"), File::plain(text.as_bytes()))])
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn writes_replaces_and_removes() {
    let root = tempfile::tempdir().expect("a folder");
    let _held = lock_folder(root.path()).expect("locks").expect("free");
    let (x, y) = (files("x"), files("y"));
    let empty = LockFile::default();
    let mut one = LockFile::default();
    one.insert(entry("x", &x));
    let copies = BTreeMap::from([(String::from("vendor/x"), x.clone())]);
    apply(root.path(), &empty, &one, &copies).expect("applies");
    assert_eq!(names(root.path()), ["terrace.lock", "vendor"]);
    assert_eq!(names(&root.path().join("vendor")), ["x"]);
    assert_eq!(read_copy(root.path(), "vendor/x"), Ok(Some(x)));

    let mut two = LockFile::default();
    two.insert(entry("y", &y));
    fs::create_dir(root.path().join("vendor/.staging-dead")).expect("a left-over");
    let copies = BTreeMap::from([(String::from("vendor/y"), y)]);
    let written = apply(root.path(), &one, &two, &copies).expect("applies");
    assert_eq!(written.removed, ["vendor/x"]);
    assert_eq!(names(&root.path().join("vendor")), ["y"]);
    apply(root.path(), &two, &empty, &BTreeMap::new()).expect("applies");
    assert_eq!(names(root.path()), Vec::<String>::new());
}

#[test]
fn what_is_not_ours_is_not_overwritten() {
    let root = tempfile::tempdir().expect("a folder");
    let _held = lock_folder(root.path()).expect("locks").expect("free");
    fs::create_dir_all(root.path().join("vendor/x")).expect("a folder");
    fs::write(root.path().join("vendor/x/mine"), "mine").expect("a file");
    let mut lock = LockFile::default();
    lock.insert(entry("x", &files("x")));
    let copies = BTreeMap::from([(String::from("vendor/x"), files("x"))]);
    let refused = apply(root.path(), &LockFile::default(), &lock, &copies);
    assert_eq!(refused.expect_err("in the way").code, &codes::IN_THE_WAY);
    assert_eq!(names(root.path()), ["vendor"], "no lock was written");
    assert_eq!(
        names(&root.path().join("vendor")),
        ["x"],
        "nothing is left behind"
    );

    // What a killed run wrote is taken as it is.
    fs::remove_dir_all(root.path().join("vendor/x")).expect("removes");
    fs::create_dir_all(root.path().join("vendor/x/a")).expect("a folder");
    fs::write(root.path().join("vendor/x/a/b.tf"), "x").expect("a file");
    apply(root.path(), &LockFile::default(), &lock, &copies).expect("applies");
}

#[test]
fn only_one_at_a_time() {
    let root = tempfile::tempdir().expect("a folder");
    let held = lock_folder(root.path()).expect("locks");
    assert!(held.is_some());
    assert!(lock_folder(root.path()).expect("tries").is_none());
    drop(held);
    assert!(lock_folder(root.path()).expect("locks").is_some());
}

#[test]
fn executable_files_are_written_as_such_and_missed() {
    let root = tempfile::tempdir().expect("a folder");
    let _held = lock_folder(root.path()).expect("locks").expect("free");
    let mut files = files("x");
    files.insert(String::from("run.sh"), File::new(*b"#!/bin/sh\n", 0o755));
    let mut lock = LockFile::default();
    let entry = entry("x", &files);
    lock.insert(entry.clone());
    let copies = BTreeMap::from([(String::from("vendor/x"), files.clone())]);
    apply(root.path(), &LockFile::default(), &lock, &copies).expect("applies");
    assert_eq!(read_copy(root.path(), "vendor/x"), Ok(Some(files)));
    let script = root.path().join("vendor/x/run.sh");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode();
    assert_eq!(mode(&script) & 0o700, 0o700);
    assert_eq!(mode(&root.path().join("vendor/x/a/b.tf")) & 0o111, 0);
    let found = crate::compare(root.path(), &entry);
    assert!(matches!(found, Ok(crate::Copy::Same(_))), "{found:?}");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o644)).expect("a mode");
    let found = crate::compare(root.path(), &entry);
    assert_eq!(found, Ok(crate::Copy::Changed));
}

#[test]
fn links_in_a_copy_are_no_copy() {
    let root = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(root.path().join("vendor/x")).expect("a folder");
    std::os::unix::fs::symlink("/etc/passwd", root.path().join("vendor/x/l")).expect("a link");
    let error = read_copy(root.path(), "vendor/x").expect_err("a link");
    assert_eq!(error.code, &codes::DIFFERS);
    let entry = entry("none", &files("x"));
    let missing = crate::compare(root.path(), &entry);
    assert_eq!(missing, Ok(crate::Copy::Missing));
    let _ = Digest::of("");
}
