//! Strings and names as they are written.

use crate::parser::is_name;

/// Whether a text can be written as a bare name: an attribute's or a key's.
pub fn is_identifier(text: &str) -> bool {
    is_name(text)
}

/// Writes a text in double quotes, everything escaped that must be.
///
/// Source of the rules: hashicorp/hcl `hclwrite/generate.go`.
pub fn quote(out: &mut String, text: &str) {
    out.push('"');
    escape(out, text);
    out.push('"');
}

/// Writes the inside of a quoted string.
pub(crate) fn escape(out: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let mut plain = 0;
    for (at, character) in text.char_indices() {
        let replacement = match character {
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '"' => "\\\"",
            '\\' => "\\\\",
            '$' if bytes.get(at + 1) == Some(&b'{') => "$$",
            '%' if bytes.get(at + 1) == Some(&b'{') => "%%",
            ' '..='~' => continue,
            _ if is_printable(character) => continue,
            _ => {
                out.push_str(&text[plain..at]);
                plain = at + character.len_utf8();
                let number = u32::from(character);
                let escaped = if number < 0x1_0000 {
                    format!("\\u{number:04x}")
                } else {
                    format!("\\U{number:08x}")
                };
                out.push_str(&escaped);
                continue;
            }
        };
        out.push_str(&text[plain..at]);
        plain = at + character.len_utf8();
        out.push_str(replacement);
    }
    out.push_str(&text[plain..]);
}

/// Whether a character past ASCII shows something: letters, marks, numbers,
/// punctuation, symbols.
fn is_printable(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_control();
    }
    // The standard library knows what is printable only as part of a text that
    // is escaped; a letter before it keeps combining marks as they are.
    let mut buffer = [b'a'; 5];
    let length = character.encode_utf8(&mut buffer[1..]).len();
    std::str::from_utf8(&buffer[..=length])
        .is_ok_and(|text| text.escape_debug().nth(1) == Some(character))
}
