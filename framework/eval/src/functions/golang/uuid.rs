//! UUIDs as `github.com/google/uuid` reads and makes them.

use sha1::{Digest as _, Sha1};

use super::quote::quote;

/// Reads a UUID in its four usual forms.
pub(in crate::functions) fn parse(text: &str) -> Result<[u8; 16], String> {
    let invalid = || "invalid UUID format".to_owned();
    let bytes = text.as_bytes();
    let plain = match bytes.len() {
        36 => bytes,
        // urn:uuid:…
        45 => {
            if !text
                .get(..9)
                .is_some_and(|p| p.eq_ignore_ascii_case("urn:uuid:"))
            {
                let prefix = String::from_utf8_lossy(&bytes[..9]);
                return Err(format!("invalid urn prefix: {}", quote(&prefix)));
            }
            &bytes[9..]
        }
        // {…}
        38 => &bytes[1..],
        32 => return hexadecimal(bytes.iter().copied()).ok_or_else(invalid),
        length => return Err(format!("invalid UUID length: {length}")),
    };
    if [8, 13, 18, 23].iter().any(|at| plain[*at] != b'-') {
        return Err(invalid());
    }
    let digits = plain[..36]
        .iter()
        .enumerate()
        .filter(|(at, _)| ![8, 13, 18, 23].contains(at))
        .map(|(_, byte)| *byte);
    hexadecimal(digits).ok_or_else(invalid)
}

fn hexadecimal(mut digits: impl Iterator<Item = u8>) -> Option<[u8; 16]> {
    let mut out = [0; 16];
    for byte in &mut out {
        for _ in 0..2 {
            *byte = *byte << 4 | char::from(digits.next()?).to_digit(16)? as u8;
        }
    }
    Some(out)
}

/// The name-based UUID of version 5 (RFC 9562).
pub(in crate::functions) fn v5(namespace: [u8; 16], name: &[u8]) -> String {
    let hash = Sha1::new()
        .chain_update(namespace)
        .chain_update(name)
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}
