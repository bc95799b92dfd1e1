//! A root's bytes, verified before anything is done with them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use terrace_release::{Digest, Fault, Found, Sums};

use crate::error::{TerraformError, at};

/// Where a root's bytes come from.
#[derive(Debug, Clone)]
pub enum RootSource {
    /// From a release in git: every file of the root's folder by path, its
    /// `SHA256SUMS` among them.
    Files(BTreeMap<String, Vec<u8>>),
    /// From a rendered folder on disk.
    Folder(PathBuf),
}

/// A root's files, exactly as its `SHA256SUMS` lists them.
#[derive(Debug, Clone)]
pub(crate) struct RootBytes {
    /// By path, with `SHA256SUMS`.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) sums: Sums,
}

impl RootSource {
    /// Reads and verifies: the list has the digest, the files are the list.
    pub(crate) fn load(&self, root: &str, expected: Digest) -> Result<RootBytes, TerraformError> {
        let read;
        let (files, odd) = match self {
            Self::Files(files) => (files, Vec::new()),
            Self::Folder(folder) => {
                let (files, odd) = read_folder(folder)?;
                read = files;
                (&read, odd)
            }
        };
        let Some(list) = files.get(Sums::FILE) else {
            return Err(TerraformError::Source {
                root: root.to_owned(),
                faults: vec![Fault::Missing {
                    path: Sums::FILE.to_owned(),
                }],
            });
        };
        let found = Digest::of(list);
        if found != expected {
            return Err(TerraformError::Digest {
                root: root.to_owned(),
                expected,
                found,
            });
        }
        let sums = Sums::parse(list).map_err(|error| TerraformError::Roots {
            message: format!("SHA256SUMS of root `{root}`: {}", error.message),
        })?;
        let listing = files
            .iter()
            .map(|(path, bytes)| (path.as_str(), Found::File(Digest::of(bytes))))
            .chain(odd.iter().map(|(path, found)| (path.as_str(), *found)))
            .filter(|(path, _)| !is_left_by_terraform(path, &sums));
        let faults = sums.check(listing);
        if !faults.is_empty() {
            return Err(TerraformError::Source {
                root: root.to_owned(),
                faults,
            });
        }
        let files = files
            .iter()
            .filter(|(path, _)| path.as_str() == Sums::FILE || sums.get(path).is_some())
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect();
        Ok(RootBytes { files, sums })
    }
}

/// What somebody who ran terraform in the folder left there (rendering.md).
pub(crate) fn is_left_by_terraform(path: &str, sums: &Sums) -> bool {
    let own =
        path == ".terraform" || path.starts_with(".terraform/") || path == ".terraform.lock.hcl";
    own && sums.get(path).is_none()
}

/// Every file below a folder with its bytes, and everything that is neither
/// file nor folder. `.terraform` is not read.
fn read_folder(folder: &Path) -> Result<Listing, TerraformError> {
    let mut files = BTreeMap::new();
    let mut odd = Vec::new();
    for entry in list_folder(folder)? {
        match entry.kind {
            EntryKind::File if entry.path.starts_with(".terraform/") => {}
            EntryKind::File => {
                let path = folder.join(&entry.path);
                let bytes = fs::read(&path).map_err(at(&path))?;
                files.insert(entry.path, bytes);
            }
            EntryKind::Link => odd.push((entry.path, Found::Link)),
            EntryKind::Special => odd.push((entry.path, Found::Special)),
            EntryKind::Folder => {}
        }
    }
    Ok((files, odd))
}

type Listing = (BTreeMap<String, Vec<u8>>, Vec<(String, Found)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    File,
    Folder,
    Link,
    Special,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// From the folder's top, with `/`; invalid UTF-8 replaced.
    pub(crate) path: String,
    pub(crate) kind: EntryKind,
}

/// Everything below a folder, no link followed, folders before what they hold.
pub(crate) fn list_folder(folder: &Path) -> Result<Vec<Entry>, TerraformError> {
    let mut out = Vec::new();
    let mut todo = vec![String::new()];
    while let Some(prefix) = todo.pop() {
        let path = folder.join(&prefix);
        for entry in fs::read_dir(&path).map_err(at(&path))? {
            let entry = entry.map_err(at(&path))?;
            let kind = entry.file_type().map_err(at(&path))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let below = if prefix.is_empty() {
                name.into_owned()
            } else {
                format!("{prefix}/{name}")
            };
            let kind = if kind.is_symlink() {
                EntryKind::Link
            } else if kind.is_dir() {
                todo.push(below.clone());
                EntryKind::Folder
            } else if kind.is_file() {
                EntryKind::File
            } else {
                EntryKind::Special
            };
            out.push(Entry { path: below, kind });
        }
    }
    Ok(out)
}
