//! `promote`, `status`, `verify` and the ledger on real repositories, without
//! terraform: what apply and validate record is recorded here by hand.

mod auditing;
mod platform;

use std::sync::{Arc, Barrier};

use platform::{Platform, text};
use terrace_commands::promote::{self, Options};
use terrace_commands::{Exit, status, verify};
use terrace_promotion::body::Mode;

#[test]
fn s1_a_release_goes_from_ops_to_apps_and_verifies_from_a_fresh_clone_offline() {
    for remote in [false, true] {
        let platform = Platform::new(remote);
        let ops = platform.promote("ops");
        assert_eq!(ops.status(), Exit::Success, "{}", text(&ops));
        // Not applied, then not validated: each refusal names the next command.
        for (step, next) in [(0, "terrace apply ops"), (1, "terrace validate ops")] {
            let refused = platform.promote("apps");
            assert_eq!(refused.status(), Exit::Refused, "{}", text(&refused));
            assert!(refused.text.contains(next), "{}", refused.text);
            assert!(
                refused.text.contains("apps BLOCKED  I2 evidence"),
                "{}",
                refused.text
            );
            match step {
                0 => platform.apply("ops"),
                _ => platform.validate("ops", true),
            }
        }
        let apps = platform.promote("apps");
        assert_eq!(apps.status(), Exit::Success, "{}", text(&apps));
        platform.apply("apps");
        let again = platform.promote("apps");
        assert_eq!(again.status(), Exit::Success, "{}", text(&again));
        assert!(again.text.contains("already"), "{}", again.text);
        let status = status::run(&platform.world, &status::Options::default());
        assert_eq!(status.status(), Exit::Success, "{}", text(&status));
        assert!(
            status.text.contains("settings    =") && !status.text.contains("BLOCKED"),
            "{}",
            status.text
        );
        let verified = verify::run(&platform.world, None);
        assert_eq!(verified.status(), Exit::Success, "{}", text(&verified));
        if remote {
            let clone = platform.clone_of();
            let verified = verify::run(&clone, None);
            assert_eq!(verified.status(), Exit::Success, "{}", text(&verified));
        }
    }
}

#[test]
fn s2_s3_s4_what_ops_never_had_is_refused_and_a_comment_reuses_evidence() {
    let platform = Platform::new(false);
    platform.through_ops();
    platform.promote("apps");
    platform.apply("apps");
    // S4: a commit that changes no rendered byte.
    platform.sandbox.write("-- README.md --\nhello\n");
    platform.sandbox.commit("comment");
    let ops = platform.promote("ops");
    assert_eq!(ops.status(), Exit::Success, "{}", text(&ops));
    let apps = platform.promote("apps");
    assert_eq!(apps.status(), Exit::Success, "{}", text(&apps));
    assert!(apps.text.contains("evidence is reused"), "{}", apps.text);
    platform.apply("ops");
    platform.apply("apps");
    // S3: one base value.
    platform.edit(5);
    let ops = platform.promote("ops");
    assert_eq!(ops.status(), Exit::Success, "{}", text(&ops));
    let before = platform.refs();
    let apps = platform.promote("apps");
    assert_eq!(apps.status(), Exit::Refused, "{}", text(&apps));
    assert_eq!(platform.refs(), before, "nothing is written when refused");
    // S2: an unknown release.
    let unknown = promote::run(
        &platform.world,
        &Options {
            release: Some(String::from("0123456789")),
            ..Options::forward("apps")
        },
    );
    assert_eq!(unknown.status(), Exit::Error, "{}", text(&unknown));
}

#[test]
fn s7_a_failing_gate_after_a_passing_one_refuses_everywhere_with_the_same_words() {
    let platform = Platform::new(false);
    platform.through_ops();
    platform.validate("ops", false);
    let dry = promote::run(
        &platform.world,
        &Options {
            dry_run: true,
            ..Options::forward("apps")
        },
    );
    let real = platform.promote("apps");
    let status = status::run(&platform.world, &status::Options::default());
    assert_eq!(real.status(), Exit::Refused);
    assert_eq!(dry.text, real.text);
    assert!(
        real.text
            .starts_with("apps BLOCKED  I4 verdict: ops failed"),
        "{}",
        real.text
    );
    assert!(
        status.text.contains(real.text.trim_end()),
        "{}",
        status.text
    );
    assert_eq!(real.json["denials"][0]["text"], real.text.trim_end());
}

#[test]
fn s10_a_hand_made_commit_is_unattested_until_it_is_reverted() {
    let platform = Platform::new(false);
    platform.through_ops();
    platform.promote("apps");
    platform.apply("apps");
    platform.hand_commit("apps");
    let verified = verify::run(&platform.world, None);
    assert_eq!(verified.status(), Exit::Integrity, "{}", text(&verified));
    let status = status::run(&platform.world, &status::Options::default());
    assert!(status.text.contains("UNATTESTED"), "{}", status.text);
    platform.edit(7);
    platform.through_ops();
    let refused = platform.promote("apps");
    assert!(
        refused.text.contains("I17 unattested"),
        "{}",
        text(&refused)
    );
    let revert = promote::run(
        &platform.world,
        &Options {
            mode: Mode::Revert,
            ..Options::forward("apps")
        },
    );
    assert_eq!(revert.status(), Exit::Success, "{}", text(&revert));
    let verified = verify::run(&platform.world, None);
    assert_eq!(verified.status(), Exit::Success, "{}", text(&verified));
    platform.apply("apps");
    let apps = platform.promote("apps");
    assert_eq!(apps.status(), Exit::Success, "{}", text(&apps));
}

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
    let verified = verify::run(&platform.world, None);
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
    let verified = verify::run(&platform.world, None);
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
        let verified = verify::run(&platform.world, None);
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
    let verified = verify::run(&platform.world, None);
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
