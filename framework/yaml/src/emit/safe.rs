//! YAML of our own that every reader understands alike.

use std::fmt::Write as _;

use super::analysis::analyze;
use super::writer::Writer;
use crate::resolve::{self, Value};
use crate::{Content, Mapping, Node, Tag};

/// Appends a document to `out`: entries in their order, block style, lines not
/// folded, a line feed at the end. Scalars mean what the core schema of YAML 1.2
/// says; strings are quoted unless all of YAML 1.1, YAML 1.2 and go-yaml read
/// them as strings without. Tags other than YAML's own are not written.
pub fn safe(node: &Node, out: &mut String) {
    let mut writer = Writer::new(out);
    write_node(&mut writer, node, false);
    writer.indent = -1;
    writer.write_indent();
}

fn write_node(writer: &mut Writer<'_>, node: &Node, value: bool) {
    match node.content() {
        Content::Scalar(text) => write_scalar(writer, node, text),
        Content::Sequence(items) if items.is_empty() => writer.write_word("[]"),
        Content::Sequence(items) => {
            let indent = writer.indent;
            if !value || writer.indention {
                writer.indent = if indent < 0 { 0 } else { indent + 2 };
            }
            for item in items {
                writer.write_indent();
                writer.write_entry_indicator(b'-');
                write_node(writer, item, false);
            }
            writer.indent = indent;
        }
        Content::Mapping(mapping) if mapping.is_empty() => writer.write_word("{}"),
        Content::Mapping(mapping) => write_mapping(writer, mapping),
    }
}

fn write_mapping(writer: &mut Writer<'_>, mapping: &Mapping) {
    let indent = writer.indent;
    writer.indent = if indent < 0 { 0 } else { indent + 2 };
    for (key, value) in mapping.iter() {
        writer.write_indent();
        match key.as_str() {
            Some(text) if text.len() <= 128 => {
                write_key(writer, key, text);
                writer.write_colon();
            }
            _ => {
                writer.write_entry_indicator(b'?');
                write_node(writer, key, false);
                writer.write_indent();
                writer.write_entry_indicator(b':');
            }
        }
        write_node(writer, value, true);
    }
    writer.indent = indent;
}

fn write_key(writer: &mut Writer<'_>, key: &Node, text: &str) {
    match resolve::core(key) {
        Ok(Value::Str(_)) | Err(_) => write_line(writer, text),
        _ => write_scalar(writer, key, text),
    }
}

fn write_scalar(writer: &mut Writer<'_>, node: &Node, text: &str) {
    match resolve::core(node) {
        Ok(Value::Null) => writer.write_word("null"),
        Ok(Value::Bool(true)) => writer.write_word("true"),
        Ok(Value::Bool(false)) => writer.write_word("false"),
        Ok(Value::Int(value)) => write_number(writer, value),
        Ok(Value::Uint(value)) => write_number(writer, value),
        Ok(Value::BigInt(digits)) => writer.write_word(&digits),
        Ok(Value::Float(value)) => write_float(writer, value),
        Ok(Value::Timestamp(text)) => write_line(writer, &text),
        Ok(Value::Binary(_)) if node.tag() == Tag::Binary => {
            writer.write_word("!!binary");
            write_line(writer, text);
        }
        Ok(Value::Str(_) | Value::Merge | Value::Binary(_)) | Err(_) => write_text(writer, text),
    }
}

fn write_number(writer: &mut Writer<'_>, value: impl std::fmt::Display) {
    let mut text = String::new();
    let _ = write!(text, "{value}");
    writer.write_word(&text);
}

/// With a point and, if at all, a signed exponent: YAML 1.1 wants both.
fn write_float(writer: &mut Writer<'_>, value: f64) {
    if value.is_nan() {
        return writer.write_word(".nan");
    }
    if value.is_infinite() {
        return writer.write_word(if value > 0.0 { ".inf" } else { "-.inf" });
    }
    let mut text = String::new();
    crate::float::write_json(value, &mut text);
    match text.split_once('e') {
        Some((mantissa, exponent)) if !mantissa.contains('.') => {
            text = format!("{mantissa}.0e{exponent}");
        }
        None if !text.contains('.') => text.push_str(".0"),
        _ => {}
    }
    writer.write_word(&text);
}

fn write_text(writer: &mut Writer<'_>, text: &str) {
    if !text.is_empty() {
        let analysis = analyze(text);
        if analysis.line_feeds && analysis.block && !analysis.separators {
            return writer.write_literal(text, analysis);
        }
    }
    write_line(writer, text);
}

/// A string on one line.
fn write_line(writer: &mut Writer<'_>, text: &str) {
    if !text.is_empty() && !analyze(text).multiline && needs_no_quotes(text) {
        writer.write_plain(text, false);
    } else {
        writer.write_double_quoted(text, false);
    }
}

/// Whether every reader takes the plain text for this string.
fn needs_no_quotes(text: &str) -> bool {
    analyze(text).plain
        && matches!(resolve::core_text(text), Value::Str(_))
        && matches!(resolve::v3_text(text), Value::Str(_))
        && resolve::v2_is_string(text)
        && !resolve::is_sexagesimal(text)
        && resolve::yaml11_reading(text).is_none()
        // Some readers are stricter inside the text or at its ends.
        && !text.ends_with(':')
        && !text.contains('\u{FEFF}')
}
