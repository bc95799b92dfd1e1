//! Input made to hurt: every limit has its own message, and none of them takes
//! long to reach.

use std::sync::Arc;

use terrace_diag::{Diagnostic, FileId};
use terrace_yaml::{Limits, Node, ReadOptions, codes, read, read_resources};

fn parse(text: impl Into<Arc<str>>) -> Result<Vec<Node>, Diagnostic> {
    read(&text.into(), FileId(0), &ReadOptions::default())
}

fn code(text: impl Into<Arc<str>>) -> &'static str {
    match parse(text) {
        Ok(_) => "none",
        Err(error) => error.code.id,
    }
}

#[test]
fn alias_bombs() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        text += &format!("a{level}: &a{level} [{before}]\n");
    }
    assert_eq!(code(text), codes::LIMIT_ALIASES.id);
    let mut merges = String::from("a0: &a0 {k0: 1, l0: 2}\n");
    for level in 1..10_000 {
        merges += &format!("a{level}: &a{level} {{<<: *a{}, k{level}: 1}}\n", level - 1);
    }
    assert_eq!(code(merges), codes::LIMIT_ALIASES.id);
}

#[test]
fn anchors_inside_anchors() {
    let text = "&a [".repeat(250) + &"x, ".repeat(100_000) + &"]".repeat(250);
    assert_eq!(code(text), codes::LIMIT_ALIASES.id);
}

#[test]
fn nesting() {
    for open in ["[", "{a: ", "- ", "? "] {
        assert_eq!(code(open.repeat(100_000)), codes::LIMIT_DEPTH.id, "{open}");
    }
    let mut text = String::new();
    for level in 0..2_000 {
        text += &format!("{}a:\n", " ".repeat(level));
    }
    assert_eq!(code(text), codes::LIMIT_DEPTH.id);
    assert_eq!(code("[".repeat(250) + &"]".repeat(250)), "none");
}

#[test]
fn long_scalars() {
    let long = "0123456789 word, ".repeat(600_000);
    for text in [
        format!("a: {long}"),
        format!("a: \"{long}\""),
        format!("a: '{long}'"),
        format!("a: |\n  {long}"),
        format!("a: >\n  {}", long.replace(", ", "\n  ")),
        format!("a: {}", long.replace(", ", "\n  ")),
        format!("a: \"{}\"", long.replace(", ", "\\n\\\n  ")),
        format!("# {long}"),
        format!("a: {}", "\n".repeat(10_000_000)),
        format!("a: \"{}\"", "\n ".repeat(5_000_000)),
        format!("a:{}b", " ".repeat(10_000_000)),
        format!("a: &{} b", "x".repeat(10_000_000)),
        format!("a: !{} b", "x".repeat(10_000_000)),
        "#\n".repeat(5_000_000),
        " #\n".repeat(3_000_000),
    ] {
        assert_eq!(code(text), "none");
    }
}

#[test]
fn long_keys() {
    // A key has 1024 characters at most, so that there is an end to looking.
    let text = format!("{}: 1\n", "x".repeat(2_000));
    assert_eq!(code(text), codes::SYNTAX.id);
    assert_eq!(code(format!("{}: 1\n", "é".repeat(1_000))), "none");
    assert_eq!(
        code("[".to_owned() + &"\"a\" ".repeat(1_000_000)),
        codes::SYNTAX.id
    );
}

#[test]
fn many_documents() {
    assert_eq!(code("---\n".repeat(100_000)), codes::LIMIT_DOCUMENTS.id);
    let text: Arc<str> = "a: 1\n---\n".repeat(100_000).into();
    let errors = read_resources(&text, FileId(0), &ReadOptions::default()).err();
    assert_eq!(
        errors.and_then(|errors| errors.first().map(|error| error.code.id)),
        Some(codes::LIMIT_DOCUMENTS.id)
    );
}

#[test]
fn many_nodes_and_bytes() {
    let options = ReadOptions {
        limits: Limits {
            nodes: 1_000,
            bytes: 100_000,
            ..Limits::default()
        },
        merge_keys: true,
    };
    let code = |text: String| {
        read(&text.into(), FileId(0), &options)
            .err()
            .map(|error| error.code.id)
    };
    assert_eq!(code("- a\n".repeat(1_001)), Some(codes::LIMIT_NODES.id));
    assert_eq!(code("a".repeat(100_001)), Some(codes::LIMIT_SIZE.id));
    assert_eq!(code("- a\n".repeat(999)), None);
}

#[test]
fn many_keys() {
    let text: String = (0..200_000).map(|key| format!("k{key}: 1\n")).collect();
    let nodes = parse(text).expect("valid");
    assert!(terrace_yaml::duplicate_keys(&nodes[0]).is_empty());
    let mut out = String::new();
    terrace_yaml::emit::resource(&nodes[0], &mut out).expect("no duplicates");
    assert!(out.starts_with("k0: 1\nk1: 1\nk2: 1\n"));
    assert!(out.ends_with("k199999: 1\n"));
}
