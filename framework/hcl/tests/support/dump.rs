//! Trees as short texts, for tables of expected results.

use terrace_hcl::ast::{Body, Expr, ExprKind, Item, ObjectKey, TemplatePart, UnaryOp};

/// A body: attributes and blocks.
pub(crate) fn body(body: &Body, flat: bool) -> String {
    let items: Vec<String> = body
        .items
        .iter()
        .map(|item| match item {
            Item::Attribute(a) => format!("{}={}", a.name.name, expr(&a.expr, flat)),
            Item::Block(b) => {
                let labels: String = b.labels.iter().map(|l| format!(" {:?}", l.name)).collect();
                format!("{}{labels}{{{}}}", b.kind.name, self::body(&b.body, flat))
            }
        })
        .collect();
    items.join(";")
}

/// An expression, every operator in parentheses. `flat` writes splats as they
/// are written; otherwise what belongs to each item stands in `<>`.
pub(crate) fn expr(e: &Expr, flat: bool) -> String {
    let go = |e: &Expr| expr(e, flat);
    let list = |items: &[Expr]| items.iter().map(go).collect::<Vec<_>>().join(",");
    match &e.kind {
        ExprKind::Null => "null".into(),
        ExprKind::Bool(b) => b.to_string(),
        ExprKind::Number(n) => number(n),
        ExprKind::String(s) => format!("{s:?}"),
        ExprKind::Template(t) => format!("T({})", parts(&t.parts, flat)),
        ExprKind::Tuple(items) => format!("[{}]", list(items)),
        ExprKind::Object(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| {
                    let key = match &item.key {
                        ObjectKey::Name(name) => format!("{:?}", name.name),
                        ObjectKey::Expr(key) => go(key),
                    };
                    format!("{key}:{}", go(&item.value))
                })
                .collect();
            format!("{{{}}}", items.join(","))
        }
        ExprKind::Variable(name) => name.to_string(),
        ExprKind::SplatItem => String::new(),
        ExprKind::GetAttr { base, name } => format!("{}.{}", go(base), name.name),
        ExprKind::Index { base, key } => format!("{}[{}]", go(base), go(key)),
        ExprKind::Splat(s) => {
            let mark = if s.full { "[*]" } else { ".*" };
            if flat {
                format!("{}{mark}{}", go(&s.source), go(&s.each))
            } else {
                format!("{}{mark}<{}>", go(&s.source), go(&s.each))
            }
        }
        ExprKind::Call(c) => {
            let dots = if c.expand_final { "..." } else { "" };
            format!("{}({}{dots})", c.name.name, list(&c.args))
        }
        ExprKind::Unary { op, operand } => match op {
            UnaryOp::Negate => format!("(-{})", go(operand)),
            UnaryOp::Not => format!("(!{})", go(operand)),
        },
        ExprKind::Binary { op, sides, .. } => {
            format!("({}{}{})", go(&sides.0), op.symbol(), go(&sides.1))
        }
        ExprKind::Conditional(c) => {
            format!("({}?{}:{})", go(&c.condition), go(&c.yes), go(&c.no))
        }
        ExprKind::For(f) => {
            let key_var = f
                .key_var
                .as_ref()
                .map_or(String::new(), |k| format!("{},", k.name));
            let key = f
                .key
                .as_ref()
                .map_or(String::new(), |k| format!("{}=>", go(k)));
            let dots = if f.group { "..." } else { "" };
            let condition = f
                .condition
                .as_ref()
                .map_or(String::new(), |c| format!(" if {}", go(c)));
            format!(
                "for({key_var}{} in {}:{key}{}{dots}{condition})",
                f.value_var.name,
                go(&f.collection),
                go(&f.value)
            )
        }
        ExprKind::Paren(inner) => format!("p({})", go(inner)),
    }
}

fn parts(all: &[TemplatePart], flat: bool) -> String {
    let parts: Vec<String> = all
        .iter()
        .map(|part| match part {
            TemplatePart::Literal(text, _) => format!("{text:?}"),
            TemplatePart::Interpolation(e) => format!("${}", expr(e, flat)),
            TemplatePart::If {
                condition,
                then,
                otherwise,
                ..
            } => format!(
                "if {}({})({})",
                expr(condition, flat),
                self::parts(then, flat),
                self::parts(otherwise, flat)
            ),
            TemplatePart::For {
                key,
                value,
                collection,
                body,
                ..
            } => {
                let key = key
                    .as_ref()
                    .map_or(String::new(), |k| format!("{},", k.name));
                format!(
                    "for {key}{} in {}({})",
                    value.name,
                    expr(collection, flat),
                    self::parts(body, flat)
                )
            }
        })
        .collect();
    parts.join(" ")
}

/// Numbers that mean the same read the same.
pub(crate) fn number(text: &str) -> String {
    text.parse::<f64>()
        .map_or(text.to_owned(), |n| n.to_string())
}
