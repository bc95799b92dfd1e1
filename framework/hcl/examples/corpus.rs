//! Goes over every file of a folder.
//!
//! `corpus format BEFORE AFTER` formats and compares with a second folder that
//! `terraform fmt` has gone over. `corpus print BEFORE OUT` parses, prints into
//! the second folder, and checks that the print is formatted and reads back the
//! same.
#![allow(clippy::print_stdout, reason = "a tool for the terminal")]

use std::fs;
use std::path::Path;

use terrace_diag::FileId;
use terrace_hcl::{format, parse_body, print};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [command, first, second] = &arguments[..] else {
        println!("usage: corpus format BEFORE AFTER | corpus print BEFORE OUT");
        return;
    };
    let mut names: Vec<String> = fs::read_dir(first)
        .expect("first folder")
        .map(|entry| {
            entry
                .expect("entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    let (mut same, mut refused, mut differ) = (0, 0, 0);
    for name in names {
        let Ok(text) = fs::read_to_string(Path::new(first).join(&name)) else {
            continue;
        };
        let second = Path::new(second).join(&name);
        let result = if command == "format" {
            check_format(&text, &second)
        } else {
            check_print(&text, &second)
        };
        match result {
            Some(Ok(())) => same += 1,
            Some(Err(what)) => {
                differ += 1;
                println!("{what}: {name}");
            }
            None => {
                refused += 1;
                println!("refused: {name}");
            }
        }
    }
    println!("{same} the same, {differ} differ, {refused} refused");
}

fn check_format(text: &str, wanted: &Path) -> Option<Result<(), &'static str>> {
    let wanted = fs::read_to_string(wanted).ok()?;
    let found = format(text).ok()?;
    Some(if found == wanted {
        Ok(())
    } else {
        Err("differs")
    })
}

fn check_print(text: &str, out: &Path) -> Option<Result<(), &'static str>> {
    let (body, diagnostics) = parse_body(FileId(0), text);
    if diagnostics.has_errors() {
        return None;
    }
    let printed = print::body(&body);
    fs::write(out, &printed).expect("second folder");
    let (again, diagnostics) = parse_body(FileId(0), &printed);
    if diagnostics.has_errors() {
        return Some(Err("print does not parse"));
    }
    if !again.same_as(&body) {
        return Some(Err("print reads back differently"));
    }
    match format(&printed) {
        Ok(formatted) if formatted == printed => Some(Ok(())),
        _ => Some(Err("print is not formatted")),
    }
}
