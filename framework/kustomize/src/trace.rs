//! Following fields through a build.

use std::collections::BTreeMap;

use terrace_diag::Span;
use terrace_yaml::{Content, Node};

use crate::PathPart;
use crate::explain::Field;
use crate::resource::Resource;

/// One change of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The place that gave the field its value.
    pub span: Span,
    /// What did it: `resource`, `patch`, `namespace`, … (the field of the
    /// kustomization), or the kind of a plugin.
    pub what: String,
    /// The value then: the text of a scalar, `[…]` or `{…}`; `None` where the
    /// field was removed.
    pub value: Option<String>,
}

/// Watches some fields.
#[derive(Debug)]
pub(crate) struct Trace {
    watches: Vec<Watch>,
    /// The watches of each resource, by its number.
    of_resource: BTreeMap<u32, Vec<usize>>,
}

/// Watches one field of one resource.
#[derive(Debug)]
struct Watch {
    path: Vec<Part>,
    last: Option<(Span, String)>,
    steps: Vec<Step>,
}

/// A part of a path that also finds list items that moved.
#[derive(Debug)]
enum Part {
    Key(String),
    Index(usize),
    /// The item with this text under this key.
    Item(&'static str, String),
}

/// Keys by which list items are known, the most telling first.
const ITEM_KEYS: [&str; 6] = [
    "name",
    "containerPort",
    "mountPath",
    "port",
    "topologyKey",
    "ip",
];

impl Trace {
    /// A trace of fields of finished resources.
    pub(crate) fn new(fields: &[Field<'_>]) -> Self {
        let mut of_resource: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (at, field) in fields.iter().enumerate() {
            of_resource
                .entry(field.resource.serial)
                .or_default()
                .push(at);
        }
        let watch = |field: &Field<'_>| Watch::new(field.resource.node(), &field.path);
        Self {
            watches: fields.iter().map(watch).collect(),
            of_resource,
        }
    }

    /// Notes what a step has made of the fields.
    pub(crate) fn observe(&mut self, resources: &[Resource], what: &str) {
        for resource in resources {
            for at in self.of_resource.get(&resource.serial).into_iter().flatten() {
                self.watches[*at].observe(resource, what);
            }
        }
    }

    /// What happened to each field.
    pub(crate) fn into_steps(self) -> Vec<Vec<Step>> {
        self.watches.into_iter().map(|watch| watch.steps).collect()
    }
}

impl Watch {
    fn new(root: &Node, path: &[PathPart]) -> Self {
        let mut parts = Vec::with_capacity(path.len());
        let mut node = Some(root);
        for part in path {
            let next = node.and_then(|node| part.of(node));
            parts.push(match part {
                PathPart::Key(key) => Part::Key(key.clone()),
                PathPart::Index(index) => ITEM_KEYS
                    .iter()
                    .find_map(|key| {
                        let text = next?.get(key)?.as_str()?;
                        Some(Part::Item(key, text.to_owned()))
                    })
                    .unwrap_or(Part::Index(*index)),
            });
            node = next;
        }
        Self {
            path: parts,
            last: None,
            steps: Vec::new(),
        }
    }

    fn observe(&mut self, resource: &Resource, what: &str) {
        let now = self.find(&resource.node).map(|node| {
            let text = match node.content() {
                Content::Scalar(text) => text.to_string(),
                Content::Sequence(_) => String::from("[…]"),
                Content::Mapping(_) => String::from("{…}"),
            };
            (node.span(), text)
        });
        if now == self.last {
            return;
        }
        let before = self.last.take();
        let span = now.as_ref().or(before.as_ref()).map(|(span, _)| *span);
        if let Some(span) = span {
            self.steps.push(Step {
                span,
                what: what.to_owned(),
                value: now.as_ref().map(|(_, text)| text.clone()),
            });
        }
        self.last = now;
    }

    fn find<'n>(&self, root: &'n Node) -> Option<&'n Node> {
        self.path.iter().try_fold(root, |node, part| match part {
            Part::Key(key) => node.get(key),
            Part::Index(index) => node.items()?.get(*index),
            Part::Item(key, text) => node
                .items()?
                .iter()
                .find(|item| item.get_str(key) == Some(text)),
        })
    }
}
