//! The text of a scalar: a slice of a shared buffer.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// Set in [`Text::start`] when the text lies in the decoded part of a document.
const DECODED: u32 = 1 << 31;

/// An immutable text of 16 bytes that is cheap to clone.
///
/// The texts of a document that was read are slices of the document itself, or
/// of one buffer per document that holds those which are spelled differently
/// there (escapes, folded lines). Other texts own their buffer.
#[derive(Clone)]
pub struct Text {
    buffer: Arc<Buffer>,
    start: u32,
    len: u32,
}

enum Buffer {
    Owned(Box<str>),
    Document {
        source: Arc<str>,
        /// Filled once, when the document has been read.
        decoded: OnceLock<Box<str>>,
    },
}

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        let from = |text: &'_ str, start: u32| -> std::ops::Range<usize> {
            let start = start as usize;
            debug_assert!(start + self.len as usize <= text.len());
            start..start + self.len as usize
        };
        match &*self.buffer {
            Buffer::Owned(text) => text.get(from(text, self.start)),
            Buffer::Document { decoded, .. } if self.start & DECODED != 0 => decoded
                .get()
                .and_then(|text| text.get(from(text, self.start & !DECODED))),
            Buffer::Document { source, .. } => source.get(from(source, self.start)),
        }
        .unwrap_or("")
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether it is the empty text.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// Makes the texts of one document; see [`Text`].
pub(crate) struct TextBuilder {
    buffer: Arc<Buffer>,
    decoded: String,
}

impl TextBuilder {
    /// `source` must be shorter than 2 GiB (the reader's limits see to that).
    pub(crate) fn new(source: &Arc<str>) -> Self {
        Self {
            buffer: Arc::new(Buffer::Document {
                source: Arc::clone(source),
                decoded: OnceLock::new(),
            }),
            decoded: String::new(),
        }
    }

    /// `source[start..end]`.
    pub(crate) fn slice(&self, start: usize, end: usize) -> Text {
        Text {
            buffer: Arc::clone(&self.buffer),
            start: start as u32,
            len: (end - start) as u32,
        }
    }

    /// A text that is not in the source as it is.
    pub(crate) fn decoded(&mut self, text: &str) -> Text {
        let start = self.decoded.len() as u32 | DECODED;
        self.decoded.push_str(text);
        Text {
            buffer: Arc::clone(&self.buffer),
            start,
            len: text.len() as u32,
        }
    }

    /// Makes the decoded texts readable. Until then they read as empty.
    pub(crate) fn finish(self) {
        if let Buffer::Document { decoded, .. } = &*self.buffer {
            let _ = decoded.set(self.decoded.into_boxed_str());
        }
    }
}

impl From<Box<str>> for Text {
    fn from(text: Box<str>) -> Self {
        let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self {
            buffer: Arc::new(Buffer::Owned(text)),
            start: 0,
            len,
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        text.into_boxed_str().into()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Box::<str>::from(text).into()
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::from("")
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
