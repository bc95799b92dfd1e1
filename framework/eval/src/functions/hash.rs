//! Digests, UUIDs and RSA.

use md5::{Digest as _, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::golang::{self, RsaError};
use super::support::{Outcome, STRING, fail, fail_argument, fixed, string, text};
use crate::function::{Function, FunctionContext, FunctionError};
use crate::types::Type;
use crate::value::Value;

/// `sha1`, `filesha1` and the like: digest and how it is written.
macro_rules! digests {
    ($($text:ident = $text_name:literal, $file:ident = $file_name:literal, $digest:ty, $write:expr;)*) => {
        $(
            pub(super) static $text: Function =
                Function::eager($text_name, &[string("str")], None, fixed(STRING), |args, _, _| {
                    let digest = <$digest>::digest(text(args, 0).as_bytes());
                    Ok(Value::string($write(digest.as_slice())))
                });

            pub(super) static $file: Function =
                Function::eager($file_name, &[string("path")], None, fixed(STRING), |args, _, context| {
                    let bytes = context
                        .files
                        .read(text(args, 0))
                        .map_err(|error| FunctionError::new(error.0))?;
                    let digest = <$digest>::digest(&bytes);
                    Ok(Value::string($write(digest.as_slice())))
                });
        )*
    };
}

digests! {
    MD5 = "md5", FILEMD5 = "filemd5", Md5, hex;
    SHA1 = "sha1", FILESHA1 = "filesha1", Sha1, hex;
    SHA256 = "sha256", FILESHA256 = "filesha256", Sha256, hex;
    SHA512 = "sha512", FILESHA512 = "filesha512", Sha512, hex;
    BASE64SHA256 = "base64sha256", FILEBASE64SHA256 = "filebase64sha256", Sha256, golang::base64_encode;
    BASE64SHA512 = "base64sha512", FILEBASE64SHA512 = "filebase64sha512", Sha512, golang::base64_encode;
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) static UUIDV5: Function = Function::eager(
    "uuidv5",
    &[string("namespace"), string("name")],
    None,
    fixed(STRING),
    |args, _, _| {
        let namespace = text(args, 0);
        // The name spaces of RFC 9562 differ in their first four bytes only.
        let known = |byte| {
            let mut id = [
                0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4,
                0x30, 0xc8,
            ];
            id[3] = byte;
            id
        };
        let id = match namespace {
            "dns" => known(0x10),
            "url" => known(0x11),
            "oid" => known(0x12),
            "x500" => known(0x14),
            other => match golang::parse_uuid(other) {
                Ok(id) => id,
                Err(why) => {
                    return fail(format!(
                        "uuidv5() doesn't support namespace {other} ({why})"
                    ));
                }
            },
        };
        Ok(Value::string(golang::uuid_v5(id, text(args, 1).as_bytes())))
    },
);

pub(super) static RSADECRYPT: Function = Function::eager(
    "rsadecrypt",
    &[string("ciphertext"), string("privatekey")],
    None,
    fixed(STRING),
    rsa_decrypt,
);

fn rsa_decrypt(args: &[Value], _: &Type, _: &FunctionContext<'_>) -> Outcome {
    let encoded = text(args, 0);
    let Ok(cipher) = golang::base64_decode(encoded) else {
        return fail_argument(
            0,
            format!(
                "failed to decode input {}: cipher text must be base64-encoded",
                golang::quote(encoded)
            ),
        );
    };
    match golang::rsa_decrypt(&cipher, text(args, 1)).map(String::from_utf8) {
        Ok(Ok(plain)) => Ok(Value::string(plain)),
        Ok(Err(_)) => fail("failed to decrypt: the result is not valid UTF-8"),
        Err(RsaError::Key(why)) => fail_argument(1, why),
        Err(RsaError::Decryption) => fail("failed to decrypt: crypto/rsa: decryption error"),
    }
}
