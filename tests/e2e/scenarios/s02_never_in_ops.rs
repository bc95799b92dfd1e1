//! S2: a commit that ops never applied does not reach apps, however it is asked
//! for.

use super::platform::Platform;

#[test]
fn what_ops_never_applied_is_refused() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    platform.resize("service", 7);
    platform.ok(&["promote", "ops"]);
    let release = platform.release_of("ops").expect("a release");
    let says = [
        "apps BLOCKED",
        "I2 evidence",
        "not applied there",
        "terrace apply ops",
    ];
    platform.refused(&["promote", "apps"], &says);
    platform.refused(&["promote", "apps", "--release", &release], &says);
    platform.refused(&["promote", "apps", "--dry-run"], &says);
    // The same words in status.
    let status = platform.ok(&["status"]);
    for words in says {
        assert!(status.stdout.contains(words), "{words}\n{status}");
    }
    // A digest that no release has is no refusal but a mistake.
    platform.exits(1, &["promote", "apps", "--release", "0123456789"]);
}
