//! Gives all nodes of a tree one place: for expressions that come from another
//! text, such as a template file.

use terrace_diag::Span;
use terrace_hcl::ast::Expr;

pub(super) fn respan(mut expr: Expr, span: Span) -> Expr {
    expr.map_places(&mut |_| span);
    expr
}
