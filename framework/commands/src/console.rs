//! `terrace console ENV`: expressions in an environment's scope.
//!
//! From a pipe it reads expressions line by line and prints each value as
//! `terraform console` does; on a terminal it is a prompt with history and
//! completion of names. Outputs of components are known only after apply.

use std::io::Read;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::{Editor, Helper, Highlighter, Hinter, Validator};
use serde_json::{Value, json};
use terrace_diag::{Diagnostic, Diagnostics, FileId, SourceMap, Span};
use terrace_eval::Context;
use terrace_eval::console::{Answer, Console};
use terrace_eval::scope::{Lookup, Scope};

use crate::compile::{Messages, TreeFiles, with_scope};
use crate::{Exit, Input, Outcome, World, codes};

/// Prints an outcome while the session goes on.
pub type Show<'a> = &'a dyn Fn(&Outcome);

/// Evaluates expressions until the input ends.
pub fn run(world: &World, environment: &str, input: Input, show: Show<'_>) -> Outcome {
    let tree = match world.tree() {
        Ok(tree) => tree,
        Err(error) => return Outcome::error(error),
    };
    let files = TreeFiles { tree: &tree };
    let context = Context::new(&files);
    let (result, messages) = with_scope(&tree, environment, &context, |scope| match input {
        Input::Pipe => piped(scope, &context),
        Input::Terminal => typed(scope, &context, show),
    });
    // Mistakes in the layers matter only where an expression meets them.
    result.unwrap_or_else(|| Outcome::messages(messages))
}

fn piped(scope: &dyn Scope, context: &Context<'_>) -> Outcome {
    let mut bytes = Vec::new();
    if let Err(error) = std::io::stdin().read_to_end(&mut bytes) {
        return Outcome::error(Diagnostic::error(&codes::INPUT, error.to_string()));
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut session = Session::default();
    for line in text.lines() {
        if !session.line(line, scope, context) {
            break;
        }
    }
    session.finish()
}

/// What was answered so far.
#[derive(Default)]
struct Session {
    console: Console,
    text: String,
    values: Vec<Value>,
    messages: Messages,
}

impl Session {
    /// Takes a line, which is an expression of its own; `false` ends the session.
    fn line(&mut self, line: &str, scope: &dyn Scope, context: &Context<'_>) -> bool {
        let file = FileId(self.messages.sources.iter().count() as u32);
        let answer = self.console.expression(line, file, scope, context);
        self.take(answer)
    }

    fn take(&mut self, answer: Answer) -> bool {
        match answer {
            Answer::Text(text) => {
                self.text.push_str(&text);
                self.text.push('\n');
                self.values
                    .push(json!({ "expression": self.console.source(), "value": text }));
            }
            Answer::Wrong(found) => {
                self.messages
                    .sources
                    .add("<console>", self.console.source());
                self.values
                    .push(json!({ "expression": self.console.source(), "value": null }));
                self.messages.diagnostics.extend(found);
            }
            Answer::More | Answer::Nothing => {}
            Answer::Exit => return false,
        }
        true
    }

    fn finish(self) -> Outcome {
        let exit = match self.messages.has_errors() {
            true => Exit::Error,
            false => Exit::Success,
        };
        Outcome::data(self.text, json!(self.values), self.messages).exit(exit)
    }
}

fn typed(scope: &dyn Scope, context: &Context<'_>, show: Show<'_>) -> Outcome {
    let mut names: Vec<String> = scope.names().iter().map(ToString::to_string).collect();
    for root in scope.names() {
        let span = Span::new(FileId(0), 0, 0);
        if let Some(Ok(Lookup::Value { value, .. })) = scope.lookup(&root, &[], span) {
            let members = value
                .entries()
                .into_iter()
                .flat_map(|entries| entries.iter());
            names.extend(members.map(|(name, _)| format!("{root}.{name}")));
        }
    }
    names.extend(context.functions.names().map(|name| format!("{name}(")));
    names.sort();
    let editor = Editor::<Names, _>::new();
    let mut editor = match editor {
        Ok(editor) => editor,
        Err(error) => return Outcome::error(Diagnostic::error(&codes::INPUT, error.to_string())),
    };
    editor.set_helper(Some(Names { names }));
    let mut console = Console::new();
    loop {
        let prompt = if console.is_pending() { ": " } else { "> " };
        let line = match editor.readline(prompt) {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => {
                console.clear();
                continue;
            }
            Err(_) => return Outcome::default(),
        };
        let _ = editor.add_history_entry(&line);
        match console.line(&line, FileId(0), scope, context) {
            Answer::Exit => return Outcome::default(),
            Answer::More | Answer::Nothing => {}
            Answer::Text(text) => show(&Outcome {
                text: format!("{text}\n"),
                ..Outcome::default()
            }),
            Answer::Wrong(found) => show(&wrong(console.source(), found)),
        }
    }
}

fn wrong(source: &str, diagnostics: Diagnostics) -> Outcome {
    let mut sources = SourceMap::new();
    sources.add("<console>", source);
    Outcome::messages(Messages {
        sources,
        diagnostics,
    })
}

/// Completes the names of the scope and of functions.
#[derive(Helper, Hinter, Highlighter, Validator)]
struct Names {
    names: Vec<String>,
}

impl Completer for Names {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let before = &line[..position];
        let start = before
            .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
            .map_or(0, |at| {
                at + before[at..].chars().next().map_or(1, char::len_utf8)
            });
        let word = &before[start..];
        let found = self
            .names
            .iter()
            .filter(|name| name.starts_with(word))
            .cloned()
            .collect();
        Ok((start, found))
    }
}
