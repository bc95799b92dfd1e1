//! What chooses resources: patterns over identities, and label selectors.

mod labels;
mod pattern;

pub(crate) use labels::LabelSelector;
pub(crate) use pattern::{Pattern, compile, is_literal};
