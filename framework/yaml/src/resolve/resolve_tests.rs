use std::sync::Arc;

use terrace_diag::FileId;

use super::*;
use crate::{Node, ReadOptions, Tag};

fn node(text: &str) -> Node {
    crate::read(&Arc::from(text), FileId(0), &ReadOptions::default())
        .expect(text)
        .swap_remove(0)
}

#[test]
fn dialects_differ() {
    use Value::{Bool, Float, Int, Null, Str, Uint};
    let text = |text: &'static str| Str(text.into());
    let same = |value: Value<'static>| [value.clone(), value.clone(), value];
    // Columns: go-yaml v3, go-yaml v2, core.
    for (plain, expected) in [
        ("", same(Null)),
        ("~", same(Null)),
        ("Null", same(Null)),
        ("nULL", same(text("nULL"))),
        ("True", same(Bool(true))),
        ("yes", [text("yes"), Bool(true), text("yes")]),
        ("N", [text("N"), Bool(false), text("N")]),
        ("off", [text("off"), Bool(false), text("off")]),
        ("12", same(Int(12))),
        ("+12", same(Int(12))),
        ("-0", same(Int(0))),
        ("0777", [Int(511), Int(511), Int(777)]),
        ("08", [Float(8.0), Float(8.0), Int(8)]),
        ("0o17", [Int(15), Int(15), Int(15)]),
        ("-0o17", [Int(-15), Int(-15), text("-0o17")]),
        ("0x1F", same(Int(31))),
        ("-0x1F", [Int(-31), Int(-31), text("-0x1F")]),
        ("0b11", [Int(3), Int(3), text("0b11")]),
        ("0b-11", [Int(-3), Int(-3), text("0b-11")]),
        ("1_000", [Int(1000), Int(1000), text("1_000")]),
        ("0x_1", [Int(1), Int(1), text("0x_1")]),
        ("9223372036854775808", same(Uint(1 << 63))),
        ("1e3", same(Float(1000.0))),
        ("1.", same(Float(1.0))),
        (".5", same(Float(0.5))),
        (".5_0", [Float(0.5), Float(0.5), text(".5_0")]),
        ("-.5", same(Float(-0.5))),
        ("1e400", same(text("1e400"))),
        (".inf", same(Float(f64::INFINITY))),
        ("-.INF", same(Float(f64::NEG_INFINITY))),
        ("1:30", same(text("1:30"))),
        ("-", same(text("-"))),
        (".", same(text("."))),
        ("1e", same(text("1e"))),
        ("0x", same(text("0x"))),
    ] {
        let actual = [v3_text(plain), v2_text(plain), core_text(plain)];
        assert_eq!(actual, expected, "{plain}");
    }
    let big = "18446744073709551616";
    assert_eq!(v3_text(big), Float(18_446_744_073_709_552_000.0));
    assert_eq!(core_text(big), Value::BigInt(big.into()));
}

#[test]
fn times() {
    for (text, expected) in [
        ("2020-01-01", Some("2020-01-01T00:00:00Z")),
        ("2020-1-2", Some("2020-01-02T00:00:00Z")),
        ("2020-02-30", None),
        ("2024-02-29", Some("2024-02-29T00:00:00Z")),
        ("2001-12-14 21:59:43", Some("2001-12-14T21:59:43Z")),
        ("2001-12-14 21:59:43.100", Some("2001-12-14T21:59:43.1Z")),
        ("2001-12-14t1:2:3Z", Some("2001-12-14T01:02:03Z")),
        (
            "2001-12-14T21:59:43,5-05:00",
            Some("2001-12-14T21:59:43.5-05:00"),
        ),
        ("2001-12-14T21:59:43+00:00", Some("2001-12-14T21:59:43Z")),
        ("2001-12-14T21:59:43", None),
        ("2001-12-14 21:59:43Z", None),
        ("2001-12-14 24:00:00", None),
        ("2001-12-14 21:59:43.1234567891", None),
        ("01-12-14", None),
    ] {
        let found = match v3_text(text) {
            Value::Timestamp(time) => Some(time),
            _ => None,
        };
        assert_eq!(found.as_deref(), expected, "{text}");
    }
    assert_eq!(v2(&node("2020-01-01")), Ok(Value::Str("2020-01-01".into())));
}

#[test]
fn tags_decide() {
    for (source, expected) in [
        ("!!str 12", Value::Str("12".into())),
        ("!!int \"12\"", Value::Int(12)),
        ("!!float 1", Value::Float(1.0)),
        ("! 12", Value::Int(12)),
        ("! '12'", Value::Str("12".into())),
        ("!mine 12", Value::Str("12".into())),
        ("!!binary aGk=", Value::Binary(b"hi".to_vec())),
        ("'12'", Value::Str("12".into())),
        ("<<", Value::Merge),
        ("'<<'", Value::Str("<<".into())),
    ] {
        assert_eq!(v3(&node(source)), Ok(expected), "{source}");
    }
    for (source, message) in [
        ("!!int abc", "cannot decode !!str `abc` as a !!int"),
        ("!!bool yes", "cannot decode !!str `yes` as a !!bool"),
        ("!!int 1.5", "cannot decode !!float `1.5` as a !!int"),
        ("!!null x", "cannot decode !!str `x` as a !!null"),
        ("!!binary x", "!!binary value contains invalid base64 data"),
    ] {
        let node = node(source);
        let error = v3(&node).map_err(|error| error.message);
        assert_eq!(error, Err(message.to_owned()), "{source}");
    }
    for (source, tag) in [
        ("1", Tag::Int),
        ("'1'", Tag::Str),
        ("x", Tag::Str),
        ("~", Tag::Null),
        ("<<", Tag::Merge),
        ("[]", Tag::Seq),
        ("{}", Tag::Map),
        ("2020-01-01", Tag::Timestamp),
        ("!!float 1", Tag::Float),
    ] {
        assert_eq!(v3_tag(&node(source)), tag, "{source}");
    }
}

#[test]
fn strings_that_kyaml_quotes() {
    for text in [
        "yes", "y", "1", "1.5", "~", "true", "[a]", "a: b", "# x", "0777",
    ] {
        assert!(is_yaml11_non_string(text), "{text}");
    }
    for text in [
        "",
        "a",
        "a b",
        "2020-01-01",
        "a\nb",
        "1:30",
        "[",
        "'1'",
        "@",
        "=",
        "<<",
    ] {
        assert!(!is_yaml11_non_string(text), "{text}");
    }
}

#[test]
fn what_yaml_11_reads_differently() {
    for (text, reading) in [
        ("yes", "a boolean"),
        ("012", "an octal number"),
        ("-012", "an octal number"),
        ("0o17", "a text"),
        ("1_000", "a number"),
        ("0b11", "a number"),
        ("1:30", "a number of base 60"),
        ("-1:30.5", "a number of base 60"),
        ("2020-01-01", "a time"),
        ("2001-12-14 21:59:43 -5", "a time"),
        ("1e3", "a text"),
        ("=", "the default value"),
    ] {
        assert_eq!(yaml11_reading(text), Some(reading), "{text}");
    }
    for text in [
        "", "~", "null", "true", "0", "12", "-7", "1.5", "1.5e+3", ".inf", "abc", "a_b", "1.2.3",
        "v1", "0x1F", "10Gi", "2020", "-", "1-2",
    ] {
        assert_eq!(yaml11_reading(text), None, "{text}");
    }
}
