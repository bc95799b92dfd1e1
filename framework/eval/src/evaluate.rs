//! Evaluation of expressions.
//!
//! One walk over the tree; every kind of expression has its file. Errors are
//! collected where several parts of an expression can be judged on their own
//! (items of a tuple, operands, arguments), so that one mistake does not hide
//! the next. Source of the rules: `hclsyntax/expression.go` of HCL 2.23, which
//! Terraform 1.11 uses.

pub(crate) mod access;
mod call;
mod collection;
pub(crate) mod conditional;
pub(crate) mod iteration;
pub(crate) mod operators;
pub(crate) mod special;
pub(crate) mod splat;
mod template;
pub(crate) mod traversal;

use smol_str::SmolStr;
use terrace_diag::{Code, Diagnostic, Diagnostics, Span, closest};
use terrace_hcl::ast::{Expr, ExprKind};

use crate::codes;
use crate::console::console_format;
use crate::files::Files;
use crate::function::FunctionTable;
use crate::functions::quote;
use crate::limits::Limits;
use crate::number::Number;
use crate::scope::Scope;
use crate::value::{Data, Value};

pub(crate) use call::{Argument, FILE_FUNCTIONS};
pub(crate) use collection::{KeyProblem, key_text};
pub(crate) use template::part_text;

/// What evaluation may use besides the scope.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The functions that may be called.
    pub functions: &'a FunctionTable,
    /// Files of the repository.
    pub files: &'a dyn Files,
    /// Bounds on one evaluation.
    pub limits: Limits,
}

impl<'a> Context<'a> {
    /// Terraform's functions, the given files and the usual bounds.
    pub fn new(files: &'a dyn Files) -> Self {
        Self {
            functions: &crate::functions::TABLE,
            files,
            limits: Limits::default(),
        }
    }
}

/// Evaluates an expression. What is late bound is unknown in the result.
///
/// # Errors
/// Everything that is wrong with the expression, each at the smallest part at
/// fault.
pub fn evaluate(
    expr: &Expr,
    scope: &dyn Scope,
    context: &Context<'_>,
) -> Result<Value, Diagnostics> {
    let mut evaluator = Evaluator::new(context);
    let result = evaluator.eval(expr, &Env::new(scope));
    evaluator.finish(result)
}

/// The diagnostics say why. `fatal` failures are not caught by `try` and `can`:
/// unknown names, which Terraform reports before it evaluates, and limits.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    pub(crate) fatal: bool,
    /// What is still known of the value, such as an object one of whose
    /// attributes failed: the type of a conditional's branch counts even if
    /// the branch fails. Nothing is known of it if `None`.
    pub(crate) rest: Option<Box<Value>>,
}

impl Failed {
    pub(crate) const PLAIN: Self = Self {
        fatal: false,
        rest: None,
    };

    pub(crate) fn knowing(mut self, rest: Value) -> Self {
        self.rest = Some(Box::new(rest));
        self
    }

    /// The value the failed part stands for.
    pub(crate) fn stand_in(&self) -> Value {
        self.rest
            .as_ref()
            .map_or(Value::UNKNOWN, |rest| Value::clone(rest))
    }
}

/// The names in reach at one place.
#[derive(Clone, Copy)]
pub(crate) struct Env<'e> {
    pub(crate) scope: &'e dyn Scope,
    pub(crate) locals: Option<&'e Local<'e>>,
    pub(crate) splat_item: Option<&'e Binding>,
    /// Whether it is inside a template function, which may not call another.
    pub(crate) in_template: bool,
}

/// A variable of a `for` expression.
pub(crate) struct Local<'e> {
    pub(crate) name: &'e str,
    pub(crate) binding: Binding,
    pub(crate) parent: Option<&'e Local<'e>>,
}

/// What a variable of a `for` expression or the item of a splat stands for.
#[derive(Clone)]
pub(crate) enum Binding {
    Value(Value),
    /// Late bound: in folded expressions this expression stands for it.
    Late(Expr),
}

impl<'e> Env<'e> {
    pub(crate) fn new(scope: &'e dyn Scope) -> Self {
        Self {
            scope,
            locals: None,
            splat_item: None,
            in_template: false,
        }
    }

    pub(crate) fn local(&self, name: &str) -> Option<&'e Binding> {
        let mut local = self.locals;
        while let Some(found) = local {
            if found.name == name {
                return Some(&found.binding);
            }
            local = found.parent;
        }
        None
    }

    fn names(&self) -> Vec<SmolStr> {
        let mut names = Vec::new();
        let mut local = self.locals;
        while let Some(found) = local {
            names.push(SmolStr::new(found.name));
            local = found.parent;
        }
        names.extend(self.scope.names());
        names
    }
}

pub(crate) struct Evaluator<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether something late bound was read.
    pub(crate) late: bool,
    /// Whether something late bound and secret was read.
    pub(crate) late_sensitive: bool,
    /// How many mistakes folding has kept in the residual.
    pub(crate) kept: u64,
    pub(crate) depth: u32,
    pub(crate) steps: u64,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(context: &'a Context<'a>) -> Self {
        Self {
            context,
            diagnostics: Vec::new(),
            late: false,
            late_sensitive: false,
            kept: 0,
            depth: 0,
            steps: 0,
        }
    }

    pub(crate) fn finish<T>(self, result: Result<T, Failed>) -> Result<T, Diagnostics> {
        result.map_err(|_| self.diagnostics.into_iter().collect())
    }

    pub(crate) fn fail<T>(&mut self, diagnostic: Diagnostic) -> Result<T, Failed> {
        self.diagnostics.push(diagnostic);
        Err(Failed::PLAIN)
    }

    pub(crate) fn fail_at<T>(
        &mut self,
        code: &'static Code,
        span: Span,
        message: impl Into<String>,
    ) -> Result<T, Failed> {
        self.fail(Diagnostic::error(code, message).at(span))
    }

    /// Fails because of a value, which is shown beside its place.
    pub(crate) fn fail_value<T>(
        &mut self,
        code: &'static Code,
        span: Span,
        message: impl Into<String>,
        value: &Value,
    ) -> Result<T, Failed> {
        self.fail(Diagnostic::error(code, message).label(span, shown(value)))
    }

    pub(crate) fn fatal<T>(&mut self, diagnostic: Diagnostic) -> Result<T, Failed> {
        self.diagnostics.push(diagnostic);
        Err(Failed {
            fatal: true,
            rest: None,
        })
    }

    /// Counts one node; fails when the evaluation is too deep or too long.
    pub(crate) fn enter(&mut self, span: Span) -> Result<(), Failed> {
        self.depth += 1;
        self.steps += 1;
        if self.depth <= self.context.limits.depth && self.steps <= self.context.limits.steps {
            return Ok(());
        }
        self.depth -= 1;
        let diagnostic = if self.steps > self.context.limits.steps {
            Diagnostic::error(
                &codes::LIMIT_STEPS,
                format!(
                    "the evaluation takes more than {} steps",
                    self.context.limits.steps
                ),
            )
        } else {
            Diagnostic::error(
                &codes::LIMIT_DEPTH,
                format!(
                    "expressions are nested more than {} levels deep",
                    self.context.limits.depth
                ),
            )
        };
        self.fatal(diagnostic.at(span))
    }

    /// Checks the size of a collection just made, which also counts as steps.
    pub(crate) fn check_length(&mut self, length: usize, span: Span) -> Result<(), Failed> {
        self.steps += length as u64 / 8;
        if length <= self.context.limits.elements {
            return Ok(());
        }
        let limit = self.context.limits.elements;
        self.fatal(
            Diagnostic::error(
                &codes::LIMIT_ELEMENTS,
                format!("a collection gets more than {limit} elements"),
            )
            .at(span),
        )
    }

    /// Checks the size of a string just made, which also counts as steps, so
    /// that the sum of all of them is bounded too.
    pub(crate) fn check_string(&mut self, bytes: usize, span: Span) -> Result<(), Failed> {
        self.steps += bytes as u64 / 64;
        if bytes <= self.context.limits.string_bytes {
            return Ok(());
        }
        let limit = self.context.limits.string_bytes;
        self.fatal(
            Diagnostic::error(
                &codes::LIMIT_STRING,
                format!("a string gets longer than {limit} bytes"),
            )
            .at(span),
        )
    }

    /// The same for a string that grew from `before` bytes.
    pub(crate) fn check_growth(
        &mut self,
        before: usize,
        bytes: usize,
        span: Span,
    ) -> Result<(), Failed> {
        let steps = self.steps;
        self.check_string(bytes, span)?;
        self.steps = steps + (bytes - before) as u64 / 64;
        Ok(())
    }

    pub(crate) fn eval(&mut self, expr: &Expr, env: &Env<'_>) -> Result<Value, Failed> {
        match &expr.kind {
            ExprKind::Null => return Ok(Value::NULL),
            ExprKind::Bool(value) => return Ok(Value::bool(*value)),
            ExprKind::String(text) => return Ok(Value::string(text.clone())),
            ExprKind::Number(text) => return self.number(text, expr.span),
            _ => {}
        }
        self.enter(expr.span)?;
        let result = match &expr.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::String(_) | ExprKind::Number(_) => {
                Ok(Value::NULL)
            }
            ExprKind::Template(template) => self.template(template, expr.span, env),
            ExprKind::Tuple(items) => self.tuple(items, expr.span, env),
            ExprKind::Object(items) => self.object(items, expr.span, env),
            ExprKind::Variable(_)
            | ExprKind::SplatItem
            | ExprKind::GetAttr { .. }
            | ExprKind::Index { .. } => self.traversal(expr, env),
            ExprKind::Splat(splat) => self.splat(splat, env),
            ExprKind::Call(call) => self.call(call, expr.span, env),
            ExprKind::Unary { op, operand } => self.unary(*op, operand, expr.span, env),
            ExprKind::Binary { .. } => self.binary(expr, env),
            ExprKind::Conditional(conditional) => self.conditional(conditional, env),
            ExprKind::For(iteration) => self.for_expr(iteration, expr.span, env),
            ExprKind::Paren(inner) => self.eval(inner, env),
        };
        self.depth -= 1;
        result
    }

    /// Evaluates a part whose failure leaves nothing known of the whole.
    pub(crate) fn eval_part(&mut self, expr: &Expr, env: &Env<'_>) -> Result<Value, Failed> {
        self.eval(expr, env).map_err(|failure| Failed {
            rest: None,
            ..failure
        })
    }

    pub(crate) fn number(&mut self, text: &str, span: Span) -> Result<Value, Failed> {
        match Number::parse(text) {
            Some(number) => Ok(Value::number(number)),
            None => self.fail_at(
                &codes::INVALID_OPERAND,
                span,
                format!("the number {text} is beyond what can be represented"),
            ),
        }
    }

    /// Evaluates all of them, so that every mistake is reported.
    pub(crate) fn eval_all<'x>(
        &mut self,
        exprs: impl ExactSizeIterator<Item = &'x Expr>,
        env: &Env<'_>,
    ) -> Result<Vec<Value>, Failed> {
        let mut values = Vec::with_capacity(exprs.len());
        let mut failed = Failures::default();
        for expr in exprs {
            match self.eval(expr, env) {
                Ok(value) => values.push(value),
                Err(failure) => failed.add(failure),
            }
        }
        failed.result()?;
        Ok(values)
    }

    pub(crate) fn unknown_variable<T>(
        &mut self,
        name: &str,
        span: Span,
        env: &Env<'_>,
    ) -> Result<T, Failed> {
        let names = env.names();
        let hint = closest(name, names.iter().map(SmolStr::as_str))
            .map(|near| format!("did you mean `{near}`?"));
        let hint = hint.or_else(|| {
            let list: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
            (!list.is_empty()).then(|| format!("names that exist here: {}", list.join(", ")))
        });
        self.fatal(
            Diagnostic::error(
                &codes::UNKNOWN_VARIABLE,
                format!("there is no variable named {name:?} here"),
            )
            .at(span)
            .maybe_help(hint),
        )
    }
}

/// A value in a few words, for labels: never a sensitive one.
pub(crate) fn shown(value: &Value) -> String {
    /// Characters of a string that are shown.
    const SHOWN: usize = 40;
    if value.contains_sensitive() {
        return "this is sensitive".into();
    }
    match value.data() {
        Data::Unknown(_) => "this is not known yet".into(),
        Data::Null(_) => "this is null".into(),
        Data::Bool(value) => format!("this is {value}"),
        Data::Number(_) | Data::String(_) => {
            let text = match value.as_str() {
                Some(text) => quote(text),
                None => console_format(value),
            };
            if text.chars().count() > SHOWN {
                let start: String = text.chars().take(SHOWN).collect();
                return format!("this is {start}…");
            }
            format!("this is {text}")
        }
        _ => format!("this is of type {}", value.ty().friendly_name()),
    }
}

/// Failures of parts that were judged one by one.
#[derive(Default)]
pub(crate) struct Failures(Option<Failed>);

impl Failures {
    pub(crate) fn add(&mut self, failure: Failed) {
        let fatal = failure.fatal || self.0.as_ref().is_some_and(|f| f.fatal);
        self.0 = Some(Failed { fatal, rest: None });
    }

    /// The value, or with the failure noted what it stands for.
    pub(crate) fn stand_in(&mut self, result: Result<Value, Failed>) -> Value {
        match result {
            Ok(value) => value,
            Err(failure) => {
                let value = failure.stand_in();
                self.add(failure);
                value
            }
        }
    }

    /// Whether something failed.
    pub(crate) fn any(&self) -> bool {
        self.0.is_some()
    }

    /// The value, with the failure noted.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Failed>) -> Option<T> {
        result.map_err(|failure| self.add(failure)).ok()
    }

    pub(crate) fn result(self) -> Result<(), Failed> {
        self.0.map_or(Ok(()), Err)
    }

    /// The value if nothing failed, else what is known of it.
    pub(crate) fn or_rest(self, value: Value) -> Result<Value, Failed> {
        match self.0 {
            None => Ok(value),
            Some(failure) => Err(failure.knowing(value)),
        }
    }
}

#[cfg(test)]
#[path = "evaluate/evaluate_tests.rs"]
mod tests;
