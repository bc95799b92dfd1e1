//! S3: evidence for one release does not let another one through; validated
//! again, it goes.

use super::platform::Platform;

#[test]
fn one_edited_base_value_needs_its_own_evidence() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    platform.resize("cluster", 2);
    platform.ok(&["promote", "ops"]);
    platform.ok(&["apply", "ops"]);
    platform.refused(
        &["promote", "apps"],
        &["I2 evidence", "terrace validate ops"],
    );
    platform.ok(&["validate", "ops"]);
    platform.deploy("apps");
    platform.verifies();
    assert_eq!(platform.release_of("apps"), platform.release_of("ops"));
}
