//! The fields of a kustomization (`api/types/kustomization.go`).

pub(crate) mod decode;
mod parts;

use terrace_diag::{Diagnostic, Span};
use terrace_yaml::NO_SPAN;

pub(crate) use parts::{
    FieldOptions, GeneratorArgs, GeneratorOptions, Image, LabelEntry, Patch, Replacement,
    ReplacementEntry, ReplacementSource, ReplacementTarget, Replica, Selector, SortOptions,
    VarEntry,
};

use crate::codes::{DEPRECATED, INVALID_KUSTOMIZATION};
use crate::{Failure, Result};

/// A value with its place.
#[derive(Debug, Clone)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

impl<T: Default> Default for Located<T> {
    fn default() -> Self {
        Self {
            value: T::default(),
            span: NO_SPAN,
        }
    }
}

/// A list of texts (paths mostly), each with its place.
pub(crate) type Texts = Vec<(String, Span)>;

/// A map of texts in order of writing, each entry with its place.
pub(crate) type TextMap = Vec<(String, String, Span)>;

/// A decoded kustomization file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kustomization {
    /// The whole document.
    pub(crate) span: Span0,
    pub(crate) kind: Located<String>,
    pub(crate) api_version: Located<String>,
    pub(crate) openapi: TextMap,
    pub(crate) name_prefix: Located<String>,
    pub(crate) name_suffix: Located<String>,
    pub(crate) namespace: Located<String>,
    pub(crate) common_labels: TextMap,
    pub(crate) labels: Vec<LabelEntry>,
    pub(crate) common_annotations: TextMap,
    pub(crate) patches_strategic_merge: Vec<Inline>,
    pub(crate) patches_json6902: Vec<Patch>,
    pub(crate) patches: Vec<Patch>,
    pub(crate) images: Vec<Image>,
    pub(crate) replacements: Vec<ReplacementEntry>,
    pub(crate) replicas: Vec<Replica>,
    pub(crate) vars: Vec<VarEntry>,
    pub(crate) sort_options: Option<SortOptions>,
    pub(crate) resources: Texts,
    pub(crate) components: Texts,
    pub(crate) crds: Texts,
    pub(crate) config_map_generator: Vec<GeneratorArgs>,
    pub(crate) secret_generator: Vec<GeneratorArgs>,
    pub(crate) generator_options: Option<GeneratorOptions>,
    pub(crate) configurations: Texts,
    pub(crate) generators: Vec<Inline>,
    pub(crate) transformers: Vec<Inline>,
    pub(crate) validators: Vec<Inline>,
    pub(crate) build_metadata: Texts,
    /// The place of the first entry of helmCharts or
    /// helmChartInflationGenerator.
    pub(crate) helm: Option<(&'static str, Span)>,
    /// Deprecated fields that are there.
    deprecated: Vec<(&'static str, Span)>,
    /// Whether any field but kind and apiVersion says something.
    is_filled: bool,
}

/// A span that has a default.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span0(pub(crate) Span);

impl Default for Span0 {
    fn default() -> Self {
        Self(NO_SPAN)
    }
}

/// A text that may be a path or YAML written in place.
#[derive(Debug, Clone)]
pub(crate) struct Inline {
    pub(crate) text: String,
    pub(crate) span: Span,
    /// Whether lines of the text are lines of the file (a literal block).
    pub(crate) is_literal: bool,
}

pub(crate) const KUSTOMIZATION: &str = "Kustomization";
pub(crate) const COMPONENT: &str = "Component";
const KUSTOMIZATION_VERSION: &str = "kustomize.config.k8s.io/v1beta1";
const COMPONENT_VERSION: &str = "kustomize.config.k8s.io/v1alpha1";

impl Kustomization {
    pub(crate) fn is_component(&self) -> bool {
        self.kind.value == COMPONENT
    }

    /// Whether a build metadata option is on.
    pub(crate) fn has_build_metadata(&self, option: &str) -> bool {
        self.build_metadata.iter().any(|(text, _)| text == option)
    }

    /// The warnings that kustomize prints for deprecated fields, in its order.
    pub(crate) fn deprecations(&self) -> Vec<Diagnostic> {
        const FIX: &str = "Run 'kustomize edit fix' to update your Kustomization automatically.";
        [
            ("bases", "resources", ""),
            ("commonLabels", "labels", ""),
            ("imageTags", "images", ""),
            ("patchesJson6902", "patches", ""),
            ("patchesStrategicMerge", "patches", ""),
            ("vars", "replacements", "[EXPERIMENTAL] "),
        ]
        .into_iter()
        .filter_map(|(field, instead, mark)| {
            let (_, span) = self.deprecated.iter().find(|(name, _)| *name == field)?;
            let message =
                format!("'{field}' is deprecated. Please use '{instead}' instead. {mark}{FIX}");
            Some(Diagnostic::warning(&DEPRECATED, message).at(*span))
        })
        .collect()
    }

    /// Defaults, and what kustomize refuses about the file as a whole.
    fn finish(mut self) -> Result<Self> {
        if self.kind.value.is_empty() {
            self.kind.value = KUSTOMIZATION.into();
        }
        if !self.is_filled {
            return Err(
                Failure::new(&INVALID_KUSTOMIZATION, "kustomization.yaml is empty")
                    .at(self.span.0)
                    .help("list the resources it is about under `resources`"),
            );
        }
        let mut wrong = Vec::new();
        if ![KUSTOMIZATION, COMPONENT].contains(&self.kind.value.as_str()) {
            wrong.push((
                format!("kind should be {KUSTOMIZATION} or {COMPONENT}"),
                self.kind.span,
            ));
        }
        let version = if self.is_component() {
            COMPONENT_VERSION
        } else {
            KUSTOMIZATION_VERSION
        };
        if !self.api_version.value.is_empty() && self.api_version.value != version {
            wrong.push((
                format!("apiVersion for {} should be {version}", self.kind.value),
                self.api_version.span,
            ));
        }
        if wrong.is_empty() {
            return Ok(self);
        }
        let text: Vec<&str> = wrong.iter().map(|(text, _)| text.as_str()).collect();
        let failure = Failure::new(&INVALID_KUSTOMIZATION, text.join("; "));
        Err(wrong
            .iter()
            .fold(failure, |failure, (_, span)| failure.at(*span)))
    }
}
