//! Line folding of plain and quoted scalars.

use crate::text::TextBuilder;

/// The line breaks between two words. The first is a space if it stands alone,
/// and nothing if more follow; LS and PS (U+2028, U+2029) are kept.
#[derive(Debug, Default)]
pub(super) struct Folding {
    first: Option<Break>,
    rest: Vec<Break>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Break {
    Line,
    LineSeparator,
    ParagraphSeparator,
}

impl Break {
    fn at(bytes: &[u8], at: usize) -> Self {
        match bytes.get(at..at + 3) {
            Some(b"\xE2\x80\xA8") => Self::LineSeparator,
            Some(b"\xE2\x80\xA9") => Self::ParagraphSeparator,
            _ => Self::Line,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Line => "\n",
            Self::LineSeparator => "\u{2028}",
            Self::ParagraphSeparator => "\u{2029}",
        }
    }
}

/// What the line break at `at` means in a text.
pub(super) fn break_text(bytes: &[u8], at: usize) -> &'static str {
    Break::at(bytes, at).text()
}

impl Folding {
    /// Adds the line break at `at`.
    pub(super) fn line_break(&mut self, bytes: &[u8], at: usize) {
        let found = Break::at(bytes, at);
        match self.first {
            None => self.first = Some(found),
            Some(_) => self.rest.push(found),
        }
    }

    /// Adds a line break that is not the first, after an escaped one.
    pub(super) fn further_break(&mut self, bytes: &[u8], at: usize) {
        self.rest.push(Break::at(bytes, at));
    }

    /// Writes what the breaks mean, and forgets them.
    pub(super) fn write(&mut self, texts: &mut TextBuilder) {
        match self.first.take() {
            Some(Break::Line) if self.rest.is_empty() => texts.push(" "),
            Some(Break::Line) | None => {}
            Some(separator) => texts.push(separator.text()),
        }
        for one in self.rest.drain(..) {
            texts.push(one.text());
        }
    }
}
