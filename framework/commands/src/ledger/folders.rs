//! Stored folders with their `SHA256SUMS`: every file of each is hashed once,
//! however many releases hold the folder.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use terrace_git::{GitError, Mode, ObjectId, Repository};
use terrace_release::{Digest, Found, Sums};

/// Folders in folders beyond this are refused: no render has them.
const DEPTH: usize = 64;

/// More folders at one depth than this are refused: a tree that holds itself
/// many times over is small in git and without end outside.
const LARGEST: usize = 1 << 20;

/// What was found in one folder.
#[derive(Debug, Clone)]
enum Checked {
    /// Its digest, and what is not as its `SHA256SUMS` says.
    Folder {
        sums: Option<Digest>,
        wrong: Vec<String>,
    },
    /// Something of it is not in this clone.
    Missing(String),
}

/// A file of a folder: its path, mode and blob.
type File = (String, Mode, ObjectId);

/// Folders by the id of their tree.
pub(super) struct Folders {
    repository: Repository,
    checked: RefCell<BTreeMap<ObjectId, Checked>>,
}

impl Folders {
    pub(super) fn new(repository: Repository) -> Self {
        Self {
            repository,
            checked: RefCell::default(),
        }
    }

    /// What of a folder that was read is not what its digest says; `Err`:
    /// something of it is not in this clone.
    pub(super) fn differences(
        &self,
        folder: &ObjectId,
        expected: Digest,
    ) -> Result<Vec<String>, String> {
        match self.checked.borrow().get(folder) {
            None => Err(format!("tree {folder} is missing")),
            Some(Checked::Missing(what)) => Err(what.clone()),
            Some(Checked::Folder { sums: None, wrong }) => Ok(wrong.clone()),
            Some(Checked::Folder {
                sums: Some(found), ..
            }) if *found != expected => Ok(vec![format!(
                "SHA256SUMS has the digest {}, {} was released",
                found.short(),
                expected.short()
            )]),
            Some(Checked::Folder { wrong, .. }) => Ok(wrong.clone()),
        }
    }

    /// Reads and hashes those that are not known yet, all in a few processes.
    pub(super) fn read<'a>(
        &self,
        folders: impl Iterator<Item = &'a ObjectId>,
    ) -> Result<(), GitError> {
        let known = self.checked.borrow();
        let wanted: BTreeSet<&ObjectId> = folders.filter(|id| !known.contains_key(*id)).collect();
        let wanted: Vec<ObjectId> = wanted.into_iter().cloned().collect();
        drop(known);
        let mut found = self.files(&wanted)?;
        let blobs: BTreeSet<&ObjectId> = found
            .values()
            .flatten()
            .flatten()
            .map(|(.., id)| id)
            .collect();
        let blobs: Vec<ObjectId> = blobs.into_iter().cloned().collect();
        let contents = self.repository.blobs_there(&blobs)?;
        let blobs: BTreeMap<&ObjectId, &Vec<u8>> = blobs
            .iter()
            .zip(&contents)
            .filter_map(|(id, bytes)| Some((id, bytes.as_ref()?)))
            .collect();
        let checked: Vec<(ObjectId, Checked)> = std::mem::take(&mut found)
            .into_par_iter()
            .map(|(folder, files)| {
                let checked = match files {
                    Ok(files) => check(&files, &blobs),
                    Err(missing) => Checked::Missing(missing),
                };
                (folder, checked)
            })
            .collect();
        self.checked.borrow_mut().extend(checked);
        Ok(())
    }

    /// The files below each folder.
    fn files(
        &self,
        folders: &[ObjectId],
    ) -> Result<BTreeMap<ObjectId, Result<Vec<File>, String>>, GitError> {
        let mut out: BTreeMap<ObjectId, Result<Vec<File>, String>> = folders
            .iter()
            .map(|folder| (folder.clone(), Ok(Vec::new())))
            .collect();
        // Folder, path below it, tree: one level of all of them at a time.
        let mut level: Vec<(ObjectId, String, ObjectId)> = folders
            .iter()
            .map(|folder| (folder.clone(), String::new(), folder.clone()))
            .collect();
        for depth in 0..=DEPTH {
            if level.is_empty() {
                break;
            }
            if level.len() > LARGEST {
                for (folder, ..) in level {
                    out.insert(folder, Err(String::from("it holds too many folders")));
                }
                break;
            }
            let names: Vec<String> = level.iter().map(|(.., tree)| tree.to_string()).collect();
            let trees = self.repository.trees(&names)?;
            let mut next = Vec::new();
            for ((folder, prefix, tree), entries) in level.into_iter().zip(trees) {
                let Some(files) = out.get_mut(&folder) else {
                    continue;
                };
                let entries = match entries {
                    Some(entries) if depth < DEPTH => entries,
                    Some(_) => {
                        *files = Err(format!("{prefix} is too deep"));
                        continue;
                    }
                    None => {
                        *files = Err(format!("tree {tree} is missing"));
                        continue;
                    }
                };
                for entry in entries {
                    let path = format!("{prefix}{}", entry.path);
                    match (entry.mode, files.as_mut()) {
                        (Mode::Folder, _) => {
                            next.push((folder.clone(), format!("{path}/"), entry.id));
                        }
                        (mode, Ok(files)) => files.push((path, mode, entry.id)),
                        (_, Err(_)) => {}
                    }
                }
            }
            level = next;
        }
        Ok(out)
    }
}

/// Hashes the files of a folder and compares them with its list.
fn check(files: &[File], blobs: &BTreeMap<&ObjectId, &Vec<u8>>) -> Checked {
    let list = files.iter().find(|(path, ..)| path == Sums::FILE);
    let text = match list {
        Some((_, Mode::File, id)) => blobs.get(id).copied(),
        _ => {
            return Checked::Folder {
                sums: None,
                wrong: vec![String::from("SHA256SUMS is missing")],
            };
        }
    };
    let mut listing = Vec::with_capacity(files.len());
    for (path, mode, id) in files.iter().filter(|(path, ..)| path != Sums::FILE) {
        let found = match (mode, blobs.get(id)) {
            (Mode::Link, _) => Found::Link,
            (Mode::File | Mode::Executable, Some(bytes)) => Found::File(Digest::of(bytes)),
            (Mode::File | Mode::Executable, None) => {
                return Checked::Missing(format!("{path} ({id}) is missing"));
            }
            _ => Found::Special,
        };
        listing.push((path.as_str(), found));
    }
    let Some(text) = text else {
        return Checked::Missing(String::from("SHA256SUMS is missing"));
    };
    let wrong = match Sums::parse(text) {
        Ok(sums) => sums
            .check(listing)
            .iter()
            .map(ToString::to_string)
            .collect(),
        Err(fault) => vec![fault.message],
    };
    Checked::Folder {
        sums: Some(Digest::of(text)),
        wrong,
    }
}
