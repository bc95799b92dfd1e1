//! Helpers on the syntax tree: comparing, finding references, replacing them.

mod equal;
mod places;
mod reference;
mod rewrite;
mod walk;

pub use reference::{Reference, Step};

use crate::ast::{Expr, ExprKind, ObjectKey, TemplatePart, UnaryOp};

impl Expr {
    /// Whether the value can be read off without evaluating anything: literals,
    /// negative numbers, and lists and objects of literals.
    pub fn is_literal(&self) -> bool {
        match &self.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => true,
            ExprKind::Unary {
                op: UnaryOp::Negate,
                operand,
            } => matches!(operand.kind, ExprKind::Number(_)),
            ExprKind::Tuple(items) => items.iter().all(Self::is_literal),
            ExprKind::Object(items) => items.iter().all(|item| {
                let key = match &item.key {
                    ObjectKey::Name(_) => true,
                    ObjectKey::Expr(key) => key.is_literal(),
                };
                key && item.value.is_literal()
            }),
            ExprKind::Paren(inner) => inner.is_literal(),
            _ => false,
        }
    }

    /// The expression itself, or what stands alone in its `"${…}"`.
    pub fn unwrapped(&self) -> &Self {
        let mut expr = self;
        while let ExprKind::Template(template) = &expr.kind
            && let [TemplatePart::Interpolation(inner)] = &template.parts[..]
        {
            expr = inner;
        }
        expr
    }

    /// The expression inside any parentheses.
    pub fn unparenthesised(&self) -> &Self {
        let mut expr = self;
        while let ExprKind::Paren(inner) = &expr.kind {
            expr = inner;
        }
        expr
    }
}
