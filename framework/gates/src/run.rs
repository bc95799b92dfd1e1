//! Running gates as a graph.

use std::time::Duration;

use terrace_exec::{Cancel, Context, Level, Line, jobs};

use crate::command::{self, Setting};
use crate::model::{Action, Builtin, Gate, Gates};
use crate::report::{Checked, GateResult, Reason, Report, Verdict};

/// Runs the built-in gates.
pub trait Builtins: Sync {
    /// Runs one within `timeout`, stopping when `cancel` is raised.
    fn run(&self, builtin: Builtin, timeout: Duration, cancel: &Cancel) -> Checked;
}

/// How gates are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How many at a time, at least one.
    pub parallel: usize,
    /// Whether the first gate that does not pass stops the others. Without, all
    /// gates that can run do, so that everything is seen at once.
    pub fail_fast: bool,
}

/// What happens while gates run. Events of different gates come from different
/// threads.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A gate starts.
    Started {
        /// Which.
        gate: &'a str,
    },
    /// A gate's command printed a line.
    Line {
        /// Which gate.
        gate: &'a str,
        /// The line.
        line: Line<'a>,
    },
    /// A gate came to its verdict, or was passed over.
    Finished {
        /// Its result.
        result: &'a GateResult,
    },
}

impl Gates {
    /// Runs all gates, each after the gates it needs. Results stand in the
    /// order the gates were given.
    pub fn run(
        &self,
        setting: &Setting<'_>,
        builtins: &dyn Builtins,
        options: &Options,
        context: &Context<'_>,
        events: &(dyn Fn(Event<'_>) + Sync),
    ) -> Report {
        let stop = context.cancel.child();
        let one = |index: usize, done: &jobs::Results<GateResult>| {
            let gate = &self.gates[index];
            let started = context.clock.now();
            let failed_need = self.needs[index]
                .iter()
                .find(|need| !done.get(**need).is_some_and(GateResult::passed));
            let checked = if context.cancel.is_cancelled() {
                Checked::skipped(Reason::Interrupted)
            } else if stop.is_cancelled() {
                Checked::skipped(Reason::Stopped)
            } else if let Some(need) = failed_need {
                Checked::skipped(Reason::NeedNotPassed(self.gates[*need].name.clone()))
            } else {
                events(Event::Started { gate: &gate.name });
                let context = Context {
                    clock: context.clock,
                    cancel: &stop,
                };
                check(gate, setting, builtins, &context, events)
            };
            let checked = match checked.reason {
                Some(Reason::Interrupted) if !context.cancel.is_cancelled() => Checked {
                    reason: Some(Reason::Stopped),
                    ..checked
                },
                _ => checked,
            };
            if options.fail_fast && checked.verdict != Verdict::Passed {
                stop.raise(Level::Interrupt);
            }
            let result = GateResult {
                name: gate.name.clone(),
                checked,
                duration: context.clock.now().saturating_sub(started),
            };
            events(Event::Finished { result: &result });
            result
        };
        // The graph was checked when it was made, so there is no cycle.
        let results = jobs::run(&self.needs, options.parallel, one).unwrap_or_default();
        Report { results }
    }
}

fn check(
    gate: &Gate,
    setting: &Setting<'_>,
    builtins: &dyn Builtins,
    context: &Context<'_>,
    events: &(dyn Fn(Event<'_>) + Sync),
) -> Checked {
    match &gate.action {
        Action::Builtin(builtin) => builtins.run(*builtin, gate.timeout, context.cancel),
        Action::Command(command) => command::run(gate, command, setting, context, &mut |line| {
            events(Event::Line {
                gate: &gate.name,
                line,
            });
        }),
    }
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
