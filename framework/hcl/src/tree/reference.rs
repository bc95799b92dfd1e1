//! The references of an expression.

use smol_str::SmolStr;
use terrace_diag::Span;

use crate::ast::{Expr, ExprKind, Ident, ObjectKey, TemplatePart};

/// A variable that is not bound inside the expression, with the names and
/// literal keys that follow it: `local.zones[0].name`. It ends before the first
/// key that must be evaluated and before a splat.
#[derive(Debug, Clone)]
pub struct Reference<'a> {
    /// The whole reference.
    pub expr: &'a Expr,
    /// The variable.
    pub root: &'a SmolStr,
    /// Where the variable is written.
    pub root_span: Span,
    /// What follows it, in order.
    pub steps: Vec<Step<'a>>,
}

/// One step of a reference.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// `.name`
    Attribute(&'a Ident),
    /// `["name"]` or `[0]`: a string or number literal.
    Key(&'a Expr),
}

impl<'a> Step<'a> {
    /// The name of an attribute or of a string key.
    pub fn name(&self) -> Option<&'a str> {
        match self {
            Self::Attribute(name) => Some(&name.name),
            Self::Key(key) => match &key.kind {
                ExprKind::String(name) => Some(name),
                _ => None,
            },
        }
    }

    /// Where the name or key is written.
    pub fn span(&self) -> Span {
        match self {
            Self::Attribute(name) => name.span,
            Self::Key(key) => key.span,
        }
    }
}

impl Expr {
    /// The expression as one reference, if it is nothing else.
    pub fn as_reference(&self) -> Option<Reference<'_>> {
        let mut steps = Vec::new();
        let mut expr = self;
        loop {
            match &expr.kind {
                ExprKind::Variable(root) => {
                    steps.reverse();
                    return Some(Reference {
                        expr: self,
                        root,
                        root_span: expr.span,
                        steps,
                    });
                }
                ExprKind::GetAttr { base, name } => {
                    steps.push(Step::Attribute(name));
                    expr = base;
                }
                ExprKind::Index { base, key } if is_key(key) => {
                    steps.push(Step::Key(key));
                    expr = base;
                }
                _ => return None,
            }
        }
    }

    /// Every reference to a variable that the expression itself does not bind
    /// (by `for`), in the order written.
    pub fn references(&self) -> Vec<Reference<'_>> {
        let mut found = Vec::new();
        self.for_each_reference(|reference| found.push(reference));
        found
    }

    /// Calls `found` for every reference, see [`Expr::references`].
    pub fn for_each_reference<'a>(&'a self, mut found: impl FnMut(Reference<'a>)) {
        Walk {
            bound: Vec::new(),
            found: &mut found,
        }
        .expr(self);
    }
}

/// Whether a key can be read off.
pub(super) fn is_key(key: &Expr) -> bool {
    matches!(key.kind, ExprKind::String(_) | ExprKind::Number(_))
}

struct Walk<'a, 'f> {
    /// The variables bound around the current place.
    bound: Vec<&'a str>,
    found: &'f mut dyn FnMut(Reference<'a>),
}

impl<'a> Walk<'a, '_> {
    fn bind(&mut self, key: Option<&'a Ident>, value: &'a Ident, inside: impl FnOnce(&mut Self)) {
        let before = self.bound.len();
        self.bound.extend(key.map(|key| key.name.as_str()));
        self.bound.push(&value.name);
        inside(self);
        self.bound.truncate(before);
    }

    fn all(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::SplatItem => {}
            ExprKind::Variable(_) | ExprKind::GetAttr { .. } | ExprKind::Index { .. } => {
                self.traversal(expr);
            }
            ExprKind::Template(template) => self.parts(&template.parts),
            ExprKind::Tuple(items) => self.all(items),
            ExprKind::Object(items) => {
                for item in items {
                    if let ObjectKey::Expr(key) = &item.key {
                        self.expr(key);
                    }
                    self.expr(&item.value);
                }
            }
            ExprKind::Splat(splat) => self.all([&splat.source, &splat.each]),
            ExprKind::Call(call) => self.all(&call.args),
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Binary { sides, .. } => self.all([&sides.0, &sides.1]),
            ExprKind::Conditional(conditional) => {
                self.all([&conditional.condition, &conditional.yes, &conditional.no])
            }
            ExprKind::For(all) => {
                self.expr(&all.collection);
                self.bind(all.key_var.as_ref(), &all.value_var, |walk| {
                    walk.all(&all.key);
                    walk.expr(&all.value);
                    walk.all(&all.condition);
                });
            }
            ExprKind::Paren(inner) => self.expr(inner),
        }
    }

    fn traversal(&mut self, expr: &'a Expr) {
        if let Some(reference) = expr.as_reference() {
            if !self.bound.contains(&reference.root.as_str()) {
                (self.found)(reference);
            }
            return;
        }
        match &expr.kind {
            ExprKind::GetAttr { base, .. } => self.expr(base),
            ExprKind::Index { base, key } => self.all([&**base, &**key]),
            _ => {}
        }
    }

    fn parts(&mut self, parts: &'a [TemplatePart]) {
        for part in parts {
            match part {
                TemplatePart::Literal(..) => {}
                TemplatePart::Interpolation(expr) => self.expr(expr),
                TemplatePart::If {
                    condition,
                    then,
                    otherwise,
                    ..
                } => {
                    self.expr(condition);
                    self.parts(then);
                    self.parts(otherwise);
                }
                TemplatePart::For {
                    key,
                    value,
                    collection,
                    body,
                    ..
                } => {
                    self.expr(collection);
                    self.bind(key.as_ref(), value, |walk| walk.parts(body));
                }
            }
        }
    }
}
