//! The leaves of a Kustomize component: every field of every resource, with the
//! place that gave it its value.

use std::collections::{BTreeMap, BTreeSet};

use terrace_diag::SourceMap;
use terrace_kustomize::Resource;
use terrace_platform::KustomizeComponent;
use terrace_source::Tree;
use terrace_yaml::{Content, Node, Style};

use super::KustomizeBuild;
use crate::provenance::{Leaf, Names, Origin, below};

/// All leaves; none where the component cannot be built.
pub(crate) fn leaves(
    component: &KustomizeComponent,
    tree: &dyn Tree,
    sources: &SourceMap,
    names: &Names<'_>,
) -> Vec<Leaf> {
    let built = KustomizeBuild::new(component, tree).load(sources.clone());
    let Ok(resources) = built else {
        return Vec::new();
    };
    let hashed: BTreeSet<&str> = resources
        .iter()
        .filter(|resource| resource.is_hashed())
        .map(Resource::name)
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

/// A hashed name without its hash.
fn stem(name: &str) -> &str {
    name.rsplit_once('-').map_or(name, |(stem, _)| stem)
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
            true => stem(resource.name()),
            false => resource.name(),
        };
        let shown = match resource.namespace() {
            "" => format!("{}/{name}", resource.kind()),
            namespace => format!("{}/{namespace}/{name}", resource.kind()),
        };
        // Environments prefix names and set namespaces.
        let twin = below("", resource.original());
        self.node(resource.node(), &below("", &shown), Some(&twin));
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
                        format!("{}-#", stem(text))
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
