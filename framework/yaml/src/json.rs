//! Nodes as JSON, byte for byte as Go's `encoding/json` writes the values that
//! go-yaml decodes: keys sorted by bytes, no blanks, `<`, `>` and `&` escaped.

use std::borrow::Cow;
use std::fmt::Write as _;

use terrace_diag::Diagnostic;

use crate::duplicates::duplicate_key;
use crate::emit::resource::{key_text, not_json};
use crate::emit::round_trip::round_trip;
use crate::resolve::{self, Value};
use crate::{Content, Entry, Mapping, Node, Style, float, lossy};

/// Appends a resource as `RNode.MarshalJSON` of kyaml does it: scalars by
/// go-yaml v3.
///
/// # Errors
///
/// What cannot be written: repeated keys, keys below the root that are not
/// strings, tags that do not fit, infinity.
pub fn write(node: &Node, out: &mut String) -> Result<(), Diagnostic> {
    let place = Place {
        root: true,
        flow: false,
    };
    write_v3(node, place, out)
}

/// Appends a kustomization file or another configuration as `YAMLToJSON` of
/// `sigs.k8s.io/yaml` does it: scalars by go-yaml v2 (times stay texts), keys that
/// are numbers or booleans become strings, of repeated keys the last one counts.
///
/// # Errors
///
/// Keys without a text, tags that do not fit, infinity.
pub fn write_v2(node: &Node, out: &mut String) -> Result<(), Diagnostic> {
    match node.content() {
        Content::Scalar(_) => write_value(resolve::v2(node)?, node, out),
        Content::Sequence(items) => write_items(items, out, write_v2),
        Content::Mapping(mapping) => {
            let mut entries: Vec<(Cow<'_, str>, &Entry)> = Vec::with_capacity(mapping.len());
            for entry in mapping.entries() {
                entries.push((v2_key(&entry.key)?, entry));
            }
            // Stable: of repeated keys the last stays last.
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            out.push('{');
            let mut first = true;
            for (at, (key, entry)) in entries.iter().enumerate() {
                if entries.get(at + 1).is_some_and(|next| next.0 == *key) {
                    continue;
                }
                write_separator(&mut first, out);
                write_string(key, out);
                out.push(':');
                write_v2(&entry.value, out)?;
            }
            out.push('}');
            Ok(())
        }
    }
}

/// Appends a string in quotes with the escapes of `encoding/json`.
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0C => "\\f",
            b'<' => "\\u003c",
            b'>' => "\\u003e",
            b'&' => "\\u0026",
            0..0x20 => "",
            0xE2 => match text.as_bytes().get(at + 1..at + 3) {
                Some([0x80, 0xA8]) => "\\u2028",
                Some([0x80, 0xA9]) => "\\u2029",
                _ => continue,
            },
            _ => continue,
        };
        out.push_str(&text[from..at]);
        if escape.is_empty() {
            let _ = write!(out, "\\u{byte:04x}");
        } else {
            out.push_str(escape);
        }
        from = at + if byte == 0xE2 { 3 } else { 1 };
    }
    out.push_str(&text[from..]);
    out.push('"');
}

/// Where a node stands in a resource.
#[derive(Debug, Clone, Copy)]
struct Place {
    root: bool,
    /// In a flow collection.
    flow: bool,
}

fn write_v3(node: &Node, place: Place, out: &mut String) -> Result<(), Diagnostic> {
    let inside = Place {
        root: false,
        flow: place.flow || node.style() == Style::Flow,
    };
    match node.content() {
        Content::Scalar(_) => write_value(round_trip(node, place.flow)?, node, out),
        Content::Sequence(items) => {
            write_items(items, out, |item, out| write_v3(item, inside, out))
        }
        Content::Mapping(mapping) => write_v3_mapping(mapping, place.root, inside, out),
    }
}

fn write_v3_mapping(
    mapping: &Mapping,
    root: bool,
    inside: Place,
    out: &mut String,
) -> Result<(), Diagnostic> {
    let mut entries = Vec::with_capacity(mapping.len());
    for entry in mapping.entries() {
        if let Some(key) = key_text(&entry.key, root)? {
            entries.push((key, entry));
        }
    }
    entries.sort_by(|a, b| a.0.cmp(b.0));
    if let Some(pair) = entries.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(duplicate_key(&pair[1].1.key, &pair[0].1.key));
    }
    out.push('{');
    let mut first = true;
    for (key, entry) in entries {
        write_separator(&mut first, out);
        write_string(key, out);
        out.push(':');
        write_v3(&entry.value, inside, out)?;
    }
    out.push('}');
    Ok(())
}

fn write_items(
    items: &[Node],
    out: &mut String,
    mut write: impl FnMut(&Node, &mut String) -> Result<(), Diagnostic>,
) -> Result<(), Diagnostic> {
    out.push('[');
    let mut first = true;
    for item in items {
        write_separator(&mut first, out);
        write(item, out)?;
    }
    out.push(']');
    Ok(())
}

fn write_separator(first: &mut bool, out: &mut String) {
    if !std::mem::take(first) {
        out.push(',');
    }
}

fn write_value(value: Value<'_>, node: &Node, out: &mut String) -> Result<(), Diagnostic> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Uint(value) => {
            let _ = write!(out, "{value}");
        }
        Value::BigInt(digits) => out.push_str(&digits),
        Value::Float(value) if value.is_finite() => float::write_json(value, out),
        Value::Float(value) => return Err(not_json(value, node)),
        Value::Str(text) => write_string(&text, out),
        Value::Timestamp(text) => write_string(&text, out),
        Value::Merge => write_string("<<", out),
        Value::Binary(bytes) => write_string(&lossy::decode(&bytes), out),
    }
    Ok(())
}

/// A key as `convertToJSONableObject` makes a string of it.
fn v2_key(key: &Node) -> Result<Cow<'_, str>, Diagnostic> {
    if !key.is_scalar() {
        return Err(unsupported_key(key));
    }
    Ok(match resolve::v2(key)? {
        Value::Str(text) => text,
        Value::Int(value) => Cow::Owned(value.to_string()),
        Value::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        Value::Float(value) if value.is_finite() => {
            let mut text = String::new();
            float::write_go_g32(value as f32, &mut text);
            Cow::Owned(text)
        }
        Value::Merge => Cow::Borrowed("<<"),
        Value::Binary(bytes) => Cow::Owned(lossy::decode(&bytes)),
        _ => return Err(unsupported_key(key)),
    })
}

fn unsupported_key(key: &Node) -> Diagnostic {
    Diagnostic::error(&crate::codes::KEY_TYPE, "unsupported map key")
        .at(key.span())
        .help("put the key in quotes")
}
