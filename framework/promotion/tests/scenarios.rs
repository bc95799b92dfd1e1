//! The named scenarios S1 to S24 as far as they need no files, no git and no
//! processes; the rest are black-box tests of the binary.

mod common;

use common::*;
use terrace_evidence::{Envelope, Role, SignedEntry};
use terrace_promotion::body::{Mode, Revoked};
use terrace_promotion::policy::{CoverageRule, Edge};
use terrace_promotion::status::{Matrix, Standing};
use terrace_promotion::{
    Decision, EmergencyState, Invariant::*, Phase, Policy, Question, emergency,
};
use terrace_release::Digest;

fn ops_apps(change: impl FnOnce(&mut Edge)) -> Policy {
    let mut policy = policy();
    let key = (String::from("ops"), String::from("apps"));
    change(policy.edges.get_mut(&key).expect("there"));
    policy
}

fn validated(policy: Policy) -> (World, Digest) {
    let mut world = World::new(policy);
    let release = world.release("base", "eks", "size", 2);
    world.through("ops", release);
    (world, release)
}

fn as_mode(mode: Mode, env: &str, release: Digest) -> Question {
    Question {
        mode,
        ..Question::forward(env, release)
    }
}

#[test]
fn s1_a_base_change_goes_all_the_way() {
    let (mut world, release) = validated(policy());
    world.through("apps", release);
    world.promote("prod", release).expect("validated in apps");
    world.apply("prod");
    let (ledger, view) = world.replayed();
    assert_eq!(view, world.view);
    assert_eq!(ledger.entries().len(), world.entries.len());
    let releases = |id: Digest| world.manifests.get(&id);
    let matrix = Matrix::new(
        &view,
        &world.policy(),
        world.manifests.get(&release),
        &releases,
        &Default::default(),
        world.now,
    );
    let envs: Vec<&str> = matrix
        .columns
        .iter()
        .map(|column| column.env.as_str())
        .collect();
    assert_eq!(envs, ["ops", "apps", "prod"]);
    assert!(
        matrix
            .rows
            .values()
            .flatten()
            .all(|cell| cell.standing == Standing::Current)
    );
    assert!(!matrix.overdue());
    assert!(matrix.to_json().to_canonical().contains("\"newest\""));
}

#[test]
fn s2_a_commit_never_applied_to_ops_is_refused() {
    let mut world = World::new(policy());
    let release = world.release("base", "eks", "size", 2);
    let denials = world.denials("apps", release);
    only(&denials, &[(I2, "evidence")]);
    assert!(
        denials[0].fact.contains("ops never had it"),
        "{}",
        denials[0]
    );
    assert_eq!(world.entries.len(), 1, "nothing is written");
}

#[test]
fn s3_evidence_dies_with_one_base_value() {
    let (mut world, first) = validated(policy());
    let next = world.release("base", "eks", "size", 3);
    only(&world.denials("apps", next), &[(I2, "evidence")]);
    world.through("ops", next);
    world.promote("apps", next).expect("validated again");
    let _ = first;
}

#[test]
fn s4_a_comment_reuses_evidence_and_says_so() {
    let (mut world, first) = validated(policy());
    let commit = world.comment();
    let next = world.render(commit);
    assert_ne!(first, next);
    assert_eq!(world.content(first), world.content(next));
    world.promote("ops", next).expect("into the entry");
    let Decision::Allow(binding) = world.decide(&Question::forward("apps", next)) else {
        panic!("the content was validated");
    };
    assert!(binding.reused);
    world.promote("apps", next).expect("promoted");
}

#[test]
fn s5_a_masked_change_is_acknowledged_as_exactly_that_list() {
    let mut world = World::new(ops_apps(|edge| {
        edge.coverage = Some(CoverageRule {
            approvers: 1,
            first: false,
        });
    }));
    world.edit("ops", "eks", "max", 3);
    let first = world.release("base", "eks", "size", 2);
    world.through("ops", first);
    world
        .promote("apps", first)
        .expect("the first promotion is not blocked");
    world.apply("apps");
    let masked = world.release("base", "eks", "max", 20);
    world.through("ops", masked);
    let denials = world.denials("apps", masked);
    only(&denials, &[(I2, "coverage")]);
    assert_eq!(denials.len(), 1, "{denials:?}");
    assert_eq!(denials[0].place.as_deref(), Some("base/eks.hcl:3"));
    assert!(
        denials[0].fact.contains("masked by ops/eks.hcl:3"),
        "{}",
        denials[0]
    );
    let list = |world: &World, release| {
        world
            .coverage("ops", "apps", release, &world.policy())
            .digest()
            .expect("a list")
    };
    let acked = list(&world, masked);
    world.ack("apps", masked, acked, "ann");
    assert!(matches!(
        world.decide(&Question::forward("apps", masked)),
        Decision::Allow(_)
    ));
    // A further edit voids the acknowledgement.
    let further = world.release("base", "eks", "max", 21);
    world.through("ops", further);
    assert_ne!(list(&world, further), acked);
    only(&world.denials("apps", further), &[(I2, "coverage")]);
}

#[test]
fn s6_an_apps_only_edit_is_refused_by_default() {
    let mut world = World::new(ops_apps(|edge| {
        edge.coverage = Some(CoverageRule {
            approvers: 1,
            first: false,
        });
    }));
    let first = world.release("base", "eks", "size", 2);
    world.through("ops", first);
    world.promote("apps", first).expect("promoted");
    world.apply("apps");
    let only_apps = world.release("apps", "eks", "size", 9);
    world.through("ops", only_apps);
    let denials = world.denials("apps", only_apps);
    only(&denials, &[(I2, "coverage")]);
    assert!(
        denials[0].fact.contains("set in apps only"),
        "{}",
        denials[0]
    );
    let _ = first;
}

#[test]
fn s7_a_gate_that_fails_on_the_second_run_refuses() {
    let (mut world, release) = validated(policy());
    world.validate_with("ops", &["smoke"], "val");
    let denials = world.denials("apps", release);
    only(&denials, &[(I4, "verdict")]);
    assert!(denials[0].next.contains("terrace validate ops"));
}

#[test]
fn s8_expired_refuse_an_hour_behind_allow_future_refuse() {
    let (mut world, release) = validated(policy());
    world.later(25 * HOUR);
    only(&world.denials("apps", release), &[(I5, "expiry")]);
    let (mut world, release) = validated(policy());
    world.later(-HOUR);
    world.promote("apps", release).expect("an hour behind");
    let (mut world, release) = validated(policy());
    world.later(-HOUR - 1);
    only(&world.denials("apps", release), &[(I5, "expiry")]);
}

#[test]
fn s9_a_kubectl_edit_in_ops_makes_evidence_suspect() {
    let (mut world, release) = validated(policy());
    world.drift("ops", Some("nginx"));
    only(&world.denials("apps", release), &[(I6, "drift")]);
    world.drift("ops", None);
    world.validate("ops");
    world
        .promote("apps", release)
        .expect("healed and validated");
}

#[test]
fn s10_a_hand_edited_branch_blocks_until_adopt_or_revert() {
    let (mut world, first) = validated(policy());
    world.promote("apps", first).expect("promoted");
    world.apply("apps");
    let next = world.release("base", "eks", "size", 3);
    world.through("ops", next);
    world.hand_edit("apps", "eks", "# by hand\n");
    assert!(!world.branch_is_attested("apps"));
    only(&world.denials("apps", next), &[(I17, "unattested")]);
    world
        .promote_as("apps", first, Mode::Revert, None)
        .expect("reverted");
    assert!(world.branch_is_attested("apps"));
    world.apply("apps");
    world.promote("apps", next).expect("promoted");
}

#[test]
fn s11_two_promoters_with_different_releases_and_one_intent() {
    let (mut world, first) = validated(policy());
    let next = world.release("base", "eks", "size", 3);
    world.through("ops", next);
    let one = world
        .prepare(Question::forward("apps", first))
        .expect("allowed");
    let two = world
        .prepare(Question::forward("apps", next))
        .expect("allowed");
    world.land(two).expect("wins");
    assert!(matches!(world.land(one), Err(Failed::RaceLost)));
    // The loser asks again and is told why.
    let denials = world.denials("apps", first);
    assert!(
        has(&denials, I9, "order") && has(&denials, I11, "intent"),
        "{denials:?}"
    );
}

#[test]
fn s12_a_revocation_between_read_and_push_is_seen() {
    let (mut world, release) = validated(policy());
    let prepared = world
        .prepare(Question::forward("apps", release))
        .expect("allowed");
    world.revoke(Revoked::Release(release));
    let before = world.entries.len();
    assert!(matches!(world.land(prepared), Err(Failed::RaceLost)));
    only(&world.denials("apps", release), &[(I4, "revoked")]);
    assert_eq!(world.entries.len(), before);
}

#[test]
fn s13_a_component_fails_and_is_resumed_or_rolled_back() {
    for resume in [true, false] {
        let mut world = World::new(policy());
        let first = world.release("base", "eks", "size", 2);
        world.through("ops", first);
        world.promote("apps", first).expect("promoted");
        world.apply("apps");
        world.validate("apps");
        let next = world.release("base", "eks", "size", 3);
        world.through("ops", next);
        world.promote("apps", next).expect("promoted");
        world.apply_failing("apps", &["eks"]);
        let env = world.view.env("apps").into_owned();
        assert_eq!(env.phase(), Phase::Degraded);
        assert_eq!(env.last_good, Some(first));
        if resume {
            world.apply("apps");
            assert_eq!(world.view.env("apps").phase(), Phase::Idle);
            continue;
        }
        world
            .promote_as("apps", first, Mode::Rollback, None)
            .expect("back to the last good one");
        world.apply("apps");
        let env = world.view.env("apps").into_owned();
        assert_eq!(env.applied.expect("whole").release, first);
        assert_eq!(
            world.branch_runs("apps"),
            world.stored.get(&(first, String::from("apps")))
        );
    }
}

#[test]
fn s14_a_writer_that_dies_leaves_the_ledger_as_it_was_or_as_it_will_be() {
    let (mut world, release) = validated(policy());
    let prepared = world
        .prepare(Question::forward("apps", release))
        .expect("allowed");
    // Died before the push: nothing happened, the next run decides the same.
    drop(prepared);
    world.rebuild();
    world.promote("apps", release).expect("the re-run");
    // Died after the push: the next run finds it done.
    world.rebuild();
    assert!(matches!(
        world.promote("apps", release),
        Err(Failed::Current)
    ));
}

#[test]
fn s15_a_rollback_moves_stored_bytes_and_stays() {
    let mut world = World::new(policy());
    let first = world.release("base", "eks", "size", 2);
    world.through("ops", first);
    world.through("apps", first);
    let next = world.release("base", "eks", "size", 3);
    world.through("ops", next);
    world.through("apps", next);
    world.edit("base", "eks", "size", 99);
    world
        .promote_as("apps", first, Mode::Rollback, None)
        .expect("was good");
    world.apply("apps");
    assert_eq!(
        world.branch_runs("apps"),
        world.stored.get(&(first, String::from("apps")))
    );
    // An automatic promotion does not undo it.
    let denials = world.denials("apps", next);
    only(&denials, &[(I12, "hold")]);
    assert!(denials[0].fact.contains("rolled back"), "{}", denials[0]);
    world.unhold("apps");
    world.promote("apps", next).expect("someone released it");
}

#[test]
fn s16_the_older_of_two_validated_releases_goes_back_only_as_a_rollback() {
    let mut world = World::new(policy());
    let first = world.release("base", "eks", "size", 2);
    world.through("ops", first);
    world.through("apps", first);
    let next = world.release("base", "eks", "size", 3);
    world.through("ops", next);
    world.through("apps", next);
    let denials = world.denials("apps", first);
    only(&denials, &[(I9, "order")]);
    assert!(
        denials[0]
            .next
            .starts_with("terrace rollback apps --release")
    );
    let Decision::Allow(_) = world.decide(&as_mode(Mode::Rollback, "apps", first)) else {
        panic!("a rollback is legal");
    };
}

#[test]
fn s18_break_glass_takes_two_people_ends_and_freezes() {
    let mut world = World::new(policy());
    let first = world.release("base", "eks", "size", 2);
    world.through("ops", first);
    world.promote("apps", first).expect("promoted");
    world.apply("apps");
    let fix = world.release("base", "eks", "size", 3);
    world.promote("ops", fix).expect("recorded");
    let declared = world.break_glass("apps", fix, "ann", 2);
    let question = Question {
        break_glass: Some(declared),
        ..Question::forward("apps", fix)
    };
    let denials = world.denials_of(&question);
    assert!(has(&denials, I8, "break-glass"), "{denials:?}");
    // The same person again is still one person.
    world
        .break_glass_for("apps", fix, "ann", 2, vec![], Some(declared))
        .expect("signed");
    assert!(has(&world.denials_of(&question), I8, "break-glass"));
    world
        .break_glass_for("apps", fix, "bob", 2, vec![], Some(declared))
        .expect("signed");
    world
        .promote_as("apps", fix, Mode::Forward, Some(declared))
        .expect("two people");
    world.apply("apps");
    let state = |world: &World| emergency(&world.view, &world.policy(), "apps", world.now);
    assert!(matches!(state(&world), Some(EmergencyState::Due(_))));
    world.later(3 * HOUR);
    assert!(matches!(state(&world), Some(EmergencyState::Overdue(_))));
    let next = world.release("base", "eks", "size", 4);
    world.promote("ops", next).expect("recorded");
    world.apply("ops");
    world.validate("ops");
    assert!(has(&world.denials("apps", next), I12, "break-glass"));
    // Evidence for what was promoted clears it.
    let again = world.comment();
    let again = world.render(again);
    assert_ne!(world.content(again), Digest::of(""));
    world.edit("base", "eks", "size", 3);
    let back = world.render(world.head());
    assert_eq!(world.content(back), world.content(fix));
    world.through("ops", back);
    assert_eq!(state(&world), None);
    world.promote("apps", back).expect("no longer frozen");
}

#[test]
fn s18_a_break_glass_names_what_it_sets_aside_and_never_bytes() {
    let (mut world, _) = validated(policy());
    let fix = world.release("base", "eks", "size", 3);
    world.promote("ops", fix).expect("recorded");
    let declared = world
        .break_glass_for("apps", fix, "ann", 2, vec![String::from("I5")], None)
        .expect("declared");
    world
        .break_glass_for("apps", fix, "bob", 2, vec![], Some(declared))
        .expect("confirmed");
    let question = Question {
        break_glass: Some(declared),
        ..Question::forward("apps", fix)
    };
    let denials = world.denials_of(&question);
    only(&denials, &[(I2, "evidence")]);
    assert!(
        denials[0].fact.contains("does not name I2"),
        "{}",
        denials[0]
    );
    // Damaged bytes are never promoted.
    let declared = world.break_glass("apps", fix, "ann", 2);
    world
        .break_glass_for("apps", fix, "bob", 2, vec![], Some(declared))
        .expect("confirmed");
    let files = world.stored.get_mut(&(fix, String::from("apps")));
    files
        .expect("stored")
        .insert(String::from("eks"), String::from("x"));
    let question = Question {
        break_glass: Some(declared),
        ..Question::forward("apps", fix)
    };
    only(&world.denials_of(&question), &[(I1, "bytes")]);
    // Longer than a day cannot even be declared.
    assert!(matches!(
        world.break_glass_for("apps", fix, "ann", 25, vec![], None),
        Err(Failed::Story(_))
    ));
}

#[test]
fn s19_every_attack_on_the_ledger_names_the_entry() {
    let (world, _) = validated(policy());
    type Attack = fn(&mut Vec<SignedEntry>);
    let attacks: [(&str, Attack); 5] = [
        ("ledger entry 5", |files| _ = files.remove(3)),
        ("ledger entry 3", |files| {
            let (a, b) = (files[2].bytes.clone(), files[3].bytes.clone());
            files[2].bytes = b;
            files[3].bytes = a;
        }),
        ("ledger entry 4", |files| {
            let again = files[3].clone();
            files.push(again);
        }),
        ("ledger entry 6", |files| {
            let mut envelope = Envelope::parse(&files[5].bytes).expect("envelope");
            envelope.signatures[0].sig[7] ^= 1;
            files[5].bytes = envelope.to_text().into_bytes();
        }),
        ("ledger entry 2", |files| {
            files[1].bytes = files[0].bytes.clone();
        }),
    ];
    for (named, attack) in attacks {
        let mut files = world.entries.clone();
        attack(&mut files);
        let said = world.verify(&files).expect_err(named).join("\n");
        assert!(said.contains(named), "{named}: {said}");
    }
}

#[test]
fn s20_a_rotated_key_keeps_its_past_and_loses_its_future() {
    let (mut world, release) = validated(policy());
    world.change_trust(trust(&[
        ("ci", "ci-2", &[Role::Promoter]),
        ("val", "val", &[Role::Validator]),
    ]));
    let (ledger, _) = world.replayed();
    assert_eq!(ledger.entries().len(), world.entries.len());
    let hold = terrace_promotion::body::HoldBody {
        env: String::from("apps"),
        reason: String::from("x"),
        until: None,
    };
    // The new key signs; the old one is refused by the verifier.
    world.append(&hold.hold(), &["ci-2"]).expect("the new key");
    let old = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        world.append(&hold.unhold(), &["ci"])
    }));
    assert!(old.is_err(), "the old key signs nothing new");
    let _ = release;
}

#[test]
fn s23_rules_that_contradict_themselves_are_named_before_anything_moves() {
    let mut policy = policy();
    let edge = policy.edges[&(String::from("ops"), String::from("apps"))].clone();
    policy
        .edges
        .insert((String::from("prod"), String::from("apps")), edge);
    let faults = policy.check();
    assert_eq!(faults.len(), 1);
    assert!(faults[0].message.contains("cycle"), "{}", faults[0].message);
}

#[test]
fn s24_an_approval_is_void_when_the_state_moves_under_its_plan() {
    let mut world = World::new(ops_apps(|edge| {
        edge.approvals = Some(terrace_promotion::policy::Approvals {
            role: Role::Approver,
            min: 1,
            not_author: true,
        });
    }));
    let release = world.release("base", "eks", "size", 2);
    world.through("ops", release);
    world
        .plans
        .insert(String::from("apps"), Digest::of("serial 17"));
    world.approve("apps", release, "ann");
    assert!(matches!(
        world.decide(&Question::forward("apps", release)),
        Decision::Allow(_)
    ));
    world
        .plans
        .insert(String::from("apps"), Digest::of("serial 18"));
    only(&world.denials("apps", release), &[(I8, "approval")]);
}

/// An edge may ask that every byte is covered by the release's digest.
#[test]
fn what_is_fetched_when_it_runs_is_refused_where_an_edge_says_so() {
    let refused = |vendored: bool, leaf: &str| {
        let mut world = World::new(ops_apps(|edge| edge.vendored = vendored));
        let release = world.release("base", "eks", leaf, 2);
        world.through("ops", release);
        match world.decide(&Question::forward("apps", release)) {
            Decision::Deny(denials) => denials,
            _ => Vec::new(),
        }
    };
    assert!(refused(false, "remote").is_empty());
    assert!(refused(true, "size").is_empty());
    let denials = refused(true, "remote");
    only(&denials, &[(I1, "vendored")]);
    let denial = &denials[0];
    assert!(
        denial.fact.contains("git::https://acme.example/m.git"),
        "{}",
        denial.fact
    );
    assert!(denial.next.contains("terrace vendor"), "{}", denial.next);
}
