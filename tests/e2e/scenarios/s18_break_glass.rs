//! S18: an emergency needs two people; overdue, it freezes the edge and status
//! exits with 3; evidence made up for it clears it, or a rollback does.

use terrace_commands::{Exit, promote, status};

use super::platform::{Checkout, Platform, clock, ended, said};

const HOURS: i64 = 3600;

/// Declares and confirms; the entry's first digits.
fn declared(platform: &Platform) -> String {
    let words = [
        "promote",
        "apps",
        "--break-glass",
        "the site is down",
        "--until",
        "4h",
    ];
    let ticket = ["--ticket", "OPS-7", "--json"];
    let made = platform.as_("olga", &[&words[..], &ticket].concat());
    assert_eq!(made.code, 0, "{made}");
    let entry = made.json()["data"]["entry"]
        .as_str()
        .expect("an entry")
        .to_owned();
    entry[..12].to_owned()
}

fn status_later(platform: &Checkout) -> terrace_commands::Outcome {
    status::run(
        &platform.machine(clock::<{ 5 * HOURS }>),
        &status::Options::default(),
    )
}

#[test]
fn two_people_a_reason_and_a_due_time() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    platform.resize("service", 9);
    platform.deploy("ops");
    // Nothing is validated, so apps refuses.
    platform.refused(&["promote", "apps"], &["I2 evidence"]);
    let words = ["promote", "apps", "--break-glass", "the site is down"];
    let key = platform.key("olga").display().to_string();
    let long = [&words[..], &["--until", "25h", "--key", &key]].concat();
    platform.refused(&long, &["I5", "24 hours"]);
    platform.exits(
        1,
        &[&words[..], &["--until", "soon", "--key", &key]].concat(),
    );
    let approver = platform.key("ann").display().to_string();
    platform.refused(
        &[&words[..], &["--until", "4h", "--key", &approver]].concat(),
        &["I7 trust", "oncall"],
    );

    let entry = declared(&platform);
    let waiting = platform.ok(&["status"]);
    assert!(
        waiting.stdout.contains(&format!("--confirm {entry}")),
        "{waiting}"
    );
    // Alone it moves nothing, by whoever's key.
    let confirm = ["promote", "apps", "--confirm", entry.as_str()];
    platform.refused(
        &[&confirm[..], &["--key", &key]].concat(),
        &["I8 break-glass", "olga"],
    );
    let promoter = platform.key("ci").display().to_string();
    platform.refused(
        &[&confirm[..], &["--key", &promoter]].concat(),
        &["I7 trust"],
    );
    platform.refused(&["promote", "apps"], &["I2 evidence"]);

    // The second person has no promoter's key: it is confirmed, and CI moves it.
    let confirmed = platform.as_("otto", &confirm);
    assert_eq!(confirmed.code, 0, "{confirmed}");
    assert!(
        confirmed.stdout.contains("with a promoter's key"),
        "{confirmed}"
    );
    platform.refused(&["promote", "apps"], &["I2 evidence"]);
    let waiting = platform.ok(&["status"]);
    let says = format!("waits for a promoter    next: terrace promote apps --confirm {entry}");
    assert!(waiting.stdout.contains(&says), "{waiting}");
    let moved = platform.as_("ci", &confirm);
    assert_eq!(moved.code, 0, "{moved}");
    assert!(moved.stdout.contains("set aside by break-glass"), "{moved}");
    assert_eq!(platform.release_of("apps"), platform.release_of("ops"));
    platform.ok(&["apply", "apps"]);
    platform.verifies();

    // Due: said. Overdue: status is 3, and the edge is frozen.
    let due = platform.ok(&["status"]);
    assert!(due.stdout.contains("break-glass is due"), "{due}");
    assert!(!due.stdout.contains("waits for"), "{due}");
    let overdue = status_later(&platform);
    ended(&overdue, Exit::Refused);
    assert!(
        overdue.text.contains("break-glass is OVERDUE"),
        "{}",
        said(&overdue)
    );
    platform.resize("service", 10);
    platform.deploy("ops");
    let later = platform.machine(clock::<{ 5 * HOURS }>);
    let frozen = promote::run(&later, &promote::Options::forward("apps"));
    ended(&frozen, Exit::Refused);
    assert!(frozen.text.contains("I12 break-glass"), "{}", said(&frozen));
}

#[test]
fn evidence_made_up_for_it_clears_it() {
    let platform = Platform::new("expires = \"24h\"");
    platform.deploy("ops");
    let entry = declared(&platform);
    let confirm = ["promote", "apps", "--confirm", entry.as_str()];
    assert_eq!(platform.as_("otto", &confirm).code, 0);
    assert_eq!(platform.as_("ci", &confirm).code, 0);
    platform.ok(&["apply", "apps"]);
    ended(&status_later(&platform), Exit::Refused);
    platform.gate_fails("ops", true);
    platform.exits(3, &["validate", "ops"]);
    ended(&status_later(&platform), Exit::Refused);
    platform.gate_fails("ops", false);
    platform.ok(&["validate", "ops"]);
    let cleared = status_later(&platform);
    ended(&cleared, Exit::Success);
    assert!(!cleared.text.contains("break-glass"), "{}", said(&cleared));
    platform.verifies();
}

#[test]
fn a_rollback_clears_it() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    platform.resize("service", 9);
    platform.deploy("ops");
    let entry = declared(&platform);
    let confirm = ["promote", "apps", "--confirm", entry.as_str()];
    assert_eq!(platform.as_("otto", &confirm).code, 0);
    assert_eq!(platform.as_("ci", &confirm).code, 0);
    platform.ok(&["apply", "apps"]);
    ended(&status_later(&platform), Exit::Refused);
    platform.ok(&["rollback", "apps", "--reason", "it was worse"]);
    platform.ok(&["apply", "apps"]);
    ended(&status_later(&platform), Exit::Success);
    platform.verifies();
}

#[test]
fn what_no_emergency_sets_aside() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    let release = platform.release_of("ops").expect("a release");
    let revoked = platform.as_("rex", &["revoke", &release, "--reason", "a hole"]);
    assert_eq!(revoked.code, 0, "{revoked}");
    let key = platform.key("olga").display().to_string();
    let words = [
        "promote",
        "apps",
        "--break-glass",
        "now",
        "--until",
        "1h",
        "--key",
        &key,
    ];
    platform.refused(&words, &["revoked"]);
}
