//! What gates found.

use std::fmt;
use std::time::Duration;

use terrace_diag::Diagnostic;
use terrace_exec::Captured;
use terrace_release::Digest;

use crate::codes;

/// How a gate ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The check is met.
    Passed,
    /// The check is not met.
    Failed,
    /// Nothing was checked: neither met nor not met.
    Skipped,
    /// The check did not come to an end: neither met nor not met.
    Errored,
}

impl Verdict {
    /// In lower case, as evidence and reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Errored => "errored",
        }
    }
}

/// Why a gate did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Its command ended with another status than 0.
    ExitStatus(i32),
    /// Its command was killed by a signal that we did not send.
    Signal(i32),
    /// It took longer than its timeout.
    TimedOut(Duration),
    /// The run was cancelled.
    Interrupted,
    /// Its program is not installed.
    MissingTool(String),
    /// A gate that it needs did not pass.
    NeedNotPassed(String),
    /// Another gate did not pass and the run stops at the first.
    Stopped,
    /// Its command could not be started.
    NotStarted(String),
    /// Another process holds a lock that it needs; trying again may succeed.
    Locked(String),
    /// A built-in check's own words.
    Other(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExitStatus(status) => write!(f, "exit status {status}"),
            Self::Signal(signal) => write!(f, "killed by signal {signal}"),
            Self::TimedOut(limit) => write!(f, "timed out after {} s", limit.as_secs_f64()),
            Self::Interrupted => f.write_str("interrupted"),
            Self::MissingTool(tool) => write!(f, "`{tool}` is not installed"),
            Self::NeedNotPassed(gate) => write!(f, "gate `{gate}` did not pass"),
            Self::Stopped => f.write_str("stopped at the first gate that did not pass"),
            Self::NotStarted(why) | Self::Locked(why) | Self::Other(why) => f.write_str(why),
        }
    }
}

/// One thing a gate found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub message: String,
    /// Which component or root it is about, if the gate knows.
    pub component: Option<String>,
    /// Which file and line, if the gate knows.
    pub place: Option<(String, u32)>,
}

impl Finding {
    /// A finding about nothing in particular.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            component: None,
            place: None,
        }
    }
}

/// What a gate printed, redacted, start and end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The text that was kept: standard output, then standard error.
    pub text: String,
    /// The sha256 of that text, for evidence.
    pub digest: Digest,
    /// How many bytes were printed in all.
    pub total: u64,
}

impl Log {
    /// A log of this text.
    pub fn of(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            digest: Digest::of(&text),
            total: text.len() as u64,
            text,
        }
    }

    pub(crate) fn captured(stdout: &Captured, stderr: &Captured) -> Self {
        let mut text = stdout.text().into_owned();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&stderr.text());
        Self {
            total: stdout.total() + stderr.total(),
            ..Self::of(text)
        }
    }
}

/// What a check gives: a verdict with its grounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// How it ended.
    pub verdict: Verdict,
    /// Why it did not pass.
    pub reason: Option<Reason>,
    /// What it found.
    pub findings: Vec<Finding>,
    /// What it printed.
    pub log: Log,
}

impl Checked {
    /// Passed, without findings.
    pub fn passed(log: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Passed,
            reason: None,
            findings: Vec::new(),
            log: Log::of(log),
        }
    }

    /// Failed with findings.
    pub fn failed(reason: impl Into<String>, findings: Vec<Finding>) -> Self {
        Self {
            verdict: Verdict::Failed,
            reason: Some(Reason::Other(reason.into())),
            findings,
            log: Log::of(""),
        }
    }

    /// Nothing was checked.
    pub fn skipped(reason: Reason) -> Self {
        Self {
            verdict: Verdict::Skipped,
            reason: Some(reason),
            findings: Vec::new(),
            log: Log::of(""),
        }
    }

    /// The check did not come to an end.
    pub fn errored(reason: Reason) -> Self {
        Self {
            verdict: Verdict::Errored,
            ..Self::skipped(reason)
        }
    }
}

/// One gate's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateResult {
    /// The gate.
    pub name: String,
    /// The verdict with its grounds.
    pub checked: Checked,
    /// How long it took by the given clock.
    pub duration: Duration,
}

impl GateResult {
    /// Whether it passed.
    pub fn passed(&self) -> bool {
        self.checked.verdict == Verdict::Passed
    }

    /// Whether it failed: its check is known not to be met.
    pub fn failed(&self) -> bool {
        self.checked.verdict == Verdict::Failed
    }

    /// The verdict with the reason: `failed: exit status 1`.
    pub fn describe(&self) -> String {
        let verdict = self.checked.verdict.name();
        match &self.checked.reason {
            Some(reason) => format!("{verdict}: {reason}"),
            None => String::from(verdict),
        }
    }
}

/// A required gate that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The gate.
    pub name: String,
    /// Why it is not met.
    pub why: String,
}

impl From<Unmet> for Diagnostic {
    fn from(unmet: Unmet) -> Self {
        let message = format!("gate `{}` {}", unmet.name, unmet.why);
        Self::error(&codes::GATE_NOT_PASSED, message)
    }
}

/// The results of all gates in the order they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// One for each gate.
    pub results: Vec<GateResult>,
}

impl Report {
    /// The result of a gate.
    pub fn get(&self, name: &str) -> Option<&GateResult> {
        self.results.iter().find(|result| result.name == name)
    }

    /// The required gates that did not pass, were skipped or were not run.
    pub fn unmet<'a>(&self, required: impl IntoIterator<Item = &'a str>) -> Vec<Unmet> {
        required
            .into_iter()
            .filter_map(|name| {
                let why = match self.get(name) {
                    Some(result) if result.passed() => return None,
                    Some(result) => result.describe(),
                    None => String::from("was not run"),
                };
                Some(Unmet {
                    name: name.to_owned(),
                    why,
                })
            })
            .collect()
    }
}
