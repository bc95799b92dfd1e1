//! Resources of many kinds.

use std::fmt::Write as _;

use super::pods;
use super::random::Random;
use super::values::{NAMES, api_version, labels, scalar, scalar_flow};

/// A document of a kind under a name.
pub(super) fn write(random: &mut Random, kind: &str, name: &str, out: &mut String) {
    let _ = writeln!(
        out,
        "apiVersion: {}\nkind: {kind}\nmetadata:\n  name: {name}",
        api_version(kind)
    );
    metadata(random, out);
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" => workload(random, kind, out),
        "CronJob" => {
            let _ = writeln!(
                out,
                "spec:\n  schedule: \"* * * * *\"\n  jobTemplate:\n    spec:\n      template:\n        spec:"
            );
            pods::write(random, "          ", out);
        }
        "ConfigMap" => config_map(random, out),
        "Secret" => {
            let _ = writeln!(
                out,
                "type: Opaque\ndata:\n  k: Yg==\nstringData:\n  s: {}",
                scalar(random)
            );
        }
        "Service" => {
            let _ = writeln!(out, "spec:\n  selector:\n    app: web");
            if random.chance(50) {
                let _ = writeln!(
                    out,
                    "  ports:\n  - port: 80\n    targetPort: {}\n  - port: 80\n    protocol: UDP\n    name: {}",
                    scalar_flow(random),
                    scalar_flow(random)
                );
            } else {
                pods::ports(random, "", "port", out);
            }
        }
        "RoleBinding" | "ClusterRoleBinding" => binding(random, out),
        "Ingress" => {
            let _ = writeln!(
                out,
                "spec:\n  rules:\n  - host: {}\n    http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend:\n          service:\n            name: {}\n            port:\n              number: 80\n  tls:\n  - secretName: {}",
                scalar(random),
                random.pick(&NAMES),
                random.pick(&NAMES)
            );
        }
        "Custom" => custom(random, out),
        "ClusterRole" | "Role" => {
            let _ = writeln!(
                out,
                "rules:\n- apiGroups: [\"\"]\n  resources: [{}]\n  verbs: [get]\n  resourceNames: [{}, {}]",
                random.pick(&["pods", "configmaps", "secrets"]),
                random.pick(&NAMES),
                random.pick(&NAMES)
            );
        }
        "PersistentVolumeClaim" => {
            let _ = writeln!(
                out,
                "spec:\n  accessModes:\n    - ReadWriteOnce\n  volumeName: {}\n  resources:\n    requests: {{storage: {}}}",
                random.pick(&NAMES),
                random.pick(&["1Gi", "1e3", "1"])
            );
        }
        "HorizontalPodAutoscaler" => {
            let _ = writeln!(
                out,
                "spec:\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: {}\n    name: {}\n  maxReplicas: 3",
                random.pick(&["Deployment", "StatefulSet"]),
                random.pick(&NAMES)
            );
        }
        "NetworkPolicy" => {
            let _ = writeln!(
                out,
                "spec:\n  podSelector:\n    matchLabels: {{app: web}}\n  ingress:\n  - from:\n    - podSelector: {{matchLabels: {{tier: x}}}}\n    ports:\n    - port: 80\n    - protocol: UDP\n      port: {}",
                scalar_flow(random)
            );
        }
        "PodDisruptionBudget" => {
            let _ = writeln!(
                out,
                "spec:\n  minAvailable: {}\n  selector:\n    matchLabels:\n      app: web",
                random.pick(&["1", "50%", "\"1\""])
            );
        }
        "ValidatingWebhookConfiguration" => {
            let _ = writeln!(
                out,
                "webhooks:\n- name: a.example.com\n  clientConfig:\n    service:\n      name: {}\n      namespace: {}\n  admissionReviewVersions: [v1]\n- name: b.example.com\n  clientConfig: {{url: {}}}",
                random.pick(&NAMES),
                random.pick(&["default", "team"]),
                scalar_flow(random)
            );
        }
        "CustomResourceDefinition" => {
            let _ = writeln!(
                out,
                "spec:\n  group: example.com\n  names: {{kind: Custom, plural: customs}}\n  conversion:\n    strategy: Webhook\n    webhook:\n      clientConfig:\n        service:\n          name: {}\n          namespace: {}",
                random.pick(&NAMES),
                random.pick(&["default", "team"])
            );
        }
        _ => {}
    }
}

fn metadata(random: &mut Random, out: &mut String) {
    if random.chance(15) {
        let _ = writeln!(
            out,
            "  namespace: {}",
            random.pick(&["default", "team", "other"])
        );
    }
    if random.chance(40) {
        let mut text = String::new();
        labels(random, "    ", &mut text);
        if !text.is_empty() || random.chance(30) {
            let _ = writeln!(out, "  labels:{}", if text.is_empty() { " {}" } else { "" });
            out.push_str(&text);
        }
    }
    if random.chance(30) {
        let _ = writeln!(
            out,
            "  annotations:\n    note: {}\n    config.kubernetes.io/local-config: \"{}\"",
            scalar(random),
            if random.chance(20) { "true" } else { "false" }
        );
    }
    if random.chance(8) {
        let _ = writeln!(out, "  creationTimestamp: null");
    }
    if random.chance(8) {
        let _ = writeln!(out, "  finalizers: [a, \"b\", on]");
    }
    if random.chance(5) {
        let _ = writeln!(
            out,
            "  ownerReferences:\n  - uid: u1\n    name: {}\n  - uid: u2\n    kind: Deployment",
            random.pick(&NAMES)
        );
    }
}

fn workload(random: &mut Random, kind: &str, out: &mut String) {
    let _ = writeln!(out, "spec:");
    if random.chance(50) && kind != "DaemonSet" {
        let _ = writeln!(out, "  replicas: {}", random.pick(&["1", "\"2\"", "null"]));
    }
    if random.chance(60) {
        let _ = writeln!(out, "  selector:\n    matchLabels:\n      app: web");
    }
    let _ = writeln!(out, "  template:");
    if random.chance(60) {
        let _ = writeln!(
            out,
            "    metadata:\n      labels:\n        app: {}",
            random.pick(&["web", "\"1\""])
        );
        if random.chance(20) {
            let _ = writeln!(out, "      annotations: {{note: {}}}", scalar_flow(random));
        }
    }
    let _ = writeln!(out, "    spec:");
    pods::write(random, "      ", out);
    if random.chance(10) {
        let _ = writeln!(
            out,
            "      affinity:\n        podAntiAffinity:\n          requiredDuringSchedulingIgnoredDuringExecution:\n          - labelSelector:\n              matchLabels:\n                app: web\n            topologyKey: zone"
        );
    }
    if kind == "StatefulSet" && random.chance(40) {
        let _ = writeln!(
            out,
            "  volumeClaimTemplates:\n  - metadata:\n      name: data\n    spec: {{accessModes: [ReadWriteOnce]}}\n  serviceName: {}",
            random.pick(&NAMES)
        );
    }
}

fn config_map(random: &mut Random, out: &mut String) {
    let _ = writeln!(out, "data:");
    for key in ["a", "b", "c.txt"] {
        let _ = writeln!(out, "  {key}: {}", scalar(random));
    }
    if random.chance(35) {
        let text = random.pick(&[
            "  block: |\n    line 1\n     line 2\n\n    $(VAR_A)\n",
            "  block: |-\n    no end\n",
            "  block: |+\n    kept\n\n",
            "  block: >\n    folded\n    line\n\n      more indented\n    end\n",
            "  block: >-\n    folded\n    away\n",
            "  block: |2\n     leading space\n    x\n",
            "  block: |\n    trailing blank \n    next\n",
            "  block: plain text\n    that goes on\n    below\n",
            "  block: \"quoted\n    over lines\\\n    joined\"\n",
            "  block: 'single\n\n    paragraph'\n",
            "  ? key\n  : value\n",
            "  \"quoted key\": 1\n",
            "  1: number key\n",
            "  on: bool key\n",
            "  a10: x\n  a9: y\n  A: z\n  a_b: w\n",
        ]);
        out.push_str(text);
    }
    if random.chance(5) {
        let _ = writeln!(out, "binaryData:\n  bin: AAEC");
    }
    if random.chance(5) {
        let _ = writeln!(out, "immutable: {}", random.pick(&["true", "false"]));
    }
}

fn binding(random: &mut Random, out: &mut String) {
    let _ = writeln!(
        out,
        "roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: {}\n  name: {}\nsubjects:\n- kind: ServiceAccount\n  name: {}\n  namespace: {}\n- kind: ServiceAccount\n  name: default",
        random.pick(&["ClusterRole", "Role"]),
        random.pick(&NAMES),
        random.pick(&NAMES),
        random.pick(&["default", "team", "other"])
    );
    if random.chance(20) {
        let _ = writeln!(
            out,
            "- kind: {}\n  name: {}\n  apiGroup: rbac.authorization.k8s.io",
            random.pick(&["User", "Group"]),
            random.pick(&NAMES)
        );
    }
}

fn custom(random: &mut Random, out: &mut String) {
    let _ = writeln!(
        out,
        "spec:\n  value: {}\n  list:\n  - name: a\n    x: {}\n  - name: b\n  - {}\n  map: {{k: {}, n: null}}\n  empty: {{}}\n  none: []\n  deep:\n    containers:\n    - image: nginx:1.0\n  ref:\n    name: {}",
        scalar(random),
        scalar(random),
        scalar(random),
        scalar_flow(random),
        random.pick(&NAMES)
    );
    if random.chance(25) {
        out.push_str(random.pick(&[
            "anchors:\n  first: &x {a: 1, b: [c]}\n  second: *x\n  third:\n    <<: *x\n    a: 2\n",
            "anchors:\n  - &s text\n  - *s\n  - {k: *s}\n",
            "anchors:\n  one: &o\n    a: 1\n  two: &t {b: 2}\n  three:\n    <<: [*o, *t]\n    c: 3\n",
            "anchors: {list: &l [1, 2], again: *l}\n",
        ]));
    }
    if random.chance(15) {
        out.push_str(random.pick(&[
            "odd:\n- - a\n  - b\n- - c\n- []\n",
            "odd: [[1, 2], {a: [b, {c: d}]}]\n",
            "odd:\n    indented: four\n    list:\n        - deeper\n",
            "odd: {\"a b\": 1, 'c': \"d\", e: }\n",
            "odd:\n  template: {spec: {containers: null, initContainers: [{image: nginx}, null]}}\n",
        ]));
    }
}
