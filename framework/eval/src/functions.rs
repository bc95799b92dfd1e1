//! The functions of the expression language.

mod golang {
    pub(crate) mod quote;
}

use crate::function::FunctionTable;
pub(crate) use golang::quote::quote;

/// Every function, sorted by name.
pub static TABLE: FunctionTable = FunctionTable::new(&[]);
