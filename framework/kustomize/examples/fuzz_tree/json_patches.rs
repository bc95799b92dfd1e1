//! JSON patches.

use std::fmt::Write as _;

use super::random::Random;

/// A list of operations for a resource of a kind.
pub(super) fn write(random: &mut Random, kind: &str, out: &mut String) {
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
