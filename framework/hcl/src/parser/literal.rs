//! Literal text: escapes decoded, numbers checked.

use std::borrow::Cow;

use terrace_diag::Diagnostic;

use super::{Parsed, Parser, Stop};
use crate::codes;
use crate::token::{Token, TokenKind};

impl<'a> Parser<'a> {
    /// The text of a text token. Backslashes are escapes only in quotes.
    pub(super) fn decode(&mut self, token: Token) -> Parsed<Cow<'a, str>> {
        let text = self.text(token);
        if !token.flag {
            return Ok(Cow::Borrowed(text));
        }
        if text.starts_with("$${") || text.starts_with("%%{") {
            // One of the two characters is the escape.
            return Ok(Cow::Borrowed(&text[1..]));
        }
        if token.kind != TokenKind::QuotedText {
            return Ok(Cow::Borrowed(text));
        }
        let mut out = String::with_capacity(text.len());
        let mut failed = false;
        let mut rest = text;
        while let Some(at) = rest.find('\\') {
            out.push_str(&rest[..at]);
            let escape = &rest[at..];
            let start = token.start + (text.len() - escape.len()) as u32;
            match unescape(escape) {
                Ok((character, length)) => {
                    out.push(character);
                    rest = &escape[length..];
                }
                Err(problem) => {
                    failed = true;
                    self.invalid_escape(start, escape, &problem);
                    rest = &escape[problem.length..];
                }
            }
        }
        if failed {
            return Err(Stop);
        }
        out.push_str(rest);
        Ok(Cow::Owned(out))
    }

    fn invalid_escape(&mut self, start: u32, escape: &str, problem: &Problem) {
        let span = self.source.span(start, start + problem.length as u32);
        let written = &escape[..problem.length];
        let next = written.chars().nth(1);
        self.reporter.report(|| {
            Diagnostic::error(
                &codes::INVALID_ESCAPE,
                match problem.what {
                    Some(what) => format!("`{written}` {what}"),
                    None => format!("`{written}` is not an escape"),
                },
            )
            .at(span)
            .help(match next {
                Some(c @ ('$' | '%')) => format!("for a literal {c}{{ write {c}{c}{{"),
                Some('\'') => "a single quote needs no backslash".to_owned(),
                Some('u' | 'U') => {
                    "write \\u with four or \\U with eight hexadecimal digits".to_owned()
                }
                _ => "for a literal backslash write \\\\".to_owned(),
            })
        });
    }

    /// The text of a number, if it is one.
    pub(super) fn number(&mut self, token: Token) -> Parsed<&'a str> {
        let text = self.text(token);
        if text.bytes().all(|byte| byte.is_ascii_digit()) || is_number(text) {
            return Ok(text);
        }
        let span = self.span(token);
        self.fail(|| {
            Diagnostic::error(&codes::INVALID_NUMBER, format!("`{text}` is not a number"))
                .at(span)
                .help(format!("as a text write \"{text}\""))
        })
    }
}

/// The text of quoted text without mistakes.
pub(crate) fn decode_quoted(text: &str) -> String {
    if text.starts_with("$${") || text.starts_with("%%{") {
        return text[1..].to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (character, length) = unescape(&rest[at..]).unwrap_or(('\\', 1));
        out.push(character);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}

/// Digits, at most one point, at most one exponent at the end.
fn is_number(text: &str) -> bool {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let exponent_ok = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    exponent_ok
        && mantissa.bytes().filter(|byte| *byte == b'.').count() <= 1
        && mantissa
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// What is wrong with an escape, and how many bytes of it were understood.
struct Problem {
    length: usize,
    what: Option<&'static str>,
}

/// The character an escape at the start of `text` stands for, and its length.
fn unescape(text: &str) -> Result<(char, usize), Problem> {
    let Some(selector) = text.chars().nth(1) else {
        return Err(Problem {
            length: 1,
            what: Some("lacks the character it escapes"),
        });
    };
    let character = match selector {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '"' => '"',
        '\\' => '\\',
        'u' | 'U' => return unicode(text, if selector == 'u' { 4 } else { 8 }),
        _ => {
            return Err(Problem {
                length: 1 + selector.len_utf8(),
                what: None,
            });
        }
    };
    Ok((character, 2))
}

fn unicode(text: &str, wanted: usize) -> Result<(char, usize), Problem> {
    let digits = text[2..]
        .bytes()
        .take(wanted)
        .take_while(u8::is_ascii_hexdigit)
        .count();
    let length = 2 + digits;
    if digits < wanted {
        return Err(Problem {
            length,
            what: Some("has too few hexadecimal digits"),
        });
    }
    u32::from_str_radix(&text[2..length], 16)
        .ok()
        .and_then(char::from_u32)
        .map(|character| (character, length))
        .ok_or(Problem {
            length,
            what: Some("is not a Unicode character"),
        })
}
