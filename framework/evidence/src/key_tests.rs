use super::*;

fn keys() -> [SigningKey; 2] {
    [Algorithm::Ed25519, Algorithm::EcdsaP256]
        .map(|algorithm| SigningKey::generate(algorithm, &[9; 32]).expect("key"))
}

#[test]
fn reads_back_the_files_it_writes() {
    for key in keys() {
        let fingerprint = String::from(key.public().fingerprint());
        let pem = SigningKey::parse(&key.to_pem().expect("pem")).expect("reads pem");
        let ssh = SigningKey::parse(&key.to_openssh("me").expect("ssh")).expect("reads ssh");
        assert_eq!(pem.public().fingerprint(), fingerprint);
        assert_eq!(ssh.public().fingerprint(), fingerprint);
        let line = key.public().to_openssh();
        let (kind, base64) = line.split_once(' ').expect("two words");
        assert_eq!(PublicKey::parse(kind, base64), Ok(key.public()));
        assert_eq!(format!("{key:?}"), format!("SigningKey({fingerprint})"));
    }
}

#[test]
fn both_profiles_verify_and_nothing_else_does() {
    for key in keys() {
        let public = key.public();
        for profile in [Profile::Raw, Profile::SshSig] {
            let signature = key.sign(profile, b"message").expect("signs");
            assert_eq!(key.sign(profile, b"message"), Ok(signature.clone()));
            assert!(public.verify(b"message", &signature), "{profile:?}");
            assert!(!public.verify(b"Message", &signature));
            for at in 0..signature.len() {
                let mut flipped = signature.clone();
                flipped[at] ^= 1;
                assert!(
                    !public.verify(b"message", &flipped),
                    "{profile:?} byte {at}"
                );
            }
            for cut in [0, 1, 63, signature.len() - 1] {
                assert!(!public.verify(b"message", &signature[..cut]));
            }
            let other = SigningKey::generate(Algorithm::Ed25519, &[8; 32]).expect("key");
            assert!(!other.public().verify(b"message", &signature));
        }
        let armored = armor(&key.sign(Profile::SshSig, b"message").expect("signs"));
        assert!(public.verify(b"message", armored.as_bytes()));
    }
}

#[test]
fn an_ssh_signature_for_another_namespace_does_not_count() {
    let key = SigningKey::generate(Algorithm::Ed25519, &[9; 32]).expect("key");
    let ssh = ssh_key::PrivateKey::from_openssh(key.to_openssh("").expect("ssh")).expect("key");
    let sign = |namespace: &str| {
        ssh.sign(namespace, HashAlg::Sha512, b"message")
            .and_then(|signature| signature.to_pem(LineEnding::LF))
            .expect("signs")
    };
    assert!(key.public().verify(b"message", sign("terrace").as_bytes()));
    assert!(!key.public().verify(b"message", sign("git").as_bytes()));
    assert!(!key.public().verify(b"message", sign("file").as_bytes()));
}

/// The vector of dsse `protocol.md`, whose signature is the pair r, s.
#[test]
fn the_dsse_specification_s_signature_verifies() {
    let mut point = vec![4];
    for number in [
        "46950820868899156662930047687818585632848591499744589407958293238635476079160",
        "5640078356564379163099075877009565129882514886557779369047442380624545832820",
    ] {
        point.extend(decimal(number));
    }
    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).expect("a point");
    let key = PublicKey::new(Public::EcdsaP256(key));
    let signature = STANDARD
        .decode("A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==")
        .expect("base64");
    let message = crate::dsse::pae("http://example.com/HelloWorld", b"hello world");
    assert!(key.verify(&message, &signature));
    assert!(!key.verify(b"hello world", &signature));
}

/// A decimal number as 32 bytes.
fn decimal(text: &str) -> [u8; 32] {
    let mut out = [0_u8; 32];
    for digit in text.bytes() {
        let mut carry = u32::from(digit - b'0');
        for byte in out.iter_mut().rev() {
            carry += u32::from(*byte) * 10;
            *byte = carry as u8;
            carry >>= 8;
        }
    }
    out
}

#[test]
fn refuses_by_name_what_is_no_signing_key() {
    for (text, why) in [
        ("", "no key found"),
        ("hello", "no key found"),
        ("ssh-ed25519 AAAA", "this is a public key"),
        ("-----BEGIN PUBLIC KEY-----\n", "this is a public key"),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
            "has a passphrase",
        ),
        (
            "-----BEGIN RSA PRIVATE KEY-----\n",
            "`RSA PRIVATE KEY` cannot sign",
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            "neither ed25519",
        ),
        (
            "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----",
            "not of curve P-256",
        ),
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
            "damaged",
        ),
    ] {
        let error = SigningKey::parse(text).expect_err(text);
        assert!(error.message.contains(why), "{text}: {}", error.message);
    }
    for (kind, base64, why) in [
        ("ssh-rsa", "AAAA", "`ssh-rsa` is not accepted"),
        ("sk-ssh-ed25519@openssh.com", "AAAA", "is not accepted"),
        ("ssh-ed25519", "AAA", "not base64"),
        ("ssh-ed25519", "AAAA", "damaged"),
        ("ecdsa-sha2-nistp256", "AAAA", "damaged"),
        // The all-zero point: a key every signature could be made for.
        (
            "ssh-ed25519",
            "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "damaged",
        ),
    ] {
        let error = PublicKey::parse(kind, base64).expect_err(base64);
        assert!(error.message.contains(why), "{kind}: {}", error.message);
    }
}
