//! From answers to the files of a repository.

use std::borrow::Cow;
use std::collections::BTreeMap;

use tera::{Context, Tera};
use terrace_diag::{Diagnostic, closest};

use crate::catalog::Starter;
use crate::codes;
use crate::embedded::{BASES, MODULES, TEMPLATES, below};
use crate::options::{Answers, OptionSpec, flag};

/// What of a template's name says that values are to be inserted.
const TEMPLATE: &str = ".tera";

/// Stands for a leading dot in the name of an embedded file, so that a
/// `.gitignore` for the user's repository has no effect in this one.
const DOT: &str = "dot_";

/// A file of the new repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Relative to the repository's root, with `/`.
    pub path: String,
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
    /// Whether it is to be run: it starts with `#!`.
    pub executable: bool,
}

/// The files of a repository made from a starter, sorted by path.
///
/// Options without an answer take their default. Nothing is read but what is
/// part of the program.
///
/// # Errors
///
/// All that is wrong with the answers: options that the starter does not have,
/// and answers that an option does not take.
pub fn scaffold(starter: &Starter, answers: &Answers) -> Result<Vec<File>, Vec<Diagnostic>> {
    let filler = filler(starter, answers)?;
    let mut files = BTreeMap::new();
    let mut problems = Vec::new();
    for folder in starter.templates {
        for (path, bytes) in below(TEMPLATES, &format!("{folder}/files")) {
            match file(path, bytes, &filler) {
                Ok(Some(file)) => {
                    files.insert(file.path.clone(), file);
                }
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
    }
    for (top, source, folders) in [
        ("modules", MODULES, starter.modules),
        ("bases", BASES, starter.bases),
    ] {
        for folder in folders {
            for (path, bytes) in below(source, folder) {
                let file = File::new(format!("{top}/{folder}/{path}"), Cow::Borrowed(bytes));
                files.insert(file.path.clone(), file);
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(files.into_values().collect())
}

impl File {
    fn new(path: String, bytes: Cow<'static, [u8]>) -> Self {
        Self {
            executable: bytes.starts_with(b"#!"),
            path,
            bytes,
        }
    }
}

/// The template engine with the variables of a starter's templates.
struct Filler {
    engine: Tera,
    context: Context,
}

impl Filler {
    fn new() -> Self {
        Self {
            engine: Tera::default(),
            context: Context::new(),
        }
    }

    /// Makes an answer known to the templates after it.
    fn insert(&mut self, option: &OptionSpec, answer: &str) {
        self.context.insert(option.name, answer);
    }

    /// Fills a template in; a variable that is not there is an error.
    fn fill(&self, name: &str, template: &str) -> Result<String, Diagnostic> {
        self.engine
            .render_str(template, &self.context, false)
            .map_err(|error| broken(name, &error))
    }
}

/// Checks all answers and gives the templates their variables.
fn filler(starter: &Starter, answers: &Answers) -> Result<Filler, Vec<Diagnostic>> {
    let mut problems: Vec<Diagnostic> = answers
        .keys()
        .filter(|name| starter.options.iter().all(|option| option.name != **name))
        .map(|name| unknown_option(starter, name))
        .collect();
    let mut filler = Filler::new();
    filler.context.insert("starter", starter.name);
    for option in starter.options {
        let default = match filler.fill(option.name, option.default) {
            Ok(default) => default,
            Err(problem) => return Err(vec![problem]),
        };
        let answer = answers.get(option.name).unwrap_or(&default);
        match option.check(answer) {
            Ok(()) => filler.insert(option, answer),
            Err(problem) => {
                problems.push(problem);
                // So that a default that reads this option is no second mistake.
                filler.insert(option, &default);
            }
        }
    }
    if problems.is_empty() {
        Ok(filler)
    } else {
        Err(problems)
    }
}

/// What an option takes without an answer, given the answers before it.
///
/// # Errors
///
/// The default is a template that reads an option without an answer.
pub fn default_answer(
    starter: &Starter,
    option: &OptionSpec,
    answers: &Answers,
) -> Result<String, Diagnostic> {
    let mut filler = Filler::new();
    for option in starter.options {
        if let Some(answer) = answers.get(option.name) {
            filler.insert(option, answer);
        }
    }
    filler.fill(option.name, option.default)
}

fn unknown_option(starter: &Starter, name: &str) -> Diagnostic {
    let names = || starter.options.iter().map(|option| option.name);
    Diagnostic::error(
        &codes::UNKNOWN_OPTION,
        format!(
            "the starter `{}` has no option `{}`",
            starter.name,
            flag(name)
        ),
    )
    .maybe_help(closest(name, names()).map(|near| format!("did you mean `{}`?", flag(near))))
    .help(format!(
        "options: {}",
        names().map(flag).collect::<Vec<_>>().join(", ")
    ))
}

/// A file as it is to be; nothing for a template that came out empty,
/// which is how an option leaves a whole file out.
fn file(path: &str, bytes: &'static [u8], filler: &Filler) -> Result<Option<File>, Diagnostic> {
    let visible = path
        .split('/')
        .map(|part| match part.strip_prefix(DOT) {
            Some(rest) => format!(".{rest}"),
            None => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/");
    let Some(name) = visible.strip_suffix(TEMPLATE) else {
        return Ok(Some(File::new(visible, Cow::Borrowed(bytes))));
    };
    let template = std::str::from_utf8(bytes).map_err(|error| broken(name, &error))?;
    let text = filler.fill(name, template)?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    let bytes = Cow::Owned(text.into_bytes());
    Ok(Some(File::new(name.to_owned(), bytes)))
}

fn broken(name: &str, error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error(
        &codes::BROKEN_TEMPLATE,
        format!("the template `{name}` cannot be filled in: {error}"),
    )
}

#[cfg(test)]
#[path = "compose_tests.rs"]
mod tests;
