//! Names, kinds and scalars.

use std::fmt::Write as _;

use super::random::Random;

pub(super) const NAMES: [&str; 5] = ["app", "web", "db", "cache", "\"1e3\""];

/// Scalars whose spelling, type or length matters.
const SCALARS: [&str; 66] = [
    "abc",
    "\"abc\"",
    "'abc'",
    "1",
    "\"1\"",
    "0777",
    "0o17",
    "1.0",
    "1e3",
    "\"1e3\"",
    "true",
    "\"true\"",
    "yes",
    "\"yes\"",
    "on",
    "null",
    "~",
    "\"\"",
    "''",
    "2020-01-01",
    "\"2020-01-01\"",
    "12345678901234567890",
    "1234567",
    "0x1F",
    "1_000",
    "-5",
    "\"- a\"",
    "a:b",
    "\"a: b\"",
    "190:20:30",
    ".5",
    "\"with # hash\"",
    "'it''s'",
    "\"tab\\there\"",
    "\"trail \"",
    "é",
    "\"line\\nbreak\\n\"",
    "$(VAR_A)",
    "pre-$(VAR_A)-$$(X)",
    "a very long text that goes on and on so that it has to be folded somewhere after column eighty, twice even, if possible",
    "0b11",
    "+1",
    "1_0.5",
    "12e03",
    "-0",
    "0.0000001",
    "100000000000000000000000",
    "=",
    "a#b",
    "' lead'",
    "\"\\ttab first\"",
    "\"\\n first\"",
    "\"two\\n\\n\"",
    "\"\\U0001F600\"",
    "\"%d\"",
    "'@at'",
    "'!bang'",
    "\"`tick`\"",
    "TRUE",
    "Null",
    "y",
    "OFF",
    "\"N\"",
    "word-without-any-space-that-is-longer-than-eighty-characters-and-so-cannot-be-folded-at-all",
    "\"a  double  space in a text that is long enough to be folded near the end of  the line, or not\"",
    "2001-12-14 21:59:43",
];

/// Scalars that end a build now and then.
const RISKY: [&str; 10] = [
    "!!str 5",
    "!!int \"5\"",
    "!!binary aGk=",
    "!custom x",
    ".inf",
    "-.inf",
    ".nan",
    "!!float 3",
    "1e400",
    "!!bool yes",
];

pub(super) const KINDS: [&str; 22] = [
    "Deployment",
    "Deployment",
    "ConfigMap",
    "Service",
    "StatefulSet",
    "Secret",
    "Custom",
    "RoleBinding",
    "CronJob",
    "Ingress",
    "Namespace",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "PersistentVolumeClaim",
    "HorizontalPodAutoscaler",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "ValidatingWebhookConfiguration",
    "CustomResourceDefinition",
    "DaemonSet",
];

pub(super) fn scalar(random: &mut Random) -> &'static str {
    if random.risky() && random.chance(30) {
        return random.pick(&RISKY);
    }
    random.pick(&SCALARS)
}

/// A scalar that may stand in a list in brackets.
pub(super) fn scalar_flow(random: &mut Random) -> &'static str {
    random.pick(&[
        "a", "\"b\"", "1", "\"1\"", "'c d'", "true", "$(VAR_A)", "on",
    ])
}

pub(super) fn api_version(kind: &str) -> &'static str {
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" => "apps/v1",
        "Custom" => "example.com/v1",
        "RoleBinding" | "ClusterRole" | "ClusterRoleBinding" | "Role" => {
            "rbac.authorization.k8s.io/v1"
        }
        "CronJob" => "batch/v1",
        "Ingress" | "NetworkPolicy" => "networking.k8s.io/v1",
        "HorizontalPodAutoscaler" => "autoscaling/v1",
        "PodDisruptionBudget" => "policy/v1",
        "ValidatingWebhookConfiguration" => "admissionregistration.k8s.io/v1",
        "CustomResourceDefinition" => "apiextensions.k8s.io/v1",
        _ => "v1",
    }
}

pub(super) fn labels(random: &mut Random, indent: &str, out: &mut String) {
    for key in ["app", "tier", "example.com/x"] {
        if random.chance(40) {
            let value = random.pick(&["web", "\"1\"", "on", "'x'", "b"]);
            let _ = writeln!(out, "{indent}{key}: {value}");
        }
    }
}

pub(super) fn indented(text: &str, indent: &str) -> String {
    text.lines().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "{indent}{line}");
        out
    })
}
