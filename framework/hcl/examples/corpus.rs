//! Formats every file of a folder and compares with a second folder that
//! `terraform fmt` has gone over: `corpus BEFORE AFTER`. Prints the names of
//! files that differ.
#![allow(clippy::print_stdout, reason = "a tool for the terminal")]

use std::fs;
use std::path::Path;

fn main() {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    let [before, after] = &folders[..] else {
        println!("usage: corpus BEFORE AFTER");
        return;
    };
    let mut names: Vec<String> = fs::read_dir(before)
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
        let Ok(text) = fs::read_to_string(Path::new(before).join(&name)) else {
            continue;
        };
        let Ok(wanted) = fs::read_to_string(Path::new(after).join(&name)) else {
            continue;
        };
        match terrace_hcl::format(&text) {
            Ok(found) if found == wanted => same += 1,
            Ok(_) => {
                differ += 1;
                println!("differs: {name}");
            }
            Err(_) => {
                refused += 1;
                println!("refused: {name}");
            }
        }
    }
    println!("{same} the same, {differ} differ, {refused} refused");
}
