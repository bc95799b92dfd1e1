//! Keys and signatures exchanged with openssl and ssh-keygen, both ways.

use std::path::Path;
use std::process::Command;

use terrace_evidence::{
    Algorithm, Draft, Kind, PlatformId, Position, Profile, SigningKey, Stamp, Subject, Time,
    allowed_signers_line, dsse,
};
use terrace_release::Digest;
use terrace_release::json::Object;

#[expect(
    clippy::disallowed_methods,
    reason = "a test runs the auditor's tools themselves"
)]
fn run(dir: &Path, script: &str) -> (bool, String) {
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(dir)
        .output()
        .expect("bash starts");
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

/// Whether the tools are there; says so if not.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn missing(test: &str, tools: &[&str]) -> bool {
    let dir = std::env::temp_dir();
    for tool in tools {
        if !run(&dir, &format!("command -v {tool}")).0 {
            eprintln!("skipped: {test}: {tool} is not installed");
            return true;
        }
    }
    false
}

fn keys() -> [(Algorithm, SigningKey); 2] {
    [Algorithm::Ed25519, Algorithm::EcdsaP256].map(|algorithm| {
        let key = SigningKey::generate(algorithm, &[3; 32]).expect("key");
        (algorithm, key)
    })
}

#[test]
fn openssl_verifies_raw_signatures_and_makes_keys_we_read() {
    let test = "openssl_verifies_raw_signatures_and_makes_keys_we_read";
    if missing(test, &["openssl", "bash"]) {
        return;
    }
    let dir = tempfile::tempdir().expect("folder");
    let at = |name: &str| dir.path().join(name);
    for (algorithm, key) in keys() {
        std::fs::write(at("key.pem"), key.to_pem().expect("pem")).expect("file");
        std::fs::write(at("message"), "the message").expect("file");
        let signature = key.sign(Profile::Raw, b"the message").expect("signs");
        std::fs::write(at("sig"), signature).expect("file");
        let (ok, said) = run(
            dir.path(),
            "openssl pkey -in key.pem -pubout -out pub.pem &&
             openssl pkeyutl -verify -rawin -pubin -inkey pub.pem -in message -sigfile sig",
        );
        assert!(ok, "{algorithm:?}: {said}");
        let (ok, _) = run(
            dir.path(),
            "echo x >> message; openssl pkeyutl -verify -rawin -pubin -inkey pub.pem -in message -sigfile sig",
        );
        assert!(!ok, "a changed message verifies");
        let made = match algorithm {
            Algorithm::Ed25519 => "openssl genpkey -algorithm ed25519 -out theirs.pem",
            Algorithm::EcdsaP256 => {
                "openssl ecparam -name prime256v1 -genkey -noout -out sec1.pem &&
                 openssl pkcs8 -topk8 -nocrypt -in sec1.pem -out theirs.pem"
            }
        };
        let (ok, said) = run(
            dir.path(),
            &format!(
                "{made} && openssl pkeyutl -sign -rawin -inkey theirs.pem -in message -out sig"
            ),
        );
        assert!(ok, "{said}");
        let text = std::fs::read_to_string(at("theirs.pem")).expect("key");
        let theirs = SigningKey::parse(&text).expect("reads openssl's key");
        let message = std::fs::read(at("message")).expect("message");
        let signature = std::fs::read(at("sig")).expect("signature");
        assert!(
            theirs.public().verify(&message, &signature),
            "{algorithm:?}"
        );
        if algorithm == Algorithm::EcdsaP256 {
            let text = std::fs::read_to_string(at("sec1.pem")).expect("key");
            let sec1 = SigningKey::parse(&text).expect("reads SEC1");
            assert_eq!(sec1.public(), theirs.public());
        }
    }
}

#[test]
fn ssh_keygen_verifies_sshsig_and_makes_keys_we_read() {
    let test = "ssh_keygen_verifies_sshsig_and_makes_keys_we_read";
    if missing(test, &["ssh-keygen", "bash", "base64"]) {
        return;
    }
    let dir = tempfile::tempdir().expect("folder");
    let at = |name: &str| dir.path().join(name);
    for (algorithm, key) in keys() {
        std::fs::write(at("message"), "the message").expect("file");
        std::fs::write(
            at("blob"),
            key.sign(Profile::SshSig, b"the message").expect("signs"),
        )
        .expect("file");
        std::fs::write(
            at("signers"),
            allowed_signers_line("ops-ci", &key.public()) + "\n",
        )
        .expect("file");
        let verify = "{ echo '-----BEGIN SSH SIGNATURE-----'; base64 -w70 blob; echo '-----END SSH SIGNATURE-----'; } > sig
            ssh-keygen -Y verify -f signers -I ops-ci -n terrace -s sig < message";
        let (ok, said) = run(dir.path(), verify);
        assert!(ok, "{algorithm:?}: {said}");
        assert!(!run(dir.path(), &verify.replace("-n terrace", "-n git")).0);
        assert!(!run(dir.path(), &format!("echo x >> message; {verify}")).0);

        let kind = match algorithm {
            Algorithm::Ed25519 => "ed25519",
            Algorithm::EcdsaP256 => "ecdsa -b 256",
        };
        // An ECDSA key whose number is short is rare; a few draws are enough.
        let (ok, said) = run(
            dir.path(),
            &format!(
                "rm -f id id.pub; ssh-keygen -q -t {kind} -N '' -C me -f id && ssh-keygen -q -Y sign -f id -n terrace - < message > sig && ssh-keygen -lf id.pub | cut -d' ' -f2"
            ),
        );
        assert!(ok, "{said}");
        let fingerprint = said.lines().last().expect("a line");
        let text = std::fs::read_to_string(at("id")).expect("key");
        let theirs = SigningKey::parse(&text).expect("reads ssh-keygen's key");
        assert_eq!(theirs.public().fingerprint(), fingerprint);
        let message = std::fs::read(at("message")).expect("message");
        let signature = std::fs::read(at("sig")).expect("signature");
        assert!(
            theirs.public().verify(&message, &signature),
            "{algorithm:?}"
        );
        // Our key file is one that ssh-keygen reads.
        std::fs::write(at("ours"), key.to_openssh("us").expect("ssh")).expect("file");
        let (ok, said) = run(dir.path(), "chmod 600 ours; ssh-keygen -yf ours");
        assert!(ok && said.starts_with(&key.public().to_openssh()), "{said}");
    }
    let (ok, _) = run(dir.path(), "ssh-keygen -q -t ed25519 -N secret -f locked");
    assert!(ok);
    let text = std::fs::read_to_string(at("locked")).expect("key");
    let error = SigningKey::parse(&text).expect_err("has a passphrase");
    assert!(error.message.contains("passphrase"), "{}", error.message);
}

/// An entry's signature checked the way docs/auditing.md shows.
#[test]
fn an_entry_verifies_without_terrace() {
    let test = "an_entry_verifies_without_terrace";
    if missing(test, &["openssl", "ssh-keygen", "bash", "base64", "sed"]) {
        return;
    }
    let dir = tempfile::tempdir().expect("folder");
    let (_, key) = &keys()[0];
    let draft = Draft {
        kind: Kind::Release,
        critical: true,
        subject: vec![Subject::new("release", Digest::of("x"))],
        predicate: Object::new(),
    };
    let at = Position {
        seq: 1,
        prev: None,
        platform: PlatformId::new(&[1; 16]),
    };
    let stamp = Stamp {
        time: Time(0),
        trust: "0".repeat(40),
        nonce: [2; 16],
    };
    let line = allowed_signers_line("ci", &key.public());
    std::fs::write(dir.path().join("signers"), format!("{line}\n")).expect("file");
    for (profile, check) in [
        (
            Profile::Raw,
            "{ printf '\\x30\\x2a\\x30\\x05\\x06\\x03\\x2b\\x65\\x70\\x03\\x21\\x00'; cut -d' ' -f4 signers | base64 -d | tail -c 32; } > pub.der
             openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey pub.der -in pae -sigfile sig",
        ),
        (
            Profile::SshSig,
            "{ echo '-----BEGIN SSH SIGNATURE-----'; base64 -w70 sig; echo '-----END SSH SIGNATURE-----'; } > sig.asc
             ssh-keygen -Y verify -f signers -I ci -n terrace -s sig.asc < pae",
        ),
    ] {
        let entry = draft.sign(&at, &stamp, &[(key, profile)]).expect("signs");
        std::fs::write(dir.path().join("entry"), &entry.bytes).expect("file");
        let script = format!(
            "sed -n 's/^  \"payload\": \"\\(.*\\)\",$/\\1/p' entry | base64 -d > payload
             sed -n 's/^      \"sig\": \"\\(.*\\)\"$/\\1/p' entry | base64 -d > sig
             {{ printf 'DSSEv1 28 application/vnd.in-toto+json %d ' $(stat -c%s payload); cat payload; }} > pae
             {check}"
        );
        let (ok, said) = run(dir.path(), &script);
        assert!(ok, "{profile:?}: {said}");
        let pae = std::fs::read(dir.path().join("pae")).expect("made");
        let envelope = dsse::Envelope::parse(&entry.bytes).expect("envelope");
        assert_eq!(pae, envelope.pae());
    }
}
