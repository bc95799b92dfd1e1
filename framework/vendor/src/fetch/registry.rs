//! Terraform module registries: service discovery, versions, download
//! (Terraform's module registry protocol and remote service discovery).

use serde_json::Value;
use terrace_lock::address::terraform::{self, Source};
use terrace_lock::version::{Constraints, Version, select};
use terrace_lock::{Entry, Package, Registry};

use super::http::Reply;
use super::{Fetched, Fetcher, file, git, oci};
use crate::url::{host_of, join, shown};
use crate::{Result, codes, refuse};

/// What `source` says of an archive with one folder at its top.
const ONE_FOLDER: &str = "//*";

pub(super) fn fetch(
    fetcher: &Fetcher,
    registry: &Registry,
    constraint: &str,
    pinned: Option<&Entry>,
) -> Result<Fetched> {
    let base = discover(fetcher, registry)?;
    let module = format!(
        "{base}{}/{}/{}",
        registry.namespace, registry.name, registry.system
    );
    let version = match pinned.and_then(|entry| entry.version.clone()) {
        Some(version) => version,
        None => choose(fetcher, &module, constraint)?,
    };
    let (url, said) = location(fetcher, &format!("{module}/{version}/download"))?;
    let fetched = fetch_from(fetcher, &url, &said, pinned)?;
    Ok(Fetched {
        version: Some(version),
        ..fetched
    })
}

/// What a server at `url` says that a module is at (`X-Terraform-Get`, of a
/// registry or of any address: go-getter's `get_http.go`).
pub(super) fn fetch_from(
    fetcher: &Fetcher,
    url: &str,
    said: &str,
    pinned: Option<&Entry>,
) -> Result<Fetched> {
    let location = Location::read(url, said)?;
    let mut fetched = match &location.package {
        Package::Git(source) => {
            let pinned = pinned.and_then(|entry| entry.commit.as_deref());
            git::fetch(fetcher, source, pinned)?
        }
        Package::Oci(source) => {
            let pinned = pinned.and_then(|entry| entry.manifest.as_deref());
            oci::fetch(fetcher, source, pinned)?
        }
        Package::Http(http) if http.archive.is_some() => {
            file::fetch_at(fetcher, http, location.url.as_deref().unwrap_or(http.url()))?
        }
        Package::Http(_) => {
            return Err(refuse(
                &codes::UNREADABLE,
                "the server refers to something that is no archive",
            ));
        }
        Package::Registry(_) => {
            return Err(refuse(
                &codes::UNREADABLE,
                "the server refers to a module of a registry",
            ));
        }
    };
    if location.one_folder {
        fetched.tree = fetched.tree.without_top()?;
    }
    Ok(Fetched {
        from: Some(location.package),
        inner: location.folder,
        ..fetched
    })
}

/// Asks with what there is for the host that is asked.
fn ask(fetcher: &Fetcher, url: &str) -> Result<Reply> {
    let access = fetcher.keyring.registry(host_of(url));
    let limit = fetcher.limits.answer;
    fetcher.client.get(url, &[], &access, limit)
}

/// Where the registry's modules are, with a slash at the end.
fn discover(fetcher: &Fetcher, registry: &Registry) -> Result<String> {
    let host = &registry.host;
    let insecure = fetcher.policy.check_scheme("http", host).is_ok();
    let scheme = if insecure { "http" } else { "https" };
    let asked = format!("{scheme}://{host}/.well-known/terraform.json");
    let reply = ask(fetcher, &asked)?;
    let url = reply.url.clone();
    let document = reply.json(&asked)?;
    let Some(modules) = document.get("modules.v1").and_then(Value::as_str) else {
        return Err(refuse(
            &codes::NOT_THERE,
            format!("{host} is no registry of modules (its terraform.json has no `modules.v1`)"),
        ));
    };
    let base = join(&url, modules).ok_or_else(|| {
        refuse(
            &codes::UNREADABLE,
            format!("{host} names an address of its modules that cannot be read"),
        )
    })?;
    Ok(match base.ends_with('/') {
        true => base,
        false => format!("{base}/"),
    })
}

/// The newest version that the constraint allows, as the registry spells it.
fn choose(fetcher: &Fetcher, module: &str, constraint: &str) -> Result<String> {
    let constraints = Constraints::parse(constraint).map_err(|fault| {
        refuse(&terrace_lock::codes::BAD_CONSTRAINT, fault.why).maybe_help(fault.help)
    })?;
    let asked = format!("{module}/versions");
    let document = ask(fetcher, &asked)?.json(&asked)?;
    let versions: Vec<Version> = document
        .pointer("/modules/0/versions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|entry| Version::parse(entry.get("version")?.as_str()?))
        .collect();
    if let Some(version) = select(&versions, &constraints) {
        return Ok(version.as_str().to_owned());
    }
    let mut all: Vec<&Version> = versions.iter().collect();
    all.sort();
    let newest: Vec<&str> = all
        .iter()
        .rev()
        .take(5)
        .map(|version| version.as_str())
        .collect();
    Err(refuse(
        &codes::NOT_THERE,
        match constraint {
            "" => String::from("the registry has no release of the module"),
            constraint => format!("no version of the module fulfils `{constraint}`"),
        },
    )
    .help(match newest.is_empty() {
        true => String::from("the registry knows no version of it"),
        false => format!("the newest are {}", newest.join(", ")),
    }))
}

/// Where the registry says that a version is, and the URL that said it.
fn location(fetcher: &Fetcher, asked: &str) -> Result<(String, String)> {
    let reply = ask(fetcher, asked)?;
    let url = reply.url.clone();
    let header = reply.header("x-terraform-get").map(str::to_owned);
    let location = match header {
        Some(location) => location,
        // The body says it where the header does not.
        None => {
            let document = reply.json(asked)?;
            let location = document.get("location").and_then(Value::as_str);
            location.map(str::to_owned).ok_or_else(|| {
                refuse(
                    &codes::UNREADABLE,
                    format!("{} does not say where the module is", shown(asked)),
                )
            })?
        }
    };
    Ok((url, location))
}

/// What a server says that a module is at.
struct Location {
    /// The package; of an archive without the query.
    package: Package,
    /// The URL of an archive with the query, which may hold a signature or a
    /// token: it is asked for and neither shown nor recorded.
    url: Option<String>,
    /// The folder of the package.
    folder: String,
    /// Whether that counts from the one folder at the package's top.
    one_folder: bool,
}

impl Location {
    fn read(base: &str, said: &str) -> Result<Self> {
        let relative = ["/", "./", "../"]
            .iter()
            .any(|start| said.starts_with(start));
        let said = match relative {
            true => join(base, said).ok_or_else(|| {
                refuse(
                    &codes::UNREADABLE,
                    "the server names an address that cannot be read",
                )
            })?,
            false => said.to_owned(),
        };
        let (address, one_folder) = match said.split_once(ONE_FOLDER) {
            Some((address, rest)) => match rest.strip_prefix('/') {
                Some(rest) => (format!("{address}//{rest}"), true),
                None => (format!("{address}{rest}"), true),
            },
            None => (said, false),
        };
        let is_url = ["https://", "http://"]
            .iter()
            .any(|start| address.starts_with(start));
        let (address, query) = match is_url {
            true => split_query(&address),
            false => (address, None),
        };
        let remote = match terraform::parse(&address) {
            Ok(Source::Remote(remote)) => remote,
            Ok(Source::Local) => {
                return Err(refuse(&codes::UNREADABLE, "the server names a local path"));
            }
            Err(fault) => {
                return Err(refuse(
                    &codes::UNREADABLE,
                    format!("the server names a source that cannot be fetched: {fault}"),
                )
                .maybe_help(fault.help));
            }
        };
        let url = match (&remote.package, query) {
            (Package::Http(http), Some(query)) => Some(format!("{}?{query}", http.url())),
            _ => None,
        };
        Ok(Self {
            package: remote.package,
            url,
            folder: remote.folder,
            one_folder,
        })
    }
}

/// The address of an archive with what go-getter takes out of its query, and
/// the rest of that.
fn split_query(address: &str) -> (String, Option<String>) {
    let Some((path, query)) = address.split_once('?') else {
        return (address.to_owned(), None);
    };
    let ours = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        ["archive", "checksum"].contains(&name)
    };
    let (ours, theirs): (Vec<&str>, Vec<&str>) = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .partition(ours);
    let address = match ours.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", ours.join("&")),
    };
    (address, (!theirs.is_empty()).then(|| theirs.join("&")))
}
