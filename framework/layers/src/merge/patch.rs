//! `patch = [ … ]`: RFC 6902 on the inputs as they are at the end of a layer.
//!
//! Works on merged nodes, so that every value keeps its place; the results are
//! checked against the json-patch crate in the tests.

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Span, closest};
use terrace_hcl::ast::{Expr, ExprKind, ObjectKey};

use super::fold::{Evaluate, Merger};
use super::node::{Loser, Node, NodeKind, Place, Rule};
use crate::codes;

/// One operation with its evaluated parts.
struct Operation {
    op: Op,
    path: Pointer,
    span: Span,
}

enum Op {
    Add(Node),
    Replace(Node),
    Test(Node),
    Remove,
    Move(Pointer),
    Copy(Pointer),
}

struct Pointer {
    tokens: Vec<String>,
    span: Span,
}

impl<E: Evaluate + ?Sized> Merger<'_, E> {
    /// Applies a `patch` attribute to `inputs`, all operations or none.
    /// Mistakes are reported; the inputs are then returned as they were.
    pub fn patch(&mut self, inputs: Node, patch: &Expr) -> Node {
        let ExprKind::Tuple(items) = &patch.kind else {
            self.diagnostics()
                .push(bad(patch.span, "a patch is a list of operations"));
            return inputs;
        };
        let before = self.diagnostics().error_count();
        let operations: Vec<Operation> = items
            .iter()
            .filter_map(|item| self.operation(item))
            .collect();
        if self.diagnostics().error_count() > before {
            return inputs;
        }
        let mut patched = inputs.clone();
        for operation in operations {
            if let Err(error) = apply(&mut patched, operation) {
                self.diagnostics().push(error);
                return inputs;
            }
        }
        patched
    }

    fn operation(&mut self, item: &Expr) -> Option<Operation> {
        let ExprKind::Object(fields) = &item.kind else {
            self.diagnostics().push(bad(
                item.span,
                "an operation is a map: { op = …, path = … }",
            ));
            return None;
        };
        let (mut op, mut path, mut from, mut value) = (None, None, None, None);
        for field in fields {
            let name = match &field.key {
                ObjectKey::Name(name) => name.name.as_str(),
                ObjectKey::Expr(_) => "",
            };
            let slot = match name {
                "op" => &mut op,
                "path" => &mut path,
                "from" => &mut from,
                "value" => &mut value,
                _ => {
                    let near = closest(name, ["op", "path", "from", "value"]);
                    self.diagnostics().push(
                        bad(
                            field.key.span(),
                            "an operation has op, path, from and value",
                        )
                        .maybe_help(near.map(|near| format!("did you mean `{near}`?"))),
                    );
                    return None;
                }
            };
            *slot = Some((&field.value, field.key.span()));
        }
        let (Some((op, _)), Some((path, _))) = (op, path) else {
            self.diagnostics()
                .push(bad(item.span, "an operation needs `op` and `path`"));
            return None;
        };
        let word = self.text(op)?;
        let path = self.pointer(path)?;
        let needs_value = matches!(word.as_str(), "add" | "replace" | "test");
        let node = match (value, needs_value) {
            (Some((expr, key)), true) => Some(self.fold_one(expr, Some(key))?),
            (None, true) => {
                let message = format!("`{word}` needs a `value`");
                self.diagnostics().push(bad(item.span, &message));
                return None;
            }
            (_, false) => None,
        };
        let from = match (from, matches!(word.as_str(), "move" | "copy")) {
            (Some((expr, _)), true) => Some(self.pointer(expr)?),
            (None, true) => {
                let message = format!("`{word}` needs `from`");
                self.diagnostics().push(bad(item.span, &message));
                return None;
            }
            (_, false) => None,
        };
        let op = match (word.as_str(), node, from) {
            ("add", Some(node), _) => Op::Add(node),
            ("replace", Some(node), _) => Op::Replace(node),
            ("test", Some(node), _) => Op::Test(node),
            ("remove", ..) => Op::Remove,
            ("move", _, Some(from)) => Op::Move(from),
            ("copy", _, Some(from)) => Op::Copy(from),
            _ => {
                let all = ["add", "remove", "replace", "move", "copy", "test"];
                self.diagnostics().push(
                    bad(op.span, &format!("there is no operation `{word}`")).maybe_help(
                        closest(&word, all).map(|near| format!("did you mean `{near}`?")),
                    ),
                );
                return None;
            }
        };
        Some(Operation {
            op,
            path,
            span: item.span,
        })
    }

    fn text(&mut self, expr: &Expr) -> Option<String> {
        let node = self.fold_one(expr, None)?;
        if let NodeKind::Value(value) = &node.kind
            && let Some(text) = value.as_str()
        {
            return Some(text.to_owned());
        }
        self.diagnostics()
            .push(bad(expr.span, "this must be a known string"));
        None
    }

    fn pointer(&mut self, expr: &Expr) -> Option<Pointer> {
        let text = self.text(expr)?;
        let span = expr.span;
        if text.is_empty() {
            return Some(Pointer {
                tokens: Vec::new(),
                span,
            });
        }
        let Some(rest) = text.strip_prefix('/') else {
            self.diagnostics().push(bad(
                span,
                "a path starts with `/`, as in \"/node_pool/min_size\"",
            ));
            return None;
        };
        let tokens = rest
            .split('/')
            .map(|token| token.replace("~1", "/").replace("~0", "~"))
            .collect();
        Some(Pointer { tokens, span })
    }
}

fn apply(root: &mut Node, operation: Operation) -> Result<(), Diagnostic> {
    let Operation { op, path, span } = operation;
    match op {
        Op::Add(node) => insert(root, &path, node, true),
        Op::Replace(node) => insert(root, &path, node, false),
        Op::Remove => remove(root, &path).map(|_| ()),
        Op::Copy(from) => {
            let node = find(root, &from)?.clone();
            insert(root, &path, node, true)
        }
        Op::Move(from) => {
            let inside =
                path.tokens.len() > from.tokens.len() && path.tokens.starts_with(&from.tokens);
            if inside {
                return Err(failed(span, "a value cannot be moved into itself"));
            }
            let node = remove(root, &from)?;
            insert(root, &path, node, true)
        }
        Op::Test(expected) => {
            let actual = find(root, &path)?;
            let (actual_value, expected_value) = (actual.to_value(), expected.to_value());
            if !actual_value.is_wholly_known() || !expected_value.is_wholly_known() {
                return Err(failed(
                    path.span,
                    "the value at this path is late-bound and cannot be tested",
                ));
            }
            if actual_value.same_as(&expected_value) {
                return Ok(());
            }
            Err(failed(span, "the value at this path is another one")
                .label(actual.place.value, "the value")
                .label(expected.place.value, "expected"))
        }
    }
}

/// Makes a list or map that is the value of one expression into nodes, so that
/// its parts can be changed. Every part has the expression's place.
fn open(node: &mut Node) {
    let place = node.place;
    let NodeKind::Value(value) = &node.kind else {
        return;
    };
    let part = |value: &terrace_eval::Value| Node::new(NodeKind::Value(value.clone()), place);
    if let Some(entries) = value.entries() {
        node.kind = NodeKind::Map(entries.iter().map(|(k, v)| (k.clone(), part(v))).collect());
    } else if let Some(items) = value.items() {
        node.kind = NodeKind::List(items.iter().map(part).collect());
    }
}

fn child<'n>(node: &'n mut Node, token: &str, at: Span) -> Result<&'n mut Node, Diagnostic> {
    open(node);
    let kind = node.merge_kind();
    match &mut node.kind {
        NodeKind::Map(entries) => {
            match entries.binary_search_by(|(key, _)| key.as_str().cmp(token)) {
                Ok(index) => Ok(&mut entries[index].1),
                Err(_) => Err(no_key(entries, token, at)),
            }
        }
        NodeKind::List(items) => {
            let count = items.len();
            index(token, count, at)
                .ok()
                .and_then(|index| items.get_mut(index))
                .ok_or_else(|| {
                    failed(
                        at,
                        &format!("there is no item `{token}`: the list has {count}"),
                    )
                })
        }
        _ => Err(failed(at, &format!("`{token}` leads into {}", kind.word()))),
    }
}

fn find<'n>(root: &'n mut Node, path: &Pointer) -> Result<&'n mut Node, Diagnostic> {
    let mut node = root;
    for token in &path.tokens {
        node = child(node, token, path.span)?;
    }
    Ok(node)
}

fn insert(root: &mut Node, path: &Pointer, mut new: Node, add: bool) -> Result<(), Diagnostic> {
    new.rule = Rule::Patch;
    let Some((last, parents)) = path.tokens.split_last() else {
        return Err(failed(
            path.span,
            "the inputs as a whole cannot be replaced by a patch",
        ));
    };
    let mut node = root;
    for token in parents {
        node = child(node, token, path.span)?;
    }
    open(node);
    match &mut node.kind {
        NodeKind::Map(entries) => {
            match entries.binary_search_by(|(key, _)| key.as_str().cmp(last)) {
                Ok(index) => {
                    let old = &mut entries[index].1;
                    new.losers = history(old);
                    *old = new;
                    Ok(())
                }
                Err(at) if add => {
                    entries.insert(at, (SmolStr::from(last.as_str()), new));
                    Ok(())
                }
                Err(_) => Err(no_key(entries, last, path.span)),
            }
        }
        NodeKind::List(items) if add && last == "-" => {
            items.push(new);
            Ok(())
        }
        NodeKind::List(items) => {
            let at = index(last, items.len() + usize::from(add), path.span)?;
            if add {
                items.insert(at, new);
            } else {
                new.losers = history(&items[at]);
                items[at] = new;
            }
            Ok(())
        }
        _ => Err(failed(
            path.span,
            &format!("`{last}` leads into {}", node.merge_kind().word()),
        )),
    }
}

fn remove(root: &mut Node, path: &Pointer) -> Result<Node, Diagnostic> {
    let Some((last, parents)) = path.tokens.split_last() else {
        return Err(failed(
            path.span,
            "the inputs as a whole cannot be removed by a patch",
        ));
    };
    let mut node = root;
    for token in parents {
        node = child(node, token, path.span)?;
    }
    open(node);
    match &mut node.kind {
        NodeKind::Map(entries) => {
            match entries.binary_search_by(|(key, _)| key.as_str().cmp(last)) {
                Ok(index) => Ok(entries.remove(index).1),
                Err(_) => Err(no_key(entries, last, path.span)),
            }
        }
        NodeKind::List(items) => {
            let at = index(last, items.len(), path.span)?;
            Ok(items.remove(at))
        }
        _ => Err(failed(
            path.span,
            &format!("`{last}` leads into {}", node.merge_kind().word()),
        )),
    }
}

fn history(old: &Node) -> Vec<Loser> {
    let mut losers = old.losers.clone();
    losers.push(Loser {
        place: Place { ..old.place },
        rule: Rule::Patch,
    });
    losers
}

/// RFC 6901: digits without leading zeros.
fn index(token: &str, count: usize, at: Span) -> Result<usize, Diagnostic> {
    let plain = !token.is_empty()
        && token.bytes().all(|b| b.is_ascii_digit())
        && (token == "0" || !token.starts_with('0'));
    plain
        .then(|| token.parse::<usize>().ok())
        .flatten()
        .filter(|index| *index < count)
        .ok_or_else(|| failed(at, &format!("`{token}` is not an item of this list")))
}

fn no_key(entries: &[(SmolStr, Node)], token: &str, at: Span) -> Diagnostic {
    let near = closest(token, entries.iter().map(|(key, _)| key.as_str()));
    failed(at, &format!("there is no `{token}` here"))
        .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
}

fn failed(at: Span, message: &str) -> Diagnostic {
    Diagnostic::error(
        &codes::PATCH_FAILED,
        format!("the patch does not apply: {message}"),
    )
    .at(at)
}

fn bad(at: Span, message: &str) -> Diagnostic {
    Diagnostic::error(&codes::BAD_PATCH, message).at(at)
}
