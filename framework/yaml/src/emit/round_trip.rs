//! What kyaml loses: a resource is written as text (go-yaml v3) and read again
//! on its way to JSON, and the emitter does not write folded block scalars with
//! several lines so that they read back the same.

use std::borrow::Cow;
use std::sync::Arc;

use terrace_diag::Diagnostic;

use super::analysis::analyze;
use crate::resolve::{self, Value};
use crate::{Node, ReadOptions, Style, codes};

const BREAKS: [char; 4] = ['\n', '\u{85}', '\u{2028}', '\u{2029}'];

/// The value of a scalar after that round trip. `flow`: it stands in a flow
/// collection, where nothing, and a time with `:`, are written in quotes.
///
/// # Errors
/// Tags that do not fit their text, and what kustomize writes but cannot read.
pub fn round_trip(node: &Node, flow: bool) -> Result<Value<'_>, Diagnostic> {
    let text = || Cow::Borrowed(node.as_str().unwrap_or_default());
    match resolve::v3(node)? {
        Value::Str(text) if !flow => text_round_trip(text, node).map(Value::Str),
        Value::Null if flow && node.is_untyped() && text().is_empty() => Ok(Value::Str(text())),
        Value::Timestamp(_) if flow && node.is_untyped() && text().contains(':') => {
            Ok(Value::Str(text()))
        }
        value => Ok(value),
    }
}

fn text_round_trip<'t>(text: Cow<'t, str>, node: &Node) -> Result<Cow<'t, str>, Diagnostic> {
    let folded = node.style() == Style::Folded;
    if !folded && node.style() != Style::Literal {
        return Ok(text);
    }
    if text.starts_with('\t') && is_block(&text) {
        return Err(Diagnostic::error(
            &codes::CHARACTER,
            "found a tab character where an indentation space is expected",
        )
        .at(node.span())
        .help("kustomize cannot write a block text that begins with a tab; use double quotes"));
    }
    let lines = text.strip_suffix('\n').unwrap_or(&text);
    let simple = !lines.contains(BREAKS) && !lines.starts_with([' ', '\t']) && !lines.is_empty();
    if !folded || simple || text.is_empty() || !is_block(&text) {
        return Ok(text);
    }
    let source: Arc<str> = write_folded(&text).into();
    let read = crate::read_first(
        &source,
        0..source.len(),
        node.span().file,
        &ReadOptions::default(),
    );
    match read {
        Ok(Some(read)) => Ok(Cow::Owned(read.as_str().unwrap_or_default().to_owned())),
        Ok(None) => Ok(text),
        Err(error) => Err(Diagnostic::error(&codes::SYNTAX, error.message)
            .at(node.span())
            .help("kustomize cannot write this folded text either; use | or double quotes")),
    }
}

/// Whether go-yaml v3 writes the text as a block scalar: tabs are allowed there.
fn is_block(text: &str) -> bool {
    text.is_empty() || analyze(&text.replace('\t', "x")).block
}

/// `yaml_emitter_write_folded_scalar` of go-yaml v3 at the indentation 2.
fn write_folded(text: &str) -> String {
    let mut out = String::from(">");
    if text.starts_with(' ') || text.starts_with(BREAKS) {
        out.push('2');
    }
    let mut last = text.chars().rev();
    match (last.next(), last.next()) {
        (Some(one), Some(two)) if BREAKS.contains(&one) && BREAKS.contains(&two) => out.push('+'),
        (Some(one), None) if BREAKS.contains(&one) => out.push('+'),
        (Some(one), _) if BREAKS.contains(&one) => {}
        _ => out.push('-'),
    }
    out.push('\n');
    // It means to look at the line that follows, but looks at the first.
    let first_is_blank = text
        .trim_start_matches(BREAKS)
        .chars()
        .next()
        .is_none_or(|c| c == ' ' || c == '\t');
    let mut breaks = true;
    let mut leading_spaces = true;
    for character in text.chars() {
        if BREAKS.contains(&character) {
            if !breaks && !leading_spaces && character == '\n' && !first_is_blank {
                out.push('\n');
            }
            out.push(character);
            breaks = true;
        } else {
            if breaks {
                out.push_str("  ");
                leading_spaces = character == ' ' || character == '\t';
            }
            out.push(character);
            breaks = false;
        }
    }
    out
}
