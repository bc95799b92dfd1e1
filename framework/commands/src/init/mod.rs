//! `terrace init`: a platform repository from a starter.

mod dialogue;
mod first_commit;

use std::path::{Component, Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;
use terrace_diag::{Diagnostic, Diagnostics};
use terrace_git::{GitError, Signature};
use terrace_scaffold::{File, Starter, WriteError, must_be_free, scaffold, stage, starter};

use crate::ask::{self, Stop};
use crate::compile::Messages;
use crate::shell::path_word;
use crate::world::Talk;
use crate::{Exit, Input, Outcome, World, codes};
use first_commit::FirstCommit;

pub use terrace_scaffold::{Answers, STARTERS};

/// What is made without a word about it.
const DEFAULT_STARTER: &str = "local";

/// Options of `terrace init`.
#[derive(Debug, Default, Clone)]
pub struct Options {
    /// Folder to make.
    pub dir: PathBuf,
    /// Name of the starter; asked for, or `local`.
    pub starter: Option<String>,
    /// Answers to the starter's questions by name; asked for, or its defaults,
    /// where there is none.
    pub answers: Answers,
    /// Whether somebody is there to be asked.
    pub input: Input,
    /// Make no git repository.
    pub no_git: bool,
}

/// Makes the repository.
pub fn run(world: &World, options: &Options, talk: Talk<'_>) -> Outcome {
    let dir = world.cwd.join(&options.dir);
    let mut wrong = Diagnostics::new();
    let mut first = None;
    match must_be_free(&dir) {
        Ok(_) if options.no_git => {}
        Ok(free) => match FirstCommit::prepare(world, &dir, free) {
            Ok(prepared) => first = Some(prepared),
            Err(error) => wrong.push(error),
        },
        Err(error) => wrong.push(write_error(&error)),
    }
    if options.input == Input::Terminal && wrong.has_errors() {
        return failed(wrong);
    }
    let (starter, answers) = match questions(options, &dir, talk) {
        Ok(answered) => answered,
        Err(Stop::Interrupted) => {
            talk("nothing was written");
            return Outcome::default().exit(Exit::Interrupted);
        }
        Err(Stop::Wrong(error)) => return Outcome::error(*error),
    };
    let files = match scaffold(starter, &answers) {
        Ok(files) if !wrong.has_errors() => files,
        files => {
            let answers = files.err().unwrap_or_default();
            return failed(answers.into_iter().chain(wrong).collect());
        }
    };
    let commit = match write(world, &dir, starter, &files, first.as_ref()) {
        Ok(commit) => commit,
        Err(error) => return Outcome::error(*error),
    };
    let mut lines = format!("{} files in {}\n", files.len(), options.dir.display());
    if let Some(id) = &commit {
        lines.push_str(&format!("first commit {}\n", &id[..id.len().min(12)]));
    }
    lines.push_str(&next(&options.dir));
    let json = json!({
        "dir": dir,
        "starter": starter.name,
        "files": files.iter().map(|file| &file.path).collect::<Vec<_>>(),
        "commit": commit,
    });
    Outcome::data(lines, json, Messages::default())
}

/// Writes everything or nothing; the first commit's id, if there is to be one.
fn write(
    world: &World,
    dir: &Path,
    starter: &Starter,
    files: &[File],
    first: Option<&FirstCommit>,
) -> Result<Option<String>, Box<Diagnostic>> {
    let staged = stage(dir, files).map_err(|error| write_error(&error))?;
    let commit = first
        .map(|first| first.make(world, &staged, starter, files))
        .transpose()?;
    if let Err(error) = staged.place() {
        if let Some(first) = first {
            first.take_back();
        }
        return Err(write_error(&error).into());
    }
    Ok(commit)
}

/// What to do next, from the folder that somebody is in.
fn next(dir: &Path) -> String {
    let is_here = dir.components().all(|part| part == Component::CurDir);
    match is_here {
        true => String::from("next: terrace render\n"),
        false => format!(
            "next: cd {} && terrace render\n",
            path_word(&dir.to_string_lossy())
        ),
    }
}

/// Which starter, with which answers.
fn questions(
    options: &Options,
    dir: &Path,
    talk: Talk<'_>,
) -> Result<(&'static Starter, Answers), Stop> {
    let named = options.starter.as_deref().map(starter).transpose()?;
    match options.input {
        Input::Pipe => {
            let starter = named.map_or_else(|| starter(DEFAULT_STARTER), Ok)?;
            let mut answers = options.answers.clone();
            if let Some(name) = folder_name(starter, dir)
                && !answers.contains_key("name")
            {
                answers.insert(String::from("name"), name);
            }
            Ok((starter, answers))
        }
        Input::Terminal => {
            let mut ask = ask::terminal(dialogue::WITHOUT)?;
            let starter = match named {
                Some(starter) => starter,
                None => dialogue::which_starter(&mut ask, talk, DEFAULT_STARTER)?,
            };
            let name = folder_name(starter, dir);
            let answers =
                dialogue::answers(&mut ask, talk, starter, &options.answers, name.as_deref())?;
            Ok((starter, answers))
        }
    }
}

/// The folder's name, where it fits as the platform's.
fn folder_name(starter: &Starter, dir: &Path) -> Option<String> {
    let name = dir.file_name()?.to_string_lossy().to_lowercase();
    let option = starter
        .options
        .iter()
        .find(|option| option.name == "name")?;
    option.check(&name).is_ok().then_some(name)
}

fn failed(diagnostics: Diagnostics) -> Outcome {
    Outcome::messages(Messages {
        diagnostics,
        ..Messages::default()
    })
}

fn write_error(error: &WriteError) -> Diagnostic {
    let refused = |message| Diagnostic::error(&codes::CANNOT_WRITE, message);
    match error {
        WriteError::Io { source, .. } => refused(format!("{error}: {source}")),
        WriteError::NotEmpty { .. } => refused(error.to_string())
            .help("name a folder that is not there, is empty, or is a fresh clone without commits"),
        WriteError::NoName { .. } => refused(error.to_string()),
    }
}

/// The committer that git is set up with, or a neutral one: a machine without
/// git configuration can still try things out.
pub(crate) fn author(
    world: &World,
    repository: &terrace_git::Repository,
) -> Result<Signature, GitError> {
    let seconds = seconds((world.now)());
    Ok(match repository.identity()? {
        Some(identity) => Signature {
            seconds,
            ..identity
        },
        None => Signature {
            name: String::from("terrace"),
            email: String::from("terrace@localhost"),
            seconds,
        },
    })
}

/// Seconds since 1970.
pub(crate) fn seconds(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}
