//! The error that stops a build, on its way to a [`Diagnostic`].

use terrace_diag::{Code, Diagnostic, Label, Span};
use terrace_yaml::NO_SPAN;

/// What stops a build. Kustomize stops at the first error too.
#[derive(Debug, Clone)]
pub(crate) struct Failure(Box<Diagnostic>);

/// The result of everything that can stop a build.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    pub(crate) fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self(Box::new(Diagnostic::error(code, message)))
    }

    /// Adds a place, if it is one.
    pub(crate) fn at(self, span: Span) -> Self {
        self.label(span, "")
    }

    /// Adds a place with a few words, if it is one.
    pub(crate) fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        if span.file != NO_SPAN.file {
            let text = text.into();
            self.0.labels.push(Label { span, text });
        }
        self
    }

    /// Adds a place where there is none yet.
    pub(crate) fn or_at(self, span: Span) -> Self {
        if self.0.labels.is_empty() {
            self.at(span)
        } else {
            self
        }
    }

    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.0.help.push(text.into());
        self
    }

    /// `context: message`, as Go wraps errors.
    pub(crate) fn context(mut self, context: impl std::fmt::Display) -> Self {
        self.0.message = format!("{context}: {}", self.0.message);
        self
    }

    /// With another code.
    pub(crate) fn code(mut self, code: &'static Code) -> Self {
        self.0.code = code;
        self
    }

    /// With all places moved.
    pub(crate) fn moved(mut self, to: &dyn Fn(Span) -> Span) -> Self {
        for label in &mut self.0.labels {
            label.span = to(label.span);
        }
        self
    }

    /// Whether it has this code.
    pub(crate) fn is(&self, code: &'static Code) -> bool {
        self.0.code.id == code.id
    }

    /// The place at fault.
    pub(crate) fn span(&self) -> Option<Span> {
        self.0.span()
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    pub(crate) fn into_diagnostic(self) -> Diagnostic {
        *self.0
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(Box::new(diagnostic))
    }
}
