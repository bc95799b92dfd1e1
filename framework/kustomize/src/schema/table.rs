//! The parts of the OpenAPI schema of Kubernetes 1.21.2 that lead to lists with a
//! patch strategy: all that strategic merge patches ask a schema for. Types of
//! equal content are one; each is named by one of them.

use super::{Field, list, merged, object};

/// The fields of each type.
pub(super) static TYPES: &[&[Field]] = &[
    // 0: v1.MutatingWebhookConfiguration
    &[
        object("metadata", Some(42)),
        merged("webhooks", &["name"], None),
    ],
    // 1: v1.MutatingWebhookConfigurationList
    &[list("items", Some(0))],
    // 2: v1.ControllerRevision
    &[object("metadata", Some(42))],
    // 3: v1.ControllerRevisionList
    &[list("items", Some(2))],
    // 4: v1.DaemonSet
    &[
        object("metadata", Some(42)),
        object("spec", Some(6)),
        object("status", Some(7)),
    ],
    // 5: v1.DaemonSetList
    &[list("items", Some(4))],
    // 6: v1.DaemonSetSpec
    &[object("template", Some(32))],
    // 7: v1.DaemonSetStatus
    &[merged("conditions", &["type"], None)],
    // 8: v1.StatefulSet
    &[
        object("metadata", Some(42)),
        object("spec", Some(10)),
        object("status", Some(7)),
    ],
    // 9: v1.StatefulSetList
    &[list("items", Some(8))],
    // 10: v1.StatefulSetSpec
    &[
        object("template", Some(32)),
        list("volumeClaimTemplates", Some(20)),
    ],
    // 11: v1.CronJob
    &[object("metadata", Some(42)), object("spec", Some(13))],
    // 12: v1.CronJobList
    &[list("items", Some(11))],
    // 13: v1.CronJobSpec
    &[object("jobTemplate", Some(14))],
    // 14: v1.JobTemplateSpec
    &[object("metadata", Some(42)), object("spec", Some(6))],
    // 15: v1.ComponentStatus
    &[
        merged("conditions", &["type"], None),
        object("metadata", Some(42)),
    ],
    // 16: v1.ComponentStatusList
    &[list("items", Some(15))],
    // 17: v1.Container
    &[
        merged("env", &["name"], None),
        merged("ports", &["containerPort", "protocol"], None),
        merged("volumeDevices", &["devicePath"], None),
        merged("volumeMounts", &["mountPath"], None),
    ],
    // 18: v1.EphemeralContainer
    &[
        merged("env", &["name"], None),
        merged("volumeDevices", &["devicePath"], None),
        merged("volumeMounts", &["mountPath"], None),
    ],
    // 19: v1.EphemeralVolumeSource
    &[object("volumeClaimTemplate", Some(2))],
    // 20: v1.Namespace
    &[object("metadata", Some(42)), object("status", Some(7))],
    // 21: v1.NamespaceList
    &[list("items", Some(20))],
    // 22: v1.Node
    &[
        object("metadata", Some(42)),
        object("spec", Some(24)),
        object("status", Some(25)),
    ],
    // 23: v1.NodeList
    &[list("items", Some(22))],
    // 24: v1.NodeSpec
    &[merged("podCIDRs", &[], None)],
    // 25: v1.NodeStatus
    &[
        merged("addresses", &["type"], None),
        merged("conditions", &["type"], None),
    ],
    // 26: v1.Pod
    &[
        object("metadata", Some(42)),
        object("spec", Some(28)),
        object("status", Some(29)),
    ],
    // 27: v1.PodList
    &[list("items", Some(26))],
    // 28: v1.PodSpec
    &[
        merged("containers", &["name"], Some(17)),
        merged("ephemeralContainers", &["name"], Some(18)),
        merged("hostAliases", &["ip"], None),
        merged("imagePullSecrets", &["name"], None),
        merged("initContainers", &["name"], Some(17)),
        merged(
            "topologySpreadConstraints",
            &["topologyKey", "whenUnsatisfiable"],
            None,
        ),
        merged("volumes", &["name"], Some(38)),
    ],
    // 29: v1.PodStatus
    &[
        merged("conditions", &["type"], None),
        merged("podIPs", &["ip"], None),
    ],
    // 30: v1.PodTemplate
    &[object("metadata", Some(42)), object("template", Some(32))],
    // 31: v1.PodTemplateList
    &[list("items", Some(30))],
    // 32: v1.PodTemplateSpec
    &[object("metadata", Some(42)), object("spec", Some(28))],
    // 33: v1.Service
    &[
        object("metadata", Some(42)),
        object("spec", Some(37)),
        object("status", Some(7)),
    ],
    // 34: v1.ServiceAccount
    &[
        object("metadata", Some(42)),
        merged("secrets", &["name"], None),
    ],
    // 35: v1.ServiceAccountList
    &[list("items", Some(34))],
    // 36: v1.ServiceList
    &[list("items", Some(33))],
    // 37: v1.ServiceSpec
    &[merged("ports", &["port", "protocol"], None)],
    // 38: v1.Volume
    &[object("ephemeral", Some(19))],
    // 39: v1.CSINode
    &[object("metadata", Some(42)), object("spec", Some(41))],
    // 40: v1.CSINodeList
    &[list("items", Some(39))],
    // 41: v1.CSINodeSpec
    &[merged("drivers", &["name"], None)],
    // 42: v1.ObjectMeta
    &[
        merged("finalizers", &[], None),
        merged("ownerReferences", &["uid"], None),
    ],
];
/// apiVersion, kind and type of resources, sorted.
pub(super) static KINDS: &[(&str, &str, u8)] = &[
    (
        "admissionregistration.k8s.io/v1",
        "MutatingWebhookConfiguration",
        0,
    ),
    (
        "admissionregistration.k8s.io/v1",
        "MutatingWebhookConfigurationList",
        1,
    ),
    (
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        0,
    ),
    (
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfigurationList",
        1,
    ),
    (
        "admissionregistration.k8s.io/v1beta1",
        "MutatingWebhookConfiguration",
        0,
    ),
    (
        "admissionregistration.k8s.io/v1beta1",
        "MutatingWebhookConfigurationList",
        1,
    ),
    (
        "admissionregistration.k8s.io/v1beta1",
        "ValidatingWebhookConfiguration",
        0,
    ),
    (
        "admissionregistration.k8s.io/v1beta1",
        "ValidatingWebhookConfigurationList",
        1,
    ),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition", 2),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinitionList", 3),
    (
        "apiextensions.k8s.io/v1beta1",
        "CustomResourceDefinition",
        2,
    ),
    (
        "apiextensions.k8s.io/v1beta1",
        "CustomResourceDefinitionList",
        3,
    ),
    ("apiregistration.k8s.io/v1", "APIService", 20),
    ("apiregistration.k8s.io/v1", "APIServiceList", 21),
    ("apiregistration.k8s.io/v1beta1", "APIService", 20),
    ("apiregistration.k8s.io/v1beta1", "APIServiceList", 21),
    ("apps/v1", "ControllerRevision", 2),
    ("apps/v1", "ControllerRevisionList", 3),
    ("apps/v1", "DaemonSet", 4),
    ("apps/v1", "DaemonSetList", 5),
    ("apps/v1", "Deployment", 4),
    ("apps/v1", "DeploymentList", 5),
    ("apps/v1", "ReplicaSet", 4),
    ("apps/v1", "ReplicaSetList", 5),
    ("apps/v1", "StatefulSet", 8),
    ("apps/v1", "StatefulSetList", 9),
    ("authentication.k8s.io/v1", "TokenRequest", 2),
    ("authentication.k8s.io/v1", "TokenReview", 2),
    ("authentication.k8s.io/v1beta1", "TokenReview", 2),
    ("authorization.k8s.io/v1", "LocalSubjectAccessReview", 2),
    ("authorization.k8s.io/v1", "SelfSubjectAccessReview", 2),
    ("authorization.k8s.io/v1", "SelfSubjectRulesReview", 2),
    ("authorization.k8s.io/v1", "SubjectAccessReview", 2),
    (
        "authorization.k8s.io/v1beta1",
        "LocalSubjectAccessReview",
        2,
    ),
    ("authorization.k8s.io/v1beta1", "SelfSubjectAccessReview", 2),
    ("authorization.k8s.io/v1beta1", "SelfSubjectRulesReview", 2),
    ("authorization.k8s.io/v1beta1", "SubjectAccessReview", 2),
    ("autoscaling/v1", "HorizontalPodAutoscaler", 2),
    ("autoscaling/v1", "HorizontalPodAutoscalerList", 3),
    ("autoscaling/v1", "Scale", 2),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler", 2),
    ("autoscaling/v2beta1", "HorizontalPodAutoscalerList", 3),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler", 2),
    ("autoscaling/v2beta2", "HorizontalPodAutoscalerList", 3),
    ("batch/v1", "CronJob", 11),
    ("batch/v1", "CronJobList", 12),
    ("batch/v1", "Job", 4),
    ("batch/v1", "JobList", 5),
    ("batch/v1beta1", "CronJob", 11),
    ("batch/v1beta1", "CronJobList", 12),
    ("certificates.k8s.io/v1", "CertificateSigningRequest", 2),
    ("certificates.k8s.io/v1", "CertificateSigningRequestList", 3),
    (
        "certificates.k8s.io/v1beta1",
        "CertificateSigningRequest",
        2,
    ),
    (
        "certificates.k8s.io/v1beta1",
        "CertificateSigningRequestList",
        3,
    ),
    ("coordination.k8s.io/v1", "Lease", 2),
    ("coordination.k8s.io/v1", "LeaseList", 3),
    ("coordination.k8s.io/v1beta1", "Lease", 2),
    ("coordination.k8s.io/v1beta1", "LeaseList", 3),
    ("discovery.k8s.io/v1", "EndpointSlice", 2),
    ("discovery.k8s.io/v1", "EndpointSliceList", 3),
    ("discovery.k8s.io/v1beta1", "EndpointSlice", 2),
    ("discovery.k8s.io/v1beta1", "EndpointSliceList", 3),
    ("events.k8s.io/v1", "Event", 2),
    ("events.k8s.io/v1", "EventList", 3),
    ("events.k8s.io/v1beta1", "Event", 2),
    ("events.k8s.io/v1beta1", "EventList", 3),
    ("extensions/v1beta1", "Ingress", 2),
    ("extensions/v1beta1", "IngressList", 3),
    ("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", 2),
    ("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchemaList", 3),
    (
        "flowcontrol.apiserver.k8s.io/v1beta1",
        "PriorityLevelConfiguration",
        2,
    ),
    (
        "flowcontrol.apiserver.k8s.io/v1beta1",
        "PriorityLevelConfigurationList",
        3,
    ),
    ("networking.k8s.io/v1", "Ingress", 2),
    ("networking.k8s.io/v1", "IngressClass", 2),
    ("networking.k8s.io/v1", "IngressClassList", 3),
    ("networking.k8s.io/v1", "IngressList", 3),
    ("networking.k8s.io/v1", "NetworkPolicy", 2),
    ("networking.k8s.io/v1", "NetworkPolicyList", 3),
    ("networking.k8s.io/v1beta1", "Ingress", 2),
    ("networking.k8s.io/v1beta1", "IngressClass", 2),
    ("networking.k8s.io/v1beta1", "IngressClassList", 3),
    ("networking.k8s.io/v1beta1", "IngressList", 3),
    ("node.k8s.io/v1", "RuntimeClass", 2),
    ("node.k8s.io/v1", "RuntimeClassList", 3),
    ("node.k8s.io/v1beta1", "RuntimeClass", 2),
    ("node.k8s.io/v1beta1", "RuntimeClassList", 3),
    ("policy/v1", "PodDisruptionBudget", 20),
    ("policy/v1", "PodDisruptionBudgetList", 21),
    ("policy/v1beta1", "Eviction", 2),
    ("policy/v1beta1", "PodDisruptionBudget", 20),
    ("policy/v1beta1", "PodDisruptionBudgetList", 21),
    ("policy/v1beta1", "PodSecurityPolicy", 2),
    ("policy/v1beta1", "PodSecurityPolicyList", 3),
    ("rbac.authorization.k8s.io/v1", "ClusterRole", 2),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", 2),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBindingList", 3),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleList", 3),
    ("rbac.authorization.k8s.io/v1", "Role", 2),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", 2),
    ("rbac.authorization.k8s.io/v1", "RoleBindingList", 3),
    ("rbac.authorization.k8s.io/v1", "RoleList", 3),
    ("rbac.authorization.k8s.io/v1beta1", "ClusterRole", 2),
    ("rbac.authorization.k8s.io/v1beta1", "ClusterRoleBinding", 2),
    (
        "rbac.authorization.k8s.io/v1beta1",
        "ClusterRoleBindingList",
        3,
    ),
    ("rbac.authorization.k8s.io/v1beta1", "ClusterRoleList", 3),
    ("rbac.authorization.k8s.io/v1beta1", "Role", 2),
    ("rbac.authorization.k8s.io/v1beta1", "RoleBinding", 2),
    ("rbac.authorization.k8s.io/v1beta1", "RoleBindingList", 3),
    ("rbac.authorization.k8s.io/v1beta1", "RoleList", 3),
    ("scheduling.k8s.io/v1", "PriorityClass", 2),
    ("scheduling.k8s.io/v1", "PriorityClassList", 3),
    ("scheduling.k8s.io/v1beta1", "PriorityClass", 2),
    ("scheduling.k8s.io/v1beta1", "PriorityClassList", 3),
    ("storage.k8s.io/v1", "CSIDriver", 2),
    ("storage.k8s.io/v1", "CSIDriverList", 3),
    ("storage.k8s.io/v1", "CSINode", 39),
    ("storage.k8s.io/v1", "CSINodeList", 40),
    ("storage.k8s.io/v1", "StorageClass", 2),
    ("storage.k8s.io/v1", "StorageClassList", 3),
    ("storage.k8s.io/v1", "VolumeAttachment", 2),
    ("storage.k8s.io/v1", "VolumeAttachmentList", 3),
    ("storage.k8s.io/v1beta1", "CSIDriver", 2),
    ("storage.k8s.io/v1beta1", "CSIDriverList", 3),
    ("storage.k8s.io/v1beta1", "CSINode", 39),
    ("storage.k8s.io/v1beta1", "CSINodeList", 40),
    ("storage.k8s.io/v1beta1", "CSIStorageCapacity", 2),
    ("storage.k8s.io/v1beta1", "CSIStorageCapacityList", 3),
    ("storage.k8s.io/v1beta1", "StorageClass", 2),
    ("storage.k8s.io/v1beta1", "StorageClassList", 3),
    ("storage.k8s.io/v1beta1", "VolumeAttachment", 2),
    ("storage.k8s.io/v1beta1", "VolumeAttachmentList", 3),
    ("v1", "Binding", 2),
    ("v1", "ComponentStatus", 15),
    ("v1", "ComponentStatusList", 16),
    ("v1", "ConfigMap", 2),
    ("v1", "ConfigMapList", 3),
    ("v1", "Endpoints", 2),
    ("v1", "EndpointsList", 3),
    ("v1", "Event", 2),
    ("v1", "EventList", 3),
    ("v1", "LimitRange", 2),
    ("v1", "LimitRangeList", 3),
    ("v1", "Namespace", 20),
    ("v1", "NamespaceList", 21),
    ("v1", "Node", 22),
    ("v1", "NodeList", 23),
    ("v1", "PersistentVolume", 2),
    ("v1", "PersistentVolumeClaim", 20),
    ("v1", "PersistentVolumeClaimList", 21),
    ("v1", "PersistentVolumeList", 3),
    ("v1", "Pod", 26),
    ("v1", "PodList", 27),
    ("v1", "PodTemplate", 30),
    ("v1", "PodTemplateList", 31),
    ("v1", "ReplicationController", 4),
    ("v1", "ReplicationControllerList", 5),
    ("v1", "ResourceQuota", 2),
    ("v1", "ResourceQuotaList", 3),
    ("v1", "Secret", 2),
    ("v1", "SecretList", 3),
    ("v1", "Service", 33),
    ("v1", "ServiceAccount", 34),
    ("v1", "ServiceAccountList", 35),
    ("v1", "ServiceList", 36),
];
