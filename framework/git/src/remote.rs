//! Reading from a remote.

use std::collections::BTreeMap;

use crate::error::GitError;
use crate::id::ObjectId;
use crate::repository::Repository;

/// A ref that a fetch changed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedRef {
    /// Its full name here, `refs/remotes/<remote>/…`.
    pub name: String,
    /// What it was.
    pub old: Option<ObjectId>,
    /// What it is; `None` when it is gone there.
    pub new: Option<ObjectId>,
    /// The new commit does not descend from the old one: the branch was
    /// rewritten (or the clone is too shallow to tell).
    pub rewritten: bool,
}

/// The refspecs of everything Terrace reads from a remote: its branches, the
/// environments' branches and the platform's branch.
pub fn fetch_specs(remote: &str, platform_branch: &str) -> Vec<String> {
    ["terrace/*", "env/*", platform_branch]
        .iter()
        .map(|branch| format!("+refs/heads/{branch}:refs/remotes/{remote}/{branch}"))
        .collect()
}

impl Repository {
    /// The remotes this clone knows.
    ///
    /// # Errors
    /// Git fails.
    pub fn remotes(&self) -> Result<Vec<String>, GitError> {
        Ok(self
            .call(&["remote"])
            .text()?
            .lines()
            .map(str::to_owned)
            .collect())
    }

    pub(crate) fn check_remote(&self, remote: &str) -> Result<(), GitError> {
        let known = self.remotes()?;
        if known.iter().any(|name| name == remote) {
            return Ok(());
        }
        Err(GitError::UnknownRemote {
            remote: remote.to_owned(),
            known,
        })
    }

    /// Adds a remote.
    ///
    /// # Errors
    /// There is one of this name, or git fails.
    pub fn add_remote(&self, remote: &str, url: &str) -> Result<(), GitError> {
        self.call(&["remote", "add", "--"])
            .args([remote, url])
            .bytes()
            .map(drop)
    }

    /// Fetches refspecs (`+refs/heads/env/*:refs/remotes/origin/env/*`); refs
    /// of theirs that are gone on the remote go here too. Gives what changed,
    /// sorted by name. A branch named without `*` that the remote does not have
    /// is an error.
    ///
    /// # Errors
    /// [`GitError::UnknownRemote`], [`GitError::RemoteFailed`], or git fails.
    pub fn fetch(&self, remote: &str, specs: &[String]) -> Result<Vec<FetchedRef>, GitError> {
        let prefix = format!("refs/remotes/{remote}/");
        let before = self.refs(&prefix)?;
        self.update(remote, specs)?;
        let after = self.refs(&prefix)?;
        self.compare(&before, &after)
    }

    /// Likewise, without a look at what changed.
    ///
    /// # Errors
    /// As [`Repository::fetch`].
    pub fn update(&self, remote: &str, specs: &[String]) -> Result<(), GitError> {
        let call = self
            .call(&[
                "fetch",
                "--quiet",
                "--no-tags",
                "--no-write-fetch-head",
                "--prune",
            ])
            .args([String::from("--"), remote.to_owned()])
            .args(specs.iter().cloned())
            .network();
        let outcome = call.outcome()?;
        if !outcome.success() {
            self.check_remote(remote)?;
            let stderr = outcome.stderr.text().into_owned();
            return Err(
                if let Some((_, name)) = stderr.split_once("couldn't find remote ref ") {
                    GitError::UnknownRevision {
                        revision: format!("{remote}: {}", name.lines().next().unwrap_or_default()),
                    }
                } else if crate::refs::is_race(&stderr) {
                    GitError::LostRace {
                        references: vec![format!("refs/remotes/{remote}/")],
                        stderr,
                    }
                } else {
                    GitError::RemoteFailed {
                        remote: remote.to_owned(),
                        stderr,
                    }
                },
            );
        }
        Ok(())
    }

    fn compare(
        &self,
        before: &BTreeMap<String, ObjectId>,
        after: &BTreeMap<String, ObjectId>,
    ) -> Result<Vec<FetchedRef>, GitError> {
        let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
        names.sort();
        names.dedup();
        let mut changed = Vec::new();
        for name in names {
            let (old, new) = (before.get(name), after.get(name));
            if old == new {
                continue;
            }
            let rewritten = match (old, new) {
                (Some(old), Some(new)) => match self.is_ancestor(old, new) {
                    Ok(descends) => !descends,
                    Err(GitError::MissingHistory { .. }) => true,
                    Err(error) => return Err(error),
                },
                _ => false,
            };
            changed.push(FetchedRef {
                name: name.clone(),
                old: old.cloned(),
                new: new.cloned(),
                rewritten,
            });
        }
        Ok(changed)
    }

    /// The branches of a remote as they are now, by full name there, without
    /// fetching them.
    ///
    /// # Errors
    /// As [`Repository::fetch`].
    pub fn remote_refs(
        &self,
        remote: &str,
        patterns: &[&str],
    ) -> Result<BTreeMap<String, ObjectId>, GitError> {
        self.check_remote(remote)?;
        let call = self
            .call(&["ls-remote", "--quiet", "--refs", "--"])
            .args([remote])
            .args(patterns.iter().copied())
            .network();
        let outcome = call.outcome()?;
        if !outcome.success() {
            return Err(GitError::RemoteFailed {
                remote: remote.to_owned(),
                stderr: outcome.stderr.text().into_owned(),
            });
        }
        let text = outcome.stdout.text();
        text.lines()
            .map(|line| {
                line.split_once('\t')
                    .and_then(|(id, name)| Some((name.to_owned(), id.parse().ok()?)))
                    .ok_or_else(|| call.unexpected(line))
            })
            .collect()
    }
}
