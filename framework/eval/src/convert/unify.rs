//! The type several types can be converted to (`cty/convert/unify.go`,
//! `compare_types.go`, `sort_types.go`).

use std::cmp::Ordering;
use std::collections::VecDeque;

use smol_str::SmolStr;

use super::possible::convertible;
use crate::types::Type;

/// The most specific type all given types convert to, conversions that depend
/// on the value included (`UnifyUnsafe`). `None` if there is none, or no type
/// was given.
pub fn unify(types: &[Type]) -> Option<Type> {
    unify_types(types, true)
}

/// The same with conversions that always succeed only (`Unify`).
pub fn unify_safe(types: &[Type]) -> Option<Type> {
    unify_types(types, false)
}

#[derive(Default)]
struct Kinds {
    map: usize,
    list: usize,
    set: usize,
    object: usize,
    tuple: usize,
    dynamic: usize,
}

impl Kinds {
    fn of(types: &[Type]) -> Self {
        let mut kinds = Self::default();
        for ty in types {
            match ty {
                Type::Map(_) => kinds.map += 1,
                Type::List(_) => kinds.list += 1,
                Type::Set(_) => kinds.set += 1,
                Type::Object(_) => kinds.object += 1,
                Type::Tuple(_) => kinds.tuple += 1,
                Type::Dynamic => kinds.dynamic += 1,
                Type::Bool | Type::Number | Type::String => {}
            }
        }
        kinds
    }
}

pub(super) fn unify_types(types: &[Type], with_risk: bool) -> Option<Type> {
    let first = types.first()?;
    if types.iter().all(|ty| ty == first) {
        return Some(first.clone());
    }
    // A type given twice changes nothing, and lists have few different ones.
    let mut distinct: Vec<Type> = Vec::new();
    for ty in types {
        if !distinct.contains(ty) {
            distinct.push(ty.clone());
        }
    }
    let types = distinct.as_slice();
    let n = types.len();
    let k = Kinds::of(types);
    if k.map > 0 && k.map + k.dynamic == n {
        return unify_collections(types, with_risk, k.dynamic > 0, Type::map);
    }
    if k.map > 0 && k.map + k.object + k.dynamic == n {
        if let Some(ty) = unify_with_collections(types, with_risk, true) {
            return Some(ty);
        }
    } else if k.list > 0 && k.list + k.dynamic == n {
        return unify_collections(types, with_risk, k.dynamic > 0, Type::list);
    } else if k.list > 0 && k.list + k.tuple + k.dynamic == n {
        if let Some(ty) = unify_with_collections(types, with_risk, false) {
            return Some(ty);
        }
    } else if k.set > 0 && k.set + k.dynamic == n {
        return unify_collections(types, with_risk, k.dynamic > 0, Type::set);
    } else if k.object > 0 && k.object + k.dynamic == n {
        if k.dynamic > 0 {
            return Some(Type::Dynamic);
        }
        return unify_objects(types, with_risk);
    } else if k.tuple > 0 && k.tuple + k.dynamic == n {
        if k.dynamic > 0 {
            return Some(Type::Dynamic);
        }
        return unify_tuples(types, with_risk);
    } else if k.object > 0 && k.tuple > 0 {
        return None;
    }
    preference(types).into_iter().find_map(|at| {
        let want = &types[at];
        types
            .iter()
            .all(|ty| ty == want || convertible(ty, want, with_risk))
            .then(|| want.clone())
    })
}

fn unify_collections(
    types: &[Type],
    with_risk: bool,
    has_dynamic: bool,
    make: fn(Type) -> Type,
) -> Option<Type> {
    if has_dynamic {
        return Some(Type::Dynamic);
    }
    let elements: Vec<Type> = types.iter().filter_map(Type::element).cloned().collect();
    let ty = make(unify_types(&elements, with_risk)?);
    reachable(types, &ty, with_risk).then_some(ty)
}

/// Objects among maps as maps, tuples among lists as lists.
fn unify_with_collections(types: &[Type], with_risk: bool, maps: bool) -> Option<Type> {
    let structural = |ty: &Type| match ty {
        Type::Object(_) => maps,
        Type::Tuple(_) => !maps,
        _ => false,
    };
    let inner: Vec<Type> = types.iter().filter(|ty| structural(ty)).cloned().collect();
    let collection = if maps {
        objects_to_map(&inner, with_risk)?
    } else {
        tuples_to_list(&inner, with_risk)?
    };
    let replaced: Vec<Type> = types
        .iter()
        .map(|ty| {
            if structural(ty) {
                collection.clone()
            } else {
                ty.clone()
            }
        })
        .collect();
    unify_types(&replaced, with_risk).filter(|ty| match ty {
        Type::Map(_) => maps,
        Type::List(_) => !maps,
        _ => false,
    })
}

fn unify_objects(types: &[Type], with_risk: bool) -> Option<Type> {
    let objects: Vec<_> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::Object(object) => Some(object),
            _ => None,
        })
        .collect();
    let first = objects.first()?.attributes();
    let same_names = objects.iter().all(|object| {
        object.attributes().len() == first.len()
            && object
                .attributes()
                .iter()
                .zip(first)
                .all(|(a, b)| a.0 == b.0)
    });
    if !same_names {
        return objects_to_map(types, with_risk);
    }
    let mut attributes: Vec<(SmolStr, Type)> = Vec::with_capacity(first.len());
    for (at, (name, _)) in first.iter().enumerate() {
        let across: Vec<Type> = objects
            .iter()
            .map(|object| object.attributes()[at].1.clone())
            .collect();
        attributes.push((name.clone(), unify_types(&across, with_risk)?));
    }
    let ty = Type::object(attributes);
    if reachable(types, &ty, with_risk) {
        Some(ty)
    } else {
        objects_to_map(types, with_risk)
    }
}

fn objects_to_map(types: &[Type], with_risk: bool) -> Option<Type> {
    let attributes: Vec<Type> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::Object(object) => Some(object.attributes()),
            _ => None,
        })
        .flatten()
        .map(|(_, ty)| ty.clone())
        .collect();
    let ty = Type::map(unify_types(&attributes, with_risk)?);
    reachable(types, &ty, with_risk).then_some(ty)
}

fn unify_tuples(types: &[Type], with_risk: bool) -> Option<Type> {
    let tuples: Vec<_> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::Tuple(items) => Some(items),
            _ => None,
        })
        .collect();
    let length = tuples.first()?.len();
    if tuples.iter().any(|items| items.len() != length) {
        return tuples_to_list(types, with_risk);
    }
    let mut items = Vec::with_capacity(length);
    for at in 0..length {
        let across: Vec<Type> = tuples.iter().map(|items| items[at].clone()).collect();
        items.push(unify_types(&across, with_risk)?);
    }
    let ty = Type::tuple(items);
    if reachable(types, &ty, with_risk) {
        Some(ty)
    } else {
        tuples_to_list(types, with_risk)
    }
}

fn tuples_to_list(types: &[Type], with_risk: bool) -> Option<Type> {
    let items: Vec<Type> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::Tuple(items) => Some(items.iter()),
            _ => None,
        })
        .flatten()
        .cloned()
        .collect();
    let ty = Type::list(unify_types(&items, with_risk)?);
    reachable(types, &ty, with_risk).then_some(ty)
}

/// The one type for all elements of a tuple where any single type will do; no
/// guess is made where some are of unknown type.
pub(super) fn unify_tuple_elements(items: &[Type], with_risk: bool) -> Option<Type> {
    unify_types(items, with_risk)
        .filter(|ty| *ty != Type::Dynamic || items.iter().all(|item| *item == Type::Dynamic))
}

fn reachable(types: &[Type], want: &Type, with_risk: bool) -> bool {
    types.iter().all(|ty| convertible(ty, want, with_risk))
}

/// Positions of the types, more general ones first.
fn preference(types: &[Type]) -> Vec<usize> {
    let n = types.len();
    let mut edges = vec![Vec::new(); n];
    let mut incoming = vec![0usize; n];
    for i in 0..n {
        for j in i + 1..n {
            match compare(&types[i], &types[j]) {
                Ordering::Less => {
                    edges[i].push(j);
                    incoming[j] += 1;
                }
                Ordering::Greater => {
                    edges[j].push(i);
                    incoming[i] += 1;
                }
                Ordering::Equal => {}
            }
        }
    }
    let mut queue: VecDeque<usize> = (0..n).filter(|at| incoming[*at] == 0).collect();
    let mut order = Vec::with_capacity(n);
    while let Some(at) = queue.pop_front() {
        order.push(at);
        for &next in &edges[at] {
            incoming[next] -= 1;
            if incoming[next] == 0 {
                queue.push_back(next);
            }
        }
    }
    order
}

/// `Less` where `a` is the more general type.
fn compare(a: &Type, b: &Type) -> Ordering {
    match (a, b) {
        (Type::Dynamic, Type::Dynamic) => Ordering::Equal,
        (_, Type::Dynamic) => Ordering::Less,
        (Type::Dynamic, _) => Ordering::Greater,
        (Type::String, Type::String) => Ordering::Equal,
        (Type::String, b) if b.is_primitive() => Ordering::Less,
        (a, Type::String) if a.is_primitive() => Ordering::Greater,
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => compare(a, b),
        (Type::Tuple(_) | Type::List(_), Type::Set(_))
        | (Type::List(_), Type::Tuple(_))
        | (Type::Map(_), Type::Object(_)) => Ordering::Less,
        (Type::Set(_), Type::Tuple(_) | Type::List(_))
        | (Type::Tuple(_), Type::List(_))
        | (Type::Object(_), Type::Map(_)) => Ordering::Greater,
        (Type::Object(a), Type::Object(b)) => {
            let (a, b) = (a.attributes(), b.attributes());
            if a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.0 != b.0) {
                return Ordering::Equal;
            }
            compare_all(a.iter().zip(b).map(|(a, b)| (&a.1, &b.1)))
        }
        (Type::Tuple(a), Type::Tuple(b)) => {
            if a.len() != b.len() {
                return Ordering::Equal;
            }
            compare_all(a.iter().zip(b.iter()))
        }
        _ => Ordering::Equal,
    }
}

fn compare_all<'a>(pairs: impl Iterator<Item = (&'a Type, &'a Type)>) -> Ordering {
    let (mut less, mut greater) = (false, false);
    for (a, b) in pairs {
        match compare(a, b) {
            Ordering::Less => less = true,
            Ordering::Greater => greater = true,
            Ordering::Equal => {}
        }
    }
    match (less, greater) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        _ => Ordering::Equal,
    }
}
