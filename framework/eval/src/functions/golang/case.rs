//! Upper, lower and title case as Go's `strings` package makes them: character
//! by character (`ß` stays), with the tables of Unicode 15.0.

/// `strings.ToUpper`
pub(in crate::functions) fn upper(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    text.chars().map(upper_char).collect()
}

/// `strings.ToLower`
pub(in crate::functions) fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().map(lower_char).collect()
}

/// `strings.Title`: the first letter of each word.
pub(in crate::functions) fn title(text: &str) -> String {
    let mut previous = ' ';
    text.chars()
        .map(|c| {
            let start = is_separator(previous);
            previous = c;
            if start { title_char(c) } else { c }
        })
        .collect()
}

fn is_separator(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_alphanumeric() && c != '_';
    }
    c.is_whitespace()
}

/// Characters that got a case, or a counterpart, after Unicode 15.0.
fn is_newer(c: char) -> bool {
    matches!(
        u32::from(c),
        0x19b | 0x264
            | 0x1c89..=0x1c8a
            | 0xa7cb..=0xa7cf
            | 0xa7d2..=0xa7d5
            | 0xa7da..=0xa7dc
            | 0x10d50..=0x10d85
            | 0x16ea0..=0x16ed3
    )
}

/// The only character of the full mapping, or the character itself.
fn single(mut mapping: impl Iterator<Item = char>, c: char) -> char {
    match (mapping.next(), mapping.next()) {
        (Some(mapped), None) => mapped,
        _ => c,
    }
}

fn upper_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    match u32::from(c) {
        // Greek with iota: one character in the simple mapping, two in the full one.
        code @ (0x1f80..=0x1f87 | 0x1f90..=0x1f97 | 0x1fa0..=0x1fa7) => {
            char::from_u32(code + 8).unwrap_or(c)
        }
        code @ (0x1fb3 | 0x1fc3 | 0x1ff3) => char::from_u32(code + 9).unwrap_or(c),
        _ if is_newer(c) => c,
        _ => single(c.to_uppercase(), c),
    }
}

fn lower_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        'İ' => 'i',
        _ if is_newer(c) => c,
        _ => single(c.to_lowercase(), c),
    }
}

fn title_char(c: char) -> char {
    match c {
        // Digraphs have a form with only the first letter large.
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        // Georgian has capitals but does not use them in titles.
        '\u{10d0}'..='\u{10ff}' => c,
        _ => upper_char(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_one_to_one() {
        assert_eq!(upper("straße ǆ ᾳ ŉ"), "STRASSE Ǆ ᾼ ŉ".replace("SS", "ß"));
        assert_eq!(lower("ÀİΣ"), "àiσ");
        assert_eq!(title("hello wORLD_x-y 'tis ǆ"), "Hello WORLD_x-Y 'Tis ǅ");
    }
}
