//! S19: entries that are deleted, changed, reordered, cut off, forked, replayed
//! from another platform or said to be someone else's are found by their number,
//! and nothing is done on such a ledger.

use super::forge::{Files, named};
use super::platform::Platform;

/// Every command that reads the ledger refuses with 5, and says all of this.
fn found(platform: &Platform, what: &str, says: &[&str]) {
    let before = platform.refs();
    let verified = platform.exits(5, &["verify"]);
    for words in says {
        assert!(
            verified.stderr.contains(words),
            "{what}: {words:?}\n{verified}"
        );
    }
    for args in [
        &["promote", "apps"][..],
        &["promote", "apps", "--dry-run"],
        &["status"],
        &["apply", "ops"],
        &["validate", "ops"],
        &["rollback", "apps"],
        &["hold", "apps", "--reason", "no"],
    ] {
        let ran = platform.run(args);
        assert_eq!(ran.code, 5, "{what}: {args:?}\n{ran}");
    }
    assert_eq!(platform.refs(), before, "{what}");
}

#[test]
fn every_attack_names_the_entry() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    let whole = platform.ledger();
    let kinds = [
        "platform", "release", "intent", "result", "gate", "evidence",
    ];
    assert_eq!(platform.kinds(), kinds);
    let attack = |what: &str, change: &dyn Fn(&mut Files), says: &[&str]| {
        let mut files = whole.clone();
        change(&mut files);
        platform.put_ledger(&files);
        found(&platform, what, says);
    };
    attack(
        "deleted",
        &|files| _ = files.remove(2),
        &["entry 3 is missing"],
    );
    attack(
        "the first one deleted",
        &|files| _ = files.remove(0),
        &["entry 1 is missing"],
    );
    attack(
        "a byte changed",
        &|files| {
            let at = files[2].1.len() / 2;
            files[2].1[at] = if files[2].1[at] == b'A' { b'B' } else { b'A' };
        },
        &["ledger entry 3"],
    );
    attack(
        "reordered",
        &|files| {
            let (three, four) = (files[2].1.clone(), files[3].1.clone());
            files[2] = named(3, "result", four);
            files[3] = named(4, "intent", three);
        },
        &["ledger entry 3 ", "it says it is entry 4"],
    );
    attack(
        "a number twice",
        &|files| {
            let copy = named(4, "gate", files[4].1.clone());
            files.push(copy);
        },
        &["ledger entry 4 ", "a second entry with this number"],
    );
    attack(
        "a stray file",
        &|files| files.push((String::from("README"), b"hello\n".to_vec())),
        &["not an entry"],
    );
    attack(
        "another's name",
        &|files| files[2].0 = files[2].0.replace("intent", "rollback"),
        &["ledger entry 3 ", "does not fit its content"],
    );
    attack(
        "someone else's key named",
        &|files| {
            let other = platform.signing_key("val");
            let own = platform.signing_key("ci");
            let text = String::from_utf8(files[3].1.clone()).expect("text");
            let swapped = text.replace(own.public().fingerprint(), other.public().fingerprint());
            assert_ne!(text, swapped);
            files[3] = named(4, "result", swapped.into_bytes());
        },
        &["ledger entry 4 ", "fits no key"],
    );
    attack(
        "two entries' signatures exchanged",
        &|files| {
            let sig = |text: &str| {
                let rest = text.split_once("\"sig\": \"").expect("signed").1;
                rest.split_once('"').expect("its end").0.to_owned()
            };
            let [three, four] =
                [2, 3].map(|at| String::from_utf8(files[at].1.clone()).expect("text"));
            let (one, two) = (sig(&three), sig(&four));
            files[2] = named(3, "intent", three.replace(&one, &two).into_bytes());
            files[3] = named(4, "result", four.replace(&two, &one).into_bytes());
        },
        &["ledger entry 3 ", "ledger entry 4 ", "no valid signature"],
    );
    platform.put_ledger(&whole);
    platform.verifies();
    platform.ok(&["promote", "apps"]);
}

#[test]
fn what_is_cut_off_is_cited_elsewhere() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    let mut files = platform.ledger();
    // Everything since apps was first promoted is gone; the chain is whole.
    let cut = platform
        .kinds()
        .iter()
        .rposition(|kind| kind == "intent")
        .expect("apps");
    files.truncate(cut);
    platform.put_ledger(&files);
    let verified = platform.exits(5, &["verify"]);
    assert!(verified.stderr.contains("env/apps"), "{verified}");
    // Nobody promotes over it.
    platform.refused(&["promote", "apps"], &["I17 unattested"]);
    let status = platform.ok(&["status"]);
    assert!(status.stdout.contains("UNATTESTED"), "{status}");
}

#[test]
fn a_shorter_ledger_is_noticed_by_who_saw_more() {
    let platform = Platform::remote();
    platform.through_apps();
    let clone = platform.clone_of();
    clone.verifies();
    let whole = platform.ledger();
    // The branches that would cite it are put back too.
    let mut files = whole.clone();
    let kinds = platform.kinds();
    let cut = kinds
        .iter()
        .rposition(|kind| kind == "intent")
        .expect("apps");
    files.truncate(cut);
    platform.push_ledger(&files);
    let apps = platform.refs()["refs/heads/env/apps"].clone();
    platform.reset("refs/heads/env/apps", None);
    // A fresh clone cannot know; docs/auditing.md says how to anchor a head.
    platform.clone_of().verifies();
    let seen = format!("ledger entry {} was", whole.len());
    for args in [
        &["promote", "apps"][..],
        &["status", "--fetch"],
        &["hold", "apps", "--reason", "x"],
    ] {
        let ran = clone.exits(5, args);
        assert!(ran.stderr.contains(&seen), "{ran}");
    }
    platform.push_ledger(&whole);
    platform.reset("refs/heads/env/apps", Some(&apps));
    clone.ok(&["status", "--fetch"]);
    clone.verifies();
}

#[test]
fn entries_of_another_platform_mean_nothing() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    let ours = platform.ledger();
    // The same people with the same keys begin anew.
    for name in platform.refs().into_keys() {
        platform.reset(&name, None);
    }
    platform.forget();
    platform.through_ops();
    let theirs = platform.ledger();
    assert_ne!(ours[0].1, theirs[0].1);
    let mut mixed = ours.clone();
    mixed[5] = theirs[5].clone();
    platform.put_ledger(&mixed);
    found(
        &platform,
        "replayed",
        &["ledger entry 6 ", "it belongs to platform"],
    );
}

#[test]
fn a_ledger_that_was_deleted_does_not_begin_anew() {
    let platform = Platform::remote();
    platform.through_apps();
    let ledger = platform.refs()["refs/heads/terrace/ledger"].clone();
    platform.reset("refs/heads/terrace/ledger", None);
    let clone = platform.clone_of();
    let before = platform.refs();
    let says = "there is no refs/remotes/origin/terrace/ledger, and yet there is";
    for words in [&["hold", "apps", "--reason", "x"][..], &["promote", "ops"]] {
        let ran = clone.exits(5, words);
        assert!(ran.stderr.contains(says), "{ran}");
    }
    assert_eq!(platform.refs(), before);
    platform.reset("refs/heads/terrace/ledger", Some(&ledger));
    clone.ok(&["hold", "apps", "--reason", "x"]);
    platform.verifies();
}

#[test]
fn a_clone_of_a_platform_without_a_remote_begins_no_ledger_of_its_own() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    let clone = platform.clone_of();
    let ran = clone.exits(5, &["hold", "apps", "--reason", "x"]);
    // What it advises, as it is written.
    let advice = ran.stderr.split("git fetch").nth(1).expect("a command");
    let advice = advice.lines().next().unwrap_or_default();
    clone.shell(&format!("git fetch -q {advice}"));
    clone.ok(&["hold", "apps", "--reason", "x"]);
    clone.verifies();
}
