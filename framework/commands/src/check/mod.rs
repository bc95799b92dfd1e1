//! `terrace check`: everything that needs no credentials.

mod trust;

use serde_json::json;
use terrace_diag::Diagnostic;

use crate::compile::compile;
use crate::ledger::now;
use crate::promote::secrets;
use crate::vendor::changed_copies;
use crate::{Outcome, World, codes, fmt};

/// Compiles every environment, and checks the layout of the sources, the copies
/// of remote ones, and who may sign.
pub fn run(world: &World) -> Outcome {
    let tree = match world.tree() {
        Ok(tree) => tree,
        Err(error) => return Outcome::error(error),
    };
    let (compiled, mut messages) = compile(&tree, &[]);
    let Some(compiled) = compiled else {
        return Outcome::messages(messages);
    };
    // A file that does not parse was reported by the compile already.
    for (path, result) in fmt::formatted(&tree) {
        if let Ok(Some(_)) = result {
            messages.diagnostics.push(
                Diagnostic::error(&codes::NOT_FORMATTED, format!("`{path}` is not formatted"))
                    .help("run `terrace fmt`"),
            );
        }
    }
    for secret in secrets(&compiled, &compiled.config) {
        messages.diagnostics.push(
            Diagnostic::error(
                &terrace_render::codes::SECRET,
                format!("{secret} would go into git with the release"),
            )
            .help("take it out of the layers, or write a waiver block with the reason"),
        );
    }
    changed_copies(&tree, &mut messages);
    trust::check(&tree, &compiled.config, now(world), &mut messages);
    let roots: usize = compiled.environments.iter().map(|e| e.folders.len()).sum();
    let environments = compiled.environments.len();
    let content = compiled.manifest(None).content_id();
    let text = if messages.has_errors() {
        String::new()
    } else {
        format!("{environments} environments, {roots} roots and components: no errors\n")
    };
    let json = json!({
        "environments": environments,
        "folders": roots,
        "content": content.to_string(),
    });
    Outcome::data(text, json, messages)
}
