//! Work folders.

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;

use super::*;
use crate::source::RootSource;

fn bytes(files: &[(&str, &str)]) -> (RootSource, Digest) {
    let mut map: BTreeMap<String, Vec<u8>> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    let sums = Sums::new(
        map.iter()
            .map(|(path, bytes)| (path.clone(), Digest::of(bytes))),
    )
    .expect("sums");
    map.insert(Sums::FILE.to_owned(), sums.to_text().into_bytes());
    (RootSource::Files(map), sums.digest())
}

fn prepare(folder: &Path, files: &[(&str, &str)]) -> Result<WorkFolder, TerraformError> {
    let (source, digest) = bytes(files);
    let layout = Layout::new(folder, "ops");
    WorkFolder::prepare(&layout, "vpc", source.load("vpc", digest)?)
}

#[test]
fn holds_exactly_the_bytes_and_keeps_what_is_right() {
    let folder = tempfile::tempdir().expect("folder");
    let work = prepare(
        folder.path(),
        &[("main.tf", "a"), ("modules/x/y/m.tf", "b")],
    )
    .expect("prepared");
    let main = work.folder.join("main.tf");
    let before = fs::metadata(&main).expect("meta").ino();
    fs::write(work.folder.join("stale.tf"), "x").expect("file");
    fs::create_dir_all(work.folder.join(".terraform/providers")).expect("folder");
    symlink("/etc/passwd", work.folder.join("link.tf")).expect("link");
    // A file with a second name is written anew, so that the other keeps its bytes.
    fs::hard_link(
        work.folder.join("modules/x/y/m.tf"),
        folder.path().join("other"),
    )
    .expect("link");
    let work = prepare(
        folder.path(),
        &[("main.tf", "a"), ("modules/x/y/m.tf", "c")],
    )
    .expect("prepared");
    assert_eq!(fs::metadata(&main).expect("meta").ino(), before);
    assert_eq!(
        fs::read_to_string(folder.path().join("other")).expect("read"),
        "b"
    );
    let mut left: Vec<String> = list_folder(&work.folder)
        .expect("listed")
        .into_iter()
        .map(|entry| entry.path)
        .collect();
    left.sort();
    assert_eq!(
        left,
        [
            "SHA256SUMS",
            "main.tf",
            "modules",
            "modules/x",
            "modules/x/y",
            "modules/x/y/m.tf"
        ]
    );
    let work = prepare(folder.path(), &[("main.tf", "a")]).expect("prepared");
    assert!(!work.folder.join("modules").exists());
}

#[test]
fn whatever_changes_afterwards_is_seen() {
    let folder = tempfile::tempdir().expect("folder");
    let work = prepare(folder.path(), &[("main.tf", "a")]).expect("prepared");
    fs::write(work.folder.join(".terraform.lock.hcl"), "by init").expect("file");
    work.verify().expect("what init writes is no change");
    let faults = |work: &WorkFolder| match work.verify() {
        Err(TerraformError::WorkChanged { faults, .. }) => {
            faults.iter().map(ToString::to_string).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    fs::write(work.folder.join("z_override.tf"), "").expect("file");
    assert_eq!(faults(&work), ["z_override.tf is not listed in SHA256SUMS"]);
    fs::remove_file(work.folder.join("z_override.tf")).expect("removed");
    fs::write(work.folder.join("main.tf"), "b").expect("file");
    assert!(faults(&work)[0].starts_with("main.tf was changed"));
    fs::remove_file(work.folder.join("main.tf")).expect("removed");
    symlink("SHA256SUMS", work.folder.join("main.tf")).expect("link");
    assert_eq!(faults(&work), ["main.tf is a link"]);
}

#[test]
fn states_are_never_removed() {
    for name in [
        "errored.tfstate",
        "terraform.tfstate.backup",
        "modules/x.tfstate",
    ] {
        let folder = tempfile::tempdir().expect("folder");
        let work = prepare(folder.path(), &[("main.tf", "a")]).expect("prepared");
        fs::create_dir_all(work.folder.join("modules")).expect("folder");
        fs::write(work.folder.join(name), "{}").expect("file");
        let error = prepare(folder.path(), &[("main.tf", "a")]);
        assert!(
            matches!(error, Err(TerraformError::StateInWork { .. })),
            "{name}: {error:?}"
        );
        assert!(work.folder.join(name).exists());
    }
}

#[test]
fn sources_that_are_not_the_list_are_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let (RootSource::Files(files), digest) = bytes(&[("main.tf", "a"), ("x.tf", "b")]) else {
        panic!("files");
    };
    let write = |files: &BTreeMap<String, Vec<u8>>| {
        for (path, content) in files {
            fs::write(folder.path().join(path), content).expect("file");
        }
    };
    write(&files);
    let source = RootSource::Folder(folder.path().to_owned());
    fs::create_dir(folder.path().join(".terraform")).expect("folder");
    symlink("/nowhere", folder.path().join(".terraform/provider")).expect("link");
    fs::write(folder.path().join(".terraform.lock.hcl"), "left by init").expect("file");
    let loaded = source.load("vpc", digest).expect("loaded");
    assert_eq!(loaded.files, files);
    let wrong = source.load("vpc", Digest::of("x"));
    assert!(
        matches!(wrong, Err(TerraformError::Digest { .. })),
        "{wrong:?}"
    );
    fs::write(folder.path().join("added.tf"), "").expect("file");
    symlink("main.tf", folder.path().join("link.tf")).expect("link");
    fs::write(folder.path().join("x.tf"), "changed").expect("file");
    fs::remove_file(folder.path().join("main.tf")).expect("removed");
    let Err(TerraformError::Source { faults, .. }) = source.load("vpc", digest) else {
        panic!("refused");
    };
    let paths: Vec<&str> = faults.iter().map(terrace_release::Fault::path).collect();
    assert_eq!(paths, ["added.tf", "link.tf", "main.tf", "x.tf"]);
    let mut without = files;
    without.remove(Sums::FILE);
    let missing = RootSource::Files(without).load("vpc", digest);
    assert!(
        matches!(missing, Err(TerraformError::Source { .. })),
        "{missing:?}"
    );
}
