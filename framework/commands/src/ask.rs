//! Asking somebody at a terminal.

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use terrace_diag::Diagnostic;

use crate::codes;

/// Why there is no answer.
#[derive(Debug, PartialEq)]
pub(crate) enum Stop {
    /// Ctrl-C, or the end of the input.
    Interrupted,
    /// Something that no other answer would mend.
    Wrong(Box<Diagnostic>),
}

impl From<Diagnostic> for Stop {
    fn from(error: Diagnostic) -> Self {
        Self::Wrong(Box::new(error))
    }
}

/// Shows a prompt and gives back the line that somebody typed.
pub(crate) type Ask<'a> = &'a mut dyn FnMut(&str) -> Result<String, Stop>;

/// Asks on the terminal. `without` says how to do without it, where it cannot be
/// read.
pub(crate) fn terminal(
    without: &'static str,
) -> Result<impl FnMut(&str) -> Result<String, Stop>, Stop> {
    let cannot_read = move |error: ReadlineError| {
        Stop::from(Diagnostic::error(&codes::INPUT, error.to_string()).help(without))
    };
    let mut editor = DefaultEditor::new().map_err(cannot_read)?;
    Ok(move |prompt: &str| match editor.readline(prompt) {
        Ok(line) => Ok(line),
        Err(ReadlineError::Interrupted | ReadlineError::Eof) => Err(Stop::Interrupted),
        Err(error) => Err(cannot_read(error)),
    })
}

/// Asks whether to do something, until it is answered; not, if the answer is
/// empty.
pub(crate) fn confirm(ask: Ask<'_>, question: &str) -> Result<bool, Stop> {
    loop {
        let answer = ask(&format!("{question} [y/N]: "))?;
        match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => return Ok(true),
            "" | "n" | "no" => return Ok(false),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        for (answers, expected) in [
            (vec!["y"], Ok(true)),
            (vec![" YES "], Ok(true)),
            (vec![""], Ok(false)),
            (vec!["No"], Ok(false)),
            (vec!["yess", "what", "n"], Ok(false)),
            (vec!["maybe"], Err(Stop::Interrupted)),
        ] {
            let mut left = answers.iter();
            let mut ask = |prompt: &str| {
                assert_eq!(prompt, "Do it? [y/N]: ");
                left.next()
                    .map(|answer| (*answer).to_owned())
                    .ok_or(Stop::Interrupted)
            };
            assert_eq!(confirm(&mut ask, "Do it?"), expected, "{answers:?}");
        }
    }
}
