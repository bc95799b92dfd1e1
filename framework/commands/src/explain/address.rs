//! How resources of a Kustomize component and their fields are written:
//! `Deployment/web.spec.replicas`, `ConfigMap/team/settings.data["a.b"]`,
//! `Service/web.spec.ports[name=http].port`, `Deployment.apps/web`.

use terrace_diag::Diagnostic;
use terrace_kustomize::{PathPart, Resource};
use terrace_yaml::{Content, Node};

use super::unknown;
use crate::codes;

/// The ways to write a resource, the shortest first. Generated names also go
/// without the hash of their content.
fn forms(resource: &Resource) -> Vec<String> {
    let mut forms = forms_of_name(resource, resource.name());
    let stem = resource.name().rsplit_once('-').filter(|(_, suffix)| {
        matches!(resource.kind(), "ConfigMap" | "Secret")
            && suffix.len() == HASH_LENGTH
            && suffix.bytes().all(|byte| HASH.as_bytes().contains(&byte))
    });
    if let Some((stem, _)) = stem {
        forms.extend(forms_of_name(resource, stem));
    }
    forms
}

/// The characters of hashes in generated names (`api/hasher/hasher.go`).
const HASH: &str = "2456789bcdfghkmt";

/// How many of them.
const HASH_LENGTH: usize = 10;

fn forms_of_name(resource: &Resource, name: &str) -> Vec<String> {
    let kind = resource.kind();
    let group = resource
        .api_version()
        .split_once('/')
        .map(|(group, _)| group);
    let mut forms = vec![format!("{kind}/{name}")];
    if !resource.namespace().is_empty() {
        forms.push(format!("{kind}/{}/{name}", resource.namespace()));
    }
    if let Some(group) = group {
        for at in 0..forms.len() {
            let rest = &forms[at][kind.len()..];
            forms.push(format!("{kind}.{group}{rest}"));
        }
    }
    forms
}

/// How a resource is written so that no other is meant.
pub(super) fn of(resource: &Resource, all: &[&Resource]) -> String {
    let mut forms = forms(resource);
    let is_unique = |form: &String| {
        let same = all.iter().filter(|other| self::forms(other).contains(form));
        same.count() == 1
    };
    match forms.iter().position(is_unique) {
        Some(at) => forms.swap_remove(at),
        None => forms.pop().unwrap_or_default(),
    }
}

/// The resource that an address begins with, and the rest of the address. Kinds
/// are known in any case, as kubectl does it; the longest name counts.
pub(super) fn resource<'r, 'a>(
    address: &'a str,
    all: &[&'r Resource],
) -> Result<(&'r Resource, &'a str), Diagnostic> {
    let mut longest = 0;
    let mut found: Vec<&Resource> = Vec::new();
    for resource in all {
        let length = forms(resource)
            .iter()
            .filter(|form| is_at_start(form, address))
            .map(String::len)
            .max();
        let Some(length) = length.filter(|length| *length >= longest) else {
            continue;
        };
        if length > longest {
            found.clear();
        }
        longest = length;
        found.push(resource);
    }
    match found.as_slice() {
        [one] => Ok((one, &address[longest..])),
        [] => {
            let known: Vec<String> = all.iter().map(|resource| of(resource, all)).collect();
            // What comes behind the name is no part of it.
            let name = address.find('/').map_or(address, |slash| {
                let end = address[slash..].find(['.', '[']);
                end.map_or(address, |end| &address[..slash + end])
            });
            Err(unknown(
                format!("the component has no resource `{name}`"),
                name,
                &known,
            ))
        }
        several => {
            let forms: Vec<String> = several.iter().map(|one| of(one, all)).collect();
            Err(Diagnostic::error(
                &codes::UNKNOWN_PATH,
                format!("`{}` can be several resources", &address[..longest]),
            )
            .help(format!("say which: {}", forms.join(", "))))
        }
    }
}

/// Whether an address begins with a form, its kind in any case.
fn is_at_start(form: &str, address: &str) -> bool {
    let Some(head) = address.get(..form.len()) else {
        return false;
    };
    let slash = form.find('/').unwrap_or(0);
    head.get(..slash)
        .is_some_and(|kind| kind.eq_ignore_ascii_case(&form[..slash]))
        && head[slash..] == form[slash..]
        && matches!(address[form.len()..].chars().next(), None | Some('.' | '['))
}

/// The path that is written behind a resource: keys with dots between them,
/// items by number or by one of their fields. Of several keys that fit the
/// longest counts, so that keys may hold dots.
pub(super) fn path(written: &str, shown: &str, root: &Node) -> Result<Vec<PathPart>, Diagnostic> {
    let mut parts = Vec::new();
    let mut node = root;
    let mut rest = written;
    loop {
        rest = rest.strip_prefix('.').unwrap_or(rest);
        if rest.is_empty() {
            return Ok(parts);
        }
        let step = match rest
            .strip_prefix('[')
            .and_then(|inner| inner.split_once(']'))
        {
            Some((inner, behind)) => bracket(inner, node).map(|part| (part, behind)),
            None => plain(rest, node),
        };
        let next = step.and_then(|(part, behind)| {
            let next = match &part {
                PathPart::Key(key) => node.get(key),
                PathPart::Index(index) => node.items()?.get(*index),
            };
            Some((part, behind, next?))
        });
        let Some((part, behind, next)) = next else {
            return Err(missing(written, rest, shown, node));
        };
        parts.push(part);
        rest = behind;
        node = next;
    }
}

/// `[0]`, `["a.b"]` or `[name=web]`.
fn bracket(inner: &str, node: &Node) -> Option<PathPart> {
    if let Ok(index) = inner.parse() {
        return Some(PathPart::Index(index));
    }
    if let Some(key) = inner
        .strip_prefix(['"', '\''])
        .and_then(|key| key.strip_suffix(['"', '\'']))
    {
        return Some(PathPart::Key(key.to_owned()));
    }
    let (field, value) = inner.split_once('=')?;
    let at = node
        .items()?
        .iter()
        .position(|item| item.get_str(field) == Some(value))?;
    Some(PathPart::Index(at))
}

/// A key or a number, and what comes behind it.
fn plain<'a>(rest: &'a str, node: &Node) -> Option<(PathPart, &'a str)> {
    if let Some(mapping) = node.as_mapping() {
        let key = mapping
            .iter()
            .filter_map(|(key, _)| key.as_str())
            .filter(|key| {
                let behind = rest.strip_prefix(key);
                behind.is_some_and(|behind| behind.is_empty() || behind.starts_with(['.', '[']))
            })
            .max_by_key(|key| key.len())?;
        return Some((PathPart::Key(key.to_owned()), &rest[key.len()..]));
    }
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let index = rest[..end].parse().ok()?;
    Some((PathPart::Index(index), &rest[end..]))
}

fn missing(written: &str, rest: &str, shown: &str, node: &Node) -> Diagnostic {
    let known: Vec<String> = match node.content() {
        Content::Mapping(mapping) => {
            let keys = mapping.iter().filter_map(|(key, _)| key.as_str());
            keys.map(str::to_owned).collect()
        }
        Content::Sequence(items) => (0..items.len()).map(|at| format!("[{at}]")).collect(),
        Content::Scalar(_) => Vec::new(),
    };
    let end = rest.find(['.', '[']).filter(|end| *end > 0);
    let wanted = &rest[..end.unwrap_or(rest.len())];
    unknown(
        format!(
            "`{shown}` has no value at `{}`",
            written.trim_start_matches('.')
        ),
        wanted,
        &known,
    )
}

/// A path as it is written.
pub(super) fn shown(path: &[PathPart]) -> String {
    let mut text = String::new();
    for part in path {
        match part {
            PathPart::Index(index) => text.push_str(&format!("[{index}]")),
            PathPart::Key(key) if key.contains(['.', '[', ' ', '"']) || key.is_empty() => {
                text.push_str(&format!("[{key:?}]"));
            }
            PathPart::Key(key) => {
                text.push('.');
                text.push_str(key);
            }
        }
    }
    text
}
