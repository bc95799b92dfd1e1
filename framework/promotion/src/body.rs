//! What entries say: the predicate of each kind, typed, read and written.
//!
//! Unknown fields are ignored, as in-toto asks of consumers; what must not be
//! ignored comes as a new kind that is marked critical.

mod check;
mod intent;
mod people;
mod release;

use terrace_evidence::{Draft, Entry, Kind, Subject};
use terrace_release::Digest;
use terrace_release::fields::{Fields, Malformed};
use terrace_release::json::{Object, Value};

pub use check::{DriftBody, EvidenceBody, GateBody};
pub use intent::{IntentBody, Mode, Outcome, ResultBody, StepBody, StepOutcome};
pub use people::{AckBody, ApproveBody, BreakGlassBody, HoldBody, PolicyBody, RevokeBody, Revoked};
pub use release::ReleaseBody;

/// The key of our fields in predicates that other tools define.
pub const PROMOTION_EXT: &str = "https://terrace/ext/promotion/v1";

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The platform's name; its id is in the entry's extension.
    Platform(String),
    /// A release exists.
    Release(ReleaseBody),
    /// A gate's verdict.
    Gate(Box<GateBody>),
    /// An environment's verdict for one edge.
    Evidence(Box<EvidenceBody>),
    /// A release, key or policy is withdrawn.
    Revoke(RevokeBody),
    /// What differs in an environment, or that nothing does.
    Drift(DriftBody),
    /// Someone agrees.
    Approve(ApproveBody),
    /// Someone accepts what was not exercised.
    Ack(AckBody),
    /// An environment moves: intent, rollback, adopt or revert.
    Intent(Box<IntentBody>),
    /// Some of its components were applied.
    Step(StepBody),
    /// How it ended.
    Result(ResultBody),
    /// An environment takes nothing new.
    Hold(HoldBody),
    /// It does again.
    Unhold(HoldBody),
    /// An emergency.
    BreakGlass(BreakGlassBody),
    /// The rules changed in a way that needs an approver.
    Policy(PolicyBody),
    /// A kind of a later version that may be skipped.
    Other,
}

impl Body {
    /// Reads what a verified entry says.
    pub fn read(entry: &Entry) -> Result<Self, Malformed> {
        let mut fields = Fields::of_object(&entry.predicate, String::new());
        let fields = &mut fields;
        Ok(match &entry.ext.kind {
            Kind::Platform => Self::Platform(fields.string("name")?),
            Kind::Release => Self::Release(ReleaseBody::read(fields, entry)?),
            Kind::Gate => Self::Gate(Box::new(GateBody::read(fields, entry)?)),
            Kind::Evidence => Self::Evidence(Box::new(EvidenceBody::read(fields, entry)?)),
            Kind::Revoke => Self::Revoke(RevokeBody::read(fields)?),
            Kind::Drift => Self::Drift(DriftBody::read(fields)?),
            Kind::Approve => Self::Approve(ApproveBody::read(fields, entry)?),
            Kind::Ack => Self::Ack(AckBody::read(fields, entry)?),
            Kind::Intent | Kind::Rollback | Kind::Adopt | Kind::Revert => {
                Self::Intent(Box::new(IntentBody::read(fields, entry)?))
            }
            Kind::Step => Self::Step(StepBody::read(fields)?),
            Kind::Result => Self::Result(ResultBody::read(fields)?),
            Kind::Hold => Self::Hold(HoldBody::read(fields)?),
            Kind::Unhold => Self::Unhold(HoldBody::read(fields)?),
            Kind::Breakglass => Self::BreakGlass(BreakGlassBody::read(fields, entry)?),
            Kind::Policy => Self::Policy(PolicyBody::read(fields)?),
            Kind::Other(_) => Self::Other,
        })
    }
}

/// The first entry of a ledger.
pub fn platform(name: &str) -> Draft {
    draft(
        Kind::Platform,
        vec![Subject::new("platform", Digest::of(name))],
        [("name", name.into())],
    )
}

/// A draft of these predicate fields. All our kinds are critical: a reader that
/// skipped one would decide on half a story.
fn draft<const N: usize>(kind: Kind, subject: Vec<Subject>, fields: [(&str, Value); N]) -> Draft {
    Draft {
        kind,
        critical: true,
        subject,
        predicate: map(fields),
    }
}

fn map<const N: usize>(fields: [(&str, Value); N]) -> Object {
    fields
        .into_iter()
        .map(|(name, value)| (String::from(name), value))
        .collect()
}

/// The `release` subject of an entry.
fn release_of(entry: &Entry) -> Result<Digest, Malformed> {
    entry.subject("release").ok_or_else(|| Malformed {
        path: String::from("subject"),
        why: String::from("there is no `release`"),
    })
}

/// A subject for entries about an environment as such.
fn env_subject(env: &str) -> Vec<Subject> {
    vec![Subject::new(format!("environment/{env}"), Digest::of(env))]
}

/// The name of an environment.
fn env(fields: &mut Fields<'_>, name: &str) -> Result<String, Malformed> {
    let text = fields.string(name)?;
    match terrace_release::check_name(&text) {
        Ok(()) => Ok(text),
        Err(_) => Err(fields.error(name, "expected the name of an environment")),
    }
}

fn digests(fields: &mut Fields<'_>, name: &str) -> Result<Vec<Digest>, Malformed> {
    fields
        .strings(name)?
        .iter()
        .map(|text| text.parse())
        .collect::<Result<_, _>>()
        .map_err(|error: terrace_release::NotADigest| fields.error(name, error.to_string()))
}

/// An object of digests.
fn digest_map(
    fields: &mut Fields<'_>,
    name: &str,
) -> Result<std::collections::BTreeMap<String, Digest>, Malformed> {
    let mut out = std::collections::BTreeMap::new();
    if let Some(inner) = fields.maybe_object(name)? {
        for (key, path, value) in inner.rest() {
            let digest = match value {
                Value::String(text) => text.parse().ok(),
                _ => None,
            };
            let digest = digest.ok_or_else(|| Malformed {
                path,
                why: String::from("expected a sha256"),
            })?;
            out.insert(key, digest);
        }
    }
    Ok(out)
}

/// An object of texts.
fn text_map(
    fields: &mut Fields<'_>,
    name: &str,
) -> Result<std::collections::BTreeMap<String, String>, Malformed> {
    let mut out = std::collections::BTreeMap::new();
    if let Some(inner) = fields.maybe_object(name)? {
        for (key, path, value) in inner.rest() {
            let Value::String(text) = value else {
                return Err(Malformed {
                    path,
                    why: String::from("expected a text"),
                });
            };
            out.insert(key, text.clone());
        }
    }
    Ok(out)
}

fn digest_object(map: &std::collections::BTreeMap<String, Digest>) -> Value {
    Value::Object(
        map.iter()
            .map(|(name, digest)| (name.clone(), (*digest).into()))
            .collect(),
    )
}

fn text_object(map: &std::collections::BTreeMap<String, String>) -> Value {
    Value::Object(
        map.iter()
            .map(|(name, text)| (name.clone(), text.as_str().into()))
            .collect(),
    )
}
