//! Expressions over a value that is not known yet, with what `terraform
//! console` prints for them where `local.u` is an attribute of a resource that
//! was never applied.

mod support;

use std::path::Path;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, FileId, Span};
use terrace_eval::console::console_format;
use terrace_eval::files::NoFiles;
use terrace_eval::scope::{Lookup, Scope, Step};
use terrace_eval::{Context, Value, evaluate};

struct Unknown;

impl Scope for Unknown {
    fn lookup(
        &self,
        root: &str,
        _steps: &[Step<'_>],
        _span: Span,
    ) -> Option<Result<Lookup, Diagnostic>> {
        (root == "local").then(|| {
            Ok(Lookup::Value {
                value: Value::object([("u".into(), Value::UNKNOWN)]),
                consumed: 0,
            })
        })
    }

    fn names(&self) -> Vec<SmolStr> {
        vec!["local".into()]
    }
}

#[test]
fn unknown_values_behave_as_in_terraform() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/unknown/table.txt");
    let mut wrong = Vec::new();
    for case in support::read_table(&table) {
        let expr = terrace_hcl::parse_expression(FileId(0), &case.expression, 0);
        let result = expr.and_then(|expr| evaluate(&expr, &Unknown, &Context::new(&NoFiles)));
        let got = match &result {
            Ok(value) => console_format(value),
            Err(_) => support::FAILED.into(),
        };
        if got != case.expected {
            wrong.push(format!(
                "{}\n  terraform: {}\n  ours:      {got} {:?}",
                case.expression,
                case.expected,
                result.err()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
