//! Stored releases: one commit of `terrace/releases` each, tree = `rendered/`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use terrace_git::{GitError, Mode, ObjectId, Repository};
use terrace_promotion::{Bytes, Release, View};
use terrace_release::{Digest, Found, ReleaseManifest, Sums};

/// A folder's files with their git modes: path → content.
pub type StoredFolder = BTreeMap<String, (Mode, Vec<u8>)>;

/// Releases that the ledger records, read once each.
pub struct Releases {
    repository: Repository,
    known: RefCell<BTreeMap<Digest, Option<Arc<Release>>>>,
}

impl Releases {
    /// Of a repository.
    pub fn new(repository: Repository) -> Self {
        Self {
            repository,
            known: RefCell::default(),
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
        let found = Self::commit(view, release)
            .and_then(|commit| {
                let files = self.repository.files_at(&commit, &[ReleaseManifest::FILE]);
                files.ok()?.into_iter().next().flatten()
            })
            .and_then(|bytes| ReleaseManifest::parse(&bytes).ok())
            .map(Release::new)
            .filter(|found| found.id() == release)
            .map(Arc::new);
        self.known.borrow_mut().insert(release, found.clone());
        found
    }

    /// I1: the stored bytes of an environment, every file hashed again.
    pub fn bytes(&self, view: &View, release: Digest, env: &str) -> Bytes {
        let (Some(commit), Some(found)) = (Self::commit(view, release), self.get(view, release))
        else {
            return Bytes::Missing(String::from("its commit on terrace/releases"));
        };
        let tree = match self.repository.find_tree(&commit, env) {
            Ok(Some(tree)) => tree,
            Ok(None) => return Bytes::Missing(format!("folder {env}")),
            Err(error) => return Bytes::Missing(error.to_string()),
        };
        match self.check_tree(&found, env, &tree) {
            Ok(wrong) if wrong.is_empty() => Bytes::Right,
            Ok(wrong) => Bytes::Differ(wrong),
            Err(error) => Bytes::Missing(error.to_string()),
        }
    }

    /// What of a tree is not the release's environment, in words.
    ///
    /// # Errors
    /// An object is not here.
    pub fn check_tree(
        &self,
        release: &Release,
        env: &str,
        tree: &ObjectId,
    ) -> Result<Vec<String>, GitError> {
        let mut folders: BTreeMap<String, StoredFolder> = BTreeMap::new();
        let mut wrong = Vec::new();
        for (path, file) in self.repository.read_tree(tree)? {
            match path.split_once('/') {
                Some((folder, rest)) => {
                    folders
                        .entry(String::from(folder))
                        .or_default()
                        .insert(String::from(rest), (file.mode, file.bytes));
                }
                None => wrong.push(format!("{env}/{path} is not listed")),
            }
        }
        let Some(environment) = release.manifest().environments.get(env) else {
            return Ok(vec![format!("the release has no environment {env}")]);
        };
        for (name, component) in &environment.components {
            match folders.remove(name) {
                Some(folder) => wrong.extend(
                    check_folder(&folder, component.sha256)
                        .into_iter()
                        .map(|what| format!("{env}/{name}/{what}")),
                ),
                None => wrong.push(format!("{env}/{name} is missing")),
            }
        }
        wrong.extend(
            folders
                .keys()
                .map(|name| format!("{env}/{name} is not listed")),
        );
        Ok(wrong)
    }
}

/// What of a folder is not what its digest says.
fn check_folder(folder: &StoredFolder, expected: Digest) -> Vec<String> {
    let Some((Mode::File, text)) = folder.get(Sums::FILE) else {
        return vec![String::from("SHA256SUMS is missing")];
    };
    if Digest::of(text) != expected {
        return vec![format!(
            "SHA256SUMS has the digest {}, {} was released",
            Digest::of(text).short(),
            expected.short()
        )];
    }
    let sums = match Sums::parse(text) {
        Ok(sums) => sums,
        Err(fault) => return vec![fault.message],
    };
    let listing =
        folder
            .iter()
            .filter(|(path, _)| *path != Sums::FILE)
            .map(|(path, (mode, bytes))| {
                let found = match mode {
                    Mode::File | Mode::Executable => Found::File(Digest::of(bytes)),
                    Mode::Link => Found::Link,
                    _ => Found::Special,
                };
                (path.as_str(), found)
            });
    sums.check(listing)
        .iter()
        .map(ToString::to_string)
        .collect()
}
