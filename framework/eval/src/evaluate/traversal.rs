//! Variables and what is read from them.

use terrace_diag::{Diagnostic, Span};
use terrace_hcl::ast::{Expr, ExprKind};

use super::access::{self, Missing};
use super::{Binding, Env, Evaluator, Failed, Failures};
use crate::scope::{Lookup, Step};
use crate::value::Value;

/// The root of a chain of attribute and index accesses, and the accesses in
/// the order they are applied.
pub(crate) fn unchain(expr: &Expr) -> (&Expr, Vec<&Expr>) {
    let mut links = Vec::new();
    let mut root = expr;
    while let ExprKind::GetAttr { base, .. } | ExprKind::Index { base, .. } = &root.kind {
        links.push(root);
        root = base;
    }
    links.reverse();
    (root, links)
}

/// One access with its key evaluated.
pub(crate) enum Access<'x> {
    Attr(&'x str, Span),
    Index(Value, Span),
}

impl Access<'_> {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Attr(_, span) | Self::Index(_, span) => *span,
        }
    }

    pub(crate) fn apply(&self, value: &Value) -> Result<Value, Missing> {
        match self {
            Self::Attr(name, _) => access::get_attr(value, name),
            Self::Index(key, _) => access::index(value, key),
        }
    }
}

/// The leading accesses a scope may answer: their keys are known and visible.
pub(crate) fn steps<'s>(accesses: &'s [Access<'_>]) -> Vec<Step<'s>> {
    accesses
        .iter()
        .map_while(|access| match access {
            Access::Attr(name, span) => Some(Step::Attr { name, span: *span }),
            Access::Index(key, span) => {
                let usable =
                    !key.is_sensitive() && (key.as_str().is_some() || key.as_number().is_some());
                usable.then(|| Step::Index {
                    key: key.clone(),
                    span: *span,
                })
            }
        })
        .collect()
}

impl Evaluator<'_> {
    pub(super) fn traversal(&mut self, expr: &Expr, env: &Env<'_>) -> Result<Value, Failed> {
        let (root, links) = unchain(expr);
        let mut failures = Failures::default();
        let accesses = self.accesses(&links, env, &mut failures);
        let mark = self.diagnostics.len();
        let found = self.read(root, &accesses, env, &mut failures);
        if failures.any() && found.as_ref().is_err_and(|failure| !failure.fatal) {
            self.diagnostics.truncate(mark);
        }
        let value = failures.stand_in(found);
        failures.or_rest(value)
    }

    /// Reads a root and what is accessed on it. Keys that failed are unknown
    /// values here.
    fn read(
        &mut self,
        root: &Expr,
        accesses: &[Access<'_>],
        env: &Env<'_>,
        failures: &mut Failures,
    ) -> Result<Value, Failed> {
        match &root.kind {
            ExprKind::Variable(name) => {
                if let Some(binding) = env.local(name) {
                    let value = self.bound(binding);
                    return self.apply(value, accesses);
                }
                let steps = steps(accesses);
                match env.scope.lookup(name, &steps, root.span) {
                    None => self.unknown_variable(name, root.span, env),
                    Some(Err(diagnostic)) => self.fatal(diagnostic),
                    Some(Ok(Lookup::Value { value, consumed })) => {
                        self.apply(value, accesses.get(consumed..).unwrap_or_default())
                    }
                    Some(Ok(Lookup::Late { sensitive, .. })) => {
                        self.late = true;
                        self.late_sensitive |= sensitive;
                        Ok(Value::UNKNOWN.or_sensitive(sensitive))
                    }
                }
            }
            ExprKind::SplatItem => {
                let value = match env.splat_item {
                    Some(binding) => self.bound(binding),
                    None => Value::UNKNOWN,
                };
                self.apply(value, accesses)
            }
            _ => {
                let result = self.eval(root, env);
                let failed = result.is_err();
                let value = failures.stand_in(result);
                let mark = self.diagnostics.len();
                let found = self.apply(value, accesses);
                if failed {
                    self.diagnostics.truncate(mark);
                }
                found
            }
        }
    }

    pub(crate) fn bound(&mut self, binding: &Binding) -> Value {
        match binding {
            Binding::Value(value) => value.clone(),
            Binding::Late(_) => {
                self.late = true;
                Value::UNKNOWN
            }
        }
    }

    /// Evaluates the keys of all accesses.
    fn accesses<'x>(
        &mut self,
        links: &[&'x Expr],
        env: &Env<'_>,
        failures: &mut Failures,
    ) -> Vec<Access<'x>> {
        let mut accesses = Vec::with_capacity(links.len());
        for link in links {
            match &link.kind {
                ExprKind::GetAttr { name, .. } => {
                    accesses.push(Access::Attr(&name.name, name.span));
                }
                ExprKind::Index { key, .. } => {
                    let value = failures.stand_in(self.eval(key, env));
                    accesses.push(Access::Index(value, key.span));
                }
                _ => {}
            }
        }
        accesses
    }

    pub(crate) fn apply(
        &mut self,
        mut value: Value,
        accesses: &[Access<'_>],
    ) -> Result<Value, Failed> {
        for access in accesses {
            value = match access.apply(&value) {
                Ok(value) => value,
                Err(missing) => return self.missing(missing, access.span()),
            };
        }
        Ok(value)
    }

    pub(crate) fn missing<T>(&mut self, missing: Missing, span: Span) -> Result<T, Failed> {
        self.fail(
            Diagnostic::error(missing.code, missing.message)
                .at(span)
                .maybe_help(missing.help),
        )
    }
}
