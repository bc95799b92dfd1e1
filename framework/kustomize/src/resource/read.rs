//! Files to resources (`kyaml/kio/byteio_reader.go`, `api/resource/factory.go`).

use std::collections::VecDeque;
use std::sync::Arc;

use rayon::prelude::*;
use terrace_diag::{FileId, Span};
use terrace_yaml::{Content, Node, ReadOptions, read_resource, split_resources};

use super::Resource;
use crate::codes::INVALID_RESOURCE;
use crate::{Failure, Result, json, tree};

/// Files from this size on are read on several threads.
const PARALLEL_BYTES: usize = 256 << 10;

/// The resources of a text. Its line ends must be single newlines.
pub(crate) fn resources(source: &Arc<str>, file: FileId) -> Result<Vec<Resource>> {
    let nodes = expand_lists(valid(documents(source, file)?)?)?;
    Ok(nodes.into_iter().map(Resource::new).collect())
}

/// Non-empty documents; a single list object stands for its items.
fn documents(source: &Arc<str>, file: FileId) -> Result<Vec<Node>> {
    let options = ReadOptions::default();
    let parts = split_resources(source, file, &options)?;
    let single = parts.len() == 1;
    let read = |part| read_resource(source, part, file, &options);
    let read: Vec<_> = if source.len() >= PARALLEL_BYTES && !single {
        parts.into_par_iter().map(read).collect()
    } else {
        parts.into_iter().map(read).collect()
    };
    let mut nodes = Vec::with_capacity(read.len());
    for node in read {
        let node = node.map_err(|error| Failure::from(error).context("MalformedYAMLError"))?;
        let Some(mut node) = node else {
            continue;
        };
        let kind = node.get("kind").map_or("", tree::value);
        if single
            && matches!(kind, "List" | "ResourceList")
            && (node.get("items").is_some() || node.get("functionConfig").is_some())
        {
            if let Some(items) = node.get_mut("items").and_then(Node::items_mut) {
                nodes.append(items);
            }
            continue;
        }
        nodes.push(node);
    }
    Ok(nodes)
}

/// Drops empty documents; the others must have kind and, but for lists, a name.
fn valid(nodes: Vec<Node>) -> Result<Vec<Node>> {
    let mut kept = Vec::with_capacity(nodes.len());
    for node in nodes {
        if tree::is_null_or_empty(&node) {
            continue;
        }
        check(&node)?;
        kept.push(node);
    }
    Ok(kept)
}

fn check(node: &Node) -> Result<()> {
    let meta = node.get("metadata");
    let text = |value: Option<&Node>| -> String {
        value
            .filter(|value| !tree::is_null_or_empty(value))
            .map_or("", tree::value)
            .to_owned()
    };
    let api_version = text(node.get("apiVersion"));
    let kind = text(node.get("kind"));
    let name = text(meta.and_then(|meta| meta.get("name")));
    let fail = |message: String| Err(Failure::new(&INVALID_RESOURCE, message).at(head(node)));
    if kind.is_empty() {
        if api_version.is_empty() && meta.is_none_or(tree::is_null_or_empty) {
            return fail("missing Resource metadata".into());
        }
        return fail(format!("missing kind in object {api_version}"));
    }
    if name.is_empty() && !kind.ends_with("List") {
        return fail(format!(
            "missing metadata.name in object {api_version} {kind}"
        ));
    }
    Ok(())
}

/// The first line of a node, so that a message does not show all of it.
fn head(node: &Node) -> Span {
    match node.content() {
        Content::Mapping(mapping) => mapping
            .entries()
            .first()
            .map_or(node.span(), |entry| entry.key.span()),
        _ => node.span(),
    }
}

/// Puts the items of objects whose kind ends in `List` behind all others.
fn expand_lists(nodes: Vec<Node>) -> Result<Vec<Node>> {
    let is_list = |node: &Node| {
        let kind = node.get("kind").map_or("", tree::raw_value);
        kind.ends_with("List") && node.get("items").is_some()
    };
    if !nodes.iter().any(is_list) {
        return Ok(nodes);
    }
    let mut queue = VecDeque::from(nodes);
    let mut result = Vec::new();
    while let Some(node) = queue.pop_front() {
        let items = if is_list(&node) {
            node.get("items")
        } else {
            None
        };
        let Some(items) = items else {
            result.push(node);
            continue;
        };
        match items.content() {
            _ if tree::is_null(items) => {}
            Content::Sequence(items) => {
                for item in items {
                    queue.extend(valid(vec![json::normalized(item)?])?);
                }
            }
            _ => {
                let kind = node.get("kind").map_or("", tree::raw_value);
                return Err(Failure::new(
                    &INVALID_RESOURCE,
                    format!("expected array in {kind}/items"),
                )
                .at(items.span()));
            }
        }
    }
    Ok(result)
}
