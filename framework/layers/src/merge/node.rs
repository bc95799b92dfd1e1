//! A merged value: every part knows its place and what it won over.

use smol_str::SmolStr;
use terrace_diag::Span;
use terrace_eval::{Folded, Type, Value, value_to_expr, value_to_input};
use terrace_hcl::ast::{Expr, ExprKind, Ident, ObjectItem, ObjectKey};

/// Where a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The key that the value belongs to; none for items of lists.
    pub key: Option<Span>,
    /// The value.
    pub value: Span,
}

impl Place {
    /// What is cited: the key, or the value where there is no key.
    pub fn cited(self) -> Span {
        self.key.unwrap_or(self.value)
    }
}

/// Why a value won or lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The only definition.
    Only,
    /// A higher layer's value takes the place of a lower one's.
    Higher,
    /// Maps of several layers, merged key by key.
    Merged,
    /// Taken whole by `override(…)`.
    Override,
    /// Joined by `append(…)`.
    Append,
    /// Joined by `prepend(…)`.
    Prepend,
    /// Items matched by `merge_by(…)`.
    MergeBy,
    /// Removed by `unset`.
    Unset,
    /// Set or removed by `patch`.
    Patch,
}

impl Rule {
    /// In words, as `explain` prints it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Only => "only definition",
            Self::Higher => "higher layer",
            Self::Merged => "merged",
            Self::Override => "override",
            Self::Append => "append",
            Self::Prepend => "prepend",
            Self::MergeBy => "merge_by",
            Self::Unset => "unset",
            Self::Patch => "patch",
        }
    }
}

/// A value that lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loser {
    /// Where it is written.
    pub place: Place,
    /// What took its place.
    pub rule: Rule,
}

/// A merged value.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where the winner is written; for a map of several layers, the highest.
    pub place: Place,
    /// Why it won.
    pub rule: Rule,
    /// What lost, lowest layer first.
    pub losers: Vec<Loser>,
}

/// What a merged value is.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    /// A map, sorted by key.
    Map(Vec<(SmolStr, Node)>),
    /// A list.
    List(Vec<Node>),
    /// A value known now: a literal, or the result of an expression.
    Value(Value),
    /// An expression over late-bound values, folded as far as possible.
    Late(Box<Expr>),
}

/// What merging distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// A string, number or bool.
    Scalar,
    /// A list, set or tuple.
    List,
    /// A map or object.
    Map,
    /// Known only when Terraform runs.
    Late,
}

impl Kind {
    /// In words, with its article.
    pub fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Scalar => "a scalar",
            Self::List => "a list",
            Self::Map => "a map",
            Self::Late => "a late-bound value",
        }
    }
}

impl Node {
    /// A node without history.
    pub fn new(kind: NodeKind, place: Place) -> Self {
        Self {
            kind,
            place,
            rule: Rule::Only,
            losers: Vec::new(),
        }
    }

    /// The result of an expression.
    pub fn folded(folded: Folded, place: Place) -> Self {
        let kind = match folded {
            Folded::Known(value) => NodeKind::Value(value),
            Folded::Partial(expr) => NodeKind::Late(Box::new(expr)),
        };
        Self::new(kind, place)
    }

    /// What merging sees in it.
    pub fn merge_kind(&self) -> Kind {
        match &self.kind {
            NodeKind::Map(_) => Kind::Map,
            NodeKind::List(_) => Kind::List,
            NodeKind::Late(_) => Kind::Late,
            NodeKind::Value(value) => value_kind(value),
        }
    }

    /// The same with a map that is the value of one expression taken apart, so
    /// that every entry is a node with the expression's place.
    #[must_use]
    pub fn opened(mut self) -> Self {
        if let NodeKind::Value(value) = &self.kind
            && let Some(entries) = value.entries()
        {
            let place = self.place;
            self.kind = NodeKind::Map(
                entries
                    .iter()
                    .map(|(key, value)| {
                        let kind = NodeKind::Value(value.clone());
                        (key.clone(), Self::new(kind, place))
                    })
                    .collect(),
            );
        }
        self
    }

    /// Whether a late-bound value is anywhere in it.
    pub fn has_late(&self) -> bool {
        match &self.kind {
            NodeKind::Late(_) => true,
            NodeKind::Value(_) => false,
            NodeKind::List(items) => items.iter().any(Self::has_late),
            NodeKind::Map(entries) => entries.iter().any(|(_, node)| node.has_late()),
        }
    }

    /// The value as the type checker sees it: late parts are unknown.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            NodeKind::Value(value) => value.clone(),
            NodeKind::Late(_) => Value::unknown(Type::Dynamic),
            NodeKind::List(items) => Value::tuple(items.iter().map(Self::to_value).collect()),
            NodeKind::Map(entries) => Value::object(
                entries
                    .iter()
                    .map(|(key, node)| (key.clone(), node.to_value())),
            ),
        }
    }

    /// The value as an expression that keeps its types, to stand in a larger one.
    pub fn to_expr(&self) -> Expr {
        self.expression(value_to_expr)
    }

    /// The value as it is given to a module's input or a block's argument, which
    /// convert it.
    pub fn to_input(&self) -> Expr {
        self.expression(value_to_input)
    }

    fn expression(&self, print: fn(&Value, Span) -> Expr) -> Expr {
        let span = self.place.value;
        let kind = match &self.kind {
            NodeKind::Value(value) => return print(value, span),
            NodeKind::Late(expr) => return (**expr).clone(),
            NodeKind::List(items) => {
                ExprKind::Tuple(items.iter().map(|item| item.expression(print)).collect())
            }
            NodeKind::Map(entries) => ExprKind::Object(
                entries
                    .iter()
                    .map(|(key, node)| ObjectItem {
                        key: ObjectKey::Name(Ident {
                            name: key.clone(),
                            span: node.place.cited(),
                        }),
                        value: node.expression(print),
                    })
                    .collect(),
            ),
        };
        Expr { kind, span }
    }

    /// The child of a map node or of a map value's origin.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.kind {
            NodeKind::Map(entries) => entries
                .binary_search_by(|(name, _)| name.as_str().cmp(key))
                .ok()
                .map(|at| &entries[at].1),
            _ => None,
        }
    }

    /// The node at a path, as deep as the tree goes: what it reached and how
    /// many steps it took. The rest lies inside a value of one expression.
    pub fn descend<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> (&Self, usize) {
        let (mut node, mut taken) = (self, 0);
        for step in path {
            let next = match &node.kind {
                NodeKind::Map(_) => node.get(step),
                NodeKind::List(items) => step.parse().ok().and_then(|at: usize| items.get(at)),
                _ => None,
            };
            let Some(next) = next else { break };
            (node, taken) = (next, taken + 1);
        }
        (node, taken)
    }

    /// Every leaf with its path; list items are numbered. Empty maps and lists
    /// are leaves.
    pub fn leaves(&self) -> Vec<(Vec<SmolStr>, &Self)> {
        let leaves = self.histories().into_iter();
        leaves.map(|(path, node, _)| (path, node)).collect()
    }

    /// Every leaf with its path and what lost to it, lowest layer first: what
    /// lost to the maps and lists around it as a whole, then to itself.
    pub fn histories(&self) -> Vec<(Vec<SmolStr>, &Self, Vec<Loser>)> {
        let mut out = Vec::new();
        self.collect_leaves(&mut Vec::new(), &mut Vec::new(), &mut out);
        out
    }

    fn collect_leaves<'a>(
        &'a self,
        path: &mut Vec<SmolStr>,
        losers: &mut Vec<Loser>,
        out: &mut Vec<(Vec<SmolStr>, &'a Self, Vec<Loser>)>,
    ) {
        let above = losers.len();
        // A map that was merged key by key lost nothing as a whole.
        let whole = self.losers.iter().filter(|l| l.rule != Rule::Merged);
        losers.extend(whole.copied());
        match &self.kind {
            NodeKind::Map(entries) if !entries.is_empty() => {
                for (key, node) in entries {
                    path.push(key.clone());
                    node.collect_leaves(path, losers, out);
                    path.pop();
                }
            }
            NodeKind::List(items) if !items.is_empty() => {
                for (at, node) in items.iter().enumerate() {
                    path.push(SmolStr::from(at.to_string()));
                    node.collect_leaves(path, losers, out);
                    path.pop();
                }
            }
            _ => out.push((path.clone(), self, losers.clone())),
        }
        losers.truncate(above);
    }
}

/// What merging sees in a value.
pub(crate) fn value_kind(value: &Value) -> Kind {
    if !value.is_known() {
        Kind::Late
    } else if value.is_null() {
        Kind::Null
    } else if value.entries().is_some() {
        Kind::Map
    } else if value.items().is_some() {
        Kind::List
    } else {
        Kind::Scalar
    }
}

/// The text of a value used as a key: strings, numbers and bools.
pub(crate) fn key_text(value: &Value) -> Option<SmolStr> {
    if let Some(text) = value.as_str() {
        return Some(text.into());
    }
    if let Some(number) = value.as_number() {
        return Some(number.to_string().into());
    }
    value.as_bool().map(|bool| bool.to_string().into())
}
