//! `configMapGenerator`, `secretGenerator` and their options.

use std::fmt::Write as _;

use super::Files;
use super::random::Random;

/// The generators of a kustomization.
pub(super) fn write(random: &mut Random, files: &mut Files, dir: &str, k: &mut String) {
    if random.chance(25) {
        k.push_str("configMapGenerator:\n");
        for at in 0..=random.below(2) {
            config_map(random, files, dir, k, at);
        }
    }
    if random.chance(14) {
        secret(random, files, dir, k);
    }
    if random.chance(12) {
        let _ = writeln!(
            k,
            "generatorOptions:\n  disableNameSuffixHash: {}\n  labels: {{all: gen}}",
            random.chance(50)
        );
        if random.chance(30) {
            let _ = writeln!(
                k,
                "  annotations: {{all: \"1\"}}\n  immutable: {}",
                random.chance(50)
            );
        }
    }
}

fn config_map(random: &mut Random, files: &mut Files, dir: &str, k: &mut String, at: usize) {
    let existing = random.known(&["ConfigMap"]).filter(|_| random.chance(20));
    let (name, behavior) = match existing {
        Some((_, name)) => (name, random.pick(&["merge", "replace"])),
        None => (format!("generated{at}-{dir}"), random.pick(&["create", ""])),
    };
    let _ = writeln!(
        k,
        "- name: {name}\n  literals: [\"k={}\", 'q=\"quoted\"', \"e=\"]",
        random.pick(&["v", "1", "a b", "multi\\nline", "on", "'x'", "a=b"])
    );
    if !behavior.is_empty() {
        let _ = writeln!(k, "  behavior: {behavior}");
    } else {
        random.world.push(("ConfigMap", name));
    }
    if random.chance(40) {
        let _ = writeln!(k, "  files: [f.txt, other=f.txt]\n  envs: [e.env]");
        sources(random, files, dir);
    }
    options(random, k);
}

fn secret(random: &mut Random, files: &mut Files, dir: &str, k: &mut String) {
    let existing = random.known(&["Secret"]).filter(|_| random.chance(15));
    let (name, behavior) = match existing {
        Some((_, name)) => (name, random.pick(&["merge", "replace"])),
        None => (format!("secret-{dir}"), ""),
    };
    let _ = writeln!(
        k,
        "secretGenerator:\n- name: {name}\n  type: {}\n  literals:\n  - password={}",
        random.pick(&["Opaque", "kubernetes.io/tls", "\"\""]),
        "x".repeat(random.below(120))
    );
    if behavior.is_empty() {
        random.world.push(("Secret", name));
    } else {
        let _ = writeln!(k, "  behavior: {behavior}");
    }
    if random.chance(30) {
        let _ = writeln!(k, "  files: [tls=f.txt]\n  env: e.env");
        sources(random, files, dir);
    }
    options(random, k);
}

fn sources(random: &mut Random, files: &mut Files, dir: &str) {
    let text = random.pick(&[
        "text\n",
        "no newline",
        "tab\there\n",
        "trailing \n",
        "\u{1F600}\n",
        "",
        "\u{FEFF}mark\n",
        "carriage\r\nreturn\r\n",
        "nul\0byte",
        "a line that is longer than seventy characters so that base64 has to be wrapped twice\n",
    ]);
    files.insert(format!("{dir}/f.txt"), text.to_owned());
    let text = random.pick(&[
        "# c\nX=1\n\n  Y = 2\nZ\n",
        "A=\"quoted\"\nB='single'\n",
        "\u{FEFF}BOM=1\n",
        "EMPTY=\nEQ=a=b\n",
    ]);
    files.insert(format!("{dir}/e.env"), text.to_owned());
}

fn options(random: &mut Random, k: &mut String) {
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
