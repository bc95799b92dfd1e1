//! `terrace init`: a platform repository from a starter.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;
use terrace_diag::{Diagnostic, Diagnostics};
use terrace_git::{Git, GitError, Signature};
use terrace_scaffold::{Answers, Starter, WriteError, scaffold, starter, write_new};

use crate::compile::Messages;
use crate::{Outcome, World, codes};

/// Options of `terrace init`.
#[derive(Debug, Default, Clone)]
pub struct Options {
    /// Folder to make.
    pub dir: PathBuf,
    /// Name of the starter.
    pub starter: String,
    /// Answers to the starter's questions by name; defaults fill the rest.
    pub answers: Answers,
    /// Make no git repository.
    pub no_git: bool,
}

/// Makes the repository.
pub fn run(world: &World, options: &Options) -> Outcome {
    let starter = match starter(&options.starter) {
        Ok(starter) => starter,
        Err(error) => return Outcome::error(error),
    };
    let dir = world.cwd.join(&options.dir);
    let answers = answers(starter, &options.answers, &dir);
    let files = match scaffold(starter, &answers) {
        Ok(files) => files,
        Err(errors) => return failed(errors.into_iter().collect()),
    };
    if let Err(error) = write_new(&dir, &files) {
        return failed(write_error(&error).into());
    }
    let mut lines = format!("{} files in {}\n", files.len(), options.dir.display());
    let mut commit = None;
    if !options.no_git {
        match first_commit(world, &dir, starter) {
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

/// The folder's name is the platform's, where nothing else was said and it fits.
fn answers(starter: &Starter, given: &Answers, dir: &Path) -> Answers {
    let mut answers = given.clone();
    let name = dir
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase());
    let option = starter.options.iter().find(|option| option.name == "name");
    if let (Some(name), Some(option)) = (name, option)
        && !answers.contains_key("name")
        && option.check(&name).is_ok()
    {
        answers.insert(String::from("name"), name);
    }
    answers
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

fn first_commit(world: &World, dir: &Path, starter: &Starter) -> Result<String, GitError> {
    let git = Git::find(&world.env, &world.cancel)?;
    let repository = git.init(dir, "main", false)?;
    let author = author(world, &repository)?;
    let message = format!("Start from the {} starter", starter.name);
    let commit = repository.commit_all(&message, &author)?;
    Ok(commit.map(|id| id.to_string()).unwrap_or_default())
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
