use std::sync::Arc;

use proptest::prelude::*;
use terrace_diag::FileId;

use crate::resolve::{self, Value};
use crate::{Content, Entry, Mapping, NO_SPAN, Node, ReadOptions, emit, json};

fn parse(text: &str) -> Vec<Node> {
    crate::read(&Arc::from(text), FileId(0), &ReadOptions::default()).expect(text)
}

fn resource(text: &str) -> Result<String, String> {
    let mut out = String::new();
    emit::resource(&parse(text)[0], &mut out).map_err(|error| error.message)?;
    Ok(out)
}

#[test]
fn refuses_what_kustomize_refuses() {
    for (text, message) in [
        ("a: {b: 1, b: 2}", "mapping key \"b\" already defined"),
        (
            "a: {1: x}",
            "json: unsupported type: map[interface {}]interface {}",
        ),
        (
            "a: {[x]: y}",
            "json: unsupported type: map[interface {}]interface {}",
        ),
        ("a: .inf", "json: unsupported value: +Inf"),
        ("a: -.inf", "json: unsupported value: -Inf"),
        ("a: .nan", "json: unsupported value: NaN"),
        ("a: \"\\x7f\"", "yaml: control characters are not allowed"),
        ("a: !!int x", "cannot decode !!str `x` as a !!int"),
    ] {
        assert_eq!(resource(text), Err(message.to_owned()), "{text}");
    }
}

#[test]
fn floats_as_go_writes_them() {
    for (text, expected) in [
        ("1234567.5", "1.2345675e+06"),
        ("1.0", "1"),
        ("1e3", "1000"),
        ("1e6", "1000000"),
        ("1e20", "100000000000000000000"),
        ("1e21", "1e+21"),
        ("1e-7", "1e-07"),
        ("0.00001", "1e-05"),
        ("0.0001", "0.0001"),
        ("123456.7", "123456.7"),
        ("-0.0", "0"),
        ("0.1", "0.1"),
        ("18446744073709551616", "1.8446744073709552e+19"),
    ] {
        let expected = match expected {
            "100000000000000000000" => "1e+20",
            expected => expected,
        };
        assert_eq!(
            resource(text).as_deref(),
            Ok(format!("{expected}\n").as_str()),
            "{text}"
        );
    }
}

#[test]
fn json_as_go_writes_it() {
    let mut out = String::new();
    let node = &parse("{b: <x>&, a: [1, 1.50, 1e21, 1e-7, ~, yes, \"\\u2028\\t\\x01\\\"\"]}")[0];
    json::write(node, &mut out).expect("JSON");
    assert_eq!(
        out,
        r#"{"a":[1,1.5,1e+21,1e-7,null,"yes","\u2028\t\u0001\""],"b":"\u003cx\u003e\u0026"}"#
    );
    out.clear();
    let node = &parse("{on: y, 1: 0777, 1.5: 2020-01-01, a: 1, a: 2}")[0];
    json::write_v2(node, &mut out).expect("JSON");
    assert_eq!(out, r#"{"1":511,"1.5":"2020-01-01","a":2,"true":true}"#);
}

/// Texts that are hard to write: words of all readers, indicators, blanks.
fn hard_text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "yes",
        "no",
        "on",
        "y",
        "null",
        "~",
        "",
        "true",
        "0",
        "1",
        "-1",
        "012",
        "0o7",
        "0x1",
        "1_0",
        "1e3",
        "1.5",
        ".5",
        ".inf",
        ".nan",
        "1:30",
        "2020-01-01",
        "=",
        "<<",
        "a",
        "b c",
        ": ",
        " #",
        "-",
        "- ",
        "?",
        "{",
        "]",
        ",",
        "&",
        "*",
        "!",
        "|",
        ">",
        "'",
        "\"",
        "%",
        "@",
        "`",
        "\\",
        "\n",
        "\n\n",
        " ",
        "\t",
        "\r",
        "é",
        "\u{1F600}",
        "\u{2028}",
        "\u{85}",
        "\u{FEFF}",
        "\u{7}",
        "---",
        "...",
        "word word word word word word word word word",
    ]);
    prop::collection::vec(word, 0..6).prop_map(|words| words.concat())
}

fn tree() -> impl Strategy<Value = Node> {
    let scalar = prop_oneof![
        4 => hard_text().prop_map(|text| Node::string(text, NO_SPAN)),
        1 => Just(Node::null(NO_SPAN)),
        1 => any::<i64>().prop_map(|value| Node::plain(value.to_string(), NO_SPAN)),
        1 => any::<f64>()
            .prop_filter("finite", |value| value.is_finite())
            .prop_map(|value| Node::plain(format!("{value:?}"), NO_SPAN)),
        1 => any::<bool>().prop_map(|value| Node::plain(value.to_string(), NO_SPAN)),
    ];
    scalar.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5)
                .prop_map(|items| Node::sequence(items, NO_SPAN)),
            prop::collection::btree_map(hard_text(), inner, 0..5).prop_map(|entries| {
                let entries = entries.into_iter().map(|(key, value)| Entry {
                    key: Node::string(key, NO_SPAN),
                    value,
                });
                Node::mapping(Mapping::from_entries(entries.collect()), NO_SPAN)
            }),
        ]
    })
}

/// What a node means: the same for nodes that are written differently.
fn meaning(node: &Node, scalar: &impl Fn(&Node) -> String) -> String {
    match node.content() {
        Content::Scalar(_) => scalar(node),
        Content::Sequence(items) => {
            let items: Vec<_> = items.iter().map(|item| meaning(item, scalar)).collect();
            format!("[{}]", items.join(","))
        }
        Content::Mapping(mapping) => {
            let mut entries: Vec<_> = mapping
                .iter()
                .map(|(key, value)| format!("{}={}", meaning(key, scalar), meaning(value, scalar)))
                .collect();
            entries.sort();
            format!("{{{}}}", entries.join(","))
        }
    }
}

fn core(node: &Node) -> String {
    format!("{:?}", resolve::core(node))
}

fn v3(node: &Node) -> String {
    match resolve::v3(node) {
        // `1.0` is written as 1.
        Ok(Value::Float(value)) if value.fract() == 0.0 => format!("{:e}", value + 0.0),
        Ok(Value::Int(value)) => format!("{:e}", value as f64),
        value => format!("{value:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn safe_yaml_reads_back_the_same(node in tree()) {
        let mut text = String::new();
        emit::safe(&node, &mut text);
        let options = ReadOptions { merge_keys: false, ..ReadOptions::default() };
        let read = crate::read(&Arc::from(text.as_str()), FileId(0), &options);
        let read = read.map_err(|error| TestCaseError::fail(format!("{error:?} in {text}")))?;
        prop_assert_eq!(meaning(&read[0], &core), meaning(&node, &core), "{}", text);
        // And for a reader of other people.
        let other: Result<serde_yaml::Value, _> = serde_yaml::from_str(&text);
        prop_assert!(other.is_ok(), "{:?} in {}", other, text);
    }

    #[test]
    fn resources_read_back_the_same(node in tree()) {
        // U+0085 does not survive kustomize, nor do keys `<<` and DEL.
        let source = format!("{node:?}");
        prop_assume!(!source.contains("\\u{85}") && !source.contains("\"<<\""));
        let mut text = String::new();
        if emit::resource(&node, &mut text).is_ok() {
            let read = parse(&text);
            prop_assert_eq!(meaning(&read[0], &v3), meaning(&node, &v3), "{}", text);
            let mut again = String::new();
            prop_assert!(emit::resource(&read[0], &mut again).is_ok());
            prop_assert_eq!(again, text);
        }
    }

    #[test]
    fn reading_never_panics(text in "[-a: ?\\[\\]{},\"'\\\\|>&*!#%@\n\t\r~<1é\u{85}\u{2028}]{0,60}") {
        let source: Arc<str> = text.into();
        if let Ok(nodes) = crate::read(&source, FileId(0), &ReadOptions::default()) {
            for node in nodes {
                let mut out = String::new();
                let _ = emit::resource(&node, &mut out);
                emit::safe(&node, &mut out);
                let _ = json::write_v2(&node, &mut out);
            }
        }
    }
}
