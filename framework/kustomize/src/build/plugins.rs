//! Built-in plugins that a document configures (`apiVersion: builtin`).

use std::sync::Arc;

use terrace_diag::Span;
use terrace_yaml::{Node, ReadOptions, read_first};

use super::origin::Origin;
use super::patches::{self, PatchTransformer};
use super::{Target, origin};
use crate::codes::{NOT_SUPPORTED, TRANSFORMER};
use crate::config::FieldSpec;
use crate::decode::{Decoder, Mode, Object};
use crate::fs::path;
use crate::generators;
use crate::kustomization::{
    GeneratorArgs, Image, Inline, Patch, Replacement, Replica, Selector, TextMap, decode as parts,
};
use crate::resource::Resource;
use crate::resource::map::ResMap;
use crate::session::{Session, SourceLoader};
use crate::transformers::{self, Affix, NamespaceTransformer, SubjectMode, ValueTarget};
use crate::tree;
use crate::{Failure, Result};

/// A plugin that changes resources, ready to run.
pub(super) enum Transformer {
    Annotations(TextMap, Vec<FieldSpec>),
    Labels(TextMap, Vec<FieldSpec>),
    Hash,
    Image(Image, Vec<FieldSpec>),
    Namespace {
        namespace: String,
        specs: Vec<FieldSpec>,
        unset_only: bool,
        subjects: SubjectMode,
        span: Span,
    },
    Patch(Box<PatchTransformer>),
    StrategicMerge(Vec<Resource>),
    Affixes {
        prefix: Option<String>,
        suffix: Option<String>,
        specs: Vec<FieldSpec>,
        span: Span,
    },
    Replacements(Vec<Replacement>),
    Replicas(Replica, Vec<FieldSpec>),
    Value(String, Vec<ValueTarget>),
}

impl Transformer {
    pub(super) fn transform(&self, map: &mut ResMap, session: &Session<'_>) -> Result<()> {
        match self {
            Self::Annotations(entries, specs) => transformers::add_annotations(map, entries, specs),
            Self::Labels(entries, specs) => transformers::add_labels(map, entries, specs),
            Self::Hash => transformers::add_hash_suffixes(map),
            Self::Image(image, specs) => transformers::set_image(map, image, specs),
            Self::Namespace {
                namespace,
                specs,
                unset_only,
                subjects,
                span,
            } => NamespaceTransformer {
                namespace,
                specs,
                unset_only: *unset_only,
                subjects: *subjects,
                span: *span,
            }
            .transform(map),
            Self::Patch(patch) => patch.transform(map, &session.schemas),
            Self::StrategicMerge(list) => {
                patches::apply_strategic_merge(map, list, &session.schemas)
            }
            Self::Affixes {
                prefix,
                suffix,
                specs,
                span,
            } => {
                if let Some(prefix) = prefix {
                    transformers::add_affix(map, Affix::Prefix(prefix), specs, *span)?;
                }
                if let Some(suffix) = suffix {
                    transformers::add_affix(map, Affix::Suffix(suffix), specs, *span)?;
                }
                Ok(())
            }
            Self::Replacements(list) => transformers::replace_all(map, list),
            Self::Replicas(replica, specs) => transformers::set_replicas(map, replica, specs),
            Self::Value(value, targets) => transformers::add_value(map, value, targets),
        }
    }
}

/// Refuses whatever is not built in.
fn expect_builtin(config: &Resource, is_known: impl Fn(&str) -> bool) -> Result<()> {
    let gvk = config.gvk();
    let span = config
        .node
        .get("kind")
        .map_or(config.node.span(), Node::span);
    if !gvk.group.is_empty() || gvk.version != "builtin" {
        return Err(Failure::new(
            &NOT_SUPPORTED,
            format!(
                "external plugins disabled; unable to load external plugin '{}'",
                gvk.kind
            ),
        )
        .at(span)
        .help("only plugins with `apiVersion: builtin` run; others start programs or containers"));
    }
    if gvk.kind == "HelmChartInflationGenerator" {
        return Err(super::helm_failure("HelmChartInflationGenerator", span));
    }
    if is_known(gvk.kind) {
        return Ok(());
    }
    Err(Failure::new(&TRANSFORMER, format!("unable to load builtin {gvk}")).at(span))
}

const GENERATORS: [&str; 3] = [
    "ConfigMapGenerator",
    "SecretGenerator",
    "IAMPolicyGenerator",
];

/// Runs a generator that a document configures.
pub(super) fn generate(
    session: &mut Session<'_>,
    target: &Target,
    config: &Resource,
) -> Result<Resource> {
    expect_builtin(config, |kind| {
        GENERATORS.contains(&kind) || TRANSFORMERS.contains(&kind)
    })?;
    let kind = config.kind();
    if !GENERATORS.contains(&kind) {
        return Err(Failure::new(
            &TRANSFORMER,
            format!(
                "failed to load generator: plugin {} not a generator",
                config.id()
            ),
        )
        .at(config.node.span()));
    }
    if kind == "IAMPolicyGenerator" {
        return iam_policy(&config.node);
    }
    let mut args = generator_args(&config.node)?;
    if args.name.value.is_empty() {
        args.name.value = config.name().to_owned();
    }
    if args.namespace.is_empty() {
        args.namespace = config.namespace().to_owned();
    }
    let mut loader = SourceLoader {
        session,
        directory: &target.directory,
    };
    if kind == "SecretGenerator" {
        generators::secret(&mut loader, &args, args.options.as_ref())
    } else {
        generators::config_map(&mut loader, &args, args.options.as_ref())
    }
}

fn generator_args(node: &Node) -> Result<GeneratorArgs> {
    let mut decoder = Decoder::new(Mode::Lenient, "GeneratorArgs");
    let mut args = GeneratorArgs::decode(&mut decoder, node, true)?;
    // The plugin does not know the old name of the field.
    args.envs.retain(|(path, _)| !path.is_empty());
    Ok(args)
}

/// A service account bound to one of Google Cloud.
fn iam_policy(node: &Node) -> Result<Resource> {
    let text = |path: &[&str]| node.at(path).map_or("", tree::value).to_owned();
    let cloud = text(&["cloud"]);
    if cloud != "gke" {
        return Err(Failure::new(
            &TRANSFORMER,
            format!("cloud provider {cloud} not supported yet"),
        )
        .at(node.span()));
    }
    let span = node.span();
    let account = format!(
        "{}@{}.iam.gserviceaccount.com",
        text(&["serviceAccount", "name"]),
        text(&["serviceAccount", "projectId"])
    );
    let mut root = terrace_yaml::Mapping::new();
    for (field, text) in [("apiVersion", "v1"), ("kind", "ServiceAccount")] {
        tree::push(&mut root, field, Node::string(text, span));
    }
    let mut resource = Resource::new(Node::mapping(root, span));
    resource.set_meta_map(
        "annotations",
        vec![("iam.gke.io/gcp-service-account".into(), account, span)],
    );
    let mut writes = crate::tree::Writes::default();
    let name = text(&["kubernetesService", "name"]);
    resource.set_meta_text("name", &name, span, &mut writes);
    let namespace = text(&["kubernetesService", "namespace"]);
    if !namespace.is_empty() {
        resource.set_namespace(&namespace, span);
    }
    Ok(resource)
}

const TRANSFORMERS: [&str; 14] = [
    "AnnotationsTransformer",
    "HashTransformer",
    "ImageTagTransformer",
    "LabelTransformer",
    "NamespaceTransformer",
    "PatchJson6902Transformer",
    "PatchStrategicMergeTransformer",
    "PatchTransformer",
    "PrefixSuffixTransformer",
    "PrefixTransformer",
    "SuffixTransformer",
    "ReplacementTransformer",
    "ReplicaCountTransformer",
    "ValueAddTransformer",
];

/// What documents configure: the fields that the transformers know.
#[derive(Default)]
struct Fields {
    annotations: TextMap,
    labels: TextMap,
    specs: Option<Vec<FieldSpec>>,
    image: Image,
    namespace: String,
    unset_only: bool,
    subjects: String,
    path: crate::kustomization::Located<String>,
    patch: Option<Inline>,
    patches: Option<Inline>,
    paths: Vec<Inline>,
    json_op: Option<Inline>,
    target: Option<Selector>,
    allow_name_change: bool,
    allow_kind_change: bool,
    prefix: String,
    suffix: String,
    replacements: Vec<Replacement>,
    replica: Replica,
    value: String,
    targets: Vec<ValueTarget>,
    target_file: crate::kustomization::Located<String>,
}

/// Makes the transformer that a document configures.
pub(super) fn transformer(
    session: &mut Session<'_>,
    target: &Target,
    config: &Resource,
) -> Result<Transformer> {
    expect_builtin(config, |kind| {
        TRANSFORMERS.contains(&kind) || GENERATORS.contains(&kind)
    })?;
    let kind = config.kind().to_owned();
    let span = config.node.span();
    let fail = |message: String| Err(Failure::new(&TRANSFORMER, message).at(span));
    if !TRANSFORMERS.contains(&kind.as_str()) {
        return fail(format!("plugin {} not a transformer", config.id()));
    }
    let mut fields = decode(session, target, &config.node, &kind)?;
    let specs = fields.specs.clone().unwrap_or_default();
    Ok(match kind.as_str() {
        "AnnotationsTransformer" => Transformer::Annotations(fields.annotations, specs),
        "LabelTransformer" => Transformer::Labels(fields.labels, specs),
        "HashTransformer" => Transformer::Hash,
        "ImageTagTransformer" => Transformer::Image(fields.image, specs),
        "NamespaceTransformer" => Transformer::Namespace {
            namespace: fields.namespace,
            specs,
            unset_only: fields.unset_only,
            subjects: match SubjectMode::from_text(&fields.subjects) {
                Ok(subjects) => subjects,
                Err(message) => return fail(message),
            },
            span,
        },
        "PatchTransformer" | "PatchJson6902Transformer" => {
            let is_json = kind == "PatchJson6902Transformer";
            let patch = Patch {
                path: fields.path,
                patch: if is_json {
                    fields.json_op
                } else {
                    fields.patch
                },
                target: fields.target,
                allow_name_change: fields.allow_name_change,
                allow_kind_change: fields.allow_kind_change,
                span,
            };
            let loaded = if is_json {
                patches::load_json6902(session, &target.directory, &patch)?
            } else {
                patches::load(session, &target.directory, &patch)?
            };
            Transformer::Patch(Box::new(loaded))
        }
        "PatchStrategicMergeTransformer" => {
            let inline = fields.patches.take().filter(|one| !one.text.is_empty());
            if fields.paths.is_empty() && inline.is_none() {
                return fail("empty file path and empty patch content".into());
            }
            let mut list = super::transform::load_strategic_merge(session, target, &fields.paths)?;
            if let Some(inline) = inline {
                list.extend(patches::inline_resources(session, &inline)?);
            }
            if list.is_empty() {
                return fail("patch appears to be empty".into());
            }
            Transformer::StrategicMerge(list)
        }
        "PrefixTransformer" | "SuffixTransformer" | "PrefixSuffixTransformer" => {
            if fields.specs.is_none() {
                return fail("fieldSpecs is not expected to be nil".into());
            }
            Transformer::Affixes {
                prefix: (kind != "SuffixTransformer").then_some(fields.prefix),
                suffix: (kind != "PrefixTransformer").then_some(fields.suffix),
                specs,
                span,
            }
        }
        "ReplacementTransformer" => Transformer::Replacements(fields.replacements),
        "ReplicaCountTransformer" => Transformer::Replicas(fields.replica, specs),
        _ => {
            let mut value = fields.value.trim().to_owned();
            if value.is_empty() {
                value = path::base_name(&target.directory.root).to_owned();
            }
            if !fields.target_file.value.is_empty() {
                let file = &fields.target_file;
                let (_, node) = session.document(&target.directory, &file.value, file.span)?;
                let mut decoder = Decoder::new(Mode::Lenient, "targets");
                let mut object = Object::new(&mut decoder, &node, "targets")?;
                while let Some((key, value)) = object.next(&mut decoder)? {
                    if key == "targets" {
                        fields
                            .targets
                            .extend(decoder.list(value, "targets", value_target)?);
                    }
                }
            }
            if fields.targets.is_empty() {
                return fail("must specify at least one target".into());
            }
            for one in &fields.targets {
                if one.field_path.is_empty() {
                    return fail("fieldPath cannot be empty".into());
                }
                if one.position < 0 {
                    return fail(format!(
                        "value of FilePathPosition ({}) cannot be negative",
                        one.position
                    ));
                }
            }
            Transformer::Value(value, fields.targets)
        }
    })
}

fn decode(session: &mut Session<'_>, target: &Target, node: &Node, kind: &str) -> Result<Fields> {
    let mut fields = Fields::default();
    let decoder = &mut Decoder::new(Mode::Lenient, kind);
    let mut object = Object::new(decoder, node, "a plugin")?;
    while let Some((key, value)) = object.next(decoder)? {
        match (key.as_str(), kind) {
            ("annotations", _) => fields.annotations = decoder.string_map(value, "annotations")?,
            ("labels", _) => fields.labels = decoder.string_map(value, "labels")?,
            ("fieldspecs", _) if crate::scalar::is_null(value) => fields.specs = None,
            ("fieldspecs", _) => {
                fields.specs = Some(FieldSpec::decode_list(decoder, value)?);
            }
            ("imagetag", _) => fields.image = Image::decode(decoder, value)?,
            ("metadata", "NamespaceTransformer") => {
                let namespace = value.get("namespace");
                fields.namespace = namespace
                    .map_or(Ok(String::new()), |node| decoder.string(node, "namespace"))?;
            }
            ("unsetonly", _) => fields.unset_only = decoder.bool(value, "unsetOnly")?,
            ("setrolebindingsubjects", _) => {
                fields.subjects = decoder.string(value, "setRoleBindingSubjects")?;
            }
            ("path", _) => fields.path = parts::located(decoder, value, "path")?,
            ("patch", _) => fields.patch = Some(parts::inline(decoder, value)?),
            ("patches", _) => fields.patches = Some(parts::inline(decoder, value)?),
            ("paths", _) => fields.paths = decoder.list(value, "paths", parts::inline)?,
            ("jsonop", _) => fields.json_op = Some(parts::inline(decoder, value)?),
            ("target", _) => fields.target = Selector::decode_option(decoder, value)?,
            ("options", _) => {
                let is_on = |name: &str| {
                    value.get(name).is_some_and(|on| {
                        crate::scalar::v2(on) == crate::scalar::Scalar::Bool(true)
                    })
                };
                fields.allow_name_change = is_on("allowNameChange");
                fields.allow_kind_change = is_on("allowKindChange");
            }
            ("prefix", _) => fields.prefix = decoder.string(value, "prefix")?,
            ("suffix", _) => fields.suffix = decoder.string(value, "suffix")?,
            ("replacements", _) => {
                let entries = decoder.list(
                    value,
                    "replacements",
                    crate::kustomization::ReplacementEntry::decode,
                )?;
                fields.replacements =
                    super::transform::load_replacements(session, target, &entries)?;
            }
            ("replica", _) => fields.replica = Replica::decode(decoder, value)?,
            ("value", _) => fields.value = decoder.string(value, "value")?,
            ("targets", "ValueAddTransformer") => {
                fields.targets = decoder.list(value, "targets", value_target)?;
            }
            ("targetfilepath", _) => {
                fields.target_file = parts::located(decoder, value, "targetFilePath")?;
            }
            _ => {}
        }
    }
    Ok(fields)
}

fn value_target(decoder: &mut Decoder<'_>, node: &Node) -> Result<ValueTarget> {
    let mut target = ValueTarget {
        selector: None,
        field_path: String::new(),
        position: 0,
        span: node.span(),
    };
    let mut object = Object::new(decoder, node, "a target")?;
    while let Some((key, value)) = object.next(decoder)? {
        match key.as_str() {
            "selector" => target.selector = Selector::decode_option(decoder, value)?,
            "fieldpath" => target.field_path = decoder.string(value, "fieldPath")?,
            "filepathposition" => target.position = decoder.int(value, "filePathPosition")?,
            _ => {}
        }
    }
    Ok(target)
}

/// A document as the plugin gets it: printed by kustomize, and read again by the
/// rules of go-yaml v2.
pub(super) fn printed(session: &mut Session<'_>, config: &Resource) -> Result<Resource> {
    let mut config = config.clone();
    config.finish_annotations(true, true);
    let mut text = String::new();
    terrace_yaml::emit::resource(&config.node, &mut text)?;
    let source: Arc<str> = text.into();
    let file = session
        .sources
        .add("plugin configuration", Arc::clone(&source));
    let node = read_first(&source, 0..source.len(), file, &ReadOptions::default())?;
    let mut printed = node.unwrap_or_default();
    relocate(&mut printed, config.node.span());
    copy_places(&mut printed, &config.node);
    config.node = printed;
    Ok(config)
}

/// Gives all nodes one place.
fn relocate(node: &mut Node, span: Span) {
    node.set_span(span);
    match node.content_mut() {
        terrace_yaml::Content::Scalar(_) => {}
        terrace_yaml::Content::Sequence(items) => {
            items.iter_mut().for_each(|item| relocate(item, span));
        }
        terrace_yaml::Content::Mapping(mapping) => {
            mapping
                .iter_mut()
                .for_each(|(_, value)| relocate(value, span));
        }
    }
}

/// Takes the places of equal fields over.
fn copy_places(node: &mut Node, from: &Node) {
    node.set_span(from.span());
    if let (Some(mapping), Some(other)) = (node.as_mapping_mut(), from.as_mapping()) {
        for (key, value) in mapping.iter_mut() {
            if let Some(from) = other.get(tree::raw_value(key)) {
                copy_places(value, from);
            }
        }
    } else if let (Some(items), Some(other)) = (node.items_mut(), from.items()) {
        for (item, from) in items.iter_mut().zip(other) {
            copy_places(item, from);
        }
    }
}

/// Where what a plugin makes comes from.
pub(super) fn origin_of(config: &Resource) -> Option<Origin> {
    let text = config.meta_entry("annotations", crate::resource::ORIGIN_ANNOTATION)?;
    let path = text
        .lines()
        .find_map(|line| line.strip_prefix("path: "))
        .unwrap_or("");
    Some(origin::Origin::plugin(config, path))
}
