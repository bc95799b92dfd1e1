//! Inputs against the module's variables.

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, Span, closest};
use terrace_eval::convert::PathStep;
use terrace_eval::{Folded, UnknownAttribute, Value, exposed_secrets};
use terrace_layers::{Node, NodeKind};

use super::{ModuleSource, TerraformComponent};
use crate::codes;
use crate::module::Module;

/// Reports unknown and missing inputs, wrong types and refused values, each at
/// the place in the layer that set it. Where mistakes were found in the inputs
/// already, they are not `complete`: what lacks is not reported, and neither are
/// types of maps and lists, which may lack a part.
pub(super) fn check(component: &TerraformComponent, complete: bool, diagnostics: &mut Diagnostics) {
    let NodeKind::Map(inputs) = &component.inputs.kind else {
        return;
    };
    for (_, node) in inputs {
        refuse_sensitive(node, diagnostics);
    }
    let ModuleSource::Local(module) = &component.source else {
        return;
    };
    if !module.complete {
        diagnostics.push(
            Diagnostic::warning(
                &codes::UNCHECKED_MODULE,
                format!(
                    "the module `./{}` is partly written in a way that is not checked here",
                    module.path
                ),
            )
            .at(component.span),
        );
        return;
    }
    for (name, node) in inputs {
        let Some(variable) = module.variables.get(name) else {
            diagnostics.push(unknown_input(name, node, &component.name, module));
            continue;
        };
        if !complete && matches!(node.kind, NodeKind::Map(_) | NodeKind::List(_)) {
            continue;
        }
        let given = Folded::Known(node.to_value());
        for unknown in variable.spec.unknown_attributes(&given) {
            diagnostics.push(unknown_attribute(name, node, &component.name, &unknown));
        }
        let others = |other: &str| value_of(other, &component.inputs, module);
        let Err(faults) = variable.spec.check_with(&given, &others) else {
            continue;
        };
        for fault in faults {
            let path: String = fault.path.iter().map(step_text).collect();
            let message = format!(
                "input `{name}{path}` of `{}`: {}",
                component.name, fault.message
            );
            diagnostics.push(
                Diagnostic::error(&codes::INPUT_TYPE, message)
                    .at(fault_place(node, &fault.path))
                    .label(variable.span, "declared here"),
            );
        }
    }
    for (name, variable) in &module.variables {
        let given = component.inputs.get(name).is_some() || component.secrets.contains(name);
        if complete && variable.spec.is_required() && !given {
            diagnostics.push(
                Diagnostic::error(
                    &codes::MISSING_INPUT,
                    format!(
                        "`{}` needs the input `{name}`, and no layer sets it",
                        component.name
                    ),
                )
                .at(component.span)
                .label(variable.span, "declared without a default"),
            );
        }
    }
    for name in &component.secrets {
        if !module.variables.contains_key(name) {
            let known = module.variables.keys().map(SmolStr::as_str);
            diagnostics.push(
                Diagnostic::error(
                    &codes::UNKNOWN_INPUT,
                    format!(
                        "the module of `{}` has no variable `{name}` for this secret",
                        component.name
                    ),
                )
                .at(component.span)
                .maybe_help(closest(name, known).map(|near| format!("did you mean `{near}`?"))),
            );
        }
    }
}

/// The value of another variable, for rules that read it.
fn value_of(name: &str, inputs: &Node, module: &Module) -> Option<Value> {
    let variable = module.variables.get(name)?;
    match inputs.get(name) {
        Some(node) => variable.spec.check(&Folded::Known(node.to_value())).ok(),
        None => variable.spec.default.clone(),
    }
}

fn step_text(step: &PathStep) -> String {
    match step {
        PathStep::Key(key) => format!(".{key}"),
        PathStep::Index(index) => format!("[{index}]"),
        PathStep::Element => String::from("[*]"),
    }
}

/// Terraform drops what an object type does not name, so that a misspelt setting
/// has no effect. Where a layer writes it out, that is a mistake; where a whole
/// value is handed on, it may hold more than this module takes.
fn unknown_attribute(
    input: &str,
    node: &Node,
    component: &str,
    unknown: &UnknownAttribute,
) -> Diagnostic {
    let object: String = unknown.object.iter().map(step_text).collect();
    let what = format!(
        "input `{input}{object}` of `{component}` has no attribute `{}`",
        unknown.name
    );
    let steps = texts(&unknown.object);
    let (part, taken) = node.descend(steps.iter().map(String::as_str));
    let written = (taken == steps.len())
        .then(|| part.get(&unknown.name))
        .flatten()
        // Parts of a value that was handed on have its place.
        .filter(|attribute| attribute.place != part.place);
    let diagnostic = match written {
        Some(attribute) => {
            Diagnostic::error(&codes::UNKNOWN_INPUT, what).at(attribute.place.cited())
        }
        None => Diagnostic::warning(
            &codes::UNKNOWN_INPUT,
            format!("{what}: Terraform drops it from this value"),
        )
        .at(part.place.value),
    };
    let known = unknown.known.iter().map(SmolStr::as_str);
    diagnostic.help(near_or_all(&unknown.name, known))
}

/// The smallest part of an input that a fault's path leads to.
fn fault_place(node: &Node, path: &[PathStep]) -> Span {
    let steps = texts(path);
    let (part, _) = node.descend(steps.iter().map(String::as_str));
    part.place.value
}

/// The steps of a path that a node has; sets have no positions.
fn texts(path: &[PathStep]) -> Vec<String> {
    path.iter()
        .map_while(|step| match step {
            PathStep::Key(key) => Some(key.to_string()),
            PathStep::Index(index) => Some(index.to_string()),
            PathStep::Element => None,
        })
        .collect()
}

/// What a wrong name should have been.
fn near_or_all<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match closest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has: {}", known.collect::<Vec<_>>().join(", ")),
    }
}

fn unknown_input(name: &str, node: &Node, component: &str, module: &Module) -> Diagnostic {
    let known = module.variables.keys().map(SmolStr::as_str);
    Diagnostic::error(
        &codes::UNKNOWN_INPUT,
        format!("the module of `{component}` has no input `{name}`"),
    )
    .at(node.place.cited())
    .help(near_or_all(name, known))
}

fn refuse_sensitive(node: &Node, diagnostics: &mut Diagnostics) {
    match &node.kind {
        NodeKind::Value(value) if value.contains_sensitive() => {
            diagnostics.push(exposed(node.place.value));
        }
        NodeKind::List(items) => {
            for item in items {
                refuse_sensitive(item, diagnostics);
            }
        }
        NodeKind::Map(entries) => {
            for (_, node) in entries {
                refuse_sensitive(node, diagnostics);
            }
        }
        NodeKind::Late(expr) => {
            for span in exposed_secrets(expr) {
                diagnostics.push(exposed(span));
            }
        }
        NodeKind::Value(_) => {}
    }
}

fn exposed(at: Span) -> Diagnostic {
    Diagnostic::error(
        &codes::SENSITIVE_OUTPUT,
        "a sensitive value would be written into the rendered Terraform",
    )
    .at(at)
    .help("list its name in `secrets = […]` and pass it as TF_VAR_… at plan and apply")
}
