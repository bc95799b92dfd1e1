//! `promote`, `status`, `verify` and the ledger on real repositories, without
//! terraform: what apply and validate record is recorded here by hand.

mod platform;

use std::sync::{Arc, Barrier};

use platform::{Platform, text};
use terrace_commands::promote::{self, Options};
use terrace_commands::{Exit, verify};

#[test]
fn s11_sixteen_promoters_on_one_remote_write_one_intent() {
    let platform = Platform::new(true);
    platform.through_ops();
    let before = platform.entries();
    let barrier = Arc::new(Barrier::new(16));
    let runners: Vec<_> = (0..16)
        .map(|_| {
            let clone = platform.clone_of();
            let barrier = Arc::clone(&barrier);
            std::thread::spawn(move || {
                barrier.wait();
                promote::run(&clone, &Options::forward("apps"))
            })
        })
        .collect();
    let outcomes: Vec<_> = runners
        .into_iter()
        .map(|runner| runner.join().expect("a runner"))
        .collect();
    let moved = outcomes
        .iter()
        .filter(|outcome| outcome.json["promoted"] == true)
        .count();
    for outcome in &outcomes {
        assert_eq!(outcome.status(), Exit::Success, "{}", text(outcome));
    }
    assert_eq!(moved, 1, "exactly one wins");
    assert_eq!(
        platform.entries(),
        before + 1,
        "no entry is lost or duplicated"
    );
    let verified = verify::run(&platform.world, &verify::Options::default());
    assert_eq!(verified.status(), Exit::Success, "{}", text(&verified));
}

#[test]
fn s14_a_writer_that_died_between_ledger_and_branch_is_finished_by_the_next() {
    let platform = Platform::new(false);
    platform.through_ops();
    let old = platform.refs();
    platform.promote("apps");
    // As if the branch had not been moved: the ledger has the intent.
    platform.reset_branch("env/apps", old.get("refs/heads/env/apps"));
    let again = platform.promote("apps");
    assert_eq!(again.status(), Exit::Success, "{}", text(&again));
    assert!(again.text.contains("already"), "{}", again.text);
    let verified = verify::run(&platform.world, &verify::Options::default());
    assert_eq!(verified.status(), Exit::Success, "{}", text(&verified));
}

#[test]
fn s19_ledger_attacks_are_named_and_stop_everything() {
    let platform = Platform::new(false);
    platform.through_ops();
    for (attack, named) in [
        ("delete", "entry 3 is missing"),
        ("change", "ledger entry 3"),
        ("stray", "not an entry"),
    ] {
        let whole = platform.refs();
        platform.attack(attack);
        let verified = verify::run(&platform.world, &verify::Options::default());
        assert_eq!(verified.status(), Exit::Integrity, "{attack}");
        assert!(
            text(&verified).contains(named),
            "{attack}: {}",
            text(&verified)
        );
        let refused = platform.promote("apps");
        assert_eq!(
            refused.status(),
            Exit::Integrity,
            "{attack}: {}",
            text(&refused)
        );
        platform.reset_branch("terrace/ledger", whole.get("refs/heads/terrace/ledger"));
    }
    // Cut off: the environments' branches cite what is gone.
    platform.attack("truncate");
    let verified = verify::run(&platform.world, &verify::Options::default());
    assert_eq!(verified.status(), Exit::Integrity, "{}", text(&verified));
}

#[test]
fn i1_a_changed_byte_in_a_stored_release_is_refused() {
    let platform = Platform::new(false);
    platform.through_ops();
    platform.replace_stored_bytes();
    let refused = platform.promote("apps");
    assert_eq!(refused.status(), Exit::Refused, "{}", text(&refused));
    assert!(
        refused.text.contains("I20 incomplete") || refused.text.contains("I1 bytes"),
        "{}",
        refused.text
    );
}

#[test]
fn without_a_key_or_with_one_of_another_role_nothing_is_written() {
    let platform = Platform::new(false);
    let before = platform.refs();
    let home = platform.world.env.clone().with("HOME", "/nonexistent");
    let mut world = platform.world.clone();
    world.env = home;
    let refused = promote::run(&world, &Options::forward("ops"));
    assert_eq!(refused.status(), Exit::Refused, "{}", text(&refused));
    let wrong = promote::run(
        &platform.world,
        &Options {
            key: Some(platform.key_file("val")),
            ..Options::forward("ops")
        },
    );
    assert_eq!(wrong.status(), Exit::Refused, "{}", text(&wrong));
    assert!(wrong.text.contains("I7 trust"), "{}", wrong.text);
    assert_eq!(platform.refs(), before);
}
