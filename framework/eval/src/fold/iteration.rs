//! `for` expressions: written out item by item where the items are known,
//! kept where they are not.

use std::collections::BTreeMap;

use smol_str::SmolStr;
use terrace_diag::Span;
use terrace_hcl::ast::{Expr, ExprKind, For, Ident, ObjectKey};

use super::{Folded, Mode, node, object, tuple};
use crate::evaluate::iteration::Included;
use crate::evaluate::{Binding, Env, Evaluator, Failed, Failures, Local};
use crate::value::Value;

/// What there is to walk.
pub(super) enum Elements {
    /// Keys and values, each known or standing for an expression.
    Listed(Vec<(Binding, Binding)>),
    /// Not before Terraform runs.
    Late,
}

/// An item whose key or condition is late bound: the iteration must be kept.
struct Undecided;

/// Runs `body` with one or two variables bound.
pub(super) fn bind<T>(
    (key_name, value_name): (Option<&str>, &str),
    key: Binding,
    value: Binding,
    env: &Env<'_>,
    body: impl FnOnce(&Env<'_>) -> T,
) -> T {
    let key_local;
    let mut inner = *env;
    if let Some(name) = key_name {
        key_local = Local {
            name,
            binding: key,
            parent: inner.locals,
        };
        inner.locals = Some(&key_local);
    }
    let value_local = Local {
        name: value_name,
        binding: value,
        parent: inner.locals,
    };
    inner.locals = Some(&value_local);
    body(&inner)
}

impl Evaluator<'_> {
    /// The elements of a folded collection. A sensitive collection counts as
    /// late: written out, its items would lose their sensitivity.
    pub(super) fn fold_elements(
        &mut self,
        collection: &Folded,
        span: Span,
    ) -> Result<Elements, Failed> {
        match collection {
            Folded::Known(value) => {
                let (plain, sensitive) = value.clone().unmark();
                let elements = self.iterate(&plain, span)?;
                Ok(match elements {
                    Some(elements) if !sensitive => Elements::Listed(
                        elements
                            .into_iter()
                            .map(|(k, v)| (Binding::Value(k), Binding::Value(v)))
                            .collect(),
                    ),
                    _ => Elements::Late,
                })
            }
            Folded::Partial(expr) => self.literal_elements(expr),
        }
    }

    /// The elements of an object or tuple literal some of whose values are
    /// late bound.
    fn literal_elements(&mut self, expr: &Expr) -> Result<Elements, Failed> {
        match &expr.unparenthesised().kind {
            ExprKind::Tuple(items) => {
                let mut elements = Vec::with_capacity(items.len());
                for (at, item) in items.iter().enumerate() {
                    let item = self.settle(item.clone())?;
                    elements.push((Binding::Value(Value::number(at)), binding(item)));
                }
                Ok(Elements::Listed(elements))
            }
            ExprKind::Object(items) => {
                let mut entries = BTreeMap::new();
                for item in items {
                    let ObjectKey::Name(name) = &item.key else {
                        return Ok(Elements::Late);
                    };
                    entries.insert(name.name.clone(), &item.value);
                }
                let mut elements = Vec::with_capacity(entries.len());
                for (name, value) in entries {
                    let value = self.settle(value.clone())?;
                    elements.push((Binding::Value(Value::string(name)), binding(value)));
                }
                Ok(Elements::Listed(elements))
            }
            _ => Ok(Elements::Late),
        }
    }

    pub(super) fn fold_for(
        &mut self,
        iteration: &For,
        expr: &Expr,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        if let Some(value) = self.eval_known(expr, env, mode)? {
            return Ok(Folded::Known(value));
        }
        let collection = self.fold(&iteration.collection, env, mode)?;
        let elements = self.lenient(mode, |this| {
            this.fold_elements(&collection, iteration.collection.span)
        })?;
        if let Some(Elements::Listed(elements)) = elements {
            let mark = self.diagnostics.len();
            match self.unroll(iteration, elements, expr.span, env, mode)? {
                Ok(folded) => return Ok(folded),
                Err(Undecided) => self.diagnostics.truncate(mark),
            }
        }
        self.keep_for(iteration, collection, expr.span, env)
            .map(Folded::Partial)
    }

    /// Writes out the items.
    fn unroll(
        &mut self,
        iteration: &For,
        elements: Vec<(Binding, Binding)>,
        span: Span,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Result<Folded, Undecided>, Failed> {
        let names = (
            iteration.key_var.as_ref().map(|name| name.name.as_str()),
            iteration.value_var.name.as_str(),
        );
        let mut items = Vec::new();
        let mut entries: BTreeMap<SmolStr, Vec<(Folded, Span)>> = BTreeMap::new();
        let mut failures = Failures::default();
        for (key, value) in elements {
            let item = bind(names, key, value, env, |inner| {
                self.fold_item(iteration, inner, mode)
            });
            match item {
                Err(failure) => failures.add(failure),
                Ok(Err(Undecided)) => return Ok(Err(Undecided)),
                Ok(Ok(None)) => {}
                Ok(Ok(Some((None, value)))) => items.push((value, iteration.value.span)),
                Ok(Ok(Some((Some(key), value)))) => {
                    let values = entries.entry(key.clone()).or_default();
                    if !values.is_empty() && !iteration.group {
                        let place = iteration.key.as_ref().unwrap_or(&iteration.value);
                        let repeated: Result<(), Failed> = self.duplicate_key(&key, false, place);
                        failures.keep(repeated);
                    }
                    values.push((value, iteration.value.span));
                }
            }
        }
        match failures.result() {
            Err(failure) if failure.fatal || mode == Mode::Strict => return Err(failure),
            Err(_) => return Ok(Err(Undecided)),
            Ok(()) => {}
        }
        if iteration.key.is_none() {
            return Ok(Ok(tuple(items, span)));
        }
        let entries = entries
            .into_iter()
            .map(|(name, mut values)| {
                let name = ObjectKey::Name(Ident { name, span });
                let value = if iteration.group {
                    tuple(values, iteration.value.span)
                } else {
                    match values.pop() {
                        Some((value, _)) => value,
                        None => Folded::Known(Value::NULL),
                    }
                };
                (name, value, iteration.value.span)
            })
            .collect();
        Ok(Ok(object(entries, false, span)))
    }

    /// One item: `None` if the condition excludes it.
    #[expect(clippy::type_complexity)]
    fn fold_item(
        &mut self,
        iteration: &For,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Result<Option<(Option<SmolStr>, Folded)>, Undecided>, Failed> {
        if let Some(condition) = &iteration.condition {
            match self.fold(condition, env, mode)? {
                Folded::Known(value) if !value.is_sensitive() => {
                    match self.lenient(mode, |this| this.included(&value, condition.span))? {
                        Some(Included::Yes) => {}
                        Some(Included::No) => return Ok(Ok(None)),
                        _ => return Ok(Err(Undecided)),
                    }
                }
                _ => return Ok(Err(Undecided)),
            }
        }
        let key = match &iteration.key {
            None => None,
            Some(expr) => match self.fold(expr, env, mode)? {
                Folded::Known(value) if !value.is_sensitive() => {
                    match self.lenient(mode, |this| this.for_key(&value, expr.span))? {
                        Some(Some(key)) => Some(key),
                        _ => return Ok(Err(Undecided)),
                    }
                }
                _ => return Ok(Err(Undecided)),
            },
        };
        let value = self.fold(&iteration.value, env, mode)?;
        Ok(Ok(Some((key, value))))
    }

    /// Keeps the iteration, with everything in it folded.
    fn keep_for(
        &mut self,
        iteration: &For,
        collection: Folded,
        span: Span,
        env: &Env<'_>,
    ) -> Result<Expr, Failed> {
        let residual = self.residual_names(iteration.key_var.as_ref(), &iteration.value_var, env);
        let names = (
            iteration.key_var.as_ref().map(|name| name.name.as_str()),
            iteration.value_var.name.as_str(),
        );
        let (key, value, condition) = bind(
            names,
            residual.key_binding(),
            residual.value_binding(),
            env,
            |inner| -> Result<_, Failed> {
                let mut part = |expr: &Expr| -> Result<Expr, Failed> {
                    let folded = self.fold(expr, inner, Mode::Lenient)?;
                    Ok(folded.into_expr(expr.span))
                };
                let key = iteration.key.as_ref().map(&mut part).transpose()?;
                let value = part(&iteration.value)?;
                let condition = iteration.condition.as_ref().map(&mut part).transpose()?;
                Ok((key, value, condition))
            },
        )?;
        let kept = For {
            key_var: residual.key,
            value_var: residual.value,
            collection: collection.into_expr(iteration.collection.span),
            key,
            value,
            group: iteration.group,
            condition,
        };
        Ok(node(ExprKind::For(Box::new(kept)), span))
    }
}

fn binding(folded: Folded) -> Binding {
    match folded {
        Folded::Known(value) => Binding::Value(value),
        Folded::Partial(expr) => Binding::Late(expr),
    }
}
