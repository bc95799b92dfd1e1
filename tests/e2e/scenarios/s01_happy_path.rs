//! S1: a base change goes from ops to apps to apps-prod, and a fresh clone
//! verifies it offline.

use super::platform::{Platform, Setup};

const PROD: &str = r#"
environment "apps-prod" {
  layers = ["base", "apps"]
}

promotion "apps" "apps-prod" {
  gates   = [gate.smoke]
  expires = "24h"
}
"#;

#[test]
fn a_change_goes_all_the_way_and_a_fresh_clone_verifies_it_offline() {
    let platform = Platform::with(&Setup {
        remote: true,
        more: PROD,
        ..Setup::default()
    });
    for size in [1, 2] {
        if size > 1 {
            platform.resize("network", size);
        }
        for (env, from) in [
            ("ops", None),
            ("apps", Some("ops")),
            ("apps-prod", Some("apps")),
        ] {
            if let Some(from) = from {
                // What is missing is named with the command that brings it.
                let apply = format!("terrace apply {from}");
                platform.refused(&["promote", env], &["I2 evidence", &apply]);
                platform.ok(&["apply", from]);
                let validate = format!("terrace validate {from}");
                platform.refused(&["promote", env], &["I2 evidence", &validate]);
                platform.ok(&["validate", from]);
            }
            platform.ok(&["promote", env]);
        }
        platform.ok(&["apply", "apps-prod"]);
        let again = platform.ok(&["promote", "apps-prod"]);
        assert!(again.stdout.contains("already"), "{again}");
    }
    let release = platform.release_of("ops").expect("a release");
    for env in ["apps", "apps-prod"] {
        assert_eq!(platform.release_of(env).as_ref(), Some(&release), "{env}");
    }
    // The very bytes of the release were applied.
    let digest = platform.git_there(&["show", "env/apps-prod:network/SHA256SUMS"]);
    let digest = terrace_release::Digest::of(format!("{digest}\n")).to_string();
    assert_eq!(platform.cloud.applied("apps-prod", "network"), Some(digest));
    let status = platform.ok(&["status"]);
    assert!(!status.stdout.contains("BLOCKED"), "{status}");

    let clone = platform.clone_of();
    std::fs::rename(
        platform.sandbox.path("origin.git"),
        platform.sandbox.path("away"),
    )
    .expect("moved");
    let verified = clone.ok(&["verify"]);
    assert!(
        verified
            .stdout
            .contains("2 releases and 3 environments verify"),
        "{verified}"
    );
}
