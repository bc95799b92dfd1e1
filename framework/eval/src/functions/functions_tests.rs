use super::*;

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
