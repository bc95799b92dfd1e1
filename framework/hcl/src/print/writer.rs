//! Writes files piece by piece: blocks, attributes, comments.

use terrace_diag::FileId;
use unicode_segmentation::UnicodeSegmentation;

use super::string::quote;
use crate::ast::{Body, Expr, ExprKind, Item};
use crate::lexer::{LexMode, scan};
use crate::token::Source;

/// What the last line written is, which decides about blank lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Nothing in this body yet.
    Start,
    Attribute,
    Block,
    Comment,
    Blank,
}

/// How a value was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// On one line.
    Line,
    /// On several lines that brackets hold together.
    Lines,
    /// As a heredoc; the line of its end marker is not ended yet.
    Heredoc,
}

/// A chain of neighbouring items whose `=` are aligned: where each `=` stands
/// and how wide what leads to it is.
#[derive(Debug, Default)]
pub(super) struct Chain {
    items: Vec<(usize, usize)>,
}

/// Writes HCL in the layout of `terraform fmt` into one text.
///
/// Attributes that follow each other are aligned. Blocks are set off by blank
/// lines; [`Writer::blank`] adds one elsewhere. Names of blocks and attributes
/// must be identifiers.
#[derive(Debug)]
pub struct Writer {
    pub(super) out: String,
    pub(super) indent: usize,
    chain: Chain,
    last: Last,
    /// Whether the block at the top is a `variable`.
    in_variable: bool,
    /// Reused when a chain is aligned.
    scratch: String,
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// An empty file.
    pub fn new() -> Self {
        Self::with_capacity(1024)
    }

    /// An empty file with room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            out: String::with_capacity(bytes),
            indent: 0,
            chain: Chain::default(),
            last: Last::Start,
            in_variable: false,
            scratch: String::new(),
        }
    }

    /// The text; it ends in a line break unless it is empty.
    pub fn finish(mut self) -> String {
        self.end_chain();
        if self.last == Last::Blank {
            self.out.pop();
        }
        self.out
    }

    /// The text as it is.
    pub(super) fn into_text(self) -> String {
        self.out
    }

    /// Writes `kind "label" { … }`; `inside` writes its body.
    pub fn block(&mut self, kind: &str, labels: &[&str], inside: impl FnOnce(&mut Self)) {
        self.end_chain();
        if matches!(self.last, Last::Attribute | Last::Block) {
            self.out.push('\n');
        }
        self.indentation();
        self.out.push_str(kind);
        for label in labels {
            self.out.push(' ');
            quote(&mut self.out, label);
        }
        self.out.push_str(" {\n");
        let start = self.out.len();
        if self.indent == 0 {
            self.in_variable = kind == "variable";
        }
        self.indent += 1;
        self.last = Last::Start;
        inside(self);
        self.end_chain();
        if self.last == Last::Blank {
            self.out.pop();
        }
        self.indent -= 1;
        if self.out.len() == start {
            self.out.pop();
            self.out.push_str("}\n");
        } else {
            self.indentation();
            self.out.push_str("}\n");
        }
        self.last = Last::Block;
    }

    /// Writes `name = value`, aligned with the attributes around it.
    pub fn attribute(&mut self, name: &str, value: &Expr) {
        if self.in_variable
            && self.indent == 1
            && name == "type"
            && let Some(name) = old_type(value)
        {
            self.attribute_text("type", name);
            return;
        }
        // The formatter unwraps a value that stands alone in "${…}".
        self.attribute_with(name, |writer| writer.value(value.unwrapped()));
    }

    /// Writes `name = text`, where `text` is a whole expression on one line, in
    /// the layout of `terraform fmt`.
    pub fn attribute_text(&mut self, name: &str, text: &str) {
        debug_assert!(!text.contains('\n'), "an expression on one line");
        self.attribute_with(name, |writer| {
            writer.out.push_str(text);
            Shape::Line
        });
    }

    /// Writes `name = "text"`; the text is taken literally.
    pub fn attribute_string(&mut self, name: &str, text: &str) {
        self.attribute_with(name, |writer| {
            quote(&mut writer.out, text);
            Shape::Line
        });
    }

    /// Writes several attributes.
    pub fn attributes<'a>(&mut self, attributes: impl IntoIterator<Item = (&'a str, &'a Expr)>) {
        for (name, value) in attributes {
            self.attribute(name, value);
        }
    }

    fn attribute_with(&mut self, name: &str, value: impl FnOnce(&mut Self) -> Shape) {
        if self.last == Last::Block {
            self.out.push('\n');
        }
        self.indentation();
        let start = self.out.len();
        self.out.push_str(name);
        let mut chain = std::mem::take(&mut self.chain);
        self.item(&mut chain, start, true, value);
        self.chain = chain;
        self.last = Last::Attribute;
    }

    /// Writes ` = value` and a line break after a name or key that began at
    /// `start`, and remembers it for alignment. `whole` tells that no `=` stands
    /// in the key.
    pub(super) fn item(
        &mut self,
        chain: &mut Chain,
        start: usize,
        whole: bool,
        value: impl FnOnce(&mut Self) -> Shape,
    ) {
        let equals = self.out.len();
        let width = columns(&self.out[start..]);
        self.out.push_str(" = ");
        let shape = value(self);
        if shape == Shape::Lines || !whole {
            // This line is not part of a chain; the one before it ends here.
            self.align(chain, equals);
        } else {
            chain.items.push((equals, width));
        }
        self.out.push('\n');
    }

    /// Writes a comment, a line for each of the text's.
    pub fn comment(&mut self, text: &str) {
        self.end_chain();
        if self.last == Last::Block {
            self.out.push('\n');
        }
        for line in text.lines() {
            self.indentation();
            self.out.push('#');
            if !line.is_empty() {
                self.out.push(' ');
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
        self.last = Last::Comment;
    }

    /// Writes a blank line, unless one stands here or nothing does.
    pub fn blank(&mut self) {
        self.end_chain();
        if !matches!(self.last, Last::Start | Last::Blank) {
            self.out.push('\n');
            self.last = Last::Blank;
        }
    }

    /// Writes the items of a body.
    pub fn body(&mut self, body: &Body) {
        for item in &body.items {
            match item {
                Item::Attribute(attribute) => {
                    self.attribute(&attribute.name.name, &attribute.expr);
                }
                Item::Block(block) => {
                    let labels: Vec<&str> = block
                        .labels
                        .iter()
                        .map(|label| label.name.as_str())
                        .collect();
                    self.block(&block.kind.name, &labels, |writer| writer.body(&block.body));
                }
            }
        }
    }

    pub(super) fn indentation(&mut self) {
        const SPACES: &str = "                                                                ";
        let mut spaces = 2 * self.indent;
        while spaces > SPACES.len() {
            self.out.push_str(SPACES);
            spaces -= SPACES.len();
        }
        self.out.push_str(&SPACES[..spaces]);
    }

    /// Aligns the attributes written so far; the next one begins a new chain.
    fn end_chain(&mut self) {
        let mut chain = std::mem::take(&mut self.chain);
        let end = self.out.len();
        self.align(&mut chain, end);
        self.chain = chain;
    }

    /// Aligns the `=` of a chain, which ends before `end`, and empties it.
    pub(super) fn align(&mut self, chain: &mut Chain, end: usize) {
        let widest = chain.items.iter().map(|(_, width)| *width).max();
        let (Some(widest), Some((first, _))) = (widest, chain.items.first().copied()) else {
            return;
        };
        if chain.items.iter().any(|(_, width)| *width != widest) {
            self.scratch.clear();
            self.scratch.push_str(&self.out[first..]);
            self.out.truncate(first);
            let mut from = first;
            for (index, (equals, width)) in chain.items.iter().enumerate() {
                debug_assert!(*equals <= end);
                let to = chain
                    .items
                    .get(index + 1)
                    .map_or(first + self.scratch.len(), |n| n.0);
                for _ in *width..widest {
                    self.out.push(' ');
                }
                self.out.push_str(&self.scratch[from - first..to - first]);
                from = to;
            }
        }
        chain.items.clear();
    }
}

/// The present-day form of an old way to write a variable's type, which the
/// formatter would replace.
fn old_type(value: &Expr) -> Option<&'static str> {
    Some(match &value.kind {
        ExprKind::Variable(name) => match name.as_str() {
            "list" => "list(any)",
            "map" => "map(any)",
            "set" => "set(any)",
            _ => return None,
        },
        ExprKind::String(name) => match name.as_str() {
            "string" => "string",
            "list" => "list(string)",
            "map" => "map(string)",
            _ => return None,
        },
        _ => return None,
    })
}

/// How many columns a text on one line takes: grapheme clusters, which for the
/// formatter do not reach from one token to the next.
fn columns(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let source = Source {
        file: FileId(0),
        text,
        base: 0,
    };
    let mut end = 0;
    let mut width = 0;
    for token in scan(source, LexMode::Normal).tokens {
        width += (token.start - end) as usize + source.token_text(token).graphemes(true).count();
        end = token.end;
    }
    width
}
