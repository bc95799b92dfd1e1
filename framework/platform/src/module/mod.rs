//! Local Terraform modules: what they declare, need, and consist of.

mod closure;
mod inspect;
mod rewrite;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, SourceMap, Span};
use terrace_eval::ModuleVariable;
use terrace_lock::LockFile;
use terrace_source::Tree;

use crate::codes;
use crate::remote::{RemoteUse, copy_missing};

/// A module of the repository with all modules below it.
#[derive(Debug)]
pub struct Module {
    /// Its folder, relative to the repository.
    pub path: String,
    /// Its input variables.
    pub variables: BTreeMap<SmolStr, Variable>,
    /// Its outputs.
    pub outputs: BTreeMap<SmolStr, Output>,
    /// The providers it and the modules below it need, by local name.
    pub providers: BTreeMap<SmolStr, ProviderNeed>,
    /// Addresses of remote modules called by it or below it that have no local
    /// copy.
    pub remote_calls: BTreeSet<String>,
    /// All remote modules called by it or below it, with or without a copy.
    pub remotes: Vec<RemoteUse>,
    /// Files of it and of the modules below it, sorted by path.
    pub files: Arc<[ModuleFile]>,
    /// Whether everything was understood; if not, nothing is claimed checked.
    pub complete: bool,
}

/// One file to copy.
#[derive(Debug, Clone)]
pub struct ModuleFile {
    /// Its path in the repository.
    pub path: String,
    /// What is in it.
    pub bytes: Arc<[u8]>,
}

/// An input variable.
#[derive(Debug)]
pub struct Variable {
    /// Its type, default and rules.
    pub spec: ModuleVariable,
    /// Where it is declared.
    pub span: Span,
}

/// An output value.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Where it is declared.
    pub span: Span,
    /// Whether it is declared sensitive.
    pub sensitive: bool,
}

/// What a module needs of a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderNeed {
    /// `hashicorp/aws`; none where only resource types imply the provider.
    pub source: Option<String>,
    /// Version constraints of the modules, sorted.
    pub versions: BTreeSet<String>,
    /// Configuration aliases that must be handed in.
    pub aliases: BTreeSet<String>,
    /// Whether the default configuration is used.
    pub default: bool,
}

/// All local modules that a platform uses, each read once.
#[derive(Debug, Default)]
pub struct Modules {
    by_path: BTreeMap<String, Option<Arc<Module>>>,
    /// The local copies of remote modules.
    vendored: Option<Arc<LockFile>>,
}

impl Modules {
    /// None yet; remote modules are looked up in the lock.
    pub(crate) fn new(vendored: Option<Arc<LockFile>>) -> Self {
        Self {
            by_path: BTreeMap::new(),
            vendored,
        }
    }

    /// The module at a path, if it was read.
    pub fn get(&self, path: &str) -> Option<&Arc<Module>> {
        self.by_path.get(path)?.as_ref()
    }

    /// All modules that were read, by path.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Module>> {
        self.by_path.values().flatten()
    }

    /// Reads the module at `path` unless it was read before. `named_at` is
    /// where a layer names it.
    pub fn load(
        &mut self,
        tree: &dyn Tree,
        path: &str,
        named_at: Span,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) {
        if self.by_path.contains_key(path) {
            return;
        }
        let has_files = tree.list(path).is_some_and(|entries| {
            entries
                .iter()
                .any(|e| e.name.ends_with(".tf") || e.name.ends_with(".tf.json"))
        });
        if !has_files {
            let vendored = self.vendored.as_deref();
            let is_copy = vendored.is_some_and(|lock| lock.at(path).is_some());
            diagnostics.push(match is_copy && tree.kind(path).is_none() {
                true => copy_missing(path, named_at),
                false => missing(tree, path, named_at),
            });
            self.by_path.insert(path.to_owned(), None);
            return;
        }
        let vendored = self.vendored.as_deref();
        let module = closure::read(tree, path, vendored, sources, diagnostics);
        self.by_path.insert(path.to_owned(), Some(Arc::new(module)));
    }
}

fn missing(tree: &dyn Tree, path: &str, at: Span) -> Diagnostic {
    let what = match tree.kind(path) {
        None => "does not exist",
        Some(_) => "holds no .tf files",
    };
    let (parent, name) = terrace_source::path::split(path);
    let siblings = tree.list(parent).unwrap_or_default();
    let near = terrace_diag::closest(name, siblings.iter().map(|e| e.name.as_str()))
        .filter(|near| *near != name);
    Diagnostic::error(
        &codes::MISSING_SOURCE,
        format!("the module `./{path}` {what}"),
    )
    .at(at)
    .maybe_help(near.map(|near| {
        let path = terrace_source::path::join(parent, near);
        format!("did you mean `./{path}`?")
    }))
}
