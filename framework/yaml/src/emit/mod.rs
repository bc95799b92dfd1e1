//! Nodes to texts.

mod analysis;
pub(crate) mod resource;
pub(crate) mod round_trip;
mod safe;
mod sort;
mod writer;

pub use resource::resource;
pub use safe::safe;

#[cfg(test)]
mod emit_tests;
