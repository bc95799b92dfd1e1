//! The rules: one path's candidates folded from the lowest layer to the highest.

use std::collections::BTreeMap;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, Span};
use terrace_eval::{Folded, Value};
use terrace_hcl::ast::{Expr, ExprKind, ObjectItem, ObjectKey};

use super::node::{Kind, Loser, Node, NodeKind, Place, Rule, key_text};
use super::operator::{Operator, chooses_operator, is_operator, misplaced, operator};
use crate::codes;

/// Deeper than this is an error.
const MAX_DEPTH: usize = 200;

/// Evaluates what is not a literal, in the scope of one environment.
pub trait Evaluate {
    /// Folds an expression as far as it can be.
    ///
    /// # Errors
    /// All mistakes found in the expression.
    fn fold(&self, expr: &Expr) -> Result<Folded, Diagnostics>;
}

/// One layer's value for a path.
#[derive(Debug)]
pub enum Candidate<'p> {
    /// As written.
    Expr {
        /// The value.
        expr: &'p Expr,
        /// Its key.
        key: Option<Span>,
    },
    /// Already merged or evaluated.
    Node(Box<Node>),
}

impl<'p> Candidate<'p> {
    fn place(&self) -> Place {
        match self {
            Self::Expr { expr, key } => Place {
                key: *key,
                value: expr.span,
            },
            Self::Node(node) => node.place,
        }
    }
}

/// What the layers so far come to.
enum Acc<'p> {
    Absent,
    /// A message was pushed; what follows starts afresh without a second one.
    Failed,
    Map {
        parts: Vec<(SmolStr, Candidate<'p>)>,
        place: Place,
        layers: usize,
    },
    List {
        items: Vec<Vec<Candidate<'p>>>,
        place: Place,
    },
    /// A scalar, null, late value, or a list or map that is one value.
    Leaf(Node),
}

/// Merges candidates; collects messages and goes on.
pub struct Merger<'e, E: ?Sized> {
    evaluate: &'e E,
    diagnostics: &'e mut Diagnostics,
}

impl<'e, E: Evaluate + ?Sized> Merger<'e, E> {
    /// A merger that evaluates with `evaluate` and reports into `diagnostics`.
    pub fn new(evaluate: &'e E, diagnostics: &'e mut Diagnostics) -> Self {
        Self {
            evaluate,
            diagnostics,
        }
    }

    /// Where messages go.
    pub(super) fn diagnostics(&mut self) -> &mut Diagnostics {
        self.diagnostics
    }

    /// The merged value of a path; `None` where it is absent or failed.
    pub fn fold<'p>(&mut self, stack: Vec<Candidate<'p>>) -> Option<Node> {
        self.fold_at(stack, 0)
    }

    /// The merged values of the keys of one body: candidates in layer order.
    pub fn fold_parts<'p>(&mut self, parts: Vec<(SmolStr, Candidate<'p>)>) -> Vec<(SmolStr, Node)> {
        self.entries(parts, 0)
    }

    fn fold_at<'p>(&mut self, stack: Vec<Candidate<'p>>, depth: usize) -> Option<Node> {
        let mut fold = Fold {
            acc: Acc::Absent,
            losers: Vec::new(),
            rule: Rule::Only,
        };
        for candidate in stack {
            self.step(&mut fold, candidate, depth);
        }
        self.finish(fold, depth)
    }

    /// A value that no other layer meets.
    pub(super) fn fold_one(&mut self, expr: &Expr, key: Option<Span>) -> Option<Node> {
        self.one(expr, key, 0)
    }

    fn one(&mut self, expr: &Expr, key: Option<Span>, depth: usize) -> Option<Node> {
        let place = Place {
            key,
            value: expr.span,
        };
        match &expr.kind {
            ExprKind::Object(_) | ExprKind::Call(_) | ExprKind::Conditional(_) => {
                self.fold_at(vec![Candidate::Expr { expr, key }], depth)
            }
            ExprKind::Variable(_) | ExprKind::Paren(_)
                if is_operator(expr) || chooses_operator(expr) =>
            {
                self.fold_at(vec![Candidate::Expr { expr, key }], depth)
            }
            ExprKind::Tuple(items) => Some(self.list(items, place, depth)),
            _ => self.evaluated(expr, place),
        }
    }

    fn list(&mut self, items: &[Expr], place: Place, depth: usize) -> Node {
        if depth > MAX_DEPTH {
            self.too_deep(place.value);
            return Node::new(NodeKind::List(Vec::new()), place);
        }
        let nodes = items
            .iter()
            .filter_map(|item| self.item(item, depth))
            .collect();
        Node::new(NodeKind::List(nodes), place)
    }

    /// An item of a list: nothing lies below it, so operators are refused.
    fn item(&mut self, item: &Expr, depth: usize) -> Option<Node> {
        if is_operator(item) || chooses_operator(item) {
            self.diagnostics.push(misplaced(item.span));
            return None;
        }
        self.one(item, None, depth + 1)
    }

    fn evaluated(&mut self, expr: &Expr, place: Place) -> Option<Node> {
        match self.evaluate.fold(expr) {
            Ok(folded) => Some(Node::folded(folded, place)),
            Err(errors) => {
                match inner_operator(expr) {
                    Some(span) => self.diagnostics.push(misplaced(span)),
                    None => self.diagnostics.extend(errors),
                }
                None
            }
        }
    }

    fn step<'p>(&mut self, fold: &mut Fold<'p>, candidate: Candidate<'p>, depth: usize) {
        let place = candidate.place();
        let (expr, key) = match candidate {
            Candidate::Node(node) => return self.join(fold, Incoming::Leaf(*node), place),
            Candidate::Expr { expr, key } => (expr, key),
        };
        let mut expr = expr;
        while chooses_operator(expr) {
            match self.choose(expr) {
                Some(chosen) => expr = chosen,
                None => {
                    fold.acc = Acc::Failed;
                    return;
                }
            }
        }
        match operator(expr) {
            Err(error) => {
                self.diagnostics.push(error);
                fold.acc = Acc::Failed;
            }
            Ok(Some(operator)) => self.operate(fold, operator, place, key, depth),
            Ok(None) => self.plain(fold, expr, place, depth),
        }
    }

    /// The branch of a conditional whose branches hold operators.
    fn choose<'p>(&mut self, expr: &'p Expr) -> Option<&'p Expr> {
        match &expr.kind {
            ExprKind::Paren(inner) => Some(inner),
            ExprKind::Conditional(conditional) => {
                let condition = &conditional.condition;
                match self.evaluate.fold(condition) {
                    Ok(Folded::Known(value)) => match value.as_bool() {
                        Some(true) => Some(&conditional.yes),
                        Some(false) => Some(&conditional.no),
                        None => {
                            self.diagnostics.push(
                                Diagnostic::error(
                                    &codes::MISPLACED_OPERATOR,
                                    "the condition that chooses an operator must be true or false",
                                )
                                .at(condition.span),
                            );
                            None
                        }
                    },
                    Ok(Folded::Partial(_)) => {
                        self.diagnostics.push(
                            Diagnostic::error(
                                &codes::LATE_MERGE,
                                "the condition that chooses an operator depends on a late-bound value",
                            )
                            .at(condition.span),
                        );
                        None
                    }
                    Err(errors) => {
                        self.diagnostics.extend(errors);
                        None
                    }
                }
            }
            _ => None,
        }
    }

    fn plain<'p>(&mut self, fold: &mut Fold<'p>, expr: &'p Expr, place: Place, depth: usize) {
        match &expr.kind {
            ExprKind::Object(items) => {
                if depth > MAX_DEPTH {
                    self.too_deep(expr.span);
                    fold.acc = Acc::Failed;
                    return;
                }
                let parts = self.parts(items);
                self.join(fold, Incoming::Map(parts), place);
            }
            ExprKind::Tuple(items) => {
                let node = self.list(items, place, depth);
                self.join(fold, Incoming::Leaf(node), place);
            }
            _ => match self.evaluated(expr, place) {
                Some(node) => self.join(fold, Incoming::Leaf(node), place),
                None => fold.acc = Acc::Failed,
            },
        }
    }

    /// The items of one object; a key that stands twice is refused, since the
    /// two would be merged as if they came from two layers.
    fn parts<'p>(&mut self, items: &'p [ObjectItem]) -> Vec<(SmolStr, Candidate<'p>)> {
        let mut parts: Vec<(SmolStr, Candidate<'p>)> = Vec::with_capacity(items.len());
        for item in items {
            if let Some((name, span)) = self.key(&item.key) {
                let value = Candidate::Expr {
                    expr: &item.value,
                    key: Some(span),
                };
                parts.push((name, value));
            }
        }
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by(|a, b| parts[*a].0.cmp(&parts[*b].0));
        let mut repeated: Vec<usize> = Vec::new();
        for pair in order.windows(2) {
            let (first, second) = (&parts[pair[0]], &parts[pair[1]]);
            if first.0 == second.0 {
                self.diagnostics.push(
                    Diagnostic::error(
                        &codes::DUPLICATE_DEFINITION,
                        format!("the key `{}` stands twice in one map", second.0),
                    )
                    .label(second.1.place().cited(), "again here")
                    .label(first.1.place().cited(), "first here"),
                );
                repeated.push(pair[1]);
            }
        }
        if repeated.is_empty() {
            return parts;
        }
        let mut at = 0..;
        parts.retain(|_| at.next().is_none_or(|at| !repeated.contains(&at)));
        parts
    }

    fn key(&mut self, key: &ObjectKey) -> Option<(SmolStr, Span)> {
        let expr = match key {
            ObjectKey::Name(name) => return Some((name.name.clone(), name.span)),
            ObjectKey::Expr(expr) => expr,
        };
        match self.evaluate.fold(expr) {
            Ok(Folded::Known(value)) => {
                if let Some(name) = key_text(&value) {
                    return Some((name, expr.span));
                }
                self.diagnostics.push(
                    Diagnostic::error(&codes::BAD_KEY, "this key is not a string").at(expr.span),
                );
            }
            Ok(Folded::Partial(_)) => self.diagnostics.push(
                Diagnostic::error(&codes::BAD_KEY, "this key depends on a late-bound value")
                    .at(expr.span),
            ),
            Err(errors) => self.diagnostics.extend(errors),
        }
        None
    }

    fn join<'p>(&mut self, fold: &mut Fold<'p>, incoming: Incoming<'p>, place: Place) {
        let lower = fold.kind();
        let higher = incoming.kind();
        let Some((lower, below)) = lower else {
            fold.set(incoming, place);
            return;
        };
        match (lower, higher) {
            (Kind::Map, Kind::Map) => fold.merge_maps(incoming, place),
            (Kind::Null, _)
            | (_, Kind::Null)
            | (Kind::Scalar, Kind::Scalar)
            | (Kind::List, Kind::List)
            | (Kind::Late, Kind::Scalar | Kind::List | Kind::Late)
            | (Kind::Scalar | Kind::List, Kind::Late) => {
                fold.losers.push(Loser {
                    place: below,
                    rule: Rule::Higher,
                });
                fold.rule = Rule::Higher;
                fold.set(incoming, place);
            }
            (Kind::Late, Kind::Map) | (Kind::Map, Kind::Late) => {
                self.diagnostics.push(late_merge(place, below));
                fold.acc = Acc::Failed;
            }
            _ => {
                self.diagnostics.push(
                    Diagnostic::error(
                        &codes::KIND_CONFLICT,
                        format!("{} here, {} in a lower layer", higher.word(), lower.word()),
                    )
                    .label(place.value, higher.word())
                    .label(below.value, lower.word())
                    .help(
                        "if it is meant to be replaced, write override(…) around the higher value",
                    ),
                );
                fold.acc = Acc::Failed;
            }
        }
    }

    fn operate<'p>(
        &mut self,
        fold: &mut Fold<'p>,
        operator: Operator<'p>,
        place: Place,
        key: Option<Span>,
        depth: usize,
    ) {
        match operator {
            Operator::Unset => {
                match fold.kind() {
                    Some((_, below)) => fold.losers.push(Loser {
                        place: below,
                        rule: Rule::Unset,
                    }),
                    None if matches!(fold.acc, Acc::Absent) => self.diagnostics.push(
                        Diagnostic::warning(
                            &codes::UNSET_NOTHING,
                            "`unset` removes nothing: no lower layer sets this key",
                        )
                        .at(place.cited()),
                    ),
                    None => {}
                }
                fold.acc = Acc::Absent;
            }
            Operator::Override(value) => {
                if let Some((_, below)) = fold.kind() {
                    fold.losers.push(Loser {
                        place: below,
                        rule: Rule::Override,
                    });
                }
                fold.acc = Acc::Absent;
                if is_operator(value) || chooses_operator(value) {
                    self.diagnostics.push(misplaced(value.span));
                    return;
                }
                let place = Place {
                    key,
                    value: value.span,
                };
                self.plain(fold, value, place, depth);
                fold.rule = Rule::Override;
            }
            Operator::Append(list) => self.extend(fold, list, place, Rule::Append),
            Operator::Prepend(list) => self.extend(fold, list, place, Rule::Prepend),
            Operator::MergeBy(by, list) => self.merge_by(fold, by, list, place),
        }
    }

    /// The items of an operator's list argument, each a stack of one.
    fn argument<'p>(&mut self, list: &'p Expr) -> Option<Vec<Vec<Candidate<'p>>>> {
        if let ExprKind::Tuple(items) = &list.kind {
            let mut out = Vec::with_capacity(items.len());
            for item in items {
                if is_operator(item) || chooses_operator(item) {
                    self.diagnostics.push(misplaced(item.span));
                } else {
                    out.push(vec![Candidate::Expr {
                        expr: item,
                        key: None,
                    }]);
                }
            }
            return Some(out);
        }
        let place = Place {
            key: None,
            value: list.span,
        };
        let node = self.evaluated(list, place)?;
        match node.merge_kind() {
            Kind::List => Some(list_items(node)),
            Kind::Late => {
                self.diagnostics.push(
                    Diagnostic::error(
                        &codes::LATE_MERGE,
                        "an operator's list depends on a late-bound value",
                    )
                    .at(list.span),
                );
                None
            }
            other => {
                self.diagnostics.push(
                    Diagnostic::error(
                        &codes::OPERATOR_ARGUMENTS,
                        format!("an operator's list is {}", other.word()),
                    )
                    .at(list.span),
                );
                None
            }
        }
    }

    /// Takes the list so far out of the fold; a message where it is no list.
    fn take_list<'p>(
        &mut self,
        fold: &mut Fold<'p>,
        place: Place,
    ) -> Option<Vec<Vec<Candidate<'p>>>> {
        match fold.kind() {
            None | Some((Kind::Null, _)) => Some(Vec::new()),
            Some((Kind::List, _)) => match std::mem::replace(&mut fold.acc, Acc::Absent) {
                Acc::List { items, .. } => Some(items),
                Acc::Leaf(node) => Some(list_items(node)),
                _ => Some(Vec::new()),
            },
            Some((Kind::Late, below)) => {
                self.diagnostics.push(late_merge(place, below));
                None
            }
            Some((kind, below)) => {
                self.diagnostics.push(
                    Diagnostic::error(
                        &codes::KIND_CONFLICT,
                        format!("a list operator here, {} in a lower layer", kind.word()),
                    )
                    .label(place.value, "expects a list below")
                    .label(below.value, kind.word()),
                );
                None
            }
        }
    }

    fn extend<'p>(&mut self, fold: &mut Fold<'p>, list: &'p Expr, place: Place, rule: Rule) {
        let added = self.argument(list);
        let below = self.take_list(fold, place);
        let (Some(added), Some(below)) = (added, below) else {
            fold.acc = Acc::Failed;
            return;
        };
        let (mut items, rest) = match rule {
            Rule::Prepend => (added, below),
            _ => (below, added),
        };
        items.extend(rest);
        fold.rule = rule;
        fold.acc = Acc::List { items, place };
    }

    fn merge_by<'p>(&mut self, fold: &mut Fold<'p>, by: &'p Expr, list: &'p Expr, place: Place) {
        let name = match self.evaluate.fold(by) {
            Ok(Folded::Known(value)) => value.as_str().map(SmolStr::from),
            Ok(Folded::Partial(_)) => None,
            Err(errors) => {
                self.diagnostics.extend(errors);
                fold.acc = Acc::Failed;
                return;
            }
        };
        let Some(name) = name else {
            self.diagnostics.push(
                Diagnostic::error(
                    &codes::OPERATOR_ARGUMENTS,
                    "the first argument of `merge_by` is the name of an attribute",
                )
                .at(by.span),
            );
            fold.acc = Acc::Failed;
            return;
        };
        let added = self.argument(list);
        let below = self.take_list(fold, place);
        let (Some(added), Some(below)) = (added, below) else {
            fold.acc = Acc::Failed;
            return;
        };
        let mut at: BTreeMap<SmolStr, usize> = BTreeMap::new();
        let mut items: Vec<Vec<Candidate<'p>>> = Vec::with_capacity(below.len() + added.len());
        for stack in below {
            if let Some((key, span)) = self.item_key(&stack, &name)
                && at.insert(key.clone(), items.len()).is_some()
            {
                self.diagnostics.push(repeated_key(&name, &key, span));
            }
            items.push(stack);
        }
        let mut new: BTreeMap<SmolStr, Span> = BTreeMap::new();
        for stack in added {
            let Some((key, span)) = self.item_key(&stack, &name) else {
                continue;
            };
            if new.insert(key.clone(), span).is_some() {
                self.diagnostics.push(repeated_key(&name, &key, span));
                continue;
            }
            match at.get(&key) {
                Some(index) => items[*index].extend(stack),
                None => {
                    at.insert(key, items.len());
                    items.push(stack);
                }
            }
        }
        fold.rule = Rule::MergeBy;
        fold.acc = Acc::List { items, place };
    }

    /// The value of the attribute that identifies an item, from its highest
    /// candidate that has it.
    fn item_key(&mut self, stack: &[Candidate<'_>], name: &str) -> Option<(SmolStr, Span)> {
        let before = self.diagnostics.error_count();
        for candidate in stack.iter().rev() {
            let found = match candidate {
                Candidate::Expr { expr, .. } => match &expr.kind {
                    ExprKind::Object(items) => items
                        .iter()
                        .rev()
                        .find_map(|item| match &item.key {
                            ObjectKey::Name(key) if key.name == name => Some(&item.value),
                            _ => None,
                        })
                        .and_then(|value| {
                            let place = Place {
                                key: None,
                                value: value.span,
                            };
                            self.evaluated(value, place)
                        }),
                    _ => {
                        let place = candidate.place();
                        self.evaluated(expr, place)
                            .and_then(|node| entry(&node, name))
                    }
                },
                Candidate::Node(node) => entry(node, name),
            };
            if let Some(node) = found
                && let NodeKind::Value(value) = &node.kind
                && let Some(key) = key_text(value)
            {
                return Some((key, node.place.value));
            }
        }
        if self.diagnostics.error_count() > before {
            return None;
        }
        let span = stack.last().map(|candidate| candidate.place().value);
        let mut error = Diagnostic::error(
            &codes::MERGE_BY_KEY,
            format!("this item has no known `{name}` to be matched by"),
        );
        if let Some(span) = span {
            error = error.at(span);
        }
        self.diagnostics.push(error);
        None
    }

    fn finish(&mut self, fold: Fold<'_>, depth: usize) -> Option<Node> {
        let Fold { acc, losers, rule } = fold;
        match acc {
            Acc::Absent | Acc::Failed => None,
            Acc::Leaf(mut node) => {
                if !losers.is_empty() || rule != Rule::Only {
                    // A node from a patch or an expression keeps its own history.
                    node.losers.splice(0..0, losers);
                    node.rule = rule;
                }
                Some(node)
            }
            Acc::List { items, place } => {
                let nodes = items
                    .into_iter()
                    .filter_map(|stack| self.fold_at(stack, depth + 1))
                    .collect();
                Some(Node {
                    kind: NodeKind::List(nodes),
                    place,
                    rule,
                    losers,
                })
            }
            Acc::Map {
                parts,
                place,
                layers,
            } => {
                let entries = self.entries(parts, depth + 1);
                Some(Node {
                    kind: NodeKind::Map(entries),
                    place,
                    rule: if layers > 1 && rule == Rule::Only {
                        Rule::Merged
                    } else {
                        rule
                    },
                    losers,
                })
            }
        }
    }

    fn entries<'p>(
        &mut self,
        mut parts: Vec<(SmolStr, Candidate<'p>)>,
        depth: usize,
    ) -> Vec<(SmolStr, Node)> {
        // Stable: candidates of one key stay in layer order.
        parts.sort_by(|a, b| a.0.cmp(&b.0));
        let mut entries = Vec::with_capacity(parts.len());
        let mut parts = parts.into_iter().peekable();
        while let Some((key, first)) = parts.next() {
            let alone = parts.peek().is_none_or(|(next, _)| *next != key);
            let node = match first {
                Candidate::Expr { expr, key } if alone => self.one(expr, key, depth),
                Candidate::Node(node) if alone => Some(*node),
                first => {
                    let mut stack = vec![first];
                    while let Some((_, next)) = parts.next_if(|(next, _)| *next == key) {
                        stack.push(next);
                    }
                    self.fold_at(stack, depth)
                }
            };
            entries.extend(node.map(|node| (key, node)));
        }
        entries
    }

    fn too_deep(&mut self, span: Span) {
        self.diagnostics.push(
            Diagnostic::error(
                &codes::TOO_DEEP,
                format!("values are nested deeper than {MAX_DEPTH} levels"),
            )
            .at(span),
        );
    }
}

/// A higher layer's value about to meet the lower ones.
enum Incoming<'p> {
    Map(Vec<(SmolStr, Candidate<'p>)>),
    Leaf(Node),
}

impl Incoming<'_> {
    fn kind(&self) -> Kind {
        match self {
            Self::Map(_) => Kind::Map,
            Self::Leaf(node) => node.merge_kind(),
        }
    }
}

struct Fold<'p> {
    acc: Acc<'p>,
    losers: Vec<Loser>,
    rule: Rule,
}

impl<'p> Fold<'p> {
    /// The kind so far and where it comes from; none where nothing is there.
    fn kind(&self) -> Option<(Kind, Place)> {
        match &self.acc {
            Acc::Absent | Acc::Failed => None,
            Acc::Map { place, .. } => Some((Kind::Map, *place)),
            Acc::List { place, .. } => Some((Kind::List, *place)),
            Acc::Leaf(node) => Some((node.merge_kind(), node.place)),
        }
    }

    fn set(&mut self, incoming: Incoming<'p>, place: Place) {
        self.acc = match incoming {
            Incoming::Map(parts) => Acc::Map {
                parts,
                place,
                layers: 1,
            },
            Incoming::Leaf(node) => Acc::Leaf(node),
        };
    }

    fn merge_maps(&mut self, incoming: Incoming<'p>, place: Place) {
        let higher = match incoming {
            Incoming::Map(parts) => parts,
            Incoming::Leaf(node) => map_parts(node),
        };
        let (mut parts, lower_place, layers) = match std::mem::replace(&mut self.acc, Acc::Absent) {
            Acc::Map {
                parts,
                place,
                layers,
            } => (parts, place, layers),
            Acc::Leaf(node) => {
                let place = node.place;
                (map_parts(node), place, 1)
            }
            Acc::Absent | Acc::Failed | Acc::List { .. } => (Vec::new(), place, 0),
        };
        self.losers.push(Loser {
            place: lower_place,
            rule: Rule::Merged,
        });
        parts.extend(higher);
        self.acc = Acc::Map {
            parts,
            place,
            layers: layers + 1,
        };
    }
}

/// The entries of a map node or map value as candidates.
fn map_parts<'p>(node: Node) -> Vec<(SmolStr, Candidate<'p>)> {
    match node.kind {
        NodeKind::Map(entries) => entries
            .into_iter()
            .map(|(key, node)| (key, Candidate::Node(Box::new(node))))
            .collect(),
        NodeKind::Value(value) => value
            .entries()
            .map(|entries| {
                entries
                    .iter()
                    .map(|(key, value)| (key.clone(), part(value, node.place)))
                    .collect()
            })
            .unwrap_or_default(),
        NodeKind::List(_) | NodeKind::Late(_) => Vec::new(),
    }
}

/// The items of a list node or list value as stacks of one candidate.
fn list_items<'p>(node: Node) -> Vec<Vec<Candidate<'p>>> {
    match node.kind {
        NodeKind::List(items) => items
            .into_iter()
            .map(|item| vec![Candidate::Node(Box::new(item))])
            .collect(),
        NodeKind::Value(value) => value
            .items()
            .map(|items| {
                items
                    .iter()
                    .map(|item| vec![part(item, node.place)])
                    .collect()
            })
            .unwrap_or_default(),
        NodeKind::Map(_) | NodeKind::Late(_) => Vec::new(),
    }
}

/// A part of an expression's value: its place is the expression's.
fn part<'p>(value: &Value, place: Place) -> Candidate<'p> {
    Candidate::Node(Box::new(Node::new(NodeKind::Value(value.clone()), place)))
}

/// One entry of a map node or map value.
fn entry(node: &Node, name: &str) -> Option<Node> {
    match &node.kind {
        NodeKind::Map(_) => node.get(name).cloned(),
        NodeKind::Value(value) => value
            .entries()?
            .get(name)
            .map(|value| Node::new(NodeKind::Value(value.clone()), node.place)),
        NodeKind::List(_) | NodeKind::Late(_) => None,
    }
}

/// Where an operator stands inside an expression, if one does.
fn inner_operator(expr: &Expr) -> Option<Span> {
    let mut found = None;
    expr.for_each(&mut |inner| {
        if found.is_none() && is_operator(inner) {
            found = Some(inner.span);
        }
    });
    found
}

fn late_merge(place: Place, below: Place) -> Diagnostic {
    Diagnostic::error(
        &codes::LATE_MERGE,
        "a value known only when Terraform runs cannot be merged",
    )
    .label(place.value, "this layer")
    .label(below.value, "the layer below")
    .help("write override(…) to take the higher value whole")
}

fn repeated_key(name: &str, key: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        &codes::MERGE_BY_KEY,
        format!("two items of one list have `{name}` = \"{key}\""),
    )
    .at(span)
}
