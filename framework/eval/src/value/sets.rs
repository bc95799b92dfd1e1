//! Sets: membership and order (`cty/set_internals.go`).

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Data, Sequence, Value};
use crate::functions::quote;
use crate::types::Type;

pub(super) fn set(element: Type, items: Vec<Value>) -> Value {
    let mut sensitive = false;
    let mut items: Vec<Value> = items
        .into_iter()
        .map(|item| {
            let (item, marked) = item.unmark_deep();
            sensitive |= marked;
            item
        })
        .collect();
    if element.is_primitive() && items.iter().all(Value::is_known) {
        items.sort_by(compare);
        items.dedup_by(|a, b| compare(a, b) == Ordering::Equal);
    } else {
        items = distinct(items);
    }
    Value::from(Data::Set(Sequence::new(element, items))).or_sensitive(sensitive)
}

/// Order of known primitive values and nulls: null last.
fn compare(a: &Value, b: &Value) -> Ordering {
    match (a.data(), b.data()) {
        (Data::Null(_), Data::Null(_)) => Ordering::Equal,
        (Data::Null(_), _) => Ordering::Greater,
        (_, Data::Null(_)) => Ordering::Less,
        (Data::Bool(a), Data::Bool(b)) => a.cmp(b),
        (Data::Number(a), Data::Number(b)) => a.cmp(b),
        (Data::String(a), Data::String(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}

/// Items of other types, ordered by their hash text: values, nulls, unknowns.
/// Two unknown values are never the same member.
fn distinct(items: Vec<Value>) -> Vec<Value> {
    let mut by_hash: BTreeMap<(u8, String), Vec<Value>> = BTreeMap::new();
    for item in items {
        let rank = match item.data() {
            Data::Null(_) => 1,
            Data::Unknown(_) => 2,
            _ => 0,
        };
        let mut hash = String::new();
        append_hash(&item, &mut hash);
        let bucket = by_hash.entry((rank, hash)).or_default();
        let known = item.is_wholly_known();
        if !(known && bucket.iter().any(|other| other.same_as(&item))) {
            bucket.push(item);
        }
    }
    by_hash.into_values().flatten().collect()
}

fn append_hash(value: &Value, out: &mut String) {
    match value.data() {
        Data::Unknown(_) => out.push('?'),
        Data::Null(_) => out.push('~'),
        Data::Number(number) => out.push_str(&number.to_general()),
        Data::Bool(true) => out.push('T'),
        Data::Bool(false) => out.push('F'),
        Data::String(text) => out.push_str(&quote(text)),
        Data::Map(map) => {
            out.push('{');
            for (key, value) in map.entries() {
                out.push_str(&quote(key));
                out.push(':');
                append_hash(value, out);
                out.push(';');
            }
            out.push('}');
        }
        Data::Object(object) => {
            out.push('<');
            for (_, value) in object.entries() {
                append_hash(value, out);
                out.push(';');
            }
            out.push('>');
        }
        Data::List(sequence) | Data::Set(sequence) => {
            out.push('[');
            for item in sequence.items() {
                append_hash(item, out);
                out.push(';');
            }
            out.push(']');
        }
        Data::Tuple(sequence) => {
            out.push('<');
            for item in sequence.items() {
                append_hash(item, out);
                out.push(';');
            }
            out.push('>');
        }
    }
}
