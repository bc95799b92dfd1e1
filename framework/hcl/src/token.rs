//! Tokens: what the lexer hands to the parser and the formatter.
//!
//! The kinds are those of hashicorp/hcl (`hclsyntax/token.go`), because the
//! rules of `terraform fmt` are written in terms of them.

use terrace_diag::{FileId, Span};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `"` at the start of a quoted template
    OpenQuote,
    /// `"` at its end
    CloseQuote,
    /// `<<NAME` or `<<-NAME` with its line break
    OpenHeredoc,
    /// `NAME` on its own line, with the spaces before it
    CloseHeredoc,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `%`
    Percent,
    /// `=`
    Equal,
    /// `==`
    EqualEqual,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `!`
    Bang,
    /// `.`
    Dot,
    /// `,`
    Comma,
    /// `::`
    DoubleColon,
    /// `...`
    Ellipsis,
    /// `=>`
    FatArrow,
    /// `?`
    Question,
    /// `:`
    Colon,
    /// `${` or `${~`
    OpenInterpolation,
    /// `%{` or `%{~`
    OpenDirective,
    /// `}` or `~}` that ends an interpolation or directive
    CloseTemplate,
    /// Text in a quoted template
    QuotedText,
    /// Text in a heredoc or a bare template, at most to the end of its line
    Text,
    /// A number
    Number,
    /// A name
    Ident,
    /// `# …` or `// …` with its line break, if it has one
    LineComment,
    /// `/* … */`
    BlockComment,
    /// A line break
    Newline,
    /// The end of the text
    End,
    /// What is no token; the lexer has reported it
    Invalid,
}

/// One token: its kind and the bytes it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// For [`TokenKind::QuotedText`] and [`TokenKind::Text`]: it holds an escape.
    /// For [`TokenKind::LineComment`]: it ends in a line break.
    pub flag: bool,
    /// First byte, relative to the text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A text with its place in a file.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The file spans point into.
    pub file: FileId,
    /// The text.
    pub text: &'a str,
    /// Where in the file the text begins, in bytes.
    pub base: u32,
}

impl<'a> Source<'a> {
    /// The span of a range of the text.
    pub fn span(&self, start: u32, end: u32) -> Span {
        Span::new(
            self.file,
            self.base.wrapping_add(start),
            self.base.wrapping_add(end),
        )
    }

    /// The span of a token.
    pub fn token_span(&self, token: Token) -> Span {
        self.span(token.start, token.end)
    }

    /// The text of a token.
    pub fn token_text(&self, token: Token) -> &'a str {
        self.text
            .get(token.start as usize..token.end as usize)
            .unwrap_or("")
    }
}

impl TokenKind {
    /// What closes this, if it opens something.
    pub fn closer(self) -> Option<Self> {
        Some(match self {
            Self::OpenBrace => Self::CloseBrace,
            Self::OpenBracket => Self::CloseBracket,
            Self::OpenParen => Self::CloseParen,
            Self::OpenQuote => Self::CloseQuote,
            Self::OpenHeredoc => Self::CloseHeredoc,
            Self::OpenInterpolation | Self::OpenDirective => Self::CloseTemplate,
            _ => return None,
        })
    }

    /// Whether this closes something.
    pub fn is_closer(self) -> bool {
        matches!(
            self,
            Self::CloseBrace
                | Self::CloseBracket
                | Self::CloseParen
                | Self::CloseQuote
                | Self::CloseHeredoc
                | Self::CloseTemplate
        )
    }
}

impl Token {
    /// Whether it ends its line: a line break, or a comment up to one.
    pub fn ends_line(self) -> bool {
        match self.kind {
            TokenKind::Newline => true,
            TokenKind::LineComment => self.flag,
            _ => false,
        }
    }

    /// Whether it is a comment.
    pub fn is_comment(self) -> bool {
        matches!(self.kind, TokenKind::LineComment | TokenKind::BlockComment)
    }
}
