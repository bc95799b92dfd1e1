//! The questions of `terrace init`, asked one by one.
//!
//! An answer that does not fit is said to be wrong at once and asked for again;
//! an empty one takes what stands in brackets. Nothing is written before the
//! last question is answered.

use terrace_diag::Diagnostic;
use terrace_scaffold::{Answers, OptionSpec, STARTERS, Starter, default_answer, starter};

use crate::ask::{Ask, Stop};
use crate::world::Talk;

/// How to do without a terminal.
pub(super) const WITHOUT: &str = "with --no-input nothing is asked: options and defaults are taken";

/// Asks for the starter.
pub(super) fn which_starter(
    ask: Ask<'_>,
    talk: Talk<'_>,
    default: &str,
) -> Result<&'static Starter, Stop> {
    let longest = STARTERS.iter().map(|starter| starter.name.len()).max();
    for starter in STARTERS {
        let width = longest.unwrap_or_default();
        talk(&format!("  {:width$}  {}", starter.name, starter.about));
    }
    loop {
        match starter(&answer(ask, "Starter", default)?) {
            Ok(starter) => return Ok(starter),
            Err(wrong) => say_wrong(talk, &wrong),
        }
    }
}

/// Asks for everything of `starter` that was not `given`.
///
/// What was given and does not fit is not asked about: whoever wrote it finds
/// out together with all else that is wrong.
pub(super) fn answers(
    ask: Ask<'_>,
    talk: Talk<'_>,
    starter: &Starter,
    given: &Answers,
    name: Option<&str>,
) -> Result<Answers, Stop> {
    let mut answers = given.clone();
    let fits = |option: &OptionSpec, answer: &str| option.check(answer).is_ok();
    let known = |name: &String| starter.options.iter().any(|option| option.name == *name);
    let wrong = starter
        .options
        .iter()
        .any(|option| given.get(option.name).is_some_and(|a| !fits(option, a)));
    if wrong || !given.keys().all(known) {
        return Ok(answers);
    }
    for option in starter.options {
        if answers.contains_key(option.name) {
            continue;
        }
        let default = match (option.name, name) {
            ("name", Some(name)) => name.to_owned(),
            _ => default_answer(starter, option, &answers)?,
        };
        let answer = loop {
            let answer = answer(ask, option.about, &default)?;
            match option.check(&answer) {
                Ok(()) => break answer,
                Err(wrong) => say_wrong(talk, &wrong),
            }
        };
        answers.insert(option.name.to_owned(), answer);
    }
    Ok(answers)
}

fn answer(ask: Ask<'_>, question: &str, default: &str) -> Result<String, Stop> {
    let line = ask(&format!("{question} [{default}]: "))?;
    Ok(match line.trim() {
        "" => default.to_owned(),
        answer => answer.to_owned(),
    })
}

fn say_wrong(talk: Talk<'_>, wrong: &Diagnostic) {
    talk(&wrong.message);
    for help in &wrong.help {
        talk(&format!("  {help}"));
    }
}

#[cfg(test)]
#[path = "dialogue_tests.rs"]
mod tests;
