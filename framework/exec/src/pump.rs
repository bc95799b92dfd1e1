//! The threads that take a child's output while it runs.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::capture::{Captured, Keep, Sink};
use crate::mailbox::Mailbox;

pub(crate) fn thread(body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    std::thread::Builder::new()
        .name(String::from("child"))
        .stack_size(256 << 10)
        .spawn(body)
        .map(drop)
}

/// A sink that a reader fills and the waiting thread takes, which may be before
/// the reader is done.
#[derive(Debug, Clone)]
pub(crate) struct SharedSink(Arc<Mutex<Option<Sink>>>);

impl SharedSink {
    pub(crate) fn new(sink: Sink) -> Self {
        Self(Arc::new(Mutex::new(Some(sink))))
    }

    fn with(&self, act: impl FnOnce(&mut Sink)) {
        if let Some(sink) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            act(sink);
        }
    }

    pub(crate) fn fill_from(
        &self,
        mut pipe: impl Read + Send + 'static,
        mailbox: &Arc<Mailbox>,
    ) -> io::Result<()> {
        let shared = self.clone();
        let mailbox = Arc::clone(mailbox);
        thread(move || {
            let mut chunk = vec![0; 64 << 10];
            loop {
                match pipe.read(&mut chunk) {
                    Ok(0) => break,
                    Ok(length) => shared.with(|sink| sink.push(&chunk[..length])),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
                if mailbox.is_closed() {
                    break;
                }
            }
            shared.with(Sink::end);
            mailbox.stream_ended();
        })
    }

    pub(crate) fn take(&self) -> Captured {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match slot.take() {
            Some(mut sink) => {
                // Nothing more at the end of a stream that ended by itself.
                sink.end();
                sink.into_captured()
            }
            None => Sink::new(Keep::up_to(0), None, None).into_captured(),
        }
    }
}

/// A file that a child writes its output to, so that it can go on when this
/// process is gone: writing to a pipe without a reader would end it.
#[derive(Debug)]
pub(crate) struct Spool {
    /// For the child.
    pub(crate) write: File,
    read: File,
}

impl Spool {
    /// Makes the file anew, readable by its owner only: what is in it is not
    /// redacted.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let write = fs::OpenOptions::new()
            .append(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        let read = fs::OpenOptions::new().read(true).write(true).open(path)?;
        Ok(Self { write, read })
    }

    /// What the child writes, until it is gone and all was read.
    pub(crate) fn into_reader(self, mailbox: &Arc<Mailbox>) -> Tail {
        Tail {
            file: self.read,
            mailbox: Arc::clone(mailbox),
            read: 0,
            freed: 0,
            last: false,
        }
    }
}

/// Reads a file that another process appends to.
#[derive(Debug)]
pub(crate) struct Tail {
    file: File,
    mailbox: Arc<Mailbox>,
    read: u64,
    freed: u64,
    last: bool,
}

/// How often the file is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// What was read is given back to the disk in pieces of this size.
const FREE: u64 = 4 << 20;

impl Read for Tail {
    fn read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        loop {
            let length = self.file.read(chunk)?;
            self.read += length as u64;
            if self.read - self.freed >= FREE {
                self.free();
            }
            if length > 0 || self.last {
                return Ok(length);
            }
            // One more look after the child is gone: it may have written since.
            self.last = self.mailbox.wait_for_exit(LOOK);
        }
    }
}

impl Tail {
    #[cfg(target_os = "linux")]
    fn free(&mut self) {
        use rustix::fs::{FallocateFlags, fallocate};
        let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        // A file system that cannot do it keeps the bytes until the end.
        let _ = fallocate(&self.file, flags, 0, self.read);
        self.freed = self.read;
    }

    #[cfg(not(target_os = "linux"))]
    fn free(&mut self) {
        self.freed = self.read;
    }
}
