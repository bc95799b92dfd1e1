//! The YAML reader, node model, scalar resolvers and emitter.
//!
//! A text is read ([`read`], [`read_resources`]) into [`Node`]s, whose scalars
//! stay as they were written. What they mean is asked of a dialect in
//! [`resolve`]; [`emit`] and [`json`] write nodes.

pub mod codes;
mod decode;
mod duplicates;
pub mod emit;
mod float;
pub mod json;
mod limits;
mod lossy;
mod mapping;
mod node;
mod read;
pub mod resolve;
mod resources;
mod text;

pub use decode::decode;
pub use duplicates::duplicate_keys;
pub use limits::Limits;
pub use mapping::{Entry, Mapping};
pub use node::{Content, NO_SPAN, Node, Style, Tag};
pub use read::{ReadOptions, read, read_first, read_one};
pub use resources::{ResourceDocuments, read_resource, read_resources, split_resources};
pub use text::Text;
