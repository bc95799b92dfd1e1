//! S16: of two validated releases the older one goes in only as a rollback once
//! the newer one is there.

use super::platform::Platform;

#[test]
fn forward_is_forward() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    let good = platform.release_of("apps").expect("a release");
    platform.resize("cluster", 2);
    platform.through_ops();
    let older = platform.release_of("ops").expect("a release");
    platform.resize("cluster", 3);
    platform.through_ops();
    // Older but validated, and ahead of what apps runs: allowed.
    platform.ok(&["promote", "apps", "--release", &older, "--dry-run"]);
    platform.deploy("apps");
    let rollback = format!("terrace rollback apps --release {older}");
    platform.refused(
        &["promote", "apps", "--release", &older],
        &["I9", "is older than what apps runs", &rollback],
    );
    // It never ran in apps, so it is no way back either; what ran is.
    platform.refused(
        &["rollback", "apps", "--release", &older],
        &["was never good in apps"],
    );
    platform.refused(&["promote", "apps", "--release", &good], &["I9"]);
    platform.ok(&["rollback", "apps", "--release", &good]);
    platform.ok(&["apply", "apps"]);
    platform.verifies();
}
