//! I18: a render with a credential or an unencrypted Secret does not become a
//! release, unless its path is waived with a reason.

use super::platform::Platform;

const SECRET: &str = "
-- base/web/kustomization.yaml --
resources:
- secret.yaml
-- base/web/secret.yaml --
apiVersion: v1
kind: Secret
metadata:
  name: db
stringData:
  password: hunter2
";

#[test]
fn secrets_do_not_become_a_release_unless_waived() {
    let platform = Platform::new("unobserved = [kustomize.web]");
    platform.write(SECRET);
    platform.commit("a password");
    let checked = platform.exits(1, &["check"]);
    assert!(
        checked.stderr.contains("the Secret `db` in plain text"),
        "{checked}"
    );
    let refused = platform.refused(
        &["promote", "ops"],
        &[
            "ops BLOCKED  I18 secret",
            "the Secret `db` in plain text in ops/web/manifests.yaml:",
            "the Secret `db` in plain text in apps/web/manifests.yaml:",
        ],
    );
    assert!(!refused.stdout.contains("hunter2"), "{refused}");
    platform.edit(
        "terrace.hcl",
        "trust {",
        "waiver \"secret\" {\n  paths  = [\"*/web/**\"]\n  reason = \"a password for tests\"\n}\n\ntrust {",
    );
    platform.commit("it is only a test's");
    platform.ok(&["promote", "ops"]);
}
