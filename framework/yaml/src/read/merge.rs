//! Merge keys (`<<`), as kyaml expands them (`yaml/rnode.go`, `DeAnchor`).

use super::error::{ReadError, ReadResult};
use crate::{Content, Entry, Node, Style, Tag, codes};

/// Whether a key is spelled like the merge key, in whatever quotes.
pub(super) fn is_named_merge(key: &Node) -> bool {
    key.as_str() == Some("<<")
}

/// Whether a key is the merge key: plain `<<`, or tagged so.
fn is_merge_key(key: &Node) -> bool {
    is_named_merge(key)
        && (key.tag() == Tag::Merge || key.tag() == Tag::None && key.style() == Style::Plain)
}

/// Replaces the merge entry by the entries it stands for: keys that are there
/// win; of several mappings the earlier ones win. `from_alias` tells whether the
/// value was an alias. Returns how many nodes were added. The string `"<<"` is no
/// merge key, but kyaml removes it all the same.
pub(super) fn expand(entries: &mut Vec<Entry>, from_alias: bool) -> ReadResult<usize> {
    let Some(at) = entries.iter().position(|entry| is_merge_key(&entry.key)) else {
        entries.retain(|entry| !is_named_merge(&entry.key));
        return Ok(0);
    };
    let merge = entries.remove(at);
    if let Some(second) = entries.iter().find(|entry| is_merge_key(&entry.key)) {
        return Err(fail("duplicate merge key", &second.key));
    }
    let mut sources = Vec::new();
    match merge.value.content() {
        Content::Mapping(mapping) => sources.push(mapping),
        Content::Sequence(items) if !from_alias => {
            for item in items {
                match item.content() {
                    Content::Mapping(mapping) => sources.push(mapping),
                    Content::Sequence(_) => {
                        return Err(fail("invalid map merge: received a nested sequence", item));
                    }
                    Content::Scalar(_) => return Err(not_a_mapping(item)),
                }
            }
        }
        Content::Sequence(_) => {
            return Err(fail(
                "invalid map merge: received alias for a non-map value",
                &merge.value,
            ));
        }
        Content::Scalar(_) => return Err(not_a_mapping(&merge.value)),
    }
    let explicit = entries.len();
    let mut known: std::collections::BTreeMap<Box<str>, usize> = entries
        .iter()
        .enumerate()
        .filter_map(|(at, entry)| Some((entry.key.as_str()?.into(), at)))
        .collect();
    let mut added = 0;
    // From the last mapping to the first, each overriding those after it.
    for mapping in sources.into_iter().rev() {
        for entry in mapping.entries() {
            let Some(key) = entry.key.as_str() else {
                continue;
            };
            match known.get(key) {
                Some(at) if *at < explicit => {}
                Some(at) => entries[*at].value = entry.value.clone(),
                None => {
                    known.insert(key.into(), entries.len());
                    entries.push(entry.clone());
                    added += 1;
                }
            }
        }
    }
    Ok(added)
}

fn not_a_mapping(node: &Node) -> Box<ReadError> {
    fail(
        "map merge requires map or sequence of maps as the value",
        node,
    )
}

fn fail(message: &str, node: &Node) -> Box<ReadError> {
    let span = node.span();
    ReadError::new(
        &codes::MERGE,
        message,
        span.start as usize,
        span.end as usize,
    )
}
