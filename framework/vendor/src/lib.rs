//! `terrace vendor`: remote sources become local files with a digest.
//!
//! ```text
//! Package ──fetch──▶ Tree ──select──▶ files ──apply──▶ vendor/… and terrace.lock
//! ```
//!
//! Everything fetched is held in memory, checked there, and only then written:
//! to a side folder, renamed into place, the lock last. What a server, an
//! archive or a repository says is never trusted: names, links, sizes, digests,
//! redirects and addresses are checked against [`Policy`] and [`Limits`].

mod apply;
mod check;
mod closure;
pub mod codes;
mod credentials;
mod entry;
mod fetch;
mod licence;
mod limits;
mod name;
mod policy;
mod references;
mod tree;
mod unpack;
mod url;

use terrace_diag::Diagnostic;

pub use apply::{Written, apply, lock_folder};
pub use check::{Copy, compare};
pub use entry::{Use, copy, folder_for};
pub use fetch::{Fetched, Fetcher};
pub use limits::Limits;
pub use policy::Policy;
pub use references::{Reference, kustomization, terraform};
pub use tree::{File, Files, Tree};

/// What can go wrong is said to people.
pub type Result<T> = std::result::Result<T, Diagnostic>;

pub(crate) fn refuse(code: &'static terrace_diag::Code, why: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, why)
}
