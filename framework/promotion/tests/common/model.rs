//! The reference model: a plain list of what happened, and the rules of
//! promotion.md as searches over it. No state is derived and kept, so that it
//! shares nothing with the fold.

use std::collections::BTreeSet;

use terrace_evidence::Time;
use terrace_promotion::Invariant::{self, *};
use terrace_promotion::Order;
use terrace_promotion::body::Mode;
use terrace_release::Digest;

use super::{HOUR, World};

/// Something that happened, with the time its entry was signed.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) seq: u64,
    pub(crate) time: Time,
    pub(crate) what: What,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    Intent {
        env: String,
        release: Digest,
        mode: Mode,
        /// By when it is cleaned up, and what it set aside.
        emergency: Option<(Time, BTreeSet<String>)>,
    },
    Applied {
        env: String,
    },
    Degraded {
        env: String,
    },
    Gate {
        env: String,
        to: String,
        gate: String,
        release: Digest,
        passed: bool,
    },
    Evidence {
        env: String,
        to: String,
        release: Digest,
        passed: bool,
        policy: Digest,
        by: String,
    },
    Drift {
        env: String,
        dirty: bool,
    },
    RevokeRelease {
        release: Digest,
    },
    RevokeKey {
        by: String,
        since: u64,
    },
    Approve {
        env: String,
        release: Digest,
    },
    Ack {
        env: String,
        list: Digest,
    },
    Hold {
        env: String,
        on: bool,
    },
    /// An entry that only its time counts of.
    Other,
}

#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) events: Vec<Event>,
    /// Stored environments that someone damaged.
    pub(crate) damaged: BTreeSet<(Digest, String)>,
    /// Branches that are not what the last intent says.
    pub(crate) tampered: BTreeSet<String>,
    /// Those of them that are where their last intent found them.
    pub(crate) halfway: BTreeSet<String>,
}

/// What `decide` should say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Current,
    Allowed,
    Refused(BTreeSet<Invariant>),
}

impl Model {
    pub(crate) fn add(&mut self, world: &World, what: What) {
        self.events.push(Event {
            seq: world.view.seq,
            time: world.now,
            what,
        });
    }

    fn intents<'a>(
        &'a self,
        env: &'a str,
    ) -> impl DoubleEndedIterator<Item = (usize, Digest)> + 'a {
        self.events
            .iter()
            .enumerate()
            .filter_map(move |(at, event)| match &event.what {
                What::Intent {
                    env: e, release, ..
                } if e == env => Some((at, *release)),
                _ => None,
            })
    }

    fn desired_at(&self, env: &str, end: usize) -> Option<Digest> {
        self.intents(env)
            .rfind(|(at, _)| *at < end)
            .map(|(_, release)| release)
    }

    pub(crate) fn desired(&self, env: &str) -> Option<Digest> {
        self.desired_at(env, self.events.len())
    }

    fn last(&self, end: usize, test: impl Fn(&What) -> bool) -> Option<usize> {
        self.events[..end]
            .iter()
            .rposition(|event| test(&event.what))
    }

    fn is_applied(what: &What, env: &str) -> bool {
        matches!(what, What::Applied { env: e } if e == env)
    }

    /// The release that ran as a whole before event `end`.
    fn applied_at(&self, env: &str, end: usize) -> Option<Digest> {
        let at = self.last(end, |what| Self::is_applied(what, env))?;
        self.desired_at(env, at)
    }

    fn open_at(&self, env: &str, end: usize) -> bool {
        let intent = self.last(
            end,
            |what| matches!(what, What::Intent { env: e, .. } if e == env),
        );
        let applied = self.last(end, |what| Self::is_applied(what, env));
        intent > applied
    }

    pub(crate) fn is_open(&self, env: &str) -> bool {
        self.open_at(env, self.events.len())
    }

    /// Whether evidence at `at` is contradicted by what ran then.
    fn flawed(&self, world: &World, at: usize) -> bool {
        let What::Evidence { env, release, .. } = &self.events[at].what else {
            return true;
        };
        self.open_at(env, at)
            || self.applied_at(env, at).map(|r| world.content(r)) != Some(world.content(*release))
    }

    pub(crate) fn good(&self, world: &World, env: &str, release: Digest) -> bool {
        let leaf = world.policy().edges_from(env).next().is_none();
        (0..self.events.len()).any(|at| match &self.events[at].what {
            What::Applied { env: e } => {
                leaf && e == env && self.desired_at(env, at) == Some(release)
            }
            What::Evidence {
                env: e,
                passed: true,
                ..
            } => e == env && !self.flawed(world, at) && self.applied_at(env, at) == Some(release),
            _ => false,
        })
    }

    /// The longest time `env` ran a content unchanged, the clock never going back.
    fn soaked(&self, world: &World, env: &str, content: Digest) -> i64 {
        // The ledger's first entry is signed then.
        let mut clock = super::START;
        let mut running: Option<(Digest, Time)> = None;
        let mut longest = 0;
        let note = |running: &Option<(Digest, Time)>, until: Time| match running {
            Some((c, since)) if *c == content => until.since(*since),
            _ => 0,
        };
        for (at, event) in self.events.iter().enumerate() {
            clock = clock.max(event.time);
            match &event.what {
                What::Intent {
                    env: e, release, ..
                } if e == env && running.is_some_and(|(c, _)| c != world.content(*release)) => {
                    longest = longest.max(note(&running, clock));
                    running = None;
                }
                What::Degraded { env: e } if e == env => {
                    longest = longest.max(note(&running, clock));
                    running = None;
                }
                What::Drift {
                    env: e,
                    dirty: true,
                } if e == env => {
                    longest = 0;
                    running = running.map(|(c, _)| (c, clock));
                }
                What::Applied { env: e } if e == env => {
                    let now = self.desired_at(env, at).map(|r| world.content(r));
                    if running.map(|(c, _)| c) != now {
                        longest = longest.max(note(&running, clock));
                        running = now.map(|c| (c, clock));
                    }
                }
                _ => {}
            }
        }
        longest.max(note(&running, world.now))
    }

    /// Whether a content came by break-glass before event `end` and neither
    /// evidence nor a promotion by the rules has made up for it.
    fn unproven(&self, world: &World, env: &str, content: Digest, end: usize) -> bool {
        let is_entry = world.policy().environments[env].entry;
        let came = self.last(end, |what| {
            matches!(what, What::Intent { env: e, release, emergency: Some(_), .. }
                if e == env && world.content(*release) == content)
        });
        let Some(came) = came else { return false };
        !(came + 1..end).any(|at| match &self.events[at].what {
            What::Evidence {
                env: from,
                to,
                release,
                passed: true,
                ..
            } => {
                let speaks = to == env || is_entry && from == env;
                speaks && world.content(*release) == content && !self.flawed(world, at)
            }
            What::Applied { env: e } if e == env => {
                let intent = self.intent_before(env, at);
                intent.is_some_and(|intent| match &self.events[intent].what {
                    What::Intent {
                        release,
                        mode: Mode::Forward | Mode::Adopt,
                        emergency: None,
                        ..
                    } => world.content(*release) == content,
                    _ => false,
                })
            }
            _ => false,
        })
    }

    fn intent_before(&self, env: &str, end: usize) -> Option<usize> {
        self.last(
            end,
            |what| matches!(what, What::Intent { env: e, .. } if e == env),
        )
    }

    fn overdue(&self, world: &World, env: &str) -> bool {
        let emergency = self.events.iter().rposition(
            |event| matches!(&event.what, What::Intent { env: e, emergency: Some(_), .. } if e == env),
        );
        let Some(at) = emergency else { return false };
        let What::Intent {
            release,
            emergency: Some((until, waived)),
            ..
        } = &self.events[at].what
        else {
            return false;
        };
        let replaced = (at + 1..self.events.len()).any(|later| {
            Self::is_applied(&self.events[later].what, env)
                && self.intent_before(env, later) != Some(at)
                && self.desired_at(env, later).is_some_and(|release| {
                    !self.unproven(world, env, world.content(release), later + 1)
                })
        });
        let policy = world.policy();
        let passed = |from: &str, to: &str| {
            let content = world.content(*release);
            let proven = self.verdict(world, from, to, content).is_some_and(|at| {
                matches!(&self.events[at].what, What::Evidence { passed: true, policy: p, .. }
                    if Some(*p) == policy.digest(from, to))
                    && !self.flawed(world, at)
            });
            let edge = &policy.edges[&(String::from(from), String::from(to))];
            let owes = |what: &str| waived.contains(&format!("{what} {from}->{to}"));
            let soaked = !owes("I4 soak") || self.soaked(world, from, content) >= edge.soak;
            proven && soaked && (!owes("I8 approval") || self.approved(to, *release))
        };
        // Into an entry nothing comes from elsewhere: its own evidence counts.
        let filled = match policy.environments[env].entry {
            true => policy.edges_from(env).all(|(to, _)| passed(env, to)),
            false => policy.edges_into(env).all(|(from, _)| passed(from, env)),
        };
        !replaced && !filled && world.now > *until
    }

    fn approved(&self, env: &str, release: Digest) -> bool {
        self.events.iter().any(
            |e| matches!(&e.what, What::Approve { env: a, release: r } if a == env && *r == release),
        )
    }

    fn verdict(&self, world: &World, from: &str, to: &str, content: Digest) -> Option<usize> {
        self.last(self.events.len(), |what| {
            matches!(what, What::Evidence { env, to: t, release, .. }
                if env == from && t == to && world.content(*release) == content)
        })
    }

    /// The rules of a promotion without break-glass.
    pub(crate) fn expected(
        &self,
        world: &World,
        env: &str,
        release: Digest,
        mode: Mode,
    ) -> Expected {
        let mut no = BTreeSet::new();
        let all = self.events.len();
        if self.events.iter().any(|e| {
            matches!(e.what, What::RevokeRelease { release: r }
                if world.content(r) == world.content(release))
        }) {
            no.insert(I4);
        }
        if self.damaged.contains(&(release, String::from(env))) {
            no.insert(I1);
        }
        let tampered = self.tampered.contains(env);
        if mode == Mode::Forward && no.is_empty() && !tampered && self.desired(env) == Some(release)
        {
            return Expected::Current;
        }
        let order = world.order(env, release);
        if tampered && mode != Mode::Revert {
            no.insert(I17);
        }
        match mode {
            Mode::Rollback => {
                let unproven = self.unproven(world, env, world.content(release), all);
                if !self.good(world, env, release) || unproven || order == Order::Ahead {
                    no.insert(I9);
                }
            }
            Mode::Revert => {
                if !tampered || self.desired(env) != Some(release) {
                    no.insert(I17);
                }
            }
            Mode::Forward | Mode::Adopt => {
                if self.is_open(env) && order != Order::Ahead {
                    no.insert(I11);
                }
                if matches!(order, Order::Behind | Order::Diverged) {
                    no.insert(I9);
                }
                let held = self.last(all, |what| {
                    matches!(what, What::Hold { env: e, .. } if e == env)
                        || matches!(what, What::Intent { env: e, mode: Mode::Rollback, .. } if e == env)
                });
                let held = held.is_some_and(|at| {
                    !matches!(self.events[at].what, What::Hold { on: false, .. })
                });
                if held || self.overdue(world, env) {
                    no.insert(I12);
                }
                let drift = self.last(all, |what| {
                    Self::is_applied(what, env)
                        || matches!(what, What::Drift { env: e, .. } if e == env)
                });
                if drift.is_some_and(|at| {
                    matches!(self.events[at].what, What::Drift { dirty: true, .. })
                }) {
                    no.insert(I6);
                }
                self.edges(world, env, release, &mut no);
            }
        }
        match no.is_empty() {
            true => Expected::Allowed,
            false => Expected::Refused(no),
        }
    }

    fn edges(&self, world: &World, env: &str, release: Digest, no: &mut BTreeSet<Invariant>) {
        let policy = world.policy();
        for (from, edge) in policy.edges_into(env) {
            self.edge(world, from, env, release, edge, no);
            if edge.coverage.is_some() && self.desired(env).is_some() {
                let list = world.coverage(from, env, release, &policy).digest();
                // Only what was said since the current release moved in.
                let since = self.last(
                    self.events.len(),
                    |what| matches!(what, What::Intent { env: e, .. } if e == env),
                );
                let acked = list.is_none_or(|list| {
                    self.events[since.unwrap_or(0)..].iter().any(
                    |e| matches!(&e.what, What::Ack { env: a, list: l } if a == env && *l == list),
                )
                });
                if !acked {
                    no.insert(I2);
                }
            }
            if edge.approvals.is_some() && !self.approved(env, release) {
                no.insert(I8);
            }
        }
    }

    fn edge(
        &self,
        world: &World,
        from: &str,
        env: &str,
        release: Digest,
        edge: &terrace_promotion::policy::Edge,
        no: &mut BTreeSet<Invariant>,
    ) {
        let content = world.content(release);
        let Some(at) = self.verdict(world, from, env, content) else {
            no.insert(I2);
            return;
        };
        let event = &self.events[at];
        let What::Evidence {
            passed, policy, by, ..
        } = &event.what
        else {
            return;
        };
        if !passed {
            no.insert(I4);
            return;
        }
        if self.flawed(world, at) {
            no.insert(I2);
        }
        for gate in &edge.gates {
            let last = self.last(self.events.len(), |what| {
                matches!(what, What::Gate { env: e, to, gate: g, release: r, .. }
                    if e == from && to == env && g == gate && world.content(*r) == content)
            });
            if last.is_some_and(|last| {
                last > at && matches!(self.events[last].what, What::Gate { passed: false, .. })
            }) {
                no.insert(I4);
            }
        }
        if world.policy().digest(from, env) != Some(*policy) {
            no.insert(I3);
        }
        if event.time.since(world.now) > HOUR
            || edge
                .expires
                .is_some_and(|e| world.now.since(event.time) > e)
        {
            no.insert(I5);
        }
        if self.soaked(world, from, content) < edge.soak {
            no.insert(I4);
        }
        let drifted = self.events[at..]
            .iter()
            .any(|e| matches!(&e.what, What::Drift { env: d, dirty: true } if d == from));
        if drifted {
            no.insert(I6);
        }
        let revoked = self.events.iter().any(
            |e| matches!(&e.what, What::RevokeKey { by: b, since } if b == by && *since <= event.seq),
        );
        if revoked {
            no.insert(I7);
        }
    }
}
