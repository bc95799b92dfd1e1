//! Terraform's expression language: values, types, functions, evaluation and folding.
//!
//! The results are Terraform's (`terraform console` is the oracle of the
//! tests); deviations are listed in `DEVIATIONS.md` beside this crate.

pub mod codes;
pub mod console;
pub mod convert;
mod evaluate;
pub mod files;
mod fold;
pub mod function;
pub mod functions;
pub mod limits;
pub mod number;
pub mod scope;
pub mod types;
pub mod value;
pub mod variable;

pub use evaluate::{Context, evaluate};
pub use fold::{Folded, exposed_secrets, fold, value_to_expr, value_to_input};
pub use function::{Function, FunctionContext, FunctionError, FunctionTable, Param, ParamType};
pub use number::Number;
pub use types::Type;
pub use value::{Data, Value};
pub use variable::{ModuleVariable, TypeFault, UnknownAttribute};
