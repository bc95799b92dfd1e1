//! Signs entries and moves refs: all of it or nothing.

use std::time::Duration;

use terrace_diag::Diagnostic;
use terrace_evidence::{
    Draft, Kind, PlatformId, Position, Profile, SignatureCache, SignedEntry, SigningKey, Stamp,
    VerifiedLedger, Verifier,
};
use terrace_git::{AddedFile, Atomicity, GitError, NewCommit, ObjectId, RefUpdate, Signature};
use terrace_promotion::{View, body};
use terrace_release::Digest;

use super::branch::{LEDGER_HEAD, RELEASE};
use super::refs::{LEDGER, RELEASES};
use super::{Failure, Read, Refs, Session, codes};
use crate::World;

/// How often a lost race is run again. Sixteen racing writers needed nine rounds
/// at most with jitter.
const ATTEMPTS: u32 = 30;

/// The key that signs, with the profile of its signatures.
pub struct Keyring {
    /// The key.
    pub key: SigningKey,
    /// Which tool verifies its signatures.
    pub profile: Profile,
}

/// Opens the records and works on them; when someone else was faster, waits a
/// random while, reads everything again and works again. Nothing of a lost
/// round is kept, so that every guard is asked anew (I12).
///
/// # Errors
/// What `work` gives; the last lost race after thirty rounds.
pub fn with_retries<T>(
    world: &World,
    work: impl FnMut(&mut Session) -> Result<T, Failure>,
) -> Result<T, Failure> {
    retried(world, Read::Fetch, work)
}

/// Likewise, reading in another way.
///
/// # Errors
/// As [`with_retries`].
pub fn retried<T>(
    world: &World,
    read: Read,
    mut work: impl FnMut(&mut Session) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut round = 0;
    loop {
        let result = Session::open(world, read).and_then(|mut session| {
            let result = work(&mut session);
            session.leave();
            result
        });
        match result {
            Err(Failure::Lost(_)) if round + 1 < ATTEMPTS && !world.cancel.is_cancelled() => {
                round += 1;
                std::thread::sleep(backoff(round)?);
            }
            result => return result,
        }
    }
}

/// Full jitter: anything from nothing to 20 ms doubled each round, 2 s at most.
fn backoff(round: u32) -> Result<Duration, Failure> {
    let limit = (20_u64 << round.min(10)).min(2000);
    let random = u64::from_le_bytes(random::<8>()?);
    Ok(Duration::from_millis(random % (limit + 1)))
}

/// Random bytes of the system.
///
/// # Errors
/// The system has none.
pub fn random<const N: usize>() -> Result<[u8; N], Diagnostic> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Diagnostic::error(
            &codes::NO_RANDOM,
            format!("the system gives no random bytes: {error}"),
        )
    })?;
    Ok(bytes)
}

impl Session {
    /// Signs the drafts, and moves the ledger together with the refs that
    /// `more` gives for the signed entries. An empty ledger first gets its
    /// platform's entry. Everything is verified and folded before it is written.
    ///
    /// # Errors
    /// [`Failure::Lost`] if a ref moved meanwhile; nothing is moved then.
    pub fn append(
        &mut self,
        drafts: &[Draft],
        keys: &Keyring,
        more: impl FnOnce(&Self, &[SignedEntry]) -> Result<Vec<RefUpdate>, Failure>,
    ) -> Result<Vec<SignedEntry>, Failure> {
        self.append_each(|signed, _| drafts.get(signed.len()).cloned(), keys, more)
    }

    /// Likewise; `next` gives each draft for those that were signed before it and
    /// the number it gets, so that entries of one write can cite each other.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub fn append_each(
        &mut self,
        mut next: impl FnMut(&[SignedEntry], u64) -> Option<Draft>,
        keys: &Keyring,
        more: impl FnOnce(&Self, &[SignedEntry]) -> Result<Vec<RefUpdate>, Failure>,
    ) -> Result<Vec<SignedEntry>, Failure> {
        let mut at = match self.ledger.next() {
            Some(at) => at,
            None => Position {
                seq: 1,
                prev: None,
                platform: PlatformId::new(&random::<16>()?),
            },
        };
        let genesis = at.seq == 1;
        if genesis {
            self.may_begin()?;
        }
        let mut kinds: Vec<Kind> = Vec::new();
        let mut entries: Vec<SignedEntry> = Vec::new();
        loop {
            let draft = match (genesis, entries.is_empty()) {
                (true, true) => Some(body::platform(&self.config.name)),
                _ => next(&entries[usize::from(genesis)..], at.seq),
            };
            let Some(draft) = draft else { break };
            let stamp = Stamp {
                time: self.now,
                trust: self.trust.tip().to_string(),
                nonce: random::<16>()?,
            };
            let entry = draft.sign(&at, &stamp, &[(&keys.key, keys.profile)])?;
            at.seq += 1;
            at.prev = Some(entry.digest);
            entries.push(entry);
            kinds.push(draft.kind);
        }
        let (ledger, view) = self.after(&entries)?;
        let tip = self.write_entries(&entries, &kinds)?;
        let own = &entries[usize::from(genesis)..];
        // Where a remote cannot move them at once: bytes, then the entry that
        // cites them, then the environment. Cut anywhere, nothing is lost.
        let ledger_update =
            RefUpdate::new(Refs::moved(LEDGER), tip.clone(), self.ledger_tip.clone());
        let (mut updates, rest): (Vec<RefUpdate>, Vec<RefUpdate>) = more(self, own)?
            .into_iter()
            .partition(|update| update.name == Refs::moved(RELEASES));
        updates.push(ledger_update);
        updates.extend(rest);
        move_refs(self, &updates, "append to the ledger")?;
        self.ledger = ledger;
        self.view = view;
        self.ledger_tip = Some(tip);
        Ok(own.to_vec())
    }

    /// What the ledger would say: a writer is its own first reader.
    fn after(&self, signed: &[SignedEntry]) -> Result<(VerifiedLedger, View), Failure> {
        let mut verifier = Verifier::resume(
            &self.trust,
            self.now,
            SignatureCache::new(),
            self.ledger.clone(),
        );
        for entry in signed {
            verifier.push(&entry.name, &entry.bytes);
        }
        let (ledger, _) = verifier.finish()?;
        let mut view = self.view.clone();
        for entry in &ledger.entries()[self.ledger.entries().len()..] {
            view.apply(entry)?;
        }
        Ok((ledger, view))
    }

    /// One commit per entry; the last one.
    fn write_entries(&self, signed: &[SignedEntry], kinds: &[Kind]) -> Result<ObjectId, Failure> {
        let messages: Vec<String> = signed
            .iter()
            .zip(kinds)
            .map(|(entry, kind)| format!("{kind} {}", entry.digest.short()))
            .collect();
        let files: Vec<AddedFile<'_>> = signed
            .iter()
            .zip(&messages)
            .map(|(entry, message)| AddedFile {
                path: &entry.name,
                bytes: &entry.bytes,
                message,
                trailers: vec![("Entry", entry.digest.to_string())],
            })
            .collect();
        let author = self.author()?;
        let tip = self
            .repository
            .add_files(self.ledger_tip.as_ref(), &author, &files)?;
        tip.filter(|_| !signed.is_empty()).ok_or_else(|| {
            Diagnostic::error(
                &crate::codes::NOTHING_SELECTED,
                "there is nothing to record",
            )
            .into()
        })
    }

    /// Who commits: git's identity, or terrace itself. Commits prove nothing,
    /// entries do.
    ///
    /// # Errors
    /// Git fails.
    pub fn author(&self) -> Result<Signature, GitError> {
        let author = self.repository.identity()?.unwrap_or(Signature {
            name: String::from("terrace"),
            email: String::from("terrace@localhost"),
            seconds: 0,
        });
        Ok(Signature {
            seconds: self.now.0,
            ..author
        })
    }
}

/// The commit of an environment's branch for an intent.
///
/// # Errors
/// Git fails.
pub fn commit_of_intent(
    session: &Session,
    env: &str,
    release: Digest,
    intent: Digest,
    tree: ObjectId,
    old: Option<&ObjectId>,
) -> Result<ObjectId, Failure> {
    let message = format!("{env}: release {}", release.short());
    Ok(session.repository.write_commit(&NewCommit {
        tree,
        parents: old.into_iter().cloned().collect(),
        author: session.author()?,
        message: &message,
        trailers: vec![
            (LEDGER_HEAD, intent.to_string()),
            (RELEASE, release.to_string()),
        ],
    })?)
}

/// Moves refs together where the remote can, in their order where it cannot;
/// what stays undone then is finished by [`super::settle`].
///
/// # Errors
/// [`Failure::Lost`] if one was not as expected.
pub(super) fn move_refs(
    session: &Session,
    updates: &[RefUpdate],
    reason: &str,
) -> Result<(), Failure> {
    let Some(remote) = session.refs.remote() else {
        session.repository.update_refs(updates, reason)?;
        return Ok(());
    };
    match session
        .repository
        .push(remote, updates, Atomicity::Preferred)
    {
        Ok(_) => Ok(()),
        // The ledger moved and the rest did not: read again and settle.
        Err(error @ GitError::PartialPush { .. }) => Err(Failure::Lost(error)),
        Err(error) => Err(error.into()),
    }
}
