//! Known values that are quick to find again.

use std::collections::BTreeMap;

use crate::value::{Data, Value};

/// Values by fingerprint; equal values have equal fingerprints.
#[derive(Default)]
pub(super) struct Members<'a>(BTreeMap<u64, Vec<&'a Value>>);

impl<'a> Members<'a> {
    /// Adds a value; false if an equal one is there.
    pub(super) fn insert(&mut self, value: &'a Value) -> bool {
        let bucket = self.0.entry(fingerprint(value)).or_default();
        if bucket.iter().any(|other| is_equal(other, value)) {
            return false;
        }
        bucket.push(value);
        true
    }

    pub(super) fn contains(&self, value: &Value) -> bool {
        self.0
            .get(&fingerprint(value))
            .is_some_and(|bucket| bucket.iter().any(|other| is_equal(other, value)))
    }
}

impl<'a> FromIterator<&'a Value> for Members<'a> {
    fn from_iter<T: IntoIterator<Item = &'a Value>>(values: T) -> Self {
        let mut members = Self::default();
        for value in values {
            members.insert(value);
        }
        members
    }
}

fn is_equal(a: &Value, b: &Value) -> bool {
    a.equals(b).as_bool() == Some(true)
}

/// FNV-1a over what equality looks at. Numbers enter as machine floats, because
/// equal numbers may differ in precision.
fn fingerprint(value: &Value) -> u64 {
    fn add(hash: u64, bytes: &[u8]) -> u64 {
        bytes.iter().fold(hash, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
        })
    }
    fn walk(hash: u64, value: &Value) -> u64 {
        match value.data() {
            Data::Null(_) | Data::Unknown(_) => add(hash, b"n"),
            Data::Bool(value) => add(hash, &[u8::from(*value)]),
            // Zero has two signs.
            Data::Number(number) => add(hash, &(number.to_f64() + 0.0).to_bits().to_le_bytes()),
            Data::String(text) => add(add(hash, text.as_bytes()), b"\0"),
            Data::List(items) | Data::Set(items) | Data::Tuple(items) => {
                let hash = add(hash, &items.items().len().to_le_bytes());
                items.items().iter().fold(hash, walk)
            }
            Data::Map(entries) | Data::Object(entries) => {
                let hash = add(hash, &entries.entries().len().to_le_bytes());
                entries.entries().iter().fold(hash, |hash, (key, value)| {
                    walk(add(hash, key.as_bytes()), value)
                })
            }
        }
    }
    walk(0xcbf2_9ce4_8422_2325, value)
}
