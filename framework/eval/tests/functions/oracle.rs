//! Terraform as the oracle: many expressions in few processes.
//!
//! `terraform validate -json` tells which expressions fail and why; the values
//! of the others are read from one `terraform console`.

use std::path::Path;
use std::process::{Command, Stdio};

/// How many expressions one process takes; with many errors it gets slow.
const BATCH: usize = 250;

/// What an expression gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The value as it is printed as an attribute of an object.
    Value(String),
    /// The messages.
    Error(Vec<String>),
}

pub(crate) fn terraform(folder: &Path) -> Command {
    let mut command = Command::new("terraform");
    command
        .current_dir(folder)
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_CLI_CONFIG_FILE", "/dev/null");
    command
}

/// Whether the oracle is there; says so where it is not.
pub(crate) fn available(test: &str) -> bool {
    let found = terraform(Path::new("."))
        .arg("version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: {test}: terraform is not installed");
    }
    found
}

/// The answers to all expressions, evaluated beside copies of the fixtures.
pub(crate) fn ask(expressions: &[&str], fixtures: &Path) -> Vec<Answer> {
    expressions
        .chunks(BATCH)
        .flat_map(|batch| ask_batch(batch, fixtures))
        .collect()
}

fn ask_batch(expressions: &[&str], fixtures: &Path) -> Vec<Answer> {
    let mut answers: Vec<Option<Answer>> = vec![None; expressions.len()];
    // The `type` function is only for the console, and only alone.
    for (answer, expression) in answers.iter_mut().zip(expressions) {
        if expression.starts_with("type(") {
            *answer = Some(console(expression, "", fixtures));
        }
    }
    errors(expressions, fixtures, &mut answers);
    let good: Vec<usize> = (0..answers.len())
        .filter(|at| answers[*at].is_none())
        .collect();
    values(expressions, &good, fixtures, &mut answers);
    answers
        .into_iter()
        .map(|answer| answer.expect("asked"))
        .collect()
}

/// A folder with the fixtures and a configuration.
fn workspace(fixtures: &Path, configuration: &str) -> tempfile::TempDir {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).expect("made");
        for entry in std::fs::read_dir(from).expect("read") {
            let entry = entry.expect("an entry");
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &target);
            } else {
                std::fs::copy(entry.path(), target).expect("copied");
            }
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(fixtures, folder.path());
    if !configuration.is_empty() {
        std::fs::write(folder.path().join("cases.tf"), configuration).expect("written");
    }
    folder
}

/// Finds what fails. A syntax error hides other errors: its expression is taken
/// out and the rest asked again.
fn errors(expressions: &[&str], fixtures: &Path, answers: &mut [Option<Answer>]) {
    loop {
        let live: Vec<usize> = (0..answers.len())
            .filter(|at| answers[*at].is_none())
            .collect();
        let mut text = String::from("locals {\n");
        for at in &live {
            text.push_str(&format!("  c{at} = {}\n", expressions[*at]));
        }
        text.push_str("}\n");
        let folder = workspace(fixtures, &text);
        let output = terraform(folder.path())
            .args(["validate", "-json"])
            .output()
            .expect("terraform runs");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let mut syntax = false;
        for diagnostic in json["diagnostics"].as_array().into_iter().flatten() {
            let part = |name: &str| diagnostic[name].as_str().unwrap_or_default().to_owned();
            let line = diagnostic["range"]["start"]["line"].as_u64().unwrap_or(2);
            let row = usize::try_from(line).unwrap_or(2).saturating_sub(2);
            let at = live[row.min(live.len() - 1)];
            let (summary, detail) = (part("summary"), part("detail"));
            // Told before anything is evaluated.
            syntax |= !summary.contains("function") && !summary.contains("Unsupported attribute");
            let message = if detail.is_empty() { summary } else { detail };
            match &mut answers[at] {
                Some(Answer::Error(messages)) => messages.push(message),
                answer => *answer = Some(Answer::Error(vec![message])),
            }
        }
        if !syntax {
            return;
        }
    }
}

fn values(expressions: &[&str], which: &[usize], fixtures: &Path, answers: &mut [Option<Answer>]) {
    if which.is_empty() {
        return;
    }
    let mut text = String::from("locals {\n  cases = {\n");
    for at in which {
        text.push_str(&format!("    c{at:05} = {}\n", expressions[*at]));
    }
    text.push_str("  }\n}\n");
    let answer = console("local.cases", &text, fixtures);
    let found = match &answer {
        Answer::Value(text) => split(text),
        Answer::Error(_) => Vec::new(),
    };
    if found.len() == which.len() {
        for (at, value) in which.iter().zip(found) {
            answers[*at] = Some(Answer::Value(value));
        }
    } else if let [at] = which {
        answers[*at] = Some(answer);
    } else {
        // One of them spoils the others.
        let (left, right) = which.split_at(which.len() / 2);
        values(expressions, left, fixtures, answers);
        values(expressions, right, fixtures, answers);
    }
}

/// The attributes of a printed object.
fn split(text: &str) -> Vec<String> {
    let is_case = |line: &str| {
        line.starts_with("  \"c")
            && line.get(9..13) == Some("\" = ")
            && line[4..9].bytes().all(|b| b.is_ascii_digit())
    };
    let mut cases: Vec<String> = Vec::new();
    let body = text
        .strip_prefix("{\n")
        .and_then(|t| t.strip_suffix("\n}"))
        .unwrap_or_default();
    for line in body.split('\n') {
        if is_case(line) {
            cases.push(line[13..].to_owned());
        } else if let Some(case) = cases.last_mut() {
            case.push('\n');
            case.push_str(line);
        }
    }
    cases
}

/// What the console prints for one line.
fn console(line: &str, configuration: &str, fixtures: &Path) -> Answer {
    let folder = workspace(fixtures, configuration);
    let mut child = terraform(folder.path())
        .arg("console")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("terraform runs");
    let mut input = child.stdin.take().expect("piped");
    std::io::Write::write_all(&mut input, format!("{line}\n").as_bytes()).expect("written");
    drop(input);
    let output = child.wait_with_output().expect("ended");
    let stdout = String::from_utf8(output.stdout).expect("text");
    if output.status.success() && !stdout.is_empty() {
        return Answer::Value(stdout.strip_suffix('\n').unwrap_or(&stdout).to_owned());
    }
    Answer::Error(vec![String::from_utf8_lossy(&output.stderr).into_owned()])
}
