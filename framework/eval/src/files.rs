//! Access to files of the repository, injected by the caller.

use std::sync::Arc;

/// Reads files for `file`, `templatefile`, `fileset` and their kin. The
/// implementation keeps paths inside the repository and records what was read
/// as inputs of the digest.
pub trait Files {
    /// The bytes of a file. `path` is as the expression gives it: relative to
    /// the repository's root, with or without `./`.
    ///
    /// # Errors
    /// A phrase that starts small and has no full stop, e.g. `no file exists
    /// at "x"`.
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError>;

    /// Whether `path` is a regular file (`fileexists`).
    ///
    /// # Errors
    /// As [`Files::read`]; a path that does not exist is `Ok(false)`.
    fn exists(&self, path: &str) -> Result<bool, FileError>;

    /// All regular files below the folder `path`, relative to it, with `/`,
    /// sorted. The patterns of `fileset` are matched by the function.
    ///
    /// # Errors
    /// As [`Files::read`].
    fn list(&self, path: &str) -> Result<Vec<String>, FileError>;
}

/// Why a file cannot be had: a phrase without a final full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError(pub String);

/// No files at all: every access is an error.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        Err(FileError(format!("no file exists at {path:?}")))
    }

    fn exists(&self, _path: &str) -> Result<bool, FileError> {
        Ok(false)
    }

    fn list(&self, _path: &str) -> Result<Vec<String>, FileError> {
        Ok(Vec::new())
    }
}
