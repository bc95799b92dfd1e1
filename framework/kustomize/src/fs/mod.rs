//! Where kustomizations are read from.

mod disk;
mod memory;
pub(crate) mod path;

use std::io;

pub use disk::Disk;
pub use memory::Memory;

/// What a path names, symbolic links followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
}

/// The files a build may read. Paths are absolute, in UTF-8, with `/`.
pub trait FileSystem: Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// Whatever the system says, `NotFound` if there is no such file.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// What the path names; `None` if nothing that can be read.
    fn kind(&self, path: &str) -> Option<Kind>;

    /// The names in a directory, sorted.
    ///
    /// # Errors
    /// Whatever the system says.
    fn read_dir(&self, path: &str) -> io::Result<Vec<String>>;

    /// The absolute path with all symbolic links resolved.
    ///
    /// # Errors
    /// `NotFound` if a part of it does not exist, `Unsupported` if it lies outside
    /// of what this file system holds.
    fn canonical(&self, path: &str) -> io::Result<String>;
}
