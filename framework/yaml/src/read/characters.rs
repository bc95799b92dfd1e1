//! The characters that go-yaml accepts (`readerc.go`).

use std::ops::Range;

use super::error::{ReadError, ReadResult};
use crate::codes;

/// How many bytes are looked at in one step.
const STEP: usize = 4096;

/// Refuses control characters other than tab, line feed, carriage return and
/// NEL, and the non-characters U+FFFE and U+FFFF.
pub(super) fn check(text: &str, range: Range<usize>) -> ReadResult<()> {
    let bytes = &text.as_bytes()[range.clone()];
    for (step, chunk) in bytes.chunks(STEP).enumerate() {
        // Without branches, so that it is done many bytes at a time.
        let suspicious = chunk.iter().fold(false, |found, &byte| {
            let control = (byte < 0x20) & (byte != b'\t') & (byte != b'\n') & (byte != b'\r');
            found | control | (byte == 0x7F) | (byte == 0xC2) | (byte == 0xEF)
        });
        if suspicious && let Some(at) = find(bytes, step * STEP, chunk.len()) {
            let start = range.start + at;
            let character = text[start..].chars().next().unwrap_or_default();
            return Err(ReadError::new(
                &codes::CHARACTER,
                format!(
                    "control characters are not allowed (U+{:04X})",
                    u32::from(character)
                ),
                start,
                start + character.len_utf8(),
            ));
        }
    }
    Ok(())
}

fn find(bytes: &[u8], from: usize, len: usize) -> Option<usize> {
    (from..from + len).find(|&at| match bytes[at] {
        b'\t' | b'\n' | b'\r' => false,
        0..0x20 | 0x7F => true,
        0xC2 => bytes
            .get(at + 1)
            .is_some_and(|next| (0x80..0xA0).contains(next) && *next != 0x85),
        0xEF => matches!(bytes.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])),
        _ => false,
    })
}
