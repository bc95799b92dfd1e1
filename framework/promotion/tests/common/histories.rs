//! Random histories: what people and machines do, in any order, on the real
//! ledger and on the model, compared after every step.

use std::collections::BTreeSet;

use terrace_evidence::Role;
use terrace_promotion::body::{Mode, Revoked};
use terrace_promotion::policy::{Approvals, CoverageRule};
use terrace_promotion::{Decision, Policy, Question};
use terrace_release::Digest;

use super::model::{Expected, Model, What};
use super::{Failed, HOUR, World, key, policy};

/// One step; numbers choose among what there is.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    Edit {
        layer: u8,
        component: u8,
        value: u8,
    },
    Comment,
    /// The straight way up to an environment, as far as it goes: the state in
    /// which a single disturbance matters.
    Way {
        env: u8,
        release: u8,
    },
    Promote {
        env: u8,
        release: u8,
    },
    Rollback {
        env: u8,
        release: u8,
    },
    Revert {
        env: u8,
    },
    Adopt {
        env: u8,
        release: u8,
    },
    Race {
        env: u8,
        one: u8,
        two: u8,
    },
    /// Someone else writes between a decision and its push.
    Meanwhile {
        env: u8,
        release: u8,
        what: u8,
    },
    /// A promoter dies after its intent is recorded and before the branch is
    /// moved.
    DiesHalfway {
        env: u8,
        release: u8,
    },
    /// Someone finishes that.
    Settle {
        env: u8,
    },
    Apply {
        env: u8,
    },
    ApplyFails {
        env: u8,
    },
    Validate {
        env: u8,
        fails: bool,
        by: u8,
    },
    GateFails {
        env: u8,
    },
    Drift {
        env: u8,
        dirty: bool,
    },
    RevokeRelease {
        release: u8,
    },
    RevokeKey {
        back: u8,
    },
    Approve {
        env: u8,
        release: u8,
    },
    Ack {
        env: u8,
        release: u8,
    },
    Hold {
        env: u8,
        on: bool,
    },
    Later {
        minutes: u16,
    },
    ClockBack {
        minutes: u8,
    },
    PolicyChange {
        soak: u8,
    },
    HandEdit {
        env: u8,
    },
    BreakGlass {
        env: u8,
        release: u8,
        same_person: bool,
        hours: u8,
    },
    Damage {
        env: u8,
        release: u8,
    },
    Crash,
}

const ENVS: [&str; 3] = ["ops", "apps", "prod"];

fn rules() -> Policy {
    let mut policy = policy();
    for ((from, _), edge) in &mut policy.edges {
        if from == "ops" {
            edge.soak = HOUR;
            edge.coverage = Some(CoverageRule {
                approvers: 1,
                first: false,
            });
        } else {
            edge.approvals = Some(Approvals {
                role: Role::Approver,
                min: 1,
                not_author: true,
            });
        }
    }
    policy
}

/// Counts of one or many histories.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) histories: u64,
    pub(crate) steps: u64,
    pub(crate) decisions: u64,
    pub(crate) allowed: u64,
    pub(crate) entries: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.histories += other.histories;
        self.steps += other.steps;
        self.decisions += other.decisions;
        self.allowed += other.allowed;
        self.entries += other.entries;
    }
}

struct Run {
    world: World,
    model: Model,
    releases: Vec<Digest>,
    tally: Tally,
}

/// Plays a history; panics where the real thing and the model differ.
pub(crate) fn play(actions: &[Action]) -> Tally {
    let mut world = World::new(rules());
    let first = world.release("base", "eks", "size", 2);
    let mut run = Run {
        world,
        model: Model::default(),
        releases: vec![first],
        tally: Tally {
            histories: 1,
            ..Tally::default()
        },
    };
    for action in actions {
        run.step(action);
        run.check();
        run.tally.steps += 1;
    }
    // I16, I19: the files alone give the same ledger and the same state.
    let (ledger, view) = run.world.replayed();
    assert_eq!(ledger, run.world.ledger);
    assert_eq!(view, run.world.view);
    run.tally.entries = ledger.entries().len() as u64;
    run.tally
}

impl Run {
    fn env(&self, at: u8) -> &'static str {
        ENVS[usize::from(at) % ENVS.len()]
    }

    /// The newest releases are chosen more often than old ones.
    fn pick(&self, at: u8) -> Digest {
        let back = usize::from(at % 4).min(self.releases.len() - 1);
        self.releases[self.releases.len() - 1 - back]
    }

    fn add(&mut self, what: What) {
        self.model.add(&self.world, what);
    }

    fn step(&mut self, action: &Action) {
        match action {
            Action::Edit {
                layer,
                component,
                value,
            } => {
                let layer = ["base", "base", "ops", "apps"][usize::from(*layer) % 4];
                let component = ["net", "eks", "nginx"][usize::from(*component) % 3];
                let release = self
                    .world
                    .release(layer, component, "size", i64::from(value % 4));
                self.releases.push(release);
            }
            Action::Comment => {
                let at = self.world.comment();
                let release = self.world.render(at);
                self.releases.push(release);
            }
            Action::Way { env, release } => {
                for at in 0..=env % 3 {
                    self.step(&Action::Ack {
                        env: at,
                        release: *release,
                    });
                    self.step(&Action::Approve {
                        env: at,
                        release: *release,
                    });
                    self.step(&Action::Promote {
                        env: at,
                        release: *release,
                    });
                    self.step(&Action::Apply { env: at });
                    self.step(&Action::Validate {
                        env: at,
                        fails: false,
                        by: *release,
                    });
                    self.step(&Action::Later { minutes: 61 });
                }
            }
            Action::Promote { env, release } => {
                let (env, release) = (self.env(*env), self.pick(*release));
                self.try_move(env, release, Mode::Forward, None);
            }
            Action::Rollback { env, release } => {
                let (env, release) = (self.env(*env), self.pick(*release));
                self.try_move(env, release, Mode::Rollback, None);
            }
            Action::Revert { env } => {
                let env = self.env(*env);
                if let Some(release) = self.model.desired(env) {
                    self.try_move(env, release, Mode::Revert, None);
                }
            }
            Action::Adopt { env, release } => {
                let (env, release) = (self.env(*env), self.pick(*release));
                if self.model.desired(env).is_some_and(|desired| {
                    self.world.stored[&(desired, String::from(env))]
                        != self.world.stored[&(release, String::from(env))]
                }) && !self.model.damaged.contains(&(release, String::from(env)))
                {
                    self.world.hand_place(env, release);
                    self.tampered(env);
                    self.adopt(env, release);
                }
            }
            Action::Race { env, one, two } => self.race(*env, *one, *two),
            Action::Meanwhile { env, release, what } => self.meanwhile(*env, *release, *what),
            Action::DiesHalfway { env, release } => self.dies_halfway(*env, *release),
            Action::Settle { env } => {
                let env = self.env(*env);
                let settled = self.world.branch_settles(env);
                assert_eq!(settled, self.model.halfway.remove(env), "{env} settles");
                if settled {
                    self.model.tampered.remove(env);
                }
            }
            Action::Apply { env } => {
                let env = self.env(*env);
                if self.model.is_open(env) {
                    self.world.apply(env);
                    self.add(What::Applied {
                        env: String::from(env),
                    });
                }
            }
            Action::ApplyFails { env } => {
                let env = self.env(*env);
                if self.model.is_open(env) {
                    self.world.apply_failing(env, &["eks"]);
                    self.add(What::Degraded {
                        env: String::from(env),
                    });
                }
            }
            Action::Validate { env, fails, by } => self.validate(*env, *fails, *by),
            Action::GateFails { env } => {
                let env = self.env(*env);
                if let Some(applied) = self.applied(env) {
                    let to = if env == "ops" { "apps" } else { "prod" };
                    if env != "prod" {
                        self.world.gate(env, to, "plan_clean", false, "val");
                        self.gate_event(env, to, "plan_clean", applied, false);
                    }
                }
            }
            Action::Drift { env, dirty } => {
                let env = self.env(*env);
                self.world.drift(env, dirty.then_some("eks"));
                self.add(What::Drift {
                    env: String::from(env),
                    dirty: *dirty,
                });
            }
            Action::RevokeRelease { release } => {
                let release = self.pick(*release);
                if self.world.view.content(release).is_some() {
                    self.world.revoke(Revoked::Release(release));
                    self.add(What::RevokeRelease { release });
                }
            }
            Action::RevokeKey { back } => {
                let since = self.world.view.seq.saturating_sub(u64::from(*back));
                let fingerprint = String::from(key("val").public().fingerprint());
                self.world.revoke(Revoked::Key { fingerprint, since });
                self.add(What::RevokeKey {
                    by: String::from("val"),
                    since,
                });
            }
            Action::Approve { env, release } => {
                let (env, release) = (self.env(*env), self.pick(*release));
                // Coverage is part of what is approved; only prod asks for approvals.
                if env == "prod" && self.world.view.content(release).is_some() {
                    self.world.approve(env, release, "ann");
                    self.add(What::Approve {
                        env: String::from(env),
                        release,
                    });
                }
            }
            Action::Ack { env, release } => {
                let (env, release) = (self.env(*env), self.pick(*release));
                let policy = self.world.policy();
                let list = policy.edges_into(env).find_map(|(from, _)| {
                    self.world.coverage(from, env, release, &policy).digest()
                });
                if let (Some(list), Some(_)) = (list, self.world.view.content(release)) {
                    self.world.ack(env, release, list, "bob");
                    self.add(What::Ack {
                        env: String::from(env),
                        list,
                    });
                }
            }
            Action::Hold { env, on } => {
                let env = self.env(*env);
                match on {
                    true => self.world.hold(env),
                    false => self.world.unhold(env),
                }
                self.add(What::Hold {
                    env: String::from(env),
                    on: *on,
                });
            }
            Action::Later { minutes } => self.world.later(i64::from(*minutes) * 60),
            Action::ClockBack { minutes } => {
                // Another machine's clock: it may be behind the last entry by the skew.
                let last = self.world.ledger.clock();
                let back = self.world.now.plus(-i64::from(*minutes % 60) * 60);
                if last.is_none_or(|last| last.since(back) <= HOUR) {
                    self.world.now = back;
                }
            }
            Action::PolicyChange { soak } => {
                let soak = i64::from(soak % 3) * HOUR;
                self.world.change_policy(|policy| {
                    let key = (String::from("ops"), String::from("apps"));
                    if let Some(edge) = policy.edges.get_mut(&key) {
                        edge.soak = soak;
                    }
                });
            }
            Action::HandEdit { env } => {
                let env = self.env(*env);
                // A branch that is not there yet cannot be edited.
                if self.world.branch_runs(env).is_some() {
                    self.world.hand_edit(env, "eks", "# by hand\n");
                    self.tampered(env);
                }
            }
            Action::BreakGlass {
                env,
                release,
                same_person,
                hours,
            } => {
                self.break_glass(*env, *release, *same_person, *hours);
            }
            Action::Damage { env, release } => {
                let (env, release) = (self.env(*env), self.pick(*release));
                let files = self.world.stored.get_mut(&(release, String::from(env)));
                // A release that some branch is at stays: that is tampering, not damage.
                let used = ENVS
                    .iter()
                    .any(|env| self.model.desired(env) == Some(release));
                if let (Some(files), false) = (files, used) {
                    files.insert(String::from("eks"), String::from("# damaged\n"));
                    self.model.damaged.insert((release, String::from(env)));
                }
            }
            Action::Crash => self.world.rebuild(),
        }
    }

    fn applied(&self, env: &str) -> Option<Digest> {
        self.world
            .view
            .env(env)
            .applied
            .as_ref()
            .map(|applied| applied.release)
    }

    fn gate_event(&mut self, env: &str, to: &str, gate: &str, release: Digest, passed: bool) {
        self.add(What::Gate {
            env: String::from(env),
            to: String::from(to),
            gate: String::from(gate),
            release,
            passed,
        });
    }

    fn validate(&mut self, env: u8, fails: bool, by: u8) {
        let env = self.env(env);
        let by = ["val", "val2"][usize::from(by) % 2];
        let Some(release) = self.applied(env) else {
            return;
        };
        let policy = self.world.policy();
        let edges: Vec<(String, Vec<String>)> = policy
            .edges_from(env)
            .map(|(to, edge)| (String::from(to), edge.gates.iter().cloned().collect()))
            .collect();
        let failing: &[&str] = if fails { &["plan_clean"] } else { &[] };
        let before = self.world.view.seq;
        self.world.validate_with(env, failing, by);
        let mut seq = before;
        for (to, gates) in edges {
            for gate in &gates {
                seq += 1;
                self.gate_event(env, &to, gate, release, !failing.contains(&gate.as_str()));
                if let Some(event) = self.model.events.last_mut() {
                    event.seq = seq;
                }
            }
            seq += 1;
            self.add(What::Evidence {
                env: String::from(env),
                to: to.clone(),
                release,
                passed: !fails,
                policy: policy.digest(env, &to).expect("an edge"),
                by: String::from(by),
            });
            if let Some(event) = self.model.events.last_mut() {
                event.seq = seq;
            }
        }
        assert_eq!(seq, self.world.view.seq);
    }

    /// Asks both; they must agree on every invariant. Nothing is written if refused.
    fn try_move(
        &mut self,
        env: &str,
        release: Digest,
        mode: Mode,
        emergency: Option<(Digest, i64)>,
    ) {
        let expected = self.model.expected(&self.world, env, release, mode);
        let question = Question {
            env: String::from(env),
            release,
            mode,
            break_glass: emergency.map(|(entry, _)| entry),
        };
        let before = self.world.entries.len();
        self.tally.decisions += 1;
        let decision = self.world.decide(&question);
        let waived = match &decision {
            Decision::Allow(binding) => binding.waived.iter().map(|denial| denial.name()).collect(),
            _ => BTreeSet::new(),
        };
        match (decision, &expected, emergency) {
            (Decision::Current, Expected::Current, _) => return,
            (Decision::Allow(_), Expected::Allowed, _) => {}
            (Decision::Allow(_), Expected::Refused(no), Some(_)) => {
                // A break-glass sets aside only what may be set aside.
                assert!(no.iter().all(|invariant| invariant.waivable()), "{no:?}");
            }
            (Decision::Deny(denials), Expected::Refused(no), None) => {
                let found: BTreeSet<_> = denials.iter().map(|denial| denial.invariant).collect();
                assert_eq!(&found, no, "{env} {mode:?}: {denials:?}");
                assert_eq!(self.world.entries.len(), before);
                return;
            }
            (Decision::Deny(denials), Expected::Refused(_) | Expected::Allowed, Some(_)) => {
                assert!(!denials.is_empty());
                return;
            }
            (found, expected, _) => panic!("{env} {mode:?}: {found:?}, expected {expected:?}"),
        }
        let prepared = self.world.prepare(question).expect("just allowed");
        match self.world.land(prepared) {
            Ok(_) => {
                let emergency = emergency.map(|(_, hours)| (hours, waived));
                self.landed(env, release, mode, emergency);
            }
            Err(error) => panic!("{error:?}"),
        }
    }

    fn landed(
        &mut self,
        env: &str,
        release: Digest,
        mode: Mode,
        emergency: Option<(i64, BTreeSet<String>)>,
    ) {
        self.tally.allowed += 1;
        self.model.tampered.remove(env);
        self.model.halfway.remove(env);
        let emergency =
            emergency.map(|(hours, waived)| (self.world.now.plus(hours * HOUR), waived));
        self.add(What::Intent {
            env: String::from(env),
            release,
            mode,
            emergency,
        });
        // I1: what the branch holds now are the release's bytes.
        let environment = &self.world.manifests[&release].manifest().environments[env];
        let tree = self.world.branch_runs(env).expect("just moved");
        assert_eq!(tree.len(), environment.components.len());
        for (name, component) in &environment.components {
            assert_eq!(
                super::folder_digest(&tree[name]),
                component.sha256,
                "I1 {env}/{name}"
            );
        }
    }

    fn adopt(&mut self, env: &str, release: Digest) {
        // Adopting follows the rules of a promotion, the hand-made change aside.
        self.model.tampered.remove(env);
        let forward = self.model.expected(&self.world, env, release, Mode::Adopt);
        self.model.tampered.insert(String::from(env));
        let question = Question {
            mode: Mode::Adopt,
            ..Question::forward(env, release)
        };
        self.tally.decisions += 1;
        match (self.world.decide(&question), forward) {
            (Decision::Allow(_), Expected::Allowed) => {
                let prepared = self.world.prepare(question).expect("just allowed");
                self.world.land(prepared).expect("landed");
                self.landed(env, release, Mode::Adopt, None);
            }
            (Decision::Deny(denials), Expected::Refused(no)) => {
                let found: BTreeSet<_> = denials.iter().map(|denial| denial.invariant).collect();
                assert_eq!(no, found, "adopt {env}: {denials:?}");
            }
            (found, expected) => panic!("adopt {env}: {found:?}, expected {expected:?}"),
        }
    }

    /// Two promoters decide on the same head; one lands, the other asks again.
    fn race(&mut self, env: u8, one: u8, two: u8) {
        let env = self.env(env);
        let (one, two) = (self.pick(one), self.pick(two));
        let first = self.world.prepare(Question::forward(env, one));
        let second = self.world.prepare(Question::forward(env, two));
        let (Ok(first), Ok(second)) = (first, second) else {
            return;
        };
        let before = self.world.entries.len();
        self.world.land(first).expect("the first one lands");
        self.landed(env, one, Mode::Forward, None);
        let after = self.world.entries.len();
        assert!(matches!(self.world.land(second), Err(Failed::RaceLost)));
        assert!(after > before);
        assert_eq!(self.world.entries.len(), after, "the loser writes nothing");
        self.try_move(env, two, Mode::Forward, None);
    }

    /// Decided, then a third person writes, then it lands: the push is lost, and
    /// asked again it is refused if what was written says so (S12).
    fn meanwhile(&mut self, env: u8, release: u8, what: u8) {
        let (to, chosen) = (self.env(env), self.pick(release));
        let prepared = self.world.prepare(Question::forward(to, chosen));
        let before = self.world.entries.len();
        self.step(&match what % 6 {
            0 | 1 => Action::RevokeRelease { release },
            2 => Action::Hold { env, on: true },
            3 => Action::RevokeKey { back: 40 },
            4 => Action::Drift {
                env: env.wrapping_add(2),
                dirty: true,
            },
            _ => Action::Validate {
                env: env.wrapping_add(2),
                fails: true,
                by: what,
            },
        });
        let (Ok(prepared), true) = (prepared, self.world.entries.len() > before) else {
            return;
        };
        let after = self.world.entries.len();
        assert!(matches!(self.world.land(prepared), Err(Failed::RaceLost)));
        assert_eq!(self.world.entries.len(), after, "the loser writes nothing");
        self.try_move(to, chosen, Mode::Forward, None);
    }

    fn dies_halfway(&mut self, env: u8, release: u8) {
        let (env, release) = (self.env(env), self.pick(release));
        // Every promoter finishes first what it finds half-done.
        if self.model.tampered.contains(env) {
            return;
        }
        let Ok(prepared) = self.world.prepare(Question::forward(env, release)) else {
            return;
        };
        let expected = self
            .model
            .expected(&self.world, env, release, Mode::Forward);
        assert_eq!(expected, Expected::Allowed, "{env}");
        self.world.land_half(prepared).expect("just allowed");
        self.tally.allowed += 1;
        self.add(What::Intent {
            env: String::from(env),
            release,
            mode: Mode::Forward,
            emergency: None,
        });
        self.model.tampered.insert(String::from(env));
        self.model.halfway.insert(String::from(env));
    }

    /// Someone pushes to an environment's branch.
    fn tampered(&mut self, env: &str) {
        self.model.tampered.insert(String::from(env));
        self.model.halfway.remove(env);
    }

    fn break_glass(&mut self, env: u8, release: u8, same_person: bool, hours: u8) {
        let (env, release) = (self.env(env), self.pick(release));
        let hours = i64::from(hours % 24) + 1;
        if self.world.view.content(release).is_none() {
            return;
        }
        let Decision::Deny(denials) = self.world.decide(&Question::forward(env, release)) else {
            return;
        };
        let names: Vec<String> = denials
            .iter()
            .map(terrace_promotion::Denial::name)
            .collect();
        let declared = self
            .world
            .break_glass_for(env, release, "ann", hours, names.clone(), None)
            .expect("declared");
        let second = if same_person { "ann" } else { "bob" };
        self.world
            .break_glass_for(env, release, second, hours, names, Some(declared))
            .expect("confirmed");
        self.add(What::Other);
        let question = Question {
            break_glass: Some(declared),
            ..Question::forward(env, release)
        };
        if same_person {
            assert!(
                matches!(self.world.decide(&question), Decision::Deny(_)),
                "one person is not two"
            );
            return;
        }
        let absolute = denials.iter().any(|denial| !denial.waivable);
        let allowed = matches!(self.world.decide(&question), Decision::Allow(_));
        assert_eq!(allowed, !absolute, "{denials:?}");
        self.try_move(env, release, Mode::Forward, Some((declared, hours)));
    }

    /// What holds after every step.
    fn check(&self) {
        let world = &self.world;
        for env in ENVS {
            let view = world.view.env(env);
            // I11, I14
            assert_eq!(view.open.is_some(), self.model.is_open(env), "{env} open");
            assert_eq!(
                view.desired.as_ref().map(|placed| placed.release),
                self.model.desired(env),
                "{env} desired"
            );
            // I17
            assert_eq!(
                world.branch_is_attested(env),
                !self.model.tampered.contains(env),
                "{env} branch"
            );
            for release in self.releases.iter().rev().take(4) {
                assert_eq!(
                    view.good.contains(release),
                    self.model.good(world, env, *release),
                    "{env} good"
                );
            }
        }
        // I15, I16
        assert_eq!(world.ledger.entries().len(), world.entries.len());
        assert_eq!(world.view.seq, world.entries.len() as u64);
    }
}
