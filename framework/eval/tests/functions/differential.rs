//! Calls of every function with arguments of all kinds, compared with Terraform.

use terrace_eval::function::FunctionKind;

use crate::oracle::{self, Answer};
use crate::{fixtures, ours};

/// Values of every type, null, empty, sensitive and odd ones.
const VALUES: [&str; 33] = [
    "null",
    "\"\"",
    "\"abc\"",
    "\"true\"",
    "\"3\"",
    "\"-1.5\"",
    "0",
    "1",
    "-1",
    "2.5",
    "1e30",
    "true",
    "[]",
    "[\"a\", \"b\"]",
    "[1, 2, 3]",
    "[1, \"a\", true]",
    "[null, \"x\"]",
    "[[1], [2, 3]]",
    "{}",
    "{ a = 1, b = \"x\" }",
    "{ a = [1], b = [2] }",
    "tolist([\"x\", \"y\", \"x\"])",
    "toset([\"b\", \"a\"])",
    "toset([1, 2])",
    "tomap({ k = \"v\", l = \"w\" })",
    "sensitive(\"s\")",
    "[sensitive(\"q\"), \"r\"]",
    "{ a = sensitive(1) }",
    "tostring(null)",
    "tolist([])",
    "toset([])",
    "tomap({})",
    "\"é漢字🇩🇪\"",
];

/// Calls per function by default and with `TERRACE_ORACLE=all`.
const FEW: usize = 4;
const MANY: usize = 150;

/// A small generator of its own: the calls are the same in every run.
struct Random(u64);

impl Random {
    fn pick(&mut self) -> &'static str {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        VALUES[(self.0 >> 33) as usize % VALUES.len()]
    }
}

#[test]
fn calls_agree_with_terraform() {
    const TEST: &str = "calls_agree_with_terraform";
    if !oracle::available(TEST) {
        return;
    }
    let all = std::env::var("TERRACE_ORACLE").is_ok_and(|mode| mode == "all");
    let per_function = if all { MANY } else { FEW };
    let mut random = Random(7);
    let table = terrace_eval::functions::TABLE;
    let mut calls = Vec::new();
    for name in table.names() {
        let Some(function) = table.get(name) else {
            continue;
        };
        let reads_files = name.starts_with("file");
        if !matches!(function.kind, FunctionKind::Eager(_)) || function.opentofu_only || reads_files
        {
            continue;
        }
        for at in 0..per_function {
            let more = if function.variadic.is_some() {
                at % 3
            } else {
                0
            };
            let count = function.params.len() + more;
            let arguments: Vec<&str> = (0..count).map(|_| random.pick()).collect();
            calls.push(format!("{name}({})", arguments.join(", ")));
        }
    }
    let expressions: Vec<&str> = calls.iter().map(String::as_str).collect();
    let answers = oracle::ask(&expressions, &fixtures());
    let mut wrong = Vec::new();
    for (call, terraform) in expressions.iter().zip(answers) {
        let got = ours(call);
        let same = match (&terraform, &got) {
            (Answer::Value(a), Answer::Value(b)) => a == b,
            (Answer::Error(_), Answer::Error(_)) => true,
            _ => false,
        };
        if !same {
            wrong.push(format!(
                "{call}\n  terraform: {terraform:?}\n  ours:      {got:?}"
            ));
        }
    }
    println!("{TEST}: {} calls compared", calls.len());
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
