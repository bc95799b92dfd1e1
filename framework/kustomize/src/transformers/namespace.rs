//! `namespace` (`NamespaceTransformer.go`, `api/filters/namespace`).

use std::collections::BTreeMap;

use terrace_diag::Span;
use terrace_yaml::{Node, Tag};

use crate::codes::{DUPLICATE_ID, TRANSFORMER};
use crate::config::FieldSpec;
use crate::field_spec::{self, Action, Target};
use crate::resource::Resource;
use crate::resource::map::{ResMap, hash, map_each, map_each_mut};
use crate::tree::{self, Kind, Writes};
use crate::{Failure, Result};

/// Which subjects of role bindings get the namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SubjectMode {
    /// Those named `default`.
    #[default]
    DefaultOnly,
    /// All service accounts.
    AllServiceAccounts,
    /// None.
    None,
}

impl SubjectMode {
    /// # Errors
    /// If it is not one of the three names.
    pub(crate) fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "" | "defaultOnly" => Ok(Self::DefaultOnly),
            "allServiceAccounts" => Ok(Self::AllServiceAccounts),
            "none" => Ok(Self::None),
            _ => Err(format!(
                "invalid value \"{text}\" for setRoleBindingSubjects: must be one of \
                 \"defaultOnly\", \"none\" or \"allServiceAccounts\""
            )),
        }
    }
}

/// Sets the namespace of all resources that have one, and of fields that say a
/// namespace.
pub(crate) struct NamespaceTransformer<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) specs: &'a [FieldSpec],
    pub(crate) unset_only: bool,
    pub(crate) subjects: SubjectMode,
    pub(crate) span: Span,
}

const NAMESPACE_PATH: &str = "metadata/namespace";
const NAME_PATH: &str = "metadata/name";

fn key(resource: &Resource) -> u64 {
    hash(resource.id().key())
}

impl NamespaceTransformer<'_> {
    pub(crate) fn transform(&self, map: &mut ResMap) -> Result<()> {
        if self.namespace.is_empty() {
            return Ok(());
        }
        let own = FieldSpec {
            path: NAMESPACE_PATH.into(),
            create: true,
            ..FieldSpec::default()
        };
        let own = Target::new(&own);
        let targets: Vec<Target> = self
            .specs
            .iter()
            .filter(|spec| spec.path != NAMESPACE_PATH)
            .map(Target::new)
            .collect();
        let resources = map.resources_mut();
        let before = map_each(resources, key);
        let changed = map_each_mut(resources, |resource| -> Result<_> {
            if resource.is_empty() {
                return Ok(None);
            }
            resource.store_previous_id();
            self.apply(resource, &own, &targets)?;
            Ok(Some(key(resource)))
        });
        // How many resources have each identity, were they changed one after
        // another: after each change there must be one.
        let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
        for before in &before {
            *counts.entry(*before).or_default() += 1;
        }
        for ((resource, before), after) in resources.iter().zip(before).zip(changed) {
            let Some(after) = after? else { continue };
            if before != after {
                if let Some(count) = counts.get_mut(&before) {
                    *count -= 1;
                }
                *counts.entry(after).or_default() += 1;
            }
            if counts.get(&after).is_some_and(|count| *count > 1) {
                return Err(Failure::new(
                    &DUPLICATE_ID,
                    format!(
                        "namespace transformation produces ID conflict: {}",
                        resource.id()
                    ),
                )
                .at(self.span)
                .label(resource.node.span(), "one of the resources")
                .help("give one of the resources another name"));
            }
        }
        Ok(())
    }

    /// The same for one resource, without looking at others.
    pub(crate) fn transform_one(&self, resource: &mut Resource) -> Result<()> {
        let own = FieldSpec {
            path: NAMESPACE_PATH.into(),
            create: true,
            ..FieldSpec::default()
        };
        let targets = Target::all(self.specs);
        self.apply(resource, &Target::new(&own), &targets)
    }

    fn apply(&self, resource: &mut Resource, own: &Target, targets: &[Target]) -> Result<()> {
        let gvk = resource.gvk();
        let is_cluster_scoped = gvk.is_cluster_scoped();
        let is_binding = matches!(gvk.kind, "RoleBinding" | "ClusterRoleBinding");
        let is_core = resource.api_version() == "v1";
        let mut set = |node: &mut Node, writes: &mut Writes| self.set(node, writes);
        if !is_cluster_scoped {
            let mut action = Action {
                create: Some((Kind::Scalar, Tag::None)),
                span: self.span,
                set: &mut set,
            };
            field_spec::apply(resource, own, &mut action)?;
        }
        if is_binding {
            self.set_subjects(resource)?;
        }
        for target in targets {
            let spec = &target.spec;
            if spec.path == NAMESPACE_PATH || !is_core && spec.path == NAME_PATH {
                continue;
            }
            if is_binding
                && matches!(&*spec.kind, "RoleBinding" | "ClusterRoleBinding")
                && spec.path == "subjects/namespace"
            {
                continue;
            }
            let mut action = Action {
                create: Some((Kind::Scalar, Tag::Str)),
                span: self.span,
                set: &mut set,
            };
            field_spec::apply(resource, target, &mut action)
                .map_err(|failure| failure.context("namespace transformation failed"))?;
        }
        Ok(())
    }

    fn set(&self, node: &mut Node, writes: &mut Writes) -> Result<(), String> {
        if self.unset_only && node.is_scalar() && !tree::value(node).is_empty() {
            return Ok(());
        }
        if !node.is_scalar() {
            return Err(tree::wrong_kind(Kind::Scalar, node));
        }
        tree::overwrite(node, Node::string(self.namespace, self.span), writes);
        Ok(())
    }

    fn set_subjects(&self, resource: &mut Resource) -> Result<()> {
        if self.subjects == SubjectMode::None {
            return Ok(());
        }
        let fail = |message: String, span: Span| {
            Err(Failure::new(
                &TRANSFORMER,
                format!("setting namespace on (cluster)role binding subjects: {message}"),
            )
            .at(span))
        };
        let Some(subjects) = resource.node.get_mut("subjects") else {
            return Ok(());
        };
        if tree::is_null(subjects) {
            return Ok(());
        }
        let span = subjects.span();
        let wrong = tree::wrong_kind(Kind::Sequence, subjects);
        let Some(items) = subjects.items_mut() else {
            return fail(wrong, span);
        };
        let mut writes = Writes::default();
        for item in items {
            if tree::is_null(item) {
                continue;
            }
            let span = item.span();
            let wrong = tree::wrong_kind(Kind::Mapping, item);
            let Some(mapping) = item.as_mapping_mut() else {
                return fail(wrong, span);
            };
            let (field, wanted) = match self.subjects {
                SubjectMode::AllServiceAccounts => ("kind", "ServiceAccount"),
                _ => ("name", "default"),
            };
            if mapping.get(field).map(tree::value) != Some(wanted) {
                continue;
            }
            if !mapping.contains("namespace") {
                tree::push(mapping, "namespace", tree::untagged("", self.span));
            }
            if let Some(namespace) = mapping.get_mut("namespace")
                && let Err(message) = self.set(namespace, &mut writes)
            {
                return fail(message, span);
            }
        }
        writes.spread(&mut resource.node);
        Ok(())
    }
}
