//! Any text parses or is refused with places inside it; what parses prints to
//! a text that parses to the same tree.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terrace_diag::{Diagnostics, FileId};
use terrace_hcl::{parse_body, parse_expression, parse_template, print};

fn check_places(diagnostics: &Diagnostics, length: usize) {
    for label in diagnostics.iter().flat_map(|d| &d.labels) {
        assert!(label.span.start <= label.span.end);
        assert!(label.span.end as usize <= length);
    }
}

fuzz_target!(|text: &str| {
    let file = FileId(0);
    let (body, diagnostics) = parse_body(file, text);
    check_places(&diagnostics, text.len());
    let printed = print::body(&body);
    let (again, problems) = parse_body(file, &printed);
    if !diagnostics.has_errors() {
        assert!(!problems.has_errors(), "{printed}\n{problems:?}");
        // Old types of variables are printed in their present-day form.
        assert!(again.same_as(&body) || text.contains("variable"), "{printed}");
        assert_eq!(print::body(&again), printed);
    }
    match parse_expression(file, text, 0) {
        Ok(expr) => {
            let line = print::expression_inline(&expr);
            let again = parse_expression(file, &line, 0).expect("what is printed parses");
            assert!(again.same_as(&expr), "{line}");
            expr.references();
        }
        Err(diagnostics) => check_places(&diagnostics, text.len()),
    }
    if let Err(diagnostics) = parse_template(file, text, 0) {
        check_places(&diagnostics, text.len());
    }
});
