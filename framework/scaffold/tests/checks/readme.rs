//! The tables of inputs and outputs in a module's README, made from its
//! `variables.tf` and `outputs.tf`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

/// Everything from this line to the end of the file is made.
const MARK: &str = "<!-- Made from variables.tf and outputs.tf. -->\n";

/// The README as it should be; `None` without the mark.
pub(crate) fn made(module: &Path) -> Option<String> {
    let readme = fs::read_to_string(module.join("README.md")).unwrap();
    let (written, _) = readme.split_once(MARK)?;
    let mut text = format!(
        "{written}{MARK}\n## Inputs\n\n| input | type | default | meaning |\n|---|---|---|---|\n"
    );
    for (name, variable) in blocks(&module.join("variables.tf"), "variable") {
        let default = match variable.get("default") {
            Some(value) => code(value),
            None => "required".to_owned(),
        };
        let kind = variable
            .get("type")
            .map(|value| code(value))
            .unwrap_or_default();
        let about = variable
            .get("description")
            .map(|value| value.trim().to_owned())
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "| `{name}` | {kind} | {default} | {} |",
            prose(&about)
        );
    }
    text.push_str("\n## Outputs\n\n| output | meaning |\n|---|---|\n");
    for (name, output) in blocks(&module.join("outputs.tf"), "output") {
        let about = output.get("description").cloned().unwrap_or_default();
        let _ = writeln!(text, "| `{name}` | {} |", prose(&about));
    }
    Some(text)
}

type Attributes = std::collections::BTreeMap<String, String>;

/// The blocks of a kind in a file: name, and each attribute's source text.
fn blocks(path: &Path, kind: &str) -> Vec<(String, Attributes)> {
    let source = fs::read_to_string(path).unwrap();
    let body: Body = hcl_edit::parser::parse_body(&source).unwrap();
    body.get_blocks(kind)
        .map(|block| (label(block), attributes(block, &source)))
        .collect()
}

fn label(block: &Block) -> String {
    block
        .labels
        .first()
        .map(|label| label.as_str().to_owned())
        .unwrap_or_default()
}

fn attributes(block: &Block, source: &str) -> Attributes {
    block
        .body
        .attributes()
        .map(|attribute| {
            let text = match &attribute.value {
                Expression::String(text) => text.to_string(),
                value => value
                    .span()
                    .map(|span| source[span].to_owned())
                    .unwrap_or_default(),
            };
            (
                attribute.key.to_string(),
                if matches!(attribute.value, Expression::String(_))
                    && attribute.key.as_str() == "default"
                {
                    format!("{text:?}")
                } else {
                    text
                },
            )
        })
        .collect()
}

/// An expression on one line, as code in a table's cell.
fn code(expression: &str) -> String {
    let mut line = String::new();
    for part in expression
        .lines()
        .map(str::trim)
        .filter(|part| !part.is_empty() && !part.starts_with('#'))
    {
        if !line.is_empty() {
            line.push_str(match (line.as_bytes().last(), part.as_bytes().first()) {
                (Some(b'{' | b'(' | b'['), _) | (_, Some(b'}' | b')' | b']')) => " ",
                (Some(b','), _) => " ",
                _ => ", ",
            });
        }
        line.push_str(part);
    }
    let mut words = line.split_whitespace().collect::<Vec<_>>().join(" ");
    words = words
        .replace("( ", "(")
        .replace(" )", ")")
        .replace("[ ", "[")
        .replace(" ]", "]")
        .replace(", }", " }");
    format!("`{}`", words.replace('|', "\\|"))
}

fn prose(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Writes the tables of every module: `cargo test -p terrace-scaffold --
/// --ignored write_tables`.
#[test]
#[ignore = "writes to the repository"]
fn write_tables() {
    for module in crate::modules::all() {
        if let Some(text) = made(&module) {
            fs::write(module.join("README.md"), text).unwrap();
        }
    }
}
