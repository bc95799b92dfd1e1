//! Text as it may be shown: a terminal obeys what some characters say, and what
//! is shown was in part written by others (reasons, names, output of tools).

use std::borrow::Cow;

/// Whether a terminal shows a character as something else than itself: controls
/// (C0, DEL and C1), and those that change the direction of the text around them
/// (Unicode's `Bidi_Control`), which can make a line read as another one.
fn is_obeyed(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

fn escaped(text: &str, keeps: impl Fn(char) -> bool) -> Cow<'_, str> {
    let hides = |char: char| is_obeyed(char) && !keeps(char);
    if !text.contains(hides) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match hides(char) {
            true => out.extend(char.escape_default()),
            false => out.push(char),
        }
    }
    Cow::Owned(out)
}

/// A text of several lines: all that a terminal would obey is escaped, but for
/// line feeds and tabs.
pub fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, |char| matches!(char, '\n' | '\t'))
}

/// Likewise, but for a character that was not in the text when it was laid out.
pub(crate) fn printable_but(text: &str, own: char) -> Cow<'_, str> {
    escaped(text, |char| char == own || matches!(char, '\n' | '\t'))
}

/// Part of one line: likewise, and it cannot begin another one.
pub fn one_line(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// JSON that means the same: what a terminal would obey in its strings is
/// written as `\u`. Outside of strings only line feeds stand, which stay.
pub fn printable_json(text: &str) -> Cow<'_, str> {
    let hides = |char: char| is_obeyed(char) && char != '\n';
    if !text.contains(hides) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match hides(char) {
            // All of them are in the basic plane: one unit of UTF-16.
            true => out.push_str(&format!("\\u{:04x}", u32::from(char))),
            false => out.push(char),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let hostile = "a\u{1b}[31mb\rc\u{9b}2Jd\u{7f}e\u{202e}f\u{2028}g";
        let shown = r"a\u{1b}[31mb\rc\u{9b}2Jd\u{7f}e\u{202e}f\u{2028}g";
        assert_eq!(printable(hostile), shown);
        assert_eq!(one_line(hostile), shown);
        assert_eq!(
            printable_json(&format!("{{\n  \"a\": \"{}\"\n}}", "\u{7f}\u{9b}\u{2066}")),
            "{\n  \"a\": \"\\u007f\\u009b\\u2066\"\n}"
        );
    }

    #[test]
    fn lines_stay_where_several_are_meant() {
        assert_eq!(printable("a\n\tb é 日本"), "a\n\tb é 日本");
        assert_eq!(one_line("a\n\tb é 日本"), r"a\n\tb é 日本");
        assert!(matches!(one_line("é … 日本"), Cow::Borrowed(_)));
    }
}
