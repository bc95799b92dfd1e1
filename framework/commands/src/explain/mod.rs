//! `terrace explain ENV COMPONENT[.path]`: where a value comes from.
//!
//! | file | what it explains |
//! |---|---|
//! | `inputs.rs` | an input of a Terraform component: the layers that say it |
//! | `manifests.rs` | a field of what a Kustomize component builds |
//! | `address.rs` | how resources and their fields are written |

mod address;
mod inputs;
mod manifests;

use serde_json::{Value, json};
use terrace_diag::{Diagnostic, closest};
use terrace_platform::{CompiledEnvironment, KustomizeComponent, TerraformComponent};

use crate::compile::{Messages, with_environment};
use crate::{Outcome, World, codes};

/// Before the name of a component: it is one of Kustomize.
const KUSTOMIZE: &str = "kustomize.";

/// Explains every leaf at or below a path of a component: of its inputs, or of
/// the resources that Kustomize builds. The path can stand by itself in `field`.
pub fn run(world: &World, environment: &str, path: &str, field: Option<&str>) -> Outcome {
    let tree = match world.tree() {
        Ok(tree) => tree,
        Err(error) => return Outcome::error(error),
    };
    let (result, mut messages) = with_environment(
        &tree,
        environment,
        |compiled, layered, sources| -> Result<Report, Failure> {
            let (component, rest) = choose(compiled, path)?;
            let rest = match field {
                Some(field) if rest.is_empty() => field.to_owned(),
                Some(field) => format!("{rest}.{field}"),
                None => rest.to_owned(),
            };
            match component {
                Component::Terraform(component) => {
                    let leaves = inputs::explain(component, &rest, compiled, layered, sources)?;
                    Ok(report(environment, &leaves))
                }
                Component::Kustomize(component) => {
                    manifests::explain(environment, component, &rest, &tree, sources)
                }
            }
        },
    );
    match result {
        // The value is explained even where another part has mistakes.
        Some(Ok((text, json))) => Outcome::data(text, json, messages),
        Some(Err(Failure::Asked(error))) => {
            messages.diagnostics.push(*error);
            Outcome::messages(messages)
        }
        Some(Err(Failure::Build(mut built))) => {
            built.diagnostics.extend(messages.diagnostics);
            Outcome::messages(built)
        }
        None => Outcome::messages(messages),
    }
}

/// Text and JSON.
type Report = (String, Value);

/// Why there is nothing to explain.
enum Failure {
    /// What was asked for does not exist.
    Asked(Box<Diagnostic>),
    /// The component cannot be built.
    Build(Messages),
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Asked(Box::new(diagnostic))
    }
}

enum Component<'c> {
    Terraform(&'c TerraformComponent),
    Kustomize(&'c KustomizeComponent),
}

/// The component that a path begins with, and the rest of the path.
fn choose<'c, 'p>(
    compiled: &'c CompiledEnvironment,
    path: &'p str,
) -> Result<(Component<'c>, &'p str), Diagnostic> {
    let (is_kustomize, path) = match path.strip_prefix(KUSTOMIZE) {
        Some(rest) => (true, rest),
        None => (false, path),
    };
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let terraform = || compiled.roots.iter().flat_map(|root| &root.components);
    if let Some(component) = terraform().find(|one| !is_kustomize && one.name == name) {
        return Ok((Component::Terraform(component), rest));
    }
    if let Some(component) = compiled.kustomize.iter().find(|one| one.name == name) {
        return Ok((Component::Kustomize(component), rest));
    }
    let mut known: Vec<String> = Vec::new();
    if !is_kustomize {
        known.extend(terraform().map(|component| component.name.to_string()));
    }
    let kustomize = compiled.kustomize.iter();
    known.extend(kustomize.map(|component| match is_kustomize {
        true => format!("{KUSTOMIZE}{}", component.name),
        false => component.name.to_string(),
    }));
    let wanted = match is_kustomize {
        true => format!("{KUSTOMIZE}{name}"),
        false => name.to_owned(),
    };
    Err(unknown(
        format!("`{}` has no component `{wanted}`", compiled.name),
        &wanted,
        &known,
    ))
}

/// Something that is not there, with what is.
fn unknown(message: String, wanted: &str, known: &[String]) -> Diagnostic {
    let error = Diagnostic::error(&codes::UNKNOWN_PATH, message);
    match closest(wanted, known.iter().map(String::as_str)) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => error,
        None => error.help(format!("there are: {}", known.join(", "))),
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
