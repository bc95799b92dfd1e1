//! Resources: a document with what kustomize remembers about it.

pub(crate) mod hash;
pub(crate) mod id;
pub(crate) mod map;
pub(crate) mod read;

use terrace_diag::Span;
use terrace_yaml::{Mapping, Node, Style};

use crate::tree::{self, Writes};
use id::{Gvk, ResId};

/// A name, namespace and kind that a resource had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PreviousId {
    pub(crate) name: Box<str>,
    /// The effective one.
    pub(crate) namespace: Box<str>,
    pub(crate) kind: Box<str>,
}

/// How a generated resource meets one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Behavior {
    #[default]
    Create,
    Replace,
    Merge,
}

impl Behavior {
    pub(crate) fn from_text(text: &str) -> Self {
        match text {
            "replace" => Self::Replace,
            "merge" => Self::Merge,
            _ => Self::Create,
        }
    }
}

/// What upstream keeps in annotations under `internal.config.kubernetes.io`.
#[derive(Debug, Clone, Default)]
pub(crate) struct BuildState {
    pub(crate) previous: Vec<PreviousId>,
    pub(crate) prefixes: Vec<Box<str>>,
    pub(crate) suffixes: Vec<Box<str>>,
    pub(crate) behavior: Behavior,
    pub(crate) needs_hash: bool,
    pub(crate) allow_name_change: bool,
    pub(crate) allow_kind_change: bool,
    /// Whether upstream would have written at least one annotation, so that the
    /// field exists for patches.
    pub(crate) has_annotations: bool,
}

/// One resource on its way through a build.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) node: Node,
    pub(crate) state: BuildState,
    /// Vars that take their value from this resource.
    pub(crate) var_names: Vec<String>,
    /// Says which resource it is, through all its names; 0 for patches.
    pub(crate) serial: u32,
    /// The last number that [`tree::share`] was given.
    pub(crate) last_share: u16,
}

pub(crate) const ORIGIN_ANNOTATION: &str = "config.kubernetes.io/origin";
pub(crate) const TRANSFORMATIONS_ANNOTATION: &str = "alpha.config.kubernetes.io/transformations";

impl Resource {
    pub(crate) fn new(node: Node) -> Self {
        Self {
            node,
            state: BuildState::default(),
            var_names: Vec::new(),
            serial: 0,
            last_share: 0,
        }
    }

    /// Nothing is left of it: a patch deleted it.
    pub(crate) fn is_empty(&self) -> bool {
        tree::is_null_or_empty(&self.node)
    }

    pub(crate) fn api_version(&self) -> &str {
        self.node.get("apiVersion").map_or("", tree::raw_value)
    }

    pub(crate) fn kind(&self) -> &str {
        self.node.get("kind").map_or("", tree::raw_value)
    }

    pub(crate) fn name(&self) -> &str {
        meta_text(&self.node, "name")
    }

    pub(crate) fn namespace(&self) -> &str {
        meta_text(&self.node, "namespace")
    }

    pub(crate) fn gvk(&self) -> Gvk<'_> {
        Gvk::new(self.api_version(), self.kind())
    }

    /// The identity it has now.
    pub(crate) fn id(&self) -> ResId<'_> {
        let gvk = self.gvk();
        ResId {
            gvk,
            name: self.name(),
            namespace: self.namespace(),
            cluster_scoped: gvk.is_cluster_scoped(),
        }
    }

    /// The identities it had, the first one first. Group and version are those
    /// of now.
    pub(crate) fn previous_ids(&self) -> impl DoubleEndedIterator<Item = ResId<'_>> {
        let (group, version) = id::parse_api_version(self.api_version());
        self.state.previous.iter().map(move |previous| ResId {
            gvk: Gvk {
                group,
                version,
                kind: &previous.kind,
            },
            name: &previous.name,
            namespace: &previous.namespace,
            cluster_scoped: false,
        })
    }

    /// The identity it had first.
    pub(crate) fn original_id(&self) -> ResId<'_> {
        self.previous_ids().next().unwrap_or_else(|| self.id())
    }

    /// Remembers the identity it has now.
    pub(crate) fn store_previous_id(&mut self) {
        let id = self.id();
        let previous = PreviousId {
            name: id.name.into(),
            namespace: id.effective_namespace().into(),
            kind: id.gvk.kind.into(),
        };
        self.state.previous.push(previous);
        self.state.has_annotations = true;
    }

    /// Annotations or labels as texts; of repeated keys the last counts.
    pub(crate) fn meta_map(&self, field: &str) -> Vec<(&str, &str)> {
        let mut texts: Vec<(&str, &str)> = Vec::new();
        let Some(mapping) = meta_mapping(&self.node, field) else {
            return texts;
        };
        for (key, value) in mapping.iter() {
            let (key, value) = (tree::raw_value(key), tree::raw_value(value));
            match texts.iter_mut().find(|(text, _)| *text == key) {
                Some(entry) => entry.1 = value,
                None => texts.push((key, value)),
            }
        }
        texts
    }

    /// One annotation or label as text.
    pub(crate) fn meta_entry(&self, field: &str, key: &str) -> Option<&str> {
        let mapping = meta_mapping(&self.node, field)?;
        mapping.get(key).map(tree::raw_value)
    }

    /// Writes annotations or labels anew: strings, sorted; none removes the
    /// field.
    pub(crate) fn set_meta_map(&mut self, field: &str, entries: Vec<(String, String, Span)>) {
        let span = entries.first().map_or(self.node.span(), |entry| entry.2);
        let Some(metadata) = self.metadata_mut(span) else {
            return;
        };
        metadata.remove(field);
        if entries.is_empty() {
            return;
        }
        let mut entries = entries;
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        // A second field of this name is filled up, as upstream does; a null stays.
        if metadata
            .get(field)
            .is_some_and(|second| second.is_scalar() && tree::is_null(second))
        {
            return;
        }
        let mut mapping = match metadata.get_mut(field).and_then(Node::as_mapping_mut) {
            Some(second) => std::mem::take(second),
            None => Mapping::new(),
        };
        metadata.remove(field);
        for (key, _, _) in &entries {
            mapping.remove(key);
        }
        for (key, text, span) in entries {
            let mut value = Node::string(text, span);
            tree::quote_if_ambiguous(&mut value);
            tree::push(&mut mapping, &key, value);
        }
        tree::push(metadata, field, Node::mapping(mapping, span));
    }

    /// Sets one annotation; the others stay what they are.
    pub(crate) fn set_annotation(&mut self, key: &str, text: &str, span: Span) {
        let mut writes = Writes::default();
        if let Some(metadata) = self.metadata_mut(span) {
            if metadata.get("annotations").is_none_or(tree::is_null) {
                metadata.remove("annotations");
                tree::push(metadata, "annotations", Node::mapping(Mapping::new(), span));
            }
            if let Some(annotations) = metadata
                .get_mut("annotations")
                .and_then(Node::as_mapping_mut)
            {
                tree::set_field(annotations, key, Node::string(text, span), &mut writes);
            }
        }
        writes.spread(&mut self.node);
    }

    /// The metadata, made where it is missing.
    fn metadata_mut(&mut self, span: Span) -> Option<&mut Mapping> {
        let root = self.node.as_mapping_mut()?;
        if !root.contains("metadata") {
            tree::push(root, "metadata", Node::mapping(Mapping::new(), span));
        }
        root.get_mut("metadata")?.as_mapping_mut()
    }

    /// Sets a text field of the metadata.
    pub(crate) fn set_meta_text(
        &mut self,
        field: &str,
        text: &str,
        span: Span,
        writes: &mut Writes,
    ) {
        if let Some(metadata) = self.metadata_mut(span) {
            tree::set_field(metadata, field, tree::untagged(text, span), writes);
        }
        writes.spread(&mut self.node);
    }

    /// Sets the namespace; the empty one removes the field.
    pub(crate) fn set_namespace(&mut self, namespace: &str, span: Span) {
        if namespace.is_empty() {
            if let Some(metadata) = self.metadata_mut(span) {
                metadata.remove("namespace");
            }
        } else {
            self.set_meta_text("namespace", namespace, span, &mut Writes::default());
        }
    }

    /// Makes sure that upstream's internal annotations have a field to be in.
    pub(crate) fn ensure_annotations(&mut self) {
        if !self.state.has_annotations {
            return;
        }
        let span = self.node.span();
        if let Some(metadata) = self.metadata_mut(span) {
            let missing = metadata
                .get("annotations")
                .is_none_or(|annotations| tree::is_null(annotations) && annotations.is_scalar());
            if missing {
                metadata.remove("annotations");
                let empty = Node::mapping(Mapping::new(), span);
                tree::push(metadata, "annotations", empty);
            }
        }
    }

    /// What happens to every resource at the end: annotations become strings,
    /// internal ones go, an empty map of them goes.
    pub(crate) fn finish_annotations(&mut self, keep_origin: bool, keep_transformations: bool) {
        let Some(metadata) = self.node.get_mut("metadata").and_then(Node::as_mapping_mut) else {
            return;
        };
        let Some(annotations) = metadata.get_mut("annotations") else {
            return;
        };
        if let Some(mapping) = annotations.as_mapping_mut() {
            mapping.entries_mut().retain(|entry| {
                let key = tree::raw_value(&entry.key);
                !is_internal_annotation(key)
                    && (keep_origin || key != ORIGIN_ANNOTATION)
                    && (keep_transformations || key != TRANSFORMATIONS_ANNOTATION)
            });
            drop_repeated_keys(mapping);
            for (_, value) in mapping.iter_mut() {
                stringify(value);
            }
            if !mapping.is_empty() {
                return;
            }
        }
        metadata.remove("annotations");
    }
}

/// Of repeated keys only the last value stays.
fn drop_repeated_keys(mapping: &mut Mapping) {
    let entries = mapping.entries_mut();
    let mut at = 0;
    while at < entries.len() {
        let repeated = entries[at + 1..]
            .iter()
            .any(|later| later.key.as_str() == entries[at].key.as_str());
        if repeated {
            entries.remove(at);
        } else {
            at += 1;
        }
    }
}

/// A value of whatever kind as the string that its text is.
fn stringify(node: &mut Node) {
    let text = match node.text() {
        Some(text) => text.clone(),
        None => terrace_yaml::Text::default(),
    };
    let span = node.span();
    let mut string = Node::string(text, span);
    string.set_style(Style::Plain);
    *node = string;
}

fn meta_mapping<'n>(node: &'n Node, field: &str) -> Option<&'n Mapping> {
    node.get("metadata")?.get(field)?.as_mapping()
}

fn meta_text<'n>(node: &'n Node, field: &str) -> &'n str {
    node.get("metadata")
        .and_then(|metadata| metadata.get(field))
        .map_or("", tree::value)
}

/// Annotations that upstream removes at the end (`resource.BuildAnnotations`).
fn is_internal_annotation(key: &str) -> bool {
    if let Some(name) = key.strip_prefix("internal.config.kubernetes.io/") {
        return matches!(
            name,
            "previousKinds"
                | "previousNames"
                | "prefixes"
                | "suffixes"
                | "previousNamespaces"
                | "allowNameChange"
                | "allowKindChange"
                | "refBy"
                | "generatorBehavior"
                | "needsHashSuffix"
                | "path"
                | "index"
                | "seqindent"
                | "id"
                | "annotations-migration-resource-id"
        );
    }
    matches!(
        key,
        "config.kubernetes.io/path" | "config.kubernetes.io/index" | "config.k8s.io/id"
    )
}
