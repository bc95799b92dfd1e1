//! Finished resources.

use rayon::prelude::*;
use terrace_diag::{Diagnostic, Diagnostics, SourceMap, Span};
use terrace_yaml::{Content, Node, emit};

use crate::build::{self, Layer, Stack};
use crate::resource::id::{DEFAULT_NAMESPACE, Gvk};
use crate::session::Session;
use crate::trace::Trace;
use crate::{BuildError, FileSystem, Options, Result};

/// What a build made.
#[derive(Debug, Clone)]
pub struct Resources {
    resources: Vec<Resource>,
    warnings: Vec<Diagnostic>,
    sources: SourceMap,
}

/// One finished resource.
#[derive(Debug, Clone)]
pub struct Resource {
    node: Node,
    /// The same in every build of the same input.
    pub(crate) serial: u32,
    original: String,
    hashed: bool,
}

/// A step into a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathPart {
    /// A field of an object.
    Key(String),
    /// An item of a list, from 0.
    Index(usize),
}

impl PathPart {
    pub(crate) fn of<'n>(&self, node: &'n Node) -> Option<&'n Node> {
        match self {
            Self::Key(key) => node.get(key),
            Self::Index(index) => node.items()?.get(*index),
        }
    }
}

/// A scalar, or an empty list or object, of a resource.
#[derive(Debug, Clone)]
pub struct Leaf<'r> {
    /// The way to it.
    pub path: Vec<PathPart>,
    /// The value.
    pub node: &'r Node,
    /// The place that gave it its value: in a resource, a patch, the source of a
    /// generator, or the field of the kustomization whose transformer set it.
    pub span: Span,
}

impl Resources {
    /// The resources in the order of the output.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Resource> {
        self.resources.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// Warnings about deprecated fields and the like.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The files that were read; spans refer to them.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// What `kustomize build` prints.
    ///
    /// # Errors
    /// Values that have no place in JSON, in all resources that have some.
    pub fn to_yaml(&self) -> Result<String, Diagnostics> {
        if self.resources.len() < PARALLEL_RESOURCES {
            let (text, errors) = print(&self.resources);
            return if errors.has_errors() {
                Err(errors)
            } else {
                Ok(text)
            };
        }
        let size = self.resources.len().div_ceil(PARALLEL_CHUNKS);
        // Mostly what was read: growing step by step leaves holes in the heap.
        let read: usize = self.sources.iter().map(|(_, file)| file.text().len()).sum();
        let mut whole = String::with_capacity(read + read / 8);
        let mut errors = Diagnostics::new();
        // One chunk for each thread at a time, so that little is in memory twice.
        let at_once = rayon::current_num_threads().max(2);
        for some in self.resources.chunks(size * at_once) {
            let printed: Vec<(String, Diagnostics)> = some.par_chunks(size).map(print).collect();
            for (text, found) in printed {
                errors.extend(found);
                if !whole.is_empty() {
                    whole.push_str(SEPARATOR);
                }
                whole.push_str(&text);
            }
        }
        if errors.has_errors() {
            return Err(errors);
        }
        Ok(whole)
    }
}

const SEPARATOR: &str = "---\n";

/// From this many resources on, several threads print.
const PARALLEL_RESOURCES: usize = 24;

/// Many more than there are threads: what is printed at once is small.
const PARALLEL_CHUNKS: usize = 64;

fn print(resources: &[Resource]) -> (String, Diagnostics) {
    let mut text = String::new();
    let mut errors = Diagnostics::new();
    for (at, resource) in resources.iter().enumerate() {
        if at > 0 {
            text.push_str(SEPARATOR);
        }
        if let Err(error) = emit::resource(&resource.node, &mut text) {
            errors.push(error);
        }
    }
    (text, errors)
}

impl Resource {
    /// The document.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// `group/version`, or the version alone.
    pub fn api_version(&self) -> &str {
        self.node.get_str("apiVersion").unwrap_or("")
    }

    /// The kind.
    pub fn kind(&self) -> &str {
        self.node.get_str("kind").unwrap_or("")
    }

    /// The name.
    pub fn name(&self) -> &str {
        let name = self.node.at(&["metadata", "name"]);
        name.and_then(Node::as_str).unwrap_or("")
    }

    /// The namespace as written; may be empty.
    pub fn namespace(&self) -> &str {
        let namespace = self.node.at(&["metadata", "namespace"]);
        namespace.and_then(Node::as_str).unwrap_or("")
    }

    /// Kind, namespace and name before any transformer changed them: the same in
    /// overlays that name a resource differently.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Whether its name ends in a hash of its content.
    pub fn is_hashed(&self) -> bool {
        self.hashed
    }

    /// The namespace it is in, `default` where none is written; `None` for kinds
    /// that are known to be outside of namespaces.
    pub fn effective_namespace(&self) -> Option<&str> {
        let gvk = Gvk::new(self.api_version(), self.kind());
        match self.namespace() {
            _ if gvk.is_cluster_scoped() => None,
            "" => Some(DEFAULT_NAMESPACE),
            namespace => Some(namespace),
        }
    }

    /// The node at the end of a path.
    pub fn at(&self, path: &[PathPart]) -> Option<&Node> {
        path.iter().try_fold(&self.node, |node, part| part.of(node))
    }

    /// All leaves, in the order in which the document has them.
    pub fn leaves(&self) -> Vec<Leaf<'_>> {
        let mut leaves = Vec::new();
        collect(&self.node, &mut Vec::new(), &mut leaves);
        leaves
    }
}

fn collect<'r>(node: &'r Node, path: &mut Vec<PathPart>, leaves: &mut Vec<Leaf<'r>>) {
    match node.content() {
        Content::Sequence(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                path.push(PathPart::Index(at));
                collect(item, path, leaves);
                path.pop();
            }
        }
        Content::Mapping(mapping) if !mapping.is_empty() => {
            for (key, value) in mapping.iter() {
                path.push(PathPart::Key(key.as_str().unwrap_or("").to_owned()));
                collect(value, path, leaves);
                path.pop();
            }
        }
        _ => leaves.push(Leaf {
            path: path.clone(),
            node,
            span: node.span(),
        }),
    }
}

/// Builds, and follows one field if asked to.
pub(crate) fn run(
    fs: &dyn FileSystem,
    layers: &[Layer],
    options: &Options,
    sources: SourceMap,
    trace: Option<Trace>,
) -> Result<(Resources, Option<Trace>), BuildError> {
    let mut session = Session::new(fs, options);
    session.sources = sources;
    session.trace = trace;
    let built = if layers.is_empty() {
        Ok(Vec::new())
    } else {
        Stack::new(&mut session, layers).and_then(|stack| build::build(&mut session, &stack))
    };
    let warnings = session.warnings;
    match built {
        Ok(resources) => Ok((
            Resources {
                resources: resources
                    .into_iter()
                    .map(|resource| Resource {
                        original: {
                            let id = resource.original_id();
                            format!("{}/{}/{}", id.gvk.kind, id.namespace, id.name)
                        },
                        hashed: resource.state.needs_hash,
                        serial: resource.serial,
                        node: resource.node,
                    })
                    .collect(),
                warnings,
                sources: session.sources,
            },
            session.trace,
        )),
        Err(failure) => {
            let mut diagnostics = Diagnostics::from(failure.into_diagnostic());
            diagnostics.extend(warnings);
            Err(BuildError {
                diagnostics,
                sources: session.sources,
            })
        }
    }
}
