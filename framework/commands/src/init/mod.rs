//! `terrace init`: a platform repository from a starter.

mod dialogue;

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;
use terrace_diag::{Diagnostic, Diagnostics};
use terrace_git::{Git, GitError, Mode, NewEntry, Signature};
use terrace_scaffold::{File, Starter, WriteError, must_be_free, scaffold, starter, write_new};

use crate::ask::{self, Stop};
use crate::compile::Messages;
use crate::world::Talk;
use crate::{Exit, Input, Outcome, World, codes};

pub use terrace_scaffold::{Answers, STARTERS};

/// What is made without a word about it.
const DEFAULT_STARTER: &str = "local";

/// The branch of the first commit.
const BRANCH: &str = "main";

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
    let occupied = must_be_free(&dir).err().map(|error| write_error(&error));
    if let (Input::Terminal, Some(error)) = (options.input, &occupied) {
        return Outcome::error(error.clone());
    }
    let (starter, answers) = match questions(options, &dir, talk) {
        Ok(answered) => answered,
        Err(Stop::Interrupted) => {
            talk("nothing was written");
            return Outcome::default().exit(Exit::Interrupted);
        }
        Err(Stop::Wrong(error)) => return Outcome::error(*error),
    };
    let files = match (scaffold(starter, &answers), occupied) {
        (Ok(files), None) => files,
        (files, occupied) => {
            let wrong = files.err().unwrap_or_default();
            return failed(wrong.into_iter().chain(occupied).collect());
        }
    };
    if let Err(error) = write_new(&dir, &files) {
        return failed(write_error(&error).into());
    }
    let mut lines = format!("{} files in {}\n", files.len(), options.dir.display());
    let mut commit = None;
    if !options.no_git {
        match first_commit(world, &dir, starter, &files) {
            Ok(id) => {
                lines.push_str(&format!("first commit {}\n", &id[..id.len().min(12)]));
                commit = Some(id);
            }
            Err(error) => {
                return failed(
                    error
                        .diagnostic()
                        .help("run it with --no-git, or set git up and commit by hand")
                        .into(),
                );
            }
        }
    }
    lines.push_str(&format!(
        "next: cd {} && terrace render\n",
        options.dir.display()
    ));
    let json = json!({
        "dir": dir,
        "starter": starter.name,
        "files": files.iter().map(|file| &file.path).collect::<Vec<_>>(),
        "commit": commit,
    });
    Outcome::data(lines, json, Messages::default())
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
    let message = match error {
        WriteError::Io { source, .. } => format!("{error}: {source}"),
        _ => error.to_string(),
    };
    Diagnostic::error(&codes::CANNOT_WRITE, message)
}

/// The files as they were written, in the first commit of a new repository.
fn first_commit(
    world: &World,
    dir: &Path,
    starter: &Starter,
    files: &[File],
) -> Result<String, GitError> {
    let git = Git::find(&world.env, &world.cancel)?;
    let repository = git.init(dir, BRANCH, false)?;
    let author = author(world, &repository)?;
    let message = format!("Start from the {} starter", starter.name);
    let entries = files.iter().map(|file| {
        let mode = match file.executable {
            true => Mode::Executable,
            false => Mode::File,
        };
        let bytes = file.bytes.as_ref();
        (file.path.as_str(), NewEntry::Bytes { mode, bytes })
    });
    let commit = repository.add_first_commit(BRANCH, entries, &message, &author)?;
    repository.index_all()?;
    Ok(commit.to_string())
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
