//! Which styles can hold a text (`yaml_emitter_analyze_scalar` of go-yaml v2).

/// What a text allows in block context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Analysis {
    /// It has line breaks, carriage returns, U+2028 and U+2029 among them.
    pub(super) multiline: bool,
    /// It has U+2028 or U+2029.
    pub(super) separators: bool,
    /// It has line feeds.
    pub(super) line_feeds: bool,
    /// It may be written without quotes.
    pub(super) plain: bool,
    /// It may be written in single quotes.
    pub(super) single_quoted: bool,
    /// It may be written as a block scalar.
    pub(super) block: bool,
}

const SPACE: u8 = 1;
const LINE_FEED: u8 = 2;
const COLON: u8 = 3;
const HASH: u8 = 4;
/// Never printable.
const SPECIAL: u8 = 5;
/// First byte of some characters that are not printable or are breaks.
const LEAD: u8 = 6;

static CLASS: [u8; 256] = table();

const fn table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' => SPACE,
            b'\n' => LINE_FEED,
            b':' => COLON,
            b'#' => HASH,
            0..0x20 | 0x7F | 0xF0.. => SPECIAL,
            0xC2 | 0xE2 | 0xEF => LEAD,
            _ => 0,
        };
        byte += 1;
    }
    table
}

/// Analyses a text that is not empty.
pub(super) fn analyze(text: &str) -> Analysis {
    let bytes = text.as_bytes();
    let last = bytes.len() - 1;
    let mut indicators = starts_with_indicator(bytes);
    let mut special = false;
    let mut line_feeds = false;
    let mut separators = false;
    let mut returns = false;
    let mut break_space = false;
    let mut space_break = false;
    let mut previous_break = false;
    for (at, &byte) in bytes.iter().enumerate() {
        let class = CLASS[byte as usize];
        if class == 0 {
            continue;
        }
        let before = if at == 0 { 0 } else { bytes[at - 1] };
        match class {
            SPACE => {
                // A break just before: a line feed, or the end of a separator.
                break_space |= before == b'\n' || previous_break && ends_separator(bytes, at);
            }
            LINE_FEED => {
                line_feeds = true;
                space_break |= before == b' ';
            }
            COLON => indicators |= at == last || matches!(bytes[at + 1], b' ' | b'\t'),
            HASH => indicators |= matches!(before, b' ' | b'\t' | b'\n' | b'\r'),
            LEAD => match (byte, bytes.get(at + 1..at + 3)) {
                (0xE2, Some([0x80, 0xA8 | 0xA9])) => {
                    separators = true;
                    previous_break = true;
                    space_break |= before == b' ';
                }
                (0xC2, _) => special |= bytes.get(at + 1).is_none_or(|next| *next < 0xA0),
                (0xEF, Some([0xBB, 0xBF] | [0xBF, 0xBE | 0xBF])) => special = true,
                _ => {}
            },
            _ => {
                special = true;
                returns |= byte == b'\r';
            }
        }
    }
    let multiline = line_feeds || separators || returns;
    let leading_break = bytes[0] == b'\n' || ends_separator(bytes, 3);
    let trailing_break = bytes[last] == b'\n' || ends_separator(bytes, bytes.len());
    let leading_space = bytes[0] == b' ';
    let trailing_space = bytes[last] == b' ';
    let unquotable = space_break || special;
    Analysis {
        multiline,
        separators,
        line_feeds,
        plain: !(indicators
            || multiline
            || leading_space
            || trailing_space
            || leading_break
            || trailing_break
            || break_space
            || unquotable),
        single_quoted: !(break_space || unquotable),
        block: !(trailing_space || unquotable),
    }
}

/// Whether U+2028 or U+2029 ends at `end`.
fn ends_separator(bytes: &[u8], end: usize) -> bool {
    end >= 3 && matches!(bytes.get(end - 3..end), Some([0xE2, 0x80, 0xA8 | 0xA9]))
}

fn starts_with_indicator(bytes: &[u8]) -> bool {
    match bytes[0] {
        b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
        | b'"' | b'%' | b'@' | b'`' => true,
        b'?' | b':' | b'-' if bytes.get(1).is_none_or(|next| matches!(next, b' ' | b'\t')) => true,
        _ => matches!(bytes.get(..3), Some(b"---" | b"...")),
    }
}
