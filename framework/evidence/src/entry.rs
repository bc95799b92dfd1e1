//! Ledger entries: a signed in-toto statement that carries its place in the
//! chain under `https://terrace/ext/entry/v1`.
//!
//! The extension is `{kind, seq, prev, nonce, critical, trust, time, platform}`.
//! `prev` is the sha256 of the envelope before (null for the first); `trust` the
//! commit of the protected branch whose allowed_signers and roles were used;
//! `nonce` 128 random bits, so that two writers never make the same bytes;
//! `platform` the id that the first entry fixed, so that an entry means nothing
//! in another ledger; `critical` whether a reader that does not know the kind
//! must stop.

use std::fmt;

use terrace_diag::Diagnostic;
use terrace_release::Digest;
use terrace_release::fields::{Fields, Malformed};
use terrace_release::json::{Object, Value, object};

use crate::dsse::{self, Envelope, IN_TOTO};
use crate::predicate::{self, TEST_RESULT, VSA};
use crate::{Profile, Role, Signer, SigningKey, Statement, Subject, Time};

/// The key of the extension in every predicate.
pub const ENTRY_EXT: &str = "https://terrace/ext/entry/v1";

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The first entry: fixes the platform's random id.
    Platform,
    /// T1, T2: a release exists.
    Release,
    /// A gate's verdict.
    Gate,
    /// T4: an environment was validated, or was not.
    Evidence,
    /// T8: a release, key or policy is withdrawn.
    Revoke,
    /// An environment is not what it should be.
    Drift,
    /// Someone agrees to a promotion with its plans.
    Approve,
    /// Someone accepts a list of values that no environment exercised.
    Ack,
    /// T5: an environment is about to move to a release.
    Intent,
    /// T6: some components of an intent were applied.
    Step,
    /// T6, T7: how an intent ended.
    Result,
    /// An environment takes nothing new.
    Hold,
    /// It does again.
    Unhold,
    /// T9: an intent back to an earlier release.
    Rollback,
    /// T10: an emergency is declared or confirmed.
    Breakglass,
    /// The rules changed in a way that needs an approver.
    Policy,
    /// What stands in an environment's branch is taken in.
    Adopt,
    /// What was changed by hand is undone.
    Revert,
    /// A kind of a later version.
    Other(String),
}

impl Kind {
    /// All kinds this version knows.
    pub const KNOWN: [Self; 18] = [
        Self::Platform,
        Self::Release,
        Self::Gate,
        Self::Evidence,
        Self::Revoke,
        Self::Drift,
        Self::Approve,
        Self::Ack,
        Self::Intent,
        Self::Step,
        Self::Result,
        Self::Hold,
        Self::Unhold,
        Self::Rollback,
        Self::Breakglass,
        Self::Policy,
        Self::Adopt,
        Self::Revert,
    ];

    /// As it is written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Platform => "platform",
            Self::Release => "release",
            Self::Gate => "gate",
            Self::Evidence => "evidence",
            Self::Revoke => "revoke",
            Self::Drift => "drift",
            Self::Approve => "approve",
            Self::Ack => "ack",
            Self::Intent => "intent",
            Self::Step => "step",
            Self::Result => "result",
            Self::Hold => "hold",
            Self::Unhold => "unhold",
            Self::Rollback => "rollback",
            Self::Breakglass => "breakglass",
            Self::Policy => "policy",
            Self::Adopt => "adopt",
            Self::Revert => "revert",
            Self::Other(name) => name,
        }
    }

    /// From how it is written; `None` for what cannot be a kind.
    pub fn parse(text: &str) -> Option<Self> {
        let known = Self::KNOWN.into_iter().find(|kind| kind.as_str() == text);
        known.or_else(|| {
            let fits =
                (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase());
            fits.then(|| Self::Other(String::from(text)))
        })
    }

    /// Whose word it is (product.md, Signing); `None` for kinds of later versions.
    pub const fn role(&self) -> Option<Role> {
        Some(match self {
            Self::Platform
            | Self::Release
            | Self::Intent
            | Self::Step
            | Self::Result
            | Self::Hold
            | Self::Unhold
            | Self::Rollback
            | Self::Adopt
            | Self::Revert => Role::Promoter,
            Self::Gate | Self::Evidence | Self::Drift => Role::Validator,
            Self::Approve | Self::Ack | Self::Policy => Role::Approver,
            Self::Breakglass => Role::Oncall,
            Self::Revoke => Role::Revoker,
            Self::Other(_) => return None,
        })
    }

    /// The predicate type that entries of this kind have.
    pub fn predicate_type(&self) -> String {
        match self {
            Self::Evidence => String::from(VSA),
            Self::Gate => String::from(TEST_RESULT),
            other => format!("https://terrace/{}/v1", other.as_str()),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The random id of a platform: 128 bits, 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlatformId(String);

impl PlatformId {
    /// From random bytes.
    pub fn new(random: &[u8; 16]) -> Self {
        Self(hex(random))
    }

    /// From how it is written.
    pub fn parse(text: &str) -> Option<Self> {
        is_hex(text, 32).then(|| Self(String::from(text)))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `terrace:<id>#env=<env>`: what evidence is about.
    pub fn resource_uri(&self, env: &str) -> String {
        format!("terrace:{}#env={env}", self.0)
    }
}

impl fmt::Display for PlatformId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// The extension as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// What the entry says.
    pub kind: Kind,
    /// From 1, without gaps.
    pub seq: u64,
    /// sha256 of the envelope before.
    pub prev: Option<Digest>,
    /// 32 hexadecimal digits.
    pub nonce: String,
    /// Readers that do not know the kind must stop.
    pub critical: bool,
    /// Commit of the protected branch.
    pub trust: String,
    /// When it was signed.
    pub time: Time,
    /// Which ledger it belongs to.
    pub platform: PlatformId,
}

impl Extension {
    fn to_json(&self) -> Value {
        object([
            ("kind", self.kind.as_str().into()),
            (
                "seq",
                Value::Int(i64::try_from(self.seq).unwrap_or(i64::MAX)),
            ),
            ("prev", self.prev.into()),
            ("nonce", self.nonce.as_str().into()),
            ("critical", self.critical.into()),
            ("trust", self.trust.as_str().into()),
            ("time", self.time.to_string().into()),
            ("platform", self.platform.as_str().into()),
        ])
    }

    /// Reads the extension of a predicate.
    pub(crate) fn read(predicate: &Object) -> Result<Self, Malformed> {
        let mut fields = Fields::of_object(predicate, String::new()).object(ENTRY_EXT)?;
        let kind = fields.string("kind")?;
        let nonce = fields.string("nonce")?;
        let platform = fields.string("platform")?;
        let trust = fields.string("trust")?;
        if !is_hex(&trust, 40) && !is_hex(&trust, 64) {
            return Err(fields.error("trust", "expected a commit id"));
        }
        if !is_hex(&nonce, 32) {
            return Err(fields.error("nonce", "expected 32 hexadecimal digits"));
        }
        Ok(Self {
            kind: Kind::parse(&kind)
                .ok_or_else(|| fields.error("kind", "expected 1 to 20 lower case letters"))?,
            seq: fields.count("seq")?,
            prev: fields.maybe_digest("prev")?,
            nonce,
            critical: fields.bool("critical")?,
            trust,
            time: predicate::time(&mut fields, "time")?,
            platform: PlatformId::parse(&platform)
                .ok_or_else(|| fields.error("platform", "expected 32 hexadecimal digits"))?,
        })
    }
}

/// An entry of a verified ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// sha256 of the envelope's bytes: the entry's name everywhere.
    pub digest: Digest,
    /// Its place and provenance.
    pub ext: Extension,
    /// What it is about.
    pub subject: Vec<Subject>,
    /// What it says, without the extension.
    pub predicate: Object,
    /// Trusted signers, at least one of them with the role of the kind.
    pub signers: Vec<Signer>,
}

impl Entry {
    /// Its number, from 1.
    pub const fn seq(&self) -> u64 {
        self.ext.seq
    }

    /// The subject of a name.
    pub fn subject(&self, name: &str) -> Option<Digest> {
        self.subject
            .iter()
            .find(|subject| subject.name == name)
            .map(|subject| subject.sha256)
    }

    /// Names of all signers who hold `role`.
    pub fn signers_with(&self, role: Role) -> impl Iterator<Item = &Signer> {
        self.signers
            .iter()
            .filter(move |signer| signer.roles.contains(&role))
    }
}

/// Where the next entry goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Its number.
    pub seq: u64,
    /// sha256 of the envelope before; `None` for the first.
    pub prev: Option<Digest>,
    /// The ledger's platform.
    pub platform: PlatformId,
}

/// An entry before it has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it says.
    pub kind: Kind,
    /// Readers that do not know the kind must stop.
    pub critical: bool,
    /// What it is about; at least one.
    pub subject: Vec<Subject>,
    /// What it says.
    pub predicate: Object,
}

/// Moment, trust and randomness of a signature: what comes from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Now.
    pub time: Time,
    /// Commit of the protected branch whose trust and policy were read.
    pub trust: String,
    /// 128 random bits, fresh for every signature.
    pub nonce: [u8; 16],
}

/// An entry ready to be committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedEntry {
    /// Path in the ledger's tree.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Its sha256.
    pub digest: Digest,
}

/// `entries/00000043-evidence-0123456789ab.dsse.json`.
pub fn entry_name(seq: u64, kind: &Kind, digest: &Digest) -> String {
    format!("entries/{seq:08}-{kind}-{}.dsse.json", digest.short())
}

impl Draft {
    /// Gives it a place and signs it.
    pub fn sign(
        &self,
        at: &Position,
        stamp: &Stamp,
        keys: &[(&SigningKey, Profile)],
    ) -> Result<SignedEntry, Diagnostic> {
        let ext = Extension {
            kind: self.kind.clone(),
            seq: at.seq,
            prev: at.prev,
            nonce: hex(&stamp.nonce),
            critical: self.critical,
            trust: stamp.trust.clone(),
            time: stamp.time,
            platform: at.platform.clone(),
        };
        let mut predicate = self.predicate.clone();
        predicate.insert(String::from(ENTRY_EXT), ext.to_json());
        let statement = Statement {
            subject: self.subject.clone(),
            predicate_type: self.kind.predicate_type(),
            predicate,
        };
        let payload = statement.to_text().into_bytes();
        let message = dsse::pae(IN_TOTO, &payload);
        let mut signatures = Vec::new();
        for (key, profile) in keys {
            signatures.push(dsse::Signature {
                keyid: String::from(key.public().fingerprint()),
                sig: key.sign(*profile, &message)?,
            });
        }
        let bytes = Envelope {
            payload_type: String::from(IN_TOTO),
            payload,
            signatures,
        }
        .to_text()
        .into_bytes();
        let digest = Digest::of(&bytes);
        Ok(SignedEntry {
            name: entry_name(at.seq, &self.kind, &digest),
            bytes,
            digest,
        })
    }
}
