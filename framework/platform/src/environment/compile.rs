//! Layers to an environment.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, SourceMap, Span};
use terrace_eval::scope::Scope;
use terrace_eval::{Context, Value};
use terrace_hcl::ast::{Block, Body};
use terrace_layers::{Component, ComponentKind, Definitions, Evaluate, LayerFiles, Locals, Merger};

use super::body::{self, BodyNode};
use super::component::Remotes;
use super::providers::{Configurations, required};
use super::{
    CompiledEnvironment, ModuleSource, Root, TerraformComponent, check, component, kustomize, roots,
};
use crate::codes;
use crate::config::Environment;
use crate::module::Module;
use crate::program::{Layered, Program};
use crate::scope::{Current, EnvironmentScope};

/// Constraint on Terraform where no layer says one: what modules are written for.
const DEFAULT_TERRAFORM: &str = ">= 1.9";

/// Compiles one environment. Messages are collected; what could not be compiled
/// is left out of the result.
pub fn compile(
    program: &Program,
    layered: &Layered<'_>,
    environment: &Environment,
    sources: &SourceMap,
    context: &Context<'_>,
) -> (CompiledEnvironment, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let layers: Vec<(&Definitions<'_>, &LayerFiles)> = environment
        .layers
        .iter()
        .filter_map(|(path, _)| layered.get(path))
        .collect();
    let definitions: Vec<&Definitions<'_>> =
        layers.iter().map(|(definitions, _)| *definitions).collect();
    let scope = environment_scope(program, environment, &definitions, context);
    let mut remotes = Remotes {
        used: Vec::new(),
        vendored: program.vendored.as_ref(),
    };
    let chosen = choose(
        &definitions,
        program,
        &scope,
        &mut remotes,
        &mut diagnostics,
    );
    let mut scope = scope;
    scope.components = chosen
        .iter()
        .map(|(name, chosen)| (SmolStr::from(*name), chosen.module()))
        .collect();
    let versions = versions(&definitions, &scope, &mut diagnostics);

    let mut by_root: BTreeMap<SmolStr, Vec<TerraformComponent>> = BTreeMap::new();
    let mut folders: Vec<(SmolStr, Span)> = Vec::new();
    let mut states: BTreeMap<SmolStr, bool> = BTreeMap::new();
    for (name, chosen) in chosen {
        let Some(source) = chosen.source else {
            continue;
        };
        let span = chosen.stack.first().map(|c| c.name.span);
        let explicit = chosen.state_span.is_some();
        if let Some(span) = span {
            match states.get(&chosen.state) {
                Some(true) if explicit => {}
                _ => folders.push((chosen.state.clone(), span)),
            }
        }
        states.insert(chosen.state.clone(), explicit);
        let before = diagnostics.error_count();
        let name = SmolStr::from(name);
        let built = component::build(
            &name,
            &chosen.state,
            source,
            &chosen.stack,
            &scope,
            sources,
            &mut diagnostics,
        );
        if let Some(built) = built {
            // A value that could not be read or merged is not also reported as missing.
            let complete = diagnostics.error_count() == before
                && !built.files.iter().any(|file| program.is_broken(file));
            check::check(&built, complete, &mut diagnostics);
            by_root.entry(chosen.state).or_default().push(built);
        }
    }

    renames(&by_root, &mut diagnostics);
    let mut kustomize = kustomize_components(&layers, &scope, &mut remotes, &mut diagnostics);
    folders.extend(kustomize.iter().map(|component| {
        let span = component
            .span
            .or_else(|| environment.layers.first().map(|(_, span)| *span));
        (component.name.clone(), span.unwrap_or(environment.span))
    }));
    roots::collisions(&folders, &mut diagnostics);

    let configurations = Configurations::new(&definitions);
    let backends = backend_stack(program, &definitions);
    let mut references = BTreeMap::new();
    let mut out: Vec<Root> = Vec::with_capacity(by_root.len());
    for (name, components) in by_root {
        let current = Current {
            component: None,
            state: state_name(&name, &components),
        };
        let (providers, backend) = scope.with(Some(current), || {
            let providers = configurations.for_root(&components, &scope, &mut diagnostics);
            let backend = backend(&backends, &scope, &mut diagnostics);
            (providers, backend)
        });
        let mut read: BTreeSet<(SmolStr, SmolStr)> = BTreeSet::new();
        for component in &components {
            read.extend(component.references.iter().cloned());
        }
        for provider in &providers {
            for node in provider.body.nodes() {
                component::collect_references(node, &mut read);
            }
        }
        references.insert(name.clone(), read);
        out.push(Root {
            required: required(&components, &providers, &versions),
            required_version: versions
                .get("terraform")
                .map(|(text, _)| text.clone())
                .unwrap_or_else(|| DEFAULT_TERRAFORM.into()),
            name,
            components,
            providers,
            backend,
            exports: BTreeMap::new(),
            reads: BTreeSet::new(),
            after: BTreeSet::new(),
        });
    }
    roots::connect(&mut out, &mut kustomize, &references);
    roots::cycles(&out, &kustomize, &mut diagnostics);
    diagnostics.extend(scope.locals.finish(&scope));
    diagnostics.sort();
    let attribute = |(name, value): (&SmolStr, &Value)| {
        let span = environment.places.get(name).copied();
        (
            name.clone(),
            (value.clone(), span.unwrap_or(environment.span)),
        )
    };
    let compiled = CompiledEnvironment {
        name: environment.name.clone(),
        layers: environment
            .layers
            .iter()
            .map(|(path, _)| path.clone())
            .collect(),
        roots: out,
        kustomize,
        locals: scope.locals.into_nodes(),
        attributes: environment.attributes.iter().map(attribute).collect(),
        versions: versions
            .into_iter()
            .map(|(name, (_, span))| (name, span))
            .collect(),
        remotes: remotes.used,
    };
    (compiled, diagnostics)
}

/// The names that expressions of an environment may read, outside of any
/// component.
pub fn scope<'p, 'c: 'p>(
    program: &'p Program,
    layered: &Layered<'p>,
    environment: &Environment,
    context: &'c Context<'c>,
) -> Box<dyn Scope + 'p> {
    let definitions: Vec<&Definitions<'p>> = environment
        .layers
        .iter()
        .filter_map(|(path, _)| layered.get(path).map(|(definitions, _)| definitions))
        .collect();
    Box::new(environment_scope(
        program,
        environment,
        &definitions,
        context,
    ))
}

/// The scope of an environment; components are filled in when they are known.
fn environment_scope<'p, 'c>(
    program: &Program,
    environment: &Environment,
    definitions: &[&Definitions<'p>],
    context: &'c Context<'c>,
) -> EnvironmentScope<'p, 'c> {
    let mut components: BTreeMap<SmolStr, Option<Arc<Module>>> = BTreeMap::new();
    for layer in definitions {
        for ((kind, name), component) in &layer.components {
            if *kind != ComponentKind::Terraform {
                continue;
            }
            let slot = components.entry(SmolStr::from(*name)).or_default();
            if let Some(terrace_hcl::ast::ExprKind::String(address)) =
                component.expr("source").map(|expr| &expr.kind)
            {
                *slot = component::local_path(address)
                    .and_then(|path| program.modules.get(&path).cloned());
            }
        }
    }
    EnvironmentScope {
        platform: program.platform.clone(),
        env: Value::object(environment.attributes.clone()),
        locals: Locals::new(definitions.iter().copied()),
        components,
        current: RefCell::new(None),
        context,
    }
}

/// A component that the environment has.
struct Chosen<'a, 'p> {
    stack: Vec<&'a Component<'p>>,
    state: SmolStr,
    state_span: Option<Span>,
    source: Option<ModuleSource>,
}

impl Chosen<'_, '_> {
    fn module(&self) -> Option<Arc<Module>> {
        match &self.source {
            Some(ModuleSource::Local(module)) => Some(Arc::clone(module)),
            _ => None,
        }
    }
}

fn choose<'a, 'p>(
    definitions: &[&'a Definitions<'p>],
    program: &Program,
    scope: &EnvironmentScope<'p, '_>,
    remotes: &mut Remotes<'_>,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<&'p str, Chosen<'a, 'p>> {
    let mut stacks: BTreeMap<&'p str, Vec<&'a Component<'p>>> = BTreeMap::new();
    for layer in definitions {
        for ((kind, name), component) in &layer.components {
            if *kind == ComponentKind::Terraform {
                stacks.entry(name).or_default().push(component);
            }
        }
    }
    let mut out = BTreeMap::new();
    for (name, stack) in stacks {
        let current = Current {
            component: Some(name.into()),
            state: name.into(),
        };
        let chosen = scope.with(Some(current), || {
            if !component::enabled(&stack, scope, diagnostics) {
                return None;
            }
            let (state, state_span) = component::state(name, &stack, scope, diagnostics);
            let source = component::source(&stack, &program.modules, remotes, scope, diagnostics);
            Some(Chosen {
                stack,
                state,
                state_span,
                source,
            })
        });
        out.extend(chosen.map(|chosen| (name, chosen)));
    }
    out
}

fn versions(
    definitions: &[&Definitions<'_>],
    scope: &EnvironmentScope<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<SmolStr, (SmolStr, Span)> {
    let mut out = BTreeMap::new();
    for layer in definitions {
        for (name, attribute) in &layer.versions {
            if let Some(text) = component::text(&attribute.expr, name, scope, diagnostics) {
                out.insert(SmolStr::from(*name), (text, attribute.name.span));
            }
        }
    }
    out
}

fn kustomize_components(
    layers: &[(&Definitions<'_>, &LayerFiles)],
    scope: &EnvironmentScope<'_, '_>,
    remotes: &mut Remotes<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<super::KustomizeComponent> {
    let mut stacks: BTreeMap<&str, Vec<kustomize::OfLayer<'_, '_>>> = BTreeMap::new();
    for (definitions, files) in layers {
        let folders = files.kustomize.iter().map(String::as_str);
        let blocks = definitions
            .components
            .keys()
            .filter(|(kind, _)| *kind == ComponentKind::Kustomize)
            .map(|(_, name)| *name);
        let names: BTreeSet<&str> = folders.chain(blocks).collect();
        for name in names {
            stacks.entry(name).or_default().push(kustomize::OfLayer {
                layer: &files.path,
                folder: files.kustomize.iter().any(|folder| folder == name),
                block: definitions
                    .components
                    .get(&(ComponentKind::Kustomize, name)),
            });
        }
    }
    kustomize::build(&stacks, scope, remotes, diagnostics)
}

/// A component cannot be renamed from one that is still there.
fn renames(by_root: &BTreeMap<SmolStr, Vec<TerraformComponent>>, diagnostics: &mut Diagnostics) {
    let all: BTreeSet<&SmolStr> = by_root.values().flatten().map(|c| &c.name).collect();
    for component in by_root.values().flatten() {
        if let Some(old) = component
            .renamed_from
            .as_ref()
            .filter(|old| all.contains(old))
        {
            diagnostics.push(
                Diagnostic::error(
                    &codes::BAD_RENAME,
                    format!(
                        "`{}` is renamed from `{old}`, which is still there",
                        component.name
                    ),
                )
                .at(component.span)
                .help(format!(
                    "take the definition of `{old}` away, or the `renamed_from`"
                )),
            );
        }
    }
}

/// The name under which a root keeps its state: a component that was renamed
/// keeps the old one, so that its resources are not made again.
fn state_name(root: &SmolStr, components: &[TerraformComponent]) -> SmolStr {
    match components {
        [only] if only.name == *root => only.renamed_from.clone().unwrap_or_else(|| root.clone()),
        _ => root.clone(),
    }
}

/// The backend blocks that count, lowest first: those of the highest type.
fn backend_stack<'a>(program: &'a Program, definitions: &[&Definitions<'a>]) -> Vec<&'a Block> {
    let all = program
        .config
        .backend
        .iter()
        .chain(definitions.iter().filter_map(|layer| layer.backend));
    let mut out: Vec<&Block> = Vec::new();
    for block in all {
        let kind = |block: &Block| block.labels.first().map(|label| label.name.clone());
        if out.last().is_some_and(|last| kind(last) != kind(block)) {
            out.clear();
        }
        out.push(block);
    }
    out
}

fn backend(
    stack: &[&Block],
    scope: &EnvironmentScope<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> Option<(SmolStr, BodyNode)> {
    let kind = stack.last()?.labels.first()?.name.clone();
    let bodies: Vec<&Body> = stack.iter().map(|block| &block.body).collect();
    let merged = {
        let evaluate: &dyn Evaluate = scope;
        body::merge(&bodies, &mut Merger::new(evaluate, diagnostics))
    };
    for node in merged.nodes() {
        if node.has_late() {
            diagnostics.push(
                Diagnostic::error(
                    &codes::LATE_SETTING,
                    "a backend must be known when the layers are compiled",
                )
                .at(node.place.value),
            );
        }
    }
    Some((kind, merged))
}
