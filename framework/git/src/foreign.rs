//! Reading a repository that is no remote of this one: by its address.

use std::path::Path;

use crate::error::GitError;
use crate::git::Git;
use crate::id::ObjectId;
use crate::objects::Mode;
use crate::repository::Repository;

/// A repository somewhere else, and how it may be reached.
#[derive(Debug, Clone)]
pub struct Foreign {
    /// Its address.
    pub url: String,
    /// Settings of git for these calls, `http.followRedirects=false`.
    pub settings: Vec<String>,
}

/// A file of a commit with its size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizedEntry {
    /// Path from the top, with `/`.
    pub path: String,
    /// What it is.
    pub mode: Mode,
    /// Its blob.
    pub id: ObjectId,
    /// Bytes; 0 for a submodule.
    pub size: u64,
}

impl Foreign {
    fn leading(&self) -> Vec<&str> {
        let settings = self.settings.iter();
        settings.flat_map(|setting| ["-c", setting]).collect()
    }

    fn failed(&self, stderr: String) -> GitError {
        GitError::RemoteFailed {
            remote: self.url.clone(),
            stderr,
        }
    }
}

impl Git {
    /// What a branch, tag or full commit of another repository is now; none:
    /// its HEAD. A tag comes before a branch of the same name, as git decides.
    /// `None` when it has no such ref.
    ///
    /// # Errors
    /// [`GitError::RemoteFailed`], or git fails.
    pub fn resolve_foreign(
        &self,
        foreign: &Foreign,
        reference: Option<&str>,
    ) -> Result<Option<ObjectId>, GitError> {
        let names: Vec<String> = match reference {
            None => vec![String::from("HEAD")],
            Some(name) if name.starts_with("refs/") => vec![name.to_owned()],
            Some(name) => vec![
                format!("refs/tags/{name}^{{}}"),
                format!("refs/tags/{name}"),
                format!("refs/heads/{name}"),
            ],
        };
        let call = self
            .call(None, &foreign.leading())
            .args(["ls-remote", "--quiet", "--"])
            .args([foreign.url.clone()])
            .args(names.iter().cloned())
            .network();
        let outcome = call.outcome()?;
        if !outcome.success() {
            return Err(foreign.failed(outcome.stderr.text().into_owned()));
        }
        let text = outcome.stdout.text();
        let found: Vec<(&str, &str)> = text
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .map(|(id, name)| (name, id))
            .collect();
        let wanted = names
            .iter()
            .find_map(|name| found.iter().find(|(known, _)| known == name));
        wanted
            .map(|(_, id)| id.parse().map_err(|_| call.unexpected(text.clone())))
            .transpose()
    }

    /// Fetches one commit of another repository, without its history where the
    /// server allows that, into a new bare repository in `folder`, which must
    /// be empty. `commit` may be the start of an id.
    ///
    /// # Errors
    /// [`GitError::RemoteFailed`], [`GitError::UnknownRevision`], or git fails.
    pub fn fetch_foreign(
        &self,
        foreign: &Foreign,
        commit: &str,
        folder: &Path,
    ) -> Result<(Repository, ObjectId), GitError> {
        let repository = self.init(folder, "main", true)?;
        let fetch = |args: &[&str]| {
            let call = repository
                .call(&foreign.leading())
                .args(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head"])
                .args(args.iter().copied())
                .args(["--end-of-options"])
                .args([foreign.url.clone()]);
            call.network()
        };
        if commit.parse::<ObjectId>().is_ok() {
            let outcome = fetch(&["--depth=1"]).args([commit]).outcome()?;
            if outcome.success() {
                let id = repository.commit_id(commit)?;
                return Ok((repository, id));
            }
        }
        // The server gives nothing by id: everything it shows, then.
        let all = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
        let outcome = fetch(&[]).args(all).outcome()?;
        if !outcome.success() {
            return Err(foreign.failed(outcome.stderr.text().into_owned()));
        }
        let id = repository.commit_id(commit)?;
        Ok((repository, id))
    }
}

impl Repository {
    /// All files of a commit with their sizes, sorted by path as git sorts.
    ///
    /// # Errors
    /// A path that is not UTF-8, or git fails.
    pub fn sized_entries(&self, commit: &ObjectId) -> Result<Vec<SizedEntry>, GitError> {
        let call = self
            .call(&["ls-tree", "-r", "-l", "-z", "--full-tree"])
            .args([commit.as_str()]);
        crate::objects::records(&call)?
            .iter()
            .map(|record| parse(record).ok_or_else(|| call.unexpected(record.clone())))
            .collect()
    }
}

/// `100644 blob ID    SIZE<TAB>PATH`
fn parse(record: &str) -> Option<SizedEntry> {
    let (meta, path) = record.split_once('\t')?;
    let mut fields = meta.split_ascii_whitespace();
    let mode = Mode::parse(fields.next()?)?;
    let _kind = fields.next()?;
    let id = fields.next()?.parse().ok()?;
    let size = fields.next()?.parse().unwrap_or(0);
    Some(SizedEntry {
        path: path.to_owned(),
        mode,
        id,
        size,
    })
}
