//! Sources, spans and diagnostics.
//!
//! Every message a user sees about their own files is a [`Diagnostic`]: a code,
//! a sentence, places ([`Label`]) and what to do next (help). Stages collect
//! diagnostics and go on; nothing in this crate prints.

mod code;
mod diagnostic;
mod human;
mod json;
mod printable;
mod redact;
mod source;
mod suggest;

pub use code::Code;
pub use diagnostic::{Diagnostic, Diagnostics, Label, Severity};
pub use human::{Style, render, render_all};
pub use json::{place_json, to_json};
pub use printable::{one_line, printable, printable_json};
pub use redact::{is_secret_parameter, redact};
pub use source::{FileId, LineColumn, SourceFile, SourceMap, Span};
pub use suggest::closest;
