//! What a command gives back.

use serde_json::Value;
use terrace_diag::{Diagnostic, Diagnostics, to_json};

use crate::compile::Messages;

/// Exit statuses, as documented in `docs/exit-codes.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// It worked.
    Success = 0,
    /// The user's configuration, the usage or a tool is at fault.
    Error = 1,
    /// Changes or drift, where they were asked for.
    Changes = 2,
    /// A gate or an invariant refuses.
    Refused = 3,
    /// A lock is held or a race was lost: try again.
    Busy = 4,
    /// Ledger, evidence or plan does not verify.
    Integrity = 5,
    /// An apply finished only in part.
    Degraded = 6,
    /// Interrupted by a signal.
    Interrupted = 130,
}

/// What a command gives back.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Data for stdout, for people.
    pub text: String,
    /// The text is a file for another program, which gets every byte of it.
    pub exact: bool,
    /// The same for programs (`--json`).
    pub json: Value,
    /// Messages for stderr.
    pub messages: Messages,
    /// The exit status; an error among the messages makes at least `Error` of it.
    pub exit: Option<Exit>,
}

impl Outcome {
    /// Success with data.
    pub fn data(text: String, json: Value, messages: Messages) -> Self {
        Self {
            text,
            json,
            messages,
            ..Self::default()
        }
    }

    /// Only messages.
    pub fn messages(messages: Messages) -> Self {
        Self {
            messages,
            ..Self::default()
        }
    }

    /// One error without sources.
    pub fn error(diagnostic: Diagnostic) -> Self {
        Self::messages(Messages {
            diagnostics: Diagnostics::from(diagnostic),
            ..Messages::default()
        })
    }

    /// The same with another exit status.
    #[must_use]
    pub fn exit(mut self, exit: Exit) -> Self {
        self.exit = Some(exit);
        self
    }

    /// The status to exit with.
    pub fn status(&self) -> Exit {
        match self.exit {
            Some(exit) if exit != Exit::Success => exit,
            _ if self.messages.has_errors() => Exit::Error,
            exit => exit.unwrap_or(Exit::Success),
        }
    }

    /// The whole outcome as one JSON object: `data`, `diagnostics`, `exit`.
    pub fn to_json(&self) -> Value {
        let diagnostics: Vec<Value> = self
            .messages
            .diagnostics
            .iter()
            .map(|diagnostic| to_json(diagnostic, &self.messages.sources))
            .collect();
        serde_json::json!({
            "data": self.json,
            "diagnostics": diagnostics,
            "exit": self.status() as u8,
        })
    }
}
