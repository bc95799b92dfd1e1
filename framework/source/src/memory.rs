//! A tree in memory: for tests and for commits read from git.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Entry, EntryKind, ReadError, Tree, path};

/// Files in memory; folders are implied by the paths.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    files: BTreeMap<String, (Arc<[u8]>, bool)>,
    links: BTreeMap<String, String>,
    folders: BTreeMap<String, Arc<[Entry]>>,
}

impl MemoryTree {
    /// A tree of regular files.
    pub fn new<P, B>(files: impl IntoIterator<Item = (P, B)>) -> Self
    where
        P: Into<String>,
        B: Into<Arc<[u8]>>,
    {
        Self::with_modes(
            files
                .into_iter()
                .map(|(path, bytes)| (path.into(), bytes.into(), false)),
            [],
        )
    }

    /// A tree of files with their executable bit, and of symbolic links.
    pub fn with_modes(
        files: impl IntoIterator<Item = (String, Arc<[u8]>, bool)>,
        links: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        Self::with_odd(files, links, Vec::new())
    }

    /// Likewise, with what can be no source: where, and what it is.
    pub fn with_odd(
        files: impl IntoIterator<Item = (String, Arc<[u8]>, bool)>,
        links: impl IntoIterator<Item = (String, String)>,
        odd: impl IntoIterator<Item = (String, EntryKind)>,
    ) -> Self {
        let odd: BTreeMap<String, EntryKind> = odd.into_iter().collect();
        let mut tree = Self {
            files: files
                .into_iter()
                .map(|(path, bytes, executable)| (path, (bytes, executable)))
                .collect(),
            links: links.into_iter().collect(),
            folders: BTreeMap::new(),
        };
        let mut folders: BTreeMap<String, BTreeMap<String, Entry>> = BTreeMap::new();
        folders.entry(String::new()).or_default();
        let entries = tree
            .files
            .iter()
            .map(|(path, (_, executable))| (path, EntryKind::File, *executable))
            .chain(tree.links.keys().map(|path| (path, EntryKind::Link, false)))
            .chain(odd.iter().map(|(path, kind)| (path, *kind, false)));
        for (full, kind, executable) in entries {
            let (mut kind, mut executable, mut at) = (kind, executable, full.as_str());
            loop {
                let (folder, name) = path::split(at);
                let known = folders.contains_key(folder);
                folders.entry(folder.to_owned()).or_default().insert(
                    name.to_owned(),
                    Entry {
                        name: name.to_owned(),
                        kind,
                        executable,
                    },
                );
                if folder.is_empty() || known {
                    break;
                }
                (kind, executable, at) = (EntryKind::Folder, false, folder);
            }
        }
        tree.folders = folders
            .into_iter()
            .map(|(folder, entries)| (folder, entries.into_values().collect()))
            .collect();
        tree
    }
}

impl Tree for MemoryTree {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        match self.files.get(path) {
            Some((bytes, _)) => Ok(Arc::clone(bytes)),
            None if self.links.contains_key(path) => Err(ReadError::Link { path: path.into() }),
            None => Err(match self.kind(path) {
                Some(EntryKind::Repository) => ReadError::Repository,
                Some(EntryKind::NotUtf8) => ReadError::NotUtf8,
                Some(_) => ReadError::NotAFile,
                None => ReadError::Missing,
            }),
        }
    }

    fn list(&self, folder: &str) -> Option<Arc<[Entry]>> {
        self.folders.get(folder).map(Arc::clone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn implies_folders() {
        let tree = MemoryTree::new([("a/b/c", &b"1"[..]), ("a/d", b"2"), ("e", b"3")]);
        assert_eq!(tree.kind("a/b"), Some(EntryKind::Folder));
        assert_eq!(tree.kind("a/d"), Some(EntryKind::File));
        assert_eq!(tree.kind("x"), None);
        let all: Vec<String> = tree.walk("").into_iter().map(|(path, ..)| path).collect();
        assert_eq!(all, ["a/b/c", "a/d", "e"]);
        assert_eq!(tree.read("a"), Err(ReadError::NotAFile));
    }
}
