//! The environment × component matrix that `terrace status` shows.

use std::collections::{BTreeMap, BTreeSet};

use terrace_evidence::Time;
use terrace_release::Digest;
use terrace_release::json::{Object, Value, object};

use crate::body::StepOutcome;
use crate::decide::{EmergencyState, Release, emergency};
use crate::view::Phase;
use crate::{Policy, View};

/// How a component of an environment stands to the newest release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It runs the newest release's bytes.
    Current,
    /// It runs older bytes.
    Behind,
    /// It is meant to run other bytes and does not yet.
    Pending,
    /// Nothing applies it.
    NotApplied,
    /// What runs is not what was applied.
    Drifted,
    /// Its last apply failed.
    Failed,
    /// It is in neither.
    Absent,
}

impl Standing {
    /// One character for the matrix.
    pub const fn glyph(self) -> char {
        match self {
            Self::Current => '=',
            Self::Behind => '<',
            Self::Pending => '>',
            Self::NotApplied => '-',
            Self::Drifted => '!',
            Self::Failed => 'x',
            Self::Absent => ' ',
        }
    }

    /// As programs read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Behind => "behind",
            Self::Pending => "pending",
            Self::NotApplied => "not applied",
            Self::Drifted => "drifted",
            Self::Failed => "failed",
            Self::Absent => "absent",
        }
    }
}

/// One component in one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// How it stands.
    pub standing: Standing,
    /// Digest of what it runs.
    pub runs: Option<Digest>,
}

/// One environment as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub env: String,
    /// The release its branch is at.
    pub desired: Option<Digest>,
    /// The release it runs as a whole, and for how long, in seconds.
    pub applied: Option<(Digest, i64)>,
    /// What it is doing.
    pub phase: Phase,
    /// Why it takes nothing new.
    pub hold: Option<String>,
    /// The break-glass that waits for its clean-up.
    pub emergency: Option<EmergencyState>,
    /// What an apply that ended in part did not do, with the reason.
    pub failed: BTreeMap<String, String>,
    /// Its branch holds something that no intent explains.
    pub unattested: bool,
    /// terrace.hcl does not have it any more.
    pub gone: bool,
}

/// Everything at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// The newest release by its source.
    pub newest: Option<Digest>,
    /// Environments, entries first, then along the edges.
    pub columns: Vec<Column>,
    /// Component → one cell per column.
    pub rows: BTreeMap<String, Vec<Cell>>,
}

impl Matrix {
    /// Of a view. `newest` is the release to compare with; `releases` gives what
    /// is stored; `unattested` names environments whose branch nothing explains.
    pub fn new<'a>(
        view: &View,
        policy: &Policy,
        newest: Option<&'a Release>,
        releases: &dyn Fn(Digest) -> Option<&'a Release>,
        unattested: &BTreeSet<String>,
        now: Time,
    ) -> Self {
        let mut columns = Vec::new();
        let mut rows: BTreeMap<String, Vec<Cell>> = BTreeMap::new();
        let gone: Vec<String> = view.gone(policy).map(|(env, _)| env.into()).collect();
        for name in order(policy).into_iter().chain(gone) {
            let env = view.env(&name);
            let at = columns.len();
            let of = |release: Option<&'a Release>| {
                release.and_then(|release| release.manifest().environments.get(&name))
            };
            let desired = of(env
                .desired
                .as_ref()
                .and_then(|placed| releases(placed.release)));
            let applied = of(env
                .applied
                .as_ref()
                .and_then(|placed| releases(placed.release)));
            let latest = of(newest);
            let names: BTreeSet<&String> = [desired, applied, latest]
                .into_iter()
                .flatten()
                .flat_map(|environment| environment.components.keys())
                .collect();
            for component in names {
                let digest = |environment: Option<&terrace_release::Environment>| {
                    environment
                        .and_then(|environment| environment.components.get(component))
                        .map(|component| component.sha256)
                };
                let (wanted, latest) = (digest(desired), digest(latest));
                let mut runs = digest(applied);
                let mut failed = false;
                // The intent that was replaced came first, and may have got
                // somewhere; what it brought was meant when this one was written.
                let replaced = env.open.as_ref().and_then(|open| {
                    let meant = open.before.as_ref()?;
                    let meant = of(releases(meant.release));
                    Some((&**open.superseded.as_ref()?, digest(meant)))
                });
                let open = env.open.as_ref().map(|open| (open, wanted));
                for (open, meant) in replaced.into_iter().chain(open) {
                    match open.steps.get(component) {
                        Some(StepOutcome::Applied) => (runs, failed) = (meant, false),
                        Some(StepOutcome::Destroyed) => (runs, failed) = (None, false),
                        Some(StepOutcome::Failed) => failed = true,
                        // Not begun: it runs what it ran.
                        None => {}
                    }
                }
                let drifted = env
                    .drift
                    .as_ref()
                    .is_some_and(|drift| drift.components.contains_key(component));
                let standing = if failed {
                    Standing::Failed
                } else if drifted {
                    Standing::Drifted
                } else if runs != wanted {
                    Standing::Pending
                } else if runs.is_some() && env.unobserved.contains(component) {
                    Standing::NotApplied
                } else if runs == latest {
                    match runs {
                        Some(_) => Standing::Current,
                        None => Standing::Absent,
                    }
                } else {
                    Standing::Behind
                };
                let row = rows.entry(component.clone()).or_default();
                row.resize(
                    at,
                    Cell {
                        standing: Standing::Absent,
                        runs: None,
                    },
                );
                row.push(Cell { standing, runs });
            }
            columns.push(Column {
                desired: env.desired.as_ref().map(|placed| placed.release),
                applied: env
                    .applied
                    .as_ref()
                    .map(|placed| (placed.release, now.since(placed.since))),
                phase: env.phase(),
                failed: env
                    .open
                    .as_ref()
                    .map(|open| open.failed.clone())
                    .unwrap_or_default(),
                hold: env.held(now).map(|hold| hold.reason.clone()),
                emergency: emergency(view, policy, &name, now),
                unattested: unattested.contains(&name),
                gone: !policy.environments.contains_key(&name),
                env: name,
            });
        }
        for row in rows.values_mut() {
            row.resize(
                columns.len(),
                Cell {
                    standing: Standing::Absent,
                    runs: None,
                },
            );
        }
        Self {
            newest: newest.map(Release::id),
            columns,
            rows,
        }
    }

    /// Whether an emergency is overdue: `status` then exits with 3.
    pub fn overdue(&self) -> bool {
        self.columns
            .iter()
            .any(|column| matches!(column.emergency, Some(EmergencyState::Overdue(_))))
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let columns: Value = self
            .columns
            .iter()
            .map(|column| {
                object([
                    ("environment", column.env.as_str().into()),
                    ("desired", column.desired.into()),
                    ("applied", column.applied.map(|(release, _)| release).into()),
                    (
                        "applied_seconds",
                        column
                            .applied
                            .map_or(Value::Null, |(_, age)| Value::Int(age)),
                    ),
                    (
                        "phase",
                        match column.phase {
                            Phase::Idle => "idle",
                            Phase::Intent => "intent",
                            Phase::Applying => "applying",
                            Phase::Degraded => "degraded",
                        }
                        .into(),
                    ),
                    ("hold", column.hold.as_deref().into()),
                    (
                        "break_glass",
                        match &column.emergency {
                            None => Value::Null,
                            Some(EmergencyState::Due(open)) => format!("due {}", open.until).into(),
                            Some(EmergencyState::Overdue(open)) => {
                                format!("overdue since {}", open.until).into()
                            }
                        },
                    ),
                    (
                        "failed",
                        column
                            .failed
                            .iter()
                            .map(|(name, why)| (name.clone(), why.as_str().into()))
                            .collect::<Object>()
                            .into(),
                    ),
                    ("unattested", column.unattested.into()),
                    ("gone", column.gone.into()),
                ])
            })
            .collect();
        let rows: Value = self
            .rows
            .iter()
            .map(|(component, cells)| {
                let cells: Value = cells
                    .iter()
                    .map(|cell| {
                        object([
                            ("standing", cell.standing.as_str().into()),
                            ("runs", cell.runs.into()),
                        ])
                    })
                    .collect();
                object([("component", component.as_str().into()), ("cells", cells)])
            })
            .collect();
        object([
            ("newest", self.newest.into()),
            ("environments", columns),
            ("components", rows),
        ])
    }
}

/// Environments with those before them first; by name where the graph is silent.
fn order(policy: &Policy) -> Vec<String> {
    let mut left: BTreeSet<&str> = policy.environments.keys().map(String::as_str).collect();
    let mut out = Vec::new();
    while !left.is_empty() {
        let ready: Vec<&str> = left
            .iter()
            .filter(|env| policy.edges_into(env).all(|(from, _)| !left.contains(from)))
            .copied()
            .collect();
        // A cycle is an error elsewhere; here it is only shown in some order.
        let take = match ready.is_empty() {
            true => left.iter().copied().collect(),
            false => ready,
        };
        for env in take {
            left.remove(env);
            out.push(String::from(env));
        }
    }
    out
}
