//! Syntax errors before they get their file.

use terrace_diag::{Code, Diagnostic, FileId, Span};

use crate::codes;

/// Why reading stopped. Boxed where it is returned: results stay small.
#[derive(Debug)]
pub(crate) struct ReadError {
    code: &'static Code,
    message: String,
    start: usize,
    end: usize,
    /// What was being read, and where that began.
    context: Option<(&'static str, usize)>,
    help: Option<&'static str>,
}

/// The result of reading anything.
pub(crate) type ReadResult<T> = Result<T, Box<ReadError>>;

impl ReadError {
    /// Not YAML, at one byte.
    pub(crate) fn syntax(message: impl Into<String>, at: usize) -> Box<Self> {
        Self::new(&codes::SYNTAX, message, at, at + 1)
    }

    /// Any error at a place.
    pub(crate) fn new(
        code: &'static Code,
        message: impl Into<String>,
        start: usize,
        end: usize,
    ) -> Box<Self> {
        Box::new(Self {
            code,
            message: message.into(),
            start,
            end,
            context: None,
            help: None,
        })
    }

    /// With what was being read, `while …`.
    pub(crate) fn while_reading(mut self: Box<Self>, what: &'static str, at: usize) -> Box<Self> {
        self.context = Some((what, at));
        self
    }

    /// With what to do.
    pub(crate) fn help(mut self: Box<Self>, help: &'static str) -> Box<Self> {
        self.help = Some(help);
        self
    }

    /// As a message about `file`, whose text is `text`.
    pub(crate) fn into_diagnostic(self, file: FileId, text: &str) -> Diagnostic {
        let start = floor(text, self.start);
        let mut end = self.end.clamp(start, text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        let mut diagnostic = Diagnostic::error(self.code, self.message).at(Span::new(
            file,
            start as u32,
            end as u32,
        ));
        if let Some((what, at)) = self.context
            && at != self.start
        {
            let at = floor(text, at);
            let after = text[at..].chars().next().map_or(0, char::len_utf8);
            diagnostic = diagnostic.label(Span::new(file, at as u32, (at + after) as u32), what);
        }
        diagnostic.maybe_help(self.help.map(String::from))
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
