//! S21: both alphabets of base64, further fields and a second signature that is
//! wrong are accepted; what a reader could understand in two ways is refused by
//! name, also when a trusted key signed it.

use terrace_evidence::{Draft, Kind, Subject, Time};
use terrace_release::Digest;
use terrace_release::json::Object;

use super::forge::named;
use super::platform::Platform;

pub(super) fn now() -> Time {
    let since = super::platform::clock::<0>().duration_since(std::time::UNIX_EPOCH);
    Time(i64::try_from(since.expect("after 1970").as_secs()).expect("a time"))
}

pub(super) fn hold(kind: Kind, critical: bool) -> Draft {
    let mut predicate = Object::new();
    predicate.insert(String::from("env"), "apps".into());
    predicate.insert(String::from("reason"), "because??>>~~".into());
    predicate.insert(String::from("until"), terrace_release::json::Value::Null);
    Draft {
        kind,
        critical,
        subject: vec![Subject::new("environment/apps", Digest::of("apps"))],
        predicate,
    }
}

#[test]
fn envelopes_that_are_read_and_that_are_not() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    let whole = platform.ledger();
    let seq = whole.len() + 1;
    let entry = platform.forged(&hold(Kind::Hold, false), &["ci"], now());
    let text = String::from_utf8(entry.bytes.clone()).expect("text");
    let two = platform.forged(&hold(Kind::Hold, false), &["ci", "val"], now());
    let two = String::from_utf8(two.bytes).expect("text");
    let sig = |text: &str| {
        let rest = text.split_once("\"sig\": \"").expect("signed").1;
        rest.split_once('"').expect("its end").0.to_owned()
    };
    let last_sig = |text: &str| {
        let rest = text.rsplit_once("\"sig\": \"").expect("signed").1;
        rest.split_once('"').expect("its end").0.to_owned()
    };
    let payload = {
        let rest = text.split_once("\"payload\": \"").expect("there").1;
        rest.split_once('"').expect("its end").0.to_owned()
    };
    let cases: Vec<(&str, String, Option<&str>)> = vec![
        ("as written", text.clone(), None),
        (
            "base64url",
            text.replace(&payload, &payload.replace('+', "-").replace('/', "_")),
            None,
        ),
        (
            "a further field",
            text.replacen('{', "{\"note\": [1, {}], ", 1),
            None,
        ),
        (
            "two signatures, one wrong",
            two.replace(&last_sig(&two), &sig(&two)),
            None,
        ),
        (
            "a field twice",
            text.replacen("\"payload\":", "\"payload\": \"e30=\", \"payload\":", 1),
            Some("payload"),
        ),
        (
            "base64 cut off",
            text.replace(&payload, &payload[..payload.len() - 3]),
            Some("payload"),
        ),
        (
            "a wrong signature",
            text.replace(&sig(&text), &"A".repeat(86)),
            Some("signature"),
        ),
        (
            "no signature",
            format!(
                "{}\"signatures\": []}}\n",
                text.split_once("\"signatures\"").expect("there").0
            ),
            Some("signatures"),
        ),
        (
            "another payload type",
            text.replace("application/vnd.in-toto+json", "text/plain"),
            Some("payloadType"),
        ),
        ("not JSON", String::from("hello\n"), Some("ledger entry")),
        ("nothing", String::from("\n"), Some("ledger entry")),
    ];
    for (what, bytes, refused) in cases {
        let mut files = whole.clone();
        files.push(named(seq, "hold", bytes.into_bytes()));
        platform.put_ledger(&files);
        let verified = platform.run(&["verify"]);
        match refused {
            None => assert_eq!(verified.code, 0, "{what}\n{verified}"),
            Some(words) => {
                assert_eq!(verified.code, 5, "{what}\n{verified}");
                let entry = format!("ledger entry {seq} ");
                assert!(verified.stderr.contains(&entry), "{what}\n{verified}");
                assert!(verified.stderr.contains(words), "{what}\n{verified}");
                assert_eq!(platform.run(&["promote", "apps"]).code, 5, "{what}");
            }
        }
    }
    platform.put_ledger(&whole);
    platform.verifies();
}

#[test]
fn entries_of_a_later_version() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    let whole = platform.ledger();
    let later = Kind::parse("ritual").expect("a kind");
    for (critical, code) in [(false, 0), (true, 5)] {
        platform.put_ledger(&whole);
        let entry = platform.forged(&hold(later.clone(), critical), &["ci"], now());
        let mut files = whole.clone();
        files.push((
            entry.name.trim_start_matches("entries/").to_owned(),
            entry.bytes,
        ));
        platform.put_ledger(&files);
        let verified = platform.exits(code, &["verify"]);
        assert_eq!(
            verified.stderr.contains("upgrade terrace"),
            critical,
            "{verified}"
        );
        platform.exits(code, &["promote", "apps", "--dry-run"]);
    }
}

#[test]
fn what_a_trusted_key_signs_past_the_binary() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    let whole = platform.ledger();
    let seq = whole.len() + 1;
    for (what, draft, who, time, says) in [
        (
            "dated in the future",
            hold(Kind::Hold, false),
            "ci",
            now().plus(7300),
            "more than an hour from now",
        ),
        (
            "dated in the past",
            hold(Kind::Hold, false),
            "ci",
            now().plus(-9000),
            "more than an hour before an earlier entry",
        ),
        (
            "another role's",
            hold(Kind::Hold, false),
            "val",
            now(),
            "needs a promoter",
        ),
        (
            "a key nobody trusts",
            hold(Kind::Hold, false),
            "nobody",
            now(),
            "nobody (no role)",
        ),
        (
            "an intent without its fields",
            hold(Kind::Intent, false),
            "ci",
            now(),
            "ledger entry",
        ),
        (
            "a second platform",
            hold(Kind::Platform, false),
            "ci",
            now(),
            "the first entry, and no other",
        ),
    ] {
        platform.put_ledger(&whole);
        let entry = platform.forged(&draft, &[who], time);
        let mut files = whole.clone();
        files.push((
            entry.name.trim_start_matches("entries/").to_owned(),
            entry.bytes,
        ));
        platform.put_ledger(&files);
        let verified = platform.exits(5, &["verify"]);
        let number = format!("ledger entry {seq} ");
        assert!(verified.stderr.contains(&number), "{what}\n{verified}");
        assert!(verified.stderr.contains(says), "{what}: {says}\n{verified}");
        assert_eq!(platform.run(&["promote", "apps"]).code, 5, "{what}");
    }
}
