//! Small expressions that the renderer itself makes.

use smol_str::SmolStr;
use terrace_diag::Span;
use terrace_hcl::ast::{Call, Expr, ExprKind, Ident, ObjectItem, ObjectKey};
use terrace_hcl::print::is_identifier;

/// A string.
pub(super) fn text(text: &str, span: Span) -> Expr {
    Expr {
        kind: ExprKind::String(text.into()),
        span,
    }
}

/// `a.b.c`
pub(super) fn path(names: &[&str], span: Span) -> Expr {
    let mut names = names.iter();
    let root = Expr {
        kind: ExprKind::Variable(SmolStr::from(names.next().copied().unwrap_or_default())),
        span,
    };
    names.fold(root, |base, name| attribute(base, ident(name, span)))
}

/// `base.name`
pub(super) fn attribute(base: Expr, name: Ident) -> Expr {
    let span = base.span;
    Expr {
        kind: ExprKind::GetAttr {
            base: Box::new(base),
            name,
        },
        span,
    }
}

/// `name(argument)`
pub(super) fn call(name: &str, argument: Expr) -> Expr {
    let span = argument.span;
    Expr {
        kind: ExprKind::Call(Box::new(Call {
            name: ident(name, span),
            args: vec![argument],
            expand_final: false,
        })),
        span,
    }
}

/// `{ key = value }`; a key `a.b` is a reference, as in `providers`.
pub(super) fn object<'k>(items: impl IntoIterator<Item = (&'k str, Expr)>, span: Span) -> Expr {
    let items = items
        .into_iter()
        .map(|(key, value)| {
            let parts: Vec<&str> = key.split('.').collect();
            let is_reference = parts.len() > 1 && parts.iter().all(|part| is_identifier(part));
            let key = match is_reference {
                true => ObjectKey::Expr(path(&parts, span)),
                false => ObjectKey::Name(ident(key, span)),
            };
            ObjectItem { key, value }
        })
        .collect();
    Expr {
        kind: ExprKind::Object(items),
        span,
    }
}

fn ident(name: &str, span: Span) -> Ident {
    Ident {
        name: name.into(),
        span,
    }
}
