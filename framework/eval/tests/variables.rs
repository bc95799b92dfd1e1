//! Type constraints, defaults and conversions of module variables, checked
//! against variables of a real configuration.

mod support;

use terrace_diag::FileId;
use terrace_eval::console::console_format;
use terrace_eval::files::NoFiles;
use terrace_eval::scope::EmptyScope;
use terrace_eval::{Context, Folded, ModuleVariable, Value, evaluate};

const TYPES: [&str; 22] = [
    "any",
    "string",
    "number",
    "bool",
    "list(string)",
    "list(any)",
    "set(string)",
    "set(any)",
    "map(number)",
    "map(any)",
    "tuple([string, number])",
    "object({})",
    "object({ a = string })",
    "object({ a = string, b = optional(number) })",
    "object({ a = optional(string, \"x\"), b = optional(number, 2) })",
    "object({ a = optional(object({ b = optional(list(string), [\"z\"]) }), {}) })",
    "list(object({ a = optional(string, \"x\"), c = optional(any) }))",
    "map(object({ a = optional(string, \"x\") }))",
    "set(object({ a = optional(string, \"x\") }))",
    "map(list(string))",
    "object({ a = map(object({ b = optional(bool, true) })) })",
    "tuple([object({ a = optional(string, \"x\") }), any])",
];

const VALUES: [&str; 34] = [
    "null",
    "\"a\"",
    "\"5\"",
    "5",
    "true",
    "[]",
    "{}",
    "[\"a\", 1]",
    "[1, 2]",
    "[[\"a\"], []]",
    "[null]",
    "[null, \"b\"]",
    "{ a = 1 }",
    "{ a = \"x\", b = \"3\" }",
    "{ a = null, b = null }",
    "{ a = [], b = 1 }",
    "{ a = {} }",
    "{ a = { b = [1, 2] } }",
    "{ a = { b = null } }",
    "{ a = { x = {} } }",
    "{ a = { x = { b = \"false\" }, y = {} } }",
    "{ x = {}, y = { a = 5 } }",
    "{ x = { a = null }, y = null }",
    "{ x = [1], y = [] }",
    "[{}, { a = 1 }]",
    "[{ a = null, c = [] }, { c = 1 }]",
    "[{ c = 1 }, { c = \"x\" }]",
    "[{}, 5]",
    "[{ a = 7, z = 1 }, [1, \"b\"]]",
    "{ c = 1, a = \"k\" }",
    "[\"b\", \"a\", \"b\"]",
    "[{ a = \"x\" }, {}]",
    "{ a = [\"x\"], b = [] }",
    "[5, \"6\"]",
];

fn variable(ty: &str) -> ModuleVariable {
    let text = format!("variable \"v\" {{\n  type = {ty}\n}}\n");
    let (body, _) = terrace_hcl::parse_body(FileId(0), &text);
    let block = body.blocks().next().expect("a block");
    ModuleVariable::parse(block).expect(ty)
}

fn value(text: &str) -> Value {
    let expr = terrace_hcl::parse_expression(FileId(0), text, 0).expect(text);
    evaluate(&expr, &EmptyScope, &Context::new(&NoFiles)).expect(text)
}

#[test]
fn variables_take_what_terraform_takes() {
    if !support::available("variables_take_what_terraform_takes") {
        return;
    }
    // A module that is called once for each pair inside `try` does not exist,
    // so what we accept goes into one configuration and what we refuse is
    // sampled, one configuration each.
    let mut accepted = String::new();
    let mut expected = Vec::new();
    let mut refused = Vec::new();
    for ty in TYPES {
        let variable = variable(ty);
        for text in VALUES {
            match variable.check(&Folded::Known(value(text))) {
                Ok(value) => {
                    let at = expected.len();
                    accepted.push_str(&format!(
                        "variable \"v{at}\" {{\n  type = {ty}\n  default = {text}\n}}\n"
                    ));
                    let wrapped = Value::object([("c00000".into(), Value::tuple(vec![value]))]);
                    let shown = console_format(&wrapped);
                    let shown = shown
                        .strip_prefix("{\n  \"c00000\" = ")
                        .and_then(|s| s.strip_suffix("\n}"))
                        .unwrap_or_default();
                    expected.push((format!("{ty} <- {text}"), shown.to_owned()));
                }
                Err(faults) => refused.push((ty, text, faults[0].clone())),
            }
        }
    }
    let expressions: Vec<String> = (0..expected.len()).map(|at| format!("var.v{at}")).collect();
    let answers = support::oracle_with(&expressions, "", &accepted);
    for ((name, ours), terraform) in expected.iter().zip(&answers) {
        assert_eq!(ours, terraform, "{name}");
    }
    let mut sampled = 0;
    for (ty, text, fault) in refused.iter().step_by(17) {
        let block = format!("variable \"v\" {{\n  type = {ty}\n  default = {text}\n}}\n");
        let answer = support::oracle_with(&["var.v".into()], "", &block);
        // Without colours and the frame at the left.
        let flat: String = answer[0]
            .split('\u{1b}')
            .map(|part| part.split_once('m').map_or(part, |(_, rest)| rest))
            .collect();
        let flat = flat.replace('│', " ");
        let words: Vec<&str> = flat.split_whitespace().collect();
        assert!(
            answer[0].starts_with("refused:"),
            "{ty} <- {text}: {}",
            fault.message
        );
        // Inside the value ours names the part, Terraform sometimes the whole.
        assert!(
            !fault.path.is_empty() || words.join(" ").contains(fault.message.as_str()),
            "{ty} <- {text}\nours: {}\nterraform: {}",
            fault.message,
            words.join(" ")
        );
        sampled += 1;
    }
    support::note(&format!(
        "variables_take_what_terraform_takes: {} accepted, {} refused, {sampled} of them asked",
        expected.len(),
        refused.len()
    ));
}
