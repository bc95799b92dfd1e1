//! Following one field through a build.

use terrace_diag::Span;
use terrace_yaml::{Content, Node};

use crate::PathPart;
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

/// Watches one field of one resource.
#[derive(Debug)]
pub(crate) struct Trace {
    serial: u32,
    path: Vec<Part>,
    last: Option<(Span, String)>,
    pub(crate) steps: Vec<Step>,
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
    /// A trace of the field that a path leads to in the finished resource.
    pub(crate) fn new(serial: u32, root: &Node, path: &[PathPart]) -> Self {
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
            serial,
            path: parts,
            last: None,
            steps: Vec::new(),
        }
    }

    pub(crate) fn observe(&mut self, resources: &[Resource], what: &str) {
        let Some(resource) = resources.iter().find(|one| one.serial == self.serial) else {
            return;
        };
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
