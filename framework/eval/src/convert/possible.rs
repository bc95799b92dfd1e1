//! Whether a conversion between two types exists (`cty/convert/conversion.go`).

use std::sync::Arc;

use super::unify::{unify_tuple_elements, unify_types};
use crate::types::{ObjectType, Type};

/// Whether values of type `got` can be converted to `want`; with `with_risk`
/// also where it depends on the value (string to number, map to object).
pub fn convertible(got: &Type, want: &Type, with_risk: bool) -> bool {
    if got == want {
        return true;
    }
    match (got, want) {
        (_, Type::Dynamic) => true,
        (Type::Dynamic, _) => with_risk,
        (Type::Number | Type::Bool, Type::String) => true,
        (Type::String, Type::Number | Type::Bool) => with_risk,
        (Type::Object(got), Type::Object(want)) => {
            want.attributes()
                .iter()
                .all(|(name, ty)| match got.get(name) {
                    Some(got) => convertible(got, ty, with_risk),
                    None => want.is_optional(name),
                })
        }
        (Type::Tuple(got), Type::Tuple(want)) => {
            got.len() == want.len()
                && got
                    .iter()
                    .zip(want.iter())
                    .all(|(got, want)| convertible(got, want, with_risk))
        }
        (Type::List(got) | Type::Set(got), Type::List(want))
        | (Type::Set(got), Type::Set(want))
        | (Type::Map(got), Type::Map(want)) => convertible(got, want, with_risk),
        (Type::List(got), Type::Set(want)) => with_risk && convertible(got, want, with_risk),
        (Type::Tuple(items), Type::List(want) | Type::Set(want)) => {
            if items.is_empty() {
                return true;
            }
            match open(want, || unify_tuple_elements(items, with_risk)) {
                Some(want) => items.iter().all(|got| convertible(got, &want, with_risk)),
                None => false,
            }
        }
        (Type::Object(object), Type::Map(want)) => {
            if object.attributes().is_empty() {
                return true;
            }
            let types =
                || -> Vec<Type> { object.attributes().iter().map(|(_, t)| t.clone()).collect() };
            match open(want, || unify_types(&types(), with_risk)) {
                Some(want) => object
                    .attributes()
                    .iter()
                    .all(|(_, got)| convertible(got, &want, with_risk)),
                None => false,
            }
        }
        (Type::Map(element), Type::Object(object)) => {
            with_risk
                && object
                    .attributes()
                    .iter()
                    .all(|(name, ty)| convertible(element, ty, true) || object.is_optional(name))
        }
        _ => false,
    }
}

/// The element type wanted, or the unified one if any single type will do.
fn open(want: &Arc<Type>, unified: impl FnOnce() -> Option<Type>) -> Option<Type> {
    if **want == Type::Dynamic {
        unified()
    } else {
        Some(Type::clone(want))
    }
}

/// The same type with no attribute optional: the type values get.
pub fn without_optional(ty: &Type) -> Type {
    match ty {
        Type::Dynamic | Type::Bool | Type::Number | Type::String => ty.clone(),
        Type::List(t) => Type::list(without_optional(t)),
        Type::Set(t) => Type::set(without_optional(t)),
        Type::Map(t) => Type::map(without_optional(t)),
        Type::Tuple(items) => Type::tuple(items.iter().map(without_optional)),
        Type::Object(object) => Type::Object(Arc::new(ObjectType::new(
            object
                .attributes()
                .iter()
                .map(|(name, ty)| (name.clone(), without_optional(ty))),
        ))),
    }
}
