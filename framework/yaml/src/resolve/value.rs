//! What a scalar means.

use std::borrow::Cow;

use crate::Tag;

/// A typed scalar.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number beyond `i64`.
    Uint(u64),
    /// A whole number beyond `u64`, in decimal digits; only from
    /// [`super::core`], the others make a float of it.
    BigInt(Cow<'a, str>),
    /// A number.
    Float(f64),
    /// A text.
    Str(Cow<'a, str>),
    /// A time, in the form of RFC 3339 that Go gives it.
    Timestamp(String),
    /// Bytes, from `!!binary`.
    Binary(Vec<u8>),
    /// The plain `<<`.
    Merge,
}

impl Value<'_> {
    /// The tag of the type.
    pub fn tag(&self) -> Tag {
        match self {
            Self::Null => Tag::Null,
            Self::Bool(_) => Tag::Bool,
            Self::Int(_) | Self::Uint(_) | Self::BigInt(_) => Tag::Int,
            Self::Float(_) => Tag::Float,
            Self::Str(_) => Tag::Str,
            Self::Timestamp(_) => Tag::Timestamp,
            Self::Binary(_) => Tag::Binary,
            Self::Merge => Tag::Merge,
        }
    }
}
