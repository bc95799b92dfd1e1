use std::sync::Arc;

use terrace_diag::FileId;
use terrace_release::json::{Object, Value, object};

use super::*;
use crate::dsse::Signature;
use crate::{
    Algorithm, AllowedSigners, Draft, Profile, SignedEntry, SigningKey, Stamp, Subject,
    allowed_signers_line, dsse,
};

const NOW: Time = Time(1_795_251_600);

/// Commits are numbered; a commit's trust is looked up in the list.
struct Branch(Vec<Arc<Trust>>);

fn commit(number: usize) -> String {
    format!("{number:040}")
}

impl TrustSource for Branch {
    fn trust(&self, commit: &str) -> Result<Arc<Trust>, String> {
        let number: usize = commit.parse().map_err(|_| String::from("unknown"))?;
        self.0
            .get(number)
            .cloned()
            .ok_or_else(|| String::from("not on main"))
    }

    fn descends(&self, newer: &str, older: &str) -> Option<bool> {
        Some(newer >= older)
    }
}

fn key(seed: u8) -> SigningKey {
    SigningKey::generate(Algorithm::Ed25519, &[seed; 32]).expect("key")
}

fn trust(people: &[(&str, u8, &[Role])]) -> Arc<Trust> {
    let text: String = people
        .iter()
        .map(|(name, seed, _)| allowed_signers_line(name, &key(*seed).public()) + "\n")
        .collect();
    let mut roles = crate::Roles::new();
    for (name, _, held) in people {
        for role in *held {
            roles.entry(*role).or_default().insert(String::from(*name));
        }
    }
    Arc::new(Trust {
        signers: AllowedSigners::parse(FileId(0), &text).expect("valid"),
        roles,
    })
}

fn branch() -> Branch {
    let first = trust(&[
        ("ci", 1, &[Role::Promoter]),
        ("val", 2, &[Role::Validator]),
        ("sec", 3, &[Role::Revoker]),
    ]);
    // The second commit replaces ci's key.
    let second = trust(&[("ci", 4, &[Role::Promoter]), ("val", 2, &[Role::Validator])]);
    Branch(vec![first, second])
}

fn draft(kind: Kind) -> Draft {
    let predicate = match kind {
        Kind::Gate => crate::predicate::TestResult {
            verdict: crate::predicate::TestVerdict::Passed,
            configuration: Vec::new(),
            url: None,
            passed: vec![String::from("smoke")],
            warned: Vec::new(),
            failed: Vec::new(),
        }
        .to_object(),
        _ => Object::new(),
    };
    Draft {
        kind,
        critical: true,
        subject: vec![Subject::new("release", Digest::of("r"))],
        predicate,
    }
}

fn stamp(seq: u64, trust: usize) -> Stamp {
    Stamp {
        time: NOW.plus(i64::try_from(seq).expect("small") - 100),
        trust: commit(trust),
        nonce: [u8::try_from(seq).expect("small"); 16],
    }
}

/// A ledger of: platform, four promoter entries, a gate.
fn chain() -> Vec<SignedEntry> {
    let mut at = Position {
        seq: 1,
        prev: None,
        platform: PlatformId::new(&[5; 16]),
    };
    let mut out: Vec<SignedEntry> = Vec::new();
    let kinds = [
        Kind::Platform,
        Kind::Release,
        Kind::Intent,
        Kind::Result,
        Kind::Gate,
        Kind::Hold,
    ];
    for kind in kinds {
        let seed = if kind == Kind::Gate { 2 } else { 1 };
        let entry = draft(kind)
            .sign(&at, &stamp(at.seq, 0), &[(&key(seed), Profile::Raw)])
            .expect("signs");
        at.seq += 1;
        at.prev = Some(entry.digest);
        out.push(entry);
    }
    out
}

fn next(chain: &[SignedEntry]) -> Position {
    Position {
        seq: chain.len() as u64 + 1,
        prev: chain.last().map(|entry| entry.digest),
        platform: PlatformId::new(&[5; 16]),
    }
}

fn verify(chain: &[SignedEntry]) -> Result<VerifiedLedger, Vec<Refusal>> {
    verify_chain(
        chain.iter().map(|entry| (&entry.name, &entry.bytes)),
        &branch(),
        NOW,
    )
}

fn refused(chain: &[SignedEntry]) -> String {
    let refusals = verify(chain).expect_err("must be refused");
    refusals
        .iter()
        .map(|refusal| refusal.to_string())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_whole_chain_verifies_in_any_order_of_files() {
    let mut chain = chain();
    let ledger = verify(&chain).expect("verifies");
    assert_eq!(ledger.entries().len(), 6);
    assert_eq!(ledger.next(), Some(next(&chain)));
    assert_eq!(ledger.entries()[4].signers[0].name(), "val");
    chain.reverse();
    assert_eq!(verify(&chain), Ok(ledger));
    assert_eq!(verify(&[]).map(|ledger| ledger.next()), Ok(None));
}

#[test]
fn s19_every_attack_on_the_chain_names_the_entry() {
    let good = chain();
    let mut deleted = good.clone();
    deleted.remove(2);
    let said = refused(&deleted);
    assert!(
        said.contains("ledger entry 4") && said.contains("entry 3 is missing"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "one fault is said once: {said}");

    let mut first = good.clone();
    first.remove(0);
    assert!(refused(&first).contains("entry 1 is missing"));

    // Reordered: the files of 3 and 4 swap their bytes.
    let mut reordered = good.clone();
    let (a, b) = (reordered[2].bytes.clone(), reordered[3].bytes.clone());
    reordered[2].bytes = b;
    reordered[3].bytes = a;
    let said = refused(&reordered);
    assert!(
        said.contains("ledger entry 3") && said.contains("it says it is entry 4"),
        "{said}"
    );

    // A fork: another entry with the number of 3.
    let mut forked = good.clone();
    let fork = draft(Kind::Hold)
        .sign(&next(&good[..2]), &stamp(77, 0), &[(&key(1), Profile::Raw)])
        .expect("signs");
    forked.push(fork.clone());
    let said = refused(&forked);
    assert!(
        said.contains("ledger entry 3") && said.contains("forked"),
        "{said}"
    );

    // Replaced: the fork instead of 3; 4 no longer fits.
    let mut replaced = good.clone();
    replaced[2] = fork;
    let said = refused(&replaced);
    assert!(
        said.contains("ledger entry 4") && said.contains("prev is"),
        "{said}"
    );

    // One byte of a payload.
    let mut flipped = good.clone();
    let mut envelope = Envelope::parse(&flipped[1].bytes).expect("envelope");
    let at = envelope
        .payload
        .windows(7)
        .position(|w| w == b"release")
        .expect("there");
    envelope.payload[at] ^= 1;
    flipped[1].bytes = envelope.to_text().into_bytes();
    let said = refused(&flipped);
    assert!(
        said.contains("ledger entry 2") && said.contains("no valid signature"),
        "{said}"
    );

    // Signatures of two entries swapped.
    let mut swapped = good.clone();
    let mut one = Envelope::parse(&swapped[1].bytes).expect("envelope");
    let mut two = Envelope::parse(&swapped[2].bytes).expect("envelope");
    std::mem::swap(&mut one.signatures, &mut two.signatures);
    swapped[1].bytes = one.to_text().into_bytes();
    swapped[2].bytes = two.to_text().into_bytes();
    let said = refused(&swapped);
    assert!(
        said.contains("ledger entry 2") && said.contains("ledger entry 3"),
        "{said}"
    );

    // keyid of another trusted key.
    let mut renamed = good.clone();
    let mut envelope = Envelope::parse(&renamed[5].bytes).expect("envelope");
    envelope.signatures[0].keyid = String::from(key(2).public().fingerprint());
    renamed[5].bytes = envelope.to_text().into_bytes();
    let said = refused(&renamed);
    assert!(
        said.contains("ledger entry 6") && said.contains("no valid signature"),
        "{said}"
    );

    // The file's name.
    let mut other_name = good.clone();
    other_name[4].name = other_name[4].name.replace("gate", "hold");
    assert!(refused(&other_name).contains("name does not fit"));
    let mut stray = good;
    stray[0].name = String::from("entries/README");
    assert!(refused(&stray).contains("not an entry"));
}

#[test]
fn entries_of_another_platform_are_refused() {
    let mut chain = chain();
    let mut at = next(&chain);
    at.platform = PlatformId::new(&[6; 16]);
    let foreign = draft(Kind::Hold)
        .sign(&at, &stamp(7, 0), &[(&key(1), Profile::Raw)])
        .expect("signs");
    chain.push(foreign);
    let said = refused(&chain);
    assert!(
        said.contains("ledger entry 7") && said.contains("it belongs to platform 0606"),
        "{said}"
    );
    chain.pop();
    let mut gate = draft(Kind::Evidence);
    gate.predicate = crate::predicate::Vsa {
        verifier: String::from(VERIFIER),
        versions: BTreeMap::new(),
        time_verified: NOW,
        resource_uri: String::from("terrace:0606#env=ops"),
        policy: (String::from("ops->apps"), Digest::of("p")),
        inputs: Vec::new(),
        passed: true,
        levels: Vec::new(),
    }
    .to_object();
    let foreign = gate
        .sign(&next(&chain), &stamp(7, 0), &[(&key(2), Profile::Raw)])
        .expect("signs");
    chain.push(foreign);
    assert!(refused(&chain).contains("belongs to platform `terrace:0606#env=ops`"));
}

#[test]
fn evidence_under_another_verifier_is_refused() {
    let mut chain = chain();
    let mut evidence = draft(Kind::Evidence);
    evidence.predicate = crate::predicate::Vsa {
        verifier: String::from("https://example.com/other"),
        versions: BTreeMap::new(),
        time_verified: NOW,
        resource_uri: PlatformId::new(&[5; 16]).resource_uri("ops"),
        policy: (String::from("ops->apps"), Digest::of("p")),
        inputs: Vec::new(),
        passed: true,
        levels: Vec::new(),
    }
    .to_object();
    let entry = evidence
        .sign(&next(&chain), &stamp(7, 0), &[(&key(2), Profile::Raw)])
        .expect("signs");
    chain.push(entry);
    assert!(refused(&chain).contains("verifier.id is `https://example.com/other`"));
}

#[test]
fn roles_unknown_keys_and_rotation() {
    let good = chain();
    let with = |kind: Kind, seed: u8, trust: usize| {
        let mut chain = good.clone();
        chain.push(
            draft(kind)
                .sign(
                    &next(&good),
                    &stamp(7, trust),
                    &[(&key(seed), Profile::SshSig)],
                )
                .expect("signs"),
        );
        chain
    };
    assert!(verify(&with(Kind::Hold, 1, 0)).is_ok());
    let said = refused(&with(Kind::Hold, 2, 0));
    assert!(
        said.contains("a hold entry needs a promoter; it is signed by val (validator)"),
        "{said}"
    );
    let said = refused(&with(Kind::Hold, 9, 0));
    assert!(said.contains("fits no key of allowed_signers"), "{said}");
    // S20: after the rotation the new key signs, the old one no longer does.
    assert!(verify(&with(Kind::Hold, 4, 1)).is_ok());
    assert!(refused(&with(Kind::Hold, 1, 1)).contains("fits no key"));
    // A trust commit that is not on the branch.
    assert!(refused(&with(Kind::Hold, 1, 5)).contains("not on main"));
    // The old trust again, behind the new one.
    let mut chain = with(Kind::Hold, 4, 1);
    chain.push(
        draft(Kind::Hold)
            .sign(&next(&chain), &stamp(8, 0), &[(&key(1), Profile::Raw)])
            .expect("signs"),
    );
    assert!(refused(&chain).contains("is older than"));
}

#[test]
fn s21_one_of_two_signatures_is_enough() {
    let mut chain = chain();
    let entry = draft(Kind::Hold)
        .sign(
            &next(&chain),
            &stamp(7, 0),
            &[(&key(9), Profile::Raw), (&key(1), Profile::Raw)],
        )
        .expect("signs");
    let mut envelope = Envelope::parse(&entry.bytes).expect("envelope");
    envelope.signatures.push(Signature {
        keyid: String::new(),
        sig: vec![0; 64],
    });
    let bytes = envelope.to_text().into_bytes();
    let digest = Digest::of(&bytes);
    chain.push(SignedEntry {
        name: entry_name(7, &Kind::Hold, &digest),
        bytes,
        digest,
    });
    let ledger = verify(&chain).expect("verifies");
    let signers = &ledger.entries()[6].signers;
    assert_eq!(signers.len(), 1);
    assert_eq!(signers[0].name(), "ci");
}

#[test]
fn times_run_forward_within_the_skew() {
    let good = chain();
    let dated = |time: Time| {
        let mut chain = good.clone();
        let mut stamp = stamp(7, 0);
        stamp.time = time;
        let entry = draft(Kind::Hold)
            .sign(&next(&good), &stamp, &[(&key(1), Profile::Raw)])
            .expect("signs");
        chain.push(entry);
        chain
    };
    let last = stamp(6, 0).time;
    assert!(verify(&dated(last.plus(-SKEW))).is_ok());
    assert!(refused(&dated(last.plus(-SKEW - 1))).contains("before an earlier entry"));
    assert!(verify(&dated(NOW.plus(SKEW))).is_ok());
    assert!(refused(&dated(NOW.plus(SKEW + 1))).contains("more than an hour from now"));
}

#[test]
fn kinds_of_later_versions_are_skipped_unless_critical() {
    let good = chain();
    for (critical, ok) in [(false, true), (true, false)] {
        let mut chain = good.clone();
        let mut later = draft(Kind::Other(String::from("canary")));
        later.critical = critical;
        let entry = later
            .sign(&next(&good), &stamp(7, 0), &[(&key(1), Profile::Raw)])
            .expect("signs");
        chain.push(entry);
        assert_eq!(verify(&chain).is_ok(), ok);
        if !ok {
            assert!(refused(&chain).contains("kind `canary` is not known"));
        }
    }
}

/// Signs a payload as it stands.
fn raw_entry(payload: &str, name: &str) -> SignedEntry {
    let message = dsse::pae(IN_TOTO, payload.as_bytes());
    let bytes = Envelope {
        payload_type: String::from(IN_TOTO),
        payload: payload.as_bytes().to_vec(),
        signatures: vec![Signature {
            keyid: String::new(),
            sig: key(1).sign(Profile::Raw, &message).expect("signs"),
        }],
    }
    .to_text()
    .into_bytes();
    SignedEntry {
        name: String::from(name),
        digest: Digest::of(&bytes),
        bytes,
    }
}

#[test]
fn hostile_payloads_are_refused_by_name_even_if_signed() {
    let good = chain();
    let envelope = Envelope::parse(&good[1].bytes).expect("envelope");
    let payload = String::from_utf8(envelope.payload).expect("text");
    let name = "entries/00000002-release-000000000000.dsse.json";
    for (from, to, why) in [
        (
            "\"critical\": true",
            "\"critical\": true, \"critical\": false",
            "duplicate key `critical`",
        ),
        (
            "\"seq\": 2",
            "\"seq\": 99999999999999999999",
            "number `99999999999999999999` is too large",
        ),
        ("\"seq\": 2", "\"seq\": 2.0", "number `2.0` is not whole"),
        ("\"seq\": 2", "\"seq\": -2", "expected a number from 0"),
        (
            "Statement/v1",
            "Statement/v0.1",
            "_type is `https://in-toto.io/Statement/v0.1`",
        ),
        (
            "terrace/release/v1",
            "terrace/other/v1",
            "predicateType is `https://terrace/other/v1`",
        ),
        (
            "\"sha256\": \"",
            "\"sha256\": \"0",
            "subject subject[0].digest.sha256: expected 64",
        ),
        ("\"sha256\"", "\"sha1\"", "sha256: is missing"),
        ("\"nonce\": \"", "\"nonce\": \"x", "nonce: expected 32"),
        (
            "\"trust\": \"",
            "\"trust\": \"x",
            "trust: expected a commit id",
        ),
        ("\"time\": \"2", "\"time\": \"x", "time: expected a time"),
        (
            "\"kind\": \"release\"",
            "\"kind\": \"Release\"",
            "kind: expected 1 to 20",
        ),
        (
            "\"platform\": \"",
            "\"platform\": \"y",
            "platform: expected 32",
        ),
        (
            "https://terrace/ext/entry/v1",
            "https://terrace/ext/entry/v2",
            "entry/v1: is missing",
        ),
    ] {
        let broken = payload.replace(from, to);
        assert_ne!(broken, payload, "{from}");
        let mut chain = good.clone();
        chain[1] = raw_entry(&broken, name);
        let said = refused(&chain);
        assert!(
            said.contains("ledger entry 2") && said.contains(why),
            "{to}: {said}"
        );
    }
    let deep = format!("{}1{}", "[".repeat(60), "]".repeat(60));
    let mut chain = good.clone();
    chain[1] = raw_entry(
        &payload.replace(
            "\"critical\": true",
            &format!("\"critical\": true, \"x\": {deep}"),
        ),
        name,
    );
    assert!(refused(&chain).contains("nested deeper"));
    let mut chain = good;
    chain[1].bytes = vec![b' '; (1 << 20) + 1];
    assert!(refused(&chain).contains("larger than 1048576 bytes"));
}

#[test]
fn a_cache_of_signatures_changes_nothing_but_time() {
    let chain = chain();
    let files = || chain.iter().map(|entry| (&entry.name, &entry.bytes));
    let (ledger, cache) =
        verify_chain_cached(files(), &branch(), NOW, &SignatureCache::new()).expect("verifies");
    assert_eq!(SignatureCache::parse(&cache.to_text()), cache);
    let again = verify_chain_cached(files(), &branch(), NOW, &cache).expect("verifies");
    assert_eq!(again, (ledger, cache.clone()));
    // Another trust still decides who counts.
    let nobody = Branch(vec![trust(&[("x", 7, &[])])]);
    let refusals = verify_chain_cached(files(), &nobody, NOW, &cache).expect_err("nobody");
    assert!(
        refusals[0]
            .to_string()
            .contains("is not in allowed_signers")
    );
    assert_eq!(SignatureCache::parse("garbage\n\n"), SignatureCache::new());
}

#[test]
fn a_predicate_keeps_what_it_says() {
    let mut draft = draft(Kind::Release);
    draft.predicate = Object::from([(String::from("x"), object([("y", Value::Int(1))]))]);
    let mut chain = chain();
    chain.truncate(1);
    chain.push(
        draft
            .sign(&next(&chain), &stamp(2, 0), &[(&key(1), Profile::Raw)])
            .expect("signs"),
    );
    let ledger = verify(&chain).expect("verifies");
    assert_eq!(ledger.entries()[1].predicate, draft.predicate);
    assert_eq!(
        ledger.entries()[1].subject("release"),
        Some(Digest::of("r"))
    );
}

#[test]
fn the_trust_commits_are_known_before_anything_is_verified() {
    let chain = chain();
    let mut files: Vec<(&str, &[u8])> = chain
        .iter()
        .map(|entry| (entry.name.as_str(), entry.bytes.as_slice()))
        .collect();
    files.extend([("x", b"{}".as_slice()), ("y", b"\xff")]);
    let known = SignatureCache::new();
    let read = files
        .iter()
        .map(|(name, bytes)| (name, Reading::of(bytes, &known)));
    assert_eq!(Unverified::new(read).trusts(), BTreeSet::from([commit(0)]));
}
