//! Random histories against the reference model. The long run:
//! `cargo run --release -p terrace-promotion --example histories -- --runs 100000`.

mod common;

use common::histories::{Action, play};
use proptest::prelude::*;

fn action() -> impl Strategy<Value = Action> {
    let n = any::<u8>;
    prop_oneof![
        4 => (n(), n(), n()).prop_map(|(layer, component, value)| Action::Edit { layer, component, value }),
        1 => Just(Action::Comment),
        10 => (n(), n()).prop_map(|(env, release)| Action::Way { env, release }),
        12 => (n(), n()).prop_map(|(env, release)| Action::Promote { env, release }),
        2 => (n(), n()).prop_map(|(env, release)| Action::Rollback { env, release }),
        1 => n().prop_map(|env| Action::Revert { env }),
        1 => (n(), n()).prop_map(|(env, release)| Action::Adopt { env, release }),
        2 => (n(), n(), n()).prop_map(|(env, one, two)| Action::Race { env, one, two }),
        2 => (n(), n(), n()).prop_map(|(env, release, what)| Action::Meanwhile { env, release, what }),
        1 => (n(), n()).prop_map(|(env, release)| Action::DiesHalfway { env, release }),
        1 => n().prop_map(|env| Action::Settle { env }),
        8 => n().prop_map(|env| Action::Apply { env }),
        1 => n().prop_map(|env| Action::ApplyFails { env }),
        8 => (n(), prop::bool::weighted(0.15), n()).prop_map(|(env, fails, by)| Action::Validate { env, fails, by }),
        1 => n().prop_map(|env| Action::GateFails { env }),
        2 => (n(), any::<bool>()).prop_map(|(env, dirty)| Action::Drift { env, dirty }),
        1 => n().prop_map(|release| Action::RevokeRelease { release }),
        1 => n().prop_map(|back| Action::RevokeKey { back }),
        3 => (n(), n()).prop_map(|(env, release)| Action::Approve { env, release }),
        3 => (n(), n()).prop_map(|(env, release)| Action::Ack { env, release }),
        2 => (n(), prop::bool::weighted(0.4)).prop_map(|(env, on)| Action::Hold { env, on }),
        5 => (0_u16..600).prop_map(|minutes| Action::Later { minutes }),
        1 => n().prop_map(|minutes| Action::ClockBack { minutes }),
        1 => n().prop_map(|soak| Action::PolicyChange { soak }),
        1 => n().prop_map(|env| Action::HandEdit { env }),
        1 => (n(), n(), any::<bool>(), n()).prop_map(|(env, release, same_person, hours)| {
            Action::BreakGlass { env, release, same_person, hours }
        }),
        1 => (n(), n()).prop_map(|(env, release)| Action::Damage { env, release }),
        1 => Just(Action::Crash),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_real_thing_and_the_model_agree_after_every_step(
        actions in prop::collection::vec(action(), 1..40)
    ) {
        play(&actions);
    }
}
