//! Files of Kubernetes resources, as kyaml reads them
//! (`kyaml/kio/byteio_reader.go`).

use std::ops::Range;
use std::sync::Arc;

use terrace_diag::{Diagnostic, FileId, Span};

use crate::resolve::{self, Value};
use crate::{Node, ReadOptions, codes, read_first};

/// The resources of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceDocuments {
    /// The documents that are not empty, in order.
    pub documents: Vec<Node>,
    /// How many documents the file has, empty ones included: kyaml unwraps a
    /// `List` only where it is the only one.
    pub parts: usize,
}

/// Reads all resources of a file. The file is cut at lines that begin with
/// `---`; of each part the first document counts and what follows it (after
/// `...`) is not looked at. Documents that are null are left out. `List`s are
/// not unwrapped.
///
/// # Errors
///
/// The first error of each part.
pub fn read_resources(
    source: &Arc<str>,
    file: FileId,
    options: &ReadOptions,
) -> Result<ResourceDocuments, Vec<Diagnostic>> {
    let parts = split_resources(source, file, options).map_err(|error| vec![error])?;
    let mut documents = Vec::with_capacity(parts.len());
    let mut errors = Vec::new();
    for part in &parts {
        match read_resource(source, part.clone(), file, options) {
            Ok(document) => documents.extend(document),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(ResourceDocuments {
            documents,
            parts: parts.len(),
        })
    } else {
        Err(errors)
    }
}

/// The document of one part of [`split_resources`], `None` if it is empty or
/// null. Parts may be read in any order and on several threads.
///
/// # Errors
///
/// As [`read_first`].
pub fn read_resource(
    source: &Arc<str>,
    part: Range<usize>,
    file: FileId,
    options: &ReadOptions,
) -> Result<Option<Node>, Diagnostic> {
    let node = read_first(source, part, file, options)?;
    Ok(node.filter(|node| !node.is_scalar() || !matches!(resolve::v3(node), Ok(Value::Null))))
}

/// Cuts a file at `\n---.*\n`. Neither the regular expression nor this looks at
/// quotes or block scalars. A part keeps the line break before the separator.
///
/// # Errors
///
/// Anything but a comment behind `---`, and too many documents.
pub fn split_resources(
    text: &str,
    file: FileId,
    options: &ReadOptions,
) -> Result<Vec<Range<usize>>, Diagnostic> {
    let mut parts = Vec::new();
    let bytes = text.as_bytes();
    let mut start = 0;
    let mut from = 0;
    while let Some(found) = text[from..].find("\n---") {
        let line = from + found + 1;
        let Some(length) = bytes[line..].iter().position(|byte| *byte == b'\n') else {
            break;
        };
        let behind = text[line + 3..line + length].trim();
        if !behind.is_empty() && !behind.starts_with('#') {
            let separator = text[line..line + length].trim();
            return Err(Diagnostic::error(
                &codes::SEPARATOR,
                format!("invalid document separator: {separator}"),
            )
            .at(Span::new(
                file,
                line as u32,
                (line + separator.len()) as u32,
            ))
            .help("put the text on the next line"));
        }
        parts.push(start..line);
        if parts.len() >= options.limits.documents {
            return Err(Diagnostic::error(
                &codes::LIMIT_DOCUMENTS,
                format!("more than {} documents", options.limits.documents),
            )
            .at(Span::new(file, line as u32, line as u32 + 3)));
        }
        start = line + length + 1;
        from = start;
    }
    if !text.is_empty() {
        parts.push(start..text.len());
    }
    Ok(parts)
}
