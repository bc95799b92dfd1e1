//! What parses can be formatted; formatting again changes nothing, and the tree
//! stays the same. What is printed is formatted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terrace_diag::FileId;
use terrace_hcl::{format, parse_body, print};

fuzz_target!(|text: &str| {
    let file = FileId(0);
    let (body, diagnostics) = parse_body(file, text);
    let Ok(formatted) = format(text) else {
        assert!(diagnostics.has_errors());
        return;
    };
    assert!(!diagnostics.has_errors());
    let (_, problems) = parse_body(file, &formatted);
    assert!(!problems.has_errors(), "{formatted}\n{problems:?}");
    let printed = print::body(&body);
    assert_eq!(format(&printed).expect("what is printed parses"), printed);
});
