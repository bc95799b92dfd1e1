//! Command line: arguments, settings, printing and exit codes.
//!
//! Data goes to stdout, talk to stderr. The process environment, the working
//! directory and the clock are read here and nowhere else.

mod args;
mod dispatch;
mod print;
pub mod reference;
mod starter_flags;
mod world;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use terrace_commands::Exit;

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    let world = match world::read(args.global.chdir.clone()) {
        Ok(world) => world,
        Err(error) => {
            print::fatal(&format!("{error:#}"));
            return ExitCode::from(Exit::Error as u8);
        }
    };
    let printer = print::Printer::new(&args.global, &world);
    // Terminals and CI cancel with signals; children are asked to stop once.
    let signals = world.cancel.on_signals();
    let outcome = dispatch::run(args.command, &world, &printer);
    drop(signals);
    let status = if world.cancel.is_cancelled() {
        Exit::Interrupted
    } else {
        outcome.status()
    };
    printer.outcome(&outcome);
    ExitCode::from(status as u8)
}

/// Help and version are no errors; clap's own status 2 means changes here.
fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
        _ => ExitCode::from(Exit::Error as u8),
    }
}

/// The definition of the command line, for the reference and completions.
pub fn command() -> clap::Command {
    <args::Args as clap::CommandFactory>::command()
}
