//! Regular expressions with Go's syntax and matching rules (RE2).
//!
//! The matching is done by the `regex` crate, which shares RE2's semantics
//! (leftmost-first, linear time); [`super::regexp_syntax`] translates the
//! pattern and gives Go's errors.

use regex::{Captures, Regex, RegexBuilder};

use super::regexp_syntax::{Translation, translate};

/// Greatest size of a compiled pattern in bytes.
const SIZE_LIMIT: usize = 16 << 20;

/// A compiled pattern.
pub(in crate::functions) struct Pattern {
    regex: Regex,
    /// The name of each group, in order; empty for a group without one.
    names: Vec<String>,
}

/// `regexp/syntax.Error`
#[derive(Debug, PartialEq, Eq)]
pub(in crate::functions) struct PatternError {
    /// What is wrong, in Go's words.
    pub code: &'static str,
    /// The part of the pattern at fault.
    pub expr: String,
}

impl Pattern {
    /// Compiles a pattern.
    pub(in crate::functions) fn new(pattern: &str) -> Result<Self, PatternError> {
        let Translation {
            pattern: translated,
            names,
        } = translate(pattern)?;
        let regex = RegexBuilder::new(&translated)
            .size_limit(SIZE_LIMIT)
            .build()
            .map_err(|error| PatternError {
                code: match error {
                    regex::Error::CompiledTooBig(_) => "expression too large",
                    _ => "expression nests too deeply",
                },
                expr: pattern.to_owned(),
            })?;
        Ok(Self { regex, names })
    }

    /// The names of the groups, in order; empty for a group without one.
    pub(in crate::functions) fn names(&self) -> &[String] {
        &self.names
    }

    /// The first match.
    pub(in crate::functions) fn find<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.regex.captures(text)
    }

    /// All matches that do not overlap.
    pub(in crate::functions) fn find_all<'r, 't>(
        &'r self,
        text: &'t str,
    ) -> impl Iterator<Item = Captures<'t>> + use<'r, 't> {
        self.regex.captures_iter(text)
    }

    /// `ReplaceAllString`: `$1`, `${1}`, `$name` and `${name}` in the template
    /// stand for groups, `$$` for a dollar sign.
    pub(in crate::functions) fn replace_all(&self, text: &str, template: &str) -> String {
        let template = Template::parse(template);
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for captures in self.regex.captures_iter(text) {
            let Some(whole) = captures.get(0) else {
                continue;
            };
            out.push_str(&text[end..whole.start()]);
            end = whole.end();
            for part in &template.0 {
                match part {
                    Part::Text(text) => out.push_str(text),
                    Part::Number(number) => {
                        out.push_str(captures.get(*number).map_or("", |m| m.as_str()));
                    }
                    Part::Name(name) => {
                        let found = self
                            .names
                            .iter()
                            .zip(1..)
                            .filter(|(n, _)| n == name)
                            .find_map(|(_, at)| captures.get(at));
                        out.push_str(found.map_or("", |m| m.as_str()));
                    }
                }
            }
        }
        out.push_str(&text[end..]);
        out
    }
}

/// A replacement (`Regexp.Expand`).
struct Template<'a>(Vec<Part<'a>>);

enum Part<'a> {
    Text(&'a str),
    Number(usize),
    Name(&'a str),
}

impl<'a> Template<'a> {
    fn parse(mut text: &'a str) -> Self {
        let mut parts = Vec::new();
        while let Some((before, after)) = text.split_once('$') {
            parts.push(Part::Text(before));
            text = after;
            if let Some(rest) = text.strip_prefix('$') {
                parts.push(Part::Text("$"));
                text = rest;
            } else if let Some((part, rest)) = reference(text) {
                parts.push(part);
                text = rest;
            } else {
                parts.push(Part::Text("$"));
            }
        }
        parts.push(Part::Text(text));
        Self(parts)
    }
}

/// `name` or `{name}` at the start of `text`.
fn reference(text: &str) -> Option<(Part<'_>, &str)> {
    let (braced, text) = match text.strip_prefix('{') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let length = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    if length == 0 {
        return None;
    }
    let (name, mut rest) = text.split_at(length);
    if braced {
        rest = rest.strip_prefix('}')?;
    }
    let numeric = name.bytes().all(|b| b.is_ascii_digit())
        && (name == "0" || !name.starts_with('0'))
        && name.len() <= 9;
    let part = match name.parse() {
        Ok(number) if numeric => Part::Number(number),
        _ => Part::Name(name),
    };
    Some((part, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replace(pattern: &str, text: &str, template: &str) -> String {
        Pattern::new(pattern).map_or_else(|e| e.code.to_owned(), |p| p.replace_all(text, template))
    }

    #[test]
    fn replaces_as_go_does() {
        assert_eq!(replace("a*", "baaac", "x"), "xbxcx");
        assert_eq!(
            replace("(?P<n>b+)(c)?", "abbc", "<${n}$2$3$$$x{y>"),
            "a<bbc${y>"
        );
        assert_eq!(replace("(a)", "aa", "$1x"), "");
        assert_eq!(replace("(a)", "aa", "${1}x"), "axax");
        assert_eq!(replace(r"\bfoo\B", "foo foos", "-"), "foo -s");
    }
}
