//! Writing copies and the lock: to a side folder, renamed into place, the lock
//! last. Killed at any point, the old lock stands, and what is missing or
//! differs is found by the next run.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use terrace_lock::{FILE, FOLDER, LockFile};

use crate::tree::{File, Files, digest};
use crate::{Result, codes, refuse};

/// Prefix of side folders; a left-over of a killed run is removed by the next.
const STAGING: &str = ".staging-";

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Folders that were written.
    pub written: Vec<String>,
    /// Folders that were removed.
    pub removed: Vec<String>,
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> terrace_diag::Diagnostic {
    let path = path.to_owned();
    move |error| refuse(&codes::CANNOT_WRITE, format!("{}: {error}", path.display()))
}

/// Holds `vendor/` for one run; it is released when the file is closed, also
/// when the process is killed. `None`: another run holds it.
///
/// # Errors
/// The folder cannot be made or locked.
pub fn lock_folder(root: &Path) -> Result<Option<fs::File>> {
    let folder = root.join(FOLDER);
    let made = fs::symlink_metadata(&folder);
    match made {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => {
            return Err(refuse(
                &codes::IN_THE_WAY,
                format!("`{FOLDER}` is there and not a folder"),
            ));
        }
        Err(_) => fs::create_dir_all(&folder).map_err(failed(&folder))?,
    }
    let file = fs::File::open(&folder).map_err(failed(&folder))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(&folder)(error)),
    }
}

/// The files of a copy; `None` where no folder is.
///
/// # Errors
/// It holds links or special files, or cannot be read.
pub(crate) fn read_copy(root: &Path, folder: &str) -> Result<Option<Files>> {
    let top = root.join(folder);
    match fs::symlink_metadata(&top) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => {
            return Err(refuse(
                &codes::DIFFERS,
                format!("`{folder}` is not a folder"),
            ));
        }
        Err(_) => return Ok(None),
    }
    let mut files = Files::new();
    let mut open = vec![(top, String::new())];
    while let Some((path, prefix)) = open.pop() {
        for entry in fs::read_dir(&path).map_err(failed(&path))? {
            let entry = entry.map_err(failed(&path))?;
            let full = entry.path();
            let odd = |what: &str| {
                refuse(
                    &codes::DIFFERS,
                    format!(
                        "`{folder}/{prefix}{}` {what}",
                        entry.file_name().to_string_lossy()
                    ),
                )
            };
            let Ok(name) = entry.file_name().into_string() else {
                return Err(odd("has a name that is not UTF-8"));
            };
            let kind = entry.file_type().map_err(failed(&full))?;
            let shown = format!("{prefix}{name}");
            if kind.is_dir() {
                open.push((full, format!("{shown}/")));
            } else if kind.is_file() {
                let bytes = fs::read(&full).map_err(failed(&full))?;
                let mode = entry.metadata().map_err(failed(&full))?.permissions();
                files.insert(shown, File::new(bytes, mode.mode()));
            } else {
                return Err(odd("is a link or a special file"));
            }
        }
    }
    Ok(Some(files))
}

/// Writes copies by folder, removes the folders of `old` that `new` has no
/// more, and writes the lock. The folder must be held ([`lock_folder`]).
///
/// # Errors
/// Something is in the way, or the system refuses; the lock is then the old one.
pub fn apply(
    root: &Path,
    old: &LockFile,
    new: &LockFile,
    copies: &BTreeMap<String, Files>,
) -> Result<Written> {
    let vendor = root.join(FOLDER);
    remove_left_overs(&vendor)?;
    let mut written = Written::default();
    let staging = tempfile::Builder::new()
        .prefix(STAGING)
        .tempdir_in(&vendor)
        .map_err(failed(&vendor))?;
    let known = |folder: &str| old.entries().any(|entry| entry.folder == folder);
    let mut staged: Vec<(PathBuf, &String)> = Vec::new();
    for (at, (folder, files)) in copies.iter().enumerate() {
        if !known(folder)
            && let Some(there) = read_copy(root, folder)?
        {
            // A run that was killed before it wrote the lock.
            if digest(&there) == digest(files) {
                continue;
            }
            return Err(refuse(
                &codes::IN_THE_WAY,
                format!("`{folder}` is there and not in terrace.lock"),
            )
            .help("move it away, or delete it if an interrupted run left it there"));
        }
        let side = staging.path().join(format!("new-{at}"));
        write_files(&side, files)?;
        staged.push((side, folder));
    }
    let aside = |at: usize| staging.path().join(format!("old-{at}"));
    for (at, (side, folder)) in staged.iter().enumerate() {
        let target = root.join(folder);
        if fs::symlink_metadata(&target).is_ok() {
            fs::rename(&target, aside(at)).map_err(failed(&target))?;
        }
        fs::rename(side, &target).map_err(failed(&target))?;
        written.written.push((*folder).clone());
    }
    let kept = |folder: &str| new.entries().any(|entry| entry.folder == folder);
    let gone = old.entries().filter(|entry| !kept(&entry.folder));
    for (at, entry) in gone.enumerate() {
        let target = root.join(&entry.folder);
        if fs::symlink_metadata(&target).is_ok() {
            fs::rename(&target, aside(staged.len() + at)).map_err(failed(&target))?;
            written.removed.push(entry.folder.clone());
        }
    }
    sync(&vendor)?;
    write_lock(root, old, new)?;
    staging.close().map_err(failed(&vendor))?;
    // An empty folder would not be kept by git either.
    if new.is_empty() {
        let _ = fs::remove_dir(&vendor);
    }
    Ok(written)
}

fn write_files(folder: &Path, files: &Files) -> Result<()> {
    fs::create_dir(folder).map_err(failed(folder))?;
    for (path, content) in files {
        let full = folder.join(path);
        if let Some(parent) = full.parent() {
            fs::create_dir_all(parent).map_err(failed(parent))?;
        }
        // As git does: the user's umask decides who else may.
        let mode = if content.executable { 0o777 } else { 0o666 };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(mode);
        let mut file = options.open(&full).map_err(failed(&full))?;
        file.write_all(&content.bytes).map_err(failed(&full))?;
        file.sync_data().map_err(failed(&full))?;
    }
    Ok(())
}

/// The lock: whole and synced beside the old one, then in its place.
fn write_lock(root: &Path, old: &LockFile, new: &LockFile) -> Result<()> {
    let path = root.join(FILE);
    let text = new.to_text();
    if fs::read(&path).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(());
    }
    if new.is_empty() {
        if !old.is_empty() {
            fs::remove_file(&path).map_err(failed(&path))?;
        }
        return Ok(());
    }
    let mut file = NamedTempFile::with_prefix_in(".terrace.lock-", root).map_err(failed(root))?;
    file.write_all(text.as_bytes()).map_err(failed(&path))?;
    make_readable(file.path()).map_err(failed(&path))?;
    file.as_file().sync_all().map_err(failed(&path))?;
    file.persist(&path)
        .map_err(|error| failed(&path)(error.error))?;
    sync(root)
}

/// Temporary files are closed to others; this one is committed.
fn make_readable(path: &Path) -> io::Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

fn sync(folder: &Path) -> Result<()> {
    fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed(folder))
}

fn remove_left_overs(vendor: &Path) -> Result<()> {
    for entry in fs::read_dir(vendor).map_err(failed(vendor))? {
        let entry = entry.map_err(failed(vendor))?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with(STAGING) {
            fs::remove_dir_all(entry.path()).map_err(failed(vendor))?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
