//! A gate that is a command.

use std::path::{Path, PathBuf};

use terrace_exec::{
    Command, Context, Environment, ExecError, Exit, Ladder, Line, Outcome, Secrets, Stopped,
};

use crate::model::Gate;
use crate::report::{Checked, Finding, Log, Reason, Verdict};

/// What gates run in and on.
#[derive(Debug, Clone)]
pub struct Setting<'a> {
    /// The environment's name (`TERRACE_ENV`).
    pub environment: &'a str,
    /// The release's id (`TERRACE_RELEASE`).
    pub release: &'a str,
    /// The folder commands run in: the exported commit.
    pub folder: &'a Path,
    /// That environment's bytes of the release (`TERRACE_RENDERED`).
    pub rendered: &'a Path,
    /// That environment's work folders (`TERRACE_WORK`).
    pub work: &'a Path,
    /// Variables that commands get; keys for signing are taken out.
    pub variables: &'a Environment,
    /// What must not show in logs.
    pub secrets: &'a Secrets,
    /// How commands are stopped.
    pub ladder: Ladder,
}

impl Setting<'_> {
    fn variables(&self, gate: &Gate) -> Environment {
        let mut variables = self.variables.clone().without("TERRACE_SIGNING_KEY");
        for (name, value) in &gate.env {
            variables = variables.with(name, value);
        }
        variables
            .with("TERRACE_ENV", self.environment)
            .with("TERRACE_RELEASE", self.release)
            .with("TERRACE_RENDERED", self.rendered)
            .with("TERRACE_WORK", self.work)
    }
}

/// Runs a gate's command to a verdict.
pub(crate) fn run(
    gate: &Gate,
    command: &[String],
    setting: &Setting<'_>,
    context: &Context<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Checked {
    let Some((name, args)) = command.split_first() else {
        return Checked::errored(Reason::NotStarted(String::from("the command is empty")));
    };
    let variables = setting.variables(gate);
    let program: PathBuf = if name.contains('/') {
        setting.folder.join(name)
    } else {
        match variables.find(name) {
            Some(program) => program,
            None => return Checked::skipped(Reason::MissingTool(name.clone())),
        }
    };
    let outcome = Command::new(program)
        .args(args)
        .environment(variables)
        .folder(setting.folder)
        .timeout(gate.timeout)
        .ladder(setting.ladder)
        .secrets(setting.secrets.clone())
        .run(context, on_line);
    match outcome {
        Ok(outcome) => judge(gate, &outcome),
        // A path of the repository is not a tool that may be absent.
        Err(ExecError::Missing { .. }) => Checked::errored(Reason::NotStarted(format!(
            "`{name}` is not an executable file of the repository"
        ))),
        Err(error) => Checked::errored(Reason::NotStarted(error.to_string())),
    }
}

fn judge(gate: &Gate, outcome: &Outcome) -> Checked {
    let log = Log::captured(&outcome.stdout, &outcome.stderr);
    let (verdict, reason) = match (outcome.stopped, outcome.exit) {
        // Its time is a part of its rule, and something that hangs is what a
        // broken environment looks like.
        (Some(Stopped::TimedOut), _) => (Verdict::Failed, Some(Reason::TimedOut(gate.timeout))),
        (Some(Stopped::Cancelled), _) => (Verdict::Errored, Some(Reason::Interrupted)),
        (None, Exit::Code(0)) => (Verdict::Passed, None),
        (None, Exit::Code(status)) => (Verdict::Failed, Some(Reason::ExitStatus(status))),
        (None, Exit::Signal(signal)) => (Verdict::Errored, Some(Reason::Signal(signal))),
    };
    let last = log.text.lines().rfind(|line| !line.trim().is_empty());
    let findings = match verdict {
        Verdict::Failed => last.map(Finding::new).into_iter().collect(),
        _ => Vec::new(),
    };
    Checked {
        verdict,
        reason,
        findings,
        log,
    }
}
