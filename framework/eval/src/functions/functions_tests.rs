use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::files::{FileError, Files};
use crate::function::{FunctionContext, FunctionKind, Returns};
use crate::limits::Limits;
use crate::value::Value;

#[test]
fn table_is_sorted() {
    let names: Vec<&str> = TABLE.names().collect();
    assert!(names.is_sorted_by(|a, b| a < b));
    assert!(TABLE.get("core::abs").is_some() && TABLE.get("core::core::abs").is_none());
}

#[test]
fn opentofu_functions_are_marked() {
    let marked: Vec<&str> = TABLE
        .names()
        .filter(|name| TABLE.get(name).is_some_and(|f| f.opentofu_only))
        .collect();
    assert_eq!(marked, OPENTOFU_ONLY);
}

/// One file that is no text.
struct OneFile;

impl Files for OneFile {
    fn read(&self, _: &str) -> Result<Arc<[u8]>, FileError> {
        Ok(Arc::from(&b"\xffbytes"[..]))
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        Ok(path.len().is_multiple_of(2))
    }

    fn list(&self, _: &str) -> Result<Vec<String>, FileError> {
        Ok(vec!["a".into(), "b/c.txt".into()])
    }
}

/// Calls the body of a function with arguments of the right types.
fn call(name: &str, args: &[Value]) -> Option<Value> {
    let function = TABLE.get(name).expect("a function");
    let FunctionKind::Eager(body) = function.kind else {
        return None;
    };
    let mut converted = Vec::new();
    for (at, arg) in args.iter().enumerate() {
        let param = function.param(at)?;
        let value = crate::convert::convert(arg, &param.ty.to_type()).ok()?;
        let value = if param.allow_marked {
            value
        } else {
            value.unmark_deep().0
        };
        if value.is_null() && !param.allow_null || !value.is_known() && !param.allow_unknown {
            return None;
        }
        converted.push(value);
    }
    if converted.len() < function.params.len() {
        return None;
    }
    let ty = match function.returns {
        Returns::Fixed(ty) => ty.to_type(),
        Returns::Of(of) => of(&converted).ok()?,
    };
    let context = FunctionContext {
        files: &OneFile,
        limits: &Limits {
            string_bytes: 1 << 16,
            elements: 1 << 12,
            ..Limits::default()
        },
    };
    body(&converted, &ty, &context).ok()
}

fn call_text(name: &str, text: &str) -> Option<String> {
    Some(call(name, &[Value::string(text)])?.as_str()?.to_owned())
}

/// Strings that look like what functions parse, broken here and there.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[-+.0-9eExXa-f_]{0,12}",
        "[-0-9TZ:+., ]{0,30}",
        "[0-9a-f:./]{0,24}",
        "[\\]\\[(){}|*+?^$\\\\a-cPp<>:i!=,0-9 -]{0,16}",
        "[\\]\\[{}:,\"a\\\\u0-9 \n&*!|>?-]{0,24}",
        "%[-+# 0]{0,2}[0-9]{0,3}(\\.[0-9]{0,2})?(\\[[0-9]\\])?[a-zA-Z]",
        "[YMDEhHAamsZ'x ]{0,12}",
        "[A-Za-z0-9+/=\n]{0,24}",
        "[🇩🇪👨\u{200d}\u{301}각ᄀ\r\na]{0,12}",
    ]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        texts().prop_map(Value::string),
        any::<i64>().prop_map(Value::number),
        (-70i64..70).prop_map(Value::number),
        any::<bool>().prop_map(Value::bool),
        Just(Value::NULL),
        Just(Value::UNKNOWN),
        Just(Value::number(crate::number::Number::INFINITY)),
        texts().prop_map(|text| Value::string(text).or_sensitive(true)),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::tuple),
            prop::collection::vec(("[a-c]", inner), 0..4).prop_map(|entries| {
                Value::object(entries.into_iter().map(|(k, v)| (k.into(), v)))
            }),
            prop::collection::vec(texts(), 0..4).prop_map(Value::string_list),
        ]
    })
}

/// Values that JSON and YAML can say; the key `<<` merges even in quotes.
fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        "[a-z :#'\"\n\\\\~0-9é-]{0,20}".prop_map(Value::string),
        any::<i64>().prop_map(Value::number),
        any::<bool>().prop_map(Value::bool),
        Just(Value::NULL),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::tuple),
            prop::collection::vec(("[a-z >#~\n]{0,6}", inner), 0..4).prop_map(|entries| {
                Value::object(entries.into_iter().map(|(k, v)| (k.into(), v)))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// No argument makes a function panic.
    #[test]
    fn calls_never_panic(args in prop::collection::vec(values(), 0..4)) {
        for name in TABLE.names() {
            call(name, &args);
        }
    }

    #[test]
    fn parsers_never_panic(one in texts(), two in texts(), three in texts()) {
        let args = [one, two, three].map(Value::string);
        for name in TABLE.names() {
            for count in 1..=3 {
                call(name, &args[..count]);
            }
        }
    }

    #[test]
    fn json_and_yaml_read_what_they_write(value in documents()) {
        for (write, read) in [("jsonencode", "jsondecode"), ("yamlencode", "yamldecode")] {
            let text = call(write, std::slice::from_ref(&value)).expect("encoded");
            prop_assert_eq!(call(read, &[text]), Some(value.clone()), "{}", write);
        }
    }

    #[test]
    fn decoders_undo_encoders(text in any::<String>()) {
        let text = Value::string(text);
        let text = text.as_str().expect("a string");
        for (write, read) in [
            ("base64encode", "base64decode"),
            ("base64gzip", "base64gunzip"),
            ("urlencode", "urldecode"),
            ("strrev", "strrev"),
        ] {
            let written = call_text(write, text).expect("encoded");
            // Clusters reversed may join into others.
            if write != "strrev" || text.is_ascii() && !text.contains('\r') {
                let back = call_text(read, &written);
                prop_assert_eq!(back.as_deref(), Some(text), "{}", write);
            }
        }
    }

    #[test]
    fn join_undoes_split(text in "[a-c,]{0,12}", separator in "[a-c,]{1,2}") {
        let parts = call("split", &[Value::string(&separator), Value::string(&text)]);
        let joined = call("join", &[Value::string(&separator), parts.expect("split")]);
        prop_assert_eq!(joined.as_ref().and_then(Value::as_str), Some(text.as_str()));
    }
}
