//! The git program: which one, with what environment and settings.

use std::fmt;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use terrace_exec::{
    Cancel, Command, Context, Environment, ExecError, Frozen, Leftovers, Outcome, Stopped,
};

use crate::error::GitError;
use crate::repository::Repository;

/// A version of git.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32, pub u32);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// The oldest version that has all we use (`update-ref --stdin` with
/// transactions 2.27, `fetch --no-write-fetch-head` 2.29, and the fixes after).
pub const MINIMUM: Version = Version(2, 30, 0);

/// Variables that git, its helpers and its transports need. The ones that
/// would point it at another repository, index or object store (`GIT_DIR`, …,
/// set inside hooks) are not among them.
const KEPT: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "TMPDIR",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR",
    "SSH_AUTH_SOCK",
    "SSH_AGENT_PID",
    "SSH_ASKPASS",
    "DISPLAY",
    "EMAIL",
    "GNUPGHOME",
    "GIT_ASKPASS",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_PROXY_COMMAND",
    "GIT_EXEC_PATH",
    // GitHub's own credential helper (`gh auth git-credential`) and its kin.
    "GH_TOKEN",
    "GH_ENTERPRISE_TOKEN",
    "GITHUB_TOKEN",
    "GITHUB_ENTERPRISE_TOKEN",
    "GH_CONFIG_DIR",
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_EMAIL",
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
];
/// Variables of proxies (curl).
const PROXIES: &[&str] = &[
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
];

const KEPT_PREFIXES: &[&str] = &["GIT_CONFIG_", "GIT_SSL_", "GIT_HTTP_", "GIT_CURL_", "GCM_"];

/// Settings of every call.
const SETTINGS: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "core.fsmonitor=false",
    "core.fsync=committed",
    // One flush for all objects of a call: a commit of two hundred files waits
    // for the disk once.
    "core.fsyncMethod=batch",
    // Wait for a lock that another process holds for a moment.
    "core.filesRefLockTimeout=2000",
    "core.packedRefsTimeout=2000",
    "gc.auto=0",
    "maintenance.auto=false",
    "color.ui=false",
    "advice.detachedHead=false",
    "push.gpgSign=false",
    "push.followTags=false",
    "push.recurseSubmodules=no",
    "fetch.recurseSubmodules=no",
    "fetch.writeCommitGraph=false",
    "i18n.logOutputEncoding=UTF-8",
    "log.showSignature=false",
];

/// How much one call may print.
const LARGEST: usize = 4 << 30;

/// The git program. Clones are cheap enough to keep one in each repository.
#[derive(Debug, Clone)]
pub struct Git {
    program: PathBuf,
    environment: Environment,
    cancel: Cancel,
    network_timeout: Duration,
    version: Version,
}

impl Git {
    /// The same git, asking over http through this proxy or, without one,
    /// directly, whatever its environment says.
    #[must_use]
    pub fn with_proxy(mut self, proxy: Option<&str>) -> Self {
        let mut environment = self.environment;
        for name in PROXIES {
            environment = environment.without(name);
        }
        self.environment = match proxy {
            Some(proxy) => environment
                .with("http_proxy", proxy)
                .with("https_proxy", proxy),
            None => environment.with("no_proxy", "*"),
        };
        self
    }

    /// The git in `PATH` of `environment`, if it is new enough.
    ///
    /// # Errors
    /// There is none, or it is older than [`MINIMUM`].
    pub fn find(environment: &Environment, cancel: &Cancel) -> Result<Self, GitError> {
        let mut git = Self::program(environment, cancel)?;
        git.version = git.ask_version()?;
        Ok(git)
    }

    /// Both at once: the git of [`Git::find`], and the repository at or above
    /// `folder`.
    ///
    /// # Errors
    /// As [`Git::find`] and [`Git::discover`].
    pub fn open(
        environment: &Environment,
        cancel: &Cancel,
        folder: &Path,
    ) -> Result<Repository, GitError> {
        let mut git = Self::program(environment, cancel)?;
        let (version, repository) = std::thread::scope(|scope| {
            let version = scope.spawn(|| git.ask_version());
            let repository = git.discover(folder);
            let version = version.join();
            (
                version.unwrap_or_else(|panic| resume_unwind(panic)),
                repository,
            )
        });
        git.version = version?;
        Ok(repository?.with_git(git))
    }

    fn program(environment: &Environment, cancel: &Cancel) -> Result<Self, GitError> {
        let program = environment.find("git").ok_or_else(|| ExecError::Missing {
            program: PathBuf::from("git"),
        })?;
        let mut kept = environment
            .only(&[KEPT, PROXIES].concat(), KEPT_PREFIXES)
            .with("LC_ALL", "C")
            .with("GIT_TERMINAL_PROMPT", "0")
            .with("GIT_OPTIONAL_LOCKS", "0")
            // What a clone puts in the place of objects or parents is not what
            // others see, nor what their digests name.
            .with("GIT_NO_REPLACE_OBJECTS", "1")
            .with("GIT_GRAFT_FILE", "/dev/null");
        if !kept.is_set("SSH_ASKPASS") {
            // A child in a group of its own that asks on the terminal would be
            // stopped by the kernel; so that ssh fails at once instead.
            kept = kept
                .with("SSH_ASKPASS", "/bin/false")
                .with("SSH_ASKPASS_REQUIRE", "force");
        }
        Ok(Self {
            program,
            environment: kept,
            cancel: cancel.clone(),
            network_timeout: Duration::from_secs(300),
            version: MINIMUM,
        })
    }

    fn ask_version(&self) -> Result<Version, GitError> {
        let output = self.call(None, &["version"]).text()?;
        let version = parse_version(&output).ok_or_else(|| GitError::Unexpected {
            command: String::from("git version"),
            detail: output.clone(),
        })?;
        match version < MINIMUM {
            true => Err(GitError::TooOld { found: version }),
            false => Ok(version),
        }
    }

    /// Its version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// How long a fetch or push may take; five minutes unless set.
    #[must_use]
    pub fn with_network_timeout(mut self, timeout: Duration) -> Self {
        self.network_timeout = timeout;
        self
    }

    pub(crate) fn call<'a>(&'a self, place: Option<Place<'a>>, args: &[&str]) -> Call<'a> {
        Call {
            git: self,
            place,
            args: args.iter().map(ToString::to_string).collect(),
            stdin: None,
            network: false,
        }
    }
}

/// Where a call runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// In a folder, where git looks for the repository itself.
    Folder(&'a Path),
    /// On a repository, with its working folder if the call needs it.
    Repository {
        git_dir: &'a Path,
        work: Option<&'a Path>,
    },
}

/// One call being put together.
pub(crate) struct Call<'a> {
    git: &'a Git,
    place: Option<Place<'a>>,
    args: Vec<String>,
    stdin: Option<Vec<u8>>,
    network: bool,
}

impl Call<'_> {
    pub(crate) fn args<S: Into<String>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    pub(crate) fn stdin(mut self, bytes: Vec<u8>) -> Self {
        self.stdin = Some(bytes);
        self
    }

    pub(crate) fn network(mut self) -> Self {
        self.network = true;
        self
    }

    /// As it is shown in messages.
    pub(crate) fn shown(&self) -> String {
        let mut text = String::from("git");
        for arg in self.args.iter().take(4) {
            text.push(' ');
            text.extend(arg.chars().take(60));
        }
        if self.args.len() > 4 {
            text.push_str(" …");
        }
        text
    }

    /// Runs it; ending with an error is an outcome.
    pub(crate) fn outcome(&self) -> Result<Outcome, GitError> {
        let git = self.git;
        let mut command = Command::new(&git.program)
            .environment(git.environment.clone())
            .leftovers(Leftovers::Leave)
            .data(LARGEST)
            .args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        match self.place {
            Some(Place::Folder(folder)) => command = command.folder(folder),
            Some(Place::Repository { git_dir, work }) => {
                command = command.arg("--git-dir").arg(git_dir);
                if let Some(work) = work {
                    command = command.arg("--work-tree").arg(work).folder(work);
                }
            }
            None => {}
        }
        command = command.args(&self.args);
        if let Some(bytes) = &self.stdin {
            command = command.stdin(bytes.as_slice());
        }
        if self.network {
            command = command.timeout(git.network_timeout);
        }
        let context = Context {
            clock: &Frozen::default(),
            cancel: &git.cancel,
        };
        let outcome = command.run_quietly(&context)?;
        match outcome.stopped {
            Some(Stopped::Cancelled) => Err(GitError::Interrupted {
                command: self.shown(),
            }),
            Some(Stopped::TimedOut) => Err(GitError::TimedOut {
                command: self.shown(),
            }),
            None => Ok(outcome),
        }
    }

    pub(crate) fn failed(&self, outcome: &Outcome) -> GitError {
        GitError::Failed {
            command: self.shown(),
            how: outcome.describe(),
            stderr: outcome.stderr.text().into_owned(),
        }
    }

    pub(crate) fn unexpected(&self, detail: impl Into<String>) -> GitError {
        GitError::Unexpected {
            command: self.shown(),
            detail: detail.into(),
        }
    }

    /// Runs it to success; what it printed.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, GitError> {
        let outcome = self.outcome()?;
        if !outcome.success() {
            return Err(self.failed(&outcome));
        }
        outcome
            .stdout
            .into_bytes()
            .ok_or_else(|| self.unexpected("more than 4 GiB"))
    }

    /// Runs it to success; what it printed, as text without surrounding space.
    pub(crate) fn text(&self) -> Result<String, GitError> {
        let bytes = self.bytes()?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(text.trim().to_owned()),
            Err(_) => Err(self.unexpected("not UTF-8")),
        }
    }

    /// Runs it; its output on success, `None` when it ended with `status`.
    pub(crate) fn text_unless(&self, status: i32) -> Result<Option<String>, GitError> {
        let outcome = self.outcome()?;
        if outcome.code() == Some(status) {
            return Ok(None);
        }
        if !outcome.success() {
            return Err(self.failed(&outcome));
        }
        Ok(Some(outcome.stdout.text().trim().to_owned()))
    }
}

fn parse_version(output: &str) -> Option<Version> {
    let number = output.strip_prefix("git version ")?.split(' ').next()?;
    let mut parts = number.split('.').map(|part| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    let major = parts.next()??;
    let minor = parts.next()??;
    let patch = parts.next().flatten().unwrap_or(0);
    Some(Version(major, minor, patch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions_of_every_vendor() {
        for (text, version) in [
            ("git version 2.39.5", Version(2, 39, 5)),
            ("git version 2.39.3 (Apple Git-146)", Version(2, 39, 3)),
            ("git version 2.45.1.windows.1", Version(2, 45, 1)),
            ("git version 2.48.0-rc1", Version(2, 48, 0)),
            ("git version 2.50", Version(2, 50, 0)),
        ] {
            assert_eq!(parse_version(text), Some(version), "{text}");
        }
        assert_eq!(parse_version("hub version 2"), None);
        assert!(Version(2, 9, 5) < MINIMUM);
    }
}
