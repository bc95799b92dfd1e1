//! Kubernetes resources as kustomize prints them.
//!
//! Kustomize turns a node into JSON (go-yaml v3, `encoding/json`), reads that as
//! YAML and writes it (go-yaml v2, by `sigs.k8s.io/yaml`). The result of that
//! chain is written here directly.

use std::borrow::Cow;
use std::fmt::Write as _;

use terrace_diag::Diagnostic;

use super::analysis::analyze;
use super::round_trip::round_trip;
use super::sort;
use super::writer::Writer;
use crate::duplicates::duplicate_key;
use crate::resolve::{self, Value};
use crate::{Content, Mapping, Node, Style, codes, float, lossy};

/// Longer keys are written with `?`.
const SIMPLE_KEY: usize = 128;

/// Appends a resource to `out` byte for byte as kustomize prints it: keys in
/// natural order, block style, with a line feed at the end.
///
/// # Errors
///
/// What cannot be written: repeated keys, keys below the root that are not
/// strings, tags that do not fit, infinity, control characters. `out` then ends
/// somewhere in the resource.
pub fn resource(node: &Node, out: &mut String) -> Result<(), Diagnostic> {
    let mut writer = Writer::new(out);
    let mut emitter = Emitter {
        writer: &mut writer,
        flow: 0,
    };
    if let Err(error) = emitter.node(node, Context::Root) {
        // Go decodes the whole document before it makes JSON of it.
        return Err(undecodable(node).unwrap_or(error));
    }
    writer.indent = -1;
    writer.write_indent();
    Ok(())
}

/// The first scalar, in order of writing, whose tag does not fit its text.
fn undecodable(node: &Node) -> Option<Diagnostic> {
    match node.content() {
        Content::Scalar(_) => resolve::v3(node).err(),
        Content::Sequence(items) => items.iter().find_map(undecodable),
        Content::Mapping(mapping) => mapping
            .iter()
            .find_map(|(key, value)| undecodable(key).or_else(|| undecodable(value))),
    }
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Root,
    Item,
    Value,
}

struct Emitter<'w, 'o> {
    writer: &'w mut Writer<'o>,
    /// How many flow collections are open.
    flow: usize,
}

impl Emitter<'_, '_> {
    fn node(&mut self, node: &Node, context: Context) -> Result<(), Diagnostic> {
        let flow = usize::from(node.style() == Style::Flow);
        self.flow += flow;
        let result = self.content(node, context);
        self.flow -= flow;
        result
    }

    fn content(&mut self, node: &Node, context: Context) -> Result<(), Diagnostic> {
        match node.content() {
            Content::Scalar(_) => self.scalar(node),
            Content::Sequence(items) if items.is_empty() => {
                self.writer.write_word("[]");
                Ok(())
            }
            Content::Sequence(items) => self.sequence(items, context),
            Content::Mapping(mapping) => self.mapping(mapping, context),
        }
    }

    fn sequence(&mut self, items: &[Node], context: Context) -> Result<(), Diagnostic> {
        let indent = self.writer.indent;
        if context != Context::Value || self.writer.indention {
            self.writer.indent = if indent < 0 { 0 } else { indent + 2 };
        }
        for item in items {
            self.writer.write_indent();
            self.writer.write_entry_indicator(b'-');
            self.node(item, Context::Item)?;
        }
        self.writer.indent = indent;
        Ok(())
    }

    fn mapping(&mut self, mapping: &Mapping, context: Context) -> Result<(), Diagnostic> {
        let mut sorted = Vec::with_capacity(mapping.len());
        for entry in mapping.entries() {
            if let Some(key) = key_text(&entry.key, context == Context::Root)? {
                sorted.push((key, entry));
            }
        }
        if sorted.is_empty() {
            self.writer.write_word("{}");
            return Ok(());
        }
        sort::sort(&mut sorted);
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let (a, b) = (&pair[0].1.key, &pair[1].1.key);
            return Err(duplicate_key(b, a));
        }
        let indent = self.writer.indent;
        self.writer.indent = if indent < 0 { 0 } else { indent + 2 };
        for (key, entry) in sorted {
            self.writer.write_indent();
            self.key(key, &entry.key)?;
            self.node(&entry.value, Context::Value)?;
        }
        self.writer.indent = indent;
        Ok(())
    }

    /// A key with its `:`.
    fn key(&mut self, key: &str, node: &Node) -> Result<(), Diagnostic> {
        if key.contains('\u{85}') {
            return Err(Diagnostic::error(
                &codes::CHARACTER,
                "yaml: did not find expected ',' or '}'",
            )
            .label(node.span(), "the key has a line break (U+0085)"));
        }
        let key = through_json(key, node)?;
        let multiline = key.contains(['\n', '\r', '\u{2028}', '\u{2029}']);
        if key.len() <= SIMPLE_KEY && !multiline {
            self.text(&key, true);
            self.writer.write_colon();
        } else {
            self.writer.write_entry_indicator(b'?');
            self.text(&key, false);
            self.writer.write_indent();
            self.writer.write_entry_indicator(b':');
        }
        Ok(())
    }

    fn scalar(&mut self, node: &Node) -> Result<(), Diagnostic> {
        match round_trip(node, self.flow > 0)? {
            Value::Null => self.writer.write_word("null"),
            Value::Bool(true) => self.writer.write_word("true"),
            Value::Bool(false) => self.writer.write_word("false"),
            Value::Int(value) => self.number(value),
            Value::Uint(value) => self.number(value),
            Value::Float(value) => self.float(value, node)?,
            Value::Str(text) => self.text(&through_json(&text, node)?, false),
            Value::Timestamp(text) => self.text(&text, false),
            Value::BigInt(text) => self.writer.write_word(&text),
            Value::Merge => self.text("<<", false),
            Value::Binary(bytes) => {
                let text = lossy::decode(&bytes);
                self.text(&through_json(&text, node)?, false);
            }
        }
        Ok(())
    }

    fn number(&mut self, value: impl std::fmt::Display) {
        let mut text = String::new();
        let _ = write!(text, "{value}");
        self.writer.write_word(&text);
    }

    fn float(&mut self, value: f64, node: &Node) -> Result<(), Diagnostic> {
        if !value.is_finite() {
            return Err(not_json(value, node));
        }
        let mut text = String::new();
        float::write_json(value, &mut text);
        // The reader of that JSON takes whole numbers for integers.
        match resolve::v2_text(&text) {
            Value::Int(value) => self.number(value),
            Value::Uint(value) => self.number(value),
            _ => {
                text.clear();
                float::write_go_g(value, &mut text);
                self.writer.write_word(&text);
            }
        }
        Ok(())
    }

    /// A string in the style that go-yaml v2 chooses.
    fn text(&mut self, text: &str, simple_key: bool) {
        let fold = !simple_key;
        if text.is_empty() {
            return self.writer.write_double_quoted(text, fold);
        }
        let analysis = analyze(text);
        if simple_key && analysis.multiline {
            self.writer.write_double_quoted(text, fold);
        } else if analysis.line_feeds {
            if analysis.block && !simple_key {
                self.writer.write_literal(text, analysis);
            } else {
                self.writer.write_double_quoted(text, fold);
            }
        } else if !resolve::v2_is_string(text) || resolve::is_sexagesimal(text) {
            self.writer.write_double_quoted(text, fold);
        } else if analysis.plain {
            self.writer.write_plain(text, fold);
        } else if analysis.single_quoted {
            self.writer.write_single_quoted(text, fold);
        } else {
            self.writer.write_double_quoted(text, fold);
        }
    }
}

/// `.inf` and `.nan`.
pub(crate) fn not_json(value: f64, node: &Node) -> Diagnostic {
    let name = if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    };
    Diagnostic::error(&codes::NOT_JSON, format!("json: unsupported value: {name}"))
        .at(node.span())
        .help("put the value in quotes if a text is meant")
}

/// The text of a key in JSON; `None` if Go drops the entry. At the root any
/// scalar will do, below only strings.
///
/// # Errors
/// Other keys than scalars, and below the root than strings.
pub fn key_text(key: &Node, root: bool) -> Result<Option<&str>, Diagnostic> {
    let Some(text) = key.as_str() else {
        return Err(key_type(key));
    };
    // kyaml writes the empty key as '' before it is decoded.
    if text.is_empty() {
        return Ok(Some(text));
    }
    match resolve::v3(key)? {
        Value::Null if root => Ok(None),
        _ if root => Ok(Some(text)),
        Value::Str(_) | Value::Merge if key.tag() != crate::Tag::Custom => Ok(Some(text)),
        _ => Err(key_type(key)),
    }
}

fn key_type(key: &Node) -> Diagnostic {
    Diagnostic::error(
        &codes::KEY_TYPE,
        "json: unsupported type: map[interface {}]interface {}",
    )
    .label(key.span(), "not a string")
    .help("put the key in quotes")
}

/// What becomes of a text on its way through JSON and the reader of go-yaml v2:
/// NEL is a line break there and is folded, and some characters are refused.
fn through_json<'t>(text: &'t str, node: &Node) -> Result<Cow<'t, str>, Diagnostic> {
    let suspicious = text
        .as_bytes()
        .iter()
        .any(|byte| matches!(byte, 0x7F | 0xC2 | 0xEF));
    if !suspicious {
        return Ok(Cow::Borrowed(text));
    }
    let refused =
        |c: char| matches!(c, '\x7F'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}');
    if text.contains(refused) {
        return Err(Diagnostic::error(
            &codes::CHARACTER,
            "yaml: control characters are not allowed",
        )
        .at(node.span())
        .help("kustomize cannot print this text either; encode it as base64"));
    }
    if !text.contains('\u{85}') {
        return Ok(Cow::Borrowed(text));
    }
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{85}') {
        let blank = |c: char| c == ' ' || c == '\t';
        folded.push_str(rest[..at].trim_end_matches(blank));
        let mut breaks = 0;
        rest = &rest[at..];
        while let Some(after) = rest.strip_prefix('\u{85}') {
            breaks += 1;
            rest = after.trim_start_matches(blank);
        }
        if breaks == 1 {
            folded.push(' ');
        }
        (1..breaks).for_each(|_| folded.push('\n'));
    }
    folded.push_str(rest);
    Ok(Cow::Owned(folded))
}
