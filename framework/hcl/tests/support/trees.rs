//! Random trees as the parser makes them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use smol_str::SmolStr;
use terrace_diag::{FileId, Span};
use terrace_hcl::ast::{
    Attribute, BinaryOp, Block, Body, Call, Conditional, Expr, ExprKind, For, Ident, Item,
    ObjectItem, ObjectKey, Splat, Template, TemplatePart, UnaryOp,
};

const NOWHERE: Span = Span::new(FileId(0), 0, 0);

fn of(kind: ExprKind) -> Expr {
    Expr {
        kind,
        span: NOWHERE,
    }
}

fn name() -> impl Strategy<Value = SmolStr> {
    prop::sample::select(vec![
        "a", "b", "local", "each", "a-b", "_x", "größe", "e5", "if", "endif",
    ])
    .prop_map(SmolStr::new)
}

fn ident() -> impl Strategy<Value = Ident> {
    name().prop_map(|name| Ident {
        name,
        span: NOWHERE,
    })
}

/// Texts with what is special somewhere.
fn text() -> impl Strategy<Value = SmolStr> {
    vec(
        prop::sample::select(vec![
            "a",
            " ",
            "x y",
            "\n",
            "line\n",
            "$",
            "%",
            "{",
            "}",
            "${",
            "%{",
            "$${",
            "~}",
            "\"",
            "\\",
            "\t",
            "EOT\n",
            "é",
            "日",
            "\u{200b}",
            "\u{301}",
            "=",
            "# no comment",
            "\\n",
            "👩‍👩‍👧",
            "\u{7}",
            "\r",
        ]),
        0..5,
    )
    .prop_map(|parts| parts.concat().into())
}

fn number() -> impl Strategy<Value = SmolStr> {
    prop::sample::select(vec![
        "0",
        "1",
        "12",
        "1.5",
        "1e3",
        "0.1e-7",
        "123456789012345678901234567890",
    ])
    .prop_map(SmolStr::new)
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        Just(ExprKind::Null),
        any::<bool>().prop_map(ExprKind::Bool),
        number().prop_map(ExprKind::Number),
        text().prop_map(ExprKind::String),
        name().prop_map(ExprKind::Variable),
        Just(ExprKind::Tuple(Vec::new())),
        Just(ExprKind::Object(Vec::new())),
    ]
    .prop_map(of)
}

fn paren(expr: Expr) -> Expr {
    of(ExprKind::Paren(Box::new(expr)))
}

/// What can stand before `.name` and `[key]` as it is.
fn postfix(expr: Expr) -> Expr {
    match &expr.kind {
        ExprKind::Variable(_)
        | ExprKind::GetAttr { .. }
        | ExprKind::Index { .. }
        | ExprKind::Call(_)
        | ExprKind::Paren(_)
        | ExprKind::Tuple(_)
        | ExprKind::Object(_)
        | ExprKind::For(_)
        | ExprKind::String(_)
        | ExprKind::Template(_)
        | ExprKind::Null
        | ExprKind::Bool(_) => expr,
        _ => paren(expr),
    }
}

/// What can stand beside an operator as it is.
fn operand(expr: Expr) -> Expr {
    match &expr.kind {
        ExprKind::Binary { .. } | ExprKind::Conditional(_) => paren(expr),
        _ => expr,
    }
}

fn binary_op() -> impl Strategy<Value = BinaryOp> {
    prop::sample::select(vec![
        BinaryOp::Or,
        BinaryOp::And,
        BinaryOp::Equal,
        BinaryOp::NotEqual,
        BinaryOp::Less,
        BinaryOp::LessEqual,
        BinaryOp::Greater,
        BinaryOp::GreaterEqual,
        BinaryOp::Add,
        BinaryOp::Subtract,
        BinaryOp::Multiply,
        BinaryOp::Divide,
        BinaryOp::Modulo,
    ])
}

fn key(expr: impl Strategy<Value = Expr>) -> impl Strategy<Value = ObjectKey> {
    prop_oneof![
        4 => ident().prop_map(ObjectKey::Name),
        2 => text().prop_map(|name| ObjectKey::Name(Ident { name, span: NOWHERE })),
        1 => Just(ObjectKey::Name(Ident { name: "for".into(), span: NOWHERE })),
        1 => expr.prop_map(|expr| ObjectKey::Expr(paren(expr))),
        1 => number().prop_map(|n| ObjectKey::Expr(of(ExprKind::Number(n)))),
    ]
}

/// Steps on the item of a splat.
fn each() -> impl Strategy<Value = (bool, Expr)> {
    (any::<bool>(), vec((any::<bool>(), ident()), 0..3)).prop_map(|(full, steps)| {
        let item = of(ExprKind::SplatItem);
        let expr = steps.into_iter().fold(item, |base, (index, name)| {
            // `.*.3.3` would read as one number.
            let after_index = matches!(base.kind, ExprKind::Index { .. });
            let base = Box::new(base);
            // And so would `.*.3.e5`.
            let name = Ident {
                name: if full { name.name } else { "b".into() },
                ..name
            };
            of(if index && (full || !after_index) {
                let key = Box::new(of(ExprKind::Number("3".into())));
                ExprKind::Index { base, key }
            } else {
                ExprKind::GetAttr { base, name }
            })
        });
        (full, expr)
    })
}

fn parts(expr: BoxedStrategy<Expr>) -> BoxedStrategy<Vec<TemplatePart>> {
    let piece = prop_oneof![
        3 => text().prop_map(|text| TemplatePart::Literal(text, NOWHERE)),
        2 => expr.clone().prop_map(TemplatePart::Interpolation),
    ];
    let directive = (
        expr,
        vec(piece.clone(), 0..3),
        vec(piece.clone(), 0..3),
        option::of(ident()),
        ident(),
        any::<bool>(),
    )
        .prop_map(|(expr, first, second, key, value, is_if)| {
            if is_if {
                TemplatePart::If {
                    condition: expr,
                    then: tidy(first),
                    otherwise: tidy(second),
                    span: NOWHERE,
                }
            } else {
                TemplatePart::For {
                    key,
                    value,
                    collection: expr,
                    body: tidy(first),
                    span: NOWHERE,
                }
            }
        });
    vec(prop_oneof![4 => piece, 1 => directive], 1..5)
        .prop_map(tidy)
        .boxed()
}

/// Neighbouring texts joined, empty ones dropped, as the parser does.
fn tidy(parts: Vec<TemplatePart>) -> Vec<TemplatePart> {
    let mut out: Vec<TemplatePart> = Vec::new();
    for part in parts {
        match (out.last_mut(), part) {
            (_, TemplatePart::Literal(text, _)) if text.is_empty() => {}
            (Some(TemplatePart::Literal(before, _)), TemplatePart::Literal(text, _)) => {
                *before = format!("{before}{text}").into();
            }
            (_, part) => out.push(part),
        }
    }
    out
}

fn template(parts: Vec<TemplatePart>, heredoc: bool) -> Expr {
    if let [TemplatePart::Literal(text, _)] = &parts[..] {
        return of(ExprKind::String(text.clone()));
    }
    if parts.is_empty() {
        return of(ExprKind::String(SmolStr::default()));
    }
    of(ExprKind::Template(Box::new(Template { parts, heredoc })))
}

/// A random expression.
pub(crate) fn expr() -> BoxedStrategy<Expr> {
    leaf()
        .prop_recursive(4, 40, 4, |inner| {
            let inner = inner.boxed();
            let boxed = || inner.clone();
            prop_oneof![
                vec(boxed(), 0..4).prop_map(|items| of(ExprKind::Tuple(items))),
                vec((key(boxed()), boxed()), 0..4).prop_map(|items| {
                    let items = items
                        .into_iter()
                        .map(|(key, value)| ObjectItem { key, value });
                    of(ExprKind::Object(items.collect()))
                }),
                (boxed(), ident()).prop_map(|(base, name)| of(ExprKind::GetAttr {
                    base: Box::new(postfix(base)),
                    name,
                })),
                (boxed(), boxed()).prop_map(|(base, key)| of(ExprKind::Index {
                    base: Box::new(postfix(base)),
                    key: Box::new(key),
                })),
                (boxed(), each()).prop_map(|(source, (full, each))| of(ExprKind::Splat(Box::new(
                    Splat {
                        source: postfix(source),
                        each,
                        full,
                    }
                )))),
                (ident(), vec(boxed(), 0..4), any::<bool>(), any::<bool>()).prop_map(
                    |(mut name, args, expand, namespaced)| {
                        if namespaced {
                            name.name = format!("provider::{}", name.name).into();
                        }
                        let expand_final = expand && !args.is_empty();
                        of(ExprKind::Call(Box::new(Call {
                            name,
                            args,
                            expand_final,
                        })))
                    }
                ),
                (any::<bool>(), boxed()).prop_map(|(not, operand_)| of(ExprKind::Unary {
                    op: if not { UnaryOp::Not } else { UnaryOp::Negate },
                    operand: Box::new(operand(operand_)),
                })),
                (binary_op(), boxed(), boxed()).prop_map(|(op, left, right)| of(
                    ExprKind::Binary {
                        op,
                        op_span: NOWHERE,
                        sides: Box::new((operand(left), operand(right))),
                    }
                )),
                (boxed(), boxed(), boxed()).prop_map(|(condition, yes, no)| of(
                    ExprKind::Conditional(Box::new(Conditional {
                        condition: operand(condition),
                        yes,
                        no,
                    }))
                )),
                (
                    option::of(ident()),
                    ident(),
                    vec(boxed(), 4),
                    any::<[bool; 3]>()
                )
                    .prop_map(
                        |(key_var, value_var, mut exprs, [object, group, filtered])| {
                            let mut next = || exprs.pop();
                            let (collection, value) = (next(), next());
                            let null = of(ExprKind::Null);
                            of(ExprKind::For(Box::new(For {
                                key_var,
                                value_var,
                                collection: collection.unwrap_or(null.clone()),
                                key: next().filter(|_| object),
                                value: value.unwrap_or(null),
                                group: group && object,
                                condition: next().filter(|_| filtered),
                            })))
                        }
                    ),
                boxed().prop_map(paren),
                (parts(boxed()), any::<bool>(), any::<bool>()).prop_map(
                    |(mut all, heredoc, ends)| {
                        if ends {
                            all.push(TemplatePart::Literal("end\n".into(), NOWHERE));
                        }
                        template(tidy(all), heredoc)
                    }
                ),
            ]
        })
        .boxed()
}

fn attribute_expr() -> impl Strategy<Value = Expr> {
    expr()
}

/// A random body without repeated attributes.
pub(crate) fn body() -> impl Strategy<Value = Body> {
    let attributes = || {
        vec(attribute_expr(), 0..4).prop_map(|exprs| {
            let names = ["a", "bcd", "größe", "a-b"];
            names
                .iter()
                .zip(exprs)
                .map(|(name, expr)| {
                    Item::Attribute(Attribute {
                        name: Ident {
                            name: SmolStr::new(name),
                            span: NOWHERE,
                        },
                        expr,
                    })
                })
                .collect::<Vec<Item>>()
        })
    };
    let block = (ident(), vec(text(), 0..3), attributes()).prop_map(|(kind, labels, items)| {
        Item::Block(Block {
            kind,
            labels: labels
                .into_iter()
                .map(|name| Ident {
                    name,
                    span: NOWHERE,
                })
                .collect(),
            body: Body {
                items,
                span: NOWHERE,
            },
            header: NOWHERE,
        })
    });
    (attributes(), vec(block, 0..2)).prop_map(|(mut items, blocks)| {
        items.extend(blocks);
        Body {
            items,
            span: NOWHERE,
        }
    })
}
