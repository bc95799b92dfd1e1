use proptest::prelude::*;

use super::*;
use crate::git::Place;
use crate::testing::{git, sample, someone};
use crate::{NewCommit, NewEntry, Repository};

/// Many objects that differ little from each other; names of all kinds.
fn history(repository: &Repository, rounds: u32) -> Vec<String> {
    let mut last = None;
    let mut names = Vec::new();
    for round in 0..rounds {
        let lines: String = (0..200)
            .map(|line| format!("line {line} of {}\n", line * u32::from(line == round)))
            .collect();
        let files = [
            (String::from("base/large.txt"), lines.clone()),
            (format!("base/{round}.txt"), format!("{round}\n{lines}")),
            (String::from("base/in/deep.txt"), format!("{round}")),
            (String::from("empty"), String::new()),
        ];
        let entries = files
            .iter()
            .map(|(path, text)| (path.as_str(), NewEntry::file(text.as_bytes())));
        let tree = repository.write_tree(entries).expect("a tree");
        let commit = repository
            .write_commit(&NewCommit {
                tree: tree.clone(),
                parents: last.into_iter().collect(),
                author: someone(),
                message: "a round",
                trailers: Vec::new(),
            })
            .expect("a commit");
        names.extend([tree.to_string(), commit.to_string()]);
        names.extend(files.iter().map(|(path, _)| format!("{commit}:{path}")));
        names.extend(
            ["base", "base/in", "none", "base/none"].map(|path| format!("{commit}:{path}")),
        );
        last = Some(commit);
    }
    let last = last.expect("rounds").to_string();
    repository
        .call(&["update-ref", "refs/heads/more", &last])
        .bytes()
        .expect("a branch");
    names
}

fn packed(repository: &Repository) {
    repository
        .call(&["repack", "-adq", "--depth=20", "--window=20"])
        .bytes()
        .expect("packed");
}

fn store(repository: &Repository) -> Store {
    Store::new(repository.git_dir(), repository.id_length() / 2)
}

/// Everything is found without git, and as git has it.
fn agrees(repository: &Repository, store: &Store, names: &[String]) {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let told = repository.ask(&names).expect("git");
    for ((name, here), told) in names.iter().zip(store.named(&names)).zip(told) {
        let told = told.map_or(Found::Absent, Found::Object);
        assert!(here == told, "{name}: {here:?}\n{told:?}");
    }
}

#[test]
fn reads_loose_and_packed_objects_as_git_does() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, _) = sample(folder.path());
    let names = history(&repository, 40);
    let before = store(&repository);
    agrees(&repository, &before, &names);
    packed(&repository);
    agrees(&repository, &store(&repository), &names);
    // One that has looked before the objects were packed.
    agrees(&repository, &before, &names);
}

#[test]
fn reads_objects_that_are_named_by_sha256() {
    let folder = tempfile::tempdir().expect("folder");
    let git = git();
    let made = git
        .call(
            Some(Place::Folder(folder.path())),
            &["init", "--quiet", "--bare", "--object-format=sha256"],
        )
        .bytes();
    if made.is_err() {
        println!("skipped: sha256: this git has no such repositories");
        return;
    }
    let repository = git.discover(folder.path()).expect("a repository");
    let names = history(&repository, 10);
    agrees(&repository, &store(&repository), &names);
    packed(&repository);
    agrees(&repository, &store(&repository), &names);
}

#[test]
fn reads_what_it_borrows_and_what_a_further_work_tree_has() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, _) = sample(&folder.path().join("here"));
    let names = history(&repository, 3);
    let there = folder.path().join("there");
    let more = folder.path().join("more");
    repository
        .call(&["clone", "--quiet", "--shared", "--bare"])
        .args([folder.path().join("here"), there.clone()].map(|path| path.display().to_string()))
        .bytes()
        .expect("a clone");
    let clone = git().discover(&there).expect("a clone");
    let found = store(&clone);
    assert_eq!(found.folders().len(), 2);
    agrees(&clone, &found, &names);
    repository
        .call(&["worktree", "add", "--quiet", "--detach"])
        .args([more.display().to_string()])
        .bytes()
        .expect("a work tree");
    let further = git().discover(&more).expect("a work tree");
    agrees(&further, &store(&further), &names);
}

#[test]
fn asks_git_about_what_means_more_than_it_says() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, commit) = sample(folder.path());
    let unknown = [
        String::from("HEAD"),
        String::from("main:base"),
        commit.short().to_owned(),
        format!("{commit}:"),
        format!("{commit}:./base"),
        format!("{commit}:base/"),
        format!("{commit}:base/../base"),
        format!("{commit}:base/a.hcl/b"),
        format!("{commit}^{{tree}}"),
        "1".repeat(40),
        String::new(),
    ];
    let names: Vec<&str> = unknown.iter().map(String::as_str).collect();
    for (name, found) in names.iter().zip(store(&repository).named(&names)) {
        assert_eq!(found, Found::Unknown, "{name}");
    }
    // Where an object may stand for another, only git knows which.
    let entries = repository.entries(&commit).expect("entries");
    let [one, other] = [&entries[0].id, &entries[1].id].map(ToString::to_string);
    repository
        .call(&["replace", &one, &other])
        .bytes()
        .expect("replaced");
    assert_eq!(store(&repository).named(&[&one]), [Found::Unknown]);
    repository
        .call(&["pack-refs", "--all"])
        .bytes()
        .expect("packed");
    assert_eq!(store(&repository).named(&[&one]), [Found::Unknown]);
}

#[test]
fn a_broken_pack_gives_nothing_wrong() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, _) = sample(folder.path());
    let names = history(&repository, 12);
    packed(&repository);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let right = store(&repository).named(&names);
    let pack = store(&repository).known_packs();
    let index = pack.first().expect("a pack").index_path().to_owned();
    let files = [index.with_extension("pack"), index];
    let contents = files.clone().map(|path| fs::read(path).expect("a file"));
    let change = (
        0..2_usize,
        any::<prop::sample::Index>(),
        1..=255_u8,
        any::<bool>(),
    );
    proptest!(ProptestConfig::with_cases(256), |((which, at, bits, cut) in change)| {
        let mut bytes = contents[which].clone();
        let at = at.index(bytes.len());
        bytes[at] ^= bits;
        if cut {
            bytes.truncate(at);
        }
        // Not over the old file, which git has made read-only.
        fs::remove_file(&files[which]).expect("removed");
        fs::write(&files[which], &bytes).expect("written");
        for (found, right) in store(&repository).named(&names).iter().zip(&right) {
            prop_assert!(found == right || *found == Found::Unknown);
        }
        fs::remove_file(&files[which]).expect("removed");
        fs::write(&files[which], &contents[which]).expect("written");
    });
}
