//! S17: with two environments before apps, both have to vouch for the same
//! release.

use super::platform::{Platform, Setup};

const TWO: &str = r#"
environment "ops-eu" {
  entry  = true
  layers = ["base", "ops"]
}

promotion "ops-eu" "apps" {
  gates   = [gate.smoke]
  expires = "24h"
}
"#;

#[test]
fn the_same_release_in_both() {
    let platform = Platform::with(&Setup {
        more: TWO,
        ..Setup::default()
    });
    platform.through_ops();
    let first = platform.release_of("ops").expect("a release");
    platform.resize("network", 2);
    platform.deploy("ops-eu");
    platform.ok(&["validate", "ops-eu"]);
    let second = platform.release_of("ops-eu").expect("a release");
    assert_ne!(first, second);
    for release in [&first, &second] {
        platform.refused(&["promote", "apps", "--release", release], &["I2 evidence"]);
    }
    platform.refused(&["promote", "apps"], &["I2 evidence"]);
    platform.through_ops();
    platform.deploy("apps");
    assert_eq!(platform.release_of("apps"), Some(second));
    platform.verifies();
}
