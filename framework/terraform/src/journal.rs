//! The write-ahead journal of an apply.
//!
//! Terraform accepts the same saved plan again after it was killed in its first
//! apply, and runs provisioners twice (robustness.md E6). So an apply is written
//! down before it begins and after it ended; one that began and did not end is
//! found, told, and planned anew.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{TerraformError, at};
use crate::lock::Holder;

/// How far an apply came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Begun; nothing is known about its end.
    Begun,
    /// Terraform ended by itself, in whatever way: its state is saved.
    Ended,
}

/// The last apply of a root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The format, 1.
    pub schema: u32,
    /// The root.
    pub root: String,
    /// The digest of its bytes.
    pub digest: String,
    /// `apply` or `destroy`.
    pub action: String,
    /// The sha256 of the plan file.
    pub plan_file: String,
    /// The digest of what the plan does.
    pub plan: String,
    /// Whether there was a state before.
    pub had_state: bool,
    /// Who.
    pub holder: Holder,
    /// How far it came.
    pub phase: Phase,
}

/// The journal of one root.
#[derive(Debug, Clone)]
pub(crate) struct Journal {
    path: PathBuf,
}

impl Journal {
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// The last apply, if there was one.
    pub(crate) fn read(&self) -> Result<Option<Record>, TerraformError> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(at(&self.path)(error)),
        };
        let unreadable = |detail: String| TerraformError::Journal {
            path: self.path.clone(),
            detail,
        };
        let record: Record =
            serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
        if record.schema != 1 {
            return Err(unreadable(format!("its format is {}", record.schema)));
        }
        Ok(Some(record))
    }

    /// Writes the record so that it is whole and on disk when this returns.
    pub(crate) fn write(&self, record: &Record) -> Result<(), TerraformError> {
        let text =
            serde_json::to_vec_pretty(record).map_err(|error| at(&self.path)(error.into()))?;
        let temporary = self.path.with_extension("new");
        write_synced(&temporary, &text)
            .and_then(|()| fs::rename(&temporary, &self.path))
            .and_then(|()| sync_folder(&self.path))
            .map_err(at(&self.path))
    }
}

fn write_synced(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn torn_journals_are_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("vpc.json");
        let journal = Journal::at(path.clone());
        assert_eq!(journal.read().expect("none"), None);
        let record = Record {
            schema: 1,
            root: String::from("vpc"),
            digest: String::from("d"),
            action: String::from("apply"),
            plan_file: String::from("f"),
            plan: String::from("p"),
            had_state: false,
            holder: Holder {
                command: String::from("terrace apply ops"),
                pid: 1,
                host: String::from("ci"),
                started: String::from("2026-01-01T00:00:00Z"),
            },
            phase: Phase::Begun,
        };
        journal.write(&record).expect("written");
        assert_eq!(journal.read().expect("read"), Some(record));
        let whole = fs::read(&path).expect("read");
        for length in [0, 1, whole.len() / 2, whole.len() - 2] {
            fs::write(&path, &whole[..length]).expect("torn");
            let torn = journal.read();
            assert!(
                matches!(torn, Err(TerraformError::Journal { .. })),
                "{length}: {torn:?}"
            );
        }
    }
}
