//! Texts to nodes.

mod characters;
mod class;
mod compose;
mod error;
mod folding;
mod merge;
mod scan_block;
mod scan_plain;
mod scan_properties;
mod scan_quoted;
mod scanner;
pub(crate) mod token;

#[cfg(test)]
mod read_tests;

use std::ops::Range;
use std::sync::Arc;

use terrace_diag::{Diagnostic, FileId};

use crate::limits::MAX_BYTES;
use crate::text::TextBuilder;
use crate::{Limits, Node, codes};
use compose::Composer;
use error::{ReadError, ReadResult};

/// How to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// What the text may ask for.
    pub limits: Limits,
    /// Whether `<<` merges mappings (YAML 1.1, Kustomize) or is a key like any
    /// other (YAML 1.2).
    pub merge_keys: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            merge_keys: true,
        }
    }
}

/// All documents of a text. A text without content has none; a document without
/// content is the empty plain scalar, which is null.
///
/// # Errors
///
/// The first error of the text: nothing is known about what follows it.
pub fn read(
    source: &Arc<str>,
    file: FileId,
    options: &ReadOptions,
) -> Result<Vec<Node>, Diagnostic> {
    with_composer(source, 0..source.len(), file, options, |composer| {
        let mut documents = Vec::new();
        while let Some(document) = composer.next_document()? {
            documents.push(document);
        }
        Ok(documents)
    })
}

/// The document of a text, `None` if it has no content.
///
/// # Errors
///
/// As [`read`], and if there is a second document.
pub fn read_one(
    source: &Arc<str>,
    file: FileId,
    options: &ReadOptions,
) -> Result<Option<Node>, Diagnostic> {
    with_composer(source, 0..source.len(), file, options, |composer| {
        let first = composer.next_document()?;
        if first.is_some()
            && let Some(second) = composer.next_document()?
        {
            let span = second.span();
            return Err(ReadError::new(
                &codes::ONE_DOCUMENT,
                "expected one document, but another one follows",
                span.start as usize,
                span.end as usize,
            ));
        }
        Ok(first)
    })
}

/// The first document of a part of a text, `None` if the part has no content.
/// What follows that document is not looked at, as by one `Decode` of go-yaml.
///
/// # Errors
///
/// The first error up to the end of that document.
pub fn read_first(
    source: &Arc<str>,
    range: Range<usize>,
    file: FileId,
    options: &ReadOptions,
) -> Result<Option<Node>, Diagnostic> {
    with_composer(source, range, file, options, |composer| {
        composer.next_document()
    })
}

fn with_composer<T>(
    source: &Arc<str>,
    range: Range<usize>,
    file: FileId,
    options: &ReadOptions,
    read: impl FnOnce(&mut Composer<'_>) -> ReadResult<T>,
) -> Result<T, Diagnostic> {
    let end = range.end.min(source.len());
    let range = range.start.min(end)..end;
    let check = || {
        let limit = options.limits.bytes.min(MAX_BYTES);
        if source.len() > limit {
            let message = format!("{} bytes are more than the {limit} allowed", source.len());
            return Err(ReadError::new(&codes::LIMIT_SIZE, message, 0, 0));
        }
        characters::check(source, range.clone())
    };
    check().map_err(|error| error.into_diagnostic(file, source))?;
    let texts = TextBuilder::new(source);
    let mut composer = Composer::new(source, range, file, options, texts);
    let result = read(&mut composer);
    composer.into_texts().finish();
    result.map_err(|error| error.into_diagnostic(file, source))
}
