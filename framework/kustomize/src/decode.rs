//! Decoding as Go's `sigs.k8s.io/yaml` and `encoding/json` do: keys match in any
//! case, the last of repeated keys counts, null is the zero value.

use terrace_diag::Span;
use terrace_yaml::{Content, Node};

use crate::codes::{INVALID_KUSTOMIZATION, LATER_FIELD};
use crate::scalar::{self, Scalar};
use crate::{Failure, Result};

/// How strict a decoding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Kustomization files: no unknown fields, strings must be strings.
    Kustomization,
    /// `UnmarshalStrict`: no unknown or repeated fields, any scalar is a string.
    Strict,
    /// `Unmarshal`: unknown fields are ignored, any scalar is a string.
    Lenient,
}

/// Decodes nodes; knows where it is for its messages.
pub(crate) struct Decoder<'a> {
    mode: Mode,
    /// The Go type at the root, as in the messages of `encoding/json`.
    root: &'a str,
    depth: usize,
}

/// Values inside one another; the types of kustomize need five.
const MAX_DEPTH: usize = 64;

impl<'a> Decoder<'a> {
    pub(crate) fn new(mode: Mode, root: &'a str) -> Self {
        Self {
            mode,
            root,
            depth: 0,
        }
    }

    fn mismatch(&self, node: &Node, field: &str, wanted: &str) -> Failure {
        let found = match node.content() {
            Content::Sequence(_) => "array",
            Content::Mapping(_) => "object",
            Content::Scalar(_) => match scalar::v2(node) {
                Scalar::Null => "null",
                Scalar::Bool(_) => "bool",
                Scalar::Str(_) => "string",
                Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_) => "number",
            },
        };
        let failure = Failure::new(
            &INVALID_KUSTOMIZATION,
            format!(
                "json: cannot unmarshal {found} into Go struct field {}.{field} of type {wanted}",
                self.root
            ),
        )
        .at(node.span());
        match (found, wanted) {
            ("number" | "bool", "string") => failure.help("put the value in quotes"),
            _ => failure,
        }
    }

    /// A string; null is the empty one.
    pub(crate) fn string(&mut self, node: &Node, field: &str) -> Result<String> {
        match scalar::v2(node) {
            _ if !node.is_scalar() => Err(self.mismatch(node, field, "string")),
            Scalar::Str(text) => Ok(text.into_owned()),
            Scalar::Null => Ok(String::new()),
            other if self.mode != Mode::Kustomization => Ok(other.to_json_text()),
            _ => Err(self.mismatch(node, field, "string")),
        }
    }

    pub(crate) fn bool(&mut self, node: &Node, field: &str) -> Result<bool> {
        match scalar::v2(node) {
            Scalar::Bool(value) if node.is_scalar() => Ok(value),
            Scalar::Null if node.is_scalar() => Ok(false),
            _ => Err(self.mismatch(node, field, "bool")),
        }
    }

    pub(crate) fn int(&mut self, node: &Node, field: &str) -> Result<i64> {
        match scalar::v2(node) {
            Scalar::Int(value) if node.is_scalar() => Ok(value),
            Scalar::Null if node.is_scalar() => Ok(0),
            Scalar::Float(value)
                if node.is_scalar() && value.fract() == 0.0 && value.abs() < 9e15 =>
            {
                Ok(value as i64)
            }
            _ => Err(self.mismatch(node, field, "int")),
        }
    }

    /// The items of a list; null is none.
    pub(crate) fn list<T>(
        &mut self,
        node: &Node,
        field: &str,
        mut item: impl FnMut(&mut Self, &Node) -> Result<T>,
    ) -> Result<Vec<T>> {
        if scalar::is_null(node) {
            return Ok(Vec::new());
        }
        let Some(items) = node.items() else {
            return Err(self.mismatch(node, field, "[]"));
        };
        items.iter().map(|one| item(self, one)).collect()
    }

    /// A list of strings with their places.
    pub(crate) fn strings(&mut self, node: &Node, field: &str) -> Result<Vec<(String, Span)>> {
        self.list(node, field, |decoder, item| {
            Ok((decoder.string(item, field)?, item.span()))
        })
    }

    /// A map of strings in order of writing, with the places of the entries.
    pub(crate) fn string_map(
        &mut self,
        node: &Node,
        field: &str,
    ) -> Result<Vec<(String, String, Span)>> {
        if scalar::is_null(node) {
            return Ok(Vec::new());
        }
        let Some(mapping) = node.as_mapping() else {
            return Err(self.mismatch(node, field, "map[string]string"));
        };
        let mut entries: Vec<(String, String, Span)> = Vec::with_capacity(mapping.len());
        for (key, value) in mapping.iter() {
            let key_text = key_text(key)?;
            let text = self.string(value, field)?;
            let span = joined(key.span(), value.span());
            match entries.iter_mut().find(|entry| entry.0 == key_text) {
                Some(entry) => *entry = (key_text, text, span),
                None => entries.push((key_text, text, span)),
            }
        }
        Ok(entries)
    }
}

/// Both places as one, if they are of one file.
pub(crate) fn joined(a: Span, b: Span) -> Span {
    if a.file == b.file { a.to(b) } else { a }
}

/// A key as JSON has it.
fn key_text(key: &Node) -> Result<String> {
    scalar::key_v2(key).map_err(|message| {
        Failure::new(
            &INVALID_KUSTOMIZATION,
            format!("error converting YAML to JSON: {message}"),
        )
        .at(key.span())
    })
}

/// The field and the Go type that an object has in kustomize's messages.
fn go_type(name: &'static str) -> (&'static str, &'static str) {
    match name {
        "an entry of patches" => ("patches", "types.Patch"),
        "an entry of images" => ("images", "types.Image"),
        "an entry of labels" => ("labels", "types.Label"),
        "an entry of replacements" => ("replacements", "types.ReplacementField"),
        "an entry of replicas" => ("replicas", "types.Replica"),
        "an entry of vars" => ("vars", "types.Var"),
        _ => (name, name),
    }
}

/// The entries of one object that is being decoded.
pub(crate) struct Object<'n> {
    entries: &'n [terrace_yaml::Entry],
    at: usize,
    name: &'static str,
    known_later: &'static [(&'static str, &'static str)],
}

impl<'n> Object<'n> {
    /// # Errors
    /// If the node is neither an object nor null.
    pub(crate) fn new(
        decoder: &mut Decoder<'_>,
        node: &'n Node,
        name: &'static str,
    ) -> Result<Self> {
        let entries = match node.as_mapping() {
            Some(mapping) => mapping.entries(),
            None if scalar::is_null(node) => &[],
            None => {
                let (field, wanted) = go_type(name);
                return Err(decoder.mismatch(node, field, wanted));
            }
        };
        decoder.depth += 1;
        if decoder.depth > MAX_DEPTH {
            return Err(
                Failure::new(&crate::codes::LIMIT, "the value is nested too deeply")
                    .at(node.span()),
            );
        }
        Ok(Self {
            entries,
            at: 0,
            name,
            known_later: &[],
        })
    }

    /// Fields that only later versions of kustomize know, in lower case, with
    /// the version that brought them.
    pub(crate) fn known_later(mut self, fields: &'static [(&'static str, &'static str)]) -> Self {
        self.known_later = fields;
        self
    }

    /// The next field: its name in lower case and its value.
    pub(crate) fn next(&mut self, decoder: &mut Decoder<'_>) -> Result<Option<(String, &'n Node)>> {
        let Some(entry) = self.entries.get(self.at) else {
            decoder.depth -= 1;
            return Ok(None);
        };
        self.at += 1;
        let text = key_text(&entry.key)?;
        if decoder.mode == Mode::Strict
            && self.entries[..self.at - 1]
                .iter()
                .any(|earlier| earlier.key.as_str() == Some(&text))
        {
            return Err(Failure::new(
                &INVALID_KUSTOMIZATION,
                format!("error converting YAML to JSON: key \"{text}\" already set in map"),
            )
            .at(entry.key.span()));
        }
        Ok(Some((text.to_lowercase(), &entry.value)))
    }

    /// The key of the field that was given out last.
    pub(crate) fn key(&self) -> &'n Node {
        &self.entries[self.at.saturating_sub(1)].key
    }

    /// Refuses the field that was given out last, or ignores it where unknown
    /// fields are ignored.
    pub(crate) fn unknown(&self, decoder: &Decoder<'_>, lower: &str) -> Result<()> {
        if decoder.mode == Mode::Lenient {
            return Ok(());
        }
        let key = self.key();
        let name = key.as_str().unwrap_or(lower);
        let message = format!("json: unknown field \"{name}\"");
        if let Some((_, version)) = self.known_later.iter().find(|(field, _)| *field == lower) {
            return Err(Failure::new(&LATER_FIELD, message).at(key.span()).help(format!(
                "`{name}` came with kustomize {version}; builds here are those of kustomize 5.5.0"
            )));
        }
        Err(Failure::new(&INVALID_KUSTOMIZATION, message)
            .at(key.span())
            .help(format!("`{name}` is not a field of {}", self.name)))
    }
}
