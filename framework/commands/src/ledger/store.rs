//! Stored releases: one commit of `terrace/releases` each, tree = `rendered/`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use terrace_git::{GitError, Mode, ObjectId, Repository, TreeEntry};
use terrace_promotion::{Bytes, Release, View};
use terrace_release::{Digest, ReleaseManifest};

use super::folders::Folders;

/// Releases that the ledger records, read once each.
pub struct Releases {
    repository: Repository,
    known: RefCell<BTreeMap<Digest, Option<Arc<Release>>>>,
    bytes: RefCell<BTreeMap<(Digest, String), Bytes>>,
    folders: Folders,
}

impl Releases {
    /// Of a repository.
    pub fn new(repository: Repository) -> Self {
        Self {
            folders: Folders::new(repository.clone()),
            repository,
            known: RefCell::default(),
            bytes: RefCell::default(),
        }
    }

    /// The commit that holds a recorded release.
    pub fn commit(view: &View, release: Digest) -> Option<ObjectId> {
        view.releases.get(&release)?.body.stored.parse().ok()
    }

    /// A recorded release; `None` if its commit is not here or is not it.
    pub fn get(&self, view: &View, release: Digest) -> Option<Arc<Release>> {
        if let Some(known) = self.known.borrow().get(&release) {
            return known.clone();
        }
        self.read(view, &[release]).ok()?;
        self.known.borrow().get(&release).cloned().flatten()
    }

    /// Reads the manifests of releases in one process.
    ///
    /// # Errors
    /// Git fails.
    pub fn read(&self, view: &View, releases: &[Digest]) -> Result<(), GitError> {
        let files: Vec<(Digest, (String, String))> = releases
            .iter()
            .filter(|release| !self.known.borrow().contains_key(release))
            .filter_map(|release| {
                let commit = Self::commit(view, *release)?;
                let file = String::from(ReleaseManifest::FILE);
                Some((*release, (commit.to_string(), file)))
            })
            .collect();
        let names: Vec<(String, String)> = files.iter().map(|(_, name)| name.clone()).collect();
        let contents = self.repository.files_of(&names)?;
        let wanted: Vec<(Digest, Option<Vec<u8>>)> = files
            .into_iter()
            .zip(contents)
            .map(|((release, _), bytes)| (release, bytes))
            .collect();
        let found: Vec<(Digest, Option<Arc<Release>>)> = wanted
            .into_par_iter()
            .map(|(release, bytes)| {
                let found = bytes
                    .and_then(|bytes| Release::parse(&bytes).ok())
                    .filter(|found| found.id() == release)
                    .map(Arc::new);
                (release, found)
            })
            .collect();
        let mut known = self.known.borrow_mut();
        known.extend(found);
        for release in releases {
            known.entry(*release).or_insert(None);
        }
        Ok(())
    }

    /// I1: the stored bytes of an environment, every file hashed again.
    pub fn bytes(&self, view: &View, release: Digest, env: &str) -> Bytes {
        let key = (release, env.to_owned());
        if let Some(known) = self.bytes.borrow().get(&key) {
            return known.clone();
        }
        match self.check(view, std::slice::from_ref(&key)) {
            Ok(()) => {}
            Err(error) => return Bytes::Missing(error.to_string()),
        }
        let found = self.bytes.borrow().get(&key).cloned();
        found.unwrap_or_else(|| Bytes::Missing(String::from("its commit on terrace/releases")))
    }

    /// Reads every release of the ledger with all its bytes, in a few processes
    /// for all of them.
    ///
    /// # Errors
    /// Git fails.
    pub fn read_all(&self, view: &View) -> Result<(), GitError> {
        let all: Vec<Digest> = view.releases.keys().copied().collect();
        self.read(view, &all)?;
        let known = self.known.borrow();
        let wanted: Vec<(Digest, String)> = known
            .iter()
            .filter_map(|(id, release)| Some((id, release.as_ref()?)))
            .flat_map(|(id, release)| {
                let environments = release.manifest().environments.keys();
                environments.map(|env| (*id, env.clone()))
            })
            .collect();
        drop(known);
        self.check(view, &wanted)
    }

    /// Checks the stored bytes of these environments in a few processes for all of
    /// them, and keeps what was found.
    ///
    /// # Errors
    /// Git fails.
    pub fn check(&self, view: &View, wanted: &[(Digest, String)]) -> Result<(), GitError> {
        let mut asked = Vec::new();
        for (id, env) in wanted {
            let commit = Self::commit(view, *id);
            if let (Some(commit), Some(release)) = (commit, self.get(view, *id)) {
                asked.push((release, env, format!("{commit}:{env}")));
            }
        }
        let names: Vec<String> = asked.iter().map(|(.., name)| name.clone()).collect();
        let trees = self.repository.trees(&names)?;
        let folders = trees.iter().flatten().flatten();
        let folders = folders.filter(|entry| entry.mode == Mode::Folder);
        // What cannot be read is missing where it is needed.
        self.folders.read(folders.map(|entry| &entry.id))?;
        let mut bytes = self.bytes.borrow_mut();
        for ((release, env, _), tree) in asked.into_iter().zip(trees) {
            let found = match tree {
                None => Bytes::Missing(format!("folder {env}")),
                Some(entries) => match self.compare(&release, env, &entries) {
                    Err(missing) => Bytes::Missing(missing),
                    Ok(wrong) if wrong.is_empty() => Bytes::Right,
                    Ok(wrong) => Bytes::Differ(wrong),
                },
            };
            bytes.insert((release.id(), env.clone()), found);
        }
        Ok(())
    }

    /// What of a tree is not the release's environment, in words.
    ///
    /// # Errors
    /// Git fails.
    pub fn check_tree(
        &self,
        release: &Release,
        env: &str,
        tree: &ObjectId,
    ) -> Result<Vec<String>, GitError> {
        let trees = self.repository.trees(&[tree.to_string()])?;
        let Some(entries) = trees.into_iter().next().flatten() else {
            return Ok(vec![format!("tree {tree} is missing")]);
        };
        let folders = entries.iter().filter(|entry| entry.mode == Mode::Folder);
        self.folders.read(folders.map(|entry| &entry.id))?;
        Ok(match self.compare(release, env, &entries) {
            Ok(wrong) => wrong,
            Err(missing) => vec![missing],
        })
    }

    /// What of these entries is not the release's environment; `Err`: something
    /// is not in this clone.
    fn compare(
        &self,
        release: &Release,
        env: &str,
        entries: &[TreeEntry],
    ) -> Result<Vec<String>, String> {
        let Some(environment) = release.manifest().environments.get(env) else {
            return Ok(vec![format!("the release has no environment {env}")]);
        };
        let mut wrong = Vec::new();
        let mut folders: BTreeMap<&str, &ObjectId> = BTreeMap::new();
        for entry in entries {
            match entry.mode {
                Mode::Folder => _ = folders.insert(&entry.path, &entry.id),
                _ => wrong.push(format!("{env}/{} is not listed", entry.path)),
            }
        }
        for (name, component) in &environment.components {
            match folders.remove(name.as_str()) {
                Some(folder) => wrong.extend(
                    self.folders
                        .differences(folder, component.sha256)
                        .map_err(|missing| format!("{env}/{name}: {missing}"))?
                        .into_iter()
                        .map(|what| format!("{env}/{name}/{what}")),
                ),
                None => wrong.push(format!("{env}/{name} is missing")),
            }
        }
        let others = folders.into_keys();
        wrong.extend(others.map(|name| format!("{env}/{name} is not listed")));
        Ok(wrong)
    }
}
