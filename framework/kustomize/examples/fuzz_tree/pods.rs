//! Pod templates, and patches of them: the lists that merge by keys.

use std::fmt::Write as _;

use super::random::Random;
use super::values::{NAMES, scalar, scalar_flow};

/// The fields of a pod, at an indentation.
pub(super) fn write(random: &mut Random, indent: &str, out: &mut String) {
    let i = indent;
    containers(random, i, "containers", 3, out);
    if random.chance(20) {
        containers(random, i, "initContainers", 2, out);
    }
    if random.chance(50) {
        volumes(random, i, out);
    }
    if random.chance(20) {
        let _ = writeln!(out, "{i}serviceAccountName: {}", random.pick(&NAMES));
    }
    if random.chance(15) {
        let _ = writeln!(out, "{i}imagePullSecrets:");
        for _ in 0..=random.below(2) {
            let _ = writeln!(out, "{i}- name: {}", random.pick(&NAMES));
        }
    }
    if random.chance(15) {
        let _ = writeln!(out, "{i}topologySpreadConstraints:");
        for _ in 0..=random.below(3) {
            let _ = writeln!(
                out,
                "{i}- topologyKey: {}\n{i}  whenUnsatisfiable: {}\n{i}  maxSkew: {}",
                random.pick(&["zone", "host"]),
                random.pick(&["DoNotSchedule", "ScheduleAnyway"]),
                random.below(3)
            );
        }
    }
    if random.chance(12) {
        let _ = writeln!(
            out,
            "{i}hostAliases:\n{i}- ip: {}\n{i}  hostnames: [a, {}]",
            random.pick(&["10.0.0.1", "\"10.0.0.2\""]),
            scalar_flow(random)
        );
    }
    if random.chance(12) {
        let _ = writeln!(
            out,
            "{i}tolerations:\n{i}- key: {}\n{i}  operator: Exists",
            random.pick(&["a", "b"])
        );
    }
    if random.chance(10) {
        let _ = writeln!(out, "{i}priorityClassName:");
    }
    if random.chance(6) {
        let _ = writeln!(
            out,
            "{i}$setElementOrder/containers:\n{i}- name: side\n{i}- name: main"
        );
    }
}

fn containers(random: &mut Random, i: &str, field: &str, most: usize, out: &mut String) {
    let _ = writeln!(out, "{i}{field}:");
    for at in 0..=random.below(most) {
        let name = random.pick(&["main", "side", "init", "x"]);
        let number = if random.chance(80) {
            at.to_string()
        } else {
            String::new()
        };
        let _ = writeln!(out, "{i}- name: {name}{number}");
        if random.chance(80) {
            let image = random.pick(&[
                "nginx",
                "nginx:1.0",
                "reg.io:5000/a/nginx:2@sha256:abc",
                "busybox@sha256:abc",
                "\"80\"",
                "'nginx:'",
                "docker.io/library/nginx",
                "q",
            ]);
            let _ = writeln!(out, "{i}  image: {image}");
        }
        if random.chance(50) {
            environment(random, i, out);
        }
        if random.chance(15) {
            let _ = writeln!(
                out,
                "{i}  envFrom:\n{i}  - configMapRef:\n{i}      name: {}\n{i}  - secretRef: {{name: {}}}",
                random.pick(&NAMES),
                random.pick(&NAMES)
            );
        }
        if random.chance(35) {
            ports(random, i, "containerPort", out);
        }
        if random.chance(30) {
            let _ = writeln!(
                out,
                "{i}  args: [{}, {}]\n{i}  command:\n{i}  - $(VAR_A)",
                scalar_flow(random),
                scalar_flow(random)
            );
        }
        if random.chance(25) {
            let _ = writeln!(out, "{i}  volumeMounts:");
            for _ in 0..=random.below(3) {
                let _ = writeln!(
                    out,
                    "{i}  - mountPath: {}\n{i}    name: {}",
                    random.pick(&["/a", "/b", "/c"]),
                    random.pick(&["v", "w"])
                );
            }
        }
        if random.chance(15) {
            let _ = writeln!(
                out,
                "{i}  resources: {{limits: {{cpu: {}, memory: {}}}, requests: {}}}",
                random.pick(&["1", "500m", "\"2\"", "0.5"]),
                random.pick(&["1Gi", "1e3", "null"]),
                random.pick(&["{}", "null", "{cpu: 1}"])
            );
        }
    }
    if random.risky() {
        let _ = writeln!(out, "{i}- {}", random.pick(&["null", "{}", "image: lost"]));
    }
}

fn environment(random: &mut Random, i: &str, out: &mut String) {
    let _ = writeln!(out, "{i}  env:");
    for key in ["A", "B", "A"] {
        if random.chance(60) {
            let _ = writeln!(out, "{i}  - name: {key}\n{i}    value: {}", scalar(random));
        }
    }
    if random.chance(15) {
        let _ = writeln!(
            out,
            "{i}  - name: {}\n{i}    $patch: {}",
            random.pick(&["A", "B"]),
            random.pick(&["delete", "replace"])
        );
    }
    let _ = writeln!(
        out,
        "{i}  - name: Z\n{i}    valueFrom: {{{}KeyRef: {{name: {}, key: k}}}}",
        random.pick(&["configMap", "secret"]),
        random.pick(&NAMES)
    );
}

/// A list with two merge keys, the second of which may be missing.
pub(super) fn ports(random: &mut Random, i: &str, key: &str, out: &mut String) {
    let _ = writeln!(out, "{i}  ports:");
    for _ in 0..=random.below(4) {
        if random.chance(3) {
            let _ = writeln!(out, "{i}  - {}", random.pick(&["null", "{}", ""]));
            continue;
        }
        let mut fields = Vec::new();
        if !random.chance(5) {
            let number = random.pick(&["80", "80", "81", "\"80\"", "443"]);
            fields.push(format!("{key}: {number}"));
        }
        if random.chance(55) {
            let protocol = random.pick(&["TCP", "TCP", "UDP", "UDP", "null", "\"TCP\""]);
            fields.push(format!("protocol: {protocol}"));
        }
        if random.chance(40) || fields.is_empty() {
            let name = random.pick(&["http", "\"on\"", "dns", "null"]);
            fields.push(format!("name: {name}"));
        }
        if random.chance(4) {
            fields.push(format!("$patch: {}", random.pick(&["delete", "replace"])));
        }
        let _ = writeln!(out, "{i}  - {}", fields.join(&format!("\n{i}    ")));
    }
}

fn volumes(random: &mut Random, i: &str, out: &mut String) {
    let _ = writeln!(out, "{i}volumes:");
    for name in ["v", "w", "v"] {
        if random.chance(40) {
            continue;
        }
        let _ = writeln!(out, "{i}- name: {name}");
        let source = random.pick(&["configMap", "secret", "emptyDir", "projected", "claim"]);
        let of = random.pick(&NAMES);
        let _ = match source {
            "configMap" => writeln!(out, "{i}  configMap:\n{i}    name: {of}"),
            "secret" => writeln!(out, "{i}  secret: {{secretName: {of}}}"),
            "projected" => writeln!(
                out,
                "{i}  projected:\n{i}    sources:\n{i}    - configMap: {{name: {of}}}\n{i}    - secret:\n{i}        name: {of}"
            ),
            "claim" => writeln!(out, "{i}  persistentVolumeClaim:\n{i}    claimName: {of}"),
            _ => writeln!(out, "{i}  emptyDir: {{}}"),
        };
    }
    if out.trim_end().ends_with("volumes:") {
        let _ = writeln!(out, "{i}- name: v");
    }
}
