//! Every function against tables of expressions, one table per function in
//! `tests/functions`. A case is an expression after `>>> ` and what Terraform
//! answers: the value as it is printed as an attribute, or `! ` and the error.
//! `!~ ` marks an error that is told in other words here, and `>>>= ` a result
//! of our own where Terraform has none (functions of OpenTofu, refused ones).
//!
//! `TERRACE_ORACLE=all` compares all tables with Terraform, `TERRACE_ORACLE=write`
//! makes them anew (`tests/functions/update.sh`). Otherwise a part is compared
//! where terraform is installed.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the oracle is another program, and a skipped test says so"
)]

#[path = "functions/differential.rs"]
mod differential;
#[path = "functions/oracle.rs"]
mod oracle;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use oracle::Answer;
use terrace_diag::{FileId, SourceMap};
use terrace_eval::console::{Answer as Line, Console, console_format};
use terrace_eval::files::{FileError, Files};
use terrace_eval::scope::ValueScope;
use terrace_eval::{Context, Value, evaluate};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/functions")
}

/// The files that `file` and the like see, here and in Terraform.
fn fixtures() -> PathBuf {
    folder().join("files")
}

/// The fixtures as the functions get them.
struct Fixtures;

impl Fixtures {
    fn path(path: &str) -> PathBuf {
        fixtures().join(path.strip_prefix("./").unwrap_or(path))
    }
}

impl Files for Fixtures {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        match std::fs::read(Self::path(path)) {
            Ok(bytes) => Ok(bytes.into()),
            Err(_) => Err(FileError(format!("no file exists at {path:?}"))),
        }
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        let path = Self::path(path);
        if path.is_dir() {
            return Err(FileError("it is a directory, not a file".to_owned()));
        }
        Ok(path.is_file())
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        fn walk(folder: &Path, prefix: &str, out: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
                if entry.path().is_dir() {
                    walk(&entry.path(), &format!("{name}/"), out);
                } else {
                    out.push(name);
                }
            }
        }
        let mut out = Vec::new();
        walk(&Self::path(path), "", &mut out);
        out.sort();
        Ok(out)
    }
}

/// What a resource that does not exist yet is to the console: unknown.
fn scope() -> ValueScope {
    let unknown = ["id", "output"].map(|name| (name.into(), Value::UNKNOWN));
    let resource = Value::object([("late".into(), Value::object(unknown))]);
    ValueScope(Value::object([("terraform_data".into(), resource)]))
}

/// What we answer.
fn ours(expression: &str) -> Answer {
    let context = Context::new(&Fixtures);
    let mut sources = SourceMap::new();
    sources.add("expression", expression);
    let failed = |diagnostics: &terrace_diag::Diagnostics| {
        Answer::Error(diagnostics.iter().map(|d| d.message.clone()).collect())
    };
    if expression.starts_with("type(") {
        return match Console::new().line(expression, FileId(0), &scope(), &context) {
            Line::Text(text) => Answer::Value(text),
            Line::Wrong(diagnostics) => failed(&diagnostics),
            other => panic!("{expression}: {other:?}"),
        };
    }
    let value = terrace_hcl::parse_expression(FileId(0), expression, 0)
        .and_then(|expr| evaluate(&expr, &scope(), &context));
    match value {
        Ok(value) => {
            let object = Value::object([("c".into(), value)]);
            let text = console_format(&object);
            let text = text.strip_prefix("{\n  \"c\" = ").expect("an attribute");
            Answer::Value(text.strip_suffix("\n}").expect("the end").to_owned())
        }
        Err(diagnostics) => failed(&diagnostics),
    }
}

/// The kernel of an error: the parameter and the reason, in whatever frame.
/// Places in YAML texts are left out: Terraform counts some of them from zero.
fn kernel(message: &str) -> String {
    let message = message
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end_matches('.');
    let between = |start: &str, end: &str| {
        let at = message.find(start)? + start.len();
        let (name, rest) = message[at..].split_once(end)?;
        Some((name, rest.split_once(": ")?.1))
    };
    if let Some((name, reason)) = between("nvalid value for \"", "\" parameter")
        .or_else(|| between("nvalid value for parameter \"", "\" of"))
    {
        return format!("{name}: {reason}");
    }
    let reason = match message.split_once("\" failed: ") {
        Some((_, reason)) => reason,
        None => message,
    };
    match reason.strip_prefix("on line ") {
        Some(place) => place.split_once(": ").map_or(place, |(_, rest)| rest),
        None => reason,
    }
    .to_owned()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Terraform,
    Ours,
}

struct Case {
    expression: String,
    source: Source,
    expected: String,
}

fn tables() -> Vec<(PathBuf, Vec<Case>)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the tables")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let cases = read_table(&path);
            (path, cases)
        })
        .collect()
}

fn read_table(path: &Path) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in std::fs::read_to_string(path).expect("a table").split('\n') {
        let head = line
            .strip_prefix(">>> ")
            .map(|e| (Source::Terraform, e))
            .or_else(|| line.strip_prefix(">>>= ").map(|e| (Source::Ours, e)));
        if let Some((source, expression)) = head {
            cases.push(Case {
                expression: expression.to_owned(),
                source,
                expected: String::new(),
            });
        } else if let Some(case) = cases.last_mut() {
            case.expected.push_str(line);
            case.expected.push('\n');
        }
    }
    for case in &mut cases {
        case.expected
            .truncate(case.expected.trim_end_matches('\n').len());
    }
    cases
}

/// How an answer is written in a table, seen from what we answer.
fn written(answer: &Answer, ours: &Answer) -> String {
    match (answer, ours) {
        (Answer::Value(text), _) => text.clone(),
        (Answer::Error(messages), Answer::Error(our_messages)) => {
            let same =
                messages.first().map(|m| kernel(m)) == our_messages.first().map(|m| kernel(m));
            let mark = if same { "!" } else { "!~" };
            format!(
                "{mark} {}",
                messages.first().map(|m| kernel(m)).unwrap_or_default()
            )
        }
        (Answer::Error(messages), Answer::Value(_)) => {
            format!(
                "! {}",
                messages.first().map(|m| kernel(m)).unwrap_or_default()
            )
        }
    }
}

/// Whether our answer is what a table expects.
fn agrees(expected: &str, ours: &Answer) -> bool {
    match ours {
        Answer::Value(text) => text == expected,
        Answer::Error(messages) => match expected.strip_prefix("! ") {
            Some(reason) => messages.first().is_some_and(|m| kernel(m) == reason),
            None => expected.starts_with("!~"),
        },
    }
}

#[test]
fn results_are_terraforms() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (_, cases) in tables() {
        for case in cases {
            count += 1;
            let got = ours(&case.expression);
            if !agrees(&case.expected, &got) {
                wrong.push(format!(
                    "{}\n  expected: {}\n  ours:     {got:?}",
                    case.expression, case.expected
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn tables_are_what_terraform_says() {
    const TEST: &str = "tables_are_what_terraform_says";
    let mode = std::env::var("TERRACE_ORACLE").unwrap_or_default();
    if !oracle::available(TEST) {
        return;
    }
    let mut wrong = Vec::new();
    let mut tables = tables();
    if mode.is_empty() {
        println!("{TEST}: the first cases of each table; all of them with TERRACE_ORACLE=all");
        for (_, cases) in &mut tables {
            cases.retain(|case| !case.expression.starts_with("type("));
            cases.truncate(4);
        }
    }
    let expressions: Vec<&str> = tables
        .iter()
        .flat_map(|(_, cases)| cases)
        .filter(|case| case.source == Source::Terraform)
        .map(|case| case.expression.as_str())
        .collect();
    let mut answers = oracle::ask(&expressions, &fixtures()).into_iter();
    for (path, cases) in &tables {
        let mut text = String::new();
        for case in cases {
            let got = ours(&case.expression);
            let answer = match case.source {
                Source::Terraform => answers.next().expect("an answer for each"),
                Source::Ours => ours(&case.expression),
            };
            let made = written(&answer, &got);
            let mark = if case.source == Source::Ours {
                ">>>="
            } else {
                ">>>"
            };
            text.push_str(&format!("{mark} {}\n{made}\n", case.expression));
            if made != case.expected {
                wrong.push(format!(
                    "{}\n  table:     {}\n  terraform: {made}",
                    case.expression, case.expected
                ));
            }
        }
        if mode == "write" {
            std::fs::write(path, text).expect("written");
        }
    }
    if mode != "write" {
        assert!(
            wrong.is_empty(),
            "{} differ:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    }
}

/// Every function that Terraform has is known here, and the other way round.
#[test]
fn no_function_is_missing() {
    const TEST: &str = "no_function_is_missing";
    if !oracle::available(TEST) {
        return;
    }
    let output = oracle::terraform(&fixtures())
        .args(["metadata", "functions", "-json"])
        .output()
        .expect("terraform runs");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let signatures = json["function_signatures"].as_object().expect("signatures");
    let table = terrace_eval::functions::TABLE;
    let missing: Vec<&String> = signatures
        .keys()
        .filter(|name| table.get(name).is_none())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    // Known to Terraform although the list leaves them out.
    let unlisted = ["list", "map", "type"];
    let extra: Vec<&str> = table
        .names()
        .filter(|name| !signatures.contains_key(*name) && !unlisted.contains(name))
        .collect();
    assert_eq!(extra, terrace_eval::functions::OPENTOFU_ONLY);
    for (name, signature) in signatures {
        let function = table.get(name).expect("checked");
        let theirs: Vec<&str> = signature["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|p| p["name"].as_str())
            .collect();
        let ours: Vec<&str> = function.params.iter().map(|p| p.name).collect();
        if let terrace_eval::function::FunctionKind::Eager(_) = function.kind {
            assert_eq!(theirs, ours, "{name}");
            let theirs = signature["variadic_parameter"]["name"].as_str();
            assert_eq!(theirs, function.variadic.map(|p| p.name), "{name}");
        }
    }
}
