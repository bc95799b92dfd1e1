//! Random layers, written as HCL and as YAML, and a small model of the merge
//! table to compare with.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value as Json;

/// A value of a layer, with operators.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Term {
    Scalar(Json),
    Null,
    List(Vec<Term>),
    Map(BTreeMap<String, Term>),
    Unset,
    Override(Box<Term>),
    Append(Vec<Term>),
    Prepend(Vec<Term>),
    MergeBy(Vec<Term>),
}

use Term::{Append, List, Map, MergeBy, Null, Override, Prepend, Scalar, Unset};

impl Term {
    /// As HCL, on one line.
    pub(crate) fn hcl(&self) -> String {
        match self {
            Scalar(json) => json.to_string(),
            Null => "null".into(),
            List(items) => list(items, Self::hcl),
            Map(entries) => map(entries, " = ", Self::hcl),
            Unset => "unset".into(),
            Override(term) => format!("override({})", term.hcl()),
            Append(items) => format!("append({})", list(items, Self::hcl)),
            Prepend(items) => format!("prepend({})", list(items, Self::hcl)),
            MergeBy(items) => format!("merge_by(\"name\", {})", list(items, Self::hcl)),
        }
    }

    /// As YAML in flow style.
    pub(crate) fn yaml(&self) -> String {
        match self {
            Scalar(json) => json.to_string(),
            Null => "null".into(),
            List(items) => list(items, Self::yaml),
            Map(entries) => map(entries, ": ", Self::yaml),
            Unset => "!unset ''".into(),
            Override(term) => format!("!override {}", term.yaml()),
            Append(items) => format!("!append {}", list(items, Self::yaml)),
            Prepend(items) => format!("!prepend {}", list(items, Self::yaml)),
            MergeBy(items) => format!("!merge_by [name, {}]", list(items, Self::yaml)),
        }
    }
}

fn list(items: &[Term], print: fn(&Term) -> String) -> String {
    let items: Vec<String> = items.iter().map(print).collect();
    format!("[{}]", items.join(", "))
}

fn map(entries: &BTreeMap<String, Term>, is: &str, print: fn(&Term) -> String) -> String {
    let entries: Vec<String> = entries
        .iter()
        .map(|(key, term)| format!("{key}{is}{}", print(term)))
        .collect();
    format!("{{{}}}", entries.join(", "))
}

/// The merge table: what a layer's value makes of what lies below.
pub(crate) fn apply(below: Option<Json>, term: &Term) -> Option<Json> {
    let items = |terms: &[Term]| -> Vec<Json> {
        terms.iter().filter_map(|term| apply(None, term)).collect()
    };
    let list = |below: Option<Json>| match below {
        Some(Json::Array(items)) => items,
        None | Some(Json::Null) => Vec::new(),
        Some(other) => panic!("a list operator over {other}"),
    };
    match term {
        Scalar(json) => Some(json.clone()),
        Null => Some(Json::Null),
        List(terms) => Some(items(terms).into()),
        Unset => None,
        Override(term) => apply(None, term),
        Append(terms) => {
            let mut out = list(below);
            out.extend(items(terms));
            Some(out.into())
        }
        Prepend(terms) => {
            let mut out = items(terms);
            out.extend(list(below));
            Some(out.into())
        }
        MergeBy(terms) => {
            let mut out = list(below);
            for term in terms {
                let Map(entries) = term else { unreachable!() };
                let key = apply(None, &entries["name"]);
                match out.iter_mut().find(|item| item.get("name") == key.as_ref()) {
                    Some(item) => *item = apply(Some(item.take()), term).unwrap_or_default(),
                    None => out.extend(apply(None, term)),
                }
            }
            Some(out.into())
        }
        Map(entries) => {
            let mut out = match below {
                Some(Json::Object(out)) => out,
                None | Some(Json::Null) => serde_json::Map::new(),
                Some(other) => panic!("a map over {other}"),
            };
            for (key, term) in entries {
                if let Some(value) = apply(out.remove(key), term) {
                    out.insert(key.clone(), value);
                }
            }
            Some(out.into())
        }
    }
}

/// Two layers as one, where the language can say it.
pub(crate) fn compose(lower: &Term, higher: &Term) -> Option<Term> {
    let fresh = |term: &Term| match term {
        Append(items) | Prepend(items) | MergeBy(items) => Override(Box::new(List(items.clone()))),
        other => Override(Box::new(other.clone())),
    };
    let joined = |a: &[Term], b: &[Term]| a.iter().chain(b).cloned().collect::<Vec<_>>();
    Some(match (lower, higher) {
        (_, Override(_) | Unset | Null | Scalar(_) | List(_)) if !matches!(lower, Override(_)) => {
            // Nothing that lies below shows through; null lets a map through anew.
            match (lower, higher) {
                (Unset | Null, Scalar(_) | List(_) | Null) => fresh(higher),
                _ => higher.clone(),
            }
        }
        (_, Override(_) | Unset) => higher.clone(),
        (Override(inner), _) => match compose(inner, higher)? {
            Override(inner) => Override(inner),
            other => fresh(&other),
        },
        (Unset | Null, _) => fresh(higher),
        (List(a), Append(b)) => List(joined(a, b)),
        (List(a), Prepend(b)) => List(joined(b, a)),
        (List(a), MergeBy(b)) => List(by_name(a, b)?),
        (Append(a), Append(b)) => Append(joined(a, b)),
        (Prepend(a), Prepend(b)) => Prepend(joined(b, a)),
        (MergeBy(a), MergeBy(b)) => MergeBy(by_name(a, b)?),
        (Map(a), Map(b)) => {
            let mut out = a.clone();
            for (key, term) in b {
                let both = match a.get(key) {
                    Some(lower) => compose(lower, term)?,
                    None => term.clone(),
                };
                out.insert(key.clone(), both);
            }
            Map(out)
        }
        _ => return None,
    })
}

fn by_name(lower: &[Term], higher: &[Term]) -> Option<Vec<Term>> {
    let name = |term: &Term| match term {
        Map(entries) => entries.get("name").cloned(),
        _ => None,
    };
    let mut out = lower.to_vec();
    for term in higher {
        match out.iter_mut().find(|item| name(item) == name(term)) {
            Some(item) => *item = compose(item, term)?,
            None => out.push(term.clone()),
        }
    }
    Some(out)
}

fn scalar() -> impl Strategy<Value = Term> {
    prop_oneof![
        (-9..99i64).prop_map(|n| Scalar(n.into())),
        any::<bool>().prop_map(|b| Scalar(b.into())),
        prop::sample::select(vec!["", "x", "two words", "\\ \"q\" ü"])
            .prop_map(|s| Scalar(s.into())),
    ]
}

/// Any value of one kind with the operators that fit it.
fn operated(plain: BoxedStrategy<Term>) -> BoxedStrategy<Term> {
    prop_oneof![
        6 => plain.clone(),
        1 => plain.prop_map(|term| Override(Box::new(term))),
        1 => Just(Unset),
        1 => Just(Null),
    ]
    .boxed()
}

fn numbers() -> BoxedStrategy<Term> {
    let items = prop::collection::vec((0..9i64).prop_map(|n| Scalar(n.into())), 0..4);
    prop_oneof![
        2 => operated(items.clone().prop_map(List).boxed()),
        1 => items.clone().prop_map(Append),
        1 => items.prop_map(Prepend),
    ]
    .boxed()
}

fn fields(fields: Vec<(&'static str, BoxedStrategy<Term>)>) -> BoxedStrategy<Term> {
    let fields: Vec<_> = fields
        .into_iter()
        .map(|(key, term)| prop::option::of(term).prop_map(move |term| (key.to_owned(), term)))
        .collect();
    fields
        .prop_map(|fields| {
            let fields = fields.into_iter();
            Map(fields
                .filter_map(|(key, term)| Some((key, term?)))
                .collect())
        })
        .boxed()
}

fn named() -> BoxedStrategy<Term> {
    let item = fields(vec![("v", operated(scalar().boxed())), ("l", numbers())]);
    let items = prop::collection::btree_map("[abc]", item, 0..4).prop_map(|items| {
        let named = items.into_iter().map(|(name, item)| {
            let Map(mut entries) = item else {
                unreachable!()
            };
            entries.insert("name".into(), Scalar(name.into()));
            Map(entries)
        });
        named.collect::<Vec<_>>()
    });
    prop_oneof![
        2 => operated(items.clone().prop_map(List).boxed()),
        2 => items.prop_map(MergeBy),
    ]
    .boxed()
}

/// One layer's inputs. Every path has one kind, so that nothing conflicts.
pub(crate) fn layer() -> BoxedStrategy<Term> {
    let inner = fields(vec![
        ("a", operated(scalar().boxed())),
        ("b", numbers()),
        ("c", operated(fields(vec![("d", scalar().boxed())]))),
    ]);
    fields(vec![
        ("s", operated(scalar().boxed())),
        ("t", operated(scalar().boxed())),
        ("l", numbers()),
        ("items", named()),
        ("k", operated(inner.clone())),
        ("m", operated(inner)),
    ])
}
