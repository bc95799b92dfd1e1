//! Everything that a decision needs besides the ledger, gathered from git.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use terrace_git::{GitError, ObjectId};
use terrace_promotion::body::{ApproveBody, Mode};
use terrace_promotion::coverage::Report;
use terrace_promotion::{
    Branch, Bytes, Coverage, Decision, Denial, Facts, Order, Question, Release, decide,
};
use terrace_release::Digest;
use terrace_terraform::{Layout, WorkLock};

use crate::coverage;

use super::{EnvBranch, Failure, Releases, Session};

/// A release that is asked about: stored, or rendered just now and not stored yet.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its name.
    pub id: Digest,
    /// What it holds; `None` if it is not in this clone.
    pub release: Option<Arc<Release>>,
    /// Rendered here just now: its bytes are right by construction.
    pub fresh: bool,
    /// Secrets found in a fresh render.
    pub secrets: Vec<String>,
}

impl Candidate {
    /// One that the ledger records.
    pub fn stored(session: &Session, id: Digest) -> Self {
        Self {
            id,
            release: session.releases.get(&session.view, id),
            fresh: false,
            secrets: Vec::new(),
        }
    }

    /// One that was rendered just now.
    pub fn fresh(release: Release, secrets: Vec<String>) -> Self {
        Self {
            id: release.id(),
            release: Some(Arc::new(release)),
            fresh: true,
            secrets,
        }
    }
}

/// What is the case for one question, owned.
pub struct Asked {
    /// The environment's branch.
    pub branch: EnvBranch,
    release: Option<Arc<Release>>,
    current: Option<Arc<Release>>,
    bytes: Bytes,
    state: Branch,
    order: Order,
    on_branch: bool,
    authors: Option<BTreeSet<String>>,
    earlier: Vec<Arc<Release>>,
    /// Who applies there just now.
    pub apply_lock: Option<String>,
    /// Secrets found in a fresh render.
    pub secrets: Vec<String>,
    /// By source environment: which changed values it exercised.
    pub coverage: BTreeMap<String, Coverage>,
    /// Digest of the plans that exist for this move.
    pub plans: Option<Digest>,
}

impl Asked {
    /// Gathers the facts about moving `candidate` into `env`.
    ///
    /// # Errors
    /// Git fails.
    pub fn gather(session: &Session, env: &str, candidate: &Candidate) -> Result<Self, Failure> {
        let view = session.view.env(env);
        let current = view
            .desired
            .as_ref()
            .and_then(|placed| session.releases.get(&session.view, placed.release));
        let branch = EnvBranch::read(session, env);
        let mut state = branch.state(&session.view, env, None);
        if let (Branch::Unattested { .. }, Some(commit)) =
            (&state, Releases::commit(&session.view, candidate.id))
        {
            let tree = session.repository.find_tree(&commit, env).ok().flatten();
            state = branch.state(&session.view, env, tree.as_ref());
        }
        let recorded = session.view.releases.contains_key(&candidate.id);
        let bytes = match candidate.fresh && !recorded {
            true => Bytes::Right,
            false => session.releases.bytes(&session.view, candidate.id, env),
        };
        let new = source(candidate.release.as_ref());
        let old = source(current.as_ref());
        let order = match (&new, &old) {
            _ if view.desired.is_none() => Order::First,
            (Some(new), Some(old)) => order(session, new, old),
            _ => Order::Unknown(String::from("a release is not in this clone")),
        };
        let on_branch = new.as_ref().is_some_and(|new| {
            session.trust.ancestor(new, session.trust.tip().as_str()) == Some(true)
        });
        let coverage = coverage::gather(session, env, candidate, current.as_deref())?;
        Ok(Self {
            branch,
            authors: match new.is_some() && new == old {
                _ if !session.policy.asks_for_authors(env) => None,
                true => authors_since_applied(session, env, candidate.id),
                false => authors(session, new.as_deref(), old.as_deref()).ok(),
            },
            earlier: earlier(session, env, candidate),
            release: candidate.release.clone(),
            current,
            bytes,
            state,
            order,
            on_branch,
            apply_lock: applies_now(session, env),
            secrets: candidate.secrets.clone(),
            coverage,
            plans: plans(session, env, candidate.id),
        })
    }

    /// Asks whether it may move.
    pub fn decide(&self, session: &Session, question: &Question) -> Decision {
        let facts = Facts {
            now: session.now,
            policy: &session.policy,
            release: self.release.as_deref(),
            current: self.current.as_deref(),
            bytes: self.bytes.clone(),
            branch: self.state.clone(),
            order: self.order.clone(),
            on_branch: self.on_branch,
            coverage: self.coverage.clone(),
            plans: self.plans,
            authors: self.authors.clone(),
            earlier: self.earlier.iter().map(|release| &**release).collect(),
            apply_lock: self.apply_lock.clone(),
            secrets: self.secrets.clone(),
        };
        decide(&session.view, &facts, question)
    }

    /// The name of everything that nobody exercised on the way into an environment.
    pub fn unexercised(&self, session: &Session, env: &str) -> Option<Digest> {
        terrace_promotion::unexercised(&session.policy, env, &self.coverage)
    }

    /// Coverage of every edge into the environment, counts first.
    pub fn coverage_text(&self, env: &str) -> String {
        self.reports()
            .map(|(from, report)| coverage::text(from, env, report))
            .collect()
    }

    /// Likewise without the leaves.
    pub fn coverage_brief(&self, env: &str) -> String {
        self.reports()
            .map(|(from, report)| coverage::brief(from, env, report))
            .collect()
    }

    /// Likewise for programs.
    pub fn coverage_json(&self, env: &str) -> Vec<serde_json::Value> {
        self.reports()
            .map(|(from, report)| coverage::json(from, env, report))
            .collect()
    }

    fn reports(&self) -> impl Iterator<Item = (&str, &Report)> {
        self.coverage
            .iter()
            .filter_map(|(from, found)| match found {
                Coverage::Report(report) => Some((from.as_str(), report)),
                Coverage::Recorded(_) => None,
            })
    }

    /// Asks whether it may move forward.
    pub fn forward(&self, session: &Session, env: &str, release: Digest) -> Decision {
        let question = Question {
            env: String::from(env),
            release,
            mode: Mode::Forward,
            break_glass: None,
        };
        self.decide(session, &question)
    }
}

/// What keeps everything out of an environment just now, whatever the release.
pub fn standing(session: &Session, env: &str) -> Vec<Denial> {
    let facts = Facts {
        now: session.now,
        policy: &session.policy,
        release: None,
        current: None,
        bytes: Bytes::Right,
        branch: EnvBranch::read(session, env).state(&session.view, env, None),
        order: Order::Same,
        on_branch: true,
        coverage: BTreeMap::new(),
        plans: None,
        authors: None,
        earlier: Vec::new(),
        apply_lock: None,
        secrets: Vec::new(),
    };
    terrace_promotion::standing(&session.view, &facts, env)
}

/// Who applies in this checkout just now. Another checkout's apply is found by the
/// state's own lock, and by its result, which no longer fits.
fn applies_now(session: &Session, env: &str) -> Option<String> {
    let layout = Layout::new(&session.root, env);
    WorkLock::holder(&layout).map(|holder| holder.to_string())
}

/// The plans that exist for a release: those made in this checkout, else those
/// that were approved last.
fn plans(session: &Session, env: &str, release: Digest) -> Option<Digest> {
    match crate::plans::read(&session.root, env, release) {
        Some(planned) => ApproveBody::plans_of(&planned.digests()),
        None => session.view.approved_last(env, release),
    }
}

/// The source commit of a release.
pub fn source(release: Option<&Arc<Release>>) -> Option<String> {
    let source = release?.manifest().source.as_ref()?;
    Some(source.commit.clone())
}

/// Where commit `new` stands to commit `old`.
pub fn order(session: &Session, new: &str, old: &str) -> Order {
    if new == old {
        return Order::Same;
    }
    let ahead = session.trust.ancestor(old, new);
    if ahead == Some(true) {
        return Order::Ahead;
    }
    match (ahead, session.trust.ancestor(new, old)) {
        (_, Some(true)) => Order::Behind,
        (Some(false), Some(false)) => Order::Diverged,
        _ => Order::Unknown(String::from("a commit is not in this clone")),
    }
}

/// Who wrote the commits between what an environment runs and a release.
pub fn authors_since_applied(
    session: &Session,
    env: &str,
    release: Digest,
) -> Option<BTreeSet<String>> {
    let view = session.view.env(env);
    let get = |id: Digest| session.releases.get(&session.view, id);
    let old = view.applied.as_ref().and_then(|placed| get(placed.release));
    let new = source(get(release).as_ref());
    authors(session, new.as_deref(), source(old.as_ref()).as_deref()).ok()
}

/// Names and addresses of everyone who wrote or committed what `new` has and
/// `old` has not: who writes in another's name still commits in their own.
pub(crate) fn authors(
    session: &Session,
    new: Option<&str>,
    old: Option<&str>,
) -> Result<BTreeSet<String>, GitError> {
    let id = |text: &str| text.parse::<ObjectId>().ok();
    let Some(new) = new.and_then(id) else {
        return Ok(BTreeSet::new());
    };
    let commits = match old.and_then(id) {
        Some(old) => session.repository.between(&old, &new)?,
        None => vec![session.repository.commit(&new)?],
    };
    let mut out = BTreeSet::new();
    for commit in commits {
        let together = commit.trailers().into_iter();
        let together = together.filter(|(key, _)| key.eq_ignore_ascii_case("Co-authored-by"));
        for (_, who) in together {
            let (name, rest) = who.split_once('<').unwrap_or((who, ""));
            out.extend([name.trim(), rest.trim_end_matches('>').trim()].map(str::to_lowercase));
        }
        for who in [commit.author, commit.committer] {
            out.extend([who.name, who.email].map(|who| who.to_lowercase()));
        }
    }
    out.remove("");
    Ok(out)
}

/// How many earlier verdicts of an edge are looked at.
const EARLIER: usize = 16;

/// Releases of other content with verdicts on the edges into an environment.
fn earlier(session: &Session, env: &str, candidate: &Candidate) -> Vec<Arc<Release>> {
    let Some(content) = candidate.release.as_ref().map(|release| release.content()) else {
        return Vec::new();
    };
    let view = &session.view;
    let mut out = Vec::new();
    for (from, _) in session.policy.edges_into(env) {
        if view.verdict(from, env, content).is_none() {
            let ids = view.validated(from, env).into_iter().take(EARLIER);
            out.extend(ids.filter_map(|id| session.releases.get(view, id)));
        }
    }
    out
}
