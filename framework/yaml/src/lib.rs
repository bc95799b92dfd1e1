//! The YAML reader, node model, scalar resolvers and emitter.

pub mod codes;
mod limits;
mod mapping;
mod node;
mod read;
mod text;

pub use limits::Limits;
pub use mapping::{Entry, Mapping};
pub use node::{Content, NO_SPAN, Node, Style, Tag};
pub use read::{ReadOptions, read, read_first, read_one};
pub use text::Text;
