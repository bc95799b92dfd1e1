//! What a clone remembers of earlier checks changes no verdict: it is believed
//! for reports, and by nothing that acts.

use terrace_evidence::{Envelope, Kind};
use terrace_release::Digest;

use super::forge::named;
use super::platform::Platform;

#[test]
fn a_signature_that_a_cache_calls_right() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    platform.ok(&["status"]);
    // Someone without a key ends the ledger with an entry of ci's, and has the
    // cache say that the signature was right.
    let mut files = platform.ledger();
    let seq = files.len() + 1;
    let hold = platform.forged(
        &super::s21_envelopes::hold(Kind::Hold, false),
        &["nobody"],
        super::s21_envelopes::now(),
    );
    let mut envelope = Envelope::parse(&hold.bytes).expect("an envelope");
    let ci = platform.signing_key("ci").public().fingerprint().to_owned();
    envelope.signatures[0].keyid = ci.clone();
    let bytes = envelope.to_text().into_bytes();
    let digest = Digest::of(&bytes);
    files.push(named(seq, "hold", bytes));
    platform.put_ledger(&files);
    let cache = platform.folder.join(".git/terrace/signatures");
    let text = std::fs::read_to_string(&cache).expect("it remembers");
    std::fs::write(&cache, format!("{text}{digest} {ci}\n")).expect("written");
    let before = platform.refs();
    for args in [
        &["promote", "apps"][..],
        &["validate", "ops"],
        &["apply", "ops"],
        &["unhold", "apps", "--reason", "x"],
        &["verify"],
    ] {
        let ran = platform.exits(5, args);
        assert!(
            ran.stderr.contains(&format!("ledger entry {seq} ")),
            "{ran}"
        );
    }
    assert_eq!(platform.refs(), before);
}
