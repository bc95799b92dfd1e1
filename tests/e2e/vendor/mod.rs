//! `terrace vendor` through the binary: what is vendored, what is built from it
//! without a server, and what is refused.

mod failing;
mod offline;
mod private;
mod update;
mod world;
