//! One or more named tests per invariant, through the ledger and `decide`.

mod common;

use common::*;
use terrace_evidence::Role;
use terrace_promotion::body::{Mode, Revoked};
use terrace_promotion::policy::{Approvals, CoverageRule, FanIn};
use terrace_promotion::{Decision, Denial, Invariant::*, Order, Policy, Question, Window};
use terrace_release::Digest;

fn with_edge(change: impl FnOnce(&mut terrace_promotion::policy::Edge)) -> Policy {
    let mut policy = policy();
    let key = (String::from("ops"), String::from("apps"));
    change(policy.edges.get_mut(&key).expect("there"));
    policy
}

/// A world whose first release is validated in ops and not yet in apps.
fn validated(policy: Policy) -> (World, Digest) {
    let mut world = World::new(policy);
    let release = world.release("base", "eks", "size", 2);
    world.through("ops", release);
    (world, release)
}

/// Likewise, with the first release in apps and a second one validated in ops.
fn second(policy: Policy) -> (World, Digest, Digest) {
    let (mut world, first) = validated(policy);
    world.promote("apps", first).expect("promoted");
    world.apply("apps");
    let next = world.release("base", "eks", "size", 3);
    world.through("ops", next);
    (world, first, next)
}

#[test]
fn i1_a_flipped_byte_a_missing_and_an_added_folder_are_refused() {
    let (world, release) = validated(policy());
    let key = (release, String::from("apps"));
    let broken = |change: fn(&mut std::collections::BTreeMap<String, String>)| {
        let mut stored = world.stored.clone();
        change(stored.get_mut(&key).expect("stored"));
        let mut changed = World::new(policy());
        changed.stored = stored;
        changed
    };
    for change in [
        (|files: &mut std::collections::BTreeMap<String, String>| {
            files.get_mut("eks").expect("there").push(' ');
        }) as fn(&mut _),
        |files| _ = files.remove("eks"),
        |files| _ = files.insert(String::from("z"), String::new()),
    ] {
        let (mut world, release) = validated(policy());
        world.stored = broken(change).stored;
        let denials = world.denials("apps", release);
        only(&denials, &[(I1, "bytes")]);
        assert!(denials[0].fact.contains("stored bytes"), "{}", denials[0]);
    }
}

#[test]
fn i2_evidence_of_another_release_does_not_count() {
    let (mut world, first) = validated(policy());
    let next = world.release("base", "eks", "size", 9);
    let denials = world.denials("apps", next);
    only(&denials, &[(I2, "evidence")]);
    assert!(
        denials[0].next.starts_with("terrace promote ops"),
        "{}",
        denials[0]
    );
    // Each step of the way names the next.
    world.promote("ops", next).expect("into the entry");
    assert_eq!(world.denials("apps", next)[0].next, "terrace apply ops");
    world.apply("ops");
    assert_eq!(world.denials("apps", next)[0].next, "terrace validate ops");
    world.validate("ops");
    world.promote("apps", next).expect("validated");
    assert!(
        world
            .view
            .env("apps")
            .desired
            .as_ref()
            .is_some_and(|p| p.release == next)
    );
    let _ = first;
}

#[test]
fn i2_evidence_that_lacks_a_gate_or_names_one_that_did_not_pass_is_refused() {
    let mut world = World::new(policy());
    let release = world.release("base", "eks", "size", 2);
    world.promote("ops", release).expect("promoted");
    world.apply("ops");
    let clean = world.gate("ops", "apps", "plan_clean", true, "val");
    let seq = world.view.seq;
    let failed = world.gate("ops", "apps", "smoke", false, "val");
    let failed_seq = world.view.seq;
    let platform = world.platform().clone();
    for (gates, inputs, why) in [
        (
            set(["plan_clean"]),
            vec![(seq, clean)],
            "does not have gate smoke",
        ),
        (
            set(["plan_clean", "smoke"]),
            vec![(seq, clean)],
            "names gate smoke",
        ),
        (
            set(["plan_clean", "smoke"]),
            vec![(seq, clean), (failed_seq, failed)],
            "names gate smoke",
        ),
    ] {
        let draft = world
            .evidence("ops", "apps", true, gates, inputs)
            .draft(&platform);
        world.append(&draft, &["val"]).expect("signed");
        let denials = world.denials("apps", release);
        assert!(
            denials.iter().any(|denial| denial.fact.contains(why)),
            "{why}: {denials:?}"
        );
    }
}

#[test]
fn i2_unobserved_components_pass_only_where_the_edge_names_them() {
    for (listed, allowed) in [(false, false), (true, true)] {
        let mut world = World::new(with_edge(|edge| {
            if listed {
                edge.unobserved = set(["nginx"]);
            }
        }));
        let release = world.release("base", "eks", "size", 2);
        world.promote("ops", release).expect("promoted");
        world.apply("ops");
        let clean = world.gate("ops", "apps", "plan_clean", true, "val");
        let first = world.view.seq;
        let smoke = world.gate("ops", "apps", "smoke", true, "val");
        let inputs = vec![(first, clean), (world.view.seq, smoke)];
        let mut body = world.evidence("ops", "apps", true, set(["plan_clean", "smoke"]), inputs);
        body.unobserved = [(String::from("nginx"), Digest::of("x"))].into();
        let draft = body.draft(&world.platform().clone());
        world.append(&draft, &["val"]).expect("signed");
        match allowed {
            true => assert!(world.promote("apps", release).is_ok()),
            false => only(&world.denials("apps", release), &[(I2, "unobserved")]),
        }
    }
}

#[test]
fn i2_a_component_that_only_the_target_has_needs_its_list() {
    for (rule, expected) in [
        (None, vec![(I2, "coverage")]),
        (
            Some(CoverageRule {
                approvers: 1,
                first: true,
            }),
            vec![(I2, "coverage")],
        ),
        (
            Some(CoverageRule {
                approvers: 1,
                first: false,
            }),
            vec![],
        ),
    ] {
        let mut world = World::new(with_edge(|edge| edge.coverage = rule));
        let release = world.release("apps", "extra", "size", 1);
        world.through("ops", release);
        match expected.is_empty() {
            true => assert!(world.promote("apps", release).is_ok()),
            false => only(&world.denials("apps", release), &expected),
        }
    }
}

#[test]
fn i3_a_changed_threshold_or_gate_script_voids_evidence() {
    for change in [
        (|policy: &mut Policy| {
            let key = (String::from("ops"), String::from("apps"));
            policy.edges.get_mut(&key).expect("edge").expires = Some(2 * HOUR);
        }) as fn(&mut Policy),
        |policy| {
            let smoke = policy.gates.get_mut("smoke").expect("gate");
            smoke
                .files
                .insert(String::from("gates/smoke.sh"), Digest::of("exit 0"));
        },
    ] {
        let (mut world, release) = validated(policy());
        world.change_policy(change);
        let denials = world.denials("apps", release);
        only(&denials, &[(I3, "rules")]);
        assert_eq!(denials[0].next, "terrace validate ops");
        world.validate("ops");
        world.promote("apps", release).expect("validated again");
    }
    // Another environment or edge changes nothing here.
    let (mut world, release) = validated(policy());
    world.change_policy(|policy| {
        let key = (String::from("apps"), String::from("prod"));
        policy.edges.get_mut(&key).expect("edge").soak = 5;
    });
    world
        .promote("apps", release)
        .expect("its own edge is unchanged");
}

#[test]
fn i4_the_latest_verdict_wins_by_number_not_by_clock() {
    let (mut world, release) = validated(policy());
    world.validate_with("ops", &["smoke"], "val");
    only(&world.denials("apps", release), &[(I4, "verdict")]);
    world.validate("ops");
    world.promote("apps", release).expect("passed again");

    // A failing gate alone, after the evidence, is enough.
    let (mut world, release) = validated(policy());
    world.gate("ops", "apps", "smoke", false, "val");
    let denials = world.denials("apps", release);
    only(&denials, &[(I4, "verdict")]);
    assert!(
        denials[0].fact.contains("gate smoke failed"),
        "{}",
        denials[0]
    );

    // The second verdict is dated before the first.
    let (mut world, release) = validated(policy());
    world.later(-HOUR / 2);
    world.validate_with("ops", &["smoke"], "val");
    only(&world.denials("apps", release), &[(I4, "verdict")]);
}

#[test]
fn i4_revocation_of_release_and_rules() {
    let (mut world, release) = validated(policy());
    world.revoke(Revoked::Release(release));
    let denials = world.denials("apps", release);
    only(&denials, &[(I4, "revoked")]);
    assert!(!denials[0].waivable);

    let (mut world, release) = validated(policy());
    let digest = world.policy().digest("ops", "apps").expect("edge");
    world.revoke(Revoked::Policy(digest));
    only(&world.denials("apps", release), &[(I4, "revoked")]);
}

#[test]
fn i4_soak_is_continuous() {
    let policy = with_edge(|edge| edge.soak = 2 * HOUR);
    let (mut world, release) = validated(policy);
    let denials = world.denials("apps", release);
    only(&denials, &[(I4, "soak")]);
    assert!(denials[0].fact.contains("for 0s of 2h"), "{}", denials[0]);
    world.later(HOUR);
    // ops moves on: the soak of the first release stops.
    let next = world.release("base", "eks", "size", 5);
    world.promote("ops", next).expect("promoted");
    world.apply("ops");
    world.later(3 * HOUR);
    let denials = world.denials("apps", release);
    assert!(has(&denials, I4, "soak"), "{denials:?}");
    assert!(
        denials
            .iter()
            .any(|denial| denial.fact.contains("for 1h of 2h"))
    );
    // Drift starts it again.
    world.validate("ops");
    world.drift("ops", Some("eks"));
    world.validate("ops");
    only(&world.denials("apps", next), &[(I4, "soak")]);
    world.later(2 * HOUR);
    world.promote("apps", next).expect("soaked");
}

#[test]
fn i5_evidence_expires_and_does_not_come_from_the_future() {
    let (mut world, release) = validated(policy());
    world.later(24 * HOUR + 1);
    let denials = world.denials("apps", release);
    only(&denials, &[(I5, "expiry")]);
    assert!(denials[0].fact.contains("expired 1s ago"), "{}", denials[0]);
    world.validate("ops");
    world.promote("apps", release).expect("fresh");
    let (mut world, release) = validated(policy());
    world.later(-HOUR - 1);
    assert!(has(&world.denials("apps", release), I5, "expiry"));
    world.later(1);
    world.promote("apps", release).expect("within the skew");
}

#[test]
fn i5_a_rollback_is_exempt_from_expiry_but_not_from_revocation() {
    let (mut world, first, next) = second(policy());
    world.promote("apps", next).expect("promoted");
    world.apply("apps");
    world.validate("apps");
    world.later(100 * HOUR);
    // The first was never validated in apps: not good there.
    let question = |release| Question {
        mode: Mode::Rollback,
        ..Question::forward("apps", release)
    };
    only(&world.denials_of(&question(first)), &[(I9, "order")]);
    let third = world.release("base", "eks", "size", 4);
    world.through("ops", third);
    world.promote("apps", third).expect("promoted");
    world.apply("apps");
    world
        .promote_as("apps", next, Mode::Rollback, None)
        .expect("was good");
    world.apply("apps");

    world.revoke(Revoked::Release(next));
    let fourth = world.release("base", "eks", "size", 5);
    let _ = fourth;
    assert!(has(&world.denials_of(&question(next)), I4, "revoked"));
}

#[test]
fn i6_drift_makes_evidence_suspect_until_it_is_validated_again() {
    let (mut world, release) = validated(policy());
    world.drift("ops", Some("nginx"));
    let denials = world.denials("apps", release);
    only(&denials, &[(I6, "drift")]);
    assert!(
        denials[0].fact.contains("nginx replicas 2->3"),
        "{}",
        denials[0]
    );
    // Healed is not validated.
    world.drift("ops", None);
    only(&world.denials("apps", release), &[(I6, "drift")]);
    world.validate("ops");
    world.promote("apps", release).expect("validated again");
}

#[test]
fn i6_drift_of_the_target_is_healed_or_acknowledged_first() {
    for heal in [true, false] {
        let (mut world, _, next) = second(policy());
        let drift = world.drift("apps", Some("eks"));
        only(&world.denials("apps", next), &[(I6, "drift")]);
        match heal {
            true => _ = world.drift("apps", None),
            false => world.ack("apps", next, drift, "ann"),
        }
        world.promote("apps", next).expect("known now");
    }
}

#[test]
fn i7_a_revoked_key_s_evidence_is_suspect_from_its_entry_on() {
    let (mut world, release) = validated(policy());
    let fingerprint = String::from(key("val").public().fingerprint());
    let since = world
        .view
        .verdict("ops", "apps", world.content(release))
        .expect("one")
        .seq;
    world.revoke(Revoked::Key {
        fingerprint: fingerprint.clone(),
        since: since + 1,
    });
    world.promote("apps", release).expect("signed before");
    let (mut world, release) = validated(policy());
    world.revoke(Revoked::Key { fingerprint, since });
    let denials = world.denials("apps", release);
    only(&denials, &[(I7, "trust")]);
    world.validate_with("ops", &[], "val2");
    world
        .promote("apps", release)
        .expect("another validator's word");
}

fn two_approvals() -> Policy {
    with_edge(|edge| {
        edge.approvals = Some(Approvals {
            role: Role::Approver,
            min: 2,
            not_author: true,
        });
    })
}

#[test]
fn i8_approvals_come_from_different_people_who_neither_wrote_nor_validated() {
    let mut world = World::new(two_approvals());
    world.author = String::from("cat");
    let release = world.release("base", "eks", "size", 2);
    world.through("ops", release);
    only(&world.denials("apps", release), &[(I8, "approval")]);
    world.approve("apps", release, "ann");
    world.approve("apps", release, "ann");
    world.approve("apps", release, "cat");
    let denials = world.denials("apps", release);
    only(&denials, &[(I8, "approval")]);
    assert!(
        denials[0].fact.contains("1 of 2") && denials[0].fact.contains("cat wrote the change"),
        "{}",
        denials[0]
    );
    world.approve("apps", release, "bob");
    world.promote("apps", release).expect("two people");
}

#[test]
fn i8_a_validator_does_not_approve_their_own_evidence() {
    let both = trust(&[
        ("ci", "ci", &[Role::Promoter]),
        ("ann", "ann", &[Role::Approver, Role::Validator]),
        ("bob", "bob", &[Role::Approver]),
        ("cat", "cat", &[Role::Approver]),
    ]);
    let mut world = World::new(two_approvals());
    world.change_trust(both);
    let release = world.release("base", "eks", "size", 2);
    world.promote("ops", release).expect("promoted");
    world.apply("ops");
    world.validate_with("ops", &[], "ann");
    world.approve("apps", release, "ann");
    world.approve("apps", release, "bob");
    let denials = world.denials("apps", release);
    only(&denials, &[(I8, "approval")]);
    assert!(
        denials[0].fact.contains("ann signed the evidence"),
        "{}",
        denials[0]
    );
    world.approve("apps", release, "cat");
    world.promote("apps", release).expect("two others");
}

#[test]
fn i8_an_approval_dies_with_its_plan() {
    let mut world = World::new(two_approvals());
    let release = world.release("base", "eks", "size", 2);
    world.through("ops", release);
    world
        .plans
        .insert(String::from("apps"), Digest::of("plan 1"));
    world.approve("apps", release, "ann");
    world.approve("apps", release, "bob");
    world
        .plans
        .insert(String::from("apps"), Digest::of("plan 2"));
    let denials = world.denials("apps", release);
    only(&denials, &[(I8, "approval")]);
    assert!(
        denials[0].fact.contains("2 given for other plans"),
        "{}",
        denials[0]
    );
    world
        .plans
        .insert(String::from("apps"), Digest::of("plan 1"));
    world.promote("apps", release).expect("the plans they saw");
}

#[test]
fn i9_back_is_a_rollback_and_diverged_is_refused() {
    let (mut world, first, next) = second(policy());
    world.promote("apps", next).expect("promoted");
    world.apply("apps");
    let denials = world.denials("apps", first);
    assert!(has(&denials, I9, "order"), "{denials:?}");
    assert!(
        denials
            .iter()
            .any(|denial| denial.next.starts_with("terrace rollback apps"))
    );
    let aside = world.edit_aside(0, "net", "size", 7);
    let aside = world.render(aside);
    assert_eq!(world.order("apps", aside), Order::Diverged);
    assert!(has(&world.denials("apps", aside), I9, "order"));
    // Into an entry, a side branch is refused for its source too.
    assert!(has(&world.denials("ops", aside), I2, "source"));
}

#[test]
fn i9_an_older_release_after_a_newer_one_was_validated_is_forward_if_it_is() {
    let (mut world, _, next) = second(policy());
    let newest = world.release("base", "eks", "size", 4);
    world.through("ops", newest);
    world
        .promote("apps", next)
        .expect("older than ops, newer than apps");
}

#[test]
fn i10_fan_in_needs_the_same_release_everywhere_unless_any_is_asked_for() {
    for fan_in in [FanIn::All, FanIn::Any] {
        let mut policy = policy();
        let ops = policy.edges[&(String::from("ops"), String::from("apps"))].clone();
        policy
            .environments
            .insert(String::from("eu"), policy.environments["ops"]);
        policy
            .edges
            .insert((String::from("eu"), String::from("apps")), ops);
        policy.environments.get_mut("apps").expect("apps").fan_in = fan_in;
        let mut world = World::new(policy);
        let first = world.release("base", "eks", "size", 2);
        world.through("ops", first);
        let next = world.release("base", "eks", "size", 3);
        world.through("eu", next);
        match fan_in {
            FanIn::All => {
                only(&world.denials("apps", first), &[(I2, "evidence")]);
                only(&world.denials("apps", next), &[(I2, "evidence")]);
                world.through("ops", next);
                world.promote("apps", next).expect("validated in both");
            }
            FanIn::Any => {
                world.promote("apps", first).expect("validated in one");
            }
        }
    }
}

#[test]
fn i10_a_guarded_environment_is_not_opened_by_a_deletion() {
    let (mut world, _, next) = second(policy());
    let open = |policy: &mut Policy| {
        policy
            .edges
            .remove(&(String::from("ops"), String::from("apps")));
        policy.environments.get_mut("apps").expect("apps").entry = true;
    };
    world.change_policy(open);
    only(&world.denials("apps", next), &[(I10, "graph")]);
    world.open_entry("apps", "ann");
    world.promote("apps", next).expect("an approver agreed");
    let unknown = world.denials("nowhere", next);
    only(&unknown, &[(I10, "graph")]);
}

#[test]
fn i11_one_open_intent_and_a_newer_release_supersedes_it_unless_it_is_being_applied() {
    let (mut world, first) = validated(policy());
    let intent = world.promote("apps", first).expect("promoted");
    assert!(matches!(world.promote("apps", first), Err(Failed::Current)));
    let next = world.release("base", "eks", "size", 3);
    world.through("ops", next);
    world
        .locks
        .insert(String::from("apps"), String::from("host 7"));
    let denials = world.denials("apps", next);
    only(&denials, &[(I11, "intent")]);
    assert!(
        denials[0].fact.contains("applied by host 7"),
        "{}",
        denials[0]
    );
    world.locks.clear();
    let superseding = world.promote("apps", next).expect("supersedes");
    assert_eq!(world.open_intent("apps"), Some(superseding));
    assert_ne!(intent, superseding);
    // The superseded one can have no result any more.
    world.apply("apps");
    assert!(world.open_intent("apps").is_none());
}

#[test]
fn i11_the_fold_refuses_a_second_open_intent_and_a_result_of_none() {
    let (mut world, first) = validated(policy());
    let prepared = world
        .prepare(Question::forward("apps", first))
        .expect("allowed");
    world.land(prepared).expect("landed");
    let Decision::Current = world.decide(&Question::forward("apps", first)) else {
        panic!("there already");
    };
    // An intent written without asking.
    let binding = terrace_promotion::body::IntentBody {
        env: String::from("apps"),
        mode: Mode::Forward,
        release: first,
        environment: world.manifests[&first].manifest().environments["apps"].digest(),
        tree: "0".repeat(40),
        old_commit: None,
        changes: Default::default(),
        policies: Default::default(),
        evidence: Vec::new(),
        approvals: Vec::new(),
        acks: Vec::new(),
        coverage: None,
        plans: None,
        break_glass: None,
        waived: Vec::new(),
        supersedes: None,
        reason: None,
    };
    let Err(Failed::Story(fault)) = world.append(&binding.draft(), &["ci"]) else {
        panic!("a second open intent");
    };
    assert!(fault.to_string().contains("I11"), "{fault}");
    world.apply("apps");
    let result = terrace_promotion::body::ResultBody {
        env: String::from("apps"),
        intent: Digest::of("none"),
        outcome: terrace_promotion::body::Outcome::Applied,
        verified: true,
        failed: Default::default(),
        plans: Default::default(),
        unobserved: Vec::new(),
    };
    // Of an environment that nothing was said about, too: refused, it leaves no trace.
    for env in ["apps", "moon"] {
        let result = terrace_promotion::body::ResultBody {
            env: String::from(env),
            ..result.clone()
        };
        let Err(Failed::Story(fault)) = world.append(&result.draft(), &["ci"]) else {
            panic!("a result of no intent");
        };
        assert!(fault.to_string().contains("is not open"), "{fault}");
        assert!(!world.view.environments.contains_key("moon"));
    }
}

#[test]
fn i12_holds_and_windows_count_when_it_lands() {
    let (mut world, release) = validated(policy());
    let prepared = world
        .prepare(Question::forward("apps", release))
        .expect("allowed");
    world.hold("apps");
    // The push fails, and asking again says why: never rebase and retry.
    assert!(matches!(world.land(prepared), Err(Failed::RaceLost)));
    let denials = world.denials("apps", release);
    only(&denials, &[(I12, "hold")]);
    assert!(
        denials[0].fact.contains("by ci") && denials[0].fact.contains("freeze"),
        "{}",
        denials[0]
    );
    world.unhold("apps");
    world.promote("apps", release).expect("released");

    let window = Window::parse(true, "00:00-23:59 UTC").expect("window");
    let (world, release) = validated(with_edge(|edge| edge.windows = vec![window]));
    only(&world.denials("apps", release), &[(I12, "window")]);
}

#[test]
fn i12_one_of_several_allowed_windows_is_enough_and_none_that_is_denied_opens() {
    // The world's clock stands in one half of the day.
    let day = ["00:00-12:00 UTC", "12:00-00:00 UTC"];
    let denials = |windows: &[(bool, &str)]| {
        let parsed = windows
            .iter()
            .map(|(deny, text)| Window::parse(*deny, text));
        let parsed: Vec<Window> = parsed.collect::<Result<_, _>>().expect("windows");
        let (world, release) = validated(with_edge(|edge| edge.windows = parsed.clone()));
        match world.decide(&Question::forward("apps", release)) {
            Decision::Deny(denials) => denials,
            Decision::Allow(_) | Decision::Current => Vec::new(),
        }
    };
    only(&denials(&day.map(|half| (false, half))), &[]);
    let both = denials(&day.map(|half| (true, half)));
    only(&both, &[(I12, "window")]);
    let closed = both[0].next.split("wait until ").nth(1).expect("a window");
    let closed = closed.trim_end_matches(" is over");
    let open = *day.iter().find(|half| **half != closed).expect("the other");
    // Outside of all that are allowed: all of them are named.
    let night = [(false, open), (false, open)];
    let denied = denials(&night);
    only(&denied, &[(I12, "window")]);
    assert_eq!(denied[0].next, format!("wait for {open} or {open}"));
    // Inside an allowed one that is denied, too.
    let mixed = denials(&[(false, closed), (false, open), (true, closed)]);
    only(&mixed, &[(I12, "window")]);
    only(&denials(&[(false, closed), (true, open)]), &[]);
}

#[test]
fn i13_dependencies_move_together_and_must_be_in_the_release() {
    let (mut world, release) = validated(policy());
    let mut manifest = world.manifests[&release].manifest().clone();
    let apps = manifest.environments.get_mut("apps").expect("apps");
    apps.components.remove("net");
    // Such a manifest cannot even be read; decide refuses it as well.
    let id = manifest.id();
    assert!(terrace_release::ReleaseManifest::parse(manifest.to_text().as_bytes()).is_err());
    let files = world.stored[&(release, String::from("apps"))].clone();
    world.stored.insert((id, String::from("apps")), files);
    world
        .manifests
        .insert(id, terrace_promotion::Release::new(manifest));
    let denials = world.denials("apps", id);
    assert!(has(&denials, I13, "closure"), "{denials:?}");
}

#[test]
fn i14_a_partial_apply_is_degraded_and_only_a_whole_one_counts() {
    let (mut world, first, next) = second(policy());
    world.promote("apps", next).expect("promoted");
    world.apply_failing("apps", &["eks"]);
    let env = world.view.env("apps").into_owned();
    assert_eq!(env.phase(), terrace_promotion::Phase::Degraded);
    assert_eq!(env.applied.expect("the one before").release, first);
    // Nothing is abandoned halfway.
    assert!(matches!(world.abandon("apps"), Err(Failed::Story(_))));
    // resume: the same intent, now whole.
    world.apply("apps");
    let env = world.view.env("apps").into_owned();
    assert!(env.open.is_none());
    assert_eq!(env.applied.expect("applied").release, next);
}

#[test]
fn i15_racing_writers_lose_nothing() {
    let (mut world, release) = validated(policy());
    let one = world
        .prepare(Question::forward("apps", release))
        .expect("allowed");
    let two = world
        .prepare(Question::forward("apps", release))
        .expect("allowed");
    let before = world.entries.len();
    world.land(one).expect("first");
    assert!(matches!(world.land(two), Err(Failed::RaceLost)));
    assert!(matches!(
        world.promote("apps", release),
        Err(Failed::Current)
    ));
    assert_eq!(world.entries.len(), before + 1);
    let (ledger, view) = world.replayed();
    assert_eq!(ledger, world.ledger);
    assert_eq!(view, world.view);
}

#[test]
fn i16_nothing_is_decided_on_a_ledger_that_does_not_verify() {
    let (world, release) = validated(policy());
    let mut files = world.entries.clone();
    files.remove(3);
    let said = world.verify(&files).expect_err("a gap");
    assert!(said[0].contains("entry 4 is missing"), "{said:?}");
    let refusal = terrace_evidence::Refusal {
        seq: Some(5),
        file: String::from("entries/00000005"),
        why: terrace_evidence::Why::Gap { expected: 4 },
    };
    let Decision::Deny(denials) = terrace_promotion::deny_unverified("apps", &[refusal]) else {
        panic!("refused");
    };
    only(&denials, &[(I16, "ledger")]);
    let _ = release;
}

#[test]
fn i17_what_no_intent_explains_is_adopted_or_reverted_first() {
    let (mut world, first, next) = second(policy());
    world.hand_edit("apps", "eks", "# changed by hand\n");
    only(&world.denials("apps", next), &[(I17, "unattested")]);
    let adopt = Question {
        mode: Mode::Adopt,
        ..Question::forward("apps", next)
    };
    only(&world.denials_of(&adopt), &[(I17, "unattested")]);
    world
        .promote_as("apps", first, Mode::Revert, None)
        .expect("reverted");
    world.apply("apps");
    world.promote("apps", next).expect("attested again");
    // A release's bytes, pushed by hand, are adopted if the release may move.
    let (mut world, _, next) = second(policy());
    let newest = world.release("base", "eks", "size", 8);
    world.hand_place("apps", newest);
    let adopt = |release| Question {
        mode: Mode::Adopt,
        ..Question::forward("apps", release)
    };
    only(&world.denials_of(&adopt(newest)), &[(I2, "evidence")]);
    world.hand_place("apps", next);
    world
        .promote_as("apps", next, Mode::Adopt, None)
        .expect("validated bytes");
    assert!(world.branch_is_attested("apps"));
}

#[test]
fn i18_a_secret_does_not_become_a_release() {
    let mut world = World::new(policy());
    let release = world.release("base", "eks", "size", 2);
    world.secrets = vec![String::from("AWS access key in ops/eks/main.tf:3")];
    let denials = world.denials("ops", release);
    only(&denials, &[(I18, "secret")]);
    assert!(!denials[0].waivable);
}

#[test]
fn i19_the_same_files_give_the_same_verdict_anywhere() {
    let (world, release) = validated(policy());
    let (ledger, view) = world.replayed();
    assert_eq!((ledger, view), (world.ledger.clone(), world.view.clone()));
    assert_eq!(
        world.decide(&Question::forward("apps", release)),
        world.decide(&Question::forward("apps", release))
    );
}

#[test]
fn i20_what_is_missing_or_unknown_refuses() {
    let (mut world, release) = validated(policy());
    world.stored.remove(&(release, String::from("apps")));
    only(&world.denials("apps", release), &[(I20, "incomplete")]);
    let unknown = Digest::of("never rendered");
    assert!(has(&world.denials("apps", unknown), I20, "incomplete"));
    // A body that cannot be read stops the fold.
    let (mut world, _) = validated(policy());
    let mut draft = terrace_promotion::body::platform("acme");
    draft.kind = terrace_evidence::Kind::Hold;
    let Err(Failed::Story(fault)) = world.append(&draft, &["ci"]) else {
        panic!("a hold without an environment");
    };
    assert!(fault.to_string().contains("env: is missing"), "{fault}");
}

#[test]
fn a_refusal_is_one_line_with_invariant_fact_and_fix() {
    let denial = Denial::new("apps", I6, "nginx replicas 2->3", "terrace validate ops")
        .at(Some(String::from("base.yaml:14")));
    assert_eq!(
        denial.to_string(),
        "apps BLOCKED  I6 drift: nginx replicas 2->3 (base.yaml:14)    fix: terrace validate ops"
    );
    let json = denial.to_json().to_canonical();
    assert!(json.contains("\"invariant\": \"I6\""), "{json}");
    let diagnostic = terrace_diag::Diagnostic::from(denial);
    assert_eq!(diagnostic.help, ["terrace validate ops"]);
}

#[test]
fn all_reasons_come_at_once() {
    let (mut world, first, _) = second(with_edge(|edge| edge.soak = 0));
    world.hold("apps");
    world.drift("ops", Some("eks"));
    world.drift("apps", Some("net"));
    world.later(25 * HOUR);
    world.secrets = vec![String::from("a key")];
    let next = world.release("base", "net", "size", 9);
    let _ = first;
    let denials = world.denials("apps", next);
    for (invariant, topic) in [
        (I18, "secret"),
        (I2, "evidence"),
        (I6, "drift"),
        (I12, "hold"),
    ] {
        assert!(has(&denials, invariant, topic), "{invariant}: {denials:?}");
    }
}
