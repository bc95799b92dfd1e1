//! Directives, anchors, aliases and tags.

use super::class::{WORD, is};
use super::error::{ReadError, ReadResult};
use super::scanner::Scanner;
use super::token::{RawText, Token};

const DIRECTIVE: &str = "while scanning a directive";
const YAML_DIRECTIVE: &str = "while scanning a %YAML directive";
const TAG_DIRECTIVE: &str = "while parsing a %TAG directive";
const TAG: &str = "while parsing a tag";

impl Scanner<'_> {
    fn raw(&self, start: usize) -> RawText {
        RawText {
            start: start as u32,
            len: (self.pos - start) as u32,
        }
    }

    fn skip_blanks(&mut self) {
        while self.is_blank(self.pos) {
            self.pos += 1;
        }
    }

    fn skip_word(&mut self) {
        while is(self.byte(0), WORD) {
            self.pos += 1;
        }
    }

    /// `%YAML 1.1` or `%TAG ! prefix`, with the line break.
    pub(super) fn scan_directive(&mut self) -> ReadResult<Token> {
        let start = self.pos;
        let fail = |message: &'static str, at: usize| {
            ReadError::syntax(message, at).while_reading(DIRECTIVE, start)
        };
        self.pos += 1;
        let name_start = self.pos;
        self.skip_word();
        let name = &self.text[name_start..self.pos];
        if name.is_empty() {
            return Err(fail("could not find expected directive name", self.pos));
        }
        if !self.is_blankz(self.pos) {
            return Err(fail(
                "found unexpected non-alphabetical character",
                self.pos,
            ));
        }
        let token = match name {
            "YAML" => {
                self.skip_blanks();
                let major = self.scan_version_number(start)?;
                if self.byte(0) != b'.' {
                    return Err(ReadError::syntax(
                        "did not find expected digit or '.' character",
                        self.pos,
                    )
                    .while_reading(YAML_DIRECTIVE, start));
                }
                self.pos += 1;
                Token::VersionDirective(major, self.scan_version_number(start)?)
            }
            "TAG" => self.scan_tag_directive(start)?,
            _ => return Err(fail("found unknown directive name", name_start)),
        };
        self.skip_blanks();
        if self.byte(0) == b'#' {
            self.skip_to_break();
        }
        if !self.is_breakz(self.pos) {
            return Err(fail(
                "did not find expected comment or line break",
                self.pos,
            ));
        }
        self.skip_break();
        Ok(token)
    }

    fn scan_version_number(&mut self, start: usize) -> ReadResult<u8> {
        let mut value = 0_u8;
        let mut length = 0;
        while self.byte(0).is_ascii_digit() {
            length += 1;
            if length > 2 {
                return Err(
                    ReadError::syntax("found extremely long version number", self.pos)
                        .while_reading(YAML_DIRECTIVE, start),
                );
            }
            value = value * 10 + (self.byte(0) - b'0');
            self.pos += 1;
        }
        if length == 0 {
            return Err(
                ReadError::syntax("did not find expected version number", self.pos)
                    .while_reading(YAML_DIRECTIVE, start),
            );
        }
        Ok(value)
    }

    fn scan_tag_directive(&mut self, start: usize) -> ReadResult<Token> {
        let fail = |message: &'static str, at: usize| {
            ReadError::syntax(message, at).while_reading(TAG_DIRECTIVE, start)
        };
        self.skip_blanks();
        let handle_start = self.pos;
        self.scan_tag_handle(true, start)?;
        let handle = self.raw(handle_start);
        if !self.is_blank(self.pos) {
            return Err(fail("did not find expected whitespace", self.pos));
        }
        self.skip_blanks();
        let prefix = self.scan_tag_uri(true, None, start)?;
        if !self.is_blankz(self.pos) {
            return Err(fail(
                "did not find expected whitespace or line break",
                self.pos,
            ));
        }
        Ok(Token::TagDirective(handle, prefix))
    }

    /// `&name` or `*name`.
    pub(super) fn scan_anchor(&mut self, alias: bool) -> ReadResult<Token> {
        let start = self.pos;
        self.pos += 1;
        let name_start = self.pos;
        self.skip_word();
        let ends = self.is_blankz(self.pos)
            || matches!(
                self.byte(0),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if self.pos == name_start || !ends {
            let what = if alias {
                "while scanning an alias"
            } else {
                "while scanning an anchor"
            };
            let error = ReadError::syntax(
                "did not find expected alphabetic or numeric character",
                self.pos,
            )
            .while_reading(what, start);
            return Err(if alias {
                error.help("put a value that begins with * in quotes")
            } else {
                error.help("put a value that begins with & in quotes")
            });
        }
        let name = self.raw(name_start);
        Ok(if alias {
            Token::Alias(name)
        } else {
            Token::Anchor(name)
        })
    }

    /// `!suffix`, `!handle!suffix`, `!<uri>` or `!`.
    pub(super) fn scan_tag(&mut self) -> ReadResult<Token> {
        let start = self.pos;
        let fail = |message: &'static str, at: usize| {
            ReadError::syntax(message, at).while_reading("while scanning a tag", start)
        };
        let (handle, suffix) = if self.byte(1) == b'<' {
            self.pos += 2;
            let suffix = self.scan_tag_uri(false, None, start)?;
            if self.byte(0) != b'>' {
                return Err(fail("did not find the expected '>'", self.pos));
            }
            self.pos += 1;
            (RawText::default(), suffix)
        } else {
            self.scan_tag_handle(false, start)?;
            let handle = self.raw(start);
            if handle.len > 1 && self.bytes[self.pos - 1] == b'!' {
                (handle, self.scan_tag_uri(false, None, start)?)
            } else {
                let suffix = self.scan_tag_uri(false, Some(handle), start)?;
                let bang = RawText {
                    start: start as u32,
                    len: 1,
                };
                if suffix.len == 0 {
                    (RawText::default(), bang)
                } else {
                    (bang, suffix)
                }
            }
        };
        if !self.is_blankz(self.pos) {
            return Err(fail(
                "did not find expected whitespace or line break",
                self.pos,
            ));
        }
        Ok(Token::Tag(handle, suffix))
    }

    /// Goes over `!`, `!!` or `!word!`; outside a directive also `!word`.
    fn scan_tag_handle(&mut self, directive: bool, start: usize) -> ReadResult<()> {
        let context = if directive { TAG_DIRECTIVE } else { TAG };
        let fail = |at: usize| {
            ReadError::syntax("did not find expected '!'", at).while_reading(context, start)
        };
        let from = self.pos;
        if self.byte(0) != b'!' {
            return Err(fail(self.pos));
        }
        self.pos += 1;
        self.skip_word();
        if self.byte(0) == b'!' {
            self.pos += 1;
        } else if directive && self.pos - from > 1 {
            return Err(fail(self.pos));
        }
        Ok(())
    }

    /// The characters of a tag; `head` is a handle that turned out to be the
    /// beginning of one.
    fn scan_tag_uri(
        &mut self,
        directive: bool,
        head: Option<RawText>,
        start: usize,
    ) -> ReadResult<RawText> {
        let context = if directive { TAG_DIRECTIVE } else { TAG };
        let from = head.map_or(self.pos, |head| head.start as usize + 1);
        let mut escaped: Option<Vec<u8>> = None;
        let mut found = head.is_some();
        loop {
            let byte = self.byte(0);
            if byte == b'%' {
                let bytes = escaped.get_or_insert_with(|| self.bytes[from..self.pos].to_vec());
                let hex = self
                    .text
                    .get(self.pos + 1..self.pos + 3)
                    .filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
                    .and_then(|hex| u8::from_str_radix(hex, 16).ok());
                let Some(octet) = hex else {
                    return Err(
                        ReadError::syntax("did not find URI escaped octet", self.pos)
                            .while_reading(context, start),
                    );
                };
                bytes.push(octet);
                self.pos += 3;
            } else if is(byte, WORD) || b";/?:@&=+$,.!~*'()[]".contains(&byte) {
                if let Some(bytes) = &mut escaped {
                    bytes.push(byte);
                }
                self.pos += 1;
            } else {
                break;
            }
            found = true;
        }
        if !found {
            return Err(ReadError::syntax("did not find expected tag URI", self.pos)
                .while_reading(context, start));
        }
        let Some(bytes) = escaped else {
            return Ok(self.raw(from));
        };
        let Ok(text) = String::from_utf8(bytes) else {
            return Err(
                ReadError::syntax("found an incorrect trailing UTF-8 octet", self.pos)
                    .while_reading(context, start),
            );
        };
        let at = self.texts.begin();
        self.texts.push(&text);
        Ok(self.texts.end(at))
    }
}
