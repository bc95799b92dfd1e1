//! `patch` against the json-patch crate.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::support::{self, Layer, merge};

fn document() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-3..9i64).prop_map(Json::from),
        "[a-c~/]{0,2}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(key(), inner, 0..4)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "a/b", "m~n", "0", "ü x"]).prop_map(str::to_owned)
}

fn object() -> impl Strategy<Value = Json> {
    prop::collection::btree_map(key(), document(), 1..5)
        .prop_map(|entries| Json::Object(entries.into_iter().collect()))
}

/// A path that often leads somewhere: chosen among those of the document, then
/// perhaps with another last token.
fn pointer(document: &Json, choice: prop::sample::Index, last: Option<&str>) -> String {
    let mut all = Vec::new();
    let mut todo = vec![(String::new(), document)];
    while let Some((path, value)) = todo.pop() {
        let children: Vec<(String, &Json)> = match value {
            Json::Object(entries) => entries
                .iter()
                .map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value))
                .collect(),
            Json::Array(items) => {
                let items = items.iter().enumerate();
                items.map(|(at, value)| (at.to_string(), value)).collect()
            }
            _ => Vec::new(),
        };
        for (token, value) in children {
            todo.push((format!("{path}/{token}"), value));
            all.push(format!("{path}/{token}"));
        }
    }
    let path = choice.get(&all).clone();
    match (last, path.rsplit_once('/')) {
        (Some(last), Some((parent, _))) => format!("{parent}/{last}"),
        _ => path,
    }
}

type Raw = (
    &'static str,
    prop::sample::Index,
    Option<&'static str>,
    prop::sample::Index,
    Json,
    bool,
);

fn operation() -> impl Strategy<Value = Raw> {
    let last = vec!["-", "0", "1", "01", "a", "z", "9", "m~0n", ""];
    (
        prop::sample::select(vec!["add", "remove", "replace", "move", "copy", "test"]),
        any::<prop::sample::Index>(),
        prop::option::weighted(0.3, prop::sample::select(last)),
        any::<prop::sample::Index>(),
        document(),
        any::<bool>(),
    )
}

fn hcl(json: &Json) -> String {
    match json {
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(hcl).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{} = {}", json!(key), hcl(value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn as_the_json_patch_crate(
        document in object(),
        raw in prop::collection::vec(operation(), 1..5),
    ) {
        let operations: Vec<Json> = raw.iter().map(|(op, path, last, from, value, same)| {
            let path = pointer(&document, *path, *last);
            let from = pointer(&document, *from, None);
            match *op {
                "remove" => json!({"op": op, "path": path}),
                "move" | "copy" => json!({"op": op, "path": path, "from": from}),
                "test" if *same => {
                    let value = document.pointer(&path).unwrap_or(value);
                    json!({"op": op, "path": path, "value": value})
                }
                _ => json!({"op": op, "path": path, "value": value}),
            }
        }).collect();
        let operations = Json::from(operations);
        let mut wanted = document.clone();
        let patch: json_patch::Patch = serde_json::from_value(operations.clone()).expect("a patch");
        let applies = json_patch::patch_unsafe(&mut wanted, &patch);
        let text = format!(
            "terraform \"x\" {{\n  inputs = {}\n  patch = {}\n}}\n",
            hcl(&document),
            hcl(&operations)
        );
        let merged = merge(&[Layer::hcl("1", &text)]);
        prop_assert_eq!(
            merged.diagnostics.has_errors(), applies.is_err(),
            "{:?}\n{}\n{}", applies, text, merged.messages()
        );
        // A patch that fails changes nothing; the crate is asked not to undo, which it cannot always.
        if applies.is_err() {
            wanted = document;
        }
        prop_assert_eq!(support::json(&merged.nodes["x"]), wanted, "{}", text);
    }
}
