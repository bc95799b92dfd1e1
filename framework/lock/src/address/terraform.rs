//! Addresses as Terraform and OpenTofu write them in `source`.
//!
//! Order and forms: Terraform `internal/addrs/module_source.go` and go-getter's
//! detectors; `oci://` is OpenTofu's.

use super::url::Url;
use super::{Fault, Git, Http, Oci, Package, Registry, Remote, split_folder};

/// What a module's `source` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A path (`./…`, `../…`).
    Local,
    /// Something remote.
    Remote(Remote),
}

/// Reads a `source`.
///
/// # Errors
/// The text is no address, or one of a kind that is not fetched.
pub fn parse(text: &str) -> Result<Source, Fault> {
    let local = ["./", "../", ".\\", "..\\"];
    if local.iter().any(|start| text.starts_with(start)) || text == "." || text == ".." {
        return Ok(Source::Local);
    }
    if text.len() > 2048 {
        return Err(Fault::new("the address is longer than 2048 characters"));
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) || text.is_empty() {
        return Err(Fault::new(
            "it is not an address: it is empty, or holds a blank or control character",
        ));
    }
    if let Some(rest) = text.strip_prefix("oci://") {
        let (oci, folder) = Oci::parse(rest)?;
        return Ok(remote(Package::Oci(oci), folder));
    }
    let (package, folder) = split_folder(text)?;
    if let Some(registry) = Registry::parse(&package) {
        return Ok(remote(Package::Registry(registry), folder));
    }
    getter(&package).map(|package| remote(package, folder))
}

/// What go-getter fetches: everything that no registry serves.
fn getter(text: &str) -> Result<Package, Fault> {
    if let Some((forced, rest)) = text.split_once("::")
        && forced.bytes().all(|b| b.is_ascii_alphanumeric())
    {
        return match forced {
            "git" => git(rest).map(Package::Git),
            "http" | "https" => Url::parse(rest).and_then(Http::from_url).map(Package::Http),
            "hg" | "s3" | "gcs" => bucket(rest, &format!("`{forced}::`")),
            _ => Err(Fault::new(format!("`{forced}::` sources are not fetched")).help(INSTEAD)),
        };
    }
    let host = text.split(['/', ':']).next().unwrap_or_default();
    match host {
        "github.com" | "bitbucket.org" if !text.contains("://") => {
            let parts = text.split('?').next().unwrap_or_default();
            let parts: Vec<&str> = parts.split('/').filter(|part| !part.is_empty()).collect();
            match parts.as_slice() {
                [_, _, _] => git(&format!("https://{text}")).map(Package::Git),
                _ => Err(
                    Fault::new(format!("`{host}` addresses are {host}/OWNER/REPOSITORY"))
                        .help("a folder of the repository follows after `//`"),
                ),
            }
        }
        _ if text.contains("://") => {
            let url = Url::parse(text)?;
            match url.scheme.as_str() {
                "https" | "http" => Http::from_url(url).map(Package::Http),
                "ssh" => Git::from_url(url, &["depth"]).map(Package::Git),
                scheme => Err(Fault::new(format!("`{scheme}://` sources are not fetched"))),
            }
        }
        // Terraform's spellings of buckets without `s3::` and `gcs::`.
        _ if host.ends_with(".amazonaws.com") || host.ends_with(".googleapis.com") => {
            bucket(text, &format!("`{host}`"))
        }
        _ if is_scp(text) => git(text).map(Package::Git),
        _ => Err(Fault::new("it is neither a path nor an address that is known")
            .help("a path in the repository starts with `./`; a registry's module is NAMESPACE/NAME/SYSTEM")),
    }
}

const INSTEAD: &str = "put the module into a git repository, an archive or an OCI registry";

/// What Terraform fetches by means that are not here: buckets and Mercurial.
fn bucket(address: &str, kind: &str) -> Result<Package, Fault> {
    if terrace_diag::redact(address) != address {
        return Err(Fault::new(
            "the address holds credentials, which would be recorded and committed",
        )
        .help("take them out, and revoke them if they were committed"));
    }
    Err(Fault::foreign(format!("{kind} sources are not fetched")).help(INSTEAD))
}

/// `user@host:path`
fn is_scp(text: &str) -> bool {
    text.split_once(':').is_some_and(|(before, after)| {
        before.contains('@') && !before.contains('/') && !after.is_empty()
    })
}

fn git(text: &str) -> Result<Git, Fault> {
    let url = if text.contains("://") {
        Url::parse(text)?
    } else if is_scp(text) {
        let (host, path) = text.split_once(':').unwrap_or((text, ""));
        Url::parse(&format!("ssh://{host}/{}", path.trim_start_matches('/')))?
    } else {
        return Err(Fault::new("a `git::` address holds a URL")
            .help("write `git::https://host/path?ref=…` or `git::ssh://git@host/path?ref=…`"));
    };
    Git::from_url(url, &["depth"])
}

fn remote(package: Package, folder: String) -> Source {
    Source::Remote(Remote { package, folder })
}
