//! `terrace plan ENV`: plans in waves, of the environment's release or of the
//! working copy's render. Nothing is changed; of the plans, only digests are kept,
//! for those who approve them.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use terrace_diag::Diagnostic;
use terrace_exec::{Context, Monotonic};
use terrace_release::Kind;
use terrace_terraform::{
    Event, Options as RunOptions, PlanOutcome, PlanReport, Removed, Request, Root, RootSource, Run,
    TerraformError, Tool,
};

use crate::compile::{Messages, compile};
use crate::ledger::{Read, Session};
use crate::plans::{self, Planned};
use crate::stored_roots::{self, Desired, holder};
use crate::{Exit, Outcome, Talk, World, codes};

/// Options of `terrace plan`.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The environment.
    pub environment: String,
    /// Plan the working copy's render instead of the environment's release.
    pub render: bool,
    /// Plan this release, by its digest or the start of it, before it is promoted.
    pub release: Option<String>,
    /// Exit 2 when a plan changes anything.
    pub detailed_exitcode: bool,
}

/// Plans.
pub fn run(world: &World, options: &Options, talk: Talk<'_>) -> Outcome {
    let env = options.environment.as_str();
    let targets = if options.render {
        rendered(world, env).map(|(roots, removed)| (None, roots, removed))
    } else {
        Session::open(world, Read::Fetch)
            .and_then(|session| match &options.release {
                Some(name) => {
                    let release = crate::promote::find(&session, name)?;
                    Desired::candidate(&session, env, release)
                }
                None => Desired::read(&session, env),
            })
            .map(|desired| (Some(desired.placed.release), desired.roots, desired.removed))
            .map_err(|failure| Box::new(failure.outcome()))
    };
    let (release, roots, removed) = match targets {
        Ok(targets) => targets,
        Err(outcome) => return *outcome,
    };
    if roots.is_empty() && removed.is_empty() {
        return Outcome::error(Diagnostic::error(
            &codes::NOTHING_SELECTED,
            format!("`{env}` has no Terraform roots"),
        ));
    }
    let root = match world.root() {
        Ok(root) => root,
        Err(error) => return Outcome::error(error),
    };
    let clock = Monotonic::start();
    let context = Context {
        clock: &clock,
        cancel: &world.cancel,
    };
    let tool = match Tool::find(&world.env, None, &context) {
        Ok(tool) => tool,
        Err(error) => return Outcome::error(error.diagnostic()),
    };
    let secrets = stored_roots::secrets(&roots);
    let request = Request {
        project: &root,
        environment: env,
        roots,
        removed,
        tool: &tool,
        variables: &world.env,
        secrets: &secrets,
        options: RunOptions {
            with_state: release.is_some(),
            ..RunOptions::default()
        },
        holder: holder(world, format!("terrace plan {env}")),
    };
    let report = match Run::begin(&request) {
        Ok(run) => run.plan(&context, &|event| say(&event, talk)),
        Err(error) => return refused_run(&error),
    };
    if let (Some(release), Some(planned)) = (release, Planned::of(&report))
        && let Err(error) = plans::write(&root, env, release, &planned)
    {
        return Outcome::error(error);
    }
    outcome(&report, options.detailed_exitcode)
}

/// The roots of the working copy's render.
fn rendered(world: &World, env: &str) -> Result<(Vec<Root>, Vec<Removed>), Box<Outcome>> {
    let tree = world
        .tree()
        .map_err(|error| Box::new(Outcome::error(error)))?;
    let (compiled, messages) = compile(&tree, &[env.to_owned()]);
    let Some(compiled) = compiled.filter(|_| !messages.has_errors()) else {
        return Err(Box::new(Outcome::messages(messages)));
    };
    // What is applied is known only from the ledger; without one, nothing is.
    let applied: std::collections::BTreeMap<String, terrace_terraform::Applied> =
        Session::open(world, Read::Offline)
            .and_then(|session| Desired::read(&session, env))
            .map(|desired| {
                desired
                    .roots
                    .into_iter()
                    .filter_map(|root| Some((root.name, root.applied?)))
                    .collect()
            })
            .unwrap_or_default();
    let folders = compiled.environments.into_iter().flat_map(|e| e.folders);
    let folders: Vec<_> = folders
        .filter(|folder| folder.kind == Kind::Terraform)
        .collect();
    let names: BTreeSet<String> = folders
        .iter()
        .map(|folder| folder.name.to_string())
        .collect();
    let roots = folders
        .into_iter()
        .map(|folder| {
            let mut files: std::collections::BTreeMap<String, Vec<u8>> = folder
                .files
                .iter()
                .map(|file| (file.path.clone(), file.bytes.to_vec()))
                .collect();
            files.insert(
                String::from(terrace_release::Sums::FILE),
                folder.sums.clone().into_bytes(),
            );
            Root {
                name: folder.name.to_string(),
                digest: folder.digest,
                source: RootSource::Files(files),
                needs: folder
                    .deps
                    .iter()
                    .filter(|dep| names.contains(*dep))
                    .cloned()
                    .collect(),
                applied: applied.get(folder.name.as_str()).cloned(),
            }
        })
        .collect();
    Ok((roots, Vec::new()))
}

/// One line of talk for an event.
pub(crate) fn say(event: &Event<'_>, talk: Talk<'_>) {
    match event {
        Event::Crashed { root, .. } => talk(&format!(
            "{root}: an earlier apply did not end; it is planned anew"
        )),
        Event::Planned { root, plan } => talk(&format!("{root}: {}", plan.describe())),
        Event::PlanDone(plan) => talk(&format!("{}: {}", plan.name, described(&plan.outcome))),
        Event::ApplyDone(apply) => talk(&format!("{}: {}", apply.name, apply.describe())),
        Event::Step { .. } | Event::Line { .. } => {}
    }
}

fn described(outcome: &PlanOutcome) -> String {
    match outcome {
        PlanOutcome::Planned(plan) => plan.describe(),
        PlanOutcome::Deferred { waits_for } => {
            format!("deferred: waits for {}", waits_for.join(", "))
        }
        PlanOutcome::Failed(error) => format!("failed: {error}"),
        PlanOutcome::Interrupted => String::from("interrupted"),
    }
}

fn outcome(report: &PlanReport, detailed: bool) -> Outcome {
    let mut text = String::new();
    let mut roots = Vec::new();
    for root in &report.roots {
        text.push_str(&format!("{}: {}\n", root.name, described(&root.outcome)));
        let mut json = json!({ "root": root.name, "digest": root.digest.to_string() });
        if let PlanOutcome::Planned(plan) = &root.outcome {
            for change in &plan.changes {
                text.push_str(&format!("  {} {}\n", change.action.name(), change.address));
            }
            json["changes"] = plan
                .changes
                .iter()
                .map(|change| json!({ "address": change.address, "action": change.action.name() }))
                .collect::<Vec<Value>>()
                .into();
            json["plan"] = plan.digest.to_string().into();
            json["identity"] = plan.identity().to_string().into();
        }
        json["outcome"] = described(&root.outcome).into();
        roots.push(json);
    }
    let messages = Messages {
        diagnostics: report.errors().map(TerraformError::diagnostic).collect(),
        ..Messages::default()
    };
    let exit = if detailed && report.has_changes() && !messages.has_errors() {
        Exit::Changes
    } else {
        Exit::Success
    };
    Outcome::data(text, json!({ "roots": roots }), messages).exit(exit)
}

/// A run that could not begin: a held lock is 4.
pub(crate) fn refused_run(error: &TerraformError) -> Outcome {
    let exit = match error {
        _ if error.is_lock() => Exit::Busy,
        _ if error.is_integrity() => Exit::Integrity,
        _ if error.is_refusal() => Exit::Refused,
        _ => Exit::Error,
    };
    Outcome::error(error.diagnostic()).exit(exit)
}
