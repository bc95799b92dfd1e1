//! A repository as it will be: its own files, with the local copies and the lock
//! from memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use terrace_lock::{FILE, LockFile};
use terrace_source::{Entry, MemoryTree, ReadError, Tree, path};
use terrace_vendor::Files;

/// The base without these copies and `terrace.lock`, and those of memory
/// instead. What else lies in `vendor/` is the user's own and stays.
pub(super) struct Overlay<'t> {
    base: &'t dyn Tree,
    memory: MemoryTree,
    copies: &'t BTreeSet<String>,
}

impl<'t> Overlay<'t> {
    /// `files` by their path from the repository's root; `copies` are the folders
    /// of the lock as it was and as it will be.
    pub(super) fn new(
        base: &'t dyn Tree,
        files: &Files,
        copies: &'t BTreeSet<String>,
        lock: &LockFile,
    ) -> Self {
        let text: Arc<[u8]> = lock.to_text().into_bytes().into();
        let lock = (String::from(FILE), text, false);
        let files = files
            .iter()
            .map(|(path, file)| (path.clone(), Arc::clone(&file.bytes), file.executable));
        Self {
            base,
            memory: MemoryTree::with_modes(files.chain([lock]), []),
            copies,
        }
    }

    fn is_ours(&self, path: &str) -> bool {
        path == FILE
            || self.copies.iter().any(|folder| {
                path.strip_prefix(folder.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
    }
}

impl Tree for Overlay<'_> {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        match self.is_ours(path) {
            true => self.memory.read(path),
            false => self.base.read(path),
        }
    }

    fn list(&self, folder: &str) -> Option<Arc<[Entry]>> {
        if self.is_ours(folder) {
            return self.memory.list(folder);
        }
        let (own, ours) = (self.base.list(folder), self.memory.list(folder));
        let Some(ours) = ours else {
            return own;
        };
        let mut all: BTreeMap<String, Entry> = BTreeMap::new();
        for entry in own.unwrap_or_default().iter().chain(ours.iter()) {
            all.insert(entry.name.clone(), entry.clone());
        }
        // A copy that is gone from memory is gone.
        all.retain(|name, _| {
            let full = path::join(folder, name);
            !self.is_ours(&full) || ours.iter().any(|entry| entry.name == *name)
        });
        Some(all.into_values().collect())
    }
}

#[cfg(test)]
mod tests {
    use terrace_vendor::File;

    use super::*;

    #[test]
    fn copies_come_from_memory_and_the_rest_from_the_base() {
        let base = MemoryTree::new([
            ("base/a.hcl", &b"a"[..]),
            ("vendor/old/main.tf", b"old"),
            ("vendor/mine/main.tf", b"mine"),
            ("terrace.lock", b"old"),
        ]);
        let copies = BTreeSet::from(["vendor/old", "vendor/new"].map(String::from));
        let new = File {
            bytes: Arc::from(&b"new"[..]),
            executable: false,
        };
        let files = Files::from([(String::from("vendor/new/main.tf"), new)]);
        let tree = Overlay::new(&base, &files, &copies, &LockFile::default());
        let names = |folder: &str| -> Vec<String> {
            let entries = tree.list(folder).unwrap_or_default();
            entries.iter().map(|entry| entry.name.clone()).collect()
        };
        assert_eq!(names(""), ["base", "terrace.lock", "vendor"]);
        assert_eq!(names("vendor"), ["mine", "new"]);
        assert_eq!(tree.read("vendor/new/main.tf").as_deref(), Ok(&b"new"[..]));
        assert_eq!(
            tree.read("vendor/mine/main.tf").as_deref(),
            Ok(&b"mine"[..])
        );
        assert!(tree.read("vendor/old/main.tf").is_err());
        assert_ne!(tree.read(FILE).as_deref(), Ok(&b"old"[..]));
    }
}
