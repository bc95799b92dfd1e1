//! One module per command: the only place where the stages meet the world.
//!
//! A command takes a [`World`] (where it runs, what time it is) and its own
//! options, and gives an [`Outcome`]: data for stdout, messages for stderr and
//! an exit status. Nothing here prints.

mod against;
pub mod agree;
pub mod apply;
mod ask;
pub mod check;
pub mod codes;
pub mod compile;
pub mod console;
mod coverage;
pub mod demo;
pub mod diff;
pub mod drift;
pub mod emergency;
pub mod explain;
pub mod fmt;
pub mod graph;
pub mod help;
pub mod init;
pub mod keys;
pub mod kustomize;
pub mod ledger;
pub mod plan;
mod plans;

mod outcome;
pub mod policy;
pub mod promote;
pub mod publish;
pub mod render;
pub mod resume;
mod shell;
mod source;
pub mod statements;
pub mod status;
mod stored_roots;
pub mod tree;
pub mod validate;
pub mod vendor;
pub mod verify;
mod world;

pub use outcome::{Exit, Outcome};
pub use world::{Input, Talk, World};
