//! The fields that transformers change if no configuration says otherwise.

mod annotations;
mod labels;
mod name_references;
mod variables;

use super::{FieldSpec, NameReference, TransformerConfig};

/// One field of one kind; empty parts match everything.
pub(super) struct SpecRow {
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    path: &'static str,
    create: bool,
}

/// The fields that hold names of one kind.
pub(super) struct ReferenceRow {
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    referrers: &'static [SpecRow],
}

const fn spec(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    path: &'static str,
    create: bool,
) -> SpecRow {
    SpecRow {
        group,
        version,
        kind,
        path,
        create,
    }
}

static NAMES: &[SpecRow] = &[spec("", "", "", "metadata/name", false)];

static NAMESPACES: &[SpecRow] = &[
    spec("", "", "Namespace", "metadata/name", true),
    spec(
        "apiregistration.k8s.io",
        "",
        "APIService",
        "spec/service/namespace",
        true,
    ),
    spec(
        "apiextensions.k8s.io",
        "",
        "CustomResourceDefinition",
        "spec/conversion/webhook/clientConfig/service/namespace",
        false,
    ),
];

static IMAGES: &[SpecRow] = &[
    spec("", "", "", "spec/containers[]/image", true),
    spec("", "", "", "spec/initContainers[]/image", true),
    spec("", "", "", "spec/template/spec/containers[]/image", true),
    spec(
        "",
        "",
        "",
        "spec/template/spec/initContainers[]/image",
        true,
    ),
];

static REPLICAS: &[SpecRow] = &[
    spec("", "", "Deployment", "spec/replicas", true),
    spec("", "", "ReplicationController", "spec/replicas", true),
    spec("", "", "ReplicaSet", "spec/replicas", true),
    spec("", "", "StatefulSet", "spec/replicas", true),
];

fn specs(rows: &[SpecRow]) -> Vec<FieldSpec> {
    rows.iter()
        .map(|row| FieldSpec {
            group: row.group.into(),
            version: row.version.into(),
            kind: row.kind.into(),
            path: row.path.into(),
            create: row.create,
        })
        .collect()
}

/// The configuration that every kustomization starts from.
pub(super) fn default_config() -> TransformerConfig {
    let mut common_labels = specs(labels::SELECTORS);
    common_labels.extend(specs(labels::TEMPLATE_LABELS));
    let mut config = TransformerConfig {
        name_prefix: specs(NAMES),
        name_suffix: specs(NAMES),
        namespace: specs(NAMESPACES),
        common_labels,
        labels: Vec::new(),
        template_labels: specs(labels::TEMPLATE_LABELS),
        common_annotations: specs(annotations::ANNOTATIONS),
        name_reference: name_references::NAME_REFERENCES
            .iter()
            .map(|row| NameReference {
                group: row.group.into(),
                version: row.version.into(),
                kind: row.kind.into(),
                referrers: specs(row.referrers),
            })
            .collect(),
        var_reference: specs(variables::VARIABLES),
        images: specs(IMAGES),
        replicas: specs(REPLICAS),
    };
    config.sort();
    config
}
