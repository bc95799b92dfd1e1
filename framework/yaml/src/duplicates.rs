//! Repeated keys.

use std::collections::BTreeMap;

use terrace_diag::Diagnostic;

use crate::{Content, Mapping, Node, codes};

/// Up to this size, mappings are searched without a table.
const SMALL: usize = 12;

/// Every repeated key in a node and below it, in order of the text. Keys are
/// the same if their texts are, whatever their quotes (as go-yaml v3 does it);
/// keys that are collections are not compared.
pub fn duplicate_keys(node: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    collect(node, &mut found);
    found
}

fn collect(node: &Node, found: &mut Vec<Diagnostic>) {
    match node.content() {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter().for_each(|item| collect(item, found)),
        Content::Mapping(mapping) => {
            check(mapping, found);
            for entry in mapping.entries() {
                collect(&entry.key, found);
                collect(&entry.value, found);
            }
        }
    }
}

fn check(mapping: &Mapping, found: &mut Vec<Diagnostic>) {
    let entries = mapping.entries();
    if entries.len() <= SMALL {
        for (at, entry) in entries.iter().enumerate() {
            if let Some(text) = entry.key.as_str()
                && let Some(first) = entries[..at]
                    .iter()
                    .find(|first| first.key.as_str() == Some(text))
            {
                found.push(duplicate_key(&entry.key, &first.key));
            }
        }
        return;
    }
    let mut seen: BTreeMap<&str, &Node> = BTreeMap::new();
    for entry in entries {
        let Some(text) = entry.key.as_str() else {
            continue;
        };
        if let Some(first) = seen.get(text) {
            found.push(duplicate_key(&entry.key, first));
        } else {
            seen.insert(text, &entry.key);
        }
    }
}

/// The message about one repeated key.
pub(crate) fn duplicate_key(second: &Node, first: &Node) -> Diagnostic {
    Diagnostic::error(
        &codes::DUPLICATE_KEY,
        format!(
            "mapping key \"{}\" already defined",
            second.as_str().unwrap_or_default()
        ),
    )
    .label(second.span(), "again here")
    .label(first.span(), "first here")
    .help("remove one of the two")
}
