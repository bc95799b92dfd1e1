//! Nodes to texts.

mod analysis;
pub(crate) mod resource;
pub(crate) mod round_trip;
mod safe;
mod sort;
mod writer;

pub use resource::{key_text, resource};
pub use round_trip::round_trip;
pub use safe::safe;

#[cfg(test)]
mod emit_tests;
