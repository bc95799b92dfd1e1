//! Go's regular expression syntax (`regexp/syntax/parse.go` with the flags
//! `Perl`), checked and rewritten for the `regex` crate.

use std::fmt::Write as _;

use super::regexp::PatternError;

/// A pattern for the `regex` crate.
#[derive(Debug)]
pub(super) struct Translation {
    pub pattern: String,
    /// The name of each group, in order; empty for a group without one.
    pub names: Vec<String>,
}

type Result<T> = std::result::Result<T, PatternError>;

fn error<T>(code: &'static str, expr: &str) -> Result<T> {
    Err(PatternError {
        code,
        expr: expr.to_owned(),
    })
}

/// Groups that may be open at the same time; the `regex` crate itself stops at
/// a lower depth.
const MAX_DEPTH: usize = 1000;
/// Greatest repeat count, also of repeats within repeats together.
const MAX_REPEAT: u32 = 1000;

pub(super) fn translate(pattern: &str) -> Result<Translation> {
    Translator {
        whole: pattern,
        rest: pattern,
        out: String::with_capacity(pattern.len() + 16),
        names: Vec::new(),
        open: vec![Group::default()],
        new_flags: String::new(),
        last_repeat: None,
    }
    .run()
}

/// What is known of a group while it is open.
#[derive(Default, Clone, Copy)]
struct Group {
    flags: Flags,
    /// The greatest product of repeat counts nested in it.
    repeats: u32,
    /// The same of the item before; none if there is nothing to repeat.
    item: Option<u32>,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
struct Flags {
    fold: bool,
    multi_line: bool,
    dot_newline: bool,
    ungreedy: bool,
}

impl Flags {
    fn set(&mut self, flag: char, on: bool) -> bool {
        match flag {
            'i' => self.fold = on,
            'm' => self.multi_line = on,
            's' => self.dot_newline = on,
            'U' => self.ungreedy = on,
            _ => return false,
        }
        true
    }

    /// `im-sU`, always complete.
    fn write(self, out: &mut String) {
        let all = [
            ('i', self.fold),
            ('m', self.multi_line),
            ('s', self.dot_newline),
            ('U', self.ungreedy),
        ];
        out.extend(all.iter().filter(|(_, on)| *on).map(|(c, _)| *c));
        if all.iter().any(|(_, on)| !on) {
            out.push('-');
            out.extend(all.iter().filter(|(_, on)| !on).map(|(c, _)| *c));
        }
    }
}

struct Translator<'a> {
    whole: &'a str,
    rest: &'a str,
    out: String,
    names: Vec<String>,
    open: Vec<Group>,
    /// `(?i)` that has been read and not been written yet.
    new_flags: String,
    /// Where the repetition that has just been read starts.
    last_repeat: Option<&'a str>,
}

impl<'a> Translator<'a> {
    fn run(mut self) -> Result<Translation> {
        while let Some(first) = self.rest.chars().next() {
            let last_repeat = self.last_repeat.take();
            // New flags come after a repetition of what stands before them.
            let repeats = match first {
                '*' | '+' | '?' => true,
                '{' => parse_repeat(self.rest).is_some(),
                _ => false,
            };
            if !repeats {
                self.out.push_str(&std::mem::take(&mut self.new_flags));
            }
            match first {
                '(' => self.open_group()?,
                '|' => {
                    self.skip(1);
                    self.out.push('|');
                    self.group().item = None;
                }
                ')' => {
                    if self.open.len() == 1 {
                        return error("unexpected )", self.whole);
                    }
                    self.skip(1);
                    self.out.push(')');
                    let inner = self.open.pop().unwrap_or_default();
                    self.item(inner.repeats);
                }
                '^' | '$' => {
                    self.skip(1);
                    // A group, because the crate does not repeat bare anchors.
                    let _ = write!(self.out, "(?:{first})");
                    self.item(1);
                }
                '.' => {
                    self.skip(1);
                    self.out.push('.');
                    self.item(1);
                }
                '[' => self.class()?,
                '*' | '+' | '?' => {
                    let before = self.rest;
                    self.skip(1);
                    self.repeat(before, last_repeat, 1)?;
                }
                '{' => match parse_repeat(self.rest) {
                    Some(count) => {
                        let before = self.rest;
                        self.rest = count.rest;
                        if !count.is_valid() {
                            return error("invalid repeat count", self.since(before));
                        }
                        self.repeat(before, last_repeat, count.factor())?;
                    }
                    None => {
                        self.skip(1);
                        self.literal('{');
                    }
                },
                '\\' => self.escape()?,
                c => {
                    self.skip(c.len_utf8());
                    self.literal(c);
                }
            }
        }
        if self.open.len() > 1 {
            return error("missing closing )", self.whole);
        }
        Ok(Translation {
            pattern: self.out,
            names: self.names,
        })
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// What was read since `before`.
    fn since(&self, before: &'a str) -> &'a str {
        &before[..before.len() - self.rest.len()]
    }

    fn group(&mut self) -> &mut Group {
        if self.open.is_empty() {
            self.open.push(Group::default());
        }
        let last = self.open.len() - 1;
        &mut self.open[last]
    }

    /// Something that can be repeated was written.
    fn item(&mut self, repeats: u32) {
        let repeats = repeats.max(1);
        let group = self.group();
        group.item = Some(repeats);
        group.repeats = group.repeats.max(repeats);
    }

    fn literal(&mut self, c: char) {
        push_char(&mut self.out, c);
        self.item(1);
    }

    /// A repetition that starts at `before` and whose operator has been read.
    fn repeat(&mut self, before: &'a str, last: Option<&'a str>, factor: u32) -> Result<()> {
        if self.rest.starts_with('?') {
            self.skip(1);
        }
        if let Some(last) = last {
            return error("invalid nested repetition operator", self.since(last));
        }
        let text = self.since(before);
        let Some(inner) = self.group().item else {
            return error("missing argument to repetition operator", text);
        };
        let total = inner.saturating_mul(factor);
        if factor > 1 && total > MAX_REPEAT {
            return error("invalid repeat count", text);
        }
        self.out.push_str(text);
        self.item(total);
        self.last_repeat = Some(before);
        Ok(())
    }

    fn open_group(&mut self) -> Result<()> {
        let flags = self.group().flags;
        let inner = Group {
            flags,
            ..Group::default()
        };
        if self.open.len() > MAX_DEPTH {
            return error("expression nests too deeply", self.whole);
        }
        let Some(special) = self.rest.strip_prefix("(?") else {
            self.skip(1);
            self.out.push('(');
            self.names.push(String::new());
            self.open.push(inner);
            return Ok(());
        };
        let named = special
            .strip_prefix("P<")
            .or_else(|| special.strip_prefix('<'));
        if let Some(named) = named.filter(|rest| !rest.is_empty()) {
            let Some((name, rest)) = named.split_once('>') else {
                return error("invalid named capture", self.rest);
            };
            let before = self.rest;
            self.rest = rest;
            if name.is_empty() || !name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric()) {
                return error("invalid named capture", self.since(before));
            }
            self.out.push('(');
            self.names.push(name.to_owned());
            self.open.push(inner);
            return Ok(());
        }
        self.flags(special, inner)
    }

    /// `(?i)` or `(?i-s:`; `special` is what follows `(?`.
    fn flags(&mut self, special: &'a str, mut inner: Group) -> Result<()> {
        let mut on = true;
        let mut seen = false;
        let mut read = 2;
        for c in special.chars() {
            read += c.len_utf8();
            match c {
                '-' if on => {
                    on = false;
                    seen = false;
                }
                ':' | ')' => {
                    if !on && !seen {
                        break;
                    }
                    self.skip(read);
                    let mut group = String::from("(?");
                    inner.flags.write(&mut group);
                    group.push(c);
                    if c == ':' {
                        self.out.push_str(&group);
                        self.open.push(inner);
                    } else {
                        self.new_flags = group;
                        self.group().flags = inner.flags;
                    }
                    return Ok(());
                }
                c if inner.flags.set(c, on) => seen = true,
                _ => break,
            }
        }
        error("invalid or unsupported Perl syntax", &self.rest[..read])
    }

    fn escape(&mut self) -> Result<()> {
        let replacement = match self.rest.as_bytes().get(1) {
            Some(b'A') => "(?:\\A)",
            Some(b'z') => "(?:\\z)",
            Some(b'b') => "(?-u:\\b)",
            Some(b'B') => "(?-u:\\B)",
            Some(b'C') => return error("invalid escape sequence", &self.rest[..2]),
            Some(b'Q') => {
                let (text, rest) = self.rest[2..]
                    .split_once("\\E")
                    .unwrap_or((&self.rest[2..], ""));
                self.rest = rest;
                for c in text.chars() {
                    self.literal(c);
                }
                return Ok(());
            }
            _ => "",
        };
        if !replacement.is_empty() {
            self.skip(2);
            self.out.push_str(replacement);
            self.item(1);
            return Ok(());
        }
        let mut class = String::new();
        if let Some(rest) = class_escape(self.rest, &mut class)? {
            self.rest = rest;
            let _ = write!(self.out, "[{class}]");
            self.item(1);
            return Ok(());
        }
        let (c, rest) = char_escape(self.rest)?;
        self.rest = rest;
        match char::from_u32(c) {
            Some(c) => self.literal(c),
            // A surrogate: valid in Go, but no text holds one.
            None => {
                self.out.push_str(NOTHING);
                self.item(1);
            }
        }
        Ok(())
    }

    fn class(&mut self) -> Result<()> {
        let start = self.rest;
        self.skip(1);
        self.out.push('[');
        if self.rest.starts_with('^') {
            self.skip(1);
            self.out.push('^');
        }
        let mut first = true;
        loop {
            if self.rest.starts_with(']') && !first {
                break;
            }
            first = false;
            if self.rest.len() > 2
                && let Some(named) = self.rest.strip_prefix("[:")
                && let Some(end) = named.find(":]")
            {
                let name = &named[..end];
                if !is_posix_class(name) {
                    return error("invalid character class range", &self.rest[..end + 4]);
                }
                let _ = write!(self.out, "[:{name}:]");
                self.skip(end + 4);
                continue;
            }
            if let Some(rest) = class_escape(self.rest, &mut self.out)? {
                self.rest = rest;
                continue;
            }
            let range = self.rest;
            let (low, rest) = class_char(self.rest, start)?;
            self.rest = rest;
            let mut high = low;
            if self.rest.starts_with('-') && self.rest.len() >= 2 && !self.rest.starts_with("-]") {
                let (value, rest) = class_char(&self.rest[1..], start)?;
                (high, self.rest) = (value, rest);
                if high < low {
                    return error("invalid character class range", self.since(range));
                }
            }
            push_range(&mut self.out, low, high);
        }
        self.skip(1);
        self.out.push(']');
        self.item(1);
        Ok(())
    }
}

/// A class that nothing is in.
const NOTHING: &str = "[a&&b]";

fn push_char(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || !c.is_ascii() {
        out.push(c);
    } else {
        let _ = write!(out, "\\x{:02X}", u32::from(c));
    }
}

/// A range within a class, without the surrogates, which are no characters.
fn push_range(out: &mut String, low: u32, high: u32) {
    let mut push = |low: u32, high: u32| {
        if low == high {
            let _ = write!(out, "\\x{{{low:X}}}");
        } else if low < high {
            let _ = write!(out, "\\x{{{low:X}}}-\\x{{{high:X}}}");
        }
    };
    if high < 0xd800 || low > 0xdfff {
        push(low, high);
    } else {
        if low < 0xd800 {
            push(low, 0xd7ff);
        }
        if high > 0xdfff {
            push(0xe000, high);
        }
    }
}

struct Count<'a> {
    min: i64,
    max: i64,
    rest: &'a str,
}

impl Count<'_> {
    fn is_valid(&self) -> bool {
        let limit = i64::from(MAX_REPEAT);
        self.min >= 0
            && self.min <= limit
            && self.max <= limit
            && (self.max < 0 || self.min <= self.max)
    }

    /// How often the item is repeated at most, or at least if there is no most.
    fn factor(&self) -> u32 {
        let count = if self.max < 0 { self.min } else { self.max };
        u32::try_from(count).unwrap_or(0)
    }
}

/// `{2}`, `{2,}` or `{2,3}`; anything else is text.
fn parse_repeat(text: &str) -> Option<Count<'_>> {
    let (min, rest) = repeat_number(text.strip_prefix('{')?)?;
    let (mut min, mut max, mut rest) = (min, min, rest);
    if let Some(after) = rest.strip_prefix(',') {
        (max, rest) = if after.starts_with('}') {
            (-1, after)
        } else {
            let (value, after) = repeat_number(after)?;
            if value < 0 {
                // Too large to count.
                min = -1;
            }
            (value, after)
        };
    }
    Some(Count {
        min,
        max,
        rest: rest.strip_prefix('}')?,
    })
}

/// A decimal without leading zeros; -1 if it is too large.
fn repeat_number(text: &str) -> Option<(i64, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 || (length > 1 && text.starts_with('0')) {
        return None;
    }
    let (digits, rest) = text.split_at(length);
    let value = if length > 9 { -1 } else { digits.parse().ok()? };
    Some((value, rest))
}

fn is_posix_class(name: &str) -> bool {
    matches!(
        name.strip_prefix('^').unwrap_or(name),
        "alnum"
            | "alpha"
            | "ascii"
            | "blank"
            | "cntrl"
            | "digit"
            | "graph"
            | "lower"
            | "print"
            | "punct"
            | "space"
            | "upper"
            | "word"
            | "xdigit"
    )
}

/// `\d`, `\pL` and the like, written to `out` for use inside a class; the rest
/// of the text, or none if it is something else.
fn class_escape<'a>(text: &'a str, out: &mut String) -> Result<Option<&'a str>> {
    let Some(escaped) = text.strip_prefix('\\') else {
        return Ok(None);
    };
    let class = match escaped.as_bytes().first() {
        Some(b'd') => "0-9",
        Some(b'D') => "[^0-9]",
        Some(b's') => "\\t\\n\\x0C\\r\\x20",
        Some(b'S') => "[^\\t\\n\\x0C\\r\\x20]",
        Some(b'w') => "0-9A-Za-z_",
        Some(b'W') => "[^0-9A-Za-z_]",
        Some(b'p' | b'P') => return unicode_class(text, out).map(Some),
        _ => return Ok(None),
    };
    out.push_str(class);
    Ok(Some(&escaped[1..]))
}

/// `\pL`, `\p{Greek}`, `\P{^Lu}`
fn unicode_class<'a>(text: &'a str, out: &mut String) -> Result<&'a str> {
    let mut negated = text.starts_with("\\P");
    let body = &text[2..];
    let Some(first) = body.chars().next() else {
        // Go reads past the end and reports broken UTF-8 here.
        return error("invalid UTF-8", "");
    };
    let (name, rest) = if first == '{' {
        let Some((name, rest)) = body[1..].split_once('}') else {
            return error("invalid character class range", text);
        };
        (name, rest)
    } else {
        body.split_at(first.len_utf8())
    };
    let bare = match name.strip_prefix('^') {
        Some(bare) => {
            negated = !negated;
            bare
        }
        None => name,
    };
    let sequence = &text[..text.len() - rest.len()];
    let class = match bare {
        "Any" => "\\x{0}-\\x{10FFFF}".to_owned(),
        "Cs" => NOTHING.to_owned(),
        "C" => "\\p{gc=Cc}\\p{gc=Cf}\\p{gc=Co}".to_owned(),
        name if is_category(name) => format!("\\p{{gc={name}}}"),
        name if is_script(name) => format!("\\p{{sc={name}}}"),
        _ => return error("invalid character class range", sequence),
    };
    let caret = if negated { "^" } else { "" };
    let _ = write!(out, "[{caret}{class}]");
    Ok(rest)
}

/// The general categories by Go's names.
fn is_category(name: &str) -> bool {
    matches!(
        name,
        "C" | "Cc"
            | "Cf"
            | "Co"
            | "Cs"
            | "L"
            | "Ll"
            | "Lm"
            | "Lo"
            | "Lt"
            | "Lu"
            | "M"
            | "Mc"
            | "Me"
            | "Mn"
            | "N"
            | "Nd"
            | "Nl"
            | "No"
            | "P"
            | "Pc"
            | "Pd"
            | "Pe"
            | "Pf"
            | "Pi"
            | "Po"
            | "Ps"
            | "S"
            | "Sc"
            | "Sk"
            | "Sm"
            | "So"
            | "Z"
            | "Zl"
            | "Zp"
            | "Zs"
    )
}

/// The scripts of Unicode 15.0 by Go's names.
fn is_script(name: &str) -> bool {
    SCRIPTS.binary_search(&name).is_ok()
}

#[rustfmt::skip]
const SCRIPTS: &[&str] = &[
    "Adlam", "Ahom", "Anatolian_Hieroglyphs", "Arabic", "Armenian", "Avestan", "Balinese",
    "Bamum", "Bassa_Vah", "Batak", "Bengali", "Bhaiksuki", "Bopomofo", "Brahmi", "Braille",
    "Buginese", "Buhid", "Canadian_Aboriginal", "Carian", "Caucasian_Albanian", "Chakma",
    "Cham", "Cherokee", "Chorasmian", "Common", "Coptic", "Cuneiform", "Cypriot",
    "Cypro_Minoan", "Cyrillic", "Deseret", "Devanagari", "Dives_Akuru", "Dogra", "Duployan",
    "Egyptian_Hieroglyphs", "Elbasan", "Elymaic", "Ethiopic", "Georgian", "Glagolitic",
    "Gothic", "Grantha", "Greek", "Gujarati", "Gunjala_Gondi", "Gurmukhi", "Han", "Hangul",
    "Hanifi_Rohingya", "Hanunoo", "Hatran", "Hebrew", "Hiragana", "Imperial_Aramaic",
    "Inherited", "Inscriptional_Pahlavi", "Inscriptional_Parthian", "Javanese", "Kaithi",
    "Kannada", "Katakana", "Kawi", "Kayah_Li", "Kharoshthi", "Khitan_Small_Script", "Khmer",
    "Khojki", "Khudawadi", "Lao", "Latin", "Lepcha", "Limbu", "Linear_A", "Linear_B", "Lisu",
    "Lycian", "Lydian", "Mahajani", "Makasar", "Malayalam", "Mandaic", "Manichaean",
    "Marchen", "Masaram_Gondi", "Medefaidrin", "Meetei_Mayek", "Mende_Kikakui",
    "Meroitic_Cursive", "Meroitic_Hieroglyphs", "Miao", "Modi", "Mongolian", "Mro", "Multani",
    "Myanmar", "Nabataean", "Nag_Mundari", "Nandinagari", "New_Tai_Lue", "Newa", "Nko",
    "Nushu", "Nyiakeng_Puachue_Hmong", "Ogham", "Ol_Chiki", "Old_Hungarian", "Old_Italic",
    "Old_North_Arabian", "Old_Permic", "Old_Persian", "Old_Sogdian", "Old_South_Arabian",
    "Old_Turkic", "Old_Uyghur", "Oriya", "Osage", "Osmanya", "Pahawh_Hmong", "Palmyrene",
    "Pau_Cin_Hau", "Phags_Pa", "Phoenician", "Psalter_Pahlavi", "Rejang", "Runic",
    "Samaritan", "Saurashtra", "Sharada", "Shavian", "Siddham", "SignWriting", "Sinhala",
    "Sogdian", "Sora_Sompeng", "Soyombo", "Sundanese", "Syloti_Nagri", "Syriac", "Tagalog",
    "Tagbanwa", "Tai_Le", "Tai_Tham", "Tai_Viet", "Takri", "Tamil", "Tangsa", "Tangut",
    "Telugu", "Thaana", "Thai", "Tibetan", "Tifinagh", "Tirhuta", "Toto", "Ugaritic", "Vai",
    "Vithkuqi", "Wancho", "Warang_Citi", "Yezidi", "Yi", "Zanabazar_Square",
];

/// A character of a class; `whole` is the class from its bracket on.
fn class_char<'a>(text: &'a str, whole: &str) -> Result<(u32, &'a str)> {
    let Some(first) = text.chars().next() else {
        return error("missing closing ]", whole);
    };
    if first == '\\' {
        return char_escape(text);
    }
    Ok((u32::from(first), &text[first.len_utf8()..]))
}

/// An escape that stands for one character: its code and the rest.
fn char_escape(text: &str) -> Result<(u32, &str)> {
    let mut chars = text[1..].chars();
    let Some(first) = chars.next() else {
        return error("trailing backslash at end of expression", "");
    };
    let octal = |c: char| c.to_digit(8);
    let simple = match first {
        'a' => Some(0x07),
        'f' => Some(0x0c),
        'n' => Some(0x0a),
        'r' => Some(0x0d),
        't' => Some(0x09),
        'v' => Some(0x0b),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(u32::from(c)),
        _ => None,
    };
    if let Some(code) = simple {
        return Ok((code, chars.as_str()));
    }
    match first {
        '0'..='7' if first == '0' || chars.as_str().starts_with(|c| octal(c).is_some()) => {
            let mut code = octal(first).unwrap_or(0);
            for _ in 1..3 {
                let Some(digit) = chars.as_str().chars().next().and_then(octal) else {
                    break;
                };
                chars.next();
                code = code * 8 + digit;
            }
            return Ok((code, chars.as_str()));
        }
        'x' => {
            if let Some(code) = hexadecimal(&mut chars) {
                return Ok((code, chars.as_str()));
            }
        }
        _ => {}
    }
    error(
        "invalid escape sequence",
        &text[..text.len() - chars.as_str().len()],
    )
}

/// `7F` or `{10FFFF}` after `\x`.
fn hexadecimal(chars: &mut std::str::Chars<'_>) -> Option<u32> {
    let first = chars.next()?;
    if first != '{' {
        let second = chars.next()?;
        return Some(first.to_digit(16)? * 16 + second.to_digit(16)?);
    }
    let mut code = 0u32;
    let mut digits = 0;
    loop {
        match chars.next()? {
            '}' if digits > 0 => return Some(code),
            c => {
                code = code * 16 + c.to_digit(16)?;
                digits += 1;
                if code > 0x10_ffff {
                    return None;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_sorted() {
        assert!(SCRIPTS.is_sorted());
    }

    #[test]
    fn refuses_what_go_refuses() {
        for (pattern, code, expr) in [
            ("a**", "invalid nested repetition operator", "**"),
            ("a*+b", "invalid nested repetition operator", "*+"),
            ("*a", "missing argument to repetition operator", "*"),
            ("(a", "missing closing )", "(a"),
            ("a)", "unexpected )", "a)"),
            ("[a", "missing closing ]", "[a"),
            ("[b-a]", "invalid character class range", "b-a"),
            ("a{1001}", "invalid repeat count", "{1001}"),
            ("(?=a)", "invalid or unsupported Perl syntax", "(?="),
            ("(?P<a.>b)", "invalid named capture", "(?P<a.>"),
            ("\\", "trailing backslash at end of expression", ""),
            ("\\8", "invalid escape sequence", "\\8"),
            ("\\p{Nope}", "invalid character class range", "\\p{Nope}"),
        ] {
            let got = translate(pattern).map(|t| t.pattern);
            let expected = PatternError {
                code,
                expr: expr.to_owned(),
            };
            assert_eq!(got, Err(expected), "{pattern}");
        }
    }
}
