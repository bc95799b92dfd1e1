//! The fields of a JSON object: a sorted list. A ledger holds hundreds of thousands
//! of objects of a few fields each, which a tree would give kilobytes each.

use smol_str::SmolStr;

use crate::json::Value;

/// The fields of an object, sorted bytewise by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Object(Vec<(SmolStr, Value)>);

impl Object {
    /// No fields.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0
            .binary_search_by(|(known, _)| known.as_str().cmp(name))
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.place(name).ok().map(|at| &self.0[at].1)
    }

    /// Sets a field; gives what it was before.
    pub fn insert(&mut self, name: impl Into<SmolStr>, value: Value) -> Option<Value> {
        let name = name.into();
        match self.place(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (name, value));
                None
            }
        }
    }

    /// Takes a field out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.place(name).ok().map(|at| self.0.remove(at).1)
    }

    /// Whether there are no fields.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many fields there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> + Clone {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Where a field stands in the order.
    pub(crate) fn index(&self, name: &str) -> Option<usize> {
        self.place(name).ok()
    }

    /// The field at a place in the order.
    pub(crate) fn at(&self, index: usize) -> Option<(&str, &Value)> {
        self.0
            .get(index)
            .map(|(name, value)| (name.as_str(), value))
    }
}

/// Of fields in any order; of two with one name the later counts.
impl<K: Into<SmolStr>> FromIterator<(K, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(fields: I) -> Self {
        let mut fields: Vec<(SmolStr, Value)> = fields
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect();
        if !fields.is_sorted_by(|(one, _), (other, _)| one < other) {
            fields.sort_by(|(one, _), (other, _)| one.cmp(other));
            // The later of two takes the place of the earlier.
            fields.dedup_by(|later, earlier| {
                let same = later.0 == earlier.0;
                if same {
                    std::mem::swap(later, earlier);
                }
                same
            });
        }
        Self(fields)
    }
}

impl<K: Into<SmolStr>, const N: usize> From<[(K, Value); N]> for Object {
    fn from(fields: [(K, Value); N]) -> Self {
        fields.into_iter().collect()
    }
}

/// Puts together the fields of an object as they are read.
#[derive(Debug)]
pub(crate) enum Building {
    /// All in order so far, as in everything that we write.
    Sorted(Vec<(SmolStr, Value)>),
    /// Others; as many as there are, each is placed in logarithmic time.
    Any(std::collections::BTreeMap<SmolStr, Value>),
}

impl Building {
    pub(crate) const fn new() -> Self {
        Self::Sorted(Vec::new())
    }

    /// Adds a field; says whether its name is new.
    pub(crate) fn add(&mut self, name: SmolStr, value: Value) -> bool {
        match self {
            Self::Sorted(fields) => {
                if fields.last().is_none_or(|(last, _)| *last < name) {
                    fields.push((name, value));
                    return true;
                }
                *self = Self::Any(std::mem::take(fields).into_iter().collect());
                self.add(name, value)
            }
            Self::Any(fields) => fields.insert(name, value).is_none(),
        }
    }

    pub(crate) fn finish(self) -> Object {
        match self {
            Self::Sorted(fields) => Object(fields),
            Self::Any(fields) => Object(fields.into_iter().collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_sorted_and_the_last_of_a_name_counts() {
        let fields = [("b", 1), ("a", 2), ("c", 3), ("a", 4), ("b", 5)];
        let fields = fields.map(|(name, number)| (name, Value::Int(number)));
        let mut object = Object::from(fields.clone());
        let listed: Vec<(&str, &Value)> = object.iter().collect();
        let (two, three, five) = (Value::Int(4), Value::Int(3), Value::Int(5));
        assert_eq!(listed, [("a", &two), ("b", &five), ("c", &three)]);
        let mut one_by_one = Object::new();
        for (name, value) in fields {
            one_by_one.insert(name, value);
        }
        assert_eq!(object, one_by_one);
        assert_eq!(object.remove("a"), Some(Value::Int(4)));
        assert_eq!((object.get("a"), object.len()), (None, 2));
    }
}
