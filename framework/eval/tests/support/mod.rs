//! `terraform console` as the oracle: many expressions in one process.
#![allow(dead_code, clippy::disallowed_methods, clippy::print_stdout)]

pub(crate) mod generate;

use std::path::Path;
use std::process::{Command, Stdio};

use terrace_diag::{FileId, SourceMap, Style};
use terrace_eval::console::console_format;
use terrace_eval::files::NoFiles;
use terrace_eval::scope::{EmptyScope, Scope};
use terrace_eval::{Context, Value, evaluate};

/// What a failing expression prints.
pub(crate) const FAILED: &str = "!";

/// How many expressions one process takes.
const BATCH: usize = 400;

pub(crate) fn terraform(folder: &Path) -> Command {
    let mut command = Command::new("terraform");
    command
        .current_dir(folder)
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_CLI_CONFIG_FILE", "/dev/null");
    command
}

/// How many expressions a test makes; `TERRACE_CASES` asks for another number.
pub(crate) fn cases(usual: usize) -> usize {
    setting("TERRACE_CASES").unwrap_or(usual)
}

/// The seed of the generator; `TERRACE_SEED` asks for another one.
pub(crate) fn seed() -> u64 {
    setting("TERRACE_SEED").unwrap_or(7)
}

/// What to do with the tables, see `tests/tables.rs`.
pub(crate) fn oracle_mode() -> String {
    setting("TERRACE_ORACLE").unwrap_or_default()
}

fn setting<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

/// A word about the run.
pub(crate) fn note(text: &str) {
    println!("{text}");
}

/// Whether the oracle is there; says so where it is not.
pub(crate) fn available(test: &str) -> bool {
    let found = Command::new("terraform")
        .arg("version")
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: {test}: terraform is not installed");
    }
    found
}

/// What `terraform console` prints for each expression inside a tuple, or
/// [`FAILED`]. `locals` are further definitions in scope.
pub(crate) fn oracle(expressions: &[String], locals: &str) -> Vec<String> {
    oracle_with(expressions, locals, "")
}

/// The same with further blocks in the configuration.
pub(crate) fn oracle_with(expressions: &[String], locals: &str, blocks: &str) -> Vec<String> {
    expressions
        .chunks(BATCH)
        .flat_map(|batch| oracle_batch(batch, locals, blocks))
        .collect()
}

fn oracle_batch(expressions: &[String], locals: &str, blocks: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut text = format!("{blocks}\nlocals {{\n{locals}\n}}\nlocals {{\ncases = {{\n");
    for (at, expression) in expressions.iter().enumerate() {
        text.push_str(&format!("c{at:05} = try([{expression}], \"{FAILED}\")\n"));
    }
    text.push_str("}\n}\n");
    std::fs::write(folder.path().join("main.tf"), &text).expect("written");
    let mut child = terraform(folder.path())
        .arg("console")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    std::io::Write::write_all(&mut child.stdin.take().expect("piped"), b"local.cases\n")
        .expect("written");
    let output = child.wait_with_output().expect("ended");
    let stdout = String::from_utf8(output.stdout).expect("text");
    let cases = split(&stdout);
    if cases.len() != expressions.len() {
        // One expression that Terraform refuses before evaluation spoils the
        // batch: find it.
        if expressions.len() == 1 {
            return vec![format!(
                "refused: {}",
                String::from_utf8_lossy(&output.stderr)
            )];
        }
        let (left, right) = expressions.split_at(expressions.len() / 2);
        let mut cases = oracle_batch(left, locals, blocks);
        cases.extend(oracle_batch(right, locals, blocks));
        return cases;
    }
    cases
}

fn is_case(line: &str) -> bool {
    line.len() > 12 && line.starts_with("  \"c") && line.get(9..13) == Some("\" = ")
}

fn split(stdout: &str) -> Vec<String> {
    let mut cases: Vec<String> = Vec::new();
    for line in stdout.lines() {
        if is_case(line) {
            cases.push(line[13..].to_owned());
        } else if line == "}" || cases.is_empty() {
            continue;
        } else if let Some(case) = cases.last_mut() {
            case.push('\n');
            case.push_str(line);
        }
    }
    for case in &mut cases {
        if case == &format!("{FAILED:?}") {
            *case = FAILED.into();
        }
    }
    cases
}

/// The same from our side.
pub(crate) fn ours(expression: &str, scope: &dyn Scope) -> String {
    match ours_value(expression, scope) {
        Ok(value) => in_object(value),
        Err(_) => FAILED.into(),
    }
}

pub(crate) fn ours_value(expression: &str, scope: &dyn Scope) -> Result<Value, String> {
    let context = Context::new(&NoFiles);
    let text = format!("[{expression}]");
    let mut sources = SourceMap::new();
    sources.add("expression", text.as_str());
    terrace_hcl::parse_expression(FileId(0), &text, 0)
        .and_then(|expr| evaluate(&expr, scope, &context))
        .map_err(|diagnostics| terrace_diag::render_all(&diagnostics, &sources, Style::Plain))
}

/// The text a value has as an attribute of a printed object.
fn in_object(value: Value) -> String {
    if !value.is_wholly_known() {
        // What `try` makes of a partly unknown value.
        return "(known after apply)".into();
    }
    let text = console_format(&Value::object([("c00000".into(), value)]));
    split(&text).pop().unwrap_or_default()
}

/// A table of expressions with what Terraform prints for them.
pub(crate) struct Case {
    pub(crate) expression: String,
    pub(crate) expected: String,
}

pub(crate) fn read_table(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).expect("a table");
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(expression) = line.strip_prefix(">>> ") {
            cases.push(Case {
                expression: expression.into(),
                expected: String::new(),
            });
        } else if let Some(case) = cases.last_mut() {
            if !case.expected.is_empty() {
                case.expected.push('\n');
            }
            case.expected.push_str(line);
        }
    }
    cases
}

pub(crate) fn write_table(path: &Path, cases: &[Case]) {
    let text: String = cases
        .iter()
        .map(|case| format!(">>> {}\n{}\n", case.expression, case.expected))
        .collect();
    std::fs::write(path, text).expect("written");
}

pub(crate) const SCOPE: EmptyScope = EmptyScope;
