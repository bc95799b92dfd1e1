//! Data folders: `tests/cases/<area>/<case>/in/` holds the layers, lowest
//! first by name, each a file or a folder of files; `expected.txt` every leaf
//! with its places, `messages.txt` the messages, if there are any. `UPDATE=1`
//! writes both anew.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use terrace_hcl::ast::ExprKind;
use terrace_layers::{Node, NodeKind, Rule};

use crate::support::{Layer, Merged, merge};

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let update = is_update();
    let (mut failures, mut count) = (Vec::new(), 0);
    for area in sorted(&root) {
        for case in sorted(&area) {
            count += 1;
            let merged = merge(&layers(&case.join("in")));
            let expected = [
                ("expected.txt", leaves(&merged)),
                ("messages.txt", merged.messages()),
            ];
            for (name, actual) in expected {
                let file = case.join(name);
                let before = fs::read_to_string(&file).unwrap_or_default();
                if before == actual {
                    continue;
                }
                if !update {
                    let shown = file.strip_prefix(&root).unwrap_or(&file).display();
                    failures.push(format!("== {shown}\n-- was\n{before}-- is\n{actual}"));
                } else if actual.is_empty() {
                    fs::remove_file(&file).expect("removed");
                } else {
                    fs::write(&file, actual).expect("written");
                }
            }
        }
    }
    assert!(count > 30, "only {count} cases");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[expect(clippy::disallowed_methods, reason = "the switch of this test")]
fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn layers(folder: &Path) -> Vec<Layer> {
    let name = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    sorted(folder)
        .iter()
        .map(|path| {
            let (layer, files) = if path.is_dir() {
                (name(path), sorted(path))
            } else {
                let stem = path
                    .file_stem()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                (stem, vec![path.clone()])
            };
            let files = files
                .iter()
                .map(|file| {
                    (
                        format!("{layer}/{}", name(file)),
                        fs::read(file).expect("a layer file"),
                    )
                })
                .collect();
            Layer { name: layer, files }
        })
        .collect()
}

fn leaves(merged: &Merged) -> String {
    let mut out = String::new();
    for (name, node) in &merged.nodes {
        for (path, leaf, losers) in node.histories() {
            let path = std::iter::once(name.as_str())
                .chain(path.iter().map(|step| step.as_str()))
                .collect::<Vec<_>>()
                .join(".");
            let _ = writeln!(out, "{path} = {}", shown(leaf));
            let place = merged.sources.place(leaf.place.cited());
            let _ = writeln!(out, "    {place} {}", leaf.rule.word());
            for loser in losers.iter().rev() {
                let place = merged.sources.place(loser.place.cited());
                let _ = writeln!(out, "    over {place} {}", loser.rule.word());
            }
            if !merged.diagnostics.has_errors() {
                cited(merged, &path, leaf);
            }
        }
    }
    out
}

fn shown(node: &Node) -> String {
    match &node.kind {
        NodeKind::Value(value) => {
            let text = terrace_eval::console::console_format(value);
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        NodeKind::Late(expr) => terrace_hcl::print::expression(expr),
        NodeKind::List(_) => "[]".into(),
        NodeKind::Map(_) => "{}".into(),
    }
}

/// The cited place holds the key, and the value where it is a literal.
pub(crate) fn cited(merged: &Merged, path: &str, leaf: &Node) {
    let written = merged.sources.snippet(leaf.place.value);
    let parsed = terrace_hcl::parse_expression(leaf.place.value.file, written, 0);
    let literal = match parsed.map(|expr| expr.kind) {
        Ok(ExprKind::String(text)) => Some(text.to_string()),
        Ok(ExprKind::Number(number)) => Some(number.to_string()),
        Ok(ExprKind::Bool(bool)) => Some(bool.to_string()),
        _ => None,
    };
    if let (Some(literal), NodeKind::Value(value)) = (literal, &leaf.kind) {
        let value = match value.as_str() {
            Some(text) => text.to_owned(),
            None => terrace_eval::console::console_format(value),
        };
        let numbers = (value.parse::<f64>(), literal.parse::<f64>());
        let same = matches!(numbers, (Ok(a), Ok(b)) if a.to_bits() == b.to_bits());
        assert!(same || value == literal, "{path}: {value} cites {literal}");
        if let Some(key) = leaf.place.key {
            let key = merged.sources.snippet(key).trim_matches(['"', '(', ')']);
            let last = path.rsplit('.').next().unwrap_or_default();
            let computed = key.contains(['.', '$']);
            // A patch may give a value another key: `value`, or the one it is copied from.
            let patched = leaf.rule == Rule::Patch;
            assert!(
                key == last || computed || patched,
                "{path}: cites the key {key}"
            );
        }
    }
}
