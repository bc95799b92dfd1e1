//! Where the inputs of a Terraform component come from.

use terrace_diag::{Diagnostic, SourceMap, Span, closest, place_json};
use terrace_layers::{Loser, Node, NodeKind, Place, Rule};
use terrace_platform::{CompiledEnvironment, Layered, TerraformComponent};

use super::{Citation, Leaf, first_line};
use crate::codes;

/// Every leaf at or below a path.
pub(super) fn explain(
    component: &TerraformComponent,
    rest: &str,
    compiled: &CompiledEnvironment,
    layered: &Layered<'_>,
    sources: &SourceMap,
) -> Result<Vec<Leaf>, Diagnostic> {
    let name = component.name.as_str();
    let steps: Vec<&str> = rest.split('.').filter(|step| !step.is_empty()).collect();
    let steps = steps.strip_prefix(&["inputs"]).unwrap_or(&steps);
    let (node, taken) = component.inputs.descend(steps.iter().copied());
    if taken < steps.len() && !matches!(node.kind, NodeKind::Value(_) | NodeKind::Late(_)) {
        let known: Vec<String> = match &node.kind {
            NodeKind::Map(entries) => entries.iter().map(|(key, _)| key.to_string()).collect(),
            NodeKind::List(items) => (0..items.len()).map(|at| at.to_string()).collect(),
            NodeKind::Value(_) | NodeKind::Late(_) => Vec::new(),
        };
        let near = closest(steps[taken], known.iter().map(String::as_str));
        return Err(Diagnostic::error(
            &codes::UNKNOWN_PATH,
            format!("`{name}` has no value at `{}`", steps.join(".")),
        )
        .help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are: {}", known.join(", ")),
        }));
    }
    let prefix: Vec<&str> = std::iter::once(name)
        .chain(steps[..taken].iter().copied())
        .collect();
    // What lost to the maps and lists on the way down lost to every part of them.
    let above: Vec<Loser> = (0..taken)
        .flat_map(|count| {
            let (container, _) = component.inputs.descend(steps[..count].iter().copied());
            container.losers.iter().filter(|l| l.rule != Rule::Merged)
        })
        .copied()
        .collect();
    Ok(node
        .histories()
        .into_iter()
        .map(|(path, leaf, losers)| {
            let path: Vec<&str> = prefix
                .iter()
                .copied()
                .chain(path.iter().map(|step| step.as_str()))
                .collect();
            let losers: Vec<Loser> = above.iter().copied().chain(losers).collect();
            one(path.join("."), leaf, &losers, compiled, layered, sources)
        })
        .collect())
}

fn one(
    path: String,
    leaf: &Node,
    losers: &[Loser],
    compiled: &CompiledEnvironment,
    layered: &Layered<'_>,
    sources: &SourceMap,
) -> Leaf {
    let cite = |place: Place, rule: &str| Citation {
        at: sources.place(place.cited()),
        json: place_json(place.cited(), sources),
        written: first_line(sources.snippet(place.value)),
        rule: rule.to_owned(),
    };
    Leaf {
        path,
        value: shown(leaf),
        winner: cite(leaf.place, leaf.rule.word()),
        losers: losers
            .iter()
            .rev()
            .map(|loser| cite(loser.place, loser.rule.word()))
            .collect(),
        reads: reads(leaf.place.value, compiled, layered, sources)
            .into_iter()
            .map(|(name, place)| Citation {
                written: format!("{name} = {}", first_line(sources.snippet(place.value))),
                ..cite(place, "read")
            })
            .collect(),
    }
}

/// The locals that the winning expression names, each with its definitions, the
/// highest layer's first.
fn reads(
    span: Span,
    compiled: &CompiledEnvironment,
    layered: &Layered<'_>,
    sources: &SourceMap,
) -> Vec<(String, Place)> {
    let is_hcl = sources
        .get(span.file)
        .is_some_and(|file| file.path().ends_with(".hcl"));
    let snippet = sources.snippet(span);
    let Some(Ok(expr)) =
        is_hcl.then(|| terrace_hcl::parse_expression(span.file, snippet, span.start))
    else {
        return Vec::new();
    };
    let mut out: Vec<(String, Place)> = Vec::new();
    expr.for_each_reference(|reference| {
        let name = reference.steps.first().and_then(terrace_hcl::Step::name);
        let Some(name) = name.filter(|_| reference.root == "local") else {
            return;
        };
        let shown = format!("local.{name}");
        if out.iter().any(|(known, _)| *known == shown) {
            return;
        }
        let definitions = compiled
            .layers
            .iter()
            .rev()
            .filter_map(|layer| layered.get(layer))
            .filter_map(|(definitions, _)| definitions.locals.get(name));
        for attribute in definitions {
            let place = Place {
                key: Some(attribute.name.span),
                value: attribute.expr.span,
            };
            out.push((shown.clone(), place));
        }
    });
    out
}

/// A value on one line.
fn shown(node: &Node) -> String {
    let text = match &node.kind {
        NodeKind::Value(value) => terrace_eval::console::console_format(value),
        NodeKind::Late(expr) => terrace_hcl::print::expression(expr),
        NodeKind::List(_) => String::from("[]"),
        NodeKind::Map(_) => String::from("{}"),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
