//! What a reader may be asked to do, so that hostile input ends early.

/// No text may be larger than this, whatever the limits say: places are 31 bits
/// wide, and decoding may lengthen a text by half.
pub(crate) const MAX_BYTES: usize = 1 << 30;

/// Upper bounds for reading; each has its own error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of the text in bytes; at most 1 GiB whatever is said here.
    pub bytes: usize,
    /// Collections inside one another.
    pub depth: usize,
    /// Nodes of all documents of a text, as written.
    pub nodes: usize,
    /// Nodes that come from expanding aliases and merge keys, in all documents
    /// of a text.
    pub alias_nodes: usize,
    /// Documents in one text.
    pub documents: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 256 << 20,
            depth: 256,
            nodes: 20_000_000,
            alias_nodes: 1_000_000,
            documents: 50_000,
        }
    }
}
