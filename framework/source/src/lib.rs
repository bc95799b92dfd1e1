//! Trees of source files: what a render reads.
//!
//! A render is a function of a [`Tree`]: the working copy, a git commit, or
//! memory. Paths are relative to the repository, with `/`, without `.` and `..`
//! (see [`path`]); reading outside the repository is not expressible.

pub mod codes;
mod memory;
pub mod path;

use std::sync::Arc;

pub use memory::MemoryTree;

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link; trees do not follow links, readers refuse them by name.
    Link,
    /// Another git repository, a submodule: no commit of this one has its files.
    Repository,
    /// Something whose name is not UTF-8, so nothing can refer to it; the name has
    /// replacement characters.
    NotUtf8,
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name, without the folder.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
    /// Whether the owner may execute it.
    pub executable: bool,
}

/// Why a path could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// Nothing is there.
    Missing,
    /// A folder, link or special file is there.
    NotAFile,
    /// A symbolic link stands on the way.
    Link {
        /// The link's path.
        path: String,
    },
    /// Another git repository stands there.
    Repository,
    /// Its name is not UTF-8.
    NotUtf8,
    /// Larger than the limit.
    TooLarge {
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The system refused.
    Io {
        /// What it said.
        message: String,
    },
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("no such file"),
            Self::NotAFile => f.write_str("not a regular file"),
            Self::Link { path } => write!(f, "`{path}` is a symbolic link"),
            Self::Repository => {
                f.write_str("a git repository of its own, whose files no commit of this one has")
            }
            Self::NotUtf8 => f.write_str("its name is not UTF-8"),
            Self::TooLarge { bytes, limit } => {
                write!(f, "{bytes} bytes, more than the limit of {limit}")
            }
            Self::Io { message } => f.write_str(message),
        }
    }
}

/// Largest file any tree hands out, in bytes.
pub const MAX_FILE: u64 = 32 << 20;

/// A repository's files at one moment.
pub trait Tree: Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// What stands in the way, see [`ReadError`].
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError>;

    /// The entries of a folder sorted by name; `None` where no folder is.
    fn list(&self, folder: &str) -> Option<Arc<[Entry]>>;

    /// What stands at a path; `None` where nothing is.
    fn kind(&self, path: &str) -> Option<EntryKind> {
        if path.is_empty() {
            return Some(EntryKind::Folder);
        }
        let (folder, name) = path::split(path);
        self.list(folder)?
            .binary_search_by(|entry| entry.name.as_str().cmp(name))
            .ok()
            .and_then(|at| self.list(folder).map(|entries| entries[at].kind))
    }

    /// All regular files below a folder, sorted by path, relative to the
    /// repository. Links are reported as entries of kind [`EntryKind::Link`].
    fn walk(&self, folder: &str) -> Vec<(String, EntryKind, bool)> {
        let mut out = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in self.list(&folder).unwrap_or_default().iter() {
                let path = path::join(&folder, &entry.name);
                match entry.kind {
                    EntryKind::Folder => open.push(path),
                    kind => out.push((path, kind, entry.executable)),
                }
            }
        }
        out.sort();
        out
    }
}
