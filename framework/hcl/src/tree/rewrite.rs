//! Replacing references by other expressions.

use smol_str::SmolStr;

use super::Reference;
use crate::ast::{Expr, ExprKind, Ident, ObjectKey, TemplatePart};

impl Expr {
    /// The expression with references replaced: `replace` gives the expression
    /// that takes the place of a reference (see [`Expr::references`]), or `None`
    /// to keep it. What is put in is not looked into again. The printer sets
    /// parentheses where the new expression needs them.
    ///
    /// A `for` inside the expression may bind a name that occurs in what is put
    /// in; `replace` must not give expressions whose variables could be bound so.
    #[must_use]
    pub fn rewrite(self, mut replace: impl FnMut(&Reference<'_>) -> Option<Self>) -> Self {
        Rewrite {
            bound: Vec::new(),
            replace: &mut replace,
        }
        .expr(self)
    }
}

struct Rewrite<'f> {
    bound: Vec<SmolStr>,
    replace: &'f mut dyn FnMut(&Reference<'_>) -> Option<Expr>,
}

impl Rewrite<'_> {
    fn bind<T>(
        &mut self,
        key: Option<&Ident>,
        value: &Ident,
        inside: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.bound.len();
        self.bound.extend(key.map(|key| key.name.clone()));
        self.bound.push(value.name.clone());
        let result = inside(self);
        self.bound.truncate(before);
        result
    }

    /// Replaces inside `expr` without moving its box.
    fn in_place(&mut self, expr: &mut Expr) {
        let taken = std::mem::replace(
            expr,
            Expr {
                kind: ExprKind::Null,
                span: expr.span,
            },
        );
        *expr = self.expr(taken);
    }

    fn expr(&mut self, mut expr: Expr) -> Expr {
        match &mut expr.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::SplatItem => {}
            ExprKind::Variable(_) | ExprKind::GetAttr { .. } | ExprKind::Index { .. } => {
                return self.traversal(expr);
            }
            ExprKind::Template(template) => self.parts(&mut template.parts),
            ExprKind::Tuple(items) => items.iter_mut().for_each(|item| self.in_place(item)),
            ExprKind::Object(items) => {
                for item in items {
                    if let ObjectKey::Expr(key) = &mut item.key {
                        self.in_place(key);
                    }
                    self.in_place(&mut item.value);
                }
            }
            ExprKind::Splat(splat) => {
                self.in_place(&mut splat.source);
                self.in_place(&mut splat.each);
            }
            ExprKind::Call(call) => call.args.iter_mut().for_each(|arg| self.in_place(arg)),
            ExprKind::Unary { operand, .. } => self.in_place(operand),
            ExprKind::Binary { sides, .. } => {
                self.in_place(&mut sides.0);
                self.in_place(&mut sides.1);
            }
            ExprKind::Conditional(conditional) => {
                self.in_place(&mut conditional.condition);
                self.in_place(&mut conditional.yes);
                self.in_place(&mut conditional.no);
            }
            ExprKind::For(all) => {
                let all = &mut **all;
                self.in_place(&mut all.collection);
                self.bind(all.key_var.as_ref(), &all.value_var, |rewrite| {
                    for inner in [&mut all.key, &mut all.condition].into_iter().flatten() {
                        rewrite.in_place(inner);
                    }
                    rewrite.in_place(&mut all.value);
                });
            }
            ExprKind::Paren(inner) => self.in_place(inner),
        }
        expr
    }

    fn traversal(&mut self, mut expr: Expr) -> Expr {
        if let Some(reference) = expr.as_reference() {
            if self.bound.contains(reference.root) {
                return expr;
            }
            return match (self.replace)(&reference) {
                Some(replaced) => replaced,
                None => expr,
            };
        }
        match &mut expr.kind {
            ExprKind::GetAttr { base, .. } => self.in_place(base),
            ExprKind::Index { base, key } => {
                self.in_place(base);
                self.in_place(key);
            }
            _ => {}
        }
        expr
    }

    fn parts(&mut self, parts: &mut [TemplatePart]) {
        for part in parts {
            match part {
                TemplatePart::Literal(..) => {}
                TemplatePart::Interpolation(expr) => self.in_place(expr),
                TemplatePart::If {
                    condition,
                    then,
                    otherwise,
                    ..
                } => {
                    self.in_place(condition);
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
                    self.in_place(collection);
                    self.bind(key.as_ref(), value, |rewrite| rewrite.parts(body));
                }
            }
        }
    }
}
