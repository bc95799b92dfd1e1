//! Where annotations go (`builtinpluginconsts/commonannotations.go`).

use super::{SpecRow, spec};

pub(super) static ANNOTATIONS: &[SpecRow] = &[
    spec("", "", "", "metadata/annotations", true),
    spec(
        "",
        "v1",
        "ReplicationController",
        "spec/template/metadata/annotations",
        true,
    ),
    spec(
        "",
        "",
        "Deployment",
        "spec/template/metadata/annotations",
        true,
    ),
    spec(
        "",
        "",
        "ReplicaSet",
        "spec/template/metadata/annotations",
        true,
    ),
    spec(
        "",
        "",
        "DaemonSet",
        "spec/template/metadata/annotations",
        true,
    ),
    spec(
        "",
        "",
        "StatefulSet",
        "spec/template/metadata/annotations",
        true,
    ),
    spec(
        "batch",
        "",
        "Job",
        "spec/template/metadata/annotations",
        true,
    ),
    spec(
        "batch",
        "",
        "CronJob",
        "spec/jobTemplate/metadata/annotations",
        true,
    ),
    spec(
        "batch",
        "",
        "CronJob",
        "spec/jobTemplate/spec/template/metadata/annotations",
        true,
    ),
];
