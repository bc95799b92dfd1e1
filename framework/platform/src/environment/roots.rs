//! Components grouped into roots, in an order that terraform can follow.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graphmap::DiGraphMap;
use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, Span};

use super::{KustomizeComponent, Root};
use crate::codes;

/// Fills in what roots read from, export to and wait for each other.
pub(super) fn connect(
    roots: &mut [Root],
    kustomize: &mut [KustomizeComponent],
    references: &BTreeMap<SmolStr, BTreeSet<(SmolStr, SmolStr)>>,
) {
    let owner: BTreeMap<SmolStr, SmolStr> = roots
        .iter()
        .flat_map(|root| {
            root.components
                .iter()
                .map(|component| (component.name.clone(), root.name.clone()))
        })
        .collect();
    let mut exports: BTreeMap<SmolStr, BTreeMap<SmolStr, BTreeSet<SmolStr>>> = BTreeMap::new();
    for root in roots.iter_mut() {
        for (component, output) in references.get(&root.name).into_iter().flatten() {
            let Some(producer) = owner.get(component) else {
                continue;
            };
            if *producer == root.name {
                continue;
            }
            root.reads.insert(producer.clone());
            exports
                .entry(producer.clone())
                .or_default()
                .entry(component.clone())
                .or_default()
                .insert(output.clone());
        }
        let named: BTreeSet<SmolStr> = root
            .components
            .iter()
            .flat_map(|component| component.after.iter())
            .map(|name| owner.get(name).unwrap_or(name).clone())
            .filter(|name| *name != root.name)
            .collect();
        root.after = root.reads.union(&named).cloned().collect();
    }
    for component in kustomize {
        component.after = component
            .after
            .iter()
            .map(|name| owner.get(name).unwrap_or(name).clone())
            .collect();
    }
    for root in roots.iter_mut() {
        root.exports = exports.remove(&root.name).unwrap_or_default();
    }
}

/// Circles between roots and components, each shown whole.
pub(super) fn cycles(
    roots: &[Root],
    kustomize: &[KustomizeComponent],
    diagnostics: &mut Diagnostics,
) {
    let mut graph = DiGraphMap::<&str, ()>::new();
    let edges = roots
        .iter()
        .map(|root| (&root.name, &root.after))
        .chain(kustomize.iter().map(|c| (&c.name, &c.after)));
    for (name, after) in edges {
        for before in after {
            graph.add_edge(name.as_str(), before.as_str(), ());
        }
    }
    for circle in petgraph::algo::tarjan_scc(&graph) {
        let members: BTreeSet<&str> = circle.into_iter().collect();
        let Some(first) = members.first().copied() else {
            continue;
        };
        if members.len() < 2 {
            continue;
        }
        let path = walk(&graph, &members, first);
        let mut error = Diagnostic::error(
            &codes::ROOT_CYCLE,
            format!(
                "roots depend on each other in a circle: {}",
                path.join(" → ")
            ),
        )
        .help("put the components into one `state`, or take one of the references away");
        for (from, to) in path.iter().zip(path.iter().skip(1)) {
            let root = roots.iter().find(|root| root.name == *from);
            for component in root.iter().flat_map(|root| &root.components) {
                if let Some(span) = reference_place(component, to, roots) {
                    error = error.label(span, format!("{from} reads {to}"));
                    break;
                }
            }
        }
        diagnostics.push(error);
    }
}

/// The shortest circle through `start` inside its component, deterministic.
fn walk<'a>(
    graph: &DiGraphMap<&'a str, ()>,
    members: &BTreeSet<&'a str>,
    start: &'a str,
) -> Vec<&'a str> {
    let mut from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut open = std::collections::VecDeque::from([start]);
    while let Some(at) = open.pop_front() {
        let mut next: Vec<&str> = graph
            .neighbors(at)
            .filter(|n| members.contains(n))
            .collect();
        next.sort_unstable();
        for name in next {
            if name == start {
                let mut path = vec![start];
                let mut step = at;
                while step != start {
                    path.push(step);
                    step = from.get(step).copied().unwrap_or(start);
                }
                path.push(start);
                path.reverse();
                return path;
            }
            if !from.contains_key(name) {
                from.insert(name, at);
                open.push_back(name);
            }
        }
    }
    vec![start]
}

fn reference_place(
    component: &super::TerraformComponent,
    to: &str,
    roots: &[Root],
) -> Option<Span> {
    let producers: BTreeSet<&SmolStr> = roots
        .iter()
        .filter(|root| root.name == to)
        .flat_map(|root| root.components.iter().map(|c| &c.name))
        .collect();
    for (_, leaf) in component.inputs.leaves() {
        if let terrace_layers::NodeKind::Late(expr) = &leaf.kind {
            let mut found = None;
            expr.for_each_reference(|reference| {
                if let Some((name, _)) = super::component_output(&reference)
                    && producers.contains(&name)
                {
                    found.get_or_insert(reference.expr.span);
                }
            });
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// Names that would be one folder: equal but for case, or a component with the
/// name of a state it does not belong to.
pub(super) fn collisions(names: &[(SmolStr, Span)], diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<String, &(SmolStr, Span)> = BTreeMap::new();
    for entry in names {
        if let Some(first) = seen.insert(entry.0.to_lowercase(), entry) {
            diagnostics.push(
                Diagnostic::error(
                    &codes::NAME_COLLISION,
                    format!(
                        "`{}` and `{}` would be rendered into the same folder",
                        first.0, entry.0
                    ),
                )
                .label(entry.1, "this one")
                .label(first.1, "and this one"),
            );
        }
    }
}
