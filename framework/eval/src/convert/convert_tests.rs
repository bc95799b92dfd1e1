use super::*;

fn number(n: i64) -> Value {
    Value::number(n)
}

#[test]
fn converts_primitives() {
    assert_eq!(convert(&Value::string("3"), &Type::Number), Ok(number(3)));
    assert_eq!(convert(&Value::string("1"), &Type::Bool), Ok(Value::TRUE));
    assert_eq!(
        convert(&number(3), &Type::Bool),
        Err("bool required".into())
    );
    assert_eq!(
        convert(&Value::string("TRUE"), &Type::Bool),
        Err("a bool is required; to convert from string, use lowercase \"true\"".into())
    );
}

#[test]
fn converts_structures() {
    let tuple = Value::tuple(vec![number(1), Value::string("b")]);
    let list = convert(&tuple, &Type::list(Type::Dynamic)).expect("list");
    assert_eq!(list, Value::string_list(["1", "b"]));
    let want = Type::Object(std::sync::Arc::new(ObjectType::with_optional(
        [("a".into(), Type::Number), ("b".into(), Type::String)],
        ["b".into()].into(),
    )));
    let object = Value::object([("a".into(), Value::string("x")), ("c".into(), number(1))]);
    let faults = convert_all(&object, &want).expect_err("not a number");
    assert_eq!(faults[0].path, [PathStep::Key("a".into())]);
    assert_eq!(faults[0].message, "a number is required");
    let object = Value::object([("a".into(), Value::string("5")), ("c".into(), number(1))]);
    assert_eq!(
        convert(&object, &want),
        Ok(Value::object([
            ("a".into(), number(5)),
            ("b".into(), Value::null(Type::String))
        ]))
    );
}

#[test]
fn unifies() {
    let object = |ty: Type| Type::object([("a".into(), ty)]);
    assert_eq!(unify(&[Type::Number, Type::String]), Some(Type::String));
    assert_eq!(unify(&[Type::Number, Type::Bool]), None);
    assert_eq!(
        unify(&[object(Type::Number), object(Type::String)]),
        Some(object(Type::String))
    );
    assert_eq!(
        unify(&[Type::tuple([]), Type::tuple([Type::Number])]),
        Some(Type::list(Type::Number))
    );
    assert_eq!(
        unify(&[Type::list(Type::String), Type::tuple([Type::Number])]),
        Some(Type::list(Type::String))
    );
    assert_eq!(unify(&[Type::tuple([]), Type::object([])]), None);
}
