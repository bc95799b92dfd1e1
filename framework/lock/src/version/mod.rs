//! Versions and constraints by the rules of Terraform (hashicorp/go-version).

mod constraint;

use std::cmp::Ordering;
use std::fmt;

pub use constraint::{Constraints, select};

/// A version: `1.2.3-beta.1+build`.
#[derive(Debug, Clone)]
pub struct Version {
    text: String,
    /// At least three; missing ones are 0.
    segments: Vec<u64>,
    /// How many were written.
    written: usize,
    prerelease: String,
}

impl Version {
    /// Reads a version; a leading `v` is allowed (`version.go`, `VersionRegexpRaw`).
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('v').unwrap_or(text);
        let (rest, metadata) = match rest.split_once('+') {
            Some((rest, metadata)) => (rest, Some(metadata)),
            None => (rest, None),
        };
        let (numbers, prerelease) = rest.split_once('-').unwrap_or((rest, ""));
        let is_word = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-.~".contains(&b))
        };
        if metadata.is_some_and(|text| !is_word(text))
            || (rest.contains('-') && !is_word(prerelease))
            || rest.len() > 128
        {
            return None;
        }
        let mut segments = Vec::new();
        for part in numbers.split('.') {
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            segments.push(part.parse().ok()?);
        }
        let written = segments.len();
        while segments.len() < 3 {
            segments.push(0);
        }
        Some(Self {
            text: text.to_owned(),
            segments,
            written,
            prerelease: prerelease.to_owned(),
        })
    }

    /// Whether it is a pre-release.
    pub fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Numbers before words, a shorter one before a longer one (`comparePart`).
fn compare_prerelease(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (a.parse::<u64>(), b.parse::<u64>()) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => a.cmp(b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

impl Ord for Version {
    /// Build metadata does not count.
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.segments.len().max(other.segments.len());
        let at = |segments: &[u64], at: usize| segments.get(at).copied().unwrap_or(0);
        (0..length)
            .map(|i| at(&self.segments, i).cmp(&at(&other.segments, i)))
            .find(|order| *order != Ordering::Equal)
            .unwrap_or_else(|| compare_prerelease(&self.prerelease, &other.prerelease))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

#[cfg(test)]
#[path = "version_tests.rs"]
mod tests;
