//! The built-in gates: a release's roots in the hands of terraform.

use std::time::Duration;

use terrace_exec::{Cancel, Context, Monotonic};
use terrace_gates::{Builtin, Builtins, Checked, Finding, Reason};
use terrace_terraform::{
    Check, PlanOutcome, PlanReport, Request, RootCheck, RootPlan, Run, TerraformError,
};

/// The built-in gates of one environment. All of them work in one run, which
/// holds the environment's lock: they do not lock each other out, and nobody
/// changes the environment between two of them.
pub(super) struct TerraformGates<'a> {
    /// The run; or why there is none, which is then every gate's word.
    run: Result<Run<'a>, Checked>,
}

impl<'a> TerraformGates<'a> {
    /// Of an environment without roots.
    pub(super) fn without_roots() -> Self {
        Self {
            run: Err(Checked::passed("no Terraform roots")),
        }
    }

    /// Where there is no terraform.
    pub(super) fn without_tool(error: &TerraformError) -> Self {
        Self {
            run: Err(Checked::skipped(reason(error))),
        }
    }

    /// Takes the environment's lock.
    ///
    /// # Errors
    /// Somebody else holds it.
    pub(super) fn begin(request: &'a Request<'a>) -> Result<Self, TerraformError> {
        let run = match Run::begin(request) {
            Err(error) if error.is_lock() => return Err(error),
            run => run.map_err(|error| Checked::errored(reason(&error))),
        };
        Ok(Self { run })
    }
}

impl Builtins for TerraformGates<'_> {
    // Terraform's calls have limits of their own.
    fn run(&self, builtin: Builtin, _: Duration, cancel: &Cancel) -> Checked {
        let run = match &self.run {
            Ok(run) => run,
            Err(checked) => return checked.clone(),
        };
        let clock = Monotonic::start();
        let context = Context {
            clock: &clock,
            cancel,
        };
        match builtin {
            Builtin::NoDrift => no_drift(&run.drift(&context, &|_| {})),
            Builtin::PlanClean => plan_clean(&run.plan(&context, &|_| {})),
            Builtin::Fmt => every_root(&run.check(Check::Fmt, &context, &|_| {})),
            Builtin::Validate => every_root(&run.check(Check::Validate, &context, &|_| {})),
        }
    }
}

fn no_drift(report: &PlanReport) -> Checked {
    let drift = report.drift();
    let found = drift.into_iter().map(|(root, what)| of_root(&root, what));
    judge(
        found.collect(),
        &unplanned(report),
        "nothing was changed outside of Terraform",
        "something was changed outside of Terraform",
    )
}

fn plan_clean(report: &PlanReport) -> Checked {
    judge(
        report.roots.iter().filter_map(pending).collect(),
        &unplanned(report),
        "every plan is empty",
        "a plan is not empty",
    )
}

fn every_root(checks: &[RootCheck]) -> Checked {
    let found = checks.iter().filter_map(|check| {
        let problems = check.problems.as_ref().ok()?.iter();
        let faults: Vec<&str> = problems
            .filter(|problem| problem.is_error)
            .map(|problem| problem.summary.as_str())
            .collect();
        (!faults.is_empty()).then(|| of_root(&check.name, faults.join("; ")))
    });
    let errors = checks.iter().filter_map(|check| {
        let error = check.problems.as_ref().err()?;
        Some((check.name.as_str(), reason(error)))
    });
    judge(
        found.collect(),
        &errors.collect::<Vec<_>>(),
        "every root passes",
        "a root does not pass",
    )
}

/// What was found speaks against the environment, whatever else could not be
/// looked at. Where nothing was found and not everything was looked at, nothing
/// is known.
fn judge(
    mut found: Vec<Finding>,
    unseen: &[(&str, Reason)],
    passed: &str,
    failed: &str,
) -> Checked {
    let unknown = unseen
        .iter()
        .map(|(root, why)| Finding::new(format!("{root}: {why}")));
    if !found.is_empty() {
        found.extend(unknown);
        return Checked::failed(failed, found);
    }
    match unseen {
        [] => Checked::passed(passed),
        [(_, why)] => Checked::errored(why.clone()),
        [(_, first), ..] => {
            let all_locked = unseen
                .iter()
                .all(|(_, why)| matches!(why, Reason::Locked(_)));
            let why = match first {
                first if all_locked => first.clone(),
                _ => Reason::Other(format!("{} roots could not be looked at", unseen.len())),
            };
            Checked {
                findings: unknown.collect(),
                ..Checked::errored(why)
            }
        }
    }
}

/// A plan that would do something, now or when it is its turn.
fn pending(root: &RootPlan) -> Option<Finding> {
    let what = match &root.outcome {
        PlanOutcome::Planned(plan) if plan.has_changes => plan.describe(),
        PlanOutcome::Deferred { waits_for } => format!("waits for {}", waits_for.join(", ")),
        _ => return None,
    };
    Some(of_root(&root.name, what))
}

/// Roots without a plan, with the reason.
fn unplanned(report: &PlanReport) -> Vec<(&str, Reason)> {
    let why = |root: &RootPlan| match &root.outcome {
        PlanOutcome::Failed(error) => Some(reason(error)),
        PlanOutcome::Interrupted => Some(Reason::Interrupted),
        PlanOutcome::Planned(_) | PlanOutcome::Deferred { .. } => None,
    };
    let roots = report.roots.iter();
    roots
        .filter_map(|root| Some((root.name.as_str(), why(root)?)))
        .collect()
}

fn of_root(root: &str, what: String) -> Finding {
    let mut finding = Finding::new(what);
    finding.component = Some(root.to_owned());
    finding
}

fn reason(error: &TerraformError) -> Reason {
    match error {
        error if error.is_interruption() => Reason::Interrupted,
        error if error.is_lock() => Reason::Locked(error.to_string()),
        error => Reason::Other(error.to_string()),
    }
}
