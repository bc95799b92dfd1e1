//! Names of branches, here and there.

/// The log.
pub const LEDGER: &str = "terrace/ledger";
/// One commit per release.
pub const RELEASES: &str = "terrace/releases";

/// The branch that says what an environment should run.
pub fn env_branch(env: &str) -> String {
    format!("env/{env}")
}

/// Where branches are read and moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refs {
    remote: Option<String>,
}

impl Refs {
    /// With a remote only its branches count, as they were last fetched; without
    /// one the local heads.
    pub fn new(remote: Option<&str>) -> Self {
        Self {
            remote: remote.map(String::from),
        }
    }

    /// The remote that branches are pushed to.
    pub fn remote(&self) -> Option<&str> {
        self.remote.as_deref()
    }

    /// The full name of a branch where it is read.
    pub fn read(&self, branch: &str) -> String {
        match &self.remote {
            Some(remote) => format!("refs/remotes/{remote}/{branch}"),
            None => format!("refs/heads/{branch}"),
        }
    }

    /// The full name of a branch where it is moved.
    pub fn moved(branch: &str) -> String {
        format!("refs/heads/{branch}")
    }
}
