//! Collects messages up to a limit, so that a text that is no HCL at all does
//! not produce a message per character.

use terrace_diag::{Diagnostic, Diagnostics};

use crate::codes;

/// How many mistakes of one text are reported.
const LIMIT: usize = 100;

#[derive(Debug, Default)]
pub(crate) struct Reporter {
    items: Vec<Diagnostic>,
    dropped: usize,
}

impl Reporter {
    /// Keeps a message, unless there are too many already. The message is only
    /// made when it is kept.
    pub(crate) fn report(&mut self, make: impl FnOnce() -> Diagnostic) {
        if self.items.len() < LIMIT {
            self.items.push(make());
        } else {
            self.dropped += 1;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The messages in the order of their places.
    pub(crate) fn finish(self) -> Diagnostics {
        let mut diagnostics: Diagnostics = self.items.into_iter().collect();
        diagnostics.sort();
        if self.dropped > 0 {
            diagnostics.push(
                Diagnostic::error(
                    &codes::TOO_MANY_ERRORS,
                    format!("{} more mistakes are not shown", self.dropped),
                )
                .help("mend the first ones and look again"),
            );
        }
        diagnostics
    }
}
