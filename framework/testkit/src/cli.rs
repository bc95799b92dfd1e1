//! Running the real binary in a sandbox.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use terrace_exec::{Cancel, Command, Context, Environment, Frozen, Keep};

use crate::fake::FakeTool;
use crate::normalise::Normaliser;
use crate::sandbox::Sandbox;

/// The binary with its setting.
#[derive(Debug, Clone)]
pub struct Cli {
    pub(crate) program: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) variables: Environment,
    /// None where outputs are wanted as they are.
    normaliser: Option<Normaliser>,
}

/// What a run gave, normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The exit status; 128 and the signal if it was killed.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            stdout,
            stderr,
        } = self;
        write!(f, "exit {code}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}

impl Ran {
    /// Standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }
}

impl Cli {
    /// The binary, run in the sandbox's project with its variables.
    pub fn new(program: impl Into<PathBuf>, sandbox: &Sandbox) -> Self {
        Self {
            program: program.into(),
            folder: sandbox.project(),
            variables: sandbox.variables(),
            normaliser: Some(
                Normaliser::new()
                    .path(&sandbox.project(), "[PROJECT]")
                    .path(&sandbox.path("home"), "[HOME]")
                    .path(&sandbox.path(""), "[SANDBOX]/"),
            ),
        }
    }

    /// With outputs as they are, not normalised.
    #[must_use]
    pub fn raw(mut self) -> Self {
        self.normaliser = None;
        self
    }

    /// With a fake tool before all others in `PATH`.
    #[must_use]
    pub fn tool(mut self, tool: &FakeTool) -> Self {
        let mut path = tool.folder.clone().into_os_string();
        path.push(":");
        path.push(self.variables.get("PATH").unwrap_or_default());
        self.variables = self.variables.with("PATH", path);
        self
    }

    /// With a variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables = self.variables.with(name, value);
        self
    }

    /// In another folder of the project.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// Runs it with these arguments, at most two minutes.
    pub fn run<A: AsRef<str>>(&self, args: impl IntoIterator<Item = A>) -> Ran {
        let args: Vec<String> = args
            .into_iter()
            .map(|arg| arg.as_ref().to_owned())
            .collect();
        let context = Context {
            clock: &Frozen::default(),
            cancel: &Cancel::new(),
        };
        let outcome = Command::new(&self.program)
            .args(&args)
            .environment(self.variables.clone())
            .folder(&self.folder)
            .timeout(Duration::from_secs(120))
            .keep(Keep::up_to(64 << 20))
            .run_quietly(&context)
            .unwrap_or_else(|error| panic!("{}: {error}", self.program.display()));
        assert!(outcome.stopped.is_none(), "{args:?} {}", outcome.describe());
        Ran {
            code: match outcome.exit {
                terrace_exec::Exit::Code(code) => code,
                terrace_exec::Exit::Signal(signal) => 128 + signal,
            },
            stdout: self.normalised(outcome.stdout.text().into_owned()),
            stderr: self.normalised(outcome.stderr.text().into_owned()),
        }
    }

    /// An output as it is to be compared.
    pub(crate) fn normalised(&self, text: String) -> String {
        match &self.normaliser {
            Some(normaliser) => normaliser.apply(&text),
            None => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_with_fake_tools() {
        let sandbox = Sandbox::new("-- a --\n");
        let fake = FakeTool::new(&sandbox, "tflint")
            .prints("it's fine\n")
            .complains("warned\n")
            .exits(3);
        let cli = Cli::new("/bin/sh", &sandbox)
            .tool(&fake)
            .variable("EXTRA", "x y");
        let ran = cli.run([
            "-c",
            "tflint --format json 'two words'; echo $? $PWD $HOME >&2",
        ]);
        assert_eq!(
            ran,
            Ran {
                code: 0,
                stdout: "it's fine\n".into(),
                stderr: "warned\n3 [PROJECT] [HOME]\n".into(),
            }
        );
        let calls = fake.calls();
        assert_eq!(calls.len(), 1);
        assert_eq!(calls[0].args, ["--format", "json", "two words"]);
        assert_eq!(calls[0].folder, sandbox.project().display().to_string());
        assert_eq!(calls[0].variable("EXTRA"), Some("x y"));
        assert_eq!(cli.run(["-c", "kill -9 $$"]).code, 137);
    }
}
