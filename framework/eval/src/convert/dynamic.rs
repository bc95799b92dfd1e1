//! Filling `any` in a wanted type from what is there
//! (`cty/convert/conversion_dynamic.go`).

use super::unify::unify;
use crate::types::Type;

/// `want` with `any` replaced by the corresponding part of `got`.
pub(super) fn replace(got: &Type, want: &Type) -> Type {
    if *got == Type::Dynamic {
        return want.clone();
    }
    match want {
        Type::Dynamic => got.clone(),
        Type::Bool | Type::Number | Type::String => want.clone(),
        Type::Map(element) => match got {
            Type::Map(got) => Type::map(replace(got, element)),
            Type::Object(object) => {
                let types: Vec<Type> = object.attributes().iter().map(|(_, t)| t.clone()).collect();
                Type::map(unified(&types, element))
            }
            _ => want.clone(),
        },
        Type::Object(object) => {
            let attributes = object.attributes().iter().map(|(name, ty)| {
                let ty = match got {
                    Type::Map(element) => replace(element, ty),
                    Type::Object(got) => match got.get(name) {
                        Some(got) => replace(got, ty),
                        None => ty.clone(),
                    },
                    _ => ty.clone(),
                };
                (name.clone(), ty)
            });
            Type::object(attributes)
        }
        Type::List(element) | Type::Set(element) => {
            let element = match got {
                Type::List(got) | Type::Set(got) => replace(got, element),
                Type::Tuple(items) => unified(items, element),
                _ => return want.clone(),
            };
            if matches!(want, Type::List(_)) {
                Type::list(element)
            } else {
                Type::set(element)
            }
        }
        Type::Tuple(items) => match got {
            Type::Tuple(got) if got.len() == items.len() => {
                Type::tuple(got.iter().zip(items.iter()).map(|(g, w)| replace(g, w)))
            }
            _ => want.clone(),
        },
    }
}

fn unified(types: &[Type], element: &Type) -> Type {
    unify(types).map_or_else(|| element.clone(), |got| replace(&got, element))
}
