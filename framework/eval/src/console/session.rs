//! Lines in, text out.

use terrace_diag::{Diagnostics, FileId};
use terrace_hcl::ast::{Expr, ExprKind};
use terrace_hcl::{LexMode, Source, TokenKind};

use super::console_format;
use crate::evaluate::{Context, evaluate};
use crate::function::{FunctionKind, Special};
use crate::scope::Scope;
use crate::types::Type;

/// What a line gave.
#[derive(Debug)]
pub enum Answer {
    /// The text of a value, to be printed with a final newline.
    Text(String),
    /// The expression is not complete: more lines belong to it.
    More,
    /// Nothing: an empty line or a comment.
    Nothing,
    /// `exit`
    Exit,
    /// The expression is wrong. Places count from the start of
    /// [`Console::source`].
    Wrong(Diagnostics),
}

/// A session at the prompt: keeps the lines of an expression until its
/// brackets are closed. Pure: it reads and prints nothing itself.
#[derive(Debug, Default)]
pub struct Console {
    pending: String,
    source: String,
}

impl Console {
    /// A new session.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the next line continues an expression.
    pub fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The text of the expression answered last, for its messages.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Forgets an incomplete expression.
    pub fn clear(&mut self) {
        self.pending.clear();
    }

    /// Takes a line without its line break. `file` is the id under which the
    /// caller will show [`Console::source`].
    pub fn line(
        &mut self,
        line: &str,
        file: FileId,
        scope: &dyn Scope,
        context: &Context<'_>,
    ) -> Answer {
        if self.pending.is_empty() {
            match line.trim() {
                "" => return Answer::Nothing,
                "exit" => return Answer::Exit,
                _ => {}
            }
        }
        self.pending.push_str(line);
        self.pending.push('\n');
        if is_open(&self.pending) {
            return Answer::More;
        }
        self.finish(file, scope, context)
    }

    /// Takes a line that is an expression of its own, as from a pipe: an open
    /// bracket is a mistake in this line and does not swallow the next ones.
    pub fn expression(
        &mut self,
        line: &str,
        file: FileId,
        scope: &dyn Scope,
        context: &Context<'_>,
    ) -> Answer {
        self.pending.clear();
        match line.trim() {
            "" => Answer::Nothing,
            "exit" => Answer::Exit,
            _ => {
                self.pending.push_str(line);
                self.finish(file, scope, context)
            }
        }
    }

    /// Takes what is pending as it is, at the end of the input.
    pub fn finish(&mut self, file: FileId, scope: &dyn Scope, context: &Context<'_>) -> Answer {
        self.source = std::mem::take(&mut self.pending);
        if self.source.trim().is_empty() {
            return Answer::Nothing;
        }
        let expr = match terrace_hcl::parse_expression(file, self.source.trim_end(), 0) {
            Ok(expr) => expr,
            Err(diagnostics) => return Answer::Wrong(diagnostics),
        };
        if let Some(argument) = type_argument(&expr, context) {
            return match evaluate(argument, scope, context) {
                Ok(value) => Answer::Text(type_text(&value.ty(), 0)),
                Err(diagnostics) => Answer::Wrong(diagnostics),
            };
        }
        match evaluate(&expr, scope, context) {
            Ok(value) => Answer::Text(console_format(&value)),
            Err(diagnostics) => Answer::Wrong(diagnostics),
        }
    }
}

/// The argument of `type(…)` where that is the whole expression.
fn type_argument<'x>(expr: &'x Expr, context: &Context<'_>) -> Option<&'x Expr> {
    let ExprKind::Call(call) = &expr.kind else {
        return None;
    };
    let function = context.functions.get(&call.name.name)?;
    match (function.kind, call.args.as_slice()) {
        (FunctionKind::Special(Special::TypeOf), [argument]) => Some(argument),
        _ => None,
    }
}

/// A type as the console prints it (`TypeString` in `internal/lang/types`).
fn type_text(ty: &Type, indent: usize) -> String {
    let pad = |n: usize| " ".repeat(n);
    let inner = indent + 4;
    let collection = |kind: &str, element: &Type| match element {
        Type::Object(_) | Type::Tuple(_) => format!(
            "{kind}(\n{}{},\n{})",
            pad(inner),
            type_text(element, inner),
            pad(indent)
        ),
        _ => format!("{kind}({})", type_text(element, indent)),
    };
    match ty {
        Type::Dynamic => "dynamic".into(),
        Type::List(t) => collection("list", t),
        Type::Set(t) => collection("set", t),
        Type::Map(t) => collection("map", t),
        Type::Tuple(items) if items.is_empty() => "tuple([])".into(),
        Type::Tuple(items) => {
            let items: String = items
                .iter()
                .map(|t| format!("{}{},\n", pad(inner), type_text(t, inner)))
                .collect();
            format!("tuple([\n{items}{}])", pad(indent))
        }
        Type::Object(object) if object.attributes().is_empty() => "object({})".into(),
        Type::Object(object) => {
            let items: String = object
                .attributes()
                .iter()
                .map(|(name, t)| format!("{}{name}: {},\n", pad(inner), type_text(t, inner)))
                .collect();
            format!("object({{\n{items}{}}})", pad(indent))
        }
        primitive => primitive.friendly_name(),
    }
}

/// Whether a heredoc is still open: its lines may hold anything.
fn in_heredoc(text: &str) -> bool {
    let mut delimiter: Option<&str> = None;
    for line in text.lines() {
        delimiter = match delimiter {
            Some(name) if line.trim() == name => None,
            None => line
                .rsplit_once("<<")
                .map(|(_, name)| name.strip_prefix('-').unwrap_or(name).trim_end())
                .filter(|name| terrace_hcl::print::is_identifier(name)),
            open => open,
        };
    }
    delimiter.is_some()
}

/// Whether brackets, templates or a heredoc are still open.
fn is_open(text: &str) -> bool {
    if in_heredoc(text) {
        return true;
    }
    let mut depth = 0i64;
    let source = Source {
        file: FileId(0),
        text,
        base: 0,
    };
    for token in terrace_hcl::lex(source, LexMode::Normal).0 {
        match token.kind {
            TokenKind::OpenBrace
            | TokenKind::OpenBracket
            | TokenKind::OpenParen
            | TokenKind::OpenHeredoc
            | TokenKind::OpenInterpolation
            | TokenKind::OpenDirective => depth += 1,
            TokenKind::CloseBrace
            | TokenKind::CloseBracket
            | TokenKind::CloseParen
            | TokenKind::CloseHeredoc
            | TokenKind::CloseTemplate => depth -= 1,
            _ => {}
        }
    }
    depth > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::NoFiles;
    use crate::scope::EmptyScope;

    fn session(lines: &[&str]) -> Vec<String> {
        let mut console = Console::new();
        let context = Context::new(&NoFiles);
        lines
            .iter()
            .map(
                |line| match console.line(line, FileId(0), &EmptyScope, &context) {
                    Answer::Text(text) => text,
                    other => format!("{other:?}").chars().take(7).collect(),
                },
            )
            .collect()
    }

    #[test]
    fn expressions_go_on_until_they_are_closed() {
        assert_eq!(session(&["[", "1", "]"]), ["More", "More", "[\n  1,\n]"]);
        assert_eq!(
            session(&["(1 +", "2)", "", "3"]),
            ["More", "3", "Nothing", "3"]
        );
        assert_eq!(
            session(&["upper(<<EOT", "a ( b", "EOT", ")"]),
            ["More", "More", "More", "<<EOT\nA ( B\n\nEOT"]
        );
        assert_eq!(
            session(&["1 +", "\"a", ")", "exit"]),
            ["Wrong(D", "Wrong(D", "Wrong(D", "Exit"]
        );
    }

    #[test]
    fn a_piped_line_stands_alone() {
        let mut console = Console::new();
        let context = Context::new(&NoFiles);
        let answer = console.expression("[1", FileId(0), &EmptyScope, &context);
        assert!(matches!(answer, Answer::Wrong(_)));
        let answer = console.expression("type([1])", FileId(0), &EmptyScope, &context);
        assert!(matches!(answer, Answer::Text(text) if text == "tuple([\n    number,\n])"));
    }
}
