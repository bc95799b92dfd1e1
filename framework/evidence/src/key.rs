//! Signing keys: ed25519 and ECDSA P-256, from the files that openssl and
//! ssh-keygen write, and the two signature profiles.
//!
//! *Raw*: the signature over the message itself, as `openssl pkeyutl -verify
//! -rawin` checks it (ed25519: 64 bytes; ECDSA: DER over the sha256).
//! *SSHSIG*: OpenSSH's `PROTOCOL.sshsig`, as `ssh-keygen -Y verify` checks it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ed25519_dalek::Signer as _;
use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::pkcs8::EncodePrivateKey as _;
use sha2::{Digest as _, Sha256};
use ssh_key::{HashAlg, LineEnding, SshSig};
use terrace_diag::Diagnostic;

use crate::codes;

/// Signatures are made for this and no other purpose (`ssh-keygen -n`).
pub const NAMESPACE: &str = "terrace";

/// How an SSHSIG blob starts.
const SSHSIG_MAGIC: &[u8] = b"SSHSIG";
const SSHSIG_ARMOR: &[u8] = b"-----BEGIN SSH SIGNATURE-----";

/// Which signatures a key makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// RFC 8032.
    Ed25519,
    /// ECDSA over P-256 with SHA-256.
    EcdsaP256,
}

/// Which tool checks a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// `openssl pkeyutl -verify -rawin`.
    #[default]
    Raw,
    /// `ssh-keygen -Y verify -n terrace`.
    SshSig,
}

/// A private key. Never shown, not even by `{:?}`.
pub struct SigningKey(Secret);

enum Secret {
    Ed25519(ed25519_dalek::SigningKey),
    EcdsaP256(p256::ecdsa::SigningKey),
}

/// A public key that signatures can be checked with.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    inner: Public,
    fingerprint: String,
}

#[derive(Clone, PartialEq, Eq)]
enum Public {
    Ed25519(ed25519_dalek::VerifyingKey),
    EcdsaP256(p256::ecdsa::VerifyingKey),
}

fn bad(why: impl Into<String>) -> Diagnostic {
    Diagnostic::error(&codes::BAD_KEY, why)
}

impl SigningKey {
    /// A key from 32 random bytes. `Err` for the one ECDSA value in 2^32 tries
    /// of 2^32 that is no key: draw again.
    pub fn generate(algorithm: Algorithm, random: &[u8; 32]) -> Result<Self, Diagnostic> {
        Ok(Self(match algorithm {
            Algorithm::Ed25519 => Secret::Ed25519(ed25519_dalek::SigningKey::from_bytes(random)),
            Algorithm::EcdsaP256 => Secret::EcdsaP256(
                p256::ecdsa::SigningKey::from_slice(random)
                    .map_err(|_| bad("these random bytes are no P-256 key"))?,
            ),
        }))
    }

    /// Reads the text of a key file: PKCS#8 or SEC1 PEM, or OpenSSH.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let text = text.trim();
        let label = text
            .strip_prefix("-----BEGIN ")
            .and_then(|rest| rest.split_once("-----"))
            .map(|(label, _)| label);
        match label {
            Some("OPENSSH PRIVATE KEY") => Self::parse_openssh(text),
            Some("PRIVATE KEY") => {
                if let Ok(key) = ed25519_dalek::SigningKey::from_pkcs8_pem(text) {
                    return Ok(Self(Secret::Ed25519(key)));
                }
                use p256::pkcs8::DecodePrivateKey as _;
                p256::SecretKey::from_pkcs8_pem(text)
                    .map(|key| Self(Secret::EcdsaP256(key.into())))
                    .map_err(|_| {
                        bad("the PKCS#8 key is neither ed25519 nor ECDSA P-256, or is damaged")
                    })
            }
            Some("EC PRIVATE KEY") => p256::SecretKey::from_sec1_pem(text)
                .map(|key| Self(Secret::EcdsaP256(key.into())))
                .map_err(|_| bad("the EC key is not of curve P-256, or is damaged")),
            Some("ENCRYPTED PRIVATE KEY") => Err(bad("the key has a passphrase")
                .help("write it without one for CI: openssl pkey -in KEY -out PLAIN")),
            Some(label @ ("PUBLIC KEY" | "CERTIFICATE")) => Err(bad(format!(
                "this is a {}, the private key is needed",
                label.to_ascii_lowercase()
            ))),
            Some(label) => Err(bad(format!(
                "a key of type `{}` cannot sign here: ed25519 or ECDSA P-256",
                label.chars().take(40).collect::<String>().escape_debug()
            ))),
            None if text.starts_with("ssh-") || text.starts_with("ecdsa-") => {
                Err(bad("this is a public key, the private key is needed"))
            }
            None => Err(bad("no key found: expected PEM or OpenSSH text")),
        }
    }

    fn parse_openssh(text: &str) -> Result<Self, Diagnostic> {
        let key = ssh_key::PrivateKey::from_openssh(text)
            .map_err(|_| bad("the OpenSSH key is damaged"))?;
        if key.is_encrypted() {
            return Err(bad("the key has a passphrase")
                .help("write it without one for CI: ssh-keygen -p -N '' -f COPY_OF_KEY"));
        }
        if let Some(pair) = key.key_data().ed25519() {
            let secret = ed25519_dalek::SigningKey::from_bytes(&pair.private.to_bytes());
            return match secret.verifying_key().as_bytes() == pair.public.as_ref() {
                true => Ok(Self(Secret::Ed25519(secret))),
                false => Err(bad("the OpenSSH key's public half is another key's")),
            };
        }
        key.key_data()
            .ecdsa()
            .and_then(|pair| p256::ecdsa::SigningKey::from_slice(pair.private_key_bytes()).ok())
            .filter(|_| {
                key.algorithm()
                    == ssh_key::Algorithm::Ecdsa {
                        curve: ssh_key::EcdsaCurve::NistP256,
                    }
            })
            .map(|key| Self(Secret::EcdsaP256(key)))
            .ok_or_else(|| {
                bad(format!(
                    "an OpenSSH key of type `{}` cannot sign here: ed25519 or ECDSA P-256",
                    key.algorithm()
                ))
            })
    }

    /// As PKCS#8 PEM, the form `openssl genpkey` writes.
    pub fn to_pem(&self) -> Result<String, Diagnostic> {
        match &self.0 {
            Secret::Ed25519(key) => {
                // RFC 8410 without the optional public key, which OpenSSL 3.0 does not read.
                let mut der =
                    Vec::from(*b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20");
                der.extend_from_slice(key.as_bytes());
                Ok(format!(
                    "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
                    STANDARD.encode(der)
                ))
            }
            Secret::EcdsaP256(key) => p256::SecretKey::from(key)
                .to_pkcs8_pem(p256::pkcs8::LineEnding::LF)
                .map(|pem| pem.to_string())
                .map_err(|_| bad("the key cannot be written as PKCS#8")),
        }
    }

    /// As OpenSSH text, the form `ssh-keygen` writes.
    pub fn to_openssh(&self, comment: &str) -> Result<String, Diagnostic> {
        ssh_key::PrivateKey::new(self.ssh_pair()?, comment)
            .and_then(|key| key.to_openssh(LineEnding::LF))
            .map(|text| text.to_string())
            .map_err(|_| bad("the key cannot be written as OpenSSH text"))
    }

    fn ssh_pair(&self) -> Result<ssh_key::private::KeypairData, Diagnostic> {
        use ssh_key::private::{EcdsaKeypair, Ed25519Keypair};
        match &self.0 {
            Secret::Ed25519(key) => Ok(Ed25519Keypair::from_seed(key.as_bytes()).into()),
            Secret::EcdsaP256(key) => Ok(EcdsaKeypair::NistP256 {
                public: key.verifying_key().to_encoded_point(false),
                private: p256::SecretKey::from(key).into(),
            }
            .into()),
        }
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey::new(match &self.0 {
            Secret::Ed25519(key) => Public::Ed25519(key.verifying_key()),
            Secret::EcdsaP256(key) => Public::EcdsaP256(*key.verifying_key()),
        })
    }

    /// Signs. Deterministic: the same key and message give the same signature.
    pub fn sign(&self, profile: Profile, message: &[u8]) -> Result<Vec<u8>, Diagnostic> {
        match (profile, &self.0) {
            (Profile::Raw, Secret::Ed25519(key)) => Ok(key.sign(message).to_bytes().to_vec()),
            (Profile::Raw, Secret::EcdsaP256(key)) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                Ok(signature.to_der().as_bytes().to_vec())
            }
            (Profile::SshSig, _) => {
                let key = ssh_key::PrivateKey::new(self.ssh_pair()?, "")
                    .map_err(|_| bad("the key cannot make SSH signatures"))?;
                SshSig::sign(&key, NAMESPACE, HashAlg::Sha512, message)
                    .and_then(|signature| signature.to_pem(LineEnding::LF))
                    .ok()
                    .and_then(|armored| {
                        let body: String = armored
                            .lines()
                            .filter(|line| !line.starts_with("-----"))
                            .collect();
                        STANDARD.decode(body).ok()
                    })
                    .ok_or_else(|| bad("the key cannot make SSH signatures"))
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public().fingerprint)
    }
}

impl PublicKey {
    fn new(inner: Public) -> Self {
        let mut key = Self {
            inner,
            fingerprint: String::new(),
        };
        key.fingerprint = format!(
            "SHA256:{}",
            STANDARD_NO_PAD.encode(Sha256::digest(key.wire()))
        );
        key
    }

    /// Reads the type and base64 fields of an OpenSSH public key.
    pub fn parse(kind: &str, base64: &str) -> Result<Self, Diagnostic> {
        let blob = STANDARD
            .decode(base64)
            .map_err(|_| bad("the key is not base64"))?;
        let inner = match kind {
            "ssh-ed25519" => field(&blob, kind)
                .and_then(|key| <[u8; 32]>::try_from(key).ok())
                .and_then(|key| ed25519_dalek::VerifyingKey::from_bytes(&key).ok())
                .filter(|key| !key.is_weak())
                .map(Public::Ed25519),
            "ecdsa-sha2-nistp256" => blob
                .strip_prefix(&ssh_string(kind)[..])
                .and_then(|rest| rest.strip_prefix(&ssh_string("nistp256")[..]))
                .and_then(only_field)
                .and_then(|point| p256::ecdsa::VerifyingKey::from_sec1_bytes(point).ok())
                .map(Public::EcdsaP256),
            other => {
                return Err(bad(format!(
                    "a key of type `{}` is not accepted: ssh-ed25519 or ecdsa-sha2-nistp256",
                    other.escape_debug()
                )));
            }
        };
        inner
            .map(Self::new)
            .ok_or_else(|| bad(format!("the key is damaged or not of type `{kind}`")))
    }

    /// `ssh-ed25519` or `ecdsa-sha2-nistp256`.
    pub const fn kind(&self) -> &'static str {
        match self.inner {
            Public::Ed25519(_) => "ssh-ed25519",
            Public::EcdsaP256(_) => "ecdsa-sha2-nistp256",
        }
    }

    /// RFC 4253 / 5656 / 8709 encoding, which OpenSSH prints in base64.
    fn wire(&self) -> Vec<u8> {
        let mut blob = ssh_string(self.kind());
        match &self.inner {
            Public::Ed25519(key) => blob.extend(ssh_bytes(key.as_bytes())),
            Public::EcdsaP256(key) => {
                blob.extend(ssh_string("nistp256"));
                blob.extend(ssh_bytes(key.to_encoded_point(false).as_bytes()));
            }
        }
        blob
    }

    /// `ssh-ed25519 AAAA…`, without a comment.
    pub fn to_openssh(&self) -> String {
        format!("{} {}", self.kind(), STANDARD.encode(self.wire()))
    }

    /// `SHA256:…`, as `ssh-keygen -l` prints it; the `keyid` of envelopes.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Whether `signature`, of either profile, is this key's over `message`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        if signature.len() > 64
            && (signature.starts_with(SSHSIG_MAGIC) || signature.starts_with(SSHSIG_ARMOR))
        {
            return self.verify_ssh(message, signature);
        }
        match &self.inner {
            Public::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            // DER as openssl writes it, or the plain pair that other DSSE tools write.
            Public::EcdsaP256(key) => p256::ecdsa::Signature::from_slice(signature)
                .or_else(|_| p256::ecdsa::Signature::from_der(signature))
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }

    fn verify_ssh(&self, message: &[u8], signature: &[u8]) -> bool {
        let armored = match std::str::from_utf8(signature) {
            Ok(text) if signature.starts_with(SSHSIG_ARMOR) => {
                let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
                armor(&STANDARD.decode(body).unwrap_or_default())
            }
            _ => armor(signature),
        };
        // Lengths and the version are not part of what is signed: one spelling only.
        let parsed = SshSig::from_pem(&armored).ok().filter(|parsed| {
            parsed.version() == 1
                && parsed
                    .to_pem(LineEnding::LF)
                    .is_ok_and(|text| text.trim_end() == armored.trim_end())
        });
        let key = ssh_key::PublicKey::from_bytes(&self.wire());
        match (parsed, key) {
            (Some(parsed), Ok(key)) => key.verify(NAMESPACE, message, &parsed).is_ok(),
            _ => false,
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint)
    }
}

/// The text form that ssh-keygen reads: 70 columns of base64 between two lines.
fn armor(blob: &[u8]) -> String {
    let body = STANDARD.encode(blob);
    let mut out = String::from("-----BEGIN SSH SIGNATURE-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(70));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str("-----END SSH SIGNATURE-----\n");
    out
}

fn ssh_bytes(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut out = Vec::from(length.to_be_bytes());
    out.extend_from_slice(bytes);
    out
}

fn ssh_string(text: &str) -> Vec<u8> {
    ssh_bytes(text.as_bytes())
}

/// The one field after the type, with nothing behind it.
fn field<'a>(blob: &'a [u8], kind: &str) -> Option<&'a [u8]> {
    only_field(blob.strip_prefix(&ssh_string(kind)[..])?)
}

fn only_field(rest: &[u8]) -> Option<&[u8]> {
    let (length, value) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    (value.len() == length).then_some(value)
}

#[cfg(test)]
#[path = "key_tests.rs"]
mod tests;
