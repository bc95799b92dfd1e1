//! Kustomize components of one environment: which layers have them.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, Span};
use terrace_layers::{Candidate, Component, Merger, Node, NodeKind, Place};
use terrace_source::path;

use super::component::{Remotes, enabled, local_path, read_after, setting, text};
use super::{KustomizeComponent, Overlay};
use crate::scope::{Current, EnvironmentScope};
use crate::{RemoteUse, codes};

/// What one layer has of a component.
pub(super) struct OfLayer<'a, 'p> {
    /// The layer's folder.
    pub(super) layer: &'a str,
    /// Whether it has a sub-folder with a kustomization of this name.
    pub(super) folder: bool,
    /// Its `kustomize` block.
    pub(super) block: Option<&'a Component<'p>>,
}

/// Fields of a `kustomize` block that are ours and not kustomize's.
const OURS: [&str; 3] = ["enabled", "source", "after"];

pub(super) fn build(
    stacks: &BTreeMap<&str, Vec<OfLayer<'_, '_>>>,
    scope: &EnvironmentScope<'_, '_>,
    remotes: &mut Remotes<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<KustomizeComponent> {
    let mut out = Vec::new();
    for (name, stack) in stacks {
        let blocks: Vec<&Component<'_>> = stack.iter().filter_map(|of| of.block).collect();
        let current = Current {
            component: Some((*name).into()),
            state: (*name).into(),
        };
        let before = diagnostics.error_count();
        let component = scope.with(Some(current), || {
            enabled(&blocks, scope, diagnostics)
                .then(|| one(name, stack, &blocks, scope, remotes, diagnostics))
        });
        // What lacks a part is not built, which would find more mistakes in it.
        out.extend(component.filter(|_| diagnostics.error_count() == before));
    }
    out
}

fn one(
    name: &str,
    stack: &[OfLayer<'_, '_>],
    blocks: &[&Component<'_>],
    scope: &EnvironmentScope<'_, '_>,
    remotes: &mut Remotes<'_>,
    diagnostics: &mut Diagnostics,
) -> KustomizeComponent {
    let mut layers = Vec::new();
    let mut after = BTreeSet::new();
    if let Some(expr) = setting(blocks, "after") {
        after = read_after(expr, diagnostics);
    }
    if let Some(expr) = setting(blocks, "source")
        && let Some(source) = text(expr, "source", scope, diagnostics)
    {
        match local_path(&source) {
            Some(folder) => layers.push(Overlay::Folder(folder)),
            None => match remote(&source, expr.span, remotes) {
                Ok(folder) => layers.push(Overlay::Folder(folder)),
                Err(error) => diagnostics.push(error),
            },
        }
    }
    for of in stack {
        let folder = path::join(of.layer, name);
        let fields = of.block.map(|block| fields(block, scope, diagnostics));
        let has_fields = fields.as_ref().is_some_and(
            |node| matches!(&node.kind, NodeKind::Map(entries) if !entries.is_empty()),
        );
        match (of.folder, of.block) {
            (true, Some(block)) if has_fields => diagnostics.push(
                Diagnostic::error(
                    &terrace_layers::codes::DUPLICATE_DEFINITION,
                    format!(
                        "layer `{}` has both a folder and a block for `{name}`",
                        of.layer
                    ),
                )
                .at(block.header)
                .help("keep the fields in the folder's kustomization.yaml"),
            ),
            (true, _) => layers.push(Overlay::Folder(folder)),
            (false, _) => {
                if let Some(fields) = fields.filter(|_| has_fields) {
                    layers.push(Overlay::Block {
                        folder: of.layer.to_owned(),
                        fields,
                    });
                }
            }
        }
    }
    KustomizeComponent {
        name: SmolStr::from(name),
        layers,
        after,
        span: blocks.first().map(|block| block.header),
        vendored: remotes.vendored.cloned(),
    }
}

/// The local copy of a remote overlay: an address as Terraform writes it (OCI
/// artifacts and archives among them) or as kustomize does.
fn remote(source: &str, span: Span, remotes: &mut Remotes<'_>) -> Result<String, Diagnostic> {
    let outside = || {
        Diagnostic::error(
            &terrace_source::codes::OUTSIDE,
            format!("`{source}` is not a path in the repository"),
        )
        .at(span)
        .help("a path in the repository starts with `./`")
    };
    let used = match RemoteUse::kustomize(source, span).filter(|used| used.remote.is_ok()) {
        Some(used) if !is_archive(&used) => used,
        _ => RemoteUse::terraform(source, None, span)
            .filter(|used| used.remote.is_ok() || is_address(source))
            .ok_or_else(outside)?,
    };
    let local = remotes.vendored.and_then(|lock| used.local(lock));
    let missing = used.not_vendored();
    remotes.used.push(used);
    local.ok_or(missing)
}

/// Whether a text that cannot be read was meant as an address and not as a path.
fn is_address(text: &str) -> bool {
    text.contains("://") || text.contains("::")
}

/// Kustomize takes an archive for a file; an overlay is what is in it.
fn is_archive(used: &RemoteUse) -> bool {
    use terrace_lock::Package;
    matches!(&used.remote, Ok(remote) if matches!(&remote.package, Package::Http(_)))
}

/// The kustomization fields of a block, evaluated.
fn fields(
    block: &Component<'_>,
    scope: &EnvironmentScope<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> Node {
    let parts = block
        .body
        .attributes()
        .filter(|attribute| !OURS.contains(&attribute.name.name.as_str()))
        .map(|attribute| {
            let candidate = Candidate::Expr {
                expr: &attribute.expr,
                key: Some(attribute.name.span),
            };
            (attribute.name.name.clone(), candidate)
        })
        .collect();
    let entries = Merger::new(scope, diagnostics).fold_parts(parts);
    let place = Place {
        key: None,
        value: block.header,
    };
    let node = Node::new(NodeKind::Map(entries), place);
    for (_, leaf) in node.leaves() {
        if matches!(leaf.kind, NodeKind::Late(_)) {
            diagnostics.push(
                Diagnostic::error(
                    &codes::LATE_IN_KUSTOMIZE,
                    "an output of a Terraform component cannot stand in a Kustomize component",
                )
                .at(leaf.place.value),
            );
        }
    }
    node
}
