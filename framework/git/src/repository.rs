//! A repository: where it is, and what its names mean.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::GitError;
use crate::git::{Call, Git, Place};
use crate::id::ObjectId;
use crate::store::Store;

/// A repository on disk, bare or with a working folder.
#[derive(Debug, Clone)]
pub struct Repository {
    git: Git,
    git_dir: PathBuf,
    work: Option<PathBuf>,
    /// How many digits an object name has: 40, or 64 with SHA-256.
    id_length: usize,
    /// Its objects as they lie on disk.
    store: Arc<Store>,
}

impl Git {
    /// The repository at or above `folder`.
    ///
    /// # Errors
    /// There is none, or git refuses it (owned by somebody else).
    pub fn discover(&self, folder: &Path) -> Result<Repository, GitError> {
        let call = self.call(
            Some(Place::Folder(folder)),
            &[
                "rev-parse",
                "--show-object-format",
                "--absolute-git-dir",
                "--is-inside-work-tree",
                // Where there is none this ends the call with an error, after
                // the answers before it.
                "--show-toplevel",
            ],
        );
        let outcome = call.outcome()?;
        let text = outcome.stdout.text();
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let Some((format, places)) = text.split_once('\n') else {
            return Err(GitError::NotARepository {
                folder: folder.to_owned(),
                stderr: outcome.stderr.text().into_owned(),
            });
        };
        // A path may hold line breaks; what stands between the two does not.
        let (git_dir, work) = places
            .split_once("\ntrue\n")
            .map(|(git_dir, top)| (git_dir, Some(top)))
            .or_else(|| Some((places.strip_suffix("\nfalse")?, None)))
            .ok_or_else(|| call.unexpected(text))?;
        let id_length = if format == "sha256" { 64 } else { 40 };
        let git_dir = PathBuf::from(git_dir);
        Ok(Repository {
            git: self.clone(),
            store: Arc::new(Store::new(&git_dir, id_length / 2)),
            git_dir,
            work: work.map(PathBuf::from),
            id_length,
        })
    }

    /// Makes a repository whose first branch is `branch`; one that is there
    /// already stays as it is.
    ///
    /// # Errors
    /// Git fails.
    pub fn init(&self, folder: &Path, branch: &str, bare: bool) -> Result<Repository, GitError> {
        std::fs::create_dir_all(folder).map_err(|source| GitError::Io {
            path: folder.to_owned(),
            source,
        })?;
        let mut args = vec!["init", "--quiet", "--initial-branch", branch];
        if bare {
            args.push("--bare");
        }
        self.call(Some(Place::Folder(folder)), &args).bytes()?;
        self.discover(folder)
    }
}

impl Repository {
    pub(crate) fn call(&self, args: &[&str]) -> Call<'_> {
        let place = Place::Repository {
            git_dir: &self.git_dir,
            work: None,
        };
        self.git.call(Some(place), args)
    }

    pub(crate) fn call_in_work(&self, args: &[&str]) -> Call<'_> {
        let place = Place::Repository {
            git_dir: &self.git_dir,
            work: self.work.as_deref(),
        };
        self.git.call(Some(place), args)
    }

    pub(crate) fn id_length(&self) -> usize {
        self.id_length
    }

    pub(crate) fn with_git(self, git: Git) -> Self {
        Self { git, ..self }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The same with another folder as its working tree.
    #[must_use]
    pub fn with_work_folder(self, folder: &Path) -> Self {
        Self {
            work: Some(folder.to_owned()),
            ..self
        }
    }

    /// The branch that the next commit goes to, `refs/heads/…`; `None` if HEAD
    /// is detached or there is a commit already.
    ///
    /// # Errors
    /// Git fails.
    pub fn unborn_branch(&self) -> Result<Option<String>, GitError> {
        if self.find_commit("HEAD")?.is_some() {
            return Ok(None);
        }
        let outcome = self.call(&["symbolic-ref", "--quiet", "HEAD"]).outcome()?;
        let text = outcome.stdout.text();
        Ok(outcome.success().then(|| text.trim_end().to_owned()))
    }

    /// The git that works on it.
    pub fn git(&self) -> &Git {
        &self.git
    }

    /// The top folder of the working tree; `None` for a bare repository.
    pub fn work_folder(&self) -> Option<&Path> {
        self.work.as_deref()
    }

    /// Its `.git` folder.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The commit that a revision names; `None` if it names none.
    ///
    /// # Errors
    /// Git fails.
    pub fn find_commit(&self, revision: &str) -> Result<Option<ObjectId>, GitError> {
        self.find(revision, "^{commit}")
    }

    /// The commit that a revision names.
    ///
    /// # Errors
    /// There is no such commit ([`GitError::MissingHistory`] if the clone is
    /// shallow and the revision is a full id), or git fails.
    pub fn commit_id(&self, revision: &str) -> Result<ObjectId, GitError> {
        match self.find_commit(revision)? {
            Some(id) => Ok(id),
            None if revision.parse::<ObjectId>().is_ok() && self.is_shallow()? => {
                Err(GitError::MissingHistory {
                    commit: revision.to_owned(),
                })
            }
            None => Err(GitError::UnknownRevision {
                revision: revision.to_owned(),
            }),
        }
    }

    /// The tree of a commit, or of a folder in it (`path` without slashes at
    /// the ends); `None` if there is no such folder.
    ///
    /// # Errors
    /// Git fails.
    pub fn find_tree(&self, commit: &ObjectId, path: &str) -> Result<Option<ObjectId>, GitError> {
        if path.is_empty() {
            self.find(commit.as_str(), "^{tree}")
        } else {
            self.find(&format!("{commit}:{path}"), "^{tree}")
        }
    }

    /// The tree of a commit.
    ///
    /// # Errors
    /// There is no such commit, or git fails.
    pub fn tree_id(&self, commit: &ObjectId) -> Result<ObjectId, GitError> {
        self.find_tree(commit, "")?
            .ok_or_else(|| GitError::UnknownRevision {
                revision: commit.to_string(),
            })
    }

    fn find(&self, revision: &str, kind: &str) -> Result<Option<ObjectId>, GitError> {
        // A path may hold anything, but no revision starts like an option.
        if revision.starts_with('-') || revision.contains(['\n', '\0']) {
            return Ok(None);
        }
        let full = if revision.contains(':') {
            revision.to_owned()
        } else {
            format!("{revision}{kind}")
        };
        let call = self
            .call(&["rev-parse", "--verify", "--quiet"])
            .args([full]);
        let outcome = call.outcome()?;
        if !outcome.success() {
            return Ok(None);
        }
        let text = outcome.stdout.text();
        text.trim()
            .parse()
            .map(Some)
            .map_err(|_| call.unexpected(text.clone()))
    }

    /// The refs that start with `prefix` (`refs/heads/env/`), by full name.
    ///
    /// # Errors
    /// Git fails.
    pub fn refs(&self, prefix: &str) -> Result<BTreeMap<String, ObjectId>, GitError> {
        let call = self
            .call(&["for-each-ref", "--format=%(objectname) %(refname)"])
            .args([prefix.trim_end_matches('/')]);
        call.text()?
            .lines()
            .map(|line| {
                line.split_once(' ')
                    .and_then(|(id, name)| Some((name.to_owned(), id.parse().ok()?)))
                    .ok_or_else(|| call.unexpected(line))
            })
            .collect()
    }

    /// What a ref (full name) points at.
    ///
    /// # Errors
    /// Git fails.
    pub fn find_ref(&self, name: &str) -> Result<Option<ObjectId>, GitError> {
        if !name.starts_with("refs/") {
            return Ok(None);
        }
        self.find(name, "")
    }

    /// The branch that is checked out (`main`); `None` when none is.
    ///
    /// # Errors
    /// Git fails.
    pub fn current_branch(&self) -> Result<Option<String>, GitError> {
        self.call(&["symbolic-ref", "--quiet", "--short", "HEAD"])
            .text_unless(1)
    }

    /// Whether the clone leaves out history (gitrepository-layout(5), `shallow`;
    /// a further work tree has it where `commondir` says).
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn is_shallow(&self) -> Result<bool, GitError> {
        let common = self.git_dir.join("commondir");
        let folder = match std::fs::read_to_string(&common) {
            Ok(path) => self.git_dir.join(path.trim_end()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => self.git_dir.clone(),
            Err(source) => {
                return Err(GitError::Io {
                    path: common,
                    source,
                });
            }
        };
        Ok(folder.join("shallow").exists())
    }

    /// Whether `ancestor` is `commit` or one of its ancestors.
    ///
    /// # Errors
    /// [`GitError::MissingHistory`] when a shallow clone cannot tell,
    /// [`GitError::UnknownRevision`] when a commit is not there.
    pub fn is_ancestor(&self, ancestor: &ObjectId, commit: &ObjectId) -> Result<bool, GitError> {
        let call = self
            .call(&["merge-base", "--is-ancestor"])
            .args([ancestor.as_str(), commit.as_str()]);
        let outcome = call.outcome()?;
        match outcome.code() {
            Some(0) => Ok(true),
            // In a shallow clone "no" may only mean "not in the part I have".
            Some(1) if self.is_shallow()? => Err(GitError::MissingHistory {
                commit: commit.to_string(),
            }),
            Some(1) => Ok(false),
            _ => {
                for id in [ancestor, commit] {
                    self.commit_id(id.as_str())?;
                }
                Err(call.failed(&outcome))
            }
        }
    }

    /// The value of a setting.
    ///
    /// # Errors
    /// Git fails.
    pub fn setting(&self, name: &str) -> Result<Option<String>, GitError> {
        self.call(&["config", "--get"]).args([name]).text_unless(1)
    }
}

#[cfg(test)]
#[path = "repository_tests.rs"]
mod tests;
