//! Values as expressions.

use smol_str::SmolStr;
use terrace_diag::Span;
use terrace_hcl::ast::{BinaryOp, Call, Expr, ExprKind, Ident, ObjectItem, ObjectKey, UnaryOp};

use super::node;
use crate::number::Number;
use crate::types::Type;
use crate::value::{Data, Value};

/// The expression whose value in Terraform is `value`, with its types: for use
/// inside a larger expression. Every node gets the place `span`. A sensitive
/// value is wrapped in `sensitive(…)`, see [`exposed_secrets`].
pub fn value_to_expr(value: &Value, span: Span) -> Expr {
    Printer {
        span,
        typed_nulls: true,
    }
    .expr(value)
}

/// The same for a value that is given to an input as a whole: null is `null`
/// whatever its type, because the input converts it anyway.
pub fn value_to_input(value: &Value, span: Span) -> Expr {
    Printer {
        span,
        typed_nulls: false,
    }
    .expr(value)
}

/// Places in a folded expression where a secret would be written down: calls
/// of `sensitive` on something known.
pub fn exposed_secrets(expr: &Expr) -> Vec<Span> {
    let mut found = Vec::new();
    expr.for_each(&mut |part| {
        if let ExprKind::Call(call) = &part.kind
            && call.name.name == "sensitive"
            && call.args.iter().all(is_constant)
        {
            found.push(part.span);
        }
    });
    found
}

fn is_constant(expr: &Expr) -> bool {
    let mut constant = true;
    expr.for_each(&mut |part| {
        constant &= !matches!(part.kind, ExprKind::Variable(_) | ExprKind::SplatItem);
    });
    constant
}

pub(super) fn call(name: &str, args: Vec<Expr>, span: Span) -> Expr {
    let call = Call {
        name: Ident {
            name: SmolStr::new(name),
            span,
        },
        args,
        expand_final: false,
    };
    node(ExprKind::Call(Box::new(call)), span)
}

pub(super) fn sensitive(expr: Expr, span: Span) -> Expr {
    call("sensitive", vec![expr], span)
}

struct Printer {
    span: Span,
    typed_nulls: bool,
}

impl Printer {
    fn expr(&self, value: &Value) -> Expr {
        let expr = self.plain(value);
        if value.is_sensitive() {
            sensitive(expr, self.span)
        } else {
            expr
        }
    }

    fn node(&self, kind: ExprKind) -> Expr {
        node(kind, self.span)
    }

    fn plain(&self, value: &Value) -> Expr {
        match value.data() {
            Data::Null(ty) => self.null(ty),
            // Never part of a folded value; no such variable exists.
            Data::Unknown(_) => self.node(ExprKind::Variable(SmolStr::new("unknown"))),
            Data::Bool(value) => self.node(ExprKind::Bool(*value)),
            Data::Number(number) => self.number(number),
            Data::String(text) => self.node(ExprKind::String(text.clone())),
            Data::Tuple(_) => self.sequence(value),
            Data::Object(_) => self.mapping(value),
            Data::List(_) => call("tolist", vec![self.sequence(value)], self.span),
            Data::Set(_) => call("toset", vec![self.sequence(value)], self.span),
            Data::Map(_) => call("tomap", vec![self.mapping(value)], self.span),
        }
    }

    fn null(&self, ty: &Type) -> Expr {
        let null = self.node(ExprKind::Null);
        let function = match ty {
            Type::String => "tostring",
            Type::Number => "tonumber",
            Type::Bool => "tobool",
            _ => return null,
        };
        if self.typed_nulls {
            call(function, vec![null], self.span)
        } else {
            null
        }
    }

    fn number(&self, number: &Number) -> Expr {
        let literal = |text: String| self.node(ExprKind::Number(SmolStr::new(text)));
        let magnitude = if number.is_infinite() {
            let op = BinaryOp::Divide;
            self.node(ExprKind::Binary {
                op,
                op_span: self.span,
                sides: Box::new((literal("1".into()), literal("0".into()))),
            })
        } else {
            literal(number.abs().to_string())
        };
        if number.is_negative() {
            self.node(ExprKind::Unary {
                op: UnaryOp::Negate,
                operand: Box::new(magnitude),
            })
        } else {
            magnitude
        }
    }

    fn sequence(&self, value: &Value) -> Expr {
        let items = value.items().unwrap_or_default();
        self.node(ExprKind::Tuple(
            items.iter().map(|v| self.expr(v)).collect(),
        ))
    }

    fn mapping(&self, value: &Value) -> Expr {
        let items = value
            .entries()
            .into_iter()
            .flatten()
            .map(|(key, value)| ObjectItem {
                key: ObjectKey::Name(Ident {
                    name: key.clone(),
                    span: self.span,
                }),
                value: self.expr(value),
            });
        self.node(ExprKind::Object(items.collect()))
    }
}
