//! Scalars to values: which type a text has depends on the dialect.
//!
//! - [`v3`]: go-yaml v3 (`resolve.go`), for Kubernetes resources;
//! - [`v2`]: go-yaml v2, for kustomization files and JSON patches: YAML 1.1
//!   booleans;
//! - [`core`]: the core schema of YAML 1.2, for Terrace's own files.

mod core;
mod go;
mod number;
mod timestamp;
mod value;

#[cfg(test)]
mod resolve_tests;

pub use self::core::{core, core_text, yaml11_reading};
pub use go::{is_yaml11_non_string, v2, v2_is_string, v2_text, v3, v3_tag, v3_text};
pub use value::Value;

pub(crate) use self::core::is_sexagesimal;
