use terrace_diag::FileId;

use super::*;
use crate::files::NoFiles;
use crate::scope::EmptyScope;

fn run(text: &str) -> Result<Value, Vec<String>> {
    let expr = terrace_hcl::parse_expression(FileId(0), text, 0)
        .map_err(|d| d.iter().map(|d| d.message.clone()).collect::<Vec<_>>())?;
    evaluate(&expr, &EmptyScope, &Context::new(&NoFiles))
        .map_err(|d| d.iter().map(|d| d.message.clone()).collect())
}

fn same(text: &str, expected: &str) {
    assert_eq!(run(text), run(expected), "{text}");
}

#[test]
fn operators_convert() {
    same("\"3\" + 1", "4");
    same("1 == \"1\"", "false");
    same("!\"true\"", "false");
    same("1 % 0", "1");
    same("[1, 2][\"0\"]", "1");
}

#[test]
fn conditionals_unify() {
    same("true ? 1 : \"a\"", "\"1\"");
    same("false ? null : \"a\"", "\"a\"");
    assert!(run("true ? 1 : []").is_err());
    same("true ? [] : [1]", "true ? [] : [2]");
}

#[test]
fn for_expressions_group_and_sort() {
    same("[for k, v in {b = 1, a = 2} : k]", "[\"a\", \"b\"]");
}

#[test]
fn splats_lift_single_values() {
    same("null[*]", "[]");
    same("{a = 1}[*].a", "[1]");
    same("[{a = 1}, {a = 2}][*].a", "[1, 2]");
}

#[test]
fn reports_every_item() {
    let errors = run("[1 + {}, 2, \"x\" * 2]").expect_err("two mistakes");
    assert_eq!(errors.len(), 2, "{errors:?}");
}
