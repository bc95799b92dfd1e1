//! Conditionals: a known condition chooses its branch where the type of the
//! result cannot depend on the other one.

use terrace_diag::Span;
use terrace_hcl::ast::{Conditional, Expr, ExprKind};

use super::literal::call;
use super::{Folded, Mode, node};
use crate::evaluate::conditional::Attempt;
use crate::evaluate::{Env, Evaluator, Failed};
use crate::types::Type;
use crate::value::{Data, Value};

/// How one branch folded.
struct Branch {
    folded: Attempt<Folded>,
    /// Whether it reads a late-bound secret.
    secret: bool,
    span: Span,
}

impl Evaluator<'_> {
    pub(super) fn fold_conditional(
        &mut self,
        conditional: &Conditional,
        expr: &Expr,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        if let Some(value) = self.eval_known(expr, env, mode)? {
            return Ok(Folded::Known(value));
        }
        let condition = self.fold(&conditional.condition, env, mode)?;
        if let Folded::Known(value) = &condition
            && !value.is_sensitive()
        {
            let span = conditional.condition.span;
            let chosen = self.lenient(mode, |this| this.condition(value, span))?;
            if let Some(Some(chosen)) = chosen
                && let Some(folded) = self.prune(conditional, chosen, env, mode)?
            {
                return Ok(folded);
            }
        }
        let yes = self.fold(&conditional.yes, env, Mode::Lenient)?;
        let no = self.fold(&conditional.no, env, Mode::Lenient)?;
        let kept = Conditional {
            condition: condition.into_expr(conditional.condition.span),
            yes: yes.into_expr(conditional.yes.span),
            no: no.into_expr(conditional.no.span),
        };
        Ok(Folded::Partial(node(
            ExprKind::Conditional(Box::new(kept)),
            expr.span,
        )))
    }

    fn fold_attempt(&mut self, expr: &Expr, env: &Env<'_>) -> Result<Branch, Failed> {
        let before = std::mem::take(&mut self.late_sensitive);
        let folded = self.attempt(|this| this.fold(expr, env, Mode::Strict));
        let secret = std::mem::replace(&mut self.late_sensitive, before);
        self.late_sensitive |= secret;
        Ok(Branch {
            folded: folded?,
            secret,
            span: expr.span,
        })
    }

    /// The chosen branch as the type it has in the whole; `None` if that
    /// depends on a late-bound value.
    fn prune(
        &mut self,
        conditional: &Conditional,
        chosen: bool,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Option<Folded>, Failed> {
        let (taken, other) = if chosen {
            (&conditional.yes, &conditional.no)
        } else {
            (&conditional.no, &conditional.yes)
        };
        let other_expr = other.unwrapped().unparenthesised();
        let other = self.fold_attempt(other, env)?;
        if other.secret {
            return Ok(None);
        }
        let taken = self.fold_attempt(taken, env)?;
        let taken_folded = match taken.folded {
            Ok(folded) => folded,
            Err(_) if mode == Mode::Lenient => return Ok(None),
            Err(refusal) => {
                self.diagnostics.extend(refusal.messages);
                return Err(Failed::PLAIN);
            }
        };
        Ok(match (taken_folded, other.folded) {
            // A reference or call that fails is of unknown type and converts
            // nothing.
            (folded, Err(_)) if is_reference_or_call(other_expr) => Some(folded),
            (Folded::Known(value), Ok(Folded::Partial(_))) => {
                let fixed =
                    value.as_str().is_some() || matches!(value.data(), Data::Null(Type::Dynamic));
                fixed.then_some(Folded::Known(value))
            }
            (Folded::Partial(expr), Ok(Folded::Known(other))) if !other.is_sensitive() => {
                as_type_of(expr, &other, taken.span).map(Folded::Partial)
            }
            _ => None,
        })
    }
}

fn is_reference_or_call(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Variable(_)
            | ExprKind::GetAttr { .. }
            | ExprKind::Index { .. }
            | ExprKind::Call(_)
    )
}

/// `expr` converted as beside a branch that is `other`.
fn as_type_of(expr: Expr, other: &Value, span: Span) -> Option<Expr> {
    match other.data() {
        Data::Null(Type::Dynamic) => Some(expr),
        Data::String(_) if is_text(&expr) => Some(expr),
        Data::String(_) => Some(call("tostring", vec![expr], span)),
        _ => None,
    }
}

/// Whether an expression is a string whatever its parts are.
fn is_text(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Template(template) => template.parts.len() > 1,
        ExprKind::Paren(inner) => is_text(inner),
        _ => false,
    }
}
