//! Digests, `SHA256SUMS` and `release.json`.
//!
//! | file | what it holds |
//! |---|---|
//! | `digest.rs` | [`Digest`]: sha256 |
//! | `path.rs` | names that are the same on every file system |
//! | `sums.rs` | [`Sums`]: a folder's `SHA256SUMS`, and a check of a folder against it |
//! | `manifest.rs` | [`ReleaseManifest`]: `release.json`, release id, content id |
//! | `json.rs`, `fields.rs` | the strict JSON of everything that is hashed or signed |
//!
//! Pure: bytes in, bytes out.

pub mod codes;
mod digest;
pub mod fields;
pub mod json;
mod manifest;
mod object;
mod path;
mod sums;

pub use digest::{Digest, Hasher, NotADigest};
pub use manifest::{
    Compiler, Component, Environment, Kind, MAX_RELEASE, ReleaseManifest, SCHEMA, Source, edge_name,
};
pub use path::{MAX_PATH, check_name, check_path};
pub use sums::{Fault, Found, MAX_SUMS, Sums};
