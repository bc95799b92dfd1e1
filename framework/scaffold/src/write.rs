//! Files written as a new folder: all of it or nothing.

use std::path::{Path, PathBuf};
use std::{fs, io};

use thiserror::Error;

use crate::compose::File;

/// Why a folder was not written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// Something is there already.
    #[error("`{}` is already there and not an empty folder; nothing was written", .path.display())]
    NotEmpty {
        /// What is there.
        path: PathBuf,
    },
    /// The path has no last component to name a folder.
    #[error("`{}` does not name a folder", .path.display())]
    NoName {
        /// The path as given.
        path: PathBuf,
    },
    /// A read or write failed.
    #[error("cannot write `{}`", .path.display())]
    Io {
        /// What was to be written.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

/// Writes files as the folder `target`, which must be absent or empty.
///
/// They are written to a hidden folder beside it first, and appear under their
/// name in one rename: a run that is killed leaves `target` as it was. Folders
/// above `target` are made where they are missing.
///
/// # Errors
///
/// Where something is there already, which is never overwritten, and where the
/// operating system refuses.
pub fn write_new(target: &Path, files: &[File]) -> Result<(), WriteError> {
    let Some(name) = target.file_name() else {
        return Err(WriteError::NoName {
            path: target.to_owned(),
        });
    };
    refuse_occupied(target)?;
    let parent = match target.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let staged = tempfile::Builder::new()
        .prefix(".terrace-init-")
        .tempdir_in(parent)
        .map_err(failed(parent))?;
    // Not the temporary folder itself: that one is closed to everybody else.
    let folder = staged.path().join(name);
    fs::create_dir(&folder).map_err(failed(&folder))?;
    for file in files {
        write_file(&folder, file)?;
    }
    // Takes the place of an empty folder; fails where it filled up meanwhile.
    fs::rename(&folder, target).map_err(failed(target))
}

fn refuse_occupied(target: &Path) -> Result<(), WriteError> {
    let metadata = match fs::symlink_metadata(target) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(target)(error)),
    };
    let empty = metadata.is_dir()
        && fs::read_dir(target)
            .map_err(failed(target))?
            .next()
            .is_none();
    if empty {
        Ok(())
    } else {
        Err(WriteError::NotEmpty {
            path: target.to_owned(),
        })
    }
}

fn write_file(folder: &Path, file: &File) -> Result<(), WriteError> {
    let path = folder.join(&file.path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(failed(parent))?;
    }
    fs::write(&path, &file.bytes).map_err(failed(&path))?;
    if file.executable {
        make_executable(&path)?;
    }
    Ok(())
}

/// Lets everybody run a file who may read it.
#[cfg(unix)]
fn make_executable(path: &Path) -> Result<(), WriteError> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = fs::metadata(path)
        .map_err(failed(path))?
        .permissions()
        .mode();
    fs::set_permissions(
        path,
        fs::Permissions::from_mode(mode | ((mode & 0o444) >> 2)),
    )
    .map_err(failed(path))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<(), WriteError> {
    Ok(())
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |source| WriteError::Io { path, source }
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
