//! Builds kustomizations and prints them, as `kustomize build` does.
//!
//! `cargo run --release -p terrace-kustomize --example build -- DIR…`

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command")]

use std::process::ExitCode;

use terrace_kustomize::{Disk, LoadRestrictor, Options, load};

fn main() -> ExitCode {
    let options = Options {
        load_restrictor: LoadRestrictor::None,
        ..Options::default()
    };
    for dir in std::env::args().skip(1) {
        let built = load(&Disk, &dir, &options)
            .map_err(|error| error.diagnostics)
            .and_then(|resources| resources.to_yaml());
        match built {
            Ok(text) => print!("{text}"),
            Err(error) => {
                for diagnostic in &error {
                    eprintln!("Error: {}", diagnostic.message);
                }
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
