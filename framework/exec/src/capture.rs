//! What is kept of a stream: its start and its end, never more than asked for.

use std::borrow::Cow;
use std::sync::Arc;

use crate::clean::Stripper;
use crate::command::Stream;
use crate::mailbox::Mailbox;
use crate::redact::{Redactor, Secrets};

/// How many bytes of a stream are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// From the start.
    pub head: usize,
    /// From the end, of what comes after the head.
    pub tail: usize,
}

impl Keep {
    /// Everything up to a limit; what comes after is counted only.
    pub const fn up_to(limit: usize) -> Self {
        Self {
            head: limit,
            tail: 0,
        }
    }
}

impl Default for Keep {
    /// 64 KiB of the start, 192 KiB of the end: errors stand at the end.
    fn default() -> Self {
        Self {
            head: 64 << 10,
            tail: 192 << 10,
        }
    }
}

/// What was kept of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    head: Vec<u8>,
    tail: Vec<u8>,
    total: u64,
}

impl Captured {
    /// How many bytes there were, after control sequences and secrets were
    /// taken out.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many bytes were left out between start and end.
    pub fn left_out(&self) -> u64 {
        self.total - self.head.len() as u64 - self.tail.len() as u64
    }

    /// Whether nothing was left out.
    pub fn is_complete(&self) -> bool {
        self.left_out() == 0
    }

    /// All bytes, or `None` if some were left out.
    pub fn into_bytes(mut self) -> Option<Vec<u8>> {
        self.is_complete().then(|| {
            self.head.append(&mut self.tail);
            self.head
        })
    }

    /// As text: invalid UTF-8 replaced, a line in the place of what was left
    /// out.
    pub fn text(&self) -> Cow<'_, str> {
        if self.tail.is_empty() && self.is_complete() {
            return String::from_utf8_lossy(&self.head);
        }
        let mut bytes = self.head.clone();
        if !self.is_complete() {
            if !bytes.ends_with(b"\n") && !bytes.is_empty() {
                bytes.push(b'\n');
            }
            bytes.extend(format!("[{} bytes left out]\n", self.left_out()).as_bytes());
        }
        bytes.extend_from_slice(&self.tail);
        Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Keeps start and end of a stream.
#[derive(Debug)]
struct Keeper {
    keep: Keep,
    captured: Captured,
}

impl Keeper {
    fn push(&mut self, bytes: &[u8]) {
        let Captured { head, tail, total } = &mut self.captured;
        *total += bytes.len() as u64;
        let room = self.keep.head.saturating_sub(head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        head.extend_from_slice(first);
        if rest.len() >= self.keep.tail {
            tail.clear();
            tail.extend_from_slice(&rest[rest.len() - self.keep.tail..]);
            return;
        }
        tail.extend_from_slice(rest);
        // Cut only now and then, so that each byte moves a bounded number of times.
        if tail.len() > 2 * self.keep.tail {
            self.trim();
        }
    }

    fn trim(&mut self) {
        let tail = &mut self.captured.tail;
        let excess = tail.len().saturating_sub(self.keep.tail);
        tail.drain(..excess);
    }

    fn finish(mut self) -> Captured {
        self.trim();
        self.captured
    }
}

/// A line longer than this is handed over in pieces.
const LONGEST_LINE: usize = 64 << 10;

/// Cuts a stream into lines and hands them to the waiting thread.
#[derive(Debug)]
pub(crate) struct Lines {
    pub(crate) stream: Stream,
    pub(crate) mailbox: Arc<Mailbox>,
    partial: Vec<u8>,
}

impl Lines {
    pub(crate) fn new(stream: Stream, mailbox: Arc<Mailbox>) -> Self {
        Self {
            stream,
            mailbox,
            partial: Vec::new(),
        }
    }

    fn push(&mut self, mut bytes: &[u8]) {
        while let Some(at) = bytes.iter().position(|byte| *byte == b'\n') {
            self.partial.extend_from_slice(&bytes[..at]);
            self.flush();
            bytes = &bytes[at + 1..];
        }
        self.partial.extend_from_slice(bytes);
        if self.partial.len() > LONGEST_LINE {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let text = String::from_utf8_lossy(&self.partial).into_owned();
        self.partial.clear();
        self.mailbox.line(self.stream, text);
    }

    fn finish(&mut self) {
        if !self.partial.is_empty() {
            self.flush();
        }
    }
}

/// The way of a child's bytes: control sequences out, secrets out, kept, shown.
#[derive(Debug)]
pub(crate) struct Sink {
    stripper: Option<Stripper>,
    redactor: Option<Redactor>,
    keeper: Keeper,
    lines: Option<Lines>,
    stripped: Vec<u8>,
    redacted: Vec<u8>,
}

impl Sink {
    /// Bytes are kept as they come when `secrets` is `None`.
    pub(crate) fn new(keep: Keep, secrets: Option<&Secrets>, lines: Option<Lines>) -> Self {
        Self {
            stripper: secrets.map(|_| Stripper::default()),
            redactor: secrets
                .filter(|secrets| !secrets.is_empty())
                .map(|secrets| Redactor::new(secrets.clone())),
            keeper: Keeper {
                keep,
                captured: Captured::default(),
            },
            lines,
            stripped: Vec::new(),
            redacted: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, chunk: &[u8]) {
        self.step(chunk, false);
    }

    fn step(&mut self, chunk: &[u8], last: bool) {
        let mut bytes = chunk;
        if let Some(stripper) = &mut self.stripper {
            self.stripped.clear();
            stripper.push(bytes, &mut self.stripped);
            if last {
                stripper.finish(&mut self.stripped);
            }
            bytes = &self.stripped;
        }
        if let Some(redactor) = &mut self.redactor {
            self.redacted.clear();
            redactor.push(bytes, &mut self.redacted);
            if last {
                redactor.finish(&mut self.redacted);
            }
            bytes = &self.redacted;
        }
        self.keeper.push(bytes);
        if let Some(lines) = &mut self.lines {
            lines.push(bytes);
            if last {
                lines.finish();
            }
        }
    }

    /// Hands over what still waits, at the end of the stream.
    pub(crate) fn end(&mut self) {
        self.step(&[], true);
    }

    /// What was kept.
    pub(crate) fn into_captured(self) -> Captured {
        self.keeper.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(head: usize, tail: usize, chunks: &[&[u8]]) -> Captured {
        let mut sink = Sink::new(Keep { head, tail }, None, None);
        for chunk in chunks {
            sink.push(chunk);
        }
        sink.end();
        sink.into_captured()
    }

    #[test]
    fn keeps_start_and_end() {
        let captured = keep(3, 3, &[b"0123", b"45", b"6789"]);
        assert_eq!(captured.text(), "012\n[4 bytes left out]\n789");
        assert_eq!((captured.total(), captured.left_out()), (10, 4));
        assert_eq!(captured.into_bytes(), None);
        let captured = keep(3, 3, &[b"0", b"12345"]);
        assert_eq!(captured.text(), "012345");
        assert_eq!(captured.into_bytes().as_deref(), Some(&b"012345"[..]));
        assert_eq!(keep(0, 0, &[b"abc"]).text(), "[3 bytes left out]\n");
    }

    #[test]
    fn moves_each_byte_a_bounded_number_of_times() {
        let captured = keep(10, 1000, &vec![&b"x"[..]; 100_000]);
        assert_eq!(captured.total(), 100_000);
        assert_eq!(captured.left_out(), 98_990);
    }
}
