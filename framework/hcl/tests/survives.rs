//! Texts mutilated beyond recognition: no panic, places inside the text, and a
//! message whenever something is refused.

#[path = "support/mutate.rs"]
mod mutate;

use std::fs;
use std::path::Path;

use terrace_diag::{Diagnostics, FileId};
use terrace_hcl::{format, parse_body, parse_expression, parse_template};

fn places_are_inside(diagnostics: &Diagnostics, text: &str) {
    for label in diagnostics.iter().flat_map(|d| &d.labels) {
        let (start, end) = (label.span.start as usize, label.span.end as usize);
        assert!(text.get(start..end).is_some(), "{start}..{end} of\n{text}");
    }
}

#[test]
fn mutilated_texts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds");
    let mut seeds: Vec<String> = fs::read_dir(root)
        .expect("folder")
        .map(|entry| fs::read_to_string(entry.expect("entry").path()).expect("a text"))
        .collect();
    seeds.sort();
    let mut random = mutate::Random::new(3);
    for _ in 0..800 {
        let mut text = seeds[random.below(seeds.len())].clone();
        for _ in 0..random.below(12) {
            text = mutate::mutate(&text, &mut random);
        }
        let (_, diagnostics) = parse_body(FileId(0), &text);
        places_are_inside(&diagnostics, &text);
        assert_eq!(format(&text).is_err(), diagnostics.has_errors(), "{text}");
        if let Err(diagnostics) = parse_expression(FileId(0), &text, 0) {
            assert!(diagnostics.has_errors(), "{text}");
            places_are_inside(&diagnostics, &text);
        }
        if let Err(diagnostics) = parse_template(FileId(0), &text, 0) {
            assert!(diagnostics.has_errors(), "{text}");
            places_are_inside(&diagnostics, &text);
        }
    }
}
