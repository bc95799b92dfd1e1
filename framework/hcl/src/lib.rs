//! HCL: lexer, recovering parser, syntax tree, formatter and printer.
//!
//! The parser is our own and not hcl-edit, which stops at the first mistake,
//! takes quadratic time in the keys of an object, and gives up at 64 levels.
//! hcl-edit remains the second opinion of the tests about structure; what is
//! accepted and how it is laid out is compared with `terraform fmt` itself.
//! Source of the language's rules: hashicorp/hcl, `hclsyntax`; of the layout:
//! `hclwrite/format.go` there and `internal/command/fmt.go` of
//! hashicorp/terraform.
//!
//! - [`parse_body`], [`parse_expression`], [`parse_template`]: text to [`ast`],
//!   with every mistake found. The tree is at most [`MAX_DEPTH`] levels high, so
//!   that whoever walks it may recurse.
//! - [`format`](format()): what `terraform fmt` makes of a text.
//! - [`print`](mod@print): trees to text, whole or piece by piece ([`print::Writer`]).
//! - On [`ast::Expr`]: `references`, `rewrite`, `is_literal`, `same_as`.

pub mod ast;
pub mod codes;
mod format;
mod lexer;
mod parser;
pub mod print;
mod repair;
mod report;
mod token;
mod tree;

pub use format::{format, format_file};
pub use lexer::{LexMode, lex};
pub use parser::{MAX_DEPTH, parse_body, parse_expression, parse_template};
pub use token::{Source, Token, TokenKind};
pub use tree::{Reference, Step};
