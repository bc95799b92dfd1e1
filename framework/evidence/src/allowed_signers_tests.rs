use super::*;
use crate::{Algorithm, SigningKey};

fn line(seed: u8) -> String {
    SigningKey::generate(Algorithm::Ed25519, &[seed; 32])
        .expect("key")
        .public()
        .to_openssh()
}

#[test]
fn reads_lines_as_openssh_does() {
    let text = format!(
        "# keys\n\nops-ci namespaces=\"terrace\" {}\nalice,alice@acme.example {} a comment here\n\"bob b\" valid-after=\"20260101Z\",valid-before=20270101120000Z,namespaces=\"git,terrace\" {}\n  carol NAMESPACES=git {}\n",
        line(1),
        line(2),
        line(3),
        line(4)
    );
    let signers = AllowedSigners::parse(FileId(0), &text).expect("valid");
    let keys = signers.keys();
    assert_eq!(keys.len(), 4);
    assert_eq!(keys[1].principals, ["alice", "alice@acme.example"]);
    assert_eq!(keys[2].principals, ["bob b"]);
    assert_eq!(keys[2].line, 5);
    let at = |text: &str| text.parse::<Time>().expect("time");
    assert_eq!(keys[0].refusal(at("2026-06-01T00:00:00Z")), None);
    assert_eq!(keys[2].refusal(at("2026-01-01T00:00:00Z")), None);
    let early = keys[2].refusal(at("2025-12-31T23:59:59Z")).expect("early");
    assert!(early.contains("valid from 2026-01-01T00:00:00Z"), "{early}");
    let late = keys[2].refusal(at("2027-01-01T12:00:00Z")).expect("late");
    assert!(late.contains("until 2027-01-01T12:00:00Z"), "{late}");
    let other = keys[3]
        .refusal(at("2026-06-01T00:00:00Z"))
        .expect("namespace");
    assert!(other.contains("does not allow the namespace"), "{other}");
    assert!(signers.knows("alice") && !signers.knows("ali"));
}

#[test]
fn every_line_that_is_not_understood_is_named_with_its_place() {
    let key = line(1);
    for (text, place, why) in [
        (
            format!("*@acme.example {key}"),
            "*@acme.example",
            "wildcards",
        ),
        (format!("a,!b {key}"), "a,!b", "wildcards"),
        (format!("a,,b {key}"), "a,,b", "empty"),
        (
            format!("a cert-authority {key}"),
            "cert-authority",
            "cert-authority is refused",
        ),
        (
            format!("a namespaces=\"terrace\",cert-authority {key}"),
            "cert-authority",
            "refused",
        ),
        (
            format!("a namespaces=\"*\" {key}"),
            "namespaces=\"*\"",
            "wildcards in namespaces",
        ),
        (
            format!("a valid-after=\"20260101\" {key}"),
            "valid-after=\"20260101\"",
            "the Z is needed",
        ),
        (
            format!("a valid-after=20260231Z {key}"),
            "valid-after=20260231Z",
            "is not YYYYMMDDZ",
        ),
        (
            format!("a no-touch-required {key}"),
            "no-touch-required",
            "unknown option",
        ),
        (String::from("a"), "a", "expected: principals"),
        (
            String::from("a ssh-ed25519"),
            "a ssh-ed25519",
            "expected: principals",
        ),
        (
            String::from("a ssh-rsa AAAA"),
            "ssh-rsa AAAA",
            "`ssh-rsa` is not accepted",
        ),
    ] {
        let text = format!("# first\n{text}\n");
        let faults = AllowedSigners::parse(FileId(0), &text).expect_err(&text);
        assert_eq!(faults.len(), 1, "{text}");
        assert!(
            faults[0].message.contains(why),
            "{text}: {}",
            faults[0].message
        );
        let span = faults[0].span().expect("a place");
        assert_eq!(&text[span.start as usize..span.end as usize], place);
    }
    let twice = format!("a {key}\nb {key}\nc x\n");
    let faults = AllowedSigners::parse(FileId(0), &twice).expect_err("twice");
    assert_eq!(faults.len(), 2);
    assert!(
        faults[0]
            .message
            .contains("the key of line 1 stands here again")
    );
}

#[test]
fn the_line_for_a_new_key_is_read_back() {
    let key = SigningKey::generate(Algorithm::EcdsaP256, &[5; 32]).expect("key");
    let text = allowed_signers_line("ops-ci", &key.public());
    let signers = AllowedSigners::parse(FileId(0), &text).expect("valid");
    assert_eq!(signers.keys()[0].key, key.public());
    assert!(signers.keys()[0].for_us);
}
