//! `try`, `can` and the template functions with late-bound arguments.

use std::collections::BTreeMap;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Span};
use terrace_hcl::ast::{Call, Expr, ExprKind, ObjectKey, TemplatePart};

use super::call::residual;
use super::{Folded, Mode, literal, respan};
use crate::evaluate::{Env, Evaluator, Failed};
use crate::function::Special;
use crate::scope::{Lookup, Scope, Step};
use crate::value::Value;

impl Evaluator<'_> {
    pub(super) fn fold_special(
        &mut self,
        special: Special,
        call: &Call,
        span: Span,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        let whole = super::node(ExprKind::Call(Box::new(call.clone())), span);
        if let Some(value) = self.eval_known(&whole, env, mode)? {
            return Ok(Folded::Known(value));
        }
        match (special, call.args.as_slice()) {
            (Special::Can, [argument]) => {
                match self.attempt(|this| this.fold(argument, env, Mode::Strict))? {
                    Err(_) => Ok(Folded::Known(Value::FALSE)),
                    Ok(Folded::Known(_)) => Ok(Folded::Known(Value::TRUE)),
                    Ok(partial) => Ok(residual(call, vec![(partial, argument.span)], span)),
                }
            }
            (Special::TemplateFile, [path, variables]) => {
                let Folded::Known(path_value) = self.fold(path, env, mode)? else {
                    return self.must_be_known(path.span, "the path of a template");
                };
                let Some(name) = path_value.as_str() else {
                    return self.must_be_known(path.span, "the path of a template");
                };
                let text = self.template_text(name, path.span)?;
                let template = self.parse(name, &text, path.span)?;
                self.fold_template_call(template, variables, call, env, mode)
            }
            (Special::TemplateString, [template, variables]) => {
                let folded = self.fold(template, env, mode)?;
                let text = folded.known().and_then(Value::as_str).map(str::to_owned);
                let Some(text) = text else {
                    let variables = self.fold(variables, env, mode)?;
                    let args = vec![(folded, template.span), (variables, call.args[1].span)];
                    return Ok(residual(call, args, span));
                };
                let parsed = self.parse("<templatestring argument>", &text, template.span)?;
                let single = matches!(
                    &parsed.kind,
                    ExprKind::Template(t) if matches!(t.parts.as_slice(), [TemplatePart::Interpolation(_)])
                );
                let result = self.fold_template_call(parsed, variables, call, env, mode)?;
                Ok(match result {
                    Folded::Partial(expr) if single => {
                        Folded::Partial(literal::call("tostring", vec![expr], span))
                    }
                    other => other,
                })
            }
            _ => {
                let args = self.fold_all(&call.args, env, mode)?;
                Ok(residual(call, args, span))
            }
        }
    }

    /// Arguments that always fail are left out, those after the first that
    /// never fails too.
    pub(super) fn fold_try(
        &mut self,
        call: &Call,
        span: Span,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        let mut args = Vec::new();
        let mut messages: Vec<Diagnostic> = Vec::new();
        for argument in &call.args {
            match self.attempt(|this| this.fold(argument, env, Mode::Strict))? {
                Err(refusal) => messages.extend(refusal.messages),
                Ok(Folded::Known(value)) if args.is_empty() => return Ok(Folded::Known(value)),
                Ok(Folded::Known(value)) => {
                    args.push((Folded::Known(value), argument.span));
                    break;
                }
                Ok(partial) => args.push((partial, argument.span)),
            }
        }
        if args.is_empty() {
            let failed = self.lenient(mode, |this| this.no_success::<()>(messages, span))?;
            debug_assert!(failed.is_none());
            let args = self.fold_all(&call.args, env, Mode::Lenient)?;
            return Ok(residual(call, args, span));
        }
        Ok(residual(call, args, span))
    }

    /// Folds the body of a template with late-bound variables.
    fn fold_template_call(
        &mut self,
        template: Expr,
        variables: &Expr,
        call: &Call,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        let what = format!("the variables of {:?}", call.name.name);
        let Folded::Partial(partial) = self.fold(variables, env, mode)? else {
            return self.must_be_known(variables.span, &what);
        };
        let mut scope = TemplateScope::default();
        let ExprKind::Object(items) = &partial.unparenthesised().kind else {
            return self.must_be_known(variables.span, &what);
        };
        for item in items {
            let ObjectKey::Name(name) = &item.key else {
                return self.must_be_known(item.key.span(), "a variable name of a template");
            };
            let value = self.settle(item.value.clone())?;
            scope.0.insert(name.name.clone(), value);
        }
        self.check_names(scope.0.keys().map(SmolStr::as_str), variables.span)?;
        let template = respan::respan(template, call.name.span);
        let inner = Env {
            in_template: true,
            ..Env::new(&scope)
        };
        self.fold(&template, &inner, mode)
    }
}

/// The variables of a template, some of them late bound.
#[derive(Default)]
struct TemplateScope(BTreeMap<SmolStr, Folded>);

impl Scope for TemplateScope {
    fn lookup(
        &self,
        root: &str,
        _steps: &[Step<'_>],
        _span: Span,
    ) -> Option<Result<Lookup, Diagnostic>> {
        Some(Ok(match self.0.get(root)? {
            Folded::Known(value) => Lookup::Value {
                value: value.clone(),
                consumed: 0,
            },
            Folded::Partial(expr) => Lookup::Late {
                expr: expr.clone(),
                consumed: 0,
                sensitive: false,
            },
        }))
    }

    fn names(&self) -> Vec<SmolStr> {
        self.0.keys().cloned().collect()
    }
}
