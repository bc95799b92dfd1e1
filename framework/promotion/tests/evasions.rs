//! Ways around a rule that a signer with some power could try.

mod common;

use common::*;
use terrace_evidence::Role;
use terrace_promotion::body::{HoldBody, Mode, Revoked};
use terrace_promotion::policy::{Approvals, Edge};
use terrace_promotion::{Decision, EmergencyState, Invariant::*, Policy, Question, emergency};
use terrace_release::Digest;

fn ops_apps(change: impl FnOnce(&mut Edge)) -> Policy {
    let mut policy = policy();
    let key = (String::from("ops"), String::from("apps"));
    change(policy.edges.get_mut(&key).expect("there"));
    policy
}

/// A release that ran in ops and apps.
fn promoted(policy: Policy) -> (World, Digest) {
    let mut world = World::new(policy);
    let release = world.release("base", "eks", "size", 2);
    world.through("ops", release);
    world.promote("apps", release).expect("validated");
    world.apply("apps");
    world.validate("apps");
    (world, release)
}

fn rollback(env: &str, release: Digest) -> Question {
    Question {
        mode: Mode::Rollback,
        ..Question::forward(env, release)
    }
}

/// A break-glass of two people for exactly what is refused now, carried out.
fn break_in(world: &mut World, release: Digest) {
    let declared = world.break_glass("apps", release, "ann", 2);
    world
        .break_glass_for("apps", release, "bob", 2, vec![], Some(declared))
        .expect("confirmed");
    world
        .promote_as("apps", release, Mode::Forward, Some(declared))
        .expect("two people");
    world.apply("apps");
}

fn state(world: &World) -> Option<EmergencyState> {
    emergency(&world.view, &world.policy(), "apps", world.now)
}

fn revoke_key(world: &mut World, name: &str) {
    let fingerprint = String::from(key(name).public().fingerprint());
    let since = world.view.seq + 1;
    world.revoke(Revoked::Key { fingerprint, since });
}

#[test]
fn i4_revoked_bytes_stay_revoked_under_another_name() {
    let mut world = World::new(policy());
    let release = world.release("base", "eks", "size", 2);
    world.through("ops", release);
    world.revoke(Revoked::Release(release));
    let at = world.comment();
    let again = world.render(at);
    assert_ne!(again, release);
    for env in ["ops", "apps"] {
        let denials = world.denials(env, again);
        assert!(has(&denials, I4, "revoked"), "{denials:?}");
        assert!(denials.iter().any(|denial| !denial.waivable));
    }
}

#[test]
fn i7_a_revoked_key_moves_opens_and_confirms_nothing() {
    let (mut world, _) = promoted(policy());
    let next = world.release("base", "eks", "size", 3);
    world.through("ops", next);
    revoke_key(&mut world, "ci");
    let hold = HoldBody {
        env: String::from("apps"),
        reason: String::from("mine"),
        until: None,
    };
    for draft in [hold.hold(), hold.unhold()] {
        assert!(matches!(
            world.append(&draft, &["ci"]),
            Err(Failed::Story(_))
        ));
    }
    let moved = world.promote("apps", next);
    assert!(matches!(moved, Err(Failed::Story(_))), "{moved:?}");
    // A declaration of before is not confirmed by a key of now.
    let (mut world, _) = promoted(policy());
    let fix = world.release("base", "eks", "size", 3);
    world.promote("ops", fix).expect("recorded");
    let declared = world.break_glass("apps", fix, "ann", 2);
    revoke_key(&mut world, "bob");
    let confirmed = world.break_glass_for("apps", fix, "bob", 2, vec![], Some(declared));
    assert!(matches!(confirmed, Err(Failed::Story(_))), "{confirmed:?}");
}

#[test]
fn i7_a_confirmation_counts_by_its_own_entry() {
    let (mut world, _) = promoted(policy());
    let fix = world.release("base", "eks", "size", 3);
    world.promote("ops", fix).expect("recorded");
    let declared = world.break_glass("apps", fix, "ann", 2);
    world
        .break_glass_for("apps", fix, "bob", 2, vec![], Some(declared))
        .expect("confirmed");
    let fingerprint = String::from(key("bob").public().fingerprint());
    let since = world.view.seq;
    world.revoke(Revoked::Key { fingerprint, since });
    let question = Question {
        break_glass: Some(declared),
        ..Question::forward("apps", fix)
    };
    assert!(has(&world.denials_of(&question), I8, "break-glass"));
}

#[test]
fn i9_a_rollback_does_not_go_forward() {
    let (mut world, first) = promoted(policy());
    let second = world.release("base", "eks", "size", 3);
    world.through("ops", second);
    world.through("apps", second);
    world
        .promote_as("apps", first, Mode::Rollback, None)
        .expect("back");
    world.apply("apps");
    only(
        &world.denials_of(&rollback("apps", second)),
        &[(I9, "order")],
    );
}

#[test]
fn i10_an_approver_s_word_opens_once() {
    let (mut world, _) = promoted(policy());
    let close = |policy: &mut Policy| {
        let key = (String::from("ops"), String::from("apps"));
        policy.edges.remove(&key);
        policy.environments.get_mut("apps").expect("there").entry = true;
    };
    let guarded = world.policy().as_ref().clone();
    world.change_policy(close);
    world.open_entry("apps", "ann");
    let next = world.release("base", "eks", "size", 3);
    world.promote("apps", next).expect("opened");
    world.apply("apps");
    world.change_policy(|policy| *policy = guarded);
    let next = world.release("base", "eks", "size", 4);
    world.through("ops", next);
    world.promote("apps", next).expect("guarded again");
    world.apply("apps");
    world.change_policy(close);
    let last = world.release("base", "eks", "size", 5);
    assert!(has(&world.denials("apps", last), I10, "graph"));
}

#[test]
fn i12_a_hold_is_not_shortened_by_another_one() {
    let (mut world, release) = promoted(policy());
    world.hold("apps");
    let short = HoldBody {
        env: String::from("apps"),
        reason: String::from("a minute"),
        until: Some(world.now.plus(60)),
    };
    world.append(&short.hold(), &["ci"]).expect("recorded");
    world.later(HOUR);
    let next = world.release("base", "eks", "size", 3);
    world.through("ops", next);
    assert!(has(&world.denials("apps", next), I12, "hold"));
    assert_ne!(next, release);
}

#[test]
fn t10_what_came_by_break_glass_is_no_place_to_go_back_to() {
    let (mut world, first) = promoted(policy());
    let fix = world.release("base", "eks", "size", 3);
    world.promote("ops", fix).expect("recorded");
    break_in(&mut world, fix);
    let denials = world.denials_of(&rollback("apps", fix));
    assert!(has(&denials, I9, "order"), "{denials:?}");
    assert!(!world.view.ways_back("apps").contains(&fix));
    assert!(world.view.ways_back("apps").contains(&first));
    // What follows by the rules closes it, and still nothing goes back to it.
    let next = world.release("base", "eks", "size", 4);
    world.through("ops", next);
    world.promote("apps", next).expect("validated");
    world.apply("apps");
    assert_eq!(state(&world), None);
    world.later(30 * HOUR);
    assert_eq!(state(&world), None);
    assert!(matches!(
        world.decide(&rollback("apps", fix)),
        Decision::Deny(_)
    ));
    assert_eq!(world.view.ways_back("apps"), [first]);
}

#[test]
fn t10_approvals_that_were_set_aside_are_owed() {
    let (mut world, _) = promoted(ops_apps(|edge| {
        edge.approvals = None;
    }));
    world.change_policy(|policy| {
        let key = (String::from("ops"), String::from("apps"));
        let edge = policy.edges.get_mut(&key).expect("there");
        edge.approvals = Some(Approvals {
            role: Role::Approver,
            min: 1,
            not_author: false,
        });
    });
    let next = world.release("base", "eks", "size", 3);
    world.through("ops", next);
    only(&world.denials("apps", next), &[(I8, "approval")]);
    break_in(&mut world, next);
    assert!(matches!(state(&world), Some(EmergencyState::Due(_))));
    world.later(3 * HOUR);
    assert!(matches!(state(&world), Some(EmergencyState::Overdue(_))));
    world.approve("apps", next, "cat");
    assert_eq!(state(&world), None);
}

#[test]
fn t10_a_break_glass_for_a_soak_is_none_for_a_failed_verdict() {
    let (mut world, _) = promoted(policy());
    world.change_policy(|policy| {
        let key = (String::from("ops"), String::from("apps"));
        policy.edges.get_mut(&key).expect("there").soak = HOUR;
    });
    let next = world.release("base", "eks", "size", 3);
    world.through("ops", next);
    only(&world.denials("apps", next), &[(I4, "soak")]);
    let declared = world.break_glass("apps", next, "ann", 2);
    world.validate_with("ops", &["smoke"], "val");
    world
        .break_glass_for("apps", next, "bob", 2, vec![], Some(declared))
        .expect("confirmed");
    let question = Question {
        break_glass: Some(declared),
        ..Question::forward("apps", next)
    };
    let denials = world.denials_of(&question);
    assert!(has(&denials, I4, "verdict"), "{denials:?}");
    assert!(
        denials
            .iter()
            .any(|denial| denial.fact.contains("does not name I4 verdict ops->apps")),
        "{denials:?}"
    );
}
