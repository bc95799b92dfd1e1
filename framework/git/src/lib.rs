//! Git through its command line: objects, refs, compare-and-swap, atomic pushes.
//!
//! Every call is one or two `git` processes, however many objects it is about;
//! objects are read from the repository's files where that gives the same.
//! Our calls run no hooks, ask nothing, translate nothing and leave the index
//! alone; the user's configuration counts where it must (credentials, URLs).
//!
//! ```ignore
//! let git = Git::find(&environment, &cancel)?;                  // checks the version
//! let repository = git.discover(&working_directory)?;
//! let head = repository.commit_id("HEAD")?;
//! let tree = repository.write_tree(files.iter().map(|f| (f.path, NewEntry::file(f.bytes))))?;
//! let commit = repository.write_commit(&NewCommit { tree, parents: vec![old.clone()], author, message, trailers })?;
//! repository.update_refs(&[RefUpdate::new("refs/heads/env/ops", commit, Old::Is(old))], "promote")?;
//! // or, with a remote:
//! repository.fetch("origin", &fetch_specs("origin", "main"))?;
//! repository.push("origin", &updates, Atomicity::Preferred)?;   // LostRace: read again, decide again
//! ```

mod ancestry;
pub mod codes;
mod error;
mod export;
mod foreign;
mod git;
mod id;
mod objects;
mod push;
mod refs;
mod remote;
mod repository;
mod store;
mod worktree;
mod write;

pub use error::GitError;
pub use foreign::{Foreign, SizedEntry};
pub use git::{Git, MINIMUM, Version};
pub use id::ObjectId;
pub use objects::{Change, ChangeKind, Commit, Mode, Signature, Sources, TreeEntry, TreeFile};
pub use push::{Atomicity, PushReport, PushedRef};
pub use refs::{Old, RefUpdate};
pub use remote::{FetchedRef, fetch_specs};
pub use repository::Repository;
pub use worktree::{Status, StatusEntry};
pub use write::{AddedFile, NewCommit, NewEntry};

#[cfg(test)]
mod testing;
