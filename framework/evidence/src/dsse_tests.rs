use super::*;
use crate::{Algorithm, Profile, PublicKey, SigningKey};

#[test]
fn encodes_as_the_specification_does() {
    assert_eq!(
        pae("http://example.com/HelloWorld", b"hello world"),
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    );
}

fn envelope() -> (Envelope, PublicKey) {
    let key = SigningKey::generate(Algorithm::Ed25519, &[7; 32]).expect("key");
    let payload = b"{}?>~".to_vec();
    let sig = key
        .sign(Profile::Raw, &pae(IN_TOTO, &payload))
        .expect("signs");
    let envelope = Envelope {
        payload_type: String::from(IN_TOTO),
        payload,
        signatures: vec![Signature {
            keyid: String::from(key.public().fingerprint()),
            sig,
        }],
    };
    (envelope, key.public())
}

#[test]
fn accepts_both_alphabets_and_unknown_fields() {
    let (envelope, key) = envelope();
    let text = envelope.to_text();
    assert_eq!(Envelope::parse(text.as_bytes()), Ok(envelope.clone()));
    let url: String = text
        .lines()
        .map(
            |line| match line.contains("\"payload\"") || line.contains("\"sig\"") {
                true => line.replace('+', "-").replace('/', "_").replace('=', "") + "\n",
                false => format!("{line}\n"),
            },
        )
        .collect();
    assert_ne!(url, text);
    let back = Envelope::parse(url.as_bytes()).expect("url-safe");
    assert_eq!(back, envelope);
    assert!(key.verify(&back.pae(), &back.signatures[0].sig));
    let extra = text.replacen('{', "{\n  \"more\": [1, {}],", 1);
    assert_eq!(Envelope::parse(extra.as_bytes()), Ok(envelope));
}

#[test]
fn refuses_hostile_envelopes_by_name() {
    let (envelope, _) = envelope();
    let text = envelope.to_text();
    let payload = "e30/Pn4=";
    assert!(text.contains(payload));
    let many = format!("[{}]", vec!["{\"sig\":\"AA==\"}"; 17].join(","));
    for (broken, why) in [
        (text.replace(payload, "e30/Pn4"), None),
        (text.replace(payload, "e30/Pn"), Some("truncated base64")),
        (text.replace(payload, "e30/P"), Some("truncated base64")),
        (
            text.replace(payload, "e30/Pn4-"),
            Some("not base64: byte 0x2f"),
        ),
        (
            text.replace(payload, "e30 Pn4="),
            Some("not base64: byte 0x20"),
        ),
        (
            text.replace("\"payload\"", "\"payload\": \"\", \"payload\""),
            Some("duplicate key `payload`"),
        ),
        (
            text.replace("\"payloadType\"", "\"other\""),
            Some("payloadType: is missing"),
        ),
        (
            String::from(r#"{"payload":"","payloadType":"x","signatures":[]}"#),
            Some("there is none"),
        ),
        (
            format!(r#"{{"payload":"","payloadType":"x","signatures":{many}}}"#),
            Some("more than 16"),
        ),
        (
            text.replacen('{', "{\"n\":99999999999999999999,", 1),
            Some("number `99999999999999999999` is too large"),
        ),
        (String::from("[]"), Some("expected an object")),
        (
            String::from(&text[..text.len() / 2]),
            Some("the text ends too early"),
        ),
        (
            format!("{text}{}", " ".repeat(MAX_ENVELOPE)),
            Some("larger than 1048576 bytes"),
        ),
    ] {
        match (Envelope::parse(broken.as_bytes()), why) {
            (Ok(_), None) => {}
            (Err(error), Some(why)) => {
                assert!(error.to_string().contains(why), "{broken}: {error}");
            }
            (found, why) => panic!("{broken}: {found:?}, expected {why:?}"),
        }
    }
}
