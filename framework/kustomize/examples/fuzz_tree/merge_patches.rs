//! Strategic merge patches.

use std::fmt::Write as _;

use super::pods;
use super::random::Random;
use super::values::{NAMES, api_version, scalar, scalar_flow};

/// A document for a patch: fields that resources of this kind have, and others.
pub(super) fn write(random: &mut Random, kind: &str, name: &str, out: &mut String) {
    let _ = writeln!(
        out,
        "apiVersion: {}\nkind: {kind}\nmetadata:\n  name: {name}",
        api_version(kind)
    );
    metadata(random, out);
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" => workload(random, out),
        "CronJob" => {
            let _ = writeln!(
                out,
                "spec:\n  jobTemplate:\n    spec:\n      template:\n        spec:"
            );
            pods::write(random, "          ", out);
        }
        "ConfigMap" => {
            let _ = writeln!(
                out,
                "data:\n  a: {}\n  b: {}\n  new: {}",
                scalar(random),
                scalar(random),
                scalar(random)
            );
        }
        "Custom" => {
            let _ = writeln!(
                out,
                "spec:\n  value: {}\n  list:\n  - name: c\n  map: {{k: null, z: {{y: null, x: 1}}}}\n  empty: {}\n  ref: {}",
                scalar(random),
                scalar(random),
                random.pick(&["null", "{name: app}", "text"])
            );
        }
        "Service" => {
            let _ = writeln!(out, "spec:");
            if random.chance(50) {
                let _ = writeln!(
                    out,
                    "  ports:\n  - port: {}\n    name: {}\n    protocol: {}",
                    random.pick(&["80", "81"]),
                    scalar_flow(random),
                    random.pick(&["TCP", "UDP"])
                );
            } else {
                pods::ports(random, "", "port", out);
            }
        }
        "RoleBinding" | "ClusterRoleBinding" => {
            let _ = writeln!(
                out,
                "subjects:\n- kind: ServiceAccount\n  name: {}\n  namespace: {}",
                random.pick(&NAMES),
                random.pick(&["team", "null"])
            );
        }
        "ValidatingWebhookConfiguration" => {
            let _ = writeln!(
                out,
                "webhooks:\n- name: {}\n  failurePolicy: Ignore\n  clientConfig: {}",
                random.pick(&["a.example.com", "c.example.com"]),
                random.pick(&["{caBundle: Cg==}", "null", "{service: {port: 1}}"])
            );
        }
        "Ingress" => {
            let _ = writeln!(
                out,
                "spec:\n  rules: {}\n  ingressClassName: {}",
                random.pick(&["[]", "null", "[{host: a}]"]),
                scalar_flow(random)
            );
        }
        "HorizontalPodAutoscaler" => {
            let _ = writeln!(
                out,
                "spec:\n  maxReplicas: {}\n  scaleTargetRef: {{name: {}}}",
                random.pick(&["5", "\"5\"", "null"]),
                random.pick(&NAMES)
            );
        }
        _ => {
            let _ = writeln!(out, "extra:\n  x: {}", scalar(random));
        }
    }
}

fn metadata(random: &mut Random, out: &mut String) {
    if random.chance(35) {
        let _ = writeln!(
            out,
            "  labels:\n    app: {}\n    new: {}",
            random.pick(&["web", "patched", "null", "on", "5"]),
            scalar(random)
        );
    }
    if random.chance(25) {
        let _ = writeln!(
            out,
            "  annotations:\n    note: {}\n    other: {}",
            scalar(random),
            scalar(random)
        );
    }
    if random.chance(6) {
        let _ = writeln!(
            out,
            "  annotations: {}",
            random.pick(&["null", "{$patch: replace, z: y}", "{}"])
        );
    }
    if random.chance(4) {
        let _ = writeln!(
            out,
            "  ownerReferences: [{{uid: {}, x: y}}]",
            random.pick(&["u1", "u3"])
        );
    }
    if random.chance(8) {
        let _ = writeln!(out, "  finalizers: [{}, z]", random.pick(&["a", "b", "c"]));
    }
    if random.chance(4) {
        let _ = writeln!(
            out,
            "$patch: {}",
            random.pick(&["delete", "replace", "merge"])
        );
    }
}

fn workload(random: &mut Random, out: &mut String) {
    let _ = writeln!(out, "spec:");
    if random.chance(40) {
        let _ = writeln!(
            out,
            "  replicas: {}",
            random.pick(&["3", "\"4\"", "null", "abc"])
        );
    }
    if random.chance(20) {
        let _ = writeln!(
            out,
            "  selector:\n    matchLabels:\n      app: {}",
            random.pick(&["patched", "null"])
        );
    }
    if random.chance(10) {
        let _ = writeln!(
            out,
            "  strategy:\n    $retainKeys: [type]\n    type: Recreate"
        );
    }
    if random.chance(4) {
        let _ = writeln!(
            out,
            "  template: {}",
            random.pick(&["null", "{}", "{$patch: replace, spec: {containers: []}}"])
        );
        return;
    }
    let _ = writeln!(out, "  template:\n    spec:");
    if random.chance(80) {
        pods::write(random, "      ", out);
        return;
    }
    let _ = writeln!(
        out,
        "      containers:\n      - name: main0\n        $patch: {}\n        image: q\n      - name: added\n        image: r",
        random.pick(&["delete", "replace", "merge"])
    );
    if random.chance(50) {
        let _ = writeln!(
            out,
            "      - $patch: {}",
            random.pick(&["replace", "delete", "merge"])
        );
    }
}
