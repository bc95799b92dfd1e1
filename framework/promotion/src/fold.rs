//! From entries to state, one at a time: linear, and the only writer of a view.
//!
//! A signed entry that cannot be true after those before it stops the fold
//! (I20): guessing what its writer meant is how a ledger gets talked past.

use rayon::prelude::*;
use terrace_diag::Diagnostic;
use terrace_evidence::{Entry, Role, VerifiedLedger};
use terrace_release::Digest;
use terrace_release::fields::Malformed;

use crate::body::{
    AckBody, ApproveBody, Body, BreakGlassBody, DriftBody, EvidenceBody, GateBody, HoldBody,
    IntentBody, Mode, Outcome, ReleaseBody, ResultBody, RevokeBody, Revoked, StepBody,
};
use crate::codes;
use crate::policy::BREAK_GLASS_MAX;
use crate::view::{
    Approval, BreakGlass, Drift, Emergency, EnvView, GateSeen, Hold, IntentSeen, OpenIntent,
    Placement, Released, RevokedContent, Said, Verdict, View, Word,
};

/// An entry that cannot be true.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("ledger entry {seq} ({kind}): {why}")]
pub struct StoryFault {
    /// Its number.
    pub seq: u64,
    /// Its kind.
    pub kind: String,
    /// What contradicts it.
    pub why: String,
}

impl From<StoryFault> for Diagnostic {
    fn from(fault: StoryFault) -> Self {
        Self::error(&codes::LEDGER_STORY, fault.to_string()).help(
            "terrace verify shows the entries around it; find out who signed it, and restore the ledger branch from before it",
        )
    }
}

/// The state after all entries, or the first entry that cannot be true.
pub fn fold(ledger: &VerifiedLedger) -> Result<View, StoryFault> {
    // What an entry says does not depend on the others; what it means does.
    let bodies: Vec<Result<Body, Malformed>> =
        ledger.entries().par_iter().map(Body::read).collect();
    let mut view = View::default();
    for (entry, body) in ledger.entries().iter().zip(bodies) {
        view.apply_body(entry, body)?;
    }
    Ok(view)
}

type Step = Result<(), String>;

fn no(why: impl Into<String>) -> Step {
    Err(why.into())
}

impl View {
    /// Takes in the next entry. On an error the view is what it was before.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), StoryFault> {
        self.apply_body(entry, Body::read(entry))
    }

    fn apply_body(
        &mut self,
        entry: &Entry,
        body: Result<Body, Malformed>,
    ) -> Result<(), StoryFault> {
        let fault = |why: String| StoryFault {
            seq: entry.seq(),
            kind: entry.ext.kind.to_string(),
            why,
        };
        let body = body.map_err(|malformed| fault(malformed.to_string()))?;
        if let Some(why) = self.powerless(entry, &body) {
            return Err(fault(why));
        }
        let clock = self.clock;
        // Time for soaks and holds never runs backwards, whatever clocks say.
        self.clock = Some(clock.map_or(entry.ext.time, |clock| clock.max(entry.ext.time)));
        if let Err(why) = self.take(entry, body) {
            self.clock = clock;
            return Err(fault(why));
        }
        self.seq = entry.seq();
        self.head = Some(entry.digest);
        Ok(())
    }

    /// I7: what takes effect at once needs a key that was not revoked before. What
    /// is only counted later (verdicts, approvals, acknowledgements) is read, and
    /// does not count.
    fn powerless(&self, entry: &Entry, body: &Body) -> Option<String> {
        if matches!(
            body,
            Body::Gate(_) | Body::Evidence(_) | Body::Drift(_) | Body::Approve(_) | Body::Ack(_)
        ) {
            return None;
        }
        let role = entry.ext.kind.role()?;
        let mut signers = entry.signers_with(role).peekable();
        signers.peek()?;
        signers
            .all(|signer| !self.counts(signer, entry.seq()))
            .then(|| format!("I7: the key of the {role} who signed it was revoked before"))
    }

    fn take(&mut self, entry: &Entry, body: Body) -> Step {
        match body {
            Body::Platform(_) => {
                self.platform = Some(entry.ext.platform.clone());
                Ok(())
            }
            Body::Release(body) => self.release(entry, body),
            Body::Gate(body) => self.gate(entry, &body),
            Body::Evidence(body) => self.evidence(entry, *body),
            Body::Revoke(body) => self.revoke(entry, body),
            Body::Drift(body) => {
                self.drift(entry, body);
                Ok(())
            }
            Body::Approve(body) => self.approve(entry, &body),
            Body::Ack(body) => self.ack(entry, &body),
            Body::Intent(body) => self.intend(entry, *body),
            Body::Step(body) => self.step(body),
            Body::Result(body) => self.result(entry, body),
            Body::Hold(body) => {
                self.hold(entry, body);
                Ok(())
            }
            Body::Unhold(body) => {
                self.env_mut(&body.env).hold = None;
                Ok(())
            }
            Body::BreakGlass(body) => self.break_glass(entry, body),
            Body::Policy(body) => {
                let signer = entry.signers_with(Role::Approver).next();
                if let Some(signer) = signer {
                    let seq = entry.seq();
                    let signer = signer.clone();
                    let word = Word { seq, signer };
                    let opened = body.opens.into_iter().map(|env| (env, word.clone()));
                    self.opened.extend(opened);
                }
                Ok(())
            }
            Body::Other => Ok(()),
        }
    }

    fn env_mut(&mut self, name: &str) -> &mut EnvView {
        if !self.environments.contains_key(name) {
            self.environments
                .insert(String::from(name), EnvView::default());
        }
        self.environments.entry(String::from(name)).or_default()
    }

    /// The release of an entry, which has to be recorded, and the digest of an
    /// environment in it.
    fn recorded(&self, release: Digest, env: &str) -> Result<(Digest, Option<Digest>), String> {
        let Some(released) = self.releases.get(&release) else {
            return Err(format!("release {} was never recorded", release.short()));
        };
        Ok((
            released.body.content,
            released.body.environments.get(env).copied(),
        ))
    }

    fn release(&mut self, entry: &Entry, body: ReleaseBody) -> Step {
        if let Some(known) = self.releases.get(&body.release) {
            // Two promoters may record one release; they must mean the same.
            let same = known.body.content == body.content
                && known.body.source == body.source
                && known.body.environments == body.environments;
            return match same {
                true => Ok(()),
                false => no(format!(
                    "release {} was recorded as something else in entry {}",
                    body.release.short(),
                    known.seq
                )),
            };
        }
        let released = Released {
            seq: entry.seq(),
            time: entry.ext.time,
            body,
        };
        self.releases.insert(released.body.release, released);
        Ok(())
    }

    fn gate(&mut self, entry: &Entry, body: &GateBody) -> Step {
        let (content, _) = self.recorded(body.release, &body.env)?;
        let at = (body.env.clone(), body.to.clone(), content);
        let key = (at.clone(), body.gate.clone());
        self.last_gates.insert(key, entry.digest);
        let seen = GateSeen {
            seq: entry.seq(),
            at,
            name: body.gate.clone(),
            policy: body.policy,
            passed: body.result.verdict != terrace_evidence::predicate::TestVerdict::Failed,
        };
        self.gates.insert(entry.digest, seen);
        Ok(())
    }

    fn evidence(&mut self, entry: &Entry, body: EvidenceBody) -> Step {
        let (content, environment) = self.recorded(body.release, &body.env)?;
        if environment != Some(body.environment) {
            return no(format!(
                "its environment/{} is {}, the release has {}",
                body.env,
                body.environment.short(),
                environment.map_or(String::from("none"), |digest| digest.short())
            ));
        }
        let flaw = self.flaw(&body, content);
        if body.passed && flaw.is_none() {
            let env = self.env_mut(&body.env);
            // Into an entry nothing comes from elsewhere: its own evidence proves
            // what came by break-glass. Elsewhere that of the source does.
            if !env.guarded {
                env.unproven.remove(&content);
            }
            if let Some(applied) = &env.applied {
                let (release, content) = (applied.release, applied.content);
                env.good.insert(release);
                if !env.unproven.contains(&content) {
                    env.last_good = Some(release);
                }
            }
            if let Some(target) = self.environments.get_mut(&body.to) {
                target.unproven.remove(&content);
            }
        }
        let verdict = Verdict {
            entry: entry.digest,
            seq: entry.seq(),
            signed: entry.ext.time,
            signers: entry.signers_with(Role::Validator).cloned().collect(),
            flaw,
            body,
        };
        self.verdicts
            .insert(Verdict::at(&verdict.body, content), verdict);
        Ok(())
    }

    /// What contradicts a passing verdict in the ledger before it: the
    /// environment ran something else, or a gate it names did not pass.
    fn flaw(&self, body: &EvidenceBody, content: Digest) -> Option<String> {
        if !body.passed {
            return None;
        }
        let env = self.env(&body.env);
        match (&env.open, &env.applied) {
            (Some(_), _) => {
                return Some(format!(
                    "{} was being changed when it was validated",
                    body.env
                ));
            }
            (None, Some(applied)) if applied.content == content => {}
            (None, applied) => {
                return Some(format!(
                    "{} ran {} when it was validated",
                    body.env,
                    applied
                        .as_ref()
                        .map_or(String::from("nothing"), |applied| applied.release.short())
                ));
            }
        }
        let at = (body.env.clone(), body.to.clone(), content);
        body.gates.iter().find_map(|gate| {
            let passed = body.inputs.iter().any(|(_, digest)| {
                self.gates.get(digest).is_some_and(|seen| {
                    seen.name == *gate && seen.at == at && seen.policy == body.policy && seen.passed
                })
            });
            (!passed)
                .then(|| format!("it names gate {gate}, which did not pass in any of its entries"))
        })
    }

    fn revoke(&mut self, entry: &Entry, body: RevokeBody) -> Step {
        match body.what {
            Revoked::Release(release) => match self.content(release) {
                Some(content) => {
                    let revoked = RevokedContent {
                        release,
                        seq: entry.seq(),
                        reason: body.reason,
                    };
                    self.revoked_contents.entry(content).or_insert(revoked);
                }
                None => return no(format!("release {} was never recorded", release.short())),
            },
            Revoked::Key { fingerprint, since } => {
                let known = self.revoked_keys.entry(fingerprint).or_insert(since);
                *known = (*known).min(since);
            }
            Revoked::Policy(policy) => {
                self.revoked_policies.insert(policy);
            }
        }
        Ok(())
    }

    fn drift(&mut self, entry: &Entry, body: DriftBody) {
        let clock = self.clock.unwrap_or(entry.ext.time);
        let env = self.env_mut(&body.env);
        if body.components.is_empty() {
            env.drift = None;
            return;
        }
        let drift = Drift {
            entry: entry.digest,
            seq: entry.seq(),
            components: body.components,
        };
        env.last_drift = Some(drift.clone());
        env.drift = Some(drift);
        // What drifted did not run unchanged: its soak begins again.
        env.soaked = std::collections::BTreeMap::new();
        if let Some((_, since)) = &mut env.occupied {
            *since = clock;
        }
    }

    fn approve(&mut self, entry: &Entry, body: &ApproveBody) -> Step {
        self.recorded(body.release, &body.env)?;
        self.approvals
            .entry((body.env.clone(), body.release))
            .or_default()
            .push(Approval {
                said: said(entry, body.release, Role::Approver),
                plans: body.plans,
                roots: body.roots.clone(),
                coverage: body.coverage,
            });
        Ok(())
    }

    fn ack(&mut self, entry: &Entry, body: &AckBody) -> Step {
        self.recorded(body.release, &body.env)?;
        self.acks
            .entry((body.env.clone(), body.list))
            .or_default()
            .push(said(entry, body.release, Role::Approver));
        Ok(())
    }

    fn hold(&mut self, entry: &Entry, body: HoldBody) {
        let by = entry.signers_with(Role::Promoter).next();
        let clock = self.clock.unwrap_or(entry.ext.time);
        let env = self.env_mut(&body.env);
        // A hold that stands is not shortened by another one.
        let until = match env.held(clock) {
            Some(standing) => body
                .until
                .and_then(|until| Some(standing.until?.max(until))),
            None => body.until,
        };
        env.hold = Some(Hold {
            seq: entry.seq(),
            reason: body.reason,
            by: by.map_or_else(String::new, |signer| String::from(signer.name())),
            until,
        });
    }

    fn break_glass(&mut self, entry: &Entry, body: BreakGlassBody) -> Step {
        self.recorded(body.release, &body.env)?;
        let seq = entry.seq();
        let by = entry
            .signers_with(Role::Oncall)
            .cloned()
            .map(|signer| Word { seq, signer });
        if let Some(first) = body.confirms {
            return match self.break_glass.get_mut(&first) {
                Some(known) if known.env == body.env && known.release == body.release => {
                    known.by.extend(by);
                    Ok(())
                }
                _ => no(
                    "it confirms a break-glass that does not exist for this environment and release",
                ),
            };
        }
        if body.until.since(entry.ext.time) > BREAK_GLASS_MAX {
            return no("a break-glass is due after 24 hours at the latest");
        }
        let declared = BreakGlass {
            seq: entry.seq(),
            env: body.env,
            release: body.release,
            until: body.until,
            reason: body.reason,
            sets_aside: body.sets_aside.into_iter().collect(),
            by: by.collect(),
        };
        self.break_glass.insert(entry.digest, declared);
        Ok(())
    }

    fn intend(&mut self, entry: &Entry, body: IntentBody) -> Step {
        let (content, environment) = self.recorded(body.release, &body.env)?;
        if environment != Some(body.environment) {
            return no(format!(
                "I1: its environment/{} is {}, the release has {}",
                body.env,
                body.environment.short(),
                environment.map_or(String::from("none"), |digest| digest.short())
            ));
        }
        let open = self
            .environments
            .get(&body.env)
            .and_then(|env| env.open.as_ref())
            .map(|open| open.entry);
        if open != body.supersedes {
            return no(match open {
                Some(open) => format!(
                    "I11: intent {} of {} is open, and this one does not supersede it",
                    open.short(),
                    body.env
                ),
                None => format!(
                    "I11: it supersedes an intent of {} that is not open",
                    body.env
                ),
            });
        }
        let emergency = match body.break_glass {
            None => None,
            Some(declared) => Some(self.emergency(entry, &body, declared, content)?),
        };
        if !body.policies.is_empty() {
            self.opened.remove(&body.env);
        }
        let clock = self.clock.unwrap_or(entry.ext.time);
        let env = self.env_mut(&body.env);
        env.guarded |= !body.policies.is_empty();
        let seen = IntentSeen {
            seq: entry.seq(),
            mode: body.mode,
            release: body.release,
            tree: body.tree.clone(),
            old_commit: body.old_commit.clone(),
        };
        env.intents.insert(entry.digest, seen);
        if env.occupied.is_some_and(|(running, _)| running != content) {
            env.interrupt(clock);
        }
        if body.mode == Mode::Rollback {
            env.hold = Some(Hold {
                seq: entry.seq(),
                reason: format!("rolled back to {}", body.release.short()),
                by: entry
                    .signers
                    .first()
                    .map_or_else(String::new, |signer| String::from(signer.name())),
                until: None,
            });
        }
        let open = OpenIntent::of(entry.digest, entry.seq(), &body, env);
        env.open = Some(open);
        if body.break_glass.is_some() {
            env.unproven.insert(content);
        }
        if emergency.is_some() {
            env.emergency = emergency;
        }
        env.desired = Some(Placement {
            release: body.release,
            content,
            environment: body.environment,
            intent: entry.digest,
            since: clock,
        });
        Ok(())
    }

    /// T10: an intent may set rules aside only with a break-glass of two people.
    fn emergency(
        &self,
        entry: &Entry,
        body: &IntentBody,
        declared: Digest,
        content: Digest,
    ) -> Result<Emergency, String> {
        let Some(known) = self
            .break_glass
            .get(&declared)
            .filter(|known| known.env == body.env && known.release == body.release)
        else {
            return Err(String::from(
                "its break-glass does not exist for this environment and release",
            ));
        };
        if !self.is_confirmed(known) {
            return Err(String::from(
                "its break-glass was not confirmed by a second person",
            ));
        }
        Ok(Emergency {
            seq: entry.seq(),
            release: body.release,
            content,
            until: known.until,
            reason: known.reason.clone(),
            waived: body.waived.iter().map(|(name, _)| name.clone()).collect(),
        })
    }

    fn step(&mut self, body: StepBody) -> Step {
        let env = self.environments.get_mut(&body.env);
        match env.and_then(|env| env.open.as_mut()) {
            Some(open) if open.entry == body.intent => {
                open.steps.extend(body.components);
                Ok(())
            }
            _ => no(format!(
                "intent {} is not open in {}",
                body.intent.short(),
                body.env
            )),
        }
    }

    fn result(&mut self, entry: &Entry, body: ResultBody) -> Step {
        let clock = self.clock.unwrap_or(entry.ext.time);
        let none = || {
            no(format!(
                "intent {} is not open in {}",
                body.intent.short(),
                body.env
            ))
        };
        let Some(env) = self.environments.get_mut(&body.env) else {
            return none();
        };
        let Some(open) = env.open.as_mut().filter(|open| open.entry == body.intent) else {
            return none();
        };
        match body.outcome {
            Outcome::Degraded => {
                open.degraded = true;
                open.failed = body.failed;
                env.interrupt(clock);
            }
            Outcome::Abandoned => {
                if !open.steps.is_empty() || open.degraded {
                    return no("an intent that was applied in part cannot be abandoned");
                }
                env.desired = open.before.take();
                env.emergency = open.emergency_before.take();
                env.open = open.superseded.take().map(|open| *open);
            }
            Outcome::Applied => {
                let (seq, mode) = (open.seq, open.mode);
                let by_emergency = env.emergency.as_ref().is_some_and(|own| own.seq == seq);
                env.open = None;
                let placed = env.desired.clone().map(|desired| Placement {
                    since: clock,
                    ..desired
                });
                if let Some(placed) = &placed {
                    if env
                        .occupied
                        .is_none_or(|(running, _)| running != placed.content)
                    {
                        env.interrupt(clock);
                        env.occupied = Some((placed.content, clock));
                    }
                    if !by_emergency && matches!(mode, Mode::Forward | Mode::Adopt) {
                        env.unproven.remove(&placed.content);
                    }
                    let proven = !env.unproven.contains(&placed.content);
                    if body.verified {
                        env.good.insert(placed.release);
                    }
                    if body.verified && proven {
                        env.last_good = Some(placed.release);
                    }
                    // What came by the rules, forward or back, takes the place of
                    // what came by break-glass.
                    if proven && !by_emergency {
                        env.emergency = None;
                    }
                }
                env.applied = placed;
                env.unobserved = body.unobserved.into_iter().collect();
                env.drift = None;
            }
        }
        Ok(())
    }
}

fn said(entry: &Entry, release: Digest, role: Role) -> Said {
    Said {
        entry: entry.digest,
        seq: entry.seq(),
        release,
        by: entry.signers_with(role).cloned().collect(),
    }
}
