//! YAML written inside a kustomization: `patches[].patch` and the like.

use std::sync::Arc;

use terrace_diag::{FileId, SourceMap, Span};
use terrace_yaml::{Content, Node};

use crate::kustomization::Inline;

/// Where the lines of an inline text lie in its file.
pub(super) struct Places {
    /// The whole text in the file.
    whole: Span,
    /// Start of each line in the inline text and in the file.
    lines: Vec<(u32, u32)>,
    own: FileId,
}

impl Places {
    /// Registers an inline text as a source of its own, so that it can be read.
    pub(super) fn new(sources: &mut SourceMap, inline: &Inline, text: &Arc<str>) -> (FileId, Self) {
        let lines = lines(sources, inline, text);
        let path = sources
            .get(inline.span.file)
            .map_or_else(|| String::from("inline"), |file| file.path().to_owned());
        let own = sources.add(path, Arc::clone(text));
        let places = Self {
            whole: inline.span,
            lines,
            own,
        };
        (own, places)
    }

    pub(super) fn span(&self, span: Span) -> Span {
        if span.file != self.own {
            return span;
        }
        let place = |offset: u32| {
            let at = self.lines.partition_point(|(start, _)| *start <= offset);
            let (start, in_file) = self.lines.get(at.checked_sub(1)?)?;
            Some(in_file + (offset - start))
        };
        match (place(span.start), place(span.end)) {
            (Some(start), Some(end)) => Span::new(self.whole.file, start, end.max(start)),
            _ => self.whole,
        }
    }

    /// Moves all places of a document from the inline text to the file.
    pub(super) fn apply(&self, node: &mut Node) {
        node.set_span(self.span(node.span()));
        match node.content_mut() {
            Content::Scalar(_) => {}
            Content::Sequence(items) => items.iter_mut().for_each(|item| self.apply(item)),
            Content::Mapping(mapping) => {
                for entry in mapping.entries_mut() {
                    self.apply(&mut entry.key);
                    self.apply(&mut entry.value);
                }
            }
        }
    }
}

/// Pairs the lines of a literal block with those of the file. None for other
/// styles.
fn lines(sources: &SourceMap, inline: &Inline, text: &str) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    let Some(file) = sources.get(inline.span.file).filter(|_| inline.is_literal) else {
        return pairs;
    };
    let source = file.text();
    let start = inline.span.start as usize;
    let Some(header) = source.get(start..).and_then(|rest| rest.find('\n')) else {
        return pairs;
    };
    let mut at = start + header + 1;
    // The text was trimmed: its first lines may be missing.
    let skipped = inline.text.len() - inline.text.trim_start().len();
    let trimmed = inline.text.get(..skipped).unwrap_or("");
    for _ in 0..trimmed.matches('\n').count() {
        let rest = source.get(at..).unwrap_or("");
        at += rest.find('\n').map_or(0, |length| length + 1);
    }
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let Some(rest) = source.get(at..) else {
            return pairs;
        };
        let length = rest.find('\n').map_or(rest.len(), |length| length + 1);
        let in_file = &rest[..length];
        let content = line.trim_end_matches('\n');
        let indent = in_file.find(content).unwrap_or(0);
        pairs.push((offset as u32, (at + indent) as u32));
        offset += line.len();
        at += length;
    }
    pairs
}
