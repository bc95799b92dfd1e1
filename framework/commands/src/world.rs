//! What a command knows of the world it runs in.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use terrace_diag::Diagnostic;
use terrace_exec::{Cancel, Environment};
use terrace_git::{Git, GitError, Repository};

use crate::tree::DiskTree;

/// A line of talk while a command works.
pub type Talk<'a> = &'a (dyn Fn(&str) + Sync);

/// Where lines come from.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// A person types.
    Terminal,
    /// Everything at once, or nobody is there.
    #[default]
    Pipe,
}

/// What a command knows of the world. Read once, by the command line.
#[derive(Clone)]
pub struct World {
    /// Where the command was started.
    pub cwd: PathBuf,
    /// The process environment.
    pub env: Environment,
    /// Raised by Ctrl-C.
    pub cancel: Cancel,
    /// Tells the time.
    pub now: fn() -> SystemTime,
    /// `--chdir` or `--repo`: where to look for terrace.hcl instead of `cwd`.
    pub repository: Option<PathBuf>,
}

impl World {
    /// The repository: the nearest folder upwards with a terrace.hcl.
    ///
    /// # Errors
    /// There is none.
    pub fn root(&self) -> Result<PathBuf, Diagnostic> {
        let start = match &self.repository {
            Some(folder) => self.cwd.join(folder),
            None => self.cwd.clone(),
        };
        start
            .ancestors()
            .find(|folder| folder.join(terrace_platform::config::FILE).is_file())
            .map(Path::to_path_buf)
            .ok_or_else(|| {
                Diagnostic::error(
                    &terrace_platform::codes::NO_PLATFORM,
                    format!("there is no terrace.hcl in {} or above it", start.display()),
                )
                .help("`terrace init DIR` makes a platform repository")
            })
    }

    /// The working copy.
    ///
    /// # Errors
    /// There is no repository.
    pub fn tree(&self) -> Result<DiskTree, Diagnostic> {
        self.root().map(DiskTree::new)
    }

    /// A variable of the environment, if it is set and not empty.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env
            .get(name)
            .and_then(|value| value.to_str())
            .filter(|value| !value.is_empty())
    }

    /// The git repository around the platform.
    ///
    /// # Errors
    /// There is no git, or no repository.
    pub fn git(&self, root: &Path) -> Result<Repository, GitError> {
        Git::open(&self.env, &self.cancel, root)
    }
}
