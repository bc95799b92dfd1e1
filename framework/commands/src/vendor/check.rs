//! `terrace vendor --check`: whether the lock, the copies and the repository
//! belong together. No network.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde_json::json;
use terrace_diag::{Diagnostic, Diagnostics};
use terrace_lock::{Entry, LockFile};
use terrace_source::Tree;
use terrace_vendor::{Copy, codes, compare};

use super::scan::scan;
use crate::compile::Messages;
use crate::tree::DiskTree;
use crate::{Exit, Outcome};

/// What to do about a copy that was changed.
pub(super) const RESTORE: &str = "take the committed files back with git, or write them anew with \
    `terrace vendor --force`";

pub(super) fn run(tree: &DiskTree) -> Outcome {
    let mut messages = Messages::default();
    let Some(found) = scan(tree, &mut messages).filter(|_| !messages.has_errors()) else {
        return Outcome::messages(messages);
    };
    let lock = found.lock.clone().unwrap_or_default();
    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut problems = Vec::new();
    let mut names: BTreeSet<(String, Option<String>)> = BTreeSet::new();
    for one in &found.uses {
        if let Ok(remote) = &one.remote {
            let entry = lock.entry(&remote.package, one.constraint.as_deref());
            used.extend(entry.map(Entry::key));
        }
        let key = (one.text.clone(), one.constraint.clone());
        if one.local(&lock).is_none() && names.insert(key) {
            problems.push(one.not_vendored());
        }
    }
    for (entry, problem) in lock.entries().zip(copies(tree, &lock)) {
        problems.extend(problem);
        if found.complete && !used.contains(&entry.key()) {
            problems.push(at(
                entry,
                Diagnostic::error(
                    &codes::STALE_LOCK,
                    format!("nothing uses {} any more", entry.source),
                )
                .help("run `terrace vendor`, which removes it"),
            ));
        }
    }
    let count = problems.len();
    messages.diagnostics.extend(problems);
    messages.diagnostics.sort();
    let json = json!({ "sources": lock.entries().len(), "differences": count });
    match count {
        0 => Outcome::data(all_vendored(lock.entries().len()), json, messages),
        1 => Outcome::data(String::from("1 difference\n"), json, messages).exit(Exit::Changes),
        _ => Outcome::data(format!("{count} differences\n"), json, messages).exit(Exit::Changes),
    }
}

/// What is wrong with the local copy of each entry, in the lock's order.
fn copies(tree: &DiskTree, lock: &LockFile) -> Vec<Option<Diagnostic>> {
    let entries: Vec<&Entry> = lock.entries().collect();
    let problem = |entry: &&Entry| match compare(tree.root(), entry) {
        Ok(Copy::Same(_)) => None,
        Ok(Copy::Missing) => Some(at(
            entry,
            Diagnostic::error(&codes::DIFFERS, format!("`{}` is missing", entry.folder))
                .help("run `terrace vendor`, which fetches it as it is locked"),
        )),
        Ok(Copy::Changed) => Some(changed(entry).help(RESTORE)),
        Err(error) => Some(at(entry, error).help(RESTORE)),
    };
    entries.par_iter().map(problem).collect()
}

/// Copies that are not what `terrace.lock` says, for `terrace check`. That the
/// lock cannot be read, or that a copy is missing, is said by compiling.
pub(crate) fn changed_copies(tree: &DiskTree, messages: &mut Messages) {
    let Messages {
        sources,
        diagnostics,
    } = messages;
    let mut said = Diagnostics::new();
    if let Some(lock) = terrace_platform::remote::read_lock(tree, sources, &mut said) {
        let there = |entry: &Entry| tree.list(&entry.folder).is_some();
        let problems = lock.entries().zip(copies(tree, &lock));
        diagnostics.extend(
            problems
                .filter(|(entry, _)| there(entry))
                .filter_map(|(_, problem)| problem),
        );
    }
}

/// That nothing is missing.
pub(super) fn all_vendored(sources: usize) -> String {
    match sources {
        0 => String::from("no remote sources\n"),
        1 => String::from("1 remote source is vendored\n"),
        _ => format!("{sources} remote sources are vendored\n"),
    }
}

/// An error at the block of an entry.
pub(super) fn at(entry: &Entry, error: Diagnostic) -> Diagnostic {
    match entry.span {
        Some(span) => error.at(span),
        None => error,
    }
}

/// A copy that is not what its entry says.
pub(super) fn changed(entry: &Entry) -> Diagnostic {
    at(
        entry,
        Diagnostic::error(
            &codes::DIFFERS,
            format!("`{}` is not what terrace.lock says", entry.folder),
        ),
    )
}
