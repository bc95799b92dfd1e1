//! The plugin `ValueAddTransformer`, which has no field of its own.

use terrace_diag::Span;
use terrace_yaml::Node;

use super::namespace::{NamespaceTransformer, SubjectMode};
use crate::codes::TRANSFORMER;
use crate::field_path;
use crate::kustomization::Selector;
use crate::resource::Resource;
use crate::resource::map::ResMap;
use crate::tree::{self, Kind, Writes};
use crate::{Failure, Result};

/// A field that gets the value.
#[derive(Debug, Clone)]
pub(crate) struct ValueTarget {
    pub(crate) selector: Option<Selector>,
    /// Parts are separated by `/`.
    pub(crate) field_path: String,
    /// Where in a path that is the old value the new one is put; 0 replaces.
    pub(crate) position: i64,
    pub(crate) span: Span,
}

/// Puts a value into the fields of the targets.
pub(crate) fn add_value(map: &mut ResMap, value: &str, targets: &[ValueTarget]) -> Result<()> {
    for target in targets {
        let chosen = match &target.selector {
            Some(selector) => map.select(selector)?,
            None => (0..map.resources().len()).collect(),
        };
        let resources = map.resources_mut();
        for at in chosen {
            let resource = &mut resources[at];
            if target.field_path == "metadata/namespace" {
                NamespaceTransformer {
                    namespace: value,
                    specs: &[],
                    unset_only: false,
                    subjects: SubjectMode::DefaultOnly,
                    span: target.span,
                }
                .transform_one(resource)?;
                continue;
            }
            set(resource, value, target)
                .map_err(|message| Failure::new(&TRANSFORMER, message).at(target.span))?;
        }
    }
    Ok(())
}

fn set(resource: &mut Resource, value: &str, target: &ValueTarget) -> Result<(), String> {
    let parts = split(&target.field_path);
    let mut writes = Writes::default();
    let mut visit = |node: &mut Node| {
        if !node.is_scalar() {
            return Err(tree::wrong_kind(Kind::Scalar, node));
        }
        let text = match usize::try_from(target.position) {
            Ok(position) if position > 0 => insert_part(tree::raw_value(node), position - 1, value),
            _ => value.to_owned(),
        };
        tree::overwrite(node, tree::untagged(text, target.span), &mut writes);
        Ok(())
    };
    let scalar = Some(Kind::Scalar);
    field_path::visit_matches(&mut resource.node, &parts, scalar, target.span, &mut visit)?;
    writes.spread(&mut resource.node);
    Ok(())
}

/// Parts at `/`, with `\/` for a slash in a part.
fn split(path: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in path.split('/') {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push('/');
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Puts a part into a path, behind its end at most (`kyaml/filesys/util.go`).
fn insert_part(path: &str, position: usize, part: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.insert(position.min(parts.len()), part);
    let joined = parts.join("/");
    if rooted { format!("/{joined}") } else { joined }
}
