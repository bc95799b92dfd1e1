//! Text in double quotes, and the sequences all templates share.

use terrace_diag::Diagnostic;

use super::Lexer;
use super::table::QUOTED_STOPS;
use crate::codes;
use crate::token::TokenKind;

impl Lexer<'_> {
    /// The text of a quoted template up to its end or to `${` or `%{`.
    pub(super) fn quoted(&mut self) {
        let mut start = self.at;
        let mut at = start;
        let mut escaped = false;
        loop {
            while self
                .bytes
                .get(at)
                .is_some_and(|b| !QUOTED_STOPS[*b as usize])
            {
                at += 1;
            }
            match self.bytes.get(at) {
                Some(b'"') => {
                    self.flush_text(TokenKind::QuotedText, start, at, escaped);
                    self.open.pop();
                    self.at = at;
                    self.take(TokenKind::CloseQuote, 1);
                    return;
                }
                Some(b'\\') => {
                    escaped = true;
                    at += 1;
                    // The escaped character belongs to the text, unless the line ends.
                    match self.bytes.get(at) {
                        None | Some(b'\n' | b'\r') => {}
                        Some(byte) if byte.is_ascii() => at += 1,
                        Some(_) => at += self.char_at(at).map_or(1, char::len_utf8),
                    }
                }
                Some(b'$' | b'%') => {
                    self.flush_text(TokenKind::QuotedText, start, at, escaped);
                    self.at = at;
                    if self.sequence(TokenKind::QuotedText) {
                        return;
                    }
                    start = self.at;
                    at = start;
                    escaped = false;
                }
                Some(_) | None => {
                    self.flush_text(TokenKind::QuotedText, start, at, escaped);
                    self.at = at;
                    self.unclosed_quote_on_line();
                    return;
                }
            }
        }
    }

    pub(super) fn flush_text(&mut self, kind: TokenKind, start: usize, end: usize, escaped: bool) {
        if end > start {
            self.push_flag(kind, start, end, escaped);
        }
    }

    /// At `$` or `%`: `${` and `%{` open a sequence (true); `$${` and `%%{` are
    /// an escape; anything else is the character itself.
    pub(super) fn sequence(&mut self, text: TokenKind) -> bool {
        let start = self.at;
        let byte = self.bytes[start];
        if self.peek(1) == b'{' {
            let length = if self.peek(2) == b'~' { 3 } else { 2 };
            let kind = if byte == b'$' {
                TokenKind::OpenInterpolation
            } else {
                TokenKind::OpenDirective
            };
            self.push_open(kind, start, start + length);
            return true;
        }
        let escape = self.peek(1) == byte && self.peek(2) == b'{';
        let length = match (escape, self.peek(3)) {
            (true, b'~') => 4,
            (true, _) => 3,
            _ => 1,
        };
        self.at = start + length;
        self.push_flag(text, start, self.at, escape);
        false
    }

    /// A line break or the end of the text inside quotes.
    fn unclosed_quote_on_line(&mut self) {
        let line = self.source.text[..self.at]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        // The outermost quote of this line: the ones inside it are in doubt too.
        let mut outermost = self.open.len() - 1;
        for (index, open) in self.open.iter().enumerate().rev() {
            if (self.tokens[open.token].start as usize) < line {
                break;
            }
            if open.kind == TokenKind::OpenQuote {
                outermost = index;
            }
        }
        self.unclosed_quote(outermost);
    }

    /// Reports the quote that is open at `index` and ends it where its line
    /// ends, or here if an interpolation inside it goes over several lines by
    /// intention.
    pub(super) fn unclosed_quote(&mut self, index: usize) {
        let opener = self.open[index];
        let quote = self.tokens[opener.token];
        let start = quote.end as usize;
        let text = self.source.text;
        let line_end = |from: usize| {
            text[from..]
                .find(['\n', '\r'])
                .map_or(text.len(), |length| from + length)
        };
        let end = line_end(start);
        // `"${` at the end of a line goes on by intention.
        let continued = text[start..end].trim_end().ends_with('{') && end < self.at;
        let end = if continued {
            line_end(self.at.min(text.len()))
        } else {
            end
        };
        let end = if end < self.at && self.restarts == 0 {
            text.len()
        } else {
            end - self.after_string(index, &text[start..end])
        };
        self.report_unclosed_quote(index, end);
        self.tokens.truncate(opener.token + 1);
        self.forget_open(index);
        if end < self.at {
            self.restarts = self.restarts.saturating_sub(1);
        }
        self.flush_text(TokenKind::QuotedText, start, end, false);
        self.push(TokenKind::CloseQuote, end, end);
        self.at = end;
    }

    /// How many bytes at the end of an unclosed string's line are brackets and
    /// commas that fit what is open around the string, as in `f(["a])`. They were
    /// hardly meant as text.
    fn after_string(&self, index: usize, text: &str) -> usize {
        let inside = text.trim_end_matches([' ', '\t', ',', '{', '[', '(', '}', ']', ')']);
        let mut around = self.open[..index].iter().rev();
        let mut opened = Vec::new();
        for character in text[inside.len()..].chars() {
            let closes = match character {
                '{' | '[' | '(' => {
                    opened.push(character);
                    continue;
                }
                '}' => ('{', TokenKind::OpenBrace),
                ']' => ('[', TokenKind::OpenBracket),
                ')' => ('(', TokenKind::OpenParen),
                _ => continue,
            };
            let fits = match opened.pop() {
                Some(open) => open == closes.0,
                None => around.next().is_some_and(|open| open.kind == closes.1),
            };
            if !fits {
                return 0;
            }
        }
        text.len() - inside.len()
    }

    fn report_unclosed_quote(&mut self, index: usize, end: usize) {
        let quote = self.tokens[self.open[index].token];
        let span = self.source.token_span(quote);
        // A string that began inside an interpolation of this one: its quote was
        // probably meant to end this string, and the `}` is missing.
        let inner = self.open[index + 1..]
            .iter()
            .find(|open| {
                matches!(
                    open.kind,
                    TokenKind::OpenInterpolation | TokenKind::OpenDirective
                )
            })
            .map(|open| self.tokens[open.token]);
        let end_span = self.source.span(end as u32, end as u32);
        let source = self.source;
        self.reporter.report(|| match inner {
            Some(token) => Diagnostic::error(
                &codes::UNCLOSED_STRING,
                "this string does not end on its line, or an interpolation inside it is not closed",
            )
            .label(span, "the string begins here")
            .label(source.token_span(token), "this one may lack its `}`")
            .help("close the interpolation with } and the string with a double quote"),
            None => Diagnostic::error(
                &codes::UNCLOSED_STRING,
                "this string is not closed on its line",
            )
            .label(span, "the string begins here")
            .label(end_span, "a double quote was expected by here")
            .help("add the closing quote; for text of several lines use a heredoc (<<EOT … EOT)"),
        });
    }
}
