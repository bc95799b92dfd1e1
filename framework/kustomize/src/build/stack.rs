//! Layers of one component, each an overlay of the one below.

use std::collections::{BTreeMap, BTreeSet};

use terrace_diag::Span;
use terrace_yaml::Node;

use crate::codes::STACK;
use crate::fs::path;
use crate::kustomization::Kustomization;
use crate::session::Session;
use crate::{Failure, Result};

/// One layer: a folder with a kustomization, or the fields of one as data.
#[derive(Debug, Clone)]
pub enum Layer {
    /// A folder that holds a kustomization file.
    Folder(String),
    /// The fields of a kustomization, whose paths count from a folder. The
    /// spans of the node show up in messages and provenance if their file is in
    /// the source map that the caller uses.
    Data {
        /// The folder from which paths count. It need not hold a kustomization
        /// file; if it does, that file is not read.
        folder: String,
        /// The fields.
        fields: Node,
    },
}

impl Layer {
    fn folder(&self) -> &str {
        match self {
            Self::Folder(folder) | Self::Data { folder, .. } => folder,
        }
    }
}

/// The layers of a build, the lowest first.
pub(crate) struct Stack {
    layers: Vec<Layer>,
    /// The resolved folders of the layers that are read from files.
    roots: BTreeMap<String, usize>,
    /// Layers whose own resources lead to the layer below.
    reached: BTreeSet<usize>,
}

impl Stack {
    /// Looks at the layers: which of them reach the one below already.
    pub(crate) fn new(session: &mut Session<'_>, layers: &[Layer]) -> Result<Self> {
        let mut stack = Self {
            layers: layers.to_vec(),
            roots: BTreeMap::new(),
            reached: BTreeSet::new(),
        };
        if layers.len() < 2 {
            return Ok(stack);
        }
        for (at, layer) in layers.iter().enumerate() {
            if let Layer::Folder(folder) = layer {
                let root = session.top(folder)?.root;
                if let Some(other) = stack.roots.insert(root, at) {
                    return Err(Failure::new(
                        &STACK,
                        format!("layers {} and {} are the same folder", other + 1, at + 1),
                    ));
                }
            }
        }
        for layer in 1..stack.layers.len() {
            stack.walk(session, layer)?;
        }
        Ok(stack)
    }

    /// The uppermost layer.
    pub(super) fn top(&self) -> usize {
        self.layers.len() - 1
    }

    pub(super) fn folder(&self, layer: usize) -> &str {
        self.layers[layer].folder()
    }

    pub(super) fn data(&self, layer: usize) -> Option<&Node> {
        match &self.layers[layer] {
            Layer::Folder(_) => None,
            Layer::Data { fields, .. } => Some(fields),
        }
    }

    /// The layer that is read from a folder.
    pub(super) fn layer_at(&self, root: &str) -> Option<usize> {
        self.roots.get(root).copied()
    }

    pub(super) fn is_reached(&self, layer: usize) -> bool {
        self.reached.contains(&layer)
    }

    /// A layer must not be reached from more than one layer above.
    pub(super) fn check_reach(
        &self,
        from: Option<usize>,
        to: Option<usize>,
        span: Span,
    ) -> Result<()> {
        match (from, to) {
            (Some(from), Some(to)) if to + 1 != from => Err(Failure::new(
                &STACK,
                format!(
                    "layer {} reaches layer {} directly; between them lies layer {}",
                    from + 1,
                    to + 1,
                    from
                ),
            )
            .at(span)
            .help("build on the layer directly below; it brings the lower ones along")),
            _ => Ok(()),
        }
    }

    /// Follows the resources of a layer down to the layers below.
    fn walk(&mut self, session: &mut Session<'_>, layer: usize) -> Result<()> {
        let root = session.top(self.folder(layer))?.root;
        let mut queue = vec![(root.clone(), self.data(layer).cloned())];
        let mut seen = BTreeSet::from([root]);
        while let Some((root, data)) = queue.pop() {
            let directory = session.top(&root)?;
            let node = match data {
                Some(data) => data,
                None => match super::load::read_file(session, &directory) {
                    Ok((_, node)) => node,
                    // The build itself says what is wrong.
                    Err(_) => continue,
                },
            };
            let Ok(kustomization) = Kustomization::decode(&node) else {
                continue;
            };
            let inner = kustomization
                .resources
                .iter()
                .chain(&kustomization.components);
            for (said, span) in inner {
                let joined = path::join(&root, said);
                let Ok(inner) = session.fs.canonical(&joined) else {
                    continue;
                };
                if session.fs.kind(&inner) != Some(crate::fs::Kind::Directory) {
                    continue;
                }
                match self.layer_at(&inner) {
                    Some(below) if below + 1 == layer => {
                        self.reached.insert(layer);
                    }
                    Some(other) if other != layer => {
                        self.check_reach(Some(layer), Some(other), *span)?;
                    }
                    _ => {
                        if seen.insert(inner.clone()) {
                            queue.push((inner, None));
                        }
                    }
                }
            }
        }
        Ok(())
    }
}
