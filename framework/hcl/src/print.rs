//! The printer: trees to text in the layout of `terraform fmt`.

mod string;

pub use string::{is_identifier, quote};
