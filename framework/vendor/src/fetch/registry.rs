//! Terraform module registries: service discovery, versions, download
//! (Terraform's module registry protocol and remote service discovery).

use serde_json::Value;
use terrace_lock::address::terraform::{self, Source};
use terrace_lock::version::{Constraints, Version, select};
use terrace_lock::{Entry, Package, Registry};

use super::http::{join, shown};
use super::{Fetched, Fetcher};
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
    let (from, inner, one_folder) = read_location(url, said)?;
    let mut fetched = match (&from, pinned) {
        (Package::Registry(_), _) => {
            return Err(refuse(
                &codes::UNREADABLE,
                "the server refers to a module of a registry",
            ));
        }
        (Package::Git(git), Some(entry)) => {
            super::git::fetch(fetcher, git, entry.commit.as_deref())?
        }
        (Package::Http(http), _) if http.archive.is_none() => {
            return Err(refuse(
                &codes::UNREADABLE,
                "the server refers to something that is no archive",
            ));
        }
        _ => fetcher.fetch(&from, "", None)?,
    };
    if one_folder {
        fetched.tree = fetched.tree.without_top()?;
    }
    Ok(Fetched {
        from: Some(from),
        inner,
        ..fetched
    })
}

/// Where the registry's modules are, with a slash at the end.
fn discover(fetcher: &Fetcher, registry: &Registry) -> Result<String> {
    let host = &registry.host;
    let insecure = fetcher.policy.check_scheme("http", host).is_ok();
    let scheme = if insecure { "http" } else { "https" };
    let asked = format!("{scheme}://{host}/.well-known/terraform.json");
    let reply = fetcher.client.get(&asked, &[], fetcher.limits.answer)?;
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
    let document = fetcher
        .client
        .get(&asked, &[], fetcher.limits.answer)?
        .json(&asked)?;
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
    let reply = fetcher.client.get(asked, &[], fetcher.limits.answer)?;
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

/// The package that a location names, the folder of it, and whether that counts
/// from the one folder at its top.
fn read_location(url: &str, location: &str) -> Result<(Package, String, bool)> {
    let relative = ["/", "./", "../"]
        .iter()
        .any(|start| location.starts_with(start));
    let location = match relative {
        true => join(url, location).ok_or_else(|| {
            refuse(
                &codes::UNREADABLE,
                "the server names an address that cannot be read",
            )
        })?,
        false => location.to_owned(),
    };
    let one_folder = location.contains(ONE_FOLDER);
    let plain = match one_folder {
        true => {
            let (address, rest) = location.split_once(ONE_FOLDER).unwrap_or((&location, ""));
            match rest.strip_prefix('/') {
                Some(rest) => format!("{address}//{rest}"),
                None => format!("{address}{rest}"),
            }
        }
        false => location,
    };
    match terraform::parse(&plain) {
        Ok(Source::Remote(remote)) => Ok((remote.package, remote.folder, one_folder)),
        Ok(Source::Local) => Err(refuse(&codes::UNREADABLE, "the server names a local path")),
        Err(fault) => Err(refuse(
            &codes::UNREADABLE,
            format!("the server names a source that cannot be fetched: {fault}"),
        )
        .maybe_help(fault.help)),
    }
}
