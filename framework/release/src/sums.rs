//! `SHA256SUMS`: the file list of a rendered folder with digests, in the format
//! of coreutils' `sha256sum`, so that an auditor needs no other tool.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use terrace_diag::Diagnostic;

use crate::path::{check_path, collisions};
use crate::{Digest, codes};

/// Largest accepted file: some 400,000 lines.
pub const MAX_SUMS: usize = 64 << 20;

/// The files of a folder with their digests, without `SHA256SUMS` itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums {
    files: BTreeMap<String, Digest>,
}

/// What a path of a folder turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A regular file with this digest.
    File(Digest),
    /// A symbolic link (or a submodule): never part of a release.
    Link,
    /// A socket, device or the like.
    Special,
}

/// One way in which a folder is not what its `SHA256SUMS` says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Listed and not there.
    Missing {
        /// The path.
        path: String,
    },
    /// There with other bytes.
    Changed {
        /// The path.
        path: String,
        /// What the list says.
        expected: Digest,
        /// What is there.
        found: Digest,
    },
    /// There and not listed.
    Unlisted {
        /// The path.
        path: String,
    },
    /// A link.
    Link {
        /// The path.
        path: String,
    },
    /// Neither file nor folder nor link.
    Special {
        /// The path.
        path: String,
    },
}

impl Fault {
    /// The path at fault.
    pub fn path(&self) -> &str {
        match self {
            Self::Missing { path }
            | Self::Changed { path, .. }
            | Self::Unlisted { path }
            | Self::Link { path }
            | Self::Special { path } => path,
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = self.path().escape_debug();
        match self {
            Self::Missing { .. } => write!(f, "{path} is missing"),
            Self::Changed {
                expected, found, ..
            } => write!(
                f,
                "{path} was changed: its sha256 is {}, {} is listed",
                found.short(),
                expected.short()
            ),
            Self::Unlisted { .. } => write!(f, "{path} is not listed in SHA256SUMS"),
            Self::Link { .. } => write!(f, "{path} is a link"),
            Self::Special { .. } => write!(f, "{path} is neither a file nor a folder"),
        }
    }
}

impl From<Fault> for Diagnostic {
    fn from(fault: Fault) -> Self {
        Self::error(&codes::FOLDER_DIFFERS, fault.to_string())
    }
}

impl Sums {
    /// The name of the file in its folder.
    pub const FILE: &'static str = "SHA256SUMS";

    /// The list of these files; order does not matter. All unacceptable paths
    /// and collisions are reported at once; an empty list is refused, as
    /// `sha256sum -c` does.
    pub fn new(files: impl IntoIterator<Item = (String, Digest)>) -> Result<Self, Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let mut map = BTreeMap::new();
        for (path, digest) in files {
            if let Err(fault) = check_path(&path) {
                faults.push(fault);
            } else if path == Self::FILE {
                faults.push(Diagnostic::error(
                    &codes::BAD_PATH,
                    "`SHA256SUMS` is written by terrace; a source file cannot have this name",
                ));
            } else if let Some(_first) = map.insert(path.clone(), digest) {
                faults.push(Diagnostic::error(
                    &codes::PATH_COLLISION,
                    format!("`{path}` is produced twice"),
                ));
            }
        }
        if map.is_empty() && faults.is_empty() {
            faults.push(Diagnostic::error(
                &codes::BAD_SUMS,
                "a rendered folder has no files",
            ));
        }
        faults.extend(collisions(map.keys().map(String::as_str)));
        match faults.is_empty() {
            true => Ok(Self { files: map }),
            false => Err(faults),
        }
    }

    /// The list of these files, hashing their bytes.
    pub fn of_files<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Self, Vec<Diagnostic>> {
        Self::new(
            files
                .into_iter()
                .map(|(path, bytes)| (String::from(path), Digest::of(bytes))),
        )
    }

    /// Reads a `SHA256SUMS`; anything but the one spelling [`Sums::to_text`]
    /// gives is refused, with its line.
    pub fn parse(bytes: &[u8]) -> Result<Self, Diagnostic> {
        let bad = |line: usize, why: &str| {
            Diagnostic::error(&codes::BAD_SUMS, format!("SHA256SUMS line {line}: {why}"))
        };
        if bytes.len() > MAX_SUMS {
            return Err(Diagnostic::error(
                &codes::BAD_SUMS,
                "SHA256SUMS is larger than 64 MiB",
            ));
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Err(Diagnostic::error(
                &codes::BAD_SUMS,
                "SHA256SUMS is not UTF-8",
            ));
        };
        let Some(text) = text.strip_suffix('\n') else {
            return Err(Diagnostic::error(
                &codes::BAD_SUMS,
                "SHA256SUMS is empty or does not end in a line feed",
            ));
        };
        let mut files = BTreeMap::new();
        let mut last = "";
        for (at, line) in text.split('\n').enumerate() {
            let at = at + 1;
            let (Some(digest), Some("  "), Some(path)) =
                (line.get(..64), line.get(64..66), line.get(66..))
            else {
                return Err(bad(at, "expected 64 digits, two spaces and a path"));
            };
            let Ok(digest) = digest.parse::<Digest>() else {
                return Err(bad(
                    at,
                    "the digest is not 64 lower case hexadecimal digits",
                ));
            };
            if let Err(fault) = check_path(path) {
                return Err(bad(at, &fault.message));
            }
            if path == Self::FILE {
                return Err(bad(at, "the list names itself"));
            }
            if path <= last {
                return Err(bad(at, "paths are repeated or not sorted bytewise"));
            }
            last = path;
            files.insert(String::from(path), digest);
        }
        if let Some(fault) = collisions(files.keys().map(String::as_str)).pop() {
            return Err(fault);
        }
        Ok(Self { files })
    }

    /// The file's text: `<64 hex>  <path>` lines, sorted bytewise.
    pub fn to_text(&self) -> String {
        let size = self.files.keys().map(|path| path.len() + 67).sum();
        let mut text = String::with_capacity(size);
        for (path, digest) in &self.files {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "{digest}  {path}");
        }
        text
    }

    /// The digest of the folder: the sha256 of the text.
    pub fn digest(&self) -> Digest {
        Digest::of(self.to_text())
    }

    /// Paths and digests, sorted bytewise.
    pub fn files(&self) -> impl ExactSizeIterator<Item = (&str, Digest)> {
        self.files
            .iter()
            .map(|(path, digest)| (path.as_str(), *digest))
    }

    /// The digest of one file.
    pub fn get(&self, path: &str) -> Option<Digest> {
        self.files.get(path).copied()
    }

    /// Compares with what a folder holds: everything but directories and the
    /// `SHA256SUMS` itself (an entry for it is skipped unless it is a link).
    /// All differences, sorted by path.
    pub fn check<P: AsRef<str>>(
        &self,
        listing: impl IntoIterator<Item = (P, Found)>,
    ) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for (path, found) in listing {
            let path = path.as_ref();
            let listed = self.files.get_key_value(path);
            if let Some((key, _)) = listed {
                seen.insert(key.as_str());
            }
            let path = || String::from(path);
            match (found, listed) {
                (Found::Link, _) => faults.push(Fault::Link { path: path() }),
                (Found::Special, _) => faults.push(Fault::Special { path: path() }),
                (Found::File(found), Some((_, expected))) if found != *expected => {
                    faults.push(Fault::Changed {
                        path: path(),
                        expected: *expected,
                        found,
                    });
                }
                (Found::File(_), Some(_)) => {}
                (Found::File(_), None) if path() == Self::FILE => {}
                (Found::File(_), None) => faults.push(Fault::Unlisted { path: path() }),
            }
        }
        let missing = self
            .files
            .keys()
            .filter(|path| !seen.contains(path.as_str()))
            .map(|path| Fault::Missing { path: path.clone() });
        faults.extend(missing);
        faults.sort_by(|a, b| a.path().cmp(b.path()).then_with(|| a.cmp(b)));
        faults
    }
}

#[cfg(test)]
#[path = "sums_tests.rs"]
mod tests;
