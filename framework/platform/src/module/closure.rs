//! A module with the local modules below it: everything a root must carry.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use terrace_diag::{Diagnostic, Diagnostics, SourceMap};
use terrace_layers::read::unreadable;
use terrace_lock::LockFile;
use terrace_source::{EntryKind, ReadError, Tree, path};

use super::inspect::{Call, Declared, inspect};
use super::rewrite::Edits;
use super::{Module, ModuleFile, ProviderNeed};
use crate::remote::copy_missing;
use crate::{RemoteUse, codes};

/// Folders of a module that a root does not need.
const LEFT_OUT: [&str; 2] = ["tests", "examples"];

pub(super) fn read(
    tree: &dyn Tree,
    root: &str,
    vendored: Option<&LockFile>,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Module {
    let mut seen: BTreeMap<String, Declared> = BTreeMap::new();
    let mut remote_calls = BTreeSet::new();
    let mut remotes = Vec::new();
    let mut edits = Edits::default();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        if seen.contains_key(&folder) {
            continue;
        }
        let declared = inspect(tree, &folder, sources, diagnostics);
        // What comes from one source stays inside of its copy.
        let copy = vendored.and_then(|lock| lock.at(&folder));
        for call in &declared.calls {
            let Call { source, span, .. } = call;
            if let Some(used) = RemoteUse::terraform(source, call.version.as_deref(), *span) {
                let local = vendored.and_then(|lock| used.local(lock));
                match (local, used.fault(vendored)) {
                    (Some(target), _) if tree.list(&target).is_some() => {
                        edits.call(call, &folder, &target);
                        open.push(target);
                    }
                    (Some(target), _) => diagnostics.push(copy_missing(&target, *span)),
                    (None, Some(fault)) => diagnostics.push(fault),
                    (None, None) => {
                        remote_calls.insert(source.clone());
                    }
                }
                remotes.push(used);
                continue;
            }
            let target = path::resolve(&folder, source);
            let escapes = |target: &String| {
                copy.is_some_and(|copy| path::relative(&copy.folder, target).starts_with(".."))
            };
            match target.filter(|target| !escapes(target)) {
                Some(target) if tree.list(&target).is_some() => open.push(target),
                Some(target) => diagnostics.push(
                    Diagnostic::error(
                        &codes::MISSING_SOURCE,
                        format!("the module `{target}` does not exist"),
                    )
                    .at(*span),
                ),
                None => diagnostics.push(
                    Diagnostic::error(
                        &codes::MODULE_ESCAPES,
                        match copy {
                            Some(copy) => format!("`{source}` leads out of {}", copy.source),
                            None => format!("`{source}` leads out of the repository"),
                        },
                    )
                    .at(*span)
                    .help("move the module into the repository, or vendor it"),
                ),
            }
        }
        seen.insert(folder, declared);
    }
    let mut providers: BTreeMap<_, ProviderNeed> = BTreeMap::new();
    for (folder, declared) in &seen {
        for (name, need) in &declared.providers {
            let all = providers.entry(name.clone()).or_default();
            all.source = all.source.take().or_else(|| need.source.clone());
            all.versions.extend(need.versions.iter().cloned());
            all.default |= need.default;
            if folder == root {
                all.aliases.extend(need.aliases.iter().cloned());
            }
        }
    }
    let complete = seen.values().all(|declared| declared.complete);
    let files = files(tree, seen.keys(), vendored, &edits, sources, diagnostics);
    let own = seen.remove(root).unwrap_or_default();
    Module {
        path: root.to_owned(),
        variables: own.variables,
        outputs: own.outputs,
        providers,
        remote_calls,
        remotes,
        files,
        complete,
    }
}

fn files<'a>(
    tree: &dyn Tree,
    folders: impl Iterator<Item = &'a String>,
    vendored: Option<&LockFile>,
    edits: &Edits,
    sources: &SourceMap,
    diagnostics: &mut Diagnostics,
) -> Arc<[ModuleFile]> {
    let mut out: BTreeMap<String, ModuleFile> = BTreeMap::new();
    for folder in folders {
        let mut open = vec![folder.clone()];
        while let Some(at) = open.pop() {
            for entry in tree.list(&at).unwrap_or_default().iter() {
                let full = path::join(&at, &entry.name);
                if left_out(&entry.name, entry.kind) || out.contains_key(&full) {
                    continue;
                }
                let read = match entry.kind {
                    EntryKind::Folder => {
                        open.push(full);
                        continue;
                    }
                    EntryKind::Link => Err(ReadError::Link { path: full.clone() }),
                    EntryKind::Repository => Err(ReadError::Repository),
                    EntryKind::NotUtf8 => Err(ReadError::NotUtf8),
                    EntryKind::File => tree.read(&full),
                };
                match read {
                    Ok(bytes) => {
                        let foreign = vendored.is_some_and(|lock| lock.at(&full).is_some());
                        let bytes = edits.apply(&full, bytes, foreign, sources);
                        out.insert(full.clone(), ModuleFile { path: full, bytes });
                    }
                    Err(error) => diagnostics.push(unreadable(&full, &error)),
                }
            }
        }
    }
    out.into_values().collect()
}

/// Dot files, state, documentation, tests and examples stay behind.
fn left_out(name: &str, kind: EntryKind) -> bool {
    name.starts_with('.')
        || (kind == EntryKind::Folder && LEFT_OUT.contains(&name))
        || (kind != EntryKind::Folder
            && (name.ends_with(".md")
                || name.ends_with(".tfstate")
                || name.contains(".tfstate.")
                || name.ends_with(".tftest.hcl")))
}
