//! Work folders: exactly the release's bytes, verified before and after.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use terrace_release::{Digest, Found, Sums};

use crate::error::{TerraformError, at};
use crate::layout::{Layout, no_link};
use crate::source::{Entry, EntryKind, RootBytes, is_left_by_terraform, list_folder};

/// A root's work folder with the release's bytes in it.
#[derive(Debug, Clone)]
pub(crate) struct WorkFolder {
    pub(crate) root: String,
    pub(crate) folder: PathBuf,
    pub(crate) data: PathBuf,
    pub(crate) bytes: RootBytes,
}

impl WorkFolder {
    /// Brings the folder to exactly these bytes. Files are copied, never
    /// linked: a provisioner may append to one. Files that are right already
    /// are left alone; what is not listed is removed, but a state file is not.
    pub(crate) fn prepare(
        layout: &Layout,
        root: &str,
        bytes: RootBytes,
    ) -> Result<Self, TerraformError> {
        let folder = layout.work(root);
        let data = layout.data(root);
        no_link(&folder)?;
        fs::create_dir_all(&folder).map_err(at(&folder))?;
        let entries = list_folder(&folder)?;
        if let Some(entry) = entries.iter().find(|entry| is_state(entry)) {
            return Err(TerraformError::StateInWork {
                path: folder.join(&entry.path),
                data,
            });
        }
        for entry in entries.iter().rev() {
            remove_stale(&folder, entry, &bytes)?;
        }
        for (path, content) in &bytes.files {
            let target = folder.join(path);
            if !is_same(&target, content) {
                write_new(&target, content).map_err(at(&target))?;
            }
        }
        let work = Self {
            root: root.to_owned(),
            folder,
            data,
            bytes,
        };
        work.verify()?;
        Ok(work)
    }

    /// Compares the folder with the release's list, links and unlisted files
    /// included.
    pub(crate) fn verify(&self) -> Result<(), TerraformError> {
        let mut listing = Vec::new();
        for entry in list_folder(&self.folder)? {
            if is_left_by_terraform(&entry.path, &self.bytes.sums) {
                continue;
            }
            let found = match entry.kind {
                EntryKind::Folder => continue,
                EntryKind::Link => Found::Link,
                EntryKind::Special => Found::Special,
                EntryKind::File => {
                    let path = self.folder.join(&entry.path);
                    Found::File(Digest::of(fs::read(&path).map_err(at(&path))?))
                }
            };
            listing.push((entry.path, found));
        }
        let faults = self.bytes.sums.check(listing);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(TerraformError::WorkChanged {
                root: self.root.clone(),
                faults,
            })
        }
    }

    /// The digest of what is in it.
    pub(crate) fn digest(&self) -> Digest {
        self.bytes.sums.digest()
    }

    /// Whether the release pins providers.
    pub(crate) fn has_lock_file(&self) -> bool {
        self.bytes.sums.get(".terraform.lock.hcl").is_some()
    }
}

/// A state file that terraform left in its working directory. What lies in
/// `.terraform` is a note about the backend, not a state.
fn is_state(entry: &Entry) -> bool {
    let name = entry.path.rsplit('/').next().unwrap_or(&entry.path);
    entry.kind == EntryKind::File
        && name.contains(".tfstate")
        && !entry.path.starts_with(".terraform/")
}

fn remove_stale(folder: &Path, entry: &Entry, bytes: &RootBytes) -> Result<(), TerraformError> {
    let path = folder.join(&entry.path);
    let listed = entry.path == Sums::FILE || bytes.sums.get(&entry.path).is_some();
    match entry.kind {
        EntryKind::File if listed => Ok(()),
        EntryKind::Folder => match fs::remove_dir(&path) {
            // A folder that holds something listed stays.
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
            result => result.map_err(at(&path)),
        },
        _ => fs::remove_file(&path).map_err(at(&path)),
    }
}

/// A plain file of this content that no other name shares.
fn is_same(path: &Path, content: &[u8]) -> bool {
    fs::symlink_metadata(path)
        .is_ok_and(|meta| meta.is_file() && meta.nlink() == 1 && meta.len() == content.len() as u64)
        && fs::read(path).is_ok_and(|found| found == content)
}

/// Writes a file that is new on disk, so that no link is written through.
fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)?
        .write_all(content)
}

#[cfg(test)]
#[path = "work_tests.rs"]
mod tests;
