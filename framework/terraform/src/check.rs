//! Checks that need no state: `fmt -check` and `validate`.

use std::time::Duration;

use serde::Deserialize;
use terrace_exec::{Context, jobs};

use crate::error::TerraformError;
use crate::request::Events;
use crate::run::Run;
use crate::session::Session;

/// A check of every root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Every file is formatted as `fmt` would.
    Fmt,
    /// The configuration is valid.
    Validate,
}

/// What a check found.
#[derive(Debug)]
pub struct RootCheck {
    /// The root.
    pub name: String,
    /// What is wrong with it; an error when the check itself failed.
    pub problems: Result<Vec<Problem>, TerraformError>,
    /// How long it took by the given clock.
    pub duration: Duration,
}

/// Something wrong with a root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Whether it makes the root invalid.
    pub is_error: bool,
    /// What is wrong, in one sentence.
    pub summary: String,
    /// More about it; may be empty.
    pub detail: String,
    /// The file, from the root's folder, and the line.
    pub place: Option<(String, u32)>,
}

impl RootCheck {
    /// Whether the check ran and found no error.
    pub fn passed(&self) -> bool {
        self.problems
            .as_ref()
            .is_ok_and(|problems| !problems.iter().any(|problem| problem.is_error))
    }
}

#[derive(Deserialize)]
struct ValidateJson {
    valid: bool,
    #[serde(default)]
    diagnostics: Vec<DiagnosticJson>,
}

#[derive(Deserialize)]
struct DiagnosticJson {
    severity: String,
    summary: String,
    #[serde(default)]
    detail: String,
    range: Option<RangeJson>,
}

#[derive(Deserialize)]
struct RangeJson {
    filename: String,
    start: PositionJson,
}

#[derive(Deserialize)]
struct PositionJson {
    line: u32,
}

impl Run<'_> {
    /// Checks every root of the release, in the order given.
    pub fn check(&self, check: Check, context: &Context<'_>, events: Events<'_>) -> Vec<RootCheck> {
        let roots = &self.request.roots;
        let one = |index: usize, _: &jobs::Results<RootCheck>| {
            let started = context.clock.now();
            let problems = Session::open(self, index, context, events)
                .and_then(|session| problems(&session, check));
            RootCheck {
                name: roots[index].name.clone(),
                problems,
                duration: context.clock.now().saturating_sub(started),
            }
        };
        let none = vec![Vec::new(); roots.len()];
        // Without needs there is no cycle.
        jobs::run(&none, self.request.options.parallel, one).unwrap_or_default()
    }
}

fn problems(session: &Session<'_>, check: Check) -> Result<Vec<Problem>, TerraformError> {
    match check {
        Check::Fmt => Ok(session
            .unformatted()?
            .into_iter()
            .map(|file| Problem {
                is_error: true,
                summary: format!("{file} is not formatted"),
                detail: String::new(),
                place: Some((file, 1)),
            })
            .collect()),
        Check::Validate => {
            let json = session.validate()?;
            parse(&json).map_err(|detail| TerraformError::PlanUnreadable {
                root: session.work.root.clone(),
                detail,
            })
        }
    }
}

fn parse(json: &[u8]) -> Result<Vec<Problem>, String> {
    let answer: ValidateJson = serde_json::from_slice(json)
        .map_err(|error| format!("`validate -json` is not readable: {error}"))?;
    let problems: Vec<Problem> = answer
        .diagnostics
        .into_iter()
        .map(|diagnostic| Problem {
            is_error: diagnostic.severity != "warning",
            summary: diagnostic.summary,
            detail: diagnostic.detail,
            place: diagnostic
                .range
                .map(|range| (range.filename, range.start.line)),
        })
        .collect();
    if !answer.valid && !problems.iter().any(|problem| problem.is_error) {
        return Err(String::from("`validate` says invalid and not why"));
    }
    Ok(problems)
}
