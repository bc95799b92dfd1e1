//! What strategic merge patches ask a schema: which lists merge by which keys
//! (`kyaml/openapi`).

mod custom;
mod table;

pub(crate) use custom::CustomSchema;

/// What a field holds; only what leads to a merging list is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// An object of a type of the table.
    Object(u8),
    /// A list; `merge` has the keys if its items merge.
    List {
        merge: Option<&'static [&'static str]>,
        items: Option<u8>,
    },
}

/// A field of a type.
#[derive(Debug)]
struct Field {
    name: &'static str,
    shape: Shape,
}

const fn object(name: &'static str, of: Option<u8>) -> Field {
    let shape = match of {
        Some(of) => Shape::Object(of),
        None => Shape::List {
            merge: None,
            items: None,
        },
    };
    Field { name, shape }
}

const fn list(name: &'static str, items: Option<u8>) -> Field {
    let shape = Shape::List { merge: None, items };
    Field { name, shape }
}

const fn merged(name: &'static str, keys: &'static [&'static str], items: Option<u8>) -> Field {
    let shape = Shape::List {
        merge: Some(keys),
        items,
    };
    Field { name, shape }
}

/// The schema of one place in a document.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Schema<'s> {
    Builtin(Shape),
    Custom(custom::Place<'s>),
}

/// The schemas of resources: the built-in ones, or those of a file.
#[derive(Debug, Clone, Default)]
pub(crate) enum Schemas {
    #[default]
    Builtin,
    Custom(CustomSchema),
}

impl Schemas {
    /// The schema of a kind of resources.
    pub(crate) fn of_kind(&self, api_version: &str, kind: &str) -> Option<Schema<'_>> {
        match self {
            Self::Builtin => {
                let at = table::KINDS
                    .binary_search_by(|(version, name, _)| {
                        (*version, *name).cmp(&(api_version, kind))
                    })
                    .ok()?;
                Some(Schema::Builtin(Shape::Object(table::KINDS[at].2)))
            }
            Self::Custom(custom) => custom.of_kind(api_version, kind).map(Schema::Custom),
        }
    }
}

impl<'s> Schema<'s> {
    /// The schema of a field of an object.
    pub(crate) fn field(self, name: &str) -> Option<Self> {
        match self {
            Self::Builtin(Shape::Object(of)) => table::TYPES
                .get(usize::from(of))?
                .iter()
                .find(|field| field.name == name)
                .map(|field| Self::Builtin(field.shape)),
            Self::Builtin(Shape::List { .. }) => None,
            Self::Custom(place) => place.field(name).map(Self::Custom),
        }
    }

    /// The schema of the items of a list.
    pub(crate) fn items(self) -> Option<Self> {
        match self {
            Self::Builtin(Shape::List { items, .. }) => {
                items.map(|of| Self::Builtin(Shape::Object(of)))
            }
            Self::Builtin(_) => None,
            Self::Custom(place) => place.items().map(Self::Custom),
        }
    }

    /// The keys by which a list merges; empty for lists of scalars, `None` for
    /// lists that are replaced.
    pub(crate) fn merge_keys(self) -> Option<Vec<&'s str>> {
        match self {
            Self::Builtin(Shape::List { merge, .. }) => merge.map(<[_]>::to_vec),
            Self::Builtin(_) => None,
            Self::Custom(place) => place.merge_keys(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_containers() {
        let schemas = Schemas::default();
        let deployment = schemas.of_kind("apps/v1", "Deployment").expect("known");
        let containers = ["spec", "template", "spec", "containers"]
            .iter()
            .fold(deployment, |schema, name| {
                schema.field(name).expect("leads to a merging list")
            });
        assert_eq!(containers.merge_keys(), Some(vec!["name"]));
        let ports = containers
            .items()
            .and_then(|item| item.field("ports"))
            .expect("known");
        assert_eq!(ports.merge_keys(), Some(vec!["containerPort", "protocol"]));
        assert!(
            schemas
                .of_kind("autoscaling/v2", "HorizontalPodAutoscaler")
                .is_none()
        );
        assert!(table::KINDS.is_sorted());
    }
}
