//! A console without variables: one expression per line from standard input,
//! each value printed as `terraform console` prints it.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::BufRead as _;

use terrace_diag::{SourceMap, Style};
use terrace_eval::Context;
use terrace_eval::console::{Answer, Console};
use terrace_eval::files::NoFiles;
use terrace_eval::scope::EmptyScope;

fn main() {
    let mut console = Console::new();
    let context = Context::new(&NoFiles);
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let mut sources = SourceMap::new();
        let file = sources.add("<console>", "");
        match console.line(&line, file, &EmptyScope, &context) {
            Answer::Text(text) => println!("{text}"),
            Answer::More | Answer::Nothing => {}
            Answer::Exit => return,
            Answer::Wrong(diagnostics) => {
                let mut sources = SourceMap::new();
                sources.add("<console>", console.source());
                eprint!(
                    "{}",
                    terrace_diag::render_all(&diagnostics, &sources, Style::Plain)
                );
            }
        }
    }
}
