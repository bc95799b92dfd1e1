//! Regular expressions as Go writes them (`regexp/syntax`).

use regex::Regex;

/// A regular expression that has to match the whole text; the empty one matches
/// everything (kustomize's `types.SelectorRegex`).
#[derive(Debug, Clone)]
pub(crate) enum Pattern {
    Any,
    /// No character of the pattern is special: compared directly.
    Literal(String),
    Regex(Box<Regex>),
}

impl Pattern {
    /// # Errors
    /// What is wrong with the expression.
    pub(crate) fn anchored(pattern: &str) -> Result<Self, String> {
        if pattern.is_empty() {
            return Ok(Self::Any);
        }
        if is_literal(pattern) {
            return Ok(Self::Literal(pattern.to_owned()));
        }
        compile(&format!("^(?:{pattern})$")).map(|regex| Self::Regex(Box::new(regex)))
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Literal(literal) => literal == text,
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// Whether the text means itself as a regular expression.
pub(crate) fn is_literal(pattern: &str) -> bool {
    !pattern
        .bytes()
        .any(|byte| br"\.+*?()|[]{}^$".contains(&byte))
}

/// # Errors
/// What is wrong with the expression, in one line.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    Regex::new(pattern).map_err(|error| {
        let text = error.to_string();
        let last = text.lines().last().unwrap_or_default();
        format!(
            "error parsing regexp: {}: `{pattern}`",
            last.trim_start_matches("error: ")
        )
    })
}
