//! S8: evidence that is too old is refused, a clock that is an hour behind is
//! not, evidence dated in the future is.

use terrace_commands::{Exit, promote, status, validate, verify};

use super::platform::{Platform, clock, ended, said};

const HOUR: i64 = 3600;

#[test]
fn evidence_expires() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    let forward = promote::Options::forward("apps");
    let options = promote::Options {
        dry_run: true,
        ..forward.clone()
    };
    ended(
        &promote::run(&platform.machine(clock::<{ 23 * HOUR }>), &options),
        Exit::Success,
    );
    // Expiry has the tolerance of two clocks.
    let late = platform.machine(clock::<{ 26 * HOUR }>);
    let refused = promote::run(&late, &forward);
    ended(&refused, Exit::Refused);
    assert!(refused.text.contains("I5"), "{}", said(&refused));
    assert!(
        refused.text.contains("terrace validate ops"),
        "{}",
        said(&refused)
    );
    let shown = status::run(&late, &status::Options::default());
    assert!(
        shown
            .text
            .contains(refused.text.lines().next().expect("a line")),
        "{}",
        said(&shown)
    );
}

#[test]
fn a_soak_is_waited_for() {
    let platform = Platform::new("soak = \"2h\"");
    platform.through_ops();
    platform.refused(&["promote", "apps"], &["soak"]);
    let later = platform.machine(clock::<{ 3 * HOUR }>);
    ended(
        &promote::run(&later, &promote::Options::forward("apps")),
        Exit::Success,
    );
}

#[test]
fn a_clock_an_hour_behind_is_no_reason_and_the_future_is() {
    let platform = Platform::new("expires = \"24h\"");
    platform.deploy("ops");
    // A validator whose clock is behind, but not by more than clocks may be.
    let behind = platform.machine(clock::<{ -55 * 60 }>);
    let talk = |_: &str| {};
    let options = validate::Options {
        environment: String::from("ops"),
        ..validate::Options::default()
    };
    ended(&validate::run(&behind, &options, &talk), Exit::Success);
    platform.ok(&["promote", "apps"]);
    platform.verifies();

    // One whose clock is hours ahead writes what nobody else believes: the
    // ledger is refused with the entry's number until it is put back.
    let before = platform.refs();
    let ahead = platform.machine(clock::<{ 5 * HOUR }>);
    ended(&validate::run(&ahead, &options, &talk), Exit::Success);
    platform.resize("network", 2);
    let number = platform.entries().len() - 1;
    let refused = platform.exits(5, &["promote", "ops"]);
    for words in [
        format!("ledger entry {number} "),
        String::from("more than an hour from now"),
    ] {
        assert!(refused.stderr.contains(&words), "{words}\n{refused}");
    }
    platform.exits(5, &["verify"]);
    let ledger = "refs/heads/terrace/ledger";
    platform.reset(ledger, before.get(ledger).map(String::as_str));
    platform.ok(&["promote", "ops"]);
    // Much too far behind is refused before it is written.
    let before = platform.refs();
    let long_ago = platform.machine(clock::<{ -5 * HOUR }>);
    ended(
        &promote::run(&long_ago, &promote::Options::forward("ops")),
        Exit::Integrity,
    );
    assert_eq!(platform.refs(), before);
    ended(
        &verify::run(&platform.machine(clock::<0>), &verify::Options::default()),
        Exit::Success,
    );
}

#[test]
fn windows_are_written_with_their_time_zone_and_one_of_them_is_enough() {
    // Together they are the whole week, so that the machine's day does not matter.
    let weekend = "Sat 00:00-Mon 00:00 Europe/Berlin";
    let week = "Mon 00:00-Sat 00:00 Europe/Berlin";
    let window = |verb: &str, range: &str| format!("  window {{\n    {verb} = \"{range}\"\n  }}\n");
    let rules = [window("allow", weekend), window("allow", week)].concat();
    let platform = Platform::new(rules.trim());
    platform.through_apps();
    platform.verifies();
    let rules = [window("deny", weekend), window("deny", week)].concat();
    let platform = Platform::new(rules.trim());
    platform.through_ops();
    platform.refused(&["promote", "apps"], &["I12 window", "Europe/Berlin"]);
}
