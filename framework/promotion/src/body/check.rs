//! T4: gates, evidence and drift.

use std::collections::{BTreeMap, BTreeSet};

use terrace_evidence::predicate::{TestResult, VERIFIER, Vsa, maybe_time};
use terrace_evidence::{Draft, Entry, Kind, PlatformId, Subject, Time};
use terrace_release::fields::{Fields, Malformed};
use terrace_release::json::Value;
use terrace_release::{Digest, edge_name};

use super::{
    PROMOTION_EXT, digest_map, digest_object, draft, env, env_subject, map, release_of, text_map,
    text_object,
};

/// The verdict of one gate in one environment, for one edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateBody {
    /// The gate's name.
    pub gate: String,
    /// Where it ran.
    pub env: String,
    /// The edge's target.
    pub to: String,
    /// For which release.
    pub release: Digest,
    /// Digest of the edge's policy it ran under.
    pub policy: Digest,
    /// Its result.
    pub result: TestResult,
    /// sha256 of its log; the log itself is not kept.
    pub log: Option<Digest>,
}

impl GateBody {
    /// As an entry.
    pub fn draft(&self) -> Draft {
        let mut predicate = self.result.to_object();
        predicate.insert(
            String::from(PROMOTION_EXT),
            Value::Object(map([
                ("gate", self.gate.as_str().into()),
                ("env", self.env.as_str().into()),
                ("to", self.to.as_str().into()),
                ("policy", self.policy.into()),
                ("log", self.log.into()),
            ])),
        );
        Draft {
            kind: Kind::Gate,
            critical: true,
            subject: vec![Subject::new("release", self.release)],
            predicate,
        }
    }

    pub(super) fn read(fields: &mut Fields<'_>, entry: &Entry) -> Result<Self, Malformed> {
        let mut ext = fields.object(PROMOTION_EXT)?;
        Ok(Self {
            gate: ext.string("gate")?,
            env: env(&mut ext, "env")?,
            to: env(&mut ext, "to")?,
            release: release_of(entry)?,
            policy: ext.digest("policy")?,
            result: TestResult::read(fields)?,
            log: ext.maybe_digest("log")?,
        })
    }
}

/// The verdict of an environment for one edge that leaves it.
///
/// The subject is the release and the environment's digest, which covers every
/// component; what was not observed stands in `unobserved`. So an entry is of
/// the same size for three components and for three hundred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceBody {
    /// The environment validated.
    pub env: String,
    /// The edge's target.
    pub to: String,
    /// The release it ran.
    pub release: Digest,
    /// Digest of the environment in that release, as it was observed.
    pub environment: Digest,
    /// Whether every gate passed.
    pub passed: bool,
    /// Digest of the edge's policy.
    pub policy: Digest,
    /// When the gates were done.
    pub time: Time,
    /// From when it no longer counts.
    pub valid_until: Option<Time>,
    /// Gates that passed.
    pub gates: BTreeSet<String>,
    /// Entries of the gates: number and digest.
    pub inputs: Vec<(u64, Digest)>,
    /// Components that nothing applied or looked at, with their digests.
    pub unobserved: BTreeMap<String, Digest>,
    /// Versions of the tools.
    pub versions: BTreeMap<String, String>,
    /// What the CI system said about itself; information, not proof.
    pub runner: BTreeMap<String, String>,
}

impl EvidenceBody {
    /// As an entry of `platform`'s ledger.
    pub fn draft(&self, platform: &PlatformId) -> Draft {
        let level = |gate: &String| format!("GATE_{}", gate.to_ascii_uppercase());
        let levels = match self.passed {
            true => std::iter::once(String::from("ENV_VALIDATED"))
                .chain(self.gates.iter().map(level))
                .collect(),
            false => Vec::new(),
        };
        let mut predicate = Vsa {
            verifier: String::from(VERIFIER),
            versions: self.versions.clone(),
            time_verified: self.time,
            resource_uri: platform.resource_uri(&self.env),
            policy: (
                format!("terrace.hcl#{}", edge_name(&self.env, &self.to)),
                self.policy,
            ),
            inputs: self
                .inputs
                .iter()
                .map(|(seq, digest)| (format!("ledger:{seq}"), *digest))
                .collect(),
            passed: self.passed,
            levels,
        }
        .to_object();
        predicate.insert(
            String::from(PROMOTION_EXT),
            Value::Object(map([
                ("env", self.env.as_str().into()),
                ("to", self.to.as_str().into()),
                ("gates", self.gates.iter().map(String::as_str).collect()),
                (
                    "validUntil",
                    self.valid_until.map(|time| time.to_string()).into(),
                ),
                ("unobserved", digest_object(&self.unobserved)),
                ("runner", text_object(&self.runner)),
            ])),
        );
        Draft {
            kind: Kind::Evidence,
            critical: true,
            subject: vec![
                Subject::new("release", self.release),
                Subject::new(format!("environment/{}", self.env), self.environment),
            ],
            predicate,
        }
    }

    pub(super) fn read(fields: &mut Fields<'_>, entry: &Entry) -> Result<Self, Malformed> {
        let vsa = Vsa::read(fields)?;
        let mut ext = fields.object(PROMOTION_EXT)?;
        let env_name = env(&mut ext, "env")?;
        let expected = entry.ext.platform.resource_uri(&env_name);
        if vsa.resource_uri != expected {
            return Err(fields.error(
                "resourceUri",
                format!("is `{}`, expected `{expected}`", vsa.resource_uri),
            ));
        }
        let name = format!("environment/{env_name}");
        let environment = entry.subject(&name).ok_or_else(|| Malformed {
            path: String::from("subject"),
            why: format!("there is no `{name}`"),
        })?;
        let mut inputs = Vec::new();
        for (uri, digest) in vsa.inputs {
            let seq = uri
                .strip_prefix("ledger:")
                .and_then(|seq| seq.parse().ok())
                .ok_or_else(|| {
                    fields.error(
                        "inputAttestations",
                        format!("`{uri}` is not ledger:<number>"),
                    )
                })?;
            inputs.push((seq, digest));
        }
        Ok(Self {
            to: env(&mut ext, "to")?,
            release: release_of(entry)?,
            environment,
            passed: vsa.passed,
            policy: vsa.policy.1,
            time: vsa.time_verified,
            valid_until: maybe_time(&mut ext, "validUntil")?,
            gates: ext.strings("gates")?.into_iter().collect(),
            inputs,
            unobserved: digest_map(&mut ext, "unobserved")?,
            versions: vsa.versions,
            runner: text_map(&mut ext, "runner")?,
            env: env_name,
        })
    }
}

/// What differs in an environment from what was applied; nothing: it is clean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftBody {
    /// The environment.
    pub env: String,
    /// Component → what differs, in words (`Deployment/nginx replicas 2->3`).
    pub components: BTreeMap<String, String>,
}

impl DriftBody {
    /// As an entry.
    pub fn draft(&self) -> Draft {
        draft(
            Kind::Drift,
            env_subject(&self.env),
            [
                ("env", self.env.as_str().into()),
                ("components", text_object(&self.components)),
            ],
        )
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            env: env(fields, "env")?,
            components: text_map(fields, "components")?,
        })
    }
}
