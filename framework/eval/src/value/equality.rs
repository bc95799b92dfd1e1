//! Equality of values (`cty/value_ops.go`: `Equals`, `RawEquals`).

use super::{Data, Entries, Value};

impl Value {
    /// `self == other`: a bool, or unknown where that depends on what is
    /// unknown. Values of different types are unequal, nulls are equal.
    /// Sensitivity of either side, at any depth, is that of the result.
    #[must_use]
    pub fn equals(&self, other: &Self) -> Self {
        let sensitive = self.contains_sensitive() || other.contains_sensitive();
        let result = match self.compare_deep(other) {
            Some(equal) => Self::bool(equal),
            None => Self::unknown(crate::types::Type::Bool),
        };
        result.or_sensitive(sensitive)
    }

    /// `None` where it depends on something unknown.
    fn compare_deep(&self, other: &Self) -> Option<bool> {
        use Data::{Bool, List, Map, Null, Number, Object, Set, String, Tuple, Unknown};
        match (&self.data, &other.data) {
            (Null(_), Null(_)) => Some(true),
            (Unknown(_), _) | (_, Unknown(_)) => self
                .types_may_match(other)
                .then_some(())
                .map_or(Some(false), |()| None),
            (Null(_), _) | (_, Null(_)) => Some(false),
            (Bool(a), Bool(b)) => Some(a == b),
            (Number(a), Number(b)) => Some(a == b),
            (String(a), String(b)) => Some(a == b),
            (List(a), List(b)) => {
                if a.element != b.element && !a.parts.unknown && !b.parts.unknown {
                    return Some(false);
                }
                compare_items(&a.items, &b.items)
            }
            (Tuple(a), Tuple(b)) => {
                if !self.is_wholly_known() || !other.is_wholly_known() {
                    return compare_items(&a.items, &b.items);
                }
                Some(self.ty() == other.ty() && compare_items(&a.items, &b.items)?)
            }
            (Set(a), Set(b)) => {
                if a.parts.unknown || b.parts.unknown {
                    return None;
                }
                if a.element != b.element {
                    return Some(false);
                }
                compare_items(&a.items, &b.items)
            }
            (Map(a), Map(b)) => {
                if a.element != b.element && !a.parts.unknown && !b.parts.unknown {
                    return Some(false);
                }
                compare_entries(&a.entries, &b.entries)
            }
            (Object(a), Object(b)) => {
                if self.is_wholly_known() && other.is_wholly_known() && self.ty() != other.ty() {
                    return Some(false);
                }
                compare_entries(&a.entries, &b.entries)
            }
            _ => Some(false),
        }
    }

    fn types_may_match(&self, other: &Self) -> bool {
        let (a, b) = (self.ty(), other.ty());
        a == b || a.has_dynamic() || b.has_dynamic()
    }

    /// Whether both are the same known value of the same type, whatever their
    /// sensitivity (`RawEquals` of unmarked values).
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

/// The same as [`Value::same_as`], and sensitive in the same places: for tests.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        fn marks(value: &Value, out: &mut Vec<bool>) {
            out.push(value.sensitive);
            for item in value.items().unwrap_or_default() {
                marks(item, out);
            }
            for (_, item) in value.entries().into_iter().flatten() {
                marks(item, out);
            }
        }
        if !self.same_as(other) {
            return false;
        }
        if !self.contains_sensitive() && !other.contains_sensitive() {
            return true;
        }
        let (mut a, mut b) = (Vec::new(), Vec::new());
        marks(self, &mut a);
        marks(other, &mut b);
        a == b
    }
}

fn compare_items(a: &[Value], b: &[Value]) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    all(a.iter().zip(b).map(|(a, b)| a.compare_deep(b)))
}

fn compare_entries(a: &Entries, b: &Entries) -> Option<bool> {
    if a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.0 != b.0) {
        return Some(false);
    }
    all(a.iter().zip(b).map(|(a, b)| a.1.compare_deep(&b.1)))
}

/// False if any is false, else unknown if any is unknown.
fn all(results: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut unknown = false;
    for result in results {
        match result {
            Some(true) => {}
            Some(false) => return Some(false),
            None => unknown = true,
        }
    }
    if unknown { None } else { Some(true) }
}
