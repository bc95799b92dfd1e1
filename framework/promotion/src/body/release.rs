//! T1, T2: a release exists.

use std::collections::BTreeMap;

use terrace_evidence::{Draft, Entry, Kind, Subject};
use terrace_release::fields::{Fields, Malformed};
use terrace_release::{Digest, ReleaseManifest};

use super::{digest_map, digest_object, draft, release_of};

/// What is recorded of a release; the rest is in its `release.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseBody {
    /// sha256 of `release.json`.
    pub release: Digest,
    /// Its content id.
    pub content: Digest,
    /// The source commit.
    pub source: String,
    /// The commit on `terrace/releases` that holds the bytes.
    pub stored: String,
    /// Digest of every environment.
    pub environments: BTreeMap<String, Digest>,
}

impl ReleaseBody {
    /// Of a manifest whose bytes are in commit `stored`; `None` if the manifest
    /// names no source commit: such a render cannot become a release.
    pub fn of(manifest: &ReleaseManifest, stored: &str) -> Option<Self> {
        Some(Self {
            release: manifest.id(),
            content: manifest.content_id(),
            source: manifest.source.as_ref()?.commit.clone(),
            stored: String::from(stored),
            environments: manifest
                .environments
                .iter()
                .map(|(name, environment)| (name.clone(), environment.digest()))
                .collect(),
        })
    }

    /// As an entry.
    pub fn draft(&self) -> Draft {
        let mut subject = vec![Subject::new("release", self.release)];
        subject.extend(
            self.environments
                .iter()
                .map(|(name, digest)| Subject::new(format!("environment/{name}"), *digest)),
        );
        draft(
            Kind::Release,
            subject,
            [
                ("content", self.content.into()),
                ("source", self.source.as_str().into()),
                ("stored", self.stored.as_str().into()),
                ("environments", digest_object(&self.environments)),
            ],
        )
    }

    pub(super) fn read(fields: &mut Fields<'_>, entry: &Entry) -> Result<Self, Malformed> {
        Ok(Self {
            release: release_of(entry)?,
            content: fields.digest("content")?,
            source: fields.string("source")?,
            stored: fields.string("stored")?,
            environments: digest_map(fields, "environments")?,
        })
    }
}
