//! The order of the output (`SortOrderTransformer.go`).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::codes::TRANSFORMER;
use crate::config::compare_legacy_keys;
use crate::kustomization::SortOptions;
use crate::resource::Resource;
use crate::resource::id::{Gvk, ORDER_FIRST, ORDER_LAST, ResId, kind_rank};
use crate::resource::map::{ResMap, map_each};
use crate::{Failure, Result};

/// Sorts as the options say.
pub(crate) fn sort(map: &mut ResMap, options: &SortOptions) -> Result<()> {
    let fail = |message: String| {
        Err(Failure::new(&TRANSFORMER, message)
            .at(options.order.span)
            .help("order is `fifo` or `legacy`"))
    };
    match (options.order.value.as_str(), &options.legacy) {
        ("fifo", None) => return Ok(()),
        ("fifo", Some(_)) => {
            return fail(
                "the field 'sortOptions.legacySortOptions' is set but the selected sort order \
                 is 'fifo', not 'legacy'"
                    .into(),
            );
        }
        ("legacy", Some((first, last))) => sort_legacy(map, first, last),
        ("legacy", None) => sort_legacy(map, &ORDER_FIRST, &ORDER_LAST),
        _ => return fail("the field 'sortOptions.order' must be one of [fifo, legacy]".into()),
    }
    map.check_ids()
}

fn sort_legacy<S: AsRef<str> + Sync>(map: &mut ResMap, first: &[S], last: &[S]) {
    let keys: Vec<(i64, usize, Vec<u8>)> = {
        let resources = map.resources();
        let places = kind_places(resources);
        map_each(resources, |resource| {
            let id = resource.id();
            let rank = kind_rank(id.gvk.kind, first, last);
            let place = places.get(&id.gvk).copied().unwrap_or_default();
            (rank, place, name_key(&id))
        })
    };
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_key(|at| &keys[*at]);
    let mut resources: Vec<Option<Resource>> = std::mem::take(map)
        .into_resources()
        .into_iter()
        .map(Some)
        .collect();
    let sorted = order.into_iter().filter_map(|at| resources[at].take());
    *map.resources_mut() = sorted.collect();
}

/// The place of each kind in the order of kinds.
fn kind_places(resources: &[Resource]) -> BTreeMap<Gvk<'_>, usize> {
    let distinct: BTreeSet<Gvk<'_>> = resources.iter().map(Resource::gvk).collect();
    let mut kinds: Vec<Gvk<'_>> = distinct.into_iter().collect();
    kinds.sort_by(compare_kinds);
    let placed = kinds.into_iter().enumerate();
    placed.map(|(at, gvk)| (gvk, at)).collect()
}

/// The order among kinds of the same rank.
fn compare_kinds(a: &Gvk<'_>, b: &Gvk<'_>) -> Ordering {
    let order = compare_legacy_keys(a, b);
    let has_core_namespace = a.kind == "Namespace"
        && b.kind == "Namespace"
        && (a.group.is_empty() || b.group.is_empty());
    if has_core_namespace {
        order.reverse()
    } else {
        order
    }
}

/// Namespace and name joined as upstream joins them.
fn name_key(id: &ResId<'_>) -> Vec<u8> {
    let namespace = if id.namespace.is_empty() {
        "~X"
    } else {
        id.namespace
    };
    let name = if id.name.is_empty() { "~N" } else { id.name };
    [namespace.as_bytes(), b"|", name.as_bytes()].concat()
}
