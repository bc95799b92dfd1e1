//! String templates (`hclsyntax/expression_template.go`).

use terrace_diag::Span;
use terrace_hcl::ast::{Template, TemplatePart};

use super::{Binding, Env, Evaluator, Failed, Failures, Local};
use crate::codes;
use crate::convert::convert;
use crate::types::Type;
use crate::value::Value;

/// The text a value stands for in a template; `None` while it is unknown.
pub(crate) fn part_text(value: &Value) -> Result<Option<Value>, String> {
    if value.is_null() {
        return Err(
            "the expression result is null; cannot include a null value in a string template"
                .into(),
        );
    }
    if !value.is_known() {
        return Ok(None);
    }
    convert(value, &Type::String).map(Some).map_err(|message| {
        format!("cannot include the given value in a string template: {message}")
    })
}

/// The text so far.
struct Text {
    text: String,
    known: bool,
    /// Whether a part failed: the text ends there.
    failed: bool,
    sensitive: bool,
}

impl Text {
    fn push(&mut self, text: &str) {
        if !self.failed {
            self.text.push_str(text);
        }
    }
}

impl Evaluator<'_> {
    pub(super) fn template(
        &mut self,
        template: &Template,
        span: Span,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        if let [TemplatePart::Interpolation(expr)] = template.parts.as_slice() {
            return self.eval(expr, env);
        }
        self.template_parts(&template.parts, span, env)
    }

    pub(crate) fn template_parts(
        &mut self,
        parts: &[TemplatePart],
        span: Span,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        let mut text = Text {
            text: String::new(),
            known: true,
            failed: false,
            sensitive: false,
        };
        let result = self.append(parts, &mut text, env);
        self.check_string(text.text.len(), span)?;
        let value = if text.known {
            Value::string(text.text)
        } else {
            Value::unknown(Type::String)
        };
        let value = value.or_sensitive(text.sensitive);
        match result {
            Ok(()) => Ok(value),
            Err(failure) => Err(failure.knowing(value)),
        }
    }

    fn append(
        &mut self,
        parts: &[TemplatePart],
        out: &mut Text,
        env: &Env<'_>,
    ) -> Result<(), Failed> {
        let mut failures = Failures::default();
        for part in parts {
            let before = out.text.len();
            let result = match part {
                TemplatePart::Literal(text, _) => {
                    out.push(text);
                    Ok(())
                }
                TemplatePart::Interpolation(expr) => {
                    let result = self.eval(expr, env);
                    self.append_result(result, out, expr.span)
                }
                TemplatePart::If {
                    condition,
                    then,
                    otherwise,
                    span,
                } => {
                    let result = self.branch(condition, then, otherwise, *span, env);
                    self.append_result(result, out, *span)
                }
                TemplatePart::For { .. } => self.append_each(part, out, env),
            };
            failures.keep(result);
            let span = match part {
                TemplatePart::Literal(_, span)
                | TemplatePart::If { span, .. }
                | TemplatePart::For { span, .. } => *span,
                TemplatePart::Interpolation(expr) => expr.span,
            };
            self.check_growth(before, out.text.len(), span)?;
        }
        failures.result()
    }

    fn append_result(
        &mut self,
        result: Result<Value, Failed>,
        out: &mut Text,
        span: Span,
    ) -> Result<(), Failed> {
        match result {
            Ok(value) => {
                out.sensitive |= value.is_sensitive();
                self.append_value(&value, out, span)
            }
            Err(failure) => {
                out.failed = true;
                out.known &= failure.stand_in().is_known();
                Err(failure)
            }
        }
    }

    fn append_value(&mut self, value: &Value, out: &mut Text, span: Span) -> Result<(), Failed> {
        match part_text(value) {
            Ok(Some(text)) => {
                out.push(text.as_str().unwrap_or_default());
                Ok(())
            }
            Ok(None) => {
                out.known = false;
                Ok(())
            }
            Err(message) => {
                out.failed = true;
                self.fail_value(&codes::INVALID_TEMPLATE, span, message, value)
            }
        }
    }

    /// `%{ if }`: as in a conditional expression both branches are evaluated,
    /// but only the errors of the chosen one count.
    fn branch(
        &mut self,
        condition: &terrace_hcl::ast::Expr,
        then: &[TemplatePart],
        otherwise: &[TemplatePart],
        span: Span,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        let yes = self.attempt(|this| this.template_parts(then, span, env))?;
        let no = self.attempt(|this| this.template_parts(otherwise, span, env))?;
        let condition_value = self.eval(condition, env);
        self.choose(condition_value, condition.span, yes, no, span, span)
    }

    fn append_each(
        &mut self,
        part: &TemplatePart,
        out: &mut Text,
        env: &Env<'_>,
    ) -> Result<(), Failed> {
        let TemplatePart::For {
            key,
            value,
            collection,
            body,
            span,
        } = part
        else {
            return Ok(());
        };
        let collection_value = match self.eval(collection, env) {
            Ok(value) => value,
            Err(failure) => {
                out.failed = true;
                out.known = false;
                return Err(failure);
            }
        };
        let (collection_value, sensitive) = collection_value.unmark();
        out.sensitive |= sensitive;
        let Some(elements) = self.iterate(&collection_value, collection.span)? else {
            out.known = false;
            return Ok(());
        };
        let mut failures = Failures::default();
        for (k, v) in elements {
            let key_local;
            let mut inner = *env;
            if let Some(key) = key {
                key_local = Local {
                    name: &key.name,
                    binding: Binding::Value(k),
                    parent: inner.locals,
                };
                inner.locals = Some(&key_local);
            }
            let value_local = Local {
                name: &value.name,
                binding: Binding::Value(v),
                parent: inner.locals,
            };
            inner.locals = Some(&value_local);
            self.enter(*span)?;
            let result = self.append(body, out, &inner);
            self.depth -= 1;
            failures.keep(result);
        }
        failures.result()
    }
}
