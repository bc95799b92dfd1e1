//! Running transformers and validators in kustomize's order
//! (`kusttarget_configplugin.go`).

use std::sync::Arc;

use terrace_diag::Span;
use terrace_yaml::NO_SPAN;

use super::accumulator::Accumulator;
use super::origin::{self, Origin};
use super::plugins::{self, Transformer};
use super::{Builder, Target, patches};
use crate::codes::{REPLACEMENT, TRANSFORMER, VALIDATION};
use crate::config::{FieldSpec, TransformerConfig, merge_spec, merge_specs};
use crate::decode::{Decoder, Mode};
use crate::kustomization::{Inline, Replacement, ReplacementEntry};
use crate::resource::{Resource, read};
use crate::session::Session;
use crate::{Failure, Result, transformers, tree};
/// A transformer with its origin, the field it stands for, and the place of that.
type Step = (Transformer, Option<Origin>, &'static str, Span);

impl Builder<'_, '_> {
    pub(super) fn merge_configurations(
        &mut self,
        target: &Target,
        all: &mut Accumulator,
    ) -> Result<()> {
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

    pub(super) fn run_transformers(
        &mut self,
        target: &Target,
        all: &mut Accumulator,
    ) -> Result<()> {
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
    pub(super) fn run_validators(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
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
pub(super) fn load_strategic_merge(
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
pub(super) fn load_replacements(
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
