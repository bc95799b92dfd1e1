//! Plain scalars.

use super::class::{BLANK, BREAK, COLON, FLOW, LEAD, is};
use super::error::{ReadError, ReadResult};
use super::folding::Folding;
use super::scanner::Scanner;
use super::token::{RawText, Token};
use crate::Style;

impl Scanner<'_> {
    /// A plain scalar with its end, which is before trailing blanks. One that
    /// stays on its line is a slice of the source.
    pub(super) fn scan_plain(&mut self) -> ReadResult<(Token, usize)> {
        let start = self.pos;
        let mut end = start;
        let stop = BLANK | BREAK | COLON | LEAD | if self.flow_level > 0 { FLOW } else { 0 };
        // The first line, without copying.
        loop {
            let word = self.pos;
            self.skip_plain_word(stop);
            if self.pos > word {
                end = self.pos;
            }
            if !self.is_blank(self.pos) {
                break;
            }
            let mut next = self.pos;
            while self.is_blank(next) {
                next += 1;
            }
            if self.is_breakz(next) {
                break;
            }
            self.pos = next;
            if self.byte(0) == b'#' {
                break;
            }
        }
        let slice = RawText {
            start: start as u32,
            len: (end - start) as u32,
        };
        let mut text = slice;
        if self.is_blank(self.pos) || self.is_break(self.pos) {
            text = self.scan_plain_rest(slice, &mut end, stop)?;
        }
        Ok((Token::Scalar(text, Style::Plain), end))
    }

    /// Goes over characters that are neither blank nor end the scalar.
    fn skip_plain_word(&mut self, stop: u8) {
        while let Some(&byte) = self.bytes.get(self.pos) {
            if is(byte, stop) {
                let ends = match byte {
                    b':' => self.is_blankz(self.pos + 1),
                    0xC2 | 0xE2 => self.break_len(self.pos) > 0,
                    _ => true,
                };
                if ends {
                    return;
                }
            }
            self.pos += 1;
        }
    }

    /// The lines after the first; the position is after its last word.
    fn scan_plain_rest(
        &mut self,
        first: RawText,
        end: &mut usize,
        stop: u8,
    ) -> ReadResult<RawText> {
        let start = first.start as usize;
        let indent = self.indent + 1;
        let mut text = None;
        let mut folding = Folding::default();
        let mut leading_blanks = false;
        loop {
            // Blanks and breaks after a word.
            while self.is_blank(self.pos) || self.is_break(self.pos) {
                if self.is_blank(self.pos) {
                    if leading_blanks && (self.column() as isize) < indent && self.byte(0) == b'\t'
                    {
                        return Err(ReadError::syntax(
                            "found a tab character that violates indentation",
                            self.pos,
                        )
                        .while_reading("while scanning a plain scalar", start)
                        .help("indent with spaces"));
                    }
                    self.pos += 1;
                } else {
                    folding.line_break(self.bytes, self.pos);
                    leading_blanks = true;
                    self.skip_break();
                }
            }
            if self.flow_level == 0 && (self.column() as isize) < indent {
                break;
            }
            if self.at_document_indicator() || self.byte(0) == b'#' {
                break;
            }
            let word = self.pos;
            let blanks = *end;
            self.skip_plain_word(stop);
            if self.pos == word {
                break;
            }
            let from = *text.get_or_insert_with(|| {
                let at = self.texts.begin();
                self.texts.push(&self.text[start..blanks]);
                at
            });
            debug_assert!(from <= self.texts.begin());
            if leading_blanks {
                folding.write(&mut self.texts);
                leading_blanks = false;
            } else {
                self.texts.push(&self.text[blanks..word]);
            }
            self.texts.push(&self.text[word..self.pos]);
            *end = self.pos;
            if !(self.is_blank(self.pos) || self.is_break(self.pos)) {
                break;
            }
        }
        if leading_blanks {
            self.simple_key_allowed = true;
        }
        Ok(text.map_or(first, |from| self.texts.end(from)))
    }
}
