//! Git repositories.

use std::fmt;

use super::Fault;
use super::url::{Url, encode, refuse_credentials};

/// How a repository is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transport {
    /// `https://`
    Https,
    /// `http://`, only where the policy says so.
    Http,
    /// `ssh://`
    Ssh,
    /// `file://`, only where the policy says so.
    File,
}

impl Transport {
    /// The scheme of its URLs.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
            Self::Ssh => "ssh",
            Self::File => "file",
        }
    }

    pub(crate) fn parse(scheme: &str) -> Option<Self> {
        [Self::Https, Self::Http, Self::Ssh, Self::File]
            .into_iter()
            .find(|transport| transport.scheme() == scheme)
    }
}

/// A repository at a ref.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Git {
    /// Host and port; empty for a local repository.
    pub host: String,
    /// Path of the repository on the host, without the leading slash.
    pub path: String,
    /// Branch, tag or commit; none: the remote's HEAD.
    pub reference: Option<String>,
    /// How it is reached.
    pub transport: Transport,
    /// The user of ssh.
    pub user: Option<String>,
}

impl Git {
    /// From a URL without `git::` and without `//folder`.
    pub(crate) fn from_url(mut url: Url, ignored: &[&str]) -> Result<Self, Fault> {
        let Some(transport) = Transport::parse(&url.scheme) else {
            return Err(
                Fault::new(format!("git over `{}` is not supported", url.scheme))
                    .help("use https, ssh, or a repository that is reached by one of them"),
            );
        };
        refuse_credentials(&url)?;
        if url.take("sshkey").is_some() {
            return Err(Fault::new("an address must not hold an ssh key")
                .help("take `sshkey` out and use an ssh agent; revoke a key that was committed"));
        }
        let version = url.take("version");
        let reference = url.take("ref").or(version);
        for name in ignored {
            url.take(name);
        }
        if let Some((name, _)) = url.query.first() {
            return Err(Fault::new(format!(
                "a git address has no parameter `{}`",
                name.escape_debug()
            ))
            .help("`ref` is the one that is understood"));
        }
        if let Some(reference) = &reference {
            check_reference(reference)?;
        }
        let path = url.path.trim_end_matches('/').to_owned();
        let bad_path = path.is_empty()
            || path.starts_with('-')
            || path.split('/').any(|part| part == ".." || part == ".");
        if bad_path {
            return Err(Fault::new(format!(
                "`{}` is not the path of a repository",
                path.escape_debug()
            )));
        }
        // GitHub takes both spellings for one repository.
        let path = match url.host.as_str() {
            "github.com" if !path.ends_with(".git") => format!("{path}.git"),
            _ => path,
        };
        let user = match transport {
            Transport::Ssh => url.user.filter(|user| !user.is_empty()),
            _ => None,
        };
        if user.as_deref().is_some_and(|user| !is_word(user)) {
            return Err(Fault::new("the user of the address cannot be read"));
        }
        Ok(Self {
            host: url.host,
            path,
            reference,
            transport,
            user,
        })
    }

    /// The URL that git is given.
    pub fn url(&self) -> String {
        let user = match &self.user {
            Some(user) => format!("{user}@"),
            None => String::new(),
        };
        format!(
            "{}://{user}{}/{}",
            self.transport.scheme(),
            self.host,
            self.path
        )
    }
}

/// A ref must not look like an option, a revision expression or a refspec
/// (git-check-ref-format).
fn check_reference(reference: &str) -> Result<(), Fault> {
    let bad = reference.starts_with(['-', '/', '.'])
        || reference.ends_with(['/', '.'])
        || reference.contains("..")
        || reference.contains("//")
        || reference.contains("@{")
        || reference.len() > 250
        || reference
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || "~^:?*[\\'\"`$;&|<>(){}!".contains(c));
    if bad {
        return Err(Fault::new(format!(
            "`{}` is not a branch, tag or commit",
            reference.escape_debug()
        )));
    }
    Ok(())
}

fn is_word(text: &str) -> bool {
    !text.starts_with('-')
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

impl fmt::Display for Git {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "git::{}", self.url())?;
        match &self.reference {
            Some(reference) => write!(f, "?ref={}", encode(reference)),
            None => Ok(()),
        }
    }
}
