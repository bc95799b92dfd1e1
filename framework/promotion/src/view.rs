//! What the ledger says now: derived from its entries and from nothing else.

use std::collections::{BTreeMap, BTreeSet};

use terrace_evidence::{PlatformId, Signer, Time};
use terrace_release::Digest;

use crate::Policy;
use crate::body::{EvidenceBody, IntentBody, Mode, ReleaseBody, StepOutcome};

/// The state of a platform.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// The platform; `None` for an empty ledger.
    pub platform: Option<PlatformId>,
    /// Number of the last entry, 0 for an empty ledger.
    pub seq: u64,
    /// Digest of the last entry.
    pub head: Option<Digest>,
    /// The latest time any entry has: never runs backwards.
    pub clock: Option<Time>,
    /// Releases by id.
    pub releases: BTreeMap<Digest, Released>,
    /// Environments that anything was said about.
    pub environments: BTreeMap<String, EnvView>,
    /// Keys that were revoked, with the first entry that no longer counts.
    pub revoked_keys: BTreeMap<String, u64>,
    /// Policies that were revoked.
    pub revoked_policies: BTreeSet<Digest>,
    /// Environments whose last promotion was removed, with the approver's word
    /// that counts until something guards them again.
    pub opened: BTreeMap<String, Word>,
    /// Contents of revoked releases: the revoked release, the number of the entry
    /// and the reason. The same bytes under another name are revoked as well.
    pub revoked_contents: BTreeMap<Digest, RevokedContent>,
    pub(crate) verdicts: BTreeMap<EdgeContent, Verdict>,
    pub(crate) gates: BTreeMap<Digest, GateSeen>,
    pub(crate) last_gates: BTreeMap<(EdgeContent, String), Digest>,
    pub(crate) approvals: BTreeMap<(String, Digest), Vec<Approval>>,
    pub(crate) acks: BTreeMap<(String, Digest), Vec<Said>>,
    /// Emergencies that were declared, by entry.
    pub break_glass: BTreeMap<Digest, BreakGlass>,
}

/// Source environment, target environment and content id.
pub(crate) type EdgeContent = (String, String, Digest);

/// The revocation of a release, which covers its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokedContent {
    /// The release that was named.
    pub release: Digest,
    /// Number of the entry that revoked it.
    pub seq: u64,
    /// Why.
    pub reason: String,
}

impl std::fmt::Display for RevokedContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "revoked in entry {}: {}", self.seq, self.reason)
    }
}

/// An entry's signer: whether the key counts depends on the entry's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Number of the entry.
    pub seq: u64,
    /// Who signed it.
    pub signer: Signer,
}

/// A recorded release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// Its entry's number.
    pub seq: u64,
    /// When it was recorded.
    pub time: Time,
    /// What was recorded.
    pub body: ReleaseBody,
}

/// A release in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The release.
    pub release: Digest,
    /// Its content id.
    pub content: Digest,
    /// Digest of the environment in it.
    pub environment: Digest,
    /// The entry of the intent that brought it.
    pub intent: Digest,
    /// Since when.
    pub since: Time,
}

/// An intent that has no result yet, or a degraded one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIntent {
    /// Its entry.
    pub entry: Digest,
    /// Its number.
    pub seq: u64,
    /// How it moves.
    pub mode: Mode,
    /// What its steps came to so far.
    pub steps: BTreeMap<String, StepOutcome>,
    /// A result said that it is done in part.
    pub degraded: bool,
    /// What failed, with the reason.
    pub failed: BTreeMap<String, String>,
    /// What the environment was meant to run before.
    pub before: Option<Placement>,
    /// The intent that this one superseded, without its own predecessors.
    pub superseded: Option<Box<OpenIntent>>,
    /// The break-glass that was open before.
    pub emergency_before: Option<Emergency>,
}

/// An intent as the environment's branch cites it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentSeen {
    /// Its number.
    pub seq: u64,
    /// How it moved.
    pub mode: Mode,
    /// The release.
    pub release: Digest,
    /// The tree of the environment's commit.
    pub tree: String,
    /// The commit before.
    pub old_commit: Option<String>,
}

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Number of its entry.
    pub seq: u64,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// It ends by itself then.
    pub until: Option<Time>,
}

/// Drift that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Its entry.
    pub entry: Digest,
    /// Its number.
    pub seq: u64,
    /// What differs, by component.
    pub components: BTreeMap<String, String>,
}

/// A promotion under break-glass that is not cleaned up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// Number of the intent.
    pub seq: u64,
    /// The release promoted.
    pub release: Digest,
    /// Its content.
    pub content: Digest,
    /// By when evidence is there or the environment is rolled back.
    pub until: Time,
    /// Why.
    pub reason: String,
    /// What it set aside, as [`Denial::name`](crate::Denial::name) spells it.
    pub waived: BTreeSet<String>,
}

/// The state of one environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EnvView {
    /// What its branch says: the last intent that was not abandoned.
    pub desired: Option<Placement>,
    /// What it runs as a whole; parts may differ while an intent is open.
    pub applied: Option<Placement>,
    /// Components that no delivery applied with it.
    pub unobserved: BTreeSet<String>,
    /// The last release that was good here.
    pub last_good: Option<Digest>,
    /// Every release that ever was.
    pub good: BTreeSet<Digest>,
    /// The intent that is not finished.
    pub open: Option<OpenIntent>,
    /// The hold on it.
    pub hold: Option<Hold>,
    /// Drift that is not healed.
    pub drift: Option<Drift>,
    /// The last drift seen, healed or not: evidence before it is suspect.
    pub last_drift: Option<Drift>,
    /// The break-glass that is not cleaned up.
    pub emergency: Option<Emergency>,
    /// Contents that came in by break-glass and were not validated since: no
    /// rollback goes there.
    pub unproven: BTreeSet<Digest>,
    /// Whether anything ever came in over an edge.
    pub guarded: bool,
    /// Every intent, for checking the environment's branch.
    pub intents: BTreeMap<Digest, IntentSeen>,
    /// Content that runs without a break, and since when.
    pub(crate) occupied: Option<(Digest, Time)>,
    /// Longest time that each content ran without a break, in seconds.
    pub(crate) soaked: BTreeMap<Digest, i64>,
}

/// What an environment is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Nothing is open.
    Idle,
    /// An intent is recorded, nothing is applied.
    Intent,
    /// Some steps are applied.
    Applying,
    /// An apply ended in part.
    Degraded,
}

impl EnvView {
    /// What it is doing.
    pub fn phase(&self) -> Phase {
        match &self.open {
            None => Phase::Idle,
            Some(open) if open.degraded => Phase::Degraded,
            Some(open) if open.steps.is_empty() => Phase::Intent,
            Some(_) => Phase::Applying,
        }
    }

    /// How long a content has run here without a break, at most.
    pub fn soaked(&self, content: Digest, now: Time) -> i64 {
        let past = self.soaked.get(&content).copied().unwrap_or(0);
        let present = match self.occupied {
            Some((running, since)) if running == content => now.since(since),
            _ => 0,
        };
        past.max(present)
    }

    /// The content that runs is interrupted: its time so far is kept.
    pub(crate) fn interrupt(&mut self, at: Time) {
        if let Some((content, since)) = self.occupied.take() {
            let longest = self.soaked.entry(content).or_insert(0);
            *longest = (*longest).max(at.since(since));
        }
    }

    /// The hold that counts at `now`.
    pub fn held(&self, now: Time) -> Option<&Hold> {
        self.hold
            .as_ref()
            .filter(|hold| hold.until.is_none_or(|until| now < until))
    }
}

/// The latest verdict of an environment on a content, for one edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Its entry.
    pub entry: Digest,
    /// Its number.
    pub seq: u64,
    /// When it was signed.
    pub signed: Time,
    /// What it says.
    pub body: EvidenceBody,
    /// Who signed it.
    pub signers: Vec<Signer>,
    /// What contradicts it in the ledger before it.
    pub flaw: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GateSeen {
    pub(crate) seq: u64,
    pub(crate) at: EdgeContent,
    pub(crate) name: String,
    pub(crate) policy: Digest,
    pub(crate) passed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Approval {
    pub(crate) said: Said,
    pub(crate) plans: Option<Digest>,
    pub(crate) roots: BTreeMap<String, Digest>,
    pub(crate) coverage: Option<Digest>,
}

/// Something that people of a role said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) entry: Digest,
    pub(crate) seq: u64,
    pub(crate) release: Digest,
    pub(crate) by: Vec<Signer>,
}

/// An emergency that was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlass {
    /// Number of its entry.
    pub seq: u64,
    /// Into which environment.
    pub env: String,
    /// Which release.
    pub release: Digest,
    /// By when it is cleaned up.
    pub until: Time,
    /// Why.
    pub reason: String,
    /// What it sets aside, as [`Denial::name`](crate::Denial::name) spells it.
    pub sets_aside: BTreeSet<String>,
    /// Everyone who signed it or confirmed it.
    pub by: Vec<Word>,
}

/// Different people among signers: a key of two principals is one person, and so
/// are two keys of one principal.
pub(crate) fn people<'a>(signers: impl IntoIterator<Item = &'a Signer>) -> Vec<BTreeSet<&'a str>> {
    let mut groups: Vec<BTreeSet<&str>> = Vec::new();
    for signer in signers {
        let mut group: BTreeSet<&str> = signer.principals.iter().map(String::as_str).collect();
        groups.retain(|other| {
            let same = !other.is_disjoint(&group);
            if same {
                group.extend(other);
            }
            !same
        });
        groups.push(group);
    }
    groups
}

impl View {
    /// The state of an environment; the empty one if nothing was said about it.
    pub fn env(&self, name: &str) -> std::borrow::Cow<'_, EnvView> {
        match self.environments.get(name) {
            Some(env) => std::borrow::Cow::Borrowed(env),
            None => std::borrow::Cow::Owned(EnvView::default()),
        }
    }

    /// Environments that have a release and that the rules do not know, without an
    /// approver's word; each with its release.
    pub fn gone<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = (&'a str, Digest)> {
        self.environments
            .iter()
            .filter(|(name, _)| !policy.environments.contains_key(*name))
            .filter(|(name, _)| !self.is_open(name))
            .filter_map(|(name, env)| Some((name.as_str(), env.desired.as_ref()?.release)))
    }

    /// Whether an approver agreed that an environment loses its last promotion, or
    /// that it is gone.
    pub fn is_open(&self, env: &str) -> bool {
        let word = self.opened.get(env);
        word.is_some_and(|word| self.still_counts(word))
    }

    /// The latest verdict of `from` on a content for the edge to `to`.
    pub fn verdict(&self, from: &str, to: &str, content: Digest) -> Option<&Verdict> {
        self.verdicts
            .get(&(String::from(from), String::from(to), content))
    }

    /// The plans of the approval that was given last for a release.
    pub fn approved_last(&self, env: &str, release: Digest) -> Option<Digest> {
        let given = self.approvals.get(&(String::from(env), release))?;
        given.iter().rev().find_map(|approval| approval.plans)
    }

    /// Releases that `from` has verdicts on for the edge to `to`, the newest first.
    pub fn validated(&self, from: &str, to: &str) -> Vec<Digest> {
        let mut found: Vec<(u64, Digest)> = self
            .verdicts_for(from, to)
            .map(|verdict| (verdict.seq, verdict.body.release))
            .collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.into_iter().map(|(_, release)| release).collect()
    }

    /// The latest verdict on each content for an edge.
    pub(crate) fn verdicts_for(&self, from: &str, to: &str) -> impl Iterator<Item = &Verdict> {
        let zero = Digest::from_bytes([0; 32]);
        let first = (String::from(from), String::from(to), zero);
        self.verdicts
            .range(first..)
            .take_while(move |((a, b, _), _)| a == from && b == to)
            .map(|(_, verdict)| verdict)
    }

    /// The content of a recorded release.
    pub fn content(&self, release: Digest) -> Option<Digest> {
        self.releases
            .get(&release)
            .map(|released| released.body.content)
    }

    /// Whether a signer's key counts for an entry of this number.
    pub(crate) fn counts(&self, signer: &Signer, seq: u64) -> bool {
        !self.is_revoked_key(&signer.fingerprint, seq)
    }

    /// Whether what a key signs as the entry of this number does not count.
    pub fn is_revoked_key(&self, fingerprint: &str, seq: u64) -> bool {
        self.revoked_keys
            .get(fingerprint)
            .is_some_and(|since| *since <= seq)
    }

    /// Releases that were good in an environment, are not what it is meant to run,
    /// were not revoked, and were validated if they came by break-glass: a rollback
    /// may go to those of them that are older.
    pub fn ways_back(&self, env: &str) -> Vec<Digest> {
        let view = self.env(env);
        let desired = view.desired.as_ref().map(|desired| desired.release);
        let may = |release: &&Digest| {
            let content = self.content(**release);
            Some(**release) != desired
                && self.revocation(**release).is_none()
                && content.is_some_and(|content| !view.unproven.contains(&content))
        };
        view.good.iter().filter(may).copied().collect()
    }

    /// The revocation of a release, or of another one with the same content.
    pub fn revocation(&self, release: Digest) -> Option<&RevokedContent> {
        self.revoked_contents.get(&self.content(release)?)
    }

    /// Whether two different people, whose keys count, signed a break-glass.
    pub fn is_confirmed(&self, declared: &BreakGlass) -> bool {
        let counting = declared.by.iter().filter(|word| self.still_counts(word));
        people(counting.map(|word| &word.signer)).len() >= 2
    }

    /// Whether the key of a word was not revoked from its entry on or before.
    pub fn still_counts(&self, word: &Word) -> bool {
        self.counts(&word.signer, word.seq)
    }

    /// The intent of an environment by its entry.
    pub fn intent(&self, env: &str, entry: Digest) -> Option<&IntentSeen> {
        self.environments.get(env)?.intents.get(&entry)
    }
}

impl Verdict {
    /// The content it is about.
    pub(crate) fn at(body: &EvidenceBody, content: Digest) -> EdgeContent {
        (body.env.clone(), body.to.clone(), content)
    }
}

impl OpenIntent {
    pub(crate) fn of(entry: Digest, seq: u64, body: &IntentBody, env: &EnvView) -> Self {
        Self {
            entry,
            seq,
            mode: body.mode,
            steps: BTreeMap::new(),
            degraded: false,
            failed: BTreeMap::new(),
            before: env.desired.clone(),
            superseded: env.open.clone().map(|open| {
                Box::new(Self {
                    superseded: None,
                    ..open
                })
            }),
            emergency_before: env.emergency.clone(),
        }
    }
}
