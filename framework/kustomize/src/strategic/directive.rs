//! `$patch` (`kyaml/yaml/merge2/smpdirective.go`).

use terrace_yaml::{Mapping, Node};

use super::list::{self, Keys};
use crate::tree;

/// What a patch wants done with a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Directive {
    Merge,
    Replace,
    Delete,
}

const KEY: &str = "$patch";

impl Directive {
    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "merge" => Ok(Self::Merge),
            "replace" => Ok(Self::Replace),
            "delete" => Ok(Self::Delete),
            _ => Err(format!("unknown patch strategy '{text}'")),
        }
    }
}

/// Takes the directive out of a mapping.
pub(super) fn of_mapping(mapping: &mut Mapping) -> Result<Directive, String> {
    let Some(value) = mapping.get(KEY) else {
        return Ok(Directive::Merge);
    };
    let directive = Directive::from_text(tree::raw_value(value))?;
    mapping.remove(KEY);
    Ok(directive)
}

/// Takes the directive out of a list: an item that says nothing else.
pub(super) fn of_list(items: &mut Vec<Node>) -> Result<Directive, String> {
    let item = items
        .iter()
        .filter_map(Node::as_mapping)
        .find(|mapping| mapping.contains(KEY));
    let Some(item) = item.filter(|mapping| mapping.len() == 1) else {
        return Ok(Directive::Merge);
    };
    let text = item.get(KEY).map_or("", tree::raw_value).to_owned();
    let directive = Directive::from_text(&text)?;
    let keys = Keys::new(&[KEY], std::slice::from_ref(&text));
    let places: Vec<usize> = (0..items.len()).collect();
    let kept = list::set_element(items, &places, None, &keys)?;
    let mut at = 0;
    items.retain(|_| {
        at += 1;
        kept.contains(&(at - 1))
    });
    Ok(directive)
}

/// Takes the directives out of a node and all below it that are mappings.
pub(super) fn remove_all(node: &mut Node) {
    if let Some(mapping) = node.as_mapping_mut() {
        mapping.remove(KEY);
        for (_, value) in mapping.iter_mut() {
            remove_all(value);
        }
    }
}
