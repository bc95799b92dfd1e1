//! Splat expressions.

use terrace_diag::Span;
use terrace_hcl::ast::Splat;

use super::{Binding, Env, Evaluator, Failed, Failures};
use crate::codes;
use crate::types::Type;
use crate::value::{Data, Value};

/// What a splat walks.
pub(crate) enum SplatSource {
    /// Nothing: null where a single value may stand.
    Empty,
    /// The items; the result is a list, not a tuple, if `list`.
    Items { items: Vec<Value>, list: bool },
    /// Unknown.
    Unknown(Type),
}

impl Evaluator<'_> {
    pub(crate) fn splat_source(
        &mut self,
        source: &Value,
        span: Span,
    ) -> Result<SplatSource, Failed> {
        let sequence = |ty: &Type| matches!(ty, Type::Tuple(_) | Type::List(_) | Type::Set(_));
        Ok(match source.data() {
            Data::Null(ty) if sequence(ty) => {
                return self.fail_at(
                    &codes::INVALID_ITERATION,
                    span,
                    "splat expressions (with the * symbol) cannot be applied to null sequences",
                );
            }
            Data::Null(_) => SplatSource::Empty,
            Data::Unknown(ty) => SplatSource::Unknown(ty.clone()),
            Data::List(items) | Data::Set(items) => SplatSource::Items {
                items: items.items().to_vec(),
                list: true,
            },
            Data::Tuple(items) => SplatSource::Items {
                items: items.items().to_vec(),
                list: false,
            },
            _ => SplatSource::Items {
                items: vec![source.clone()],
                list: false,
            },
        })
    }

    pub(super) fn splat(&mut self, splat: &Splat, env: &Env<'_>) -> Result<Value, Failed> {
        let source = self.eval_part(&splat.source, env)?;
        let sensitive = source.is_sensitive();
        let walked = self.splat_source(&source, splat.source.span)?;
        let result = match walked {
            SplatSource::Empty => Value::tuple(Vec::new()),
            SplatSource::Unknown(ty) => self.splat_unknown(splat, &ty, env)?,
            SplatSource::Items { items, list } => {
                let mut results = Vec::with_capacity(items.len());
                let types: Vec<Type> = items.iter().map(Value::ty).collect();
                let mut failures = Failures::default();
                for item in items {
                    results.push(failures.stand_in(self.splat_item(splat, item, env)));
                }
                if let Err(failure) = failures.result() {
                    let ty = if list {
                        Type::list(types.first().cloned().unwrap_or(Type::Dynamic))
                    } else {
                        Type::tuple(types)
                    };
                    let mark = self.diagnostics.len();
                    let rest = self.splat_unknown(splat, &ty, env);
                    self.diagnostics.truncate(mark);
                    let rest = rest.unwrap_or_else(|failure| failure.stand_in());
                    return Err(failure.knowing(rest));
                }
                if list {
                    let element = match results.first() {
                        Some(first) => first.ty(),
                        None => {
                            let element = source.element_type().cloned();
                            let item = Value::unknown(element.unwrap_or(Type::Dynamic));
                            let mut failures = Failures::default();
                            let item = failures.stand_in(self.splat_item(splat, item, env));
                            if failures.any() {
                                return failures.or_rest(Value::list(item.ty(), Vec::new()));
                            }
                            item.ty()
                        }
                    };
                    Value::list(element, results)
                } else {
                    Value::tuple(results)
                }
            }
        };
        Ok(result.or_sensitive(sensitive))
    }

    fn splat_item(&mut self, splat: &Splat, item: Value, env: &Env<'_>) -> Result<Value, Failed> {
        let binding = Binding::Value(item);
        let inner = Env {
            splat_item: Some(&binding),
            ..*env
        };
        self.eval(&splat.each, &inner)
    }

    /// The type the result will have.
    fn splat_unknown(&mut self, splat: &Splat, ty: &Type, env: &Env<'_>) -> Result<Value, Failed> {
        Ok(match ty {
            Type::List(element) | Type::Set(element) => {
                let item = Value::unknown(Type::clone(element));
                let mut failures = Failures::default();
                let item = failures.stand_in(self.splat_item(splat, item, env));
                return failures.or_rest(Value::unknown(Type::list(item.ty())));
            }
            Type::Tuple(items) => {
                let mut failures = Failures::default();
                let mut types = Vec::with_capacity(items.len());
                for item in items.iter() {
                    let item = Value::unknown(item.clone());
                    types.push(failures.stand_in(self.splat_item(splat, item, env)).ty());
                }
                return failures.or_rest(Value::unknown(Type::tuple(types)));
            }
            Type::Dynamic => Value::UNKNOWN,
            other => {
                self.splat_item(splat, Value::unknown(other.clone()), env)?;
                Value::UNKNOWN
            }
        })
    }
}
