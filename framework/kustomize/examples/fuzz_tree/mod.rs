//! Random trees of kustomizations.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Files by path; the folder to build is `top`.
pub(crate) type Files = BTreeMap<String, String>;

/// The same tree for the same seed.
pub(crate) fn generate(seed: u64) -> Files {
    let mut random = Random::new(seed);
    let mut files = Files::new();
    let bases = random.below(3);
    let mut below = Vec::new();
    for at in 0..bases {
        let dir = format!("base{at}");
        let others = std::mem::take(&mut random.world);
        kustomization(&mut random, &mut files, &dir, &[], &others, at);
        random.world.extend(others);
        below.push(format!("../{dir}"));
    }
    let depth = random.below(3);
    let mut inner = below;
    for at in 0..depth {
        let dir = format!("mid{at}");
        kustomization(&mut random, &mut files, &dir, &inner, &[], bases + at);
        inner = vec![format!("../{dir}")];
    }
    kustomization(&mut random, &mut files, "top", &inner, &[], 9);
    files
}

/// SplitMix64, and the resources that exist so far.
struct Random {
    state: u64,
    /// Kind and name as written.
    world: Vec<(&'static str, String)>,
    /// How often, in percent, something is done that rarely works.
    risk: usize,
}

impl Random {
    fn new(seed: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66,
            world: Vec::new(),
            risk: if seed.is_multiple_of(4) { 15 } else { 1 },
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn risky(&mut self) -> bool {
        let risk = self.risk;
        self.chance(risk)
    }

    /// A resource that exists, of one of these kinds if there are any.
    fn known(&mut self, kinds: &[&str]) -> Option<(&'static str, String)> {
        let fitting: Vec<_> = self
            .world
            .iter()
            .filter(|(kind, _)| kinds.is_empty() || kinds.contains(kind))
            .cloned()
            .collect();
        if fitting.is_empty() {
            return None;
        }
        let at = self.below(fitting.len());
        fitting.get(at).cloned()
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

const NAMES: [&str; 5] = ["app", "web", "db", "cache", "\"1e3\""];
const SCALARS: [&str; 40] = [
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
];
const KINDS: [&str; 12] = [
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
];

fn scalar(random: &mut Random) -> &'static str {
    random.pick(&SCALARS)
}

fn api_version(kind: &str) -> &'static str {
    match kind {
        "Deployment" | "StatefulSet" => "apps/v1",
        "Custom" => "example.com/v1",
        "RoleBinding" | "ClusterRole" => "rbac.authorization.k8s.io/v1",
        "CronJob" => "batch/v1",
        "Ingress" => "networking.k8s.io/v1",
        _ => "v1",
    }
}

fn labels(random: &mut Random, indent: &str, out: &mut String) {
    for key in ["app", "tier", "example.com/x"] {
        if random.chance(40) {
            let value = random.pick(&["web", "\"1\"", "on", "'x'", "b"]);
            let _ = writeln!(out, "{indent}{key}: {value}");
        }
    }
}

fn pod(random: &mut Random, indent: &str, out: &mut String) {
    let i = indent;
    let _ = writeln!(out, "{i}containers:");
    for at in 0..=random.below(3) {
        let name = random.pick(&["main", "side", "init", "x"]);
        let _ = writeln!(
            out,
            "{i}- name: {name}{}",
            if random.chance(80) {
                at.to_string()
            } else {
                String::new()
            }
        );
        if random.chance(80) {
            let image = random.pick(&[
                "nginx",
                "nginx:1.0",
                "reg.io:5000/a/nginx:2@sha256:abc",
                "busybox@sha256:abc",
                "\"80\"",
            ]);
            let _ = writeln!(out, "{i}  image: {image}");
        }
        if random.chance(50) {
            let _ = writeln!(out, "{i}  env:");
            for key in ["A", "B", "A"] {
                if random.chance(60) {
                    let _ = writeln!(out, "{i}  - name: {key}\n{i}    value: {}", scalar(random));
                }
            }
            let _ = writeln!(
                out,
                "{i}  - name: Z\n{i}    valueFrom: {{configMapKeyRef: {{name: {}, key: k}}}}",
                random.pick(&NAMES)
            );
        }
        if random.chance(30) {
            let _ = writeln!(
                out,
                "{i}  ports:\n{i}  - containerPort: {}\n{i}    protocol: TCP\n{i}  - containerPort: 81",
                random.pick(&["80", "81", "\"80\""])
            );
            if random.chance(50) {
                let _ = writeln!(out, "{i}  - containerPort: 80\n{i}    protocol: UDP");
            }
        }
        if random.chance(30) {
            let _ = writeln!(
                out,
                "{i}  args: [{}, {}]\n{i}  command:\n{i}  - $(VAR_A)",
                scalar_flow(random),
                scalar_flow(random)
            );
        }
        if random.chance(20) {
            let _ = writeln!(
                out,
                "{i}  volumeMounts:\n{i}  - {{mountPath: /a, name: v}}\n{i}  - mountPath: /b\n{i}    name: w"
            );
        }
    }
    if random.chance(50) {
        let _ = writeln!(
            out,
            "{i}volumes:\n{i}- name: v\n{i}  configMap:\n{i}    name: {}\n{i}- name: w\n{i}  secret: {{secretName: {}}}",
            random.pick(&NAMES),
            random.pick(&NAMES)
        );
    }
    if random.chance(20) {
        let _ = writeln!(out, "{i}serviceAccountName: {}", random.pick(&NAMES));
    }
    if random.chance(15) {
        let _ = writeln!(
            out,
            "{i}imagePullSecrets:\n{i}- name: {}",
            random.pick(&NAMES)
        );
    }
    if random.chance(15) {
        let _ = writeln!(
            out,
            "{i}topologySpreadConstraints:\n{i}- topologyKey: zone\n{i}  whenUnsatisfiable: DoNotSchedule\n{i}  maxSkew: 1\n{i}- topologyKey: zone\n{i}  whenUnsatisfiable: ScheduleAnyway"
        );
    }
    if random.chance(10) {
        let _ = writeln!(out, "{i}priorityClassName:");
    }
}

fn scalar_flow(random: &mut Random) -> &'static str {
    random.pick(&[
        "a", "\"b\"", "1", "\"1\"", "'c d'", "true", "$(VAR_A)", "on",
    ])
}

fn resource(random: &mut Random, kind: &str, name: &str, out: &mut String) {
    let _ = writeln!(
        out,
        "apiVersion: {}\nkind: {kind}\nmetadata:\n  name: {name}",
        api_version(kind)
    );
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
    match kind {
        "Deployment" | "StatefulSet" => {
            let _ = writeln!(out, "spec:");
            if random.chance(50) {
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
            }
            let _ = writeln!(out, "    spec:");
            pod(random, "      ", out);
            if kind == "StatefulSet" && random.chance(40) {
                let _ = writeln!(
                    out,
                    "  volumeClaimTemplates:\n  - metadata:\n      name: data\n    spec: {{accessModes: [ReadWriteOnce]}}\n  serviceName: {}",
                    random.pick(&NAMES)
                );
            }
        }
        "CronJob" => {
            let _ = writeln!(
                out,
                "spec:\n  schedule: \"* * * * *\"\n  jobTemplate:\n    spec:\n      template:\n        spec:"
            );
            pod(random, "          ", out);
        }
        "ConfigMap" => {
            let _ = writeln!(out, "data:");
            for key in ["a", "b", "c.txt"] {
                let _ = writeln!(out, "  {key}: {}", scalar(random));
            }
            if random.chance(20) {
                let _ = writeln!(out, "  block: |\n    line 1\n     line 2\n\n    $(VAR_A)");
            }
        }
        "Secret" => {
            let _ = writeln!(
                out,
                "type: Opaque\ndata:\n  k: Yg==\nstringData:\n  s: {}",
                scalar(random)
            );
        }
        "Service" => {
            let _ = writeln!(
                out,
                "spec:\n  selector:\n    app: web\n  ports:\n  - port: 80\n    targetPort: {}\n  - port: 80\n    protocol: UDP\n    name: {}",
                scalar_flow(random),
                scalar_flow(random)
            );
        }
        "RoleBinding" => {
            let _ = writeln!(
                out,
                "roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: {}\n  name: {}\nsubjects:\n- kind: ServiceAccount\n  name: {}\n  namespace: {}\n- kind: ServiceAccount\n  name: default",
                random.pick(&["ClusterRole", "Role"]),
                random.pick(&NAMES),
                random.pick(&NAMES),
                random.pick(&["default", "team", "other"])
            );
        }
        "Ingress" => {
            let _ = writeln!(
                out,
                "spec:\n  rules:\n  - host: {}\n    http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend:\n          service:\n            name: {}\n            port:\n              number: 80\n  tls:\n  - secretName: {}",
                scalar(random),
                random.pick(&NAMES),
                random.pick(&NAMES)
            );
        }
        "Custom" => {
            let _ = writeln!(
                out,
                "spec:\n  value: {}\n  list:\n  - name: a\n    x: {}\n  - name: b\n  - {}\n  map: {{k: {}, n: null}}\n  empty: {{}}\n  none: []\n  deep:\n    containers:\n    - image: nginx:1.0\n  ref:\n    name: {}",
                scalar(random),
                scalar(random),
                scalar(random),
                scalar_flow(random),
                random.pick(&NAMES)
            );
            if random.chance(20) {
                let _ = writeln!(
                    out,
                    "anchors:\n  first: &x {{a: 1, b: [c]}}\n  second: *x\n  third:\n    <<: *x\n    a: 2"
                );
            }
        }
        "ClusterRole" => {
            let _ = writeln!(
                out,
                "rules:\n- apiGroups: [\"\"]\n  resources: [pods]\n  verbs: [get]\n  resourceNames: [{}]",
                random.pick(&NAMES)
            );
        }
        _ => {}
    }
}

/// A document for a patch: fields that resources of this kind have, and others.
fn merge_patch(random: &mut Random, kind: &str, name: &str, out: &mut String) {
    let _ = writeln!(
        out,
        "apiVersion: {}\nkind: {kind}\nmetadata:\n  name: {name}",
        api_version(kind)
    );
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
            "$patch: {}",
            random.pick(&["delete", "replace", "merge"])
        );
    }
    if random.chance(8) {
        let _ = writeln!(out, "  finalizers: [{}, z]", random.pick(&["a", "b", "c"]));
    }
    match kind {
        "Deployment" | "StatefulSet" => {
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
            let _ = writeln!(out, "  template:\n    spec:");
            if random.chance(80) {
                pod(random, "      ", out);
            } else {
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
            let _ = writeln!(
                out,
                "spec:\n  ports:\n  - port: {}\n    name: {}\n    protocol: {}",
                random.pick(&["80", "81"]),
                scalar_flow(random),
                random.pick(&["TCP", "UDP"])
            );
        }
        _ => {
            let _ = writeln!(out, "extra:\n  x: {}", scalar(random));
        }
    }
}

fn json_patch(random: &mut Random, kind: &str, out: &mut String) {
    let risky = random.risky();
    for _ in 0..=random.below(3) {
        let path = match kind {
            _ if risky => random.pick(&[
                "/metadata/name",
                "/spec/missing/deep",
                "/spec/list/9",
                "/metadata/labels/app",
                "/spec/list/-1",
            ]),
            "Deployment" | "StatefulSet" => random.pick(&[
                "/spec/replicas",
                "/spec/template/spec/containers/0/image",
                "/spec/template/spec/containers/-",
                "/spec/template/spec/containers/-1/image",
                "/metadata/annotations/note",
                "/spec/paused",
            ]),
            "ConfigMap" => random.pick(&[
                "/data/a",
                "/data/c.txt",
                "/data/new~1x",
                "/metadata/annotations/note",
                "/metadata/name",
            ]),
            "Custom" => random.pick(&[
                "/spec/list/0",
                "/spec/list/-",
                "/spec/list/-1",
                "/spec/map/k",
                "/spec/value",
                "/spec/empty/x",
                "/spec/none/0",
                "/spec/list/0/x",
            ]),
            "Service" => random.pick(&[
                "/spec/ports/0/name",
                "/spec/ports/-",
                "/spec/selector/app",
                "/spec/type",
            ]),
            _ => random.pick(&[
                "/metadata/annotations/note",
                "/metadata/annotations/a~1b",
                "/extra",
            ]),
        };
        let value = random.pick(&[
            "abc",
            "\"1\"",
            "5",
            "{x: on, y: 0777}",
            "[a, 1]",
            "null",
            "1.5",
            "2020-01-01",
            "12345678901234567890",
            "\"a: b\"",
            "''",
            "\"multi\\nline\"",
        ]);
        match random.below(10) {
            0..=3 => {
                let _ = writeln!(out, "- op: replace\n  path: {path}\n  value: {value}");
            }
            7 if risky => {
                let _ = writeln!(out, "- op: remove\n  path: {path}");
            }
            8 if risky => {
                let _ = writeln!(out, "- op: test\n  path: {path}\n  value: {value}");
            }
            9 if kind == "Custom" => {
                let _ = writeln!(
                    out,
                    "- {{op: {}, from: {path}, path: /spec/moved}}",
                    random.pick(&["move", "copy"])
                );
            }
            _ => {
                let _ = writeln!(out, "- op: add\n  path: {path}\n  value: {value}");
            }
        }
    }
}

fn indented(text: &str, indent: &str) -> String {
    text.lines().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "{indent}{line}");
        out
    })
}

fn kustomization(
    random: &mut Random,
    files: &mut Files,
    dir: &str,
    below: &[String],
    others: &[(&'static str, String)],
    number: usize,
) {
    let mut k = String::new();
    let mut documents = String::new();
    for at in 0..random.below(5) + usize::from(below.is_empty()) {
        let kind = random.pick(&KINDS);
        let name = random.pick(&NAMES).to_owned();
        let known = (kind, name.clone());
        if (random.world.contains(&known) || others.contains(&known)) && !random.risky() {
            continue;
        }
        if at > 0 && !documents.is_empty() {
            documents.push_str(random.pick(&["---\n", "--- # next\n", "---\n# comment\n---\n"]));
        }
        resource(random, kind, &name, &mut documents);
        random.world.push(known);
    }
    if documents.is_empty() && below.is_empty() {
        documents.push_str("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: lone\n");
        let _ = writeln!(documents, "  labels: {{at: \"{number}\"}}");
        let _ = writeln!(k, "namespace: ns{number}");
    }
    let _ = writeln!(k, "resources:");
    for path in below {
        let _ = writeln!(k, "- {path}");
    }
    if !documents.is_empty() {
        let _ = writeln!(k, "- resources.yaml");
        files.insert(format!("{dir}/resources.yaml"), documents);
    }
    if random.chance(25) {
        let component = format!("comp{number}");
        let mut inner =
            String::from("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n");
        transforms(random, files, &component, &mut inner);
        inner.push_str("commonAnnotations: {from: component}\n");
        files.insert(
            format!("{component}/kustomization.yaml"),
            single_keys(&inner),
        );
        let _ = writeln!(k, "components: [../{component}]");
    }
    transforms(random, files, dir, &mut k);
    if dir == "top" {
        if random.chance(20) {
            let _ = writeln!(k, "sortOptions: {}", random.pick(&["{order: fifo}", "{order: legacy}", "{order: legacy, legacySortOptions: {orderFirst: [Custom, Service], orderLast: [ConfigMap]}}"]));
        }
        if random.chance(10) {
            let _ = writeln!(
                k,
                "buildMetadata: [{}]",
                random.pick(&[
                    "originAnnotations",
                    "transformerAnnotations",
                    "originAnnotations, transformerAnnotations"
                ])
            );
        }
    }
    files.insert(format!("{dir}/kustomization.yaml"), single_keys(&k));
}

/// Keeps the first of repeated blocks of the same key.
fn single_keys(text: &str) -> String {
    let mut seen = std::collections::BTreeSet::new();
    let mut keep = true;
    let mut out = String::new();
    for line in text.lines() {
        if !line.starts_with([' ', '-', '#'])
            && let Some((key, _)) = line.split_once(':')
        {
            keep = seen.insert(key.to_owned());
        }
        if keep {
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

fn transforms(random: &mut Random, files: &mut Files, dir: &str, k: &mut String) {
    if random.chance(20) {
        let _ = writeln!(k, "namespace: {}", random.pick(&["team", "prod", "\"1\""]));
    }
    if random.chance(25) {
        let _ = writeln!(k, "namePrefix: {}", random.pick(&["a-", "b-", "\"0\""]));
    }
    if random.chance(15) {
        let _ = writeln!(k, "nameSuffix: {}", random.pick(&["-x", "\"-1\""]));
    }
    if random.chance(20) {
        let _ = writeln!(
            k,
            "commonLabels:\n  app: {}\n  team: \"1\"",
            random.pick(&["web", "common"])
        );
    }
    if random.chance(25) {
        let _ = writeln!(
            k,
            "labels:\n- pairs: {{tier: {}, app: labelled}}\n  includeSelectors: {}\n  includeTemplates: {}",
            random.pick(&["front", "\"on\"", "\"1\""]),
            random.chance(40),
            random.chance(40)
        );
        if random.chance(30) {
            let _ = writeln!(
                k,
                "  fields:\n  - path: spec/extra/labels\n    create: {}\n    kind: {}",
                random.chance(50),
                random.pick(&KINDS)
            );
        }
    }
    if random.chance(15) {
        let _ = writeln!(
            k,
            "commonAnnotations:\n  note: common\n  num: \"{}\"",
            random.pick(&["1", "true", "x y", "a: b"])
        );
    }
    if random.chance(20) {
        let _ = writeln!(
            k,
            "images:\n- name: {}\n  {}",
            random.pick(&["nginx", "busybox", "reg.io:5000/a/nginx", "n.*"]),
            random.pick(&[
                "newTag: \"9\"",
                "newName: other/img",
                "digest: sha256:fff",
                "newName: q\n  newTag: v1",
                "tagSuffix: -x",
                "newTag: v2\n  digest: sha256:eee"
            ])
        );
        if random.chance(20) {
            let _ = writeln!(k, "- name: q\n  newName: \"80\"");
        }
    }
    if random.chance(10)
        && let Some((_, name)) = random.known(&["Deployment", "StatefulSet"])
    {
        let _ = writeln!(k, "replicas:\n- name: {name}\n  count: {}", random.below(9));
    }
    if random.chance(25) {
        generator(random, files, dir, k);
    }
    if random.chance(12) {
        let _ = writeln!(
            k,
            "secretGenerator:\n- name: secret-{dir}\n  type: {}\n  literals:\n  - password={}",
            random.pick(&["Opaque", "kubernetes.io/tls"]),
            "x".repeat(random.below(120))
        );
    }
    if random.chance(10) {
        let _ = writeln!(
            k,
            "generatorOptions:\n  disableNameSuffixHash: {}\n  labels: {{all: gen}}",
            random.chance(50)
        );
    }
    if random.chance(45) {
        let _ = writeln!(k, "patches:");
        for at in 0..=random.below(2) {
            patch(random, files, dir, k, at);
        }
        if k.ends_with("patches:\n") {
            k.truncate(k.len() - "patches:\n".len());
        }
    }
    if random.chance(12)
        && let Some((kind, name)) = random.known(&[])
    {
        let mut text = String::new();
        merge_patch(random, kind, &name, &mut text);
        let _ = writeln!(
            k,
            "patchesStrategicMerge:\n- |-\n{}",
            indented(&text, "  ").trim_end()
        );
    }
    if random.chance(10)
        && let Some((kind, name)) = random.known(&["Deployment", "ConfigMap", "Custom", "Service"])
    {
        let mut text = String::new();
        json_patch(random, kind, &mut text);
        let _ = writeln!(
            k,
            "patchesJson6902:\n- target: {{version: v1, kind: {kind}, name: {name}}}\n  patch: |-\n{}",
            indented(&text, "    ").trim_end()
        );
    }
    if random.chance(30) {
        replacement(random, k);
    }
    if random.chance(12)
        && let Some((kind, name)) = random.known(&["Deployment", "ConfigMap", "Service", "Custom"])
    {
        let field = match kind {
            "Deployment" => {
                random.pick(&["metadata.name", "spec.template.spec.containers[0].name"])
            }
            "ConfigMap" => random.pick(&["metadata.name", "data.a"]),
            "Service" => random.pick(&["metadata.name", "spec.ports[0].port"]),
            _ => random.pick(&["spec.value", "spec.list[0].x", "spec.map"]),
        };
        let _ = writeln!(
            k,
            "vars:\n- name: VAR_{}\n  objref: {{apiVersion: {}, kind: {kind}, name: {name}}}\n  fieldref: {{fieldPath: \"{field}\"}}",
            if dir == "top" { "A" } else { dir },
            api_version(kind)
        );
    }
    if random.chance(12) {
        files.insert(format!("{dir}/config.yaml"), random.pick(&[
            "nameReference:\n- kind: ConfigMap\n  version: v1\n  fieldSpecs:\n  - kind: Custom\n    path: spec/ref/name\n",
            "commonLabels:\n- path: spec/map\n  create: true\n  kind: Custom\n",
            "varReference:\n- kind: ConfigMap\n  path: data\n- kind: Custom\n  path: spec/value\n",
            "namePrefix:\n- path: spec/value\n  kind: Custom\n",
            "namespace:\n- path: spec/map/ns\n  kind: Custom\n  create: true\n",
            "images:\n- path: spec/value\n  kind: Custom\n",
            "replicas:\n- path: spec/count\n  kind: Custom\n  create: true\n",
            "labels:\n- path: spec/extra\n  create: true\n",
        ]).to_owned());
        let _ = writeln!(k, "configurations: [config.yaml]");
    }
    if random.chance(12) {
        let plugin = random.pick(&[
            "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: plug-\nfieldSpecs: [{path: metadata/name}]\n",
            "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: p}\nlabels: {plug: in}\nfieldSpecs: [{path: metadata/labels, create: true}, {path: spec/template/metadata/labels, create: true}]\n",
            "apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: p, namespace: plugged}\nsetRoleBindingSubjects: allServiceAccounts\nunsetOnly: true\n",
            "apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: p}\nannotations: {plug: \"1\"}\nfieldSpecs: [{path: metadata/annotations, create: true}]\n",
            "apiVersion: builtin\nkind: ValueAddTransformer\nmetadata: {name: p}\nvalue: v\ntargets: [{fieldPath: metadata/labels/added}]\n",
            "apiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: p}\nimageTag: {name: nginx, newTag: plug}\n",
            "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npatch: '[{\"op\": \"add\", \"path\": \"/metadata/annotations/z\", \"value\": \"1\"}]'\ntarget: {kind: ConfigMap}\n",
        ]);
        files.insert(format!("{dir}/plugin.yaml"), plugin.to_owned());
        let _ = writeln!(k, "transformers: [plugin.yaml]");
    }
}

fn generator(random: &mut Random, files: &mut Files, dir: &str, k: &mut String) {
    let existing = random.known(&["ConfigMap"]).filter(|_| random.chance(40));
    let (name, behavior) = match existing {
        Some((_, name)) => (name, random.pick(&["merge", "replace"])),
        None => (format!("generated-{dir}"), random.pick(&["create", ""])),
    };
    let _ = writeln!(
        k,
        "configMapGenerator:\n- name: {name}\n  literals: [\"k={}\", 'q=\"quoted\"', \"e=\"]",
        random.pick(&["v", "1", "a b", "multi\\nline"])
    );
    if !behavior.is_empty() {
        let _ = writeln!(k, "  behavior: {behavior}");
    } else {
        random.world.push(("ConfigMap", name));
    }
    if random.chance(40) {
        let _ = writeln!(k, "  files: [f.txt, other=f.txt]\n  envs: [e.env]");
        files.insert(
            format!("{dir}/f.txt"),
            random
                .pick(&[
                    "text\n",
                    "no newline",
                    "tab\there\n",
                    "trailing \n",
                    "\u{1F600}\n",
                    "",
                ])
                .to_owned(),
        );
        files.insert(
            format!("{dir}/e.env"),
            "# c\nX=1\n\n  Y = 2\nZ\n".to_owned(),
        );
    }
    if random.chance(30) {
        let _ = writeln!(
            k,
            "  options:\n    disableNameSuffixHash: {}\n    labels: {{gen: \"yes\"}}\n    annotations: {{gen: \"1\"}}\n    immutable: {}",
            random.chance(50),
            random.chance(50)
        );
    }
    if random.chance(10) {
        let _ = writeln!(k, "  namespace: team");
    }
}

fn patch(random: &mut Random, files: &mut Files, dir: &str, k: &mut String, at: usize) {
    let is_json = random.chance(35);
    let kinds: &[&str] = if is_json {
        &["Deployment", "ConfigMap", "Custom", "Service"]
    } else {
        &[]
    };
    let Some((kind, name)) = random.known(kinds) else {
        return;
    };
    let mut text = String::new();
    if is_json {
        json_patch(random, kind, &mut text);
    } else {
        merge_patch(random, kind, &name, &mut text);
    }
    if random.chance(50) {
        let file = format!("patch{at}.yaml");
        let _ = writeln!(k, "- path: {file}");
        files.insert(format!("{dir}/{file}"), text);
    } else {
        let _ = writeln!(k, "- patch: |\n{}", indented(&text, "    ").trim_end());
    }
    if random.risky() {
        let target = random.pick(&[
            "kind: Deploy.*",
            "name: app",
            "labelSelector: app=web",
            "group: apps",
            "annotationSelector: note",
            "namespace: default",
            "version: v1",
        ]);
        let _ = writeln!(k, "  target:\n    {target}");
    } else if is_json || random.chance(40) {
        let more = random.pick(&[
            "",
            "    name: .*\n",
            "    namespace: default\n",
            "    version: v1\n",
            "    labelSelector: app!=zzz\n",
        ]);
        let _ = write!(k, "  target:\n    kind: {kind}\n{more}");
    }
    if !is_json && random.chance(15) {
        let _ = writeln!(
            k,
            "  options:\n    {}: true",
            random.pick(&["allowNameChange", "allowKindChange"])
        );
    }
}

fn replacement(random: &mut Random, k: &mut String) {
    let kinds = ["Deployment", "ConfigMap", "Custom", "Service"];
    let (Some((kind, name)), Some((to_kind, to_name))) =
        (random.known(&kinds), random.known(&kinds))
    else {
        return;
    };
    let field = match kind {
        "Deployment" => random.pick(&[
            "metadata.name",
            "spec.template.spec.containers.0.name",
            "spec.template.spec.containers.[name=main0].name",
        ]),
        "ConfigMap" => random.pick(&["metadata.name", "data.a", "data.b", "data"]),
        "Service" => random.pick(&[
            "spec.ports.0.port",
            "spec.ports.[port=80].targetPort",
            "spec.selector",
        ]),
        _ => random.pick(&["spec.value", "spec.map", "spec.list.0.x", "spec.list"]),
    };
    let path = match to_kind {
        _ if random.risky() => random.pick(&[
            "metadata.labels.app",
            "spec.missing",
            "spec.list.[name=zz].x",
        ]),
        "Deployment" => random.pick(&[
            "spec.template.spec.containers.*.image",
            "spec.replicas",
            "spec.template.spec.containers.0.name",
            "spec.template.spec.containers.[name=main].image",
        ]),
        "ConfigMap" => random.pick(&[
            "data.a",
            "data.b",
            "metadata.annotations.example\\.com/y",
            "metadata.labels.app",
        ]),
        "Service" => random.pick(&[
            "spec.ports.0.port",
            "spec.selector.app",
            "spec.ports.*.name",
        ]),
        _ => random.pick(&[
            "spec.value",
            "spec.map.k",
            "spec.list.0.x",
            "spec.list.[name=a].x",
            "spec.new.deep",
            "spec.list.3",
        ]),
    };
    let options = if random.chance(20) {
        ", options: {delimiter: \":\", index: 0}"
    } else {
        ""
    };
    let _ = writeln!(
        k,
        "replacements:\n- source: {{kind: {kind}, name: {name}, fieldPath: \"{field}\"{options}}}\n  targets:\n  - select: {{kind: {to_kind}, name: {to_name}}}\n    fieldPaths: ['{path}']"
    );
    if random.chance(75) {
        let _ = writeln!(
            k,
            "    options: {}",
            random.pick(&[
                "{create: true}",
                "{create: true}",
                "{create: true}",
                "{delimiter: \"-\", index: 0}",
                "{delimiter: \":\", index: 5}",
                "{delimiter: \":\", index: -1}"
            ])
        );
    }
    if random.chance(10) {
        let _ = writeln!(k, "    reject: [{{name: {}}}]", random.pick(&NAMES));
    }
}
