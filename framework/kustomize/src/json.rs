//! Documents on their way through JSON, as Go takes them.

use std::collections::BTreeSet;

use terrace_yaml::emit::{key_text, round_trip};
use terrace_yaml::resolve::{self, Value};
use terrace_yaml::{Content, Entry, Mapping, Node, Style, Tag, Text};

use crate::codes::UNPRINTABLE;
use crate::{Failure, Result, scalar, tree};

/// What a scalar says after kyaml wrote and read it; `flow`: in brackets.
fn resolve_v3(node: &Node, flow: bool) -> Result<Value<'_>> {
    round_trip(node, flow).map_err(Failure::from)
}

fn json_number(value: f64, node: &Node) -> Result<String> {
    scalar::go_json(value).ok_or_else(|| {
        Failure::new(
            &UNPRINTABLE,
            format!("json: unsupported value: {}", scalar::go_general(value)),
        )
        .at(node.span())
    })
}

/// A copy that was read from JSON text: what is not a string has its canonical
/// text, strings are in quotes and collections in brackets. Places stay.
pub(crate) fn normalized(node: &Node) -> Result<Node> {
    let scalar = |node: &Node, flow: bool| {
        let text = match resolve_v3(node, flow)? {
            Value::Null => "null".into(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Uint(value) => value.to_string(),
            Value::BigInt(digits) => digits.into_owned(),
            Value::Float(value) => json_number(value, node)?,
            Value::Str(text) => return Ok(quoted(text.into_owned(), node)),
            Value::Timestamp(text) => return Ok(quoted(text, node)),
            Value::Binary(bytes) => {
                return Ok(quoted(String::from_utf8_lossy(&bytes).into_owned(), node));
            }
            Value::Merge => return Ok(quoted("<<".into(), node)),
        };
        Ok(Node::plain(text, node.span()))
    };
    let rules = Rules {
        scalar: &scalar,
        key: &rebuilt_key,
        keys_repeat: false,
        collections: Style::Flow,
    };
    rules.rebuilt(node, true, false)
}

fn quoted(text: String, node: &Node) -> Node {
    Node::plain(text, node.span()).with_style(Style::DoubleQuoted)
}

/// A copy that went through JSON as a JSON patch takes it: all numbers are
/// floats, printed and read again. Places stay.
///
/// # Errors
/// Values and keys that JSON cannot hold.
pub(crate) fn floats(node: &Node) -> Result<Node> {
    if let Some(duplicate) = terrace_yaml::duplicate_keys(node).into_iter().next() {
        return Err(duplicate.into());
    }
    let rules = Rules {
        scalar: &|node, flow| float_scalar(node, resolve_v3(node, flow)?),
        key: &rebuilt_key,
        keys_repeat: false,
        collections: Style::Plain,
    };
    rules.rebuilt(node, true, false)
}

/// As [`floats`] for values of a JSON patch, which are read by the rules of
/// go-yaml v2.
pub(crate) fn patch_value(node: &Node) -> Result<Node> {
    let scalar = |node: &Node, _: bool| {
        let value = match resolve::v2(node).map_err(Failure::from)? {
            // Version 2 keeps the text of times.
            Value::Timestamp(_) => Value::Str(tree::raw_value(node).into()),
            other => other,
        };
        float_scalar(node, value)
    };
    let rules = Rules {
        scalar: &scalar,
        key: &patch_key,
        keys_repeat: true,
        collections: Style::Plain,
    };
    rules.rebuilt(node, true, false)
}

fn float_scalar(node: &Node, value: Value<'_>) -> Result<Node> {
    let number = |value: f64| {
        json_number(value, node)?;
        Ok(Node::plain(scalar::go_general(value), node.span()))
    };
    match value {
        Value::Null => Ok(Node::plain("null", node.span())),
        Value::Bool(value) => Ok(Node::plain(
            if value { "true" } else { "false" },
            node.span(),
        )),
        Value::Int(value) => number(value as f64),
        Value::Uint(value) => number(value as f64),
        Value::BigInt(digits) => number(digits.parse().unwrap_or(f64::INFINITY)),
        Value::Float(value) => number(value),
        // The buffer of the text is shared where the text is what was written.
        Value::Str(text) => Ok(match node.text() {
            Some(own) if own.as_str() == text => string(own.clone(), node),
            _ => string(text.into_owned().into(), node),
        }),
        Value::Timestamp(text) => Ok(string(text.into(), node)),
        Value::Binary(bytes) => {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            Ok(string(text.into(), node))
        }
        Value::Merge => Ok(string("<<".into(), node)),
    }
}

/// A string in the style in which go-yaml v3 writes it.
fn string(text: Text, node: &Node) -> Node {
    let style = if text.contains('\n') {
        Style::Literal
    } else if !is_plain_string(&text) || text.chars().any(is_escaped) {
        Style::DoubleQuoted
    } else if is_plain_allowed(&text) {
        Style::Plain
    } else {
        Style::SingleQuoted
    };
    Node::string(text, node.span()).with_style(style)
}

/// Whether both dialects read the plain text as a string.
fn is_plain_string(text: &str) -> bool {
    scalar::implicit_tag(text) == Tag::Str && resolve::v2_is_string(text) && !is_base60(text)
}

/// Characters that only double quotes can hold: tabs, and what is not printable
/// (go-yaml's `yaml_emitter_analyze_scalar`, `is_printable`).
fn is_escaped(character: char) -> bool {
    character.is_control() || matches!(character, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// `1:30` and the like, numbers to YAML 1.1.
fn is_base60(text: &str) -> bool {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.contains(':')
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b":._".contains(&byte))
}

/// Whether the text can stand without quotes.
fn is_plain_allowed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let blank_after = |at: usize| bytes.get(at + 1).is_none_or(|byte| *byte == b' ');
    let leading = match bytes.first() {
        None => return false,
        Some(b'?' | b':' | b'-') => !blank_after(0),
        Some(first) => !b"#,[]{}&*!|>'\"%@` ".contains(first),
    };
    leading
        && bytes.last() != Some(&b' ')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !text.starts_with("---")
        && !text.starts_with("...")
}

/// How a document is made anew.
struct Rules<'f> {
    /// Makes a scalar; the flag says whether it stands in brackets.
    scalar: &'f dyn Fn(&Node, bool) -> Result<Node>,
    /// Makes the text of a key; the flag says whether it stands at the root.
    /// `None` drops the entry.
    key: &'f dyn Fn(&Node, bool) -> Result<Option<Text>>,
    /// Whether keys may repeat; the last counts.
    keys_repeat: bool,
    /// The style of sequences and mappings.
    collections: Style,
}

impl Rules<'_> {
    /// A copy without marks, each scalar made anew.
    fn rebuilt(&self, node: &Node, is_root: bool, flow: bool) -> Result<Node> {
        let flow = flow || node.style() == Style::Flow;
        Ok(match node.content() {
            Content::Scalar(_) => (self.scalar)(node, flow)?,
            Content::Sequence(items) => {
                let items: Result<Vec<Node>> = items
                    .iter()
                    .map(|item| self.rebuilt(item, false, flow))
                    .collect();
                Node::sequence(items?, node.span()).with_style(self.collections)
            }
            Content::Mapping(mapping) => {
                let mut entries = Mapping::new();
                for (name, value) in mapping.iter() {
                    if let Some(text) = (self.key)(name, is_root)? {
                        let value = self.rebuilt(value, false, flow)?;
                        entries.push(Node::string(text, name.span()), value);
                    }
                }
                if self.keys_repeat {
                    keep_last(&mut entries);
                }
                Node::mapping(entries, node.span()).with_style(self.collections)
            }
        })
    }
}

/// Of repeated keys the last stays.
fn keep_last(entries: &mut Mapping) {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in std::mem::take(entries).into_entries().into_iter().rev() {
        if seen.insert(tree::raw_value(&entry.key).to_owned()) {
            kept.push(entry);
        }
    }
    kept.reverse();
    *entries = Mapping::from_entries(kept);
}

/// A key by the rules of go-yaml v2: numbers and booleans become texts.
fn patch_key(key: &Node, _: bool) -> Result<Option<Text>> {
    let text = scalar::key_v2(key).map_err(|message| {
        Failure::new(
            &UNPRINTABLE,
            format!("error converting YAML to JSON: {message}"),
        )
        .at(key.span())
    })?;
    Ok(Some(text.into()))
}

fn rebuilt_key(key: &Node, is_root: bool) -> Result<Option<Text>> {
    Ok(key_text(key, is_root)?.and(key.text().cloned()))
}
