//! Laws of the printer: what it prints reads back as the same tree, and the
//! formatter changes nothing in it.

#[path = "support/dump.rs"]
mod dump;
#[path = "support/trees.rs"]
mod trees;

use proptest::prelude::*;
use terrace_diag::{FileId, Span};
use terrace_hcl::ast::{Attribute, Block, Body, Expr, ExprKind, Ident, Item};
use terrace_hcl::print::{self, Writer};
use terrace_hcl::{format, parse_body, parse_expression};

fn parse(text: &str) -> Expr {
    parse_expression(FileId(0), text, 0).expect("an expression")
}

/// The printed text of `a = text`.
fn printed(text: &str) -> String {
    let mut writer = Writer::new();
    writer.attribute("a", &parse(text));
    writer.finish()
}

#[track_caller]
fn prints(text: &str, wanted: &str) {
    let found = printed(text);
    assert_eq!(found, wanted, "{text}");
    assert_eq!(format(&found).expect("parses"), found, "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn reads_back_the_same_and_is_formatted(body in trees::body()) {
        let text = print::body(&body);
        let (again, diagnostics) = parse_body(FileId(0), &text);
        prop_assert!(!diagnostics.has_errors(), "{text}\n{diagnostics:?}");
        prop_assert!(
            again.same_as(&body),
            "{text}\n{}\n{}",
            dump::body(&body, false),
            dump::body(&again, false)
        );
        let formatted = format(&text).expect("parses");
        prop_assert_eq!(formatted, text);
    }

    #[test]
    fn one_line_reads_back_the_same(expr in trees::expr()) {
        let text = print::expression_inline(&expr);
        prop_assert!(!text.contains('\n'));
        let again = parse_expression(FileId(0), &text, 0);
        let again = again.map_err(|d| TestCaseError::fail(format!("{text}\n{d:?}")))?;
        prop_assert!(again.same_as(&expr), "{text}\n{}\n{}", dump::expr(&expr, false), dump::expr(&again, false));
    }

    #[test]
    fn any_text_survives_as_a_string(text in any::<String>()) {
        let expr = Expr {
            kind: ExprKind::String(text.as_str().into()),
            span: Span::new(FileId(0), 0, 0),
        };
        let again = parse(&print::expression_inline(&expr));
        prop_assert!(again.same_as(&expr));
        let mut writer = Writer::new();
        writer.attribute("a", &expr);
        let (body, diagnostics) = parse_body(FileId(0), &writer.finish());
        prop_assert!(!diagnostics.has_errors());
        prop_assert!(body.attribute("a").is_some_and(|a| a.expr.same_as(&expr)));
    }
}

#[test]
fn line_breaks() {
    prints("{ a = 1 }", "a = { a = 1 }\n");
    prints("{ a = 1, bc = 2 }", "a = {\n  a  = 1\n  bc = 2\n}\n");
    prints(
        "{ a = { b = 1, c = 2 } }",
        "a = {\n  a = {\n    b = 1\n    c = 2\n  }\n}\n",
    );
    prints("{}", "a = {}\n");
    prints("[]", "a = []\n");
    prints("[1, \"b\", c.d]", "a = [1, \"b\", c.d]\n");
    prints(
        "[{ b = 1, c = 2 }, {}]",
        "a = [\n  {\n    b = 1\n    c = 2\n  },\n  {},\n]\n",
    );
    let long = "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"";
    prints(
        &format!("[{long}, {long}]"),
        &format!("a = [\n  {long},\n  {long},\n]\n"),
    );
    prints("toset([\"a\"])", "a = toset([\"a\"])\n");
    prints(
        &format!("toset([{long}, {long}])"),
        &format!("a = toset([\n  {long},\n  {long},\n])\n"),
    );
    prints(
        "merge(b, { c = 1, d = 2 })",
        "a = merge(b, {\n  c = 1\n  d = 2\n})\n",
    );
    prints(
        "merge({ c = 1, d = 2 }, b)",
        "a = merge(\n  {\n    c = 1\n    d = 2\n  },\n  b,\n)\n",
    );
    prints(
        "{ for k, v in b : k => { c = v, d = 2 } if v }",
        "a = {\n  for k, v in b : k => {\n    c = v\n    d = 2\n  } if v\n}\n",
    );
    prints("[for v in b : v.c]", "a = [for v in b : v.c]\n");
}

#[test]
fn heredocs() {
    prints("\"x\\ny\\n\"", "a = <<EOT\nx\ny\nEOT\n");
    prints("\"x\\n\"", "a = \"x\\n\"\n");
    prints("\"x\\ny\"", "a = \"x\\ny\"\n");
    prints(
        "\"EOT\\n $${y} %%{z}\\n\"",
        "a = <<EOT2\nEOT\n $${y} %%{z}\nEOT2\n",
    );
    prints("<<A\nx ${b}\nA\n", "a = <<EOT\nx ${b}\nEOT\n");
    prints(
        "trimspace(<<A\nx\ny\nA\n)",
        "a = trimspace(<<EOT\nx\ny\nEOT\n)\n",
    );
    prints(
        "f(<<A\nx\ny\nA\n, b)",
        "a = f(\n  <<EOT\nx\ny\nEOT\n  ,\n  b,\n)\n",
    );
    prints(
        "{ b = \"x\\ny\\n\", cde = 1 }",
        "a = {\n  b   = <<EOT\nx\ny\nEOT\n  cde = 1\n}\n",
    );
}

#[test]
fn spaces_as_the_formatter_sets_them() {
    prints(
        "\"${ -b } ${ {c = 1} }\"",
        "a = \"${- b} ${ { c = 1 } }\"\n",
    );
    prints("\"b\"[0]", "a = \"b\" [0]\n");
    prints("b.*[0]", "a = b.* [0]\n");
    prints("b.* - 1", "a = b.* -1\n");
    prints("[for k in (b) : k if (c)]", "a = [for k in(b) : k if(c)]\n");
    prints(
        "[for k in [1] : k if [1][0] == 1]",
        "a = [for k in [1] : k if[1][0] == 1]\n",
    );
    prints(
        "{ for k in b : k => -1 }",
        "a = { for k in b : k => - 1 }\n",
    );
    prints("b ? -1 : -2", "a = b ? -1 : -2\n");
    prints("-b - -c", "a = -b - -c\n");
    prints("\"x %{ if b }y%{ endif }\"", "a = \"x %{if b}y%{endif}\"\n");
    prints("\" ${~ b }\"", "a = \" ${~b}\"\n");
    prints(
        "{ \"for\" = 1, \"b c\" = 2, (d) = 3 }",
        "a = {\n  \"for\" = 1\n  \"b c\" = 2\n  (d)   = 3\n}\n",
    );
}

#[test]
fn parentheses_are_set_where_a_rewrite_needs_them() {
    let rewritten = parse("a.b * -c ? d.e[0] : f.g.*.h").rewrite(|reference| {
        let text = match reference.root.as_str() {
            "a" => "1 + 2",
            "c" => "x ? y : z",
            "d" => "!k",
            "f" => "q[*]",
            _ => return None,
        };
        Some(parse(text))
    });
    // `a.b` and `d.e[0]` are references as a whole, `f.g` is one before the splat.
    assert_eq!(
        print::expression_inline(&rewritten),
        "(1 + 2) * -(x ? y : z) ? !k : (q[*]).*.h"
    );
}

#[test]
fn references_honour_for() {
    let expr =
        parse("[for k, v in local.a : merge(v, k, local.b[k].c, { d = env.x[\"y\"][0] })] == k");
    let found: Vec<String> = expr
        .references()
        .iter()
        .map(|r| format!("{}:{}", print::expression_inline(r.expr), r.steps.len()))
        .collect();
    assert_eq!(
        found,
        ["local.a:1", "local.b:1", "env.x[\"y\"][0]:3", "k:0"]
    );
}

#[test]
fn writer_sets_blank_lines_and_aligns() {
    let mut writer = Writer::new();
    writer.comment("Generated.\n\nDo not edit.");
    writer.blank();
    writer.block("terraform", &[], |w| {
        w.attribute_string("required_version", ">= 1.5");
        w.block("required_providers", &[], |w| {
            w.attribute(
                "aws",
                &parse("{ source = \"hashicorp/aws\", version = \"~> 5\" }"),
            );
        });
        w.block("backend", &["s3"], |_| {});
    });
    writer.comment("The network.");
    writer.block("module", &["vpc \"x\""], |w| {
        w.attribute_string("source", "./modules/vpc");
        w.attribute_text("a_long_name", "local.x");
        w.attribute("tags", &parse("{ a = 1, b = 2 }"));
        w.attribute_text("z", "1");
        w.blank();
        w.attribute_text("zz", "1");
        w.attribute_text("zzzz", "2");
        w.blank();
    });
    let text = writer.finish();
    assert_eq!(
        text,
        r#"# Generated.
#
# Do not edit.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5"
    }
  }

  backend "s3" {}
}

# The network.
module "vpc \"x\"" {
  source      = "./modules/vpc"
  a_long_name = local.x
  tags = {
    a = 1
    b = 2
  }
  z = 1

  zz   = 1
  zzzz = 2
}
"#
    );
    assert_eq!(format(&text).expect("parses"), text);
}

#[test]
fn body_of_items() {
    let span = Span::new(FileId(0), 0, 0);
    let name = |text: &str| Ident {
        name: text.into(),
        span,
    };
    let body = Body {
        items: vec![
            Item::Attribute(Attribute {
                name: name("a"),
                expr: parse("\"${b}\""),
            }),
            Item::Block(Block {
                kind: name("variable"),
                labels: vec![name("x")],
                body: Body {
                    items: vec![Item::Attribute(Attribute {
                        name: name("type"),
                        expr: parse("list"),
                    })],
                    span,
                },
                header: span,
            }),
        ],
        span,
    };
    assert_eq!(
        print::body(&body),
        "a = b\n\nvariable \"x\" {\n  type = list(any)\n}\n"
    );
}
