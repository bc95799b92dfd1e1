//! `for` expressions.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Span};
use terrace_hcl::ast::{Expr, For};

use super::{Binding, Env, Evaluator, Failed, Failures, KeyProblem, Local, key_text};
use crate::codes;
use crate::convert::convert;
use crate::types::Type;
use crate::value::{Data, Value};

/// Whether an item is taken.
pub(crate) enum Included {
    Yes,
    No,
    Unknown,
}

impl Evaluator<'_> {
    /// Keys and values of a collection; `None` if it is unknown.
    pub(crate) fn iterate(
        &mut self,
        collection: &Value,
        span: Span,
    ) -> Result<Option<Vec<(Value, Value)>>, Failed> {
        match collection.data() {
            Data::Null(_) => self.fail_at(
                &codes::INVALID_ITERATION,
                span,
                "iteration over null: a null value cannot be used as the collection in a 'for' expression",
            ),
            Data::Unknown(Type::Bool | Type::Number | Type::String)
            | Data::Bool(_)
            | Data::Number(_)
            | Data::String(_) => self.fail_at(
                &codes::INVALID_ITERATION,
                span,
                format!(
                    "iteration over non-iterable value: a value of type {} cannot be used as the collection in a 'for' expression",
                    collection.ty().friendly_name()
                ),
            ),
            Data::Unknown(_) => Ok(None),
            _ => Ok(collection.elements()),
        }
    }

    pub(super) fn for_expr(
        &mut self,
        iteration: &For,
        span: Span,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        let mut failures = Failures::default();
        let collection = failures.stand_in(self.eval(&iteration.collection, env));
        let collection_failed = failures.any().then_some(self.diagnostics.len());
        let result = self.for_over(iteration, collection, span, env);
        if let Some(mark) = collection_failed {
            self.diagnostics.truncate(mark);
        }
        let value = failures.stand_in(result);
        failures.or_rest(value)
    }

    fn for_over(
        &mut self,
        iteration: &For,
        collection: Value,
        span: Span,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        if matches!(collection.data(), Data::Unknown(Type::Dynamic)) {
            return Ok(Value::UNKNOWN);
        }
        let (collection, sensitive) = collection.unmark();
        let Some(elements) = self.iterate(&collection, iteration.collection.span)? else {
            return Ok(Value::UNKNOWN.or_sensitive(sensitive));
        };
        if elements.is_empty() {
            self.check_condition(iteration, env)?;
        }
        let mut result = ForResult::new(iteration, sensitive);
        let mut failures = Failures::default();
        let mut mark = None;
        for (key, value) in elements {
            let (key, value) = (Binding::Value(key), Binding::Value(value));
            let item = with_item(iteration, key, value, env, |inner| {
                self.for_item(iteration, &mut result, span, inner)
            });
            if let Err(failure) = item {
                let fatal = failure.fatal;
                failures.add(failure);
                if fatal {
                    break;
                }
                // The same mistake in every item is reported once.
                let mark = *mark.get_or_insert(self.diagnostics.len());
                self.diagnostics.truncate(mark);
            }
        }
        failures.or_rest(result.finish())
    }

    /// A condition that is wrong whatever the items are is an error even if
    /// there are none.
    fn check_condition(&mut self, iteration: &For, env: &Env<'_>) -> Result<(), Failed> {
        let Some(condition) = &iteration.condition else {
            return Ok(());
        };
        let (key, value) = (
            Binding::Value(Value::UNKNOWN),
            Binding::Value(Value::UNKNOWN),
        );
        with_item(iteration, key, value, env, |inner| {
            let value = self.eval_part(condition, inner)?;
            self.included(&value, condition.span).map(|_| ())
        })
    }

    fn for_item(
        &mut self,
        iteration: &For,
        result: &mut ForResult,
        span: Span,
        env: &Env<'_>,
    ) -> Result<(), Failed> {
        self.enter(span)?;
        self.depth -= 1;
        let known = std::mem::replace(&mut result.known, false);
        let mut failures = Failures::default();
        if let Some(condition) = &iteration.condition {
            let value = failures.stand_in(self.eval(condition, env));
            result.sensitive |= value.is_sensitive();
            match self.included(&value, condition.span)? {
                Included::Yes => {}
                Included::No => {
                    result.known = known;
                    return failures.result();
                }
                Included::Unknown => return failures.result(),
            }
        }
        let key = match &iteration.key {
            None => None,
            Some(expr) => {
                let value = failures.stand_in(self.eval(expr, env));
                result.sensitive |= value.is_sensitive();
                match self.for_key(&value, expr.span)? {
                    Some(key) => Some((key, expr)),
                    None => return failures.result(),
                }
            }
        };
        result.known = known;
        let value = failures.stand_in(self.eval(&iteration.value, env));
        match key {
            None => result.items.push(value),
            Some((key, expr)) => {
                if let Err(key) = result.add(key, value) {
                    let repeated: Result<(), Failed> =
                        self.duplicate_key(&key, result.sensitive, expr);
                    failures.keep(repeated);
                }
            }
        }
        failures.result()?;
        if result.len() > self.context.limits.elements {
            return self.check_length(result.len(), span);
        }
        Ok(())
    }

    /// Reads the value of an `if` clause.
    pub(crate) fn included(&mut self, value: &Value, span: Span) -> Result<Included, Failed> {
        if value.is_null() {
            return self.fail_at(
                &codes::INVALID_CONDITION,
                span,
                "the value of the 'if' clause must not be null",
            );
        }
        match convert(value, &Type::Bool) {
            Ok(value) => Ok(match value.as_bool() {
                Some(true) => Included::Yes,
                Some(false) => Included::No,
                None => Included::Unknown,
            }),
            Err(message) => self.fail_value(
                &codes::INVALID_CONDITION,
                span,
                format!("the 'if' clause value is invalid: {message}"),
                value,
            ),
        }
    }

    /// The text of an item's key; `None` if it is unknown.
    pub(crate) fn for_key(&mut self, key: &Value, span: Span) -> Result<Option<SmolStr>, Failed> {
        match key_text(key) {
            Ok((key, _)) => Ok(Some(key)),
            Err(KeyProblem::Unknown) => Ok(None),
            Err(KeyProblem::Null) => self.fail_at(
                &codes::INVALID_KEY,
                span,
                "the key expression in a 'for' expression must not produce a null value",
            ),
            Err(KeyProblem::Wrong(message)) => self.fail_value(
                &codes::INVALID_KEY,
                span,
                format!("the key expression produced an invalid result: {message}"),
                key,
            ),
        }
    }

    pub(crate) fn duplicate_key<T>(
        &mut self,
        key: &str,
        sensitive: bool,
        expr: &Expr,
    ) -> Result<T, Failed> {
        let shown = if sensitive {
            String::from("the same key")
        } else {
            format!("the key {key:?}")
        };
        self.fail(
            Diagnostic::error(
                &codes::INVALID_KEY,
                format!("two different items produced {shown} in this 'for' expression"),
            )
            .at(expr.span)
            .help("if duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key"),
        )
    }
}

/// Runs `body` with the variables of an iteration bound to one item.
pub(crate) fn with_item<T>(
    iteration: &For,
    key: Binding,
    value: Binding,
    env: &Env<'_>,
    body: impl FnOnce(&Env<'_>) -> T,
) -> T {
    let key_local;
    let mut inner = *env;
    if let Some(name) = &iteration.key_var {
        key_local = Local {
            name: &name.name,
            binding: key,
            parent: inner.locals,
        };
        inner.locals = Some(&key_local);
    }
    let value_local = Local {
        name: &iteration.value_var.name,
        binding: value,
        parent: inner.locals,
    };
    inner.locals = Some(&value_local);
    body(&inner)
}

/// What a `for` expression has made so far.
struct ForResult {
    object: bool,
    group: bool,
    items: Vec<Value>,
    entries: BTreeMap<SmolStr, Vec<Value>>,
    /// Whether the keys and the number of items are known.
    known: bool,
    sensitive: bool,
}

impl ForResult {
    fn new(iteration: &For, sensitive: bool) -> Self {
        Self {
            object: iteration.key.is_some(),
            group: iteration.group,
            items: Vec::new(),
            entries: BTreeMap::new(),
            known: true,
            sensitive,
        }
    }

    fn len(&self) -> usize {
        self.items.len().max(self.entries.len())
    }

    fn add(&mut self, key: SmolStr, value: Value) -> Result<(), SmolStr> {
        match self.entries.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(vec![value]);
            }
            Entry::Occupied(mut entry) if self.group => entry.get_mut().push(value),
            Entry::Occupied(entry) => return Err(entry.key().clone()),
        }
        Ok(())
    }

    fn finish(self) -> Value {
        let value = if !self.known {
            Value::UNKNOWN
        } else if !self.object {
            Value::tuple(self.items)
        } else if self.group {
            Value::object(
                self.entries
                    .into_iter()
                    .map(|(key, values)| (key, Value::tuple(values))),
            )
        } else {
            Value::object(
                self.entries
                    .into_iter()
                    .filter_map(|(key, values)| Some((key, values.into_iter().next()?))),
            )
        };
        value.or_sensitive(self.sensitive)
    }
}
