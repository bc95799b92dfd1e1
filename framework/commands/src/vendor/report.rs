//! What a run changes, for people and programs.

use std::fmt::Write as _;

use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};
use terrace_lock::{Entry, LockFile};
use terrace_vendor::{File, Files};

use super::resolve::Plan;

/// One source that changes.
pub(super) struct Change {
    before: Option<Entry>,
    after: Option<Entry>,
    files: Vec<FileChange>,
}

/// One file that changes.
struct FileChange {
    path: String,
    kind: char,
    added: usize,
    removed: usize,
    /// Whether it is executable now, where that changes.
    executable: Option<bool>,
}

/// Files that are named; of a larger change the rest is counted.
const MAX_FILES: usize = 40;

/// What differs between the old lock and the plan, sorted by source.
pub(super) fn changes(old: &LockFile, plan: &Plan) -> Vec<Change> {
    let mut out = Vec::new();
    let empty = Files::new();
    let before = |entry: &Entry| plan.before.get(&entry.folder).unwrap_or(&empty);
    let after = |entry: &Entry| {
        let new = plan.copies.get(&entry.folder);
        new.or_else(|| plan.before.get(&entry.folder))
            .unwrap_or(&empty)
    };
    let mut gone: Vec<&Entry> = old
        .entries()
        .filter(|entry| !plan.lock.entries().any(|new| new.key() == entry.key()))
        .collect();
    for entry in plan.lock.entries() {
        let same = old.entries().find(|old| old.key() == entry.key());
        let other = same.or_else(|| {
            // Another version of the same source.
            let at = gone.iter().position(|old| old.source == entry.source)?;
            Some(gone.remove(at))
        });
        let unchanged = same.is_some_and(|old| {
            let old = Entry {
                span: None,
                ..old.clone()
            };
            old == Entry {
                span: None,
                ..entry.clone()
            }
        });
        if unchanged && !plan.copies.contains_key(&entry.folder) {
            continue;
        }
        out.push(Change {
            before: other.cloned(),
            after: Some(entry.clone()),
            files: match other {
                Some(other) => compare(before(other), after(entry)),
                None => compare(&empty, after(entry)),
            },
        });
    }
    out.extend(gone.into_iter().map(|entry| Change {
        before: Some(entry.clone()),
        after: None,
        files: compare(before(entry), &empty),
    }));
    out
}

fn compare(before: &Files, after: &Files) -> Vec<FileChange> {
    let mut paths: Vec<&String> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    let change = |path: &String| {
        let (old, new) = (before.get(path), after.get(path));
        if old == new {
            return None;
        }
        let text = |file: Option<&File>| {
            let bytes = file.map_or(&[][..], |file| &file.bytes);
            String::from_utf8_lossy(bytes).into_owned()
        };
        let is_executable = |file: Option<&File>| file.is_some_and(|file| file.executable);
        let (old_text, new_text) = (text(old), text(new));
        let diff = TextDiff::from_lines(&old_text, &new_text);
        let count = |tag| diff.iter_all_changes().filter(|c| c.tag() == tag).count();
        Some(FileChange {
            path: path.clone(),
            kind: match (old, new) {
                (None, _) => 'A',
                (_, None) => 'D',
                _ => 'M',
            },
            added: count(ChangeTag::Insert),
            removed: count(ChangeTag::Delete),
            executable: (is_executable(old) != is_executable(new) && new.is_some())
                .then(|| is_executable(new)),
        })
    };
    paths.into_iter().filter_map(change).collect()
}

/// For people.
pub(super) fn text(changes: &[Change]) -> String {
    let mut out = String::new();
    for change in changes {
        // Writing into a String cannot fail.
        let _ = change.write(&mut out);
    }
    out
}

impl Change {
    fn write(&self, out: &mut String) -> std::fmt::Result {
        let lines = |files: &[FileChange]| {
            let added: usize = files.iter().map(|file| file.added).sum();
            let removed: usize = files.iter().map(|file| file.removed).sum();
            let count = match files.len() {
                1 => String::from("1 file"),
                many => format!("{many} files"),
            };
            format!("{count}, +{added} -{removed}")
        };
        match (&self.before, &self.after) {
            (None, Some(new)) => {
                writeln!(out, "+ {} {}", new.source, new.resolved())?;
                let licence = new.licence.as_deref().unwrap_or("no licence file");
                writeln!(out, "  {} ({}, {licence})", new.folder, lines(&self.files))
            }
            (Some(old), None) => {
                writeln!(out, "- {} {}", old.source, old.resolved())?;
                writeln!(out, "  {} ({})", old.folder, lines(&self.files))
            }
            (Some(old), Some(new)) => {
                let (from, to) = (old.resolved(), new.resolved());
                match from == to {
                    true => writeln!(out, "~ {} {to}", new.source)?,
                    false => writeln!(out, "~ {} {from} -> {to}", new.source)?,
                }
                writeln!(out, "  {} ({})", new.folder, lines(&self.files))?;
                for file in self.files.iter().take(MAX_FILES) {
                    let FileChange {
                        path,
                        kind,
                        added,
                        removed,
                        executable,
                    } = file;
                    let mode = match executable {
                        Some(true) => ", executable",
                        Some(false) => ", not executable any more",
                        None => "",
                    };
                    writeln!(out, "    {kind} {path} +{added} -{removed}{mode}")?;
                }
                match self.files.len().checked_sub(MAX_FILES) {
                    Some(more) if more > 0 => writeln!(out, "    and {more} more"),
                    _ => Ok(()),
                }
            }
            (None, None) => Ok(()),
        }
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let entry = |entry: &Option<Entry>| {
            entry.as_ref().map(|entry| {
                json!({
                    "version": entry.version,
                    "commit": entry.commit,
                    "manifest": entry.manifest,
                    "archive": entry.archive.map(|digest| digest.to_string()),
                    "sha256": entry.sha256.to_string(),
                    "folder": entry.folder,
                    "licence": entry.licence,
                })
            })
        };
        let source = self.after.as_ref().or(self.before.as_ref());
        json!({
            "source": source.map(|entry| entry.source.as_str()),
            "before": entry(&self.before),
            "after": entry(&self.after),
            "files": self.files.iter().map(|file| json!({
                "path": file.path,
                "change": match file.kind { 'A' => "added", 'D' => "removed", _ => "changed" },
                "added": file.added,
                "removed": file.removed,
                "executable": file.executable,
            })).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_that_change_are_said() {
        let files = |executable: bool, name: &str| {
            let file = File {
                bytes: (*b"#!/bin/sh\n").into(),
                executable,
            };
            Files::from([(name.to_owned(), file)])
        };
        let of = |before: &Files, after: &Files| -> Vec<(char, usize, Option<bool>)> {
            let changes = compare(before, after).into_iter();
            changes
                .map(|file| (file.kind, file.added + file.removed, file.executable))
                .collect()
        };
        let (plain, run) = (files(false, "a.sh"), files(true, "a.sh"));
        assert_eq!(of(&plain, &run), [('M', 0, Some(true))]);
        assert_eq!(of(&run, &plain), [('M', 0, Some(false))]);
        assert_eq!(of(&run, &run), []);
        assert_eq!(
            of(&run, &files(true, "b.sh")),
            [('D', 1, None), ('A', 1, Some(true))]
        );
    }
}
