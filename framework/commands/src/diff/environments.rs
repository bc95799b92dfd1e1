//! `terrace diff ENV ENV`: how two environments differ, value by value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use terrace_render::{RenderedEnvironment, RenderedFolder};

use super::values::{ByResource, Values, values};
use crate::compile::Messages;
use crate::{Exit, Outcome};

/// Values longer than this are cut, in text for people only.
const LONGEST: usize = 48;

/// A value that differs; `None` where the environment has none.
struct Difference {
    /// The Kubernetes resource it is in, or nothing.
    resource: String,
    path: String,
    from: Option<String>,
    to: Option<String>,
}

impl Difference {
    fn name(&self) -> String {
        match self.resource.as_str() {
            "" => self.path.clone(),
            resource => format!("{resource}.{}", self.path),
        }
    }
}

/// What differs in a root or component that both have.
#[derive(Default)]
struct Changed {
    values: Vec<Difference>,
    /// Kubernetes resources that only one has, and which one.
    resources: Vec<(String, String)>,
    /// Files without values to compare.
    files: Vec<String>,
    /// How many more values differ by the environment's name and nothing else.
    by_name: usize,
}

enum Folder {
    OnlyIn(String),
    Changed(Changed),
}

/// Compares two environments.
pub(super) fn compare(
    from: &RenderedEnvironment,
    to: &RenderedEnvironment,
    detailed_exitcode: bool,
    messages: Messages,
) -> Outcome {
    let index = |environment: &RenderedEnvironment| -> BTreeMap<String, RenderedFolder> {
        let folders = environment.folders.iter();
        folders
            .map(|folder| (folder.name.to_string(), folder.clone()))
            .collect()
    };
    let (before, after) = (index(from), index(to));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut folders = Vec::new();
    for name in names {
        let folder = match (before.get(name), after.get(name)) {
            (Some(old), Some(new)) if old.digest == new.digest => continue,
            (Some(old), Some(new)) => Folder::Changed(changed(
                name,
                old,
                new,
                from.name.as_str(),
                to.name.as_str(),
            )),
            (Some(_), None) => Folder::OnlyIn(from.name.to_string()),
            _ => Folder::OnlyIn(to.name.to_string()),
        };
        folders.push((name.clone(), folder));
    }
    let exit = match detailed_exitcode && !folders.is_empty() {
        true => Exit::Changes,
        false => Exit::Success,
    };
    let text = text(&from.name, &to.name, &folders);
    let json: Vec<Value> = folders.iter().map(|(name, f)| to_json(name, f)).collect();
    Outcome::data(text, json!({ "changed": json }), messages).exit(exit)
}

fn changed(
    name: &str,
    old: &RenderedFolder,
    new: &RenderedFolder,
    from: &str,
    to: &str,
) -> Changed {
    let files = |folder: &RenderedFolder| -> BTreeMap<String, String> {
        folder
            .files
            .iter()
            .map(|file| {
                (
                    file.path.clone(),
                    String::from_utf8_lossy(&file.bytes).into_owned(),
                )
            })
            .collect()
    };
    let (old, new) = (files(old), files(new));
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut out = Changed::default();
    for path in paths {
        let (old, new) = (old.get(path), new.get(path));
        if old == new {
            continue;
        }
        // The files of a copied module are its own; which one differs says enough.
        let read = |text: Option<&String>| match path.contains('/') {
            true => None,
            false => text.and_then(|text| values(path, text)),
        };
        match (read(old), read(new)) {
            (Some(old), Some(new)) => compare_resources(name, &old, &new, (from, to), &mut out),
            _ => out.files.push(path.clone()),
        }
    }
    out
}

fn compare_resources(
    folder: &str,
    old: &ByResource,
    new: &ByResource,
    (from, to): (&str, &str),
    out: &mut Changed,
) {
    let resources: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for resource in resources {
        let only_in = match (old.get(resource), new.get(resource)) {
            (Some(old), Some(new)) => {
                compare_values(folder, resource, (old, new), (from, to), out);
                continue;
            }
            (Some(_), None) => from,
            _ => to,
        };
        out.resources.push((resource.clone(), only_in.to_owned()));
    }
}

fn compare_values(
    folder: &str,
    resource: &str,
    (old, new): (&Values, &Values),
    (from, to): (&str, &str),
    out: &mut Changed,
) {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    // A root of one module: its inputs by their names alone.
    let module = format!("module.{folder}.");
    for path in paths {
        let (before, after) = (old.get(path), new.get(path));
        if before == after {
            continue;
        }
        if let (Some(before), Some(after)) = (before, after)
            && renamed(before, from, to) == *after
        {
            out.by_name += 1;
            continue;
        }
        out.values.push(Difference {
            resource: resource.to_owned(),
            path: path.strip_prefix(&module).unwrap_or(path).to_owned(),
            from: before.cloned(),
            to: after.cloned(),
        });
    }
}

/// A value with each whole word `from` replaced by `to`.
fn renamed(value: &str, from: &str, to: &str) -> String {
    let in_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let mut out = String::with_capacity(value.len());
    let mut rest = 0;
    for (at, _) in value.match_indices(from) {
        let end = at + from.len();
        let bytes = value.as_bytes();
        let alone =
            !in_word(at.checked_sub(1).and_then(|i| bytes.get(i))) && !in_word(bytes.get(end));
        if alone {
            out.push_str(&value[rest..at]);
            out.push_str(to);
            rest = end;
        }
    }
    out.push_str(&value[rest..]);
    out
}

fn text(from: &str, to: &str, folders: &[(String, Folder)]) -> String {
    if folders.is_empty() {
        return format!("{from} and {to} are the same\n");
    }
    let mut out = format!("{from} → {to}\n");
    let mut by_name = 0;
    for (name, folder) in folders {
        let changed = match folder {
            Folder::OnlyIn(environment) => {
                out.push_str(&format!("\n{name}: only in {environment}\n"));
                continue;
            }
            Folder::Changed(changed) => changed,
        };
        by_name += changed.by_name;
        if changed.values.is_empty() && changed.files.is_empty() && changed.resources.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{name}\n"));
        let width = changed.values.iter().map(|d| d.name().chars().count());
        let width = width.max().unwrap_or_default();
        for difference in &changed.values {
            let name = difference.name();
            let side = |value: &Option<String>| value.as_deref().map_or("(none)".into(), short);
            let (from, to) = (side(&difference.from), side(&difference.to));
            out.push_str(&format!("  {name:width$}  {from} → {to}\n"));
        }
        for (resource, environment) in &changed.resources {
            out.push_str(&format!("  {resource} only in {environment}\n"));
        }
        for file in &changed.files {
            out.push_str(&format!("  {file} differs\n"));
        }
    }
    if by_name > 0 {
        out.push_str(&format!(
            "\n{by_name} more values differ by the environment's name alone; --patch shows every line\n"
        ));
    }
    out
}

fn short(value: &str) -> String {
    let line = value.lines().next().unwrap_or_default();
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None if line.len() < value.len() => format!("{line}…"),
        None => line.to_owned(),
    }
}

fn to_json(name: &str, folder: &Folder) -> Value {
    match folder {
        Folder::OnlyIn(environment) => json!({ "name": name, "only_in": environment }),
        Folder::Changed(changed) => {
            let values: Vec<Value> = changed
                .values
                .iter()
                .map(|d| {
                    json!({
                        "resource": d.resource,
                        "path": d.path,
                        "from": d.from,
                        "to": d.to,
                    })
                })
                .collect();
            let resources: Vec<Value> = changed
                .resources
                .iter()
                .map(|(name, environment)| json!({ "name": name, "only_in": environment }))
                .collect();
            json!({
                "name": name,
                "values": values,
                "resources": resources,
                "files": changed.files,
                "by_name": changed.by_name,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_are_renamed() {
        assert_eq!(renamed("ops.infra ops", "ops", "apps"), "apps.infra apps");
        assert_eq!(renamed("gc0-ops/x", "ops", "apps"), "gc0-apps/x");
        assert_eq!(renamed("devops stops", "ops", "apps"), "devops stops");
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(short("a\nb"), "a…");
        assert_eq!(short(&"ä".repeat(60)), format!("{}…", "ä".repeat(LONGEST)));
    }
}
