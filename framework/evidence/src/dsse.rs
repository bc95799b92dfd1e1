//! DSSE 1.0.2 envelopes: signed bytes with their type and signatures.
//! Rules: secure-systems-lab/dsse `protocol.md` and `envelope.md`.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::engine::{DecodePaddingMode, general_purpose};
use terrace_release::fields::{Fields, Malformed};
use terrace_release::json::{self, JsonError, Value, object};

/// Envelopes are not read beyond this size.
pub const MAX_ENVELOPE: usize = 1 << 20;

/// The payload type of in-toto statements.
pub const IN_TOTO: &str = "application/vnd.in-toto+json";

/// More signatures than this are refused: checking them costs time.
pub const MAX_SIGNATURES: usize = 16;

/// Signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// What the payload is.
    pub payload_type: String,
    /// The signed bytes.
    pub payload: Vec<u8>,
    /// At least one.
    pub signatures: Vec<Signature>,
}

/// One signature of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// A hint which key made it; not authenticated. Empty if absent.
    pub keyid: String,
    /// The signature's bytes, of either profile (see [`crate::Profile`]).
    pub sig: Vec<u8>,
}

/// Why a text is no envelope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not the strict JSON of the ledger.
    #[error("{0}")]
    Json(#[from] JsonError),
    /// A field is missing or of another type.
    #[error("envelope: {0}")]
    Malformed(#[from] Malformed),
}

/// Pre-authentication encoding: what is signed.
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut out = format!(
        "DSSEv1 {} {payload_type} {} ",
        payload_type.len(),
        payload.len()
    )
    .into_bytes();
    out.extend_from_slice(payload);
    out
}

const LENIENT: GeneralPurposeConfig =
    general_purpose::PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD_ANY: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE_ANY: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Standard or URL-safe alphabet, padded or not; nothing else.
fn decode_base64(fields: &mut Fields<'_>, name: &str) -> Result<Vec<u8>, Malformed> {
    let text = fields.text(name)?;
    let engine = match text.contains(['-', '_']) {
        true => &URL_SAFE_ANY,
        false => &STANDARD_ANY,
    };
    engine.decode(text).map_err(|error| {
        use base64::DecodeError as E;
        fields.error(
            name,
            match error {
                E::InvalidByte(at, byte) => {
                    format!("not base64: byte {byte:#04x} at {at}")
                }
                E::InvalidLength(_) | E::InvalidPadding => String::from("truncated base64"),
                E::InvalidLastSymbol { .. } => {
                    String::from("truncated base64: the last digit has stray bits")
                }
            },
        )
    })
}

impl Envelope {
    /// Reads an envelope. Unknown fields are ignored, as the specification asks.
    pub fn parse(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let value = json::parse(bytes, MAX_ENVELOPE)?;
        let mut fields = Fields::root(&value)?;
        let payload_type = fields.string("payloadType")?;
        let payload = decode_base64(&mut fields, "payload")?;
        let listed = fields.objects("signatures")?;
        if listed.is_empty() {
            return Err(fields.error("signatures", "there is none").into());
        }
        if listed.len() > MAX_SIGNATURES {
            return Err(fields
                .error("signatures", format!("more than {MAX_SIGNATURES}"))
                .into());
        }
        let mut signatures = Vec::with_capacity(listed.len());
        for mut signature in listed {
            signatures.push(Signature {
                keyid: signature.maybe_string("keyid")?.unwrap_or_default(),
                sig: decode_base64(&mut signature, "sig")?,
            });
        }
        Ok(Self {
            payload_type,
            payload,
            signatures,
        })
    }

    /// The canonical text: one field a line, so that `sed` finds the payload.
    pub fn to_text(&self) -> String {
        object([
            ("payload", STANDARD.encode(&self.payload).into()),
            ("payloadType", self.payload_type.as_str().into()),
            (
                "signatures",
                self.signatures
                    .iter()
                    .map(|signature| {
                        object([
                            ("keyid", signature.keyid.as_str().into()),
                            ("sig", STANDARD.encode(&signature.sig).into()),
                        ])
                    })
                    .collect::<Value>(),
            ),
        ])
        .to_canonical()
    }

    /// What was signed.
    pub fn pae(&self) -> Vec<u8> {
        pae(&self.payload_type, &self.payload)
    }
}

#[cfg(test)]
#[path = "dsse_tests.rs"]
mod tests;
