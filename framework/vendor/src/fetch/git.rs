//! Git repositories, through the git program.
//!
//! Git does the transfer; where it connects to is decided here. For http the
//! address is asked first, its redirects followed under the policy, and git is
//! pinned to the addresses that were allowed, without redirects of its own.

use std::time::Duration;

use terrace_git::{Foreign, GitError, Mode, ObjectId, Version};
use terrace_lock::{Git, Transport};

use super::{Fetched, Fetcher};
use crate::credentials::{Access, Secret};
use crate::name::{self, Name};
use crate::tree::{File, Tree};
use crate::url::{host_of, scheme_of, shown, split_port};
use crate::{Result, codes, refuse};

/// `http.curloptResolve` pins git to addresses from this version on.
const PINS: Version = Version(2, 37, 0);

pub(super) fn fetch(fetcher: &Fetcher, source: &Git, pinned: Option<&str>) -> Result<Fetched> {
    let git = fetcher.git()?;
    let foreign = foreign(fetcher, source, git.version())?;
    let git = match source.transport {
        // It goes the way that was decided on here, whatever it reads in its
        // environment.
        Transport::Https | Transport::Http => {
            let proxy = fetcher.client.proxy(&foreign.url);
            git.with_proxy(proxy.map(Secret::expose))
        }
        Transport::Ssh | Transport::File => git,
    };
    let failed = |error: GitError| said(error, source);
    let commit = match (pinned, source.reference.as_deref()) {
        (Some(commit), _) => commit.to_owned(),
        (None, reference) => match git.resolve_foreign(&foreign, reference).map_err(failed)? {
            Some(id) => id.to_string(),
            None => match reference {
                Some(id) if (7..=64).contains(&id.len()) && is_hex(id) => id.to_owned(),
                Some(reference) => {
                    return Err(refuse(
                        &codes::NOT_THERE,
                        format!("the repository has no branch, tag or commit `{reference}`"),
                    ));
                }
                None => return Err(refuse(&codes::NOT_THERE, "the repository is empty")),
            },
        },
    };
    let folder = tempfile::Builder::new()
        .prefix("terrace-vendor-")
        .tempdir_in(&fetcher.temporary)
        .map_err(|error| {
            refuse(
                &codes::CANNOT_WRITE,
                format!("{}: {error}", fetcher.temporary.display()),
            )
        })?;
    let (repository, id) = git
        .fetch_foreign(&foreign, &commit, folder.path())
        .map_err(failed)?;
    Ok(Fetched {
        tree: read(fetcher, &repository, &id)?,
        commit: Some(id.to_string()),
        ..Fetched::default()
    })
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Where git goes, after the policy had its say.
fn foreign(fetcher: &Fetcher, source: &Git, version: Version) -> Result<Foreign> {
    let scheme = source.transport.scheme();
    let stall = fetcher.limits.stall.max(Duration::from_secs(1)).as_secs();
    let mut settings = vec![
        String::from("protocol.allow=never"),
        format!("protocol.{scheme}.allow=always"),
        String::from("http.followRedirects=false"),
        String::from("http.lowSpeedLimit=1"),
        format!("http.lowSpeedTime={stall}"),
    ];
    let mut url = source.url();
    match source.transport {
        Transport::File => {
            if !fetcher.policy.local_git {
                return Err(refuse(
                    &codes::FORBIDDEN,
                    "repositories of this machine are nothing that others could fetch",
                )
                .help("if that is meant, write `local_git = true` into the `vendor` block of terrace.hcl"));
            }
        }
        Transport::Ssh => {
            fetcher.policy.check_host(&source.host)?;
            fetcher.client.addresses(&source.host, 22)?;
        }
        Transport::Https | Transport::Http => {
            url = settled(fetcher, url)?;
            settings.push(format!("protocol.{}.allow=always", scheme_of(&url)));
            if let Some(file) = fetcher.certificates() {
                settings.push(format!("http.sslCAInfo={file}"));
            }
            if fetcher.client.proxy(&url).is_none() {
                settings.push(pin(fetcher, &url, version)?);
            }
        }
    }
    Ok(Foreign { url, settings })
}

/// The address after its redirects: the server is asked what git will ask it.
fn settled(fetcher: &Fetcher, url: String) -> Result<String> {
    const ASKED: &str = "/info/refs?service=git-upload-pack";
    let asked = format!("{}{ASKED}", url.trim_end_matches('/'));
    // Only the start of the answer matters; a repository that needs
    // credentials says 401, and git will have them.
    let reply = fetcher.client.get(
        &asked,
        &[("git-protocol", "version=2")],
        &Access::anonymous(""),
        fetcher.limits.answer,
    )?;
    match reply.status {
        200..=299 | 401 => {}
        _ => return Err(reply.refusal(&url)),
    }
    match reply.url.strip_suffix(ASKED) {
        Some(settled) => Ok(settled.to_owned()),
        None if reply.status == 401 => Ok(url),
        None => Err(refuse(
            &codes::REDIRECT,
            format!(
                "{} is redirected to something that is no git repository",
                shown(&url)
            ),
        )),
    }
}

/// `http.curloptResolve=HOST:PORT:ADDRESS,…`
fn pin(fetcher: &Fetcher, url: &str, version: Version) -> Result<String> {
    if version < PINS {
        return Err(refuse(
            &codes::FORBIDDEN,
            format!("git {version} cannot be held to an address that was checked"),
        )
        .help("install git 2.37 or later"));
    }
    let host = host_of(url);
    let default = if url.starts_with("https:") { 443 } else { 80 };
    let addresses = fetcher.client.addresses(host, default)?;
    let (name, port) = split_port(host);
    let port = port.map_or_else(|| default.to_string(), str::to_owned);
    let list: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    Ok(format!(
        "http.curloptResolve={name}:{port}:{}",
        list.join(",")
    ))
}

/// The files of a commit.
fn read(fetcher: &Fetcher, repository: &terrace_git::Repository, id: &ObjectId) -> Result<Tree> {
    let limits = &fetcher.limits;
    let unreadable = |error: GitError| match error {
        GitError::Unexpected { detail, .. } if detail.contains("UTF-8") => refuse(
            &codes::UNSAFE_PATH,
            "the repository holds a name that is not UTF-8",
        ),
        other => other.diagnostic(),
    };
    let entries = repository.sized_entries(id).map_err(unreadable)?;
    let total: u64 = entries.iter().map(|entry| entry.size).sum();
    if total > limits.unpacked || entries.len() > limits.files {
        return Err(refuse(
            &codes::TOO_LARGE,
            format!(
                "the repository holds {} files of {} MiB, more than the limits allow",
                entries.len(),
                total >> 20
            ),
        ));
    }
    let mut tree = Tree::default();
    let mut blobs = Vec::new();
    for entry in &entries {
        if entry.mode == Mode::Submodule {
            name::check(entry.path.as_bytes())?;
            tree.add_submodule(&entry.path);
        } else if entry.size > limits.file {
            return Err(refuse(
                &codes::TOO_LARGE,
                format!(
                    "`{}` is larger than {} MiB",
                    entry.path.escape_debug(),
                    limits.file >> 20
                ),
            ));
        } else if name::check(entry.path.as_bytes())? != Name::LeftOut {
            blobs.push(entry);
        }
    }
    let ids: Vec<ObjectId> = blobs.iter().map(|entry| entry.id.clone()).collect();
    let contents = repository.blobs(&ids).map_err(unreadable)?;
    for (entry, bytes) in blobs.into_iter().zip(contents) {
        match entry.mode {
            Mode::Link => tree.add_link(entry.path.as_bytes(), &bytes, limits)?,
            mode => {
                let file = File {
                    bytes: bytes.into(),
                    executable: mode == Mode::Executable,
                };
                tree.add_file(entry.path.as_bytes(), file, limits)?;
            }
        }
    }
    Ok(tree)
}

/// Git's words, without what may hold credentials.
fn said(error: GitError, source: &Git) -> terrace_diag::Diagnostic {
    match error {
        GitError::RemoteFailed { stderr, .. } => {
            let line = stderr
                .lines()
                .find(|line| line.starts_with("fatal:") || line.starts_with("error:"))
                .or_else(|| stderr.lines().last())
                .unwrap_or_default();
            let timed_out = ["timed out", "Operation too slow", "transfer closed"]
                .iter()
                .any(|words| line.contains(words));
            let line = line
                .trim_start_matches("fatal: ")
                .split_whitespace()
                .map(|word| match word.contains("://") {
                    true => shown(word.trim_matches(['\'', '"', ':', ','])),
                    false => word.to_owned(),
                })
                .collect::<Vec<_>>()
                .join(" ");
            let code = if timed_out {
                &codes::TIMED_OUT
            } else {
                &codes::UNREACHABLE
            };
            refuse(code, format!("git cannot read {}: {line}", source.url()))
                .help("git's credential helpers and ssh agents are asked for credentials; nothing asks on the terminal")
        }
        GitError::UnknownRevision { revision } => refuse(
            &codes::NOT_THERE,
            format!("the repository has no commit `{revision}` any more"),
        ),
        GitError::TimedOut { .. } => refuse(&codes::TIMED_OUT, "git took too long"),
        other => other.diagnostic(),
    }
}
