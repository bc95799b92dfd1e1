//! `terrace promote ENV --break-glass REASON --until TIME` and `--confirm ENTRY`:
//! T10. One person declares it, another one confirms it, a promoter carries it out.

use std::path::PathBuf;

use serde_json::json;
use terrace_diag::Diagnostic;
use terrace_evidence::{Role, Time, TrustSource as _};
use terrace_promotion::policy::BREAK_GLASS_MAX;
use terrace_promotion::{BreakGlass, Denial, Invariant};
use terrace_release::Digest;

use crate::compile::Messages;
use crate::keys::signing_key;
use crate::ledger::{Failure, Keyring, Session, codes, now, with_retries};
use crate::promote;
use crate::statements::{self, Statement, known_environment};
use crate::{Exit, Outcome, World};

/// The first half.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The environment.
    pub env: String,
    /// The release, or the start of its digest; what comes next without it.
    pub release: Option<String>,
    /// Why.
    pub reason: String,
    /// Where it is followed up.
    pub ticket: Option<String>,
    /// By when it is cleaned up: a time, or how long from now.
    pub until: String,
    /// A key file.
    pub key: Option<PathBuf>,
}

/// The second half, and carrying it out.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// The environment.
    pub env: String,
    /// The declaration's entry, or the start of its digest.
    pub entry: String,
    /// A key file.
    pub key: Option<PathBuf>,
}

/// A time as it is written in entries, or a duration (`2h`) from now on.
///
/// # Errors
/// It is neither.
pub fn until(world: &World, text: &str) -> Result<Time, Diagnostic> {
    let duration = terrace_platform::config::parse_duration(text)
        .and_then(|seconds| i64::try_from(seconds).ok())
        .map(|seconds| now(world).plus(seconds));
    duration.or_else(|| text.parse().ok()).ok_or_else(|| {
        Diagnostic::error(
            &codes::NOT_A_TIME,
            format!("`{}` is neither a time nor a duration", text.escape_debug()),
        )
        .help("as in 2026-11-21T09:00:00Z, or 2h for two hours from now")
    })
}

/// Declares it. Nothing moves yet.
pub fn declare(world: &World, declaration: &Declaration) -> Outcome {
    let until = match until(world, &declaration.until) {
        Ok(until) => until,
        Err(error) => return Outcome::error(error),
    };
    let env = declaration.env.as_str();
    let left = until.since(now(world));
    if left <= 0 || left > BREAK_GLASS_MAX {
        let fact = format!("a break-glass until {until} is not due within the next 24 hours");
        let denial = Denial::new(env, Invariant::I5, fact, "name an earlier time: --until 4h");
        return crate::ledger::denied(&[denial.about("break-glass").absolute()]);
    }
    let statement = Statement::BreakGlass {
        env: declaration.env.clone(),
        release: declaration.release.clone(),
        reason: declaration.reason.clone(),
        ticket: declaration.ticket.clone(),
        until,
    };
    let mut outcome = statements::run(world, &statement, declaration.key.as_ref());
    if outcome.status() == Exit::Success {
        let entry = outcome.json["entry"].as_str().unwrap_or_default();
        let short = entry.get(..12).unwrap_or_default().to_owned();
        outcome.text.push_str(&format!(
            "nothing moves before another person of role oncall confirms it: terrace promote {env} --confirm {short}\n"
        ));
    }
    outcome
}

/// Confirms it if that is still needed, and moves if there is a promoter's key.
pub fn confirm(world: &World, confirmation: &Confirmation) -> Outcome {
    let confirmed = with_retries(world, |session| round(world, session, confirmation));
    let Confirmed {
        entry,
        release,
        recorded,
        promoter,
    } = match confirmed {
        Ok(confirmed) => confirmed,
        Err(failure) => return failure.outcome(),
    };
    let env = confirmation.env.as_str();
    let said = recorded.map(|seq| format!("confirmed as ledger entry {seq}\n"));
    if let (Some(said), false) = (&said, promoter) {
        let text = format!(
            "{said}next, with a promoter's key: terrace promote {env} --confirm {}\n",
            entry.short()
        );
        let json = json!({ "promoted": false, "confirmed": true, "entry": entry.to_string() });
        return Outcome::data(text, json, Messages::default());
    }
    let mut moved = promote::run(
        world,
        &promote::Options {
            release: Some(release.to_string()),
            break_glass: Some(entry),
            key: confirmation.key.clone(),
            ..promote::Options::forward(env)
        },
    );
    moved.text.insert_str(0, &said.unwrap_or_default());
    moved
}

struct Confirmed {
    entry: Digest,
    release: Digest,
    /// The entry that this run wrote.
    recorded: Option<u64>,
    /// Whether the key may also move it.
    promoter: bool,
}

fn round(
    world: &World,
    session: &mut Session,
    confirmation: &Confirmation,
) -> Result<Confirmed, Failure> {
    let env = confirmation.env.as_str();
    known_environment(session, env)?;
    let (entry, declared) = find(session, env, &confirmation.entry)?;
    let release = declared.release;
    if session.now > declared.until {
        let fact = format!(
            "the break-glass of entry {} ended {}",
            declared.seq, declared.until
        );
        return Err(refusal(env, Invariant::I5, fact, "declare it again"));
    }
    let key = |role| signing_key(world, session, confirmation.key.as_deref(), role, env);
    let promoter = key(Role::Promoter).is_ok();
    if session.view.is_confirmed(&declared) {
        return Ok(Confirmed {
            entry,
            release,
            recorded: None,
            promoter,
        });
    }
    let keys = key(Role::Oncall)?;
    if let Some(name) = already(session, &keys, &declared)? {
        let fact = format!(
            "the break-glass of entry {} is signed by {name} already",
            declared.seq
        );
        let next = format!(
            "another person confirms it: terrace promote {env} --confirm {}",
            entry.short()
        );
        return Err(refusal(env, Invariant::I8, fact, next));
    }
    let draft = statements::confirmation(env, entry, &declared);
    session.append(&[draft], &keys, |_, _| Ok(Vec::new()))?;
    Ok(Confirmed {
        entry,
        release,
        recorded: Some(session.view.seq),
        promoter,
    })
}

fn refusal(
    env: &str,
    invariant: Invariant,
    fact: impl Into<String>,
    next: impl Into<String>,
) -> Failure {
    let denial = Denial::new(env, invariant, fact, next);
    Failure::Denied(vec![denial.about("break-glass").absolute()])
}

/// The declaration by its entry's digest or the start of it.
fn find(session: &Session, env: &str, name: &str) -> Result<(Digest, BreakGlass), Failure> {
    let found: Vec<(&Digest, &BreakGlass)> = session
        .view
        .break_glass
        .iter()
        .filter(|(entry, declared)| {
            declared.env == env && name.len() >= 4 && entry.to_string().starts_with(name)
        })
        .collect();
    match found.as_slice() {
        [(entry, declared)] => Ok((**entry, (*declared).clone())),
        several => Err(Diagnostic::error(
            &codes::UNKNOWN_ENTRY,
            format!(
                "{} break-glass declarations for {env} start with `{}`",
                several.len(),
                name.escape_debug()
            ),
        )
        .help(format!(
            "terrace status {env} shows those that wait for a second person"
        ))
        .into()),
    }
}

/// The principal of the key that signed the declaration already, whichever key
/// that was.
fn already(
    session: &Session,
    keys: &Keyring,
    declared: &BreakGlass,
) -> Result<Option<String>, Failure> {
    let trust = session.trust.trust(session.trust.tip().as_str());
    let trust = trust.map_err(|why| Diagnostic::error(&codes::NO_BRANCH, why))?;
    let public = keys.key.public();
    let names = trust.signers.keys().iter();
    let mut names = names
        .filter(|allowed| allowed.key == public)
        .flat_map(|allowed| &allowed.principals);
    Ok(names
        .find(|name| {
            let mut signers = declared.by.iter();
            signers.any(|word| {
                session.view.still_counts(word) && word.signer.principals.contains(*name)
            })
        })
        .cloned())
}
