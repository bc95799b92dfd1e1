//! in-toto Statement v1: what is claimed (predicate) about which bytes (subject).
//! Rules: in-toto/attestation `spec/v1/statement.md`, `spec/v1/digest_set.md`.

use std::collections::BTreeMap;

use terrace_release::Digest;
use terrace_release::fields::{Fields, Malformed};
use terrace_release::json::{self, JsonError, Object, Value, object};

use crate::dsse::MAX_ENVELOPE;

/// `_type` of every statement.
pub const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// Bytes that a statement is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// `release`, `<env>/<component>`, …
    pub name: String,
    /// sha256 of the release or of the folder's SHA256SUMS.
    pub sha256: Digest,
    /// Further digests (`gitTree`, `gitCommit`), not used to match.
    pub other: BTreeMap<String, String>,
}

impl Subject {
    /// A subject with a sha256 only.
    pub fn new(name: impl Into<String>, sha256: Digest) -> Self {
        Self {
            name: name.into(),
            sha256,
            other: BTreeMap::new(),
        }
    }
}

/// A claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it is about; each with a sha256.
    pub subject: Vec<Subject>,
    /// What kind of claim.
    pub predicate_type: String,
    /// The claim.
    pub predicate: Object,
}

/// Why a payload is no statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Not the strict JSON of the ledger.
    #[error("payload: {0}")]
    Json(#[from] JsonError),
    /// A field is missing or of another type.
    #[error("statement: {0}")]
    Malformed(#[from] Malformed),
    /// Not an in-toto Statement v1.
    #[error("statement: _type is `{0}`, expected {STATEMENT}")]
    Type(String),
    /// A subject without a sha256 or with a malformed one.
    #[error("statement: subject {0}")]
    Subject(Malformed),
}

impl Statement {
    /// Reads the payload of an envelope whose signature was checked.
    pub fn parse(bytes: &[u8]) -> Result<Self, StatementError> {
        let mut value = json::parse(bytes, MAX_ENVELOPE)?;
        // Taken out and not copied: it is the largest part.
        let predicate = match &mut value {
            Value::Object(fields) => fields.remove("predicate"),
            _ => None,
        };
        let mut fields = Fields::root(&value)?;
        let kind = fields.text("_type")?;
        if kind != STATEMENT {
            return Err(StatementError::Type(kind.chars().take(80).collect()));
        }
        let mut subject = Vec::new();
        for mut item in fields.objects("subject")? {
            let name = item.maybe_string("name")?.unwrap_or_default();
            let mut digest = item.object("digest").map_err(StatementError::Subject)?;
            let sha256 = digest.digest("sha256").map_err(StatementError::Subject)?;
            let mut other = BTreeMap::new();
            for (algorithm, at, value) in digest.rest() {
                let Value::String(text) = value else {
                    return Err(StatementError::Subject(Malformed {
                        path: at,
                        why: String::from("expected a text"),
                    }));
                };
                other.insert(algorithm, text.clone());
            }
            subject.push(Subject {
                name,
                sha256,
                other,
            });
        }
        if subject.is_empty() {
            return Err(fields.error("subject", "there is none").into());
        }
        let predicate_type = fields.string("predicateType")?;
        let Some(Value::Object(predicate)) = predicate else {
            return Err(fields.error("predicate", "expected an object").into());
        };
        Ok(Self {
            subject,
            predicate_type,
            predicate,
        })
    }

    /// The canonical payload.
    pub fn to_text(&self) -> String {
        let subject: Value = self
            .subject
            .iter()
            .map(|subject| {
                let mut digest: Object = subject
                    .other
                    .iter()
                    .map(|(name, text)| (name.clone(), text.as_str().into()))
                    .collect();
                digest.insert(String::from("sha256"), subject.sha256.into());
                object([
                    ("name", subject.name.as_str().into()),
                    ("digest", digest.into()),
                ])
            })
            .collect();
        object([
            ("_type", STATEMENT.into()),
            ("subject", subject),
            ("predicateType", self.predicate_type.as_str().into()),
            ("predicate", self.predicate.clone().into()),
        ])
        .to_canonical()
    }
}
