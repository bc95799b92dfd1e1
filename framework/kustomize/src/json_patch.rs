//! JSON patches (RFC 6902) with the semantics of `evanphx/json-patch` v4, which
//! differs from the RFC: replacing a missing field adds it, negative indexes
//! count from the end, and only the last part of a path may be missing.

use std::sync::Arc;

use terrace_diag::{FileId, Span};
use terrace_yaml::{Content, Node, ReadOptions, read_first};

use crate::codes::PATCH;
use crate::scalar;
use crate::{Failure, Result, json, tree};

/// A list of operations.
#[derive(Debug, Clone)]
pub(crate) struct JsonPatch {
    operations: Vec<Operation>,
}

#[derive(Debug, Clone)]
struct Operation {
    /// `unknown` if it is missing.
    name: String,
    path: Option<String>,
    from: Option<String>,
    /// `None` if the member is missing.
    value: Option<Node>,
    span: Span,
}

impl JsonPatch {
    /// Reads a patch: JSON if it begins with `[`, else YAML by the rules of
    /// go-yaml v2. A text that says nothing has no operations.
    ///
    /// # Errors
    /// If it is not a list of objects.
    pub(crate) fn parse(source: &Arc<str>, file: FileId) -> Result<Self> {
        if source.is_empty() {
            return Err(Failure::new(&PATCH, "empty json patch operations"));
        }
        if source.starts_with('[')
            && let Err(error) = serde_json::from_str::<serde_json::Value>(source)
        {
            return Err(Failure::new(&PATCH, format!("invalid JSON: {error}")));
        }
        let node = read_first(source, 0..source.len(), file, &ReadOptions::default())?;
        let Some(node) = node.filter(|node| !scalar::is_null(node)) else {
            return Ok(Self {
                operations: Vec::new(),
            });
        };
        let Content::Sequence(items) = node.content() else {
            return Err(not_a_patch("the patch is not a list of operations", &node));
        };
        let operations: Result<Vec<_>> = items.iter().map(Operation::new).collect();
        Ok(Self {
            operations: operations?,
        })
    }

    /// Changes the places of the operations and their values.
    pub(crate) fn for_each_node(
        &mut self,
        change: &mut dyn FnMut(&mut Node),
        moved: &dyn Fn(Span) -> Span,
    ) {
        for operation in &mut self.operations {
            operation.span = moved(operation.span);
            operation.value.iter_mut().for_each(&mut *change);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Applies all operations to a document, which goes through JSON as a whole:
    /// its numbers become floats.
    ///
    /// # Errors
    /// The first operation that does not apply.
    pub(crate) fn apply(&self, node: &mut Node) -> Result<()> {
        let mut document = json::floats(node)?;
        for operation in &self.operations {
            operation
                .apply(&mut document)
                .map_err(|message| Failure::new(&PATCH, message).at(operation.span))?;
        }
        *node = document;
        Ok(())
    }
}

fn not_a_patch(message: &str, node: &Node) -> Failure {
    Failure::new(&PATCH, message).at(node.span())
}

impl Operation {
    fn new(node: &Node) -> Result<Self> {
        let Some(mapping) = node.as_mapping() else {
            return Err(not_a_patch("an operation is not an object", node));
        };
        let text = |key: &str| {
            mapping
                .get(key)
                .filter(|value| value.is_scalar() && !scalar::is_null(value))
                .map(|value| tree::raw_value(value).to_owned())
        };
        let value = mapping.get("value").map(json::patch_value).transpose()?;
        Ok(Self {
            name: text("op").unwrap_or_else(|| "unknown".into()),
            path: text("path"),
            from: text("from"),
            value,
            span: node.span(),
        })
    }

    fn apply(&self, document: &mut Node) -> Result<(), String> {
        let name = self.name.as_str();
        if !["add", "remove", "replace", "move", "test", "copy"].contains(&name) {
            return Err(format!("Unexpected kind: {name}"));
        }
        let Some(path) = self.path.as_deref() else {
            return Err(format!(
                "{name} operation failed to decode path: operation missing path field: missing \
                 value"
            ));
        };
        let missing = |what: &str| {
            format!("{name} operation does not apply: doc is missing {what}: missing value")
        };
        let value = || self.value.clone().unwrap_or_else(|| Node::null(self.span));
        match name {
            "replace" if path.is_empty() => self.replace_all(document),
            "add" => {
                let (container, key) =
                    find(document, path).ok_or_else(|| missing(&format!("path: \"{path}\"")))?;
                add(container, &key, value())
                    .map_err(|error| format!("error in add for path: '{path}': {error}"))
            }
            "remove" => {
                let (container, key) =
                    find(document, path).ok_or_else(|| missing(&format!("path: \"{path}\"")))?;
                remove(container, &key)
                    .map(drop)
                    .map_err(|error| format!("error in remove for path: '{path}': {error}"))
            }
            "replace" => {
                let (container, key) =
                    find(document, path).ok_or_else(|| missing(&format!("path: {path}")))?;
                replace(container, &key, value()).map_err(|_| missing(&format!("key: {path}")))
            }
            "test" => self.test(document, path, &missing),
            _ => {
                let Some(from) = self.from.as_deref() else {
                    return Err(format!(
                        "{name} operation failed to decode from: missing value"
                    ));
                };
                let (container, key) =
                    find(document, from).ok_or_else(|| missing(&format!("from path: {from}")))?;
                let moved = if name == "move" {
                    remove(container, &key)
                        .map_err(|error| format!("error in move for path: '{key}': {error}"))?
                } else {
                    get(container, &key)
                        .map_err(|error| format!("error in copy for from: '{from}': {error}"))?
                        .cloned()
                        .unwrap_or_else(|| Node::null(self.span))
                };
                let (container, key) = find(document, path)
                    .ok_or_else(|| missing(&format!("destination path: {path}")))?;
                add(container, &key, moved)
                    .map_err(|error| format!("error in {name} for path: '{path}': {error}"))
            }
        }
    }

    /// Replaces the whole document. A scalar as the value does nothing: upstream
    /// means to refuse it, but wraps an error that is none.
    fn replace_all(&self, document: &mut Node) -> Result<(), String> {
        match &self.value {
            Some(value) if value.is_mapping() => document.clone_from(value),
            Some(value) if value.is_sequence() => {
                return Err("json: cannot unmarshal array into an object".into());
            }
            _ => {}
        }
        Ok(())
    }

    fn test(
        &self,
        document: &mut Node,
        path: &str,
        missing: &dyn Fn(&str) -> String,
    ) -> Result<(), String> {
        let found = if path.is_empty() {
            Some(&*document)
        } else {
            let (container, key) =
                find(document, path).ok_or_else(|| missing(&format!("path: {path}")))?;
            get(container, &key)
                .map_err(|error| format!("error in test for path: '{path}': {error}"))?
                .filter(|node| !tree::is_null(node))
        };
        let wanted = self.value.as_ref().filter(|node| !tree::is_null(node));
        let is_same = match (found, wanted) {
            (None, None) => true,
            (Some(found), Some(wanted)) => equal(found, wanted),
            _ => false,
        };
        if is_same {
            Ok(())
        } else {
            Err(format!("testing value {path} failed: test failed"))
        }
    }
}

/// Whether both are the same JSON.
fn equal(a: &Node, b: &Node) -> bool {
    match (a.content(), b.content()) {
        (Content::Scalar(text_a), Content::Scalar(text_b)) => {
            text_a == text_b && tree::tag(a) == tree::tag(b)
        }
        (Content::Sequence(a), Content::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Content::Mapping(a), Content::Mapping(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, value)| {
                    b.get(tree::raw_value(key))
                        .is_some_and(|other| equal(value, other))
                })
        }
        _ => false,
    }
}

/// The container of the last part of a path, with that part. What stands before
/// the first slash is not looked at.
fn find<'n>(document: &'n mut Node, path: &str) -> Option<(&'n mut Node, String)> {
    let mut parts = path.split('/').skip(1).map(|part| {
        if part.contains('~') {
            part.replace("~1", "/").replace("~0", "~")
        } else {
            part.to_owned()
        }
    });
    let mut key = parts.next()?;
    let mut node = document;
    for next in parts {
        node = get_mut(node, &key)?;
        if node.is_scalar() {
            return None;
        }
        key = next;
    }
    Some((node, key))
}

fn get_mut<'n>(container: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    match container.content_mut() {
        Content::Mapping(mapping) => mapping.get_mut(key),
        Content::Sequence(items) => {
            let at = index(key, items.len()).ok()?;
            items.get_mut(at)
        }
        Content::Scalar(_) => None,
    }
}

/// An index below `len`; negative ones count from the end.
fn index(key: &str, len: usize) -> Result<usize, String> {
    let index: i64 = key
        .parse()
        .map_err(|_| format!("strconv.Atoi: parsing {key:?}: invalid syntax"))?;
    let place = if index < 0 { index + len as i64 } else { index };
    usize::try_from(place)
        .ok()
        .filter(|place| *place < len)
        .ok_or_else(|| format!("Unable to access invalid index: {index}: invalid index referenced"))
}

fn get<'n>(container: &'n Node, key: &str) -> Result<Option<&'n Node>, String> {
    match container.content() {
        Content::Mapping(mapping) => Ok(mapping.get(key)),
        Content::Sequence(items) => index(key, items.len()).map(|at| items.get(at)),
        Content::Scalar(_) => Ok(None),
    }
}

fn add(container: &mut Node, key: &str, value: Node) -> Result<(), String> {
    match container.content_mut() {
        Content::Sequence(items) if key == "-" => items.push(value),
        Content::Sequence(items) => {
            let at = index(key, items.len() + 1).map_err(|error| {
                if error.starts_with("strconv") {
                    format!("value was not a proper array index: '{key}': {error}")
                } else {
                    error
                }
            })?;
            items.insert(at, value);
        }
        Content::Mapping(mapping) => {
            let span = value.span();
            mapping.set(key, value, span);
        }
        Content::Scalar(_) => return Err("the parent is neither a list nor an object".into()),
    }
    Ok(())
}

fn remove(container: &mut Node, key: &str) -> Result<Node, String> {
    match container.content_mut() {
        Content::Sequence(items) => index(key, items.len()).map(|at| items.remove(at)),
        Content::Mapping(mapping) => mapping
            .remove(key)
            .map(|entry| entry.value)
            .ok_or_else(|| format!("Unable to remove nonexistent key: {key}: missing value")),
        Content::Scalar(_) => Err("the parent is neither a list nor an object".into()),
    }
}

fn replace(container: &mut Node, key: &str, value: Node) -> Result<(), String> {
    match container.content_mut() {
        Content::Sequence(items) => {
            let at = index(key, items.len())?;
            items[at] = value;
            Ok(())
        }
        _ => add(container, key, value),
    }
}
