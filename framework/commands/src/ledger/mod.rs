//! The ledger, the stored releases and the environments' branches in git: what
//! `promote`, `status`, `verify` and whoever records something open first.
//!
//! | file | what it does |
//! |---|---|
//! | `refs.rs` | which refs are read and moved, with a remote and without |
//! | `trust.rs` | policy, keys and roles at a commit of the protected branch |
//! | `session.rs` | reads, verifies and folds the ledger |
//! | `store.rs` | stored releases and their bytes |
//! | `folders.rs` | stored folders, hashed once each |
//! | `branch.rs` | what stands in an environment's branch |
//! | `facts.rs` | everything that a decision needs besides the ledger |
//! | `append.rs` | signs entries and moves refs, all or nothing |
//! | `failure.rs` | what can go wrong, with its exit status |

mod append;
mod branch;
pub mod codes;
mod facts;
mod failure;
mod folders;
mod refs;
mod session;
mod store;
mod trust;

pub use append::{Keyring, commit_of_intent, random, retried, with_retries};
pub use branch::{EnvBranch, LEDGER_HEAD, RELEASE, cited, settle};
pub(crate) use facts::authors;
pub use facts::{Asked, Candidate, authors_since_applied, order, source, standing};
pub use failure::{Failure, denials_json, denied};
pub use refs::{LEDGER, RELEASES, Refs, env_branch};
pub use session::{Read, Session, now};
pub use store::Releases;
pub use trust::{ALLOWED_SIGNERS, Rules, TrustStore, read_config, roles};
