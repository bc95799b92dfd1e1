//! `patches`, `patchesStrategicMerge`, `patchesJson6902`.

use std::sync::Arc;

use terrace_diag::{FileId, Span};
use terrace_yaml::Node;

use super::inline::Places;
use crate::codes::PATCH;
use crate::json_patch::JsonPatch;
use crate::kustomization::{Inline, Patch, Selector};
use crate::resource::map::{ResMap, for_each};
use crate::resource::{BuildState, Resource, read};
use crate::schema::Schemas;
use crate::session::{Directory, Session};
use crate::strategic;
use crate::tree::{self, Writes};
use crate::{Failure, Result};

/// A patch that was read.
#[derive(Debug, Clone)]
pub(super) enum Loaded {
    /// Strategic merge patches.
    Merge(Vec<Resource>),
    /// Operations.
    Json(JsonPatch),
}

/// A patch with its target.
#[derive(Debug, Clone)]
pub(super) struct PatchTransformer {
    loaded: Loaded,
    target: Option<Selector>,
    /// How the patch is named in messages.
    name: String,
    /// Whether upstream remembers the identities before a JSON patch.
    remembers: bool,
    span: Span,
}

/// Reads an inline text as resources.
pub(super) fn inline_resources(
    session: &mut Session<'_>,
    inline: &Inline,
) -> Result<Vec<Resource>> {
    let text: Arc<str> = if inline.text.contains('\r') {
        inline.text.replace("\r\n", "\n").into()
    } else {
        inline.text.as_str().into()
    };
    let (file, places) = Places::new(&mut session.sources, inline, &text);
    let mut resources =
        read::resources(&text, file).map_err(|failure| failure.moved(&|span| places.span(span)))?;
    for resource in &mut resources {
        places.apply(&mut resource.node);
    }
    Ok(resources)
}

/// An entry of `patches`, read.
pub(super) fn load(
    session: &mut Session<'_>,
    directory: &Directory,
    patch: &Patch,
) -> Result<PatchTransformer> {
    let fail = |message: &str| Err(Failure::new(&PATCH, message).at(patch.span));
    let inline = patch.patch.as_ref().and_then(|inline| {
        let text = inline.text.trim();
        (!text.is_empty()).then(|| (inline, Arc::<str>::from(text)))
    });
    let path = &patch.path;
    let (text, file, places, name) = match (inline, path.value.is_empty()) {
        (None, true) => return fail("must specify one of patch and path"),
        (Some(_), false) => return fail("patch and path can't be set at the same time"),
        (Some((inline, text)), true) => {
            let (file, places) = Places::new(&mut session.sources, inline, &text);
            let name = format!("[patch: {:?}]", &*text);
            (text, file, Some(places), name)
        }
        (None, false) => {
            let (file, text) = session
                .text(directory, &path.value, path.span, true)
                .map_err(|failure| {
                    failure.context(format!(
                        "failed to get the patch file from path({})",
                        path.value
                    ))
                })?;
            (text, file, None, format!("[path: {:?}]", path.value))
        }
    };
    let moved = |span: Span| places.as_ref().map_or(span, |places| places.span(span));
    let loaded =
        detect(&text, file, &name).map_err(|failure| failure.moved(&moved).or_at(patch.span))?;
    let mut transformer = PatchTransformer {
        loaded,
        target: patch.target.clone(),
        name,
        remembers: true,
        span: patch.span,
    };
    match &mut transformer.loaded {
        Loaded::Merge(resources) => {
            for resource in resources {
                if let Some(places) = &places {
                    places.apply(&mut resource.node);
                }
                // Upstream notes these options in annotations, and makes strings of
                // all of them on the way.
                if patch.allow_name_change || patch.allow_kind_change {
                    resource.set_meta_map("annotations", resource.meta_entries("annotations"));
                }
                resource.state = BuildState {
                    allow_name_change: patch.allow_name_change,
                    allow_kind_change: patch.allow_kind_change,
                    ..BuildState::default()
                };
            }
        }
        Loaded::Json(operations) => {
            if let Some(places) = &places {
                operations.for_each_node(&mut |node| places.apply(node), &moved);
            }
        }
    }
    Ok(transformer)
}

/// Finds out what a patch is: exactly one of both must read.
fn detect(text: &Arc<str>, file: FileId, name: &str) -> Result<Loaded> {
    let merge = read::resources(text, file);
    let json = JsonPatch::parse(text, file);
    match (merge, json) {
        (Ok(_), Ok(_)) => Err(Failure::new(
            &PATCH,
            format!("illegally qualifies as both an SM and JSON patch: {name}"),
        )),
        (Ok(merge), Err(_)) => Ok(Loaded::Merge(merge)),
        (Err(_), Ok(json)) => Ok(Loaded::Json(json)),
        (Err(merge), Err(json)) => {
            let failure = Failure::new(
                &PATCH,
                format!("unable to parse SM or JSON patch from {name}"),
            )
            .help(format!("as strategic merge patch: {}", merge.message()))
            .help(format!("as JSON patch: {}", json.message()));
            Err(match merge.span().or(json.span()) {
                Some(span) => failure.at(span),
                None => failure,
            })
        }
    }
}

/// An entry of `patchesJson6902`, read.
pub(super) fn load_json6902(
    session: &mut Session<'_>,
    directory: &Directory,
    patch: &Patch,
) -> Result<PatchTransformer> {
    let fail = |message: &str| Err(Failure::new(&PATCH, message).at(patch.span));
    let Some(target) = patch
        .target
        .clone()
        .filter(|target| !target.name.is_empty())
    else {
        return fail("must specify the target name");
    };
    let inline = patch
        .patch
        .as_ref()
        .filter(|inline| !inline.text.is_empty());
    let path = &patch.path;
    let (operations, places, name) = match (inline, path.value.is_empty()) {
        (None, true) => return fail("empty file path and empty jsonOp"),
        (Some(_), false) => return fail("must specify a file path or jsonOp, not both"),
        (Some(inline), true) => {
            let text: Arc<str> = inline.text.as_str().into();
            let (file, places) = Places::new(&mut session.sources, inline, &text);
            let operations = JsonPatch::parse(&text, file)
                .map_err(|failure| failure.moved(&|span| places.span(span)).or_at(patch.span));
            (operations, Some(places), "[patch]".to_owned())
        }
        (None, false) => {
            let (file, text) = session.text(directory, &path.value, path.span, false)?;
            let operations =
                JsonPatch::parse(&text, file).map_err(|failure| failure.or_at(path.span));
            (operations, None, format!("[path: {:?}]", path.value))
        }
    };
    let mut operations = operations.map_err(|failure| failure.context("decoding the patch"))?;
    if operations.is_empty() {
        return fail("patch appears to be empty");
    }
    if let Some(places) = &places {
        operations.for_each_node(&mut |node| places.apply(node), &|span| places.span(span));
    }
    Ok(PatchTransformer {
        loaded: Loaded::Json(operations),
        target: Some(target),
        name,
        remembers: false,
        span: patch.span,
    })
}

impl PatchTransformer {
    pub(super) fn transform(&self, map: &mut ResMap, schemas: &Schemas) -> Result<()> {
        match (&self.loaded, &self.target) {
            (Loaded::Merge(patches), _) if patches.is_empty() => Err(self.no_target()),
            (Loaded::Merge(patches), Some(target)) => {
                let [patch] = patches.as_slice() else {
                    return Err(Failure::new(
                        &PATCH,
                        format!(
                            "Multiple Strategic-Merge Patches in one `patches` entry is not \
                             allowed to set `patches.target` field: {}",
                            self.name
                        ),
                    )
                    .at(self.span));
                };
                let chosen = map.select(target)?;
                merge_into(map, &chosen, patch, schemas)
            }
            (Loaded::Merge(patches), None) => {
                for patch in patches {
                    let at = find(map, patch).map_err(|failure| {
                        failure.context(format!(
                            "no resource matches strategic merge patch \"{}\"",
                            patch.id()
                        ))
                    })?;
                    let keeps_ids =
                        !patch.state.allow_name_change && !patch.state.allow_kind_change;
                    let resources = if keeps_ids {
                        map.contents_mut()
                    } else {
                        map.resources_mut()
                    };
                    let forgets = wipes_annotations(&patch.node);
                    merge_one(&mut resources[at], patch.clone(), schemas)?;
                    if forgets || resources[at].is_empty() {
                        map.resources_mut();
                    }
                }
                Ok(())
            }
            (Loaded::Json(_), None) => Err(self.no_target()),
            (Loaded::Json(operations), Some(target)) => {
                let chosen = map.select(target)?;
                for_each(&mut map.choose_mut(&chosen), |resource| {
                    if self.remembers {
                        resource.store_previous_id();
                    }
                    resource.ensure_annotations();
                    operations.apply(&mut resource.node).map_err(|failure| {
                        failure
                            .or_at(self.span)
                            .label(resource.node.span(), "the resource")
                    })?;
                    let annotations = resource.meta_entries("annotations");
                    if !annotations.is_empty() {
                        resource.set_meta_map("annotations", annotations);
                    }
                    Ok(())
                })
            }
        }
    }

    fn no_target(&self) -> Failure {
        Failure::new(
            &PATCH,
            format!("must specify a target for JSON patch {}", self.name),
        )
        .at(self.span)
        .help("say under `target` which resources it is about")
    }
}

/// The one resource that a patch without target is about.
fn find(map: &mut ResMap, patch: &Resource) -> Result<usize> {
    let id = patch.original_id();
    let found = map.with_any_id(&id);
    let matches = match found.as_slice() {
        [at] => return Ok(*at),
        [] => "no matches",
        _ => "multiple matches",
    };
    let failure = Failure::new(
        &PATCH,
        format!("{matches} for Id {id}; failed to find unique target for patch {id}"),
    )
    .at(patch
        .node
        .at(&["metadata", "name"])
        .map_or(patch.node.span(), Node::span));
    Err(if found.is_empty() {
        let near = terrace_diag::closest(
            id.name,
            map.resources()
                .iter()
                .filter(|resource| resource.kind() == id.gvk.kind)
                .map(Resource::name),
        );
        match near {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help(
                "group, version, kind, name and namespace of the patch must be those of the \
                 resource",
            ),
        }
    } else {
        found.iter().fold(failure, |failure, at| {
            failure.label(map.resources()[*at].node.span(), "a match")
        })
    })
}

/// The patches of `patchesStrategicMerge`, each for one resource.
pub(super) fn apply_strategic_merge(
    map: &mut ResMap,
    patches: &[Resource],
    schemas: &Schemas,
) -> Result<()> {
    for patch in patches {
        let at = find(map, patch)?;
        merge_into(map, &[at], patch, schemas)?;
    }
    Ok(())
}

/// Applies one patch to several resources. Labels and annotations of the patch
/// become strings first, and its group and version those of the resource.
fn merge_into(
    map: &mut ResMap,
    chosen: &[usize],
    patch: &Resource,
    schemas: &Schemas,
) -> Result<()> {
    if chosen.is_empty() {
        return Ok(());
    }
    let mut tidied = patch.clone();
    for field in ["labels", "annotations"] {
        tidied.set_meta_map(field, patch.meta_entries(field));
    }
    tidied.set_namespace(patch.namespace(), patch.node.span());
    for_each(&mut map.choose_mut(chosen), |resource| {
        let mut copy = tidied.clone();
        let api_version = resource.gvk().api_version();
        set_root_text(&mut copy, "apiVersion", &api_version);
        merge_one(resource, copy, schemas)
    })?;
    map.drop_empty();
    map.check_ids()
}

/// Sets a text at the root of a resource.
fn set_root_text(resource: &mut Resource, field: &str, text: &str) {
    let mut writes = Writes::default();
    let span = resource
        .node
        .get(field)
        .map_or(resource.node.span(), Node::span);
    if let Some(root) = resource.node.as_mapping_mut() {
        tree::set_field(root, field, tree::untagged(text, span), &mut writes);
    }
    writes.spread(&mut resource.node);
}

/// Applies a patch to a resource; name, namespace and kind stay what they are
/// unless the patch may change them.
fn merge_one(resource: &mut Resource, patch: Resource, schemas: &Schemas) -> Result<()> {
    let name = resource.name().to_owned();
    let namespace = resource.namespace().to_owned();
    let kind = resource.kind().to_owned();
    let spans = |resource: &Resource, path: &[&str]| {
        resource
            .node
            .at(path)
            .map_or(resource.node.span(), Node::span)
    };
    let name_span = spans(resource, &["metadata", "name"]);
    let namespace_span = spans(resource, &["metadata", "namespace"]);
    let (allow_name, allow_kind) = (patch.state.allow_name_change, patch.state.allow_kind_change);
    if allow_name || allow_kind {
        resource.store_previous_id();
    }
    let wipes = wipes_annotations(&patch.node);
    let span = patch.node.span();
    let kept =
        strategic::merge(&mut resource.node, patch.node, schemas).map_err(|(message, place)| {
            Failure::new(&PATCH, message)
                .at(place)
                .or_at(span)
                .label(resource.node.span(), "the resource")
        })?;
    if wipes {
        resource.state = BuildState::default();
    }
    if !kept {
        resource.node = Node::null(span);
        return Ok(());
    }
    if resource.is_empty() {
        return Ok(());
    }
    // Upstream sets them even where they did not change, and without a tag: a name
    // that reads as a number becomes one.
    if !allow_kind {
        set_root_text(resource, "kind", &kind);
    }
    if !allow_name {
        resource.set_meta_text("name", &name, name_span, &mut Writes::default());
    }
    resource.set_namespace(&namespace, namespace_span);
    Ok(())
}

/// Whether a patch removes all annotations, and with them what upstream
/// remembers of the resource.
fn wipes_annotations(patch: &Node) -> bool {
    let removes = |node: &Node| {
        tree::is_null(node)
            || node
                .get("$patch")
                .is_some_and(|directive| matches!(tree::raw_value(directive), "replace" | "delete"))
    };
    patch.get("metadata").is_some_and(|metadata| {
        removes(metadata) || metadata.get("annotations").is_some_and(removes)
    })
}
