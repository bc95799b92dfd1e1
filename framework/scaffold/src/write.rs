//! Files written as a new folder: all of it or nothing.

use std::path::{Path, PathBuf};
use std::{fs, io};

use tempfile::TempDir;
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

/// What a new folder may find where it is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Free {
    /// Nothing.
    Absent,
    /// A folder with nothing in it.
    Empty,
    /// A folder with a `.git` and nothing else, as a fresh clone of an empty
    /// repository is.
    OnlyGit,
}

/// Writes files as the folder `target`, whole or not at all: [`stage`] and
/// [`Staged::place`] in one.
///
/// # Errors
///
/// As those two.
pub fn write_new(target: &Path, files: &[File]) -> Result<(), WriteError> {
    stage(target, files)?.place()
}

/// Files in a hidden folder, on their way to be the folder `target`. Dropped
/// before they are there, they are gone.
#[derive(Debug)]
pub struct Staged {
    hidden: TempDir,
    target: PathBuf,
    free: Free,
}

/// Writes files to a hidden folder: beside a `target` that is absent, or inside
/// one that is empty, which stays the very folder that somebody's shell may stand
/// in. Folders above `target` are made where they are missing.
///
/// # Errors
///
/// Where something is there already, which is never overwritten, and where the
/// operating system refuses.
pub fn stage(target: &Path, files: &[File]) -> Result<Staged, WriteError> {
    let (Some(name), Some(parent)) = (target.file_name(), target.parent()) else {
        return Err(WriteError::NoName {
            path: target.to_owned(),
        });
    };
    // Without a trailing `.`, which no rename takes.
    let target = parent.join(name);
    let free = must_be_free(&target)?;
    let beside = match free {
        Free::Empty | Free::OnlyGit => &target,
        Free::Absent if parent.as_os_str().is_empty() => Path::new("."),
        Free::Absent => parent,
    };
    fs::create_dir_all(beside).map_err(failed(beside))?;
    let hidden = hide(beside, files)?;
    Ok(Staged {
        hidden,
        target,
        free,
    })
}

impl Staged {
    /// The folder that holds the files, and whatever is to come with them.
    pub fn folder(&self) -> PathBuf {
        self.hidden.path().join(WHOLE)
    }

    /// Puts everything where it belongs: in one rename where nothing was, and
    /// otherwise entry by entry, `terrace.hcl` last: without it the folder is no
    /// repository yet.
    ///
    /// # Errors
    ///
    /// Where something came up meanwhile, and where the operating system refuses;
    /// what was moved is taken back then.
    pub fn place(self) -> Result<(), WriteError> {
        match self.free {
            Free::Absent => fs::rename(self.folder(), &self.target).map_err(failed(&self.target)),
            Free::Empty | Free::OnlyGit => move_up(self.hidden.path(), &self.target),
        }
    }
}

/// Refuses early what [`stage`] would refuse: a `target` with something in it.
///
/// # Errors
///
/// Something is there, or it cannot be looked at.
pub fn must_be_free(target: &Path) -> Result<Free, WriteError> {
    let metadata = match fs::symlink_metadata(target) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Free::Absent),
        Err(error) => return Err(failed(target)(error)),
    };
    let refused = || WriteError::NotEmpty {
        path: target.to_owned(),
    };
    if !metadata.is_dir() {
        return Err(refused());
    }
    let mut free = Free::Empty;
    for entry in fs::read_dir(target).map_err(failed(target))? {
        match entry.map_err(failed(target))?.file_name() == ".git" {
            true => free = Free::OnlyGit,
            false => return Err(refused()),
        }
    }
    Ok(free)
}

/// The folder within a staging folder that holds the files. The staging folder
/// itself is closed to everybody but its owner.
const WHOLE: &str = "whole";

/// Writes all files to a hidden folder that goes away by itself.
fn hide(parent: &Path, files: &[File]) -> Result<TempDir, WriteError> {
    let staged = tempfile::Builder::new()
        .prefix(".terrace-init-")
        .tempdir_in(parent)
        .map_err(failed(parent))?;
    let folder = staged.path().join(WHOLE);
    fs::create_dir(&folder).map_err(failed(&folder))?;
    for file in files {
        write_file(&folder, file)?;
    }
    Ok(staged)
}

/// Moves the entries of a staging folder into `target`, all or none.
fn move_up(staged: &Path, target: &Path) -> Result<(), WriteError> {
    let whole = staged.join(WHOLE);
    let mut names = Vec::new();
    for entry in fs::read_dir(&whole).map_err(failed(&whole))? {
        names.push(entry.map_err(failed(&whole))?.file_name());
    }
    names.sort_by_key(|name| (name == "terrace.hcl", name.clone()));
    for (done, name) in names.iter().enumerate() {
        let path = target.join(name);
        // A rename would replace a file that came up meanwhile.
        let moved = match fs::symlink_metadata(&path) {
            Ok(_) => Err(WriteError::NotEmpty { path }),
            Err(_) => fs::rename(whole.join(name), &path).map_err(failed(&path)),
        };
        if let Err(error) = moved {
            for name in &names[..done] {
                // Gone with the staging folder; what is refused here stays.
                let _ = fs::rename(target.join(name), whole.join(name));
            }
            return Err(error);
        }
    }
    Ok(())
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
