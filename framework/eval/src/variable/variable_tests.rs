use terrace_diag::FileId;

use super::*;
use crate::console::console_format;

fn variable(text: &str) -> ModuleVariable {
    let source = format!("variable \"v\" {{\n{text}\n}}\n");
    let (body, problems) = terrace_hcl::parse_body(FileId(0), &source);
    assert!(!problems.has_errors(), "{problems:?}");
    let block = body.blocks().next().expect("a block");
    ModuleVariable::parse(block).expect("a variable")
}

fn value(text: &str) -> Folded {
    let expr = terrace_hcl::parse_expression(FileId(0), text, 0).expect(text);
    Folded::Known(evaluate(&expr, &EmptyScope, &Context::new(&NoFiles)).expect(text))
}

fn faults(variable: &ModuleVariable, text: &str) -> Vec<String> {
    let shown = |fault: &TypeFault| format!("{:?} {}", fault.path, fault.message);
    match variable.check(&value(text)) {
        Ok(value) => vec![console_format(&value)],
        Err(faults) => faults.iter().map(shown).collect(),
    }
}

#[test]
fn fills_in_defaults() {
    let v = variable(
        "type = object({ a = string, b = optional(number, 3), c = optional(object({ d = optional(bool, true) }), {}) })",
    );
    assert_eq!(
        faults(&v, "{ a = 1, b = null }"),
        ["{\n  \"a\" = \"1\"\n  \"b\" = 3\n  \"c\" = {\n    \"d\" = true\n  }\n}"]
    );
    let v = variable("type = map(object({ n = optional(number, 1) }))");
    assert_eq!(
        faults(&v, "{ x = {}, y = { n = \"5\" } }"),
        ["tomap({\n  \"x\" = {\n    \"n\" = 1\n  }\n  \"y\" = {\n    \"n\" = 5\n  }\n})"]
    );
}

#[test]
fn reports_every_part_with_its_path() {
    let v = variable("type = object({ pools = list(object({ size = number, name = string })) })");
    assert_eq!(
        faults(
            &v,
            "{ pools = [{ size = \"x\", name = [] }, { name = \"b\" }, { size = 1, name = \"c\" }] }"
        ),
        [
            "[Key(\"pools\"), Index(0), Key(\"name\")] string required",
            "[Key(\"pools\"), Index(0), Key(\"size\")] a number is required",
            "[Key(\"pools\"), Index(1)] attribute \"size\" is required",
        ]
    );
}

#[test]
fn null_means_the_default_only_where_null_is_refused() {
    let v = variable("type = string\ndefault = \"d\"\nnullable = false");
    assert_eq!(faults(&v, "null"), ["\"d\""]);
    let v = variable("type = string\ndefault = \"d\"");
    assert_eq!(faults(&v, "null"), ["tostring(null)"]);
    let v = variable("type = string\nnullable = false");
    assert_eq!(
        faults(&v, "null"),
        ["[] required variable may not be set to null"]
    );
}

#[test]
fn runs_validations_that_can_be_decided() {
    let v = variable(
        "type = number\nvalidation {\ncondition = var.v > 2\nerror_message = \"v is ${var.v}.\"\n}\nvalidation {\ncondition = var.other != var.v\nerror_message = \"x\"\n}",
    );
    assert_eq!(faults(&v, "1"), ["[] v is 1."]);
    assert_eq!(faults(&v, "3"), ["3"]);
    let same = |name: &str| (name == "other").then(|| Value::number(3i64));
    assert!(v.check_with(&value("3"), &same).is_err());
}

#[test]
fn partial_values_are_checked_where_they_are_known() {
    let v = variable("type = object({ a = number, b = list(string) })");
    let expr = terrace_hcl::parse_expression(FileId(0), "{ a = module.x.y, b = {} }", 0);
    let faults = v
        .check(&Folded::Partial(expr.expect("parsed")))
        .expect_err("b is wrong");
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].path, [PathStep::Key("b".into())]);
}

#[test]
fn finds_attributes_that_would_be_dropped() {
    let v = variable("type = list(object({ min_size = optional(number) }))");
    let found = v.unknown_attributes(&value("[{ min_szie = 1 }]"));
    let [unknown] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(unknown.object, [PathStep::Index(0)]);
    assert_eq!(
        (&*unknown.name, unknown.known.as_slice()),
        ("min_szie", &["min_size".into()][..])
    );
}
