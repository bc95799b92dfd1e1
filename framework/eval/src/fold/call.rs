//! Calls: carried out when all arguments are known.

use terrace_diag::{Diagnostic, Span};
use terrace_hcl::ast::{Call, ExprKind};

use super::{Folded, Mode, node};
use crate::codes;
use crate::evaluate::{Argument, Env, Evaluator, FILE_FUNCTIONS, Failed};
use crate::function::{FunctionKind, Special};
use crate::value::Value;

impl Evaluator<'_> {
    pub(super) fn fold_call(
        &mut self,
        call: &Call,
        span: Span,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        let Some(function) = self.lenient(mode, |this| this.function(call, env))? else {
            let args = self.fold_all(&call.args, env, mode)?;
            return Ok(residual(call, args, span));
        };
        if let FunctionKind::Special(Special::Try) = function.kind {
            return self.fold_try(call, span, env, mode);
        }
        if let FunctionKind::Special(special) = function.kind {
            return self.fold_special(special, call, span, env, mode);
        }
        let args = self.fold_all(&call.args, env, mode)?;
        let known: Option<Vec<Argument>> = args
            .iter()
            .map(|(folded, span)| {
                folded.known().map(|value| Argument {
                    value: value.clone(),
                    span: *span,
                })
            })
            .collect();
        if let Some(arguments) = known {
            let value = self.lenient(mode, |this| {
                this.call_values(function, call, arguments, span)
            })?;
            return Ok(match value {
                Some(value) if value.is_wholly_known() => Folded::Known(value),
                _ => residual(call, args, span),
            });
        }
        if let Some(value) = length_of_literal(call, &args) {
            return Ok(Folded::Known(value));
        }
        if FILE_FUNCTIONS.contains(&call.name.name.as_str()) {
            let late = args.iter().find(|(folded, _)| folded.known().is_none());
            let place = late.map_or(span, |(_, span)| *span);
            let what = format!("the argument of {:?}", call.name.name);
            return self.must_be_known(place, &what);
        }
        if function.opentofu_only {
            return self.fail(
                Diagnostic::error(
                    &codes::UNKNOWN_VALUE,
                    format!(
                        "the function {:?} is OpenTofu's own, and an argument is late bound",
                        call.name.name
                    ),
                )
                .at(span)
                .help("Terraform cannot carry out the call; use a function that both know"),
            );
        }
        if !call.expand_final {
            let placeholders: Vec<Argument> = args
                .iter()
                .map(|(_, span)| Argument {
                    value: Value::UNKNOWN,
                    span: *span,
                })
                .collect();
            self.lenient(mode, |this| {
                this.check_count(function, call, &placeholders, span)
            })?;
        }
        Ok(residual(call, args, span))
    }
}

/// The call with its arguments folded.
pub(super) fn residual(call: &Call, args: Vec<(Folded, Span)>, span: Span) -> Folded {
    let call = Call {
        name: call.name.clone(),
        args: args
            .into_iter()
            .map(|(folded, span)| folded.into_expr(span))
            .collect(),
        expand_final: call.expand_final,
    };
    Folded::Partial(node(ExprKind::Call(Box::new(call)), span))
}

/// `length([late, late])`: how many items a tuple literal has is known.
fn length_of_literal(call: &Call, args: &[(Folded, Span)]) -> Option<Value> {
    let [(Folded::Partial(expr), _)] = args else {
        return None;
    };
    if call.name.name != "length" || call.expand_final {
        return None;
    }
    match &expr.unparenthesised().kind {
        ExprKind::Tuple(items) => Some(Value::number(items.len())),
        _ => None,
    }
}
