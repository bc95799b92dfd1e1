//! Names of objects.

use std::fmt;
use std::str::FromStr;

/// The full hexadecimal name of an object: 40 digits, or 64 in a repository
/// that uses SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(Box<str>);

impl ObjectId {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first twelve digits, for people.
    pub fn short(&self) -> &str {
        &self.0[..12]
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text that is not a full object name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a full object name")]
pub struct NotAnId(pub String);

impl FromStr for ObjectId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let digits = text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let zero = text.bytes().all(|byte| byte == b'0');
        if digits && !zero && matches!(text.len(), 40 | 64) {
            Ok(Self(text.into()))
        } else {
            Err(NotAnId(text.chars().take(80).collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_full_names_only() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(
            id.parse::<ObjectId>().map(|id| id.to_string()),
            Ok(id.to_owned())
        );
        for wrong in [
            "",
            "abc",
            "HEAD",
            &id.to_uppercase(),
            &"0".repeat(40),
            &"é".repeat(20),
        ] {
            assert!(wrong.parse::<ObjectId>().is_err(), "{wrong}");
        }
    }
}
