//! The laws of layers.md, on random layers.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use terrace_layers::{Candidate, NodeKind};

use crate::cases::cited;
use crate::support::{self, Layer, Merged, merge, merge_with};
use crate::term::{Term, apply, compose, layer};

fn hcl(number: usize, term: &Term) -> Layer {
    let text = format!("terraform \"x\" {{\n  inputs = {}\n}}\n", term.hcl());
    Layer::hcl(&format!("{number}"), &text)
}

fn hcls(terms: &[Term]) -> Vec<Layer> {
    let terms = terms.iter().enumerate();
    terms.map(|(number, term)| hcl(number, term)).collect()
}

fn inputs(merged: &Merged) -> Json {
    assert!(!merged.diagnostics.has_errors(), "{}", merged.messages());
    merged.nodes.get("x").map(support::json).unwrap_or_default()
}

fn model(terms: &[Term]) -> Json {
    let value = terms.iter().fold(None, apply);
    value.unwrap_or(Json::Null)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn the_merge_table(terms in prop::collection::vec(layer(), 1..5)) {
        prop_assert_eq!(inputs(&merge(&hcls(&terms))), model(&terms));
    }

    #[test]
    fn yaml_means_the_same(terms in prop::collection::vec(layer(), 1..4)) {
        let yaml: Vec<Layer> = terms.iter().enumerate().map(|(number, term)| {
            let text = format!("terraform:\n  x:\n    inputs: {}\n", term.yaml());
            Layer::file(&format!("{number}"), "a.yaml", &text)
        }).collect();
        prop_assert_eq!(inputs(&merge(&yaml)), inputs(&merge(&hcls(&terms))));
    }

    #[test]
    fn an_empty_layer_changes_nothing(
        terms in prop::collection::vec(layer(), 1..4),
        at in any::<prop::sample::Index>(),
        empty in prop::sample::select(vec![
            "", "# nothing\n", "terraform \"x\" {\n}\n", "terraform \"x\" {\n  inputs = {}\n}\n",
            "terraform \"x\" {\n  patch = []\n}\n",
        ]),
    ) {
        let mut layers = hcls(&terms);
        let without = inputs(&merge(&layers));
        // A patch closes what lies below it, which a first layer does not have.
        let at = if empty.contains("patch") { layers.len() } else { at.index(layers.len() + 1) };
        layers.insert(at, Layer::hcl("empty", empty));
        prop_assert_eq!(inputs(&merge(&layers)), without);
    }

    #[test]
    fn what_lies_below_may_be_merged_first(terms in prop::collection::vec(layer(), 2..5)) {
        let layers = hcls(&terms);
        let stepwise = merge_with(&layers, |merger, candidates| {
            let mut below = None;
            for candidate in candidates {
                let mut stack: Vec<Candidate<'_>> = Vec::new();
                stack.extend(below.take().map(|node| Candidate::Node(Box::new(node))));
                stack.push(candidate);
                below = merger.fold(stack);
            }
            below
        });
        prop_assert_eq!(inputs(&stepwise), inputs(&merge(&layers)));
    }

    #[test]
    fn what_lies_above_may_be_composed_first(a in layer(), b in layer(), c in layer()) {
        if let Some(composed) = compose(&b, &c) {
            let three = inputs(&merge(&hcls(&[a.clone(), b, c])));
            prop_assert_eq!(inputs(&merge(&hcls(&[a, composed]))), three);
        }
    }

    #[test]
    fn the_order_of_files_and_blocks_does_not_matter(
        terms in prop::collection::vec(layer(), 3),
        names in Just(["a.hcl", "b.hcl", "c.yaml"]).prop_shuffle(),
    ) {
        let write = |names: &[&str]| {
            let mut files = Vec::new();
            for ((term, component), name) in terms.iter().zip(["x", "y", "z"]).zip(names) {
                let text = match name.ends_with("yaml") {
                    true => format!("terraform:\n  {component}:\n    inputs: {}\n", term.yaml()),
                    false => format!("terraform \"{component}\" {{\n  inputs = {}\n}}\n", term.hcl()),
                };
                files.push((format!("base/{name}"), text.into_bytes()));
            }
            let merged = merge(&[Layer { name: "base".into(), files }]);
            let nodes = merged.nodes.iter();
            nodes.map(|(name, node)| (name.clone(), support::json(node))).collect::<Vec<_>>()
        };
        prop_assert_eq!(write(&names), write(&["a.hcl", "b.hcl", "c.yaml"]));
    }

    #[test]
    fn every_leaf_has_one_winner_at_the_cited_place(
        terms in prop::collection::vec(layer(), 1..5),
        yaml in any::<bool>(),
    ) {
        let layers: Vec<Layer> = terms.iter().enumerate().map(|(number, term)| match yaml {
            false => hcl(number, term),
            true => {
                let text = format!("terraform:\n  x:\n    inputs: {}\n", term.yaml());
                Layer::file(&format!("{number}"), "a.yaml", &text)
            }
        }).collect();
        let merged = merge(&layers);
        let node = &merged.nodes["x"];
        let mut seen = std::collections::BTreeSet::new();
        for (path, leaf) in node.leaves() {
            prop_assert!(seen.insert(path.clone()), "{:?} twice", path);
            if path.is_empty() {
                continue;
            }
            let path = path.join(".");
            if let NodeKind::Value(_) = leaf.kind {
                let written = merged.sources.snippet(leaf.place.value);
                prop_assert_eq!(written, support::json(leaf).to_string(), "{}", path);
                if let Some(key) = leaf.place.key {
                    let last = path.rsplit('.').next().unwrap_or_default();
                    prop_assert_eq!(merged.sources.snippet(key), last);
                }
            }
            cited(&merged, &path, leaf);
        }
    }
}

#[test]
fn values_that_look_empty_are_values() {
    let base = json!({"a": "x", "b": 1, "c": true, "d": [1], "e": {"f": 1}});
    let text = |inputs: &str| format!("terraform \"x\" {{\n  inputs = {inputs}\n}}\n");
    let hcl = "{ a = \"x\", b = 1, c = true, d = [1], e = { f = 1 } }";
    for (higher, key, expected) in [
        ("\"\"", "a", json!("")),
        ("0", "b", json!(0)),
        ("false", "c", json!(false)),
        ("[]", "d", json!([])),
        ("{}", "e", json!({"f": 1})),
        ("override({})", "e", json!({})),
    ] {
        let higher = text(&format!("{{ {key} = {higher} }}"));
        let merged = merge(&[Layer::hcl("1", &text(hcl)), Layer::hcl("2", &higher)]);
        let mut wanted = base.clone();
        wanted[key] = expected;
        assert_eq!(inputs(&merged), wanted);
    }
}
