//! A platform's sources, read and parsed once for all environments.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, SourceMap, Span};
use terrace_eval::files::NoFiles;
use terrace_eval::scope::ValueScope;
use terrace_eval::{Context, Value, evaluate};
use terrace_hcl::ast::{Body, Expr, ExprKind};
use terrace_layers::read::{parse_file, read_layer, read_text};
use terrace_layers::{ComponentKind, Definitions, LayerFiles};
use terrace_lock::LockFile;
use terrace_source::{EntryKind, Tree};

use crate::codes;
use crate::config::{self, Config, Environment};
use crate::environment::{local_path, with_reference};
use crate::module::Modules;
use crate::remote::{RemoteUse, read_lock};

/// Everything that was read, before any environment is looked at.
#[derive(Debug)]
pub struct Program {
    /// terrace.hcl.
    pub config: Config,
    /// Local modules that any layer uses, local copies of remote ones among them.
    pub modules: Modules,
    /// The local copies of remote sources; `None` without a `terrace.lock`.
    pub vendored: Option<Arc<LockFile>>,
    /// `platform.*` as a value.
    pub(crate) platform: Value,
    layers: BTreeMap<SmolStr, (LayerFiles, Vec<Body>)>,
    /// Layer files with mistakes in their syntax, of which a part may be missing.
    broken: BTreeSet<String>,
}

/// The definitions of every layer; borrows from the program.
pub struct Layered<'p> {
    by_path: BTreeMap<&'p str, (Definitions<'p>, &'p LayerFiles)>,
}

impl<'p> Layered<'p> {
    /// A layer by its folder.
    pub fn get(&self, path: &str) -> Option<(&Definitions<'p>, &'p LayerFiles)> {
        self.by_path
            .get(path)
            .map(|(definitions, files)| (definitions, *files))
    }
}

impl Program {
    /// Reads terrace.hcl, all layers that an environment uses, and all local
    /// modules. `None` only where there is no platform at all.
    pub fn load(
        tree: &dyn Tree,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        if tree.kind(config::FILE) != Some(EntryKind::File) {
            diagnostics.push(
                Diagnostic::error(&codes::NO_PLATFORM, "there is no terrace.hcl here")
                    .help("`terrace init DIR` makes a platform repository"),
            );
            return None;
        }
        let file = read_text(tree, config::FILE, sources, diagnostics)?;
        let (body, errors) = terrace_hcl::parse_body(file, sources.get(file)?.text());
        diagnostics.extend(errors);
        let config = config::read(&body, diagnostics)?;

        let mut files: Vec<LayerFiles> = Vec::new();
        let mut seen: BTreeSet<&SmolStr> = BTreeSet::new();
        for environment in &config.environments {
            for (path, span) in &environment.layers {
                if !seen.insert(path) {
                    continue;
                }
                if tree.list(path).is_none() {
                    diagnostics.push(missing_layer(tree, path, *span));
                    continue;
                }
                files.push(read_layer(tree, path, sources, diagnostics));
            }
        }
        let shared = &*sources;
        let parsed: Vec<(Vec<Body>, Diagnostics, Vec<String>)> = files
            .par_iter()
            .map(|layer| {
                let mut found = Diagnostics::new();
                let mut broken = Vec::new();
                let bodies = layer
                    .files
                    .iter()
                    .map(|file| {
                        let (body, errors) = parse_file(shared, *file);
                        if errors.has_errors() {
                            broken.extend(shared.get(*file).map(|file| file.path().to_owned()));
                        }
                        found.extend(errors);
                        body
                    })
                    .collect();
                (bodies, found, broken)
            })
            .collect();
        let mut layers = BTreeMap::new();
        let mut broken = BTreeSet::new();
        for (files, (bodies, found, of_layer)) in files.into_iter().zip(parsed) {
            diagnostics.extend(found);
            broken.extend(of_layer);
            layers.insert(SmolStr::from(files.path.as_str()), (files, bodies));
        }
        let platform = Value::object(config.attributes.clone());
        let vendored = read_lock(tree, sources, diagnostics);
        let mut program = Self {
            config,
            modules: Modules::new(vendored.clone()),
            vendored,
            platform,
            layers,
            broken,
        };
        program.load_modules(tree, sources, diagnostics);
        Some(program)
    }

    /// Whether a layer file has mistakes in its syntax.
    pub(crate) fn is_broken(&self, path: &str) -> bool {
        self.broken.contains(path)
    }

    /// The definitions of all layers.
    pub fn definitions(&self, diagnostics: &mut Diagnostics) -> Layered<'_> {
        let by_path = self
            .layers
            .iter()
            .map(|(path, (files, bodies))| {
                let definitions = Definitions::collect(bodies, diagnostics);
                (path.as_str(), (definitions, files))
            })
            .collect();
        Layered { by_path }
    }

    /// The layers of an environment that were read, lowest first.
    pub fn layers_of<'a>(
        &'a self,
        environment: &'a Environment,
    ) -> impl Iterator<Item = &'a LayerFiles> {
        environment
            .layers
            .iter()
            .filter_map(|(path, _)| self.layers.get(path).map(|(files, _)| files))
    }

    /// All layers that were read, by folder.
    pub fn layers(&self) -> impl Iterator<Item = &LayerFiles> {
        self.layers.values().map(|(files, _)| files)
    }

    fn load_modules(
        &mut self,
        tree: &dyn Tree,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) {
        let mut wanted: BTreeMap<String, Span> = BTreeMap::new();
        let mut dynamic: Vec<(&SmolStr, &Expr)> = Vec::new();
        for (path, (_, bodies)) in &self.layers {
            for block in bodies.iter().flat_map(Body::blocks) {
                let expr = match block.body.attribute("source") {
                    Some(source) if block.kind.name == ComponentKind::Terraform.word() => {
                        &source.expr
                    }
                    _ => continue,
                };
                match &expr.kind {
                    ExprKind::String(address) => {
                        if let Some(path) = local_path(address) {
                            wanted.entry(path).or_insert(expr.span);
                        }
                    }
                    _ => dynamic.push((path, expr)),
                }
            }
        }
        for environment in &self.config.environments {
            for (layer, expr) in &dynamic {
                if !environment.layers.iter().any(|(path, _)| path == *layer) {
                    continue;
                }
                let scope = ValueScope(Value::object([
                    ("platform".into(), self.platform.clone()),
                    ("env".into(), Value::object(environment.attributes.clone())),
                ]));
                match evaluate(expr, &scope, &Context::new(&NoFiles)) {
                    Ok(value) => {
                        if let Some(path) = value.as_str().and_then(local_path) {
                            wanted.entry(path).or_insert(expr.span);
                        }
                    }
                    Err(errors) => diagnostics.extend(errors.into_iter().map(|error| {
                        error.help("a `source` is made of platform.* and env.* only")
                    })),
                }
            }
        }
        self.vendored_modules(&mut wanted);
        for (path, span) in wanted {
            self.modules.load(tree, &path, span, sources, diagnostics);
        }
    }
}

impl Program {
    /// The local copies of the remote modules that components of any
    /// environment call. Address, version and ref may stand in different layers.
    fn vendored_modules(&self, wanted: &mut BTreeMap<String, Span>) {
        let Some(lock) = &self.vendored else {
            return;
        };
        for environment in &self.config.environments {
            let scope = ValueScope(Value::object([
                ("platform".into(), self.platform.clone()),
                ("env".into(), Value::object(environment.attributes.clone())),
            ]));
            let text = |expr: &Expr| match &expr.kind {
                ExprKind::String(text) => Some(text.clone()),
                _ => evaluate(expr, &scope, &Context::new(&NoFiles))
                    .ok()
                    .and_then(|value| value.as_str().map(SmolStr::from)),
            };
            let mut components: BTreeMap<&str, [Option<&Expr>; 3]> = BTreeMap::new();
            for (path, _) in &environment.layers {
                let Some((_, bodies)) = self.layers.get(path) else {
                    continue;
                };
                for block in bodies.iter().flat_map(Body::blocks) {
                    if block.kind.name != ComponentKind::Terraform.word() {
                        continue;
                    }
                    let Some(label) = block.labels.first() else {
                        continue;
                    };
                    let settings = components.entry(&label.name).or_default();
                    for (slot, name) in settings.iter_mut().zip(["source", "version", "ref"]) {
                        let attribute = block.body.attribute(name);
                        *slot = attribute.map(|a| &a.expr).or(*slot);
                    }
                }
            }
            for [source, version, reference] in components.into_values() {
                let Some((source, span)) = source.and_then(|expr| Some((text(expr)?, expr.span)))
                else {
                    continue;
                };
                let address = with_reference(&source, reference.and_then(&text).as_deref());
                let version = version.and_then(&text);
                let local = RemoteUse::terraform(&address, version.as_deref(), span)
                    .and_then(|used| used.local(lock));
                if let Some(path) = local {
                    wanted.entry(path).or_insert(span);
                }
            }
        }
    }
}

fn missing_layer(tree: &dyn Tree, path: &str, span: Span) -> Diagnostic {
    let (parent, name) = terrace_source::path::split(path);
    let siblings = tree.list(parent).unwrap_or_default();
    let folders = siblings
        .iter()
        .filter(|entry| entry.kind == EntryKind::Folder)
        .map(|entry| entry.name.as_str());
    let near = terrace_diag::closest(name, folders);
    Diagnostic::error(
        &codes::MISSING_LAYER,
        format!("the layer folder `{path}` does not exist"),
    )
    .at(span)
    .help(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("make it: `mkdir -p {path}`"),
    })
}
