//! Files and archives over https.

use std::fmt;

use super::Fault;
use super::url::{Url, encode, refuse_credentials};

/// What an archive is packed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArchiveKind {
    /// `.tar`
    Tar,
    /// `.tar.gz`, `.tgz`
    TarGz,
    /// `.zip`
    Zip,
}

impl ArchiveKind {
    /// As `?archive=` says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tar => "tar",
            Self::TarGz => "tar.gz",
            Self::Zip => "zip",
        }
    }
}

/// What the bytes of a file must hash to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Checksum {
    /// `sha256:…`, lower case.
    Sha256(String),
    /// `sha512:…`, lower case.
    Sha512(String),
}

/// A file or archive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Http {
    /// `https://host/path?query`, without what stands below.
    url: String,
    host_end: usize,
    path_end: usize,
    /// How it is unpacked; none: it is one file.
    pub archive: Option<ArchiveKind>,
    /// Whether `?archive=` says so, and not the name.
    said: bool,
    /// What its bytes must hash to.
    pub checksum: Option<Checksum>,
}

impl Http {
    /// From a URL without `//folder`.
    pub(crate) fn from_url(mut url: Url) -> Result<Self, Fault> {
        if !matches!(url.scheme.as_str(), "https" | "http") {
            return Err(Fault::new(format!("`{}` is not fetched", url.scheme)));
        }
        refuse_credentials(&url)?;
        if url.user.is_some() {
            url.user = None;
        }
        let archive = url.take("archive");
        let checksum = url
            .take("checksum")
            .map(|text| checksum(&text))
            .transpose()?;
        let name = url.path.rsplit('/').next().unwrap_or_default();
        let by_name = archive_of(name);
        let (archive, said) = match archive.as_deref() {
            None => (by_name, false),
            Some("false") => (None, by_name.is_some()),
            Some(said) => {
                let kind = archive_of(&format!("x.{said}")).ok_or_else(|| {
                    Fault::foreign(format!(
                        "archives of kind `{}` are not unpacked",
                        said.escape_debug()
                    ))
                    .help("tar, tar.gz and zip are")
                })?;
                (Some(kind), by_name != Some(kind))
            }
        };
        for (name, _) in &url.query {
            if terrace_diag::is_secret_parameter(name) {
                return Err(Fault::new(format!(
                    "the parameter `{}` of the address on {} looks like a credential, which would be recorded",
                    name.escape_debug(),
                    url.host
                ))
                .help("serve the file where no credential in the address is needed"));
            }
        }
        let mut text = format!("{}://{}", url.scheme, url.host);
        let host_end = text.len();
        text.push('/');
        text.push_str(&url.path);
        let path_end = text.len();
        for (at, (name, value)) in url.query.iter().enumerate() {
            text.push(if at == 0 { '?' } else { '&' });
            text.push_str(&encode(name));
            text.push('=');
            text.push_str(&encode(value));
        }
        Ok(Self {
            url: text,
            host_end,
            path_end,
            archive,
            said,
            checksum,
        })
    }

    /// The URL to get.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Host and port.
    pub fn host(&self) -> &str {
        let start = self.url.find("://").map_or(0, |at| at + 3);
        &self.url[start..self.host_end]
    }

    /// The path, without the leading slash.
    pub fn path(&self) -> &str {
        &self.url[self.host_end + 1..self.path_end]
    }

    /// The last part of the path, the name of a single file.
    pub fn file_name(&self) -> &str {
        self.path().rsplit('/').next().unwrap_or_default()
    }
}

impl fmt::Display for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)?;
        let mut sign = if self.path_end < self.url.len() {
            '&'
        } else {
            '?'
        };
        if self.said {
            let kind = self.archive.map_or("false", ArchiveKind::as_str);
            write!(f, "{sign}archive={kind}")?;
            sign = '&';
        }
        match &self.checksum {
            Some(Checksum::Sha256(hex)) => write!(f, "{sign}checksum=sha256:{hex}"),
            Some(Checksum::Sha512(hex)) => write!(f, "{sign}checksum=sha512:{hex}"),
            None => Ok(()),
        }
    }
}

/// What a file of this name is packed with (go-getter's decompressors, those
/// that are built in here).
pub fn archive_of(name: &str) -> Option<ArchiveKind> {
    let lower = name.to_ascii_lowercase();
    if lower.ends_with(".tar.gz") || lower.ends_with(".tgz") {
        Some(ArchiveKind::TarGz)
    } else if lower.ends_with(".tar") {
        Some(ArchiveKind::Tar)
    } else if lower.ends_with(".zip") {
        Some(ArchiveKind::Zip)
    } else {
        None
    }
}

/// `sha256:HEX`, `sha512:HEX`, or HEX of either length.
fn checksum(text: &str) -> Result<Checksum, Fault> {
    let lower = text.to_ascii_lowercase();
    let (kind, hex) = match lower.split_once(':') {
        Some((kind, hex)) => (Some(kind), hex),
        None => (None, lower.as_str()),
    };
    let is_hex = hex.bytes().all(|b| b.is_ascii_hexdigit());
    match (kind, hex.len()) {
        (None | Some("sha256"), 64) if is_hex => Ok(Checksum::Sha256(hex.to_owned())),
        (None | Some("sha512"), 128) if is_hex => Ok(Checksum::Sha512(hex.to_owned())),
        (Some("md5" | "sha1"), _) | (None, 32 | 40) => Err(Fault::new(
            "a checksum by md5 or sha1 proves nothing any more",
        )
        .help("write `checksum=sha256:…`")),
        (Some("file"), _) => Err(Fault::foreign("checksum files are not fetched")
            .help("write the digest itself: `checksum=sha256:…`")),
        _ => Err(Fault::new("the checksum of the address cannot be read")
            .help("write `checksum=sha256:` and 64 hexadecimal digits")),
    }
}
