//! Lists that merge by keys (`kyaml/yaml/walk/associative_sequence.go`).
//!
//! Items lie in a pool and lists are places in it, so that one item can be in
//! several lists, as upstream's pointers are.

use terrace_yaml::Node;

use super::{MergeError, Outcome, Walker, directive};
use crate::schema::Schema;
use crate::tree::{self, Kind};

/// Names of merge keys with the values that an item must have.
pub(super) struct Keys<'a> {
    names: Vec<&'a str>,
    values: Vec<&'a str>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(names: &[&'a str], values: &'a [String]) -> Self {
        Self {
            names: names.to_vec(),
            values: values.iter().map(String::as_str).collect(),
        }
    }
}

/// Puts an item in the place of each that has these keys, or at the end; without
/// an item, removes them. Nulls and empty maps go (`ElementSetter`).
pub(super) fn set_element(
    pool: &[Node],
    list: &[usize],
    element: Option<usize>,
    keys: &Keys<'_>,
) -> Result<Vec<usize>, String> {
    let is_mapping_setter = keys.names.first().is_some_and(|name| !name.is_empty())
        && keys.values.first().is_some_and(|value| !value.is_empty());
    let mut result = Vec::with_capacity(list.len() + 1);
    let mut is_found = false;
    for &at in list {
        let item = &pool[at];
        if tree::is_null(item) || is_empty_map(item) {
            continue;
        }
        if !item.is_mapping() && is_mapping_setter {
            result.push(at);
            continue;
        }
        let mut field_found = false;
        let mut matches = true;
        for (place, name) in keys.names.iter().enumerate() {
            if let Some(value) = keys.values.get(place) {
                field_found = has_field(item, name, value)?;
            }
            if !field_found {
                matches = false;
                break;
            }
        }
        if !matches {
            if !keys.values.is_empty() {
                result.push(at);
            }
            continue;
        }
        is_found = true;
        result.extend(element);
    }
    if let Some(element) = element
        && !is_found
        && !tree::is_null(&pool[element])
    {
        result.push(element);
    }
    Ok(result)
}

/// Whether an item has the field with this value; the empty value matches any
/// (`FieldMatcher`).
fn has_field(item: &Node, name: &str, value: &str) -> Result<bool, String> {
    if name.is_empty() {
        if !item.is_scalar() {
            return Err(tree::wrong_kind(Kind::Scalar, item));
        }
        return Ok(tree::value(item) == value);
    }
    let Some(mapping) = item.as_mapping() else {
        return Err(tree::wrong_kind(Kind::Mapping, item));
    };
    Ok(mapping
        .get(name)
        .is_some_and(|field| value.is_empty() || tree::raw_value(field) == value))
}

fn is_empty_map(node: &Node) -> bool {
    node.as_mapping().is_some_and(|mapping| mapping.is_empty())
}

/// The first item that has these keys (`ElementMatcher`).
fn find(pool: &[Node], list: &[usize], names: &[&str], values: &[String]) -> Option<usize> {
    let first = values.first().map_or("", String::as_str);
    if names.first().is_none_or(|name| name.is_empty()) {
        return list
            .iter()
            .copied()
            .find(|at| tree::raw_value(&pool[*at]) == first);
    }
    list.iter().copied().find(|at| {
        let Some(mapping) = pool[*at].as_mapping() else {
            return false;
        };
        names.iter().zip(values).all(|(name, value)| {
            mapping
                .get(name)
                .is_some_and(|field| tree::raw_value(field) == value)
        })
    })
}

/// The values that each item has under the keys; missing ones are empty.
fn key_values(pool: &[Node], list: &[usize], names: &[&str]) -> Vec<Vec<String>> {
    list.iter()
        .map(|at| {
            names
                .iter()
                .map(|name| {
                    pool[*at]
                        .get(name)
                        .filter(|field| !tree::is_null_or_empty(field))
                        .map_or("", tree::raw_value)
                        .to_owned()
                })
                .collect()
        })
        .collect()
}

/// Leaves out keys that no item has; all, if none has any.
fn valid_keys<'a>(
    all: &[Vec<String>],
    values: &[String],
    names: &[&'a str],
) -> (Vec<&'a str>, Vec<String>) {
    let is_used: Vec<bool> = (0..names.len())
        .map(|at| {
            all.iter()
                .any(|values| values.get(at).is_some_and(|value| !value.is_empty()))
        })
        .collect();
    if !is_used.contains(&true) {
        return (names.to_vec(), values.to_vec());
    }
    let used = |at: usize| is_used.get(at).copied().unwrap_or(false);
    (
        (0..names.len())
            .filter(|at| used(*at))
            .map(|at| names[at])
            .collect(),
        values
            .iter()
            .enumerate()
            .filter(|(at, value)| !value.is_empty() || used(*at))
            .map(|(_, value)| value.clone())
            .collect(),
    )
}

/// Gives items that agree where both have a value the values of both. Each is
/// compared as it was when its turn began, as upstream's loop does it.
fn merge_values(all: &mut [Vec<String>]) {
    for a in 0..all.len() {
        let own = all[a].clone();
        for b in 0..all.len() {
            if let Some(values) = joined(&own, &all[b]) {
                all[a].clone_from(&values);
                all[b] = values;
            }
        }
    }
}

fn joined(a: &[String], b: &[String]) -> Option<Vec<String>> {
    if a.len() != b.len() {
        return None;
    }
    let mut has_common = false;
    let mut values = Vec::with_capacity(a.len());
    for (a, b) in a.iter().zip(b) {
        if a == b {
            has_common = true;
        } else if !a.is_empty() && !b.is_empty() {
            return None;
        }
        values.push(if a.is_empty() { b } else { a }.clone());
    }
    has_common.then_some(values)
}

/// Items, and the lists of the document and of the patch in them. A list that
/// only the patch has is both.
struct Lists {
    pool: Vec<Node>,
    dest: Vec<usize>,
    patch: Option<Vec<usize>>,
    has_several_keys: bool,
}

impl Lists {
    /// An item of the patch, to merge. With several keys the item may be found
    /// again for other values, then without the directives that were obeyed.
    fn patch_item(&mut self, at: usize, is_last: bool) -> Node {
        let item = std::mem::take(&mut self.pool[at]);
        if !is_last {
            self.pool[at] = item.clone();
            directive::remove_all(&mut self.pool[at]);
        }
        item
    }
}

impl<'s> Walker<'s> {
    /// Merges the items of a patch into those of the document.
    pub(super) fn merge_lists(
        &mut self,
        items: &mut Vec<Node>,
        patch: Vec<Node>,
        keys: &[&str],
        schema: Option<Schema<'s>>,
    ) -> Result<(), MergeError> {
        let mut pool = std::mem::take(items);
        let dest: Vec<usize> = (0..pool.len()).collect();
        let patch_places: Vec<usize> = (pool.len()..pool.len() + patch.len()).collect();
        pool.extend(patch);
        let lists = Lists {
            pool,
            dest,
            patch: Some(patch_places),
            has_several_keys: keys.len() > 1,
        };
        *items = self.combine(lists, keys, schema)?;
        Ok(())
    }

    /// Puts the items of a list that only the patch has together.
    pub(super) fn settle_list(
        &mut self,
        items: &mut Vec<Node>,
        keys: &[&str],
        schema: Option<Schema<'s>>,
    ) -> Result<(), MergeError> {
        let pool = std::mem::take(items);
        let dest: Vec<usize> = (0..pool.len()).collect();
        let lists = Lists {
            pool,
            dest,
            patch: None,
            has_several_keys: keys.len() > 1,
        };
        *items = self.combine(lists, keys, schema)?;
        Ok(())
    }

    fn combine(
        &mut self,
        mut lists: Lists,
        keys: &[&str],
        schema: Option<Schema<'s>>,
    ) -> Result<Vec<Node>, MergeError> {
        let schema = schema.and_then(Schema::items);
        let names: Vec<&str> = if keys.is_empty() {
            vec![""]
        } else {
            keys.to_vec()
        };
        let mut all: Vec<Vec<String>> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        let both = [lists.patch.as_deref().unwrap_or(&[]), &lists.dest];
        for list in both {
            let values: Vec<Vec<String>> = if keys.is_empty() {
                list.iter()
                    .map(|at| vec![tree::raw_value(&lists.pool[*at]).to_owned()])
                    .collect()
            } else {
                key_values(&lists.pool, list, &names)
            };
            for values in values {
                if seen.insert(values.clone()) {
                    all.push(values);
                }
            }
        }
        if names.len() > 1 {
            merge_values(&mut all);
        }
        let mut added: Vec<usize> = Vec::new();
        let mut last_names = Vec::new();
        for values in &all {
            let (names, values) = valid_keys(&all, values, &names);
            self.combine_one(&mut lists, &mut added, &names, &values, schema)?;
            last_names = names;
        }
        let places = if all.is_empty() {
            lists.dest
        } else {
            append(&lists, added, &last_names)?
        };
        // An item may stand in the list more than once.
        let mut uses = vec![0_usize; lists.pool.len()];
        for place in &places {
            uses[*place] += 1;
        }
        let mut pool = lists.pool;
        Ok(places
            .into_iter()
            .map(|place| {
                uses[place] -= 1;
                if uses[place] > 0 {
                    pool[place].clone()
                } else {
                    std::mem::take(&mut pool[place])
                }
            })
            .collect())
    }

    /// Merges the items that have the same keys.
    fn combine_one(
        &mut self,
        lists: &mut Lists,
        added: &mut Vec<usize>,
        names: &[&str],
        values: &[String],
        schema: Option<Schema<'s>>,
    ) -> Result<(), MergeError> {
        let (own_names, own_values) = valid_keys(&[values.to_vec()], values, names);
        let in_dest = find(&lists.pool, &lists.dest, &own_names, &own_values);
        let in_patch = lists
            .patch
            .as_ref()
            .and_then(|list| find(&lists.pool, list, &own_names, &own_values));
        let is_last = !lists.has_several_keys;
        let merged = match (in_dest, in_patch) {
            (Some(dest), Some(patch)) => {
                let patch_node = lists.patch_item(patch, is_last);
                match self.merge(&mut lists.pool[dest], patch_node, schema)? {
                    Outcome::Kept => Some(dest),
                    Outcome::Replaced(node) => {
                        lists.pool[patch] = node;
                        Some(patch)
                    }
                    Outcome::Cleared => None,
                }
            }
            (Some(dest), None) if lists.patch.is_none() => {
                self.settle(&mut lists.pool[dest], schema)?.then_some(dest)
            }
            (Some(dest), None) => self.tidy(&mut lists.pool[dest], schema)?.then_some(dest),
            (None, Some(patch)) => {
                let node = lists.patch_item(patch, is_last);
                match self.insert(node, schema)? {
                    Outcome::Replaced(node) => {
                        lists.pool[patch] = node;
                        Some(patch)
                    }
                    Outcome::Kept | Outcome::Cleared => None,
                }
            }
            (None, None) => None,
        };
        let keys = Keys::new(names, values);
        let place = |message: String, pool: &[Node]| (message, pool[0].span());
        let merged =
            merged.filter(|at| !tree::is_null(&lists.pool[*at]) && !is_empty_map(&lists.pool[*at]));
        let Some(merged) = merged else {
            lists.dest = set_element(&lists.pool, &lists.dest, None, &keys)
                .map_err(|message| place(message, &lists.pool))?;
            return Ok(());
        };
        for (name, value) in names.iter().zip(values) {
            self.set_key(&mut lists.pool[merged], name, value);
        }
        *added = set_element(&lists.pool, added, Some(merged), &keys)
            .map_err(|message| place(message, &lists.pool))?;
        Ok(())
    }

    /// Gives an item the key it was found by, if it lacks it.
    fn set_key(&mut self, item: &mut Node, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let span = item.span();
        match item.as_mapping_mut() {
            Some(mapping) if !mapping.contains(name) => {
                let mut new = tree::untagged(value, span);
                tree::quote_if_ambiguous(&mut new);
                tree::push(mapping, name, new);
            }
            Some(_) => {}
            None => tree::overwrite(item, tree::untagged(value, span), &mut self.writes),
        }
    }
}

/// Puts the items of the document behind those that were merged. What is there
/// already stays where it is if one key tells items apart, and moves to the end
/// if several do.
fn append(lists: &Lists, added: Vec<usize>, names: &[&str]) -> Result<Vec<usize>, MergeError> {
    let pool = &lists.pool;
    let mut result = added;
    for &at in &lists.dest {
        let item = &pool[at];
        let fail = |message: String| (message, item.span());
        if names.first().is_none_or(|name| name.is_empty()) {
            let value = [tree::raw_value(item).to_owned()];
            let keys = Keys::new(&[""], &value);
            result = set_element(pool, &result, Some(at), &keys).map_err(fail)?;
            continue;
        }
        let mut values = Vec::new();
        for name in names {
            if !item.is_mapping() && !tree::is_null(item) {
                return Err(fail(tree::wrong_kind(Kind::Mapping, item)));
            }
            match item.get(name) {
                Some(value) => values.push(tree::raw_value(value).to_owned()),
                None => result.push(at),
            }
        }
        let keys = Keys::new(names, &values);
        if names.len() > 1 {
            result = set_element(pool, &result, None, &keys).map_err(fail)?;
        }
        result = set_element(pool, &result, Some(at), &keys).map_err(fail)?;
    }
    Ok(result)
}
