//! `terrace ack ENV` and `terrace approve ENV`: people agree to exactly what they
//! were shown. Either is void as soon as what was shown changes.

use std::path::PathBuf;

use serde_json::{Value, json};
use terrace_diag::one_line;
use terrace_evidence::Role;
use terrace_promotion::body::{AckBody, ApproveBody};
use terrace_promotion::{Denial, Invariant};
use terrace_release::Digest;

use crate::compile::Messages;
use crate::keys::signing_key;
use crate::ledger::{Asked, Candidate, Failure, Session, with_retries};
use crate::statements::{known_environment, meant};
use crate::{Outcome, World, plans};

/// Options of both.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The environment that is to get the release.
    pub env: String,
    /// The release, or the start of its digest; what comes next without it.
    pub release: Option<String>,
    /// `ack`: the list that is accepted, or the start of its digest; without it,
    /// the list is shown. Known drift is named by its entry.
    pub list: Option<String>,
    /// The signing key.
    pub key: Option<PathBuf>,
}

/// Shows what nobody exercised, or accepts exactly that.
pub fn ack(world: &World, options: &Options) -> Outcome {
    let done = with_retries(world, |session| {
        let env = options.env.as_str();
        known_environment(session, env)?;
        let release = acknowledged(session, options)?;
        let asked = Asked::gather(session, env, &Candidate::stored(session, release))?;
        let list = asked.unexercised(session, env);
        let drift = session.view.env(env).drift.clone();
        let Some(wanted) = &options.list else {
            let mut text = asked.coverage_text(env);
            if let Some(drift) = &drift {
                for (component, what) in &drift.components {
                    let what = one_line(what);
                    text.push_str(&format!("drift of {env}: {} {what}\n", one_line(component)));
                }
                text.push_str(&format!("  entry {}\n", drift.entry));
            }
            match (list, &drift) {
                (Some(list), _) => {
                    text.push_str(&format!(
                        "next: terrace ack {env} --list {}\n",
                        list.short()
                    ));
                }
                (None, Some(drift)) => {
                    let entry = drift.entry.short();
                    text.push_str(&format!("next: terrace ack {env} --list {entry}\n"));
                }
                (None, None) => text.push_str("nothing has to be acknowledged\n"),
            }
            let json = json!({
                "environment": env,
                "release": release.to_string(),
                "list": list.map(|list| list.to_string()),
                "coverage": asked.coverage_json(env),
            });
            return Ok(Outcome::data(text, json, Messages::default()));
        };
        let known = [list, drift.map(|drift| drift.entry)];
        let starts = |digest: &&Digest| wanted.len() >= 4 && digest.to_string().starts_with(wanted);
        let Some(list) = known.iter().flatten().find(starts).copied() else {
            return Err(other_list(env, wanted, list));
        };
        let body = AckBody {
            env: env.to_owned(),
            release,
            list,
        };
        let seq = sign(world, session, options, &body.draft())?;
        let text = format!(
            "acknowledged list {} of {env}, ledger entry {seq}\n",
            list.short()
        );
        let json = json!({ "seq": seq, "list": list.to_string(), "release": release.to_string() });
        Ok(Outcome::data(text, json, Messages::default()))
    });
    done.unwrap_or_else(Failure::outcome)
}

/// The release that an acknowledgement is for: what comes next. Into an entry
/// environment nothing comes from another one, so there it is the one that drifted.
fn acknowledged(session: &Session, options: &Options) -> Result<Digest, Failure> {
    let env = options.env.as_str();
    let is_entry = session.policy.edges_into(env).next().is_none();
    let placed = session.view.env(env).desired.clone();
    match (&options.release, placed.filter(|_| is_entry)) {
        (None, Some(placed)) => Ok(placed.release),
        (name, _) => meant(session, env, name.as_deref()),
    }
}

/// The list that was looked at is not the one that counts.
fn other_list(env: &str, wanted: &str, list: Option<Digest>) -> Failure {
    let fact = match list {
        Some(list) => format!(
            "the list is {} now, not `{}`",
            list.short(),
            wanted.escape_debug()
        ),
        None => format!("there is no list `{}`", wanted.escape_debug()),
    };
    let denial = Denial::new(env, Invariant::I2, fact, format!("terrace ack {env}"));
    Failure::Denied(vec![denial.about("coverage")])
}

/// Agrees to a release with the plans that exist for it and the values that
/// nobody exercised.
pub fn approve(world: &World, options: &Options) -> Outcome {
    let done = with_retries(world, |session| {
        let env = options.env.as_str();
        known_environment(session, env)?;
        let release = meant(session, env, options.release.as_deref())?;
        let asked = Asked::gather(session, env, &Candidate::stored(session, release))?;
        let planned = plans::read(&session.root, env, release);
        let roots = planned
            .as_ref()
            .map(plans::Planned::digests)
            .unwrap_or_default();
        let coverage = asked.unexercised(session, env);
        let body = ApproveBody::new(env, release, roots, coverage);
        let seq = sign(world, session, options, &body.draft())?;
        let mut text = format!("approved release {} for {env}", release.short());
        match &planned {
            Some(planned) => {
                text.push_str(&format!(" with {} plans:\n", planned.roots.len()));
                for (root, plan) in &planned.roots {
                    text.push_str(&format!("  {root}: {}\n", plan.what));
                }
                for (root, waits) in &planned.deferred {
                    text.push_str(&format!("  {root}: deferred, waits for {waits}\n"));
                }
            }
            None => text.push_str(", without plans\n"),
        }
        if let Some(list) = coverage {
            text.push_str(&format!(
                "  values that nobody exercised: list {}\n",
                list.short()
            ));
        }
        text.push_str(&format!("ledger entry {seq}\n"));
        let json = json!({
            "seq": seq,
            "environment": env,
            "release": release.to_string(),
            "plans": body.plans.map(|plans| plans.to_string()),
            "roots": body.roots.iter()
                .map(|(root, plan)| (root.clone(), Value::String(plan.to_string())))
                .collect::<serde_json::Map<_, _>>(),
            "coverage": coverage.map(|list| list.to_string()),
        });
        Ok(Outcome::data(text, json, Messages::default()))
    });
    done.unwrap_or_else(Failure::outcome)
}

/// Appends one entry; its number.
fn sign(
    world: &World,
    session: &mut Session,
    options: &Options,
    draft: &terrace_evidence::Draft,
) -> Result<u64, Failure> {
    let keys = signing_key(
        world,
        session,
        options.key.as_deref(),
        Role::Approver,
        &options.env,
    )?;
    session.append(std::slice::from_ref(draft), &keys, |_, _| Ok(Vec::new()))?;
    Ok(session.view.seq)
}
