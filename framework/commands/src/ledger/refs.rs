//! Names of branches, here and there.

/// The log.
pub const LEDGER: &str = "terrace/ledger";
/// One commit per release.
pub const RELEASES: &str = "terrace/releases";

/// The environments' branches start like this.
pub(super) const ENV: &str = "env/";

/// The branch that says what an environment should run.
pub fn env_branch(env: &str) -> String {
    format!("{ENV}{env}")
}

/// Where branches are read and moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refs {
    remote: Option<String>,
    /// `refs/heads/` or that of the remote.
    below: String,
}

impl Refs {
    /// With a remote only its branches count, as they were last fetched; without
    /// one the local heads.
    pub fn new(remote: Option<&str>) -> Self {
        Self {
            below: match remote {
                Some(remote) => format!("refs/remotes/{remote}/"),
                None => String::from("refs/heads/"),
            },
            remote: remote.map(String::from),
        }
    }

    /// The remote that branches are pushed to.
    pub fn remote(&self) -> Option<&str> {
        self.remote.as_deref()
    }

    /// The full name of a branch where it is read.
    pub fn read(&self, branch: &str) -> String {
        format!("{}{branch}", self.below)
    }

    /// Where all branches are that are read.
    pub fn below(&self) -> &str {
        &self.below
    }

    /// The full name of a branch where it is moved.
    pub fn moved(branch: &str) -> String {
        format!("refs/heads/{branch}")
    }
}
