//! Whether a release may move: one pure function behind `promote`, `status`,
//! the pull request's check and `verify`, so that they cannot disagree.
//!
//! It collects every denial. What needs reading files, git or a clock comes in as
//! [`Facts`]; a fact that could not be found denies (I20).

mod break_glass;
mod bytes;
mod evidence;
mod flow;
mod people;

use std::collections::{BTreeMap, BTreeSet};

use terrace_diag::Diagnostic;
use terrace_evidence::{Refusal, Time};
use terrace_release::{Digest, ReleaseManifest, edge_name};

use crate::body::{IntentBody, Mode};
use crate::coverage::Report;
use crate::policy::{Edge, FanIn, Policy};
use crate::view::{EnvView, View};
use crate::{Denial, Invariant, StoryFault};

pub use break_glass::{EmergencyState, emergency};
pub use people::approved_plans;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The environment that moves.
    pub env: String,
    /// To which release.
    pub release: Digest,
    /// How.
    pub mode: Mode,
    /// A break-glass entry to rely on.
    pub break_glass: Option<Digest>,
}

impl Question {
    /// A promotion forward.
    pub fn forward(env: &str, release: Digest) -> Self {
        Self {
            env: String::from(env),
            release,
            mode: Mode::Forward,
            break_glass: None,
        }
    }
}

/// A release's manifest with its digests, computed once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    id: Digest,
    content: Digest,
    manifest: ReleaseManifest,
}

impl Release {
    /// Hashes a manifest.
    pub fn new(manifest: ReleaseManifest) -> Self {
        Self {
            id: manifest.id(),
            content: manifest.content_id(),
            manifest,
        }
    }

    /// Reads a `release.json`.
    ///
    /// # Errors
    /// As [`ReleaseManifest::parse`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Diagnostic> {
        let manifest = ReleaseManifest::parse(bytes)?;
        Ok(Self {
            // Only its own spelling is read.
            id: Digest::of(bytes),
            content: manifest.content_id(),
            manifest,
        })
    }

    /// The release's name.
    pub const fn id(&self) -> Digest {
        self.id
    }

    /// Its content id.
    pub const fn content(&self) -> Digest {
        self.content
    }

    /// What it holds.
    pub const fn manifest(&self) -> &ReleaseManifest {
        &self.manifest
    }
}

/// What is known of the values that a source did not exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// Every changed value with its class.
    Report(Report),
    /// Only the name of the list, as an intent recorded it; `None`: it was empty.
    Recorded(Option<Digest>),
}

/// The name of everything that nobody exercised on the way into an environment:
/// the list of its one edge that asks for coverage, or of all of them together.
pub fn unexercised(
    policy: &Policy,
    env: &str,
    coverage: &BTreeMap<String, Coverage>,
) -> Option<Digest> {
    let lists: BTreeSet<Digest> = policy
        .edges_into(env)
        .filter(|(_, edge)| edge.coverage.is_some())
        .filter_map(|(from, _)| coverage.get(from)?.digest())
        .collect();
    match lists.len() {
        0 | 1 => lists.first().copied(),
        _ => {
            let all: Vec<String> = lists.iter().map(ToString::to_string).collect();
            Some(Digest::of(all.join("\n")))
        }
    }
}

impl Coverage {
    /// The name of the list; `None`: it is empty.
    pub fn digest(&self) -> Option<Digest> {
        match self {
            Self::Report(report) => report.digest(),
            Self::Recorded(list) => *list,
        }
    }
}

/// I1: the stored bytes of the environment in the release, hashed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bytes {
    /// Every folder has the digest that release.json says, and no other is there.
    Right,
    /// They are not in this clone.
    Missing(String),
    /// They differ: what, in words.
    Differ(Vec<String>),
}

/// I9: where the release's source stands to that of the current release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// There is no current release.
    First,
    /// The same commit.
    Same,
    /// It descends from the current one.
    Ahead,
    /// The current one descends from it.
    Behind,
    /// Neither.
    Diverged,
    /// An ancestor is missing from this clone.
    Unknown(String),
}

/// I17: what stands in the environment's branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Branch {
    /// Nothing, and the ledger expects nothing.
    Absent,
    /// A commit that cites the environment's last intent and has its tree.
    Attested,
    /// Something no intent explains.
    Unattested {
        /// The commit; empty if the branch is gone.
        commit: String,
        /// Why it is not attested.
        why: String,
        /// The release of the question has exactly this tree.
        is_the_release: bool,
    },
}

/// What is the case outside the ledger.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// Now.
    pub now: Time,
    /// The rules of the protected branch.
    pub policy: &'a Policy,
    /// The release; `None`: it is not in this clone.
    pub release: Option<&'a Release>,
    /// The environment's current release, if it has one.
    pub current: Option<&'a Release>,
    /// The stored bytes, hashed again.
    pub bytes: Bytes,
    /// The environment's branch.
    pub branch: Branch,
    /// Where the release's source stands.
    pub order: Order,
    /// Whether the release's source is on the protected branch.
    pub on_branch: bool,
    /// By source environment: which changed values it exercised. Absent: not computed.
    pub coverage: BTreeMap<String, Coverage>,
    /// Digest of the plans that exist for this promotion.
    pub plans: Option<Digest>,
    /// Names and addresses of the authors of the commits between the current and
    /// the new source; `None`: not known in this clone.
    pub authors: Option<BTreeSet<String>>,
    /// Releases of other content that a source has verdicts on: their evidence
    /// may count for components that are the same in this one.
    pub earlier: Vec<&'a Release>,
    /// Who holds the environment's apply lock.
    pub apply_lock: Option<String>,
    /// I18: secrets found in the release and not waived, with their places.
    pub secrets: Vec<String>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It may move, relying on this.
    Allow(Box<Binding>),
    /// It is there already; nothing to do.
    Current,
    /// It may not, for all these reasons.
    Deny(Vec<Denial>),
}

/// What an allowed promotion relies on: the intent's content but for the git
/// objects, which its writer makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The environment.
    pub env: String,
    /// The release.
    pub release: Digest,
    /// Digest of the environment in it.
    pub environment: Digest,
    /// How it moves.
    pub mode: Mode,
    /// The release has no entry yet and needs one before the intent.
    pub record_release: bool,
    /// Components whose bytes change.
    pub changes: BTreeSet<String>,
    /// Policy digest of each edge.
    pub policies: BTreeMap<String, Digest>,
    /// Evidence entries.
    pub evidence: Vec<Digest>,
    /// Approval entries.
    pub approvals: Vec<Digest>,
    /// Acknowledgement entries.
    pub acks: Vec<Digest>,
    /// Name of the list of values that were not exercised.
    pub coverage: Option<Digest>,
    /// Digest of the plans that exist.
    pub plans: Option<Digest>,
    /// The break-glass entry.
    pub break_glass: Option<Digest>,
    /// What it sets aside.
    pub waived: Vec<Denial>,
    /// The open intent that is replaced.
    pub supersedes: Option<Digest>,
    /// The evidence is of another release with the same content (S4).
    pub reused: bool,
}

impl Binding {
    /// T5: the intent, once its writer knows the tree and the commit to replace.
    pub fn intent(&self, tree: &str, old_commit: Option<&str>, reason: Option<&str>) -> IntentBody {
        IntentBody {
            env: self.env.clone(),
            mode: self.mode,
            release: self.release,
            environment: self.environment,
            tree: String::from(tree),
            old_commit: old_commit.map(String::from),
            changes: self.changes.clone(),
            policies: self.policies.clone(),
            evidence: self.evidence.clone(),
            approvals: self.approvals.clone(),
            acks: self.acks.clone(),
            coverage: self.coverage,
            plans: self.plans,
            break_glass: self.break_glass,
            waived: self
                .waived
                .iter()
                .map(|denial| (denial.name(), denial.fact.clone()))
                .collect(),
            supersedes: self.supersedes,
            reason: reason.map(String::from),
        }
    }
}

/// What is collected on the way.
struct Case<'a> {
    view: &'a View,
    facts: &'a Facts<'a>,
    question: &'a Question,
    env: &'a EnvView,
    denials: Vec<Denial>,
    binding: Binding,
}

impl<'a> Case<'a> {
    /// Nothing is asked yet.
    fn new(view: &'a View, facts: &'a Facts<'_>, question: &'a Question, env: &'a EnvView) -> Self {
        Self {
            view,
            facts,
            question,
            env,
            denials: Vec::new(),
            binding: Binding {
                env: question.env.clone(),
                release: question.release,
                environment: Digest::from_bytes([0; 32]),
                mode: question.mode,
                record_release: !view.releases.contains_key(&question.release),
                changes: BTreeSet::new(),
                policies: BTreeMap::new(),
                evidence: Vec::new(),
                approvals: Vec::new(),
                acks: Vec::new(),
                coverage: None,
                plans: facts.plans,
                break_glass: None,
                waived: Vec::new(),
                supersedes: None,
                reused: false,
            },
        }
    }

    fn deny(&mut self, denial: Denial) {
        self.denials.push(denial);
    }

    fn denial(
        &self,
        invariant: Invariant,
        fact: impl Into<String>,
        next: impl Into<String>,
    ) -> Denial {
        Denial::new(&self.question.env, invariant, fact, next)
    }

    fn short(&self) -> String {
        self.question.release.short()
    }
}

/// I16, I20: nothing moves on a ledger that does not verify.
pub fn deny_unverified(env: &str, refusals: &[Refusal]) -> Decision {
    Decision::Deny(
        refusals
            .iter()
            .map(|refusal| {
                Denial::new(env, Invariant::I16, refusal.to_string(), "terrace verify")
                    .at(Some(refusal.file.clone()))
            })
            .collect(),
    )
}

/// I20: nothing moves on a ledger that contradicts itself.
pub fn deny_story(env: &str, fault: &StoryFault) -> Decision {
    Decision::Deny(vec![Denial::new(
        env,
        Invariant::I20,
        fault.to_string(),
        "terrace verify",
    )])
}

/// Whether `question.release` may move into `question.env`.
pub fn decide(view: &View, facts: &Facts<'_>, question: &Question) -> Decision {
    let env = view.env(&question.env);
    let mut case = Case::new(view, facts, question, &env);
    let Some(rule) = facts.policy.environments.get(&question.env).copied() else {
        let known: Vec<&str> = facts
            .policy
            .environments
            .keys()
            .map(String::as_str)
            .collect();
        let fact = format!("`{}` is not an environment", question.env);
        let next = format!("name one of {}", known.join(", "));
        return Decision::Deny(vec![case.denial(Invariant::I10, fact, next).absolute()]);
    };
    bytes::check(&mut case);
    let nothing_to_do = case.denials.is_empty()
        && question.mode == Mode::Forward
        && facts.branch == Branch::Attested
        && env
            .desired
            .as_ref()
            .is_some_and(|desired| desired.release == question.release);
    if nothing_to_do {
        return Decision::Current;
    }
    flow::check(&mut case, rule.entry);
    match question.mode {
        Mode::Forward | Mode::Adopt if rule.entry => flow::entry(&mut case),
        Mode::Forward | Mode::Adopt => over_edges(&mut case, rule.fan_in),
        Mode::Rollback => flow::rollback(&mut case),
        Mode::Revert => flow::revert(&mut case),
    }
    break_glass::set_aside(&mut case);
    match case.denials.is_empty() {
        true => Decision::Allow(Box::new(case.binding)),
        false => {
            let mut denials = case.denials;
            let mut seen = BTreeSet::new();
            denials.sort_by_key(|denial| denial.invariant);
            denials.retain(|denial| seen.insert(denial.clone()));
            Decision::Deny(denials)
        }
    }
}

/// What keeps everything out of an environment just now, whatever the release:
/// for environments that nothing else is asked about.
pub fn standing(view: &View, facts: &Facts<'_>, env: &str) -> Vec<Denial> {
    let question = Question::forward(env, Digest::from_bytes([0; 32]));
    let env = view.env(env);
    let mut case = Case::new(view, facts, &question, &env);
    if let Some(rule) = facts.policy.environments.get(&question.env) {
        flow::standing(&mut case, rule.entry);
    }
    case.denials.sort_by_key(|denial| denial.invariant);
    case.denials
}

/// I10: all edges into the environment, or any where the policy says so.
fn over_edges(case: &mut Case<'_>, fan_in: FanIn) {
    let policy = case.facts.policy;
    let edges: Vec<(&str, &Edge)> = policy.edges_into(&case.question.env).collect();
    if edges.is_empty() {
        let fact = format!(
            "nothing guards {}: it is neither an entry nor the target of a promotion",
            case.question.env
        );
        let denial = case
            .denial(
                Invariant::I10,
                fact,
                "write a promotion block into it in terrace.hcl",
            )
            .absolute();
        return case.deny(denial);
    }
    case.binding.coverage = unexercised(policy, &case.question.env, &case.facts.coverage);
    let mut refused = Vec::new();
    let mut satisfied = false;
    for (from, edge) in edges {
        let before = (case.denials.len(), case.binding.clone());
        over_edge(case, from, edge);
        let name = edge_name(from, &case.question.env);
        for denial in &mut case.denials[before.0..] {
            denial.edge = Some(name.clone());
        }
        if case.denials.len() == before.0 {
            satisfied = true;
            if fan_in == FanIn::Any {
                return;
            }
        } else if fan_in == FanIn::Any {
            refused.extend(case.denials.drain(before.0..));
            case.binding = before.1;
        }
    }
    if fan_in == FanIn::Any && !satisfied {
        case.denials.extend(refused);
    }
}

fn over_edge(case: &mut Case<'_>, from: &str, edge: &Edge) {
    if let Some(policy) = case.facts.policy.digest(from, &case.question.env) {
        let name = edge_name(from, &case.question.env);
        case.binding.policies.insert(name, policy);
    }
    bytes::covered(case, edge);
    evidence::check(case, from, edge);
    people::coverage(case, from, edge);
    people::approvals(case, edge);
    flow::windows(case, edge);
}
