//! The ledger: entries in one chain, each verified against the one before and
//! the trust it names (promotion.md, "verify algorithm for one entry").

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use terrace_diag::Diagnostic;
use terrace_release::Digest;
use terrace_release::fields::{Fields, Malformed};
use terrace_release::json::Object;

use crate::dsse::{Envelope, EnvelopeError, IN_TOTO};
use crate::entry::{ENTRY_EXT, Entry, Extension, Kind, PlatformId, Position, entry_name};
use crate::predicate::{TestResult, VERIFIER, Vsa};
use crate::statement::{Statement, StatementError};
use crate::trust::{Signer, Trust, TrustSource, signer_of};
use crate::{Role, Time, codes};

/// How far two clocks may differ, in seconds.
pub const SKEW: i64 = 3600;

/// Why an entry is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// A file of the ledger that is not named like an entry.
    #[error("not an entry: expected entries/<8 digits>-<kind>-<12 hex>.dsse.json")]
    Name,
    /// The name does not fit what is in the file.
    #[error("the file's name does not fit its content, which is {0}")]
    Renamed(String),
    /// Not an envelope.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// Not an in-toto statement.
    #[error("payloadType is `{0}`, expected {IN_TOTO}")]
    PayloadType(String),
    /// The payload is no statement.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The predicate lacks what its kind needs.
    #[error("predicate: {0}")]
    Predicate(#[from] Malformed),
    /// The predicate type does not fit the kind.
    #[error("predicateType is `{found}`, a {kind} entry has {expected}")]
    PredicateType {
        /// The entry's kind.
        kind: Kind,
        /// What it has.
        found: String,
        /// What the kind has.
        expected: String,
    },
    /// The trust cannot be read.
    #[error("trust commit {commit}: {why}")]
    Trust {
        /// The commit it names.
        commit: String,
        /// Why not.
        why: String,
    },
    /// The trust is older than that of the entry before.
    #[error(
        "trust commit {commit} is older than {before}, the one of the entry before: a removed key could sign with it"
    )]
    TrustOlder {
        /// The commit it names.
        commit: String,
        /// The commit the entry before names.
        before: String,
    },
    /// An ancestor is missing from this clone.
    #[error("trust commit {commit}: its history is not in this clone (git fetch --unshallow)")]
    TrustUnknown {
        /// The commit it names.
        commit: String,
    },
    /// No signature by a trusted key.
    #[error("no valid signature by a trusted key: {}", .0.join("; "))]
    Signature(Vec<String>),
    /// Signed by people without the role.
    #[error("a {kind} entry needs a {needed}; it is signed by {signers}")]
    Role {
        /// The entry's kind.
        kind: Kind,
        /// The role.
        needed: Role,
        /// Who signed.
        signers: String,
    },
    /// Evidence under another verifier's name.
    #[error("verifier.id is `{0}`, expected {VERIFIER}")]
    Verifier(String),
    /// An entry of another platform's ledger.
    #[error("it belongs to platform {found}, this ledger is of {expected}")]
    Platform {
        /// This ledger's.
        expected: PlatformId,
        /// The entry's.
        found: String,
    },
    /// The first entry is not the platform's, or another one is.
    #[error("the first entry, and no other, is of kind platform")]
    Genesis,
    /// Entries are missing.
    #[error("entry {expected} is missing: deleted, or not fetched")]
    Gap {
        /// The number that should come.
        expected: u64,
    },
    /// Two entries with one number.
    #[error("a second entry with this number: the ledger was forked")]
    Duplicate,
    /// The number inside is another than that of the name.
    #[error("it says it is entry {0}")]
    Seq(u64),
    /// The hash of the entry before does not fit.
    #[error(
        "prev is {found}, the entry before is {expected}: it was changed, reordered or replaced"
    )]
    Prev {
        /// The entry before.
        expected: String,
        /// What it says.
        found: String,
    },
    /// Its time is before that of an earlier entry by more than the skew.
    #[error("dated {time}, more than an hour before an earlier entry ({before})")]
    Backwards {
        /// Its time.
        time: Time,
        /// The latest of the entries before it.
        before: Time,
    },
    /// Its time has not come.
    #[error("dated {time}, more than an hour from now ({now})")]
    Future {
        /// Its time.
        time: Time,
        /// Now.
        now: Time,
    },
    /// A kind of a later version that must not be skipped.
    #[error("kind `{0}` is not known to this version and is marked critical: upgrade terrace")]
    UnknownCritical(Kind),
}

/// A refused entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its number, as far as it can be told.
    pub seq: Option<u64>,
    /// Its path in the ledger.
    pub file: String,
    /// Why.
    pub why: Why,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.seq {
            Some(seq) => write!(f, "ledger entry {seq} ({}): {}", self.file, self.why),
            None => write!(f, "ledger file {}: {}", self.file.escape_debug(), self.why),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Diagnostic {
    fn from(refusal: Refusal) -> Self {
        let fix = match &refusal.why {
            Why::TrustUnknown { .. } => "git fetch --unshallow",
            Why::UnknownCritical(_) => "upgrade terrace",
            _ => {
                "terrace verify names every entry; fetch again, or restore the ledger branch from a clone that verifies"
            }
        };
        Self::error(&codes::LEDGER, refusal.to_string()).help(fix)
    }
}

/// Signatures that were checked before: envelope → fingerprints of the keys
/// whose signatures are right. Content-addressed and independent of trust, so a
/// private cache of it is sound; `verify` runs without one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignatureCache(BTreeMap<Digest, Vec<String>>);

impl SignatureCache {
    /// Nothing checked yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One line per envelope: digest and fingerprints.
    pub fn to_text(&self) -> String {
        self.0
            .iter()
            .map(|(digest, keys)| format!("{digest} {}\n", keys.join(" ")))
            .collect()
    }

    /// Reads it back; lines that are not understood are forgotten, which only
    /// costs time.
    pub fn parse(text: &str) -> Self {
        let line = |line: &str| {
            let mut words = line.split(' ');
            let digest = words.next()?.parse().ok()?;
            let keys: Vec<String> = words.map(String::from).collect();
            keys.iter()
                .all(|key| key.starts_with("SHA256:"))
                .then_some((digest, keys))
        };
        Self(text.lines().filter_map(line).collect())
    }
}

/// A ledger whose every entry verified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifiedLedger {
    entries: Vec<Entry>,
    clock: Option<Time>,
}

impl VerifiedLedger {
    /// Entries in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The platform; `None` for an empty ledger.
    pub fn platform(&self) -> Option<&PlatformId> {
        self.entries.first().map(|entry| &entry.ext.platform)
    }

    /// The latest time of any entry: the next one may be an hour older at most.
    pub fn clock(&self) -> Option<Time> {
        self.clock
    }

    /// The last entry.
    pub fn head(&self) -> Option<&Entry> {
        self.entries.last()
    }

    /// The entry of a digest.
    pub fn find(&self, digest: Digest) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.digest == digest)
    }

    /// Where the next entry goes; `None` for an empty ledger, whose first entry
    /// brings a new platform id.
    pub fn next(&self) -> Option<Position> {
        self.head().map(|head| Position {
            seq: head.ext.seq + 1,
            prev: Some(head.digest),
            platform: head.ext.platform.clone(),
        })
    }
}

/// A file that was read, with nothing of it believed yet.
struct Prepared {
    envelope: Envelope,
    statement: Statement,
    ext: Extension,
    /// What is wrong with what it says, taken by itself.
    flaws: Vec<Why>,
}

impl Prepared {
    fn read(bytes: &[u8]) -> Result<Self, Why> {
        let envelope = Envelope::parse(bytes)?;
        if envelope.payload_type != IN_TOTO {
            return Err(Why::PayloadType(
                envelope.payload_type.chars().take(80).collect(),
            ));
        }
        // The payload names the trust that its signature is checked with; nothing
        // else of it is believed before that.
        let statement = Statement::parse(&envelope.payload)?;
        let ext = Extension::read(&statement.predicate)?;
        Ok(Self {
            flaws: flaws(&statement.predicate, &ext),
            ext,
            envelope,
            statement,
        })
    }
}

/// Verifies entries one after the other.
pub struct Verifier<'a> {
    trust: &'a dyn TrustSource,
    now: Time,
    known: Cow<'a, SignatureCache>,
    fresh: SignatureCache,
    entries: Vec<Entry>,
    /// The latest time so far: against it, and not against the entry before,
    /// clocks are compared, so that times cannot creep backwards hour by hour.
    clock: Option<Time>,
    refusals: Vec<Refusal>,
    /// Number and digest of the last file, verified or not, so that one fault is
    /// reported once and not for everything behind it.
    last: Option<(u64, Digest)>,
}

impl<'a> Verifier<'a> {
    /// At the start of a ledger.
    pub fn new(trust: &'a dyn TrustSource, now: Time, known: SignatureCache) -> Self {
        Self {
            trust,
            now,
            known: Cow::Owned(known),
            fresh: SignatureCache::new(),
            entries: Vec::new(),
            clock: None,
            refusals: Vec::new(),
            last: None,
        }
    }

    /// Behind a ledger that was verified before.
    pub fn resume(
        trust: &'a dyn TrustSource,
        now: Time,
        known: SignatureCache,
        ledger: VerifiedLedger,
    ) -> Self {
        let last = ledger.head().map(|head| (head.ext.seq, head.digest));
        Self {
            clock: ledger.clock,
            entries: ledger.entries,
            last,
            ..Self::new(trust, now, known)
        }
    }

    /// The next file, in order of names.
    pub fn push(&mut self, name: &str, bytes: &[u8]) {
        match parse_name(name) {
            Some((seq, _)) => {
                let read = Reading::of(bytes, &self.known);
                self.accept(name, seq, read);
            }
            None => self.refuse_name(name),
        }
    }

    fn refuse_name(&mut self, name: &str) {
        self.refusals.push(Refusal {
            seq: None,
            file: String::from(name),
            why: Why::Name,
        });
    }

    /// Takes in a file that was read already.
    fn accept(&mut self, name: &str, seq: u64, read: Reading) {
        let Reading { digest, read } = read;
        let verified = read.and_then(|prepared| self.verify(name, seq, digest, prepared));
        let faults = match verified {
            Ok((entry, faults)) => {
                self.clock = self.clock.max(Some(entry.ext.time));
                self.entries.push(entry);
                faults
            }
            Err(why) => vec![why],
        };
        self.refusals.extend(faults.into_iter().map(|why| Refusal {
            seq: Some(seq),
            file: String::from(name),
            why,
        }));
        self.last = Some((seq, digest));
    }

    /// The ledger, or everything that is wrong with it.
    pub fn finish(self) -> Result<(VerifiedLedger, SignatureCache), Vec<Refusal>> {
        match self.refusals.is_empty() {
            true => Ok((
                VerifiedLedger {
                    entries: self.entries,
                    clock: self.clock,
                },
                self.fresh,
            )),
            false => Err(self.refusals),
        }
    }

    fn verify(
        &mut self,
        name: &str,
        seq: u64,
        digest: Digest,
        prepared: Prepared,
    ) -> Result<(Entry, Vec<Why>), Why> {
        let Prepared {
            envelope,
            statement,
            ext,
            flaws,
        } = prepared;
        let mut predicate = statement.predicate;
        predicate.remove(ENTRY_EXT);
        let trust = self.trust.trust(&ext.trust).map_err(|why| Why::Trust {
            commit: ext.trust.clone(),
            why,
        })?;
        let signers = self.signers(&envelope, digest, &trust, ext.time)?;

        let mut faults = self.place(name, seq, digest, &ext);
        faults.extend(meaning(&statement.predicate_type, flaws, &ext, &signers));
        let entry = Entry {
            digest,
            ext,
            subject: statement.subject,
            predicate,
            signers,
        };
        Ok((entry, faults))
    }

    /// Trusted keys that signed; every signature is tried, one must be right.
    fn signers(
        &mut self,
        envelope: &Envelope,
        digest: Digest,
        trust: &Trust,
        time: Time,
    ) -> Result<Vec<Signer>, Why> {
        let fingerprints = match self.known.0.get(&digest) {
            Some(known) => known.clone(),
            None => right_signatures(envelope, trust),
        };
        let mut signers = Vec::new();
        let mut why = Vec::new();
        for fingerprint in &fingerprints {
            match signer_of(trust, fingerprint, time) {
                Ok(signer) => signers.push(signer),
                Err(fault) => why.push(fault),
            }
        }
        if signers.is_empty() {
            for signature in &envelope.signatures {
                if !fingerprints.contains(&signature.keyid) {
                    why.push(match signature.keyid.as_str() {
                        "" => String::from("a signature fits no key of allowed_signers"),
                        keyid => format!(
                            "the signature of {} fits no key of allowed_signers",
                            keyid.chars().take(80).collect::<String>().escape_debug()
                        ),
                    });
                }
            }
            return Err(Why::Signature(why));
        }
        self.fresh.0.insert(digest, fingerprints);
        Ok(signers)
    }

    /// Number, chain, platform, trust order and time.
    fn place(&self, name: &str, seq: u64, digest: Digest, ext: &Extension) -> Vec<Why> {
        let mut faults = Vec::new();
        let expected = self.last.map_or(1, |(last, _)| last + 1);
        if ext.seq != seq {
            faults.push(Why::Seq(ext.seq));
        }
        if seq < expected {
            faults.push(Why::Duplicate);
        } else if seq > expected {
            faults.push(Why::Gap { expected });
        } else {
            let before = self.last.map(|(_, digest)| digest);
            if ext.prev != before {
                let show = |digest: Option<Digest>| {
                    digest.map_or(String::from("none"), |digest| digest.short())
                };
                faults.push(Why::Prev {
                    expected: show(before),
                    found: show(ext.prev),
                });
            }
        }
        let right = entry_name(ext.seq, &ext.kind, &digest);
        if ext.seq == seq && right != name {
            faults.push(Why::Renamed(right));
        }
        if (ext.kind == Kind::Platform) != (seq == 1) {
            faults.push(Why::Genesis);
        }
        if ext.time.since(self.now) > SKEW {
            faults.push(Why::Future {
                time: ext.time,
                now: self.now,
            });
        }
        let Some(before) = self.entries.last() else {
            return faults;
        };
        if ext.platform != before.ext.platform {
            faults.push(Why::Platform {
                expected: before.ext.platform.clone(),
                found: ext.platform.to_string(),
            });
        }
        if let Some(clock) = self.clock.filter(|clock| clock.since(ext.time) > SKEW) {
            faults.push(Why::Backwards {
                time: ext.time,
                before: clock,
            });
        }
        if ext.trust != before.ext.trust {
            match self.trust.descends(&ext.trust, &before.ext.trust) {
                Some(true) => {}
                Some(false) => faults.push(Why::TrustOlder {
                    commit: ext.trust.clone(),
                    before: before.ext.trust.clone(),
                }),
                None => faults.push(Why::TrustUnknown {
                    commit: ext.trust.clone(),
                }),
            }
        }
        faults
    }
}

/// Kind, role and the predicate that belongs to the kind.
fn meaning(predicate_type: &str, flaws: Vec<Why>, ext: &Extension, signers: &[Signer]) -> Vec<Why> {
    let mut faults = Vec::new();
    let Some(role) = ext.kind.role() else {
        if ext.critical {
            faults.push(Why::UnknownCritical(ext.kind.clone()));
        }
        return faults;
    };
    let expected = ext.kind.predicate_type();
    if predicate_type != expected {
        faults.push(Why::PredicateType {
            kind: ext.kind.clone(),
            found: predicate_type.chars().take(80).collect(),
            expected,
        });
        return faults;
    }
    if !signers.iter().any(|signer| signer.roles.contains(&role)) {
        let names: Vec<String> = signers
            .iter()
            .map(|signer| {
                let roles: Vec<&str> = signer.roles.iter().map(|role| role.as_str()).collect();
                match roles.is_empty() {
                    true => format!("{} (no role)", signer.name()),
                    false => format!("{} ({})", signer.name(), roles.join(", ")),
                }
            })
            .collect();
        faults.push(Why::Role {
            kind: ext.kind.clone(),
            needed: role,
            signers: names.join(", "),
        });
    }
    faults.extend(flaws);
    faults
}

/// What is wrong with a predicate of its kind, whoever signed it and wherever it
/// stands.
fn flaws(predicate: &Object, ext: &Extension) -> Vec<Why> {
    let mut fields = Fields::of_object(predicate, String::new());
    let mut flaws = Vec::new();
    match ext.kind {
        Kind::Evidence => match Vsa::read(&mut fields) {
            Err(fault) => flaws.push(Why::Predicate(fault)),
            Ok(vsa) => {
                if vsa.verifier != VERIFIER {
                    flaws.push(Why::Verifier(vsa.verifier));
                }
                let ours = ext.platform.resource_uri("");
                if !vsa.resource_uri.starts_with(&ours) {
                    flaws.push(Why::Platform {
                        expected: ext.platform.clone(),
                        found: format!("`{}`", vsa.resource_uri),
                    });
                }
            }
        },
        Kind::Gate => {
            if let Err(fault) = TestResult::read(&mut fields) {
                flaws.push(Why::Predicate(fault));
            }
        }
        _ => {}
    }
    flaws
}

/// Fingerprints of the trusted keys whose signatures are right.
fn right_signatures(envelope: &Envelope, trust: &Trust) -> Vec<String> {
    let message = envelope.pae();
    let mut right = Vec::new();
    for signature in &envelope.signatures {
        let keys = trust.signers.keys().iter().map(|allowed| &allowed.key);
        // The keyid is a hint: the key it names is tried first and alone.
        let named = keys
            .clone()
            .find(|key| key.fingerprint() == signature.keyid);
        let key = match named {
            Some(key) => Some(key).filter(|key| key.verify(&message, &signature.sig)),
            None => keys
                .into_iter()
                .find(|key| key.verify(&message, &signature.sig)),
        };
        right.extend(key.map(|key| String::from(key.fingerprint())));
    }
    right.sort();
    right.dedup();
    right
}

/// Number and kind of an entry's file name.
fn parse_name(name: &str) -> Option<(u64, &str)> {
    let rest = name.strip_prefix("entries/")?.strip_suffix(".dsse.json")?;
    let (seq, rest) = rest.split_once('-')?;
    let (kind, short) = rest.split_once('-')?;
    let digits = seq.len() >= 8 && seq.bytes().all(|b| b.is_ascii_digit());
    let fits = digits && short.len() == 12 && Kind::parse(kind).is_some();
    let number = seq.parse::<u64>().ok()?;
    // One number has one spelling.
    (fits && format!("{number:08}") == seq).then_some((number, kind))
}

/// Verifies a whole ledger: every file of its tree with its path, in any order.
pub fn verify_chain<N: AsRef<str> + Sync, B: AsRef<[u8]> + Sync>(
    files: impl IntoIterator<Item = (N, B)>,
    trust: &dyn TrustSource,
    now: Time,
) -> Result<VerifiedLedger, Vec<Refusal>> {
    verify_chain_cached(files, trust, now, &SignatureCache::new()).map(|(ledger, _)| ledger)
}

/// Like [`verify_chain`], not checking again the signatures that `known` lists;
/// gives the list for the next time.
pub fn verify_chain_cached<N: AsRef<str> + Sync, B: AsRef<[u8]> + Sync>(
    files: impl IntoIterator<Item = (N, B)>,
    trust: &dyn TrustSource,
    now: Time,
    known: &SignatureCache,
) -> Result<(VerifiedLedger, SignatureCache), Vec<Refusal>> {
    let (names, contents): (Vec<N>, Vec<B>) = files.into_iter().unzip();
    // Reading and signatures are most of the work and need no order; the chain does.
    let read = contents
        .par_iter()
        .map(|bytes| Reading::of(bytes.as_ref(), known));
    Unverified::new(names.iter().zip(read.collect::<Vec<_>>())).verify(trust, now, known)
}

/// A file of a ledger after it was read, and before anything in it is believed.
pub struct Reading {
    digest: Digest,
    read: Result<Prepared, Why>,
}

impl Reading {
    /// Reads a file; independent of all others.
    pub fn of(bytes: &[u8], known: &SignatureCache) -> Self {
        let digest = Digest::of(bytes);
        let mut read = Prepared::read(bytes);
        if let (Ok(prepared), true) = (&mut read, known.0.contains_key(&digest)) {
            // It is what signatures are checked against, and nothing else.
            prepared.envelope.payload = Vec::new();
        }
        Self { digest, read }
    }
}

/// The files of a ledger after they were read, and before anything in them is
/// believed.
pub struct Unverified<'a>(Vec<(&'a str, Reading)>);

impl<'a> Unverified<'a> {
    /// Every file of a ledger's tree with its path, in any order.
    pub fn new<N: AsRef<str> + 'a>(files: impl IntoIterator<Item = (&'a N, Reading)>) -> Self {
        let mut files: Vec<(u64, &str, Reading)> = files
            .into_iter()
            .map(|(name, read)| {
                let name = name.as_ref();
                let seq = parse_name(name).map_or(u64::MAX, |(seq, _)| seq);
                (seq, name, read)
            })
            .collect();
        files.sort_by_key(|(seq, name, _)| (*seq, *name));
        let files = files.into_iter();
        Self(files.map(|(_, name, read)| (name, read)).collect())
    }

    /// The trust commits that the entries name, to read them all at once.
    pub fn trusts(&self) -> BTreeSet<String> {
        let read = self
            .0
            .iter()
            .filter_map(|(_, file)| file.read.as_ref().ok());
        let mut out: BTreeSet<String> = BTreeSet::new();
        for prepared in read {
            if !out.contains(&prepared.ext.trust) {
                out.insert(prepared.ext.trust.clone());
            }
        }
        out
    }

    /// Verifies them, as [`verify_chain_cached`] does.
    pub fn verify(
        self,
        trust: &dyn TrustSource,
        now: Time,
        known: &SignatureCache,
    ) -> Result<(VerifiedLedger, SignatureCache), Vec<Refusal>> {
        let mut trusts = BTreeMap::new();
        let mut unknown = Vec::new();
        for (_, Reading { digest, read }) in &self.0 {
            if let (Ok(prepared), false) = (read, known.0.contains_key(digest)) {
                let commit = prepared.ext.trust.as_str();
                let found = trusts
                    .entry(commit)
                    .or_insert_with(|| trust.trust(commit).ok());
                if let Some(trust) = found {
                    unknown.push((*digest, &prepared.envelope, std::sync::Arc::clone(trust)));
                }
            }
        }
        let mut known = Cow::Borrowed(known);
        if !unknown.is_empty() {
            let checked: Vec<(Digest, Vec<String>)> = unknown
                .into_par_iter()
                .map(|(digest, envelope, trust)| (digest, right_signatures(envelope, &trust)))
                .collect();
            known.to_mut().0.extend(checked);
        }
        drop(trusts);
        let mut verifier = Verifier {
            known,
            ..Verifier::new(trust, now, SignatureCache::new())
        };
        verifier.entries.reserve_exact(self.0.len());
        for (name, read) in self.0 {
            match parse_name(name) {
                Some((seq, _)) => verifier.accept(name, seq, read),
                None => verifier.refuse_name(name),
            }
        }
        verifier.finish()
    }
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
