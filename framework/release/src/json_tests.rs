use super::*;

fn refused(text: &str) -> String {
    parse(text.as_bytes(), 1 << 20).expect_err(text).why
}

#[test]
fn refuses_by_name_what_readers_understand_differently() {
    for (text, why) in [
        (r#"{"a":1,"a":2}"#, "duplicate key `a`"),
        (r#"{"a":1,"\u0061":2}"#, "duplicate key `a`"),
        ("9007199254740992", "number `9007199254740992` is too large"),
        (
            "-9007199254740992",
            "number `-9007199254740992` is too large",
        ),
        ("99999999999999999999999999", "too large"),
        ("1.0", "number `1.0` is not whole"),
        ("1e400", "number `1e400` is not whole"),
        ("01", "`01` is not a number"),
        ("-", "`-` is not a number"),
        ("1-2", "`1-2` is not a number"),
        ("NaN", "expected a value"),
        ("", "the text ends too early"),
        ("{\"a\"", "expected `:`"),
        ("[1", "expected `,` or `]`"),
        ("[1,]", "expected a value"),
        ("{\"a\":1,}", "expected a key"),
        ("\"a", "the text ends too early"),
        ("\"\n\"", "control character in a text"),
        (r#""\ud800""#, "lone surrogate"),
        (r#""\ud800\u0041""#, "lone surrogate"),
        (r#""\udc00""#, "lone surrogate"),
        (r#""\x""#, "unknown escape"),
        (r#""\u12é""#, "expected four hexadecimal digits"),
        ("1 2", "text after the value"),
        ("\u{feff}1", "expected a value"),
    ] {
        assert!(refused(text).contains(why), "{text}: {}", refused(text));
    }
    assert!(refused(&"[".repeat(100)).contains("nested deeper than 32"));
    assert_eq!(parse(b"\"\xff\"", 9).expect_err("utf8").why, "not UTF-8");
    assert_eq!(
        parse(b"   1", 3).expect_err("size").why,
        "larger than 3 bytes"
    );
}

#[test]
fn has_one_spelling() {
    let text = r#" {"b" : [ ] , "a":[1,-2,{"x":null}],"c":"é\u00e9\ud83d\ude00\"\\\/\u0001\n", "e":{}, "t":true} "#;
    let value = parse(text.as_bytes(), 1 << 20).expect("valid");
    let canonical = value.to_canonical();
    assert_eq!(
        canonical,
        "{\n  \"a\": [\n    1,\n    -2,\n    {\n      \"x\": null\n    }\n  ],\n  \"b\": [],\n  \"c\": \"éé😀\\\"\\\\/\\u0001\\n\",\n  \"e\": {},\n  \"t\": true\n}\n"
    );
    assert_eq!(parse(canonical.as_bytes(), 1 << 20), Ok(value.clone()));
    // The same as serde_json reads and writes.
    let theirs: serde_json::Value = serde_json::from_str(text).expect("valid");
    assert_eq!(
        serde_json::to_string_pretty(&theirs).expect("json") + "\n",
        canonical
    );
}
