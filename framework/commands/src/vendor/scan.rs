//! Every remote source that a repository names: in layers, in modules below
//! them, in kustomizations, and in the local copies of other remote sources.

use std::collections::BTreeSet;
use std::sync::Arc;

use terrace_diag::{Diagnostic, Diagnostics, SourceMap};
use terrace_eval::Context;
use terrace_layers::read::{KUSTOMIZATION_FILES, read_text};
use terrace_layers::{Node, NodeKind};
use terrace_lock::LockFile;
use terrace_platform::config::Vendor;
use terrace_platform::{Overlay, Program, RemoteUse};
use terrace_source::{EntryKind, Tree, path};

use crate::compile::{Messages, TreeFiles};

/// What was found.
pub(super) struct Scan {
    /// Each place that names a remote source, in no particular order.
    pub(super) uses: Vec<RemoteUse>,
    /// Whether everything could be read, so that what was not found is not used.
    pub(super) complete: bool,
    /// `terrace.lock`.
    pub(super) lock: Option<Arc<LockFile>>,
    /// The policy.
    pub(super) vendor: Vendor,
}

/// Looks through a repository. Errors that keep its files from being read are
/// in the messages; that a source is not vendored yet, or cannot be, is none:
/// the uses say so.
pub(super) fn scan(tree: &dyn Tree, messages: &mut Messages) -> Option<Scan> {
    let Messages {
        sources,
        diagnostics,
    } = messages;
    let mut found = Diagnostics::new();
    let program = Program::load(tree, sources, &mut found);
    let expected = |error: &Diagnostic| {
        use terrace_lock::codes::{BAD_ADDRESS, NOT_VENDORED};
        error.code == &NOT_VENDORED || error.code == &BAD_ADDRESS || !error.is_error()
    };
    diagnostics.extend(found.into_iter().filter(|error| !expected(error)));
    let program = program?;
    let mut layers = Diagnostics::new();
    let layered = program.definitions(&mut layers);
    let mut uses = Vec::new();
    for module in program.modules.iter() {
        uses.extend(module.remotes.iter().cloned());
    }
    let files = TreeFiles { tree };
    let context = Context::new(&files);
    let mut walk = Walk {
        tree,
        lock: program.vendored.as_deref(),
        seen: BTreeSet::new(),
        open: kustomizations(tree),
    };
    for environment in &program.config.environments {
        let (compiled, found) =
            terrace_platform::compile(&program, &layered, environment, sources, &context);
        layers.extend(found);
        uses.extend(compiled.remotes);
        for overlay in compiled
            .kustomize
            .iter()
            .flat_map(|component| &component.layers)
        {
            match overlay {
                Overlay::Folder(folder) => walk.open.push(folder.clone()),
                Overlay::Block { folder, fields } => {
                    for (text, span) in strings(fields) {
                        walk.reference(folder, &text, span, &mut uses);
                    }
                }
            }
        }
    }
    walk.run(sources, &mut uses);
    let complete = !layers.iter().any(|error| !expected(error)) && !diagnostics.has_errors();
    Some(Scan {
        uses,
        complete,
        lock: program.vendored.clone(),
        vendor: program.config.vendor.clone(),
    })
}

/// Folders of the repository with a kustomization.
fn kustomizations(tree: &dyn Tree) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![String::new()];
    while let Some(folder) = open.pop() {
        for entry in tree.list(&folder).unwrap_or_default().iter() {
            let full = path::join(&folder, &entry.name);
            let skipped = entry.name.starts_with('.')
                || full == terrace_lock::FOLDER
                || full == crate::render::RENDERED;
            match entry.kind {
                EntryKind::Folder if !skipped => open.push(full),
                EntryKind::File if KUSTOMIZATION_FILES.contains(&entry.name.as_str()) => {
                    found.push(folder.clone());
                }
                _ => {}
            }
        }
    }
    found
}

/// Lists of a kustomization that hold files, folders and addresses.
const LISTS: [&str; 7] = [
    "resources",
    "bases",
    "components",
    "crds",
    "transformers",
    "generators",
    "validators",
];

/// The entries of these lists in a `kustomize` block.
fn strings(fields: &Node) -> Vec<(String, terrace_diag::Span)> {
    let mut out = Vec::new();
    for list in LISTS.iter().filter_map(|name| fields.get(name)) {
        let NodeKind::List(items) = &list.kind else {
            continue;
        };
        for item in items {
            if let NodeKind::Value(value) = &item.kind
                && let Some(text) = value.as_str()
            {
                out.push((text.to_owned(), item.place.cited()));
            }
        }
    }
    out
}

/// Kustomizations that are reached.
struct Walk<'a> {
    tree: &'a dyn Tree,
    lock: Option<&'a LockFile>,
    seen: BTreeSet<String>,
    open: Vec<String>,
}

impl Walk<'_> {
    fn run(&mut self, sources: &mut SourceMap, uses: &mut Vec<RemoteUse>) {
        while let Some(folder) = self.open.pop() {
            if !self.seen.insert(folder.clone()) {
                continue;
            }
            for name in KUSTOMIZATION_FILES {
                let full = path::join(&folder, name);
                if self.tree.kind(&full) != Some(EntryKind::File) {
                    continue;
                }
                // What cannot be read is said where it is built.
                let mut ignored = Diagnostics::new();
                let Some(file) = read_text(self.tree, &full, sources, &mut ignored) else {
                    continue;
                };
                let Some(text) = sources.get(file).map(terrace_diag::SourceFile::shared_text)
                else {
                    continue;
                };
                for reference in terrace_vendor::kustomization(file, &text) {
                    self.reference(&folder, &reference.text, reference.span, uses);
                }
            }
        }
    }

    fn reference(
        &mut self,
        folder: &str,
        text: &str,
        span: terrace_diag::Span,
        uses: &mut Vec<RemoteUse>,
    ) {
        let local = match RemoteUse::kustomize(text, span) {
            Some(used) => {
                let local = self.lock.and_then(|lock| used.local(lock));
                uses.push(used);
                local
            }
            None => path::resolve(folder, text),
        };
        if let Some(local) = local
            && self.tree.kind(&local) == Some(EntryKind::Folder)
        {
            self.open.push(local);
        }
    }
}
