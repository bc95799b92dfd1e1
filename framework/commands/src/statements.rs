//! What people say, signed into the ledger: `terrace hold`, `unhold`, `revoke`,
//! the removal of a last promotion, and the first half of a break-glass.

use std::path::PathBuf;

use serde_json::json;
use terrace_diag::Diagnostic;
use terrace_evidence::{Draft, Role, Time, TrustSource as _};
use terrace_promotion::body::{BreakGlassBody, HoldBody, PolicyBody, RevokeBody, Revoked};
use terrace_promotion::{BreakGlass, Decision, Denial, Invariant};
use terrace_release::Digest;

use crate::compile::Messages;
use crate::keys::signing_key;
use crate::ledger::{Asked, Candidate, Failure, Session, codes, with_retries};
use crate::promote::find;
use crate::{Outcome, World};

/// Something a person says.
#[derive(Debug, Clone)]
pub enum Statement {
    /// `terrace hold ENV`: nothing new moves in.
    Hold {
        /// The environment.
        env: String,
        /// Why.
        reason: String,
        /// It ends by itself then.
        until: Option<Time>,
    },
    /// `terrace unhold ENV`.
    Unhold {
        /// The environment.
        env: String,
        /// Why.
        reason: String,
    },
    /// `terrace revoke RELEASE`.
    RevokeRelease {
        /// The release, or the start of its digest.
        release: String,
        /// Why.
        reason: String,
    },
    /// `terrace revoke KEY`: what it signed from an entry on does not count.
    RevokeKey {
        /// `SHA256:…`.
        fingerprint: String,
        /// The first entry.
        since: u64,
        /// Why.
        reason: String,
    },
    /// `terrace revoke ENV --policy`: what was validated under the rules that the
    /// promotions into an environment have now does not count.
    RevokePolicy {
        /// The environment.
        env: String,
        /// Why.
        reason: String,
    },
    /// `terrace ack ENV --open`: an environment becomes an entry, or is gone.
    Open {
        /// The environment.
        env: String,
        /// Why.
        reason: String,
    },
    /// `terrace promote ENV --break-glass REASON --until TIME`, the first half.
    BreakGlass {
        /// The environment.
        env: String,
        /// The release, or the start of its digest; what comes next without it.
        release: Option<String>,
        /// Why.
        reason: String,
        /// Where it is followed up.
        ticket: Option<String>,
        /// By when it is cleaned up; a day at most.
        until: Time,
    },
}

impl Statement {
    /// Whose word it is.
    pub const fn role(&self) -> Role {
        match self {
            Self::Hold { .. } | Self::Unhold { .. } => Role::Promoter,
            Self::RevokeRelease { .. } | Self::RevokeKey { .. } | Self::RevokePolicy { .. } => {
                Role::Revoker
            }
            Self::Open { .. } => Role::Approver,
            Self::BreakGlass { .. } => Role::Oncall,
        }
    }

    fn env(&self) -> &str {
        match self {
            Self::Hold { env, .. }
            | Self::Unhold { env, .. }
            | Self::Open { env, .. }
            | Self::RevokePolicy { env, .. }
            | Self::BreakGlass { env, .. } => env,
            Self::RevokeRelease { .. } | Self::RevokeKey { .. } => "platform",
        }
    }
}

/// Signs it into the ledger.
pub fn run(world: &World, statement: &Statement, key: Option<&PathBuf>) -> Outcome {
    let recorded = with_retries(world, |session| {
        let env = statement.env();
        // An approver's word is asked for where terrace.hcl has it no more, too.
        let gone = matches!(statement, Statement::Open { .. })
            && session
                .view
                .gone(&session.policy)
                .any(|(gone, _)| gone == env);
        if env != "platform" && !gone {
            known_environment(session, env)?;
        }
        let drafts = drafts(session, statement)?;
        let keys = signing_key(
            world,
            session,
            key.map(PathBuf::as_path),
            statement.role(),
            env,
        )?;
        let entries = session.append(&drafts, &keys, |_, _| Ok(Vec::new()))?;
        Ok((session.view.seq, entries.first().map(|entry| entry.digest)))
    });
    match recorded {
        Err(failure) => failure.outcome(),
        Ok((seq, entry)) => {
            let name = entry.map_or_else(String::new, |entry| entry.to_string());
            let text = format!("recorded as ledger entry {seq} ({name})\n");
            let json = json!({ "seq": seq, "entry": name });
            Outcome::data(text, json, Messages::default())
        }
    }
}

/// Refuses a name that terrace.hcl has no environment of.
///
/// # Errors
/// The refusal, with the names that there are.
pub(crate) fn known_environment(session: &Session, env: &str) -> Result<(), Failure> {
    let environments = &session.policy.environments;
    if environments.contains_key(env) {
        return Ok(());
    }
    let known: Vec<&str> = environments.keys().map(String::as_str).collect();
    let fact = format!("`{env}` is not an environment");
    let next = format!("name one of {}", known.join(", "));
    Err(Failure::Denied(vec![Denial::new(
        env,
        Invariant::I10,
        fact,
        next,
    )]))
}

/// The second half of a break-glass.
pub(crate) fn confirmation(env: &str, entry: Digest, declared: &BreakGlass) -> Draft {
    BreakGlassBody {
        env: String::from(env),
        release: declared.release,
        reason: declared.reason.clone(),
        ticket: None,
        until: declared.until,
        sets_aside: Vec::new(),
        confirms: Some(entry),
    }
    .draft()
}

fn drafts(session: &Session, statement: &Statement) -> Result<Vec<Draft>, Failure> {
    Ok(vec![match statement.clone() {
        Statement::Hold { env, reason, until } => {
            may_hold(session, &env, until)?;
            HoldBody { env, reason, until }.hold()
        }
        Statement::Unhold { env, reason } => {
            if session.view.env(&env).held(session.now).is_none() {
                let fact = format!("{env} is not held");
                return Err(refused(&env, fact, format!("terrace status {env}")));
            }
            HoldBody {
                env,
                reason,
                until: None,
            }
            .unhold()
        }
        Statement::RevokeRelease { release, reason } => RevokeBody {
            what: Revoked::Release(find(session, &release)?),
            reason,
        }
        .draft(),
        Statement::RevokeKey {
            fingerprint,
            since,
            reason,
        } => {
            known_key(session, &fingerprint, since)?;
            RevokeBody {
                what: Revoked::Key { fingerprint, since },
                reason,
            }
            .draft()
        }
        Statement::RevokePolicy { env, reason } => return policies(session, &env, &reason),
        Statement::Open { env, reason } => PolicyBody {
            opens: vec![env],
            reason,
        }
        .draft(),
        Statement::BreakGlass {
            env,
            release,
            reason,
            ticket,
            until,
        } => {
            let release = meant(session, &env, release.as_deref())?;
            BreakGlassBody {
                sets_aside: set_aside(session, &env, release)?,
                env,
                release,
                reason,
                ticket,
                until,
                confirms: None,
            }
            .draft()
        }
    }])
}

/// The rules of every promotion into an environment, as they are now.
fn policies(session: &Session, env: &str, reason: &str) -> Result<Vec<Draft>, Failure> {
    let edges = session.policy.edges_into(env);
    let digests: Vec<Digest> = edges
        .filter_map(|(from, _)| session.policy.digest(from, env))
        .collect();
    if digests.is_empty() {
        let fact = format!("no promotion leads into {env}");
        return Err(refused(env, fact, String::from("name its target")));
    }
    let revoked = |policy: &Digest| {
        let body = RevokeBody {
            what: Revoked::Policy(*policy),
            reason: String::from(reason),
        };
        body.draft()
    };
    Ok(digests.iter().map(revoked).collect())
}

fn refused(env: &str, fact: String, next: String) -> Failure {
    Failure::Denied(vec![Denial::new(env, Invariant::I12, fact, next)])
}

/// A hold ends in the future, and not before one that stands.
fn may_hold(session: &Session, env: &str, until: Option<Time>) -> Result<(), Failure> {
    let Some(until) = until else { return Ok(()) };
    if until <= session.now {
        let fact = format!("a hold until {until} would be over: it is {}", session.now);
        return Err(refused(
            env,
            fact,
            String::from("name a later time: --until 2h"),
        ));
    }
    let view = session.view.env(env);
    let Some(standing) = view.held(session.now) else {
        return Ok(());
    };
    if standing.until.is_some_and(|ends| ends <= until) {
        return Ok(());
    }
    let ends = match standing.until {
        Some(ends) => format!("until {ends}"),
        None => String::from("without an end"),
    };
    let fact = format!("{env} is held since entry {} {ends}", standing.seq);
    let next = format!("terrace unhold {env} --reason WHY first");
    Err(refused(env, fact, next))
}

/// A key that is revoked is one that is trusted or has signed something, from an
/// entry on that is there or comes next.
fn known_key(session: &Session, fingerprint: &str, since: u64) -> Result<(), Failure> {
    let trust = session.trust.trust(session.trust.tip().as_str());
    let trusted = trust.is_ok_and(|trust| {
        let mut keys = trust.signers.keys().iter();
        keys.any(|allowed| allowed.key.fingerprint() == fingerprint)
    });
    let mut entries = session.ledger.entries().iter();
    let mut signed = || {
        entries.any(|entry| {
            let mut signers = entry.signers.iter();
            signers.any(|signer| signer.fingerprint == fingerprint)
        })
    };
    if !trusted && !signed() {
        return Err(Diagnostic::error(
            &codes::UNKNOWN_KEY,
            format!(
                "no key `{}` is in allowed_signers or has signed anything",
                fingerprint.escape_debug()
            ),
        )
        .help("the whole fingerprint, as `ssh-keygen -lf` and `terrace verify` show it")
        .into());
    }
    let next = session.view.seq + 1;
    if since == 0 || since > next {
        return Err(Diagnostic::error(
            &codes::UNKNOWN_ENTRY,
            format!("the ledger has no entry {since}: the next one is {next}"),
        )
        .help("name the first entry that must not count any more")
        .into());
    }
    Ok(())
}

/// I4: nobody carries out or validates what was revoked.
///
/// # Errors
/// The refusal.
pub(crate) fn not_revoked(session: &Session, env: &str, release: Digest) -> Result<(), Failure> {
    let Some(revoked) = session.view.revocation(release) else {
        return Ok(());
    };
    let fact = format!("release {} was {revoked}", release.short());
    let next = format!("terrace rollback {env}, or promote another release");
    let denial = Denial::new(env, Invariant::I4, fact, next);
    Err(Failure::Denied(vec![denial.about("revoked").absolute()]))
}

/// The release that is named, or the one that would move in next.
pub(crate) fn meant(session: &Session, env: &str, name: Option<&str>) -> Result<Digest, Failure> {
    if let Some(name) = name {
        return find(session, name);
    }
    let next = session.policy.edges_into(env).find_map(|(from, _)| {
        let from = session.view.env(from);
        from.desired.as_ref().map(|placed| placed.release)
    });
    next.ok_or_else(|| {
        Diagnostic::error(
            &codes::UNKNOWN_RELEASE,
            format!("nothing comes next in {env}: name a release"),
        )
        .into()
    })
}

/// What refuses now and may be set aside, by name.
fn set_aside(session: &Session, env: &str, release: Digest) -> Result<Vec<String>, Failure> {
    let asked = Asked::gather(session, env, &Candidate::stored(session, release))?;
    let denials = match asked.forward(session, env, release) {
        Decision::Deny(denials) => denials,
        Decision::Allow(_) | Decision::Current => Vec::new(),
    };
    if let Some(fixed) = denials.iter().find(|denial| !denial.waivable) {
        return Err(Failure::Denied(vec![fixed.clone()]));
    }
    let mut names: Vec<String> = denials.iter().map(Denial::name).collect();
    names.sort();
    names.dedup();
    Ok(names)
}
