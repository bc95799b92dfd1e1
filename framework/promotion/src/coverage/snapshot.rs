//! Two releases of a target held against the same two of its source: which
//! leaves change, and what the source has in their place.

use std::collections::{BTreeMap, BTreeSet};

use terrace_release::Digest;

use super::{ChangedLeaf, ChangedRead, LeafName, Origin, Report, Source, SourceLeaf, classify};

/// Where everything in one environment of one release comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Folders of the repository that its render reads.
    pub layers: BTreeSet<String>,
    /// What expressions read besides literals: `local.size`, `env.region`.
    pub names: BTreeMap<String, Named>,
    /// Its rendered folders.
    pub folders: BTreeMap<String, Folder>,
}

/// A value that expressions read by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// As canonical text.
    pub value: String,
    /// Where it is set.
    pub origin: Origin,
}

/// A rendered folder: the unit that is applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    /// Its digest in the release.
    pub digest: Option<Digest>,
    /// Names of the components in it.
    pub components: BTreeSet<String>,
    /// Digest of what counts of each file; comments at its top do not.
    pub files: BTreeMap<String, Digest>,
    /// Its leaves. Empty where only the files are known.
    pub leaves: Vec<Leaf>,
}

/// One value in a rendered folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its name.
    pub name: LeafName,
    /// A name that is the same in environments that name the thing differently.
    pub twin: Option<String>,
    /// The rendered file that it shows up in.
    pub file: String,
    /// As canonical text.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The names that its expression reads, and those that they read.
    pub reads: Vec<Read>,
}

/// A name that an expression reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    /// `local.sizes.max`.
    pub name: String,
    /// The expression names exactly this value, and does not pick it out of a
    /// larger one while it is evaluated.
    pub direct: bool,
}

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// The target's current release; `None` for its first.
    pub before: Option<&'a Snapshot>,
    /// The release that is to move there.
    pub after: &'a Snapshot,
    /// The source in the target's current release.
    pub source_before: Option<&'a Snapshot>,
    /// The source in the release that is to move.
    pub source: &'a Snapshot,
}

impl Sides<'_> {
    /// Classifies every leaf that changes; `covers` are the patterns of the
    /// edge's gates.
    pub fn report<'c>(&self, covers: impl IntoIterator<Item = &'c str> + Clone) -> Report {
        classify(self.changed(), &self.source_side(), covers)
    }

    /// The folders whose bytes change.
    fn folders(&self) -> impl Iterator<Item = (&str, Option<&Folder>, Option<&Folder>)> {
        let before = self.before.map(|before| &before.folders);
        let names: BTreeSet<&str> = before
            .into_iter()
            .chain([&self.after.folders])
            .flat_map(BTreeMap::keys)
            .map(String::as_str)
            .collect();
        names.into_iter().filter_map(move |name| {
            let old = before.and_then(|folders| folders.get(name));
            let new = self.after.folders.get(name);
            let digest = |folder: Option<&Folder>| folder.and_then(|folder| folder.digest);
            (digest(old) != digest(new)).then_some((name, old, new))
        })
    }

    /// The target's leaves that change.
    pub fn changed(&self) -> Vec<ChangedLeaf> {
        let mut out = Vec::new();
        for (name, old, new) in self.folders() {
            self.folder(name, old, new, &mut out);
        }
        out
    }

    fn folder(
        &self,
        folder: &str,
        old: Option<&Folder>,
        new: Option<&Folder>,
        out: &mut Vec<ChangedLeaf>,
    ) {
        let index = |folder: Option<&'_ Folder>| -> BTreeMap<LeafName, Leaf> {
            folder
                .into_iter()
                .flat_map(|folder| &folder.leaves)
                .map(|leaf| (leaf.name.clone(), leaf.clone()))
                .collect()
        };
        let (before, after) = (index(old), index(new));
        let mut explained: BTreeSet<&str> = BTreeSet::new();
        for (name, leaf) in &after {
            let was = before.get(name);
            if was.is_some_and(|was| was.value == leaf.value) {
                continue;
            }
            explained.insert(&leaf.file);
            out.push(ChangedLeaf {
                name: name.clone(),
                twin: leaf.twin.clone(),
                before: was.map(|was| was.value.clone()),
                after: Some(leaf.value.clone()),
                origin: leaf.origin.clone(),
                reads: self.changed_reads(leaf),
            });
        }
        for (name, leaf) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
            explained.insert(&leaf.file);
            out.push(ChangedLeaf {
                name: name.clone(),
                twin: leaf.twin.clone(),
                before: Some(leaf.value.clone()),
                after: None,
                origin: leaf.origin.clone(),
                reads: Vec::new(),
            });
        }
        // What no leaf explains is a leaf itself: nothing changes unseen.
        let files = |folder: Option<&Folder>| folder.map(|folder| folder.files.clone());
        let (before, after) = (
            files(old).unwrap_or_default(),
            files(new).unwrap_or_default(),
        );
        let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for path in paths {
            let (was, is) = (before.get(path), after.get(path));
            if was == is || explained.contains(path.as_str()) {
                continue;
            }
            out.push(ChangedLeaf {
                name: file_leaf(folder, path),
                twin: None,
                before: was.map(ToString::to_string),
                after: is.map(ToString::to_string),
                origin: file_origin(folder, path),
                reads: Vec::new(),
            });
        }
    }

    /// The names that a leaf reads and whose value changed.
    fn changed_reads(&self, leaf: &Leaf) -> Vec<ChangedRead> {
        leaf.reads
            .iter()
            .filter_map(|read| {
                let is = self.after.names.get(&read.name)?;
                let was = self.before.and_then(|before| before.names.get(&read.name));
                (was.map(|was| &was.value) != Some(&is.value)).then(|| ChangedRead {
                    name: read.name.clone(),
                    value: is.value.clone(),
                    origin: is.origin.clone(),
                    direct: read.direct,
                })
            })
            .collect()
    }

    fn source_side(&self) -> Source {
        let mut out = Source {
            layers: self.source.layers.clone(),
            ..Source::default()
        };
        for (_, old, _) in self.folders() {
            // What it runs without now and ran with before, it has lost, too.
            let gone = old.into_iter().flat_map(|folder| &folder.components);
            out.lost.extend(
                gone.filter(|name| self.source_before.is_some_and(|before| before.has(name)))
                    .cloned(),
            );
        }
        let wanted: BTreeSet<&str> = self.folders().map(|(name, ..)| name).collect();
        let was: BTreeMap<&LeafName, &Leaf> = self
            .source_before
            .into_iter()
            .flat_map(|before| before.folders.values())
            .flat_map(|folder| &folder.leaves)
            .map(|leaf| (&leaf.name, leaf))
            .collect();
        let mut twice: BTreeSet<&str> = BTreeSet::new();
        for (folder_name, folder) in &self.source.folders {
            out.components.extend(folder.components.iter().cloned());
            let before = self
                .source_before
                .and_then(|before| before.folders.get(folder_name));
            // Nothing of it changes while the target's does: nothing was tried.
            let idle = self.before.is_some()
                && wanted.contains(folder_name.as_str())
                && before.is_some_and(|before| before.digest == folder.digest);
            if idle {
                out.idle.extend(folder.components.iter().cloned());
            }
            for leaf in &folder.leaves {
                if let Some(twin) = &leaf.twin {
                    // A name that two things share tells nothing.
                    match out.twins.insert(twin.clone(), leaf.name.clone()) {
                        Some(first) if first != leaf.name => _ = twice.insert(twin),
                        _ => {}
                    }
                }
                let moved = self.before.is_none()
                    || was.get(&leaf.name).map(|was| &was.value) != Some(&leaf.value);
                let reads = leaf
                    .reads
                    .iter()
                    .filter(|read| read.direct)
                    .filter_map(|read| {
                        let named = self.source.names.get(&read.name)?;
                        Some((
                            read.name.clone(),
                            (named.origin.clone(), named.value.clone()),
                        ))
                    })
                    .collect();
                out.leaves.insert(
                    leaf.name.clone(),
                    SourceLeaf {
                        value: leaf.value.clone(),
                        origin: leaf.origin.clone(),
                        moved,
                        reads,
                    },
                );
            }
            for (path, digest) in &folder.files {
                out.leaves.insert(
                    file_leaf(folder_name, path),
                    SourceLeaf {
                        value: digest.to_string(),
                        origin: file_origin(folder_name, path),
                        moved: true,
                        reads: BTreeMap::new(),
                    },
                );
            }
        }
        out.twins.retain(|twin, _| !twice.contains(twin.as_str()));
        out
    }
}

impl Snapshot {
    fn has(&self, component: &str) -> bool {
        self.folders
            .values()
            .any(|folder| folder.components.contains(component))
    }
}

/// The leaf that stands for a whole rendered file.
fn file_leaf(folder: &str, path: &str) -> LeafName {
    LeafName {
        component: String::from(folder),
        path: format!("@file.\"{path}\""),
    }
}

fn file_origin(folder: &str, path: &str) -> Origin {
    Origin {
        layer: String::from("rendered"),
        file: format!("{folder}/{path}"),
        line: 1,
        parametric: false,
    }
}
