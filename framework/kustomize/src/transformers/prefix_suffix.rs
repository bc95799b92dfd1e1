//! `namePrefix` and `nameSuffix` (`PrefixTransformer.go`,
//! `SuffixTransformer.go`).

use terrace_diag::Span;
use terrace_yaml::{Node, Tag};

use crate::Result;
use crate::config::FieldSpec;
use crate::field_spec::{self, Action, Target};
use crate::resource::Resource;
use crate::resource::map::ResMap;
use crate::tree::{self, Kind, Writes};

/// What is put around names.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Affix<'a> {
    Prefix(&'a str),
    Suffix(&'a str),
}

impl Affix<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Prefix(text) | Self::Suffix(text) => text,
        }
    }

    fn apply(&self, name: &str) -> String {
        match self {
            Self::Prefix(prefix) => format!("{prefix}{name}"),
            Self::Suffix(suffix) => format!("{name}{suffix}"),
        }
    }
}

/// Kinds whose names others rely on.
fn keeps_name(resource: &Resource) -> bool {
    let gvk = resource.original_id().gvk;
    match gvk.kind {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => gvk.group == "apiregistration.k8s.io",
        _ => false,
    }
}

/// Adds a prefix or suffix to the fields of the specs.
pub(crate) fn add_affix(
    map: &mut ResMap,
    affix: Affix<'_>,
    specs: &[FieldSpec],
    span: Span,
) -> Result<()> {
    let targets = Target::all(specs);
    for resource in map.resources_mut() {
        if keeps_name(resource) {
            continue;
        }
        for target in &targets {
            // The identity is the one before this transformer, as its first
            // change only adds to the previous ones.
            if !field_spec::selects(&target.spec, &resource.original_id().gvk) {
                continue;
            }
            if target.spec.path == "metadata/name" && !affix.text().is_empty() {
                let list = match affix {
                    Affix::Prefix(_) => &mut resource.state.prefixes,
                    Affix::Suffix(_) => &mut resource.state.suffixes,
                };
                list.push(affix.text().into());
                resource.store_previous_id();
            }
            let mut set = |node: &mut Node, writes: &mut Writes| {
                if !node.is_scalar() {
                    return Err(tree::wrong_kind(Kind::Scalar, node));
                }
                let name = affix.apply(tree::raw_value(node));
                tree::overwrite(node, tree::untagged(name, span), writes);
                Ok(())
            };
            let mut action = Action {
                create: Some((Kind::Scalar, Tag::Str)),
                span,
                set: &mut set,
            };
            field_spec::apply(resource, target, &mut action)?;
        }
    }
    Ok(())
}
