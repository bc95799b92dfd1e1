//! Bodies: attributes and blocks.

use std::collections::BTreeMap;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Span};

use super::{Parsed, Parser, Stop};
use crate::ast::{Attribute, Block, Body, Ident, Item};
use crate::codes;
use crate::token::{Token, TokenKind};

/// Up to so many attributes names are compared one by one.
const FEW: usize = 12;

/// The names set so far in one body.
struct Names<'a> {
    few: Vec<(&'a str, Span)>,
    many: BTreeMap<&'a str, Span>,
}

impl<'a> Names<'a> {
    /// Remembers a name; the place of an earlier one of the same text.
    fn insert(&mut self, name: &'a str, span: Span) -> Option<Span> {
        if self.many.is_empty() {
            if let Some((_, earlier)) = self.few.iter().find(|(known, _)| *known == name) {
                return Some(*earlier);
            }
            self.few.push((name, span));
            if self.few.len() > FEW {
                self.many.extend(self.few.drain(..));
            }
            return None;
        }
        match self.many.entry(name) {
            std::collections::btree_map::Entry::Occupied(earlier) => Some(*earlier.get()),
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(span);
                None
            }
        }
    }
}

impl<'a> Parser<'a> {
    /// A whole file.
    pub(super) fn file(&mut self) -> Body {
        let items = self.items(true);
        let end = self.tokens[self.tokens.len() - 1].end;
        Body {
            items,
            span: self.source.span(0, end),
        }
    }

    /// Items up to the end or the closing brace, which is not taken. With
    /// `separated` each must end its line.
    fn items(&mut self, separated: bool) -> Vec<Item> {
        let mut items = Vec::new();
        let mut names = Names {
            few: Vec::new(),
            many: BTreeMap::new(),
        };
        loop {
            match self.peek() {
                TokenKind::End => return items,
                TokenKind::CloseBrace if self.depth > 0 => return items,
                TokenKind::Newline => {
                    self.bump();
                }
                TokenKind::Ident => {
                    let start = self.at;
                    match self.item(start, separated) {
                        Ok(Item::Attribute(attribute)) => {
                            let name = self.text(self.tokens[start]);
                            match names.insert(name, attribute.name.span) {
                                None => items.push(Item::Attribute(attribute)),
                                Some(earlier) => self.duplicate(name, attribute.name.span, earlier),
                            }
                        }
                        Ok(block) => items.push(block),
                        Err(Stop) => self.skip_line(start),
                    }
                }
                _ => {
                    let start = self.at;
                    self.not_an_item();
                    self.skip_line(start);
                    if self.at == start {
                        self.at += 1;
                    }
                }
            }
        }
    }

    /// Passes over the rest of an item of a body.
    fn skip_line(&mut self, start: usize) {
        self.skip_item(start, |kind| kind == TokenKind::Newline);
    }

    fn duplicate(&mut self, name: &str, here: Span, earlier: Span) {
        self.reporter.report(|| {
            Diagnostic::error(
                &codes::DUPLICATE_ATTRIBUTE,
                format!("`{name}` is set twice"),
            )
            .label(here, "set again here")
            .label(earlier, "set here first")
            .help("remove one of them")
        });
    }

    fn not_an_item(&mut self) {
        let token = self.token();
        if token.kind == TokenKind::Invalid {
            return;
        }
        let name = self.name(token);
        let span = self.span(token);
        let second = self.tokens.get(self.at + 1).copied();
        let quoted = second
            .filter(|text| text.kind == TokenKind::QuotedText)
            .map(|text| self.text(text));
        self.reporter.report(|| {
            let diagnostic = Diagnostic::error(
                &codes::EXPECTED_ITEM,
                format!("expected an attribute or a block, found {name}"),
            )
            .at(span);
            match token.kind {
                TokenKind::OpenQuote => diagnostic.help(match quoted {
                    Some(text) if is_name(text) => {
                        format!("names are not quoted here: write {text} = …")
                    }
                    _ => "names of attributes are plain words, not quoted strings".to_owned(),
                }),
                _ => diagnostic
                    .help("an attribute is written name = value, a block kind \"label\" { … }"),
            }
        });
    }

    fn ident(&self, token: Token) -> Ident {
        Ident {
            name: SmolStr::new(self.text(token)),
            span: self.span(token),
        }
    }

    fn item(&mut self, start: usize, separated: bool) -> Parsed<Item> {
        let name = self.bump();
        match self.peek() {
            TokenKind::Equal => {
                self.bump();
            }
            TokenKind::OpenBrace | TokenKind::OpenQuote | TokenKind::Ident => {
                return self.block(start, name, separated);
            }
            _ => self.not_an_equals_sign(name)?,
        }
        let expr = self.expression()?;
        let item = Item::Attribute(Attribute {
            name: self.ident(name),
            expr,
        });
        if separated {
            self.end_of_attribute(start, name);
        } else {
            self.eat(TokenKind::Comma);
        }
        Ok(item)
    }

    /// A name is followed by neither `=` nor what makes a block. Goes on with
    /// the value where it is clear what was meant.
    fn not_an_equals_sign(&mut self, name: Token) -> Parsed<()> {
        let next = self.token();
        let span = self.span(next);
        let found = self.name(next);
        let text = self.text(name);
        match next.kind {
            TokenKind::Invalid => Err(Stop),
            TokenKind::Colon | TokenKind::EqualEqual | TokenKind::FatArrow => {
                self.bump();
                self.reporter.report(|| {
                    Diagnostic::error(
                        &codes::MISSING_EQUALS,
                        format!("expected `=` after `{text}`, found {found}"),
                    )
                    .at(span)
                    .help(format!("write {text} = …"))
                });
                Ok(())
            }
            TokenKind::Newline | TokenKind::End => {
                let span = self.span(name);
                self.fail(|| {
                    Diagnostic::error(
                        &codes::EXPECTED_ITEM,
                        format!("`{text}` alone is neither an attribute nor a block"),
                    )
                    .at(span)
                    .help(format!("write {text} = value, or {text} {{ … }}"))
                })
            }
            TokenKind::Dot | TokenKind::OpenBracket => {
                let span = self.span(name).to(span);
                self.fail(|| {
                    Diagnostic::error(
                        &codes::EXPECTED_ITEM,
                        "the name of an attribute is a single word here",
                    )
                    .at(span)
                    .help(format!(
                        "to set something inside {text} write {text} = {{ … }}"
                    ))
                })
            }
            _ => self.fail(|| {
                Diagnostic::error(
                    &codes::MISSING_EQUALS,
                    format!("expected `=` or a block after `{text}`, found {found}"),
                )
                .at(span)
                .help(format!("write {text} = value, or {text} {{ … }}"))
            }),
        }
    }

    /// After the value of an attribute: its line must end.
    fn end_of_attribute(&mut self, start: usize, name: Token) {
        let next = self.token();
        let span = self.span(next);
        match next.kind {
            TokenKind::Newline | TokenKind::LineComment => {
                self.bump();
            }
            TokenKind::End => {}
            TokenKind::Invalid => self.skip_line(start),
            TokenKind::Comma => {
                self.bump();
                self.reporter.report(|| {
                    Diagnostic::error(
                        &codes::MISSING_NEWLINE,
                        "attributes are separated by line breaks here, not by commas",
                    )
                    .at(span)
                    .help("remove the comma")
                });
            }
            TokenKind::CloseBrace => self.reporter.report(|| {
                Diagnostic::error(
                    &codes::MISSING_NEWLINE,
                    "the closing `}` stands on the line of an attribute",
                )
                .at(span)
                .help("put the } on a line of its own")
            }),
            TokenKind::Ident
                if matches!(
                    self.peek_second(),
                    TokenKind::Equal | TokenKind::OpenBrace | TokenKind::OpenQuote
                ) =>
            {
                let text = self.text(next);
                self.reporter.report(|| {
                    Diagnostic::error(
                        &codes::MISSING_NEWLINE,
                        format!("a line break is missing before `{text}`"),
                    )
                    .at(span)
                    .help("put each attribute on a line of its own")
                });
            }
            _ => {
                let name = self.text(name);
                self.unexpected(next, &format!("the value of `{name}`"));
                self.skip_line(start);
            }
        }
    }

    /// Reports a token that does not go on with `what`.
    pub(super) fn unexpected(&mut self, token: Token, what: &str) {
        if token.kind == TokenKind::Invalid {
            return;
        }
        let found = self.name(token);
        let span = self.span(token);
        let help = match token.kind {
            TokenKind::Star => Some("for a power write pow(a, b)"),
            TokenKind::Equal => Some("to compare write =="),
            TokenKind::OpenQuote | TokenKind::Ident | TokenKind::Number => {
                Some("text is written in double quotes, values are joined as \"${a}${b}\"")
            }
            TokenKind::Colon => {
                Some("a `:` belongs to a conditional (a ? b : c), a for expression or an object")
            }
            _ => None,
        };
        self.reporter.report(|| {
            Diagnostic::error(
                &codes::UNEXPECTED_TOKEN,
                format!("{what} is complete before {found}"),
            )
            .at(span)
            .maybe_help(help.map(str::to_owned))
        });
    }

    fn block(&mut self, start: usize, kind: Token, separated: bool) -> Parsed<Item> {
        let labels = self.labels(kind)?;
        let opener = self.at;
        self.bump();
        let last = labels.last().map_or(self.span(kind), |label| label.span);
        let header = self.span(kind).to(last);
        self.enter()?;
        let from = self.tokens[opener].end;
        let items = match self.peek() {
            TokenKind::Newline | TokenKind::End | TokenKind::CloseBrace => self.items(true),
            _ => self.single_line(kind),
        };
        self.leave();
        let close = self.token();
        let body = Body {
            items,
            span: self.source.span(from, close.start),
        };
        self.bump();
        let item = Item::Block(Block {
            kind: self.ident(kind),
            labels,
            body,
            header,
        });
        if separated {
            self.end_of_block(start, close);
        } else {
            self.eat(TokenKind::Comma);
        }
        Ok(item)
    }

    /// The labels up to the opening brace, which is not taken.
    fn labels(&mut self, kind: Token) -> Parsed<Vec<Ident>> {
        let mut labels = Vec::new();
        loop {
            let token = self.token();
            match token.kind {
                TokenKind::OpenBrace => return Ok(labels),
                TokenKind::Ident => {
                    self.bump();
                    labels.push(self.ident(token));
                }
                TokenKind::OpenQuote => labels.push(self.label()?),
                TokenKind::Invalid => return Err(Stop),
                _ => return self.not_a_block(kind, token, labels),
            }
        }
    }

    fn not_a_block(&mut self, kind: Token, token: Token, labels: Vec<Ident>) -> Parsed<Vec<Ident>> {
        let text = self.text(kind);
        let span = self.span(token);
        let found = self.name(token);
        let value = labels.first().map(|label| label.span);
        let ends = token.ends_line() || token.kind == TokenKind::End;
        // A brace on the next line was meant to open the block.
        let brace = ends
            && self.tokens[self.at..]
                .iter()
                .find(|token| !token.ends_line() && !token.is_comment())
                .is_some_and(|token| token.kind == TokenKind::OpenBrace);
        let header = self.span(kind).to(value.unwrap_or(self.span(kind)));
        self.reporter.report(|| match token.kind {
            TokenKind::Equal => Diagnostic::error(
                &codes::INVALID_BLOCK,
                format!("`{text}` has a label, as a block has, and an `=`, as an attribute has"),
            )
            .at(span)
            .help(format!("write {text} = value, or {text} \"label\" {{ … }}")),
            _ if brace => Diagnostic::error(
                &codes::INVALID_BLOCK,
                format!("the opening brace of `{text}` must stand on the same line"),
            )
            .at(header),
            _ if ends => Diagnostic::error(
                &codes::INVALID_BLOCK,
                format!(
                    "`{text}` is followed by a value without `=`, or by a label without a block"
                ),
            )
            .at(header)
            .help(format!(
                "for an attribute write {text} = …, for a block {text} \"label\" {{ … }}"
            )),
            _ => Diagnostic::error(
                &codes::INVALID_BLOCK,
                format!("expected a label or the opening brace of `{text}`, found {found}"),
            )
            .at(span)
            .help(format!("a block is written {text} \"label\" {{ … }}")),
        });
        if brace {
            self.with_newlines(false, Parser::peek);
            return Ok(labels);
        }
        Err(Stop)
    }

    /// A quoted label.
    fn label(&mut self) -> Parsed<Ident> {
        let opener = self.at;
        let open = self.bump();
        let mut name = String::new();
        let mut failed = false;
        loop {
            let token = self.tokens[self.at];
            match token.kind {
                TokenKind::QuotedText => {
                    self.at += 1;
                    match self.decode(token) {
                        Ok(text) => name.push_str(&text),
                        Err(Stop) => failed = true,
                    }
                }
                TokenKind::CloseQuote => {
                    self.at += 1;
                    if failed {
                        return Err(Stop);
                    }
                    return Ok(Ident {
                        name: name.into(),
                        span: self.source.span(open.start, token.end),
                    });
                }
                TokenKind::OpenInterpolation | TokenKind::OpenDirective => {
                    let span = self.span(token);
                    let sequence = self.text(token).chars().next().unwrap_or('$');
                    self.reporter.report(|| {
                        Diagnostic::error(
                            &codes::TEMPLATE_IN_LABEL,
                            "a block's label cannot hold an interpolation",
                        )
                        .at(span)
                        .help(format!(
                            "labels are fixed names; for a literal {sequence}{{ write {sequence}{sequence}{{"
                        ))
                    });
                    self.skip_to_partner(opener);
                    failed = true;
                }
                _ => return Err(Stop),
            }
        }
    }

    /// After the opening brace, on the same line: one attribute.
    fn single_line(&mut self, kind: Token) -> Vec<Item> {
        let start = self.at;
        let first = if self.peek() == TokenKind::Ident && self.peek_second() == TokenKind::Equal {
            let name = self.bump();
            self.bump();
            match self.expression() {
                Ok(expr) => Some(Item::Attribute(Attribute {
                    name: self.ident(name),
                    expr,
                })),
                Err(Stop) => {
                    self.skip_line(start);
                    return self.items(false);
                }
            }
        } else {
            None
        };
        let next = self.token();
        if next.kind == TokenKind::CloseBrace {
            return first.into_iter().collect();
        }
        let span = self.span(next);
        let text = self.text(kind);
        self.reporter.report(|| {
            Diagnostic::error(
                &codes::SINGLE_LINE_BLOCK,
                format!("a block on one line, `{text}` here, holds a single attribute and its closing brace"),
            )
            .at(span)
            .help("put each attribute, each block and the closing brace on a line of its own")
        });
        self.eat(TokenKind::Comma);
        let mut items: Vec<Item> = first.into_iter().collect();
        items.extend(self.items(false));
        items
    }

    /// After a block's closing brace: its line must end.
    fn end_of_block(&mut self, start: usize, close: Token) {
        let next = self.token();
        let span = self.span(next);
        match next.kind {
            TokenKind::Newline | TokenKind::LineComment => {
                self.bump();
            }
            TokenKind::End => {}
            TokenKind::Invalid => self.skip_line(start),
            kind => {
                let found = self.name(next);
                let close = self.span(close);
                self.reporter.report(|| {
                    Diagnostic::error(
                        &codes::MISSING_NEWLINE,
                        format!("a line break is missing between the end of the block and {found}"),
                    )
                    .label(span, "")
                    .label(close, "the block ends here")
                });
                match kind {
                    TokenKind::Comma => {
                        self.bump();
                    }
                    TokenKind::Ident | TokenKind::CloseBrace => {}
                    _ => self.skip_line(start),
                }
            }
        }
    }
}

/// Whether a text can stand as a bare name.
pub(crate) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|first| first == '_' || unicode_ident::is_xid_start(first))
        && characters.all(|next| next == '-' || unicode_ident::is_xid_continue(next))
}
