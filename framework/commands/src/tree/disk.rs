//! The working copy as a source tree.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use terrace_source::{Entry, EntryKind, MAX_FILE, ReadError, Tree, path};

/// Files below a folder. Links are never followed: every step of a path must be
/// a folder of its own parent's listing. Listings are read once.
#[derive(Debug)]
pub struct DiskTree {
    root: PathBuf,
    listings: Mutex<BTreeMap<String, Option<Arc<[Entry]>>>>,
}

impl DiskTree {
    /// The tree below `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            listings: Mutex::default(),
        }
    }

    /// The folder it stands for.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn entry(&self, path: &str) -> Option<Entry> {
        let (folder, name) = path::split(path);
        let entries = self.list(folder)?;
        let at = entries
            .binary_search_by(|entry| entry.name.as_str().cmp(name))
            .ok()?;
        Some(entries[at].clone())
    }

    fn read_folder(&self, folder: &str) -> Option<Arc<[Entry]>> {
        let mut entries: Vec<Entry> = Vec::new();
        for entry in fs::read_dir(self.root.join(folder)).ok()? {
            let entry = entry.ok()?;
            let name = entry.file_name();
            let Some(name) = name.to_str().map(str::to_owned) else {
                entries.push(Entry {
                    name: name.to_string_lossy().into_owned(),
                    kind: EntryKind::NotUtf8,
                    executable: false,
                });
                continue;
            };
            let kind = entry.file_type().ok()?;
            let (kind, executable) = if kind.is_dir() {
                match entry.path().join(".git").symlink_metadata() {
                    Ok(_) => (EntryKind::Repository, false),
                    Err(_) => (EntryKind::Folder, false),
                }
            } else if kind.is_file() {
                let mode = entry.metadata().ok()?.permissions().mode();
                (EntryKind::File, mode & 0o100 != 0)
            } else {
                (EntryKind::Link, false)
            };
            entries.push(Entry {
                name,
                kind,
                executable,
            });
        }
        entries.sort();
        Some(entries.into())
    }
}

impl Tree for DiskTree {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        let entry = self.entry(path).ok_or(ReadError::Missing)?;
        match entry.kind {
            EntryKind::Folder => return Err(ReadError::NotAFile),
            EntryKind::Repository => return Err(ReadError::Repository),
            EntryKind::NotUtf8 => return Err(ReadError::NotUtf8),
            EntryKind::Link => return Err(ReadError::Link { path: path.into() }),
            EntryKind::File => {}
        }
        let full = self.root.join(path);
        let io = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => ReadError::Missing,
            _ => ReadError::Io {
                message: error.to_string(),
            },
        };
        let bytes = fs::metadata(&full).map_err(io)?.len();
        if bytes > MAX_FILE {
            return Err(ReadError::TooLarge {
                bytes,
                limit: MAX_FILE,
            });
        }
        fs::read(&full).map(Arc::from).map_err(io)
    }

    fn list(&self, folder: &str) -> Option<Arc<[Entry]>> {
        let lock = || self.listings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(folder) {
            return known.clone();
        }
        let is_folder = folder.is_empty()
            || self
                .entry(folder)
                .is_some_and(|e| e.kind == EntryKind::Folder);
        let listing = is_folder.then(|| self.read_folder(folder)).flatten();
        lock().insert(folder.to_owned(), listing.clone());
        listing
    }

    fn kind(&self, path: &str) -> Option<EntryKind> {
        if path.is_empty() {
            return Some(EntryKind::Folder);
        }
        self.entry(path).map(|entry| entry.kind)
    }
}
