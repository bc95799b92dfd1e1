//! What a host is asked with: the credentials that the tools of the field have
//! for it, by the files and variables that those tools read.
//!
//! They are looked up by the host that is asked and by nothing a server says.
//! The client sends them to that host only, see `fetch::http`.

mod docker;
mod netrc;
mod terraform;

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use terrace_exec::{Cancel, Environment};

use crate::url::split_port;

pub(crate) use docker::Login;

/// A value that is sent and never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// For a header or a form, not for people.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The value of an `Authorization` header with a token (RFC 6750); `None`
    /// if it holds what no header may.
    pub(crate) fn bearer(token: &str) -> Option<Self> {
        let fine = !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic());
        fine.then(|| Self(format!("Bearer {token}")))
    }

    /// The value of an `Authorization` header with a name and a password
    /// (RFC 7617).
    pub(crate) fn basic(user: &str, password: &Secret) -> Self {
        let pair = STANDARD.encode(format!("{user}:{}", password.0));
        Self(format!("Basic {pair}"))
    }
}

/// What a request is sent with, and what to do if that is not enough.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    /// The `Authorization` header.
    pub(crate) authorization: Option<Secret>,
    /// The help of a refusal.
    pub(crate) help: String,
}

impl Access {
    pub(crate) fn anonymous(help: impl Into<String>) -> Self {
        Self {
            authorization: None,
            help: help.into(),
        }
    }

    fn with(authorization: Secret, from: &str) -> Self {
        Self {
            authorization: Some(authorization),
            help: format!("the credentials of {from} are not enough for it"),
        }
    }
}

/// Why credentials that are there cannot be used. Holds no secret.
type Problem = String;

/// The credentials of the user whose environment this is.
#[derive(Debug, Clone)]
pub(crate) struct Keyring {
    environment: Environment,
    cancel: Cancel,
    /// How long a program of credentials may take.
    patience: Duration,
}

impl Keyring {
    pub(crate) fn new(environment: &Environment, cancel: &Cancel, patience: Duration) -> Self {
        Self {
            environment: environment.clone(),
            cancel: cancel.clone(),
            patience,
        }
    }

    /// For a registry of modules: what Terraform has for the host.
    pub(crate) fn registry(&self, host: &str) -> Access {
        match terraform::token(&self.environment, host) {
            Ok(Some((token, from))) => match Secret::bearer(&token) {
                Some(secret) => Access::with(secret, &from),
                None => Access::anonymous(format!(
                    "the token of {from} is not sent: it is empty or holds blanks"
                )),
            },
            Ok(None) => Access::anonymous(format!(
                "if it is not public: set {}, or log in with `terraform login {host}`",
                terraform::variable(host)
            )),
            Err(problem) => Access::anonymous(problem),
        }
    }

    /// For a file or archive: what `.netrc` has for the host.
    pub(crate) fn file(&self, host: &str) -> Access {
        match netrc::login(&self.environment, host) {
            Ok(Some((user, password, from))) => {
                Access::with(Secret::basic(&user, &password), &from)
            }
            Ok(None) => Access::anonymous(format!(
                "if it is not public: add a `machine {}` with its login and password to ~/.netrc",
                split_port(host).0
            )),
            Err(problem) => Access::anonymous(problem),
        }
    }

    /// For an OCI registry: what Docker has for the host or the repository,
    /// and the help of a refusal.
    pub(crate) fn oci(&self, host: &str, repository: &str) -> (Option<Login>, String) {
        match docker::login(self, host, repository) {
            Ok(Some((login, from))) => (
                Some(login),
                format!("the credentials of {from} are not enough for it"),
            ),
            Ok(None) => (
                None,
                format!("if it is not public: log in with `docker login {host}`"),
            ),
            Err(problem) => (None, problem),
        }
    }
}

/// Larger files hold no credentials.
const MAX_FILE: u64 = 1 << 20;

/// A file of the user's; `None` if there is none.
fn read(path: &Path) -> Result<Option<String>, Problem> {
    let problem = |why: String| format!("{}: {why}", path.display());
    match path.metadata() {
        Ok(metadata) if metadata.len() > MAX_FILE => {
            return Err(problem(String::from("it is too large")));
        }
        Ok(metadata) if metadata.is_dir() => return Ok(None),
        _ => {}
    }
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(problem(error.to_string())),
    }
}

/// A file that a variable names, if it is set.
fn named_by(environment: &Environment, variable: &str) -> Option<PathBuf> {
    let value = environment.get(variable)?;
    (!value.is_empty()).then(|| PathBuf::from(value))
}

/// A path in the user's home folder.
fn in_home(environment: &Environment, path: &str) -> Option<PathBuf> {
    named_by(environment, "HOME").map(|home| home.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show() {
        let secret = Secret::basic("user", &Secret::new("hunter2"));
        assert_eq!(secret.expose(), "Basic dXNlcjpodW50ZXIy");
        let access = Access::with(secret, "a file");
        let shown = format!("{access:?}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("dXNl"),
            "{shown}"
        );
        for bad in ["", "a b", "a\r\nx: y", "ä"] {
            assert_eq!(Secret::bearer(bad), None, "{bad:?}");
        }
    }
}
