//! Remote sources by name: their addresses, version constraints, and
//! `terrace.lock`, which says what local copy stands for which of them.
//!
//! Pure: nothing here fetches anything. `terrace-vendor` fills the lock;
//! compiling, rendering and Kustomize builds look addresses up in it.

pub mod address;
pub mod codes;
mod digest;
mod file;
pub mod version;

pub use address::{Fault, Git, Http, Oci, Package, Registry, Remote, Transport};
pub use digest::of_tree;
pub use file::{Entry, FILE, FOLDER, LockFile, WHOLE, normal_constraint};
