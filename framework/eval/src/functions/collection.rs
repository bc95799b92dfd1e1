//! Functions on lists, sets, maps, tuples and objects.

pub(super) mod access;
pub(super) mod combine;
pub(super) mod filter;
mod members;
pub(super) mod product;
pub(super) mod sets;
pub(super) mod shape;
