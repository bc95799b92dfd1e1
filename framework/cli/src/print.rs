//! The only printer.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};

use terrace_commands::{Input, Outcome, World};
use terrace_diag::{Style, printable, printable_json, render_all};

use crate::args::Global;

/// Prints outcomes and talk.
pub(crate) struct Printer {
    json: bool,
    quiet: bool,
    style: Style,
}

impl Printer {
    pub(crate) fn new(global: &Global, world: &World) -> Self {
        let plain = world.var("NO_COLOR").is_some()
            || world.var("TERM") == Some("dumb")
            || !std::io::stderr().is_terminal();
        Self {
            json: global.json,
            quiet: global.quiet,
            style: if plain { Style::Plain } else { Style::Colour },
        }
    }

    /// Where lines are read from.
    pub(crate) fn input(&self) -> Input {
        match std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
            true => Input::Terminal,
            false => Input::Pipe,
        }
    }

    /// Whether somebody is there to be asked questions.
    pub(crate) fn dialogue(&self, world: &World, no_input: bool) -> Input {
        match no_input || self.json || self.quiet || world.var("CI").is_some() {
            true => Input::Pipe,
            false => self.input(),
        }
    }

    /// A line of talk.
    pub(crate) fn talk(&self, line: &str) {
        if !self.quiet {
            let _ = writeln!(std::io::stderr().lock(), "{}", printable(line));
        }
    }

    /// Data to stdout, messages to stderr. A reader that went away is no error.
    pub(crate) fn outcome(&self, outcome: &Outcome) {
        let mut stdout = std::io::stdout().lock();
        if self.json {
            let json = format!("{:#}", outcome.to_json());
            let _ = writeln!(stdout, "{}", printable_json(&json));
        } else {
            // Bytes that a program asked for, unless a person looks at them.
            let exact = outcome.exact && !std::io::stdout().is_terminal();
            let text = match exact {
                true => Cow::Borrowed(outcome.text.as_str()),
                false => printable(&outcome.text),
            };
            let _ = stdout.write_all(text.as_bytes());
        }
        let _ = stdout.flush();
        if !self.json && !outcome.messages.diagnostics.is_empty() {
            let messages = &outcome.messages;
            let text = render_all(&messages.diagnostics, &messages.sources, self.style);
            let mut stderr = std::io::stderr().lock();
            let _ = stderr.write_all(text.as_bytes());
            let errors = messages.diagnostics.error_count();
            if errors > 1 {
                let _ = writeln!(stderr, "\n{errors} errors");
            }
        }
    }
}

/// What keeps the program from starting at all.
pub(crate) fn fatal(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "error: {}", printable(message));
}
