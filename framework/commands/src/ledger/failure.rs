//! What stops a command that reads or writes the ledger.

use serde_json::json;
use terrace_diag::Diagnostic;
use terrace_evidence::Refusal;
use terrace_git::GitError;
use terrace_promotion::{Denial, StoryFault};

use crate::compile::Messages;
use crate::{Exit, Outcome};

/// What stops it.
#[derive(Debug)]
pub enum Failure {
    /// The user's files, keys or usage.
    User(Messages),
    /// Git.
    Git(GitError),
    /// The ledger does not verify.
    Unverified(Vec<Refusal>),
    /// The ledger contradicts itself.
    Story(StoryFault),
    /// Refs or stored bytes are not what the ledger says.
    Integrity(Vec<Diagnostic>),
    /// A guard refuses.
    Denied(Vec<Denial>),
    /// Refused before any guard was asked: there is no key.
    Refused(Diagnostic),
    /// Someone else works on it just now.
    Busy(Diagnostic),
    /// Someone else was faster, again and again.
    Lost(GitError),
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::User(Messages {
            diagnostics: diagnostic.into(),
            ..Messages::default()
        })
    }
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        match error.is_lost_race() {
            true => Self::Lost(error),
            false => Self::Git(error),
        }
    }
}

impl From<Vec<Refusal>> for Failure {
    fn from(refusals: Vec<Refusal>) -> Self {
        Self::Unverified(refusals)
    }
}

impl From<StoryFault> for Failure {
    fn from(fault: StoryFault) -> Self {
        Self::Story(fault)
    }
}

impl Failure {
    /// With its messages and exit status.
    pub fn outcome(self) -> Outcome {
        let with = |diagnostics: Vec<Diagnostic>, exit: Exit| {
            Outcome::messages(Messages {
                diagnostics: diagnostics.into_iter().collect(),
                ..Messages::default()
            })
            .exit(exit)
        };
        match self {
            Self::User(messages) => Outcome::messages(messages),
            Self::Git(error) => with(vec![error.diagnostic()], Exit::Error),
            Self::Unverified(refusals) => with(
                refusals.into_iter().map(Diagnostic::from).collect(),
                Exit::Integrity,
            ),
            Self::Story(fault) => with(vec![fault.into()], Exit::Integrity),
            Self::Integrity(found) => with(found, Exit::Integrity),
            Self::Denied(denials) => denied(&denials),
            Self::Refused(diagnostic) => with(vec![diagnostic], Exit::Refused),
            Self::Busy(diagnostic) => with(vec![diagnostic], Exit::Busy),
            Self::Lost(error) => with(vec![error.diagnostic()], Exit::Busy),
        }
    }
}

/// A refusal: one line per reason, the same everywhere.
pub fn denied(denials: &[Denial]) -> Outcome {
    let text: String = denials.iter().map(|denial| format!("{denial}\n")).collect();
    let json = json!({ "denials": denials_json(denials) });
    Outcome::data(text, json, Messages::default()).exit(Exit::Refused)
}

/// Denials for programs.
pub fn denials_json(denials: &[Denial]) -> Vec<serde_json::Value> {
    denials
        .iter()
        .map(|denial| {
            json!({
                "environment": denial.env,
                "invariant": denial.invariant.id(),
                "topic": denial.topic,
                "fact": denial.fact,
                "place": denial.place,
                "next": denial.next,
                "waivable": denial.waivable,
                "text": denial.to_string(),
            })
        })
        .collect()
}
