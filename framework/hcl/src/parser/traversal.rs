//! What follows a term: `.name`, `[key]`, splats.

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Span};

use super::{Parsed, Parser, Stop};
use crate::ast::{Expr, ExprKind, Ident, Splat};
use crate::codes;
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    /// Everything that follows `from`.
    #[inline(never)]
    pub(super) fn traversals(&mut self, from: Expr) -> Parsed<Expr> {
        let mut expr = from;
        loop {
            match self.peek() {
                TokenKind::Dot => {
                    let dot = self.bump();
                    expr = match self.peek() {
                        TokenKind::Star => self.attribute_splat(expr, dot)?,
                        _ => self.attribute_step(expr, dot, false)?,
                    };
                }
                TokenKind::OpenBracket => {
                    let opener = self.at;
                    let open = self.bump();
                    if self.peek() == TokenKind::Star {
                        // A full splat takes everything that follows.
                        return self.full_splat(expr, open);
                    }
                    expr = self.index(expr, opener)?;
                }
                _ => return Ok(expr),
            }
        }
    }

    /// After a dot: a name, or a number that is an index.
    fn attribute_step(&mut self, base: Expr, dot: Token, in_splat: bool) -> Parsed<Expr> {
        let token = self.token();
        match token.kind {
            TokenKind::Ident => {
                self.bump();
                self.grow(self.height)?;
                let name = Ident {
                    name: SmolStr::new(self.text(token)),
                    span: self.span(token),
                };
                let span = base.span.to(name.span);
                Ok(Expr {
                    kind: ExprKind::GetAttr {
                        base: Box::new(base),
                        name,
                    },
                    span,
                })
            }
            TokenKind::Number => {
                self.bump();
                let text = self.text(token);
                let span = self.span(token);
                if let Some((first, second)) = text.split_once('.') {
                    return self.fail(|| {
                        Diagnostic::error(
                            &codes::INVALID_TRAVERSAL,
                            format!("`{text}` reads as one number, not as two indices"),
                        )
                        .at(span)
                        .help(format!("write [{first}][{second}]"))
                    });
                }
                let key = Expr {
                    kind: ExprKind::Number(SmolStr::new(self.number(token)?)),
                    span,
                };
                self.grow(self.height)?;
                let span = base.span.to(span);
                Ok(Expr {
                    kind: ExprKind::Index {
                        base: Box::new(base),
                        key: Box::new(key),
                    },
                    span,
                })
            }
            TokenKind::Invalid => Err(Stop),
            _ => {
                let found = self.name(token);
                let span = self.span(dot);
                let quoted = token.kind == TokenKind::OpenQuote;
                self.fail(|| {
                    Diagnostic::error(
                        &codes::INVALID_TRAVERSAL,
                        if in_splat && token.kind == TokenKind::Star {
                            "a splat `.*` cannot follow another one".to_owned()
                        } else {
                            format!(
                                "expected the name of an attribute after the dot, found {found}"
                            )
                        },
                    )
                    .at(span)
                    .maybe_help(if quoted {
                        Some("write [\"name\"] without a dot".to_owned())
                    } else if in_splat {
                        Some("use [*] and a for expression".to_owned())
                    } else {
                        None
                    })
                })
            }
        }
    }

    /// `source.*` with the names and numbers that follow directly; a bracket
    /// after them applies to the whole result.
    fn attribute_splat(&mut self, source: Expr, dot: Token) -> Parsed<Expr> {
        let source_height = self.height;
        let star = self.bump();
        let marker = self.span(dot).to(self.span(star));
        let mut each = splat_item(marker);
        self.height = 1;
        let mut end = marker;
        while let Some(dot) = self.eat(TokenKind::Dot) {
            each = self.attribute_step(each, dot, true)?;
            end = each.span;
        }
        self.grow(source_height.max(self.height))?;
        let span = source.span.to(end);
        Ok(splat(source, each, false, span))
    }

    /// `source[*]`, at the star, with everything that follows.
    fn full_splat(&mut self, source: Expr, open: Token) -> Parsed<Expr> {
        let source_height = self.height;
        let star = self.bump();
        let Some(close) = self.eat(TokenKind::CloseBracket) else {
            let span = self.span(star);
            return self.fail(|| {
                Diagnostic::error(
                    &codes::INVALID_TRAVERSAL,
                    "a splat is written `[*]`, with nothing else in the brackets",
                )
                .at(span)
            });
        };
        let marker = self.span(open).to(self.span(close));
        self.height = 1;
        self.enter()?;
        let each = self.traversals(splat_item(marker));
        self.leave();
        let each = each?;
        self.grow(source_height.max(self.height))?;
        let span = source.span.to(each.span);
        Ok(splat(source, each, true, span))
    }

    /// `base[key]`, after the bracket.
    fn index(&mut self, base: Expr, opener: usize) -> Parsed<Expr> {
        let base_height = self.height;
        let (key, close) = self.with_newlines(false, |parser| {
            let key = parser.expression()?;
            if parser.peek() == TokenKind::CloseBracket {
                return Ok((key, parser.bump()));
            }
            parser.no_separator_in_index(opener);
            Err(Stop)
        })?;
        self.grow(base_height.max(self.height))?;
        let span = base.span.to(self.span(close));
        Ok(Expr {
            kind: ExprKind::Index {
                base: Box::new(base),
                key: Box::new(key),
            },
            span,
        })
    }

    fn no_separator_in_index(&mut self, opener: usize) {
        let token = self.token();
        if token.kind == TokenKind::Invalid {
            return;
        }
        let found = self.name(token);
        let span = self.span(token);
        let opened = self.span(self.tokens[opener]);
        self.reporter.report(|| {
            Diagnostic::error(
                &codes::UNEXPECTED_TOKEN,
                format!("expected the `]` of the index, found {found}"),
            )
            .label(span, "")
            .label(opened, "the index begins here")
            .maybe_help((token.kind == TokenKind::Comma).then(|| {
                "an index is a single key; if a list was meant, a comma is missing before it"
                    .to_owned()
            }))
        });
    }
}

fn splat_item(span: Span) -> Expr {
    Expr {
        kind: ExprKind::SplatItem,
        span,
    }
}

fn splat(source: Expr, each: Expr, full: bool, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Splat(Box::new(Splat { source, each, full })),
        span,
    }
}
