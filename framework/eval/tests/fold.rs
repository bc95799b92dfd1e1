//! Folding keeps the meaning: the residual, evaluated once the late-bound
//! values are known, is what the whole would have been.

mod support;

use std::collections::BTreeMap;

use smol_str::SmolStr;
use support::generate::{Generator, LOCALS};
use terrace_diag::{Diagnostic, FileId, Span};
use terrace_eval::files::NoFiles;
use terrace_eval::scope::{EmptyScope, Lookup, Scope, Step, ValueScope};
use terrace_eval::{Context, Folded, Value, evaluate, fold};
use terrace_hcl::ast::{Expr, ExprKind, Ident};

fn parse(text: &str) -> Result<Expr, String> {
    terrace_hcl::parse_expression(FileId(0), text, 0)
        .map_err(|problems| format!("{text}: {problems:?}"))
}

/// `local.known.X` is known, `local.late.X` is late bound.
struct Half {
    known: Value,
}

impl Scope for Half {
    fn lookup(
        &self,
        root: &str,
        steps: &[Step<'_>],
        span: Span,
    ) -> Option<Result<Lookup, Diagnostic>> {
        let names: Vec<&str> = steps.iter().filter_map(Step::name).take(2).collect();
        match (root, names.as_slice()) {
            ("local", ["known", ..]) => Some(Ok(Lookup::Value {
                value: self.known.clone(),
                consumed: 1,
            })),
            ("local", ["late", name]) => {
                let ident = |name: &str| Ident {
                    name: SmolStr::new(name),
                    span,
                };
                let attr = |base: Expr, name: &str| Expr {
                    kind: ExprKind::GetAttr {
                        base: Box::new(base),
                        name: ident(name),
                    },
                    span,
                };
                let local = Expr {
                    kind: ExprKind::Variable("local".into()),
                    span,
                };
                Some(Ok(Lookup::Late {
                    expr: attr(attr(local, "late"), name),
                    consumed: 2,
                    sensitive: false,
                }))
            }
            _ => None,
        }
    }

    fn names(&self) -> Vec<SmolStr> {
        vec!["local".into()]
    }
}

struct Setting {
    whole: ValueScope,
    half: Half,
}

fn setting() -> Setting {
    let text = format!("{{{LOCALS}}}");
    let expr = parse(&text).expect("the locals");
    let locals = evaluate(&expr, &EmptyScope, &Context::new(&NoFiles)).expect("the locals");
    let known = locals.entries().and_then(|e| e.get("known")).cloned();
    Setting {
        whole: ValueScope(Value::object(BTreeMap::from([("local".into(), locals)]))),
        half: Half {
            known: known.expect("defined"),
        },
    }
}

/// The residual as text; `None` if the expression is an error.
fn residual(expression: &str, setting: &Setting) -> Option<String> {
    let expr = parse(expression).ok()?;
    let folded = fold(&expr, &setting.half, &Context::new(&NoFiles)).ok()?;
    if let Folded::Known(value) = &folded
        && !value.is_wholly_known()
    {
        return None;
    }
    Some(terrace_hcl::print::expression_inline(
        &folded.into_expr(expr.span),
    ))
}

fn value(expression: &str, setting: &Setting) -> Result<Value, String> {
    let expr = parse(expression)?;
    evaluate(&expr, &setting.whole, &Context::new(&NoFiles))
        .map_err(|problems| problems.iter().map(|p| p.message.clone()).collect())
}

/// Whether two values are the same, but for the types of nulls and of empty
/// collections, which no literal can spell.
fn alike(a: &Value, b: &Value) -> bool {
    let same_kind = std::mem::discriminant(a.data()) == std::mem::discriminant(b.data());
    if a.is_null() || b.is_null() || a.length() == Some(0) {
        return same_kind && a.length() == b.length();
    }
    match (a.items(), b.items()) {
        (Some(x), Some(y)) => {
            return same_kind && x.len() == y.len() && x.iter().zip(y).all(|(a, b)| alike(a, b));
        }
        (None, None) => {}
        _ => return false,
    }
    match (a.entries(), b.entries()) {
        (Some(x), Some(y)) => {
            same_kind
                && x.len() == y.len()
                && x.iter()
                    .zip(y)
                    .all(|(a, b)| a.0 == b.0 && alike(&a.1, &b.1))
        }
        _ => a == b,
    }
}

const ROOTS: [&str; 2] = ["local.known", "local.late"];

#[test]
fn residuals_evaluate_to_the_whole() {
    let setting = setting();
    let mut generator = Generator::new(support::seed(), &ROOTS, true);
    let mut wrong = Vec::new();
    let (mut compared, mut partial) = (0, 0);
    for _ in 0..support::cases(6000) {
        let expression = generator.expression();
        let whole = value(&expression, &setting);
        let Some(residual) = residual(&expression, &setting) else {
            if let Ok(whole) = whole
                && whole.is_wholly_known()
            {
                wrong.push(format!("{expression}\n  whole:    {whole:?}\n  refused"));
            }
            continue;
        };
        // Where the whole fails the residual may say so or not.
        let Ok(whole) = whole else { continue };
        if !whole.is_wholly_known() {
            continue;
        }
        // The element type of an empty collection cannot be spelled.
        if ["tomap({})", "tolist([])", "toset([])"]
            .iter()
            .any(|empty| residual.contains(empty))
        {
            continue;
        }
        compared += 1;
        partial += usize::from(residual.contains("local.late"));
        let rest = value(&residual, &setting);
        if !rest.as_ref().is_ok_and(|rest| alike(&whole, rest)) {
            wrong.push(format!(
                "{expression}\n  residual: {residual}\n  whole:    {whole:?}\n  rest:     {rest:?}"
            ));
        }
    }
    support::note(&format!("{compared} compared, {partial} of them partial"));
    wrong.sort_by_key(String::len);
    let count = wrong.len();
    wrong.truncate(12);
    assert!(wrong.is_empty(), "{count} differ:\n{}", wrong.join("\n\n"));
}

#[test]
fn terraform_agrees_on_residuals() {
    if !support::available("terraform_agrees_on_residuals") {
        return;
    }
    let setting = setting();
    let mut generator = Generator::new(support::seed() + 1, &ROOTS, true);
    let mut pairs = Vec::new();
    for _ in 0..support::cases(6000) / 15 {
        let expression = generator.expression();
        if value(&expression, &setting).is_err() {
            continue;
        }
        if let Some(residual) = residual(&expression, &setting) {
            pairs.push((expression, residual));
        }
    }
    let wholes: Vec<String> = pairs.iter().map(|(whole, _)| whole.clone()).collect();
    let residuals: Vec<String> = pairs.iter().map(|(_, residual)| residual.clone()).collect();
    let wholes = support::oracle(&wholes, LOCALS);
    let residuals = support::oracle(&residuals, LOCALS);
    for ((pair, whole), residual) in pairs.iter().zip(&wholes).zip(&residuals) {
        assert_eq!(whole, residual, "{}\n{}", pair.0, pair.1);
    }
    support::note(&format!(
        "terraform_agrees_on_residuals: {} pairs",
        pairs.len()
    ));
}
