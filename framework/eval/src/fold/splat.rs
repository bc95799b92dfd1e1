//! Splats: written out where the items are known.

use terrace_hcl::ast::{Expr, ExprKind, Splat};

use super::{Folded, Mode, node, tuple};
use crate::evaluate::splat::SplatSource;
use crate::evaluate::{Binding, Env, Evaluator, Failed};

impl Evaluator<'_> {
    pub(super) fn fold_splat(
        &mut self,
        splat: &Splat,
        expr: &Expr,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        if let Some(value) = self.eval_known(expr, env, mode)? {
            return Ok(Folded::Known(value));
        }
        let source = self.fold(&splat.source, env, mode)?;
        if let Some(items) = self.splat_items(&source, splat, mode)? {
            let mut results = Vec::with_capacity(items.len());
            for item in items {
                let inner = Env {
                    splat_item: Some(&item),
                    ..*env
                };
                let folded = self.fold(&splat.each, &inner, mode)?;
                results.push((folded, splat.each.span));
            }
            return Ok(tuple(results, expr.span));
        }
        let item = Binding::Late(node(ExprKind::SplatItem, splat.each.span));
        let inner = Env {
            splat_item: Some(&item),
            ..*env
        };
        let each = self.fold(&splat.each, &inner, Mode::Lenient)?;
        let kept = Splat {
            source: source.into_expr(splat.source.span),
            each: each.into_expr(splat.each.span),
            full: splat.full,
        };
        Ok(Folded::Partial(node(
            ExprKind::Splat(Box::new(kept)),
            expr.span,
        )))
    }

    /// The items, where the result is a tuple of them.
    fn splat_items(
        &mut self,
        source: &Folded,
        splat: &Splat,
        mode: Mode,
    ) -> Result<Option<Vec<Binding>>, Failed> {
        match source {
            Folded::Known(value) if !value.is_sensitive() => {
                let walked =
                    self.lenient(mode, |this| this.splat_source(value, splat.source.span))?;
                Ok(match walked {
                    Some(SplatSource::Empty) => Some(Vec::new()),
                    Some(SplatSource::Items { items, list: false }) => {
                        Some(items.into_iter().map(Binding::Value).collect())
                    }
                    _ => None,
                })
            }
            Folded::Known(_) => Ok(None),
            Folded::Partial(expr) => match &expr.unparenthesised().kind {
                ExprKind::Tuple(items) => {
                    let mut bindings = Vec::with_capacity(items.len());
                    for item in items {
                        bindings.push(match self.settle(item.clone())? {
                            Folded::Known(value) => Binding::Value(value),
                            Folded::Partial(expr) => Binding::Late(expr),
                        });
                    }
                    Ok(Some(bindings))
                }
                ExprKind::Object(_) => Ok(Some(vec![Binding::Late(expr.clone())])),
                _ => Ok(None),
            },
        }
    }
}
