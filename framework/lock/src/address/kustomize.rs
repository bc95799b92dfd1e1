//! Addresses as kustomize writes them in `resources`, `components` and `bases`
//! (`api/internal/git/repospec.go`, `api/internal/loader/fileloader.go`).
//!
//! Kustomize gets an https address and, if that gives no manifest, clones it.
//! Here the text decides, so that looking up and fetching never differ: with
//! `//`, `.git`, `_git/` or a `ref` it is a repository; with a name that ends
//! in `.yaml`, `.yml` or `.json` it is a file; of what is left, an address of a
//! known git host with a repository's path is a repository and any other a file.

use super::url::Url;
use super::{Fault, Git, Http, Package, Remote, clean_folder};

/// Hosts whose `OWNER/REPOSITORY` paths are repositories.
const GIT_HOSTS: [&str; 4] = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"];

/// Parameters that say how kustomize clones, not what.
const IGNORED: [&str; 2] = ["timeout", "submodules"];

/// Reads an entry; `None` if it is a path.
///
/// # Errors
/// It is an address of a kind that is not fetched.
pub fn parse(text: &str) -> Result<Option<Remote>, Fault> {
    if text.starts_with(['/', '.']) || text.len() > 2048 {
        return Ok(None);
    }
    let forced = strip(text, "git::");
    let rest = forced.unwrap_or(text);
    let scheme = ["https://", "http://", "ssh://", "file://"]
        .into_iter()
        .find(|scheme| strip(rest, scheme).is_some());
    if scheme.is_none() {
        return match host_form(rest) {
            Some(url) => repository(&url).map(Some),
            None if forced.is_some() => Err(Fault::new("a `git::` address holds a URL")),
            None => Ok(None),
        };
    }
    let web = scheme.is_some_and(|scheme| scheme.starts_with("http"));
    if forced.is_none() && web && !is_repository(rest)? {
        let http = Http::from_url(Url::parse(rest)?)?;
        return Ok(Some(Remote {
            package: Package::Http(http),
            folder: String::new(),
        }));
    }
    repository(rest).map(Some)
}

fn strip<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

/// `github.com/org/repo`, `github.com:org/repo` and `user@host:path` as URLs.
fn host_form(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    for start in ["github.com/", "github.com:"] {
        if lower.starts_with(start) {
            let path = &text[start.len()..];
            let segments = path.split(['/', '?']).filter(|part| !part.is_empty());
            return (segments.take(2).count() == 2).then(|| format!("https://github.com/{path}"));
        }
    }
    let (user, rest) = text.split_once('@')?;
    let is_user = user.bytes().next()?.is_ascii_alphabetic()
        && user
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let at = rest.find([':', '/']).filter(|_| is_user)?;
    let (host, path) = (&rest[..at], &rest[at + 1..]);
    (!host.is_empty() && !path.is_empty()).then(|| format!("ssh://{user}@{host}/{path}"))
}

fn is_repository(text: &str) -> Result<bool, Fault> {
    let url = Url::parse(text)?;
    let path = url.path.as_str();
    let asked = url
        .query
        .iter()
        .any(|(name, _)| name == "ref" || name == "version");
    if asked
        || path.contains("//")
        || path.contains("_git/")
        || path.contains(".git/")
        || path.ends_with(".git")
    {
        return Ok(true);
    }
    let file = [".yaml", ".yml", ".json"]
        .iter()
        .any(|ending| path.to_ascii_lowercase().ends_with(ending));
    let parts = path.split('/').filter(|part| !part.is_empty()).count();
    Ok(!file && parts >= 2 && GIT_HOSTS.contains(&url.host.as_str()))
}

/// A repository with the folder in it.
fn repository(text: &str) -> Result<Remote, Fault> {
    let mut url = Url::parse(text)?;
    let path = url.path.clone();
    let (own, folder) = if let Some(at) = path.find("_git/") {
        let rest = &path[at + 5..];
        let end = rest.find('/').unwrap_or(rest.len());
        (&path[..at + 5 + end], &rest[end..])
    } else if let Some(at) = path.find("//") {
        (&path[..at], &path[at + 2..])
    } else if let Some(at) = path.find(".git/") {
        (&path[..at + 4], &path[at + 5..])
    } else if path.ends_with(".git") || url.scheme == "file" {
        (path.as_str(), "")
    } else {
        let first = path.find('/').unwrap_or(path.len());
        let second = path
            .get(first + 1..)
            .and_then(|rest| rest.find('/'))
            .map_or(path.len(), |at| first + 1 + at);
        (&path[..second], &path[second..])
    };
    let folder = clean_folder(folder)?;
    url.path = own.to_owned();
    Ok(Remote {
        package: Package::Git(Git::from_url(url, &IGNORED)?),
        folder,
    })
}
