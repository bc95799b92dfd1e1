//! Bounds: every one has its own message, and nothing on input overflows the
//! stack of a thread of the usual two mebibytes.

mod support;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, FileId, Span};
use terrace_eval::files::NoFiles;
use terrace_eval::limits::Limits;
use terrace_eval::scope::{EmptyScope, Lookup, Scope, Step};
use terrace_eval::{Context, evaluate, fold};
use terrace_hcl::ast::{Expr, ExprKind};

/// One late-bound variable.
struct LateScope;

impl Scope for LateScope {
    fn lookup(
        &self,
        root: &str,
        _steps: &[Step<'_>],
        span: Span,
    ) -> Option<Result<Lookup, Diagnostic>> {
        (root == "late").then(|| {
            Ok(Lookup::Late {
                expr: Expr {
                    kind: ExprKind::Variable("late".into()),
                    span,
                },
                consumed: 0,
                sensitive: false,
            })
        })
    }

    fn names(&self) -> Vec<SmolStr> {
        vec!["late".into()]
    }
}

fn code(text: &str, limits: Limits) -> Option<&'static str> {
    let expr = terrace_hcl::parse_expression(FileId(0), text, 0).expect("parsed");
    let context = Context {
        limits,
        ..Context::new(&NoFiles)
    };
    let evaluated = evaluate(&expr, &EmptyScope, &context);
    let folded = fold(&expr, &EmptyScope, &context);
    let code = evaluated.err().and_then(|problems| {
        let first = problems.iter().next()?;
        Some(first.code.id)
    });
    let folded = folded.err().and_then(|problems| {
        let first = problems.iter().next()?;
        Some(first.code.id)
    });
    assert_eq!(code, folded, "{}", text.len());
    code
}

#[test]
fn limits_have_their_own_codes() {
    let usual = Limits::default();
    let small = Limits {
        depth: 20,
        string_bytes: 100,
        elements: 100,
        steps: 1000,
    };
    assert_eq!(code("[[1]]", small), None);
    let deep = format!("{}1{}", "[".repeat(40), "]".repeat(40));
    assert_eq!(code(&deep, small), Some("E0321"));
    let long = "\"%{ for x in [1, 2, 3, 4] }${\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}%{ endfor }\"";
    assert_eq!(code(long, small), Some("E0322"));
    let many = format!("[for x in [{}] : x]", "1,".repeat(101));
    assert_eq!(code(&many, small), Some("E0323"));
    let tens = "[1,2,3,4,5,6,7,8,9,0]";
    let steps = format!("length([for a in {tens} : [for b in {tens} : [for c in {tens} : (1)]]])");
    assert_eq!(code(&steps, small), Some("E0324"));
    assert_eq!(code(&steps, usual), None);
}

#[test]
fn large_iterations_are_not_refused() {
    let many = "length([for a in range(250) : [for b in range(250) : a * b]])";
    assert_eq!(code(many, Limits::default()), None);
    let tens = (0..60_000).map(|n| format!("{n},")).collect::<String>();
    let long = format!("length([for x in [{tens}] : x + 1])");
    assert_eq!(code(&long, Limits::default()), None);
}

#[test]
fn deep_nesting_fits_the_stack() {
    let n = 240;
    for (open, close) in [
        ("[", "]"),
        ("(", ")"),
        ("{ a = ", " }"),
        ("!", ""),
        ("true ? ", " : true"),
        ("\"a${", "}\""),
        ("upper(", ")"),
        ("[for x in [1] : ", "]"),
        ("try(", ")"),
        ("late ? ", " : true"),
        ("late ? true : (", ")"),
        ("true ? (", ") : late"),
        ("false ? (", ") : late"),
        ("try(late, ", ")"),
        ("[for x in late : ", "]"),
        ("[for x in [1, late] : ", "][0]"),
        ("[late, ", "][*]"),
        ("late[", "]"),
        ("late + (", ")"),
        ("can(late + ", ")"),
        ("1 + {} + (", ")"),
        ("\"%{ if true }${", "}%{ endif }\""),
    ] {
        let text = format!("{}true{}", open.repeat(n), close.repeat(n));
        let Ok(expr) = terrace_hcl::parse_expression(FileId(0), &text, 0) else {
            continue;
        };
        let context = Context::new(&NoFiles);
        // Whether it is a value or a message does not matter here.
        let _ = evaluate(&expr, &LateScope, &context).map(|value| {
            let _ = terrace_eval::console::console_format(&value);
            value == value.clone()
        });
        let _ = fold(&expr, &LateScope, &context);
    }
    let chain = "1 + ".repeat(240) + "1";
    assert_eq!(code(&chain, Limits::default()), None);
}
