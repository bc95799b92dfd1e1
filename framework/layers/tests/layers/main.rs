//! Reading and merging layers, from texts to merged nodes.

mod cases;
mod laws;
mod patches;
mod support;
mod term;
