//! The functions of the expression language.

use crate::function::FunctionTable;

/// Every function, sorted by name.
pub static TABLE: FunctionTable = FunctionTable::new(&[]);
