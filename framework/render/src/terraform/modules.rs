//! The modules' files in a root, with their relative positions kept.

use std::collections::BTreeMap;

use terrace_platform::{ModuleFile, ModuleSource, Root};

use crate::environment::{Assets, RenderedFile};

/// The folder of the repository that modules usually live in, and the folder
/// of a root that they are copied into.
const FOLDER: &str = "modules/";

/// Where a root's modules are copied to.
pub(super) struct Copied {
    /// Whether all of them live in `modules/`, whose name is then not repeated.
    shortened: bool,
}

impl Copied {
    pub(super) fn new(root: &Root) -> Self {
        let shortened = local_files(root).all(|file| file.path.starts_with(FOLDER));
        Self { shortened }
    }

    /// The address that a module call in the root uses.
    pub(super) fn source(&self, path: &str) -> String {
        format!("./{}", self.target(path))
    }

    /// Where a file of the repository is copied to.
    pub(super) fn target(&self, path: &str) -> String {
        match path.strip_prefix(FOLDER) {
            Some(rest) if self.shortened => format!("{FOLDER}{rest}"),
            _ => format!("{FOLDER}{path}"),
        }
    }

    /// Adds the files of all local modules.
    pub(super) fn files(&self, root: &Root, assets: &Assets, into: &mut Vec<RenderedFile>) {
        let files: BTreeMap<&str, &ModuleFile> = local_files(root)
            .map(|file| (file.path.as_str(), file))
            .collect();
        into.extend(files.into_values().map(|file| RenderedFile {
            path: self.target(&file.path),
            sha256: assets.digest(&file.path, &file.bytes),
            bytes: file.bytes.clone(),
        }));
    }
}

fn local_files(root: &Root) -> impl Iterator<Item = &ModuleFile> {
    root.components
        .iter()
        .filter_map(|component| match &component.source {
            ModuleSource::Local(module) => Some(module),
            ModuleSource::Remote { .. } => None,
        })
        .flat_map(|module| module.files.iter())
}
