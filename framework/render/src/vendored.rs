//! Local copies of remote Kustomize bases, for the builder.

use std::sync::Arc;

use terrace_diag::Diagnostic;
use terrace_kustomize::Remotes;
use terrace_lock::address::kustomize;
use terrace_lock::{FOLDER, LockFile};
use terrace_platform::remote::refused;

/// Looks addresses up in `terrace.lock`, if there is one.
#[derive(Debug, Clone)]
pub struct VendoredBases {
    lock: Option<Arc<LockFile>>,
    root: String,
}

impl VendoredBases {
    /// The copies of a repository whose root has this absolute path.
    pub fn new(lock: Option<Arc<LockFile>>, root: impl Into<String>) -> Self {
        Self {
            lock,
            root: root.into(),
        }
    }
}

impl Remotes for VendoredBases {
    fn local(&self, address: &str) -> Result<Option<String>, Diagnostic> {
        let remote = kustomize::parse(address).map_err(|fault| refused(address, &fault))?;
        let local = remote.and_then(|remote| self.lock.as_ref()?.local(&remote, None));
        Ok(local.map(|local| format!("{}/{local}", self.root)))
    }

    fn boundary(&self, path: &str) -> Option<String> {
        let inside = path.strip_prefix(&self.root)?.strip_prefix('/')?;
        if !inside.starts_with(FOLDER) {
            return None;
        }
        let entry = self.lock.as_ref()?.at(inside)?;
        Some(format!("{}/{}", self.root, entry.folder))
    }
}
