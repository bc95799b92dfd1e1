//! Identities of resources (`kyaml/resid`).

use std::fmt;

/// Group, version and kind; an empty part is a wildcard where it selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub(crate) struct Gvk<'a> {
    pub(crate) group: &'a str,
    pub(crate) version: &'a str,
    pub(crate) kind: &'a str,
}

/// The namespace of kinds that have none.
pub(crate) const NO_NAMESPACE: &str = "_non_namespaceable_";
/// The namespace of namespaced resources that say none.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

/// Splits `group/version` at the first slash.
pub(crate) fn parse_api_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

impl<'a> Gvk<'a> {
    pub(crate) fn new(api_version: &'a str, kind: &'a str) -> Self {
        let (group, version) = parse_api_version(api_version);
        Self {
            group,
            version,
            kind,
        }
    }

    /// `group/version`, or the version alone.
    pub(crate) fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// Whether each part that the selector says is the same.
    pub(crate) fn is_selected_by(&self, selector: &Gvk<'_>) -> bool {
        (selector.group.is_empty() || selector.group == self.group)
            && (selector.version.is_empty() || selector.version == self.version)
            && (selector.kind.is_empty() || selector.kind == self.kind)
    }

    /// Whether Kubernetes 1.21 is known to have this kind outside namespaces
    /// (`kyaml/openapi`, the precomputed table).
    pub(crate) fn is_cluster_scoped(&self) -> bool {
        let versions: &[&str] = match (self.group, self.kind) {
            (
                "admissionregistration.k8s.io",
                "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration",
            )
            | ("apiextensions.k8s.io", "CustomResourceDefinition")
            | ("apiregistration.k8s.io", "APIService")
            | ("certificates.k8s.io", "CertificateSigningRequest")
            | ("networking.k8s.io", "IngressClass")
            | ("node.k8s.io", "RuntimeClass")
            | ("rbac.authorization.k8s.io", "ClusterRole" | "ClusterRoleBinding")
            | ("scheduling.k8s.io", "PriorityClass")
            | ("storage.k8s.io", "CSIDriver" | "CSINode" | "StorageClass" | "VolumeAttachment") => {
                &["v1", "v1beta1"]
            }
            ("flowcontrol.apiserver.k8s.io", "FlowSchema" | "PriorityLevelConfiguration")
            | ("policy", "PodSecurityPolicy") => &["v1beta1"],
            (
                "",
                "ComponentStatus" | "Namespace" | "Node" | "NodeProxyOptions" | "PersistentVolume",
            ) => &["v1"],
            _ => return false,
        };
        versions.contains(&self.version)
    }

    /// The key by which kustomize orders configuration and, in legacy order,
    /// resources.
    pub(crate) fn legacy_key(&self) -> [&'a str; 5] {
        [
            non_empty(self.group, "~G"),
            "_",
            non_empty(self.version, "~V"),
            "_",
            non_empty(self.kind, "~K"),
        ]
    }
}

impl fmt::Display for Gvk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{}.{}",
            non_empty(self.kind, "[noKind]"),
            non_empty(self.version, "[noVer]"),
            non_empty(self.group, "[noGrp]")
        )
    }
}

fn non_empty<'s>(text: &'s str, none: &'s str) -> &'s str {
    if text.is_empty() { none } else { text }
}

/// Kinds that come first in legacy order.
pub(crate) const ORDER_FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// Kinds that come last in legacy order.
pub(crate) const ORDER_LAST: [&str; 2] = [
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// The place of a kind in the order `first`, all others, `last`; of repeated
/// names the later place counts.
pub(crate) fn kind_rank<S: AsRef<str>>(kind: &str, first: &[S], last: &[S]) -> i64 {
    let find = |list: &[S]| list.iter().rposition(|one| one.as_ref() == kind);
    if let Some(at) = find(last) {
        return at as i64 + 1;
    }
    find(first).map_or(0, |at| at as i64 - first.len() as i64)
}

/// One identity of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ResId<'a> {
    pub(crate) gvk: Gvk<'a>,
    pub(crate) name: &'a str,
    pub(crate) namespace: &'a str,
    /// Whether the kind is known to live outside namespaces. Only current
    /// identities know; previous ones hold [`NO_NAMESPACE`] instead.
    pub(crate) cluster_scoped: bool,
}

/// An identity that can be looked up.
pub(crate) type IdKey<'a> = (Gvk<'a>, &'a str, &'a str);

impl<'a> ResId<'a> {
    pub(crate) fn effective_namespace(&self) -> &'a str {
        if self.cluster_scoped {
            NO_NAMESPACE
        } else if self.namespace.is_empty() {
            DEFAULT_NAMESPACE
        } else {
            self.namespace
        }
    }

    /// Two identities are the same if their keys are.
    pub(crate) fn key(&self) -> IdKey<'a> {
        (self.gvk, self.name, self.effective_namespace())
    }

    pub(crate) fn equals(&self, other: &ResId<'_>) -> bool {
        self.key() == other.key()
    }

    /// Whether each part that the selector says is the same.
    pub(crate) fn is_selected_by(&self, selector: &ResId<'_>) -> bool {
        (selector.name.is_empty() || selector.name == self.name)
            && (selector.namespace.is_empty()
                || selector.effective_namespace() == self.effective_namespace())
            && self.gvk.is_selected_by(&selector.gvk)
    }
}

impl fmt::Display for ResId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}.{}",
            self.gvk,
            non_empty(self.name, "[noName]"),
            non_empty(self.namespace, "[noNs]")
        )
    }
}
