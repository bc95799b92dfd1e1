//! The YAML reader, node model, scalar resolvers and emitter.

mod limits;
mod mapping;
mod node;
mod text;

pub use limits::Limits;
pub use mapping::{Entry, Mapping};
pub use node::{Content, NO_SPAN, Node, Style, Tag};
pub use text::Text;
