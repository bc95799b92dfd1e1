//! The first commit: of a new repository, or of a fresh clone.

use std::path::Path;

use terrace_diag::Diagnostic;
use terrace_git::{Git, GitError, Mode, NewEntry, Repository};
use terrace_scaffold::{File, Free, Staged, Starter};

use super::author;
use crate::{World, codes};

/// The branch of a new repository.
const BRANCH: &str = "main";

/// What to do without git.
const WITHOUT: &str =
    "nothing was written; `--no-git` writes the files and leaves git to you, or set git up first";

/// Where the first commit goes.
pub(super) struct FirstCommit {
    git: Git,
    /// The clone that stands in the folder already, and its branch.
    clone: Option<(Repository, String)>,
}

impl FirstCommit {
    /// Looks for git, and at the repository that a folder holds, before anything
    /// is asked or written.
    pub(super) fn prepare(world: &World, dir: &Path, free: Free) -> Result<Self, Diagnostic> {
        let failed = |error: GitError| error.diagnostic().help(WITHOUT);
        let git = Git::find(&world.env, &world.cancel).map_err(failed)?;
        if free != Free::OnlyGit {
            return Ok(Self { git, clone: None });
        }
        let repository = git.discover(dir).map_err(failed)?;
        let whole = |path: &Path| path.canonicalize().ok();
        let own = repository
            .work_folder()
            .is_some_and(|work| whole(work).is_some() && whole(work) == whole(dir));
        let branch = match own {
            true => repository.unborn_branch().map_err(failed)?,
            false => None,
        };
        let Some(branch) = branch else {
            let message = format!(
                "`{}` holds a repository that is no fresh clone, or has commits already; nothing was written",
                dir.display()
            );
            return Err(Diagnostic::error(&codes::CANNOT_WRITE, message).help(
                "name another folder, or add `--no-git`: the files are written then, and the commit is yours",
            ));
        };
        Ok(Self {
            clone: Some((repository, branch)),
            git,
        })
    }

    /// Commits the files before they are where they belong, so that a failure
    /// leaves nothing of them; the commit's id.
    pub(super) fn make(
        &self,
        world: &World,
        staged: &Staged,
        starter: &Starter,
        files: &[File],
    ) -> Result<String, Diagnostic> {
        self.commit(world, staged, starter, files)
            .map_err(|error| error.diagnostic().help(WITHOUT))
    }

    fn commit(
        &self,
        world: &World,
        staged: &Staged,
        starter: &Starter,
        files: &[File],
    ) -> Result<String, GitError> {
        let folder = staged.folder();
        let (repository, branch) = match &self.clone {
            Some((repository, branch)) => {
                (repository.clone().with_work_folder(&folder), branch.clone())
            }
            None => (
                self.git.init(&folder, BRANCH, false)?,
                format!("refs/heads/{BRANCH}"),
            ),
        };
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
        let commit = repository.add_first_commit(&branch, entries, &message, &author)?;
        let indexed = repository.index_head();
        if indexed.is_err() {
            self.take_back();
        }
        indexed.map(|()| commit.to_string())
    }

    /// Leaves a clone as it was; a new repository goes with the files.
    pub(super) fn take_back(&self) {
        let Some((repository, branch)) = &self.clone else {
            return;
        };
        // What git refuses here stays, and the error before it is shown.
        if let Ok(Some(commit)) = repository.find_commit("HEAD") {
            let _ = repository.delete_refs(&[(branch.clone(), commit)]);
        }
        let _ = std::fs::remove_file(repository.git_dir().join("index"));
    }
}
