//! Visiting every expression of a tree.

use crate::ast::{Expr, ExprKind, ObjectKey, TemplatePart};

impl Expr {
    /// Calls `found` for the expression and every expression inside it, the
    /// outer ones first.
    pub fn for_each<'a>(&'a self, found: &mut dyn FnMut(&'a Self)) {
        found(self);
        match &self.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Variable(_)
            | ExprKind::SplatItem => {}
            ExprKind::Template(template) => parts(&template.parts, found),
            ExprKind::Tuple(items) => all(items, found),
            ExprKind::Object(items) => {
                for item in items {
                    if let ObjectKey::Expr(key) = &item.key {
                        key.for_each(found);
                    }
                    item.value.for_each(found);
                }
            }
            ExprKind::GetAttr { base, .. } => base.for_each(found),
            ExprKind::Index { base, key } => all([&**base, &**key], found),
            ExprKind::Splat(splat) => all([&splat.source, &splat.each], found),
            ExprKind::Call(call) => all(&call.args, found),
            ExprKind::Unary { operand, .. } => operand.for_each(found),
            ExprKind::Binary { sides, .. } => all([&sides.0, &sides.1], found),
            ExprKind::Conditional(conditional) => all(
                [&conditional.condition, &conditional.yes, &conditional.no],
                found,
            ),
            ExprKind::For(each) => {
                all(
                    std::iter::once(&each.collection)
                        .chain(&each.key)
                        .chain([&each.value])
                        .chain(&each.condition),
                    found,
                );
            }
            ExprKind::Paren(inner) => inner.for_each(found),
        }
    }
}

fn all<'a>(exprs: impl IntoIterator<Item = &'a Expr>, found: &mut dyn FnMut(&'a Expr)) {
    for expr in exprs {
        expr.for_each(found);
    }
}

fn parts<'a>(list: &'a [TemplatePart], found: &mut dyn FnMut(&'a Expr)) {
    for part in list {
        match part {
            TemplatePart::Literal(..) => {}
            TemplatePart::Interpolation(expr) => expr.for_each(found),
            TemplatePart::If {
                condition,
                then,
                otherwise,
                ..
            } => {
                condition.for_each(found);
                parts(then, found);
                parts(otherwise, found);
            }
            TemplatePart::For {
                collection, body, ..
            } => {
                collection.for_each(found);
                parts(body, found);
            }
        }
    }
}
