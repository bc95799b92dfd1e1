//! Scalars in single and double quotes.

use super::class::{BLANK, BREAK, DOUBLE, LEAD, SINGLE, is};
use super::error::{ReadError, ReadResult};
use super::folding::Folding;
use super::scanner::Scanner;
use super::token::{RawText, Token};
use crate::Style;

impl Scanner<'_> {
    /// `'…'`; a slice of the source if it has one line and no `''`.
    pub(super) fn scan_single_quoted(&mut self) -> ReadResult<Token> {
        let start = self.pos;
        self.pos += 1;
        let mut at = self.pos;
        while let Some(&byte) = self.bytes.get(at) {
            if is(byte, SINGLE | BREAK | LEAD) && (byte < 0x80 || self.break_len(at) > 0) {
                break;
            }
            at += 1;
        }
        if self.bytes.get(at) == Some(&b'\'') && self.bytes.get(at + 1) != Some(&b'\'') {
            return Ok(self.quoted_slice(at, Style::SingleQuoted));
        }
        let text = self.scan_quoted_lines(start, b'\'')?;
        Ok(Token::Scalar(text, Style::SingleQuoted))
    }

    /// `"…"`; a slice of the source if it has one line and no escape.
    pub(super) fn scan_double_quoted(&mut self) -> ReadResult<Token> {
        let start = self.pos;
        self.pos += 1;
        let mut at = self.pos;
        while let Some(&byte) = self.bytes.get(at) {
            if is(byte, DOUBLE | BREAK | LEAD) && (byte < 0x80 || self.break_len(at) > 0) {
                break;
            }
            at += 1;
        }
        if self.bytes.get(at) == Some(&b'"') {
            return Ok(self.quoted_slice(at, Style::DoubleQuoted));
        }
        let text = self.scan_quoted_lines(start, b'"')?;
        Ok(Token::Scalar(text, Style::DoubleQuoted))
    }

    fn quoted_slice(&mut self, end: usize, style: Style) -> Token {
        let text = RawText {
            start: self.pos as u32,
            len: (end - self.pos) as u32,
        };
        self.pos = end + 1;
        Token::Scalar(text, style)
    }

    /// Any quoted scalar; the position is after the opening quote.
    fn scan_quoted_lines(&mut self, start: usize, quote: u8) -> ReadResult<RawText> {
        let from = self.texts.begin();
        let mut folding = Folding::default();
        loop {
            if self.at_document_indicator() {
                return Err(
                    ReadError::syntax("found unexpected document indicator", self.pos)
                        .while_reading("while scanning a quoted scalar", start)
                        .help("close the quote before the document ends"),
                );
            }
            if self.at_end() {
                return Err(
                    ReadError::syntax("found unexpected end of stream", self.pos)
                        .while_reading("while scanning a quoted scalar", start)
                        .help("close the quote"),
                );
            }
            let mut leading_blanks = self.scan_quoted_words(start, quote)?;
            if self.byte(0) == quote {
                break;
            }
            // Blanks and breaks. Blanks count unless a break follows or precedes.
            let blanks = self.pos;
            let mut blanks_end = self.pos;
            loop {
                if self.is_blank(self.pos) {
                    self.pos += 1;
                    if !leading_blanks {
                        blanks_end = self.pos;
                    }
                } else if self.is_break(self.pos) {
                    if leading_blanks {
                        folding.further_break(self.bytes, self.pos);
                    } else {
                        blanks_end = blanks;
                        folding.line_break(self.bytes, self.pos);
                        leading_blanks = true;
                    }
                    self.skip_break();
                } else {
                    break;
                }
            }
            if leading_blanks {
                folding.write(&mut self.texts);
            } else {
                self.texts.push(&self.text[blanks..blanks_end]);
            }
        }
        self.pos += 1;
        Ok(self.texts.end(from))
    }

    /// Non-blank characters up to a blank, a break or the closing quote.
    /// Returns whether it stopped after an escaped line break.
    fn scan_quoted_words(&mut self, start: usize, quote: u8) -> ReadResult<bool> {
        let special = if quote == b'"' { DOUBLE } else { SINGLE };
        loop {
            let from = self.pos;
            while let Some(&byte) = self.bytes.get(self.pos) {
                if is(byte, BLANK | BREAK | LEAD | special)
                    && (byte < 0x80 || self.break_len(self.pos) > 0)
                {
                    break;
                }
                self.pos += 1;
            }
            self.texts.push(&self.text[from..self.pos]);
            match self.byte(0) {
                b'\'' if quote == b'\'' && self.byte(1) == b'\'' => {
                    self.texts.push("'");
                    self.pos += 2;
                }
                b'\\' if quote == b'"' && self.is_break(self.pos + 1) => {
                    self.pos += 1;
                    self.skip_break();
                    return Ok(true);
                }
                b'\\' if quote == b'"' => self.scan_escape(start)?,
                _ => return Ok(false),
            }
        }
    }

    /// An escape sequence other than a line break.
    fn scan_escape(&mut self, start: usize) -> ReadResult<()> {
        let text = match self.byte(1) {
            b'0' => "\0",
            b'a' => "\x07",
            b'b' => "\x08",
            b't' | b'\t' => "\t",
            b'n' => "\n",
            b'v' => "\x0B",
            b'f' => "\x0C",
            b'r' => "\r",
            b'e' => "\x1B",
            b' ' => " ",
            b'"' => "\"",
            b'\'' => "'",
            b'\\' => "\\",
            b'N' => "\u{85}",
            b'_' => "\u{A0}",
            b'L' => "\u{2028}",
            b'P' => "\u{2029}",
            b'x' => return self.scan_code_escape(start, 2),
            b'u' => return self.scan_code_escape(start, 4),
            b'U' => return self.scan_code_escape(start, 8),
            _ => {
                return Err(
                    ReadError::syntax("found unknown escape character", self.pos)
                        .while_reading("while parsing a quoted scalar", start)
                        .help("write \\\\ for a backslash, or use single quotes"),
                );
            }
        };
        self.texts.push(text);
        self.pos += 2;
        Ok(())
    }

    fn scan_code_escape(&mut self, start: usize, digits: usize) -> ReadResult<()> {
        let from = self.pos + 2;
        let hex = self
            .text
            .get(from..from + digits)
            .filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .filter(|_| from + digits <= self.bytes.len());
        let Some(value) = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()) else {
            return Err(
                ReadError::syntax("did not find expected hexdecimal number", self.pos)
                    .while_reading("while parsing a quoted scalar", start),
            );
        };
        let Some(character) = char::from_u32(value) else {
            return Err(
                ReadError::syntax("found invalid Unicode character escape code", self.pos)
                    .while_reading("while parsing a quoted scalar", start)
                    .help("write a character beyond U+FFFF as one \\U escape of 8 digits"),
            );
        };
        self.texts.push_char(character);
        self.pos = from + digits;
        Ok(())
    }
}
