//! What came of it.

use std::collections::BTreeMap;
use std::time::Duration;

use terrace_release::Digest;

use crate::error::TerraformError;
use crate::identity::StateId;
use crate::summary::PlanSummary;

/// What is done with a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// It is brought to the release's bytes.
    Update,
    /// It is not in the release any more.
    Destroy,
}

/// The plans of an environment: first the release's roots, then the removed
/// ones, each in the order given.
#[derive(Debug, Default)]
pub struct PlanReport {
    /// One for each root.
    pub roots: Vec<RootPlan>,
}

/// The plan of one root.
#[derive(Debug)]
pub struct RootPlan {
    /// The root.
    pub name: String,
    /// The digest of the bytes it was planned with.
    pub digest: Digest,
    /// What for.
    pub purpose: Purpose,
    /// What came of it.
    pub outcome: PlanOutcome,
    /// How long it took by the given clock.
    pub duration: Duration,
}

/// What came of planning a root.
#[derive(Debug)]
pub enum PlanOutcome {
    /// There is a plan.
    Planned(Box<PlanSummary>),
    /// It cannot be planned yet: these are not applied at the release's digest.
    /// Neither clean nor failed.
    Deferred {
        /// The roots it waits for.
        waits_for: Vec<String>,
    },
    /// Planning failed or was refused.
    Failed(TerraformError),
    /// The run was interrupted before its turn.
    Interrupted,
}

impl PlanReport {
    /// Whether every root was planned and no plan changes anything. An empty
    /// report is not clean: nothing was looked at.
    pub fn is_clean(&self) -> bool {
        !self.roots.is_empty()
            && self.roots.iter().all(
                |root| matches!(&root.outcome, PlanOutcome::Planned(plan) if !plan.has_changes),
            )
    }

    /// Whether a plan changes anything, or is deferred and so may.
    pub fn has_changes(&self) -> bool {
        self.roots.iter().any(|root| match &root.outcome {
            PlanOutcome::Planned(plan) => plan.has_changes,
            PlanOutcome::Deferred { .. } => true,
            _ => false,
        })
    }

    /// The errors, in order.
    pub fn errors(&self) -> impl Iterator<Item = &TerraformError> {
        self.roots.iter().filter_map(|root| match &root.outcome {
            PlanOutcome::Failed(error) => Some(error),
            _ => None,
        })
    }

    /// What was changed outside of terraform, by root, in words; of plans that
    /// only look for that.
    pub fn drift(&self) -> BTreeMap<String, String> {
        let of = |root: &RootPlan| match &root.outcome {
            PlanOutcome::Planned(plan) if !plan.drifted.is_empty() => Some(plan.drifted.join(", ")),
            PlanOutcome::Planned(plan) if plan.has_changes => Some(plan.describe()),
            _ => None,
        };
        self.roots
            .iter()
            .filter_map(|root| Some((root.name.clone(), of(root)?)))
            .collect()
    }

    /// Whether every root was planned or deferred.
    pub fn is_complete(&self) -> bool {
        self.roots.iter().all(|root| {
            matches!(
                root.outcome,
                PlanOutcome::Planned(_) | PlanOutcome::Deferred { .. }
            )
        })
    }
}

/// What an apply did: first the release's roots, then the removed ones, each in
/// the order given.
#[derive(Debug, Default)]
pub struct ApplyReport {
    /// One for each root.
    pub roots: Vec<RootApply>,
}

/// What an apply did with one root.
#[derive(Debug)]
pub struct RootApply {
    /// The root.
    pub name: String,
    /// The digest of the bytes that were applied.
    pub digest: Digest,
    /// What for.
    pub purpose: Purpose,
    /// The plan, once there was one.
    pub plan: Option<Box<PlanSummary>>,
    /// What came of it.
    pub outcome: ApplyOutcome,
    /// How long it took by the given clock.
    pub duration: Duration,
}

/// What came of applying a root.
#[derive(Debug)]
pub enum ApplyOutcome {
    /// The root is as the release says (or destroyed).
    Done {
        /// Whether anything had to be changed.
        changed: bool,
        /// Its state; `None` if there is none or it could not be read.
        state: Option<StateId>,
        /// Where its state is, to be recorded with the digest.
        identity: Option<Digest>,
    },
    /// A guard said no; nothing was changed.
    Refused(TerraformError),
    /// It failed; resources may have been changed.
    Failed(TerraformError),
    /// It was not begun.
    Skipped(Skip),
}

/// Why a root was not begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Skip {
    /// These must be done first and are not.
    WaitsFor(Vec<String>),
    /// The run was interrupted.
    Interrupted,
}

impl RootApply {
    /// Whether the root is as the release says.
    pub fn is_done(&self) -> bool {
        matches!(self.outcome, ApplyOutcome::Done { .. })
    }

    /// The error that stopped it, if one did.
    pub fn error(&self) -> Option<&TerraformError> {
        match &self.outcome {
            ApplyOutcome::Refused(error) | ApplyOutcome::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// One word with its cause: `done`, `failed: …`, `skipped: waits for vpc`.
    pub fn describe(&self) -> String {
        match &self.outcome {
            ApplyOutcome::Done { changed: true, .. } => match self.purpose {
                Purpose::Update => String::from("applied"),
                Purpose::Destroy => String::from("destroyed"),
            },
            ApplyOutcome::Done { changed: false, .. } => String::from("unchanged"),
            ApplyOutcome::Refused(error) => format!("refused: {error}"),
            ApplyOutcome::Failed(error) => format!("failed: {error}"),
            ApplyOutcome::Skipped(Skip::WaitsFor(roots)) => {
                format!("skipped: waits for {}", roots.join(", "))
            }
            ApplyOutcome::Skipped(Skip::Interrupted) => String::from("skipped: interrupted"),
        }
    }
}

impl ApplyReport {
    /// Whether every root is as the release says. An empty report is not:
    /// nothing was done.
    pub fn is_complete(&self) -> bool {
        !self.roots.is_empty() && self.roots.iter().all(RootApply::is_done)
    }

    /// Whether anything was changed, or may have been by an apply that failed.
    pub fn has_begun(&self) -> bool {
        self.roots.iter().any(|root| match &root.outcome {
            ApplyOutcome::Done { changed, .. } => *changed,
            // With a plan at hand, it failed in the apply.
            ApplyOutcome::Failed(_) => root.plan.is_some(),
            _ => false,
        })
    }

    /// The errors, in order.
    pub fn errors(&self) -> impl Iterator<Item = &TerraformError> {
        self.roots.iter().filter_map(RootApply::error)
    }
}
