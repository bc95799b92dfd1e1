//! Values: what an expression evaluates to.
//!
//! A [`Value`] is its [`Data`] and whether it is sensitive itself. Collections
//! are shared, so that a clone is cheap, and know whether anything in them is
//! sensitive or unknown, so that the common case needs no walk.
//!
//! Source of the model: the `cty` library (`cty/value.go`, `cty/marks.go`).

mod equality;
mod sets;

use std::sync::{Arc, OnceLock};

use smol_str::SmolStr;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::number::Number;
use crate::types::{ObjectType, Type, sort_last_wins};

/// A value. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Value {
    data: Data,
    sensitive: bool,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Data {
    /// `null`, of a type.
    Null(Type),
    /// Not known yet; of a type, [`Type::Dynamic`] if even that is not known.
    Unknown(Type),
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, in Unicode normal form C.
    String(SmolStr),
    /// `tolist([…])`: items of one type.
    List(Arc<Sequence>),
    /// `toset([…])`: items of one type in the order of the set, none twice.
    Set(Arc<Sequence>),
    /// `tomap({…})`: values of one type by key.
    Map(Arc<Mapping>),
    /// `[…]`: items of any types.
    Tuple(Arc<Sequence>),
    /// `{…}`: values of any types by name.
    Object(Arc<Mapping>),
}

/// What is known about the parts of a collection.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    sensitive: bool,
    unknown: bool,
}

impl Parts {
    fn of<'a>(values: impl Iterator<Item = &'a Value>) -> Self {
        values.fold(Self::default(), |parts, value| Self {
            sensitive: parts.sensitive || value.contains_sensitive(),
            unknown: parts.unknown || !value.is_wholly_known(),
        })
    }
}

/// The items of a list, set or tuple.
#[derive(Debug)]
pub struct Sequence {
    /// The type of each item; [`Type::Dynamic`] in tuples.
    element: Type,
    items: Vec<Value>,
    parts: Parts,
    /// The type as a whole; made when first asked for.
    ty: OnceLock<Type>,
}

/// Nulls and unknowns without a type take that of their collection.
fn adopt<'a>(element: &Type, values: impl Iterator<Item = &'a mut Value>) {
    if *element == Type::Dynamic {
        return;
    }
    for value in values {
        if let Data::Null(ty) | Data::Unknown(ty) = &mut value.data
            && *ty == Type::Dynamic
        {
            *ty = element.clone();
        }
    }
}

/// The element type of a collection whose items were not all of unknown type.
fn element_of<'a>(element: Type, mut items: impl Iterator<Item = &'a Value>) -> Type {
    if element != Type::Dynamic {
        return element;
    }
    items
        .find_map(|item| Some(item.ty()).filter(|ty| *ty != Type::Dynamic))
        .unwrap_or(element)
}

impl Sequence {
    fn new(element: Type, mut items: Vec<Value>) -> Arc<Self> {
        adopt(&element, items.iter_mut());
        Arc::new(Self {
            parts: Parts::of(items.iter()),
            element,
            items,
            ty: OnceLock::new(),
        })
    }

    /// The items.
    pub fn items(&self) -> &[Value] {
        &self.items
    }
}

/// The entries of a map or object, sorted by key.
#[derive(Debug)]
pub struct Mapping {
    /// The type of each value; [`Type::Dynamic`] in objects.
    element: Type,
    entries: Entries,
    parts: Parts,
    /// The type as a whole; made when first asked for.
    ty: OnceLock<Type>,
}

impl Mapping {
    fn new(element: Type, mut entries: Vec<(SmolStr, Value)>) -> Arc<Self> {
        sort_last_wins(&mut entries);
        adopt(&element, entries.iter_mut().map(|(_, value)| value));
        Arc::new(Self {
            parts: Parts::of(entries.iter().map(|(_, value)| value)),
            element,
            entries: Entries(entries),
            ty: OnceLock::new(),
        })
    }

    /// The entries.
    pub fn entries(&self) -> &Entries {
        &self.entries
    }
}

/// Values by key, sorted by key.
#[derive(Debug)]
pub struct Entries(Vec<(SmolStr, Value)>);

impl Entries {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0
            .binary_search_by(|(k, _)| k.as_str().cmp(key))
            .ok()
            .map(|at| &self.0[at].1)
    }

    /// Keys and values by key.
    pub fn iter(&self) -> std::slice::Iter<'_, (SmolStr, Value)> {
        self.0.iter()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = &'a (SmolStr, Value);
    type IntoIter = std::slice::Iter<'a, (SmolStr, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// Unicode normal form C, which strings and keys have.
pub(crate) fn normalise(text: SmolStr) -> SmolStr {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text
    } else {
        text.nfc().collect()
    }
}

impl From<Data> for Value {
    fn from(data: Data) -> Self {
        Self {
            data,
            sensitive: false,
        }
    }
}

/// Making values.
impl Value {
    /// A literal `null`.
    pub const NULL: Self = Self {
        data: Data::Null(Type::Dynamic),
        sensitive: false,
    };
    /// A value of which nothing is known.
    pub const UNKNOWN: Self = Self {
        data: Data::Unknown(Type::Dynamic),
        sensitive: false,
    };
    /// `true`
    pub const TRUE: Self = Self::bool(true);
    /// `false`
    pub const FALSE: Self = Self::bool(false);

    /// Null of a type.
    pub fn null(ty: Type) -> Self {
        Data::Null(ty).into()
    }

    /// Not known yet, of a type.
    pub fn unknown(ty: Type) -> Self {
        Data::Unknown(ty).into()
    }

    /// `true` or `false`.
    pub const fn bool(value: bool) -> Self {
        Self {
            data: Data::Bool(value),
            sensitive: false,
        }
    }

    /// A number.
    pub fn number(value: impl Into<Number>) -> Self {
        Data::Number(value.into()).into()
    }

    /// A string; it is put into Unicode normal form C.
    pub fn string(value: impl Into<SmolStr>) -> Self {
        Data::String(normalise(value.into())).into()
    }

    /// A list. Each item must be of the type `element`, or all of one type if
    /// that is [`Type::Dynamic`]: converting is the caller's.
    pub fn list(element: Type, items: Vec<Value>) -> Self {
        let element = element_of(element, items.iter());
        Data::List(Sequence::new(element, items)).into()
    }

    /// A set: items are put in order, repeats dropped; sensitivity of an item
    /// becomes that of the whole set. Items as in [`Value::list`].
    pub fn set(element: Type, items: Vec<Value>) -> Self {
        sets::set(element_of(element, items.iter()), items)
    }

    /// A map; of equal keys the last one counts. Values as in [`Value::list`].
    pub fn map(element: Type, entries: impl IntoIterator<Item = (SmolStr, Value)>) -> Self {
        let entries: Vec<_> = entries.into_iter().collect();
        let element = element_of(element, entries.iter().map(|(_, value)| value));
        Data::Map(Mapping::new(element, entries)).into()
    }

    /// A tuple, as `[…]` makes it.
    pub fn tuple(items: Vec<Value>) -> Self {
        Data::Tuple(Sequence::new(Type::Dynamic, items)).into()
    }

    /// An object, as `{…}` makes it; of equal names the last one counts.
    pub fn object(entries: impl IntoIterator<Item = (SmolStr, Value)>) -> Self {
        Data::Object(Mapping::new(Type::Dynamic, entries.into_iter().collect())).into()
    }

    /// A list of strings.
    pub fn string_list(items: impl IntoIterator<Item = impl Into<SmolStr>>) -> Self {
        Self::list(Type::String, items.into_iter().map(Self::string).collect())
    }
}

/// Looking into values. None of these look at sensitivity.
impl Value {
    /// What it is.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Its type. Cheap: shared and made once.
    pub fn ty(&self) -> Type {
        match &self.data {
            Data::Null(ty) | Data::Unknown(ty) => ty.clone(),
            Data::Bool(_) => Type::Bool,
            Data::Number(_) => Type::Number,
            Data::String(_) => Type::String,
            Data::List(list) => list
                .ty
                .get_or_init(|| Type::list(list.element.clone()))
                .clone(),
            Data::Set(set) => set
                .ty
                .get_or_init(|| Type::set(set.element.clone()))
                .clone(),
            Data::Map(map) => map
                .ty
                .get_or_init(|| Type::map(map.element.clone()))
                .clone(),
            Data::Tuple(tuple) => tuple
                .ty
                .get_or_init(|| Type::tuple(tuple.items.iter().map(Self::ty)))
                .clone(),
            Data::Object(object) => object
                .ty
                .get_or_init(|| {
                    let attributes = object.entries.iter().map(|(k, v)| (k.clone(), v.ty()));
                    Type::Object(Arc::new(ObjectType::new(attributes)))
                })
                .clone(),
        }
    }

    /// The element type of a list, set or map value.
    pub fn element_type(&self) -> Option<&Type> {
        match &self.data {
            Data::List(s) | Data::Set(s) => Some(&s.element),
            Data::Map(m) => Some(&m.element),
            Data::Null(ty) | Data::Unknown(ty) => ty.element(),
            _ => None,
        }
    }

    /// Whether it is null, of any type.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null(_))
    }

    /// Whether it is known; its parts may still be unknown.
    pub fn is_known(&self) -> bool {
        !matches!(self.data, Data::Unknown(_))
    }

    /// Whether it and all its parts are known.
    pub fn is_wholly_known(&self) -> bool {
        match &self.data {
            Data::Unknown(_) => false,
            Data::List(s) | Data::Set(s) | Data::Tuple(s) => !s.parts.unknown,
            Data::Map(m) | Data::Object(m) => !m.parts.unknown,
            _ => true,
        }
    }

    /// The bool.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.data {
            Data::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number.
    pub fn as_number(&self) -> Option<&Number> {
        match &self.data {
            Data::Number(value) => Some(value),
            _ => None,
        }
    }

    /// The string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(value) => Some(value),
            _ => None,
        }
    }

    /// The items of a list, set or tuple.
    pub fn items(&self) -> Option<&[Value]> {
        match &self.data {
            Data::List(s) | Data::Set(s) | Data::Tuple(s) => Some(&s.items),
            _ => None,
        }
    }

    /// The entries of a map or object.
    pub fn entries(&self) -> Option<&Entries> {
        match &self.data {
            Data::Map(m) | Data::Object(m) => Some(&m.entries),
            _ => None,
        }
    }

    /// How many items or entries a known collection, tuple or object has.
    pub fn length(&self) -> Option<usize> {
        match &self.data {
            Data::List(s) | Data::Set(s) | Data::Tuple(s) => Some(s.items.len()),
            Data::Map(m) | Data::Object(m) => Some(m.entries.len()),
            _ => None,
        }
    }

    /// Keys and values in the order Terraform iterates: positions of a list or
    /// tuple, keys of a map or object, the items themselves of a set. `None` if
    /// it cannot be iterated (or is null or unknown).
    pub fn elements(&self) -> Option<Vec<(Value, Value)>> {
        Some(match &self.data {
            Data::List(s) | Data::Tuple(s) => s
                .items
                .iter()
                .enumerate()
                .map(|(at, item)| (Self::number(at), item.clone()))
                .collect(),
            Data::Set(s) => s.items.iter().map(|i| (i.clone(), i.clone())).collect(),
            Data::Map(m) | Data::Object(m) => m
                .entries
                .iter()
                .map(|(k, v)| (Data::String(k.clone()).into(), v.clone()))
                .collect(),
            _ => return None,
        })
    }
}

/// Sensitivity.
impl Value {
    /// Whether the value itself is sensitive; its parts may be when it is not.
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }

    /// Whether it or any of its parts is sensitive.
    pub fn contains_sensitive(&self) -> bool {
        self.sensitive
            || match &self.data {
                Data::List(s) | Data::Set(s) | Data::Tuple(s) => s.parts.sensitive,
                Data::Map(m) | Data::Object(m) => m.parts.sensitive,
                _ => false,
            }
    }

    /// The same value, sensitive if it already is or `sensitive` says so.
    #[must_use]
    pub fn or_sensitive(mut self, sensitive: bool) -> Self {
        self.sensitive |= sensitive;
        self
    }

    /// The value without its own sensitivity, and whether it had it.
    pub fn unmark(mut self) -> (Self, bool) {
        let sensitive = std::mem::take(&mut self.sensitive);
        (self, sensitive)
    }

    /// The value without any sensitivity, and whether there was some.
    pub fn unmark_deep(self) -> (Self, bool) {
        if !self.contains_sensitive() {
            return (self, false);
        }
        let items = |s: &Sequence| -> Arc<Sequence> {
            let items = s.items.iter().map(|i| i.clone().unmark_deep().0).collect();
            Sequence::new(s.element.clone(), items)
        };
        let entries = |m: &Mapping| -> Arc<Mapping> {
            let entries = m
                .entries
                .iter()
                .map(|(k, v)| (k.clone(), v.clone().unmark_deep().0));
            Mapping::new(m.element.clone(), entries.collect())
        };
        let data = match self.data {
            Data::List(s) if s.parts.sensitive => Data::List(items(&s)),
            Data::Set(s) if s.parts.sensitive => Data::Set(items(&s)),
            Data::Tuple(s) if s.parts.sensitive => Data::Tuple(items(&s)),
            Data::Map(m) if m.parts.sensitive => Data::Map(entries(&m)),
            Data::Object(m) if m.parts.sensitive => Data::Object(entries(&m)),
            data => data,
        };
        (data.into(), true)
    }
}

#[cfg(test)]
#[path = "value/value_tests.rs"]
mod tests;
