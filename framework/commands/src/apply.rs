//! `terrace apply ENV`: plan and apply exactly the bytes that the environment's
//! branch names, in waves, each from a saved plan; then record the result.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Value, json};
use terrace_diag::Diagnostic;
use terrace_evidence::{Draft, Role};
use terrace_exec::{Context, Monotonic};
use terrace_promotion::approved_plans;
use terrace_promotion::body::{Mode, Outcome as Ended, ResultBody, StepBody, StepOutcome};
use terrace_release::Digest;
use terrace_terraform::{
    ApplyOutcome, ApplyReport, Options as RunOptions, Request, RootApply, Run, TerraformError, Tool,
};

use crate::compile::Messages;
use crate::keys::signing_key;
use crate::ledger::{Failure, Read, Session, authors_since_applied, settle, with_retries};
use crate::plan::{refused_run, say};
use crate::statements::not_revoked;
use crate::stored_roots::{self, Desired, holder};
use crate::{Exit, Outcome, Talk, World};

/// Options of `terrace apply`.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The environment.
    pub environment: String,
    /// Roots whose plan may delete or replace.
    pub allow_destroy: Vec<String>,
    /// The signing key.
    pub key: Option<PathBuf>,
}

/// Applies.
pub fn run(world: &World, options: &Options, talk: Talk<'_>) -> Outcome {
    match apply(world, options, talk) {
        Ok(outcome) => outcome,
        Err(failure) => failure.outcome(),
    }
}

fn apply(world: &World, options: &Options, talk: Talk<'_>) -> Result<Outcome, Failure> {
    let env = options.environment.as_str();
    // A promotion that died before it moved the branch is finished first.
    let mut session = Session::open(world, Read::Fetch)?;
    match settle(&session, env) {
        Ok(false) => {}
        Ok(true) | Err(Failure::Lost(_)) => session = Session::open(world, Read::Fetch)?,
        Err(failure) => return Err(failure),
    }
    let desired = Desired::read(&session, env)?;
    let open = session.view.env(env).open.as_ref().map(|open| open.entry);
    // Drift is put right by applying what the environment runs once more.
    if open.is_none() && session.view.env(env).drift.is_none() {
        let text = format!(
            "{env} runs release {} already: nothing to apply\n",
            desired.placed.release.short()
        );
        return Ok(Outcome::data(
            text,
            json!({ "applied": [] }),
            Messages::default(),
        ));
    }
    if open.is_some() {
        not_revoked(&session, env, desired.placed.release)?;
    }
    let leads_on = session.config.out_of(env).next().is_some();
    // Before anything is done: without a key the result could not be recorded.
    signing_key(world, &session, options.key.as_deref(), Role::Promoter, env)?;
    let clock = Monotonic::start();
    let context = Context {
        clock: &clock,
        cancel: &world.cancel,
    };
    let secrets = stored_roots::secrets(&desired.roots);
    let approvals = Approvals::of(&session, env, desired.placed.release);
    let report = if desired.roots.is_empty() && desired.removed.is_empty() {
        ApplyReport::default()
    } else {
        let tool = match Tool::find(&world.env, None, &context) {
            Ok(tool) => tool,
            Err(error) => return Ok(Outcome::error(error.diagnostic())),
        };
        let request = Request {
            project: &session.root,
            environment: env,
            roots: desired.roots.clone(),
            removed: desired.removed.clone(),
            tool: &tool,
            variables: &world.env,
            secrets: &secrets,
            options: RunOptions {
                allow_destroy: options.allow_destroy.iter().cloned().collect(),
                with_state: approvals.required || !approvals.plans.is_empty(),
                approval_required: approvals.required,
                approved: approvals.plans,
                ..RunOptions::default()
            },
            holder: holder(world, format!("terrace apply {env}")),
        };
        match Run::begin(&request) {
            Ok(run) => run.apply(&context, &|event| say(&event, talk)),
            Err(error) => return Ok(refused_run(&error)),
        }
    };
    let complete = report.roots.is_empty() || report.is_complete();
    if let Some(open) = open.filter(|_| complete || report.has_begun()) {
        let ended = (complete, leads_on);
        record(world, options, &report, &desired, open, ended)?;
    }
    Ok(outcome(env, &report, &desired, complete, leads_on))
}

/// Which plans people approved, and whether nothing else may be applied.
struct Approvals {
    plans: BTreeMap<String, BTreeSet<Digest>>,
    required: bool,
}

impl Approvals {
    fn of(session: &Session, env: &str, release: Digest) -> Self {
        let view = session.view.env(env);
        let forward = view
            .open
            .as_ref()
            .is_some_and(|open| matches!(open.mode, Mode::Forward | Mode::Adopt));
        // Two people have set the rules aside for this release.
        let emergency = view
            .emergency
            .as_ref()
            .is_some_and(|emergency| emergency.release == release);
        let asked = session
            .policy
            .edges_into(env)
            .any(|(_, edge)| edge.approvals.is_some());
        let authors = authors_since_applied(session, env, release);
        Self {
            plans: approved_plans(
                &session.view,
                &session.policy,
                authors.as_ref(),
                env,
                release,
            ),
            required: asked && forward && !emergency,
        }
    }
}

/// Appends the result. The intent may have been superseded meanwhile; then the
/// entry would not be true and is not written.
fn record(
    world: &World,
    options: &Options,
    report: &ApplyReport,
    desired: &Desired,
    intent: Digest,
    (complete, leads_on): (bool, bool),
) -> Result<(), Failure> {
    let env = options.environment.as_str();
    let body = ResultBody {
        env: String::from(env),
        intent,
        outcome: if complete {
            Ended::Applied
        } else {
            Ended::Degraded
        },
        // Where a promotion leaves, only its gates say that a release is good.
        verified: complete && !leads_on,
        failed: report
            .roots
            .iter()
            .filter(|root| !root.is_done())
            .map(|root| (root.name.clone(), first_line(&root.describe())))
            .collect(),
        plans: report
            .roots
            .iter()
            .filter_map(|root| Some((root.name.clone(), root.plan.as_ref()?.digest)))
            .collect::<BTreeMap<String, Digest>>(),
        unobserved: desired.unobserved.keys().cloned().collect(),
    };
    with_retries(world, |session| {
        let still = session.view.env(env).open.as_ref().map(|open| open.entry);
        if still != Some(intent) {
            return Err(Failure::Refused(
                Diagnostic::error(
                    &crate::codes::NOT_APPLIED,
                    format!("another promotion of `{env}` came in while it was applied"),
                )
                .help(format!("terrace apply {env}")),
            ));
        }
        let keys = signing_key(world, session, options.key.as_deref(), Role::Promoter, env)?;
        // T6: what runs what, where the whole does not.
        let step = (!complete).then(|| step(report, desired, env, intent).draft());
        let drafts: Vec<Draft> = step.into_iter().chain([body.draft()]).collect();
        session.append(&drafts, &keys, |_, _| Ok(Vec::new()))?;
        Ok(())
    })
}

/// What became of each root that was begun; the others run what they ran.
fn step(report: &ApplyReport, desired: &Desired, env: &str, intent: Digest) -> StepBody {
    let stays = |name: &str| desired.roots.iter().any(|root| root.name == name);
    let became = |root: &RootApply| match root.outcome {
        ApplyOutcome::Done { .. } if stays(&root.name) => Some(StepOutcome::Applied),
        ApplyOutcome::Done { .. } => Some(StepOutcome::Destroyed),
        ApplyOutcome::Failed(_) => Some(StepOutcome::Failed),
        ApplyOutcome::Refused(_) | ApplyOutcome::Skipped(_) => None,
    };
    let begun = || report.roots.iter().filter(|root| became(root).is_some());
    StepBody {
        env: String::from(env),
        intent,
        components: begun()
            .filter_map(|root| Some((root.name.clone(), became(root)?)))
            .collect(),
        plans: begun()
            .filter_map(|root| Some((root.name.clone(), root.plan.as_ref()?.digest)))
            .collect(),
    }
}

fn first_line(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect()
}

fn outcome(
    env: &str,
    report: &ApplyReport,
    desired: &Desired,
    complete: bool,
    leads_on: bool,
) -> Outcome {
    let mut text = String::new();
    let mut roots: Vec<Value> = Vec::new();
    for root in &report.roots {
        text.push_str(&format!(
            "{env}/{}: {}\n",
            root.name,
            first_line(&root.describe())
        ));
        roots.push(json!({
            "root": root.name,
            "outcome": root.describe(),
            "done": root.is_done(),
            "plan": root.plan.as_ref().map(|plan| plan.digest.to_string()),
        }));
    }
    for name in desired.unobserved.keys() {
        text.push_str(&format!("{env}/{name}: not applied (no delivery)\n"));
    }
    if complete {
        text.push_str(&format!(
            "{env} runs release {}\n",
            desired.placed.release.short()
        ));
        if leads_on {
            text.push_str(&format!("next: terrace validate {env}\n"));
        }
    }
    let messages = Messages {
        diagnostics: report.errors().map(TerraformError::diagnostic).collect(),
        ..Messages::default()
    };
    let refused = report
        .roots
        .iter()
        .any(|root| matches!(root.outcome, ApplyOutcome::Refused(_)));
    let failed = report
        .roots
        .iter()
        .any(|root| matches!(&root.outcome, ApplyOutcome::Failed(error) if !matches!(error, TerraformError::Locked { .. })));
    let exit = match (complete, report.has_begun()) {
        (true, _) => Exit::Success,
        (false, true) => Exit::Degraded,
        (false, false) if refused && !failed => Exit::Refused,
        (false, false) => Exit::Error,
    };
    let json = json!({
        "environment": env,
        "release": desired.placed.release.to_string(),
        "complete": complete,
        "roots": roots,
        "unobserved": desired.unobserved.keys().collect::<Vec<_>>(),
    });
    Outcome::data(text, json, messages).exit(exit)
}
