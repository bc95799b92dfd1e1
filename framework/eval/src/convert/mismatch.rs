//! Why a type does not fit, in Terraform's words
//! (`cty/convert/mismatch_msg.go`).

use super::possible::convertible;
use crate::types::{ObjectType, Type};

/// Why values of type `got` cannot become `want`, without a full stop. Made to
/// be called after a conversion failed.
pub fn mismatch_message(got: &Type, want: &Type) -> String {
    let required = || format!("{} required", want.friendly_name_for_constraint());
    match (got, want) {
        (Type::Object(got), Type::Object(want)) => objects(got, want),
        (Type::Tuple(_), Type::List(t)) if **t == Type::Dynamic => {
            "all list elements must have the same type".into()
        }
        (Type::Tuple(_), Type::Set(t)) if **t == Type::Dynamic => {
            "all set elements must have the same type".into()
        }
        (Type::Object(_), Type::Map(t)) if **t == Type::Dynamic => {
            "all map elements must have the same type".into()
        }
        (Type::Tuple(items), Type::List(element) | Type::Set(element)) => items
            .iter()
            .enumerate()
            .find(|(_, item)| !convertible(item, element, true))
            .map_or_else(
                || all_elements(element),
                |(at, item)| format!("element {at}: {}", mismatch_message(item, element)),
            ),
        (Type::Object(object), Type::Map(element)) => object
            .attributes()
            .iter()
            .find(|(_, ty)| !convertible(ty, element, true))
            .map_or_else(
                || all_elements(element),
                |(name, ty)| format!("element {name:?}: {}", mismatch_message(ty, element)),
            ),
        (Type::List(got) | Type::Set(got), Type::List(want)) => {
            format!(
                "incorrect list element type: {}",
                mismatch_message(got, want)
            )
        }
        (Type::List(got) | Type::Set(got), Type::Set(want)) => {
            format!(
                "incorrect set element type: {}",
                mismatch_message(got, want)
            )
        }
        (Type::Map(got), Type::Map(want)) => {
            format!(
                "incorrect map element type: {}",
                mismatch_message(got, want)
            )
        }
        _ => required(),
    }
}

fn all_elements(element: &Type) -> String {
    format!(
        "all elements must be {}",
        element.friendly_name_for_constraint()
    )
}

fn objects(got: &ObjectType, want: &ObjectType) -> String {
    let missing: Vec<&str> = want
        .attributes()
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| got.get(name).is_none() && !want.is_optional(name))
        .collect();
    if !missing.is_empty() {
        return missing_attributes(&missing);
    }
    let differing = |with_risk: bool| {
        want.attributes().iter().find_map(|(name, ty)| {
            let got = got.get(name)?;
            (!convertible(got, ty, with_risk))
                .then(|| format!("attribute {name:?}: {}", mismatch_message(got, ty)))
        })
    };
    differing(true)
        .or_else(|| differing(false))
        .unwrap_or_else(|| "incorrect object attributes".into())
}

/// `attributes "a", "b", and "c" are required`
pub(super) fn missing_attributes(names: &[&str]) -> String {
    match names {
        [one] => format!("attribute {one:?} is required"),
        [one, two] => format!("attributes {one:?} and {two:?} are required"),
        [rest @ .., last] => {
            let rest: String = rest.iter().map(|name| format!("{name:?}, ")).collect();
            format!("attributes {rest}and {last:?} are required")
        }
        [] => "attributes are required".into(),
    }
}
