//! What is asked for, and what happens meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use terrace_exec::{Environment, Ladder, Line};
use terrace_release::Digest;

use crate::journal::Record;
use crate::lock::Holder;
use crate::report::{RootApply, RootPlan};
use crate::session::Step;
use crate::source::RootSource;
use crate::summary::PlanSummary;
use crate::tool::Tool;

/// One environment to be planned, applied or checked.
pub struct Request<'a> {
    /// The project's folder; `.terrace-work` is in it. Absolute.
    pub project: &'a Path,
    /// The environment's name.
    pub environment: &'a str,
    /// The roots of the release.
    pub roots: Vec<Root>,
    /// Roots that the environment runs now and the release does not have.
    pub removed: Vec<Removed>,
    /// Which terraform.
    pub tool: &'a Tool,
    /// The process environment.
    pub variables: &'a Environment,
    /// The platform's secret variables, without `TF_VAR_`.
    pub secrets: &'a BTreeSet<String>,
    /// How.
    pub options: Options,
    /// Who, for the lock and the journal.
    pub holder: Holder,
}

/// A root of the release.
#[derive(Debug, Clone)]
pub struct Root {
    /// Its name.
    pub name: String,
    /// Its digest in the release.
    pub digest: Digest,
    /// Its bytes.
    pub source: RootSource,
    /// The roots it reads outputs of, or that it comes after. All of them are
    /// in [`Request::roots`].
    pub needs: Vec<String>,
    /// What it was last applied as; `None` if never.
    pub applied: Option<Applied>,
}

/// What a root was last applied as, from the ledger.
#[derive(Debug, Clone)]
pub struct Applied {
    /// Its digest then.
    pub digest: Digest,
    /// What it needed then.
    pub needs: Vec<String>,
    /// [`state_identity`](crate::state_identity) of its bytes then.
    pub identity: Option<Digest>,
    /// The lineage of its state, where it was recorded.
    pub lineage: Option<String>,
}

/// A root that is to be destroyed.
#[derive(Debug, Clone)]
pub struct Removed {
    /// Its name.
    pub name: String,
    /// The bytes it was last applied with.
    pub source: RootSource,
    /// What it was last applied as.
    pub applied: Applied,
}

/// How roots are planned and applied.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many roots at a time, at least one.
    pub parallel: usize,
    /// Limits of each kind of call.
    pub timeouts: Timeouts,
    /// How calls are stopped.
    pub ladder: Ladder,
    /// How long terraform waits for a state lock.
    pub lock_timeout: Duration,
    /// Roots whose plan may delete and replace.
    pub allow_destroy: BTreeSet<String>,
    /// Plans that people approved, by root: they may delete and replace.
    pub approved: BTreeMap<String, BTreeSet<Digest>>,
    /// Nothing but approved plans is applied, unless they change nothing.
    pub approval_required: bool,
    /// Looks up the state that each plan is made from: a part of its identity.
    pub with_state: bool,
    /// Roots whose state is known to be at the new place although its lineage
    /// cannot tell.
    pub state_moved: BTreeSet<String>,
    /// The plugin cache; without, the user's, or one below `.terrace-work`.
    pub plugin_cache: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            parallel: 4,
            timeouts: Timeouts::default(),
            ladder: Ladder::default(),
            lock_timeout: Duration::from_secs(30),
            allow_destroy: BTreeSet::new(),
            approved: BTreeMap::new(),
            approval_required: false,
            with_state: false,
            state_moved: BTreeSet::new(),
            plugin_cache: None,
        }
    }
}

/// How long calls may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// `init`.
    pub init: Duration,
    /// `plan`.
    pub plan: Duration,
    /// `apply`.
    pub apply: Duration,
    /// Everything else.
    pub other: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        Self {
            init: minutes(10),
            plan: minutes(60),
            apply: minutes(6 * 60),
            other: minutes(5),
        }
    }
}

/// What happens meanwhile. Events of different roots come from different
/// threads, those of one root in order.
#[derive(Debug)]
pub enum Event<'a> {
    /// An apply of this root was begun earlier and did not end: its state may
    /// lack what was made. It is planned anew. What terraform printed after we
    /// were gone is in [`Layout::log`](crate::Layout::log), not redacted.
    Crashed {
        /// The root.
        root: &'a str,
        /// What was begun.
        record: &'a Record,
    },
    /// A call starts.
    Step {
        /// The root.
        root: &'a str,
        /// Which call.
        step: Step,
    },
    /// A call printed a line.
    Line {
        /// The root.
        root: &'a str,
        /// Which call.
        step: Step,
        /// The line, redacted.
        line: Line<'a>,
    },
    /// A plan was made; an apply goes on with it.
    Planned {
        /// The root.
        root: &'a str,
        /// What it would do.
        plan: &'a PlanSummary,
    },
    /// A root of [`Run::plan`](crate::Run::plan) is done.
    PlanDone(&'a RootPlan),
    /// A root of [`Run::apply`](crate::Run::apply) is done; to be recorded at once.
    ApplyDone(&'a RootApply),
}

/// Takes events.
pub type Events<'a> = &'a (dyn Fn(Event<'_>) + Sync);
