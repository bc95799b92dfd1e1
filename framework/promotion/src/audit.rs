//! The same decision again, for every intent of a ledger: what `verify` proves.
//!
//! Each intent is decided on the state before it, under the policy of the commit
//! it names, at the time it was signed. What cannot be known afterwards (locks,
//! the bytes of old plans) is taken as it was recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use terrace_evidence::VerifiedLedger;
use terrace_release::Digest;

use crate::body::{Body, IntentBody, Mode};
use crate::decide::{Branch, Bytes, Coverage, Decision, Facts, Order, Question, Release, decide};
use crate::{Denial, Policy, StoryFault, View};

/// An intent that should not have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its number.
    pub seq: u64,
    /// A rule that was not met when it was signed.
    pub denial: Denial,
}

/// What an audit needs of the repository.
pub trait History {
    /// The policy of a commit of the protected branch.
    fn policy(&self, commit: &str) -> Result<Arc<Policy>, String>;

    /// A stored release.
    fn release(&self, id: Digest) -> Option<Arc<Release>>;

    /// I1: the stored bytes of an environment of a release, hashed again.
    fn bytes(&self, release: Digest, env: &str) -> Bytes;

    /// Where commit `new` stands to commit `old`.
    fn order(&self, new: &str, old: &str) -> Order;

    /// Which changed values the sources exercised when `release` moved into `env`,
    /// computed anew; `None`: what was recorded is taken.
    fn coverage(
        &self,
        _policy: &Policy,
        _env: &str,
        _current: Option<&Release>,
        _release: &Release,
    ) -> Option<BTreeMap<String, Coverage>> {
        None
    }

    /// Names and addresses of everyone who wrote or committed what commit `new`
    /// has and `old` has not; `None`: this clone cannot tell.
    fn authors(&self, new: &str, old: Option<&str>) -> Option<BTreeSet<String>>;

    /// Whether a commit was on the protected branch at another commit of it.
    fn on_branch(&self, commit: &str, branch: &str) -> bool;
}

/// Decides every intent again. `Err` for a ledger that contradicts itself; the
/// view is that after the last entry.
pub fn audit(
    ledger: &VerifiedLedger,
    history: &dyn History,
) -> Result<(View, Vec<Finding>), StoryFault> {
    let mut view = View::default();
    let mut findings = Vec::new();
    for entry in ledger.entries() {
        if let Ok(Body::Intent(intent)) = Body::read(entry) {
            let denials = again(&view, entry, &intent, history);
            findings.extend(denials.into_iter().map(|denial| Finding {
                seq: entry.seq(),
                denial,
            }));
        }
        view.apply(entry)?;
    }
    Ok((view, findings))
}

fn again(
    view: &View,
    entry: &terrace_evidence::Entry,
    intent: &IntentBody,
    history: &dyn History,
) -> Vec<Denial> {
    let incomplete = |fact: String| {
        vec![Denial::new(
            &intent.env,
            crate::Invariant::I20,
            fact,
            "git fetch",
        )]
    };
    let policy = match history.policy(&entry.ext.trust) {
        Ok(policy) => policy,
        Err(why) => return incomplete(format!("policy of commit {}: {why}", entry.ext.trust)),
    };
    let release = history.release(intent.release);
    let env = view.env(&intent.env);
    let current = env
        .desired
        .as_ref()
        .and_then(|desired| history.release(desired.release));
    let source = |release: &Option<Arc<Release>>| {
        release
            .as_ref()
            .and_then(|release| release.manifest().source.as_ref())
            .map(|source| source.commit.clone())
    };
    let order = match (source(&release), source(&current)) {
        (Some(new), Some(old)) if new == old => Order::Same,
        (Some(new), Some(old)) => history.order(&new, &old),
        (_, None) if env.desired.is_none() => Order::First,
        _ => Order::Unknown(String::from("a release names no source")),
    };
    let branch = match intent.mode {
        Mode::Adopt | Mode::Revert => Branch::Unattested {
            commit: intent.old_commit.clone().unwrap_or_default(),
            why: String::from("it was changed by hand"),
            is_the_release: intent.mode == Mode::Adopt,
        },
        Mode::Forward | Mode::Rollback => Branch::Attested,
    };
    let recorded = || {
        let edges = policy.edges_into(&intent.env);
        let list = Coverage::Recorded(intent.coverage);
        edges
            .map(|(from, _)| (String::from(from), list.clone()))
            .collect()
    };
    let forward = matches!(intent.mode, Mode::Forward | Mode::Adopt);
    let coverage: BTreeMap<String, Coverage> = release
        .as_deref()
        .filter(|_| forward)
        .and_then(|release| history.coverage(&policy, &intent.env, current.as_deref(), release))
        .unwrap_or_else(recorded);
    let computed = crate::unexercised(&policy, &intent.env, &coverage);
    if forward && computed != intent.coverage {
        let shown = |list: Option<Digest>| list.map_or(String::from("none"), |list| list.short());
        let fact = format!(
            "it records the list {} of values that nobody exercised, the commits give {}",
            shown(intent.coverage),
            shown(computed)
        );
        let denial = Denial::new(&intent.env, crate::Invariant::I2, fact, "terrace status");
        return vec![denial.about("coverage")];
    }
    let authors = match (forward, source(&release)) {
        (true, Some(new)) if policy.asks_for_authors(&intent.env) => {
            // From the same source again: what changes since it was applied.
            let placed = env.applied.as_ref();
            let applied = || placed.and_then(|placed| history.release(placed.release));
            let old = source(&current).filter(|old| *old != new);
            let old = old.or_else(|| source(&applied()));
            history.authors(&new, old.as_deref())
        }
        _ => Some(BTreeSet::new()),
    };
    let earlier: Vec<Arc<Release>> = view
        .verdicts
        .values()
        .filter(|verdict| intent.evidence.contains(&verdict.entry))
        .filter(|verdict| view.content(verdict.body.release) != view.content(intent.release))
        .filter_map(|verdict| history.release(verdict.body.release))
        .collect();
    let facts = Facts {
        now: entry.ext.time,
        policy: &policy,
        release: release.as_deref(),
        current: current.as_deref(),
        bytes: history.bytes(intent.release, &intent.env),
        branch,
        order,
        on_branch: source(&release)
            .is_some_and(|commit| history.on_branch(&commit, &entry.ext.trust)),
        coverage,
        plans: intent.plans,
        authors,
        earlier: earlier.iter().map(|release| &**release).collect(),
        apply_lock: None,
        secrets: Vec::new(),
    };
    let question = Question {
        env: intent.env.clone(),
        release: intent.release,
        mode: intent.mode,
        break_glass: intent.break_glass,
    };
    match decide(view, &facts, &question) {
        Decision::Deny(denials) => denials,
        Decision::Allow(_) | Decision::Current => Vec::new(),
    }
}
