//! Brackets that do not match: found, reported and mended before parsing.
//!
//! Where brackets match nothing here runs. Otherwise the indentation tells
//! which bracket is the wrong one, as a person would see it; closing tokens are
//! put where they were expected and stray ones are left out. The parser thus
//! always meets matching brackets, and the other mistakes of the file are
//! found as well.

use terrace_diag::Diagnostic;

use crate::codes;
use crate::report::Reporter;
use crate::token::{Source, Token, TokenKind};

/// An opening token and the line it stands on.
struct Open {
    token: Token,
    /// Indentation of its line, in bytes.
    indent: u32,
    line: u32,
    /// Whether the brace holds a body rather than an object.
    body: bool,
}

struct Repair<'a, 'r> {
    source: Source<'a>,
    reporter: &'r mut Reporter,
    out: Vec<Token>,
    open: Vec<Open>,
    /// A closing bracket whose indentation is not that of what it closed.
    suspect: Option<(Token, Token)>,
    indent: u32,
    line: u32,
}

/// Tokens with matching brackets.
pub(crate) fn repair(source: Source<'_>, tokens: &[Token], reporter: &mut Reporter) -> Vec<Token> {
    let mut repair = Repair {
        source,
        reporter,
        out: Vec::with_capacity(tokens.len() + 8),
        open: Vec::new(),
        suspect: None,
        indent: 0,
        line: 0,
    };
    let mut first = true;
    for (index, token) in tokens.iter().enumerate() {
        if first && !token.ends_line() {
            first = false;
            repair.indent = repair.column(*token);
            repair.line_begins(&tokens[index..]);
            repair.token(*token, true);
        } else {
            repair.token(*token, false);
        }
        if token.ends_line() {
            first = true;
            repair.line += 1;
        }
    }
    repair.out
}

impl Repair<'_, '_> {
    /// Bytes between the start of the line and the token.
    fn column(&self, token: Token) -> u32 {
        let before = &self.source.text.as_bytes()[..token.start as usize];
        before
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count() as u32
    }

    /// At the first token of a line: closes what cannot go on with such a line.
    fn line_begins(&mut self, rest: &[Token]) {
        let Some(starts) = item_start(rest) else {
            return;
        };
        while let Some(top) = self.open.last() {
            if top.line == self.line {
                return;
            }
            let ends = match top.token.kind {
                TokenKind::OpenParen | TokenKind::OpenBracket => true,
                TokenKind::OpenBrace if top.body => {
                    starts != ItemStart::Attribute && self.indent <= top.indent
                }
                TokenKind::OpenBrace => {
                    self.indent <= top.indent
                        || (starts == ItemStart::LabelledBlock && self.open.len() > 1)
                }
                _ => return,
            };
            if !ends {
                return;
            }
            let here = rest[0];
            self.close_unclosed(here);
        }
    }

    /// Ends the innermost open bracket, which nothing closes, before `here`.
    fn close_unclosed(&mut self, here: Token) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let Some(closer) = open.token.kind.closer() else {
            return;
        };
        // Before the line breaks that stand before `here`, so that the item ends
        // on its own line.
        let mut at = self.out.len();
        if open.line < self.line || here.kind == TokenKind::End {
            while at > 0 && self.out[at - 1].ends_line() {
                at -= 1;
            }
            let mut body_break = None;
            if open.body && at < self.out.len() {
                // A body's last line keeps its line break.
                at += 1;
                body_break = self.out.get(at - 1).copied();
            }
            let position = match at.checked_sub(1).and_then(|last| self.out.get(last)) {
                Some(last) => last.end,
                None => open.token.end,
            };
            let inserted = Token {
                kind: closer,
                flag: false,
                start: position,
                end: position,
            };
            self.out.insert(at, inserted);
            if body_break.is_some() {
                self.out.insert(
                    at + 1,
                    Token {
                        kind: TokenKind::Newline,
                        ..inserted
                    },
                );
            }
        } else {
            self.out.push(Token {
                kind: closer,
                flag: false,
                start: here.start,
                end: here.start,
            });
        }
        let source = self.source;
        let text = source.token_text(open.token);
        let text = text.trim_end();
        let expected = if closer == TokenKind::CloseTemplate {
            "}"
        } else {
            bracket_text(closer)
        };
        let at_end = here.kind == TokenKind::End;
        let suspect = self.suspect.filter(|_| at_end);
        self.reporter.report(|| {
            let diagnostic =
                Diagnostic::error(&codes::UNCLOSED_BRACKET, format!("this `{text}` is never closed"))
                    .label(source.token_span(open.token), "opened here");
            let diagnostic = match suspect {
                Some((opener, closer)) => diagnostic
                    .label(
                        source.token_span(opener),
                        "perhaps this one is not closed: the next one to close it is indented differently",
                    )
                    .label(source.token_span(closer), "closed here"),
                None if at_end => diagnostic,
                None => diagnostic.label(
                    source.span(here.start, here.end),
                    format!("`{expected}` was expected before this"),
                ),
            };
            diagnostic.help(format!("add the closing `{expected}`"))
        });
    }

    fn token(&mut self, token: Token, first: bool) {
        if token.kind == TokenKind::End {
            while !self.open.is_empty() {
                self.close_unclosed(token);
            }
            self.out.push(token);
            return;
        }
        if token.kind.closer().is_some() {
            let body = token.kind == TokenKind::OpenBrace && self.opens_body();
            self.open.push(Open {
                token,
                indent: self.indent,
                line: self.line,
                body,
            });
            self.out.push(token);
            return;
        }
        if !token.kind.is_closer() {
            self.out.push(token);
            return;
        }
        let matching = |open: &Open| open.token.kind.closer() == Some(token.kind);
        let Some(mut index) = self.open.iter().rposition(matching) else {
            self.stray(token);
            return;
        };
        // A brace on a line of its own closes the block that is indented like it.
        if token.kind == TokenKind::CloseBrace && first && self.open[index].indent > self.indent {
            let outer = self.open[..index]
                .iter()
                .rposition(|open| matching(open) && open.indent == self.indent);
            // Only within the same template sequence.
            let barrier = self
                .open
                .iter()
                .rposition(|open| open.token.kind.closer() == Some(TokenKind::CloseTemplate));
            if let Some(outer) = outer.filter(|outer| barrier.is_none_or(|b| b < *outer)) {
                index = outer;
            }
        }
        while self.open.len() > index + 1 {
            self.close_unclosed(token);
        }
        if let Some(open) = self.open.pop()
            && first
            && open.line != self.line
            && open.indent != self.indent
            && self.suspect.is_none()
        {
            self.suspect = Some((open.token, token));
        }
        self.out.push(token);
    }

    /// Whether the brace that comes now follows a block's kind or label.
    fn opens_body(&self) -> bool {
        if self.open.last().is_some_and(|open| !open.body) {
            return false;
        }
        self.out
            .iter()
            .rev()
            .find(|token| !token.is_comment())
            .is_some_and(|token| matches!(token.kind, TokenKind::Ident | TokenKind::CloseQuote))
    }

    fn stray(&mut self, token: Token) {
        let source = self.source;
        let text = source.token_text(token);
        let suspect = self.suspect.take();
        self.reporter.report(|| {
            let diagnostic = Diagnostic::error(
                &codes::STRAY_BRACKET,
                format!("this `{text}` closes nothing"),
            )
            .label(source.token_span(token), "nothing is open here");
            match suspect {
                Some((opener, closer)) => diagnostic
                    .label(
                        source.token_span(closer),
                        "perhaps this one is too many: it is indented differently from what it closes",
                    )
                    .label(source.token_span(opener), "which is opened here"),
                None => diagnostic,
            }
            .help("remove it, or add the opening bracket")
        });
    }
}

/// How the closing token is written.
pub(crate) fn bracket_text(closer: TokenKind) -> &'static str {
    match closer {
        TokenKind::CloseBrace | TokenKind::CloseTemplate => "}",
        TokenKind::CloseBracket => "]",
        TokenKind::CloseParen => ")",
        _ => "\"",
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ItemStart {
    /// `name =`
    Attribute,
    /// `name {` or `name "label" {`
    Block,
    /// `name "label" … {`: never an item of an object.
    LabelledBlock,
}

/// Whether a line begins an attribute or block of a body.
fn item_start(line: &[Token]) -> Option<ItemStart> {
    let mut tokens = line
        .iter()
        .filter(|token| token.kind != TokenKind::BlockComment);
    if tokens.next()?.kind != TokenKind::Ident {
        return None;
    }
    let mut labels = false;
    loop {
        match tokens.next()?.kind {
            TokenKind::Equal if !labels => return Some(ItemStart::Attribute),
            TokenKind::OpenBrace if labels => return Some(ItemStart::LabelledBlock),
            TokenKind::OpenBrace => return Some(ItemStart::Block),
            TokenKind::Ident
            | TokenKind::OpenQuote
            | TokenKind::QuotedText
            | TokenKind::CloseQuote => labels = true,
            _ => return None,
        }
    }
}
