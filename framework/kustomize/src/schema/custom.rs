//! A schema from the file that `openapi.path` names.

use std::collections::BTreeMap;

use terrace_yaml::Node;

/// The definitions of an OpenAPI document.
#[derive(Debug, Clone, Default)]
pub(crate) struct CustomSchema {
    document: Node,
    /// Name of the definition of each apiVersion and kind.
    kinds: BTreeMap<(String, String), String>,
}

/// References followed from one place; more are a cycle.
const MAX_REFERENCES: usize = 64;

impl CustomSchema {
    /// From the document of the file.
    pub(crate) fn new(document: Node) -> Self {
        let mut kinds = BTreeMap::new();
        let definitions = document.get("definitions").and_then(Node::as_mapping);
        for (name, definition) in definitions.into_iter().flat_map(|all| all.iter()) {
            let all = definition
                .get("x-kubernetes-group-version-kind")
                .and_then(Node::items);
            for one in all.unwrap_or_default() {
                let text = |field| one.get_str(field).unwrap_or("");
                let api_version = match text("group") {
                    "" => text("version").to_owned(),
                    group => format!("{group}/{}", text("version")),
                };
                let kind = text("kind").to_owned();
                if let Some(name) = name.as_str() {
                    kinds.insert((api_version, kind), name.to_owned());
                }
            }
        }
        Self { document, kinds }
    }

    pub(super) fn of_kind(&self, api_version: &str, kind: &str) -> Option<Place<'_>> {
        let name = self.kinds.get(&(api_version.to_owned(), kind.to_owned()))?;
        let node = self.document.get("definitions")?.get(name)?;
        Some(Place {
            document: &self.document,
            node,
        })
    }
}

/// A schema in the document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'s> {
    document: &'s Node,
    node: &'s Node,
}

impl<'s> Place<'s> {
    fn resolved(self, mut node: &'s Node) -> Option<Self> {
        for _ in 0..MAX_REFERENCES {
            let Some(reference) = node.get_str("$ref") else {
                return Some(Self { node, ..self });
            };
            let path = reference.strip_prefix("#/")?;
            node = path.split('/').try_fold(self.document, |node, part| {
                node.get(&part.replace("~1", "/").replace("~0", "~"))
            })?;
        }
        None
    }

    pub(super) fn field(self, name: &str) -> Option<Self> {
        let own = self
            .node
            .get("properties")
            .and_then(|properties| properties.get(name));
        let node = own.or_else(|| {
            self.node
                .get("additionalProperties")
                .filter(|node| node.is_mapping())
        })?;
        self.resolved(node)
    }

    pub(super) fn items(self) -> Option<Self> {
        if self.node.get_str("type") != Some("array") {
            return None;
        }
        self.resolved(self.node.get("items")?)
    }

    pub(super) fn merge_keys(self) -> Option<Vec<&'s str>> {
        let strategy = self.node.get_str("x-kubernetes-patch-strategy")?;
        if !strategy.split(',').any(|one| one == "merge") {
            return None;
        }
        if let Some(keys) = self.node.get("x-kubernetes-list-map-keys") {
            let keys = keys.items().unwrap_or_default();
            return Some(keys.iter().filter_map(Node::as_str).collect());
        }
        let key = self.node.get_str("x-kubernetes-patch-merge-key");
        Some(key.into_iter().collect())
    }
}
