//! Defaults of optional attributes (`ext/typeexpr/defaults.go` of HCL).

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::convert::{convert, unify};
use crate::types::Type;
use crate::value::{Data, Value};

/// The defaults that a type constraint gives to absent or null attributes.
#[derive(Debug, Clone)]
pub struct Defaults(Kind);

#[derive(Debug, Clone)]
enum Kind {
    /// For the attributes of an object.
    Attributes {
        values: BTreeMap<SmolStr, Value>,
        children: BTreeMap<SmolStr, Defaults>,
    },
    /// For some positions of a tuple.
    Positions(BTreeMap<usize, Defaults>),
    /// For every element of a list, set or map.
    Elements(Box<Defaults>),
}

impl Defaults {
    pub(super) fn of_attributes(
        values: BTreeMap<SmolStr, Value>,
        children: BTreeMap<SmolStr, Self>,
    ) -> Option<Self> {
        let any = !values.is_empty() || !children.is_empty();
        any.then_some(Self(Kind::Attributes { values, children }))
    }

    pub(super) fn of_positions(children: BTreeMap<usize, Self>) -> Option<Self> {
        (!children.is_empty()).then_some(Self(Kind::Positions(children)))
    }

    pub(super) fn of_elements(child: Self) -> Self {
        Self(Kind::Elements(Box::new(child)))
    }

    fn for_position(&self, at: usize) -> Option<&Self> {
        match &self.0 {
            Kind::Positions(children) => children.get(&at),
            Kind::Elements(child) => Some(child),
            Kind::Attributes { .. } => None,
        }
    }

    fn for_key(&self, key: &str) -> Option<&Self> {
        match &self.0 {
            Kind::Attributes { children, .. } => children.get(key),
            Kind::Elements(child) => Some(child),
            Kind::Positions(_) => None,
        }
    }

    /// The value with defaults in the place of absent and null attributes. Done
    /// before the conversion; null and unknown values stay as they are.
    #[must_use]
    pub fn apply(&self, value: &Value) -> Value {
        let result = match value.data() {
            Data::List(_) | Data::Set(_) | Data::Tuple(_) => self.apply_to_items(value),
            Data::Map(_) | Data::Object(_) => self.apply_to_entries(value),
            _ => return value.clone(),
        };
        result.or_sensitive(value.is_sensitive())
    }

    fn apply_to_items(&self, value: &Value) -> Value {
        let items: Vec<Value> = value
            .items()
            .unwrap_or_default()
            .iter()
            .enumerate()
            .map(|(at, item)| match self.for_position(at) {
                Some(child) => child.apply(item),
                None => item.clone(),
            })
            .collect();
        match value.data() {
            Data::List(_) | Data::Set(_) if items.is_empty() => value.clone(),
            Data::List(_) => match unified(&items) {
                Some((element, items)) => Value::list(element, items),
                None => Value::tuple(items),
            },
            Data::Set(_) => match unified(&items) {
                Some((element, items)) => Value::set(element, items),
                None => Value::tuple(items),
            },
            _ => Value::tuple(items),
        }
    }

    fn apply_to_entries(&self, value: &Value) -> Value {
        let mut entries: BTreeMap<SmolStr, Value> = value
            .entries()
            .into_iter()
            .flatten()
            .map(|(key, item)| {
                let item = match self.for_key(key) {
                    Some(child) => child.apply(item),
                    None => item.clone(),
                };
                (key.clone(), item)
            })
            .collect();
        if let Kind::Attributes { values, children } = &self.0 {
            for (name, default) in values {
                if entries.get(name).is_some_and(|given| !given.is_null()) {
                    continue;
                }
                let default = match children.get(name) {
                    Some(child) => child.apply(default),
                    None => default.clone(),
                };
                entries.insert(name.clone(), default);
            }
        }
        if let Data::Map(_) = value.data() {
            if entries.is_empty() {
                return value.clone();
            }
            let (keys, items): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
            return match unified(&items) {
                Some((element, items)) => Value::map(element, keys.into_iter().zip(items)),
                None => Value::object(keys.into_iter().zip(items)),
            };
        }
        Value::object(entries)
    }
}

/// The items as one type, if they have one in common.
fn unified(items: &[Value]) -> Option<(Type, Vec<Value>)> {
    let types: Vec<Type> = items.iter().map(Value::ty).collect();
    let element = unify(&types)?;
    let items: Result<Vec<Value>, String> =
        items.iter().map(|item| convert(item, &element)).collect();
    Some((element, items.ok()?))
}
