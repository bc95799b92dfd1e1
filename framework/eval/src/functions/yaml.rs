//! `yamlencode` and `yamldecode`, after `go-cty-yaml`.

use std::sync::Arc;

use smol_str::SmolStr;
use terrace_diag::{FileId, SourceMap, Span};
use terrace_yaml::{Content, Limits, Node, ReadOptions, Style, Tag};

use super::golang::{self, Emitter, Place, Time};
use crate::convert;
use crate::number::Number;
use crate::types::Type;
use crate::value::{Data, Value};

/// How deep collections may be nested when they are read.
const MAX_DEPTH: usize = 250;
/// How many nodes aliases may repeat.
const MAX_ALIAS_NODES: usize = 100_000;

/// A wholly known value as a YAML document.
pub(super) fn encode(value: &Value) -> String {
    let mut emitter = Emitter::new();
    write(value, Place::Root, &mut emitter);
    emitter.finish()
}

fn write(value: &Value, place: Place, emitter: &mut Emitter) {
    match value.data() {
        Data::Null(_) | Data::Unknown(_) => emitter.plain("null", place),
        Data::Bool(true) => emitter.plain("true", place),
        Data::Bool(false) => emitter.plain("false", place),
        Data::Number(number) => emitter.plain(&number.to_string(), place),
        Data::String(text) => emitter.text(text, place),
        Data::List(items) | Data::Set(items) | Data::Tuple(items) => {
            if items.items().is_empty() {
                return emitter.empty("[]");
            }
            let before = emitter.start_sequence(place);
            for item in items.items() {
                emitter.item();
                write(item, Place::Item, emitter);
            }
            emitter.end(before);
        }
        Data::Map(entries) | Data::Object(entries) => {
            if entries.entries().is_empty() {
                return emitter.empty("{}");
            }
            let before = emitter.start_mapping();
            for (key, value) in entries.entries() {
                emitter.key(key);
                write(value, Place::Value, emitter);
            }
            emitter.end(before);
        }
    }
}

/// Reads one document: sequences become tuples, mappings objects.
pub(super) fn decode(text: &str) -> Result<Value, String> {
    let source: Arc<str> = Arc::from(text);
    let options = ReadOptions {
        limits: Limits {
            depth: MAX_DEPTH,
            alias_nodes: MAX_ALIAS_NODES,
            ..Limits::default()
        },
        merge_keys: false,
    };
    let file = FileId(0);
    let document = terrace_yaml::read_one(&source, file, &options)
        .map_err(|error| located(&source, error.span(), &error.message))?;
    match document {
        Some(node) => {
            decode_node(&node).map_err(|(span, message)| located(&source, Some(span), &message))
        }
        None => Err("missing start of document".to_owned()),
    }
}

/// What is wrong, and with which node.
type Fault = (Span, String);

fn fault<T>(node: &Node, message: impl Into<String>) -> Result<T, Fault> {
    Err((node.span(), message.into()))
}

fn located(source: &str, span: Option<Span>, message: &str) -> String {
    let mut sources = SourceMap::new();
    let file = sources.add("", source);
    match (span, sources.get(file)) {
        (Some(span), Some(file)) => {
            let at = file.line_column(span.start);
            format!("on line {}, column {}: {message}", at.line, at.column)
        }
        _ => message.to_owned(),
    }
}

fn decode_node(node: &Node) -> Result<Value, Fault> {
    let interpret = |what: &str, fits: Tag| {
        if matches!(node.tag(), Tag::None) || node.tag() == fits {
            Ok(())
        } else {
            fault(
                node,
                format!("can't interpret {what} as {}", tag_text(node)),
            )
        }
    };
    match node.content() {
        Content::Scalar(_) => match decode_scalar(node)? {
            Scalar::Merge => Ok(Value::string("<<")),
            Scalar::Value(value) => Ok(value),
        },
        Content::Sequence(items) => {
            interpret("sequence", Tag::Seq)?;
            let items: Result<_, _> = items.iter().map(decode_node).collect();
            items.map(Value::tuple)
        }
        Content::Mapping(mapping) => {
            interpret("mapping", Tag::Map)?;
            let mut entries = Vec::with_capacity(mapping.len());
            for (key, value) in mapping.iter() {
                decode_entry(key, value, &mut entries)?;
            }
            Ok(Value::object(entries))
        }
    }
}

/// Adds an entry, or those of a mapping that is merged; later ones win.
fn decode_entry(
    key: &Node,
    value: &Node,
    entries: &mut Vec<(SmolStr, Value)>,
) -> Result<(), Fault> {
    const ONLY_STRINGS: &str = "only strings are allowed as mapping keys";
    if !key.is_scalar() {
        return fault(key, ONLY_STRINGS);
    }
    match decode_scalar(key)? {
        Scalar::Merge => {
            let merged = decode_node(value)?;
            match merged.entries() {
                Some(merged) => entries.extend(merged.iter().cloned()),
                None => {
                    let name = merged.ty().friendly_name();
                    return fault(key, format!("cannot merge {name} into mapping"));
                }
            }
        }
        Scalar::Value(name) => match convert::convert(&name, &Type::String) {
            Ok(name) if name.is_null() => return fault(key, "mapping key cannot be null"),
            Ok(name) => {
                let name = name.as_str().unwrap_or_default().into();
                entries.push((name, decode_node(value)?));
            }
            Err(_) => return fault(key, ONLY_STRINGS),
        },
    }
    Ok(())
}

/// What a scalar means.
enum Scalar {
    /// `<<`, which as a key merges a mapping.
    Merge,
    Value(Value),
}

fn decode_scalar(node: &Node) -> Result<Scalar, Fault> {
    let text = node.as_str().unwrap_or_default();
    let scalar = resolve(node, text).or_else(|message| fault(node, message))?;
    // A block is a string by type, but its text is read like a plain one first.
    if matches!(node.style(), Style::Literal | Style::Folded)
        && node.tag() == Tag::None
        && let Scalar::Value(value) = &scalar
    {
        return convert::convert(value, &Type::String)
            .map(Scalar::Value)
            .or_else(|message| fault(node, message));
    }
    Ok(scalar)
}

fn tag_text(node: &Node) -> String {
    match node.tag() {
        Tag::Custom => node.tag_text().to_owned(),
        tag => tag.short().to_owned(),
    }
    .replacen("!!", "tag:yaml.org,2002:", 1)
}

/// `resolveScalar` of resolve.go.
fn resolve(node: &Node, text: &str) -> Result<Scalar, String> {
    let mut tag = node.tag();
    if matches!(tag, Tag::Merge | Tag::Seq | Tag::Map | Tag::Custom) {
        return Err(format!(
            "unsupported tag {}",
            golang::quote(&tag_text(node))
        ));
    }
    let value = |value: Value| Ok(Scalar::Value(value));
    let hint = text.as_bytes().first().copied();
    let meaningful = matches!(
        hint,
        None | Some(
            b'+' | b'-' | b'0'
                ..=b'9'
                    | b'.'
                    | b'~'
                    | b'y'
                    | b'Y'
                    | b'n'
                    | b'N'
                    | b't'
                    | b'T'
                    | b'f'
                    | b'F'
                    | b'o'
                    | b'O'
        )
    );
    if meaningful && !matches!(tag, Tag::Str | Tag::Binary) {
        if matches!(node.style(), Style::SingleQuoted | Style::DoubleQuoted) {
            return value(Value::string(text));
        }
        if let Some(known) = word(text) {
            return value(known);
        }
        if tag == Tag::None && matches!(text, ".nan" | ".NaN" | ".NAN") {
            return Err("floating point NaN is not supported".to_owned());
        }
        match hint {
            Some(b'.') => {
                if let Some(number) = Number::parse(text) {
                    return value(Value::number(number));
                }
            }
            Some(b'+' | b'-' | b'0'..=b'9') => {
                if matches!(tag, Tag::None | Tag::Timestamp)
                    && let Some(time) = Time::parse_yaml(text)
                {
                    return value(Value::string(time.rfc3339()));
                }
                if is_number(text) {
                    let radix = text.starts_with("0x") || text.starts_with("0o");
                    tag = if radix { Tag::Int } else { Tag::Float };
                }
            }
            _ => {}
        }
    }
    if tag == Tag::None && text == "<<" {
        return Ok(Scalar::Merge);
    }
    let broken = |tag: Tag| {
        let name = tag.short().replace("!!", "tag:yaml.org,2002:");
        Err(format!("cannot parse {} as {name}", golang::quote(text)))
    };
    match tag {
        Tag::Binary if golang::base64_decode(text).is_err() => {
            broken(tag).map_err(|why: String| format!("{why}: not valid base64"))
        }
        Tag::Bool => match word(text) {
            Some(known) if known.as_bool().is_some() => value(known),
            _ => broken(tag),
        },
        Tag::Int | Tag::Float => match parse_number(&text.replace('_', "")) {
            Some(number) => value(Value::number(number)),
            None => broken(tag),
        },
        Tag::Timestamp => match Time::parse_yaml(text) {
            Some(time) => value(Value::string(time.rfc3339())),
            None => broken(tag),
        },
        Tag::Null => value(Value::NULL),
        _ => value(Value::string(text)),
    }
}

/// The words of YAML 1.1.
fn word(text: &str) -> Option<Value> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::TRUE
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::FALSE
        }
        "" | "~" | "null" | "Null" | "NULL" => Value::NULL,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::number(Number::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::number(Number::NEGATIVE_INFINITY),
        _ => return None,
    })
}

/// Whole numbers with radix 8, 10 and 16, and decimals with an exponent.
fn is_number(text: &str) -> bool {
    let all = |digits: &str, test: fn(&u8) -> bool| {
        !digits.is_empty() && digits.as_bytes().iter().all(test)
    };
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, |b| matches!(b, b'0'..=b'7'));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, u8::is_ascii_hexdigit);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let exponent = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        all(digits, u8::is_ascii_digit)
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    exponent && digits(whole) && digits(fraction) && (!whole.is_empty() || !fraction.is_empty())
}

fn parse_number(text: &str) -> Option<Number> {
    let radix = |digits: &str, radix: u32| {
        let value = u64::from_str_radix(digits, radix).ok()?;
        Some(Number::from_bigint(&value.into()))
    };
    Number::parse(text).or_else(|| {
        if let Some(digits) = text.strip_prefix("0o") {
            return radix(digits, 8);
        }
        text.strip_prefix("0x").and_then(|digits| radix(digits, 16))
    })
}
