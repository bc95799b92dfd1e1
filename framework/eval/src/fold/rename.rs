//! Names for the variables of iterations that stay in the residual.

use smol_str::SmolStr;
use terrace_hcl::ast::{Expr, ExprKind, Ident};

use super::node;
use crate::evaluate::{Binding, Env, Evaluator};

/// Roots of references in Terraform: a variable of that name would hide them
/// from what is put in place of late-bound references.
const ROOTS: [&str; 12] = [
    "count",
    "data",
    "each",
    "ephemeral",
    "local",
    "module",
    "path",
    "provider",
    "resource",
    "self",
    "terraform",
    "var",
];

/// The variables of an iteration as they stay in the residual.
pub(super) struct ResidualNames {
    pub(super) key: Option<Ident>,
    pub(super) value: Ident,
}

impl ResidualNames {
    pub(super) fn key_binding(&self) -> Binding {
        variable(self.key.as_ref().unwrap_or(&self.value))
    }

    pub(super) fn value_binding(&self) -> Binding {
        variable(&self.value)
    }
}

fn variable(name: &Ident) -> Binding {
    Binding::Late(node(ExprKind::Variable(name.name.clone()), name.span))
}

impl Evaluator<'_> {
    /// Keeps the names where nothing else in the residual is called so.
    pub(super) fn residual_names(
        &self,
        key: Option<&Ident>,
        value: &Ident,
        env: &Env<'_>,
    ) -> ResidualNames {
        let mut taken: Vec<SmolStr> = ROOTS.iter().map(SmolStr::new).collect();
        let mut local = env.locals;
        while let Some(found) = local {
            if let Binding::Late(expr) = &found.binding {
                collect(expr, &mut taken);
            }
            local = found.parent;
        }
        if let Some(Binding::Late(expr)) = env.splat_item {
            collect(expr, &mut taken);
        }
        let mut fresh = |ident: &Ident| {
            let mut name = ident.name.clone();
            while taken.contains(&name) {
                name = SmolStr::new(format!("{name}_"));
            }
            taken.push(name.clone());
            Ident {
                name,
                span: ident.span,
            }
        };
        ResidualNames {
            key: key.map(&mut fresh),
            value: fresh(value),
        }
    }
}

fn collect(expr: &Expr, taken: &mut Vec<SmolStr>) {
    expr.for_each(&mut |part| {
        if let ExprKind::Variable(name) = &part.kind {
            taken.push(name.clone());
        }
    });
}
