//! Byte classes of the lexer.

const fn table(first: bool) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphabetic()
            || b == b'_'
            // The first byte of a character past ASCII may begin a name.
            || (first && b >= 0xC2)
            || (!first && (b.is_ascii_digit() || b == b'-'));
        byte += 1;
    }
    table
}

/// Bytes that may begin a name.
pub(super) static IDENT_START: [bool; 256] = table(true);

/// ASCII bytes that may continue a name.
pub(super) static IDENT_CONTINUE: [bool; 256] = table(false);

const fn text_stops(quoted: bool) -> [bool; 256] {
    let mut table = [false; 256];
    table[b'$' as usize] = true;
    table[b'%' as usize] = true;
    table[b'\n' as usize] = true;
    table[b'\r' as usize] = true;
    if quoted {
        table[b'"' as usize] = true;
        table[b'\\' as usize] = true;
    }
    table
}

/// Bytes at which plain text in quotes stops.
pub(super) static QUOTED_STOPS: [bool; 256] = text_stops(true);

/// Bytes at which plain text in a heredoc or bare template stops.
pub(super) static TEXT_STOPS: [bool; 256] = text_stops(false);
