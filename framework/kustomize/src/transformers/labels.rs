//! `labels`, `commonLabels`, `commonAnnotations` (`api/filters/labels`,
//! `api/filters/annotations`).

use terrace_diag::Span;
use terrace_yaml::{Node, Tag};

use crate::Result;
use crate::config::FieldSpec;
use crate::field_spec::{self, Action, Target};
use crate::kustomization::TextMap;
use crate::resource::Resource;
use crate::resource::map::ResMap;
use crate::tree::{self, Kind, Writes};

/// Sets labels in all fields of the specs.
pub(crate) fn add_labels(map: &mut ResMap, labels: &TextMap, specs: &[FieldSpec]) -> Result<()> {
    set_entries(map, labels, specs)
}

/// Sets annotations in all fields of the specs.
pub(crate) fn add_annotations(
    map: &mut ResMap,
    annotations: &TextMap,
    specs: &[FieldSpec],
) -> Result<()> {
    set_entries(map, annotations, specs)
}

fn set_entries(map: &mut ResMap, entries: &TextMap, specs: &[FieldSpec]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let targets = Target::all(specs);
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    map.for_each_content(|resource| {
        let gvk = resource.gvk();
        let chosen: Vec<&Target> = targets
            .iter()
            .filter(|target| field_spec::selects(&target.spec, &gvk))
            .collect();
        for (key, text, span) in &sorted {
            set_entry(resource, key, text, *span, &chosen)?;
        }
        Ok(())
    })
}

/// Sets one entry in all fields. Where it is new it is one node everywhere: see
/// [`crate::tree`].
fn set_entry(
    resource: &mut Resource,
    key: &str,
    text: &str,
    span: Span,
    targets: &[&Target],
) -> Result<()> {
    let number = resource.last_share.wrapping_add(1);
    resource.last_share = number;
    let mut value = Node::string(text, span);
    tree::quote_if_ambiguous(&mut value);
    let mut set = |node: &mut Node, writes: &mut Writes| {
        if tree::is_null(node) {
            return Ok(());
        }
        let wrong = tree::wrong_kind(Kind::Mapping, node);
        let mapping = node.as_mapping_mut().ok_or(wrong)?;
        match mapping.get_mut(key) {
            Some(old) => tree::overwrite(old, value.clone(), writes),
            None => {
                let mut new = value.clone();
                tree::share(&mut new, number);
                tree::push(mapping, key, new);
            }
        }
        Ok(())
    };
    for target in targets {
        let mut action = Action {
            create: Some((Kind::Mapping, Tag::Map)),
            span,
            set: &mut set,
        };
        field_spec::apply_to_any(resource, target, &mut action)?;
    }
    Ok(())
}
