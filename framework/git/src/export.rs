//! Writing a tree out as files, byte for byte: no line-ending conversion, no
//! filters, so that what runs is what was signed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{OpenOptionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::error::GitError;
use crate::id::ObjectId;
use crate::objects::{Mode, TreeFile};
use crate::repository::Repository;
use crate::write::check_path;

impl Repository {
    /// Writes all files of a commit or tree into `folder`, which must be empty
    /// or not there. Links are made only if they stay inside. How many files.
    ///
    /// # Errors
    /// [`GitError::UnsafePath`] for submodules, special components and links
    /// that lead out; [`GitError::Io`]; no such commit; git fails.
    pub fn export(&self, tree: &ObjectId, folder: &Path) -> Result<usize, GitError> {
        self.export_files(&self.read_tree(tree)?, folder)
    }

    /// Likewise what can be a source: without submodules, paths that are not UTF-8,
    /// and links that lead out.
    ///
    /// # Errors
    /// As [`Repository::export`], for what is written.
    pub fn export_sources(&self, tree: &ObjectId, folder: &Path) -> Result<usize, GitError> {
        let mut files = self.sources(tree)?.files;
        files.retain(|path, file| file.mode != Mode::Link || check_link(path, &file.bytes).is_ok());
        self.export_files(&files, folder)
    }

    fn export_files(
        &self,
        files: &BTreeMap<String, TreeFile>,
        folder: &Path,
    ) -> Result<usize, GitError> {
        // All refusals come before the first file.
        for (path, file) in files {
            check_path(path)?;
            if file.mode == Mode::Link {
                check_link(path, &file.bytes)?;
            }
        }
        make_folder(folder)?;
        if fs::read_dir(folder).map_err(at(folder))?.next().is_some() {
            return Err(at(folder)(io::Error::from(
                io::ErrorKind::DirectoryNotEmpty,
            )));
        }
        let mut made: Option<PathBuf> = None;
        // Links last: nothing is ever written through one.
        let (links, plain): (Vec<_>, Vec<_>) =
            files.iter().partition(|(_, file)| file.mode == Mode::Link);
        for (path, file) in plain.into_iter().chain(links) {
            let target = folder.join(path);
            if let Some(parent) = target.parent()
                && made.as_deref() != Some(parent)
            {
                make_folder(parent)?;
                made = Some(parent.to_owned());
            }
            write(&target, file).map_err(at(&target))?;
        }
        Ok(files.len())
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> GitError {
    let path = path.to_owned();
    move |source| GitError::Io {
        path: path.clone(),
        source,
    }
}

fn make_folder(folder: &Path) -> Result<(), GitError> {
    fs::create_dir_all(folder).map_err(at(folder))
}

fn write(target: &Path, file: &TreeFile) -> io::Result<()> {
    if file.mode == Mode::Link {
        return symlink(std::ffi::OsStr::from_bytes(&file.bytes), target);
    }
    let mode = if file.mode == Mode::Executable {
        0o755
    } else {
        0o644
    };
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(target)?
        .write_all(&file.bytes)
}

/// A link may point anywhere below the top, by its text alone.
fn check_link(path: &str, target: &[u8]) -> Result<(), GitError> {
    let refuse = || {
        Err(GitError::UnsafePath {
            path: path.to_owned(),
            reason: "it is a link that leads out of the tree",
        })
    };
    let Ok(target) = std::str::from_utf8(target) else {
        return refuse();
    };
    if target.starts_with('/') || target.is_empty() {
        return refuse();
    }
    let mut depth = path.split('/').count() - 1;
    for component in target.split('/') {
        match component {
            "" | "." => {}
            ".." => match depth.checked_sub(1) {
                Some(up) => depth = up,
                None => return refuse(),
            },
            _ => depth += 1,
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "export_tests.rs"]
mod tests;
