//! Source trees of the world: the working copy and git commits.

mod commit;
mod disk;

pub use commit::{commit_tree, prefix};
pub use disk::DiskTree;
