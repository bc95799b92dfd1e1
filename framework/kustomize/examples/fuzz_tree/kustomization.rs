//! Kustomizations and components.

use std::fmt::Write as _;

use super::random::Random;
use super::values::{KINDS, NAMES, api_version, indented};
use super::{Files, generators, json_patches, merge_patches, plugins, replacements, resources};

/// A folder with a kustomization, its resources and maybe a component.
pub(super) fn write(
    random: &mut Random,
    files: &mut Files,
    dir: &str,
    below: &[String],
    others: &[(&'static str, String)],
    number: usize,
) {
    let mut k = String::new();
    let mut documents = String::new();
    let least = usize::from(below.is_empty());
    for at in 0..random.below(5) + least {
        let kind = random.pick(&KINDS);
        let name = random.pick(&NAMES).to_owned();
        let known = (kind, name.clone());
        if (random.world.contains(&known) || others.contains(&known)) && !random.risky() {
            continue;
        }
        if at > 0 && !documents.is_empty() {
            documents.push_str(random.pick(&["---\n", "--- # next\n", "---\n# comment\n---\n"]));
        }
        if random.chance(3) {
            let mut item = String::new();
            resources::write(random, kind, &name, &mut item);
            let item = item.replacen("apiVersion", "- apiVersion", 1);
            let item: String = item
                .lines()
                .map(|line| match line.strip_prefix("- ") {
                    Some(_) => format!("{line}\n"),
                    None => format!("  {line}\n"),
                })
                .collect();
            let _ = write!(documents, "apiVersion: v1\nkind: List\nitems:\n{item}");
        } else {
            resources::write(random, kind, &name, &mut documents);
        }
        random.world.push(known);
    }
    if random.chance(6) {
        // The same name in every layer, told apart by its namespace.
        if !documents.is_empty() {
            documents.push_str("---\n");
        }
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
        component(random, files, &format!("comp{number}"), 0);
        let _ = writeln!(k, "components: [../comp{number}]");
    }
    transforms(random, files, dir, &mut k);
    if dir == "top" {
        if random.chance(20) {
            let _ = writeln!(k, "sortOptions: {}", random.pick(&["{order: fifo}", "{order: legacy}", "{order: legacy, legacySortOptions: {orderFirst: [Custom, Service], orderLast: [ConfigMap]}}"]));
        }
        if random.chance(12) {
            let _ = writeln!(
                k,
                "buildMetadata: [{}]",
                random.pick(&[
                    "originAnnotations",
                    "transformerAnnotations",
                    "managedByLabel",
                    "originAnnotations, transformerAnnotations",
                    "managedByLabel, originAnnotations"
                ])
            );
        }
    }
    files.insert(format!("{dir}/kustomization.yaml"), single_keys(&k));
}

/// A component, now and then with another one inside and resources of its own.
fn component(random: &mut Random, files: &mut Files, name: &str, depth: usize) {
    let mut k = String::from("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n");
    if random.chance(20) {
        let own = format!("{name}-own");
        let mut text = String::new();
        resources::write(random, "ConfigMap", &own, &mut text);
        files.insert(format!("{name}/own.yaml"), text);
        k.push_str("resources: [own.yaml]\n");
        random.world.push(("ConfigMap", own));
    }
    if depth == 0 && random.chance(20) {
        let inner = format!("{name}-inner");
        component(random, files, &inner, 1);
        let _ = writeln!(k, "components: [../{inner}]");
    }
    transforms(random, files, name, &mut k);
    k.push_str("commonAnnotations: {from: component}\n");
    files.insert(format!("{name}/kustomization.yaml"), single_keys(&k));
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
    names_and_labels(random, k);
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
    generators::write(random, files, dir, k);
    if random.chance(45) {
        let _ = writeln!(k, "patches:");
        for at in 0..=random.below(2) {
            patch(random, files, dir, k, at);
        }
        if k.ends_with("patches:\n") {
            k.truncate(k.len() - "patches:\n".len());
        }
    }
    deprecated_patches(random, k);
    if random.chance(18) {
        replacements::write(random, files, dir, k);
    }
    if random.chance(15) {
        variables(random, dir, k);
    }
    plugins::write(random, files, dir, k);
}

fn names_and_labels(random: &mut Random, k: &mut String) {
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
        if random.chance(20) {
            let _ = writeln!(k, "- pairs: {{second: \"2\"}}");
        }
    }
    if random.chance(15) {
        let _ = writeln!(
            k,
            "commonAnnotations:\n  note: common\n  num: \"{}\"",
            random.pick(&["1", "true", "x y", "a: b"])
        );
    }
}

fn deprecated_patches(random: &mut Random, k: &mut String) {
    if random.chance(12)
        && let Some((kind, name)) = random.known(&[])
    {
        let mut text = String::new();
        merge_patches::write(random, kind, &name, &mut text);
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
        json_patches::write(random, kind, &mut text);
        let _ = writeln!(
            k,
            "patchesJson6902:\n- target: {{version: v1, kind: {kind}, name: {name}}}\n  patch: |-\n{}",
            indented(&text, "    ").trim_end()
        );
    }
}

fn variables(random: &mut Random, dir: &str, k: &mut String) {
    let Some((kind, name)) = random.known(&["Deployment", "ConfigMap", "Service", "Custom"]) else {
        return;
    };
    let field = match kind {
        "Deployment" => random.pick(&["metadata.name", "spec.template.spec.containers[0].name"]),
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
    if dir != "top" && random.chance(30) {
        let _ = writeln!(
            k,
            "- name: VAR_A\n  objref: {{apiVersion: {}, kind: {kind}, name: {name}}}",
            api_version(kind)
        );
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
        json_patches::write(random, kind, &mut text);
    } else {
        merge_patches::write(random, kind, &name, &mut text);
        if random.chance(5)
            && let Some((kind, name)) = random.known(&[])
        {
            text.push_str("---\n");
            merge_patches::write(random, kind, &name, &mut text);
        }
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
            "    labelSelector: \"app in (web, b), !gone\"\n",
            "    name: app|web\n",
            "    annotationSelector: note!=x\n",
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
