//! Where the names of an expression come from.

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Span};
use terrace_hcl::ast::Expr;

use crate::value::Value;

/// One step of a traversal after its root.
#[derive(Debug, Clone)]
pub enum Step<'a> {
    /// `.name`
    Attr {
        /// The name.
        name: &'a str,
        /// Where the name is written.
        span: Span,
    },
    /// `[key]`, the key already evaluated: a known string or number that is
    /// not sensitive.
    Index {
        /// The key.
        key: Value,
        /// Where the key is written.
        span: Span,
    },
}

impl Step<'_> {
    /// The attribute or string key this step asks for.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Attr { name, .. } => Some(name),
            Self::Index { key, .. } => key.as_str(),
        }
    }

    /// Where it is written.
    pub fn span(&self) -> Span {
        match self {
            Self::Attr { span, .. } | Self::Index { span, .. } => *span,
        }
    }
}

/// What a scope found.
#[derive(Debug, Clone)]
pub enum Lookup {
    /// A value, and how many of the steps it already answers.
    Value {
        /// The value.
        value: Value,
        /// Steps consumed; the evaluator applies the rest.
        consumed: usize,
    },
    /// Known only when Terraform runs.
    Late {
        /// What stands for it in the rendered Terraform.
        expr: Expr,
        /// Steps consumed; the rest stays in the expression.
        consumed: usize,
        /// Whether it is a secret.
        sensitive: bool,
    },
}

/// The variables an expression may read. Looked up lazily and with the whole
/// static traversal, so that `local.big["k"].x` never needs all of `local`.
pub trait Scope {
    /// Finds `root` followed by as many of `steps` as the scope likes.
    /// `None` means there is no variable `root`.
    ///
    /// # Errors
    /// What is wrong with the reference, with its place. Like an unknown root
    /// it is not caught by `try` and `can`, as Terraform reports undeclared
    /// names before it evaluates; give a value and let the evaluator find an
    /// attribute missing where `try` shall catch it.
    fn lookup(
        &self,
        root: &str,
        steps: &[Step<'_>],
        span: Span,
    ) -> Option<Result<Lookup, Diagnostic>>;

    /// The roots there are, for hints and completion.
    fn names(&self) -> Vec<SmolStr>;
}

/// No variables.
#[derive(Debug, Clone, Copy, Default)]
pub struct EmptyScope;

impl Scope for EmptyScope {
    fn lookup(
        &self,
        _root: &str,
        _steps: &[Step<'_>],
        _span: Span,
    ) -> Option<Result<Lookup, Diagnostic>> {
        None
    }

    fn names(&self) -> Vec<SmolStr> {
        Vec::new()
    }
}

/// The entries of one object or map value as variables, as in `templatefile`.
#[derive(Debug, Clone)]
pub struct ValueScope(pub Value);

impl Scope for ValueScope {
    fn lookup(
        &self,
        root: &str,
        _steps: &[Step<'_>],
        _span: Span,
    ) -> Option<Result<Lookup, Diagnostic>> {
        let value = self.0.entries()?.get(root)?.clone();
        Some(Ok(Lookup::Value { value, consumed: 0 }))
    }

    fn names(&self) -> Vec<SmolStr> {
        self.0
            .entries()
            .map(|entries| entries.iter().map(|(k, _)| k.clone()).collect())
            .unwrap_or_default()
    }
}
