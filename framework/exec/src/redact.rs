//! Known secrets are taken out of everything a child prints before anything is
//! kept or shown.

use std::fmt;
use std::sync::Arc;

/// What stands in the place of a secret.
pub(crate) const REDACTED: &str = "(redacted)";

/// Shorter values are not looked for: they would be found everywhere.
const SHORTEST: usize = 4;

/// A line of a secret of several lines is looked for from this length on, since
/// a tool may indent the lines; shorter ones (`}`, `EOF`) are common text.
const SHORTEST_LINE: usize = 8;

/// Values that must not show. `Debug` shows how many.
#[derive(Clone, Default)]
pub struct Secrets {
    patterns: Arc<Patterns>,
}

#[derive(Default)]
struct Patterns {
    /// Longest first for each first byte, so that the longest wins.
    by_first: Vec<Vec<Box<[u8]>>>,
    longest: usize,
    count: usize,
}

impl Secrets {
    /// Looks for each value as it stands, as JSON and HCL write it, in base64,
    /// and line by line. Values shorter than four bytes are left out.
    pub fn new<V: AsRef<[u8]>>(values: impl IntoIterator<Item = V>) -> Self {
        let mut all: Vec<Box<[u8]>> = Vec::new();
        for value in values {
            let value = value.as_ref();
            if value.len() < SHORTEST {
                continue;
            }
            all.push(value.into());
            all.push(escaped(value).into());
            all.push(base64(value).into());
            all.extend(
                value
                    .split(|byte| *byte == b'\n')
                    .map(<[u8]>::trim_ascii)
                    .filter(|line| line.len() >= SHORTEST_LINE)
                    .map(Box::from),
            );
        }
        all.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        all.dedup();
        let mut by_first = vec![Vec::new(); if all.is_empty() { 0 } else { 256 }];
        let longest = all.first().map_or(0, |pattern| pattern.len());
        let count = all.len();
        for pattern in all {
            if let Some(&first) = pattern.first() {
                by_first[usize::from(first)].push(pattern);
            }
        }
        Self {
            patterns: Arc::new(Patterns {
                by_first,
                longest,
                count,
            }),
        }
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.patterns.count == 0
    }

    /// `text` without the secrets.
    pub fn redact(&self, text: &str) -> String {
        let mut out = Vec::with_capacity(text.len());
        let mut redactor = Redactor::new(self.clone());
        redactor.push(text.as_bytes(), &mut out);
        redactor.finish(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.patterns.count)
    }
}

/// Takes secrets out of a stream that comes in chunks: the end of a chunk waits
/// while it may be the start of a secret.
#[derive(Debug)]
pub(crate) struct Redactor {
    secrets: Secrets,
    pending: Vec<u8>,
}

impl Redactor {
    pub(crate) fn new(secrets: Secrets) -> Self {
        Self {
            secrets,
            pending: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        if self.secrets.is_empty() {
            out.extend_from_slice(chunk);
            return;
        }
        self.pending.extend_from_slice(chunk);
        let settled = (self.pending.len() + 1).saturating_sub(self.secrets.patterns.longest);
        self.scan(settled, out);
    }

    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) {
        self.scan(self.pending.len(), out);
    }

    /// Handles every position before `settled`; a match may reach beyond it.
    fn scan(&mut self, settled: usize, out: &mut Vec<u8>) {
        let patterns = &self.secrets.patterns;
        let bytes = &self.pending;
        let mut at = 0;
        let mut copied = 0;
        while at < settled {
            let found = patterns.by_first[usize::from(bytes[at])]
                .iter()
                .find(|pattern| bytes[at..].starts_with(pattern));
            match found {
                Some(pattern) => {
                    out.extend_from_slice(&bytes[copied..at]);
                    out.extend_from_slice(REDACTED.as_bytes());
                    at += pattern.len();
                    copied = at;
                }
                None => at += 1,
            }
        }
        out.extend_from_slice(&bytes[copied..at]);
        self.pending.drain(..at);
    }
}

/// As JSON and HCL write the value between quotes.
fn escaped(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    for &byte in value {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend(*b"\\n"),
            b'\r' => out.extend(*b"\\r"),
            b'\t' => out.extend(*b"\\t"),
            // Go's encoder, which terraform uses, writes these three so.
            b'<' => out.extend(*b"\\u003c"),
            b'>' => out.extend(*b"\\u003e"),
            b'&' => out.extend(*b"\\u0026"),
            _ => out.push(byte),
        }
    }
    out
}

/// Base64 of the whole value, without padding, so that it is also found where
/// padding is left out.
fn base64(value: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::with_capacity(value.len() * 4 / 3 + 4);
    for group in value.chunks(3) {
        let word = group
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        for index in 0..=group.len() {
            let six = (word >> (18 - 6 * index)) & 0x3f;
            out.push(ALPHABET[six as usize]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_written_form() {
        let secrets = Secrets::new(["hunter2\"<x>", "line one is long\nline two is long", "abc"]);
        for text in [
            "password = hunter2\"<x> .",
            r#"{"p":"hunter2\"\u003cx\u003e"}"#,
            "data: aHVudGVyMiI8eD4=",
            "    line one is long",
            "    line two is long\n",
        ] {
            let redacted = secrets.redact(text);
            assert!(redacted.contains(REDACTED), "{text} -> {redacted}");
            assert!(!redacted.contains("hunter2") && !redacted.contains("is long"));
        }
        assert_eq!(secrets.redact("abc"), "abc");
        assert_eq!(format!("{:?}", Secrets::new(["hunter2"])), "Secrets(2)");
    }

    #[test]
    fn cuts_between_chunks_make_no_difference() {
        let secrets = Secrets::new(["canary-value", "canary", "value-of"]);
        let text = "x canary-value-of canary-valu canary-value\ncanar".as_bytes();
        let whole = secrets.redact(std::str::from_utf8(text).expect("text"));
        assert!(!whole.contains("canary"));
        for first in 0..=text.len() {
            for second in first..=text.len() {
                let mut out = Vec::new();
                let mut redactor = Redactor::new(secrets.clone());
                redactor.push(&text[..first], &mut out);
                redactor.push(&text[first..second], &mut out);
                redactor.push(&text[second..], &mut out);
                redactor.finish(&mut out);
                assert_eq!(String::from_utf8_lossy(&out), whole);
            }
        }
    }
}
