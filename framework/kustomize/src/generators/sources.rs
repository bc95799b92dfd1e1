//! Where generated data comes from (`api/kv/kv.go`).

use terrace_diag::Span;

use crate::codes::INVALID_GENERATOR;
use crate::fs::path;
use crate::kustomization::GeneratorArgs;
use crate::{Failure, Result};

/// One key with its bytes.
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) value: Vec<u8>,
    pub(super) span: Span,
}

/// Reads the files that sources name.
pub(crate) trait Loader {
    /// The bytes of a file.
    fn bytes(&mut self, path: &str, span: Span) -> Result<Vec<u8>>;

    /// The bytes of a file, and the place of its content if it is a text.
    fn text(&mut self, path: &str, span: Span) -> Result<(Vec<u8>, Option<Span>)>;
}

/// All pairs, sorted by key.
pub(super) fn load(loader: &mut dyn Loader, args: &GeneratorArgs) -> Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for (path, span) in &args.envs {
        let (bytes, content) = loader
            .text(path, *span)
            .map_err(|failure| failure.context("loading KV pairs: env source files"))?;
        env_lines(&bytes, content, *span, &mut pairs)?;
    }
    for (literal, span) in &args.literals {
        let invalid = || {
            Failure::new(
                &INVALID_GENERATOR,
                format!(
                    "loading KV pairs: literal sources: invalid literal source {literal}, \
                     expected key=value"
                ),
            )
            .at(*span)
        };
        let (key, value) = literal.split_once('=').ok_or_else(invalid)?;
        if key.is_empty() {
            return Err(invalid());
        }
        pairs.push(Pair {
            key: key.into(),
            value: without_quotes(value).into(),
            span: *span,
        });
    }
    for (source, span) in &args.files {
        let (key, path) = file_source(source)
            .map_err(|message| Failure::new(&INVALID_GENERATOR, message).at(*span))?;
        let value = loader
            .bytes(path, *span)
            .map_err(|failure| failure.context("loading KV pairs: file sources"))?;
        pairs.push(Pair {
            key: key.into(),
            value,
            span: *span,
        });
    }
    sorted(pairs, &args.name.value)
}

fn sorted(mut pairs: Vec<Pair>, name: &str) -> Result<Vec<Pair>> {
    pairs.sort_by(|a, b| a.key.cmp(&b.key));
    for two in pairs.windows(2) {
        if two[0].key == two[1].key {
            return Err(Failure::new(
                &INVALID_GENERATOR,
                format!(
                    "configmap {name} illegally repeats the key `{}`",
                    two[1].key
                ),
            )
            .at(two[1].span)
            .label(two[0].span, "the first one"));
        }
    }
    Ok(pairs)
}

/// `KEY=VALUE` lines; blank ones and comments do not count.
fn env_lines(bytes: &[u8], content: Option<Span>, span: Span, pairs: &mut Vec<Pair>) -> Result<()> {
    let mut offset = 0;
    for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let start = offset;
        offset += line.len() + 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = match line.strip_prefix(b"\xEF\xBB\xBF") {
            Some(rest) if at == 0 => rest,
            _ => line,
        };
        let Ok(text) = std::str::from_utf8(line) else {
            return Err(Failure::new(
                &INVALID_GENERATOR,
                format!("line {} has invalid utf8 bytes", at + 1),
            )
            .at(span));
        };
        let text = text.trim_start_matches(is_go_space);
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        if key.is_empty() {
            continue;
        }
        let place = content.map_or(span, |content| {
            let start = content.start + start as u32;
            Span::new(content.file, start, start + line.len() as u32)
        });
        pairs.push(Pair {
            key: key.into(),
            value: value.into(),
            span: place,
        });
    }
    Ok(())
}

/// Go's `unicode.IsSpace`.
fn is_go_space(character: char) -> bool {
    matches!(character, '\u{85}' | '\u{a0}') || character.is_whitespace()
}

/// Without one pair of equal quotes around it.
fn without_quotes(text: &str) -> &str {
    for quote in ['"', '\''] {
        if text.len() >= 2
            && let Some(inner) = text.strip_prefix(quote)
            && let Some(inner) = inner.strip_suffix(quote)
        {
            return inner;
        }
    }
    text
}

/// `[key=]path` as key and path.
fn file_source(source: &str) -> Result<(&str, &str), String> {
    match source.matches('=').count() {
        0 => Ok((path::base_name(source), source)),
        1 if source.starts_with('=') => Err(format!(
            "missing key name for file path \"{}\" in source \"{source}\"",
            &source[1..]
        )),
        1 if source.ends_with('=') => Err(format!(
            "missing file path for key name \"{}\" in source \"{source}\"",
            &source[..source.len() - 1]
        )),
        1 => Ok(source.split_once('=').unwrap_or((source, source))),
        _ => Err(format!(
            "source \"{source}\" key name or file path contains '='"
        )),
    }
}
