//! A source tree compiled and rendered in memory: what nearly every command
//! starts from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use terrace_diag::{Diagnostic, Diagnostics, SourceMap, Span, closest};
use terrace_eval::Context;
use terrace_eval::files::{FileError, Files};
use terrace_eval::scope::Scope;
use terrace_platform::config::{self, Config};
use terrace_platform::{CompiledEnvironment, Layered, Program};
use terrace_release::{Compiler, Digest, Kind, ReleaseManifest, Source};
use terrace_render::provenance::Provenance;
use terrace_render::{Assets, KustomizeMessages, LockFile, RenderedEnvironment};
use terrace_source::{EntryKind, Tree, path};

use crate::policy;

/// Everything one compile gives.
#[derive(Debug)]
pub struct Compiled {
    /// terrace.hcl.
    pub config: Config,
    /// The selected environments, rendered, in the order of terrace.hcl.
    pub environments: Vec<RenderedEnvironment>,
    /// Digest of the provider lock, if the platform has one.
    pub lock: Option<Digest>,
    /// Digest of each promotion's policy, by `from->to`.
    pub policies: BTreeMap<String, Digest>,
}

impl Compiled {
    /// `release.json` of this compile.
    pub fn manifest(&self, source: Option<Source>) -> ReleaseManifest {
        terrace_render::manifest(
            &self.config.name,
            &self.environments,
            source,
            self.lock,
            self.policies.clone(),
            Compiler {
                name: String::from("terrace"),
                version: String::from(env!("CARGO_PKG_VERSION")),
            },
        )
    }
}

/// Messages and the sources that they point into.
#[derive(Debug, Default)]
pub struct Messages {
    /// All texts that were read.
    pub sources: SourceMap,
    /// What was found, sorted by place.
    pub diagnostics: Diagnostics,
}

impl Messages {
    /// Whether anything is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.has_errors()
    }

    /// Takes messages with the sources they point into. What a layer shared by
    /// several environments does wrong is said once.
    fn absorb(&mut self, messages: KustomizeMessages) {
        let mut seen = BTreeSet::new();
        for (sources, found) in messages {
            let mut new = Diagnostics::new();
            for item in found {
                let labels = item.labels.iter();
                let places: Vec<String> = labels.map(|l| sources.place(l.span)).collect();
                if seen.insert((item.code.id, item.message.clone(), places)) {
                    new.push(item);
                }
            }
            if !new.is_empty() {
                let first = self.sources.append(sources);
                new.shift_files(first);
                self.diagnostics.extend(new);
            }
        }
    }
}

/// Compiles and renders the selected environments (none: all). The result is
/// there even with errors, as far as it could be made; `None` only without a
/// platform.
pub fn compile(tree: &dyn Tree, select: &[String]) -> (Option<Compiled>, Messages) {
    let mut messages = Messages::default();
    let compiled = compile_into(tree, select, &mut messages);
    messages.diagnostics.sort();
    (compiled, messages)
}

/// Likewise, with where every value of the wanted folders comes from, by
/// environment.
pub fn compile_traced(
    tree: &dyn Tree,
    select: &[String],
    wanted: &BTreeSet<String>,
) -> (Option<Traced>, Messages) {
    let mut messages = Messages::default();
    let compiled = compile_with(tree, select, Some(wanted), &mut messages);
    messages.diagnostics.sort();
    (compiled, messages)
}

fn compile_into(tree: &dyn Tree, select: &[String], messages: &mut Messages) -> Option<Compiled> {
    compile_with(tree, select, None, messages).map(|(compiled, _)| compiled)
}

type Traced = (Compiled, BTreeMap<String, Provenance>);

fn compile_with(
    tree: &dyn Tree,
    select: &[String],
    wanted: Option<&BTreeSet<String>>,
    messages: &mut Messages,
) -> Option<Traced> {
    let Messages {
        sources,
        diagnostics,
    } = messages;
    let program = Program::load(tree, sources, diagnostics)?;
    let lock_text = (tree.kind(LockFile::FILE) == Some(EntryKind::File))
        .then(|| terrace_layers::read::read_text(tree, LockFile::FILE, sources, diagnostics))
        .flatten();
    let mut lock = LockFile::default();
    let mut lock_digest = None;
    if let Some(file) = lock_text
        && let Some(source) = sources.get(file)
    {
        lock = LockFile::parse(file, source.text(), diagnostics);
        lock_digest = Some(Digest::of(source.text()));
    }
    check_selection(&program.config, select, diagnostics);
    let layered = program.definitions(diagnostics);
    let assets = Assets::new(&program.modules, lock);
    let shared = &*sources;
    type Result = (
        RenderedEnvironment,
        Diagnostics,
        KustomizeMessages,
        Option<Provenance>,
    );
    let results: Vec<Result> = program
        .config
        .environments
        .par_iter()
        .filter(|environment| {
            select.is_empty() || select.iter().any(|name| environment.name == name)
        })
        .map(|environment| {
            let files = TreeFiles { tree };
            let context = Context::new(&files);
            let (compiled, mut found) =
                terrace_platform::compile(&program, &layered, environment, shared, &context);
            let (rendered, more, kustomize) = terrace_render::render(&compiled, &assets, tree);
            found.extend(more);
            let traced = wanted.map(|wanted| {
                terrace_render::provenance::provenance(&compiled, &assets, tree, shared, wanted)
            });
            (rendered, found, kustomize, traced)
        })
        .collect();
    let mut environments = Vec::with_capacity(results.len());
    let mut kustomize = Vec::new();
    let mut provenances = BTreeMap::new();
    for (rendered, found, more, traced) in results {
        provenances.extend(traced.map(|traced| (rendered.name.to_string(), traced)));
        environments.push(rendered);
        diagnostics.extend(found);
        kustomize.extend(more);
    }
    terrace_render::check_states(&environments, diagnostics);
    // What could not be rendered is missing for another reason.
    if !diagnostics.has_errors() && !kustomize.iter().any(|(_, found)| found.has_errors()) {
        check_unobserved(&program.config, &environments, diagnostics);
    }
    let policies = policy::digests(&program.config, tree, diagnostics);
    drop(layered);
    let config = program.config;
    messages.absorb(kustomize);
    let compiled = Compiled {
        config,
        environments,
        lock: lock_digest,
        policies,
    };
    Some((compiled, provenances))
}

/// `unobserved` names Kustomize components of the two environments of its edge.
fn check_unobserved(
    config: &Config,
    environments: &[RenderedEnvironment],
    diagnostics: &mut Diagnostics,
) {
    for promotion in &config.promotions {
        let find = |name: &str| environments.iter().find(|e| e.name == name);
        let (Some(from), Some(to)) = (find(&promotion.from.0), find(&promotion.to.0)) else {
            continue;
        };
        let known: BTreeSet<&str> = [from, to]
            .into_iter()
            .flat_map(|environment| &environment.folders)
            .filter(|folder| folder.kind == Kind::Kustomize)
            .map(|folder| folder.name.as_str())
            .collect();
        for (name, span) in &promotion.unobserved {
            if known.contains(name.as_str()) {
                continue;
            }
            let near = closest(name, known.iter().copied());
            diagnostics.push(
                Diagnostic::error(
                    &terrace_platform::codes::UNKNOWN_COMPONENT,
                    format!(
                        "neither `{}` nor `{}` has a Kustomize component `{name}`",
                        from.name, to.name
                    ),
                )
                .at(*span)
                .help(match near {
                    Some(near) => format!("did you mean `kustomize.{near}`?"),
                    None => String::from("take it out of the list"),
                }),
            );
        }
    }
}

/// Providers that the lock does not pin: such a render cannot become a release.
pub fn unlocked(compiled: &Compiled) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for environment in &compiled.environments {
        for folder in &environment.folders {
            for provider in &folder.unlocked {
                out.push(
                    Diagnostic::error(
                        &terrace_render::codes::NOT_LOCKED,
                        format!(
                            "{}/{} needs {provider}, which .terraform.lock.hcl does not pin",
                            environment.name, folder.name
                        ),
                    )
                    .help("run `terraform providers lock` in the rendered root and copy its entry"),
                );
            }
        }
    }
    out
}

/// One environment compiled but not rendered, with what it was compiled from.
pub fn with_environment<T>(
    tree: &dyn Tree,
    name: &str,
    work: impl FnOnce(&CompiledEnvironment, &Layered<'_>, &SourceMap) -> T,
) -> (Option<T>, Messages) {
    let mut messages = Messages::default();
    let result = (|| {
        let Messages {
            sources,
            diagnostics,
        } = &mut messages;
        let program = Program::load(tree, sources, diagnostics)?;
        check_selection(&program.config, &[name.to_owned()], diagnostics);
        let environment = program.config.environment(name)?;
        let layered = program.definitions(diagnostics);
        let files = TreeFiles { tree };
        let context = Context::new(&files);
        let (compiled, found) =
            terrace_platform::compile(&program, &layered, environment, sources, &context);
        diagnostics.extend(found);
        Some(work(&compiled, &layered, sources))
    })();
    messages.diagnostics.sort();
    (result, messages)
}

/// The names an expression of an environment may read. Mistakes in the layers
/// are in the messages, and do not keep the scope from being used.
pub fn with_scope<T>(
    tree: &dyn Tree,
    name: &str,
    context: &Context<'_>,
    work: impl FnOnce(&dyn Scope) -> T,
) -> (Option<T>, Messages) {
    let mut messages = Messages::default();
    let result = (|| {
        let Messages {
            sources,
            diagnostics,
        } = &mut messages;
        let program = Program::load(tree, sources, diagnostics)?;
        check_selection(&program.config, &[name.to_owned()], diagnostics);
        let environment = program.config.environment(name)?;
        let layered = program.definitions(diagnostics);
        let scope = terrace_platform::scope(&program, &layered, environment, context);
        Some(work(&*scope))
    })();
    messages.diagnostics.sort();
    (result, messages)
}

fn check_selection(config: &Config, select: &[String], diagnostics: &mut Diagnostics) {
    for name in select {
        if config.environment(name).is_none() {
            let known = config.environments.iter().map(|e| e.name.as_str());
            let at = Span::new(config.span.file, config.span.start, config.span.end);
            let error: Diagnostic = config::unknown_environment(name, at, known);
            diagnostics.push(error);
        }
    }
}

/// Files of the repository for `file`, `templatefile` and their kin.
pub struct TreeFiles<'t> {
    /// The repository.
    pub tree: &'t dyn Tree,
}

impl TreeFiles<'_> {
    fn path(&self, path: &str) -> Result<String, FileError> {
        path::resolve("", path)
            .ok_or_else(|| FileError(format!("{path:?} leads out of the repository")))
    }
}

impl Files for TreeFiles<'_> {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        let full = self.path(path)?;
        self.tree
            .read(&full)
            .map_err(|error| FileError(format!("{path:?}: {error}")))
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        Ok(self.tree.kind(&self.path(path)?) == Some(EntryKind::File))
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let full = self.path(path)?;
        let prefix = if full.is_empty() {
            String::new()
        } else {
            format!("{full}/")
        };
        let files = self.tree.walk(&full);
        Ok(files
            .into_iter()
            .filter(|(_, kind, _)| *kind == EntryKind::File)
            .filter_map(|(path, ..)| path.strip_prefix(&prefix).map(str::to_owned))
            .collect())
    }
}
