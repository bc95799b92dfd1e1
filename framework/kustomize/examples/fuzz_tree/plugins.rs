//! Configuration files: of transformers, of plugins, schemas of custom kinds.

use std::fmt::Write as _;

use super::Files;
use super::random::Random;

const CONFIGURATIONS: [&str; 17] = [
    "nameReference:\n- kind: ConfigMap\n  version: v1\n  fieldSpecs:\n  - kind: Custom\n    path: spec/ref/name\n",
    "commonLabels:\n- path: spec/map\n  create: true\n  kind: Custom\n",
    "varReference:\n- kind: ConfigMap\n  path: data\n- kind: Custom\n  path: spec/value\n",
    "namePrefix:\n- path: spec/value\n  kind: Custom\n",
    "namespace:\n- path: spec/map/ns\n  kind: Custom\n  create: true\n",
    "images:\n- path: spec/value\n  kind: Custom\n",
    "replicas:\n- path: spec/count\n  kind: Custom\n  create: true\n",
    "labels:\n- path: spec/extra\n  create: true\n",
    "namePrefix:\n- path: metadata/name\n  kind: ConfigMap\n",
    "nameSuffix:\n- path: metadata/name\n  group: apps\n- path: spec/ref/name\n",
    "commonLabels:\n- path: metadata/labels\n  create: true\n  kind: Deployment\n",
    "commonAnnotations:\n- path: metadata/annotations\n  create: true\n  kind: Service\n- path: spec/notes\n  create: true\n",
    "nameReference:\n- kind: Custom\n  group: example.com\n  fieldSpecs:\n  - kind: ConfigMap\n    path: data/a\n  - path: spec/list/name\n    kind: Custom\n",
    "varReference:\n- path: spec/list/x\n- path: metadata/annotations\n- path: data\n  kind: ConfigMap\n",
    "namespace:\n- path: metadata/namespace\n  kind: Custom\n  create: true\n",
    "namespace:\n- path: metadata/namespace\n  create: false\n",
    "images:\n- path: spec/deep/containers[]/image\n- path: spec/list/x\n  kind: Custom\n",
];

const TRANSFORMERS: [&str; 22] = [
    "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: plug-\nfieldSpecs: [{path: metadata/name}]\n",
    "apiVersion: builtin\nkind: SuffixTransformer\nmetadata: {name: p}\nsuffix: -plug\nfieldSpecs: [{path: metadata/name, kind: ConfigMap}]\n",
    "apiVersion: builtin\nkind: PrefixSuffixTransformer\nmetadata: {name: p}\nprefix: b-\nsuffix: -e\nfieldSpecs: [{path: metadata/name}]\n",
    "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: p}\nlabels: {plug: in}\nfieldSpecs: [{path: metadata/labels, create: true}, {path: spec/template/metadata/labels, create: true}]\n",
    "apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: p, namespace: plugged}\nsetRoleBindingSubjects: allServiceAccounts\nunsetOnly: true\n",
    "apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: p, namespace: plugged}\nsetRoleBindingSubjects: none\nfieldSpecs: [{path: metadata/name, kind: Namespace}, {path: metadata/namespace, create: true}]\n",
    "apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: p, namespace: plugged}\nsetRoleBindingSubjects: defaultOnly\n",
    "apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: p}\nannotations: {plug: \"1\"}\nfieldSpecs: [{path: metadata/annotations, create: true}]\n",
    "apiVersion: builtin\nkind: ValueAddTransformer\nmetadata: {name: p}\nvalue: v\ntargets: [{fieldPath: metadata/labels/added}]\n",
    "apiVersion: builtin\nkind: ValueAddTransformer\nmetadata: {name: p}\nvalue: pre\ntargets: [{fieldPath: metadata/annotations/a, filePathPosition: 2, selector: {kind: ConfigMap}}]\n",
    "apiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: p}\nimageTag: {name: nginx, newTag: plug}\n",
    "apiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: p}\nimageTag: {name: nginx, newName: other, digest: sha256:1}\nfieldSpecs: [{path: spec/value, kind: Custom}]\n",
    "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npatch: '[{\"op\": \"add\", \"path\": \"/metadata/annotations/z\", \"value\": \"1\"}]'\ntarget: {kind: ConfigMap}\n",
    "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npatch: |-\n  apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: any}\n  spec: {template: {spec: {containers: [{name: sidecar, image: s}]}}}\ntarget: {kind: Deployment}\noptions: {allowNameChange: true}\n",
    "apiVersion: builtin\nkind: PatchStrategicMergeTransformer\nmetadata: {name: p}\npatches: |-\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: app}\n  data: {strategic: merge}\n",
    "apiVersion: builtin\nkind: PatchJson6902Transformer\nmetadata: {name: p}\ntarget: {version: v1, kind: ConfigMap, name: app}\njsonOp: '[{\"op\": \"add\", \"path\": \"/data/j\", \"value\": \"1\"}]'\n",
    "apiVersion: builtin\nkind: ReplicaCountTransformer\nmetadata: {name: p}\nreplica: {name: app, count: 7}\nfieldSpecs: [{path: spec/replicas, create: true, kind: Deployment}]\n",
    "apiVersion: builtin\nkind: ReplacementTransformer\nmetadata: {name: p}\nreplacements:\n- source: {kind: ConfigMap, fieldPath: data.a}\n  targets: [{select: {kind: Custom}, fieldPaths: [spec.value], options: {create: true}}]\n",
    "apiVersion: builtin\nkind: HashTransformer\nmetadata: {name: p}\n",
    "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: p}\nlabels: {num: \"1\"}\nfieldSpecs: [{path: spec/selector/matchLabels, create: true, group: apps}]\n",
    "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: p, namespace: n}\nlabels: {one: a}\nfieldSpecs: [{path: metadata/labels}]\n---\napiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: q}\nannotations: {two: b}\nfieldSpecs: [{path: metadata/annotations, create: true}]\n",
    "apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: p}\nannotations: {t: on, u: 'y', v: 1.50}\nfieldSpecs: [{path: spec/template/metadata/annotations, create: true, kind: Deployment}]\n",
];

const GENERATORS: [&str; 5] = [
    "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: plugged}\nliterals: [a=b]\n",
    "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: plugged, namespace: n}\nliterals: [\"a=1\"]\noptions: {disableNameSuffixHash: true, labels: {l: \"1\"}}\n",
    "apiVersion: builtin\nkind: SecretGenerator\nmetadata: {name: plugged}\ntype: Opaque\nliterals: [a=b]\n",
    "apiVersion: builtin\nkind: IAMPolicyGenerator\nmetadata: {name: i}\ncloud: gke\nkubernetesService: {name: sa}\nserviceAccount: {name: gsa, projectId: project}\n",
    "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: app}\nbehavior: merge\nliterals: [merged=yes]\n",
];

/// A schema that gives the lists of a custom kind a merge key.
const OPENAPI: &str = r#"{"definitions": {"com.example.v1.Custom": {
  "properties": {
    "metadata": {"type": "object"},
    "spec": {"type": "object", "properties": {
      "list": {"type": "array", "items": {"type": "object"},
        "x-kubernetes-patch-merge-key": "name", "x-kubernetes-patch-strategy": "merge"}}}},
  "x-kubernetes-group-version-kind": [{"group": "example.com", "kind": "Custom", "version": "v1"}]}}}
"#;

/// A definition with a reference to config maps.
const CRD: &str = r#"{"example.com/v1.Custom": {"Schema": {
  "properties": {"spec": {"$ref": "example.com/v1.CustomSpec"}}}},
"example.com/v1.CustomSpec": {"Schema": {"properties": {
  "ref": {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "ConfigMap",
    "$ref": "example.com/v1.CustomRef"}}}},
"example.com/v1.CustomRef": {"Schema": {"properties": {"name": {"type": "string"}}}}}
"#;

/// `configurations`, `generators`, `transformers`, `openapi` and `crds`.
pub(super) fn write(random: &mut Random, files: &mut Files, dir: &str, k: &mut String) {
    if random.chance(15) {
        let text = random.pick(&CONFIGURATIONS);
        files.insert(format!("{dir}/config.yaml"), text.to_owned());
        if random.chance(30) {
            let text = random.pick(&CONFIGURATIONS);
            files.insert(format!("{dir}/config2.yaml"), text.to_owned());
            k.push_str("configurations: [config.yaml, config2.yaml]\n");
        } else {
            k.push_str("configurations: [config.yaml]\n");
        }
    }
    if random.chance(14) {
        let plugin = random.pick(&TRANSFORMERS);
        if random.chance(25) && !plugin.contains("---") {
            let _ = writeln!(
                k,
                "transformers:\n- |-\n{}",
                super::values::indented(plugin, "  ").trim_end()
            );
        } else {
            files.insert(format!("{dir}/plugin.yaml"), plugin.to_owned());
            k.push_str("transformers: [plugin.yaml]\n");
        }
    }
    if random.chance(6) {
        let plugin = random.pick(&GENERATORS);
        files.insert(format!("{dir}/generator.yaml"), plugin.to_owned());
        k.push_str("generators: [generator.yaml]\n");
    }
    // Below the top, what was built before decides (see DEVIATIONS.md).
    if dir == "top" && random.chance(6) {
        files.insert(format!("{dir}/schema.json"), OPENAPI.to_owned());
        k.push_str("openapi: {path: schema.json}\n");
    }
    if random.chance(3) {
        files.insert(format!("{dir}/crd.json"), CRD.to_owned());
        k.push_str("crds: [crd.json]\n");
    }
}
