//! Pushing to bare repositories.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::*;
use crate::testing::{git, someone};
use crate::{NewCommit, NewEntry, ObjectId, fetch_specs};

const LEDGER: &str = "refs/heads/terrace/ledger";
const RELEASES: &str = "refs/heads/terrace/releases";

fn server(folder: &Path) -> Repository {
    git()
        .init(&folder.join("server.git"), "main", true)
        .expect("init")
}

fn clone(folder: &Path, name: &str) -> Repository {
    let clone = git().init(&folder.join(name), "main", false).expect("init");
    let url = folder.join("server.git");
    clone
        .add_remote("origin", url.to_str().expect("text"))
        .expect("added");
    clone
}

fn entry(repository: &Repository, parent: Option<&ObjectId>, text: &str) -> ObjectId {
    let tree = repository
        .write_tree([("entry", NewEntry::file(text.as_bytes()))])
        .expect("tree");
    repository
        .write_commit(&NewCommit {
            tree,
            parents: parent.cloned().into_iter().collect(),
            author: someone(),
            message: text,
            trailers: Vec::new(),
        })
        .expect("commit")
}

fn specs() -> Vec<String> {
    fetch_specs("origin", "main").into_iter().take(2).collect()
}

#[test]
fn moves_refs_and_reports_lost_races() {
    let folder = tempfile::tempdir().expect("folder");
    let server = server(folder.path());
    let (a, b) = (clone(folder.path(), "a"), clone(folder.path(), "b"));
    let first = entry(&a, None, "first");
    let create = [
        RefUpdate::new(RELEASES, first.clone(), Old::Missing),
        RefUpdate::new(LEDGER, first.clone(), Old::Missing),
    ];
    let report = a
        .push("origin", &create, Atomicity::Required)
        .expect("pushed");
    assert!(report.atomic && report.refs.iter().all(|pushed| pushed.moved));
    assert_eq!(server.refs("refs/heads/").expect("refs").len(), 2);

    // The same commit by somebody else: git says "up to date", we say lost.
    let same = entry(&b, None, "first");
    assert_eq!(same, first);
    let again = b.push("origin", &create, Atomicity::Required);
    assert!(matches!(again, Err(GitError::LostRace { .. })), "{again:?}");

    b.fetch("origin", &specs()).expect("fetched");
    let tracked = b
        .find_ref("refs/remotes/origin/terrace/ledger")
        .expect("ref");
    assert_eq!(tracked, Some(first.clone()));
    let second = entry(&b, Some(&first), "second");
    let stale = [
        RefUpdate::new(RELEASES, second.clone(), Old::Is(first.clone())),
        RefUpdate::new(LEDGER, second.clone(), Old::Is(second.clone())),
    ];
    let lost = b.push("origin", &stale, Atomicity::Required);
    let Err(GitError::LostRace { references, .. }) = lost else {
        panic!("{lost:?}");
    };
    assert_eq!(references, [LEDGER]);
    assert_eq!(
        server.find_ref(RELEASES).expect("ref"),
        Some(first.clone()),
        "none moved"
    );

    let unmoved = [
        RefUpdate::new(RELEASES, first.clone(), Old::Is(first.clone())),
        RefUpdate::new(LEDGER, second.clone(), Old::Is(first.clone())),
    ];
    let report = b
        .push("origin", &unmoved, Atomicity::Required)
        .expect("pushed");
    let moved: Vec<bool> = report.refs.iter().map(|pushed| pushed.moved).collect();
    assert_eq!(moved, [false, true]);

    // A rewritten branch is noticed by who had the old one.
    a.fetch("origin", &specs()).expect("fetched");
    let other = entry(&server, None, "other");
    let rewrite = RefUpdate::new(LEDGER, other, Old::Is(second));
    server.update_refs(&[rewrite], "rewrite").expect("moved");
    let fetched = a.fetch("origin", &specs()).expect("fetched");
    assert!(fetched.len() == 1 && fetched[0].rewritten, "{fetched:?}");
    let refs = a
        .remote_refs("origin", &["refs/heads/terrace/*"])
        .expect("refs");
    assert_eq!(refs.len(), 2);
}

#[test]
fn hooks_and_remotes_that_refuse_are_told_apart_from_races() {
    let folder = tempfile::tempdir().expect("folder");
    let server = server(folder.path());
    let a = clone(folder.path(), "a");
    let first = entry(&a, None, "first");
    let update = [RefUpdate::new(LEDGER, first.clone(), Old::Missing)];
    let hook = server.git_dir().join("hooks/pre-receive");
    std::fs::create_dir_all(server.git_dir().join("hooks")).expect("folder");
    std::fs::write(&hook, "#!/bin/sh\necho protected branch >&2\nexit 1\n").expect("hook");
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("mode");
    let refused = a.push("origin", &update, Atomicity::Required);
    let Err(GitError::PushRefused { reason, stderr, .. }) = &refused else {
        panic!("{refused:?}");
    };
    assert!(reason.contains("hook declined") && stderr.contains("protected branch"));
    let unknown = a.push("upstream", &update, Atomicity::Required);
    assert!(
        matches!(unknown, Err(GitError::UnknownRemote { .. })),
        "{unknown:?}"
    );
    a.add_remote("gone", "/nonexistent/x.git").expect("added");
    let gone = a.push("gone", &update, Atomicity::Required);
    assert!(
        matches!(gone, Err(GitError::RemoteFailed { .. })),
        "{gone:?}"
    );
    let gone = a.fetch("gone", &specs());
    assert!(
        matches!(gone, Err(GitError::RemoteFailed { .. })),
        "{gone:?}"
    );
    let no_branch = a.fetch("origin", &fetch_specs("origin", "nope"));
    assert!(
        matches!(no_branch, Err(GitError::UnknownRevision { .. })),
        "{no_branch:?}"
    );
}

#[test]
fn a_server_without_atomic_pushes_gets_them_in_order() {
    let folder = tempfile::tempdir().expect("folder");
    let server = server(folder.path());
    server
        .call(&["config", "receive.advertiseAtomic", "false"])
        .bytes()
        .expect("set");
    let a = clone(folder.path(), "a");
    let first = entry(&a, None, "first");
    let create = [
        RefUpdate::new(RELEASES, first.clone(), Old::Missing),
        RefUpdate::new(LEDGER, first.clone(), Old::Missing),
    ];
    let required = a.push("origin", &create, Atomicity::Required);
    assert!(
        matches!(required, Err(GitError::AtomicUnsupported { .. })),
        "{required:?}"
    );
    let report = a
        .push("origin", &create, Atomicity::Preferred)
        .expect("pushed");
    assert!(!report.atomic);
    let second = entry(&a, Some(&first), "second");
    let half = [
        RefUpdate::new(RELEASES, second.clone(), Old::Is(first.clone())),
        RefUpdate::new(LEDGER, second.clone(), Old::Missing),
    ];
    let partial = a.push("origin", &half, Atomicity::Preferred);
    let Err(GitError::PartialPush { moved, failed }) = partial else {
        panic!("{partial:?}");
    };
    assert_eq!(moved, [RELEASES]);
    assert!(failed.is_lost_race());
    assert_eq!(server.find_ref(RELEASES).expect("ref"), Some(second));
}

#[test]
fn sixteen_pushers_write_sixteen_entries() {
    let folder = tempfile::tempdir().expect("folder");
    let server = server(folder.path());
    let top = folder.path();
    std::thread::scope(|scope| {
        for pusher in 0..16 {
            scope.spawn(move || {
                let clone = clone(top, &format!("clone{pusher}"));
                loop {
                    match clone.fetch("origin", &specs()) {
                        Ok(_) => {}
                        Err(error) if error.is_lost_race() => continue,
                        Err(error) => panic!("{error}"),
                    }
                    let old = clone
                        .find_ref("refs/remotes/origin/terrace/ledger")
                        .expect("ref");
                    let new = entry(&clone, old.as_ref(), &format!("pusher {pusher:02}"));
                    let updates = [
                        RefUpdate::new(LEDGER, new.clone(), old.clone()),
                        RefUpdate::new(RELEASES, new, old),
                    ];
                    match clone.push("origin", &updates, Atomicity::Required) {
                        Ok(_) => return,
                        Err(error) if error.is_lost_race() => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
            });
        }
    });
    let refs = server.refs("refs/heads/").expect("refs");
    assert_eq!(refs[LEDGER], refs[RELEASES], "they always move together");
    let history = server.history(&refs[LEDGER], None).expect("history");
    let mut messages: Vec<_> = history
        .iter()
        .map(|commit| commit.message.clone())
        .collect();
    messages.sort();
    let wanted: Vec<_> = (0..16)
        .map(|pusher| format!("pusher {pusher:02}\n"))
        .collect();
    assert_eq!(messages, wanted);
}
