//! Equality of trees without regard to places.

use crate::ast::{
    Attribute, Block, Body, Expr, ExprKind, Ident, Item, ObjectItem, ObjectKey, TemplatePart,
};

impl Body {
    /// Whether both bodies say the same, wherever they are written.
    pub fn same_as(&self, other: &Self) -> bool {
        all(&self.items, &other.items, item)
    }
}

impl Expr {
    /// Whether both expressions are built the same, wherever they are written.
    /// Parentheses count. Whether a text is quoted or a heredoc does not, nor
    /// whether a value stands alone in `"${…}"`.
    pub fn same_as(&self, other: &Self) -> bool {
        expr(self, other)
    }
}

fn all<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

fn option<T>(a: Option<&T>, b: Option<&T>, same: impl Fn(&T, &T) -> bool) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same(a, b),
        (None, None) => true,
        _ => false,
    }
}

fn ident(a: &Ident, b: &Ident) -> bool {
    a.name == b.name
}

fn item(a: &Item, b: &Item) -> bool {
    match (a, b) {
        (Item::Attribute(a), Item::Attribute(b)) => attribute(a, b),
        (Item::Block(a), Item::Block(b)) => block(a, b),
        _ => false,
    }
}

fn attribute(a: &Attribute, b: &Attribute) -> bool {
    ident(&a.name, &b.name) && expr(&a.expr, &b.expr)
}

fn block(a: &Block, b: &Block) -> bool {
    ident(&a.kind, &b.kind) && all(&a.labels, &b.labels, ident) && a.body.same_as(&b.body)
}

fn expr(a: &Expr, b: &Expr) -> bool {
    use ExprKind as K;
    let (a, b) = (a.unwrapped(), b.unwrapped());
    match (&a.kind, &b.kind) {
        (K::Null, K::Null) | (K::SplatItem, K::SplatItem) => true,
        (K::Bool(a), K::Bool(b)) => a == b,
        (K::Number(a), K::Number(b))
        | (K::String(a), K::String(b))
        | (K::Variable(a), K::Variable(b)) => a == b,
        (K::Template(a), K::Template(b)) => all(&a.parts, &b.parts, part),
        (K::Tuple(a), K::Tuple(b)) => all(a, b, expr),
        (K::Object(a), K::Object(b)) => all(a, b, object_item),
        (
            K::GetAttr { base: a, name },
            K::GetAttr {
                base: b,
                name: other,
            },
        ) => ident(name, other) && expr(a, b),
        (
            K::Index { base: a, key },
            K::Index {
                base: b,
                key: other,
            },
        ) => expr(key, other) && expr(a, b),
        (K::Splat(a), K::Splat(b)) => {
            a.full == b.full && expr(&a.source, &b.source) && expr(&a.each, &b.each)
        }
        (K::Call(a), K::Call(b)) => {
            a.expand_final == b.expand_final
                && ident(&a.name, &b.name)
                && all(&a.args, &b.args, expr)
        }
        (
            K::Unary { op: a, operand },
            K::Unary {
                op: b,
                operand: other,
            },
        ) => a == b && expr(operand, other),
        (
            K::Binary { op: a, sides, .. },
            K::Binary {
                op: b,
                sides: other,
                ..
            },
        ) => a == b && expr(&sides.0, &other.0) && expr(&sides.1, &other.1),
        (K::Conditional(a), K::Conditional(b)) => {
            expr(&a.condition, &b.condition) && expr(&a.yes, &b.yes) && expr(&a.no, &b.no)
        }
        (K::For(a), K::For(b)) => {
            a.group == b.group
                && option(a.key_var.as_ref(), b.key_var.as_ref(), ident)
                && ident(&a.value_var, &b.value_var)
                && expr(&a.collection, &b.collection)
                && option(a.key.as_ref(), b.key.as_ref(), expr)
                && expr(&a.value, &b.value)
                && option(a.condition.as_ref(), b.condition.as_ref(), expr)
        }
        (K::Paren(a), K::Paren(b)) => expr(a, b),
        _ => false,
    }
}

fn object_item(a: &ObjectItem, b: &ObjectItem) -> bool {
    let key = match (&a.key, &b.key) {
        (ObjectKey::Name(a), ObjectKey::Name(b)) => ident(a, b),
        (ObjectKey::Expr(a), ObjectKey::Expr(b)) => expr(a, b),
        _ => false,
    };
    key && expr(&a.value, &b.value)
}

fn part(a: &TemplatePart, b: &TemplatePart) -> bool {
    use TemplatePart as P;
    match (a, b) {
        (P::Literal(a, _), P::Literal(b, _)) => a == b,
        (P::Interpolation(a), P::Interpolation(b)) => expr(a, b),
        (
            P::If {
                condition,
                then,
                otherwise,
                ..
            },
            P::If {
                condition: other_condition,
                then: other_then,
                otherwise: other_otherwise,
                ..
            },
        ) => {
            expr(condition, other_condition)
                && all(then, other_then, part)
                && all(otherwise, other_otherwise, part)
        }
        (
            P::For {
                key,
                value,
                collection,
                body,
                ..
            },
            P::For {
                key: other_key,
                value: other_value,
                collection: other_collection,
                body: other_body,
                ..
            },
        ) => {
            option(key.as_ref(), other_key.as_ref(), ident)
                && ident(value, other_value)
                && expr(collection, other_collection)
                && all(body, other_body, part)
        }
        _ => false,
    }
}
