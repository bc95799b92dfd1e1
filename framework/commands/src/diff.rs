//! `terrace diff`: what a change does to every environment's render, or how two
//! environments differ.

mod environments;
mod markdown;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use similar::TextDiff;
use terrace_diag::{Diagnostic, closest};
use terrace_git::GitError;
use terrace_promotion::coverage::Report;
use terrace_render::{RenderedEnvironment, RenderedFolder};
use terrace_source::MemoryTree;

use crate::compile::{Messages, compile};
use crate::tree::commit_tree;
use crate::{Exit, Outcome, World, codes, coverage};

/// Options of `terrace diff`.
#[derive(Debug, Default, Clone)]
pub struct Options {
    /// Commit to compare with; none: the last commit.
    pub base: Option<String>,
    /// One environment: its changes only. Two: how they differ from each other.
    pub environments: Vec<String>,
    /// Lines of files also between two environments, where values are shown.
    pub patch: bool,
    /// Names of folders only, no lines.
    pub name_only: bool,
    /// As the text of a pull request's comment.
    pub markdown: bool,
    /// Exit 2 when anything differs.
    pub detailed_exitcode: bool,
}

/// Compares.
pub fn run(world: &World, options: &Options) -> Outcome {
    let tree = match world.tree() {
        Ok(tree) => tree,
        Err(error) => return Outcome::error(error),
    };
    let (after, messages) = compile(&tree, &[]);
    let Some(after) = after.filter(|_| !messages.has_errors()) else {
        return Outcome::messages(messages);
    };
    let mut edges = Vec::new();
    let changes = match options.environments.as_slice() {
        [from, to] if options.base.is_some() => Err(Diagnostic::error(
            &codes::NOTHING_SELECTED,
            format!("`{from}` and `{to}` are compared with each other, not with a commit"),
        )
        .help("leave out --base, or name one environment")),
        [from, to] => {
            let pair = find(&after.environments, from)
                .and_then(|from| Ok((from, find(&after.environments, to)?)));
            match pair {
                Ok((from, to)) if !options.patch && !options.name_only => {
                    return environments::compare(from, to, options.detailed_exitcode, messages);
                }
                Ok((from, to)) => Ok(between(from, to)),
                Err(error) => Err(error),
            }
        }
        only => match base(world, tree.root(), options.base.as_deref()) {
            Ok((before, base_tree, base)) => {
                if base.has_errors() {
                    let mut base = base;
                    let revision = options.base.as_deref().unwrap_or("HEAD");
                    let found = std::mem::take(&mut base.diagnostics);
                    base.diagnostics.extend(found.into_iter().map(|found| {
                        found.help(format!(
                            "so it stands in {revision}, which does not compile"
                        ))
                    }));
                    return Outcome::messages(base);
                }
                let gone = |name: &&String| find(&before, name).is_err();
                match only.iter().find(gone) {
                    // It may be new, or have been removed.
                    Some(name) => find(&after.environments, name).map(drop),
                    None => Ok(()),
                }
                .map(|()| {
                    let changes = against(only, &before, &after.environments);
                    let folders = changes
                        .iter()
                        .filter_map(|change| change.name.split_once('/'));
                    let wanted = folders.map(|(_, folder)| folder.to_owned()).collect();
                    if !changes.is_empty() && !options.name_only {
                        let (old, new) = (&base_tree, &tree);
                        edges = coverage::of_change(old, new, &after.config, only, &wanted);
                    }
                    changes
                })
            }
            Err(error) => Err(error.diagnostic()),
        },
    };
    match changes {
        Ok(changes) => report(&changes, &edges, options, messages),
        Err(error) => Outcome::error(error),
    }
}

/// The render of a commit.
fn base(
    world: &World,
    root: &std::path::Path,
    revision: Option<&str>,
) -> Result<(Vec<RenderedEnvironment>, MemoryTree, Messages), GitError> {
    let repository = world.git(root)?;
    let commit = repository.commit_id(revision.unwrap_or("HEAD"))?;
    let tree = commit_tree(&repository, &commit, root)?;
    let (compiled, messages) = compile(&tree, &[]);
    let environments = compiled.map(|c| c.environments).unwrap_or_default();
    Ok((environments, tree, messages))
}

/// One folder that differs.
struct Change {
    /// `ops/network`, or `network` between two environments.
    name: String,
    /// Files that differ, with the lines.
    files: Vec<FileChange>,
}

impl Change {
    /// Lines that were added and removed.
    fn lines(&self) -> (usize, usize) {
        let files = self.files.iter();
        files.fold((0, 0), |(a, r), file| (a + file.added, r + file.removed))
    }
}

struct FileChange {
    path: String,
    added: usize,
    removed: usize,
    lines: String,
}

/// What changed in the environments of these names; none: in all of them.
fn against(
    only: &[String],
    before: &[RenderedEnvironment],
    after: &[RenderedEnvironment],
) -> Vec<Change> {
    let index = |environments: &[RenderedEnvironment]| -> BTreeMap<String, RenderedFolder> {
        environments
            .iter()
            .filter(|environment| only.is_empty() || only.iter().any(|o| environment.name == *o))
            .flat_map(|environment| {
                environment.folders.iter().map(|folder| {
                    (
                        format!("{}/{}", environment.name, folder.name),
                        folder.clone(),
                    )
                })
            })
            .collect()
    };
    folders(&index(before), &index(after))
}

fn find<'a>(
    environments: &'a [RenderedEnvironment],
    name: &str,
) -> Result<&'a RenderedEnvironment, Diagnostic> {
    environments
        .iter()
        .find(|environment| environment.name == name)
        .ok_or_else(|| {
            let names = || environments.iter().map(|e| e.name.as_str());
            Diagnostic::error(
                &terrace_platform::codes::UNKNOWN_ENVIRONMENT,
                format!("there is no environment `{name}`"),
            )
            .maybe_help(closest(name, names()).map(|near| format!("did you mean `{near}`?")))
        })
}

fn between(from: &RenderedEnvironment, to: &RenderedEnvironment) -> Vec<Change> {
    let index = |environment: &RenderedEnvironment| -> BTreeMap<String, RenderedFolder> {
        environment
            .folders
            .iter()
            .map(|folder| (folder.name.to_string(), folder.clone()))
            .collect()
    };
    folders(&index(from), &index(to))
}

fn folders(
    before: &BTreeMap<String, RenderedFolder>,
    after: &BTreeMap<String, RenderedFolder>,
) -> Vec<Change> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut out = Vec::new();
    for name in names {
        let (old, new) = (before.get(name), after.get(name));
        if old.map(|folder| folder.digest) == new.map(|folder| folder.digest) {
            continue;
        }
        let files = |folder: Option<&RenderedFolder>| -> BTreeMap<String, String> {
            folder
                .iter()
                .flat_map(|folder| &folder.files)
                .map(|file| {
                    let text = String::from_utf8_lossy(&file.bytes).into_owned();
                    (file.path.clone(), text)
                })
                .collect()
        };
        let (old, new) = (files(old), files(new));
        let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let files = paths
            .into_iter()
            .filter_map(|path| {
                let (old, new) = (old.get(path), new.get(path));
                (old != new).then(|| file(name, path, old, new))
            })
            .collect();
        out.push(Change {
            name: name.clone(),
            files,
        });
    }
    out
}

fn file(folder: &str, path: &str, old: Option<&String>, new: Option<&String>) -> FileChange {
    let diff = TextDiff::from_lines(
        old.map_or("", String::as_str),
        new.map_or("", String::as_str),
    );
    let count = |tag| diff.iter_all_changes().filter(|c| c.tag() == tag).count();
    let name = |side: &str, there: bool| match there {
        true => format!("{side}/{folder}/{path}"),
        false => String::from("/dev/null"),
    };
    let lines = diff
        .unified_diff()
        .header(&name("a", old.is_some()), &name("b", new.is_some()))
        .to_string();
    FileChange {
        path: path.to_owned(),
        added: count(similar::ChangeTag::Insert),
        removed: count(similar::ChangeTag::Delete),
        lines,
    }
}

fn report(
    changes: &[Change],
    edges: &[(String, String, Report)],
    options: &Options,
    messages: Messages,
) -> Outcome {
    let mut text = String::new();
    for change in changes {
        if options.name_only {
            text.push_str(&format!("{}\n", change.name));
            continue;
        }
        let (added, removed) = change.lines();
        text.push_str(&format!("{} (+{added} -{removed})\n", change.name));
        for file in &change.files {
            text.push_str(&file.lines);
        }
    }
    if changes.is_empty() {
        text.push_str("no environment changes\n");
    }
    for (from, to, report) in edges {
        text.push_str(&coverage::text(from, to, report));
    }
    if options.markdown {
        text = markdown::comment(changes, edges);
    }
    let covered: Vec<Value> = edges
        .iter()
        .map(|(from, to, report)| coverage::json(from, to, report))
        .collect();
    let json: Vec<Value> = changes
        .iter()
        .map(|change| {
            let files: Vec<Value> = change
                .files
                .iter()
                .map(|file| {
                    json!({
                        "path": file.path,
                        "added": file.added,
                        "removed": file.removed,
                        "diff": file.lines,
                    })
                })
                .collect();
            json!({ "name": change.name, "files": files })
        })
        .collect();
    let exit = if options.detailed_exitcode && !changes.is_empty() {
        Exit::Changes
    } else {
        Exit::Success
    };
    let json = json!({ "changed": json, "coverage": covered });
    Outcome {
        exact: options.patch,
        ..Outcome::data(text, json, messages)
    }
    .exit(exit)
}
