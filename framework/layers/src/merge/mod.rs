//! The merge: definitions of one path, from the lowest layer to the highest.
//!
//! [`fold`] has the rules of the table in `docs/layers.md`; [`operator`]
//! recognises `append`, `prepend`, `merge_by`, `override` and `unset`;
//! [`node`] is the result, each value with its place; [`patch`] is RFC 6902.

mod fold;
mod node;
mod operator;
mod patch;

pub use fold::{Candidate, Evaluate, Merger};
pub(crate) use node::key_text;
pub use node::{Kind, Loser, Node, NodeKind, Place, Rule};
pub use operator::is_operator;
