//! `replacements` (`api/filters/replacement`).

use terrace_diag::Span;
use terrace_yaml::Node;

use crate::codes::REPLACEMENT;
use crate::field_path;
use crate::kustomization::{
    FieldOptions, Replacement, ReplacementSource, ReplacementTarget, Selector,
};
use crate::resource::Resource;
use crate::resource::id::ResId;
use crate::resource::map::{ResMap, matches_labels};
use crate::selector::LabelSelector;
use crate::tree::{self, Kind, Writes};
use crate::{Failure, Result};

/// Copies the value of each source into its targets, one after the other.
pub(crate) fn replace_all(map: &mut ResMap, replacements: &[Replacement]) -> Result<()> {
    for replacement in replacements {
        let (Some(source), Some(targets)) = (&replacement.source, &replacement.targets) else {
            return Err(Failure::new(
                &REPLACEMENT,
                "replacements must specify a source and at least one target",
            )
            .at(replacement.span));
        };
        let value = Value::find(map.resources(), source)?;
        for target in targets {
            apply(map.resources_mut(), &value, target)?;
        }
    }
    Ok(())
}

/// All identities; the current one does not know that its kind has no
/// namespace.
fn ids(resource: &Resource) -> impl Iterator<Item = ResId<'_>> {
    let mut current = resource.id();
    current.cluster_scoped = false;
    std::iter::once(current).chain(resource.previous_ids())
}

/// Whether it lost its name before a transformer remembered its identity, which
/// upstream then cannot put together again.
fn was_nameless(resource: &Resource) -> bool {
    resource.previous_ids().any(|id| id.name.is_empty())
}

/// The value of a source. Upstream reads it again for each target: a target that
/// is the source itself changes what later ones get.
struct Value {
    /// Which resource it is of, and where in it.
    at: usize,
    path: Vec<String>,
    /// Part of a value, which does not change any more.
    part: Option<Node>,
}

impl Value {
    fn find(resources: &[Resource], source: &ReplacementSource) -> Result<Self> {
        let selector = source.selector.id();
        let span = source.selector.span;
        if let Some(nameless) = resources.iter().find(|resource| was_nameless(resource)) {
            return Err(Failure::new(
                &REPLACEMENT,
                "error getting node IDs: number of previous names, number of previous \
                 namespaces, number of previous kinds not equal",
            )
            .at(span)
            .label(
                nameless.node.span(),
                "this resource had no name for a while",
            )
            .help("the patch that took its name away must give it another one"));
        }
        let mut chosen = (0..resources.len())
            .filter(|at| ids(&resources[*at]).any(|id| id.is_selected_by(&selector)));
        let Some(at) = chosen.next() else {
            return Err(
                Failure::new(&REPLACEMENT, format!("nothing selected by {selector}"))
                    .at(span)
                    .help("the source must be a resource of this build, by its name now or before"),
            );
        };
        let resource = &resources[at];
        if let Some(second) = chosen.next() {
            return Err(Failure::new(
                &REPLACEMENT,
                format!("multiple matches for selector {selector}"),
            )
            .at(span)
            .label(resource.node.span(), "one match")
            .label(resources[second].node.span(), "another one"));
        }
        let text = match source.field_path.value.as_str() {
            "" => "metadata.name",
            path => path,
        };
        let place = |failure: Failure| failure.at(source.field_path.span).or_at(span);
        let path = field_path::split_with_brackets(text);
        let found = field_path::get(&resource.node, &path)
            .map_err(|message| {
                place(Failure::new(
                    &REPLACEMENT,
                    format!("error looking up replacement source: {message}"),
                ))
            })?
            .filter(|node| !tree::is_null_or_empty(node));
        let Some(node) = found else {
            return Err(place(Failure::new(
                &REPLACEMENT,
                format!("fieldPath `{text}` is missing for replacement source {selector}"),
            ))
            .label(resource.node.span(), "the resource without it"));
        };
        let part = refine(node, source.options.as_ref())
            .map_err(|message| place(Failure::new(&REPLACEMENT, message)))?;
        Ok(Self { at, path, part })
    }

    /// The value as it is now.
    fn now(&self, resources: &[Resource]) -> Node {
        let found = match &self.part {
            Some(part) => Some(part),
            None => resources
                .get(self.at)
                .and_then(|resource| field_path::get(&resource.node, &self.path).ok()?),
        };
        let mut value = found.cloned().unwrap_or_default();
        tree::unshare(&mut value);
        value
    }
}

/// Takes one part of the value, if there is a delimiter.
fn refine(node: &Node, options: Option<&FieldOptions>) -> Result<Option<Node>, String> {
    let Some(options) = options.filter(|options| !options.delimiter.is_empty()) else {
        return Ok(None);
    };
    if !node.is_scalar() {
        return Err("delimiter option can only be used with scalar nodes".into());
    }
    let text = tree::value(node);
    let part = usize::try_from(options.index)
        .ok()
        .and_then(|index| text.split(options.delimiter.as_str()).nth(index));
    let Some(part) = part else {
        return Err(format!(
            "options.index {} is out of bounds for value {text}",
            options.index
        ));
    };
    let tag = tree::tag(node);
    let mut value = node.clone();
    value.set_text(part);
    value.set_tag(tag);
    Ok(Some(value))
}

/// The label selectors of a choice of targets, parsed once.
struct Choice {
    select: (LabelSelector, LabelSelector),
    rejects: Vec<(LabelSelector, LabelSelector)>,
}

impl Choice {
    fn new(select: &Selector, target: &ReplacementTarget) -> Result<Self> {
        let parse = |selector: &Selector| {
            let both = || {
                Ok((
                    LabelSelector::parse(&selector.annotation_selector)?,
                    LabelSelector::parse(&selector.label_selector)?,
                ))
            };
            both().map_err(|message: String| Failure::new(&REPLACEMENT, message).at(selector.span))
        };
        let rejects: Result<Vec<_>> = target
            .reject
            .iter()
            .filter(|reject| {
                !reject.annotation_selector.is_empty() || !reject.label_selector.is_empty()
            })
            .map(parse)
            .collect();
        Ok(Self {
            select: parse(select)?,
            rejects: rejects?,
        })
    }

    fn accepts(&self, resource: &Resource) -> bool {
        let matches = |(annotations, labels): &(LabelSelector, LabelSelector)| {
            matches_labels(annotations, resource, "annotations")
                && matches_labels(labels, resource, "labels")
        };
        matches(&self.select) && !self.rejects.iter().any(matches)
    }
}

fn apply(resources: &mut [Resource], value: &Value, target: &ReplacementTarget) -> Result<()> {
    let Some(select) = &target.select else {
        return Err(
            Failure::new(&REPLACEMENT, "target must specify resources to select").at(target.span),
        );
    };
    let choice = Choice::new(select, target)?;
    let default = [(String::from("metadata.name"), target.span)];
    let paths = if target.field_paths.is_empty() {
        &default[..]
    } else {
        &target.field_paths
    };
    let selector = select.id();
    for at in 0..resources.len() {
        let resource = &resources[at];
        if !ids(resource).any(|id| id.is_selected_by(&selector)) || !choice.accepts(resource) {
            continue;
        }
        let is_rejected = target.reject.iter().any(|reject| {
            !reject.has_no_id() && ids(resource).any(|id| id.is_selected_by(&reject.id()))
        });
        if is_rejected {
            continue;
        }
        for (path, span) in paths {
            let options = target.options.as_ref();
            if at == value.at && options.is_some_and(|options| options.create) {
                // What is made for the target may lie inside of the source.
                let kind = Kind::of(&value.now(resources));
                prepare(&mut resources[at], kind, path, *span);
            }
            let now = value.now(resources);
            set(&mut resources[at], &now, path, *span, options)?;
        }
    }
    Ok(())
}

/// Makes the fields of a target. What goes wrong shows when they are set.
fn prepare(resource: &mut Resource, kind: Kind, path: &str, span: Span) {
    let parts = field_path::split_with_brackets(path);
    let mut visit = |_: &mut Node| Ok(());
    let made = field_path::visit_matches(&mut resource.node, &parts, Some(kind), span, &mut visit);
    drop(made);
}

fn set(
    resource: &mut Resource,
    value: &Node,
    path: &str,
    span: Span,
    options: Option<&FieldOptions>,
) -> Result<()> {
    let create = options
        .is_some_and(|options| options.create)
        .then(|| Kind::of(value));
    let parts = field_path::split_with_brackets(path);
    let mut writes = Writes::default();
    let mut visit = |field: &mut Node| put(field, value, options, span, &mut writes);
    let found = field_path::visit_matches(&mut resource.node, &parts, create, span, &mut visit);
    writes.spread(&mut resource.node);
    let what = if create.is_some() {
        "find or create"
    } else {
        "find"
    };
    let missing = format!("unable to {what} field \"{path}\" in replacement target");
    match found {
        Ok(0) => Err(Failure::new(&REPLACEMENT, missing)
            .at(span)
            .label(resource.node.span(), "the target without it")
            .help("set `options.create` to make missing fields")),
        Ok(_) => Ok(()),
        Err(message) => Err(Failure::new(&REPLACEMENT, format!("{missing}: {message}")).at(span)),
    }
}

fn put(
    field: &mut Node,
    value: &Node,
    options: Option<&FieldOptions>,
    span: Span,
    writes: &mut Writes,
) -> Result<(), String> {
    let options = options.filter(|options| !options.delimiter.is_empty());
    let joined;
    let mut text = tree::raw_value(value);
    if let Some(options) = options {
        if !field.is_scalar() {
            return Err("delimiter option can only be used with scalar nodes".into());
        }
        let old = tree::raw_value(field);
        let mut parts: Vec<&str> = old.split(options.delimiter.as_str()).collect();
        let new = tree::value(value);
        match usize::try_from(options.index) {
            Err(_) => parts.insert(0, new),
            Ok(index) => match parts.get_mut(index) {
                Some(part) => *part = new,
                None => parts.push(new),
            },
        }
        joined = parts.join(&options.delimiter);
        text = &joined;
    }
    if field.is_scalar() {
        tree::set_text(field, text, span, writes);
    } else {
        tree::replace(field, value.clone(), writes);
    }
    Ok(())
}
