//! One process at a time works on an environment in a checkout.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};

use serde::{Deserialize, Serialize};

use crate::error::{TerraformError, at};
use crate::layout::Layout;

/// Who holds a lock, for the one who must wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// What runs (`terrace apply ops`).
    pub command: String,
    /// Its process id.
    pub pid: u32,
    /// The machine's name.
    pub host: String,
    /// When it began, RFC 3339.
    pub started: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            command,
            pid,
            host,
            started,
        } = self;
        write!(f, "`{command}` (process {pid} on {host}, since {started})")
    }
}

/// The lock of an environment's work folders, held until dropped. The kernel
/// releases it when the process ends in whatever way, so it is never stale.
#[derive(Debug)]
pub struct WorkLock {
    file: File,
    effective: bool,
}

impl WorkLock {
    /// Takes the lock.
    ///
    /// # Errors
    /// [`TerraformError::Locked`], or the file cannot be made.
    pub fn acquire(
        layout: &Layout,
        environment: &str,
        holder: &Holder,
    ) -> Result<Self, TerraformError> {
        layout.prepare()?;
        let path = layout.lock();
        let mut file = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(at(&path))?;
        let effective = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // A holder that has not written its name yet is still a holder.
                let _ = file.read_to_string(&mut text);
                return Err(TerraformError::Locked {
                    environment: environment.to_owned(),
                    holder: serde_json::from_str(&text).ok(),
                });
            }
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
                false
            }
            Err(TryLockError::Error(error)) => return Err(at(&path)(error)),
        };
        let text = serde_json::to_string(holder).map_err(|error| at(&path)(error.into()))?;
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(text.as_bytes()))
            .map_err(at(&path))?;
        Ok(Self { file, effective })
    }

    /// Who works on an environment just now, without waiting and without taking
    /// the lock.
    pub fn holder(layout: &Layout) -> Option<Holder> {
        let mut file = File::open(layout.lock()).ok()?;
        let mut text = String::new();
        file.read_to_string(&mut text).ok()?;
        // A holder that is gone has left its name only if it was killed.
        let holder: Holder = serde_json::from_str(&text).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(holder),
            _ => None,
        }
    }

    /// Whether the file system knows locks. Without, two processes can be at
    /// work at once, and only terraform's own state lock stands between them.
    pub fn is_effective(&self) -> bool {
        self.effective
    }
}

impl Drop for WorkLock {
    fn drop(&mut self) {
        // The name goes before the lock; if it cannot, the next holder writes over it.
        let _ = self.file.set_len(0);
        // Closing would not do while a process that another thread is starting
        // still has a copy. If this fails, the kernel unlocks when that is gone.
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn holder(pid: u32) -> Holder {
        Holder {
            command: String::from("terrace apply ops"),
            pid,
            host: String::from("ci"),
            started: String::from("2026-01-01T00:00:00Z"),
        }
    }

    #[test]
    fn of_fifty_exactly_one_wins_and_the_others_are_told_who() {
        let folder = tempfile::tempdir().expect("folder");
        let layout = Layout::new(folder.path(), "ops");
        let barrier = std::sync::Barrier::new(50);
        let won = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for pid in 0..50 {
                let (layout, barrier, won) = (&layout, &barrier, &won);
                scope.spawn(move || {
                    let lock = WorkLock::acquire(layout, "ops", &holder(pid));
                    barrier.wait();
                    match lock {
                        Ok(_) => {
                            won.fetch_add(1, Ordering::SeqCst);
                        }
                        Err(TerraformError::Locked { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                });
            }
        });
        assert_eq!(won.into_inner(), 1);
        let lock = WorkLock::acquire(&layout, "ops", &holder(7)).expect("free again");
        let Err(TerraformError::Locked {
            holder: Some(who), ..
        }) = WorkLock::acquire(&layout, "ops", &holder(8))
        else {
            panic!("locked");
        };
        assert_eq!(who, holder(7));
        assert_eq!(WorkLock::holder(&layout), Some(holder(7)));
        let other = Layout::new(folder.path(), "apps");
        assert!(WorkLock::acquire(&other, "apps", &holder(8)).is_ok());
        drop(lock);
        assert_eq!(WorkLock::holder(&layout), None);
    }
}
