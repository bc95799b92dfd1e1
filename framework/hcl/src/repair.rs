//! Brackets that do not match: found, reported and mended before parsing.
//!
//! Where brackets match nothing here runs. Otherwise the indentation tells
//! which bracket is the wrong one, as a person would see it; closing tokens are
//! put where they were expected and stray ones are left out. The parser thus
//! always meets matching brackets, and the other mistakes of the file are
//! found as well.

use terrace_diag::Diagnostic;

use crate::codes;
use crate::lexer::innermost;
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

/// A line that ends in `=`.
struct Ending {
    /// Where in the mended tokens its line break stands.
    at: usize,
    equals: Token,
    indent: u32,
    line: u32,
    /// How many brackets are open there.
    depth: usize,
}

struct Repair<'a, 'r> {
    source: Source<'a>,
    reporter: &'r mut Reporter,
    out: Vec<Token>,
    open: Vec<Open>,
    /// Lines that end in `=`, where an opening bracket may be missing.
    endings: Vec<Ending>,
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
        endings: Vec::new(),
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
            repair.line_ends();
            first = true;
            repair.line += 1;
        }
    }
    debug_assert!(matches(&repair.out), "the repair leaves matching brackets");
    repair.out
}

/// Whether every bracket has its partner.
fn matches(tokens: &[Token]) -> bool {
    let mut open = Vec::new();
    for token in tokens {
        if let Some(closer) = token.kind.closer() {
            open.push(closer);
        } else if token.kind.is_closer() && open.pop() != Some(token.kind) {
            return false;
        }
    }
    open.is_empty()
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
        let mut keep = self.open.len();
        while let Some(top) = keep.checked_sub(1).map(|last| &self.open[last]) {
            let ends = top.line != self.line
                && match top.token.kind {
                    TokenKind::OpenParen | TokenKind::OpenBracket => self.indent <= top.indent,
                    TokenKind::OpenBrace if top.body => {
                        starts != ItemStart::Attribute && self.indent <= top.indent
                    }
                    TokenKind::OpenBrace => {
                        self.indent <= top.indent
                            || (starts == ItemStart::LabelledBlock && keep > 1)
                    }
                    _ => false,
                };
            if !ends {
                break;
            }
            keep -= 1;
        }
        self.close_unclosed(keep, rest[0]);
    }

    /// Ends the open brackets after the first `keep`, which nothing closes,
    /// before `here`.
    fn close_unclosed(&mut self, keep: usize, here: Token) {
        if keep >= self.open.len() {
            return;
        }
        // Before the line breaks that stand before `here`, so that the item ends
        // on its own line.
        let mut at = self.out.len();
        while at > 0 && self.out[at - 1].ends_line() {
            at -= 1;
        }
        let position = match at.checked_sub(1) {
            Some(last) => self.out[last].end,
            None => here.start,
        };
        let unclosed: Vec<Open> = self.open.drain(keep..).rev().collect();
        while self.endings.pop_if(|ending| ending.depth > keep).is_some() {}
        let mut closers = Vec::with_capacity(unclosed.len());
        let mut inserted = |kind| {
            closers.push(Token {
                kind,
                flag: false,
                start: position,
                end: position,
            });
        };
        for open in &unclosed {
            // The brace of a body stands on a line of its own.
            if open.body {
                inserted(TokenKind::Newline);
            }
            if let Some(closer) = open.token.kind.closer() {
                inserted(closer);
            }
        }
        self.out.splice(at..at, closers);
        for open in unclosed {
            self.report_unclosed(&open, here);
        }
    }

    fn report_unclosed(&mut self, open: &Open, here: Token) {
        let source = self.source;
        let text = source.token_text(open.token).trim_end();
        let expected = bracket_text(open.token.kind);
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
                    source.token_span(here),
                    format!("`{expected}` was expected before this"),
                ),
            };
            diagnostic.help(format!("add the closing `{expected}`"))
        });
    }

    fn token(&mut self, token: Token, first: bool) {
        if token.kind == TokenKind::End {
            self.close_unclosed(0, token);
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
        // Nothing inside a template closes what is open outside of it.
        let template = innermost(&self.open, |open| is_template(open.token.kind));
        let found = innermost(&self.open, matching).filter(|found| {
            is_template(self.open[*found].token.kind) || template.is_none_or(|t| t < *found)
        });
        if first && self.open_was_forgotten(token, found) {
            return;
        }
        let Some(mut index) = found else {
            self.stray(token);
            return;
        };
        // In the middle of a line a bracket hardly closes what an earlier line
        // opened, past others that are open.
        if !first
            && self.open[index].line != self.line
            && self
                .open
                .get(index + 1)
                .is_some_and(|inner| token.kind == TokenKind::CloseBrace || inner.line == self.line)
        {
            self.stray(token);
            return;
        }
        // A brace on a line of its own closes the block that is indented like it.
        if token.kind == TokenKind::CloseBrace && first && self.open[index].indent > self.indent {
            let outer = innermost(&self.open[..index], |open| {
                matching(open) && open.indent == self.indent
            });
            if let Some(outer) = outer.filter(|outer| template.is_none_or(|t| t < *outer)) {
                index = outer;
            }
        }
        self.close_unclosed(index + 1, token);
        // A bracket put in before this one closes would cross it.
        while self.endings.pop_if(|ending| ending.depth > index).is_some() {}
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

    /// After a line break: remembers the line if it ends in `=`.
    fn line_ends(&mut self) {
        let at = self.out.len().saturating_sub(1);
        if let Some(equals) = at.checked_sub(1).map(|last| self.out[last])
            && equals.kind == TokenKind::Equal
        {
            self.endings.push(Ending {
                at,
                equals,
                indent: self.indent,
                line: self.line,
                depth: self.open.len(),
            });
        }
    }

    /// A closing bracket on a line of its own, indented like an earlier line that
    /// ends in `=` and unlike what it would close (at `found`): the opening one
    /// is missing there. Puts it in.
    fn open_was_forgotten(&mut self, closer: Token, found: Option<usize>) -> bool {
        let (kind, written) = match closer.kind {
            TokenKind::CloseBrace => (TokenKind::OpenBrace, '{'),
            TokenKind::CloseBracket => (TokenKind::OpenBracket, '['),
            TokenKind::CloseParen => (TokenKind::OpenParen, '('),
            _ => return false,
        };
        let outer = found.map(|index| &self.open[index]);
        if outer.is_some_and(|open| open.indent == self.indent) {
            return false;
        }
        let since = outer.map_or(0, |open| open.line);
        let ending = innermost(&self.endings, |ending| {
            ending.indent == self.indent && ending.line > since
        });
        let Some(ending) = ending.map(|index| &self.endings[index]) else {
            return false;
        };
        let since = self.open.get(ending.depth..).unwrap_or_default();
        if since.iter().any(|open| is_template(open.token.kind)) {
            return false;
        }
        let end = ending.equals.end;
        let at = ending.at;
        let depth = ending.depth;
        let equals = self.source.token_span(ending.equals);
        let place = self.source.token_span(closer);
        let text = self.source.token_text(closer);
        self.reporter.report(|| {
            Diagnostic::error(
                &codes::STRAY_BRACKET,
                format!("a `{written}` is missing after this `=`"),
            )
            .label(equals, "")
            .label(place, format!("this `{text}` closes it"))
            .help(format!("add the opening `{written}`"))
        });
        self.close_unclosed(depth, closer);
        self.out.insert(
            at,
            Token {
                kind,
                flag: false,
                start: end,
                end,
            },
        );
        self.endings.clear();
        self.out.push(closer);
        true
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

/// Whether it opens a template or a sequence in one.
fn is_template(opener: TokenKind) -> bool {
    matches!(
        opener,
        TokenKind::OpenQuote
            | TokenKind::OpenHeredoc
            | TokenKind::OpenInterpolation
            | TokenKind::OpenDirective
    )
}

/// How what closes an opening is written.
fn bracket_text(opener: TokenKind) -> &'static str {
    match opener {
        TokenKind::OpenBracket => "]",
        TokenKind::OpenParen => ")",
        TokenKind::OpenQuote => "\"",
        _ => "}",
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

/// Whether a line begins an item of a body or object.
fn item_start(line: &[Token]) -> Option<ItemStart> {
    let mut tokens = line
        .iter()
        .filter(|token| token.kind != TokenKind::BlockComment)
        .map(|token| token.kind);
    match tokens.next()? {
        TokenKind::Ident => {}
        // A quoted key.
        TokenKind::OpenQuote => {
            let mut after = tokens.skip_while(|kind| *kind == TokenKind::QuotedText);
            let key = after.next()? == TokenKind::CloseQuote;
            return (key && after.next()? == TokenKind::Equal).then_some(ItemStart::Attribute);
        }
        _ => return None,
    }
    let mut labels = false;
    loop {
        match tokens.next()? {
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
