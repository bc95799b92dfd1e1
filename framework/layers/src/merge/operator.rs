//! `append`, `prepend`, `merge_by`, `override` and `unset`.

use terrace_diag::{Diagnostic, Span};
use terrace_hcl::ast::{Call, Expr, ExprKind};

use crate::codes;

/// A candidate's way of meeting what lies below it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operator<'p> {
    /// `unset`
    Unset,
    /// `override(value)`
    Override(&'p Expr),
    /// `append(list)`
    Append(&'p Expr),
    /// `prepend(list)`
    Prepend(&'p Expr),
    /// `merge_by(key, list)`
    MergeBy(&'p Expr, &'p Expr),
}

const NAMES: [&str; 4] = ["append", "prepend", "merge_by", "override"];

/// The operator that an expression is, if it is one.
///
/// # Errors
/// The operator has the wrong number of arguments.
pub(crate) fn operator(expr: &Expr) -> Result<Option<Operator<'_>>, Diagnostic> {
    match &expr.kind {
        ExprKind::Variable(name) if name == "unset" => Ok(Some(Operator::Unset)),
        ExprKind::Call(call) if NAMES.contains(&call.name.name.as_str()) => {
            arguments(call, expr.span).map(Some)
        }
        _ => Ok(None),
    }
}

fn arguments(call: &Call, span: Span) -> Result<Operator<'_>, Diagnostic> {
    match (call.name.name.as_str(), call.args.as_slice()) {
        _ if call.expand_final => {}
        ("override", [value]) => return Ok(Operator::Override(value)),
        ("append", [list]) => return Ok(Operator::Append(list)),
        ("prepend", [list]) => return Ok(Operator::Prepend(list)),
        ("merge_by", [key, list]) => return Ok(Operator::MergeBy(key, list)),
        _ => {}
    }
    let usage = match call.name.name.as_str() {
        "override" => "override(value)",
        "append" => "append([…])",
        "prepend" => "prepend([…])",
        _ => "merge_by(\"key\", [{…}])",
    };
    Err(Diagnostic::error(
        &codes::OPERATOR_ARGUMENTS,
        format!("`{}` is written `{usage}`", call.name.name),
    )
    .at(span))
}

/// Whether an expression is an operator, whatever its arguments.
pub fn is_operator(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Variable(name) => name == "unset",
        ExprKind::Call(call) => NAMES.contains(&call.name.name.as_str()),
        _ => false,
    }
}

/// Whether an operator stands at the end of a branch of a conditional.
pub(crate) fn chooses_operator(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Conditional(conditional) => [&conditional.yes, &conditional.no]
            .into_iter()
            .any(|branch| is_operator(branch) || chooses_operator(branch)),
        ExprKind::Paren(inner) => is_operator(inner) || chooses_operator(inner),
        _ => false,
    }
}

/// The message for an operator that stands where nothing is merged.
pub(crate) fn misplaced(span: Span) -> Diagnostic {
    Diagnostic::error(
        &codes::MISPLACED_OPERATOR,
        "an operator stands where nothing is merged",
    )
    .at(span)
    .help("operators stand directly as a value of an attribute or map key, or as a branch of a conditional there")
}
