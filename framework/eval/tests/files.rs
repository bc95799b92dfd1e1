//! Functions that read files, with a repository in memory.

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, FileId, Span};
use terrace_eval::console::console_format;
use terrace_eval::files::{FileError, Files};
use terrace_eval::scope::{Lookup, Scope, Step};
use terrace_eval::{Context, Value, evaluate, fold};
use terrace_hcl::ast::{Expr, ExprKind};

struct Repository(BTreeMap<&'static str, &'static str>);

impl Files for Repository {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        let path = path.strip_prefix("./").unwrap_or(path);
        self.0
            .get(path)
            .map(|text| Arc::from(text.as_bytes()))
            .ok_or_else(|| FileError(format!("no file exists at {path:?}")))
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        Ok(self.0.contains_key(path))
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let prefix = format!("{path}/");
        let below = self.0.keys().filter_map(|p| p.strip_prefix(&prefix));
        Ok(below.map(str::to_owned).collect())
    }
}

fn repository() -> Repository {
    Repository(BTreeMap::from([
        (
            "a/motd.tftpl",
            "Hello ${name}!\n%{ for z in zones ~}\n- ${z}\n%{ endfor ~}\n",
        ),
        ("a/single.tftpl", "${value}"),
        ("a/wrong.tftpl", "one\n${nope}\n"),
        ("a/broken.tftpl", "one\n${\n"),
        ("a/nested.tftpl", "${templatefile(\"a/single.tftpl\", {})}"),
        ("a/plain.txt", "plain"),
    ]))
}

struct Names;

impl Scope for Names {
    fn lookup(
        &self,
        root: &str,
        _steps: &[Step<'_>],
        span: Span,
    ) -> Option<Result<Lookup, Diagnostic>> {
        match root {
            "late" => Some(Ok(Lookup::Late {
                expr: Expr {
                    kind: ExprKind::Variable("late".into()),
                    span,
                },
                consumed: 0,
                sensitive: false,
            })),
            "template" => Some(Ok(Lookup::Value {
                value: Value::string("<${x}>"),
                consumed: 0,
            })),
            _ => None,
        }
    }

    fn names(&self) -> Vec<SmolStr> {
        Vec::new()
    }
}

fn run(text: &str) -> String {
    let files = repository();
    let expr = terrace_hcl::parse_expression(FileId(0), text, 0).expect(text);
    match evaluate(&expr, &Names, &Context::new(&files)) {
        Ok(value) => console_format(&value),
        Err(problems) => problems.iter().map(|p| p.message.as_str()).collect(),
    }
}

fn residual(text: &str) -> String {
    let files = repository();
    let expr = terrace_hcl::parse_expression(FileId(0), text, 0).expect(text);
    match fold(&expr, &Names, &Context::new(&files)) {
        Ok(folded) => terrace_hcl::print::expression_inline(&folded.into_expr(expr.span)),
        Err(problems) => problems.iter().map(|p| p.message.as_str()).collect(),
    }
}

#[test]
fn templates_are_evaluated_in_their_own_scope() {
    assert_eq!(
        run("templatefile(\"a/motd.tftpl\", { name = \"ops\", zones = [\"a\", \"b\"] })"),
        "<<EOT\nHello ops!\n- a\n- b\n\nEOT"
    );
    assert_eq!(
        run("templatefile(\"a/single.tftpl\", { value = [1] })"),
        "[\n  1,\n]"
    );
    assert_eq!(run("templatestring(template, { x = 1 })"), "\"<1>\"");
    assert_eq!(run("file(\"./a/plain.txt\")"), "\"plain\"");
    assert_eq!(
        run("templatefile(\"a/wrong.tftpl\", {})"),
        "a/wrong.tftpl:2:3: there is no variable named \"nope\" here"
    );
    assert!(run("templatefile(\"a/broken.tftpl\", {})").contains("a/broken.tftpl:"));
    assert!(run("templatefile(\"a/nested.tftpl\", {})").contains("recursively"));
    assert!(run("templatefile(\"a/none.tftpl\", {})").contains("no file exists"));
    assert!(run("templatefile(\"a/single.tftpl\", [])").contains("must be a map"));
    assert!(run("templatestring(\"a\", {})").contains("direct reference"));
}

#[test]
fn templates_with_late_bound_variables_are_written_out() {
    assert_eq!(
        residual("templatefile(\"a/motd.tftpl\", { name = late.name, zones = [\"a\"] })"),
        "\"Hello ${late.name}!\\n- a\\n\""
    );
    assert_eq!(
        residual("templatefile(\"a/single.tftpl\", { value = late })"),
        "late"
    );
    assert_eq!(
        residual("templatestring(template, { x = late })"),
        "\"<${late}>\""
    );
    assert!(residual("file(late)").contains("must be known"));
    assert!(residual("templatefile(\"a/single.tftpl\", late)").contains("must be known"));
}
