//! One build: folders are accumulated from the inside out, names are settled at
//! the end (`api/internal/target/kusttarget.go`, `api/krusty/kustomizer.go`).

mod accumulator;
mod inline;
mod origin;
mod patches;
mod plugins;
mod stack;

use std::sync::Arc;

use terrace_diag::Span;
use terrace_yaml::{NO_SPAN, Node, ReadOptions, read_first};

use crate::codes::{
    INVALID_KUSTOMIZATION, NO_KUSTOMIZATION, NOT_SUPPORTED, REPLACEMENT, TRANSFORMER, VALIDATION,
};
use crate::config::{FieldSpec, TransformerConfig, merge_spec, merge_specs};
use crate::decode::{Decoder, Mode};
use crate::generators;
use crate::kustomization::{
    GeneratorOptions, Inline, Kustomization, Replacement, ReplacementEntry, SortOptions,
};
use crate::resource::map::ResMap;
use crate::resource::{Resource, read};
use crate::schema::{CustomSchema, Schemas};
use crate::session::{Directory, Session, SourceLoader};
use crate::transformers;
use crate::tree;
use crate::{Failure, Reorder, Result};
use accumulator::Accumulator;
use origin::Origin;
use plugins::Transformer;
pub use stack::Layer;
pub(crate) use stack::Stack;

/// The version whose behaviour is reproduced, as kubectl 1.32 reports it.
const MANAGED_BY: &str = "kustomize-(devel)";

const ORIGIN_ANNOTATIONS: &str = "originAnnotations";
const TRANSFORMER_ANNOTATIONS: &str = "transformerAnnotations";
const MANAGED_BY_LABEL: &str = "managedByLabel";

const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A kustomization that is being built.
struct Target {
    directory: Directory,
    kustomization: Kustomization,
    /// The name of its file.
    file_name: &'static str,
    /// Only if buildMetadata asks for annotations.
    origin: Option<Origin>,
    /// Which layer of the stack it is.
    layer: Option<usize>,
}

/// Builds the uppermost layer of a stack to the end.
pub(crate) fn build(session: &mut Session<'_>, stack: &Stack) -> Result<Vec<Resource>> {
    let top = stack.top();
    let directory = session.top(stack.folder(top))?;
    let mut target = load(session, stack, directory, Some(top))?;
    set_schema(session, &target)?;
    if !target.kustomization.build_metadata.is_empty() {
        target.origin = Some(Origin::default());
    }
    let mut builder = Builder { session, stack };
    let mut accumulated = builder.accumulate_target(&target, Accumulator::default())?;
    builder.finish(&target, &mut accumulated)?;
    Ok(accumulated.map.into_resources())
}

/// Reads the kustomization of a folder, or of a layer that is given as data.
fn load(
    session: &mut Session<'_>,
    stack: &Stack,
    directory: Directory,
    layer: Option<usize>,
) -> Result<Target> {
    let layer = layer.or_else(|| stack.layer_at(&directory.root));
    let (file_name, node) = match layer.and_then(|layer| stack.data(layer)) {
        Some(data) => (FILE_NAMES[0], data.clone()),
        None => read_file(session, &directory)?,
    };
    let kustomization = Kustomization::decode(&node)?;
    session.warnings.extend(kustomization.deprecations());
    Ok(Target {
        directory,
        kustomization,
        file_name,
        origin: None,
        layer,
    })
}

/// The document of the one kustomization file of a folder.
fn read_file(session: &mut Session<'_>, directory: &Directory) -> Result<(&'static str, Node)> {
    let mut found = Vec::new();
    for name in FILE_NAMES {
        match session.text(directory, name, NO_SPAN, false) {
            Ok(file) => found.push((name, file)),
            Err(failure) if failure.is(&crate::codes::UNREADABLE) => {}
            Err(failure) if failure.is(&crate::codes::OUTSIDE_ROOT) => {}
            Err(failure) => return Err(failure),
        }
    }
    let shown = session.shown(&directory.root).to_owned();
    match found.as_slice() {
        [] => Err(Failure::new(
            &NO_KUSTOMIZATION,
            format!(
                "unable to find one of 'kustomization.yaml', 'kustomization.yml' or \
                 'Kustomization' in directory '{shown}'"
            ),
        )),
        [(name, (file, text))] => {
            let node = read_first(text, 0..text.len(), *file, &ReadOptions::default())
                .map_err(|error| Failure::from(error).context("invalid Kustomization"))?;
            let empty = Span::new(*file, 0, 0);
            Ok((name, node.unwrap_or_else(|| Node::null(empty))))
        }
        _ => Err(Failure::new(
            &NO_KUSTOMIZATION,
            format!("Found multiple kustomization files under: {shown}"),
        )
        .help("keep kustomization.yaml")),
    }
}

/// Uses the schema that the kustomization names, if none is in use yet.
fn set_schema(session: &mut Session<'_>, target: &Target) -> Result<()> {
    let openapi = &target.kustomization.openapi;
    let entry = |name: &str| openapi.iter().find(|(key, _, _)| key == name);
    let path = entry("path");
    let version = entry("version");
    let document = match path {
        Some((_, path, span)) => Some(session.document(&target.directory, path, *span)?.1),
        None => None,
    };
    if session.has_schema {
        return Ok(());
    }
    match (document, version) {
        (Some(_), Some((_, _, span))) => Err(Failure::new(
            &INVALID_KUSTOMIZATION,
            "builtin version and custom schema provided, cannot use both",
        )
        .at(*span)),
        (Some(document), None) => {
            session.schemas = Schemas::Custom(CustomSchema::new(document));
            session.has_schema = true;
            Ok(())
        }
        (None, Some((_, version, span))) if !version.is_empty() => {
            if version != "v1.21.2" {
                return Err(Failure::new(
                    &INVALID_KUSTOMIZATION,
                    "the specified OpenAPI version is not built in",
                )
                .at(*span)
                .help("v1.21.2 is the only one"));
            }
            session.has_schema = true;
            Ok(())
        }
        _ => Ok(()),
    }
}

pub(super) fn helm_failure(field: &str, span: Span) -> Failure {
    Failure::new(
        &NOT_SUPPORTED,
        format!("{field}: helm charts are not inflated: builds start no programs"),
    )
    .at(span)
    .help("run `helm template` once, commit its output and list it under `resources`")
}

/// A transformer with its origin, the field it stands for, and the place of that.
type Step = (Transformer, Option<Origin>, &'static str, Span);

struct Builder<'b, 'a> {
    session: &'b mut Session<'a>,
    stack: &'b Stack,
}

impl Builder<'_, '_> {
    /// Adds everything a kustomization says to what is there.
    fn accumulate_target(&mut self, target: &Target, mut all: Accumulator) -> Result<Accumulator> {
        let own = &target.kustomization;
        if let Some(layer) = target.layer {
            self.accumulate_lower_layer(target, layer, &mut all)?;
        }
        for (path, span) in &own.resources {
            self.accumulate_resource(target, path, *span, &mut all)
                .map_err(|failure| failure.context("accumulating resources"))?;
        }
        self.merge_configurations(target, &mut all)?;
        self.run_generators(target, &mut all)?;
        for (path, span) in &own.components {
            let directory = self
                .session
                .enter(&target.directory, path, *span)
                .map_err(|failure| failure.context("accumulating components"))?;
            all = self
                .accumulate_component(target, directory, path, *span, all)
                .map_err(|failure| failure.context("accumulating components"))?;
        }
        self.run_transformers(target, &mut all)?;
        self.run_validators(target, &mut all)?;
        all.variables.add(&own.vars, &mut all.map)?;
        Ok(all)
    }

    /// A file or a folder.
    fn accumulate_resource(
        &mut self,
        target: &Target,
        path: &str,
        span: Span,
        all: &mut Accumulator,
    ) -> Result<()> {
        let file_failure = match self.accumulate_file(target, path, span, &mut all.map) {
            Ok(()) => return Ok(()),
            Err(failure) => failure,
        };
        if file_failure.is(&NOT_SUPPORTED) {
            return Err(file_failure);
        }
        let is_directory = !path.starts_with('/')
            && self
                .session
                .fs
                .kind(&crate::fs::path::join(&target.directory.root, path))
                == Some(crate::fs::Kind::Directory);
        let is_remote = crate::remote::is_repository(path) || crate::remote::is_remote_file(path);
        if !is_directory && !is_remote {
            return Err(file_failure);
        }
        let directory = self.session.enter(&target.directory, path, span)?;
        self.accumulate_directory(target, directory, path, span, all)
    }

    fn accumulate_file(
        &mut self,
        target: &Target,
        path: &str,
        span: Span,
        map: &mut ResMap,
    ) -> Result<()> {
        let read = |session: &mut Session<'_>| {
            let (file, text) = session.text(&target.directory, path, span, true)?;
            read::resources(&text, file)
        };
        let mut resources = read(self.session).map_err(|failure| {
            let failure = failure.context(format!("accumulating resources from '{path}'"));
            if failure.span() == Some(span) {
                failure
            } else {
                failure.label(span, "listed here")
            }
        })?;
        self.session.number(&mut resources);
        if let Some(origin) = &target.origin {
            let origin = origin.append(path);
            for resource in &mut resources {
                origin::annotate(resource, &origin, span);
            }
        }
        let mut added = ResMap::default();
        for resource in resources {
            added
                .append(resource)
                .map_err(|failure| failure.label(span, "listed here"))?;
        }
        self.session.observe(&added, "resource");
        map.append_all(added).map_err(|failure| {
            failure
                .context(format!("merging resources from '{path}'"))
                .label(span, "listed here")
        })
    }

    /// Loads a folder as a kustomization of its own, or as a component.
    fn load_inner(
        &mut self,
        target: &Target,
        directory: Directory,
        said: &str,
        span: Span,
        is_component: bool,
    ) -> Result<Target> {
        let root = directory.root.clone();
        let layer = self.stack.layer_at(&root);
        self.stack.check_reach(target.layer, layer, span)?;
        let mut inner = load(self.session, self.stack, directory, layer)
            .map_err(|failure| failure.or_at(span))?;
        inner.origin = target.origin.as_ref().map(|origin| origin.append(said));
        inner
            .kustomization
            .build_metadata
            .clone_from(&target.kustomization.build_metadata);
        set_schema(self.session, &inner)?;
        if is_component == inner.kustomization.is_component() {
            return Ok(inner);
        }
        let kind = &inner.kustomization.kind;
        let shown = self.session.shown(&root);
        let (message, help) = if is_component {
            (
                format!(
                    "expected kind 'Component' for path '{shown}' but got '{}'",
                    kind.value
                ),
                "list it under `resources`, or make it a Component",
            )
        } else {
            (
                format!("expected kind != 'Component' for path '{shown}'"),
                "list it under `components`",
            )
        };
        Err(Failure::new(&INVALID_KUSTOMIZATION, message)
            .at(span)
            .label(kind.span, "its kind")
            .help(help))
    }

    fn accumulate_directory(
        &mut self,
        target: &Target,
        directory: Directory,
        said: &str,
        span: Span,
        all: &mut Accumulator,
    ) -> Result<()> {
        let inner = self.load_inner(target, directory, said, span, false)?;
        let accumulated = self.accumulate_target(&inner, Accumulator::default())?;
        all.merge(accumulated).map_err(|failure| {
            failure
                .context(format!("recursed merging from path '{said}'"))
                .label(span, "listed here")
        })
    }

    /// A component works on what its parent has accumulated so far.
    fn accumulate_component(
        &mut self,
        target: &Target,
        directory: Directory,
        said: &str,
        span: Span,
        all: Accumulator,
    ) -> Result<Accumulator> {
        let inner = self.load_inner(target, directory, said, span, true)?;
        let accumulated = self.accumulate_target(&inner, all)?;
        // As upstream: what a component leaves is merged into an accumulator that
        // is new, which matters to the configuration.
        let mut all = Accumulator::default();
        all.merge(accumulated).map_err(|failure| {
            failure
                .context(format!("recursed merging from path '{said}'"))
                .label(span, "listed here")
        })?;
        Ok(all)
    }

    /// The layer below as a first resource, unless the own resources reach it.
    fn accumulate_lower_layer(
        &mut self,
        target: &Target,
        layer: usize,
        all: &mut Accumulator,
    ) -> Result<()> {
        let Some(lower) = layer.checked_sub(1) else {
            return Ok(());
        };
        if self.stack.is_reached(layer) {
            return Ok(());
        }
        let span = target.kustomization.span.0;
        let root = self.session.top(self.stack.folder(lower))?.root;
        let said = root.clone();
        let directory = self.session.enter_layer(&target.directory, root);
        let mut inner = load(self.session, self.stack, directory, Some(lower))?;
        inner.origin = target.origin.as_ref().map(|origin| origin.append(&said));
        inner
            .kustomization
            .build_metadata
            .clone_from(&target.kustomization.build_metadata);
        set_schema(self.session, &inner)?;
        if inner.kustomization.is_component() {
            return Err(Failure::new(
                &INVALID_KUSTOMIZATION,
                format!(
                    "expected kind != 'Component' for path '{}'",
                    self.session.shown(&said)
                ),
            )
            .at(inner.kustomization.kind.span));
        }
        let accumulated = self.accumulate_target(&inner, Accumulator::default())?;
        all.merge(accumulated)
            .map_err(|failure| failure.context("stacking layers").or_at(span))
    }

    fn merge_configurations(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
        let mut own = TransformerConfig::standard();
        let mut custom = Arc::new(TransformerConfig::default());
        for (path, span) in &target.kustomization.configurations {
            let (_, node) = self.session.document(&target.directory, path, *span)?;
            let mut decoder = Decoder::new(Mode::Strict, "TransformerConfig");
            let config = TransformerConfig::decode(&mut decoder, &node)
                .map_err(|failure| failure.label(*span, "listed here"))?;
            let at = |failure: Failure| failure.at(*span);
            custom = TransformerConfig::merge(&custom, &Arc::new(config))
                .map_err(|conflict| at(conflict.into()))?;
        }
        own = TransformerConfig::merge(&own, &custom)?;
        all.config = TransformerConfig::merge(&all.config, &own)?;
        for (path, span) in &target.kustomization.crds {
            let (_, node) = self.session.document(&target.directory, path, *span)?;
            let config = crate::config::from_crds(&node)
                .map_err(|conflict| Failure::from(conflict).at(*span))?;
            all.config = TransformerConfig::merge(&all.config, &Arc::new(config))
                .map_err(|conflict| Failure::from(conflict).at(*span))?;
        }
        Ok(())
    }

    fn run_generators(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
        let own = &target.kustomization;
        if let Some((field, span)) = own.helm {
            return Err(helm_failure(field, span));
        }
        let global = own.generator_options.as_ref();
        let both = [
            (&own.config_map_generator, "ConfigMapGenerator"),
            (&own.secret_generator, "SecretGenerator"),
        ];
        for (entries, kind) in both {
            for args in entries {
                let options = GeneratorOptions::merged(args.options.as_ref(), global);
                let mut loader = SourceLoader {
                    session: self.session,
                    directory: &target.directory,
                };
                let generated = if kind == "SecretGenerator" {
                    generators::secret(&mut loader, args, options.as_ref())?
                } else {
                    generators::config_map(&mut loader, args, options.as_ref())?
                };
                let origin = target
                    .origin
                    .as_ref()
                    .map(|origin| origin.builtin(target.file_name, kind));
                let what = if kind == "SecretGenerator" {
                    "secretGenerator"
                } else {
                    "configMapGenerator"
                };
                self.absorb(generated, args.span, origin.as_ref(), what, all)?;
            }
        }
        for config in self.plugin_configs(target, &own.generators)? {
            let origin = target.origin.as_ref().and(plugins::origin_of(&config));
            let config = plugins::printed(self.session, &config)?;
            let span = config.node.span();
            let generated = plugins::generate(self.session, target, &config)?;
            self.absorb(generated, span, origin.as_ref(), "generators", all)?;
        }
        Ok(())
    }

    fn absorb(
        &mut self,
        generated: Resource,
        span: Span,
        origin: Option<&Origin>,
        what: &str,
        all: &mut Accumulator,
    ) -> Result<()> {
        let mut generated = [generated];
        self.session.number(&mut generated);
        let [mut generated] = generated;
        if let Some(origin) = origin
            && !origin::has_origin(&generated)
        {
            origin::set_origin(&mut generated, origin, span);
        }
        all.map.absorb(generated, span)?;
        self.session.observe(&all.map, what);
        Ok(())
    }

    /// The documents that configure plugins: inline, in files or in folders.
    fn plugin_configs(&mut self, target: &Target, entries: &[Inline]) -> Result<Vec<Resource>> {
        let mut all = Accumulator::default();
        let mut paths = Vec::new();
        for entry in entries {
            match patches::inline_resources(self.session, entry) {
                Ok(resources) => {
                    for mut resource in resources {
                        if let Some(origin) = &target.origin {
                            let origin = origin.append(target.file_name);
                            origin::set_origin(&mut resource, &origin, entry.span);
                        }
                        all.map.append(resource)?;
                    }
                }
                Err(_) => paths.push(entry),
            }
        }
        for entry in paths {
            self.accumulate_resource(target, &entry.text, entry.span, &mut all)?;
        }
        Ok(all.map.into_resources())
    }

    fn run_transformers(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
        let own = &target.kustomization;
        let mut list = self.builtin_transformers(target, &all.config)?;
        for config in self.plugin_configs(target, &own.transformers)? {
            let origin = target.origin.as_ref().and(plugins::origin_of(&config));
            let config = plugins::printed(self.session, &config)?;
            let span = config.node.span();
            let transformer = plugins::transformer(self.session, target, &config)?;
            list.push((transformer, origin, "transformers", span));
        }
        for (transformer, origin, what, span) in list {
            transformer.transform(&mut all.map, self.session)?;
            if let Some(origin) = &origin {
                for resource in all.map.contents_mut() {
                    origin::add_transformation(resource, origin, span);
                }
            }
            all.map.drop_empty();
            self.session.observe(&all.map, what);
        }
        Ok(())
    }

    /// The transformers of the fields, in kustomize's order.
    fn builtin_transformers(
        &mut self,
        target: &Target,
        config: &TransformerConfig,
    ) -> Result<Vec<Step>> {
        let own = &target.kustomization;
        let mut list = Vec::new();
        let mut add = |transformer, kind: &str, what: &'static str, span: Span| {
            let origin = target
                .origin
                .as_ref()
                .map(|origin| origin.builtin(target.file_name, kind));
            list.push((transformer, origin, what, span));
        };
        if !own.patches_strategic_merge.is_empty() {
            let patches = load_strategic_merge(self.session, target, &own.patches_strategic_merge)?;
            let span = own.patches_strategic_merge[0].span;
            if patches.is_empty() {
                return Err(
                    Failure::new(&crate::codes::PATCH, "patch appears to be empty").at(span),
                );
            }
            add(
                Transformer::StrategicMerge(patches),
                "PatchStrategicMergeTransformer",
                "patchesStrategicMerge",
                span,
            );
        }
        for patch in &own.patches {
            let loaded = patches::load(self.session, &target.directory, patch)?;
            let transformer = Transformer::Patch(Box::new(loaded));
            add(transformer, "PatchTransformer", "patches", patch.span);
        }
        if !own.namespace.value.is_empty() {
            let transformer = Transformer::Namespace {
                namespace: own.namespace.value.clone(),
                specs: config.namespace.clone(),
                unset_only: false,
                subjects: transformers::SubjectMode::DefaultOnly,
                span: own.namespace.span,
            };
            let span = own.namespace.span;
            add(transformer, "NamespaceTransformer", "namespace", span);
        }
        let affixes = [
            (&own.name_prefix, "PrefixTransformer", "namePrefix"),
            (&own.name_suffix, "SuffixTransformer", "nameSuffix"),
        ];
        for (affix, kind, what) in affixes {
            if affix.value.is_empty() {
                continue;
            }
            let text = Some(affix.value.clone());
            let is_prefix = what == "namePrefix";
            let transformer = Transformer::Affixes {
                prefix: text.clone().filter(|_| is_prefix),
                suffix: text.filter(|_| !is_prefix),
                specs: if is_prefix {
                    config.name_prefix.clone()
                } else {
                    config.name_suffix.clone()
                },
                span: affix.span,
            };
            add(transformer, kind, what, affix.span);
        }
        if !own.labels.is_empty() || !own.common_labels.is_empty() {
            for entry in &own.labels {
                let specs = label_specs(entry, config)?;
                let transformer = Transformer::Labels(entry.pairs.clone(), specs);
                add(transformer, "LabelTransformer", "labels", entry.span);
            }
            let span = own.common_labels.first().map_or(NO_SPAN, |entry| entry.2);
            let transformer =
                Transformer::Labels(own.common_labels.clone(), config.common_labels.clone());
            add(transformer, "LabelTransformer", "commonLabels", span);
        }
        if let Some((_, _, span)) = own.common_annotations.first() {
            let transformer = Transformer::Annotations(
                own.common_annotations.clone(),
                config.common_annotations.clone(),
            );
            add(
                transformer,
                "AnnotationsTransformer",
                "commonAnnotations",
                *span,
            );
        }
        for patch in &own.patches_json6902 {
            let loaded = patches::load_json6902(self.session, &target.directory, patch)?;
            let transformer = Transformer::Patch(Box::new(loaded));
            add(
                transformer,
                "PatchJson6902Transformer",
                "patchesJson6902",
                patch.span,
            );
        }
        for replica in &own.replicas {
            let transformer = Transformer::Replicas(replica.clone(), config.replicas.clone());
            let span = replica.span.0;
            add(transformer, "ReplicaCountTransformer", "replicas", span);
        }
        for image in &own.images {
            let transformer = Transformer::Image(image.clone(), config.images.clone());
            add(transformer, "ImageTagTransformer", "images", image.span.0);
        }
        if !own.replacements.is_empty() {
            let loaded = load_replacements(self.session, target, &own.replacements)?;
            let span = own.replacements[0].replacement.span;
            add(
                Transformer::Replacements(loaded),
                "ReplacementTransformer",
                "replacements",
                span,
            );
        }
        Ok(list)
    }

    /// Validators may add a label that says so, and nothing else.
    fn run_validators(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
        for config in self.plugin_configs(target, &target.kustomization.validators)? {
            let config = plugins::printed(self.session, &config)?;
            let validator = plugins::transformer(self.session, target, &config)?;
            let before = all.map.clone();
            validator.transform(&mut all.map, self.session)?;
            let is_same = before.resources().len() == all.map.resources().len()
                && before
                    .resources()
                    .iter()
                    .zip(all.map.resources())
                    .all(|(a, b)| a.node == b.node);
            if !is_same {
                return Err(Failure::new(
                    &VALIDATION,
                    "validator shouldn't modify the resource map",
                )
                .at(config.node.span()));
            }
        }
        Ok(())
    }

    /// What happens once, at the top: hashes, references, vars, order.
    fn finish(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
        let own = &target.kustomization;
        transformers::add_hash_suffixes(&mut all.map)?;
        self.session.observe(&all.map, "hash suffix");
        transformers::fix_name_references(&mut all.map, &all.config.name_reference)?;
        self.session.observe(&all.map, "name reference");
        let unused = transformers::resolve_variables(
            &mut all.map,
            &all.variables,
            &all.config.var_reference,
        )?;
        for (name, span) in unused {
            self.session.warnings.push(
                terrace_diag::Diagnostic::warning(
                    &crate::codes::VARIABLE,
                    format!("well-defined vars that were never replaced: {name}"),
                )
                .at(span),
            );
        }
        self.session.observe(&all.map, "vars");
        drop_local(&mut all.map)?;
        let legacy = SortOptions {
            order: crate::kustomization::Located {
                value: "legacy".into(),
                span: NO_SPAN,
            },
            legacy: None,
        };
        match (&own.sort_options, self.session.options.reorder) {
            (Some(options), _) => transformers::sort(&mut all.map, options)?,
            (None, Reorder::Unspecified | Reorder::Legacy) => {
                transformers::sort(&mut all.map, &legacy)?;
            }
            (None, Reorder::None) => {}
        }
        let metadata = |option: &str| own.build_metadata.iter().find(|(text, _)| text == option);
        if let Some((_, span)) = metadata(MANAGED_BY_LABEL) {
            let labels = vec![(
                String::from("app.kubernetes.io/managed-by"),
                String::from(MANAGED_BY),
                *span,
            )];
            let spec = FieldSpec {
                path: "metadata/labels".into(),
                create: true,
                ..FieldSpec::default()
            };
            transformers::add_labels(&mut all.map, &labels, &[spec])?;
        }
        let keep_origin = own.has_build_metadata(ORIGIN_ANNOTATIONS);
        let keep_transformations = own.has_build_metadata(TRANSFORMER_ANNOTATIONS);
        for resource in all.map.contents_mut() {
            resource.finish_annotations(keep_origin, keep_transformations);
        }
        self.session.observe(&all.map, "buildMetadata");
        Ok(())
    }
}

/// Drops what is only there for the build itself.
fn drop_local(map: &mut ResMap) -> Result<()> {
    const LOCAL: &str = "config.kubernetes.io/local-config";
    for resource in map.resources() {
        let missing = match (resource.kind(), resource.name()) {
            ("", _) => "missing kind in object",
            (kind, "") if !kind.ends_with("List") => "missing metadata.name in object",
            _ => continue,
        };
        return Err(Failure::new(&crate::codes::INVALID_RESOURCE, missing).at(resource.node.span()));
    }
    let is_local = |resource: &Resource| {
        resource
            .meta_entry("annotations", LOCAL)
            .is_some_and(|text| text != "false")
    };
    if map.resources().iter().any(is_local) {
        map.resources_mut().retain(|resource| !is_local(resource));
    }
    Ok(())
}

/// The fields that an entry of `labels` sets.
fn label_specs(
    entry: &crate::kustomization::LabelEntry,
    config: &TransformerConfig,
) -> Result<Vec<FieldSpec>> {
    let merge = || {
        let mut specs = entry.fields.clone();
        merge_specs(&mut specs, &config.labels)?;
        if entry.include_selectors {
            merge_specs(&mut specs, &config.common_labels)?;
        } else {
            if entry.include_templates {
                merge_specs(&mut specs, &config.template_labels)?;
            }
            let own = FieldSpec {
                path: "metadata/labels".into(),
                create: true,
                ..FieldSpec::default()
            };
            merge_spec(&mut specs, &own)?;
        }
        Ok(specs)
    };
    merge().map_err(|conflict: crate::config::Conflict| {
        Failure::from(conflict)
            .context("failed to merge labels")
            .at(entry.span)
    })
}

/// Reads `patchesStrategicMerge`: each entry is YAML or a path.
fn load_strategic_merge(
    session: &mut Session<'_>,
    target: &Target,
    entries: &[Inline],
) -> Result<Vec<Resource>> {
    let mut all = Vec::new();
    for entry in entries {
        match patches::inline_resources(session, entry) {
            Ok(resources) => all.extend(resources),
            Err(inline_failure) => {
                let is_path = !entry.text.contains('\n');
                let read = |session: &mut Session<'_>| {
                    let (file, text) =
                        session.text(&target.directory, &entry.text, entry.span, true)?;
                    read::resources(&text, file)
                };
                match read(session) {
                    Ok(resources) => all.extend(resources),
                    Err(failure) if is_path => return Err(failure.or_at(entry.span)),
                    Err(_) => return Err(inline_failure.or_at(entry.span)),
                }
            }
        }
    }
    Ok(all)
}

/// Reads `replacements`: each entry is written in place or a path to one or
/// several.
fn load_replacements(
    session: &mut Session<'_>,
    target: &Target,
    entries: &[ReplacementEntry],
) -> Result<Vec<Replacement>> {
    let mut all = Vec::new();
    for entry in entries {
        let own = &entry.replacement;
        let path = &entry.path;
        if path.value.is_empty() {
            all.push(own.clone());
            continue;
        }
        if own.source.is_some() || own.targets.as_ref().is_some_and(|all| !all.is_empty()) {
            return Err(Failure::new(
                &REPLACEMENT,
                "cannot specify both path and inline replacement",
            )
            .at(path.span));
        }
        let (_, node) = session.document(&target.directory, &path.value, path.span)?;
        let mut decoder = Decoder::new(Mode::Lenient, "Replacement");
        if node.is_sequence() {
            let list = decoder.list(&node, "replacements", ReplacementEntry::decode)?;
            all.extend(list.into_iter().map(|entry| entry.replacement));
        } else if node.is_mapping() {
            all.push(ReplacementEntry::decode(&mut decoder, &node)?.replacement);
        } else {
            let kind = if tree::is_null(&node) {
                "invalid"
            } else {
                "string"
            };
            return Err(Failure::new(
                &TRANSFORMER,
                format!("unsupported replacement type encountered within replacement path: {kind}"),
            )
            .at(path.span));
        }
    }
    Ok(all)
}
