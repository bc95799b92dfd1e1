//! Getting a package, by kind.

mod connect;
mod errors;
mod file;
mod git;
mod http;
mod oci;
mod proxy;
mod registry;

use std::path::PathBuf;

use terrace_diag::Diagnostic;
use terrace_exec::{Cancel, Environment};
use terrace_git::Git;
use terrace_lock::{Entry, Package};
use terrace_release::Digest;

use crate::credentials::Keyring;
use crate::tree::Tree;
use crate::{Limits, Policy, Result, codes, refuse};
use http::Client;

/// A package as it was fetched, and what it was resolved to.
#[derive(Debug, Clone, Default)]
pub struct Fetched {
    /// Its files.
    pub tree: Tree,
    /// The one file, of a source that is a file.
    pub file: Option<String>,
    /// The version of a registry's module.
    pub version: Option<String>,
    /// Where a registry's module really came from; of an archive without the
    /// query, which may hold a signature or a token.
    pub from: Option<Package>,
    /// The folder of that which is the module.
    pub inner: String,
    /// The commit of a git repository.
    pub commit: Option<String>,
    /// The digest of an OCI manifest.
    pub manifest: Option<String>,
    /// The digest of the bytes of a file or archive.
    pub archive: Option<Digest>,
}

/// Fetches packages.
pub struct Fetcher {
    client: Client,
    policy: Policy,
    limits: Limits,
    keyring: Keyring,
    environment: Environment,
    cancel: Cancel,
    temporary: PathBuf,
}

impl Fetcher {
    /// A fetcher for one run. Proxies, certificates, credentials and what git
    /// needs are taken from `environment`; `temporary` is a folder for what git writes.
    ///
    /// # Errors
    /// The proxy or the certificates that the environment names cannot be used.
    pub fn new(
        policy: Policy,
        limits: Limits,
        environment: &Environment,
        cancel: &Cancel,
        temporary: PathBuf,
    ) -> Result<Self> {
        Ok(Self {
            client: Client::new(&policy, limits, environment, cancel)?,
            policy,
            limits,
            keyring: Keyring::new(environment, cancel, limits.stall),
            environment: environment.clone(),
            cancel: cancel.clone(),
            temporary,
        })
    }

    /// The limits it keeps to.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Fetches a package: what a pinned entry says, exactly, or what its
    /// address and version constraint mean now.
    ///
    /// # Errors
    /// Whatever keeps it from being fetched whole and as it should be.
    pub fn fetch(
        &self,
        package: &Package,
        constraint: &str,
        pinned: Option<&Entry>,
    ) -> Result<Fetched> {
        if self.cancel.is_cancelled() {
            return Err(errors::interrupted());
        }
        let fetched = match package {
            Package::Git(git) => {
                let pinned = pinned.and_then(|entry| entry.commit.as_deref());
                git::fetch(self, git, pinned)
            }
            Package::Http(http) => file::fetch(self, http, pinned),
            Package::Oci(oci) => {
                let pinned = pinned.and_then(|entry| entry.manifest.as_deref());
                oci::fetch(self, oci, pinned)
            }
            Package::Registry(registry) => registry::fetch(self, registry, constraint, pinned),
        };
        let fetched = fetched.map_err(|error| during(error, package))?;
        match pinned {
            Some(entry) => same(&fetched, entry).map_err(|error| during(error, package)),
            None => Ok(()),
        }?;
        Ok(fetched)
    }

    /// The file of trusted certificates, which not every curl below git looks
    /// for by itself; git's own variable is stronger.
    fn certificates(&self) -> Option<&str> {
        let file = self.environment.get(connect::CERTIFICATES)?.to_str()?;
        (!file.is_empty()).then_some(file)
    }

    fn git(&self) -> Result<Git> {
        Git::find(&self.environment, &self.cancel)
            .map(|git| git.with_network_timeout(self.limits.total))
            .map_err(|error| error.diagnostic())
    }
}

/// Says which source an error is about.
fn during(error: Diagnostic, package: &Package) -> Diagnostic {
    Diagnostic {
        message: format!("{package}: {}", error.message),
        ..error
    }
}

/// What a pinned fetch gives must be what was pinned.
fn same(fetched: &Fetched, entry: &Entry) -> Result<()> {
    let differs = |what: &str, wanted: &str, found: &str| {
        Err(refuse(
            &codes::MISMATCH,
            format!("{what} is {found}, terrace.lock says {wanted}"),
        )
        .help("find out who replaced it; `terrace vendor --update` would take the new one"))
    };
    let none = String::new();
    let pairs = [
        ("the commit", &entry.commit, &fetched.commit),
        ("the manifest", &entry.manifest, &fetched.manifest),
    ];
    for (what, wanted, found) in pairs {
        if let Some(wanted) = wanted
            && Some(wanted) != found.as_ref()
        {
            return differs(what, wanted, found.as_ref().unwrap_or(&none));
        }
    }
    match (entry.archive, fetched.archive) {
        (Some(wanted), Some(found)) if wanted != found => differs(
            "the sha256 of what was fetched",
            &wanted.to_string(),
            &found.to_string(),
        ),
        _ => Ok(()),
    }
}
