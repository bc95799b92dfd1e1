//! One child from start to end.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::cancel::{Cancel, Level};
use crate::capture::{Captured, Keep, Lines, Sink};
use crate::clock::Clock;
use crate::environment::Environment;
use crate::error::ExecError;
use crate::group::Group;
use crate::mailbox::Mailbox;
use crate::pump::{SharedSink, Spool, thread};
use crate::redact::Secrets;
use crate::watch::Watch;

/// What every child of a run shares.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Measures durations.
    pub clock: &'a dyn Clock,
    /// Stops the child.
    pub cancel: &'a Cancel,
}

/// How long each rung of stopping may take before the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ladder {
    /// From SIGINT to SIGTERM.
    pub interrupt: Duration,
    /// From SIGTERM to SIGKILL.
    pub terminate: Duration,
}

impl Default for Ladder {
    /// Thirty and ten seconds: terraform finishes the calls it is in and
    /// releases its state lock.
    fn default() -> Self {
        Self {
            interrupt: Duration::from_secs(30),
            terminate: Duration::from_secs(10),
        }
    }
}

/// What to do with processes that a child leaves behind in its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Leftovers {
    /// They are killed.
    #[default]
    Kill,
    /// They stay, unless the child was stopped (credential helpers of git).
    Leave,
}

/// Standard output or standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A line as it comes, without its line break, control sequences and secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Where it was printed.
    pub stream: Stream,
    /// The text; at most 64 KiB, a longer line comes in pieces.
    pub text: &'a str,
}

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with a status.
    Code(i32),
    /// By a signal.
    Signal(i32),
}

/// Why a child was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// It took longer than its time limit.
    TimedOut,
    /// The token was raised.
    Cancelled,
}

/// What became of a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended. A child that was told to stop may still end with 0.
    pub exit: Exit,
    /// Why it was told to stop, if it was.
    pub stopped: Option<Stopped>,
    /// Whether SIGKILL was needed, so that it had no chance to clean up.
    pub killed: bool,
    /// What it printed to standard output.
    pub stdout: Captured,
    /// What it printed to standard error.
    pub stderr: Captured,
    /// From start to end by the given clock.
    pub duration: Duration,
    /// Processes it left behind still held its output open.
    pub output_held: bool,
}

impl Outcome {
    /// It ended with 0 and nobody told it to stop.
    pub fn success(&self) -> bool {
        self.exit == Exit::Code(0) && self.stopped.is_none()
    }

    /// Its exit status, if it ended by itself.
    pub fn code(&self) -> Option<i32> {
        match self.exit {
            Exit::Code(code) => Some(code),
            Exit::Signal(_) => None,
        }
    }

    /// How it ended, in words: `exit status 2`, `timed out`, `signal 9`.
    pub fn describe(&self) -> String {
        match (self.stopped, self.exit) {
            (Some(Stopped::TimedOut), _) => String::from("timed out"),
            (Some(Stopped::Cancelled), _) => String::from("interrupted"),
            (None, Exit::Code(code)) => format!("exit status {code}"),
            (None, Exit::Signal(signal)) => format!("killed by signal {signal}"),
        }
    }
}

/// A program with everything it gets.
#[derive(Debug, Clone)]
pub struct Command {
    program: PathBuf,
    args: Vec<OsString>,
    environment: Environment,
    folder: Option<PathBuf>,
    stdin: Option<Arc<[u8]>>,
    timeout: Option<Duration>,
    pub(crate) ladder: Ladder,
    pub(crate) leftovers: Leftovers,
    spool: Option<PathBuf>,
    keep: Keep,
    raw: bool,
    secrets: Secrets,
}

impl Command {
    /// A program by its path: no lookup, an empty environment, no input, no
    /// time limit.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            environment: Environment::new(),
            folder: None,
            stdin: None,
            timeout: None,
            ladder: Ladder::default(),
            leftovers: Leftovers::default(),
            spool: None,
            keep: Keep::default(),
            raw: false,
            secrets: Secrets::default(),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// The whole environment.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// The folder it runs in.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// What it reads from standard input; without, its input is empty.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// How long it may take.
    #[must_use]
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// How it is stopped.
    #[must_use]
    pub fn ladder(mut self, ladder: Ladder) -> Self {
        self.ladder = ladder;
        self
    }

    /// What happens to the processes it leaves behind.
    #[must_use]
    pub fn leftovers(mut self, leftovers: Leftovers) -> Self {
        self.leftovers = leftovers;
        self
    }

    /// It writes to the files `stdout` and `stderr` of this folder instead of
    /// pipes, so that it can finish what it does if this process is killed (a
    /// Go program, as terraform, dies of a pipe without a reader, its state
    /// unsaved). They are read while it runs, replaced by the next run, and
    /// hold what it printed as it is.
    #[must_use]
    pub fn spool(mut self, folder: impl Into<PathBuf>) -> Self {
        self.spool = Some(folder.into());
        self
    }

    /// How much of its output is kept.
    #[must_use]
    pub fn keep(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// Standard output is data: kept byte for byte up to `limit`, not redacted,
    /// not handed over in lines. Standard error stays text.
    #[must_use]
    pub fn data(mut self, limit: usize) -> Self {
        self.keep = Keep::up_to(limit);
        self.raw = true;
        self
    }

    /// What must not show in its output.
    #[must_use]
    pub fn secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
        self
    }

    /// The program's path.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// It could not be started, or did not end even after SIGKILL.
    pub fn run(
        &self,
        context: &Context<'_>,
        on_line: &mut dyn FnMut(Line<'_>),
    ) -> Result<Outcome, ExecError> {
        self.start(context, Some(on_line))
    }

    /// Runs it to its end; nobody looks at its lines.
    ///
    /// # Errors
    /// As [`Command::run`].
    pub fn run_quietly(&self, context: &Context<'_>) -> Result<Outcome, ExecError> {
        self.start(context, None)
    }

    fn start(
        &self,
        context: &Context<'_>,
        on_line: Option<&mut dyn FnMut(Line<'_>)>,
    ) -> Result<Outcome, ExecError> {
        let started = context.clock.now();
        let mailbox = Arc::new(Mailbox::new(2));
        context.cancel.subscribe(&mailbox);
        let spools = self.spools().map_err(|source| self.start_error(source))?;
        let mut child = self.spawn(spools.as_ref())?;
        let Some(group) = Group::of(&child) else {
            return Err(self.start_error(io::Error::other("no process id")));
        };
        let shown = on_line.is_some();
        let threads = self.attach(&mut child, spools, group, &mailbox, shown);
        let sinks = match threads {
            Ok(sinks) => sinks,
            Err(source) => {
                group.signal(Signal::KILL);
                // Reaped so that no zombie stays; the first error counts.
                let _ = child.wait();
                return Err(self.start_error(source));
            }
        };
        let mut watch = Watch {
            command: self,
            group,
            mailbox: &mailbox,
            cancel: context.cancel,
            on_line,
            deadline: self.timeout.map(|timeout| Instant::now() + timeout),
            rung: Level::None,
            stopped: None,
        };
        let ended = watch.until_exit();
        let output_held = ended && !watch.until_end_of_output();
        let (stopped, rung) = (watch.stopped, watch.rung);
        mailbox.close();
        if !ended {
            return Err(ExecError::Stuck {
                program: self.program.clone(),
                pid: group.id(),
            });
        }
        let status = child.wait().map_err(|source| self.start_error(source))?;
        let [stdout, stderr] = sinks.map(|sink| sink.take());
        Ok(Outcome {
            exit: exit(status),
            stopped,
            killed: rung == Level::Kill,
            stdout,
            stderr,
            duration: context.clock.now().saturating_sub(started),
            output_held,
        })
    }

    fn start_error(&self, source: io::Error) -> ExecError {
        let missing = matches!(
            source.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied
        ) && !crate::environment::is_executable(&self.program);
        if missing {
            ExecError::Missing {
                program: self.program.clone(),
            }
        } else {
            ExecError::Start {
                program: self.program.clone(),
                source,
            }
        }
    }

    fn spools(&self) -> io::Result<Option<[Spool; 2]>> {
        match &self.spool {
            None => Ok(None),
            Some(folder) => Ok(Some([
                Spool::create(&folder.join("stdout"))?,
                Spool::create(&folder.join("stderr"))?,
            ])),
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that starts programs"
    )]
    fn spawn(&self, spools: Option<&[Spool; 2]>) -> Result<Child, ExecError> {
        let [stdout, stderr] = match spools {
            None => [Stdio::piped(), Stdio::piped()],
            Some([stdout, stderr]) => [stdout, stderr].map(|spool| {
                // Without another handle, what it prints is lost and it runs.
                spool
                    .write
                    .try_clone()
                    .map_or_else(|_| Stdio::null(), Stdio::from)
            }),
        };
        let mut command = std::process::Command::new(&self.program);
        command
            .args(&self.args)
            .env_clear()
            .envs(self.environment.iter())
            .stdin(if self.stdin.is_some() {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stdout(stdout)
            .stderr(stderr)
            .process_group(0);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        let mut tries = 0;
        loop {
            match command.spawn() {
                // A script that was just written may still be open for writing
                // in a process that another thread is about to start.
                Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy && tries < 50 => {
                    tries += 1;
                    std::thread::sleep(Duration::from_millis(10));
                }
                result => return result.map_err(|source| self.start_error(source)),
            }
        }
    }

    /// Starts the threads around a child. They are not joined: one that waits
    /// for a pipe which a stray process holds open must not hold us.
    fn attach(
        &self,
        child: &mut Child,
        spools: Option<[Spool; 2]>,
        group: Group,
        mailbox: &Arc<Mailbox>,
        shown: bool,
    ) -> io::Result<[SharedSink; 2]> {
        let lines = |stream| shown.then(|| Lines::new(stream, Arc::clone(mailbox)));
        let stdout = if self.raw {
            Sink::new(self.keep, None, None)
        } else {
            Sink::new(self.keep, Some(&self.secrets), lines(Stream::Stdout))
        };
        let stderr_keep = if self.raw { Keep::default() } else { self.keep };
        let stderr = Sink::new(stderr_keep, Some(&self.secrets), lines(Stream::Stderr));
        let sinks = [SharedSink::new(stdout), SharedSink::new(stderr)];
        if let Some([stdout, stderr]) = spools {
            sinks[0].fill_from(stdout.into_reader(mailbox), mailbox)?;
            sinks[1].fill_from(stderr.into_reader(mailbox), mailbox)?;
        }
        if let Some(pipe) = child.stdout.take() {
            sinks[0].fill_from(pipe, mailbox)?;
        }
        if let Some(pipe) = child.stderr.take() {
            sinks[1].fill_from(pipe, mailbox)?;
        }
        if let (Some(mut pipe), Some(bytes)) = (child.stdin.take(), self.stdin.clone()) {
            thread(move || {
                // A child that does not read its input to the end is free to.
                let _ = pipe.write_all(&bytes);
            })?;
        }
        let mailbox = Arc::clone(mailbox);
        thread(move || {
            group.wait();
            mailbox.exited();
        })
        .map(|()| sinks)
    }
}

fn exit(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::Code(-1),
    }
}

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
