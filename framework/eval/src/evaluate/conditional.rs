//! Conditional expressions.

use terrace_diag::{Diagnostic, Span};
use terrace_hcl::ast::Conditional;

use super::{Env, Evaluator, Failed};
use crate::codes;
use crate::convert::{convert, unify};
use crate::types::Type;
use crate::value::{Data, Value};

/// Something that was tried: its value, or the messages why it has none and
/// what is known of it nevertheless.
pub(crate) type Attempt<T> = Result<T, Refusal>;

/// Why an attempt failed.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) messages: Vec<Diagnostic>,
    pub(crate) stand_in: Value,
}

/// The type of a conditional's result; `None` if the branches do not fit, and
/// `Some(None)` if nothing is converted.
pub(crate) fn result_type(yes: &Value, no: &Value) -> Option<Option<Type>> {
    let literal_null =
        |v: &Value| matches!(v.data(), Data::Null(Type::Dynamic)) && !v.is_sensitive();
    if literal_null(yes) {
        return Some(Some(no.ty()));
    }
    if literal_null(no) {
        return Some(Some(yes.ty()));
    }
    let (yes, no) = (yes.ty(), no.ty());
    if yes == Type::Dynamic || no == Type::Dynamic {
        return Some(None);
    }
    if yes == no {
        return Some(Some(yes));
    }
    unify(&[yes, no]).map(Some)
}

impl Evaluator<'_> {
    /// Runs `body`, keeping its messages aside if it fails in a way that may
    /// turn out not to matter.
    pub(crate) fn attempt<T>(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<T, Failed>,
    ) -> Result<Attempt<T>, Failed> {
        let mark = self.diagnostics.len();
        match body(self) {
            Ok(value) => Ok(Ok(value)),
            Err(failure) if failure.fatal => Err(failure),
            Err(failure) => Ok(Err(Refusal {
                messages: self.diagnostics.split_off(mark),
                stand_in: failure.stand_in(),
            })),
        }
    }

    pub(super) fn conditional(
        &mut self,
        conditional: &Conditional,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        let yes = self.attempt(|this| this.eval(&conditional.yes, env))?;
        let no = self.attempt(|this| this.eval(&conditional.no, env))?;
        let condition = self.eval(&conditional.condition, env);
        self.choose(
            condition,
            conditional.condition.span,
            yes,
            no,
            conditional.yes.span,
            conditional.no.span,
        )
    }

    /// The chosen branch, converted to the common type. The messages of a
    /// branch that failed count only if it is chosen.
    pub(crate) fn choose(
        &mut self,
        condition: Result<Value, Failed>,
        condition_span: Span,
        yes: Attempt<Value>,
        no: Attempt<Value>,
        yes_span: Span,
        no_span: Span,
    ) -> Result<Value, Failed> {
        let stand_in = |attempt: &Attempt<Value>| match attempt {
            Ok(value) => value.clone(),
            Err(refusal) => refusal.stand_in.clone(),
        };
        let (yes_value, no_value) = (stand_in(&yes), stand_in(&no));
        let Some(ty) = result_type(&yes_value, &no_value) else {
            let reason = describe_mismatch(&yes_value.ty(), &no_value.ty());
            return self.fail(
                Diagnostic::error(
                    &codes::INCONSISTENT_TYPES,
                    format!(
                        "the true and false result expressions must have consistent types: {reason}"
                    ),
                )
                .label(yes_span, yes_value.ty().friendly_name())
                .label(no_span, no_value.ty().friendly_name()),
            );
        };
        let unknown = ty.clone().unwrap_or(Type::Dynamic);
        let decided = condition.and_then(|condition| {
            let chosen = self.condition(&condition, condition_span)?;
            Ok((condition.is_sensitive(), chosen))
        });
        let (sensitive, chosen) = match decided {
            Ok(decided) => decided,
            Err(failure) => return Err(failure.knowing(Value::unknown(unknown))),
        };
        let sensitive = sensitive || yes_value.is_sensitive() || no_value.is_sensitive();
        let Some(chosen) = chosen else {
            let result = if yes_value.is_null() && no_value.is_null() {
                Value::null(unknown)
            } else {
                Value::unknown(unknown)
            };
            return Ok(result.or_sensitive(sensitive));
        };
        let (attempt, span, side) = if chosen {
            (yes, yes_span, "true")
        } else {
            (no, no_span, "false")
        };
        let value = match attempt {
            Ok(value) => value,
            Err(refusal) => {
                self.diagnostics.extend(refusal.messages);
                let rest = convert(&refusal.stand_in, &unknown);
                return Err(Failed::PLAIN.knowing(rest.unwrap_or(Value::unknown(unknown))));
            }
        };
        let converted = match ty {
            None => Ok(value),
            Some(ty) => convert(&value, &ty),
        };
        match converted {
            Ok(value) => Ok(value.or_sensitive(sensitive)),
            Err(message) => {
                let failed: Result<Value, Failed> = self.fail_at(
                    &codes::INCONSISTENT_TYPES,
                    span,
                    format!("the {side} result value has the wrong type: {message}"),
                );
                failed.map_err(|failure| failure.knowing(Value::unknown(unknown)))
            }
        }
    }

    /// Reads a condition; `None` if it is unknown.
    pub(crate) fn condition(&mut self, value: &Value, span: Span) -> Result<Option<bool>, Failed> {
        if value.is_null() {
            return self.fail_at(
                &codes::INVALID_CONDITION,
                span,
                "the condition value is null; conditions must either be true or false",
            );
        }
        if !value.is_known() {
            return Ok(None);
        }
        match convert(value, &Type::Bool) {
            Ok(value) => Ok(value.as_bool()),
            Err(message) => self.fail_value(
                &codes::INVALID_CONDITION,
                span,
                format!("the condition expression must be of type bool: {message}"),
                value,
            ),
        }
    }
}

/// What differs between two types that cannot be unified.
pub(crate) fn describe_mismatch(yes: &Type, no: &Type) -> String {
    match (yes, no) {
        (Type::Object(a), Type::Object(b)) => {
            for (name, ty) in a.attributes() {
                match b.get(name) {
                    None => {
                        return format!(
                            "the 'true' value includes object attribute {name:?}, which is absent in the 'false' value"
                        );
                    }
                    Some(other) if other != ty => {
                        return format!(
                            "type mismatch for object attribute {name:?}: {}",
                            describe_mismatch(ty, other)
                        );
                    }
                    Some(_) => {}
                }
            }
            if let Some((name, _)) = b
                .attributes()
                .iter()
                .find(|(name, _)| a.get(name).is_none())
            {
                return format!(
                    "the 'false' value includes object attribute {name:?}, which is absent in the 'true' value"
                );
            }
        }
        (Type::Tuple(a), Type::Tuple(b)) => {
            if a.len() != b.len() {
                return format!(
                    "the 'true' tuple has length {}, but the 'false' tuple has length {}",
                    a.len(),
                    b.len()
                );
            }
            if let Some((at, (a, b))) = a
                .iter()
                .zip(b.iter())
                .enumerate()
                .find(|(_, (a, b))| a != b)
            {
                return format!(
                    "type mismatch for tuple element {at}: {}",
                    describe_mismatch(a, b)
                );
            }
        }
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b))
            if matches!(
                (a.as_ref(), b.as_ref()),
                (Type::Object(_), Type::Object(_)) | (Type::Tuple(_), Type::Tuple(_))
            ) =>
        {
            let kind = match yes {
                Type::List(_) => "list",
                Type::Set(_) => "set",
                _ => "map",
            };
            return format!(
                "mismatched {kind} element types: {}",
                describe_mismatch(a, b)
            );
        }
        _ => {}
    }
    let (yes, no) = (yes.friendly_name(), no.friendly_name());
    if yes == no {
        return "at least one deeply-nested attribute or element is not compatible across both the 'true' and the 'false' value".into();
    }
    format!("the 'true' value is {yes}, but the 'false' value is {no}")
}
