//! What was fetched as a copy with its entry.

use std::collections::BTreeSet;

use terrace_lock::{Entry, FOLDER, LockFile, Package, WHOLE};
use terrace_release::Digest;

use crate::closure::select;
use crate::fetch::Fetched;
use crate::tree::{Files, digest};
use crate::{Limits, Result};

/// What a package is used for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Use {
    /// Its folders that are used; the empty one is all of it.
    pub folders: BTreeSet<String>,
    /// The version constraints that stand beside its address.
    pub constraints: BTreeSet<String>,
}

impl Use {
    /// What an entry was made for.
    pub fn of(entry: &Entry) -> Self {
        let root = entry.root.as_deref().unwrap_or("");
        let folders = entry.paths.iter().map(|path| {
            let path = if path == WHOLE { "" } else { path };
            path.strip_prefix(root)
                .unwrap_or(path)
                .trim_start_matches('/')
                .to_owned()
        });
        Self {
            folders: folders.collect(),
            constraints: entry.constraints.clone(),
        }
    }

    /// This use and another one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.folders.extend(other.folders);
        self.constraints.extend(other.constraints);
        self
    }
}

/// The copy of a package for what it is used for, in a folder of this name.
///
/// # Errors
/// It lacks a folder, or what is used of it must not be written.
pub fn copy(
    package: &Package,
    fetched: &Fetched,
    used: &Use,
    folder: String,
    limits: &Limits,
) -> Result<(Entry, Files)> {
    let within = |folder: &str| match (fetched.inner.as_str(), folder) {
        ("", "") => String::from(WHOLE),
        ("", folder) => folder.to_owned(),
        (inner, "") => inner.to_owned(),
        (inner, folder) => format!("{inner}/{folder}"),
    };
    let paths: BTreeSet<String> = match fetched.file {
        Some(_) => BTreeSet::from([String::from(WHOLE)]),
        None => used.folders.iter().map(|folder| within(folder)).collect(),
    };
    let (files, licence) = select(&fetched.tree, &paths, limits)?;
    let entry = Entry {
        source: package.to_string(),
        version: fetched.version.clone(),
        constraints: match package {
            Package::Registry(_) => used.constraints.clone(),
            _ => BTreeSet::new(),
        },
        from: fetched.from.as_ref().map(ToString::to_string),
        folder,
        root: (!fetched.inner.is_empty()).then(|| fetched.inner.clone()),
        paths: match fetched.file {
            Some(_) => BTreeSet::new(),
            None => paths,
        },
        file: fetched.file.clone(),
        commit: fetched.commit.clone(),
        manifest: fetched.manifest.clone(),
        archive: fetched.archive,
        sha256: digest(&files),
        licence,
        span: None,
    };
    Ok((entry, files))
}

/// Longest name of a folder; the rest of a longer one is a digest.
const MAX_NAME: usize = 96;

/// A folder below `vendor/` for a package that no other entry has.
pub fn folder_for(package: &Package, version: Option<&str>, lock: &LockFile) -> String {
    let mut name = package.folder_name();
    if let Some(version) = version {
        name.push('-');
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '.';
        name.extend(version.chars().map(|c| if plain(c) { c } else { '-' }));
    }
    let unique = || {
        let text = format!("{package} {}", version.unwrap_or(""));
        Digest::of(text).to_string()[..8].to_owned()
    };
    if name.len() > MAX_NAME || name.is_empty() {
        name.truncate(MAX_NAME - 9);
        name = format!("{}-{}", name.trim_matches(['-', '.']), unique());
    }
    let taken = |folder: &str| {
        lock.entries()
            .any(|entry| entry.folder.eq_ignore_ascii_case(folder))
    };
    let folder = format!("{FOLDER}/{name}");
    match taken(&folder) {
        true => format!("{folder}-{}", unique()),
        false => folder,
    }
}
