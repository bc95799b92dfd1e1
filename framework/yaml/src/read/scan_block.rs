//! Literal (`|`) and folded (`>`) block scalars.

use super::class::{BREAK, LEAD, is};
use super::error::{ReadError, ReadResult};
use super::folding::break_text;
use super::scanner::Scanner;
use super::token::{RawText, Token};
use crate::Style;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

/// A line break that was read, and what it means in the text.
type Break = &'static str;

impl Scanner<'_> {
    /// A block scalar with its end.
    pub(super) fn scan_block_scalar(&mut self, literal: bool) -> ReadResult<(Token, usize)> {
        let start = self.pos;
        self.pos += 1;
        let (chomping, increment) = self.scan_block_header(start)?;
        let mut end = self.pos;
        let mut indent = match increment {
            0 => 0,
            increment => self.indent.max(0) as usize + increment,
        };
        let mut breaks: Vec<Break> = Vec::new();
        self.scan_block_breaks(&mut indent, &mut breaks, start, &mut end)?;

        let from = self.texts.begin();
        let mut leading_break: Break = "";
        let mut leading_blank = false;
        let mut lines = 0_usize;
        let mut first_line = 0..0;
        while self.column() == indent && !self.at_end() {
            let trailing_blank = self.is_blank(self.pos);
            if !literal && !leading_blank && !trailing_blank && leading_break == "\n" {
                if breaks.is_empty() {
                    self.texts.push(" ");
                }
            } else {
                self.texts.push(leading_break);
            }
            for one in breaks.drain(..) {
                self.texts.push(one);
                lines += 1;
            }
            leading_blank = trailing_blank;
            let line = self.pos;
            self.skip_to_break_in_text();
            self.texts.push(&self.text[line..self.pos]);
            if lines == 0 {
                first_line = line..self.pos;
            }
            lines += 1;
            end = self.pos;
            leading_break = if self.at_end() {
                ""
            } else {
                break_text(self.bytes, self.pos)
            };
            self.skip_break();
            self.scan_block_breaks(&mut indent, &mut breaks, start, &mut end)?;
        }
        if chomping != Chomping::Strip {
            self.texts.push(leading_break);
        }
        if chomping == Chomping::Keep {
            for one in &breaks {
                self.texts.push(one);
            }
        }
        let text = self.texts.end(from);
        let text = self.slice_of_one_line(lines, first_line, text);
        let style = if literal {
            Style::Literal
        } else {
            Style::Folded
        };
        Ok((Token::Scalar(text, style), end))
    }

    /// A text of one line needs no copy: it is in the source as it is.
    fn slice_of_one_line(
        &mut self,
        lines: usize,
        line: std::ops::Range<usize>,
        text: RawText,
    ) -> RawText {
        let extra = (text.len as usize).wrapping_sub(line.len());
        if lines == 1 && (extra == 0 || extra == 1 && self.bytes.get(line.end) == Some(&b'\n')) {
            self.texts.forget(text);
            return RawText {
                start: line.start as u32,
                len: text.len,
            };
        }
        text
    }

    /// Chomping and indentation indicators, and the rest of the line.
    fn scan_block_header(&mut self, start: usize) -> ReadResult<(Chomping, usize)> {
        let mut chomping = Chomping::Clip;
        let mut increment = 0;
        for _ in 0..2 {
            match self.byte(0) {
                b'+' if chomping == Chomping::Clip => chomping = Chomping::Keep,
                b'-' if chomping == Chomping::Clip => chomping = Chomping::Strip,
                b'0' if increment == 0 => {
                    return Err(ReadError::syntax(
                        "found an indentation indicator equal to 0",
                        self.pos,
                    )
                    .while_reading("while scanning a block scalar", start));
                }
                digit @ b'1'..=b'9' if increment == 0 => increment = usize::from(digit - b'0'),
                _ => break,
            }
            self.pos += 1;
        }
        while self.is_blank(self.pos) {
            self.pos += 1;
        }
        if self.byte(0) == b'#' {
            self.skip_to_break();
        }
        if !self.is_breakz(self.pos) {
            return Err(
                ReadError::syntax("did not find expected comment or line break", self.pos)
                    .while_reading("while scanning a block scalar", start)
                    .help("the text begins on the line after | or >"),
            );
        }
        self.skip_break();
        Ok((chomping, increment))
    }

    /// Indentation and empty lines before a line of text; finds the
    /// indentation if it is not known (0).
    fn scan_block_breaks(
        &mut self,
        indent: &mut usize,
        breaks: &mut Vec<Break>,
        start: usize,
        end: &mut usize,
    ) -> ReadResult<()> {
        let mut max_indent = 0;
        loop {
            while (*indent == 0 || self.column() < *indent) && self.byte(0) == b' ' {
                self.pos += 1;
            }
            max_indent = max_indent.max(self.column());
            if (*indent == 0 || self.column() < *indent) && self.byte(0) == b'\t' {
                return Err(ReadError::syntax(
                    "found a tab character where an indentation space is expected",
                    self.pos,
                )
                .while_reading("while scanning a block scalar", start)
                .help("indent with spaces"));
            }
            if !self.is_break(self.pos) {
                break;
            }
            breaks.push(break_text(self.bytes, self.pos));
            self.skip_break();
            *end = self.pos;
        }
        if *indent == 0 {
            *indent = max_indent.max((self.indent + 1).max(1) as usize);
        }
        Ok(())
    }

    /// As `skip_to_break`, for the long lines that texts have.
    fn skip_to_break_in_text(&mut self) {
        while let Some(&byte) = self.bytes.get(self.pos) {
            if is(byte, BREAK | LEAD) && (byte < 0x80 || self.break_len(self.pos) > 0) {
                return;
            }
            self.pos += 1;
        }
    }
}
