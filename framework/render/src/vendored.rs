//! Local copies of remote Kustomize bases, for the builder.

use std::sync::Arc;

use terrace_kustomize::Remotes;
use terrace_lock::address::kustomize;
use terrace_lock::{FOLDER, LockFile};

/// Looks addresses up in `terrace.lock`.
#[derive(Debug, Clone)]
pub struct VendoredBases {
    lock: Arc<LockFile>,
    root: String,
}

impl VendoredBases {
    /// The copies of a repository whose root has this absolute path.
    pub fn new(lock: Arc<LockFile>, root: impl Into<String>) -> Self {
        Self {
            lock,
            root: root.into(),
        }
    }
}

impl Remotes for VendoredBases {
    fn local(&self, address: &str) -> Option<String> {
        let remote = kustomize::parse(address).ok()??;
        let local = self.lock.local(&remote, None)?;
        Some(format!("{}/{local}", self.root))
    }

    fn boundary(&self, path: &str) -> Option<String> {
        let inside = path.strip_prefix(&self.root)?.strip_prefix('/')?;
        if !inside.starts_with(FOLDER) {
            return None;
        }
        let entry = self.lock.at(inside)?;
        Some(format!("{}/{}", self.root, entry.folder))
    }
}
