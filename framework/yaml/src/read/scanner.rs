//! Characters to tokens: the scanner of libyaml as go-yaml v3 has it
//! (`scannerc.go`), so that the same texts are accepted with the same meaning.
//!
//! Columns are counted in bytes, not characters: they are compared only where
//! nothing but ASCII can stand before them on the line.

use std::collections::VecDeque;

use super::class::{BLANK, BREAK, LEAD, is};
use super::error::{ReadError, ReadResult};
use super::token::{Spanned, Token};
use crate::codes;
use crate::text::TextBuilder;

/// How many characters a simple key may span.
const SIMPLE_KEY_LENGTH: usize = 1024;
/// How many tokens go-yaml v3 wants to see at a time (for its comments): errors
/// so near behind a document are errors of that document.
const LOOK_AHEAD: usize = 3;
/// How far go-yaml looks behind a comment for the next one.
const COMMENT_LOOK_AHEAD: usize = 512;

/// A place where a mapping key without `?` may have begun.
#[derive(Debug, Clone, Copy, Default)]
struct SimpleKey {
    possible: bool,
    /// In block context at the current indentation: there must be a `:`.
    required: bool,
    token_number: usize,
    at: usize,
    line_start: usize,
}

/// The scanner over `source[pos..end]`.
pub(crate) struct Scanner<'a> {
    pub(super) text: &'a str,
    /// The bytes up to the end of the range that is read.
    pub(super) bytes: &'a [u8],
    pub(super) pos: usize,
    /// Where the current line begins; `pos - line_start` is the column.
    pub(super) line_start: usize,
    pub(super) indent: isize,
    indents: Vec<isize>,
    pub(super) flow_level: usize,
    pub(super) simple_key_allowed: bool,
    /// One for the block context and one for each flow collection.
    simple_keys: Vec<SimpleKey>,
    tokens: VecDeque<Spanned>,
    tokens_taken: usize,
    ended: bool,
    max_depth: usize,
    pub(super) texts: TextBuilder,
}

impl<'a> Scanner<'a> {
    /// Reads `text[start..end]`; the bounds are on character boundaries.
    pub(crate) fn new(
        text: &'a str,
        start: usize,
        end: usize,
        max_depth: usize,
        texts: TextBuilder,
    ) -> Self {
        let bytes = &text.as_bytes()[..end];
        let start = if bytes[start..].starts_with(b"\xEF\xBB\xBF") {
            start + 3
        } else {
            start
        };
        Self {
            text,
            bytes,
            pos: start,
            line_start: start,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            simple_key_allowed: true,
            simple_keys: vec![SimpleKey::default()],
            tokens: VecDeque::new(),
            tokens_taken: 0,
            ended: false,
            max_depth,
            texts,
        }
    }

    /// The texts of all scalars; call when nothing more is to be read.
    pub(crate) fn into_texts(self) -> TextBuilder {
        self.texts
    }

    /// The texts of all scalars.
    pub(crate) fn texts(&self) -> &TextBuilder {
        &self.texts
    }

    /// The next token, which stays in the queue.
    pub(crate) fn peek(&mut self) -> ReadResult<Spanned> {
        loop {
            if (self.tokens.len() >= LOOK_AHEAD || self.ended)
                && !self.head_may_be_key()?
                && let Some(token) = self.tokens.front()
            {
                return Ok(*token);
            }
            if self.ended {
                let end = self.bytes.len() as u32;
                return Ok(Spanned {
                    token: Token::StreamEnd,
                    start: end,
                    end,
                });
            }
            self.fetch_next()?;
        }
    }

    /// Drops the token that [`Scanner::peek`] showed.
    pub(crate) fn skip(&mut self) {
        if self.tokens.pop_front().is_some() {
            self.tokens_taken += 1;
        }
    }

    /// Whether a KEY token may still have to be put before the first token.
    fn head_may_be_key(&mut self) -> ReadResult<bool> {
        let head = self.tokens_taken;
        let Some(index) = self
            .simple_keys
            .iter()
            .position(|key| key.possible && key.token_number == head)
        else {
            return Ok(false);
        };
        self.simple_key_is_valid(index)
    }

    pub(super) fn column(&self) -> usize {
        self.pos - self.line_start
    }

    /// The byte `ahead` of the position; 0 at and after the end.
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(0)
    }

    pub(super) fn at_end(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    /// Length of the line break at `at`, 0 if there is none.
    pub(super) fn break_len(&self, at: usize) -> usize {
        let rest = &self.bytes[at.min(self.bytes.len())..];
        match rest {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            [b'\r', ..] => 1,
            [0xC2, 0x85, ..] => 2,
            [0xE2, 0x80, 0xA8 | 0xA9, ..] => 3,
            _ => 0,
        }
    }

    pub(super) fn is_break(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            Some(byte) if is(*byte, BREAK) => true,
            Some(byte) if is(*byte, LEAD) => self.break_len(at) > 0,
            _ => false,
        }
    }

    /// Line break or end.
    pub(super) fn is_breakz(&self, at: usize) -> bool {
        at >= self.bytes.len() || self.is_break(at)
    }

    /// Space, tab, line break or end.
    pub(super) fn is_blankz(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            None => true,
            Some(byte) if is(*byte, BLANK | BREAK) => true,
            Some(byte) if is(*byte, LEAD) => self.break_len(at) > 0,
            _ => false,
        }
    }

    pub(super) fn is_blank(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(|byte| is(*byte, BLANK))
    }

    /// Goes over the line break at the position, if there is one.
    pub(super) fn skip_break(&mut self) {
        let len = self.break_len(self.pos);
        if len > 0 {
            self.pos += len;
            self.line_start = self.pos;
        }
    }

    /// Goes to the next line break or the end.
    pub(super) fn skip_to_break(&mut self) {
        while self.pos < self.bytes.len() {
            let byte = self.bytes[self.pos];
            if is(byte, BREAK) || (is(byte, LEAD) && self.break_len(self.pos) > 0) {
                break;
            }
            self.pos += 1;
        }
    }

    /// `---` or `...` as a word at the start of a line.
    pub(super) fn at_document_indicator(&self) -> bool {
        self.column() == 0
            && matches!(
                self.bytes.get(self.pos..self.pos + 3),
                Some(b"---" | b"...")
            )
            && self.is_blankz(self.pos + 3)
    }

    fn push(&mut self, token: Token, start: usize, end: usize) {
        self.tokens.push_back(Spanned {
            token,
            start: start as u32,
            end: end as u32,
        });
    }

    /// Puts an empty token before the one with this number.
    fn insert(&mut self, number: usize, token: Token, at: usize) {
        let index = (number - self.tokens_taken).min(self.tokens.len());
        self.tokens.insert(
            index,
            Spanned {
                token,
                start: at as u32,
                end: at as u32,
            },
        );
    }

    /// The number of the token that is pushed next.
    fn next_number(&self) -> usize {
        self.tokens_taken + self.tokens.len()
    }

    fn fetch_next(&mut self) -> ReadResult<()> {
        self.skip_to_token();
        self.unroll_indent(self.column() as isize);
        if self.at_end() {
            return self.fetch_stream_end();
        }
        let byte = self.bytes[self.pos];
        if self.pos == self.line_start {
            if byte == b'%' {
                return self.fetch_directive();
            }
            if self.at_document_indicator() {
                let token = if byte == b'-' {
                    Token::DocumentStart
                } else {
                    Token::DocumentEnd
                };
                return self.fetch_document_indicator(token);
            }
        }
        let block = self.flow_level == 0;
        match byte {
            b'[' => self.fetch_flow_start(Token::FlowSequenceStart),
            b'{' => self.fetch_flow_start(Token::FlowMappingStart),
            b']' => self.fetch_flow_end(Token::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(Token::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.is_blankz(self.pos + 1) => self.fetch_block_entry(),
            b'?' if !block || self.is_blankz(self.pos + 1) => self.fetch_key(),
            b':' if !block || self.is_blankz(self.pos + 1) => self.fetch_value(),
            b'*' | b'&' => self.fetch_word(byte == b'*'),
            b'!' => {
                self.save_simple_key()?;
                self.simple_key_allowed = false;
                let start = self.pos;
                let token = self.scan_tag()?;
                self.push(token, start, self.pos);
                Ok(())
            }
            b'|' | b'>' if block => {
                self.remove_simple_key()?;
                self.simple_key_allowed = true;
                let start = self.pos;
                let (token, end) = self.scan_block_scalar(byte == b'|')?;
                self.push(token, start, end);
                Ok(())
            }
            b'\'' | b'"' => {
                self.save_simple_key()?;
                self.simple_key_allowed = false;
                let start = self.pos;
                let token = if byte == b'"' {
                    self.scan_double_quoted()?
                } else {
                    self.scan_single_quoted()?
                };
                self.push(token, start, self.pos);
                Ok(())
            }
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b'\t' => Err(self.cannot_start()),
            _ => {
                self.save_simple_key()?;
                self.simple_key_allowed = false;
                let start = self.pos;
                let (token, end) = self.scan_plain()?;
                self.push(token, start, end);
                Ok(())
            }
        }
    }

    fn cannot_start(&self) -> Box<ReadError> {
        let error = ReadError::syntax("found character that cannot start any token", self.pos);
        match self.byte(0) {
            b'\t' => error.help("indent with spaces; a tab is no indentation in YAML"),
            b'@' | b'`' => error.help("put the value in quotes"),
            b'%' => error.help("put a value that begins with % in quotes"),
            _ => error,
        }
    }

    /// Goes over spaces, comments and line breaks.
    fn skip_to_token(&mut self) {
        loop {
            loop {
                match self.byte(0) {
                    b' ' => self.pos += 1,
                    b'\t' if self.flow_level > 0 || !self.simple_key_allowed => self.pos += 1,
                    _ => break,
                }
            }
            if self.byte(0) == b'#' {
                self.skip_comments();
            }
            if !self.is_break(self.pos) {
                return;
            }
            self.skip_break();
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    /// Goes to the end of a comment and over further ones behind it, whatever
    /// blanks stand between them.
    fn skip_comments(&mut self) {
        loop {
            self.skip_to_break();
            let (mut at, mut line_start) = (self.pos, self.line_start);
            let limit = self.pos + COMMENT_LOOK_AHEAD;
            loop {
                if at >= limit {
                    return;
                }
                let len = if self.is_blank(at) {
                    0
                } else {
                    self.break_len(at)
                };
                if len > 0 {
                    at += len;
                    line_start = at;
                } else if self.is_blank(at) {
                    at += 1;
                } else {
                    break;
                }
            }
            if self.bytes.get(at) != Some(&b'#') {
                return;
            }
            (self.pos, self.line_start) = (at, line_start);
        }
    }

    /// Whether the key that began there may still get its `:`.
    fn simple_key_is_valid(&mut self, index: usize) -> ReadResult<bool> {
        let key = self.simple_keys[index];
        if !key.possible {
            return Ok(false);
        }
        if key.line_start == self.line_start && !self.too_long(key.at) {
            return Ok(true);
        }
        if key.required {
            return Err(self.missing_colon(key.at));
        }
        self.simple_keys[index].possible = false;
        Ok(false)
    }

    fn too_long(&self, from: usize) -> bool {
        let bytes = self.pos - from;
        bytes > SIMPLE_KEY_LENGTH
            && (bytes > 4 * SIMPLE_KEY_LENGTH
                || self.text[from..self.pos].chars().count() > SIMPLE_KEY_LENGTH)
    }

    fn missing_colon(&self, at: usize) -> Box<ReadError> {
        ReadError::syntax("could not find expected ':'", self.pos)
            .while_reading("while scanning a simple key", at)
            .help("write `key: value`, or indent the line if it continues the value above")
    }

    fn save_simple_key(&mut self) -> ReadResult<()> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        self.remove_simple_key()?;
        let key = SimpleKey {
            possible: true,
            required: self.flow_level == 0 && self.indent == self.column() as isize,
            token_number: self.next_number(),
            at: self.pos,
            line_start: self.line_start,
        };
        if let Some(last) = self.simple_keys.last_mut() {
            *last = key;
        }
        Ok(())
    }

    fn remove_simple_key(&mut self) -> ReadResult<()> {
        let Some(last) = self.simple_keys.last_mut() else {
            return Ok(());
        };
        if last.possible && last.required {
            let at = last.at;
            return Err(self.missing_colon(at));
        }
        last.possible = false;
        Ok(())
    }

    fn too_deep(&self) -> Box<ReadError> {
        ReadError::new(
            &codes::LIMIT_DEPTH,
            format!("nested deeper than {} levels", self.max_depth),
            self.pos,
            self.pos + 1,
        )
    }

    /// Opens a block collection if the column is right of the indentation.
    /// `number` is the token it must stand before.
    fn roll_indent(
        &mut self,
        column: usize,
        number: Option<usize>,
        token: Token,
        at: usize,
    ) -> ReadResult<()> {
        let column = column as isize;
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > self.max_depth {
            return Err(self.too_deep());
        }
        self.insert(number.unwrap_or_else(|| self.next_number()), token, at);
        Ok(())
    }

    /// Closes the block collections that are indented more than the column.
    fn unroll_indent(&mut self, column: isize) {
        if self.flow_level > 0 {
            return;
        }
        while self.indent > column {
            self.push(Token::BlockEnd, self.pos, self.pos);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn fetch_stream_end(&mut self) -> ReadResult<()> {
        // The end ends the line, too.
        if self.column() != 0 {
            self.line_start = self.pos;
        }
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push(Token::StreamEnd, self.pos, self.pos);
        self.ended = true;
        Ok(())
    }

    fn fetch_directive(&mut self) -> ReadResult<()> {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.pos;
        let token = self.scan_directive()?;
        self.push(token, start, self.pos);
        Ok(())
    }

    fn fetch_document_indicator(&mut self, token: Token) -> ReadResult<()> {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push(token, self.pos, self.pos + 3);
        self.pos += 3;
        Ok(())
    }

    /// A token of one byte.
    fn push_indicator(&mut self, token: Token) {
        self.push(token, self.pos, self.pos + 1);
        self.pos += 1;
    }

    fn fetch_flow_start(&mut self, token: Token) -> ReadResult<()> {
        self.save_simple_key()?;
        self.simple_keys.push(SimpleKey::default());
        self.flow_level += 1;
        if self.flow_level > self.max_depth {
            return Err(self.too_deep());
        }
        self.simple_key_allowed = true;
        self.push_indicator(token);
        Ok(())
    }

    fn fetch_flow_end(&mut self, token: Token) -> ReadResult<()> {
        self.remove_simple_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            self.simple_keys.pop();
        }
        self.simple_key_allowed = false;
        self.push_indicator(token);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> ReadResult<()> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(Token::FlowEntry);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> ReadResult<()> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(ReadError::syntax(
                    "block sequence entries are not allowed in this context",
                    self.pos,
                ));
            }
            self.roll_indent(self.column(), None, Token::BlockSequenceStart, self.pos)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(Token::BlockEntry);
        Ok(())
    }

    fn fetch_key(&mut self) -> ReadResult<()> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(ReadError::syntax(
                    "mapping keys are not allowed in this context",
                    self.pos,
                ));
            }
            self.roll_indent(self.column(), None, Token::BlockMappingStart, self.pos)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_indicator(Token::Key);
        Ok(())
    }

    fn fetch_value(&mut self) -> ReadResult<()> {
        let last = self.simple_keys.len() - 1;
        if self.simple_key_is_valid(last)? {
            let key = self.simple_keys[last];
            self.insert(key.token_number, Token::Key, key.at);
            self.roll_indent(
                key.at - key.line_start,
                Some(key.token_number),
                Token::BlockMappingStart,
                key.at,
            )?;
            self.simple_keys[last].possible = false;
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return Err(ReadError::syntax(
                        "mapping values are not allowed in this context",
                        self.pos,
                    )
                    .help("put a value that contains `: ` in quotes"));
                }
                self.roll_indent(self.column(), None, Token::BlockMappingStart, self.pos)?;
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.push_indicator(Token::Value);
        Ok(())
    }

    /// An anchor or an alias.
    fn fetch_word(&mut self, alias: bool) -> ReadResult<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.pos;
        let token = self.scan_anchor(alias)?;
        self.push(token, start, self.pos);
        Ok(())
    }
}
