//! What texts mean: a text and its tree. The meaning of every line was checked
//! against `terraform console` or hclsyntax.

#[path = "support/dump.rs"]
mod dump;

use terrace_diag::FileId;
use terrace_hcl::{parse_body, parse_expression, parse_template};

fn tree(text: &str) -> String {
    match parse_expression(FileId(0), text, 0) {
        Ok(expr) => dump::expr(&expr, false),
        Err(diagnostics) => diagnostics
            .iter()
            .map(|d| format!("{} ", d.code.id))
            .collect::<String>(),
    }
}

#[track_caller]
fn same(cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        assert_eq!(&tree(text), wanted, "{text}");
    }
}

#[test]
fn operators_bind_by_precedence_to_the_left() {
    same(&[
        ("1 + 2 * 3", "(1+(2*3))"),
        ("1 - 2 - 3", "((1-2)-3)"),
        ("1 * 2 + 3 % 4 / 5", "((1*2)+((3%4)/5))"),
        (
            "a || b && c == d < e + f * g",
            "(a||(b&&(c==(d<(e+(f*g))))))",
        ),
        (
            "a * b + c < d == e && f || g",
            "((((((a*b)+c)<d)==e)&&f)||g)",
        ),
        ("a == b != c", "((a==b)!=c)"),
        ("a < b >= c", "((a<b)>=c)"),
        ("-a + -b", "((-a)+(-b))"),
        ("-a.b[0]", "(-a.b[0])"),
        ("!a && !!b", "((!a)&&(!(!b)))"),
        ("a - -1", "(a-(-1))"),
        ("a ? b : c ? d : e", "(a?b:(c?d:e))"),
        ("a ? b ? c : d : e", "(a?(b?c:d):e)"),
        ("a || b ? c : d + 1", "((a||b)?c:(d+1))"),
        ("(a ? b : c) ? d : e", "(p((a?b:c))?d:e)"),
        ("a-1", "a-1"),
        ("a -1", "(a-1)"),
    ]);
}

#[test]
fn traversals_and_splats() {
    same(&[
        ("a.b.c", "a.b.c"),
        ("a[\"b\"][0]", "a[\"b\"][0]"),
        ("a.0.b", "a[0].b"),
        ("a.*.b.c", "a.*<.b.c>"),
        ("a.*.b[0]", "a.*<.b>[0]"),
        ("a.*.b[0].c", "a.*<.b>[0].c"),
        ("a.*.0.b", "a.*<[0].b>"),
        ("a[*].b[0].c", "a[*]<.b[0].c>"),
        ("a[*].b[*].c", "a[*]<.b[*]<.c>>"),
        ("a[*].b.*.c[0]", "a[*]<.b.*<.c>[0]>"),
        ("a.*[0]", "a.*<>[0]"),
        ("a[*]", "a[*]<>"),
        ("f(x)[*].y", "f(x)[*]<.y>"),
        ("[1, 2][0]", "[1,2][0]"),
        ("{ a = 1 }.a", "{\"a\":1}.a"),
        ("\"a\"[0]", "\"a\"[0]"),
        ("a\n.b", "E0225 "),
        ("(a\n.b)", "p(a.b)"),
        ("a.1.2", "E0221 "),
        ("a.*.b.*.c", "E0221 "),
    ]);
}

#[test]
fn literals() {
    same(&[
        ("null", "null"),
        ("true", "true"),
        ("12e3", "12000"),
        ("1.50", "1.5"),
        ("\"\"", "\"\""),
        (
            r#""a\n\t\r\"\\\u00e9\U0001F600""#,
            "\"a\\n\\t\\r\\\"\\\\é😀\"",
        ),
        (
            r#""$${a} %%{b} $ % $$ %% $$$${c}""#,
            "\"${a} %{b} $ % $$ %% $$${c}\"",
        ),
        ("<<A\n x\n  y\nA\n", "\" x\\n  y\\n\""),
        ("<<-A\n  x\n    y\n\n  A\n", "\"x\\n  y\\n\\n\""),
        ("<<-A\n    ${a}\n      b\n  A\n", "T($a \"\\n  b\\n\")"),
        (
            "<<-A\n  ${a}\n${b}\n  A\n",
            "T(\"  \" $a \"\\n\" $b \"\\n\")",
        ),
        ("<<A\nx \\n $${y}\nA\n", "\"x \\\\n ${y}\\n\""),
        ("<<A\nA\n", "\"\""),
        ("<<A\r\nx\r\nA\r\n", "\"x\\r\\n\""),
        ("1.2.3", "E0217 "),
        ("\"\\x\"", "E0208 "),
        ("\"\\ud800\"", "E0208 "),
        ("'a'", "E0207 "),
    ]);
}

#[test]
fn templates() {
    same(&[
        ("\"${a}\"", "T($a)"),
        ("\"a${b}c\"", "T(\"a\" $b \"c\")"),
        ("\"${\"${a}\"}\"", "T($T($a))"),
        ("\"${{ a = 1 }}\"", "T(${\"a\":1})"),
        ("\"a ${~ b ~} c\"", "T(\"a\" $b \"c\")"),
        // Alone it would stand for its value.
        ("\" ${~ b }\"", "T(\"\" $b)"),
        ("\"${~ b ~}\"", "T($b)"),
        (
            "\"%{ if a }b%{ else }c%{ endif }\"",
            "T(if a(\"b\")(\"c\"))",
        ),
        ("\"%{ if a }%{ endif }\"", "T(if a()())"),
        (
            "\"%{ for k, v in a }${k}%{ endfor }\"",
            "T(for k,v in a($k))",
        ),
        (
            "\"x %{~ if a ~} b %{~ endif ~} y\"",
            "T(\"x\" if a(\"b\")() \"y\")",
        ),
        // Only the rest of the line is stripped: lines are tokens of their own.
        ("<<A\n${a ~}\n  b\nA\n", "T($a \"  b\\n\")"),
        ("<<A\nx\n  ${~ a}\nA\n", "T(\"x\\n\" $a \"\\n\")"),
        (
            "<<A\n%{ for a in b ~}\n${a}\n%{ endfor ~}\nA\n",
            "T(for a in b($a \"\\n\"))",
        ),
        (
            "\"%{ if a }%{ for b in c }d%{ endfor }%{ else }e%{ endif }\"",
            "T(if a(for b in c(\"d\"))(\"e\"))",
        ),
        (
            "<<-A\n  x ${a ~}\n    \n   y\n  A\n",
            "T(\"x \" $a \"    \\n y\\n\")",
        ),
        ("\"%{ if a }\"", "E0220 "),
        ("\"%{ else }\"", "E0220 "),
        ("\"%{ for a in b }%{ endif }\"", "E0220 "),
        ("\"$${a}${b}\"", "T(\"${a}\" $b)"),
        ("\"$$${a}\"", "\"$${a}\""),
    ]);
}

#[test]
fn collections_calls_and_for() {
    same(&[
        ("[]", "[]"),
        ("[1, 2,]", "[1,2]"),
        ("[\n1,\n2\n]", "[1,2]"),
        ("{}", "{}"),
        ("{ a = 1, b : 2 }", "{\"a\":1,\"b\":2}"),
        ("{\na = 1\nb = 2,\n}", "{\"a\":1,\"b\":2}"),
        ("{ \"a b\" = 1 }", "{\"a b\":1}"),
        ("{ (a) = 1 }", "{p(a):1}"),
        (
            "{ (a.b) = 1, \"${c}\" = 2, 3 = 4 }",
            "{p(a.b):1,T($c):2,3:4}",
        ),
        ("{ true = 1, null = 2 }", "{\"true\":1,\"null\":2}"),
        ("{ a.b = 1 }", "{a.b:1}"),
        ("{ a = 1 a = 2 }", "E0210 "),
        ("f()", "f()"),
        ("f(a, b...)", "f(a,b...)"),
        ("f(\na,\nb,\n)", "f(a,b)"),
        ("a::b::c(1)", "a::b::c(1)"),
        ("[for a in b : c]", "for(a in b:c)"),
        ("[for a, b in c : d if e]", "for(a,b in c:d if e)"),
        (
            "{for a, b in c : d => e... if f}",
            "for(a,b in c:d=>e... if f)",
        ),
        ("{\n for a in b :\n c => d\n}", "for(a in b:c=>d)"),
        ("{ for = 1 }", "E0218 "),
        ("[for a in b : c => d]", "E0218 "),
        ("{for a in b : c}", "E0218 "),
        ("[for a in b : c...]", "E0218 "),
        ("[1 2]", "E0210 "),
        ("f(a... b)", "E0225 "),
        ("1 +", "E0209 "),
        ("a b", "E0225 "),
        ("", "E0209 "),
        ("\n a \n", "a"),
    ]);
}

#[test]
fn bodies() {
    let text = "a = 1 # c\nb \"c\" d {\n  e = [\n    1,\n  ]\n  f { g = 2 }\n  h {}\n}\n/* x */ i = <<A\nj\nA\n";
    let (body, diagnostics) = parse_body(FileId(0), text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(
        dump::body(&body, false),
        "a=1;b \"c\" \"d\"{e=[1];f{g=2};h{}};i=\"j\\n\""
    );
    let (body, diagnostics) = parse_body(FileId(0), "\u{feff}a = 1\r\nb = 2");
    assert!(diagnostics.is_empty());
    assert_eq!(dump::body(&body, false), "a=1;b=2");
}

#[test]
fn what_is_right_is_kept_beside_mistakes() {
    let text = "a = 1\nb = \nc {\n  d = 2 3\n  e = 4\n  f = { g = 1, h 2, i = 3 }\n}\nj = 5\n";
    let (body, diagnostics) = parse_body(FileId(0), text);
    assert_eq!(diagnostics.len(), 3, "{diagnostics:?}");
    assert_eq!(
        dump::body(&body, false),
        "a=1;c{d=2;e=4;f={\"g\":1,\"i\":3}};j=5"
    );
}

#[test]
fn bare_templates() {
    let template = |text| match parse_template(FileId(0), text, 0) {
        Ok(expr) => dump::expr(&expr, false),
        Err(diagnostics) => format!("{diagnostics:?}"),
    };
    assert_eq!(
        template("plain \\n \"text\""),
        "\"plain \\\\n \\\"text\\\"\""
    );
    assert_eq!(template("${a}"), "T($a)");
    assert_eq!(
        template("a ${b}\n%{ if c ~}\n d\n%{ endif ~}\n"),
        "T(\"a \" $b \"\\n\" if c(\" d\\n\")())"
    );
    assert_eq!(template("$${a}"), "\"${a}\"");
    assert_eq!(template("${a} $"), "T($a \" $\")");
    assert_eq!(template("%%{x} 100%"), "\"%{x} 100%\"");
}

#[test]
fn spans_are_those_of_the_text() {
    let at = |text: &str, base: u32| {
        let expr = parse_expression(FileId(3), text, base).expect("parses");
        (expr.span.file.0, expr.span.start, expr.span.end)
    };
    assert_eq!(at("  a.b + 1  ", 100), (3, 102, 109));
    assert_eq!(at("\"é${a}\"", 0), (3, 0, 8));
    assert_eq!(at("f(x)[*].y", 5), (3, 5, 14));
    assert_eq!(at("(a)", 0), (3, 0, 3));
    let expr = parse_template(FileId(0), "x${a}", 50).expect("parses");
    let reference = &expr.references()[0];
    assert_eq!(
        (reference.root_span.start, reference.root_span.end),
        (53, 54)
    );
}
