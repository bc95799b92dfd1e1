//! RSA decryption with PKCS #1 v1.5 padding, and the private keys it takes: PEM
//! with PKCS #1, PKCS #8 or OpenSSH contents.

use num_bigint::BigUint;

use super::base64;

/// A private key: modulus and private exponent.
#[derive(Debug)]
struct Key {
    modulus: BigUint,
    exponent: BigUint,
}

/// What is at fault when a text cannot be decrypted.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::functions) enum RsaError {
    /// The private key, with a phrase.
    Key(String),
    /// The text does not fit the key.
    Decryption,
}

/// Decrypts with a private key in PEM form.
pub(in crate::functions) fn decrypt(cipher: &[u8], pem: &str) -> Result<Vec<u8>, RsaError> {
    let key = parse_key(pem).map_err(RsaError::Key)?;
    let size = usize::try_from(key.modulus.bits().div_ceil(8)).unwrap_or(usize::MAX);
    let number = BigUint::from_bytes_be(cipher);
    if cipher.len() > size || size < 11 || number >= key.modulus {
        return Err(RsaError::Decryption);
    }
    let message = number.modpow(&key.exponent, &key.modulus).to_bytes_be();
    // 0x00 0x02, at least eight bytes that are not zero, a zero, the message;
    // the leading zero is not in the number.
    let [2, padded @ ..] = message.as_slice() else {
        return Err(RsaError::Decryption);
    };
    if message.len() + 1 != size {
        return Err(RsaError::Decryption);
    }
    match padded.iter().position(|byte| *byte == 0) {
        Some(end) if end >= 8 => Ok(padded[end + 1..].to_vec()),
        _ => Err(RsaError::Decryption),
    }
}

fn parse_key(pem: &str) -> Result<Key, String> {
    let invalid = |what: &str| format!("invalid private key: {what}");
    let (label, headers, der) = decode_pem(pem).ok_or_else(|| invalid("ssh: no key found"))?;
    if headers.contains("ENCRYPTED") {
        return Err(invalid("ssh: this private key is passphrase protected"));
    }
    let broken = || "invalid ASN1 data in the given private key: data truncated".to_owned();
    match label {
        "RSA PRIVATE KEY" => pkcs1(&der).ok_or_else(broken),
        "PRIVATE KEY" => pkcs8(&der).ok_or_else(broken),
        "OPENSSH PRIVATE KEY" => {
            openssh(&der).ok_or_else(|| invalid("ssh: invalid openssh private key format"))
        }
        label => Err(invalid(&format!("ssh: unsupported key type \"{label}\""))),
    }
}

/// The first PEM block: label, headers and contents.
fn decode_pem(text: &str) -> Option<(&str, String, Vec<u8>)> {
    let start = text.find("-----BEGIN ")? + "-----BEGIN ".len();
    let (label, rest) = text[start..].split_once("-----")?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let (headers, body): (Vec<&str>, Vec<&str>) = body
        .lines()
        .map(str::trim)
        .partition(|line| line.contains(':'));
    let der = base64::decode(&body.concat()).ok()?;
    Some((label, headers.join("\n"), der))
}

/// One element of DER with that tag: its contents and what follows.
fn der(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = bytes.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    if found != tag {
        return None;
    }
    let mut length = usize::from(first);
    if first >= 0x80 {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 || rest.len() < count {
            return None;
        }
        length = rest[..count]
            .iter()
            .fold(0, |n, b| n << 8 | usize::from(*b));
        rest = &rest[count..];
    }
    rest.split_at_checked(length)
}

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// `RSAPrivateKey` of RFC 8017: version, n, e, d, …
fn pkcs1(bytes: &[u8]) -> Option<Key> {
    let (body, _) = der(bytes, SEQUENCE)?;
    let (_version, rest) = der(body, INTEGER)?;
    let (modulus, rest) = der(rest, INTEGER)?;
    let (_public, rest) = der(rest, INTEGER)?;
    let (exponent, _) = der(rest, INTEGER)?;
    key(modulus, exponent)
}

/// `PrivateKeyInfo` of RFC 5208.
fn pkcs8(bytes: &[u8]) -> Option<Key> {
    let (body, _) = der(bytes, SEQUENCE)?;
    let (_version, rest) = der(body, INTEGER)?;
    let (_algorithm, rest) = der(rest, SEQUENCE)?;
    let (inner, _) = der(rest, OCTETS)?;
    pkcs1(inner)
}

/// `PROTOCOL.key` of OpenSSH, without a passphrase.
fn openssh(bytes: &[u8]) -> Option<Key> {
    let rest = bytes.strip_prefix(b"openssh-key-v1\0")?;
    let (cipher, rest) = field(rest)?;
    let (_kdf, rest) = field(rest)?;
    let (_options, rest) = field(rest)?;
    let (_count, rest) = rest.split_at_checked(4)?;
    let (_public, rest) = field(rest)?;
    let (private, _) = field(rest)?;
    if cipher != b"none" {
        return None;
    }
    let (_check, rest) = private.split_at_checked(8)?;
    let (kind, rest) = field(rest)?;
    if kind != b"ssh-rsa" {
        return None;
    }
    let (modulus, rest) = field(rest)?;
    let (_public, rest) = field(rest)?;
    let (exponent, _) = field(rest)?;
    key(modulus, exponent)
}

/// A field with its length in four bytes.
fn field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

fn key(modulus: &[u8], exponent: &[u8]) -> Option<Key> {
    let modulus = BigUint::from_bytes_be(modulus);
    // Go takes no larger keys either.
    if modulus.bits() < 2 || modulus.bits() > 16_384 {
        return None;
    }
    Some(Key {
        modulus,
        exponent: BigUint::from_bytes_be(exponent),
    })
}
