//! Addresses of remote sources, in one canonical spelling each.
//!
//! Terraform and kustomize write the same repository in different ways
//! ([`terraform`], [`kustomize`]); both become a [`Package`], so that one copy
//! serves both. The text of a package never holds credentials.

mod git;
mod http;
pub mod kustomize;
mod oci;
mod registry;
pub mod terraform;
pub(crate) mod url;

use std::fmt;

pub use git::{Git, Transport};
pub use http::{ArchiveKind, Checksum, Http, archive_of};
pub use oci::{Oci, Wanted};
pub use registry::{DEFAULT_HOST, Registry};

/// Why a text is not an address, in a sentence; never with credentials in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub why: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Whether Terraform fetches it all the same, so that it may stay as it is
    /// where nothing is vendored.
    pub foreign: bool,
}

impl Fault {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            help: None,
            foreign: false,
        }
    }

    /// Of an address that Terraform fetches and nothing here does.
    pub(crate) fn foreign(why: impl Into<String>) -> Self {
        Self {
            foreign: true,
            ..Self::new(why)
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

/// What is fetched as a whole: a repository at a ref, a file or archive, an
/// artifact, or a module of a registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Package {
    /// A git repository.
    Git(Git),
    /// A file or archive over https.
    Http(Http),
    /// An OCI artifact.
    Oci(Oci),
    /// A module of a Terraform registry.
    Registry(Registry),
}

impl Package {
    /// The host and port it is asked from; empty for a local repository.
    pub fn host(&self) -> &str {
        match self {
            Self::Git(git) => &git.host,
            Self::Http(http) => http.host(),
            Self::Oci(oci) => &oci.host,
            Self::Registry(registry) => &registry.host,
        }
    }

    /// A package by its canonical text, as it stands in `terrace.lock`.
    ///
    /// # Errors
    /// The text is not what [`fmt::Display`] gives for any package.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        match terraform::parse(text)? {
            terraform::Source::Remote(Remote { package, folder })
                if folder.is_empty() && package.to_string() == text =>
            {
                Ok(package)
            }
            _ => Err(Fault::new(format!("`{text}` is not in canonical form"))),
        }
    }

    /// A readable name for its folder, without the version of a registry's
    /// module: `github.com-org-repo-v1.2.0`.
    pub fn folder_name(&self) -> String {
        let text = match self {
            Self::Git(git) => format!(
                "{}/{}/{}",
                git.host,
                git.path.trim_end_matches(".git"),
                git.reference.as_deref().unwrap_or("HEAD")
            ),
            Self::Http(http) => format!("{}/{}", http.host(), http.path()),
            Self::Oci(oci) => format!("{}/{}/{}", oci.host, oci.repository, oci.wanted.short()),
            Self::Registry(registry) => {
                let host = match registry.host.as_str() {
                    DEFAULT_HOST => "",
                    host => host,
                };
                format!(
                    "{host}/{}/{}/{}",
                    registry.namespace, registry.name, registry.system
                )
            }
        };
        let mut name = String::with_capacity(text.len());
        for char in text.chars() {
            match char {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' => name.push(char),
                _ if name.is_empty() || name.ends_with('-') => {}
                _ => name.push('-'),
            }
        }
        name.trim_matches(['-', '.']).to_owned()
    }
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Git(git) => git.fmt(f),
            Self::Http(http) => http.fmt(f),
            Self::Oci(oci) => oci.fmt(f),
            Self::Registry(registry) => registry.fmt(f),
        }
    }
}

/// A folder of a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remote {
    /// What is fetched.
    pub package: Package,
    /// The folder of it, without slashes at the ends; empty for the whole.
    pub folder: String,
}

/// Splits `address//folder?query` into address with query, and folder
/// (go-getter, `source.go`, `SourceDirSubdir`).
pub(crate) fn split_folder(text: &str) -> Result<(String, String), Fault> {
    let (address, query) = match text.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (text, None),
    };
    let after_scheme = address.find("://").map_or(0, |at| at + 3);
    let Some(at) = address[after_scheme..].find("//") else {
        return Ok((text.to_owned(), String::new()));
    };
    let at = after_scheme + at;
    let folder = clean_folder(&address[at + 2..])?;
    let mut package = address[..at].to_owned();
    if let Some(query) = query {
        package.push('?');
        package.push_str(query);
    }
    Ok((package, folder))
}

/// A folder inside a package: no `..`, no empty parts.
pub(crate) fn clean_folder(text: &str) -> Result<String, Fault> {
    let leaves = || Fault::new(format!("the folder `{text}` leads out of its source"));
    if text.contains(['\\', '\0', '*']) || text.chars().any(char::is_control) {
        return Err(Fault::new(format!(
            "the folder `{}` holds a character that no folder of a source has",
            text.escape_debug()
        )));
    }
    terrace_source::path::resolve("", text.trim_start_matches('/')).ok_or_else(leaves)
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
