//! Where the fields of what a Kustomize component builds come from.

use serde_json::json;
use terrace_diag::{SourceMap, Span, place_json};
use terrace_kustomize::{BuildError, Field, Resource, Resources, Step};
use terrace_platform::KustomizeComponent;
use terrace_render::KustomizeBuild;
use terrace_source::Tree;

use super::{Citation, Failure, Leaf, Report, address, first_line, report};
use crate::compile::Messages;

/// All leaves at or below a field of a resource; of the component itself, its
/// resources with their places.
pub(super) fn explain(
    environment: &str,
    component: &KustomizeComponent,
    wanted: &str,
    tree: &dyn Tree,
    sources: &SourceMap,
) -> Result<Report, Failure> {
    let build = KustomizeBuild::new(component, tree);
    let resources = build.load(sources.clone()).map_err(not_built)?;
    let all: Vec<&Resource> = resources.iter().collect();
    if wanted.is_empty() {
        return Ok(overview(environment, component, &all, &resources));
    }
    let (resource, rest) = address::resource(wanted, &all)?;
    let shown = address::of(resource, &all);
    let path = address::path(rest, &shown, resource.node())?;
    let leaves: Vec<_> = resource
        .leaves()
        .into_iter()
        .filter(|leaf| leaf.path.starts_with(&path))
        .collect();
    let fields: Vec<Field<'_>> = leaves
        .iter()
        .map(|leaf| Field {
            resource,
            path: leaf.path.clone(),
        })
        .collect();
    let histories = build.explain(sources.clone(), &fields).map_err(not_built)?;
    let leaves: Vec<Leaf> = leaves
        .iter()
        .zip(&histories)
        .map(|(leaf, steps)| {
            let value = leaf.node.as_str().map_or_else(
                || String::from(if leaf.node.is_mapping() { "{}" } else { "[]" }),
                first_line,
            );
            let cite = |step: &Step| Citation {
                at: place(step.span, resources.sources()),
                json: place_json(step.span, resources.sources()),
                written: first_line(step.value.as_deref().unwrap_or("(removed)")),
                rule: step.what.clone(),
            };
            let (last, earlier) = match steps.split_last() {
                Some((last, earlier)) => (cite(last), earlier),
                None => (
                    Citation {
                        at: place(leaf.span, resources.sources()),
                        json: place_json(leaf.span, resources.sources()),
                        written: value.clone(),
                        rule: String::from("kustomize"),
                    },
                    &[][..],
                ),
            };
            Leaf {
                path: format!("{}.{shown}{}", component.name, address::shown(&leaf.path)),
                value,
                winner: last,
                losers: earlier.iter().rev().map(cite).collect(),
                reads: Vec::new(),
            }
        })
        .collect();
    Ok(report(environment, &leaves))
}

/// A place, or that the builder itself made the value.
fn place(span: Span, sources: &SourceMap) -> String {
    match sources.get(span.file) {
        Some(_) => sources.place(span),
        None => String::from("kustomize"),
    }
}

fn not_built(error: BuildError) -> Failure {
    Failure::Build(Messages {
        sources: error.sources,
        diagnostics: error.diagnostics,
    })
}

/// The resources of a component, each with the place it begins at.
fn overview(
    environment: &str,
    component: &KustomizeComponent,
    all: &[&Resource],
    resources: &Resources,
) -> Report {
    let sources = resources.sources();
    let rows: Vec<(String, Span)> = all
        .iter()
        .map(|resource| (address::of(resource, all), resource.node().span()))
        .collect();
    let width = rows.iter().map(|(shown, _)| shown.len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut json = Vec::new();
    for (shown, span) in rows {
        text.push_str(&format!(
            "{environment} {}.{shown:width$}  {}\n",
            component.name,
            place(span, sources)
        ));
        json.push(json!({
            "path": format!("{}.{shown}", component.name),
            "place": place_json(span, sources),
        }));
    }
    (text, json!(json))
}
