//! Changing the places of a whole tree: for expressions that come from another
//! text, such as a template file or a block of YAML.

use terrace_diag::Span;

use crate::ast::{Expr, ExprKind, ObjectKey, TemplatePart};

impl Expr {
    /// Gives every node, name and operator the place that `to` makes of its own.
    pub fn map_places(&mut self, to: &mut dyn FnMut(Span) -> Span) {
        visit(self, to);
    }
}

fn visit(expr: &mut Expr, to: &mut dyn FnMut(Span) -> Span) {
    expr.span = to(expr.span);
    match &mut expr.kind {
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::Variable(_)
        | ExprKind::SplatItem => {}
        ExprKind::Template(template) => parts(&mut template.parts, to),
        ExprKind::Tuple(items) => items.iter_mut().for_each(|item| visit(item, to)),
        ExprKind::Object(items) => {
            for item in items {
                match &mut item.key {
                    ObjectKey::Name(name) => name.span = to(name.span),
                    ObjectKey::Expr(key) => visit(key, to),
                }
                visit(&mut item.value, to);
            }
        }
        ExprKind::GetAttr { base, name } => {
            name.span = to(name.span);
            visit(base, to);
        }
        ExprKind::Index { base, key } => {
            visit(base, to);
            visit(key, to);
        }
        ExprKind::Splat(splat) => {
            visit(&mut splat.source, to);
            visit(&mut splat.each, to);
        }
        ExprKind::Call(call) => {
            call.name.span = to(call.name.span);
            call.args
                .iter_mut()
                .for_each(|argument| visit(argument, to));
        }
        ExprKind::Unary { operand, .. } => visit(operand, to),
        ExprKind::Binary { op_span, sides, .. } => {
            *op_span = to(*op_span);
            visit(&mut sides.0, to);
            visit(&mut sides.1, to);
        }
        ExprKind::Conditional(conditional) => {
            visit(&mut conditional.condition, to);
            visit(&mut conditional.yes, to);
            visit(&mut conditional.no, to);
        }
        ExprKind::For(iteration) => {
            iteration.value_var.span = to(iteration.value_var.span);
            if let Some(name) = &mut iteration.key_var {
                name.span = to(name.span);
            }
            visit(&mut iteration.collection, to);
            visit(&mut iteration.value, to);
            for part in [&mut iteration.key, &mut iteration.condition] {
                part.iter_mut().for_each(|part| visit(part, to));
            }
        }
        ExprKind::Paren(inner) => visit(inner, to),
    }
}

fn parts(list: &mut [TemplatePart], to: &mut dyn FnMut(Span) -> Span) {
    for part in list {
        match part {
            TemplatePart::Literal(_, at) => *at = to(*at),
            TemplatePart::Interpolation(expr) => visit(expr, to),
            TemplatePart::If {
                condition,
                then,
                otherwise,
                span: at,
            } => {
                *at = to(*at);
                visit(condition, to);
                parts(then, to);
                parts(otherwise, to);
            }
            TemplatePart::For {
                key,
                value,
                collection,
                body,
                span: at,
            } => {
                *at = to(*at);
                value.span = to(value.span);
                key.iter_mut().for_each(|key| key.span = to(key.span));
                visit(collection, to);
                parts(body, to);
            }
        }
    }
}
