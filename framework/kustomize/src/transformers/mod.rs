//! What changes resources (`api/internal/builtins`, `api/filters`).

mod hash_suffix;
mod images;
mod labels;
mod name_reference;
mod namespace;
mod prefix_suffix;
mod replacements;
mod replicas;
mod sort;
mod value_add;
mod variables;

pub(crate) use hash_suffix::add_hash_suffixes;
pub(crate) use images::set_image;
pub(crate) use labels::{add_annotations, add_labels};
pub(crate) use name_reference::fix_name_references;
pub(crate) use namespace::{NamespaceTransformer, SubjectMode};
pub(crate) use prefix_suffix::{Affix, add_affix};
pub(crate) use replacements::replace_all;
pub(crate) use replicas::set_replicas;
pub(crate) use sort::sort;
pub(crate) use value_add::{ValueTarget, add_value};
pub(crate) use variables::{Variables, resolve_variables};
