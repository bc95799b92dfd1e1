//! Evaluating, folding and printing any expression neither panics nor hangs,
//! and a residual can be printed and parsed again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terrace_diag::{Diagnostic, FileId, Span};
use terrace_eval::console::console_format;
use terrace_eval::files::NoFiles;
use terrace_eval::limits::Limits;
use terrace_eval::scope::{Lookup, Scope, Step};
use terrace_eval::{Context, Folded, Value, evaluate, fold};
use terrace_hcl::ast::{Expr, ExprKind};

/// `k` is known, `l` is late bound, `s` is a secret.
struct Names;

impl Scope for Names {
    fn lookup(
        &self,
        root: &str,
        _steps: &[Step<'_>],
        span: Span,
    ) -> Option<Result<Lookup, Diagnostic>> {
        let value = match root {
            "k" => Value::object([("a".into(), Value::string_list(["x", "y"]))]),
            "s" => Value::string("secret").or_sensitive(true),
            "l" => {
                return Some(Ok(Lookup::Late {
                    expr: Expr {
                        kind: ExprKind::Variable("module".into()),
                        span,
                    },
                    consumed: 0,
                    sensitive: false,
                }));
            }
            _ => return None,
        };
        Some(Ok(Lookup::Value { value, consumed: 0 }))
    }

    fn names(&self) -> Vec<smol_str::SmolStr> {
        Vec::new()
    }
}

fuzz_target!(|text: &str| {
    let Ok(expr) = terrace_hcl::parse_expression(FileId(0), text, 0) else {
        return;
    };
    let context = Context {
        limits: Limits {
            steps: 20_000,
            string_bytes: 1 << 16,
            elements: 1 << 12,
            ..Limits::default()
        },
        ..Context::new(&NoFiles)
    };
    if let Ok(value) = evaluate(&expr, &Names, &context) {
        let _ = console_format(&value);
    }
    if let Ok(folded) = fold(&expr, &Names, &context) {
        if let Folded::Known(value) = &folded {
            let _ = console_format(value);
        }
        let printed = terrace_hcl::print::expression_inline(&folded.into_expr(expr.span));
        if let Err(problems) = terrace_hcl::parse_expression(FileId(0), &printed, 0) {
            let deep = problems.iter().all(|p| p.code.slug == "too-deep");
            assert!(deep, "{printed}\n{problems:?}");
        }
    }
});
