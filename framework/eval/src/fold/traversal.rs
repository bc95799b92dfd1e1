//! References: replaced by their value, or by what stands for them.

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Span, closest};
use terrace_hcl::ast::{Expr, ExprKind, Ident, ObjectKey};

use super::{Folded, Mode, node};
use crate::codes;
use crate::evaluate::access;
use crate::evaluate::traversal::{Access, steps, unchain};
use crate::evaluate::{Binding, Env, Evaluator, Failed, Failures};
use crate::scope::Lookup;
use crate::value::Value;

/// One access; its key folded.
enum Link<'x> {
    Attr(&'x Ident),
    Index(Folded, Span),
}

impl Link<'_> {
    fn span(&self) -> Span {
        match self {
            Self::Attr(name) => name.span,
            Self::Index(_, span) => *span,
        }
    }

    /// The access as syntax.
    fn on(self, base: Expr) -> Expr {
        let span = base.span;
        let base = Box::new(base);
        match self {
            Self::Attr(name) => node(
                ExprKind::GetAttr {
                    base,
                    name: name.clone(),
                },
                span,
            ),
            Self::Index(key, at) => node(
                ExprKind::Index {
                    base,
                    key: Box::new(key.into_expr(at)),
                },
                span,
            ),
        }
    }
}

impl Evaluator<'_> {
    pub(super) fn fold_traversal(
        &mut self,
        expr: &Expr,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        let (root, accesses) = unchain(expr);
        let mut failures = Failures::default();
        let mut links = Vec::with_capacity(accesses.len());
        for access in accesses {
            match &access.kind {
                ExprKind::GetAttr { name, .. } => links.push(Link::Attr(name)),
                ExprKind::Index { key, .. } => {
                    if let Some(folded) = failures.keep(self.fold(key, env, mode)) {
                        links.push(Link::Index(folded, key.span));
                    }
                }
                _ => {}
            }
        }
        let start = match &root.kind {
            ExprKind::Variable(name) => {
                failures.result()?;
                match env.local(name) {
                    Some(binding) => (from_binding(binding, root.span), 0),
                    None => self.look_up(name, &links, root.span, env)?,
                }
            }
            ExprKind::SplatItem => {
                failures.result()?;
                match env.splat_item {
                    Some(binding) => (from_binding(binding, root.span), 0),
                    None => (Folded::Partial(root.clone()), 0),
                }
            }
            _ => {
                let base = failures.keep(self.fold(root, env, mode));
                failures.result()?;
                match base {
                    Some(base) => (base, 0),
                    None => return Ok(Folded::Partial(root.clone())),
                }
            }
        };
        let (mut current, consumed) = start;
        // A literal written right here may fail as a whole: it is not taken
        // apart.
        let may_project = matches!(root.kind, ExprKind::Variable(_) | ExprKind::SplatItem);
        for link in links.into_iter().skip(consumed) {
            current = self.fold_access(current, link, may_project, root.span, mode)?;
        }
        if let Folded::Partial(partial) = &mut current {
            partial.span = expr.span;
        }
        Ok(current)
    }

    fn look_up(
        &mut self,
        name: &str,
        links: &[Link<'_>],
        span: Span,
        env: &Env<'_>,
    ) -> Result<(Folded, usize), Failed> {
        let accesses: Vec<Access<'_>> = links
            .iter()
            .map_while(|link| match link {
                Link::Attr(name) => Some(Access::Attr(&name.name, name.span)),
                Link::Index(Folded::Known(key), span) => Some(Access::Index(key.clone(), *span)),
                Link::Index(Folded::Partial(_), _) => None,
            })
            .collect();
        match env.scope.lookup(name, &steps(&accesses), span) {
            None => self.unknown_variable(name, span, env),
            Some(Err(diagnostic)) => self.fatal(diagnostic),
            Some(Ok(Lookup::Value { value, consumed })) => Ok((Folded::Known(value), consumed)),
            Some(Ok(Lookup::Late {
                expr,
                consumed,
                sensitive,
            })) => {
                self.late = true;
                self.late_sensitive |= sensitive;
                Ok((Folded::Partial(Expr { span, ..expr }), consumed))
            }
        }
    }

    fn fold_access(
        &mut self,
        current: Folded,
        link: Link<'_>,
        may_project: bool,
        root: Span,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        let access = match &link {
            Link::Attr(name) => Some(Access::Attr(&name.name, name.span)),
            Link::Index(Folded::Known(key), span) => Some(Access::Index(key.clone(), *span)),
            Link::Index(Folded::Partial(_), _) => None,
        };
        match (&current, &access) {
            (Folded::Known(value), Some(access)) => {
                let span = link.span();
                let found = self.lenient(mode, |this| match access.apply(value) {
                    Ok(value) => Ok(value),
                    Err(missing) => this.missing(missing, span),
                })?;
                if let Some(value) = found {
                    return Ok(Folded::Known(value));
                }
            }
            (Folded::Partial(base), Some(access)) if may_project => match project(base, access) {
                Projection::Found(part) => return self.settle(part),
                Projection::Missing(names) if mode == Mode::Strict => {
                    return self.no_attribute(access, &names);
                }
                Projection::Missing(_) | Projection::Unclear => {}
            },
            _ => {}
        }
        Ok(Folded::Partial(link.on(current.into_expr(root))))
    }

    fn no_attribute<T>(&mut self, access: &Access<'_>, names: &[SmolStr]) -> Result<T, Failed> {
        let name = match access {
            Access::Attr(name, _) => SmolStr::new(name),
            Access::Index(key, _) => SmolStr::new(key.as_str().unwrap_or_default()),
        };
        let near = closest(&name, names.iter().map(SmolStr::as_str));
        self.fail(
            Diagnostic::error(
                &codes::UNSUPPORTED_ATTRIBUTE,
                format!("this object does not have an attribute named {name:?}"),
            )
            .at(access.span())
            .maybe_help(near.map(|near| format!("did you mean `{near}`?"))),
        )
    }
}

/// A bound variable where it is read.
pub(super) fn from_binding(binding: &Binding, span: Span) -> Folded {
    match binding {
        Binding::Value(value) => Folded::Known(value.clone()),
        Binding::Late(expr) => Folded::Partial(Expr {
            span,
            ..expr.clone()
        }),
    }
}

/// What a partly known literal holds at one place.
enum Projection {
    Found(Expr),
    /// Not there; these names are.
    Missing(Vec<SmolStr>),
    Unclear,
}

/// Looks into an object or tuple literal without evaluating the rest of it.
fn project(base: &Expr, access: &Access<'_>) -> Projection {
    match &base.kind {
        ExprKind::Paren(inner) => project(inner, access),
        ExprKind::Object(items) => {
            let names: Option<Vec<SmolStr>> = items
                .iter()
                .map(|item| match &item.key {
                    ObjectKey::Name(name) => Some(name.name.clone()),
                    ObjectKey::Expr(_) => None,
                })
                .collect();
            let wanted = match access {
                Access::Attr(name, _) => Some(*name),
                Access::Index(key, _) if !key.is_sensitive() => key.as_str(),
                Access::Index(..) => None,
            };
            let (Some(names), Some(wanted)) = (names, wanted) else {
                return Projection::Unclear;
            };
            match names.iter().rposition(|name| name == wanted) {
                Some(at) => Projection::Found(items[at].value.clone()),
                None => Projection::Missing(names),
            }
        }
        ExprKind::Tuple(items) => {
            let positions = Value::tuple((0..items.len()).map(Value::number).collect());
            let Access::Index(key, _) = access else {
                return Projection::Unclear;
            };
            if key.is_sensitive() {
                return Projection::Unclear;
            }
            let at = access::index(&positions, key)
                .ok()
                .and_then(|at| at.as_number()?.to_i64())
                .and_then(|at| usize::try_from(at).ok());
            match at.and_then(|at| items.get(at)) {
                Some(item) => Projection::Found(item.clone()),
                None => Projection::Unclear,
            }
        }
        _ => Projection::Unclear,
    }
}
