//! The parts of a kustomization (`api/types`).

use terrace_diag::Span;

use super::{Inline, Located, TextMap, Texts};
use crate::config::FieldSpec;
use crate::resource::id::{Gvk, ResId};

/// An entry of `patches` or `patchesJson6902`.
#[derive(Debug, Clone)]
pub(crate) struct Patch {
    pub(crate) path: Located<String>,
    pub(crate) patch: Option<Inline>,
    pub(crate) target: Option<Selector>,
    pub(crate) allow_name_change: bool,
    pub(crate) allow_kind_change: bool,
    pub(crate) span: Span,
}

/// What chooses resources: exact in replacements, regular expressions in
/// patches.
#[derive(Debug, Clone)]
pub(crate) struct Selector {
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) annotation_selector: String,
    pub(crate) label_selector: String,
    pub(crate) span: Span,
}

impl Selector {
    pub(crate) fn id(&self) -> ResId<'_> {
        ResId {
            gvk: Gvk {
                group: &self.group,
                version: &self.version,
                kind: &self.kind,
            },
            name: &self.name,
            namespace: &self.namespace,
            cluster_scoped: false,
        }
    }

    /// Whether no part of the identity is said.
    pub(crate) fn has_no_id(&self) -> bool {
        [
            &self.group,
            &self.version,
            &self.kind,
            &self.name,
            &self.namespace,
        ]
        .into_iter()
        .all(String::is_empty)
    }
}

/// An entry of `labels`.
#[derive(Debug, Clone)]
pub(crate) struct LabelEntry {
    pub(crate) pairs: TextMap,
    pub(crate) include_selectors: bool,
    pub(crate) include_templates: bool,
    pub(crate) fields: Vec<FieldSpec>,
    pub(crate) span: Span,
}

/// An entry of `images`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Image {
    pub(crate) name: String,
    pub(crate) new_name: Located<String>,
    pub(crate) tag_suffix: Located<String>,
    pub(crate) new_tag: Located<String>,
    pub(crate) digest: Located<String>,
    /// The whole entry.
    pub(crate) span: super::Span0,
}

/// An entry of `replicas`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Replica {
    pub(crate) name: String,
    pub(crate) count: Located<i64>,
    /// The whole entry.
    pub(crate) span: super::Span0,
}

/// An entry of `replacements`: a path, or written in place.
#[derive(Debug, Clone)]
pub(crate) struct ReplacementEntry {
    pub(crate) path: Located<String>,
    pub(crate) replacement: Replacement,
}

/// One replacement.
#[derive(Debug, Clone)]
pub(crate) struct Replacement {
    pub(crate) source: Option<ReplacementSource>,
    pub(crate) targets: Option<Vec<ReplacementTarget>>,
    pub(crate) span: Span,
}

/// Where a replacement takes its value.
#[derive(Debug, Clone)]
pub(crate) struct ReplacementSource {
    pub(crate) selector: Selector,
    pub(crate) field_path: Located<String>,
    pub(crate) options: Option<FieldOptions>,
}

/// Where a replacement puts its value.
#[derive(Debug, Clone)]
pub(crate) struct ReplacementTarget {
    pub(crate) select: Option<Selector>,
    pub(crate) reject: Vec<Selector>,
    pub(crate) field_paths: Texts,
    pub(crate) options: Option<FieldOptions>,
    pub(crate) span: Span,
}

/// How a replacement treats a field.
#[derive(Debug, Clone, Default)]
pub(crate) struct FieldOptions {
    pub(crate) delimiter: String,
    pub(crate) index: i64,
    pub(crate) create: bool,
}

/// An entry of `vars`.
#[derive(Debug, Clone)]
pub(crate) struct VarEntry {
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) kind: String,
    pub(crate) object_name: String,
    pub(crate) namespace: String,
    pub(crate) field_path: String,
    pub(crate) span: Span,
}

/// The order of the output.
#[derive(Debug, Clone, Default)]
pub(crate) struct SortOptions {
    pub(crate) order: Located<String>,
    /// `orderFirst` and `orderLast`.
    pub(crate) legacy: Option<(Vec<String>, Vec<String>)>,
}

/// An entry of `configMapGenerator` or `secretGenerator`.
#[derive(Debug, Clone)]
pub(crate) struct GeneratorArgs {
    pub(crate) name: Located<String>,
    pub(crate) namespace: String,
    pub(crate) behavior: String,
    pub(crate) literals: Texts,
    pub(crate) files: Texts,
    pub(crate) envs: Texts,
    pub(crate) options: Option<GeneratorOptions>,
    /// Only secrets have one.
    pub(crate) secret_type: String,
    pub(crate) span: Span,
}

/// What generated resources get.
#[derive(Debug, Clone, Default)]
pub(crate) struct GeneratorOptions {
    pub(crate) labels: TextMap,
    pub(crate) annotations: TextMap,
    pub(crate) disable_name_suffix_hash: bool,
    pub(crate) immutable: bool,
}

impl GeneratorOptions {
    /// Options of one generator under those of all: maps are joined, the own
    /// entries first; a switch that is on for all is on.
    pub(crate) fn merged(own: Option<&Self>, global: Option<&Self>) -> Option<Self> {
        let Some(global) = global else {
            return own.cloned();
        };
        let mut merged = own.cloned().unwrap_or_default();
        for (own, global) in [
            (&mut merged.labels, &global.labels),
            (&mut merged.annotations, &global.annotations),
        ] {
            for entry in global {
                if !own.iter().any(|(key, _, _)| *key == entry.0) {
                    own.push(entry.clone());
                }
            }
        }
        merged.disable_name_suffix_hash |= global.disable_name_suffix_hash;
        merged.immutable |= global.immutable;
        Some(merged)
    }
}
