//! Arithmetic, comparison and logic (`hclsyntax/expression_ops.go`,
//! `cty/function/stdlib`).

use std::cmp::Ordering;

use terrace_diag::{Diagnostic, Span};
use terrace_hcl::ast::{BinaryOp, Expr, ExprKind, UnaryOp};

use super::{Env, Evaluator, Failed, Failures, shown};
use crate::codes;
use crate::convert::convert;
use crate::number::Number;
use crate::types::Type;
use crate::value::{Data, Value};

/// Why an operator has no result.
pub(crate) enum Problem {
    /// The left (or only) operand cannot be used.
    Left(String),
    /// The right operand cannot be used.
    Right(String),
    /// Both operands, with their own reasons.
    Both(String, String),
    /// The operation is not defined for these values.
    Operation(&'static str),
}

pub(crate) fn unary(op: UnaryOp, operand: &Value) -> Result<Value, Problem> {
    let want = match op {
        UnaryOp::Negate => Type::Number,
        UnaryOp::Not => Type::Bool,
    };
    let operand = self::operand(operand, &want).map_err(Problem::Left)?;
    let sensitive = operand.is_sensitive();
    let result = match (op, operand.data()) {
        (_, Data::Unknown(_)) => Value::unknown(want),
        (UnaryOp::Negate, Data::Number(number)) => Value::number(number.negate()),
        (UnaryOp::Not, Data::Bool(value)) => Value::bool(!value),
        _ => return Err(Problem::Left(NULL_OPERAND.into())),
    };
    Ok(result.or_sensitive(sensitive))
}

const NULL_OPERAND: &str = "argument must not be null";

pub(crate) fn binary(op: BinaryOp, left: &Value, right: &Value) -> Result<Value, Problem> {
    match op {
        BinaryOp::Equal => return Ok(left.equals(right)),
        BinaryOp::NotEqual => {
            let equal = left.equals(right);
            let sensitive = equal.is_sensitive();
            return Ok(match equal.as_bool() {
                Some(equal) => Value::bool(!equal).or_sensitive(sensitive),
                None => equal,
            });
        }
        _ => {}
    }
    let logic = matches!(op, BinaryOp::And | BinaryOp::Or);
    let want = if logic { Type::Bool } else { Type::Number };
    let (left, right) = match (operand(left, &want), operand(right, &want)) {
        (Ok(left), Ok(right)) => (left, right),
        (Err(left), Ok(_)) => return Err(Problem::Left(left)),
        (Ok(_), Err(right)) => return Err(Problem::Right(right)),
        (Err(left), Err(right)) => return Err(Problem::Both(left, right)),
    };
    let sensitive = left.is_sensitive() || right.is_sensitive();
    if left.is_null() {
        return Err(Problem::Left(NULL_OPERAND.into()));
    }
    if right.is_null() {
        return Err(Problem::Right(NULL_OPERAND.into()));
    }
    let result = match (left.data(), right.data()) {
        (Data::Number(a), Data::Number(b)) => on_numbers(op, a, b)?,
        (Data::Bool(a), Data::Bool(b)) => Value::bool(match op {
            BinaryOp::And => *a && *b,
            _ => *a || *b,
        }),
        _ => Value::unknown(result_type(op)),
    };
    Ok(result.or_sensitive(sensitive))
}

fn result_type(op: BinaryOp) -> Type {
    match op {
        BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::Modulo => Type::Number,
        _ => Type::Bool,
    }
}

fn operand(value: &Value, want: &Type) -> Result<Value, String> {
    match (value.data(), want) {
        (Data::Number(_), Type::Number) | (Data::Bool(_), Type::Bool) => Ok(value.clone()),
        _ => convert(value, want),
    }
}

fn on_numbers(op: BinaryOp, a: &Number, b: &Number) -> Result<Value, Problem> {
    let (result, problem) = match op {
        BinaryOp::Add => (a.add(b), "can't compute sum of opposing infinities"),
        BinaryOp::Subtract => (a.subtract(b), "can't subtract infinity from itself"),
        BinaryOp::Multiply => (a.multiply(b), "can't multiply zero by infinity"),
        BinaryOp::Divide => (
            a.divide(b),
            "can't divide zero by zero or infinity by infinity",
        ),
        BinaryOp::Modulo => (a.modulo(b), "can't use modulo with zero and infinity"),
        _ => {
            let order = a.cmp(b);
            return Ok(Value::bool(match op {
                BinaryOp::Less => order == Ordering::Less,
                BinaryOp::LessEqual => order != Ordering::Greater,
                BinaryOp::Greater => order == Ordering::Greater,
                _ => order != Ordering::Less,
            }));
        }
    };
    result
        .map(Value::number)
        .map_err(|_| Problem::Operation(problem))
}

impl Evaluator<'_> {
    pub(super) fn unary(
        &mut self,
        op: UnaryOp,
        operand: &Expr,
        span: Span,
        env: &Env<'_>,
    ) -> Result<Value, Failed> {
        let result = self
            .eval(operand, env)
            .and_then(|value| self.unary_values(op, &value, operand.span, span));
        result.map_err(|failure| {
            failure.knowing(Value::unknown(match op {
                UnaryOp::Negate => Type::Number,
                UnaryOp::Not => Type::Bool,
            }))
        })
    }

    pub(crate) fn unary_values(
        &mut self,
        op: UnaryOp,
        value: &Value,
        operand: Span,
        whole: Span,
    ) -> Result<Value, Failed> {
        unary(op, value).or_else(|problem| match problem {
            Problem::Operation(message) => self.fail_at(&codes::NOT_A_NUMBER, whole, message),
            Problem::Left(message) | Problem::Right(message) | Problem::Both(message, _) => self
                .fail_value(
                    &codes::INVALID_OPERAND,
                    operand,
                    format!("unsuitable value for unary operand: {message}"),
                    value,
                ),
        })
    }

    /// A chain such as `a + b + c` leans to the left and is walked in a loop.
    pub(super) fn binary(&mut self, expr: &Expr, env: &Env<'_>) -> Result<Value, Failed> {
        let mut chain = Vec::new();
        let mut first = expr;
        while let ExprKind::Binary { op, sides, .. } = &first.kind {
            chain.push((*op, &sides.1, first.span));
            first = &sides.0;
        }
        let mut left_span = first.span;
        let mut left = self.eval(first, env);
        for (op, right, span) in chain.into_iter().rev() {
            let right_value = self.eval(right, env);
            left = match (left, right_value) {
                (Ok(left), Ok(value)) => {
                    self.binary_values(op, &left, &value, left_span, right.span, span)
                }
                (left, right) => {
                    let mut failures = Failures::default();
                    failures.keep(left);
                    failures.keep(right);
                    failures.result().map(|()| Value::NULL)
                }
            }
            .map_err(|failure| failure.knowing(Value::unknown(result_type(op))));
            left_span = span;
        }
        left
    }

    pub(crate) fn binary_values(
        &mut self,
        op: BinaryOp,
        left: &Value,
        right: &Value,
        left_span: Span,
        right_span: Span,
        whole: Span,
    ) -> Result<Value, Failed> {
        let problem = match binary(op, left, right) {
            Ok(value) => return Ok(value),
            Err(problem) => problem,
        };
        let side = |side: &str, value: &Value, span: Span, message: &str| {
            Diagnostic::error(
                &codes::INVALID_OPERAND,
                format!(
                    "unsuitable value for {side} operand of {}: {message}",
                    op.symbol()
                ),
            )
            .label(span, shown(value))
        };
        match problem {
            Problem::Left(message) => self.fail(side("left", left, left_span, &message)),
            Problem::Right(message) => self.fail(side("right", right, right_span, &message)),
            Problem::Both(of_left, of_right) => {
                self.diagnostics
                    .push(side("left", left, left_span, &of_left));
                self.fail(side("right", right, right_span, &of_right))
            }
            Problem::Operation(message) => self.fail_at(
                &codes::NOT_A_NUMBER,
                whole,
                format!("operation failed: {message}"),
            ),
        }
    }
}
