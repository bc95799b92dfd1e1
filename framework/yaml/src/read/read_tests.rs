use std::sync::Arc;

use terrace_diag::{Diagnostic, FileId, SourceMap};

use crate::{
    Content, Node, ReadOptions, Style, Tag, codes, duplicate_keys, read, read_one, read_resources,
};

fn parse(text: &str) -> Vec<Node> {
    read(&Arc::from(text), FileId(0), &ReadOptions::default()).expect(text)
}

fn one(text: &str) -> Node {
    parse(text).swap_remove(0)
}

fn error(text: &str) -> Diagnostic {
    read(&Arc::from(text), FileId(0), &ReadOptions::default()).expect_err(text)
}

/// The texts under the places of a node, in order.
fn places<'t>(text: &'t str, node: &Node, found: &mut Vec<&'t str>) {
    let span = node.span();
    found.push(&text[span.start as usize..span.end as usize]);
    match node.content() {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter().for_each(|item| places(text, item, found)),
        Content::Mapping(mapping) => {
            for (key, value) in mapping.iter() {
                places(text, key, found);
                places(text, value, found);
            }
        }
    }
}

#[test]
fn nodes_know_their_places() {
    let text = "é:  one two # comment\nlist:\n- 'x'\n- !t {a: \"b\"}\n- |\n  text\n  more\nend:\n";
    let mut found = Vec::new();
    places(text, &one(text), &mut found);
    assert_eq!(
        found[1..],
        [
            "é",
            "one two",
            "list",
            "- 'x'\n- !t {a: \"b\"}\n- |\n  text\n  more",
            "'x'",
            "!t {a: \"b\"}",
            "a",
            "\"b\"",
            "|\n  text\n  more",
            "end",
            "",
        ]
    );
}

#[test]
fn scalars_keep_text_style_and_tag() {
    let node = one("[a b, 'c''d', \"e\\nf\", !!int 1, !mine x, ! y]");
    let items = node.items().expect("a sequence");
    let seen: Vec<_> = items
        .iter()
        .map(|item| (item.as_str().unwrap_or("-"), item.style(), item.tag_text()))
        .collect();
    assert_eq!(
        seen,
        [
            ("a b", Style::Plain, ""),
            ("c'd", Style::SingleQuoted, ""),
            ("e\nf", Style::DoubleQuoted, ""),
            ("1", Style::Plain, "!!int"),
            ("x", Style::Plain, "!mine"),
            ("y", Style::Plain, ""),
        ]
    );
    assert_eq!(items[4].tag(), Tag::Custom);
    assert_eq!(node.style(), Style::Flow);
}

#[test]
fn errors_say_where_and_what_else() {
    let text = "a: 1\nb: \"x\n";
    let found = error(text);
    let mut sources = SourceMap::new();
    sources.add("f.yaml", text);
    assert_eq!(found.message, "found unexpected end of stream");
    let places: Vec<String> = found
        .labels
        .iter()
        .map(|label| format!("{} {}", sources.place(label.span), label.text))
        .collect();
    assert_eq!(
        places,
        ["f.yaml:3:1 ", "f.yaml:2:4 while scanning a quoted scalar"]
    );
    for (text, message) in [
        ("a: b: c", "mapping values are not allowed in this context"),
        ("a:\n\tb: 1", "found character that cannot start any token"),
        ("a: @x", "found character that cannot start any token"),
        (
            "a: 1\n  b: 2",
            "mapping values are not allowed in this context",
        ),
        ("a: 1\n- b", "did not find expected key"),
        ("- a\nb: 1", "did not find expected '-' indicator"),
        ("a: 1\nb\nc: 2", "could not find expected ':'"),
        ("[a, b", "did not find expected ',' or ']'"),
        ("{a: b", "did not find expected ',' or '}'"),
        ("a: ]", "did not find expected node content"),
        ("a: \"\\q\"", "found unknown escape character"),
        (
            "a: \"\\ud800\"",
            "found invalid Unicode character escape code",
        ),
        ("a: |x\n b", "did not find expected comment or line break"),
        (
            "a: |\n\tb",
            "found a tab character where an indentation space is expected",
        ),
        ("a: !e!x y", "found undefined tag handle"),
        ("%FOO\n---\n", "found unknown directive name"),
        ("%YAML 1.2\n---\n", "found incompatible YAML document"),
        ("a: 1\n...\nb: 2", "did not find expected <document start>"),
        ("a: \u{1}", "control characters are not allowed (U+0001)"),
        ("a: *b", "unknown anchor 'b' referenced"),
        ("a: &b [*b]", "anchor 'b' value contains itself"),
        (
            "<<: 1",
            "map merge requires map or sequence of maps as the value",
        ),
        (
            "a: &l [{x: 1}]\nb: {<<: *l}",
            "invalid map merge: received alias for a non-map value",
        ),
        ("<<: {a: 1}\n<<: {b: 1}", "duplicate merge key"),
    ] {
        assert_eq!(error(text).message, message, "{text}");
    }
}

#[test]
fn merge_keys_yield_to_what_is_there() {
    let merged = one("x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz: {b: 0, <<: [*x, *y], d: 5}");
    let mut out = String::new();
    crate::json::write(merged.get("z").expect("z"), &mut out).expect("JSON");
    assert_eq!(out, r#"{"a":1,"b":0,"c":4,"d":5}"#);
    let options = ReadOptions {
        merge_keys: false,
        ..ReadOptions::default()
    };
    let kept = read_one(&Arc::from("<<: {a: 1}"), FileId(0), &options)
        .expect("valid")
        .expect("one");
    assert!(kept.get("<<").is_some());
}

#[test]
fn documents() {
    assert_eq!(parse("").len(), 0);
    assert_eq!(parse("# nothing\n").len(), 0);
    assert_eq!(parse("---\n---\n").len(), 2);
    assert_eq!(parse("a\n---\nb\n...\n---\nc\n").len(), 3);
    let source = Arc::from("a: 1\n---\nb: 1\n");
    let second = read_one(&source, FileId(0), &ReadOptions::default()).expect_err("two");
    assert_eq!(second.code, &codes::ONE_DOCUMENT);
    assert_eq!(second.span().map(|span| span.start), Some(9));
}

#[test]
fn resource_files() {
    let read = |text: &str| read_resources(&Arc::from(text), FileId(0), &ReadOptions::default());
    let file = read("# c\n---\na: 1\n---\n~\n---  # c\n\n---\nb: |\n  x\n---\n").expect("valid");
    assert_eq!((file.documents.len(), file.parts), (2, 6));
    assert_eq!(file.documents[1].get_str("b"), Some("x\n"));
    assert_eq!(read("").expect("empty").parts, 0);
    // All parts with errors are told.
    let errors = read("a: [\n---\nb: 1\n---\nc: ]\n").expect_err("two");
    assert_eq!(errors.len(), 2);
    let errors = read("a: 1\n---b\nc: 1\n").expect_err("separator");
    assert_eq!(errors[0].message, "invalid document separator: ---b");
    assert_eq!(errors[0].span().map(|s| (s.start, s.end)), Some((5, 9)));
}

#[test]
fn repeated_keys() {
    let text = "a: 1\nb: {c: 1, 'c': 2}\na: 3\n";
    let found = duplicate_keys(&one(text));
    let at: Vec<_> = found
        .iter()
        .map(|one| {
            one.labels
                .iter()
                .map(|label| label.span.start)
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(at, [[23, 0], [15, 9]]);
    assert_eq!(found[0].message, "mapping key \"a\" already defined");
}

#[test]
fn bytes_to_text() {
    let decode = |bytes: &[u8]| crate::decode(bytes.to_vec()).map_err(|error| error.message);
    assert_eq!(decode(b"a: \xC3\xA9").as_deref(), Ok("a: é"));
    assert_eq!(decode(b"\xFF\xFEa\0:\0").as_deref(), Ok("a:"));
    assert_eq!(decode(b"\xFE\xFF\0a\0:").as_deref(), Ok("a:"));
    assert_eq!(
        decode(b"a: 1\nb: \xE9").expect_err("latin 1"),
        "the file is not UTF-8: byte 0xE9 in line 2"
    );
    assert!(decode(b"\xFF\xFEa").is_err());
    assert!(decode(b"\xFF\xFE\0\xD8").is_err());
}
