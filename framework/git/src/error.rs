//! What can go wrong, each with git's own words.

use std::io;
use std::path::PathBuf;

use terrace_diag::Diagnostic;
use terrace_exec::ExecError;

use crate::codes;
use crate::git::{MINIMUM, Version};

/// A git call that did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// Git could not be run.
    #[error(transparent)]
    Exec(#[from] ExecError),
    /// Git is older than [`MINIMUM`].
    #[error("git {found} is too old, {MINIMUM} or newer is needed")]
    TooOld {
        /// What was found.
        found: Version,
    },
    /// The run was cancelled.
    #[error("interrupted while `{command}` was running")]
    Interrupted {
        /// What ran.
        command: String,
    },
    /// It took too long.
    #[error("`{command}` timed out")]
    TimedOut {
        /// What ran.
        command: String,
    },
    /// No repository at or above the folder.
    #[error("`{}` is not in a git repository", folder.display())]
    NotARepository {
        /// Where it was looked for.
        folder: PathBuf,
        /// What git says.
        stderr: String,
    },
    /// A revision, ref or object that is not there.
    #[error("git does not know `{revision}`")]
    UnknownRevision {
        /// As it was given.
        revision: String,
    },
    /// The clone is shallow and the answer lies in what it leaves out.
    #[error("this clone is shallow and does not hold the history of {commit}")]
    MissingHistory {
        /// Whose history is missing.
        commit: String,
    },
    /// No remote of this name.
    #[error("git knows no remote `{remote}`")]
    UnknownRemote {
        /// The name.
        remote: String,
        /// The ones there are.
        known: Vec<String>,
    },
    /// The remote did not answer or did not let us in.
    #[error("the remote `{remote}` cannot be used: {}", first_line(stderr))]
    RemoteFailed {
        /// Its name.
        remote: String,
        /// What git says.
        stderr: String,
    },
    /// The remote cannot move several refs at once.
    #[error("the remote `{remote}` cannot move several branches at once")]
    AtomicUnsupported {
        /// Its name.
        remote: String,
    },
    /// Another process moved one of the refs first.
    #[error("another process moved {} first", references.join(", "))]
    LostRace {
        /// The refs that were not as expected.
        references: Vec<String>,
        /// What git says.
        stderr: String,
    },
    /// The server does not accept it.
    #[error("the server refused to move {reference}: {reason}")]
    PushRefused {
        /// The ref.
        reference: String,
        /// The server's reason.
        reason: String,
        /// What git says, with the hook's output.
        stderr: String,
    },
    /// Without atomic pushes, a later ref failed after earlier ones had moved.
    #[error("{} moved, then: {failed}", moved.join(", "))]
    PartialPush {
        /// The refs that moved.
        moved: Vec<String>,
        /// Why the next one did not.
        failed: Box<GitError>,
    },
    /// A path that cannot stand in a tree.
    #[error("`{path}` cannot be in a tree: {reason}")]
    UnsafePath {
        /// The path.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A file could not be read or written.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Git ended with an error.
    #[error("`{command}`: {how}: {}", first_line(stderr))]
    Failed {
        /// What ran.
        command: String,
        /// How it ended.
        how: String,
        /// What git says.
        stderr: String,
    },
    /// Git printed something else than documented.
    #[error("`{command}` printed something unexpected: {detail}")]
    Unexpected {
        /// What ran.
        command: String,
        /// What was not understood.
        detail: String,
    },
}

/// The line of git's message that says what is wrong.
fn first_line(stderr: &str) -> &str {
    stderr
        .lines()
        .find(|line| line.starts_with("fatal:") || line.starts_with("error:"))
        .or_else(|| stderr.lines().find(|line| !line.trim().is_empty()))
        .unwrap_or("no message")
}

impl GitError {
    /// Whether somebody else was faster, so that trying again may succeed.
    pub fn is_lost_race(&self) -> bool {
        match self {
            Self::LostRace { .. } => true,
            Self::PartialPush { failed, .. } => failed.is_lost_race(),
            _ => false,
        }
    }

    /// As a message for people.
    pub fn diagnostic(&self) -> Diagnostic {
        let (code, help) = match self {
            Self::Exec(error) => return error.diagnostic(),
            Self::TooOld { .. } => (&codes::GIT_TOO_OLD, String::from("upgrade git")),
            Self::NotARepository { stderr, .. } if stderr.contains("dubious ownership") => (
                &codes::NOT_A_REPOSITORY,
                String::from("git config --global --add safe.directory THE_FOLDER"),
            ),
            Self::NotARepository { .. } => (
                &codes::NOT_A_REPOSITORY,
                String::from("run `git init` and commit the platform"),
            ),
            Self::UnknownRevision { .. } => (
                &codes::UNKNOWN_REVISION,
                String::from("check the name, or `git fetch` first"),
            ),
            Self::MissingHistory { .. } => (
                &codes::MISSING_HISTORY,
                String::from("run `git fetch --unshallow`; in CI check out with full depth"),
            ),
            Self::UnknownRemote { known, remote } => (
                &codes::UNKNOWN_REMOTE,
                if known.is_empty() {
                    format!(
                        "run `git remote add {remote} URL`, or delete `remote` from the platform block"
                    )
                } else {
                    format!("there is: {}", known.join(", "))
                },
            ),
            Self::RemoteFailed { stderr, .. } => (
                &codes::REMOTE_FAILED,
                format!("git says: {}", stderr.trim()),
            ),
            Self::LostRace { .. } => (&codes::LOST_RACE, String::from("run the command again")),
            Self::PushRefused { stderr, .. } => (
                &codes::PUSH_REFUSED,
                format!("the server says: {}", stderr.trim()),
            ),
            Self::AtomicUnsupported { .. } | Self::PartialPush { .. } => (
                &codes::PARTIAL_PUSH,
                String::from("run the command again to complete it"),
            ),
            Self::UnsafePath { .. } => (&codes::UNSAFE_PATH, String::from("rename or remove it")),
            Self::Io { .. } => return Diagnostic::error(&codes::GIT_IO, self.to_string()),
            Self::Failed { stderr, .. } => {
                let all = stderr.trim();
                let help = (all.lines().count() > 1).then(|| format!("git says: {all}"));
                return Diagnostic::error(&codes::GIT_FAILED, self.to_string()).maybe_help(help);
            }
            Self::Interrupted { .. } | Self::TimedOut { .. } | Self::Unexpected { .. } => {
                return Diagnostic::error(&codes::GIT_FAILED, self.to_string());
            }
        };
        Diagnostic::error(code, self.to_string()).help(help)
    }
}
