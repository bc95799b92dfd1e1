//! Hostile texts: deep nesting, long chains, many mistakes. None may exhaust
//! the stack or take more than linear time.

use terrace_diag::FileId;
use terrace_hcl::{MAX_DEPTH, format, parse_body, parse_template, print};

/// Runs on a stack as threads other than the main one have it.
fn on_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no overflow and no panic");
}

/// A heredoc of many lines with interpolations, a list of many items, a sum.
#[test]
fn long_texts_are_linear() {
    let lines = "line $ of % text\n".repeat(100_000);
    let text = format!(
        "a = <<-A\n{lines}${{b}}\n{lines}A\nb = [{}]\n",
        "1, ".repeat(100_000)
    );
    let (body, diagnostics) = parse_body(FileId(0), &text);
    assert!(!diagnostics.has_errors());
    assert_eq!(body.items.len(), 2);
    print::body(&body);
}

/// Texts nested `n` levels deep, one per recursive form.
fn forms(n: usize) -> Vec<(&'static str, String)> {
    let wrap = |open: &str, inside: &str, close: &str| {
        format!("a = {}{inside}{}\n", open.repeat(n), close.repeat(n))
    };
    vec![
        ("parentheses", wrap("(", "1", ")")),
        ("lists", wrap("[", "1", "]")),
        ("objects", wrap("{ a = ", "1", " }")),
        ("object keys", wrap("{ ({}) = 1, (", "x", ") = 2 }")),
        ("calls", wrap("f(", "1", ")")),
        ("indices", wrap("a[", "1", "]")),
        ("index chain", wrap("", "a", "[0]")),
        ("attribute chain", wrap("", "a", ".b")),
        ("splat chain", wrap("", "a", "[*]")),
        ("attribute splats", wrap("", "a", ".*[0]")),
        ("minus", wrap("-", "1", "")),
        ("not", wrap("!", "1", "")),
        ("mixed signs", wrap("-!", "1", "")),
        ("sum", wrap("1 + ", "1", "")),
        (
            "climbing operators",
            wrap("1 || 1 && 1 == 1 < 1 + 1 * (", "1", ")"),
        ),
        ("conditions", wrap("", "1", " ? 1 : 1")),
        ("conditionals", wrap("a ? b : ", "c", "")),
        ("conditionals in the middle", wrap("a ? ", "b", " : c")),
        ("interpolations", wrap("\"${", "a", "}\"")),
        (
            "if directives",
            format!(
                "a = \"{}b{}\"\n",
                "%{ if a }".repeat(n),
                "%{ endif }".repeat(n)
            ),
        ),
        ("list for", wrap("[for a in b : ", "c", "]")),
        ("object for", wrap("{for a in b : c => ", "d", "}")),
        ("for collections", wrap("[for a in ", "b", " : c]")),
        (
            "heredocs",
            format!("a = {}x\n{}", "<<A\n${".repeat(n), "}\nA\n".repeat(n)),
        ),
        (
            "blocks",
            format!("{}{}", "a {\n".repeat(n), "}\n".repeat(n)),
        ),
        (
            "blocks in one line",
            format!("{}{}\n", "a { ".repeat(n), "}".repeat(n)),
        ),
    ]
}

#[test]
fn depth_is_limited_without_risk_to_the_stack() {
    for (name, text) in forms(20_000) {
        on_small_stack(move || {
            let (body, diagnostics) = parse_body(FileId(0), &text);
            assert!(diagnostics.has_errors(), "{name}");
            assert!(diagnostics.len() < 110, "{name}");
            drop(body);
        });
    }
}

#[test]
fn up_to_the_limit_everything_works() {
    let depth = MAX_DEPTH as usize - 8;
    for (name, text) in forms(depth / 8) {
        on_small_stack(move || {
            let (body, diagnostics) = parse_body(FileId(0), &text);
            if name != "blocks in one line" {
                assert!(!diagnostics.has_errors(), "{name}: {diagnostics:?}");
                let printed = print::body(&body);
                let (again, _) = parse_body(FileId(0), &printed);
                assert!(again.same_as(&body), "{name}");
                assert_eq!(format(&printed).expect("parses"), printed, "{name}");
            }
        });
    }
}

#[test]
fn deepest_trees_are_safe_to_walk() {
    for (name, text) in forms(MAX_DEPTH as usize - 8) {
        on_small_stack(move || {
            let (body, diagnostics) = parse_body(FileId(0), &text);
            let copy = body.clone();
            assert!(copy.same_as(&body), "{name}");
            if !diagnostics.has_errors() {
                print::body(&body);
            }
            for attribute in body.attributes() {
                attribute.expr.references();
                attribute.expr.is_literal();
            }
        });
    }
}

#[test]
fn unclosed_everything_is_linear() {
    for opener in [
        "{",
        "[",
        "(",
        "\"",
        "\"${",
        "\"%{",
        "<<A\n",
        "<<-A\n${",
        "/*",
        "'",
        "a = {\n",
        "a {\n",
        "a = \"${b(\"\n",
        "a = <<A\nA,\n",
        "}",
        "]",
        ")",
        "~}",
        "%{",
        "${",
        "@",
        "\u{a0}",
        "\\",
        "\"\n",
        "„",
        "/*\n",
        "foo bar\n",
        "a = \"${\n",
        "a = 1 2\n",
        "$${",
        "a\n{\n",
        "a = [1 2\n",
        "a = {b = 1 2\n",
        "a \"",
        "\u{201c}",
        "a = \"\\q\n",
    ] {
        let text = opener.repeat(100_000 / opener.len());
        on_small_stack(move || {
            let (_, diagnostics) = parse_body(FileId(0), &text);
            assert!(diagnostics.len() < 110);
            let _ = parse_template(FileId(0), &text, 7);
        });
    }
    // A deep stack of openings that none of what follows closes.
    for (opener, rest) in [
        ("[", ")"),
        ("(", "}"),
        ("(", "\"\n"),
        ("(", "\n"),
        ("a {\n", "]\n"),
        ("a {\n", "\n"),
        ("\"${(", "]"),
        ("a(\n", "b = 1\n"),
        ("{", "a \"b\" {\n"),
    ] {
        let text = format!("{}{}", opener.repeat(20_000), rest.repeat(20_000));
        on_small_stack(move || {
            parse_body(FileId(0), &text);
        });
    }
}
