//! The printer: trees to text in the layout of `terraform fmt`, of which the
//! result is a fixed point, and which parses back to the same tree.
//!
//! Objects with more than one item take a line per item with `=` aligned; short
//! lists of plain values stay on one line; texts of several lines become
//! heredocs where one can stand. Parentheses are set where an operator needs
//! them.

mod expression;
mod inline;
mod multiline;
mod string;
mod writer;

use crate::ast::{Body, Expr};

pub use string::{is_identifier, quote};
pub use writer::Writer;

/// A body as the text of a file.
pub fn body(body: &Body) -> String {
    let mut writer = Writer::new();
    writer.body(body);
    writer.finish()
}

/// An expression as it stands after `=` at the start of a file, without a final
/// line break.
pub fn expression(expr: &Expr) -> String {
    let mut writer = Writer::new();
    writer.value(expr);
    writer.into_text()
}

/// An expression on a single line, however long.
pub fn expression_inline(expr: &Expr) -> String {
    let mut writer = Writer::new();
    writer.inline(expr, usize::MAX);
    writer.into_text()
}
