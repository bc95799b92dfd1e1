//! Replacements.

use std::fmt::Write as _;

use super::Files;
use super::random::Random;

/// `replacements`, in place or in a file.
pub(super) fn write(random: &mut Random, files: &mut Files, dir: &str, k: &mut String) {
    let mut entries = String::new();
    for _ in 0..=random.below(2) {
        entry(random, &mut entries);
    }
    if entries.is_empty() {
        return;
    }
    if random.chance(15) {
        files.insert(format!("{dir}/replacement.yaml"), entries);
        k.push_str("replacements:\n- path: replacement.yaml\n");
    } else {
        let _ = write!(k, "replacements:\n{entries}");
    }
}

fn entry(random: &mut Random, k: &mut String) {
    let kinds = ["Deployment", "ConfigMap", "Custom", "Service"];
    let (Some((kind, name)), Some((to_kind, to_name))) =
        (random.known(&kinds), random.known(&kinds))
    else {
        return;
    };
    let field = match kind {
        _ if random.risky() => random.pick(&[
            "spec.template.spec.containers.[name=main0].name",
            "spec.ports.[port=80].targetPort",
            "data.b",
        ]),
        "Deployment" => random.pick(&["metadata.name", "spec.template.spec.containers.0.name"]),
        "ConfigMap" => random.pick(&["metadata.name", "metadata.labels", "data"]),
        "Service" => random.pick(&["spec.ports.0.port", "spec.selector"]),
        _ => random.pick(&["spec.value", "spec.map", "spec.list.0.x", "spec.list"]),
    };
    let path = field_of(random, to_kind);
    let options = if random.chance(20) {
        random.pick(&[
            ", options: {delimiter: \":\", index: 0}",
            ", options: {delimiter: \"-\", index: 0}",
            ", options: {delimiter: \"/\"}",
        ])
    } else {
        ""
    };
    let _ = writeln!(
        k,
        "- source: {{kind: {kind}, name: {name}, fieldPath: \"{field}\"{options}}}\n  targets:\n  - select: {{kind: {to_kind}, name: {to_name}}}\n    fieldPaths: ['{path}']"
    );
    let end = k.len() - 2;
    if random.chance(20) {
        let second = field_of(random, to_kind);
        k.insert_str(end, &format!(", '{second}'"));
    }
    if random.chance(92) {
        let _ = writeln!(
            k,
            "    options: {}",
            random.pick(&[
                "{create: true}",
                "{create: true}",
                "{create: true}",
                "{create: true}",
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
        let _ = writeln!(
            k,
            "    reject: [{}]",
            random.pick(&[
                "{name: web}",
                "{kind: ConfigMap}",
                "{namespace: team}",
                "{}"
            ])
        );
    }
    if random.chance(25)
        && let Some((kind, _)) = random.known(&kinds)
    {
        let path = field_of(random, kind);
        let more = random.pick(&["", ", namespace: team", ", version: v1", ", name: app"]);
        let _ = writeln!(
            k,
            "  - select: {{kind: {kind}{more}}}\n    fieldPaths: ['{path}']\n    options: {{create: {}}}",
            random.chance(80)
        );
    }
}

/// A field that a resource of a kind may have.
fn field_of(random: &mut Random, kind: &str) -> &'static str {
    match kind {
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
            "spec.template.spec.containers.[name=main0].env.[name=A].value",
            "spec.template.metadata.annotations.made",
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
    }
}
