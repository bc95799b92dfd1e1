//! A payload that a trusted key has signed is the worst case: whatever it says,
//! the verifier and the fold take it or refuse it by name.

#![no_main]

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use libfuzzer_sys::fuzz_target;
use terrace_diag::FileId;
use terrace_evidence::dsse::{self, IN_TOTO, Signature};
use terrace_evidence::{
    Algorithm, AllowedSigners, Envelope, PlatformId, Position, Profile, Role, SignatureCache,
    SigningKey, Stamp, Time, Trust, TrustSource, VerifiedLedger, Verifier, allowed_signers_line,
};
use terrace_promotion::{View, body};
use terrace_release::Digest;

const NOW: Time = Time(1_795_251_600);

struct One(Arc<Trust>);

impl TrustSource for One {
    fn trust(&self, _: &str) -> Result<Arc<Trust>, String> {
        Ok(Arc::clone(&self.0))
    }

    fn descends(&self, _: &str, _: &str) -> Option<bool> {
        Some(true)
    }
}

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Ed25519, &[1; 32]).expect("a key")
}

fn start() -> &'static (One, VerifiedLedger, View) {
    static START: OnceLock<(One, VerifiedLedger, View)> = OnceLock::new();
    START.get_or_init(|| {
        let line = allowed_signers_line("ci", &key().public());
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
            .sign(&at, &stamp, &[(&key(), Profile::Raw)])
            .expect("signs");
        let mut verifier = Verifier::new(&trust, NOW, SignatureCache::new());
        verifier.push(&first.name, &first.bytes);
        let (ledger, _) = verifier.finish().expect("verifies");
        let mut view = View::default();
        view.apply(&ledger.entries()[0]).expect("folds");
        (trust, ledger, view)
    })
}

fn push(name: &str, bytes: &[u8]) {
    let (trust, ledger, view) = start();
    let mut verifier = Verifier::resume(trust, NOW, SignatureCache::new(), ledger.clone());
    verifier.push(name, bytes);
    if let Ok((ledger, _)) = verifier.finish() {
        let mut after = view.clone();
        if let Some(last) = ledger.head()
            && after.apply(last).is_err()
        {
            assert_eq!(&after, view, "a refused entry changes nothing");
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    push("entries/00000002-hold-000000000000.dsse.json", bytes);
    // `@prev` stands for the digest that no mutation would ever hit.
    let head = start().1.head().map(|head| head.digest.to_string());
    let payload = String::from_utf8_lossy(bytes).replace("@prev", &head.unwrap_or_default());
    let bytes = payload.as_bytes();
    let message = dsse::pae(IN_TOTO, bytes);
    let file = Envelope {
        payload_type: String::from(IN_TOTO),
        payload: bytes.to_vec(),
        signatures: vec![Signature {
            keyid: String::new(),
            sig: key().sign(Profile::Raw, &message).expect("signs"),
        }],
    }
    .to_text();
    let short = Digest::of(&file).short();
    for kind in ["release", "evidence", "gate", "intent", "result", "hold", "revoke", "breakglass"] {
        push(&format!("entries/00000002-{kind}-{short}.dsse.json"), file.as_bytes());
    }
});
