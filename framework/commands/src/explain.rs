//! `terrace explain ENV COMPONENT[.path]`: where a value comes from.

use serde_json::{Value, json};
use terrace_diag::{Diagnostic, SourceMap, Span, closest, place_json};
use terrace_layers::{Loser, Node, NodeKind, Place, Rule};
use terrace_platform::{CompiledEnvironment, Layered, Overlay};

use crate::compile::with_environment;
use crate::{Outcome, World, codes};

/// Explains every leaf at or below a path of a component's inputs.
pub fn run(world: &World, environment: &str, path: &str) -> Outcome {
    let tree = match world.tree() {
        Ok(tree) => tree,
        Err(error) => return Outcome::error(error),
    };
    let (result, mut messages) =
        with_environment(&tree, environment, |compiled, layered, sources| {
            explain(compiled, layered, sources, path)
        });
    match result {
        Some(Ok(leaves)) => {
            let (text, json) = report(environment, &leaves);
            // The value is explained even where another part has mistakes.
            Outcome::data(text, json, messages)
        }
        Some(Err(error)) => {
            messages.diagnostics.push(error);
            Outcome::messages(messages)
        }
        None => Outcome::messages(messages),
    }
}

/// One leaf with its history.
struct Leaf {
    path: String,
    value: String,
    winner: Citation,
    losers: Vec<Citation>,
    reads: Vec<Citation>,
}

/// A place with what is written there and what it has to do with the value.
struct Citation {
    at: String,
    json: Value,
    written: String,
    rule: String,
}

fn explain(
    compiled: &CompiledEnvironment,
    layered: &Layered<'_>,
    sources: &SourceMap,
    wanted: &str,
) -> Result<Vec<Leaf>, Diagnostic> {
    let (name, rest) = wanted.split_once('.').unwrap_or((wanted, ""));
    let mut components = compiled.roots.iter().flat_map(|root| &root.components);
    let Some(component) = components.find(|component| component.name == name) else {
        let known: Vec<&str> = compiled
            .roots
            .iter()
            .flat_map(|root| root.components.iter().map(|c| c.name.as_str()))
            .collect();
        let kustomize = compiled.kustomize.iter().find(|c| c.name == name);
        let help = if let Some(kustomize) = kustomize {
            let layers: Vec<String> = kustomize
                .layers
                .iter()
                .map(|layer| match layer {
                    Overlay::Folder(path) => path.clone(),
                    Overlay::Block { folder, .. } => format!("a block in {folder}"),
                })
                .collect();
            format!(
                "`{name}` is a Kustomize component, lowest layer first: {}",
                layers.join(", ")
            )
        } else {
            match closest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are: {}", known.join(", ")),
            }
        };
        return Err(Diagnostic::error(
            &codes::UNKNOWN_PATH,
            format!("`{}` has no Terraform component `{name}`", compiled.name),
        )
        .help(help));
    };
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

fn first_line(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    match lines.next() {
        Some(_) => format!("{first} …"),
        None => first.to_owned(),
    }
}

fn report(environment: &str, leaves: &[Leaf]) -> (String, Value) {
    let mut text = String::new();
    let mut json = Vec::new();
    for leaf in leaves {
        text.push_str(&format!("{environment} {} = {}\n", leaf.path, leaf.value));
        let rows = std::iter::once(("wins ", &leaf.winner))
            .chain(leaf.losers.iter().map(|loser| ("loses", loser)))
            .chain(leaf.reads.iter().map(|read| ("reads", read)));
        let rows: Vec<_> = rows.collect();
        let width = rows.iter().map(|(_, c)| c.at.len()).max().unwrap_or(0);
        for (word, citation) in rows {
            let rule = match word {
                "reads" => String::new(),
                _ => format!("  ({})", citation.rule),
            };
            text.push_str(&format!(
                "  {word} {:width$}  {}{rule}\n",
                citation.at, citation.written
            ));
        }
        let cited = |citation: &Citation| {
            json!({
                "place": citation.json,
                "written": citation.written,
                "rule": citation.rule,
            })
        };
        json.push(json!({
            "path": leaf.path,
            "value": leaf.value,
            "winner": cited(&leaf.winner),
            "losers": leaf.losers.iter().map(cited).collect::<Vec<_>>(),
            "reads": leaf.reads.iter().map(cited).collect::<Vec<_>>(),
        }));
    }
    (text, json!(json))
}
