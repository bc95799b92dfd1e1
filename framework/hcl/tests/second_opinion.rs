//! hcl-edit as a second opinion: it accepts and refuses the same texts and sees
//! the same structure in them.

#[path = "support/dump.rs"]
mod dump;
#[path = "support/mutate.rs"]
mod mutate;

use std::fs;
use std::path::Path;

use hcl_edit::expr::{BinaryOperator, Expression, ObjectKey, TraversalOperator, UnaryOperator};
use hcl_edit::structure::{Body, Structure};
use hcl_edit::template::{Directive, Element, Strip, Template};
use terrace_diag::FileId;
use terrace_hcl::parse_body;

/// hcl-edit's tree in the words of `dump`. Not comparable where it keeps
/// something the way it is written that we have already applied (strip markers).
struct Theirs {
    comparable: bool,
}

impl Theirs {
    fn body(&mut self, body: &Body) -> String {
        let items: Vec<String> = body
            .iter()
            .map(|item| match item {
                Structure::Attribute(a) => {
                    format!("{}={}", a.key.as_str(), self.expr(&a.value))
                }
                Structure::Block(b) => {
                    let labels: String = b
                        .labels
                        .iter()
                        .map(|l| format!(" {:?}", l.as_str()))
                        .collect();
                    format!("{}{labels}{{{}}}", b.ident.as_str(), self.body(&b.body))
                }
            })
            .collect();
        items.join(";")
    }

    fn list<'a>(&mut self, items: impl Iterator<Item = &'a Expression>) -> String {
        items.map(|e| self.expr(e)).collect::<Vec<_>>().join(",")
    }

    fn expr(&mut self, expr: &Expression) -> String {
        match expr {
            Expression::Null(_) => "null".into(),
            Expression::Bool(b) => b.value().to_string(),
            // A minus before digits is part of the number there.
            Expression::Number(n) => match n.value().to_string().strip_prefix('-') {
                Some(digits) => format!("(-{})", dump::number(digits)),
                None => dump::number(&n.value().to_string()),
            },
            Expression::String(s) => format!("{:?}", s.value()),
            Expression::Array(items) => format!("[{}]", self.list(items.iter())),
            Expression::Object(items) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|(key, value)| {
                        let key = match key {
                            ObjectKey::Ident(name) => format!("{:?}", name.as_str()),
                            ObjectKey::Expression(key) => self.expr(key),
                        };
                        format!("{key}:{}", self.expr(value.expr()))
                    })
                    .collect();
                format!("{{{}}}", items.join(","))
            }
            Expression::StringTemplate(t) => self.template(t),
            Expression::HeredocTemplate(t) => self.template(&t.template),
            Expression::Parenthesis(inner) => format!("p({})", self.expr(inner.inner())),
            Expression::Variable(name) => name.as_str().to_owned(),
            Expression::Conditional(c) => format!(
                "({}?{}:{})",
                self.expr(&c.cond_expr),
                self.expr(&c.true_expr),
                self.expr(&c.false_expr)
            ),
            Expression::FuncCall(c) => {
                let namespace: String = c
                    .name
                    .namespace
                    .iter()
                    .map(|n| format!("{}::", n.as_str()))
                    .collect();
                let dots = if c.args.expand_final() { "..." } else { "" };
                format!(
                    "{namespace}{}({}{dots})",
                    c.name.name.as_str(),
                    self.list(c.args.iter())
                )
            }
            Expression::Traversal(t) => {
                let mut out = self.expr(&t.expr);
                for operator in &t.operators {
                    out += &match operator.value() {
                        TraversalOperator::AttrSplat(_) => ".*".to_owned(),
                        TraversalOperator::FullSplat(_) => "[*]".to_owned(),
                        TraversalOperator::GetAttr(name) => format!(".{}", name.as_str()),
                        TraversalOperator::Index(key) => format!("[{}]", self.expr(key)),
                        TraversalOperator::LegacyIndex(index) => format!("[{}]", index.value()),
                    };
                }
                out
            }
            Expression::UnaryOp(u) => {
                let sign = match u.operator.value() {
                    UnaryOperator::Neg => '-',
                    UnaryOperator::Not => '!',
                };
                format!("({sign}{})", self.expr(&u.expr))
            }
            Expression::BinaryOp(b) => {
                let operator: BinaryOperator = *b.operator.value();
                format!(
                    "({}{operator}{})",
                    self.expr(&b.lhs_expr),
                    self.expr(&b.rhs_expr)
                )
            }
            Expression::ForExpr(f) => {
                let key_var = f
                    .intro
                    .key_var
                    .as_ref()
                    .map_or(String::new(), |k| format!("{},", k.as_str()));
                let key = f
                    .key_expr
                    .as_ref()
                    .map_or(String::new(), |k| format!("{}=>", self.expr(k)));
                let dots = if f.grouping { "..." } else { "" };
                let condition = f
                    .cond
                    .as_ref()
                    .map_or(String::new(), |c| format!(" if {}", self.expr(&c.expr)));
                format!(
                    "for({key_var}{} in {}:{key}{}{dots}{condition})",
                    f.intro.value_var.as_str(),
                    self.expr(&f.intro.collection_expr),
                    self.expr(&f.value_expr)
                )
            }
        }
    }

    fn template(&mut self, template: &Template) -> String {
        let literal: Option<String> = template
            .iter()
            .map(|element| element.as_literal().map(|text| text.value().as_str()))
            .collect();
        match literal {
            Some(text) => format!("{text:?}"),
            None => format!("T({})", self.parts(template)),
        }
    }

    fn strip(&mut self, strip: Strip) {
        self.comparable &= strip == Strip::None;
    }

    fn parts(&mut self, template: &Template) -> String {
        let parts: Vec<String> = template
            .iter()
            .map(|element| match element {
                Element::Literal(text) => format!("{:?}", text.value()),
                Element::Interpolation(i) => {
                    self.strip(i.strip);
                    format!("${}", self.expr(&i.expr))
                }
                Element::Directive(directive) => match &**directive {
                    Directive::If(d) => {
                        self.strip(d.if_expr.strip);
                        self.strip(d.endif_expr.strip);
                        let otherwise = d.else_expr.as_ref().map_or(String::new(), |e| {
                            self.strip(e.strip);
                            self.parts(&e.template)
                        });
                        format!(
                            "if {}({})({otherwise})",
                            self.expr(&d.if_expr.cond_expr),
                            self.parts(&d.if_expr.template)
                        )
                    }
                    Directive::For(d) => {
                        self.strip(d.for_expr.strip);
                        self.strip(d.endfor_expr.strip);
                        let f = &d.for_expr;
                        let key = f
                            .key_var
                            .as_ref()
                            .map_or(String::new(), |k| format!("{},", k.as_str()));
                        format!(
                            "for {key}{} in {}({})",
                            f.value_var.as_str(),
                            self.expr(&f.collection_expr),
                            self.parts(&f.template)
                        )
                    }
                },
            })
            .collect();
        parts.join(" ")
    }
}

/// How the two opinions relate.
#[derive(PartialEq, Eq)]
enum Verdict {
    Same,
    /// One accepts and the other refuses.
    Disagree,
}

#[track_caller]
fn compare(text: &str) -> Verdict {
    let (ours, diagnostics) = parse_body(FileId(0), text);
    // hcl-edit knows no byte order mark.
    let theirs = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .parse::<Body>();
    match (diagnostics.has_errors(), theirs) {
        (true, Err(_)) => Verdict::Same,
        (false, Ok(body)) => {
            let mut dumper = Theirs { comparable: true };
            let theirs = dumper.body(&body);
            if dumper.comparable {
                assert_eq!(dump::body(&ours, true), theirs, "{text}");
            }
            Verdict::Same
        }
        _ => Verdict::Disagree,
    }
}

fn texts(folder: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let mut all: Vec<String> = fs::read_dir(root)
        .expect("folder")
        .map(|entry| entry.expect("entry").path())
        .map(|path| {
            if path.is_dir() {
                path.join("in.hcl")
            } else {
                path
            }
        })
        .map(|path| fs::read_to_string(path).expect("a text"))
        .collect();
    all.sort();
    all
}

#[test]
fn same_structure() {
    for folder in ["seeds", "format"] {
        for text in texts(folder) {
            assert!(compare(&text) == Verdict::Same, "{text}");
        }
    }
}

/// In variants the structure is always the same. Which are accepted differs in
/// few: hcl-edit ends heredocs and lists around them by rules of its own and
/// takes some line breaks terraform refuses. `terraform_fmt.rs` compares
/// acceptance with terraform itself, without exception.
#[test]
fn same_structure_in_variants() {
    let seeds = [texts("seeds"), texts("format")].concat();
    let mut random = mutate::Random::new(11);
    let variants = 1500;
    let disagreements = (0..variants)
        .map(|_| mutate::mutate(&seeds[random.below(seeds.len())], &mut random))
        .filter(|text| compare(text) == Verdict::Disagree)
        .count();
    assert!(
        disagreements * 50 < variants,
        "{disagreements} of {variants}"
    );
}
