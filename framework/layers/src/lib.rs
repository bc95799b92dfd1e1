//! Layers: reading definitions, merging them per path, and where each value
//! came from.
//!
//! [`read`] turns the files of a layer folder into [`Definitions`];
//! [`merge`] folds the definitions of one path from the lowest layer to the
//! highest into a [`Node`], whose every part knows its [`Place`] and what it
//! won over; [`locals`] does so lazily for `local.*`.

pub mod codes;
pub mod locals;
pub mod merge;
pub mod read;

pub use locals::Locals;
pub use merge::{Candidate, Evaluate, Kind, Loser, Merger, Node, NodeKind, Place, Rule};
pub use read::{Component, ComponentKind, Definitions, LayerFiles, Provider, is_name};
