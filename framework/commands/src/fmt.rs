//! `terrace fmt`: terrace.hcl, layer files and modules, laid out as
//! `terraform fmt` does it.

use std::collections::BTreeSet;
use std::fs;

use serde_json::json;
use terrace_diag::{Diagnostics, SourceMap};
use terrace_platform::Program;
use terrace_source::{EntryKind, Tree, path};

use crate::compile::Messages;
use crate::tree::DiskTree;
use crate::{Exit, Outcome, World};

/// Options of `terrace fmt`.
#[derive(Debug, Default, Clone, Copy)]
pub struct Options {
    /// Name the files and write nothing; exit 2 when there are any.
    pub check: bool,
}

/// Formats the sources of a platform.
pub fn run(world: &World, options: Options) -> Outcome {
    let tree = match world.tree() {
        Ok(tree) => tree,
        Err(error) => return Outcome::error(error),
    };
    let mut messages = Messages::default();
    let mut changed = Vec::new();
    for (path, result) in formatted(&tree) {
        match result {
            Ok(None) => {}
            Ok(Some(text)) => {
                if !options.check
                    && let Err(error) = replace(&tree, &path, &text)
                {
                    messages.diagnostics.push(terrace_diag::Diagnostic::error(
                        &terrace_source::codes::UNREADABLE,
                        format!("`{path}`: {error}"),
                    ));
                    continue;
                }
                changed.push(path);
            }
            Err((text, errors)) => {
                let mut sources = SourceMap::new();
                sources.add(path, text);
                let first = messages.sources.append(sources);
                let mut errors = errors;
                errors.shift_files(first);
                messages.diagnostics.extend(errors);
            }
        }
    }
    let text: String = changed.iter().map(|path| format!("{path}\n")).collect();
    let exit = if options.check && !changed.is_empty() && !messages.has_errors() {
        Exit::Changes
    } else {
        Exit::Success
    };
    Outcome::data(text, json!({ "files": changed }), messages).exit(exit)
}

/// Writes a file whole or not at all.
fn replace(tree: &DiskTree, path: &str, text: &str) -> std::io::Result<()> {
    let full = tree.root().join(path);
    let folder = full.parent().unwrap_or(tree.root());
    let file = tempfile::NamedTempFile::new_in(folder)?;
    fs::write(file.path(), text)?;
    fs::set_permissions(file.path(), fs::metadata(&full)?.permissions())?;
    file.persist(&full).map_err(|error| error.error)?;
    Ok(())
}

type Formatted = Result<Option<String>, (String, Diagnostics)>;

/// Every HCL source with its formatted text where it differs, or what does not
/// parse in it, sorted by path.
pub fn formatted(tree: &dyn Tree) -> Vec<(String, Formatted)> {
    let mut out = Vec::new();
    for path in sources(tree) {
        let Ok(bytes) = tree.read(&path) else {
            continue;
        };
        let Ok(text) = std::str::from_utf8(&bytes) else {
            continue;
        };
        let result = match terrace_hcl::format(text) {
            Ok(formatted) if formatted == text => Ok(None),
            Ok(formatted) => Ok(Some(formatted)),
            Err(errors) => Err((text.to_owned(), errors)),
        };
        out.push((path, result));
    }
    out
}

/// terrace.hcl, the HCL files of all layers, and the files of all modules.
fn sources(tree: &dyn Tree) -> BTreeSet<String> {
    let mut found = BTreeSet::from([String::from(terrace_platform::config::FILE)]);
    let mut ignored = (SourceMap::new(), Diagnostics::new());
    let Some(program) = Program::load(tree, &mut ignored.0, &mut ignored.1) else {
        return found;
    };
    for layer in program.layers() {
        for entry in tree.list(&layer.path).unwrap_or_default().iter() {
            if entry.kind == EntryKind::File && entry.name.ends_with(".hcl") {
                found.insert(path::join(&layer.path, &entry.name));
            }
        }
    }
    for module in program.modules.iter() {
        let terraform = module
            .files
            .iter()
            .filter(|file| file.path.ends_with(".tf"))
            // What was vendored stays as its authors wrote it.
            .filter(|file| {
                let vendored = program.vendored.as_deref();
                vendored.is_none_or(|lock| lock.at(&file.path).is_none())
            });
        found.extend(terraform.map(|file| file.path.clone()));
    }
    found
}
