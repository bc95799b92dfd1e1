//! Whether a local copy is what the lock says.

use std::path::Path;

use terrace_lock::Entry;

use crate::Result;
use crate::apply::read_copy;
use crate::tree::digest;

/// How a copy differs from its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The folder is not there.
    Missing,
    /// Its files have another digest.
    Changed {
        /// The digest they have.
        found: String,
    },
}

/// Compares the copy of an entry below the repository's root.
///
/// # Errors
/// It cannot be read, or holds links or special files.
pub fn difference(root: &Path, entry: &Entry) -> Result<Option<Difference>> {
    let Some(files) = read_copy(root, &entry.folder)? else {
        return Ok(Some(Difference::Missing));
    };
    let found = digest(&files);
    Ok((found != entry.sha256).then(|| Difference::Changed {
        found: found.to_string(),
    }))
}
