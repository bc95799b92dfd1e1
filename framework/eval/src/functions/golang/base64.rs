//! Base64 as Go's `base64.StdEncoding` reads and writes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// With padding, without line breaks.
pub(in crate::functions) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads base64: line breaks are skipped anywhere, padding is required, bits
/// that do not matter may be set. The error is the offset of the first symbol
/// at fault (`base64.CorruptInputError`).
pub(in crate::functions) fn decode(text: &str) -> Result<Vec<u8>, usize> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let mut at = 0;
    loop {
        let mut digits = [0u8; 4];
        let mut count = 0;
        while count < 4 {
            let Some(&byte) = bytes.get(at) else {
                return match count {
                    0 => Ok(out),
                    // The padding is missing.
                    _ => Err(at - count),
                };
            };
            at += 1;
            match byte {
                b'\r' | b'\n' => {}
                b'=' => return finish(bytes, at, &digits[..count], out),
                _ => match digit(byte) {
                    Some(digit) => {
                        digits[count] = digit;
                        count += 1;
                    }
                    None => return Err(at - 1),
                },
            }
        }
        let [a, b, c, d] = digits;
        out.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
    }
}

/// The padding: `at` is behind its first sign.
fn finish(bytes: &[u8], mut at: usize, digits: &[u8], mut out: Vec<u8>) -> Result<Vec<u8>, usize> {
    let skip = |mut at: usize| {
        while matches!(bytes.get(at), Some(b'\r' | b'\n')) {
            at += 1;
        }
        at
    };
    match *digits {
        [a, b] => {
            at = skip(at);
            match bytes.get(at) {
                None => return Err(bytes.len()),
                Some(b'=') => at += 1,
                Some(_) => return Err(at - 1),
            }
            out.push(a << 2 | b >> 4);
        }
        [a, b, c] => out.extend([a << 2 | b >> 4, b << 4 | c >> 2]),
        _ => return Err(at - 1),
    }
    at = skip(at);
    if at < bytes.len() { Err(at) } else { Ok(out) }
}

fn digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_reads() {
        assert_eq!(decode("YWJj\nZA==").as_deref(), Ok(&b"abcd"[..]));
        assert_eq!(decode("YWJjZB==").as_deref(), Ok(&b"abcd"[..]));
        for (text, offset) in [
            ("YWJjZA", 4),
            ("YWJjZA=", 7),
            ("YW-j", 2),
            ("YQ==YQ==", 4),
            ("YQ=a", 2),
            ("=", 0),
        ] {
            assert_eq!(decode(text), Err(offset), "{text}");
        }
    }
}
