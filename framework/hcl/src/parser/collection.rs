//! Lists, objects and `for` expressions.

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Span};

use super::{Parsed, Parser, Stop};
use crate::ast::{Expr, ExprKind, For, Ident, ObjectItem, ObjectKey};
use crate::codes;
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    /// Whether the next token is that bare word.
    pub(super) fn at_word(&mut self, word: &str) -> bool {
        self.peek() == TokenKind::Ident && self.text(self.tokens[self.at]) == word
    }

    #[inline(never)]
    pub(super) fn tuple(&mut self) -> Parsed<Expr> {
        let opener = self.at;
        let open = self.bump();
        self.with_newlines(false, |parser| {
            if parser.at_word("for") {
                return parser.for_expression(opener);
            }
            let (items, close, height) = parser.tuple_items(opener)?;
            parser.grow(height)?;
            Ok(Expr {
                kind: ExprKind::Tuple(items),
                span: parser.span(open).to(parser.span(close)),
            })
        })
    }

    fn tuple_items(&mut self, opener: usize) -> Parsed<(Vec<Expr>, Token, u32)> {
        let mut items = Vec::new();
        let mut height = 0;
        let mut failed = false;
        loop {
            if let Some(close) = self.eat(TokenKind::CloseBracket) {
                if failed {
                    return Err(Stop);
                }
                return Ok((items, close, height));
            }
            if self.peek() == TokenKind::End {
                return Err(Stop);
            }
            let start = self.at;
            match self.expression() {
                Ok(item) => {
                    height = height.max(self.height);
                    items.push(item);
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
                TokenKind::CloseBracket => {}
                _ => {
                    failed = true;
                    self.no_separator(opener, "item");
                }
            }
        }
    }

    #[inline(never)]
    pub(super) fn object(&mut self) -> Parsed<Expr> {
        let opener = self.at;
        let open = self.bump();
        let is_for = self.with_newlines(false, |parser| {
            let before = parser.at;
            let is_for = parser.at_word("for");
            parser.at = before;
            is_for
        });
        if is_for {
            return self.with_newlines(false, |parser| {
                parser.peek();
                parser.for_expression(opener)
            });
        }
        self.with_newlines(true, |parser| {
            let (items, close, height) = parser.object_items()?;
            parser.grow(height)?;
            Ok(Expr {
                kind: ExprKind::Object(items),
                span: parser.span(open).to(parser.span(close)),
            })
        })
    }

    fn object_items(&mut self) -> Parsed<(Vec<ObjectItem>, Token, u32)> {
        let mut items = Vec::new();
        let mut height = 0;
        loop {
            match self.peek() {
                TokenKind::Newline => {
                    self.bump();
                    continue;
                }
                TokenKind::CloseBrace => return Ok((items, self.bump(), height)),
                TokenKind::End => return Err(Stop),
                _ => {}
            }
            let start = self.at;
            match self.object_item() {
                Ok(item) => {
                    height = height.max(self.height);
                    items.push(item);
                }
                Err(Stop) => self.skip_item(start, |kind| {
                    matches!(kind, TokenKind::Comma | TokenKind::Newline)
                }),
            }
            match self.peek() {
                TokenKind::Comma | TokenKind::Newline => {
                    self.bump();
                }
                TokenKind::CloseBrace | TokenKind::End => {}
                _ => self.no_object_separator(start),
            }
            debug_assert!(self.at > start, "brackets match, see `repair`");
            self.at = self.at.max(start + 1);
        }
    }

    /// One item; `self.height` is its height afterwards.
    fn object_item(&mut self) -> Parsed<ObjectItem> {
        let first = self.token();
        let second = match first.kind {
            TokenKind::Ident => self.peek_second(),
            _ => TokenKind::End,
        };
        let key = if matches!(second, TokenKind::Equal | TokenKind::Colon) {
            self.bump();
            self.height = 1;
            ObjectKey::Name(Ident {
                name: SmolStr::new(self.text(first)),
                span: self.span(first),
            })
        } else {
            self.object_key(first)?
        };
        let key_height = self.height;
        match self.peek() {
            TokenKind::Equal | TokenKind::Colon => {
                self.bump();
            }
            _ => self.no_object_equals(key.span())?,
        }
        let value = self.expression()?;
        self.height = self.height.max(key_height);
        Ok(ObjectItem { key, value })
    }

    /// A key that is more than a bare name before `=`.
    #[inline(never)]
    fn object_key(&mut self, first: Token) -> Parsed<ObjectKey> {
        let key = self.expression()?;
        let span = key.span;
        Ok(match key.kind {
            ExprKind::String(name) if first.kind == TokenKind::OpenQuote => {
                ObjectKey::Name(Ident { name, span })
            }
            // The words are names where a name is expected.
            ExprKind::Variable(name) => ObjectKey::Name(Ident { name, span }),
            ExprKind::Bool(value) => ObjectKey::Name(Ident {
                name: SmolStr::new_static(if value { "true" } else { "false" }),
                span,
            }),
            ExprKind::Null => ObjectKey::Name(Ident {
                name: SmolStr::new_static("null"),
                span,
            }),
            kind => ObjectKey::Expr(Expr { kind, span }),
        })
    }

    /// A key is not followed by `=` or `:`. Goes on with the value where it is
    /// clear what was meant.
    fn no_object_equals(&mut self, key: Span) -> Parsed<()> {
        let token = self.token();
        let span = self.span(token);
        let found = self.name(token);
        let written = self
            .source
            .text
            .get((key.start.wrapping_sub(self.source.base)) as usize..)
            .and_then(|text| text.get(..(key.end - key.start) as usize))
            .map(super::shorten)
            .unwrap_or_default();
        match token.kind {
            TokenKind::Invalid => return Err(Stop),
            TokenKind::Newline
            | TokenKind::LineComment
            | TokenKind::Comma
            | TokenKind::CloseBrace
            | TokenKind::End => {
                return self.fail(|| {
                    Diagnostic::error(
                        &codes::MISSING_EQUALS,
                        format!("the key `{written}` has no value"),
                    )
                    .at(key)
                    .help(format!(
                        "write {written} = value; a list is written with [ ]"
                    ))
                });
            }
            _ => {}
        }
        self.reporter.report(|| {
            Diagnostic::error(
                &codes::MISSING_EQUALS,
                format!("expected `=` after the key `{written}`, found {found}"),
            )
            .at(span)
            .help(match token.kind {
                TokenKind::OpenBrace => {
                    format!("inside an object a block is an attribute: {written} = {{ … }}")
                }
                TokenKind::Ident => format!(
                    "write {written} = …; a key with points or spaces is quoted: \"odd key\" = …"
                ),
                _ => format!("write {written} = …"),
            })
        });
        match token.kind {
            TokenKind::OpenBrace | TokenKind::OpenBracket | TokenKind::OpenQuote => Ok(()),
            TokenKind::EqualEqual | TokenKind::FatArrow | TokenKind::DoubleColon => {
                self.bump();
                Ok(())
            }
            _ => Err(Stop),
        }
    }

    fn no_object_separator(&mut self, start: usize) {
        let token = self.token();
        if token.kind != TokenKind::Invalid {
            let begins = token.kind == TokenKind::OpenQuote
                || (token.kind == TokenKind::Ident
                    && matches!(
                        self.peek_second(),
                        TokenKind::Equal | TokenKind::Colon | TokenKind::OpenBrace
                    ));
            let span = self.span(token);
            let found = self.name(token);
            self.reporter.report(|| {
                if begins {
                    Diagnostic::error(
                        &codes::MISSING_SEPARATOR,
                        format!("a comma or line break is missing before {found}"),
                    )
                    .label(span, "the next item begins here")
                } else {
                    Diagnostic::error(
                        &codes::UNEXPECTED_TOKEN,
                        format!("expected a comma, a line break or `}}`, found {found}"),
                    )
                    .at(span)
                    .maybe_help((token.kind == TokenKind::Equal).then(|| {
                        "to compare write ==; a value with an = of its own is put in quotes"
                            .to_owned()
                    }))
                }
            });
            if begins {
                return;
            }
        }
        self.skip_item(start, |kind| {
            matches!(kind, TokenKind::Comma | TokenKind::Newline)
        });
    }

    /// At `for`, inside the bracket at `opener`.
    #[inline(never)]
    fn for_expression(&mut self, opener: usize) -> Parsed<Expr> {
        let result = self.for_parts(opener);
        if result.is_err() {
            self.skip_to_partner(opener);
            self.bump();
        }
        result
    }

    fn for_parts(&mut self, opener: usize) -> Parsed<Expr> {
        let open = self.tokens[opener];
        let object = open.kind == TokenKind::OpenBrace;
        let word = self.bump();
        let (key_var, value_var) = self.for_variables(word)?;
        let collection = self.expression()?;
        let mut height = self.height;
        if self.eat(TokenKind::Colon).is_none() {
            return self.bad_for("a `:` after what is walked");
        }
        let mut value = self.expression()?;
        height = height.max(self.height);
        let mut key = None;
        if let Some(arrow) = self.eat(TokenKind::FatArrow) {
            let first = std::mem::replace(&mut value, self.expression()?);
            height = height.max(self.height);
            if object {
                key = Some(first);
            } else {
                let span = self.span(arrow);
                return self.fail(|| {
                    Diagnostic::error(
                        &codes::INVALID_FOR,
                        "a `for` in [ ] makes a list, without keys",
                    )
                    .at(span)
                    .help("use { for … : key => value } for an object")
                });
            }
        } else if object && !matches!(self.peek(), TokenKind::Invalid) {
            let span = value.span;
            return self.fail(|| {
                Diagnostic::error(
                    &codes::INVALID_FOR,
                    "a `for` in { } needs a key for each value",
                )
                .at(span)
                .help("write { for … : key => value }, or use [ ] for a list")
            });
        }
        let group = self.eat(TokenKind::Ellipsis);
        if let (Some(group), false) = (group, object) {
            let span = self.span(group);
            return self.fail(|| {
                Diagnostic::error(&codes::INVALID_FOR, "`...` groups values only in { for … }")
                    .at(span)
                    .help("remove it, or use flatten([for … : list])")
            });
        }
        let mut condition = None;
        if self.at_word("if") {
            self.bump();
            condition = Some(self.expression()?);
            height = height.max(self.height);
        }
        let closer = if object {
            TokenKind::CloseBrace
        } else {
            TokenKind::CloseBracket
        };
        let Some(close) = self.eat(closer) else {
            return self.bad_for("the end of the `for` expression");
        };
        self.grow(height)?;
        Ok(Expr {
            kind: ExprKind::For(Box::new(For {
                key_var,
                value_var,
                collection,
                key,
                value,
                group: group.is_some(),
                condition,
            })),
            span: self.span(open).to(self.span(close)),
        })
    }

    /// `v in` or `k, v in`.
    pub(super) fn for_variables(&mut self, word: Token) -> Parsed<(Option<Ident>, Ident)> {
        let mut key = None;
        let mut value = self.for_variable(word)?;
        if self.eat(TokenKind::Comma).is_some() {
            key = Some(value);
            value = self.for_variable(word)?;
        }
        if !self.at_word("in") {
            return self.bad_for("`in` after the variables");
        }
        self.bump();
        Ok((key, value))
    }

    fn for_variable(&mut self, word: Token) -> Parsed<Ident> {
        match self.eat(TokenKind::Ident) {
            Some(token) => Ok(Ident {
                name: SmolStr::new(self.text(token)),
                span: self.span(token),
            }),
            None => {
                let word = self.span(word);
                let token = self.token();
                if token.kind == TokenKind::Invalid {
                    return Err(Stop);
                }
                let span = self.span(token);
                let found = self.name(token);
                self.fail(|| {
                    let diagnostic = Diagnostic::error(
                        &codes::INVALID_FOR,
                        format!("expected the name of a variable after `for`, found {found}"),
                    )
                    .label(span, "")
                    .label(word, "`for` begins here");
                    if matches!(token.kind, TokenKind::Equal | TokenKind::Colon) {
                        diagnostic.help("for a key of that name write \"for\" = …")
                    } else {
                        diagnostic.help("write [for v in list : …] or {for k, v in map : k => …}")
                    }
                })
            }
        }
    }

    fn bad_for<T>(&mut self, expected: &str) -> Parsed<T> {
        let token = self.token();
        if token.kind == TokenKind::Invalid {
            return Err(Stop);
        }
        let span = self.span(token);
        let found = self.name(token);
        self.fail(|| {
            Diagnostic::error(
                &codes::INVALID_FOR,
                format!("expected {expected}, found {found}"),
            )
            .at(span)
            .help("write [for v in list : value if condition] or {for k, v in map : key => value}")
        })
    }
}
