//! Signed statements (DSSE, in-toto), keys, trust and the hash-chained ledger.
//!
//! | file | what it holds |
//! |---|---|
//! | `dsse.rs` | envelopes: signed bytes with signatures |
//! | `statement.rs`, `predicate.rs` | in-toto statements, SLSA verification summary, test result |
//! | `key.rs` | ed25519 and ECDSA P-256 keys, raw and SSHSIG signatures |
//! | `allowed_signers.rs`, `trust.rs` | which keys and roles count at a commit |
//! | `entry.rs` | ledger entries: kinds, place in the chain, signing |
//! | `ledger.rs` | verification of a whole chain |
//! | `time.rs` | moments in UTC |
//!
//! Pure: bytes, times and random bits come in as arguments. What an entry's
//! predicate means beyond its signature is read by the promotion crate.

mod allowed_signers;
pub mod codes;
pub mod dsse;
mod entry;
mod key;
mod ledger;
pub mod predicate;
mod statement;
mod time;
mod trust;

pub use allowed_signers::{AllowedKey, AllowedSigners, allowed_signers_line};
pub use dsse::Envelope;
pub use entry::{
    Draft, ENTRY_EXT, Entry, Extension, Kind, PlatformId, Position, SignedEntry, Stamp, entry_name,
};
pub use key::{Algorithm, NAMESPACE, Profile, PublicKey, SigningKey};
pub use ledger::{
    Reading, Refusal, SKEW, SignatureCache, Unverified, VerifiedLedger, Verifier, Why,
    verify_chain, verify_chain_cached,
};
pub use statement::{STATEMENT, Statement, StatementError, Subject};
pub use time::{NotATime, Time, human};
pub use trust::{Role, Roles, Signer, Trust, TrustSource};
