//! S7: a gate that fails when it is run again takes the earlier pass back, in
//! the same words everywhere.

use super::platform::Platform;

#[test]
fn the_latest_verdict_counts() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    platform.ok(&["promote", "apps", "--dry-run"]);
    platform.gate_fails("ops", true);
    platform.exits(3, &["validate", "ops"]);
    let refused = platform.refused(
        &["promote", "apps"],
        &["apps BLOCKED  I4 verdict", "terrace validate ops"],
    );
    let dry = platform.refused(&["promote", "apps", "--dry-run"], &[]);
    assert_eq!(dry.stdout, refused.stdout);
    let line = refused.stdout.lines().next().expect("a line");
    let status = platform.ok(&["status"]);
    assert!(status.stdout.contains(line), "{status}");
    let json = platform.refused(&["promote", "apps", "--json"], &[]).json();
    assert_eq!(json["data"]["denials"][0]["text"], line);
    // It passes again.
    platform.gate_fails("ops", false);
    platform.ok(&["validate", "ops"]);
    platform.deploy("apps");
    platform.verifies();
}
