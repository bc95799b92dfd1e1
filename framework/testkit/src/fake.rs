//! Tools that do as told and remember how they were called.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::sandbox::Sandbox;

/// A shell script in the place of a tool.
#[derive(Debug)]
pub struct FakeTool {
    /// The folder to put into `PATH`.
    pub folder: PathBuf,
    name: String,
    calls: PathBuf,
    body: String,
}

/// How a fake tool was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its arguments.
    pub args: Vec<String>,
    /// The folder it ran in.
    pub folder: String,
    /// Its variables, `NAME=value`, sorted.
    pub variables: Vec<String>,
}

impl Call {
    /// The value of a variable.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .iter()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
    }
}

impl FakeTool {
    /// A tool that prints nothing and ends with 0.
    pub fn new(sandbox: &Sandbox, name: &str) -> Self {
        let tool = Self {
            folder: sandbox.path("bin"),
            name: name.to_owned(),
            calls: sandbox.path(&format!("calls-{name}")),
            body: String::new(),
        };
        fs::create_dir_all(&tool.calls).expect("a folder");
        tool.install()
    }

    /// Prints this to standard output.
    #[must_use]
    pub fn prints(self, text: &str) -> Self {
        let quoted = text.replace('\'', "'\\''");
        self.does(&format!("printf '%s' '{quoted}'"))
    }

    /// Prints this to standard error.
    #[must_use]
    pub fn complains(self, text: &str) -> Self {
        let quoted = text.replace('\'', "'\\''");
        self.does(&format!("printf '%s' '{quoted}' >&2"))
    }

    /// Runs a line of shell.
    #[must_use]
    pub fn does(mut self, line: &str) -> Self {
        self.body.push_str(line);
        self.body.push('\n');
        self.install()
    }

    /// Ends with this status.
    #[must_use]
    pub fn exits(self, status: u8) -> Self {
        self.does(&format!("exit {status}"))
    }

    fn install(self) -> Self {
        let file = self.folder.join(&self.name);
        let calls = self.calls.display();
        let text = format!(
            "#!/bin/sh\nn=0; while ! mkdir \"{calls}/$n\" 2>/dev/null; do n=$((n+1)); done\n\
             for a in \"$@\"; do printf '%s\\0' \"$a\"; done > \"{calls}/$n/args\"\n\
             pwd > \"{calls}/$n/folder\"\nenv | sort > \"{calls}/$n/variables\"\n{}",
            self.body
        );
        // Replaced, not written over: an earlier one may still run.
        let new = self.folder.join(format!(".{}.new", self.name));
        fs::write(&new, text).expect("a script");
        fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).expect("its mode");
        fs::rename(&new, &file).expect("a script");
        self
    }

    /// Where it is.
    pub fn program(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// How it was called, in order.
    pub fn calls(&self) -> Vec<Call> {
        (0..)
            .map(|number: usize| self.calls.join(number.to_string()))
            .take_while(|call| call.exists())
            .map(|call| {
                let read = |name| fs::read_to_string(call.join(name)).unwrap_or_default();
                Call {
                    args: read("args")
                        .split_terminator('\0')
                        .map(str::to_owned)
                        .collect(),
                    folder: read("folder").trim_end().to_owned(),
                    variables: read("variables").lines().map(str::to_owned).collect(),
                }
            })
            .collect()
    }
}
