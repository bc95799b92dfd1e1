//! I17: what stands in an environment's branch, and whether the ledger explains it.

use terrace_git::{Commit, ObjectId, RefUpdate};
use terrace_promotion::{Branch, View};
use terrace_release::Digest;

use super::append::{commit_of_intent, move_refs};
use super::{Failure, Refs, Releases, Session, env_branch};

/// The commit trailer that names the intent.
pub const LEDGER_HEAD: &str = "Ledger-Head";
/// The commit trailer that names the release.
pub const RELEASE: &str = "Release";

/// An environment's branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvBranch {
    /// Its newest commit.
    pub tip: Option<ObjectId>,
    /// Its tree.
    pub tree: Option<ObjectId>,
    /// The commit that it follows.
    pub parent: Option<ObjectId>,
    /// The intent it cites.
    pub cites: Option<Digest>,
}

impl EnvBranch {
    /// Of an environment, when the session was opened.
    pub fn read(session: &Session, env: &str) -> Self {
        let commit = session.branch(env);
        Self {
            cites: commit.and_then(cited),
            parent: commit.and_then(|commit| commit.parents.first().cloned()),
            tree: commit.map(|commit| commit.tree.clone()),
            tip: commit.map(|commit| commit.id.clone()),
        }
    }

    /// What a decision is told of it; `release` is what is asked about.
    pub fn state(&self, view: &View, env: &str, release_tree: Option<&ObjectId>) -> Branch {
        let expected = view.env(env);
        let expected = expected.desired.as_ref();
        let why = match (&self.tip, expected) {
            (None, None) => return Branch::Absent,
            (None, Some(_)) => String::from("the branch is gone"),
            (Some(_), None) => String::from("the ledger has no intent for it"),
            (Some(_), Some(desired)) => {
                let intent = view.intent(env, desired.intent);
                if self.cites != Some(desired.intent) {
                    format!(
                        "it cites {}, the last intent is {}",
                        self.cites
                            .map_or(String::from("none"), |cited| cited.short()),
                        desired.intent.short()
                    )
                } else if intent.map(|intent| intent.tree.as_str())
                    != self.tree.as_ref().map(ObjectId::as_str)
                {
                    String::from("its tree is not the one of its intent")
                } else if intent.and_then(|intent| intent.old_commit.as_deref())
                    != self.parent.as_ref().map(ObjectId::as_str)
                {
                    // Whoever copies what it cites still had to put it on something.
                    String::from("it does not follow the commit that its intent names")
                } else {
                    return Branch::Attested;
                }
            }
        };
        Branch::Unattested {
            commit: self
                .tip
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            why,
            is_the_release: release_tree.is_some() && release_tree == self.tree.as_ref(),
        }
    }
}

/// The intent that a commit of an environment's branch cites.
pub fn cited(commit: &Commit) -> Option<Digest> {
    commit.trailer(LEDGER_HEAD)?.parse().ok()
}

/// Finishes what a writer left that recorded an intent and died, or could not
/// move both refs at once: the branch still is at the intent's old commit.
/// Says whether something was moved.
///
/// # Errors
/// Git fails, or the ref moved meanwhile.
pub fn settle(session: &Session, env: &str) -> Result<bool, Failure> {
    let view = session.view.env(env);
    let Some(desired) = &view.desired else {
        return Ok(false);
    };
    let Some(intent) = view.intents.get(&desired.intent) else {
        return Ok(false);
    };
    let branch = EnvBranch::read(session, env);
    let at = branch.tip.as_ref().map(ObjectId::as_str);
    if branch.cites == Some(desired.intent) || at != intent.old_commit.as_deref() {
        return Ok(false);
    }
    let tree: Option<ObjectId> = Releases::commit(&session.view, desired.release)
        .map(|commit| session.repository.find_tree(&commit, env))
        .transpose()?
        .flatten();
    let Some(tree) = tree.filter(|tree| tree.as_str() == intent.tree) else {
        return Ok(false);
    };
    let commit = commit_of_intent(
        session,
        env,
        desired.release,
        desired.intent,
        tree,
        branch.tip.as_ref(),
    )?;
    let update = RefUpdate::new(Refs::moved(&env_branch(env)), commit, branch.tip);
    move_refs(session, &[update], "finish an intent")?;
    Ok(true)
}
