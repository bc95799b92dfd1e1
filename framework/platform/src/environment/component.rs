//! One Terraform component: its settings and merged inputs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, SourceMap, Span};
use terrace_eval::{Folded, Value};
use terrace_hcl::Reference;
use terrace_hcl::ast::{Expr, ExprKind, ObjectKey};
use terrace_layers::{
    Candidate, Component, Evaluate, Kind, Merger, Node, NodeKind, Place, is_name,
};
use terrace_lock::LockFile;

use super::{ModuleSource, TerraformComponent};
use crate::module::Modules;
use crate::scope::{Current, EnvironmentScope};
use crate::{RemoteUse, codes};

/// A setting that is the highest layer's alone, with its place.
pub(super) fn setting<'p>(stack: &[&Component<'p>], name: &str) -> Option<&'p Expr> {
    stack
        .iter()
        .rev()
        .find_map(|component| component.expr(name))
}

/// The known value of a setting.
pub(super) fn known(
    expr: &Expr,
    scope: &EnvironmentScope<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> Option<Value> {
    match scope.fold(expr) {
        Ok(Folded::Known(value)) => Some(value),
        Ok(Folded::Partial(_)) => {
            diagnostics.push(
                Diagnostic::error(
                    &codes::LATE_SETTING,
                    "this must be known when the layers are compiled",
                )
                .at(expr.span),
            );
            None
        }
        Err(errors) => {
            diagnostics.extend(errors);
            None
        }
    }
}

/// A string setting.
pub(super) fn text(
    expr: &Expr,
    what: &str,
    scope: &EnvironmentScope<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> Option<SmolStr> {
    if let ExprKind::String(text) = &expr.kind {
        return Some(text.clone());
    }
    let value = known(expr, scope, diagnostics)?;
    if value.is_null() {
        return None;
    }
    let text = value.as_str().map(SmolStr::from);
    if text.is_none() {
        diagnostics.push(wrong(expr.span, what, "a string"));
    }
    text
}

/// A list of strings.
pub(super) fn texts(
    expr: &Expr,
    what: &str,
    scope: &EnvironmentScope<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> BTreeSet<SmolStr> {
    let Some(value) = known(expr, scope, diagnostics) else {
        return BTreeSet::new();
    };
    let texts = value.items().and_then(|items| {
        items
            .iter()
            .map(|item| item.as_str().map(SmolStr::from))
            .collect()
    });
    texts.unwrap_or_else(|| {
        diagnostics.push(wrong(expr.span, what, "a list of strings"));
        BTreeSet::new()
    })
}

/// Whether the component is part of the environment.
pub(super) fn enabled(
    stack: &[&Component<'_>],
    scope: &EnvironmentScope<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let Some(expr) = setting(stack, "enabled") else {
        return true;
    };
    if let ExprKind::Bool(enabled) = expr.kind {
        return enabled;
    }
    let Some(value) = known(expr, scope, diagnostics) else {
        return true;
    };
    value.as_bool().unwrap_or_else(|| {
        diagnostics.push(wrong(expr.span, "enabled", "true or false"));
        true
    })
}

fn wrong(span: Span, what: &str, wanted: &str) -> Diagnostic {
    Diagnostic::error(&codes::WRONG_TYPE, format!("`{what}` must be {wanted}")).at(span)
}

/// The state a component belongs to: given, or its own name.
pub(super) fn state(
    name: &str,
    stack: &[&Component<'_>],
    scope: &EnvironmentScope<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> (SmolStr, Option<Span>) {
    let Some(expr) = setting(stack, "state") else {
        return (name.into(), None);
    };
    match text(expr, "state", scope, diagnostics) {
        Some(state) if is_name(&state) => (state, Some(expr.span)),
        Some(state) => {
            diagnostics.push(
                Diagnostic::error(
                    &terrace_layers::codes::BAD_NAME,
                    format!("`{state}` is not a name for a state"),
                )
                .at(expr.span),
            );
            (name.into(), None)
        }
        None => (name.into(), None),
    }
}

/// What a component calls; `None` after a message.
pub(super) fn source(
    stack: &[&Component<'_>],
    modules: &Modules,
    remotes: &mut Remotes<'_>,
    scope: &EnvironmentScope<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> Option<ModuleSource> {
    let Some(expr) = setting(stack, "source") else {
        let first = stack.first()?;
        diagnostics.push(
            Diagnostic::error(
                &codes::MISSING_ATTRIBUTE,
                format!(
                    "no layer of this environment gives `{}` a source",
                    first.name.name
                ),
            )
            .at(first.header)
            .help("write `source = \"./modules/…\"` in the lowest layer"),
        );
        return None;
    };
    let address = text(expr, "source", scope, diagnostics)?;
    if let Some(path) = local_path(&address) {
        // A module that is missing was reported where modules are read.
        return modules.get(&path).cloned().map(ModuleSource::Local);
    }
    if address.starts_with("../") || address.starts_with('/') || address.starts_with("./") {
        diagnostics.push(
            Diagnostic::error(
                &terrace_source::codes::OUTSIDE,
                format!("`{address}` leads out of the repository"),
            )
            .at(expr.span)
            .help("a path in the repository starts with `./` and counts from its root"),
        );
        return None;
    }
    let option = |name: &str, diagnostics: &mut Diagnostics| {
        setting(stack, name).and_then(|expr| text(expr, name, scope, diagnostics))
    };
    let version = option("version", diagnostics);
    let reference = option("ref", diagnostics);
    let address = with_reference(&address, reference.as_deref());
    let used = RemoteUse::terraform(&address, version.as_deref(), expr.span);
    let mut help = None;
    if let Some(used) = used {
        let lock = remotes.vendored.map(Arc::as_ref);
        let found = lock.and_then(|lock| used.local(lock));
        let fault = used.fault(lock);
        help = Some(match &used.remote {
            Ok(_) => String::from("`terrace vendor` makes a local copy, which is checked"),
            Err(fault) => format!("`terrace vendor` cannot make a local copy: {fault}"),
        });
        remotes.used.push(used);
        if let Some(path) = found {
            // A module that is missing was reported where modules are read.
            return modules.get(&path).cloned().map(ModuleSource::Local);
        }
        if let Some(fault) = fault {
            diagnostics.push(fault);
            return None;
        }
    }
    diagnostics.push(
        Diagnostic::warning(
            &codes::UNCHECKED_MODULE,
            format!("the module `{address}` is not at hand: its inputs are not checked"),
        )
        .at(expr.span)
        .maybe_help(help),
    );
    Some(ModuleSource::Remote { address, version })
}

/// An address with the `ref` that stands beside it.
pub(crate) fn with_reference(address: &str, reference: Option<&str>) -> SmolStr {
    match reference {
        Some(reference) if address.contains('?') => format!("{address}&ref={reference}").into(),
        Some(reference) => format!("{address}?ref={reference}").into(),
        None => address.into(),
    }
}

/// Remote sources of an environment: those that were named, and where their
/// local copies are.
pub(super) struct Remotes<'p> {
    pub(super) used: Vec<RemoteUse>,
    pub(super) vendored: Option<&'p Arc<LockFile>>,
}

/// The path in the repository that a source names, if it names one.
pub(crate) fn local_path(address: &str) -> Option<String> {
    address
        .starts_with("./")
        .then(|| terrace_source::path::resolve("", address))
        .flatten()
        .filter(|path| !path.is_empty())
}

/// Merges and evaluates one component.
pub(super) fn build(
    name: &SmolStr,
    state: &SmolStr,
    source: ModuleSource,
    stack: &[&Component<'_>],
    scope: &EnvironmentScope<'_, '_>,
    sources: &SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<TerraformComponent> {
    let lowest = stack.first()?;
    let current = Current {
        component: Some(name.clone()),
        state: state.clone(),
    };
    let (inputs, settings) = scope.with(Some(current), || {
        let inputs = inputs(stack, scope, diagnostics);
        let secrets = setting(stack, "secrets")
            .map(|expr| texts(expr, "secrets", scope, diagnostics))
            .unwrap_or_default();
        let renamed_from = setting(stack, "renamed_from")
            .and_then(|expr| text(expr, "renamed_from", scope, diagnostics));
        (inputs, (secrets, renamed_from))
    });
    let (secrets, renamed_from) = settings;
    let providers = setting(stack, "providers")
        .map(|expr| read_providers(expr, diagnostics))
        .unwrap_or_default();
    let after = setting(stack, "after")
        .map(|expr| read_after(expr, diagnostics))
        .unwrap_or_default();
    let mut references = BTreeSet::new();
    collect_references(&inputs, &mut references);
    let mut files: Vec<Arc<str>> = Vec::new();
    for component in stack {
        if let Some(file) = sources.get(component.header.file)
            && !files.iter().any(|known| **known == *file.path())
        {
            files.push(Arc::from(file.path()));
        }
    }
    let mut places = BTreeMap::new();
    for component in stack {
        let settings = component
            .attributes
            .iter()
            .filter(|(name, _)| **name != "inputs");
        places.extend(settings.map(|(name, found)| (SmolStr::from(*name), found.name.span)));
    }
    Some(TerraformComponent {
        name: name.clone(),
        span: lowest.header,
        source,
        inputs,
        providers,
        secrets,
        renamed_from,
        after,
        references,
        files,
        settings: places,
    })
}

fn inputs(
    stack: &[&Component<'_>],
    scope: &EnvironmentScope<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> Node {
    let mut merger = Merger::new(scope, diagnostics);
    let mut candidates: Vec<Candidate<'_>> = Vec::with_capacity(stack.len());
    let mut place = None;
    for component in stack {
        let fallback = Place {
            key: None,
            value: component.header,
        };
        if let Some(attribute) = component.attributes.get("inputs") {
            let key = Some(attribute.name.span);
            let expr = &attribute.expr;
            place = Some(Place {
                key,
                value: expr.span,
            });
            candidates.push(Candidate::Expr { expr, key });
        }
        let here = place.unwrap_or(fallback);
        place = Some(here);
        if let Some(patch) = component.expr("patch") {
            let below = merger
                .fold(std::mem::take(&mut candidates))
                .unwrap_or_else(|| Node::new(NodeKind::Map(Vec::new()), here));
            let patched = merger.patch(below, patch);
            candidates.push(Candidate::Node(Box::new(patched)));
        }
    }
    let empty = |place: Place| Node::new(NodeKind::Map(Vec::new()), place);
    let Some(place) = place else {
        return empty(Place {
            key: None,
            value: Span::new(terrace_diag::FileId(0), 0, 0),
        });
    };
    let Some(node) = merger.fold(candidates) else {
        return empty(place);
    };
    match node.merge_kind() {
        Kind::Map => node.opened(),
        Kind::Null => empty(place),
        other => {
            diagnostics.push(
                Diagnostic::error(
                    &codes::WRONG_TYPE,
                    format!("`inputs` must be a map, this is {}", other.word()),
                )
                .at(node.place.value),
            );
            empty(place)
        }
    }
}

/// Every `terraform.NAME.OUTPUT` in the late parts of a node.
pub(super) fn collect_references(node: &Node, into: &mut BTreeSet<(SmolStr, SmolStr)>) {
    match &node.kind {
        NodeKind::Value(_) => {}
        NodeKind::List(items) => {
            for item in items {
                collect_references(item, into);
            }
        }
        NodeKind::Map(entries) => {
            for (_, node) in entries {
                collect_references(node, into);
            }
        }
        NodeKind::Late(expr) => {
            expr.for_each_reference(|reference| {
                into.extend(component_output(&reference));
            });
        }
    }
}

/// The component and output of a `terraform.NAME.OUTPUT` reference.
pub fn component_output(reference: &Reference<'_>) -> Option<(SmolStr, SmolStr)> {
    let [component, output, ..] = reference.steps.as_slice() else {
        return None;
    };
    (reference.root == "terraform").then_some(())?;
    Some((component.name()?.into(), output.name()?.into()))
}

/// `a` or `a.b` as its parts.
fn dotted(expr: &Expr) -> Option<Vec<SmolStr>> {
    match &expr.kind {
        ExprKind::Variable(name) => Some(vec![name.clone()]),
        ExprKind::String(name) => Some(name.split('.').map(SmolStr::from).collect()),
        ExprKind::Paren(inner) => dotted(inner),
        ExprKind::GetAttr { base, name } => {
            let mut parts = dotted(base)?;
            parts.push(name.name.clone());
            Some(parts)
        }
        _ => None,
    }
}

fn read_providers(
    expr: &Expr,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, (SmolStr, Option<SmolStr>)> {
    let mut out = BTreeMap::new();
    let wrong = |span| {
        Diagnostic::error(
            &codes::WRONG_TYPE,
            "`providers` maps the module's providers to configurations",
        )
        .at(span)
        .help("write `providers = { aws = provider.aws, aws.zone = provider.aws.dns }`")
    };
    let ExprKind::Object(items) = &expr.kind else {
        diagnostics.push(wrong(expr.span));
        return out;
    };
    for item in items {
        let key = match &item.key {
            ObjectKey::Name(name) => Some(name.name.to_string()),
            ObjectKey::Expr(expr) => dotted(expr).map(|parts| parts.join(".")),
        };
        let target = dotted(&item.value).and_then(|parts| match parts.as_slice() {
            [root, name] if root == "provider" => Some((name.clone(), None)),
            [root, name, alias] if root == "provider" => Some((name.clone(), Some(alias.clone()))),
            _ => None,
        });
        match (key, target) {
            (Some(key), Some(target)) => {
                out.insert(key, target);
            }
            _ => diagnostics.push(wrong(item.key.span().to(item.value.span))),
        }
    }
    out
}

/// `after = [terraform.a, kustomize.b]`
pub(super) fn read_after(expr: &Expr, diagnostics: &mut Diagnostics) -> BTreeSet<SmolStr> {
    let mut out = BTreeSet::new();
    let items = match &expr.kind {
        ExprKind::Tuple(items) => items.as_slice(),
        _ => &[],
    };
    let mut bad = (!matches!(expr.kind, ExprKind::Tuple(_))).then_some(expr.span);
    for item in items {
        match dotted(item).as_deref() {
            Some([root, name]) if root == "terraform" || root == "kustomize" => {
                out.insert(name.clone());
            }
            _ => bad = Some(item.span),
        }
    }
    if let Some(span) = bad {
        diagnostics.push(
            Diagnostic::error(&codes::WRONG_TYPE, "`after` is a list of components")
                .at(span)
                .help("write `after = [terraform.NAME, kustomize.NAME]`"),
        );
    }
    out
}
