//! T5, T6, T9: an environment moves, step by step, and how that ended.

use std::collections::{BTreeMap, BTreeSet};

use terrace_evidence::{Draft, Entry, Kind, Subject};
use terrace_release::Digest;
use terrace_release::fields::{Fields, Malformed};
use terrace_release::json::{Object, Value, object};

use super::{
    digest_map, digest_object, digests, draft, env, env_subject, release_of, text_map, text_object,
};

/// What kind of move an intent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// To a release that descends from the current one.
    Forward,
    /// Back to a release that was good; sets a hold.
    Rollback,
    /// Takes in what stands in the branch, which is a release's bytes.
    Adopt,
    /// Undoes what was changed by hand.
    Revert,
}

impl Mode {
    /// The kind of its entry.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Forward => Kind::Intent,
            Self::Rollback => Kind::Rollback,
            Self::Adopt => Kind::Adopt,
            Self::Revert => Kind::Revert,
        }
    }

    fn of(kind: &Kind) -> Self {
        match kind {
            Kind::Rollback => Self::Rollback,
            Kind::Adopt => Self::Adopt,
            Kind::Revert => Self::Revert,
            _ => Self::Forward,
        }
    }
}

/// An environment is about to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentBody {
    /// The environment.
    pub env: String,
    /// How.
    pub mode: Mode,
    /// To which release.
    pub release: Digest,
    /// Digest of the environment in it.
    pub environment: Digest,
    /// The git tree that `env/<env>` will have.
    pub tree: String,
    /// The commit that `env/<env>` has now; `None`: there is none.
    pub old_commit: Option<String>,
    /// Components whose bytes change; their digests are in the releases' manifests.
    pub changes: BTreeSet<String>,
    /// Digest of the policy of each edge it was decided under.
    pub policies: BTreeMap<String, Digest>,
    /// Entries of the evidence it relies on.
    pub evidence: Vec<Digest>,
    /// Entries of the approvals it relies on.
    pub approvals: Vec<Digest>,
    /// Entries of the acknowledgements it relies on.
    pub acks: Vec<Digest>,
    /// Digest of the list of values that were not exercised.
    pub coverage: Option<Digest>,
    /// Digest of the plans that existed when it was decided.
    pub plans: Option<Digest>,
    /// The break-glass entry it relies on.
    pub break_glass: Option<Digest>,
    /// What the break-glass sets aside: name and fact.
    pub waived: Vec<(String, String)>,
    /// The open intent it replaces.
    pub supersedes: Option<Digest>,
    /// Why, for people.
    pub reason: Option<String>,
}

impl IntentBody {
    /// As an entry.
    pub fn draft(&self) -> Draft {
        let list = |list: &[Digest]| list.iter().copied().collect::<Value>();
        let waived: Value = self
            .waived
            .iter()
            .map(|(name, fact)| {
                object([
                    ("name", name.as_str().into()),
                    ("fact", fact.as_str().into()),
                ])
            })
            .collect();
        draft(
            self.mode.kind(),
            vec![
                Subject::new("release", self.release),
                Subject::new(format!("environment/{}", self.env), self.environment),
            ],
            [
                ("env", self.env.as_str().into()),
                ("tree", self.tree.as_str().into()),
                ("oldCommit", self.old_commit.as_deref().into()),
                ("changes", self.changes.iter().map(String::as_str).collect()),
                ("policies", digest_object(&self.policies)),
                ("evidence", list(&self.evidence)),
                ("approvals", list(&self.approvals)),
                ("acks", list(&self.acks)),
                ("coverage", self.coverage.into()),
                ("plans", self.plans.into()),
                ("breakGlass", self.break_glass.into()),
                ("waived", waived),
                ("supersedes", self.supersedes.into()),
                ("reason", self.reason.as_deref().into()),
            ],
        )
    }

    pub(super) fn read(fields: &mut Fields<'_>, entry: &Entry) -> Result<Self, Malformed> {
        let env_name = env(fields, "env")?;
        let name = format!("environment/{env_name}");
        let environment = entry.subject(&name).ok_or_else(|| Malformed {
            path: String::from("subject"),
            why: format!("there is no `{name}`"),
        })?;
        let mut waived = Vec::new();
        for mut item in fields.objects("waived")? {
            waived.push((item.string("name")?, item.string("fact")?));
        }
        Ok(Self {
            mode: Mode::of(&entry.ext.kind),
            release: release_of(entry)?,
            environment,
            tree: fields.string("tree")?,
            old_commit: fields.maybe_string("oldCommit")?,
            changes: fields.strings("changes")?.into_iter().collect(),
            policies: digest_map(fields, "policies")?,
            evidence: digests(fields, "evidence")?,
            approvals: digests(fields, "approvals")?,
            acks: digests(fields, "acks")?,
            coverage: fields.maybe_digest("coverage")?,
            plans: fields.maybe_digest("plans")?,
            break_glass: fields.maybe_digest("breakGlass")?,
            waived,
            supersedes: fields.maybe_digest("supersedes")?,
            reason: fields.maybe_string("reason")?,
            env: env_name,
        })
    }
}

/// What became of one component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepOutcome {
    /// It runs what the intent says.
    Applied,
    /// It was taken away, as the intent says.
    Destroyed,
    /// It may be anything.
    Failed,
}

impl StepOutcome {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Destroyed => "destroyed",
            Self::Failed => "failed",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Applied, Self::Destroyed, Self::Failed]
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }
}

/// Some components of an intent were applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepBody {
    /// The environment.
    pub env: String,
    /// The intent's entry.
    pub intent: Digest,
    /// What became of which component.
    pub components: BTreeMap<String, StepOutcome>,
    /// Digest of the plan that was applied, by root.
    pub plans: BTreeMap<String, Digest>,
}

impl StepBody {
    /// As an entry.
    pub fn draft(&self) -> Draft {
        let components: Object = self
            .components
            .iter()
            .map(|(name, outcome)| (name.clone(), outcome.as_str().into()))
            .collect();
        draft(
            Kind::Step,
            env_subject(&self.env),
            [
                ("env", self.env.as_str().into()),
                ("intent", self.intent.into()),
                ("components", components.into()),
                ("plans", digest_object(&self.plans)),
            ],
        )
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        let mut components = BTreeMap::new();
        for (name, text) in text_map(fields, "components")? {
            let outcome = StepOutcome::parse(&text)
                .ok_or_else(|| fields.error("components", format!("`{text}` is not an outcome")))?;
            components.insert(name, outcome);
        }
        Ok(Self {
            env: env(fields, "env")?,
            intent: fields.digest("intent")?,
            components,
            plans: digest_map(fields, "plans")?,
        })
    }
}

/// How an intent ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Every component runs what the intent says.
    Applied,
    /// Some do not; `resume`, a newer release or a rollback mends it.
    Degraded,
    /// Nothing was applied and nothing will be.
    Abandoned,
}

impl Outcome {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Degraded => "degraded",
            Self::Abandoned => "abandoned",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Applied, Self::Degraded, Self::Abandoned]
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }
}

/// The end of an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultBody {
    /// The environment.
    pub env: String,
    /// The intent's entry.
    pub intent: Digest,
    /// How it ended.
    pub outcome: Outcome,
    /// T7: the environment is known to be good with it: its own checks passed,
    /// or it has none.
    pub verified: bool,
    /// Components that are not what the intent says, with the reason.
    pub failed: BTreeMap<String, String>,
    /// Digest of the plan that was applied, by root.
    pub plans: BTreeMap<String, Digest>,
    /// Components that no delivery applies.
    pub unobserved: Vec<String>,
}

impl ResultBody {
    /// As an entry.
    pub fn draft(&self) -> Draft {
        draft(
            Kind::Result,
            env_subject(&self.env),
            [
                ("env", self.env.as_str().into()),
                ("intent", self.intent.into()),
                ("outcome", self.outcome.as_str().into()),
                ("verified", self.verified.into()),
                ("failed", text_object(&self.failed)),
                ("plans", digest_object(&self.plans)),
                (
                    "unobserved",
                    self.unobserved.iter().map(String::as_str).collect(),
                ),
            ],
        )
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        let outcome = fields.text("outcome")?;
        let body = Self {
            env: env(fields, "env")?,
            intent: fields.digest("intent")?,
            outcome: Outcome::parse(outcome).ok_or_else(|| {
                fields.error("outcome", "expected applied, degraded or abandoned")
            })?,
            verified: fields.bool("verified")?,
            failed: text_map(fields, "failed")?,
            plans: digest_map(fields, "plans")?,
            unobserved: fields.strings("unobserved")?,
        };
        // I14: a result may not call itself complete and name failures.
        match body.outcome == Outcome::Applied && !body.failed.is_empty() {
            true => Err(fields.error("outcome", "is `applied` although components failed")),
            false => Ok(body),
        }
    }
}
