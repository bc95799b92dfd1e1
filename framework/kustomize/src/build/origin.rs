//! `buildMetadata`: annotations that say where resources come from
//! (`api/resource/origin.go`).

use std::fmt::Write as _;

use terrace_diag::Span;

use crate::fs::path;
use crate::resource::{ORIGIN_ANNOTATION, Resource, TRANSFORMATIONS_ANNOTATION};

/// Where a resource or a transformer comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Origin {
    /// Relative to the folder that is built.
    pub(super) path: String,
    pub(super) configured_in: String,
    /// apiVersion, kind, name, namespace.
    pub(super) configured_by: [String; 4],
}

impl Origin {
    pub(super) fn append(&self, inner: &str) -> Self {
        Self {
            path: path::join(&self.path, inner),
            ..self.clone()
        }
    }

    /// What a field of a kustomization makes.
    pub(super) fn builtin(&self, file: &str, kind: &str) -> Self {
        Self {
            path: String::new(),
            configured_in: path::join(&self.path, file),
            configured_by: ["builtin".into(), kind.into(), String::new(), String::new()],
        }
    }

    /// What a plugin makes that a resource configures.
    pub(super) fn plugin(resource: &Resource, path: &str) -> Self {
        Self {
            path: String::new(),
            configured_in: path.to_owned(),
            configured_by: [
                resource.api_version().into(),
                resource.kind().into(),
                resource.name().into(),
                resource.namespace().into(),
            ],
        }
    }

    fn text(&self) -> String {
        let mut out = String::new();
        let mut field = |indent: &str, name: &str, text: &str| {
            if !text.is_empty() {
                let _ = writeln!(out, "{indent}{name}: {}", scalar(text));
            }
        };
        field("", "path", &self.path);
        field("", "configuredIn", &self.configured_in);
        let [api_version, kind, name, namespace] = &self.configured_by;
        if !kind.is_empty() || !api_version.is_empty() {
            out.push_str("configuredBy:\n");
            let mut field = |name: &str, text: &str| {
                if !text.is_empty() {
                    let _ = writeln!(out, "  {name}: {}", scalar(text));
                }
            };
            field("apiVersion", api_version);
            field("kind", kind);
            field("name", name);
            field("namespace", namespace);
        }
        out
    }
}

/// A text as go-yaml writes it where it is plain or needs quotes.
fn scalar(text: &str) -> String {
    let mut out = String::new();
    let node = terrace_yaml::Node::string(text, terrace_yaml::NO_SPAN);
    match terrace_yaml::emit::resource(&node, &mut out) {
        Ok(()) => out.trim_end().to_owned(),
        Err(_) => text.to_owned(),
    }
}

/// Says of a resource that was read where it comes from.
pub(super) fn annotate(resource: &mut Resource, origin: &Origin, span: Span) {
    resource.set_annotation(ORIGIN_ANNOTATION, &origin.text(), span);
}

/// Says of a resource that was made where it comes from.
pub(super) fn set_origin(resource: &mut Resource, origin: &Origin, span: Span) {
    set(resource, ORIGIN_ANNOTATION, origin.text(), span);
}

pub(super) fn has_origin(resource: &Resource) -> bool {
    resource
        .meta_entry("annotations", ORIGIN_ANNOTATION)
        .is_some()
}

/// Adds a transformer to those that a resource went through. The first one is
/// its origin if it has none.
pub(super) fn add_transformation(resource: &mut Resource, origin: &Origin, span: Span) {
    if !has_origin(resource) {
        set_origin(resource, origin, span);
        return;
    }
    let mut text = resource
        .meta_entry("annotations", TRANSFORMATIONS_ANNOTATION)
        .unwrap_or("")
        .to_owned();
    for (at, line) in origin.text().lines().enumerate() {
        text.push_str(if at == 0 { "- " } else { "  " });
        text.push_str(line);
        text.push('\n');
    }
    set(resource, TRANSFORMATIONS_ANNOTATION, text, span);
}

fn set(resource: &mut Resource, key: &str, text: String, span: Span) {
    let mut entries = resource.meta_entries("annotations");
    entries.retain(|(name, _, _)| name != key);
    entries.push((key.to_owned(), text, span));
    resource.set_meta_map("annotations", entries);
}
