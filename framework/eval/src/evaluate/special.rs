//! Functions that see their arguments unevaluated, and the template functions,
//! whose bodies are expressions themselves.

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, FileId, SourceMap, Span};
use terrace_hcl::ast::{Call, Expr, ExprKind};

use super::{Env, Evaluator, Failed};
use crate::codes;
use crate::convert::convert;
use crate::function::{Function, Special};
use crate::scope::ValueScope;
use crate::types::Type;
use crate::value::{Data, Value};

/// `try(a, b, …)`
pub(crate) static TRY: Function = Function::special("try", Special::Try);
/// `can(a)`
pub(crate) static CAN: Function = Function::special("can", Special::Can);
/// `templatefile(path, vars)`
pub(crate) static TEMPLATE_FILE: Function =
    Function::special("templatefile", Special::TemplateFile);
/// `templatestring(template, vars)`
pub(crate) static TEMPLATE_STRING: Function =
    Function::special("templatestring", Special::TemplateString);
/// `type(a)`
pub(crate) static TYPE: Function = Function::special("type", Special::TypeOf);

impl Special {
    pub(crate) fn reads_template(self) -> bool {
        matches!(self, Self::TemplateFile | Self::TemplateString)
    }
}

impl Evaluator<'_> {
    pub(super) fn special(
        &mut self,
        special: Special,
        call: &Call,
        span: Span,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        match special {
            Special::Try => self.try_call(call, span, env),
            Special::Can => {
                let [argument] = self.exactly(call, span)?;
                Ok(match self.attempt(|this| this.eval(argument, env))? {
                    Err(_) => Value::FALSE,
                    Ok(value) if value.is_wholly_known() => Value::TRUE,
                    Ok(_) => Value::unknown(Type::Bool),
                })
            }
            Special::TemplateFile => {
                let [path, variables] = self.exactly(call, span)?;
                let path_value = self.eval_part(path, env);
                let variables_value = self.eval_part(variables, env)?;
                let path_value = path_value?;
                self.template_file(
                    &path_value,
                    path.span,
                    &variables_value,
                    variables.span,
                    env,
                )
            }
            Special::TemplateString => {
                let [template, variables] = self.exactly(call, span)?;
                self.check_direct_reference(template)?;
                let template_value = self.eval_part(template, env);
                let variables_value = self.eval_part(variables, env)?;
                let template_value = template_value?;
                self.template_string(
                    &template_value,
                    template.span,
                    &variables_value,
                    variables.span,
                    env,
                )
            }
            Special::TypeOf => self.fail_at(
                &codes::FUNCTION_FAILED,
                span,
                "the type function is only for the console, as the whole expression",
            ),
        }
    }

    fn exactly<'x, const N: usize>(
        &mut self,
        call: &'x Call,
        span: Span,
    ) -> Result<&'x [Expr; N], Failed> {
        match call.args.as_slice().try_into() {
            Ok(arguments) if !call.expand_final => Ok(arguments),
            _ => self.fail_at(
                &codes::WRONG_ARGUMENTS,
                span,
                format!(
                    "function {:?} expects {N} argument(s), but {} are given",
                    call.name.name,
                    call.args.len()
                ),
            ),
        }
    }

    pub(super) fn try_call(
        &mut self,
        call: &Call,
        span: Span,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        let mut messages = Vec::new();
        for argument in &call.args {
            match self.attempt(|this| this.eval(argument, env))? {
                Ok(value) if value.is_wholly_known() => return Ok(value),
                Ok(_) => return Ok(Value::UNKNOWN),
                Err(refusal) => messages.extend(refusal.messages),
            }
        }
        self.no_success(messages, span)
    }

    /// The message when every argument of `try` failed.
    pub(crate) fn no_success<T>(
        &mut self,
        messages: Vec<Diagnostic>,
        span: Span,
    ) -> Result<T, Failed> {
        if messages.is_empty() {
            return self.fail_at(
                &codes::WRONG_ARGUMENTS,
                span,
                "try needs at least one argument",
            );
        }
        let mut diagnostic = Diagnostic::error(
            &codes::FUNCTION_FAILED,
            "no expression succeeded: at least one argument of try must produce a value",
        )
        .at(span);
        for message in messages {
            if let Some(span) = message.span() {
                diagnostic = diagnostic.label(span, message.message);
            }
        }
        self.fail(diagnostic)
    }

    /// `templatestring` takes its template from elsewhere: a literal is better
    /// written as a template right away.
    fn check_direct_reference(&mut self, template: &Expr) -> Result<(), Failed> {
        let mut root = template;
        loop {
            root = match &root.kind {
                ExprKind::GetAttr { base, .. } | ExprKind::Index { base, .. } => base,
                ExprKind::Variable(_) => return Ok(()),
                _ => break,
            };
        }
        self.fail(
            Diagnostic::error(
                &codes::INVALID_ARGUMENT,
                "invalid template expression: must be a direct reference to a single string from elsewhere, containing valid Terraform template syntax",
            )
            .at(template.span)
            .help("write the template directly in a quoted string or heredoc, or put it into a local"),
        )
    }

    fn template_file(
        &mut self,
        path: &Value,
        path_span: Span,
        variables: &Value,
        variables_span: Span,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        let (path, path_sensitive) = self.text_argument(path, path_span, "path")?;
        let (variables, sensitive) = variables.clone().unmark();
        self.check_variables(&variables, variables_span)?;
        let Some(path) = path else {
            return Ok(Value::UNKNOWN.or_sensitive(path_sensitive || sensitive));
        };
        if !variables.is_known() {
            return Ok(Value::UNKNOWN.or_sensitive(path_sensitive || sensitive));
        }
        let text = self.template_text(&path, path_span)?;
        let expr = self.parse(&path, &text, path_span)?;
        let value = self.run_template(&path, &text, &expr, variables, path_span, env)?;
        Ok(value.or_sensitive(path_sensitive || sensitive))
    }

    fn template_string(
        &mut self,
        template: &Value,
        template_span: Span,
        variables: &Value,
        variables_span: Span,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        let (text, text_sensitive) = self.text_argument(template, template_span, "template")?;
        let (variables, sensitive) = variables.clone().unmark();
        self.check_variables(&variables, variables_span)?;
        let sensitive = sensitive || text_sensitive;
        let Some(text) = text.filter(|_| variables.is_known()) else {
            return Ok(Value::unknown(Type::String).or_sensitive(sensitive));
        };
        let expr = self.parse("<templatestring argument>", &text, template_span)?;
        let value = self.run_template(
            "<templatestring argument>",
            &text,
            &expr,
            variables,
            template_span,
            env,
        )?;
        match convert(&value, &Type::String) {
            Ok(value) => Ok(value.or_sensitive(sensitive)),
            Err(message) => self.fail_at(
                &codes::INVALID_ARGUMENT,
                template_span,
                format!("invalid template result: {message}"),
            ),
        }
    }

    /// The bytes of a template file as text.
    pub(crate) fn template_text(&mut self, path: &str, span: Span) -> Result<String, Failed> {
        let bytes = match self.context.files.read(path) {
            Ok(bytes) => bytes,
            Err(error) => return self.fail_at(&codes::INVALID_ARGUMENT, span, error.0),
        };
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => self.fail_at(
                &codes::INVALID_ARGUMENT,
                span,
                format!("contents of {path:?} are not valid UTF-8"),
            ),
        }
    }

    pub(crate) fn parse(&mut self, name: &str, text: &str, span: Span) -> Result<Expr, Failed> {
        parse_template(text).or_else(|messages| {
            let messages = located(name, text, messages);
            self.fail_at(
                &codes::INVALID_ARGUMENT,
                span,
                format!("the template is not valid: {messages}"),
            )
        })
    }

    fn text_argument(
        &mut self,
        value: &Value,
        span: Span,
        name: &str,
    ) -> Result<(Option<SmolStr>, bool), Failed> {
        let value = match convert(value, &Type::String) {
            Ok(value) if !value.is_null() => value,
            Ok(_) => {
                return self.fail_at(
                    &codes::INVALID_ARGUMENT,
                    span,
                    format!("invalid value for parameter {name:?}: argument must not be null"),
                );
            }
            Err(message) => {
                return self.fail_at(
                    &codes::INVALID_ARGUMENT,
                    span,
                    format!("invalid value for parameter {name:?}: {message}"),
                );
            }
        };
        Ok((value.as_str().map(SmolStr::new), value.is_sensitive()))
    }

    fn check_variables(&mut self, variables: &Value, span: Span) -> Result<(), Failed> {
        match variables.data() {
            Data::Object(_)
            | Data::Map(_)
            | Data::Unknown(Type::Dynamic | Type::Object(_) | Type::Map(_)) => {}
            _ => {
                return self.fail_at(
                    &codes::INVALID_ARGUMENT,
                    span,
                    "invalid vars value: must be a map",
                );
            }
        }
        let names = variables.entries().into_iter().flatten();
        self.check_names(names.map(|(name, _)| name.as_str()), span)
    }

    pub(crate) fn check_names<'n>(
        &mut self,
        names: impl Iterator<Item = &'n str>,
        span: Span,
    ) -> Result<(), Failed> {
        match check_template_variables(names) {
            None => Ok(()),
            Some(name) => self.fail_at(
                &codes::INVALID_ARGUMENT,
                span,
                format!(
                    "invalid template variable name {name:?}: must start with a letter, followed by zero or more letters, digits, and underscores"
                ),
            ),
        }
    }

    /// Evaluates a template in a scope of its own. Its messages have places in
    /// another text, so they are told in one message at the call.
    fn run_template(
        &mut self,
        name: &str,
        text: &str,
        expr: &Expr,
        variables: Value,
        span: Span,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        let scope = ValueScope(variables);
        let inner = Env {
            in_template: true,
            ..Env::new(&scope)
        };
        let _ = env;
        let mark = self.diagnostics.len();
        match self.eval(expr, &inner) {
            Ok(value) if value.is_null() => self.fail_at(
                &codes::FUNCTION_FAILED,
                span,
                "the result of the template is null, which is not a valid result",
            ),
            Ok(value) => Ok(value),
            Err(failure) => {
                let messages = self.diagnostics.split_off(mark);
                if messages
                    .iter()
                    .any(|m| m.code.id >= "E0321" && m.code.id <= "E0324")
                {
                    self.diagnostics.extend(messages);
                    return Err(Failed {
                        rest: None,
                        ..failure
                    });
                }
                let messages = located(name, text, messages);
                self.fail_at(&codes::FUNCTION_FAILED, span, messages)
            }
        }
    }
}

/// The first name that cannot be a template variable.
pub(crate) fn check_template_variables<'n>(
    mut names: impl Iterator<Item = &'n str>,
) -> Option<&'n str> {
    names.find(|name| {
        let mut chars = name.chars();
        !(chars.next().is_some_and(char::is_alphabetic)
            && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-'))
    })
}

/// Parses a template; places count from the template's own start.
pub(crate) fn parse_template(text: &str) -> Result<Expr, Vec<Diagnostic>> {
    terrace_hcl::parse_template(TEXT, text, 0)
        .map_err(|diagnostics| diagnostics.into_iter().collect())
}

/// The only file of a template's own messages.
const TEXT: FileId = FileId(0);

/// Messages about another text as one: `PATH:LINE:COLUMN: message`.
fn located(name: &str, text: &str, messages: Vec<Diagnostic>) -> String {
    let mut sources = SourceMap::new();
    sources.add(name, text);
    let lines: Vec<String> = messages
        .iter()
        .map(|message| match message.span() {
            Some(span) => format!("{}: {}", sources.place(span), message.message),
            None => message.message.clone(),
        })
        .collect();
    lines.join("; ")
}
