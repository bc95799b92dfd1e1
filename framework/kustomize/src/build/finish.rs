//! What happens once, at the top: hashes, references, vars, order
//! (`api/krusty/kustomizer.go`).

use terrace_yaml::NO_SPAN;

use super::accumulator::Accumulator;
use super::{Builder, Target};
use crate::config::FieldSpec;
use crate::kustomization::SortOptions;
use crate::resource::Resource;
use crate::resource::map::ResMap;
use crate::{Failure, Reorder, Result, transformers};

/// The version whose behaviour is reproduced, as kubectl 1.32 reports it.
const MANAGED_BY: &str = "kustomize-(devel)";

const ORIGIN_ANNOTATIONS: &str = "originAnnotations";
const TRANSFORMER_ANNOTATIONS: &str = "transformerAnnotations";
const MANAGED_BY_LABEL: &str = "managedByLabel";
impl Builder<'_, '_> {
    /// What happens once, at the top: hashes, references, vars, order.
    pub(super) fn finish(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
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
