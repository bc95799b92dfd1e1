//! The lexer: text to tokens, in one pass, with messages for what is no token.
//!
//! Source of the rules: hashicorp/hcl `hclsyntax/scan_tokens.rl`. Where a token
//! is wrong the lexer emits what was probably meant (a quote at the end of the
//! line, say), so that the parser meets a stream it can go on with.

mod heredoc;
mod quoted;
mod table;

use terrace_diag::Diagnostic;

use crate::codes;
use crate::report::Reporter;
use crate::token::{Source, Token, TokenKind};
use table::{IDENT_CONTINUE, IDENT_START};

/// What the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LexMode {
    /// A file, body or expression.
    Normal,
    /// A bare template: text with `${…}` and `%{…}`, without quotes.
    Template,
}

/// How often the lexer goes back to the line where an unclosed quote or `${`
/// began; afterwards the rest of the text is taken as part of it. Bounds the
/// time for hostile texts.
const RESTARTS: u32 = 16;

/// What an opening token opened and nothing has closed yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open {
    pub(crate) kind: TokenKind,
    /// Index of the opening token.
    pub(crate) token: usize,
}

pub(crate) struct Lexer<'a> {
    source: Source<'a>,
    bytes: &'a [u8],
    at: usize,
    tokens: Vec<Token>,
    open: Vec<Open>,
    /// The heredocs that are open, innermost last.
    heredocs: Vec<heredoc::Heredoc>,
    mode: LexMode,
    unbalanced: bool,
    restarts: u32,
    /// Whether no comment ends from here on.
    no_comment_ends: bool,
    reporter: Reporter,
}

/// What the lexer found.
pub(crate) struct Lexed {
    pub(crate) tokens: Vec<Token>,
    /// Whether brackets do not match.
    pub(crate) unbalanced: bool,
    pub(crate) reporter: Reporter,
}

/// The tokens of a text with what is wrong in them. Comments and line breaks
/// are tokens too; between two tokens there are only spaces and tabs. The last
/// token is [`TokenKind::End`].
pub fn lex(source: Source<'_>, mode: LexMode) -> (Vec<Token>, terrace_diag::Diagnostics) {
    let lexed = scan(source, mode);
    (lexed.tokens, lexed.reporter.finish(source))
}

pub(crate) fn scan(source: Source<'_>, mode: LexMode) -> Lexed {
    let mut reporter = Reporter::default();
    let too_large = u32::try_from(source.text.len())
        .ok()
        .and_then(|length| source.base.checked_add(length))
        .is_none();
    if too_large {
        reporter.report(|| {
            Diagnostic::error(&codes::TOO_LARGE, "the text is too large to be read")
                .at(source.span(0, 0))
        });
    }
    let text = if too_large { "" } else { source.text };
    let mut lexer = Lexer {
        source: Source { text, ..source },
        bytes: text.as_bytes(),
        at: 0,
        tokens: Vec::with_capacity(text.len() / 5 + 16),
        open: Vec::new(),
        heredocs: Vec::new(),
        mode,
        unbalanced: false,
        restarts: RESTARTS,
        no_comment_ends: false,
        reporter,
    };
    lexer.run();
    Lexed {
        tokens: lexer.tokens,
        unbalanced: lexer.unbalanced,
        reporter: lexer.reporter,
    }
}

impl<'a> Lexer<'a> {
    fn run(&mut self) {
        if self.mode == LexMode::Normal && self.source.text.starts_with('\u{feff}') {
            self.at = 3;
        }
        loop {
            match self.open.last().map(|open| open.kind) {
                Some(TokenKind::OpenQuote) => self.quoted(),
                Some(TokenKind::OpenHeredoc) => self.heredoc(),
                None if self.mode == LexMode::Template => self.bare(),
                _ => self.normal(),
            }
            if self.at >= self.bytes.len() && !self.unfinished() {
                break;
            }
        }
        if !self.open.is_empty() {
            self.unbalanced = true;
        }
        let end = self.bytes.len();
        self.push(TokenKind::End, end, end);
    }

    /// At the end of the text: mends an unclosed string, heredoc or
    /// interpolation. Says whether there is something left to read.
    fn unfinished(&mut self) -> bool {
        let Some(index) = self
            .open
            .iter()
            .position(|o| matches!(o.kind, TokenKind::OpenQuote | TokenKind::OpenHeredoc))
        else {
            return false;
        };
        if self.open[index].kind == TokenKind::OpenQuote {
            self.unclosed_quote(index);
        } else {
            self.unclosed_heredoc(index);
        }
        // Either the lexer went back, or it closed what was open.
        true
    }

    fn push(&mut self, kind: TokenKind, start: usize, end: usize) {
        self.push_flag(kind, start, end, false);
    }

    #[inline]
    fn push_flag(&mut self, kind: TokenKind, start: usize, end: usize, flag: bool) {
        self.tokens.push(Token {
            kind,
            flag,
            start: start as u32,
            end: end as u32,
        });
    }

    /// Pushes an opening token and remembers it.
    fn push_open(&mut self, kind: TokenKind, start: usize, end: usize) {
        self.open.push(Open {
            kind,
            token: self.tokens.len(),
        });
        self.push(kind, start, end);
        self.at = end;
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Code outside of strings, until a string begins, an interpolation ends,
    /// or the text does.
    fn normal(&mut self) {
        use TokenKind as T;
        while let Some(&byte) = self.bytes.get(self.at) {
            let start = self.at;
            if IDENT_START[byte as usize] {
                self.ident(start);
                continue;
            }
            match byte {
                b' ' | b'\t' => {
                    self.at += 1;
                    continue;
                }
                b'\n' => self.take(T::Newline, 1),
                b'=' => match self.peek(1) {
                    b'=' => self.take(T::EqualEqual, 2),
                    b'>' => self.take(T::FatArrow, 2),
                    _ => self.take(T::Equal, 1),
                },
                b'"' => {
                    self.push_open(T::OpenQuote, start, start + 1);
                    return;
                }
                b'.' if self.peek(1) == b'.' && self.peek(2) == b'.' => self.take(T::Ellipsis, 3),
                b'.' => self.take(T::Dot, 1),
                b',' => self.take(T::Comma, 1),
                b'{' => self.push_open(T::OpenBrace, start, start + 1),
                b'[' => self.push_open(T::OpenBracket, start, start + 1),
                b'(' => self.push_open(T::OpenParen, start, start + 1),
                b'}' => {
                    if self.close_brace(start, start + 1) {
                        return;
                    }
                }
                b']' => self.close(T::OpenBracket, T::CloseBracket),
                b')' => self.close(T::OpenParen, T::CloseParen),
                b'0'..=b'9' => self.number(start),
                b'#' => self.line_comment(start),
                b'/' => match self.peek(1) {
                    b'/' => self.line_comment(start),
                    b'*' => self.block_comment(start),
                    _ => self.take(T::Slash, 1),
                },
                b':' if self.peek(1) == b':' => self.take(T::DoubleColon, 2),
                b':' => self.take(T::Colon, 1),
                b'?' => self.take(T::Question, 1),
                b'*' => self.take(T::Star, 1),
                b'+' => self.take(T::Plus, 1),
                b'-' => self.take(T::Minus, 1),
                b'%' => self.take(T::Percent, 1),
                b'!' if self.peek(1) == b'=' => self.take(T::NotEqual, 2),
                b'!' => self.take(T::Bang, 1),
                b'&' if self.peek(1) == b'&' => self.take(T::And, 2),
                b'|' if self.peek(1) == b'|' => self.take(T::Or, 2),
                b'>' if self.peek(1) == b'=' => self.take(T::GreaterEqual, 2),
                b'>' => self.take(T::Greater, 1),
                b'<' if self.peek(1) == b'=' => self.take(T::LessEqual, 2),
                b'<' => {
                    if self.peek(1) == b'<' && self.open_heredoc(start) {
                        return;
                    }
                    self.take(T::Less, 1);
                }
                b'\r' if self.peek(1) == b'\n' => self.take(T::Newline, 2),
                b'~' if self.peek(1) == b'}' => {
                    if self.in_template_sequence() {
                        self.close_brace(start, start + 2);
                        return;
                    }
                    self.unknown_operator(start, "~", "remove it");
                    self.at = start + 1;
                }
                _ => self.odd(start),
            }
        }
    }

    fn take(&mut self, kind: TokenKind, length: usize) {
        let start = self.at;
        self.at += length;
        self.push(kind, start, self.at);
    }

    fn ident(&mut self, start: usize) {
        let mut at = start + 1;
        if self.bytes[start] >= 0x80 {
            let Some(first) = self.char_at(start) else {
                self.at = self.bytes.len();
                return;
            };
            if !unicode_ident::is_xid_start(first) {
                self.odd(start);
                return;
            }
            at = start + first.len_utf8();
        }
        loop {
            while self
                .bytes
                .get(at)
                .is_some_and(|b| IDENT_CONTINUE[*b as usize])
            {
                at += 1;
            }
            // A character past ASCII: rare, decided one by one.
            match self.bytes.get(at) {
                Some(byte) if *byte >= 0x80 => match self.char_at(at) {
                    Some(next) if unicode_ident::is_xid_continue(next) => at += next.len_utf8(),
                    _ => break,
                },
                _ => break,
            }
        }
        self.at = at;
        self.push(TokenKind::Ident, start, at);
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.source.text.get(at..)?.chars().next()
    }

    /// A digit, then digits, points and exponents, the last of them no point.
    fn number(&mut self, start: usize) {
        let mut at = start + 1;
        let mut end = at;
        loop {
            match self.bytes.get(at) {
                Some(b'0'..=b'9') => {
                    at += 1;
                    end = at;
                }
                Some(b'.') => at += 1,
                Some(b'e' | b'E') => {
                    let sign = usize::from(matches!(self.bytes.get(at + 1), Some(b'+' | b'-')));
                    if !matches!(self.bytes.get(at + 1 + sign), Some(b'0'..=b'9')) {
                        break;
                    }
                    at += 2 + sign;
                    end = at;
                }
                _ => break,
            }
        }
        self.at = end;
        self.push(TokenKind::Number, start, end);
    }

    fn line_comment(&mut self, start: usize) {
        let rest = &self.bytes[start..];
        let (end, whole) = match rest.iter().position(|b| *b == b'\n') {
            Some(length) => (start + length + 1, true),
            None => (self.bytes.len(), false),
        };
        self.at = end;
        self.push_flag(TokenKind::LineComment, start, end, whole);
    }

    fn block_comment(&mut self, start: usize) {
        let text = self.source.text;
        let inside = text.get(start + 2..).filter(|_| !self.no_comment_ends);
        match inside.and_then(|rest| rest.find("*/")) {
            Some(length) => {
                self.at = start + 2 + length + 2;
                self.push(TokenKind::BlockComment, start, self.at);
            }
            None => {
                self.no_comment_ends = true;
                let span = self.source.span(start as u32, start as u32 + 2);
                self.reporter.report(|| {
                    Diagnostic::error(&codes::UNCLOSED_COMMENT, "this comment is never closed")
                        .label(span, "begins here")
                        .help("end it with */, or begin it with # if it is a single line")
                });
                // Only the first line is taken for the comment.
                let length = text[start..].find('\n').unwrap_or(text.len() - start);
                self.at = start + length;
                self.push(TokenKind::Invalid, start, self.at);
            }
        }
    }

    /// Whether the innermost brace is that of `${` or `%{`.
    fn in_template_sequence(&self) -> bool {
        self.enclosing_brace()
            .is_some_and(|index| self.open[index].kind != TokenKind::OpenBrace)
    }

    /// The innermost open `{`, `${` or `%{`, past open `(` and `[`.
    fn enclosing_brace(&self) -> Option<usize> {
        innermost(&self.open, |open| {
            !matches!(open.kind, TokenKind::OpenParen | TokenKind::OpenBracket)
        })
    }

    /// Forgets what is open from `index` on.
    fn forget_open(&mut self, index: usize) {
        for open in self.open.drain(index..) {
            if open.kind == TokenKind::OpenHeredoc {
                self.heredocs.pop();
            }
        }
    }

    /// `}`: says whether it ended an interpolation or directive, so that the
    /// text of a template goes on.
    fn close_brace(&mut self, start: usize, end: usize) -> bool {
        self.at = end;
        let Some(index) = self.enclosing_brace() else {
            self.unbalanced = true;
            self.push(TokenKind::CloseBrace, start, end);
            return false;
        };
        if index + 1 != self.open.len() {
            self.unbalanced = true;
            self.open.truncate(index + 1);
        }
        let sequence = self
            .open
            .pop()
            .is_some_and(|open| open.kind != TokenKind::OpenBrace);
        let kind = if sequence {
            TokenKind::CloseTemplate
        } else {
            TokenKind::CloseBrace
        };
        self.push(kind, start, end);
        sequence
    }

    /// `)` or `]`.
    fn close(&mut self, opener: TokenKind, closer: TokenKind) {
        if self.open.last().is_some_and(|open| open.kind == opener) {
            self.open.pop();
        } else {
            self.unbalanced = true;
            let found = innermost(&self.open, |open| {
                open.kind == opener
                    || !matches!(open.kind, TokenKind::OpenParen | TokenKind::OpenBracket)
            });
            if let Some(index) = found.filter(|index| self.open[*index].kind == opener) {
                self.open.truncate(index);
            }
        }
        self.take(closer, 1);
    }

    fn unknown_operator(&mut self, start: usize, operator: &str, help: &str) {
        let span = self
            .source
            .span(start as u32, (start + operator.len()) as u32);
        self.reporter.report(|| {
            Diagnostic::error(
                &codes::UNKNOWN_OPERATOR,
                format!("`{operator}` is not an operator"),
            )
            .at(span)
            .help(help)
        });
    }

    /// A character that begins no token: reported, and replaced by what was
    /// probably meant.
    fn odd(&mut self, start: usize) {
        let Some(character) = self.char_at(start) else {
            self.at = self.bytes.len();
            return;
        };
        let end = start + character.len_utf8();
        match character {
            '&' => {
                self.unknown_operator(start, "&", "for a logical and write &&");
                self.take(TokenKind::And, 1);
            }
            '|' => {
                self.unknown_operator(start, "|", "for a logical or write ||");
                self.take(TokenKind::Or, 1);
            }
            '^' => {
                self.unknown_operator(start, "^", "for a power write pow(a, b)");
                self.take(TokenKind::Invalid, 1);
            }
            '~' => {
                self.unknown_operator(start, "~", "for a logical not write !");
                self.take(TokenKind::Bang, 1);
            }
            ';' => {
                let span = self.source.span(start as u32, end as u32);
                self.reporter.report(|| {
                    Diagnostic::error(&codes::INVALID_CHARACTER, "`;` does not separate anything")
                        .at(span)
                        .help("use a line break between attributes, a comma between items")
                });
                self.take(TokenKind::Newline, 1);
            }
            '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' | '\u{201e}' => {
                self.wrong_quotes(start, character);
            }
            _ => {
                let mut to = end;
                while let Some(next) = self.char_at(to) {
                    if next.is_ascii() || unicode_ident::is_xid_start(next) {
                        break;
                    }
                    to += next.len_utf8();
                }
                if character.is_ascii() {
                    to = end;
                }
                let span = self.source.span(start as u32, to as u32);
                self.reporter
                    .report(|| invalid_character(character).at(span));
                self.at = to;
                if character == '\\' && matches!(self.bytes.get(to), Some(b'\n' | b'\r')) {
                    // Meant to join two lines.
                    self.at += self.source.text[to..].find('\n').map_or(0, |at| at + 1);
                    return;
                }
                // An odd space still separates, everything else stops the expression.
                if !character.is_whitespace() {
                    self.push(TokenKind::Invalid, start, to);
                }
            }
        }
    }

    /// A string in quotes of another kind: reported, and read as if it stood in
    /// double quotes when it ends on its line.
    fn wrong_quotes(&mut self, start: usize, quote: char) {
        let closes: &[char] = match quote {
            '\u{201c}' | '\u{201d}' | '\u{201e}' => &['\u{201c}', '\u{201d}', '\u{201e}', '"'],
            '\u{2018}' | '\u{2019}' => &['\u{2018}', '\u{2019}', '\''],
            '`' => &['`'],
            _ => &['\''],
        };
        let inside = start + quote.len_utf8();
        let line = self.source.text.get(inside..).unwrap_or("");
        let found = line
            .char_indices()
            .find(|(_, character)| *character == '\n' || closes.contains(character))
            .filter(|(_, character)| *character != '\n');
        let end = found.map_or(inside, |(at, close)| inside + at + close.len_utf8());
        let span = self.source.span(start as u32, end as u32);
        self.reporter.report(|| {
            Diagnostic::error(
                &codes::WRONG_QUOTES,
                match quote {
                    '\'' => "a string is written in double quotes, not single ones".to_owned(),
                    '`' => "a string is written in double quotes, not backticks".to_owned(),
                    _ => format!("a string is written in straight double quotes, not {quote}"),
                },
            )
            .at(span)
            .maybe_help(found.map(|(at, _)| format!("write \"{}\"", &line[..at])))
        });
        self.at = end;
        match found {
            Some((at, _)) => {
                self.push(TokenKind::OpenQuote, start, inside);
                if at > 0 {
                    self.push(TokenKind::QuotedText, inside, inside + at);
                }
                self.push(TokenKind::CloseQuote, inside + at, end);
            }
            None => self.push(TokenKind::Invalid, start, end),
        }
    }
}

/// The index of the innermost opening that fits. Only as many are looked at as
/// a text without mistakes can have, so that hostile texts take linear time.
pub(crate) fn innermost<T>(open: &[T], fits: impl Fn(&T) -> bool) -> Option<usize> {
    let first = open.len().saturating_sub(2 * crate::MAX_DEPTH as usize);
    open[first..].iter().rposition(fits).map(|at| first + at)
}

fn invalid_character(character: char) -> Diagnostic {
    let name = match character {
        '\u{a0}' => "a no-break space".to_owned(),
        '\u{feff}' => "a byte order mark in the middle of the text".to_owned(),
        '\u{200b}' => "a zero-width space".to_owned(),
        '\r' => "a carriage return without a line feed".to_owned(),
        c if c.is_control() || c.is_whitespace() => {
            format!("the character U+{:04X}", u32::from(c))
        }
        c => format!("`{c}`"),
    };
    let help = match character {
        '@' => "a reference is written without @: local.name",
        '$' => {
            "an interpolation ${…} stands only inside quotes; elsewhere write the bare expression"
        }
        '\\' => {
            "a backslash stands only inside quotes; expressions go on over a line break inside parentheses"
        }
        '\u{a0}' | '\u{200b}' | '\u{feff}' => "replace it by a plain space or remove it",
        _ => "remove it, or put the text in double quotes",
    };
    Diagnostic::error(
        &codes::INVALID_CHARACTER,
        format!("{name} has no meaning here"),
    )
    .help(help)
}
