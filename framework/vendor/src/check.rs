//! Whether a local copy is what the lock says.

use std::path::Path;

use terrace_lock::Entry;

use crate::Result;
use crate::apply::read_copy;
use crate::tree::{Files, digest};

/// The copy of an entry as it lies on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copy {
    /// The folder is not there.
    Missing,
    /// Its files have another digest than the entry.
    Changed,
    /// Its files are those of the entry.
    Same(Files),
}

/// Reads the copy of an entry below the repository's root.
///
/// # Errors
/// It cannot be read, or holds links or special files.
pub fn compare(root: &Path, entry: &Entry) -> Result<Copy> {
    Ok(match read_copy(root, &entry.folder)? {
        None => Copy::Missing,
        Some(files) if digest(&files) != entry.sha256 => Copy::Changed,
        Some(files) => Copy::Same(files),
    })
}
