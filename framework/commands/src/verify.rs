//! `terrace verify`: the whole ledger, every intent decided again, every stored
//! release and every environment's branch, with what this clone has (I19).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::json;
use terrace_diag::Diagnostic;
use terrace_git::Commit;
use terrace_promotion::body::Mode;
use terrace_promotion::{Branch, Bytes, Coverage, History, Order, Policy, Release, audit};
use terrace_release::Digest;

use crate::compile::Messages;
use crate::ledger::{
    EnvBranch, Failure, Read, Releases, Session, authors, cited, codes, env_branch, order,
};
use crate::{Exit, Outcome, World, coverage};

/// Runs the command.
pub fn run(world: &World, options: &Options) -> Outcome {
    match report(world, options) {
        Ok(outcome) => outcome,
        Err(failure) => failure.outcome(),
    }
}

/// Options of `terrace verify`.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only this environment's branch.
    pub environment: Option<String>,
    /// Compile the commits of every move again for its coverage.
    pub recompute: bool,
}

/// A session as the history of a platform.
struct Repository<'a> {
    session: &'a Session,
    recompute: bool,
}

impl History for Repository<'_> {
    fn policy(&self, commit: &str) -> Result<Arc<Policy>, String> {
        self.session.trust.policy(commit)
    }

    fn release(&self, id: Digest) -> Option<Arc<Release>> {
        self.session.releases.get(&self.session.view, id)
    }

    fn bytes(&self, release: Digest, env: &str) -> Bytes {
        self.session
            .releases
            .bytes(&self.session.view, release, env)
    }

    fn order(&self, new: &str, old: &str) -> Order {
        order(self.session, new, old)
    }

    fn coverage(
        &self,
        policy: &Policy,
        env: &str,
        current: Option<&Release>,
        release: &Release,
    ) -> Option<BTreeMap<String, Coverage>> {
        if !self.recompute {
            return None;
        }
        coverage::again(self.session, policy, env, current, release).ok()?
    }

    fn authors(&self, new: &str, old: Option<&str>) -> Option<BTreeSet<String>> {
        authors(self.session, Some(new), old).ok()
    }

    fn on_branch(&self, commit: &str, branch: &str) -> bool {
        self.session.trust.ancestor(commit, branch) == Some(true)
    }
}

fn report(world: &World, options: &Options) -> Result<Outcome, Failure> {
    let only = options.environment.as_deref();
    let session = Session::open(world, Read::Verify)?;
    session.environments_exist(&options.environment)?;
    let trusts = session.ledger.entries().iter();
    let trusts = trusts.map(|entry| entry.ext.trust.clone()).collect();
    session.trust.prefetch_gates(&trusts)?;
    session.releases.read_all(&session.view)?;
    let mut found = stored(&session);
    let (_, findings) = audit(
        &session.ledger,
        &Repository {
            session: &session,
            recompute: options.recompute,
        },
    )?;
    for finding in findings {
        let mut diagnostic = Diagnostic::from(finding.denial);
        diagnostic.message = format!("ledger entry {}: {}", finding.seq, diagnostic.message);
        found.push(diagnostic);
    }
    let environments: Vec<&String> = session
        .policy
        .environments
        .keys()
        .chain(session.view.environments.keys())
        .filter(|env| only.is_none_or(|only| only == *env))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    for env in &environments {
        found.extend(branch(&session, env)?);
    }
    let releases = session.view.releases.len();
    // Where nothing speaks of a ledger either, nothing is known to be wrong.
    let mut exit = match found.is_empty() {
        true => Exit::Success,
        false => Exit::Integrity,
    };
    if session.ledger_tip.is_none() {
        found.insert(0, session.no_ledger()?);
        exit = exit.max(Exit::Error);
    }
    let text = match found.is_empty() {
        true => format!(
            "{} entries, {releases} releases and {} environments verify\n",
            session.view.seq,
            environments.len()
        ),
        false => String::new(),
    };
    let json = json!({
        "entries": session.view.seq,
        "head": session.view.head.map(|head| head.to_string()),
        "releases": releases,
        "environments": environments,
        "verified": found.is_empty(),
    });
    let messages = Messages {
        diagnostics: found.into_iter().collect(),
        ..Messages::default()
    };
    Ok(Outcome::data(text, json, messages).exit(exit))
}

/// I1: every stored release, hashed again, also those that were never promoted:
/// they may be tomorrow.
fn stored(session: &Session) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for id in session.view.releases.keys() {
        let Some(release) = session.releases.get(&session.view, *id) else {
            found.push(Diagnostic::error(
                &codes::NOT_AS_RECORDED,
                format!("release {} is not in this clone", id.short()),
            ));
            continue;
        };
        for env in release.manifest().environments.keys() {
            let wrong = match session.releases.bytes(&session.view, *id, env) {
                Bytes::Right => Vec::new(),
                Bytes::Missing(what) => vec![format!("{what} is not in this clone")],
                Bytes::Differ(wrong) => wrong,
            };
            found.extend(wrong.into_iter().map(|what| {
                let message = format!("release {}: {what}", id.short());
                Diagnostic::error(&codes::NOT_AS_RECORDED, message)
            }));
        }
    }
    let help = "fetch it again from a clone that verifies";
    found.into_iter().map(|found| found.help(help)).collect()
}

/// I16, I17: every commit of an environment's branch cites an intent of the
/// ledger, has its tree and follows its old commit; the newest one is the last.
fn branch(session: &Session, env: &str) -> Result<Vec<Diagnostic>, Failure> {
    let mut found = Vec::new();
    let mut bad = |what: String| {
        found.push(
            Diagnostic::error(
                &codes::NOT_AS_RECORDED,
                format!("{}: {what}", env_branch(env)),
            )
            .help(format!("terrace adopt {env}, or terrace revert {env}")),
        );
    };
    let head = EnvBranch::read(session, env);
    if let Branch::Unattested { commit, why, .. } = head.state(&session.view, env, None) {
        let commit = match commit.is_empty() {
            true => "nothing",
            false => &commit[..12],
        };
        bad(format!("at {commit}, which no intent explains: {why}"));
    }
    let (Some(tip), Some(tree)) = (&head.tip, &head.tree) else {
        return Ok(found);
    };
    // From the newest on: what was made by hand is explained by the move that took
    // it in or undid it, which is the next one above.
    let mut settled = false;
    for commit in session.repository.history(tip, None)?.iter().rev() {
        match explained(session, env, commit) {
            Ok(mode) => settled = matches!(mode, Mode::Adopt | Mode::Revert),
            Err(_) if settled => {}
            Err(what) => bad(format!("commit {}: {what}", commit.id.short())),
        }
    }
    // The bytes that the environment is told to run, hashed again.
    let view = session.view.env(env);
    let desired = view
        .desired
        .as_ref()
        .and_then(|placed| session.releases.get(&session.view, placed.release));
    match desired {
        Some(release) => {
            for what in session.releases.check_tree(&release, env, tree)? {
                bad(what);
            }
        }
        None => bad(String::from("its release is not in this clone")),
    }
    Ok(found)
}

/// How the intent moved that a commit cites and is made by, or why there is none.
fn explained(session: &Session, env: &str, commit: &Commit) -> Result<Mode, String> {
    let Some(intent) = cited(commit) else {
        return Err(String::from("it cites no intent"));
    };
    let Some(intent) = session.view.intent(env, intent) else {
        return Err(format!("intent {} is not in the ledger", intent.short()));
    };
    if intent.tree != commit.tree.as_str() {
        return Err(String::from("its tree is not the one of its intent"));
    }
    let parent = commit.parents.first().map(|parent| parent.as_str());
    if parent != intent.old_commit.as_deref() {
        return Err(String::from(
            "it does not follow the commit that its intent names",
        ));
    }
    match Releases::commit(&session.view, intent.release) {
        Some(_) => Ok(intent.mode),
        None => Err(format!(
            "release {} is not in the ledger",
            intent.release.short()
        )),
    }
}
