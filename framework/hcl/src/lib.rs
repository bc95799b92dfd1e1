//! HCL: lexer, recovering parser, syntax tree, formatter and printer.

pub mod ast;
