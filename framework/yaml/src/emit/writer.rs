//! Characters out: indentation, indicators and the five scalar styles
//! (`emitterc.go` of go-yaml v2).

use super::analysis::Analysis;

/// Lines are folded after this column where that is possible.
const WIDTH: usize = 80;

/// The output with what the emitter must know about it.
pub(super) struct Writer<'o> {
    pub(super) out: &'o mut String,
    /// Characters since the last line break.
    column: usize,
    /// Of the collection that is open; -1 outside.
    pub(super) indent: isize,
    /// The last character was blank or begins the text.
    whitespace: bool,
    /// Only indentation and `-`, `?`, `:` are on the line so far.
    pub(super) indention: bool,
}

impl<'o> Writer<'o> {
    pub(super) fn new(out: &'o mut String) -> Self {
        Self {
            out,
            column: 0,
            indent: -1,
            whitespace: true,
            indention: true,
        }
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += if text.is_ascii() {
            text.len()
        } else {
            text.chars().count()
        };
    }

    /// One ASCII character.
    fn put(&mut self, byte: u8) {
        self.out.push(char::from(byte));
        self.column += 1;
    }

    fn line_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    /// Begins a line at the indentation, unless it has just begun.
    pub(super) fn write_indent(&mut self) {
        let indent = self.indent.max(0) as usize;
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.line_break();
        }
        while self.column < indent {
            const SPACES: &str = "                                                                ";
            let count = (indent - self.column).min(SPACES.len());
            self.out.push_str(&SPACES[..count]);
            self.column += count;
        }
        self.whitespace = true;
        self.indention = true;
    }

    fn write_space(&mut self) {
        if !self.whitespace {
            self.put(b' ');
        }
    }

    /// Writes `-` or `?`, behind which a collection may begin on the same line.
    pub(super) fn write_entry_indicator(&mut self, indicator: u8) {
        self.write_space();
        self.put(indicator);
        self.whitespace = false;
    }

    /// Writes the `:` behind a simple key.
    pub(super) fn write_colon(&mut self) {
        self.put(b':');
        self.whitespace = false;
        self.indention = false;
    }

    /// Writes a text that needs no quotes and is not folded.
    pub(super) fn write_word(&mut self, text: &str) {
        self.write_space();
        self.push(text);
        self.written();
    }

    fn written(&mut self) {
        self.whitespace = false;
        self.indention = false;
    }

    /// With the indentation of the lines that a scalar goes on in.
    fn continued(&mut self, write: impl FnOnce(&mut Self)) {
        let indent = self.indent;
        self.indent = if indent < 0 { 2 } else { indent + 2 };
        write(self);
        self.indent = indent;
    }

    /// Writes a text without quotes.
    pub(super) fn write_plain(&mut self, text: &str, fold: bool) {
        if !fold || self.column + text.len() < WIDTH {
            self.write_word(text);
            return;
        }
        self.write_space();
        self.continued(|writer| {
            let bytes = text.as_bytes();
            let mut from = 0;
            let mut spaces = false;
            let mut at = 0;
            while at < bytes.len() {
                if bytes[at] != b' ' {
                    spaces = false;
                    at += 1;
                    continue;
                }
                writer.push(&text[from..at]);
                if !spaces && writer.column > WIDTH && bytes.get(at + 1) != Some(&b' ') {
                    writer.write_indent();
                } else {
                    writer.put(b' ');
                }
                spaces = true;
                at += 1;
                from = at;
            }
            writer.push(&text[from..]);
        });
        self.written();
    }

    /// Writes a text in single quotes.
    pub(super) fn write_single_quoted(&mut self, text: &str, fold: bool) {
        self.write_space();
        self.put(b'\'');
        self.whitespace = false;
        self.indention = false;
        self.continued(|writer| {
            let bytes = text.as_bytes();
            let mut from = 0;
            let mut spaces = false;
            let mut breaks = false;
            let mut at = 0;
            while at < bytes.len() {
                let byte = bytes[at];
                let separator =
                    byte == 0xE2 && matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xA8 | 0xA9]));
                if byte == b' ' {
                    writer.push(&text[from..at]);
                    let folds = fold
                        && !spaces
                        && writer.column > WIDTH
                        && at > 0
                        && at < bytes.len() - 1
                        && bytes[at + 1] != b' ';
                    if folds {
                        writer.write_indent();
                    } else {
                        writer.put(b' ');
                    }
                    spaces = true;
                    at += 1;
                    from = at;
                } else if separator || byte == b'\n' {
                    writer.push(&text[from..at]);
                    if byte == b'\n' {
                        if !breaks {
                            writer.line_break();
                        }
                        writer.line_break();
                        at += 1;
                    } else {
                        writer.out.push_str(&text[at..at + 3]);
                        writer.column = 0;
                        at += 3;
                    }
                    from = at;
                    writer.indention = true;
                    breaks = true;
                } else {
                    if breaks {
                        writer.write_indent();
                    }
                    if byte == b'\'' {
                        writer.push(&text[from..at]);
                        writer.put(b'\'');
                        from = at;
                    }
                    writer.indention = false;
                    spaces = false;
                    breaks = false;
                    at += 1;
                }
            }
            writer.push(&text[from..]);
        });
        self.put(b'\'');
        self.written();
    }

    /// Writes a text in double quotes.
    pub(super) fn write_double_quoted(&mut self, text: &str, fold: bool) {
        self.write_space();
        self.put(b'"');
        self.whitespace = false;
        self.indention = false;
        self.continued(|writer| {
            let bytes = text.as_bytes();
            // go-yaml asks whether the text begins with a byte order mark where
            // it means to ask that of each character.
            let escape_all = text.starts_with('\u{FEFF}');
            let mut spaces = false;
            for (at, character) in text.char_indices() {
                if character == ' ' && !escape_all {
                    let folds =
                        fold && !spaces && writer.column > WIDTH && at > 0 && at < bytes.len() - 1;
                    if folds {
                        writer.write_indent();
                        if bytes[at + 1] == b' ' {
                            writer.put(b'\\');
                        }
                    } else {
                        writer.put(b' ');
                    }
                    spaces = true;
                    continue;
                }
                spaces = false;
                if escape_all || needs_escape(character) {
                    writer.write_escape(character);
                } else {
                    writer.out.push(character);
                    writer.column += 1;
                }
            }
        });
        self.put(b'"');
        self.written();
    }

    fn write_escape(&mut self, character: char) {
        let short = match character {
            '\0' => '0',
            '\x07' => 'a',
            '\x08' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\x0B' => 'v',
            '\x0C' => 'f',
            '\r' => 'r',
            '\x1B' => 'e',
            '"' => '"',
            '\\' => '\\',
            '\u{85}' => 'N',
            '\u{A0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                let code = u32::from(character);
                let text = match code {
                    0..=0xFF => format!("\\x{code:02X}"),
                    0x100..=0xFFFF => format!("\\u{code:04X}"),
                    _ => format!("\\U{code:08X}"),
                };
                self.push(&text);
                return;
            }
        };
        self.put(b'\\');
        self.out.push(short);
        self.column += 1;
    }

    /// Writes a text as a literal block scalar.
    pub(super) fn write_literal(&mut self, text: &str, analysis: Analysis) {
        self.write_space();
        self.put(b'|');
        if text.starts_with([' ', '\n', '\u{2028}', '\u{2029}']) {
            self.put(b'2');
        }
        let breaks = text
            .chars()
            .rev()
            .take(2)
            .take_while(|c| matches!(c, '\n' | '\u{2028}' | '\u{2029}'))
            .count();
        let whole = text.chars().nth(1).is_none();
        match breaks {
            0 => self.put(b'-'),
            1 if !whole => {}
            _ => self.put(b'+'),
        }
        self.line_break();
        self.indention = true;
        self.whitespace = true;
        self.continued(|writer| {
            let mut rest = text;
            while !rest.is_empty() {
                let end = if analysis.separators {
                    rest.find(['\n', '\u{2028}', '\u{2029}'])
                } else {
                    rest.as_bytes().iter().position(|byte| *byte == b'\n')
                };
                let line = &rest[..end.unwrap_or(rest.len())];
                if !line.is_empty() {
                    writer.write_indent();
                    writer.out.push_str(line);
                    // Only whether it is zero counts from here.
                    writer.column += line.len();
                    writer.indention = false;
                }
                rest = &rest[line.len()..];
                if let Some(found) = rest.chars().next() {
                    writer.out.push(found);
                    writer.column = 0;
                    writer.indention = true;
                    rest = &rest[found.len_utf8()..];
                }
            }
        });
    }
}

/// Not printable, a break, a quote or a backslash.
fn needs_escape(character: char) -> bool {
    match character {
        '"' | '\\' => true,
        ' '..='~' => false,
        // No-break space is printable.
        '\u{A0}'..'\u{2028}' | '\u{202A}'..='\u{FFFD}' => character == '\u{FEFF}',
        _ => true,
    }
}
