//! Collects messages up to a limit, so that a text that is no HCL at all does
//! not produce a message per character.

use terrace_diag::{Diagnostic, Diagnostics, Span};

use crate::codes;
use crate::token::Source;

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

    /// The messages in the order of their places, without those that only
    /// follow from another one.
    pub(crate) fn finish(self, source: Source<'_>) -> Diagnostics {
        let causes: Vec<(bool, u32, u32)> = self
            .items
            .iter()
            .filter_map(|item| Some((item, item.span()?)))
            .filter_map(|(item, span)| {
                if item.code == &codes::UNCLOSED_STRING {
                    let (start, end) = line_around(source, span);
                    Some((true, start, end))
                } else if item.code == &codes::UNCLOSED_BRACKET {
                    Some((false, span.start, span.end))
                } else {
                    None
                }
            })
            .collect();
        // On the line of an unclosed string nothing is certain; directly after an
        // unclosed bracket neither.
        let follows = |item: &Diagnostic| {
            item.span().is_some_and(|span| {
                causes.iter().any(|(string, start, end)| {
                    let inside = (*start..=*end).contains(&span.start);
                    // An unclosed string is always told itself, so that something is.
                    inside
                        && item.code != &codes::UNCLOSED_STRING
                        && (*string || item.code != &codes::UNCLOSED_BRACKET)
                })
            })
        };
        let items = self.items.iter().filter(|item| !follows(item)).cloned();
        let mut diagnostics: Diagnostics = items.collect();
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

/// The line of a place, in the file.
fn line_around(source: Source<'_>, span: Span) -> (u32, u32) {
    let at = span.start.wrapping_sub(source.base) as usize;
    let text = source.text;
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let start = before.rfind('\n').map_or(0, |line| line + 1);
    let end = at + after.find('\n').unwrap_or(after.len());
    (
        source.base.wrapping_add(start as u32),
        source.base.wrapping_add(end as u32),
    )
}
