//! `terrace drift ENV`: what was changed outside of terraform in what an
//! environment runs. Found drift is recorded, and makes evidence before it suspect.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;
use terrace_diag::Diagnostic;
use terrace_evidence::{Draft, Role};
use terrace_exec::{Context, Monotonic};
use terrace_promotion::body::DriftBody;
use terrace_terraform::{Options as RunOptions, Request, Run, TerraformError, Tool};

use crate::compile::Messages;
use crate::keys::{signing_key, unsigned};
use crate::ledger::{Failure, Read, Session, with_retries};
use crate::plan::{refused_run, say};
use crate::statements::known_environment;
use crate::stored_roots::{self, Desired, holder};
use crate::{Exit, Outcome, Talk, World, codes};

/// Options of `terrace drift`.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The environment.
    pub environment: String,
    /// Exit 2 when there is drift.
    pub detailed_exitcode: bool,
    /// The signing key.
    pub key: Option<PathBuf>,
}

/// Looks for drift.
pub fn run(world: &World, options: &Options, talk: Talk<'_>) -> Outcome {
    look(world, options, talk).unwrap_or_else(Failure::outcome)
}

fn look(world: &World, options: &Options, talk: Talk<'_>) -> Result<Outcome, Failure> {
    let env = options.environment.as_str();
    let session = Session::open(world, Read::Fetch)?;
    known_environment(&session, env)?;
    let applied = session.view.env(env).applied.clone();
    let Some(applied) = applied else {
        return Err(Failure::Refused(
            Diagnostic::error(&codes::NOT_APPLIED, format!("`{env}` runs no release yet"))
                .help(format!("terrace apply {env}")),
        ));
    };
    let desired = Desired::candidate(&session, env, applied.release)?;
    if desired.roots.is_empty() {
        return Err(Diagnostic::error(
            &codes::NOTHING_SELECTED,
            format!("`{env}` has no Terraform roots"),
        )
        .into());
    }
    let clock = Monotonic::start();
    let context = Context {
        clock: &clock,
        cancel: &world.cancel,
    };
    let tool = match Tool::find(&world.env, None, &context) {
        Ok(tool) => tool,
        Err(error) => return Ok(Outcome::error(error.diagnostic())),
    };
    let secrets = stored_roots::secrets(&desired.roots);
    let request = Request {
        project: &session.root,
        environment: env,
        roots: desired.roots,
        removed: Vec::new(),
        tool: &tool,
        variables: &world.env,
        secrets: &secrets,
        options: RunOptions::default(),
        holder: holder(world, format!("terrace drift {env}")),
    };
    let report = match Run::begin(&request) {
        Ok(run) => run.drift(&context, &|event| say(&event, talk)),
        Err(error) => return Ok(refused_run(&error)),
    };
    let mut messages = Messages {
        diagnostics: report.errors().map(TerraformError::diagnostic).collect(),
        ..Messages::default()
    };
    let found = report.drift();
    // What could not be looked at is neither drift nor none.
    let looked = report.is_complete();
    let mut refused = None;
    if looked || !found.is_empty() {
        match record(world, env, options.key.as_deref(), &found) {
            Ok(()) => {}
            // What was found is shown all the same.
            Err(failure) => match unsigned(failure) {
                Ok(without) => messages.diagnostics.push(without),
                Err(failure) => refused = Some(failure.outcome()),
            },
        }
    }
    let mut text: String = found
        .iter()
        .map(|(root, what)| format!("{env}/{root}: {what}\n"))
        .collect();
    if found.is_empty() && looked {
        text = format!("{env}: nothing was changed outside of Terraform\n");
    }
    if !found.is_empty() {
        text.push_str(&format!(
            "next: terrace apply {env}, or terrace ack {env}\n"
        ));
    }
    let json = json!({
        "environment": env,
        "release": applied.release.to_string(),
        "drift": found,
    });
    let mut exit = match options.detailed_exitcode && !found.is_empty() && !messages.has_errors() {
        true => Exit::Changes,
        false => Exit::Success,
    };
    if let Some(refused) = refused {
        exit = refused.status();
        text.push_str(&refused.text);
        messages.diagnostics.extend(refused.messages.diagnostics);
    }
    Ok(Outcome::data(text, json, messages).exit(exit))
}

/// Records what was found, unless the ledger says the same already.
///
/// # Errors
/// There is no key of a validator, or the ledger cannot be written.
fn record(
    world: &World,
    env: &str,
    key: Option<&Path>,
    found: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    with_retries(world, |session| {
        let Some(draft) = draft(session, env, found) else {
            return Ok(());
        };
        let keys = signing_key(world, session, key, Role::Validator, env)?;
        session.append(&[draft], &keys, |_, _| Ok(Vec::new()))?;
        Ok(())
    })
}

/// What was found as an entry, unless the ledger says the same already.
pub(crate) fn draft(
    session: &Session,
    env: &str,
    found: &BTreeMap<String, String>,
) -> Option<Draft> {
    let view = session.view.env(env);
    let known = view.drift.as_ref().map(|drift| &drift.components);
    (known.unwrap_or(&BTreeMap::new()) != found).then(|| {
        DriftBody {
            env: env.to_owned(),
            components: found.clone(),
        }
        .draft()
    })
}
