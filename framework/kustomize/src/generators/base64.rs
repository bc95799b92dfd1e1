//! Base64 as kyaml wraps it (`kyaml/yaml/datamap.go`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Characters in a line.
const LINE: usize = 70;

/// One line without a line break, or several that all end with one.
pub(super) fn encode(bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    if encoded.len() < LINE {
        return encoded;
    }
    let mut wrapped = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(LINE.min(rest.len()));
        wrapped.push_str(line);
        wrapped.push('\n');
        rest = after;
    }
    wrapped
}
