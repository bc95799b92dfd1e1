//! The types of Terraform's values, as the `cty` library defines them.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

/// A type. Cloning is cheap: inner types are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Any type: `any` in a constraint, the type of a literal `null` and of a
    /// value about which nothing is known (`cty.DynamicPseudoType`).
    Dynamic,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `list(T)`
    List(Arc<Type>),
    /// `set(T)`
    Set(Arc<Type>),
    /// `map(T)`
    Map(Arc<Type>),
    /// `tuple([T, U])`
    Tuple(Arc<[Type]>),
    /// `object({ a = T })`
    Object(Arc<ObjectType>),
}

/// The attributes of an object type, sorted by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObjectType {
    attributes: Vec<(SmolStr, Type)>,
    /// Names that may be absent; only in constraints, never in a value's type.
    optional: BTreeSet<SmolStr>,
}

impl ObjectType {
    /// An object type; of attributes given twice the last one counts.
    pub fn new(attributes: impl IntoIterator<Item = (SmolStr, Type)>) -> Self {
        Self::with_optional(attributes, BTreeSet::new())
    }

    /// An object type some of whose attributes may be absent.
    pub fn with_optional(
        attributes: impl IntoIterator<Item = (SmolStr, Type)>,
        optional: BTreeSet<SmolStr>,
    ) -> Self {
        let mut attributes: Vec<_> = attributes.into_iter().collect();
        sort_last_wins(&mut attributes);
        Self {
            attributes,
            optional,
        }
    }

    /// Names and types, by name.
    pub fn attributes(&self) -> &[(SmolStr, Type)] {
        &self.attributes
    }

    /// The type of one attribute.
    pub fn get(&self, name: &str) -> Option<&Type> {
        self.attributes
            .binary_search_by(|(n, _)| n.as_str().cmp(name))
            .ok()
            .map(|at| &self.attributes[at].1)
    }

    /// Whether the attribute may be absent.
    pub fn is_optional(&self, name: &str) -> bool {
        self.optional.contains(name)
    }

    /// The names that may be absent.
    pub fn optional(&self) -> &BTreeSet<SmolStr> {
        &self.optional
    }
}

/// Sorts by key; of equal keys the last one stays.
pub(crate) fn sort_last_wins<T>(items: &mut Vec<(SmolStr, T)>) {
    if items.is_sorted_by(|a, b| a.0 < b.0) {
        return;
    }
    items.reverse();
    items.sort_by(|a, b| a.0.cmp(&b.0));
    items.dedup_by(|a, b| a.0 == b.0);
}

impl Type {
    /// `list(element)`
    pub fn list(element: Type) -> Self {
        Self::List(Arc::new(element))
    }

    /// `set(element)`
    pub fn set(element: Type) -> Self {
        Self::Set(Arc::new(element))
    }

    /// `map(element)`
    pub fn map(element: Type) -> Self {
        Self::Map(Arc::new(element))
    }

    /// `tuple([…])`
    pub fn tuple(items: impl IntoIterator<Item = Type>) -> Self {
        Self::Tuple(items.into_iter().collect())
    }

    /// `object({…})` without optional attributes.
    pub fn object(attributes: impl IntoIterator<Item = (SmolStr, Type)>) -> Self {
        Self::Object(Arc::new(ObjectType::new(attributes)))
    }

    /// `bool`, `number` or `string`.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }

    /// A list, a set or a map.
    pub fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Set(_) | Self::Map(_))
    }

    /// The element type of a list, set or map.
    pub fn element(&self) -> Option<&Type> {
        match self {
            Self::List(t) | Self::Set(t) | Self::Map(t) => Some(t),
            _ => None,
        }
    }

    /// Whether `any` occurs anywhere in it.
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::Bool | Self::Number | Self::String => false,
            Self::List(t) | Self::Set(t) | Self::Map(t) => t.has_dynamic(),
            Self::Tuple(items) => items.iter().any(Self::has_dynamic),
            Self::Object(object) => object.attributes.iter().any(|(_, t)| t.has_dynamic()),
        }
    }

    /// The type in a message: `list of string`, `object`
    /// (`cty.Type.FriendlyName`).
    pub fn friendly_name(&self) -> String {
        self.friendly(false)
    }

    /// The same where a constraint is meant: `any type` instead of `dynamic`
    /// (`cty.Type.FriendlyNameForConstraint`).
    pub fn friendly_name_for_constraint(&self) -> String {
        self.friendly(true)
    }

    fn friendly(&self, constraint: bool) -> String {
        let element = |kind: &str, element: &Type| match (constraint, element) {
            (true, Self::Dynamic) => format!("{kind} of any single type"),
            _ => format!("{kind} of {}", element.friendly(constraint)),
        };
        match self {
            Self::Dynamic if constraint => "any type".into(),
            Self::Dynamic => "dynamic".into(),
            Self::Bool => "bool".into(),
            Self::Number => "number".into(),
            Self::String => "string".into(),
            Self::List(t) => element("list", t),
            Self::Set(t) => element("set", t),
            Self::Map(t) => element("map", t),
            Self::Tuple(_) => "tuple".into(),
            Self::Object(_) => "object".into(),
        }
    }
}

/// The type as it is written in a `type = …` constraint.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dynamic => f.write_str("any"),
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::List(t) => write!(f, "list({t})"),
            Self::Set(t) => write!(f, "set({t})"),
            Self::Map(t) => write!(f, "map({t})"),
            Self::Tuple(items) => {
                f.write_str("tuple([")?;
                for (at, item) in items.iter().enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("])")
            }
            Self::Object(object) => {
                f.write_str("object({")?;
                for (at, (name, ty)) in object.attributes.iter().enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    if object.is_optional(name) {
                        write!(f, "{comma}{name}=optional({ty})")?;
                    } else {
                        write!(f, "{comma}{name}={ty}")?;
                    }
                }
                f.write_str("})")
            }
        }
    }
}
