//! Grapheme clusters as `go-textseg` v15 finds them: the rules of Unicode 15.0
//! (UAX #29), written as that library's grammar (`grapheme_clusters.rl`), which
//! differs from the standard in corners.

use super::grapheme_table::RANGES;

/// What a character may do in a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// CR, LF and all that never joins.
    Control,
    Extend,
    SpacingMark,
    Prepend,
    /// Zero width joiner.
    Joiner,
    /// Regional indicator; two make a flag.
    Regional,
    Pictographic,
    /// Hangul: leading consonant, vowel, trailing consonant, and syllables
    /// without and with a trailing consonant.
    Leading,
    Vowel,
    Trailing,
    Open,
    Closed,
    Other,
}

fn class(c: char) -> Class {
    let code = u32::from(c);
    if (0x20..0x7f).contains(&code) {
        return Class::Other;
    }
    if (0xac00..=0xd7a3).contains(&code) {
        return if (code - 0xac00).is_multiple_of(28) {
            Class::Open
        } else {
            Class::Closed
        };
    }
    // The replacement character stands for broken text and stays alone.
    if matches!(c, '\r' | '\n' | '\u{fffd}') {
        return Class::Control;
    }
    let at = RANGES.partition_point(|(_, end, _)| *end < code);
    match RANGES.get(at) {
        Some((start, _, class)) if *start <= code => *class,
        _ => Class::Other,
    }
}

/// The text cut into clusters.
pub(in crate::functions) fn clusters(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (cluster, after) = rest.split_at(cluster_length(rest));
        rest = after;
        Some(cluster)
    })
}

/// How many clusters the text has.
pub(in crate::functions) fn count(text: &str) -> usize {
    if text.is_ascii() && !text.contains('\r') {
        return text.len();
    }
    clusters(text).count()
}

/// How many bytes the first `n` clusters have; all if there are fewer.
pub(in crate::functions) fn prefix_length(text: &str, n: usize) -> usize {
    clusters(text).take(n).map(str::len).sum()
}

struct Scanner<'a> {
    rest: &'a str,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<Class> {
        self.rest.chars().next().map(class)
    }

    fn advance(&mut self) {
        let mut chars = self.rest.chars();
        chars.next();
        self.rest = chars.as_str();
    }

    /// Consumes characters of the class and says whether there were any.
    fn many(&mut self, wanted: Class) -> bool {
        let before = self.rest.len();
        while self.peek() == Some(wanted) {
            self.advance();
        }
        self.rest.len() < before
    }

    fn one(&mut self, wanted: Class) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.advance();
        }
        found
    }

    /// `(Extend | ZWJ | SpacingMark)*`
    fn marks(&mut self) {
        while let Some(Class::Extend | Class::Joiner | Class::SpacingMark) = self.peek() {
            self.advance();
        }
    }

    /// The same, and a joiner may glue a pictograph on.
    fn extension(&mut self) {
        while let Some(class @ (Class::Extend | Class::Joiner | Class::SpacingMark)) = self.peek() {
            self.advance();
            if class == Class::Joiner && self.one(Class::Pictographic) {
                self.many(Class::Extend);
            }
        }
    }

    fn hangul(&mut self) {
        if self.many(Class::Leading) {
            if self.one(Class::Closed) {
                self.many(Class::Trailing);
            } else {
                self.one(Class::Open);
                if self.many(Class::Vowel) {
                    self.many(Class::Trailing);
                }
            }
        } else if self.one(Class::Open) {
            self.many(Class::Vowel);
            self.many(Class::Trailing);
        } else {
            // Vowels or a closed syllable or neither.
            let _ = self.many(Class::Vowel) || self.one(Class::Closed);
            self.many(Class::Trailing);
        }
        self.extension();
    }
}

fn cluster_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    if let [first, second, ..] = bytes
        && first.is_ascii_graphic()
        && second.is_ascii_graphic()
    {
        return 1;
    }
    if text.starts_with("\r\n") {
        return 2;
    }
    let mut scanner = Scanner { rest: text };
    let prepended = scanner.many(Class::Prepend);
    match scanner.peek() {
        None => {}
        Some(Class::Control) if prepended => {}
        Some(Class::Control) => scanner.advance(),
        Some(Class::Leading | Class::Vowel | Class::Trailing | Class::Open | Class::Closed) => {
            scanner.hangul();
        }
        Some(Class::Pictographic) => {
            scanner.advance();
            scanner.many(Class::Extend);
            scanner.extension();
        }
        Some(Class::Regional) => {
            scanner.advance();
            scanner.one(Class::Regional);
            scanner.extension();
        }
        Some(_) => {
            scanner.advance();
            scanner.marks();
        }
    }
    text.len() - scanner.rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_where_textseg_does() {
        for (text, count_expected) in [
            ("", 0),
            ("a\r\nb", 3),
            ("e\u{301}x", 2),
            ("🇩🇪🇫🇷", 2),
            ("👨\u{200d}👩\u{200d}👧", 1),
            ("क्षि", 2),
            ("각", 1),
            ("\u{1100}\u{1161}\u{11a8}", 1),
        ] {
            assert_eq!(count(text), count_expected, "{text:?}");
            assert_eq!(clusters(text).collect::<String>(), text);
        }
        assert_eq!(prefix_length("éab", 2), 3);
    }

    #[test]
    fn ranges_are_sorted() {
        assert!(RANGES.is_sorted_by(|a, b| a.1 < b.0));
    }
}
