//! Terms: literals, names, calls, parentheses.

use smol_str::SmolStr;
use terrace_diag::Diagnostic;

use super::{Parsed, Parser, Stop};
use crate::ast::{Call, Expr, ExprKind, Ident};
use crate::codes;
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    pub(super) fn term(&mut self) -> Parsed<Expr> {
        match self.peek() {
            TokenKind::Ident => {
                let token = self.bump();
                if matches!(self.peek(), TokenKind::OpenParen | TokenKind::DoubleColon) {
                    return self.call(token);
                }
                self.height = 1;
                let kind = match self.text(token) {
                    "true" => ExprKind::Bool(true),
                    "false" => ExprKind::Bool(false),
                    "null" => ExprKind::Null,
                    name => ExprKind::Variable(SmolStr::new(name)),
                };
                Ok(Expr {
                    kind,
                    span: self.span(token),
                })
            }
            TokenKind::OpenQuote | TokenKind::OpenHeredoc => self.template(),
            TokenKind::Number => {
                let token = self.bump();
                self.height = 1;
                Ok(Expr {
                    kind: ExprKind::Number(SmolStr::new(self.number(token)?)),
                    span: self.span(token),
                })
            }
            TokenKind::OpenBracket => self.tuple(),
            TokenKind::OpenBrace => self.object(),
            TokenKind::OpenParen => self.paren(),
            _ => self.no_term(),
        }
    }

    #[inline(never)]
    fn no_term(&mut self) -> Parsed<Expr> {
        let token = self.token();
        if token.kind == TokenKind::Invalid {
            return Err(Stop);
        }
        let before = self.at.checked_sub(1).map(|at| self.tokens[at]);
        let found = self.name(token);
        let span = if token.ends_line() || token.kind == TokenKind::End {
            // Point behind what the value is missing after.
            let at = self
                .last_end()
                .min(token.start)
                .max(before.map_or(0, |token| token.end.min(self.tokens[self.at].start)));
            self.source.span(at, at)
        } else {
            self.span(token)
        };
        let after = before
            .filter(|token| !token.ends_line())
            .map(|token| self.text(token))
            .filter(|text| !text.is_empty());
        self.fail(|| {
            Diagnostic::error(
                &codes::EXPECTED_EXPRESSION,
                match after {
                    Some(after) => {
                        format!(
                            "expected a value after `{}`, found {found}",
                            super::shorten(after)
                        )
                    }
                    None => format!("expected a value, found {found}"),
                },
            )
            .at(span)
            .maybe_help(match token.kind {
                TokenKind::Newline | TokenKind::LineComment => Some(
                    "put the value on this line, or the whole expression in parentheses".to_owned(),
                ),
                TokenKind::Comma => Some("remove the extra comma".to_owned()),
                TokenKind::EqualEqual | TokenKind::Equal => {
                    Some("remove one of the equals signs".to_owned())
                }
                TokenKind::Less => Some(
                    "a heredoc begins with <<NAME or <<-NAME, and nothing else on the line"
                        .to_owned(),
                ),
                _ => None,
            })
        })
    }

    #[inline(never)]
    fn paren(&mut self) -> Parsed<Expr> {
        let open = self.bump();
        let (inner, close) = self.with_newlines(false, |parser| {
            let inner = parser.expression()?;
            if parser.peek() == TokenKind::CloseParen {
                return Ok((inner, parser.bump()));
            }
            let token = parser.token();
            parser.unexpected(token, "the expression in parentheses");
            Err(Stop)
        })?;
        self.grow(self.height)?;
        Ok(Expr {
            kind: ExprKind::Paren(Box::new(inner)),
            span: self.span(open).to(self.span(close)),
        })
    }

    /// After a name, at `(` or `::`.
    #[inline(never)]
    fn call(&mut self, first: Token) -> Parsed<Expr> {
        let mut name = SmolStr::new(self.text(first));
        let mut end = first;
        while self.eat(TokenKind::DoubleColon).is_some() {
            let Some(next) = self.eat(TokenKind::Ident) else {
                let token = self.token();
                return self.no_function(token, "a name after `::`");
            };
            name = format!("{name}::{}", self.text(next)).into();
            end = next;
        }
        let name = Ident {
            name,
            span: self.span(first).to(self.span(end)),
        };
        if self.peek() != TokenKind::OpenParen {
            let token = self.token();
            return self.no_function(token, "the function's arguments in parentheses");
        }
        let opener = self.at;
        self.bump();
        let (args, expand_final, close, height) =
            self.with_newlines(false, |parser| parser.arguments(opener))?;
        self.grow(height)?;
        let span = name.span.to(self.span(close));
        Ok(Expr {
            kind: ExprKind::Call(Box::new(Call {
                name,
                args,
                expand_final,
            })),
            span,
        })
    }

    fn no_function(&mut self, token: Token, expected: &str) -> Parsed<Expr> {
        let span = self.span(token);
        let found = self.name(token);
        self.fail(|| {
            Diagnostic::error(
                &codes::EXPECTED_EXPRESSION,
                format!("expected {expected}, found {found}"),
            )
            .at(span)
            .help("a function of a provider is called provider::name::function(…)")
        })
    }

    /// The arguments up to and with the closing parenthesis. A mistake in one
    /// does not hide those in the next.
    fn arguments(&mut self, opener: usize) -> Parsed<(Vec<Expr>, bool, Token, u32)> {
        let mut args = Vec::new();
        let mut height = 0;
        let mut expand = false;
        let mut failed = false;
        loop {
            if let Some(close) = self.eat(TokenKind::CloseParen) {
                if failed {
                    return Err(Stop);
                }
                return Ok((args, expand, close, height));
            }
            if self.peek() == TokenKind::End {
                return Err(Stop);
            }
            let start = self.at;
            match self.expression() {
                Ok(arg) => {
                    height = height.max(self.height);
                    args.push(arg);
                }
                Err(Stop) => {
                    failed = true;
                    self.skip_item(start, |kind| kind == TokenKind::Comma);
                }
            }
            match self.peek() {
                TokenKind::Comma => {
                    self.bump();
                }
                TokenKind::CloseParen => {}
                TokenKind::Ellipsis => {
                    let token = self.bump();
                    expand = true;
                    if self.peek() != TokenKind::CloseParen {
                        failed = true;
                        let span = self.span(token);
                        self.reporter.report(|| {
                            Diagnostic::error(
                                &codes::UNEXPECTED_TOKEN,
                                "`...` stands only after the last argument",
                            )
                            .at(span)
                            .help("write f(a, list...)")
                        });
                        self.skip_to_partner(opener);
                    }
                }
                _ => {
                    failed = true;
                    self.no_separator(opener, "argument");
                }
            }
        }
    }

    /// Two items follow each other without a comma. Goes on with the second.
    pub(super) fn no_separator(&mut self, opener: usize, what: &str) {
        let token = self.token();
        if token.kind == TokenKind::Invalid {
            self.at += 1;
            return;
        }
        let span = self.span(token);
        let found = self.name(token);
        let begins = matches!(
            token.kind,
            TokenKind::Ident
                | TokenKind::Number
                | TokenKind::OpenQuote
                | TokenKind::OpenHeredoc
                | TokenKind::OpenBrace
                | TokenKind::OpenBracket
                | TokenKind::OpenParen
                | TokenKind::Bang
        );
        let opened = self.span(self.tokens[opener]);
        // The comma belongs behind what stands before.
        let end = self.previous_end();
        let before = self.source.span(end, end);
        self.reporter.report(|| {
            if begins {
                Diagnostic::error(
                    &codes::MISSING_SEPARATOR,
                    format!("a comma is missing before {found}"),
                )
                .label(before, "add a comma here")
                .label(span, format!("the next {what} begins here"))
            } else {
                Diagnostic::error(
                    &codes::UNEXPECTED_TOKEN,
                    format!("expected a comma or the end, found {found}"),
                )
                .at(span)
                .label(opened, "opened here")
                .maybe_help((token.kind == TokenKind::Equal).then(|| {
                    "names with = stand in an object { … }; arguments have no names".to_owned()
                }))
            }
        });
        if !begins {
            self.skip_to_partner(opener);
        }
    }

    /// The end of the token before the next one, past comments and line breaks.
    fn previous_end(&mut self) -> u32 {
        self.peek();
        self.tokens[..self.at]
            .iter()
            .rev()
            .find(|token| !token.ends_line() && !token.is_comment())
            .map_or(0, |token| token.end)
    }
}
