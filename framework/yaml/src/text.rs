//! The text of a scalar: a slice of a shared buffer.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::read::token::RawText;

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
    #[inline]
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
    #[inline]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether it is the empty text.
    #[inline]
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

    /// The text at a place.
    pub(crate) fn text(&self, raw: RawText) -> Text {
        Text {
            buffer: Arc::clone(&self.buffer),
            start: raw.start,
            len: raw.len,
        }
    }

    /// The text at a place, before [`TextBuilder::finish`].
    pub(crate) fn str<'a>(&'a self, source: &'a str, raw: RawText) -> &'a str {
        let start = (raw.start & !DECODED) as usize;
        let text = if raw.start & DECODED == 0 {
            source
        } else {
            &self.decoded
        };
        text.get(start..start + raw.len as usize).unwrap_or("")
    }

    /// Begins a text that is not in the source as it is; what is pushed until
    /// [`TextBuilder::end`] belongs to it.
    pub(crate) fn begin(&self) -> usize {
        self.decoded.len()
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.decoded.push_str(text);
    }

    pub(crate) fn push_char(&mut self, character: char) {
        self.decoded.push(character);
    }

    /// The text that began at `from`.
    pub(crate) fn end(&self, from: usize) -> RawText {
        RawText {
            start: from as u32 | DECODED,
            len: (self.decoded.len() - from) as u32,
        }
    }

    /// Takes back the text that was ended last.
    pub(crate) fn forget(&mut self, last: RawText) {
        self.decoded.truncate((last.start & !DECODED) as usize);
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

    #[inline]
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
