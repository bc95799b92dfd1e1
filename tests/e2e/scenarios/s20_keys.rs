//! S20: a rotated key keeps its past and loses its future; what a stolen key
//! signed from an entry on no longer counts. Keys of every kind, from every
//! place.

use terrace_testkit::{Cli, tool};

use super::platform::{Platform, Setup};

#[test]
fn a_rotated_key_keeps_its_past_and_loses_its_future() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    let made = platform.json(&["keys", "new", "ci-2", "--role", "promoter"]);
    let line = made["allowed_signers"].as_str().expect("a line");
    let signers =
        std::fs::read_to_string(platform.folder.join("trust/allowed_signers")).expect("read");
    let kept: String = signers
        .lines()
        .filter(|line| !line.starts_with("ci "))
        .map(|line| format!("{line}\n"))
        .collect();
    // The principal stays, its key is another one; before it is committed to the
    // protected branch that means nothing.
    let line = line.replacen("ci-2 ", "ci ", 1);
    platform.write(&format!("-- trust/allowed_signers --\n{kept}{line}\n"));
    let refused = platform.as_("ci-2", &["promote", "apps"]);
    assert_eq!(refused.code, 3, "{refused}");
    assert!(refused.stdout.contains("I7 trust"), "{refused}");
    platform.commit("another key for ci");
    platform.verifies();
    let old = platform.as_("ci", &["promote", "apps"]);
    assert_eq!(old.code, 3, "{old}");
    assert!(old.stdout.contains("I7 trust"), "{old}");
    let new = platform.as_("ci-2", &["promote", "apps"]);
    assert_eq!(new.code, 0, "{new}");
    platform.verifies();
}

#[test]
fn what_a_stolen_key_signed_since_is_suspect() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    let evidence = platform
        .kinds()
        .iter()
        .rposition(|kind| kind == "evidence")
        .expect("there")
        + 1;
    let fingerprint = platform
        .signing_key("val")
        .public()
        .fingerprint()
        .to_owned();
    let since = evidence.to_string();
    let words = ["revoke", &fingerprint, "--reason", "stolen"];
    // From when on has to be said, and only the revoker's word counts.
    platform.exits(1, &words);
    let all = [&words[..], &["--since", &since]].concat();
    let wrong = platform.as_("ci", &all);
    assert_eq!(wrong.code, 3, "{wrong}");
    let revoked = platform.as_("rex", &all);
    assert_eq!(revoked.code, 0, "{revoked}");
    platform.refused(&["promote", "apps"], &["I7", "terrace validate ops"]);
    // The thief still has it: more of it does not help.
    platform.refused(&["validate", "ops"], &["I7 trust", "was revoked"]);
    platform.refused(&["promote", "apps"], &["I7"]);
    platform.verifies();
}

/// Takes `ci`'s key away and lets this one have its place.
fn replace_ci(platform: &Platform, line: &str) {
    let signers =
        std::fs::read_to_string(platform.folder.join("trust/allowed_signers")).expect("read");
    let kept: String = signers
        .lines()
        .filter(|line| !line.starts_with("ci "))
        .map(|line| format!("{line}\n"))
        .collect();
    platform.write(&format!("-- trust/allowed_signers --\n{kept}{line}\n"));
    platform.commit("another key for ci");
    std::fs::remove_file(platform.key("ci")).expect("removed");
}

#[test]
fn a_p256_key_in_the_configuration_folder() {
    let platform = Platform::new("expires = \"24h\"");
    let made = platform.json(&[
        "keys",
        "new",
        "ci-p256",
        "--role",
        "promoter",
        "--algorithm",
        "ecdsa-p256",
    ]);
    let line = made["allowed_signers"].as_str().expect("a line");
    assert!(line.contains("ecdsa-sha2-nistp256"), "{line}");
    replace_ci(&platform, &line.replacen("ci-p256 ", "ci ", 1));
    platform.through_apps();
    platform.verifies();
}

#[test]
fn openssh_keys_by_file_and_by_variable() {
    let test = "openssh_keys_by_file_and_by_variable";
    let Some(keygen) = tool(test, "ssh-keygen") else {
        return;
    };
    for kind in ["ed25519", "ecdsa"] {
        let platform = Platform::with(&Setup::default());
        let file = platform.sandbox.path("home/id");
        let path = file.display().to_string();
        let made = Cli::new(&keygen, &platform.sandbox)
            .run(["-q", "-t", kind, "-N", "", "-C", "ci@acme", "-f", &path]);
        assert_eq!(made.code, 0, "{made}");
        let public = std::fs::read_to_string(file.with_extension("pub")).expect("read");
        replace_ci(&platform, &format!("ci namespaces=\"terrace\" {public}"));
        // No key of the configuration folder has the role any more.
        platform.exits(3, &["promote", "ops"]);
        platform.ok(&["promote", "ops", "--key", &path]);
        platform.ok(&["apply", "ops", "--key", &path]);
        platform.ok(&["validate", "ops"]);
        // As a path, and as the text itself.
        let by_path = platform.cli.clone().variable("TERRACE_SIGNING_KEY", &path);
        let dry = by_path.run(["promote", "apps", "--dry-run"]);
        assert_eq!(dry.code, 0, "{dry}");
        let text = std::fs::read_to_string(&file).expect("read");
        let by_text = platform.cli.clone().variable("TERRACE_SIGNING_KEY", &text);
        let moved = by_text.run(["promote", "apps"]);
        assert_eq!(moved.code, 0, "{moved}");
        platform.verifies();
        // Never shown, whatever fails.
        let secret = text.lines().nth(1).expect("a line").to_owned();
        let broken = platform
            .cli
            .clone()
            .variable("TERRACE_SIGNING_KEY", &text[..text.len() / 2]);
        let ran = broken.run(["hold", "apps", "--reason", "x"]);
        assert_ne!(ran.code, 0);
        assert!(!ran.to_string().contains(&secret), "{ran}");
    }
}

#[test]
fn keys_are_trusted_by_the_protected_branch_alone() {
    let platform = Platform::remote();
    platform.through_ops();
    // A change gives its author's key every role, and is not merged.
    let made = platform.json(&[
        "keys",
        "new",
        "eve",
        "--role",
        "promoter",
        "--role",
        "validator",
    ]);
    assert_eq!(made["roles"].as_array().map(Vec::len), Some(2));
    let line = made["allowed_signers"].as_str().expect("a line").to_owned();
    let clone = platform.clone_of();
    clone.git(&["checkout", "-q", "-b", "change"]);
    let signers =
        std::fs::read_to_string(clone.folder.join("trust/allowed_signers")).expect("read");
    clone.write(&format!("-- trust/allowed_signers --\n{signers}{line}\n"));
    clone.edit(
        "terrace.hcl",
        "principals = [\"ci\"]",
        "principals = [\"ci\", \"eve\"]",
    );
    clone.git(&["commit", "-qam", "trust me"]);
    clone.git(&["push", "-q", "origin", "change"]);
    let refused = clone.as_("eve", &["promote", "apps"]);
    assert_eq!(refused.code, 3, "{refused}");
    assert!(refused.stdout.contains("on branch main"), "{refused}");
    // Nor does the change's commit become a release.
    clone.refused(&["promote", "ops"], &["is not on the protected branch"]);
}

#[test]
fn a_revoked_key_signs_nothing_that_takes_effect() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    let fingerprint = platform.signing_key("ci").public().fingerprint().to_owned();
    let revoke = |what: &str, since: &str| {
        let words = ["revoke", what, "--since", since, "--reason", "stolen"];
        platform.as_("rex", &words)
    };
    // What revokes nothing is not recorded.
    let next = (platform.entries().len() + 1).to_string();
    let before = platform.entries().len();
    for (what, since) in [
        ("SHA256:zzz", next.as_str()),
        (&fingerprint[..20], &next),
        (&fingerprint, "999999"),
        (&fingerprint, "0"),
    ] {
        let ran = revoke(what, since);
        assert_ne!(ran.code, 0, "{what} {since}: {ran}");
    }
    assert_eq!(platform.entries().len(), before);
    let ran = revoke(&fingerprint, &next);
    assert_eq!(ran.code, 0, "{ran}");
    let before = platform.entries().len();
    for words in [
        &["promote", "apps"][..],
        &["hold", "apps", "--reason", "mine"],
    ] {
        platform.refused(words, &["I7 trust", "was revoked"]);
    }
    assert_eq!(platform.entries().len(), before);
    platform.verifies();
}

#[test]
fn who_may_sign_is_checked_before_it_is_merged() {
    let platform = Platform::new("expires = \"24h\"");
    platform.ok(&["fmt"]);
    platform.commit("laid out");
    platform.deploy("ops");
    let clean = platform.ok(&["check"]);
    assert!(clean.stderr.is_empty(), "{clean}");
    let restore = || platform.git(&["checkout", "-q", "--", "."]);
    let signers = platform.folder.join("trust/allowed_signers");
    // A line that is not understood stops every key from counting.
    let text = std::fs::read_to_string(&signers).expect("read");
    let broken = format!("{text}rsa namespaces=\"terrace\" ssh-rsa AAAA\n");
    std::fs::write(&signers, broken).expect("written");
    let ran = platform.exits(1, &["check"]);
    assert!(ran.stderr.contains("error[E1001]"), "{ran}");
    assert!(ran.stderr.contains("trust/allowed_signers:9"), "{ran}");
    // Merged all the same, it is an error and not "nothing was recorded".
    platform.commit("broken");
    platform.refused(&["validate", "ops"], &["trust cannot be read"]);
    platform.refused(&["promote", "ops"], &["trust cannot be read"]);
    std::fs::write(&signers, &text).expect("written");
    platform.commit("mended");
    // Nobody holds the role any more, or only some do.
    platform.edit("terrace.hcl", "[\"val\"]", "[\"vla\"]");
    let ran = platform.exits(1, &["check"]);
    assert!(
        ran.stderr
            .contains("\"validator\" names `vla`, who has no key"),
        "{ran}"
    );
    restore();
    platform.edit("terrace.hcl", "[\"val\"]", "[\"val\", \"vla\"]");
    let ran = platform.ok(&["check"]);
    assert!(ran.stderr.contains("warning[E1004]"), "{ran}");
    restore();
    platform.edit(
        "trust/allowed_signers",
        "val namespaces=\"terrace\"",
        "val namespaces=\"git\"",
    );
    let ran = platform.exits(1, &["check"]);
    assert!(ran.stderr.contains("does not allow the namespace"), "{ran}");
    restore();
    std::fs::write(&signers, "# nobody yet\n").expect("written");
    let ran = platform.ok(&["check"]);
    assert!(ran.stderr.contains("nobody can sign yet"), "{ran}");
    std::fs::remove_file(&signers).expect("removed");
    let ran = platform.exits(1, &["check"]);
    assert!(
        ran.stderr.contains("there is no trust/allowed_signers"),
        "{ran}"
    );
    restore();
    // A key that was given and does not count is refused before the gates run.
    let ran = platform.as_("ann", &["validate", "ops"]);
    assert_eq!(ran.code, 3, "{ran}");
    assert!(ran.stdout.contains("is not that of a validator"), "{ran}");
    // Without any key, the verdicts are shown and prove nothing.
    std::fs::remove_file(platform.key("val")).expect("removed");
    let ran = platform.ok(&["validate", "ops"]);
    assert!(ran.stdout.contains("smoke: passed"), "{ran}");
    assert!(ran.stderr.contains("nothing was recorded"), "{ran}");
}

#[test]
fn what_a_new_key_says_to_commit_can_be_committed() {
    let platform = Platform::new("expires = \"24h\"");
    let made = platform.ok(&["keys", "new", "zed", "--role", "promoter"]);
    let change =
        "change in terrace.hcl:\n  role \"promoter\" {\n    principals = [\"ci\", \"zed\"]\n  }\n";
    assert!(made.stdout.contains(change), "{made}");
    assert!(!made.stdout.contains("trust {"), "{made}");
    let hcl = std::fs::read_to_string(platform.folder.join("terrace.hcl")).expect("read");
    let start = hcl.find("  role \"revoker\"").expect("there");
    let end = start + hcl[start..].find("  }\n").expect("its end") + 4;
    let without = format!("{}{}", &hcl[..start], &hcl[end..]);
    std::fs::write(platform.folder.join("terrace.hcl"), &without).expect("written");
    let made = platform.ok(&["keys", "new", "amy", "--role", "revoker"]);
    let at = made.stdout.find("trust {").expect("a block");
    let pasted = format!("{without}\n{}", &made.stdout[at..]);
    std::fs::write(platform.folder.join("terrace.hcl"), pasted).expect("written");
    let again = platform.ok(&["keys", "new", "amy2", "--role", "revoker"]);
    assert!(again.stdout.contains("[\"amy\", \"amy2\"]"), "{again}");
    std::fs::remove_file(platform.key("amy")).expect("removed");
    let again = platform.ok(&["keys", "new", "amy", "--role", "revoker"]);
    assert!(
        again.stdout.contains("names amy as revoker already"),
        "{again}"
    );
}
