//! I11: a newer release takes the place of one that is not applied yet, but not
//! while somebody applies it.

use std::fs::{self, File};

use super::platform::Platform;

#[test]
fn a_move_waits_for_who_applies_the_one_before_it() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    platform.ok(&["promote", "apps"]);
    platform.resize("network", 5);
    platform.through_ops();
    // As `terrace apply apps` holds it.
    let folder = platform.folder.join(".terrace-work/.locks");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("apps");
    let holder = r#"{"command":"terrace apply apps","pid":7,"host":"ci","started":"today"}"#;
    fs::write(&path, holder).expect("written");
    let lock = File::open(&path).expect("a file");
    lock.lock().expect("locked");
    platform.refused(
        &["promote", "apps"],
        &["is being applied by `terrace apply apps` (process 7 on ci, since today)"],
    );
    drop(lock);
    platform.ok(&["promote", "apps"]);
}
