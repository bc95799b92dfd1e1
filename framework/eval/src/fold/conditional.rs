//! Conditionals: a known condition chooses its branch where the type of the
//! result cannot depend on the other one.

use terrace_diag::Span;
use terrace_hcl::ast::{Conditional, Expr, ExprKind};

use super::literal::call;
use super::{Folded, Mode, node};
use crate::evaluate::{Env, Evaluator, Failed};
use crate::types::Type;
use crate::value::{Data, Value};

/// How one branch folded. Each branch is folded once only, because branches
/// may be nested.
struct Branch {
    folded: Folded,
    /// Whether it reads a late-bound secret.
    secret: bool,
    /// Whether mistakes were kept in it.
    wrong: bool,
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
        let mut chosen = None;
        if let Folded::Known(value) = &condition
            && !value.is_sensitive()
        {
            let span = conditional.condition.span;
            chosen = self
                .lenient(mode, |this| this.condition(value, span))?
                .flatten();
        }
        let mode_of = |side: bool| match chosen {
            Some(chosen) if chosen == side => mode,
            _ => Mode::Lenient,
        };
        let yes = self.fold_branch(&conditional.yes, env, mode_of(true))?;
        let no = self.fold_branch(&conditional.no, env, mode_of(false))?;
        let pruned = match chosen {
            Some(true) => prune(&yes, &no, &conditional.no, conditional.yes.span),
            Some(false) => prune(&no, &yes, &conditional.yes, conditional.no.span),
            None => None,
        };
        if let Some(folded) = pruned {
            return Ok(folded);
        }
        let kept = Conditional {
            condition: condition.into_expr(conditional.condition.span),
            yes: yes.folded.into_expr(conditional.yes.span),
            no: no.folded.into_expr(conditional.no.span),
        };
        Ok(Folded::Partial(node(
            ExprKind::Conditional(Box::new(kept)),
            expr.span,
        )))
    }

    fn fold_branch(&mut self, expr: &Expr, env: &Env<'_>, mode: Mode) -> Result<Branch, Failed> {
        let before = std::mem::take(&mut self.late_sensitive);
        let kept = self.kept;
        let folded = self.fold(expr, env, mode);
        let secret = std::mem::replace(&mut self.late_sensitive, before);
        self.late_sensitive |= secret;
        Ok(Branch {
            folded: folded?,
            secret,
            wrong: self.kept != kept,
        })
    }
}

/// The chosen branch as the type it has in the whole; `None` if that depends on
/// a late-bound value.
fn prune(taken: &Branch, other: &Branch, other_expr: &Expr, span: Span) -> Option<Folded> {
    if other.secret {
        return None;
    }
    if other.wrong {
        // A reference or call that fails is of unknown type and converts
        // nothing.
        let plain = is_reference_or_call(other_expr.unwrapped().unparenthesised());
        return plain.then(|| taken.folded.clone());
    }
    match (&taken.folded, &other.folded) {
        (Folded::Known(value), Folded::Partial(_)) => {
            let fixed =
                value.as_str().is_some() || matches!(value.data(), Data::Null(Type::Dynamic));
            fixed.then(|| taken.folded.clone())
        }
        (Folded::Partial(expr), Folded::Known(other)) if !other.is_sensitive() => {
            as_type_of(expr.clone(), other, span).map(Folded::Partial)
        }
        _ => None,
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
