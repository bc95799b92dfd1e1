//! The formatter: the bytes `terraform fmt` would write.
//!
//! Works on tokens, so that comments and odd layouts survive. First a few
//! constructs are brought to their present-day form ([`normalise`]), then white
//! space is set anew ([`layout`]).
//!
//! Where `terraform fmt` would destroy something we keep it: it deletes a label
//! that holds a `$`, the key of `a[true]`, and it moves a comment so that it
//! swallows the value when unwrapping `"${ # note` on one line.

mod layout;
mod normalise;

use terrace_diag::{Diagnostics, FileId};

use crate::lexer::{LexMode, scan};
use crate::parser::parse_tokens;
use crate::token::{Source, TokenKind};

/// A token to be written: its text is a range of the source or of the added
/// text.
#[derive(Debug, Clone, Copy)]
struct Piece {
    kind: TokenKind,
    /// Whether the range is of the added text.
    added: bool,
    start: u32,
    end: u32,
    /// Spaces before it.
    spaces: u32,
}

/// The texts that pieces are ranges of.
struct Texts<'a> {
    source: &'a str,
    added: String,
}

impl Texts<'_> {
    fn of(&self, piece: &Piece) -> &str {
        let text = if piece.added {
            &self.added
        } else {
            self.source
        };
        text.get(piece.start as usize..piece.end as usize)
            .unwrap_or("")
    }

    /// A piece with a text that is not in the source.
    fn add(&mut self, kind: TokenKind, text: &str) -> Piece {
        let start = self.added.len() as u32;
        self.added.push_str(text);
        Piece {
            kind,
            added: true,
            start,
            end: self.added.len() as u32,
            spaces: 0,
        }
    }
}

/// The text in canonical layout, as `terraform fmt FILE` leaves it. (Standard
/// output always ends in a line break there, a file as it did before.)
///
/// # Errors
/// All syntax mistakes of the text, in file 0; a broken text is not formatted.
pub fn format(text: &str) -> Result<String, Diagnostics> {
    format_file(FileId(0), text)
}

/// [`format`](format()) with mistakes reported in the given file.
///
/// # Errors
/// All syntax mistakes of the text; a broken text is not formatted.
pub fn format_file(file: FileId, text: &str) -> Result<String, Diagnostics> {
    let source = Source {
        file,
        text,
        base: 0,
    };
    let lexed = scan(source, LexMode::Normal);
    let tokens = parse_tokens(source, lexed)?;
    let mut texts = Texts {
        source: text,
        added: String::new(),
    };
    let mut pieces = normalise::normalise(source, &tokens, &mut texts);
    layout::layout(&mut pieces, &texts);
    Ok(write(&pieces, &texts))
}

fn write(pieces: &[Piece], texts: &Texts<'_>) -> String {
    const SPACES: &str = "                                                                ";
    let mut out = String::with_capacity(texts.source.len() + texts.source.len() / 8);
    for piece in pieces {
        let mut spaces = piece.spaces as usize;
        while spaces > SPACES.len() {
            out.push_str(SPACES);
            spaces -= SPACES.len();
        }
        out.push_str(&SPACES[..spaces]);
        out.push_str(texts.of(piece));
    }
    out
}
