//! `terrace graph`: roots and components with what they wait for.

use std::collections::BTreeMap;

use serde_json::json;
use terrace_diag::Diagnostic;

use crate::compile::compile;
use crate::{Outcome, World, codes};

/// How to draw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Graphviz.
    #[default]
    Dot,
    /// Mermaid, for Markdown.
    Mermaid,
    /// `{environment: {folder: {kind, members, after}}}`
    Json,
}

/// Draws the selected environments (none: all).
pub fn run(world: &World, environments: &[String], format: Format) -> Outcome {
    let tree = match world.tree() {
        Ok(tree) => tree,
        Err(error) => return Outcome::error(error),
    };
    let (compiled, mut messages) = compile(&tree, environments);
    let Some(compiled) = compiled.filter(|_| !messages.has_errors()) else {
        return Outcome::messages(messages);
    };
    if compiled.environments.iter().all(|e| e.folders.is_empty()) {
        messages.diagnostics.push(Diagnostic::warning(
            &codes::NOTHING_SELECTED,
            "no environment has a component",
        ));
    }
    let data: BTreeMap<&str, BTreeMap<&str, serde_json::Value>> = compiled
        .environments
        .iter()
        .map(|environment| {
            let folders = environment
                .folders
                .iter()
                .map(|folder| {
                    let value = json!({
                        "kind": folder.kind.as_str(),
                        "members": folder.members,
                        "after": folder.deps,
                    });
                    (folder.name.as_str(), value)
                })
                .collect();
            (environment.name.as_str(), folders)
        })
        .collect();
    let mut text = String::new();
    let open = match format {
        Format::Dot => "digraph terrace {\n  rankdir = LR\n  node [shape = box]\n",
        Format::Mermaid => "flowchart LR\n",
        Format::Json => {
            let json = json!(data);
            return Outcome::data(format!("{json:#}\n"), json, messages);
        }
    };
    text.push_str(open);
    for environment in &compiled.environments {
        let (name, end) = (
            &environment.name,
            if format == Format::Dot {
                "  }\n"
            } else {
                "  end\n"
            },
        );
        match format {
            Format::Dot => {
                text.push_str(&format!(
                    "  subgraph \"cluster_{name}\" {{\n    label = \"{name}\"\n"
                ));
            }
            _ => text.push_str(&format!("  subgraph {name}\n")),
        }
        for folder in &environment.folders {
            let id = format!("{name}/{}", folder.name);
            let members: Vec<&str> = folder.members.iter().map(String::as_str).collect();
            let label = if members.is_empty() || members == [folder.name.as_str()] {
                folder.name.to_string()
            } else {
                format!("{}: {}", folder.name, members.join(", "))
            };
            match format {
                Format::Dot => text.push_str(&format!("    \"{id}\" [label = \"{label}\"]\n")),
                _ => text.push_str(&format!("    {}[\"{label}\"]\n", mermaid_id(&id))),
            }
        }
        text.push_str(end);
        for folder in &environment.folders {
            for before in &folder.deps {
                let (from, to) = (
                    format!("{name}/{}", folder.name),
                    format!("{name}/{before}"),
                );
                match format {
                    Format::Dot => text.push_str(&format!("  \"{from}\" -> \"{to}\"\n")),
                    _ => text.push_str(&format!(
                        "  {} --> {}\n",
                        mermaid_id(&from),
                        mermaid_id(&to)
                    )),
                }
            }
        }
    }
    if format == Format::Dot {
        text.push_str("}\n");
    }
    Outcome::data(text, json!(data), messages)
}

/// Mermaid ids are plain words.
fn mermaid_id(id: &str) -> String {
    id.replace(['/', '-'], "_")
}
