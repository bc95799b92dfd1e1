//! Constructs brought to their present-day form: labels quoted, `"${x}"`
//! unwrapped, old type names replaced.
//!
//! Source of the rules: hashicorp/terraform `internal/command/fmt.go`.

use super::{Piece, Texts};
use crate::print::quote;
use crate::token::{Source, Token, TokenKind};

/// The tokens of a text without mistakes as pieces.
pub(super) fn normalise(source: Source<'_>, tokens: &[Token], texts: &mut Texts<'_>) -> Vec<Piece> {
    let mut pass = Pass {
        source,
        tokens,
        at: 0,
        out: Vec::with_capacity(tokens.len() + 16),
        texts,
    };
    pass.run();
    pass.out
}

struct Pass<'a, 't, 's> {
    source: Source<'a>,
    tokens: &'a [Token],
    at: usize,
    out: Vec<Piece>,
    texts: &'t mut Texts<'s>,
}

impl Pass<'_, '_, '_> {
    fn run(&mut self) {
        // For each open block: whether it is a `variable`.
        let mut blocks: Vec<bool> = Vec::new();
        while let Some(token) = self.tokens.get(self.at).copied() {
            match token.kind {
                TokenKind::Ident => {
                    let next = self.skip_comments(self.at + 1);
                    if self.kind(next) == TokenKind::Equal {
                        let is_type =
                            matches!(blocks[..], [true]) && self.source.token_text(token) == "type";
                        self.attribute(next, is_type);
                    } else {
                        blocks.push(self.source.token_text(token) == "variable");
                        self.header();
                    }
                }
                TokenKind::CloseBrace => {
                    blocks.pop();
                    self.copy(self.at + 1);
                }
                _ => self.copy(self.at + 1),
            }
        }
    }

    fn kind(&self, at: usize) -> TokenKind {
        self.tokens
            .get(at)
            .map_or(TokenKind::End, |token| token.kind)
    }

    fn skip_comments(&self, mut at: usize) -> usize {
        while self.tokens.get(at).is_some_and(|token| token.is_comment()) {
            at += 1;
        }
        at
    }

    /// Copies tokens up to `end` as they are.
    fn copy(&mut self, end: usize) {
        for index in self.at..end {
            let token = self.tokens[index];
            // Only the spaces before the end of the text survive the layout.
            let spaces = if token.kind == TokenKind::End {
                let before = index
                    .checked_sub(1)
                    .map_or(0, |before| self.tokens[before].end);
                token.start - before
            } else {
                0
            };
            self.out.push(Piece {
                kind: token.kind,
                added: false,
                start: token.start,
                end: token.end,
                spaces,
            });
        }
        self.at = end;
    }

    /// Kind, labels and opening brace of a block. Comments before the last
    /// label are dropped, as terraform does.
    fn header(&mut self) {
        self.copy(self.at + 1);
        let labels = self.at;
        let mut at = labels;
        let mut end = labels;
        let mut quoted = false;
        while self.kind(at) != TokenKind::End && (quoted || self.kind(at) != TokenKind::OpenBrace) {
            match self.kind(at) {
                TokenKind::OpenQuote => quoted = true,
                TokenKind::CloseQuote => {
                    quoted = false;
                    end = at + 1;
                }
                TokenKind::Ident => end = at + 1,
                _ => {}
            }
            at += 1;
        }
        self.at = end;
        let mut text = String::new();
        for index in labels..end {
            let token = self.tokens[index];
            let written = self.source.token_text(token);
            match token.kind {
                TokenKind::Ident => self.label(written),
                TokenKind::OpenQuote => text.clear(),
                TokenKind::QuotedText => {
                    if token.flag {
                        text.push_str(&crate::parser::decode_quoted(written));
                    } else {
                        text.push_str(written);
                    }
                }
                TokenKind::CloseQuote => self.label(&text),
                _ => {}
            }
        }
        self.copy(at + 1);
    }

    fn label(&mut self, text: &str) {
        let mut quoted = String::with_capacity(text.len() + 2);
        quote(&mut quoted, text);
        let inner = &quoted[1..quoted.len() - 1];
        let open = self.texts.add(TokenKind::OpenQuote, "\"");
        self.out.push(open);
        if !inner.is_empty() {
            let inner = self.texts.add(TokenKind::QuotedText, inner);
            self.out.push(inner);
        }
        let close = self.texts.add(TokenKind::CloseQuote, "\"");
        self.out.push(close);
    }

    /// An attribute whose `=` is at `equals`.
    fn attribute(&mut self, equals: usize, is_type: bool) {
        let start = self.skip_comments(equals + 1);
        self.copy(start);
        let end = self.end_of_value();
        if is_type {
            self.type_expression(end);
        } else {
            self.value(end);
        }
        self.copy(end);
    }

    /// The index after the last token of the value that begins here.
    fn end_of_value(&self) -> usize {
        let mut depth = 0_u32;
        let mut at = self.at;
        while let Some(token) = self.tokens.get(at) {
            if token.kind.closer().is_some() {
                depth += 1;
            } else if token.kind.is_closer() {
                if depth == 0 {
                    break;
                }
                depth -= 1;
            } else if depth == 0
                && matches!(
                    token.kind,
                    TokenKind::Newline | TokenKind::LineComment | TokenKind::End
                )
            {
                break;
            }
            at += 1;
        }
        while at > self.at && self.tokens[at - 1].is_comment() {
            at -= 1;
        }
        at
    }

    /// `"${x}"` becomes `x`, in parentheses if it goes over several lines.
    fn value(&mut self, end: usize) {
        let tokens = &self.tokens[self.at..end];
        let [open, interpolation, inside @ .., close_template, close] = tokens else {
            return;
        };
        if inside.is_empty()
            || open.kind != TokenKind::OpenQuote
            || interpolation.kind != TokenKind::OpenInterpolation
            || close_template.kind != TokenKind::CloseTemplate
            || close.kind != TokenKind::CloseQuote
        {
            return;
        }
        let mut quotes = 0;
        for token in inside {
            match token.kind {
                TokenKind::OpenQuote => quotes += 1,
                TokenKind::CloseQuote => quotes -= 1,
                _ if quotes > 0 => {}
                // There is more than one interpolation.
                TokenKind::OpenInterpolation | TokenKind::CloseTemplate | TokenKind::QuotedText => {
                    return;
                }
                _ => {}
            }
        }
        let newline = |token: &Token| token.kind == TokenKind::Newline;
        let leading = inside.iter().take_while(|token| newline(token)).count();
        let trailing = inside
            .iter()
            .rev()
            .take_while(|token| newline(token))
            .count();
        let (first, last) = (self.at + 2 + leading, end - 2 - trailing);
        let trimmed = &self.tokens[first..last];
        let several_lines = trimmed.iter().any(newline);
        if !several_lines
            && trimmed
                .iter()
                .any(|token| token.kind == TokenKind::LineComment)
        {
            return;
        }
        let parenthesised = trimmed
            .first()
            .is_some_and(|token| token.kind == TokenKind::OpenParen)
            && trimmed.len() > 1
            && trimmed
                .last()
                .is_some_and(|token| token.kind == TokenKind::CloseParen);
        let wrap = several_lines && !parenthesised;
        if wrap {
            let open = self.texts.add(TokenKind::OpenParen, "(");
            self.out.push(open);
        }
        self.at = first;
        self.copy(last);
        if wrap {
            let close = self.texts.add(TokenKind::CloseParen, ")");
            self.out.push(close);
        }
        self.at = end;
    }

    /// The type of a `variable`: `list` becomes `list(any)`, the old `"list"`
    /// becomes `list(string)`, the old `"string"` becomes `string`.
    fn type_expression(&mut self, end: usize) {
        let tokens = &self.tokens[self.at..end];
        let text = |token: &Token| self.source.token_text(*token);
        let (name, element) = match tokens {
            [word] if word.kind == TokenKind::Ident => match text(word) {
                name @ ("list" | "map" | "set") => (name, Some("any")),
                _ => return,
            },
            [open, word, close]
                if open.kind == TokenKind::OpenQuote
                    && word.kind == TokenKind::QuotedText
                    && close.kind == TokenKind::CloseQuote =>
            {
                match text(word) {
                    "string" => ("string", None),
                    name @ ("list" | "map") => (name, Some("string")),
                    _ => return,
                }
            }
            _ => return,
        };
        let name = self.texts.add(TokenKind::Ident, name);
        self.out.push(name);
        if let Some(element) = element {
            for (kind, text) in [
                (TokenKind::OpenParen, "("),
                (TokenKind::Ident, element),
                (TokenKind::CloseParen, ")"),
            ] {
                let piece = self.texts.add(kind, text);
                self.out.push(piece);
            }
        }
        self.at = end;
    }
}
