//! `trust/allowed_signers`: which keys speak for which principals, in the format
//! of ssh-keygen(1), section "ALLOWED SIGNERS".

use terrace_diag::{Diagnostic, FileId, Span};

use crate::key::NAMESPACE;
use crate::{PublicKey, Time, codes};

/// One line: a key, who it speaks for, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedKey {
    /// Names without wildcards.
    pub principals: Vec<String>,
    /// The key.
    pub key: PublicKey,
    /// `namespaces=` includes `terrace`, or is absent.
    pub for_us: bool,
    /// First moment it counts.
    pub valid_after: Option<Time>,
    /// First moment it no longer counts.
    pub valid_before: Option<Time>,
    /// From 1.
    pub line: u32,
}

impl AllowedKey {
    /// Why the key does not count at `time`, if it does not.
    pub fn refusal(&self, time: Time) -> Option<String> {
        if !self.for_us {
            return Some(format!(
                "allowed_signers line {} does not allow the namespace `{NAMESPACE}`",
                self.line
            ));
        }
        if let Some(after) = self.valid_after.filter(|after| time < *after) {
            return Some(format!(
                "the key is valid from {after} (allowed_signers line {}), the entry is of {time}",
                self.line
            ));
        }
        if let Some(before) = self.valid_before.filter(|before| time >= *before) {
            return Some(format!(
                "the key was valid until {before} (allowed_signers line {}), the entry is of {time}",
                self.line
            ));
        }
        None
    }
}

/// The keys of the file in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedSigners {
    keys: Vec<AllowedKey>,
}

impl AllowedSigners {
    /// Reads the file; every line must be understood, all faults are reported.
    pub fn parse(file: FileId, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let mut keys: Vec<AllowedKey> = Vec::new();
        let mut faults = Vec::new();
        let mut start = 0_usize;
        for (at, line) in text.split('\n').enumerate() {
            let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
            let words = words(line);
            let base = start;
            start += line.len() + 1;
            if words.is_empty() || line.trim_start().starts_with('#') {
                continue;
            }
            match parse_line(line, &words, number) {
                Ok(key) => match keys.iter().find(|other| other.key == key.key) {
                    // Two lines for one key would make its principals depend on order.
                    Some(other) => faults.push(
                        Diagnostic::error(
                            &codes::BAD_SIGNER_LINE,
                            format!("the key of line {} stands here again", other.line),
                        )
                        .at(span(file, base, 0..line.len()))
                        .help("list all its principals on one line, separated by commas"),
                    ),
                    None => keys.push(key),
                },
                Err((range, why)) => faults.push(
                    Diagnostic::error(&codes::BAD_SIGNER_LINE, why).at(span(file, base, range)),
                ),
            }
        }
        match faults.is_empty() {
            true => Ok(Self { keys }),
            false => Err(faults),
        }
    }

    /// The keys in the order of the file.
    pub fn keys(&self) -> &[AllowedKey] {
        &self.keys
    }

    /// Whether some key speaks for `principal`.
    pub fn knows(&self, principal: &str) -> bool {
        self.keys
            .iter()
            .any(|key| key.principals.iter().any(|name| name == principal))
    }
}

/// The line to commit for a key.
pub fn allowed_signers_line(principal: &str, key: &PublicKey) -> String {
    format!(
        "{principal} namespaces=\"{NAMESPACE}\" {}",
        key.to_openssh()
    )
}

type Range = std::ops::Range<usize>;
type LineFault = (Range, String);

fn span(file: FileId, base: usize, range: Range) -> Span {
    let at = |offset: usize| u32::try_from(base + offset).unwrap_or(u32::MAX);
    Span::new(file, at(range.start), at(range.end))
}

/// Ranges of the words of a line; blanks inside double quotes do not separate.
fn words(line: &str) -> Vec<Range> {
    let mut out = Vec::new();
    let mut start = None;
    let mut quoted = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b' ' | b'\t' | b'\r' if !quoted => {
                if let Some(start) = start.take() {
                    out.push(start..at);
                }
            }
            _ => {
                quoted ^= byte == b'"';
                start.get_or_insert(at);
            }
        }
    }
    if let Some(start) = start {
        out.push(start..line.len());
    }
    out
}

fn parse_line(line: &str, words: &[Range], number: u32) -> Result<AllowedKey, LineFault> {
    let whole = 0..line.len();
    let [names, rest @ ..] = words else {
        return Err((whole, String::from("the line is empty")));
    };
    let is_type = |range: &Range| {
        let word = &line[range.clone()];
        word.starts_with("ssh-") || word.starts_with("ecdsa-") || word.starts_with("sk-")
    };
    let (options, kind, key) = match rest {
        [kind, key, ..] if is_type(kind) => (None, kind, key),
        [options, kind, key, ..] if is_type(kind) => (Some(options), kind, key),
        _ => {
            return Err((
                whole,
                String::from("expected: principals [options] key-type key"),
            ));
        }
    };
    let principals = principals(line, names)?;
    let key = PublicKey::parse(&line[kind.clone()], &line[key.clone()])
        .map_err(|fault| (kind.start..key.end, fault.message))?;
    let mut out = AllowedKey {
        principals,
        key,
        for_us: true,
        valid_after: None,
        valid_before: None,
        line: number,
    };
    if let Some(range) = options {
        read_options(line, range, &mut out)?;
    }
    Ok(out)
}

fn unquote(text: &str) -> &str {
    text.strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text)
}

fn principals(line: &str, range: &Range) -> Result<Vec<String>, LineFault> {
    let text = unquote(&line[range.clone()]);
    let mut out = Vec::new();
    for name in text.split(',') {
        let why = if name.is_empty() {
            "a principal is empty"
        } else if name.contains(['*', '?', '!', '"']) {
            "principals are names here, wildcards and negations are refused"
        } else {
            out.push(String::from(name));
            continue;
        };
        return Err((range.clone(), String::from(why)));
    }
    Ok(out)
}

fn read_options(line: &str, range: &Range, out: &mut AllowedKey) -> Result<(), LineFault> {
    let mut at = range.start;
    for option in split_options(&line[range.clone()]) {
        let here = at..at + option.len();
        at = here.end + 1;
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Some(unquote(value))),
            None => (option, None),
        };
        let time = |value: &str| {
            timestamp(value).ok_or_else(|| {
                (
                    here.clone(),
                    format!(
                        "`{}` is not YYYYMMDDZ or YYYYMMDDHHMM[SS]Z (the Z is needed: without it the time depends on the machine)",
                        value.escape_debug()
                    ),
                )
            })
        };
        match (name.to_ascii_lowercase().as_str(), value) {
            ("namespaces", Some(value)) => {
                if value.contains(['*', '?', '!']) {
                    return Err((
                        here,
                        String::from("wildcards in namespaces= are refused: write \"terrace\""),
                    ));
                }
                out.for_us = value.split(',').any(|name| name == NAMESPACE);
            }
            ("valid-after", Some(value)) => out.valid_after = Some(time(value)?),
            ("valid-before", Some(value)) => out.valid_before = Some(time(value)?),
            ("cert-authority", None) => {
                return Err((
                    here,
                    String::from(
                        "cert-authority is refused: a certificate authority could name any principal",
                    ),
                ));
            }
            (name, _) => {
                return Err((here, format!("unknown option `{}`", name.escape_debug())));
            }
        }
    }
    Ok(())
}

/// Splits at commas outside quotes.
fn split_options(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut quoted = false;
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                out.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(&text[start..]);
    out
}

fn timestamp(text: &str) -> Option<Time> {
    let digits = text.strip_suffix(['Z', 'z'])?;
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |range: Range| digits.get(range).map_or(Some(0), |text| text.parse().ok());
    Time::of_civil([
        number(0..4)?,
        number(4..6)?,
        number(6..8)?,
        number(8..10)?,
        number(10..12)?,
        number(12..14)?,
    ])
}

#[cfg(test)]
#[path = "allowed_signers_tests.rs"]
mod tests;
