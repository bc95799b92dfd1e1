//! Payloads that a trusted key has signed are the worst case: whatever they say,
//! one after the other, the verifier and the fold take them or refuse them by name.
//!
//! An input is statements between NULs. In each, `@seq` stands for the number that
//! comes next, `@prev` for the digest of the entry before and `@e7;` for that of
//! entry 7, which no mutation would ever hit.

#![no_main]

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use libfuzzer_sys::fuzz_target;
use terrace_diag::FileId;
use terrace_evidence::dsse::{IN_TOTO, Signature};
use terrace_evidence::{
    Algorithm, AllowedSigners, Envelope, PlatformId, Position, Profile, Role, SignatureCache,
    SigningKey, Stamp, Time, Trust, TrustSource, VerifiedLedger, Verifier, allowed_signers_line,
    verify_chain_cached,
};
use terrace_promotion::{View, body, fold};
use terrace_release::Digest;

const NOW: Time = Time(1_795_251_600);

/// More statements than this only take time.
const MOST: usize = 64;

struct One(Arc<Trust>);

impl TrustSource for One {
    fn trust(&self, _: &str) -> Result<Arc<Trust>, String> {
        Ok(Arc::clone(&self.0))
    }

    fn descends(&self, _: &str, _: &str) -> Option<bool> {
        Some(true)
    }
}

/// The first entry, which every ledger here has.
struct Start {
    trust: One,
    fingerprint: String,
    file: (String, Vec<u8>),
}

fn start() -> &'static Start {
    static START: OnceLock<Start> = OnceLock::new();
    START.get_or_init(|| {
        let key = SigningKey::generate(Algorithm::Ed25519, &[1; 32]).expect("a key");
        let line = allowed_signers_line("ci", &key.public());
        let trust = One(Arc::new(Trust {
            signers: AllowedSigners::parse(FileId(0), &line).expect("valid"),
            roles: Role::ALL
                .into_iter()
                .map(|role| (role, BTreeSet::from([String::from("ci")])))
                .collect(),
        }));
        let at = Position {
            seq: 1,
            prev: None,
            platform: PlatformId::new(&[7; 16]),
        };
        let stamp = Stamp {
            time: NOW,
            trust: "0".repeat(40),
            nonce: [1; 16],
        };
        let first = body::platform("acme")
            .sign(&at, &stamp, &[(&key, Profile::Raw)])
            .expect("signs");
        Start {
            trust,
            fingerprint: String::from(key.public().fingerprint()),
            file: (first.name, first.bytes),
        }
    })
}

/// A list that says that the key has signed these files: what they say counts
/// here, and checking ed25519 would take most of the time.
fn signed<'a>(files: impl IntoIterator<Item = &'a [u8]>) -> SignatureCache {
    let fingerprint = &start().fingerprint;
    let lines = files
        .into_iter()
        .map(|bytes| format!("{} {fingerprint}\n", Digest::of(bytes)));
    SignatureCache::parse(&lines.collect::<String>())
}

/// The ledger with one more file, if it is taken.
fn push(ledger: &VerifiedLedger, name: &str, bytes: &[u8]) -> Option<VerifiedLedger> {
    let known = signed([bytes]);
    let mut verifier = Verifier::resume(&start().trust, NOW, known, ledger.clone());
    verifier.push(name, bytes);
    verifier.finish().ok().map(|(ledger, _)| ledger)
}

/// The statement as an entry's file, with the name that fits it.
fn file(statement: &str) -> (String, Vec<u8>, String) {
    let file = Envelope {
        payload_type: String::from(IN_TOTO),
        payload: statement.as_bytes().to_vec(),
        signatures: vec![Signature {
            keyid: start().fingerprint.clone(),
            sig: vec![0; 64],
        }],
    };
    let bytes = file.to_text().into_bytes();
    let kind = statement
        .split_once("\"kind\": \"")
        .and_then(|(_, rest)| rest.split('"').next())
        .unwrap_or("hold");
    let short = Digest::of(&bytes).short();
    (String::from(kind), bytes, short)
}

fuzz_target!(|bytes: &[u8]| {
    // As it comes, in the place of an envelope.
    let (name, first) = &start().file;
    let mut files = vec![(name.clone(), first.clone())];
    let mut ledger = push(&VerifiedLedger::default(), name, first).expect("verifies");
    push(
        &ledger,
        "entries/00000002-hold-000000000000.dsse.json",
        bytes,
    );
    let mut view = View::default();
    view.apply(&ledger.entries()[0]).expect("folds");

    let text = String::from_utf8_lossy(bytes);
    for statement in text.split('\0').take(MOST) {
        let seq = ledger.entries().len() + 1;
        let head = ledger.head().expect("the first").digest.to_string();
        let mut statement = statement
            .replace("@seq", &seq.to_string())
            .replace("@prev", &head);
        for entry in ledger.entries() {
            let place = format!("@e{};", entry.seq());
            if statement.contains(&place) {
                statement = statement.replace(&place, &entry.digest.to_string());
            }
        }
        let (kind, bytes, short) = file(&statement);
        let name = format!("entries/{seq:08}-{kind}-{short}.dsse.json");
        let Some(longer) = push(&ledger, &name, &bytes) else {
            continue;
        };
        let before = view.clone();
        match view.apply(longer.head().expect("the new one")) {
            Ok(()) => {
                ledger = longer;
                files.push((name, bytes));
            }
            Err(_) => assert_eq!(view, before, "a refused entry changes nothing"),
        }
    }
    // One by one and all at once are the same, in any order of files.
    files.reverse();
    let known = signed(files.iter().map(|(_, bytes)| bytes.as_slice()));
    let listed = files.iter().map(|(name, bytes)| (name, bytes));
    let (whole, _) = verify_chain_cached(listed, &start().trust, NOW, &known).expect("verifies");
    assert_eq!(whole, ledger);
    assert_eq!(fold(&whole).expect("folds"), view);
});
