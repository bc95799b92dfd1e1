//! All folders of an environment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;
use terrace_diag::{Diagnostics, SourceMap};
use terrace_platform::{CompiledEnvironment, Modules};
use terrace_release::{Digest, Kind, Sums};
use terrace_source::Tree;

use crate::lock::LockFile;
use crate::{kustomize, terraform};

/// What all environments share: bytes that are hashed once.
pub struct Assets {
    /// Digest of each module file, by its path in the repository.
    digests: BTreeMap<String, Digest>,
    /// The platform's provider lock.
    pub(crate) lock: LockFile,
}

impl Assets {
    /// Hashes the files of all modules.
    pub fn new(modules: &Modules, lock: LockFile) -> Self {
        let mut digests = BTreeMap::new();
        for module in modules.iter() {
            for file in module.files.iter() {
                digests
                    .entry(file.path.clone())
                    .or_insert_with(|| Digest::of(&file.bytes));
            }
        }
        Self { digests, lock }
    }

    pub(crate) fn digest(&self, path: &str, bytes: &[u8]) -> Digest {
        self.digests
            .get(path)
            .copied()
            .unwrap_or_else(|| Digest::of(bytes))
    }
}

/// One rendered file.
#[derive(Debug, Clone)]
pub struct RenderedFile {
    /// Its path in the folder.
    pub path: String,
    /// What is in it.
    pub bytes: Arc<[u8]>,
    /// Its sha256.
    pub sha256: Digest,
}

impl RenderedFile {
    /// A file that is hashed here.
    pub(crate) fn new(path: impl Into<String>, text: String) -> Self {
        let bytes: Arc<[u8]> = text.into_bytes().into();
        Self {
            path: path.into(),
            sha256: Digest::of(&bytes),
            bytes,
        }
    }
}

/// A root or Kustomize component as it is written.
#[derive(Debug, Clone)]
pub struct RenderedFolder {
    /// Its name: the folder below the environment's.
    pub name: SmolStr,
    /// What it is.
    pub kind: Kind,
    /// Its files, sorted by path, without `SHA256SUMS`.
    pub files: Vec<RenderedFile>,
    /// The text of `SHA256SUMS`.
    pub sums: String,
    /// Its digest: the sha256 of that text.
    pub digest: Digest,
    /// Folders that come before it.
    pub deps: BTreeSet<String>,
    /// Terraform components in it.
    pub members: BTreeSet<String>,
    /// Remote sources that its digest does not cover.
    pub uncovered: BTreeSet<String>,
    /// Providers it needs that the lock does not pin.
    pub unlocked: BTreeSet<String>,
    /// The state's backend and identity, as rendered; none without a backend.
    pub state: Option<String>,
}

impl RenderedFolder {
    /// A folder of these files. What is wrong with their paths is reported.
    pub(crate) fn new(
        name: SmolStr,
        kind: Kind,
        mut files: Vec<RenderedFile>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let sums = Sums::new(files.iter().map(|file| (file.path.clone(), file.sha256)));
        let sums = match sums {
            Ok(sums) => sums.to_text(),
            Err(errors) => {
                diagnostics.extend(errors);
                return None;
            }
        };
        Some(Self {
            name,
            kind,
            digest: Digest::of(&sums),
            files,
            sums,
            deps: BTreeSet::new(),
            members: BTreeSet::new(),
            uncovered: BTreeSet::new(),
            unlocked: BTreeSet::new(),
            state: None,
        })
    }
}

/// An environment as it is written.
#[derive(Debug, Clone)]
pub struct RenderedEnvironment {
    /// Its name.
    pub name: SmolStr,
    /// Its folders, sorted by name.
    pub folders: Vec<RenderedFolder>,
}

/// Messages about files that only Kustomize read, with those files.
pub type KustomizeMessages = Vec<(SourceMap, Diagnostics)>;

/// Renders a compiled environment. Messages about Kustomize components come
/// with the sources they point into.
pub fn render(
    environment: &CompiledEnvironment,
    assets: &Assets,
    tree: &dyn Tree,
) -> (RenderedEnvironment, Diagnostics, KustomizeMessages) {
    let mut diagnostics = Diagnostics::new();
    let mut messages = Vec::new();
    let mut folders = terraform::render(environment, assets, &mut diagnostics);
    for component in &environment.kustomize {
        let (files, sources, found) = kustomize::render(component, tree);
        if !found.is_empty() {
            messages.push((sources, found));
        }
        let Some(files) = files else { continue };
        let name = component.name.clone();
        let folder = RenderedFolder::new(name, Kind::Kustomize, files, &mut diagnostics);
        folders.extend(folder.map(|folder| RenderedFolder {
            deps: component.after.iter().map(ToString::to_string).collect(),
            ..folder
        }));
    }
    folders.sort_by(|a, b| a.name.cmp(&b.name));
    let rendered = RenderedEnvironment {
        name: environment.name.clone(),
        folders,
    };
    (rendered, diagnostics, messages)
}
