//! What both ways of printing share: precedence and keys.

use crate::ast::{BinaryOp, Expr, ExprKind, ObjectKey, TemplatePart, UnaryOp};
use crate::parser::precedence;

/// How an operator is written.
pub(super) fn unary_symbol(op: UnaryOp) -> char {
    match op {
        UnaryOp::Negate => '-',
        UnaryOp::Not => '!',
    }
}

/// Binding of conditionals.
const CONDITIONAL: u8 = 0;
/// Binding of signs.
const UNARY: u8 = 7;
/// Binding of terms with what follows them.
const POSTFIX: u8 = 8;

/// How tightly an expression holds together.
fn binding(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::Conditional(_) => CONDITIONAL,
        ExprKind::Binary { op, .. } => precedence(*op),
        ExprKind::Unary { .. } => UNARY,
        ExprKind::Number(text) if text.starts_with('-') => UNARY,
        _ => POSTFIX,
    }
}

/// Where an expression stands, which decides whether it needs parentheses.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// The left side of an operator.
    Left(BinaryOp),
    /// The right side of an operator.
    Right(BinaryOp),
    /// After a sign.
    Operand,
    /// Before `?`.
    Condition,
    /// Before `[key]`.
    Indexed,
    /// Before `.name`.
    Named {
        /// Whether the name reads as an exponent after digits.
        exponent: bool,
    },
    /// Before `[*]` or `.*`.
    Splatted {
        /// `[*]`.
        full: bool,
    },
}

/// Whether an expression needs parentheses to stay one at its place.
pub(super) fn needs_parentheses(expr: &Expr, place: Place) -> bool {
    let least = match place {
        Place::Left(op) => precedence(op),
        Place::Right(op) => precedence(op) + 1,
        Place::Operand => UNARY,
        Place::Condition => CONDITIONAL + 1,
        Place::Indexed | Place::Named { .. } | Place::Splatted { .. } => POSTFIX,
    };
    if binding(expr) < least {
        return true;
    }
    match place {
        Place::Indexed | Place::Named { .. } | Place::Splatted { .. } => match &expr.kind {
            // What follows a splat belongs to each of its items, except that an
            // attribute splat takes no brackets.
            ExprKind::Splat(splat) => {
                splat_is_full(splat)
                    || matches!(place, Place::Named { .. } | Place::Splatted { full: false })
            }
            ExprKind::Number(_) => matches!(place, Place::Named { exponent: true }),
            _ => false,
        },
        _ => false,
    }
}

/// Whether `.name` after digits reads as their exponent.
pub(super) fn is_exponent(name: &str) -> bool {
    matches!(name.as_bytes(), [b'e' | b'E', b'-' | b'0'..=b'9', ..])
}

/// Whether a splat must be written `[*]`: it was, or it takes more of each item
/// than `.*` can.
pub(super) fn splat_is_full(splat: &crate::ast::Splat) -> bool {
    fn names_only(expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::SplatItem => true,
            // After a number `.e5` would read as its exponent.
            ExprKind::GetAttr { base, name } => {
                let after_number = matches!(base.kind, ExprKind::Index { .. });
                let exponent =
                    matches!(name.name.as_bytes(), [b'e' | b'E', b'-' | b'0'..=b'9', ..]);
                !(after_number && exponent) && names_only(base)
            }
            // Two numbers in a row would read as one.
            ExprKind::Index { base, key } => {
                let digits = matches!(&key.kind, ExprKind::Number(text)
                    if text.bytes().all(|byte| byte.is_ascii_digit()));
                digits && !matches!(base.kind, ExprKind::Index { .. }) && names_only(base)
            }
            _ => false,
        }
    }
    splat.full || !names_only(&splat.each)
}

/// Whether a key holds no `=` of its own.
pub(super) fn key_is_plain(key: &ObjectKey) -> bool {
    match key {
        ObjectKey::Name(_) => true,
        ObjectKey::Expr(key) => plain(key),
    }
}

/// Whether an expression holds no object, whose `=` the formatter could take for
/// that of an item on the same line.
pub(super) fn plain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Object(items) => items.is_empty(),
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::Variable(_)
        | ExprKind::SplatItem => true,
        ExprKind::Template(template) => parts(&template.parts),
        ExprKind::Tuple(items) => items.iter().all(plain),
        ExprKind::GetAttr { base, .. } => plain(base),
        ExprKind::Index { base, key } => plain(base) && plain(key),
        ExprKind::Splat(splat) => plain(&splat.source) && plain(&splat.each),
        ExprKind::Call(call) => call.args.iter().all(plain),
        ExprKind::Unary { operand, .. } => plain(operand),
        ExprKind::Binary { sides, .. } => plain(&sides.0) && plain(&sides.1),
        ExprKind::Conditional(c) => plain(&c.condition) && plain(&c.yes) && plain(&c.no),
        ExprKind::For(all) => {
            [&all.collection, &all.value].into_iter().all(plain)
                && all.key.iter().chain(&all.condition).all(plain)
        }
        ExprKind::Paren(inner) => plain(inner),
    }
}

fn parts(all: &[TemplatePart]) -> bool {
    all.iter().all(|part| match part {
        TemplatePart::Literal(..) => true,
        TemplatePart::Interpolation(expr) => plain(expr),
        TemplatePart::If {
            condition,
            then,
            otherwise,
            ..
        } => plain(condition) && parts(then) && parts(otherwise),
        TemplatePart::For {
            collection, body, ..
        } => plain(collection) && parts(body),
    })
}
