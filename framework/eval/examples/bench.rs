//! Evaluations per second: `cargo run --release -p terrace-eval --example bench`.
#![allow(clippy::print_stdout, clippy::expect_used, clippy::disallowed_methods)]

use std::hint::black_box;
use std::time::Instant;

use smol_str::SmolStr;
use terrace_diag::FileId;
use terrace_eval::files::NoFiles;
use terrace_eval::scope::{EmptyScope, ValueScope};
use terrace_eval::{Context, Folded, ModuleVariable, Value, evaluate};
use terrace_hcl::{parse_body, parse_expression};

fn main() {
    let big = Value::object((0..10_000i64).map(|n| {
        let item = Value::object([("x".into(), Value::number(n))]);
        (SmolStr::new(format!("key{n}")), item)
    }));
    let local = Value::object([
        ("big".into(), big),
        ("small".into(), Value::string("ops")),
        ("list".into(), Value::string_list(["a", "b", "c"])),
    ]);
    let scope = ValueScope(Value::object([("local".into(), local)]));
    for text in [
        "1 + 2",
        "local.small",
        "local.big.key5000.x",
        "local.big[\"key9999\"].x",
        "\"${local.small}-cluster\"",
        "local.small == \"ops\" ? 3 : 1",
        "[1, 2, 3]",
        "{ a = 1, b = local.small }",
        "upper(local.small)",
        "[for x in local.list : \"${x}!\"]",
        "merge({ a = 1 }, { b = 2 })",
        "0.1 + 0.2",
        "1 / 3",
    ] {
        let expr = parse_expression(FileId(0), text, 0).expect("parsed");
        let context = Context::new(&NoFiles);
        let count = 300_000;
        let start = Instant::now();
        for _ in 0..count {
            black_box(evaluate(black_box(&expr), &scope, &context).expect("evaluated"));
        }
        let seconds = start.elapsed().as_secs_f64();
        println!("{:>12.0}/s  {text}", f64::from(count) / seconds);
    }
    variables();
}

/// 9,360 instances with 15 inputs each.
fn variables() {
    let text = (0..15)
        .map(|n| {
            let ty = match n % 5 {
                0 => "string",
                1 => "number",
                2 => "list(string)",
                3 => "map(string)",
                _ => "object({ name = string, size = optional(number, 3), zones = optional(list(string), []) })",
            };
            format!("variable \"v{n}\" {{\n  type = {ty}\n}}\n")
        })
        .collect::<String>();
    let (body, _) = parse_body(FileId(0), &text);
    let variables: Vec<ModuleVariable> = body
        .blocks()
        .map(|block| ModuleVariable::parse(block).expect("a variable"))
        .collect();
    let context = Context::new(&NoFiles);
    let given: Vec<Folded> = (0..15)
        .map(|n| {
            let text = match n % 5 {
                0 => "\"ops\"",
                1 => "3",
                2 => "[\"a\", \"b\", \"c\"]",
                3 => "{ a = \"x\", b = \"y\" }",
                _ => "{ name = \"pool\", zones = [\"a\", \"b\"] }",
            };
            let expr = parse_expression(FileId(0), text, 0).expect("parsed");
            Folded::Known(evaluate(&expr, &EmptyScope, &context).expect("evaluated"))
        })
        .collect();
    let start = Instant::now();
    for _ in 0..9_360 {
        for (variable, value) in variables.iter().zip(&given) {
            black_box(variable.check(black_box(value)).expect("fits"));
        }
    }
    println!(
        "{:>9.1} ms  9,360 instances with 15 inputs checked",
        start.elapsed().as_secs_f64() * 1e3
    );
}
