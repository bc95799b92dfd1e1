//! Bytes of a file to text (`readerc.go` of go-yaml).

use terrace_diag::Diagnostic;

use crate::codes;

/// The text of a YAML file: UTF-8, or UTF-16 with a byte order mark. A mark of
/// UTF-8 stays (the reader goes over it), so that places in the text are places
/// in the file.
///
/// # Errors
///
/// Bytes that are neither; the message names the line.
pub fn decode(bytes: Vec<u8>) -> Result<String, Diagnostic> {
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let bytes = error.as_bytes();
            let line = 1 + bytes[..valid].iter().filter(|byte| **byte == b'\n').count();
            let byte = bytes.get(valid).copied().unwrap_or_default();
            refuse(format!(
                "the file is not UTF-8: byte 0x{byte:02X} in line {line}"
            ))
        }),
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Diagnostic> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err(refuse("the file ends inside a UTF-16 character"));
    }
    char::decode_utf16(pairs.map(|pair| unit([pair[0], pair[1]])))
        .collect::<Result<String, _>>()
        .map_err(|_| refuse("the file has a UTF-16 surrogate without its partner"))
}

fn refuse(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(&codes::ENCODING, message).help("save the file as UTF-8")
}
