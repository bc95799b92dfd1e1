//! The recovering parser: tokens to the syntax tree.
//!
//! Source of the grammar: hashicorp/hcl `hclsyntax/parser.go` and
//! `parser_template.go`. A mistake is reported and the parser goes on with the
//! next item of the innermost body, object, list or template, so that one
//! mistake does not hide the next and none is reported twice.

mod body;
mod collection;
mod expression;
mod literal;
mod recover;
mod template;
mod term;
mod traversal;

use terrace_diag::{Diagnostic, Diagnostics, FileId, Span};

use crate::ast::{Body, Expr, ExprKind};
use crate::codes;
use crate::lexer::{LexMode, Lexed, scan};
use crate::repair::repair;
use crate::report::Reporter;
use crate::token::{Source, Token, TokenKind};

/// How deep a tree may be. Bounds the recursion of everything that walks it:
/// parsing to this depth takes 1.5 MB of stack in a debug build and 0.5 MB in a
/// release build, where a thread has 2 MB.
pub const MAX_DEPTH: u32 = 250;

/// The mistake has been reported; whoever can go on does.
#[derive(Debug)]
pub(crate) struct Stop;

pub(crate) type Parsed<T> = Result<T, Stop>;

pub(crate) use body::is_name;
pub(crate) use expression::precedence;
pub(crate) use literal::decode_quoted;

pub(crate) struct Parser<'a> {
    source: Source<'a>,
    tokens: &'a [Token],
    at: usize,
    /// Whether a line break ends an item here.
    newlines: bool,
    depth: u32,
    /// Height of the tree parsed last.
    height: u32,
    reporter: Reporter,
    /// The partner of each bracket; made at the first mistake.
    partners: Option<Vec<u32>>,
}

/// Parses a file: attributes and blocks, with every mistake found. The tree
/// holds what could be read; it is complete if there are no errors.
pub fn parse_body(file: FileId, text: &str) -> (Body, Diagnostics) {
    let source = Source {
        file,
        text,
        base: 0,
    };
    with_parser(source, LexMode::Normal, |parser| parser.file())
}

/// Parses one expression. `base_offset` is where `text` begins in the file, in
/// bytes. Line breaks around the expression are allowed, and inside it only
/// where brackets are open.
///
/// # Errors
/// All mistakes found.
pub fn parse_expression(file: FileId, text: &str, base_offset: u32) -> Result<Expr, Diagnostics> {
    let source = Source {
        file,
        text,
        base: base_offset,
    };
    let (expr, diagnostics) =
        with_parser(source, LexMode::Normal, |parser| parser.whole_expression());
    finish(expr, diagnostics)
}

/// Parses a bare template: text with `${…}` and `%{…}` and without quotes or
/// backslash escapes. `base_offset` is where `text` begins in the file, in
/// bytes. Without interpolations the result is an [`ExprKind::String`].
///
/// # Errors
/// All mistakes found.
pub fn parse_template(file: FileId, text: &str, base_offset: u32) -> Result<Expr, Diagnostics> {
    let source = Source {
        file,
        text,
        base: base_offset,
    };
    if !text.contains("${") && !text.contains("%{") {
        return Ok(Expr {
            kind: ExprKind::String(text.into()),
            span: source.span(0, u32::try_from(text.len()).unwrap_or(u32::MAX)),
        });
    }
    let (expr, diagnostics) =
        with_parser(source, LexMode::Template, |parser| parser.whole_template());
    finish(expr, diagnostics)
}

/// Checks a lexed file as [`parse_body`] does and gives its tokens back.
pub(crate) fn parse_tokens(source: Source<'_>, lexed: Lexed) -> Result<Vec<Token>, Diagnostics> {
    if lexed.unbalanced || !lexed.reporter.is_empty() {
        let (_, diagnostics) = parse_body(source.file, source.text);
        return Err(diagnostics);
    }
    let mut parser = Parser::new(source, &lexed.tokens, lexed.reporter);
    parser.file();
    let diagnostics = parser.reporter.finish(source);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    Ok(lexed.tokens)
}

fn finish(expr: Parsed<Expr>, diagnostics: Diagnostics) -> Result<Expr, Diagnostics> {
    match expr {
        Ok(expr) if !diagnostics.has_errors() => Ok(expr),
        _ => Err(diagnostics),
    }
}

fn with_parser<T>(
    source: Source<'_>,
    mode: LexMode,
    parse: impl FnOnce(&mut Parser<'_>) -> T,
) -> (T, Diagnostics) {
    let lexed = scan(source, mode);
    let mut reporter = lexed.reporter;
    let mut tokens = lexed.tokens;
    if lexed.unbalanced {
        tokens = repair(source, &tokens, &mut reporter);
    }
    let mut parser = Parser::new(source, &tokens, reporter);
    let result = parse(&mut parser);
    (result, parser.reporter.finish(source))
}

impl<'a> Parser<'a> {
    fn new(source: Source<'a>, tokens: &'a [Token], reporter: Reporter) -> Self {
        Self {
            source,
            tokens,
            at: 0,
            newlines: true,
            depth: 0,
            height: 0,
            reporter,
            partners: None,
        }
    }

    /// The next token that counts here: comments are passed over, and line
    /// breaks where they mean nothing.
    #[inline]
    fn peek(&mut self) -> TokenKind {
        loop {
            let token = self.tokens[self.at];
            match token.kind {
                TokenKind::BlockComment => self.at += 1,
                TokenKind::Newline if !self.newlines => self.at += 1,
                TokenKind::LineComment => {
                    if self.newlines && token.flag {
                        return TokenKind::Newline;
                    }
                    self.at += 1;
                }
                kind => return kind,
            }
        }
    }

    /// The token [`Self::peek`] looked at.
    fn token(&mut self) -> Token {
        self.peek();
        self.tokens[self.at]
    }

    /// Takes the next token. The end is never passed.
    #[inline]
    fn bump(&mut self) -> Token {
        let kind = self.peek();
        let token = self.tokens[self.at];
        if kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    /// Takes the next token if it is of that kind.
    fn eat(&mut self, kind: TokenKind) -> Option<Token> {
        (self.peek() == kind).then(|| self.bump())
    }

    /// The kind of the token after the next one, comments passed over.
    fn peek_second(&mut self) -> TokenKind {
        self.peek();
        self.tokens[self.at + 1..]
            .iter()
            .find(|token| token.kind != TokenKind::BlockComment)
            .map_or(TokenKind::End, |token| token.kind)
    }

    fn text(&self, token: Token) -> &'a str {
        self.source.token_text(token)
    }

    fn span(&self, token: Token) -> Span {
        self.source.token_span(token)
    }

    /// The end of the token taken last.
    fn last_end(&self) -> u32 {
        self.at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .map_or(0, |token| token.end)
    }

    /// Reports a mistake.
    fn fail<T>(&mut self, make: impl FnOnce() -> Diagnostic) -> Parsed<T> {
        self.reporter.report(make);
        Err(Stop)
    }

    /// Goes one level down; [`Self::leave`] goes up again.
    fn enter(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.depth -= 1;
            return self.too_deep();
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Records that a node stands above trees of at most `below` levels.
    fn grow(&mut self, below: u32) -> Parsed<()> {
        self.height = below + 1;
        if self.height > MAX_DEPTH {
            return self.too_deep();
        }
        Ok(())
    }

    fn too_deep<T>(&mut self) -> Parsed<T> {
        let token = self.token();
        let span = self.span(token);
        self.fail(|| {
            Diagnostic::error(
                &codes::TOO_DEEP,
                format!("this is nested deeper than {MAX_DEPTH} levels"),
            )
            .at(span)
            .help("name parts of it in locals")
        })
    }

    /// Runs `parse` with line breaks meaning something or not.
    fn with_newlines<T>(&mut self, newlines: bool, parse: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.newlines, newlines);
        let result = parse(self);
        self.newlines = before;
        result
    }

    /// What a token is called in messages.
    fn name(&self, token: Token) -> String {
        let text = self.text(token);
        match token.kind {
            TokenKind::Newline | TokenKind::LineComment => "the end of the line".to_owned(),
            TokenKind::End => "the end of the text".to_owned(),
            TokenKind::OpenQuote | TokenKind::QuotedText | TokenKind::CloseQuote => {
                "a quoted string".to_owned()
            }
            TokenKind::OpenHeredoc | TokenKind::CloseHeredoc | TokenKind::Text => {
                "a heredoc".to_owned()
            }
            TokenKind::Ident => format!("`{}`", shorten(text)),
            TokenKind::Number => format!("the number `{}`", shorten(text)),
            _ if text.is_empty() => "the end of the line".to_owned(),
            _ => format!("`{}`", shorten(text)),
        }
    }
}

/// A long token's beginning.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
