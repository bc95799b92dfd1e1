//! Tuple and object literals.

use smol_str::SmolStr;
use terrace_diag::Span;
use terrace_hcl::ast::{Expr, ObjectItem, ObjectKey};

use super::{Env, Evaluator, Failed, Failures};
use crate::codes;
use crate::convert::convert;
use crate::types::Type;
use crate::value::{Value, normalise};

/// Why a value is no key.
pub(crate) enum KeyProblem {
    Null,
    Unknown,
    Wrong(String),
}

/// The text of a key and whether it is sensitive.
pub(crate) fn key_text(key: &Value) -> Result<(SmolStr, bool), KeyProblem> {
    if key.is_null() {
        return Err(KeyProblem::Null);
    }
    if let Some(text) = key.as_str() {
        return Ok((SmolStr::new(text), key.is_sensitive()));
    }
    let key = convert(key, &Type::String).map_err(KeyProblem::Wrong)?;
    match key.as_str() {
        Some(text) => Ok((SmolStr::new(text), key.is_sensitive())),
        None => Err(KeyProblem::Unknown),
    }
}

impl Evaluator<'_> {
    pub(super) fn tuple(
        &mut self,
        items: &[Expr],
        span: Span,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        self.check_length(items.len(), span)?;
        let mut failures = Failures::default();
        let values = items
            .iter()
            .map(|item| failures.stand_in(self.eval(item, env)))
            .collect();
        failures.or_rest(Value::tuple(values))
    }

    pub(super) fn object(
        &mut self,
        items: &[ObjectItem],
        span: Span,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        self.check_length(items.len(), span)?;
        let mut failures = Failures::default();
        let mut entries = Vec::with_capacity(items.len());
        let mut sensitive = false;
        let mut known = true;
        for item in items {
            let key = match &item.key {
                ObjectKey::Name(name) => Ok(Some((normalise(name.name.clone()), false))),
                ObjectKey::Expr(expr) => self
                    .eval(expr, env)
                    .and_then(|key| self.object_key(&key, expr.span)),
            };
            let value = self.eval(&item.value, env);
            let (key, value) = (failures.keep(key), failures.stand_in(value));
            match key {
                Some(Some((key, marked))) => {
                    sensitive |= marked;
                    entries.push((key, value));
                }
                _ => known = false,
            }
        }
        failures.or_rest(if known {
            Value::object(entries).or_sensitive(sensitive)
        } else {
            Value::UNKNOWN
        })
    }

    /// The text of an object's key; `None` if it is unknown.
    pub(crate) fn object_key(
        &mut self,
        key: &Value,
        span: Span,
    ) -> Result<Option<(SmolStr, bool)>, Failed> {
        match key_text(key) {
            Ok(key) => Ok(Some(key)),
            Err(KeyProblem::Unknown) => Ok(None),
            Err(KeyProblem::Null) => {
                self.fail_at(&codes::INVALID_KEY, span, "can't use a null value as a key")
            }
            Err(KeyProblem::Wrong(message)) => self.fail_value(
                &codes::INVALID_KEY,
                span,
                format!("can't use this value as a key: {message}"),
                key,
            ),
        }
    }
}
