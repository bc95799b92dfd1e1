//! The `validation` blocks of a variable
//! (`internal/terraform/eval_variable.go`).

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Span};
use terrace_hcl::ast::{Block, Expr, ExprKind};

use super::TypeFault;
use crate::codes;
use crate::convert::convert;
use crate::evaluate::{Context, evaluate};
use crate::files::NoFiles;
use crate::scope::{Lookup, Scope, Step};
use crate::types::Type;
use crate::value::Value;

/// A rule of a module about one of its variables.
#[derive(Debug, Clone)]
pub struct Validation {
    /// What must be true.
    pub condition: Expr,
    /// What the module says when it is not.
    pub error_message: Expr,
}

impl Validation {
    pub(super) fn parse(block: &Block) -> Result<Self, Diagnostic> {
        let part = |name: &str| {
            block
                .body
                .attribute(name)
                .map(|attribute| attribute.expr.clone())
                .ok_or_else(|| {
                    Diagnostic::error(
                        &codes::INVALID_VARIABLE,
                        format!("a validation block needs `{name}`"),
                    )
                    .at(block.header)
                })
        };
        Ok(Self {
            condition: part("condition")?,
            error_message: part("error_message")?,
        })
    }

    /// The fault of a value that breaks the rule; `None` if it does not, or if
    /// that cannot be decided yet.
    pub(super) fn fault(
        &self,
        name: &str,
        value: &Value,
        others: &dyn Fn(&str) -> Option<Value>,
    ) -> Option<TypeFault> {
        let scope = VariableScope {
            name,
            value,
            others,
        };
        let context = Context::new(&NoFiles);
        let result = evaluate(&self.condition, &scope, &context).ok()?;
        let result = convert(&result, &Type::Bool).ok()?;
        if result.as_bool() != Some(false) {
            return None;
        }
        let message = evaluate(&self.error_message, &scope, &context)
            .ok()
            .filter(|message| !message.is_sensitive())
            .and_then(|message| convert(&message, &Type::String).ok())
            .and_then(|message| message.as_str().map(|text| text.trim().to_owned()))
            .unwrap_or_else(|| "the module refuses the value; its reason cannot be shown".into());
        Some(TypeFault {
            code: &codes::VALIDATION_FAILED,
            path: Vec::new(),
            message,
        })
    }
}

/// `var.NAME`; everything else a module could read is late bound.
struct VariableScope<'a> {
    name: &'a str,
    value: &'a Value,
    others: &'a dyn Fn(&str) -> Option<Value>,
}

impl Scope for VariableScope<'_> {
    fn lookup(
        &self,
        root: &str,
        steps: &[Step<'_>],
        span: Span,
    ) -> Option<Result<Lookup, Diagnostic>> {
        if root == "var"
            && let Some(name) = steps.first().and_then(Step::name)
        {
            let value = if name == self.name {
                Some(self.value.clone())
            } else {
                (self.others)(name)
            };
            if let Some(value) = value {
                return Some(Ok(Lookup::Value { value, consumed: 1 }));
            }
        }
        Some(Ok(Lookup::Late {
            expr: Expr {
                kind: ExprKind::Variable(SmolStr::new(root)),
                span,
            },
            consumed: 0,
            sensitive: false,
        }))
    }

    fn names(&self) -> Vec<SmolStr> {
        vec![SmolStr::new_static("var")]
    }
}
