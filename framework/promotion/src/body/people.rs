//! What people say: approvals, acknowledgements, holds, revocations, emergencies.

use std::collections::BTreeMap;

use terrace_evidence::predicate::{maybe_time, time};
use terrace_evidence::{Draft, Entry, Kind, Subject, Time};
use terrace_release::Digest;
use terrace_release::fields::{Fields, Malformed};
use terrace_release::json::Value;

use super::{digest_map, digest_object, draft, env, env_subject, release_of};

/// Someone agrees to a promotion, having seen its plans and what was not
/// exercised. It dies when any of them changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveBody {
    /// Into which environment.
    pub env: String,
    /// Which release.
    pub release: Digest,
    /// Digest of the plans that exist, of [`ApproveBody::roots`]; `None`: there are none.
    pub plans: Option<Digest>,
    /// The plans by root.
    pub roots: BTreeMap<String, Digest>,
    /// Digest of the list of values that were not exercised.
    pub coverage: Option<Digest>,
}

impl ApproveBody {
    /// With these plans by root.
    pub fn new(
        env: &str,
        release: Digest,
        roots: BTreeMap<String, Digest>,
        coverage: Option<Digest>,
    ) -> Self {
        Self {
            env: String::from(env),
            release,
            plans: Self::plans_of(&roots),
            roots,
            coverage,
        }
    }

    /// The digest of plans by root; `None` without any.
    pub fn plans_of(roots: &BTreeMap<String, Digest>) -> Option<Digest> {
        (!roots.is_empty()).then(|| Digest::of(digest_object(roots).to_canonical()))
    }

    /// As an entry.
    pub fn draft(&self) -> Draft {
        draft(
            Kind::Approve,
            vec![Subject::new("release", self.release)],
            [
                ("env", self.env.as_str().into()),
                ("plans", self.plans.into()),
                ("roots", digest_object(&self.roots)),
                ("coverage", self.coverage.into()),
            ],
        )
    }

    pub(super) fn read(fields: &mut Fields<'_>, entry: &Entry) -> Result<Self, Malformed> {
        let plans = fields.maybe_digest("plans")?;
        let roots = digest_map(fields, "roots")?;
        if !roots.is_empty() && Self::plans_of(&roots) != plans {
            return Err(fields.error("plans", "is not the digest of `roots`"));
        }
        Ok(Self {
            env: env(fields, "env")?,
            release: release_of(entry)?,
            plans,
            roots,
            coverage: fields.maybe_digest("coverage")?,
        })
    }
}

/// Someone accepts exactly this list of values that were not exercised, or
/// drift that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AckBody {
    /// Into which environment.
    pub env: String,
    /// Which release.
    pub release: Digest,
    /// Digest of the list, or of the drift entry.
    pub list: Digest,
}

impl AckBody {
    /// As an entry.
    pub fn draft(&self) -> Draft {
        draft(
            Kind::Ack,
            vec![Subject::new("release", self.release)],
            [
                ("env", self.env.as_str().into()),
                ("list", self.list.into()),
            ],
        )
    }

    pub(super) fn read(fields: &mut Fields<'_>, entry: &Entry) -> Result<Self, Malformed> {
        Ok(Self {
            env: env(fields, "env")?,
            release: release_of(entry)?,
            list: fields.digest("list")?,
        })
    }
}

/// An environment takes nothing new, or does again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldBody {
    /// The environment.
    pub env: String,
    /// Why.
    pub reason: String,
    /// A hold ends by itself then.
    pub until: Option<Time>,
}

impl HoldBody {
    /// As a hold.
    pub fn hold(&self) -> Draft {
        self.draft(Kind::Hold)
    }

    /// As the end of one.
    pub fn unhold(&self) -> Draft {
        self.draft(Kind::Unhold)
    }

    fn draft(&self, kind: Kind) -> Draft {
        draft(
            kind,
            env_subject(&self.env),
            [
                ("env", self.env.as_str().into()),
                ("reason", self.reason.as_str().into()),
                ("until", self.until.map(|time| time.to_string()).into()),
            ],
        )
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            env: env(fields, "env")?,
            reason: fields.string("reason")?,
            until: maybe_time(fields, "until")?,
        })
    }
}

/// What is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revoked {
    /// A release, for every environment.
    Release(Digest),
    /// What a key signed from this entry on.
    Key {
        /// `SHA256:…`.
        fingerprint: String,
        /// The first entry that no longer counts.
        since: u64,
    },
    /// Evidence under an edge's policy.
    Policy(Digest),
}

/// T8: a release, key or policy is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeBody {
    /// What.
    pub what: Revoked,
    /// Why.
    pub reason: String,
}

impl RevokeBody {
    /// As an entry.
    pub fn draft(&self) -> Draft {
        let subject = match &self.what {
            Revoked::Release(release) => Subject::new("release", *release),
            Revoked::Key { fingerprint, .. } => Subject::new("key", Digest::of(fingerprint)),
            Revoked::Policy(policy) => Subject::new("policy", *policy),
        };
        let (release, key, since, policy) = match &self.what {
            Revoked::Release(release) => (Some(*release), None, None, None),
            Revoked::Key { fingerprint, since } => (
                None,
                Some(fingerprint.as_str()),
                i64::try_from(*since).ok(),
                None,
            ),
            Revoked::Policy(policy) => (None, None, None, Some(*policy)),
        };
        draft(
            Kind::Revoke,
            vec![subject],
            [
                ("release", release.into()),
                ("key", key.into()),
                ("since", since.map_or(Value::Null, Value::Int)),
                ("policy", policy.into()),
                ("reason", self.reason.as_str().into()),
            ],
        )
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        let release = fields.maybe_digest("release")?;
        let key = fields.maybe_string("key")?;
        let policy = fields.maybe_digest("policy")?;
        let what = match (release, key, policy) {
            (Some(release), None, None) => Revoked::Release(release),
            (None, Some(fingerprint), None) => Revoked::Key {
                fingerprint,
                since: fields.count("since")?,
            },
            (None, None, Some(policy)) => Revoked::Policy(policy),
            _ => return Err(fields.error("release", "expected one of release, key and policy")),
        };
        Ok(Self {
            what,
            reason: fields.string("reason")?,
        })
    }
}

/// T10: an emergency, declared by one person and confirmed by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlassBody {
    /// Into which environment.
    pub env: String,
    /// Which release.
    pub release: Digest,
    /// Why.
    pub reason: String,
    /// Where it is followed up.
    pub ticket: Option<String>,
    /// By when evidence is there or the environment is rolled back.
    pub until: Time,
    /// Ids of the invariants that it sets aside.
    pub sets_aside: Vec<String>,
    /// The entry this one confirms, unless it is the first.
    pub confirms: Option<Digest>,
}

impl BreakGlassBody {
    /// As an entry.
    pub fn draft(&self) -> Draft {
        draft(
            Kind::Breakglass,
            vec![Subject::new("release", self.release)],
            [
                ("env", self.env.as_str().into()),
                ("reason", self.reason.as_str().into()),
                ("ticket", self.ticket.as_deref().into()),
                ("until", self.until.to_string().into()),
                (
                    "setsAside",
                    self.sets_aside.iter().map(String::as_str).collect(),
                ),
                ("confirms", self.confirms.into()),
            ],
        )
    }

    pub(super) fn read(fields: &mut Fields<'_>, entry: &Entry) -> Result<Self, Malformed> {
        let reason = fields.string("reason")?;
        if reason.trim().is_empty() {
            return Err(fields.error("reason", "is empty"));
        }
        Ok(Self {
            env: env(fields, "env")?,
            release: release_of(entry)?,
            reason,
            ticket: fields.maybe_string("ticket")?,
            until: time(fields, "until")?,
            sets_aside: fields.strings("setsAside")?,
            confirms: fields.maybe_digest("confirms")?,
        })
    }
}

/// An approver agrees that environments lose their last promotion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyBody {
    /// The environments that become entries.
    pub opens: Vec<String>,
    /// Why.
    pub reason: String,
}

impl PolicyBody {
    /// As an entry.
    pub fn draft(&self) -> Draft {
        let subject = self.opens.iter().flat_map(|env| env_subject(env)).collect();
        draft(
            Kind::Policy,
            subject,
            [
                ("opens", self.opens.iter().map(String::as_str).collect()),
                ("reason", self.reason.as_str().into()),
            ],
        )
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            opens: fields.strings("opens")?,
            reason: fields.string("reason")?,
        })
    }
}
