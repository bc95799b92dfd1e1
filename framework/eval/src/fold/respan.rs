//! Gives all nodes of a tree one place: for expressions that come from another
//! text, such as a template file.

use terrace_diag::Span;
use terrace_hcl::ast::{Expr, ExprKind, ObjectKey, TemplatePart};

pub(super) fn respan(mut expr: Expr, span: Span) -> Expr {
    visit(&mut expr, span);
    expr
}

fn visit(expr: &mut Expr, span: Span) {
    expr.span = span;
    match &mut expr.kind {
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::Variable(_)
        | ExprKind::SplatItem => {}
        ExprKind::Template(template) => parts(&mut template.parts, span),
        ExprKind::Tuple(items) => items.iter_mut().for_each(|item| visit(item, span)),
        ExprKind::Object(items) => {
            for item in items {
                match &mut item.key {
                    ObjectKey::Name(name) => name.span = span,
                    ObjectKey::Expr(key) => visit(key, span),
                }
                visit(&mut item.value, span);
            }
        }
        ExprKind::GetAttr { base, name } => {
            name.span = span;
            visit(base, span);
        }
        ExprKind::Index { base, key } => {
            visit(base, span);
            visit(key, span);
        }
        ExprKind::Splat(splat) => {
            visit(&mut splat.source, span);
            visit(&mut splat.each, span);
        }
        ExprKind::Call(call) => {
            call.name.span = span;
            call.args
                .iter_mut()
                .for_each(|argument| visit(argument, span));
        }
        ExprKind::Unary { operand, .. } => visit(operand, span),
        ExprKind::Binary { op_span, sides, .. } => {
            *op_span = span;
            visit(&mut sides.0, span);
            visit(&mut sides.1, span);
        }
        ExprKind::Conditional(conditional) => {
            visit(&mut conditional.condition, span);
            visit(&mut conditional.yes, span);
            visit(&mut conditional.no, span);
        }
        ExprKind::For(iteration) => {
            iteration.value_var.span = span;
            if let Some(name) = &mut iteration.key_var {
                name.span = span;
            }
            visit(&mut iteration.collection, span);
            visit(&mut iteration.value, span);
            for part in [&mut iteration.key, &mut iteration.condition] {
                part.iter_mut().for_each(|part| visit(part, span));
            }
        }
        ExprKind::Paren(inner) => visit(inner, span),
    }
}

fn parts(list: &mut [TemplatePart], span: Span) {
    for part in list {
        match part {
            TemplatePart::Literal(_, at) => *at = span,
            TemplatePart::Interpolation(expr) => visit(expr, span),
            TemplatePart::If {
                condition,
                then,
                otherwise,
                span: at,
            } => {
                *at = span;
                visit(condition, span);
                parts(then, span);
                parts(otherwise, span);
            }
            TemplatePart::For {
                key,
                value,
                collection,
                body,
                span: at,
            } => {
                *at = span;
                value.span = span;
                key.iter_mut().for_each(|key| key.span = span);
                visit(collection, span);
                parts(body, span);
            }
        }
    }
}
