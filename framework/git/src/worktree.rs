//! The working tree: whether it is clean, and committing all of it.

use crate::error::GitError;
use crate::id::ObjectId;
use crate::objects::{Signature, parse_signature};
use crate::refs::{Old, RefUpdate};
use crate::repository::Repository;
use crate::write::NewCommit;

/// A path that differs from the last commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEntry {
    /// Index and working tree, as `git status --short` shows: `??` is untracked.
    pub code: String,
    /// The path.
    pub path: String,
}

/// How the working tree differs from the last commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// What differs; untracked files count, ignored ones do not.
    pub entries: Vec<StatusEntry>,
}

impl Status {
    /// Whether the working tree is the last commit.
    pub fn is_clean(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Repository {
    /// How the working tree differs from the last commit. A file that git does
    /// not track would be compiled but be in no commit, so it counts; ignored
    /// files (`rendered/`) do not.
    ///
    /// # Errors
    /// A bare repository, or git fails.
    pub fn status(&self) -> Result<Status, GitError> {
        let call = self.call_in_work(&[
            "status",
            "--porcelain=v1",
            "-z",
            "--untracked-files=all",
            "--ignore-submodules=none",
            "--no-renames",
        ]);
        let bytes = call.bytes()?;
        // What a path is called does not matter here, only that it is there.
        let entries = bytes
            .split(|byte| *byte == 0)
            .filter(|record| !record.is_empty())
            .map(|record| String::from_utf8_lossy(record).into_owned())
            .map(|record| match (record.get(..2), record.get(3..)) {
                (Some(code), Some(path)) => Ok(StatusEntry {
                    code: code.to_owned(),
                    path: path.to_owned(),
                }),
                _ => Err(call.unexpected(record)),
            })
            .collect::<Result<_, _>>()?;
        Ok(Status { entries })
    }

    /// The committer that git is set up with; `None` if none is.
    ///
    /// # Errors
    /// Git could not be run.
    pub fn identity(&self) -> Result<Option<Signature>, GitError> {
        let outcome = self
            .call(&[
                "-c",
                "user.useConfigOnly=true",
                "var",
                "GIT_COMMITTER_IDENT",
            ])
            .outcome()?;
        let text = outcome.stdout.text();
        Ok(outcome
            .success()
            .then(|| parse_signature(text.trim()))
            .flatten())
    }

    /// Makes the index what HEAD is, for a working tree that holds just that,
    /// whatever somebody's git ignores or does to line endings.
    ///
    /// # Errors
    /// A bare repository, or git fails.
    pub fn index_head(&self) -> Result<(), GitError> {
        // With a path it writes no ORIG_HEAD and no reflog.
        let settings = ["-c", "core.autocrlf=false", "-c", "core.safecrlf=false"];
        self.call_in_work(&settings)
            .args(["reset", "--quiet", "--", "."])
            .bytes()
            .map(drop)
    }

    /// Commits everything that is not ignored to the current branch, like
    /// `git add --all` and `git commit` without hooks. `None` when nothing
    /// differs.
    ///
    /// # Errors
    /// [`GitError::LostRace`] when the branch moved meanwhile, or git fails.
    pub fn commit_all(
        &self,
        message: &str,
        author: &Signature,
    ) -> Result<Option<ObjectId>, GitError> {
        self.call_in_work(&["add", "--all"]).bytes()?;
        let call = self.call_in_work(&["write-tree"]);
        let text = call.text()?;
        let tree: ObjectId = text.parse().map_err(|_| call.unexpected(text))?;
        let head = self.find_commit("HEAD")?;
        if let Some(head) = &head
            && self.tree_id(head)? == tree
        {
            return Ok(None);
        }
        let commit = self.write_commit(&NewCommit {
            tree,
            parents: head.iter().cloned().collect(),
            author: author.clone(),
            message,
            trailers: Vec::new(),
        })?;
        let update = RefUpdate::new("HEAD", commit.clone(), Old::from(head));
        self.update_refs(&[update], "commit")?;
        Ok(Some(commit))
    }
}
