//! Function calls: counting and converting arguments, what is unknown or
//! sensitive about them (`FunctionCallExpr` of HCL, `cty/function/function.go`).

use terrace_diag::{Diagnostic, Span, closest};
use terrace_hcl::ast::Call;

use super::{Env, Evaluator, Failed, Failures};
use crate::codes;
use crate::convert::{convert, convert_primitive};
use crate::function::{
    Body, Function, FunctionContext, FunctionKind, Param, ParamType, Returns, Special,
};
use crate::types::Type;
use crate::value::{Data, Value};

/// Functions that read files: their calls must be folded, because rendered
/// Terraform stands in another folder.
pub(crate) const FILE_FUNCTIONS: [&str; 11] = [
    "file",
    "filebase64",
    "filebase64sha256",
    "filebase64sha512",
    "fileexists",
    "filemd5",
    "fileset",
    "filesha1",
    "filesha256",
    "filesha512",
    "templatefile",
];

/// An argument with the place it came from.
pub(crate) struct Argument {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

impl Evaluator<'_> {
    pub(super) fn call(&mut self, call: &Call, span: Span, env: &Env<'_>) -> Result<Value, Failed> {
        let function = self.function(call, env)?;
        if let FunctionKind::Special(Special::Try) = function.kind {
            return self.try_call(call, span, env);
        }
        if let FunctionKind::Special(special) = function.kind {
            return self.special(special, call, span, env);
        }
        let values = self.eval_all(call.args.iter(), env)?;
        let arguments = call
            .args
            .iter()
            .zip(values)
            .map(|(expr, value)| Argument {
                value,
                span: expr.span,
            })
            .collect();
        self.call_values(function, call, arguments, span)
    }

    /// The function a call names, if it may be called.
    pub(crate) fn function(
        &mut self,
        call: &Call,
        env: &Env<'_>,
    ) -> Result<&'static Function, Failed> {
        let name = &call.name.name;
        let Some(function) = self.context.functions.get(name) else {
            let hint = closest(name, self.context.functions.names())
                .map(|near| format!("did you mean `{near}`?"));
            return self.fail(
                Diagnostic::error(
                    &codes::UNKNOWN_FUNCTION,
                    format!("there is no function named {name:?}"),
                )
                .at(call.name.span)
                .maybe_help(hint),
            );
        };
        match function.kind {
            FunctionKind::Refused(reason) => self.fatal(
                Diagnostic::error(
                    &codes::REFUSED_FUNCTION,
                    format!("the function {name:?} cannot be used here: {reason}"),
                )
                .at(call.name.span),
            ),
            FunctionKind::Special(special) if env.in_template && special.reads_template() => self
                .fail_at(
                    &codes::FUNCTION_FAILED,
                    call.name.span,
                    format!(
                        "cannot recursively call {name:?} from inside another template function"
                    ),
                ),
            _ => Ok(function),
        }
    }

    /// Calls a function with evaluated arguments.
    pub(crate) fn call_values(
        &mut self,
        function: &'static Function,
        call: &Call,
        mut arguments: Vec<Argument>,
        span: Span,
    ) -> Result<Value, Failed> {
        if call.expand_final && !self.expand(&mut arguments)? {
            return Ok(Value::UNKNOWN);
        }
        self.check_count(function, call, &arguments, span)?;
        let mut failures = Failures::default();
        let mut values = Vec::with_capacity(arguments.len());
        for (at, argument) in arguments.iter().enumerate() {
            let Some(param) = function.param(at) else {
                continue;
            };
            match convert_argument(&argument.value, param.ty) {
                Ok(value) => values.push(value),
                Err(message) => {
                    let failed = self.invalid_argument::<()>(call, param, &message, argument);
                    failures.keep(failed);
                }
            }
        }
        failures.result()?;
        let FunctionKind::Eager(body) = function.kind else {
            return Ok(Value::UNKNOWN);
        };
        self.run(function, body, call, values, &arguments, span)
    }

    /// Replaces the last argument by its elements; false if it is unknown.
    fn expand(&mut self, arguments: &mut Vec<Argument>) -> Result<bool, Failed> {
        let Some(last) = arguments.pop() else {
            return Ok(true);
        };
        let (value, sensitive) = last.value.unmark();
        let wrong = |message: &str| {
            Diagnostic::error(
                &codes::WRONG_ARGUMENTS,
                format!("the expanding argument (indicated by ...) must {message}"),
            )
            .at(last.span)
        };
        match value.data() {
            Data::Null(Type::Dynamic | Type::Tuple(_) | Type::List(_) | Type::Set(_)) => {
                self.fail(wrong("not be null"))
            }
            Data::Unknown(Type::Dynamic | Type::Tuple(_) | Type::List(_) | Type::Set(_)) => {
                Ok(false)
            }
            Data::List(_) | Data::Set(_) | Data::Tuple(_) => {
                for item in value.items().unwrap_or_default() {
                    arguments.push(Argument {
                        value: item.clone().or_sensitive(sensitive),
                        span: last.span,
                    });
                }
                Ok(true)
            }
            _ => self.fail(wrong("be of a tuple, list, or set type")),
        }
    }

    pub(crate) fn check_count(
        &mut self,
        function: &Function,
        call: &Call,
        arguments: &[Argument],
        span: Span,
    ) -> Result<(), Failed> {
        let wanted = function.params.len();
        if let Some(missing) = function.params.get(arguments.len()) {
            let qualifier = if function.variadic.is_some() {
                " at least"
            } else {
                ""
            };
            return self.fail_at(
                &codes::WRONG_ARGUMENTS,
                span,
                format!(
                    "not enough function arguments: function {:?} expects{qualifier} {wanted} argument(s); missing value for {:?}",
                    call.name.name, missing.name
                ),
            );
        }
        match arguments.get(wanted) {
            Some(extra) if function.variadic.is_none() => self.fail_at(
                &codes::WRONG_ARGUMENTS,
                extra.span,
                format!(
                    "too many function arguments: function {:?} expects only {wanted} argument(s)",
                    call.name.name
                ),
            ),
            _ => Ok(()),
        }
    }

    fn invalid_argument<T>(
        &mut self,
        call: &Call,
        param: &Param,
        message: &str,
        argument: &Argument,
    ) -> Result<T, Failed> {
        self.fail_value(
            &codes::INVALID_ARGUMENT,
            argument.span,
            format!(
                "invalid value for parameter {:?} of {:?}: {message}",
                param.name, call.name.name
            ),
            &argument.value,
        )
    }

    fn run(
        &mut self,
        function: &'static Function,
        body: Body,
        call: &Call,
        mut values: Vec<Value>,
        arguments: &[Argument],
        span: Span,
    ) -> Result<Value, Failed> {
        let mut sensitive = false;
        let mut dynamic = false;
        let mut unknown = false;
        for (at, value) in values.iter_mut().enumerate() {
            let Some(param) = function.param(at) else {
                continue;
            };
            if !param.allow_marked && value.contains_sensitive() {
                let (clean, marked) = std::mem::replace(value, Value::NULL).unmark_deep();
                *value = clean;
                sensitive |= marked;
            }
            match value.data() {
                Data::Null(_) if !param.allow_null => {
                    let message = "argument must not be null";
                    return match arguments.get(at) {
                        Some(argument) => self.invalid_argument(call, param, message, argument),
                        None => self.fail_at(&codes::INVALID_ARGUMENT, span, message),
                    };
                }
                Data::Null(Type::Dynamic) | Data::Unknown(Type::Dynamic)
                    if !param.allow_dynamic =>
                {
                    dynamic = true;
                }
                _ => {}
            }
            unknown |= !value.is_known() && !param.allow_unknown;
        }
        if dynamic {
            return Ok(Value::UNKNOWN);
        }
        let returns = match function.returns {
            Returns::Fixed(ty) => Ok(ty.to_type()),
            Returns::Of(of) => of(&values),
        };
        let result = returns.and_then(|ty| {
            if unknown {
                return Ok(Value::unknown(ty));
            }
            let context = FunctionContext {
                files: self.context.files,
                limits: &self.context.limits,
            };
            body(&values, &ty, &context)
        });
        match result {
            Ok(value) => {
                if let Some(text) = value.as_str() {
                    self.check_string(text.len(), span)?;
                }
                self.check_length(value.length().unwrap_or(0), span)?;
                Ok(value.or_sensitive(sensitive))
            }
            Err(error) => {
                let hidden = sensitive || values.iter().any(Value::contains_sensitive);
                let message = if hidden {
                    hide(error.message, &values)
                } else {
                    error.message
                };
                let place = error
                    .argument
                    .and_then(|at| Some((function.param(at)?, arguments.get(at)?)));
                match place {
                    Some((param, argument)) => {
                        self.invalid_argument(call, param, &message, argument)
                    }
                    None => self.fail_at(
                        &codes::FUNCTION_FAILED,
                        span,
                        format!("call to function {:?} failed: {message}", call.name.name),
                    ),
                }
            }
        }
    }
}

/// A message about sensitive arguments, which must not show them.
fn hide(message: String, values: &[Value]) -> String {
    fn shows(value: &Value, message: &str) -> bool {
        match value.data() {
            Data::String(text) => text.len() > 1 && message.contains(text.as_str()),
            Data::Number(number) => message.contains(&number.to_string()),
            _ => {
                value
                    .items()
                    .unwrap_or_default()
                    .iter()
                    .any(|v| shows(v, message))
                    || value.entries().is_some_and(|entries| {
                        entries
                            .iter()
                            .any(|(k, v)| message.contains(k.as_str()) || shows(v, message))
                    })
            }
        }
    }
    if values.iter().any(|value| shows(value, &message)) {
        "the reason cannot be shown because an argument is sensitive".into()
    } else {
        message
    }
}

/// An argument as the type a parameter wants.
fn convert_argument(value: &Value, want: ParamType) -> Result<Value, String> {
    match (value.data(), want) {
        (_, ParamType::Any)
        | (Data::String(_), ParamType::String)
        | (Data::Number(_), ParamType::Number)
        | (Data::Bool(_), ParamType::Bool) => Ok(value.clone()),
        (Data::Number(_) | Data::Bool(_), ParamType::String) => {
            convert_primitive(value, &Type::String).map_err(Into::into)
        }
        _ => convert(value, &want.to_type()),
    }
}
