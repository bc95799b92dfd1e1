//! Templates: quoted, heredoc and bare ones.

use std::borrow::Cow;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Span};

use super::{MAX_DEPTH, Parsed, Parser, Stop};
use crate::ast::{Expr, ExprKind, Ident, Template, TemplatePart};
use crate::codes;
use crate::token::{Token, TokenKind};

/// A piece of a template before directives are put together.
enum Piece<'a> {
    Text(Cow<'a, str>, Span),
    Interpolation(Expr),
    If(Expr, Span),
    Else(Span),
    EndIf(Span),
    For {
        key: Option<Ident>,
        value: Ident,
        collection: Expr,
        span: Span,
    },
    EndFor(Span),
}

impl<'a> Parser<'a> {
    /// A text that is one template.
    pub(super) fn whole_template(&mut self) -> Parsed<Expr> {
        let end = self.tokens[self.tokens.len() - 1].end;
        let span = self.source.span(0, end);
        let kind = self.template_until(TokenKind::End, false, false, span)?;
        Ok(Expr { kind, span })
    }

    /// At an opening quote or heredoc marker.
    #[inline(never)]
    pub(super) fn template(&mut self) -> Parsed<Expr> {
        let opener = self.at;
        let open = self.bump();
        let heredoc = open.kind == TokenKind::OpenHeredoc;
        // A string without escapes and interpolations.
        let first = self.tokens[self.at];
        if first.kind == TokenKind::QuotedText
            && !first.flag
            && self.tokens[self.at + 1].kind == TokenKind::CloseQuote
        {
            self.at += 2;
            self.height = 1;
            return Ok(Expr {
                kind: ExprKind::String(SmolStr::new(self.text(first))),
                span: self.source.span(open.start, self.last_end()),
            });
        }
        let flush = heredoc && self.text(open).starts_with("<<-");
        let closer = if heredoc {
            TokenKind::CloseHeredoc
        } else {
            TokenKind::CloseQuote
        };
        let kind = match self.template_until(closer, heredoc, flush, self.span(open)) {
            Ok(kind) => kind,
            Err(Stop) => {
                self.skip_to_partner(opener);
                self.at += 1;
                return Err(Stop);
            }
        };
        Ok(Expr {
            kind,
            span: self.source.span(open.start, self.last_end()),
        })
    }

    /// The pieces up to and with `closer`, put together.
    fn template_until(
        &mut self,
        closer: TokenKind,
        heredoc: bool,
        flush: bool,
        span: Span,
    ) -> Parsed<ExprKind> {
        let (mut pieces, height) = self.pieces(closer)?;
        if flush {
            flush_indentation(&mut pieces);
        }
        if pieces.iter().all(|piece| matches!(piece, Piece::Text(..))) {
            self.height = 1;
            return Ok(ExprKind::String(joined(&pieces)));
        }
        let parts = self.assemble(pieces, span, height)?;
        Ok(ExprKind::Template(Box::new(Template { parts, heredoc })))
    }

    /// The flat pieces and the height of the highest expression in them. A
    /// mistake in one does not hide those in the next.
    fn pieces(&mut self, closer: TokenKind) -> Parsed<(Vec<Piece<'a>>, u32)> {
        let mut pieces: Vec<Piece<'a>> = Vec::new();
        let mut height = 0;
        let mut failed = false;
        let mut trim_next = false;
        loop {
            let token = self.tokens[self.at];
            let trim = std::mem::take(&mut trim_next);
            match token.kind {
                kind if kind == closer => {
                    if kind != TokenKind::End {
                        self.at += 1;
                    }
                    break;
                }
                TokenKind::QuotedText | TokenKind::Text => {
                    self.at += 1;
                    match self.decode(token) {
                        Ok(text) => {
                            let text = if trim { trim_start(text) } else { text };
                            pieces.push(Piece::Text(text, self.span(token)));
                        }
                        Err(Stop) => failed = true,
                    }
                }
                TokenKind::OpenInterpolation | TokenKind::OpenDirective => {
                    let opener = self.at;
                    self.at += 1;
                    if self.text(token).ends_with('~')
                        && let Some(Piece::Text(text, _)) = pieces.last_mut()
                    {
                        trim_end(text);
                    }
                    let interpolation = token.kind == TokenKind::OpenInterpolation;
                    let piece = self.with_newlines(false, |parser| {
                        let piece = if interpolation {
                            parser.expression().map(Piece::Interpolation)
                        } else {
                            parser.directive(token)
                        }?;
                        if parser.peek() != TokenKind::CloseTemplate {
                            parser.sequence_goes_on(token);
                            return Err(Stop);
                        }
                        Ok(piece)
                    });
                    match piece {
                        Ok(piece) => {
                            height = height.max(self.height);
                            pieces.push(piece);
                        }
                        Err(Stop) => {
                            failed = true;
                            self.skip_to_partner(opener);
                        }
                    }
                    let close = self.tokens[self.at];
                    if close.kind == TokenKind::CloseTemplate {
                        self.at += 1;
                        trim_next = self.text(close).starts_with('~');
                    }
                }
                // The lexer has reported what is wrong.
                TokenKind::End => return Err(Stop),
                _ => {
                    failed = true;
                    self.at += 1;
                }
            }
        }
        if failed {
            return Err(Stop);
        }
        Ok((pieces, height))
    }

    /// Something stands between an interpolation's expression and its `}`.
    fn sequence_goes_on(&mut self, open: Token) {
        let token = self.token();
        if token.kind == TokenKind::Invalid {
            return;
        }
        let found = self.name(token);
        let span = self.span(token);
        let opened = self.span(open);
        let sequence = self.text(open).chars().next().unwrap_or('$');
        self.reporter.report(|| {
            Diagnostic::error(
                &codes::UNEXPECTED_TOKEN,
                format!("expected the `}}` of the interpolation, found {found}"),
            )
            .label(span, "")
            .label(opened, "the interpolation begins here")
            .help(format!(
                "if {sequence}{{ is meant literally, for a shell script say, write {sequence}{sequence}{{"
            ))
        });
    }

    /// After `%{`: the keyword and what belongs to it.
    fn directive(&mut self, open: Token) -> Parsed<Piece<'a>> {
        self.height = 1;
        let word = self.token();
        let opened = self.span(open);
        if word.kind == TokenKind::Ident {
            self.bump();
            match self.text(word) {
                "if" => {
                    let condition = self.expression()?;
                    return Ok(Piece::If(condition, self.until_close(opened)));
                }
                "else" => return Ok(Piece::Else(self.until_close(opened))),
                "endif" => return Ok(Piece::EndIf(self.until_close(opened))),
                "for" => {
                    let (key, value) = self.for_variables(word)?;
                    let collection = self.expression()?;
                    return Ok(Piece::For {
                        key,
                        value,
                        collection,
                        span: self.until_close(opened),
                    });
                }
                "endfor" => return Ok(Piece::EndFor(self.until_close(opened))),
                _ => {}
            }
        }
        if word.kind == TokenKind::Invalid {
            return Err(Stop);
        }
        let span = self.span(word);
        let found = self.name(word);
        let near = terrace_diag::closest(self.text(word), ["if", "else", "endif", "for", "endfor"]);
        self.fail(|| {
            Diagnostic::error(
                &codes::INVALID_DIRECTIVE,
                format!("expected if, else, endif, for or endfor after `%{{`, found {found}"),
            )
            .label(span, "")
            .maybe_help(near.map(|near| format!("did you mean {near}?")))
            .help("if %{ is meant literally write %%{")
        })
    }

    /// From the start of a sequence to its end, which comes next.
    fn until_close(&mut self, opened: Span) -> Span {
        let close = self.token();
        opened.to(self.span(close))
    }

    /// Puts directives together.
    fn assemble(
        &mut self,
        pieces: Vec<Piece<'a>>,
        whole: Span,
        height: u32,
    ) -> Parsed<Vec<TemplatePart>> {
        let mut builder = Builder::default();
        let mut deepest = 0;
        for piece in pieces {
            let result = match piece {
                Piece::Text(text, span) => {
                    builder.text(&text, span);
                    Ok(())
                }
                Piece::Interpolation(expr) => {
                    builder.push(TemplatePart::Interpolation(expr));
                    Ok(())
                }
                Piece::If(condition, span) => {
                    builder.open(Header::If(condition), span);
                    Ok(())
                }
                Piece::For {
                    key,
                    value,
                    collection,
                    span,
                } => {
                    builder.open(
                        Header::For {
                            key,
                            value,
                            collection,
                        },
                        span,
                    );
                    Ok(())
                }
                Piece::Else(span) => builder.otherwise(span),
                Piece::EndIf(span) => builder.close(true, span),
                Piece::EndFor(span) => builder.close(false, span),
            };
            if let Err(diagnostic) = result {
                self.reporter.report(|| *diagnostic);
                return Err(Stop);
            }
            deepest = deepest.max(builder.frames.len() as u32);
            if deepest > MAX_DEPTH {
                return self.too_deep();
            }
        }
        builder.flush();
        if let Some(frame) = builder.frames.last() {
            let (word, end) = frame.header.words();
            let span = frame.span;
            return self.fail(|| {
                Diagnostic::error(
                    &codes::UNBALANCED_DIRECTIVE,
                    format!("this %{{ {word} }} has no %{{ {end} }}"),
                )
                .label(span, "begins here")
                .label(
                    Span::new(whole.file, whole.start, whole.start),
                    "in this template",
                )
                .help(format!("add %{{ {end} }}"))
            });
        }
        self.grow(height + deepest)?;
        Ok(tidy(builder.parts))
    }
}

enum Header {
    If(Expr),
    For {
        key: Option<Ident>,
        value: Ident,
        collection: Expr,
    },
}

impl Header {
    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::If(_) => ("if", "endif"),
            Self::For { .. } => ("for", "endfor"),
        }
    }
}

/// A directive that is open.
struct Frame {
    header: Header,
    span: Span,
    /// What stands before it.
    outer: Vec<TemplatePart>,
    /// What stood between `if` and `else`, once `else` was seen.
    then: Option<Vec<TemplatePart>>,
}

#[derive(Default)]
struct Builder {
    parts: Vec<TemplatePart>,
    /// Text that may go on.
    pending: Option<(String, Span)>,
    frames: Vec<Frame>,
}

impl Builder {
    fn push(&mut self, part: TemplatePart) {
        self.flush();
        self.parts.push(part);
    }

    /// Adds text; neighbouring texts become one.
    fn text(&mut self, text: &str, span: Span) {
        match &mut self.pending {
            Some((pending, pending_span)) => {
                pending.push_str(text);
                *pending_span = pending_span.to(span);
            }
            None => self.pending = Some((text.to_owned(), span)),
        }
    }

    /// Ends the text, if there is one.
    fn flush(&mut self) {
        if let Some((text, span)) = self.pending.take() {
            self.parts.push(TemplatePart::Literal(text.into(), span));
        }
    }

    fn open(&mut self, header: Header, span: Span) {
        self.flush();
        self.frames.push(Frame {
            header,
            span,
            outer: std::mem::take(&mut self.parts),
            then: None,
        });
    }

    fn otherwise(&mut self, span: Span) -> Result<(), Box<Diagnostic>> {
        self.flush();
        let problem = match self.frames.last_mut() {
            Some(Frame {
                header: Header::If(_),
                then: then @ None,
                ..
            }) => {
                *then = Some(std::mem::take(&mut self.parts));
                return Ok(());
            }
            Some(frame) => {
                let what = match frame.header {
                    Header::If(_) => "a second %{ else } of the same %{ if }",
                    Header::For { .. } => "a %{ for } has no %{ else }",
                };
                Diagnostic::error(&codes::UNBALANCED_DIRECTIVE, what)
                    .at(span)
                    .label(frame.span, "begins here")
            }
            None => Diagnostic::error(
                &codes::UNBALANCED_DIRECTIVE,
                "this %{ else } belongs to no %{ if }",
            )
            .at(span),
        };
        Err(Box::new(problem))
    }

    fn close(&mut self, is_if: bool, span: Span) -> Result<(), Box<Diagnostic>> {
        self.flush();
        let end = if is_if { "endif" } else { "endfor" };
        let Some(frame) = self.frames.pop() else {
            return Err(Box::new(
                Diagnostic::error(
                    &codes::UNBALANCED_DIRECTIVE,
                    format!("this %{{ {end} }} ends nothing"),
                )
                .at(span),
            ));
        };
        let inner = std::mem::replace(&mut self.parts, frame.outer);
        let span_all = frame.span.to(span);
        let part = match (frame.header, is_if) {
            (Header::If(condition), true) => {
                let (then, otherwise) = match frame.then {
                    Some(then) => (then, inner),
                    None => (inner, Vec::new()),
                };
                TemplatePart::If {
                    condition,
                    then: without_empty(then),
                    otherwise: without_empty(otherwise),
                    span: span_all,
                }
            }
            (
                Header::For {
                    key,
                    value,
                    collection,
                },
                false,
            ) => TemplatePart::For {
                key,
                value,
                collection,
                body: without_empty(inner),
                span: span_all,
            },
            (header, _) => {
                let (word, wanted) = header.words();
                return Err(Box::new(
                    Diagnostic::error(
                        &codes::UNBALANCED_DIRECTIVE,
                        format!("%{{ {end} }} cannot end %{{ {word} }}"),
                    )
                    .at(span)
                    .label(frame.span, "begins here")
                    .help(format!("write %{{ {wanted} }}")),
                ));
            }
        };
        self.parts.push(part);
        Ok(())
    }
}

fn is_empty_text(part: &TemplatePart) -> bool {
    matches!(part, TemplatePart::Literal(text, _) if text.is_empty())
}

fn without_empty(mut parts: Vec<TemplatePart>) -> Vec<TemplatePart> {
    parts.retain(|part| !is_empty_text(part));
    parts
}

/// Drops empty texts, except where a single interpolation would be left: alone
/// it would stand for its value instead of its text.
fn tidy(mut parts: Vec<TemplatePart>) -> Vec<TemplatePart> {
    let filled = parts.iter().filter(|part| !is_empty_text(part)).count();
    let single = filled == 1
        && parts.len() > 1
        && parts
            .iter()
            .any(|part| matches!(part, TemplatePart::Interpolation(_)));
    if single {
        let mut kept = false;
        parts.retain(|part| !is_empty_text(part) || !std::mem::replace(&mut kept, true));
        return parts;
    }
    without_empty(parts)
}

fn joined(pieces: &[Piece<'_>]) -> SmolStr {
    let texts = || {
        pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text, _) => Some(text.as_ref()),
            _ => None,
        })
    };
    let mut all = texts();
    match (all.next(), all.next()) {
        (None, _) => SmolStr::default(),
        (Some(only), None) => SmolStr::new(only),
        _ => {
            let mut joined = String::with_capacity(texts().map(str::len).sum());
            joined.extend(texts());
            joined.into()
        }
    }
}

fn trim_start(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start()),
        Cow::Owned(text) => Cow::Owned(text.trim_start().to_owned()),
    }
}

fn trim_end(text: &mut Cow<'_, str>) {
    match text {
        Cow::Borrowed(text) => *text = text.trim_end(),
        Cow::Owned(text) => text.truncate(text.trim_end().len()),
    }
}

/// Removes from each line of a `<<-` heredoc the indentation all lines share.
/// Blank lines do not count; a line that begins with an interpolation has none.
fn flush_indentation(pieces: &mut [Piece<'_>]) {
    let mut shared = usize::MAX;
    let mut line_start = true;
    let mut starts = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        if std::mem::take(&mut line_start) {
            let mut spaces = 0;
            if let Piece::Text(text, _) = piece {
                let trimmed = text.trim_start();
                if trimmed.is_empty() && text.ends_with('\n') {
                    spaces = usize::MAX;
                } else {
                    spaces = text[..text.len() - trimmed.len()].chars().count();
                    starts.push(index);
                }
            }
            shared = shared.min(spaces);
        }
        if let Piece::Text(text, _) = piece {
            line_start = text.ends_with('\n');
        }
    }
    for index in starts {
        let Some(Piece::Text(text, _)) = pieces.get_mut(index) else {
            continue;
        };
        let cut = text
            .char_indices()
            .nth(shared)
            .map_or(text.len(), |(at, _)| at);
        match text {
            Cow::Borrowed(text) => *text = &text[cut..],
            Cow::Owned(text) => drop(text.drain(..cut)),
        }
    }
}
