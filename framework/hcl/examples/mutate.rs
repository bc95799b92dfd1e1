//! Writes variants of the files of a folder: `mutate IN OUT COUNT SEED`.
#![allow(clippy::print_stdout, reason = "a tool for the terminal")]

#[path = "../tests/support/mutate.rs"]
mod mutate;

use std::fs;
use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, count, seed] = &arguments[..] else {
        println!("usage: mutate IN OUT COUNT SEED");
        return;
    };
    let mut texts: Vec<String> = fs::read_dir(from)
        .expect("first folder")
        .filter_map(|entry| fs::read_to_string(entry.expect("entry").path()).ok())
        .filter(|text| text.len() < 4000)
        .collect();
    texts.sort();
    let mut random = mutate::Random::new(seed.parse().expect("a number"));
    for index in 0..count.parse().expect("a number") {
        let text = &texts[random.below(texts.len())];
        let mutated = mutate::mutate(text, &mut random);
        fs::write(Path::new(to).join(format!("{index:06}.tf")), mutated).expect("second folder");
    }
}
