//! Bytes to text as Go's `encoding/json` does it.

/// The text with each byte that is not part of valid UTF-8 replaced by U+FFFD.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|_| text.push('\u{FFFD}'));
    }
    text
}
