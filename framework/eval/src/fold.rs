//! Folding: everything that is known is computed, the rest stays an expression.
//!
//! The residual evaluates in Terraform to what the whole would have: late-bound
//! references are replaced by what the scope says stands for them, known parts
//! by literals that keep their types (`toset([…])`). A part that would fail is
//! an error, except where Terraform itself would not reach it: in a branch
//! whose condition is late bound and in the body of an iteration over something
//! late bound it is kept as it is ([`Mode::Lenient`]).

mod call;
mod conditional;
mod iteration;
mod literal;
mod rename;
mod respan;
mod special;
mod splat;
mod template;
mod traversal;

use terrace_diag::{Diagnostic, Diagnostics, Span};
use terrace_hcl::ast::{BinaryOp, Expr, ExprKind, Ident, ObjectItem, ObjectKey, UnaryOp};

use crate::codes;
use crate::evaluate::{Context, Env, Evaluator, Failed, Failures};
use crate::scope::{EmptyScope, Scope};
use crate::value::{Value, normalise};

pub use literal::{exposed_secrets, value_to_expr, value_to_input};

/// What folding made of an expression.
#[derive(Debug, Clone)]
pub enum Folded {
    /// Nothing in it is late bound.
    Known(Value),
    /// What is left for Terraform to evaluate.
    Partial(Expr),
}

impl Folded {
    /// The expression that stands for it in rendered Terraform.
    pub fn into_expr(self, span: Span) -> Expr {
        match self {
            Self::Known(value) => value_to_expr(&value, span),
            Self::Partial(expr) => expr,
        }
    }

    /// The value, if it is known.
    pub fn known(&self) -> Option<&Value> {
        match self {
            Self::Known(value) => Some(value),
            Self::Partial(_) => None,
        }
    }
}

/// Folds an expression.
///
/// # Errors
/// Everything that is wrong with it, each at the smallest part at fault.
pub fn fold(expr: &Expr, scope: &dyn Scope, context: &Context<'_>) -> Result<Folded, Diagnostics> {
    let mut evaluator = Evaluator::new(context);
    let result = evaluator.fold(expr, &Env::new(scope), Mode::Strict);
    let result = match result {
        Ok(Folded::Known(value)) if !value.is_wholly_known() => evaluator.fail_at(
            &codes::UNKNOWN_VALUE,
            expr.span,
            "the value is not known before Terraform runs",
        ),
        other => other,
    };
    evaluator.finish(result)
}

/// What to do with a part that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It is an error.
    Strict,
    /// It is kept as an expression: Terraform may never reach it.
    Lenient,
}

pub(crate) fn node(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, span }
}

impl Evaluator<'_> {
    pub(crate) fn fold(
        &mut self,
        expr: &Expr,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        match &expr.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::String(_) | ExprKind::Number(_) => {
                return self.eval(expr, env).map(Folded::Known);
            }
            _ => {}
        }
        self.enter(expr.span)?;
        let result = self.fold_node(expr, env, mode);
        self.depth -= 1;
        result
    }

    fn fold_node(&mut self, expr: &Expr, env: &Env<'_>, mode: Mode) -> Result<Folded, Failed> {
        match &expr.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::String(_) | ExprKind::Number(_) => {
                self.eval(expr, env).map(Folded::Known)
            }
            ExprKind::Template(template) => self.fold_template(template, expr.span, env, mode),
            ExprKind::Tuple(items) => self.fold_tuple(items, expr.span, env, mode),
            ExprKind::Object(items) => self.fold_object(items, expr.span, env, mode),
            ExprKind::Variable(_)
            | ExprKind::SplatItem
            | ExprKind::GetAttr { .. }
            | ExprKind::Index { .. } => self.fold_traversal(expr, env, mode),
            ExprKind::Splat(splat) => self.fold_splat(splat, expr, env, mode),
            ExprKind::Call(call) => self.fold_call(call, expr.span, env, mode),
            ExprKind::Unary { op, operand } => self.fold_unary(*op, operand, expr.span, env, mode),
            ExprKind::Binary { .. } => self.fold_binary(expr, env, mode),
            ExprKind::Conditional(conditional) => {
                self.fold_conditional(conditional, expr, env, mode)
            }
            ExprKind::For(iteration) => self.fold_for(iteration, expr, env, mode),
            ExprKind::Paren(inner) => self.fold_paren(inner, expr.span, env, mode),
        }
    }

    fn fold_tuple(
        &mut self,
        items: &[Expr],
        span: Span,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        self.check_length(items.len(), span)?;
        Ok(tuple(self.fold_all(items, env, mode)?, span))
    }

    fn fold_unary(
        &mut self,
        op: UnaryOp,
        operand: &Expr,
        span: Span,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        let folded = self.fold(operand, env, mode)?;
        if let Folded::Known(value) = &folded {
            let result = self.lenient(mode, |this| {
                this.unary_values(op, value, operand.span, span)
            })?;
            if let Some(value) = result {
                return Ok(Folded::Known(value));
            }
        }
        let operand = Box::new(folded.into_expr(operand.span));
        Ok(Folded::Partial(node(ExprKind::Unary { op, operand }, span)))
    }

    fn fold_paren(
        &mut self,
        inner: &Expr,
        span: Span,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        Ok(match self.fold(inner, env, mode)? {
            Folded::Partial(inner) => Folded::Partial(node(ExprKind::Paren(Box::new(inner)), span)),
            known => known,
        })
    }

    /// Runs `body`; where mistakes are to be kept, a mistake is `None`.
    pub(crate) fn lenient<T>(
        &mut self,
        mode: Mode,
        body: impl FnOnce(&mut Self) -> Result<T, Failed>,
    ) -> Result<Option<T>, Failed> {
        if mode == Mode::Strict {
            return body(self).map(Some);
        }
        let result = self.attempt(body)?.ok();
        self.kept += u64::from(result.is_none());
        Ok(result)
    }

    /// Evaluates an expression if nothing in it is late bound: `None` if
    /// something is, or if it fails where mistakes are to be kept.
    pub(crate) fn eval_known(
        &mut self,
        expr: &Expr,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Option<Value>, Failed> {
        let (late, mark) = (self.late, self.diagnostics.len());
        self.late = false;
        let result = self.eval(expr, env);
        let met_late = std::mem::replace(&mut self.late, late);
        self.late |= met_late;
        match result {
            Ok(value) if !met_late && value.is_wholly_known() => Ok(Some(value)),
            Ok(_) => Ok(None),
            Err(failure) if failure.fatal => Err(failure),
            Err(failure) if !met_late && mode == Mode::Strict => Err(failure),
            Err(_) => {
                self.diagnostics.truncate(mark);
                Ok(None)
            }
        }
    }

    /// Folds all of them, so that every mistake is reported.
    pub(crate) fn fold_all(
        &mut self,
        exprs: &[Expr],
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Vec<(Folded, Span)>, Failed> {
        let mut folded = Vec::with_capacity(exprs.len());
        let mut failures = Failures::default();
        for expr in exprs {
            if let Some(result) = failures.keep(self.fold(expr, env, mode)) {
                folded.push((result, expr.span));
            }
        }
        failures.result()?;
        Ok(folded)
    }

    fn fold_object(
        &mut self,
        items: &[ObjectItem],
        span: Span,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        let mut failures = Failures::default();
        let mut entries = Vec::with_capacity(items.len());
        let mut sensitive = false;
        for item in items {
            let key = match &item.key {
                ObjectKey::Name(name) => Ok(ObjectKey::Name(name.clone())),
                ObjectKey::Expr(expr) => self.fold_key(expr, env, mode).map(|(key, marked)| {
                    sensitive |= marked;
                    key
                }),
            };
            let value = self.fold(&item.value, env, mode);
            let (key, value) = (failures.keep(key), failures.keep(value));
            if let (Some(key), Some(value)) = (key, value) {
                entries.push((key, value, item.value.span));
            }
        }
        failures.result()?;
        Ok(object(entries, sensitive, span))
    }

    /// A key as a name, if it is known and not sensitive.
    fn fold_key(
        &mut self,
        expr: &Expr,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<(ObjectKey, bool), Failed> {
        let folded = self.fold(expr, env, mode)?;
        if let Folded::Known(value) = &folded
            && let Some(Some((name, sensitive))) =
                self.lenient(mode, |this| this.object_key(value, expr.span))?
        {
            let name = Ident {
                name,
                span: expr.span,
            };
            return Ok((ObjectKey::Name(name), sensitive));
        }
        Ok((ObjectKey::Expr(folded.into_expr(expr.span)), false))
    }

    /// A chain such as `a + b + c` leans to the left and is walked in a loop.
    fn fold_binary(&mut self, expr: &Expr, env: &Env<'_>, mode: Mode) -> Result<Folded, Failed> {
        let mut chain = Vec::new();
        let mut first = expr;
        while let ExprKind::Binary { op, op_span, sides } = &first.kind {
            chain.push((*op, *op_span, &sides.1, first.span));
            first = &sides.0;
        }
        let mut left_span = first.span;
        let mut left = self.fold(first, env, mode);
        for (op, op_span, right, span) in chain.into_iter().rev() {
            let right_side = self.fold(right, env, mode);
            let mut failures = Failures::default();
            left = match (failures.keep(left), failures.keep(right_side)) {
                (Some(l), Some(r)) => {
                    let at = Binary {
                        op,
                        op_span,
                        left: left_span,
                        right: right.span,
                        whole: span,
                    };
                    self.fold_sides(&at, l, r, mode)
                }
                _ => failures.result().map(|()| Folded::Known(Value::NULL)),
            };
            left_span = span;
        }
        left
    }

    fn fold_sides(
        &mut self,
        at: &Binary,
        left: Folded,
        right: Folded,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        if let (Folded::Known(l), Folded::Known(r)) = (&left, &right)
            && let Some(value) = self.lenient(mode, |this| {
                this.binary_values(at.op, l, r, at.left, at.right, at.whole)
            })?
        {
            return Ok(Folded::Known(value));
        }
        let sides = Box::new((left.into_expr(at.left), right.into_expr(at.right)));
        Ok(Folded::Partial(node(
            ExprKind::Binary {
                op: at.op,
                op_span: at.op_span,
                sides,
            },
            at.whole,
        )))
    }

    /// A residual that has become a constant, as a value.
    pub(crate) fn settle(&mut self, expr: Expr) -> Result<Folded, Failed> {
        let mut constant = true;
        expr.for_each(&mut |part| {
            constant &= !matches!(part.kind, ExprKind::Variable(_) | ExprKind::SplatItem);
        });
        if !constant {
            return Ok(Folded::Partial(expr));
        }
        let value = self.attempt(|this| this.eval(&expr, &Env::new(&EmptyScope)))?;
        Ok(value.map_or(Folded::Partial(expr), Folded::Known))
    }

    pub(crate) fn must_be_known<T>(&mut self, span: Span, what: &str) -> Result<T, Failed> {
        self.fail(
            Diagnostic::error(
                &codes::UNKNOWN_VALUE,
                format!("{what} must be known while the layers are compiled, but it depends on a late-bound value"),
            )
            .at(span)
            .help("late-bound values are outputs of other components; they are known only when Terraform runs"),
        )
    }
}

/// A binary operation and its places.
struct Binary {
    op: BinaryOp,
    op_span: Span,
    left: Span,
    right: Span,
    whole: Span,
}

/// A tuple of folded items.
pub(crate) fn tuple(items: Vec<(Folded, Span)>, span: Span) -> Folded {
    if items.iter().all(|(item, _)| item.known().is_some()) {
        let values = items.into_iter().filter_map(|(item, _)| match item {
            Folded::Known(value) => Some(value),
            Folded::Partial(_) => None,
        });
        return Folded::Known(Value::tuple(values.collect()));
    }
    let items = items
        .into_iter()
        .map(|(item, span)| item.into_expr(span))
        .collect();
    Folded::Partial(node(ExprKind::Tuple(items), span))
}

/// An object of folded entries; `sensitive` if a key was.
pub(crate) fn object(
    entries: Vec<(ObjectKey, Folded, Span)>,
    sensitive: bool,
    span: Span,
) -> Folded {
    let known: Option<Vec<_>> = entries
        .iter()
        .map(|(key, value, _)| match (key, value) {
            (ObjectKey::Name(name), Folded::Known(value)) => {
                Some((normalise(name.name.clone()), value.clone()))
            }
            _ => None,
        })
        .collect();
    if let Some(known) = known {
        return Folded::Known(Value::object(known).or_sensitive(sensitive));
    }
    let items = entries
        .into_iter()
        .map(|(key, value, span)| ObjectItem {
            key,
            value: value.into_expr(span),
        })
        .collect();
    let expr = node(ExprKind::Object(items), span);
    Folded::Partial(if sensitive {
        literal::sensitive(expr, span)
    } else {
        expr
    })
}

#[cfg(test)]
#[path = "fold/fold_tests.rs"]
mod tests;
