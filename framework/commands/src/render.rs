//! `terrace render`

use serde_json::json;
use terrace_diag::{Diagnostic, Diagnostics};

use crate::compile::compile;
use crate::publish::{self, PublishError};
use crate::{Exit, Outcome, World, codes, source};

/// Options of `terrace render`.
#[derive(Debug, Default, Clone)]
pub struct Options {
    /// Environments; none: all.
    pub environments: Vec<String>,
    /// Compare and write nothing.
    pub check: bool,
    /// Compare with this commit or release instead of `rendered/`.
    pub against: Option<String>,
    /// Replace files that were written by hand.
    pub force: bool,
    /// Do not sync the file system.
    pub no_sync: bool,
}

/// Folder that is written to, in the repository.
pub const RENDERED: &str = "rendered";

/// Renders, or compares.
pub fn run(world: &World, options: &Options) -> Outcome {
    let tree = match world.tree() {
        Ok(tree) => tree,
        Err(error) => return Outcome::error(error),
    };
    let (compiled, mut messages) = compile(&tree, &options.environments);
    let (Some(compiled), false) = (compiled, messages.has_errors()) else {
        return Outcome::messages(messages);
    };
    if let Some(against) = &options.against {
        return crate::against::run(world, tree.root(), &compiled, messages, against);
    }
    let target = tree.root().join(RENDERED);
    let manifest = compiled.manifest(source::of_working_copy(world, tree.root()));
    if options.check {
        return match publish::differences(&target, &compiled.environments, &manifest) {
            Ok(found) => {
                let count = found.len();
                messages.diagnostics.extend(found);
                let exit = if count == 0 {
                    Exit::Success
                } else {
                    Exit::Changes
                };
                let text = if count == 0 {
                    format!(
                        "{} environments are up to date\n",
                        compiled.environments.len()
                    )
                } else {
                    let s = if count == 1 { "" } else { "s" };
                    format!("{count} difference{s}\n")
                };
                Outcome::data(text, json!({ "differences": count }), messages).exit(exit)
            }
            Err(error) => failed(error, messages),
        };
    }
    let whole = options.environments.is_empty().then_some(&manifest);
    let publish_options = publish::Options {
        sync: !options.no_sync,
        force: options.force,
    };
    match publish::publish(&target, &compiled.environments, whole, publish_options) {
        Ok(published) => {
            let text = summary(&published);
            let json = json!({
                "written": published.written,
                "unchanged": published.unchanged,
                "removed": published.removed,
                "files": published.files,
                "release": whole.map(|manifest| manifest.id().to_string()),
                "content": whole.map(|manifest| manifest.content_id().to_string()),
                "uncovered": manifest.uncovered(),
            });
            Outcome::data(text, json, messages)
        }
        Err(error) => failed(error, messages),
    }
}

fn summary(published: &publish::Published) -> String {
    let mut text = String::new();
    let mut line = |what: &str, names: &[String]| {
        if names.is_empty() {
            return;
        }
        let shown = names.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
        let rest = names.len().saturating_sub(8);
        let more = if rest > 0 {
            format!(" and {rest} more")
        } else {
            String::new()
        };
        text.push_str(&format!("{what} {shown}{more}\n"));
    };
    line("rendered", &published.written);
    line("unchanged", &published.unchanged);
    line("removed", &published.removed);
    if published.files > 0 {
        text.push_str(&format!("{} files written\n", published.files));
    }
    text
}

fn failed(error: PublishError, mut messages: crate::compile::Messages) -> Outcome {
    let exit = match &error {
        PublishError::Busy { .. } => Exit::Busy,
        _ => Exit::Error,
    };
    let found: Diagnostics = match error {
        PublishError::HandWritten(found) => found.into_iter().collect(),
        PublishError::Busy { .. } => Diagnostic::error(&codes::BUSY, error.to_string())
            .help("wait until it is done, then run it again")
            .into(),
        PublishError::NotRendered { .. } => {
            Diagnostic::error(&codes::STALE_RENDER, error.to_string())
                .help("run `terrace render`, or compare with `--check --against REF`")
                .into()
        }
        PublishError::Io { .. } => {
            Diagnostic::error(&terrace_source::codes::UNREADABLE, error.to_string()).into()
        }
    };
    messages.diagnostics.extend(found);
    Outcome::messages(messages).exit(exit)
}
