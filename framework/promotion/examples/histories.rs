//! The long run of random histories: leave it running.
//!
//! `cargo run --release -p terrace-promotion --example histories -- --runs 100000 [--steps 60] [--seed 1]`

#![expect(clippy::print_stdout, reason = "an example reports on stdout")]

#[path = "../tests/common/mod.rs"]
mod common;

use common::histories::{Action, Tally, play};

/// SplitMix64: enough to choose actions, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn byte(&mut self) -> u8 {
        (self.next() >> 32) as u8
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

fn action(r: &mut Random) -> Action {
    match r.below(79) {
        0..4 => Action::Edit {
            layer: r.byte(),
            component: r.byte(),
            value: r.byte(),
        },
        4 => Action::Comment,
        5..17 => Action::Promote {
            env: r.byte(),
            release: r.byte(),
        },
        17..19 => Action::Rollback {
            env: r.byte(),
            release: r.byte(),
        },
        19 => Action::Revert { env: r.byte() },
        20 => Action::Adopt {
            env: r.byte(),
            release: r.byte(),
        },
        21..23 => Action::Race {
            env: r.byte(),
            one: r.byte(),
            two: r.byte(),
        },
        23..31 => Action::Apply { env: r.byte() },
        31 => Action::ApplyFails { env: r.byte() },
        32..40 => Action::Validate {
            env: r.byte(),
            fails: r.below(7) == 0,
            by: r.byte(),
        },
        40 => Action::GateFails { env: r.byte() },
        41..43 => Action::Drift {
            env: r.byte(),
            dirty: r.below(2) == 0,
        },
        43 => Action::RevokeRelease { release: r.byte() },
        44 => Action::RevokeKey { back: r.byte() },
        45..48 => Action::Approve {
            env: r.byte(),
            release: r.byte(),
        },
        48..51 => Action::Ack {
            env: r.byte(),
            release: r.byte(),
        },
        51..53 => Action::Hold {
            env: r.byte(),
            on: r.below(5) < 2,
        },
        53..58 => Action::Later {
            minutes: r.below(600) as u16,
        },
        58 => Action::ClockBack { minutes: r.byte() },
        59 => Action::PolicyChange { soak: r.byte() },
        60 => Action::HandEdit { env: r.byte() },
        61 => Action::BreakGlass {
            env: r.byte(),
            release: r.byte(),
            same_person: r.below(2) == 0,
            hours: r.byte(),
        },
        62 => Action::Damage {
            env: r.byte(),
            release: r.byte(),
        },
        63 => Action::Crash,
        64..66 => Action::Meanwhile {
            env: r.byte(),
            release: r.byte(),
            what: r.byte(),
        },
        66 => Action::DiesHalfway {
            env: r.byte(),
            release: r.byte(),
        },
        67..69 => Action::Settle { env: r.byte() },
        _ => Action::Way {
            env: r.byte(),
            release: r.byte(),
        },
    }
}

fn argument(name: &str, default: u64) -> u64 {
    let arguments: Vec<String> = std::env::args().collect();
    let value = arguments
        .iter()
        .position(|argument| argument == name)
        .and_then(|at| arguments.get(at + 1));
    value.and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn main() {
    let (runs, steps, seed) = (
        argument("--runs", 1000),
        argument("--steps", 60),
        argument("--seed", 1),
    );
    let started = std::time::Instant::now();
    let current = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let failing = std::sync::Arc::clone(&current);
    // A panic ends the process in release builds: say which history it was.
    std::panic::set_hook(Box::new(move |info| {
        let run = failing.load(std::sync::atomic::Ordering::Relaxed);
        println!(
            "history {run} of seed {seed} fails: {info}\n{:#?}",
            history(seed, run, steps)
        );
    }));
    let mut tally = Tally::default();
    for run in 0..runs {
        current.store(run, std::sync::atomic::Ordering::Relaxed);
        tally.add(play(&history(seed, run, steps)));
        if (run + 1) % 1000 == 0 || run + 1 == runs {
            println!(
                "{} histories in {:.1?}: {tally:?}",
                run + 1,
                started.elapsed()
            );
        }
    }
}

fn history(seed: u64, run: u64, steps: u64) -> Vec<Action> {
    let mut random = Random(seed.wrapping_mul(1 << 32).wrapping_add(run));
    let length = 1 + random.below(steps);
    (0..length).map(|_| action(&mut random)).collect()
}
