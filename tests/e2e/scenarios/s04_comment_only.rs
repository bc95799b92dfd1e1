//! S4: a commit that changes no rendered byte reuses the evidence, and says so.

use super::platform::Platform;

#[test]
fn a_comment_needs_no_new_validation() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    platform.edit(
        "base/network.hcl",
        "terraform \"network\"",
        "# why\nterraform \"network\"",
    );
    platform.commit("a comment");
    platform.ok(&["promote", "ops"]);
    let evidence = |platform: &Platform| {
        platform
            .kinds()
            .iter()
            .filter(|kind| *kind == "evidence")
            .count()
    };
    let before = evidence(&platform);
    let moved = platform.ok(&["promote", "apps"]);
    assert!(moved.stdout.contains("evidence is reused"), "{moved}");
    assert_eq!(evidence(&platform), before);
    // Nothing changes, so nothing is applied anew.
    let log = platform.cloud.log();
    platform.ok(&["apply", "ops"]);
    platform.ok(&["apply", "apps"]);
    assert_eq!(platform.cloud.log(), log);
    platform.verifies();
}
