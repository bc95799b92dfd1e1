//! The order of the output (`SortOrderTransformer.go`).

use std::cmp::Ordering;

use crate::codes::TRANSFORMER;
use crate::config::compare_legacy_keys;
use crate::kustomization::SortOptions;
use crate::resource::Resource;
use crate::resource::id::{Gvk, ORDER_FIRST, ORDER_LAST, ResId, kind_rank};
use crate::resource::map::ResMap;
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

fn sort_legacy<S: AsRef<str>>(map: &mut ResMap, first: &[S], last: &[S]) {
    let mut keyed: Vec<(i64, Vec<u8>, Resource)> = std::mem::take(map)
        .into_resources()
        .into_iter()
        .map(|resource| {
            let rank = kind_rank(resource.kind(), first, last);
            (rank, name_key(&resource.id()), resource)
        })
        .collect();
    keyed.sort_by(|(rank_a, name_a, a), (rank_b, name_b, b)| {
        rank_a
            .cmp(rank_b)
            .then_with(|| compare_kinds(&a.gvk(), &b.gvk()))
            .then_with(|| name_a.cmp(name_b))
    });
    *map.resources_mut() = keyed.into_iter().map(|(_, _, resource)| resource).collect();
}

/// The order among kinds of the same rank.
fn compare_kinds(a: &Gvk<'_>, b: &Gvk<'_>) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
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
