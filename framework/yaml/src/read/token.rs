//! What the scanner hands to the composer.

use crate::Style;

/// A text as a place in the source or in the decoded buffer; see
/// [`crate::text::TextBuilder`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct RawText {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// The tokens of YAML 1.1 as libyaml names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    StreamEnd,
    /// `%YAML major.minor`
    VersionDirective(u8, u8),
    /// `%TAG handle prefix`
    TagDirective(RawText, RawText),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(RawText),
    Anchor(RawText),
    /// Handle and suffix.
    Tag(RawText, RawText),
    Scalar(RawText, Style),
}

/// A token with its place in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spanned {
    pub(crate) token: Token,
    pub(crate) start: u32,
    pub(crate) end: u32,
}
