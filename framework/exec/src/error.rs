//! Why a program could not be run.

use std::io;
use std::path::PathBuf;

use terrace_diag::Diagnostic;

use crate::codes;

/// A program that could not be run; what it did once it ran is an
/// [`Outcome`](crate::Outcome).
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// There is no such program, or it is not executable.
    #[error("`{}` was not found or is not executable", program.display())]
    Missing {
        /// What was to be started.
        program: PathBuf,
    },
    /// The operating system refused.
    #[error("`{}` could not be started: {source}", program.display())]
    Start {
        /// What was to be started.
        program: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// It did not end after SIGKILL.
    #[error("`{}` (process {pid}) did not end after it was killed", program.display())]
    Stuck {
        /// What was started.
        program: PathBuf,
        /// Its process id, also the id of its group.
        pid: i32,
    },
}

impl ExecError {
    /// As a message for people.
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Missing { .. } => Diagnostic::error(&codes::PROGRAM_MISSING, self.to_string())
                .help("install it, or put its folder into PATH"),
            Self::Start { .. } => Diagnostic::error(&codes::PROGRAM_NOT_STARTED, self.to_string()),
            Self::Stuck { pid, .. } => Diagnostic::error(&codes::PROGRAM_STUCK, self.to_string())
                .help(format!("look at process {pid}: it waits in the kernel")),
        }
    }
}
