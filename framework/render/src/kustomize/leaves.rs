//! The leaves of a Kustomize component: every field of every resource, with the
//! place that gave it its value.

use std::collections::{BTreeMap, BTreeSet};

use terrace_diag::SourceMap;
use terrace_kustomize::{Resource, load_stack_with};
use terrace_platform::KustomizeComponent;
use terrace_source::Tree;
use terrace_yaml::{Content, Node, Style};

use super::{TreeFiles, layers, options};
use crate::provenance::{Leaf, Names, Origin, below};

/// The characters of the suffix that kustomize gives generated names
/// (api/hasher/hasher.go): hexadecimal digits without `0`, `1`, `3`, `a`, `e`.
const SUFFIX: &str = "2456789bcdfghkmt";

/// How many of them.
const SUFFIX_LENGTH: usize = 10;

/// All leaves; none where the component cannot be built.
pub(crate) fn leaves(
    component: &KustomizeComponent,
    tree: &dyn Tree,
    sources: &SourceMap,
    names: &Names<'_>,
) -> Vec<Leaf> {
    let built = load_stack_with(
        &TreeFiles { tree },
        &layers(component),
        &options(),
        sources.clone(),
    );
    let Ok(resources) = built else {
        return Vec::new();
    };
    let hashed: BTreeSet<&str> = resources
        .iter()
        .filter(|resource| matches!(resource.kind(), "ConfigMap" | "Secret"))
        .map(Resource::name)
        .filter(|name| stem(name).is_some())
        .collect();
    let mut walk = Walk {
        component: component.name.as_str(),
        sources: resources.sources(),
        names,
        hashed,
        out: Vec::new(),
    };
    for resource in resources.iter() {
        walk.resource(resource);
    }
    walk.out
}

/// A generated name without its suffix.
fn stem(name: &str) -> Option<&str> {
    let (stem, suffix) = name.rsplit_once('-')?;
    let is_suffix =
        suffix.len() == SUFFIX_LENGTH && suffix.bytes().all(|b| SUFFIX.as_bytes().contains(&b));
    is_suffix.then_some(stem)
}

struct Walk<'a> {
    component: &'a str,
    sources: &'a SourceMap,
    names: &'a Names<'a>,
    /// Names that follow from their content.
    hashed: BTreeSet<&'a str>,
    out: Vec<Leaf>,
}

impl Walk<'_> {
    fn resource(&mut self, resource: &Resource) {
        let name = match self.hashed.contains(resource.name()) {
            true => stem(resource.name()).unwrap_or(resource.name()),
            false => resource.name(),
        };
        let shown = match resource.namespace() {
            "" => format!("{}/{name}", resource.kind()),
            namespace => format!("{}/{namespace}/{name}", resource.kind()),
        };
        // Environments prefix names and set namespaces; a document's place is shared.
        let kind = resource.node().get("kind").map(Node::span);
        let twin = kind.map(|span| self.sources.place(span));
        let path = below("", &shown);
        let twin = twin.map(|place| below("", &format!("{} {place}", resource.kind())));
        self.node(resource.node(), &path, twin.as_deref());
    }

    fn node(&mut self, node: &Node, path: &str, twin: Option<&str>) {
        match node.content() {
            Content::Sequence(items) if !items.is_empty() => {
                let steps = steps(items);
                for (item, step) in items.iter().zip(&steps) {
                    let twin = twin.map(|twin| below(twin, step));
                    self.node(item, &below(path, step), twin.as_deref());
                }
            }
            Content::Mapping(mapping) if !mapping.is_empty() => {
                for (key, value) in mapping.iter() {
                    let step = key.as_str().unwrap_or("");
                    let twin = twin.map(|twin| below(twin, step));
                    self.node(value, &below(path, step), twin.as_deref());
                }
            }
            content => {
                let value = match content {
                    Content::Scalar(text) if self.hashed.contains(&**text) => {
                        format!("{}-#", stem(text).unwrap_or_default())
                    }
                    Content::Scalar(text) if node.style() == Style::Plain => text.to_string(),
                    Content::Scalar(text) => format!("{text:?}"),
                    Content::Sequence(_) => String::from("[]"),
                    Content::Mapping(_) => String::from("{}"),
                };
                self.leaf(node, path, twin, value);
            }
        }
    }

    fn leaf(&mut self, node: &Node, path: &str, twin: Option<&str>, value: String) {
        let span = node.span();
        let (origin, reads): (Origin, BTreeMap<String, bool>) = match self.names.is_layer(span) {
            true => self.names.of(span, span),
            false => (self.names.origin(span, self.sources), BTreeMap::new()),
        };
        self.out.push(Leaf {
            component: self.component.to_owned(),
            path: path.to_owned(),
            twin: twin.map(str::to_owned),
            file: String::from("manifests.yaml"),
            value,
            origin,
            reads,
        });
    }
}

/// How the items of a list are called: by their names where each has its own,
/// by number otherwise.
fn steps(items: &[Node]) -> Vec<String> {
    let named: Vec<&str> = items
        .iter()
        .filter_map(|item| item.get_str("name").filter(|name| !name.is_empty()))
        .collect();
    let unique: BTreeSet<&str> = named.iter().copied().collect();
    match unique.len() == items.len() {
        true => named.into_iter().map(str::to_owned).collect(),
        false => (0..items.len()).map(|at| at.to_string()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn only_kustomizes_suffix_is_one() {
        assert_eq!(stem("settings-2f5b9c7h4k"), Some("settings"));
        assert_eq!(stem("settings-2f5b9c7h4"), None);
        assert_eq!(stem("settings-2f5b9c7h4a"), None);
        assert_eq!(stem("settings"), None);
    }
}
