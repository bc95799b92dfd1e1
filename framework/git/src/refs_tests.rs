//! Compare-and-swap in one repository.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::NewCommit;
use crate::testing::{sample, someone};

fn child(repository: &Repository, parent: &ObjectId, message: &str) -> ObjectId {
    let tree = repository.tree_id(parent).expect("tree");
    repository
        .write_commit(&NewCommit {
            tree,
            parents: vec![parent.clone()],
            author: someone(),
            message,
            trailers: Vec::new(),
        })
        .expect("commit")
}

#[test]
fn all_refs_move_or_none() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, first) = sample(folder.path());
    let second = child(&repository, &first, "second");
    let names = ["refs/heads/env/ops", "refs/heads/terrace/ledger"];
    let create = names.map(|name| RefUpdate::new(name, first.clone(), Old::Missing));
    repository.update_refs(&create, "create").expect("created");
    let again = repository.update_refs(&create, "create");
    assert!(matches!(again, Err(GitError::LostRace { .. })), "{again:?}");
    let half = [
        RefUpdate::new(names[0], second.clone(), Old::Is(first.clone())),
        RefUpdate::new(names[1], second.clone(), Old::Is(second.clone())),
    ];
    let Err(GitError::LostRace { references, .. }) = repository.update_refs(&half, "half") else {
        panic!("a lost race");
    };
    assert_eq!(references, [names[1]]);
    assert_eq!(
        repository.find_ref(names[0]).expect("ref"),
        Some(first.clone())
    );
    let whole = names.map(|name| RefUpdate::new(name, second.clone(), Old::Is(first.clone())));
    repository.update_refs(&whole, "whole").expect("moved");
    let stale = repository.delete_refs(&[(names[0].into(), first)]);
    assert!(matches!(stale, Err(GitError::LostRace { .. })), "{stale:?}");
    repository
        .delete_refs(&[(names[0].into(), second)])
        .expect("deleted");
    assert_eq!(repository.refs("refs/heads/env/").expect("refs").len(), 0);
}

#[test]
fn of_many_writers_each_wins_exactly_once() {
    let folder = tempfile::tempdir().expect("folder");
    let (repository, first) = sample(folder.path());
    let name = "refs/heads/terrace/ledger";
    let create = RefUpdate::new(name, first.clone(), Old::Missing);
    repository
        .update_refs(&[create], "create")
        .expect("created");
    let lost = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let (repository, lost) = (&repository, &lost);
            scope.spawn(move || {
                loop {
                    let old = repository.find_ref(name).expect("ref").expect("there");
                    let new = child(repository, &old, &format!("writer {writer}"));
                    let update = RefUpdate::new(name, new, Old::Is(old));
                    match repository.update_refs(&[update], "entry") {
                        Ok(()) => return,
                        Err(error) if error.is_lost_race() => lost.fetch_add(1, Ordering::SeqCst),
                        Err(error) => panic!("{error}"),
                    };
                }
            });
        }
    });
    let tip = repository.find_ref(name).expect("ref").expect("there");
    let history = repository.history(&tip, Some(&first)).expect("history");
    let mut messages: Vec<_> = history
        .iter()
        .map(|commit| commit.message.clone())
        .collect();
    messages.sort();
    let wanted: Vec<_> = (0..8).map(|writer| format!("writer {writer}\n")).collect();
    assert_eq!(messages, wanted);
}
