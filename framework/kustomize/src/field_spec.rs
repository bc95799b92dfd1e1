//! Reaching the fields that transformers change (`api/filters/fieldspec`).

use terrace_diag::Span;
use terrace_yaml::{Content, Node, Tag};

use crate::codes::TRANSFORMER;
use crate::config::FieldSpec;
use crate::field_path;
use crate::resource::Resource;
use crate::resource::id::Gvk;
use crate::tree::{self, Kind, Writes};
use crate::{Failure, Result};

/// A field spec ready for use.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) spec: FieldSpec,
    parts: Vec<String>,
}

impl Target {
    pub(crate) fn new(spec: &FieldSpec) -> Self {
        Self {
            spec: spec.clone(),
            parts: field_path::split(&spec.path, '/'),
        }
    }

    /// The parts of the path.
    pub(crate) fn parts(&self) -> &[String] {
        &self.parts
    }

    pub(crate) fn all(specs: &[FieldSpec]) -> Vec<Self> {
        specs.iter().map(Self::new).collect()
    }
}

/// What is done at the end of a path.
pub(crate) struct Action<'a> {
    /// What missing fields become, if they are made at all.
    pub(crate) create: Option<(Kind, Tag)>,
    /// The place of what demands the change.
    pub(crate) span: Span,
    pub(crate) set: &'a mut dyn FnMut(&mut Node, &mut Writes) -> Result<(), String>,
}

/// Applies an action to the fields of a resource that a spec names, if it is
/// about resources of its kind.
pub(crate) fn apply(
    resource: &mut Resource,
    target: &Target,
    action: &mut Action<'_>,
) -> Result<()> {
    if !resource.gvk().is_selected_by(&target.spec.gvk()) {
        return Ok(());
    }
    apply_to_any(resource, target, action)
}

/// As [`apply`], for resources of every kind.
pub(crate) fn apply_to_any(
    resource: &mut Resource,
    target: &Target,
    action: &mut Action<'_>,
) -> Result<()> {
    let mut writes = Writes::default();
    let result = walk(
        &mut resource.node,
        &target.parts,
        target.spec.create,
        action,
        &mut writes,
    );
    writes.spread(&mut resource.node);
    result.map_err(|(message, span)| {
        Failure::new(
            &TRANSFORMER,
            format!(
                "considering field '{}' of object {}: {message}",
                target.spec.path,
                resource.id()
            ),
        )
        .at(span)
        .label(action.span, "asked for here")
    })
}

fn walk(
    node: &mut Node,
    parts: &[String],
    create: bool,
    action: &mut Action<'_>,
    writes: &mut Writes,
) -> Result<(), (String, Span)> {
    let span = node.span();
    let Some((part, rest)) = parts.split_first() else {
        return (action.set)(node, writes).map_err(|message| (message, span));
    };
    if tree::is_null(node) {
        return Ok(());
    }
    match node.content_mut() {
        Content::Sequence(items) => items
            .iter_mut()
            .try_for_each(|item| walk(item, parts, create, action, writes)),
        Content::Scalar(_) => Err(("expected sequence or mapping node".into(), span)),
        Content::Mapping(mapping) => {
            let (name, is_list) = match part.strip_suffix("[]") {
                Some(name) => (name, true),
                None => (part.as_str(), false),
            };
            if name.is_empty() {
                return Err(("cannot set or create an empty field name".into(), span));
            }
            let name = name.trim();
            if name.is_empty() {
                return walk(node, rest, create, action, writes);
            }
            field_path::expect_field(name).map_err(|message| (message, span))?;
            let made = match action.create {
                Some(_) if !create || is_list => None,
                Some(made) if rest.is_empty() => Some(made),
                Some(_) => Some((Kind::Mapping, Tag::Map)),
                None => None,
            };
            let filled = made.or(is_list.then_some((Kind::Sequence, Tag::None)));
            if !mapping.contains(name) {
                let Some((kind, _)) = made else {
                    return Ok(());
                };
                tree::push(mapping, name, kind.empty(action.span));
            }
            let Some(field) = mapping.get_mut(name) else {
                return Ok(());
            };
            if let Some((kind, tag)) = filled
                && tree::is_null(field)
                && field.is_scalar()
            {
                fill(field, kind, tag);
            }
            walk(field, rest, create, action, writes)
        }
    }
}

/// Makes an empty node of a null. Of a scalar only the tag changes.
fn fill(field: &mut Node, kind: Kind, tag: Tag) {
    match kind {
        Kind::Scalar => field.set_tag(tag),
        Kind::Sequence | Kind::Mapping => *field = kind.empty(field.span()),
    }
}

/// Whether a spec is about a kind that an identity has.
pub(crate) fn selects(spec: &FieldSpec, gvk: &Gvk<'_>) -> bool {
    gvk.is_selected_by(&spec.gvk())
}
