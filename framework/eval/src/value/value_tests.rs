use super::*;

#[test]
fn sets_are_ordered_and_distinct() {
    let set = Value::set(
        Type::Number,
        [10, 9, 10, -1].map(|n: i64| Value::number(n)).to_vec(),
    );
    let items: Vec<String> = set
        .items()
        .into_iter()
        .flatten()
        .filter_map(|v| v.as_number().map(ToString::to_string))
        .collect();
    assert_eq!(items, ["-1", "9", "10"]);
    let secret = Value::set(Type::Bool, vec![Value::TRUE.or_sensitive(true)]);
    assert!(secret.is_sensitive());
}

#[test]
fn strings_are_normalised() {
    assert_eq!(Value::string("e\u{301}").as_str(), Some("\u{e9}"));
}

#[test]
fn sensitivity_goes_deep() {
    let value = Value::object([("a".into(), Value::TRUE.or_sensitive(true))]);
    assert!(!value.is_sensitive() && value.contains_sensitive());
    let (clean, marked) = value.unmark_deep();
    assert!(marked && !clean.contains_sensitive());
    assert!(clean.entries().is_some_and(|e| e.get("a").is_some()));
}
