//! The YAML emitter behind `yamlencode`: libyaml's, as `go-cty-yaml` carries it
//! (emitterc.go), for the few kinds of events that `yamlencode` makes.

/// Where lines of double quoted text are folded.
const WIDTH: usize = 80;
/// Columns per level.
const INDENT: usize = 2;
/// Keys longer than this, in bytes, are written with `?`.
const MAX_SIMPLE_KEY: usize = 128;

/// Writes one document.
#[derive(Default)]
pub(in crate::functions) struct Emitter {
    out: String,
    column: usize,
    /// The indentation of the current block; none outside of any.
    indent: Option<usize>,
    /// The last character was a space, or the indicator counts as one.
    whitespace: bool,
    /// Only spaces and indicators stand in the line so far.
    indention: bool,
    /// The document ends in a way that needs `...`.
    open_ended: bool,
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::functions) enum Place {
    Root,
    Item,
    /// A key that fits on its line.
    SimpleKey,
    Key,
    Value,
}

impl Emitter {
    pub(in crate::functions) fn new() -> Self {
        Self {
            whitespace: true,
            indention: true,
            ..Self::default()
        }
    }

    /// The document.
    pub(in crate::functions) fn finish(mut self) -> String {
        self.indent = None;
        self.write_indent();
        if self.open_ended {
            self.indicator("...", true, false, false);
            self.write_indent();
        }
        self.out
    }

    fn put(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    fn put_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    fn write_indent(&mut self) {
        let indent = self.indent.unwrap_or(0);
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.put_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.whitespace = true;
        self.indention = true;
    }

    fn indicator(&mut self, text: &str, need_space: bool, is_space: bool, is_indention: bool) {
        if need_space && !self.whitespace {
            self.put(' ');
        }
        text.chars().for_each(|c| self.put(c));
        self.whitespace = is_space;
        self.indention = self.indention && is_indention;
        self.open_ended = false;
    }

    fn deeper(&mut self, flow: bool, indentless: bool) -> Option<usize> {
        let before = self.indent;
        self.indent = Some(match before {
            None if flow => INDENT,
            None => 0,
            Some(indent) if indentless => indent,
            Some(indent) => indent + INDENT,
        });
        before
    }

    /// `[]` or `{}`
    pub(in crate::functions) fn empty(&mut self, brackets: &str) {
        self.indicator(&brackets[..1], true, true, false);
        self.indicator(&brackets[1..], false, false, false);
    }

    /// Starts a sequence in a place; the result is for [`Emitter::end`].
    pub(in crate::functions) fn start_sequence(&mut self, place: Place) -> Option<usize> {
        let in_mapping = matches!(place, Place::SimpleKey | Place::Key | Place::Value);
        self.deeper(false, in_mapping && !self.indention)
    }

    /// Starts an item of the innermost sequence.
    pub(in crate::functions) fn item(&mut self) {
        self.write_indent();
        self.indicator("-", true, false, true);
    }

    /// Starts a mapping; the result is for [`Emitter::end`].
    pub(in crate::functions) fn start_mapping(&mut self) -> Option<usize> {
        self.deeper(false, false)
    }

    /// Writes a key up to and including its colon.
    pub(in crate::functions) fn key(&mut self, key: &str) {
        self.write_indent();
        if !key.contains(is_break) && key.len() <= MAX_SIMPLE_KEY {
            self.text(key, Place::SimpleKey);
            self.indicator(":", false, false, false);
        } else {
            self.indicator("?", true, false, true);
            self.text(key, Place::Key);
            self.write_indent();
            self.indicator(":", true, false, true);
        }
    }

    /// Ends a sequence or mapping.
    pub(in crate::functions) fn end(&mut self, before: Option<usize>) {
        self.indent = before;
    }

    /// Writes a null, a bool or a number.
    pub(in crate::functions) fn plain(&mut self, text: &str, place: Place) {
        if !self.whitespace {
            self.put(' ');
        }
        text.chars().for_each(|c| self.put(c));
        self.whitespace = false;
        self.indention = false;
        if place == Place::Root {
            self.open_ended = true;
        }
    }

    /// Writes a string: text of several lines as a block where that is
    /// possible, anything else in double quotes.
    pub(in crate::functions) fn text(&mut self, text: &str, place: Place) {
        let before = self.deeper(true, false);
        if text.contains('\n') && place != Place::SimpleKey && block_allowed(text) {
            self.literal(text);
        } else {
            self.double_quoted(text, place != Place::SimpleKey);
        }
        self.indent = before;
    }

    fn literal(&mut self, text: &str) {
        self.indicator("|", true, false, false);
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.indicator("2", false, false, false);
        }
        let mut ends = text.chars().rev();
        let (last, before) = (ends.next(), ends.next());
        if !last.is_some_and(is_break) {
            self.indicator("-", false, false, false);
        } else if before.is_none_or(is_break) {
            // libyaml means to end such a document with `...` but forgets it.
            self.indicator("+", false, false, false);
        }
        self.put_break();
        self.indention = true;
        self.whitespace = true;
        let mut breaks = true;
        for c in text.chars() {
            if is_break(c) {
                self.out.push(c);
                self.column = 0;
                self.indention = true;
                breaks = true;
            } else {
                if breaks {
                    self.write_indent();
                }
                self.put(c);
                self.indention = false;
                breaks = false;
            }
        }
    }

    fn double_quoted(&mut self, text: &str, allow_breaks: bool) {
        self.indicator("\"", true, false, false);
        // A byte order mark at the start makes the library escape all of it.
        let marked = text.starts_with('\u{feff}');
        let mut spaces = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if marked || !is_printable(c) || is_break(c) || matches!(c, '"' | '\\') {
                self.escape(c);
                spaces = false;
            } else if c == ' ' {
                let inside = at > 0 && at + 1 < text.len();
                if allow_breaks && !spaces && self.column > WIDTH && inside {
                    self.write_indent();
                    if chars.peek().is_some_and(|(_, next)| *next == ' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(c);
                }
                spaces = true;
            } else {
                self.put(c);
                spaces = false;
            }
        }
        self.indicator("\"", false, false, false);
        self.whitespace = false;
        self.indention = false;
    }

    fn escape(&mut self, c: char) {
        let escaped = match c {
            '\0' => "0".to_owned(),
            '\x07' => "a".to_owned(),
            '\x08' => "b".to_owned(),
            '\t' => "t".to_owned(),
            '\n' => "n".to_owned(),
            '\x0b' => "v".to_owned(),
            '\x0c' => "f".to_owned(),
            '\r' => "r".to_owned(),
            '\x1b' => "e".to_owned(),
            '"' | '\\' => c.to_string(),
            '\u{85}' => "N".to_owned(),
            '\u{a0}' => "_".to_owned(),
            '\u{2028}' => "L".to_owned(),
            '\u{2029}' => "P".to_owned(),
            c => match u32::from(c) {
                code @ 0..=0xff => format!("x{code:02X}"),
                code @ 0x100..=0xffff => format!("u{code:04X}"),
                code => format!("U{code:08X}"),
            },
        };
        self.put('\\');
        escaped.chars().for_each(|c| self.put(c));
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What libyaml takes for printable: nothing beyond the basic plane.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{fffd}') && c != '\u{feff}'
}

/// Whether the text can be written as a block (`yaml_emitter_analyze_scalar`).
fn block_allowed(text: &str) -> bool {
    let mut after_space = false;
    for c in text.chars() {
        if !is_printable(c) || (is_break(c) && after_space) {
            return false;
        }
        after_space = c == ' ';
    }
    !after_space
}
