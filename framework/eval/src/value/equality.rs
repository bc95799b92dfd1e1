//! Equality of values (`cty/value_ops.go`: `Equals`, `RawEquals`).

use super::{Data, Entries, Value};
use crate::types::Type;

impl Value {
    /// `self == other`: a bool, or unknown where that depends on what is
    /// unknown. Values of different types are unequal, nulls are equal.
    /// Sensitivity of either side, at any depth, is that of the result.
    #[must_use]
    pub fn equals(&self, other: &Self) -> Self {
        let sensitive = self.contains_sensitive() || other.contains_sensitive();
        let result = match self.compare_whole(other) {
            Some(equal) => Self::bool(equal),
            None => Self::unknown(Type::Bool),
        };
        result.or_sensitive(sensitive)
    }

    /// `None` where it depends on something unknown.
    fn compare_whole(&self, other: &Self) -> Option<bool> {
        match (&self.data, &other.data) {
            (Data::Unknown(_), Data::Unknown(_)) => return None,
            (Data::Unknown(unknown), _) => return compare_unknown(unknown, other),
            (_, Data::Unknown(unknown)) => return compare_unknown(unknown, self),
            (Data::Null(_), Data::Null(_)) => return Some(true),
            (Data::Null(_), _) | (_, Data::Null(_)) => return Some(false),
            (Data::Bool(a), Data::Bool(b)) => return Some(a == b),
            (Data::Number(a), Data::Number(b)) => return Some(a == b),
            (Data::String(a), Data::String(b)) => return Some(a == b),
            _ => {}
        }
        let (a, b) = (self.ty(), other.ty());
        if has_unknown_type(self) || has_unknown_type(other) {
            return if conforms(&a, &b) || conforms(&b, &a) {
                None
            } else {
                Some(false)
            };
        }
        if a != b {
            return Some(false);
        }
        self.compare_parts(other)
    }

    /// Compares values of one type.
    fn compare_parts(&self, other: &Self) -> Option<bool> {
        match (&self.data, &other.data) {
            (Data::Set(a), Data::Set(b)) => {
                if a.parts.unknown || b.parts.unknown {
                    return None;
                }
                compare_items(&a.items, &b.items)
            }
            (Data::List(a), Data::List(b)) | (Data::Tuple(a), Data::Tuple(b)) => {
                compare_items(&a.items, &b.items)
            }
            (Data::Map(a), Data::Map(b)) | (Data::Object(a), Data::Object(b)) => {
                compare_entries(&a.entries, &b.entries)
            }
            _ => self.compare_whole(other),
        }
    }

    /// Whether both are the same value of the same type, whatever their
    /// sensitivity; two unknown values of one type are the same
    /// (`RawEquals` of unmarked values).
    pub fn same_as(&self, other: &Self) -> bool {
        use Data::{Bool, List, Map, Null, Number, Object, Set, String, Tuple, Unknown};
        match (&self.data, &other.data) {
            (Null(a), Null(b)) | (Unknown(a), Unknown(b)) => a == b,
            (Bool(a), Bool(b)) => a == b,
            (Number(a), Number(b)) => a == b,
            (String(a), String(b)) => a == b,
            (List(a), List(b)) | (Set(a), Set(b)) | (Tuple(a), Tuple(b)) => {
                a.element == b.element
                    && a.items.len() == b.items.len()
                    && a.items.iter().zip(&b.items).all(|(a, b)| a.same_as(b))
            }
            (Map(a), Map(b)) | (Object(a), Object(b)) => {
                a.element == b.element
                    && a.entries.len() == b.entries.len()
                    && a.entries
                        .iter()
                        .zip(&b.entries)
                        .all(|(a, b)| a.0 == b.0 && a.1.same_as(&b.1))
            }
            _ => false,
        }
    }
}

/// The same as [`Value::same_as`], and sensitive in the same places.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.same_as(other) && same_marks(self, other)
    }
}

/// Whether two values of one shape are sensitive in the same places.
fn same_marks(a: &Value, b: &Value) -> bool {
    if !a.contains_sensitive() && !b.contains_sensitive() {
        return true;
    }
    let items = |v: &Value| v.items().unwrap_or_default().to_vec();
    let entries = |v: &Value| -> Vec<Value> {
        let entries = v.entries().into_iter().flatten();
        entries.map(|(_, value)| value.clone()).collect()
    };
    a.sensitive == b.sensitive
        && items(a)
            .iter()
            .zip(&items(b))
            .all(|(a, b)| same_marks(a, b))
        && entries(a)
            .iter()
            .zip(&entries(b))
            .all(|(a, b)| same_marks(a, b))
}

/// Compares an unknown value with a known one.
fn compare_unknown(unknown: &Type, known: &Value) -> Option<bool> {
    if known.is_null() || unknown.has_dynamic() || *unknown == known.ty() {
        None
    } else {
        Some(false)
    }
}

/// Whether even the type of some part is unknown.
fn has_unknown_type(value: &Value) -> bool {
    if value.is_wholly_known() {
        return false;
    }
    match &value.data {
        Data::Unknown(ty) => ty.has_dynamic(),
        Data::List(s) | Data::Set(s) | Data::Tuple(s) => s.items.iter().any(has_unknown_type),
        Data::Map(m) | Data::Object(m) => m.entries.iter().any(|(_, v)| has_unknown_type(v)),
        _ => false,
    }
}

/// Whether `got` is `want` where `want` leaves no part open.
fn conforms(got: &Type, want: &Type) -> bool {
    match (got, want) {
        (_, Type::Dynamic) => true,
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => conforms(a, b),
        (Type::Tuple(a), Type::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| conforms(a, b))
        }
        (Type::Object(a), Type::Object(b)) => {
            let (a, b) = (a.attributes(), b.attributes());
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|(a, b)| a.0 == b.0 && conforms(&a.1, &b.1))
        }
        _ => got == want,
    }
}

fn compare_items(a: &[Value], b: &[Value]) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    all(a.iter().zip(b).map(|(a, b)| a.compare_whole(b)))
}

fn compare_entries(a: &Entries, b: &Entries) -> Option<bool> {
    if a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.0 != b.0) {
        return Some(false);
    }
    all(a.iter().zip(b).map(|(a, b)| a.1.compare_whole(&b.1)))
}

/// The first that is not true decides.
fn all(mut results: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    results
        .find(|result| *result != Some(true))
        .unwrap_or(Some(true))
}
