//! OCI artifacts: OpenTofu module packages, and what Flux and `oras` push.

use std::fmt;

use super::url::check_host;
use super::{Fault, clean_folder};

/// Which artifact of a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// A tag.
    Tag(String),
    /// `sha256:…`
    Digest(String),
}

impl Wanted {
    /// As it stands in the URL of a manifest.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Tag(text) | Self::Digest(text) => text,
        }
    }

    pub(crate) fn short(&self) -> &str {
        match self {
            Self::Tag(tag) => tag,
            Self::Digest(digest) => digest.get(7..19).unwrap_or(digest),
        }
    }
}

/// An artifact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Oci {
    /// Host and port.
    pub host: String,
    /// The repository's name.
    pub repository: String,
    /// Which artifact.
    pub wanted: Wanted,
}

impl Oci {
    /// From the text after `oci://`: OpenTofu's `host/repo//folder?tag=…`, and
    /// `host/repo:tag` or `host/repo@sha256:…` as all other tools write it.
    pub(crate) fn parse(text: &str) -> Result<(Self, String), Fault> {
        let (rest, query) = text.split_once('?').unwrap_or((text, ""));
        let (name, folder) = match rest.split_once("//") {
            Some((name, folder)) => (name, clean_folder(folder)?),
            None => (rest, String::new()),
        };
        let (host, repository) = name.split_once('/').ok_or_else(|| {
            Fault::new("an OCI address names a host and a repository")
                .help("write `oci://host/repository:tag`")
        })?;
        if host.contains('@') {
            return Err(Fault::new("an OCI address must not hold credentials"));
        }
        let host = check_host(host, "oci")?;
        let mut wanted = Vec::new();
        let repository = if let Some((name, digest)) = repository.split_once('@') {
            wanted.push(Wanted::Digest(digest.to_owned()));
            // `repo:tag@digest`: the digest counts.
            name.split_once(':').map_or(name, |(name, _)| name)
        } else if let Some((name, tag)) = repository.split_once(':') {
            wanted.push(Wanted::Tag(tag.to_owned()));
            name
        } else {
            repository
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("tag", tag)) => wanted.push(Wanted::Tag(tag.to_owned())),
                Some(("digest", digest)) => wanted.push(Wanted::Digest(digest.to_owned())),
                _ => {
                    return Err(Fault::new(
                        "an OCI address takes `tag` or `digest` and nothing else",
                    ));
                }
            }
        }
        if wanted.len() > 1 {
            return Err(Fault::new("an OCI address takes one tag or one digest"));
        }
        let wanted = wanted
            .pop()
            .unwrap_or_else(|| Wanted::Tag(String::from("latest")));
        check_repository(repository)?;
        check_wanted(&wanted)?;
        let oci = Self {
            host,
            repository: repository.to_owned(),
            wanted,
        };
        Ok((oci, folder))
    }
}

/// OCI distribution specification, "Pull".
fn check_repository(name: &str) -> Result<(), Fault> {
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
            && !part.starts_with(['.', '-', '_'])
            && !part.ends_with(['.', '-', '_'])
    };
    if name.len() <= 255 && name.split('/').all(is_part) {
        return Ok(());
    }
    Err(Fault::new(format!(
        "`{}` is not the name of an OCI repository",
        name.escape_debug()
    )))
}

fn check_wanted(wanted: &Wanted) -> Result<(), Fault> {
    let fine = match wanted {
        Wanted::Digest(digest) => digest.strip_prefix("sha256:").is_some_and(|hex| {
            hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        }),
        Wanted::Tag(tag) => {
            (1..=128).contains(&tag.len())
                && !tag.starts_with(['.', '-'])
                && tag
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        }
    };
    if fine {
        return Ok(());
    }
    Err(Fault::new(format!(
        "`{}` is neither a tag nor a sha256 digest",
        wanted.as_str().escape_debug()
    )))
}

impl fmt::Display for Oci {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.wanted {
            Wanted::Tag(_) => ':',
            Wanted::Digest(_) => '@',
        };
        let wanted = self.wanted.as_str();
        write!(f, "oci://{}/{}{sign}{wanted}", self.host, self.repository)
    }
}
