//! A repository as it will be: its own files, with `vendor/` and the lock from
//! memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use terrace_lock::{FILE, FOLDER, LockFile};
use terrace_source::{Entry, MemoryTree, ReadError, Tree, path};

/// The base without its `vendor/` and `terrace.lock`, and these instead.
pub(super) struct Overlay<'t> {
    base: &'t dyn Tree,
    memory: MemoryTree,
}

impl<'t> Overlay<'t> {
    /// `files` by their path from the repository's root.
    pub(super) fn new(
        base: &'t dyn Tree,
        files: &BTreeMap<String, Arc<[u8]>>,
        lock: &LockFile,
    ) -> Self {
        let text: Arc<[u8]> = lock.to_text().into_bytes().into();
        let lock = (String::from(FILE), text);
        let files = files
            .iter()
            .map(|(path, bytes)| (path.clone(), Arc::clone(bytes)));
        Self {
            base,
            memory: MemoryTree::new(files.chain([lock])),
        }
    }
}

fn is_ours(name: &str) -> bool {
    name == FILE
        || name
            .strip_prefix(FOLDER)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Tree for Overlay<'_> {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        match is_ours(path) {
            true => self.memory.read(path),
            false => self.base.read(path),
        }
    }

    fn list(&self, folder: &str) -> Option<Arc<[Entry]>> {
        if is_ours(folder) {
            return self.memory.list(folder);
        }
        let own = self.base.list(folder)?;
        if !folder.is_empty() {
            return Some(own);
        }
        let ours = self.memory.list("").unwrap_or_default();
        let kept = own
            .iter()
            .filter(|entry| !is_ours(&path::join(folder, &entry.name)));
        let mut all: Vec<Entry> = kept.chain(ours.iter()).cloned().collect();
        all.sort();
        Some(all.into())
    }
}
