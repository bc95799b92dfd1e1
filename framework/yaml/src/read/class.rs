//! Classes of bytes, by table: scanning is bound by these tests.

/// Space or tab.
pub(crate) const BLANK: u8 = 1;
/// Line feed or carriage return.
pub(crate) const BREAK: u8 = 2;
/// First byte of NEL (C2 85), LS or PS (E2 80 A8/A9), or of other characters.
pub(crate) const LEAD: u8 = 4;
/// Ends a plain scalar in a flow collection: `, ? [ ] { }`.
pub(crate) const FLOW: u8 = 8;
/// Letters, digits, `_`, `-`: libyaml's `IS_ALPHA`.
pub(crate) const WORD: u8 = 16;
/// `:`
pub(crate) const COLON: u8 = 32;
/// `"` or `\`
pub(crate) const DOUBLE: u8 = 64;
/// `'`
pub(crate) const SINGLE: u8 = 128;

/// The classes of each byte.
pub(crate) static CLASS: [u8; 256] = table();

const fn table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' | b'\t' => BLANK,
            b'\n' | b'\r' => BREAK,
            0xC2 | 0xE2 => LEAD,
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => FLOW,
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' => WORD,
            b':' => COLON,
            b'"' | b'\\' => DOUBLE,
            b'\'' => SINGLE,
            _ => 0,
        };
        byte += 1;
    }
    table
}

/// Whether the byte is of one of the classes in `mask`.
pub(crate) fn is(byte: u8, mask: u8) -> bool {
    CLASS[byte as usize] & mask != 0
}
