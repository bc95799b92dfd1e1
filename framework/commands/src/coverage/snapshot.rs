//! Snapshots of environments: from a compile that gives the release's bytes, or
//! from the stored files alone.

use std::collections::{BTreeMap, BTreeSet};

use terrace_git::ObjectId;
use terrace_promotion::Release;
use terrace_promotion::coverage::{Folder, Leaf, LeafName, Named, Origin, Read, Snapshot};
use terrace_release::{Digest, Sums};
use terrace_render::provenance::{self, Provenance};
use terrace_render::{RenderedEnvironment, RenderedFolder};

use crate::compile::compile_traced;
use crate::ledger::{Failure, Releases, Session};
use crate::tree::commit_tree;

/// Snapshots by environment.
pub(super) type Snapshots = BTreeMap<String, Snapshot>;

/// The environments of a release, from its source commit; `None` if that does
/// not give the release's bytes here.
pub(super) fn of_release(
    session: &Session,
    release: &Release,
    envs: &[String],
    wanted: &BTreeSet<String>,
) -> Result<Option<Snapshots>, Failure> {
    let manifest = release.manifest();
    let Some(source) = &manifest.source else {
        return Ok(None);
    };
    let Some(commit) = session.repository.find_commit(&source.commit)? else {
        return Ok(None);
    };
    let tree = commit_tree(&session.repository, &commit, &session.root)?;
    let there: Vec<String> = envs
        .iter()
        .filter(|env| manifest.environments.contains_key(*env))
        .cloned()
        .collect();
    let (compiled, messages) = compile_traced(&tree, &there, wanted);
    let Some((compiled, provenances)) = compiled.filter(|_| !messages.has_errors()) else {
        return Ok(None);
    };
    let mut out = Snapshots::new();
    for environment in &compiled.environments {
        let name = environment.name.as_str();
        let (Some(recorded), Some(provenance)) =
            (manifest.environments.get(name), provenances.get(name))
        else {
            return Ok(None);
        };
        let rendered: BTreeMap<&str, Digest> = environment
            .folders
            .iter()
            .map(|folder| (folder.name.as_str(), folder.digest))
            .collect();
        let same = wanted.iter().all(|folder| {
            let recorded = recorded.components.get(folder).map(|c| c.sha256);
            recorded == rendered.get(folder.as_str()).copied()
        });
        if !same {
            return Ok(None);
        }
        out.insert(name.to_owned(), of_render(environment, provenance));
    }
    Ok(Some(out))
}

/// A rendered environment with its provenance.
pub(crate) fn of_render(environment: &RenderedEnvironment, traced: &Provenance) -> Snapshot {
    let folders = environment
        .folders
        .iter()
        .map(|folder| {
            let mut components = folder.members.clone();
            components.insert(folder.name.to_string());
            let leaves = traced.folders.get(folder.name.as_str());
            let out = Folder {
                digest: Some(folder.digest),
                components,
                files: leaves.map_or_else(BTreeMap::new, |_| files(folder)),
                leaves: leaves.into_iter().flatten().map(leaf).collect(),
            };
            (folder.name.to_string(), out)
        })
        .collect();
    Snapshot {
        layers: traced.folders_read.clone(),
        names: traced
            .names
            .iter()
            .map(|(name, named)| {
                let named = Named {
                    value: named.value.clone(),
                    origin: origin(&named.origin),
                };
                (name.clone(), named)
            })
            .collect(),
        folders,
    }
}

/// Digests of the files, without the comment at the top of `main.tf`: it names
/// the layer files, and terraform does not read it.
fn files(folder: &RenderedFolder) -> BTreeMap<String, Digest> {
    folder
        .files
        .iter()
        .map(|file| {
            let digest = match file.path.as_str() {
                "main.tf" => {
                    let text = String::from_utf8_lossy(&file.bytes);
                    let rest: Vec<&str> = text
                        .lines()
                        .skip_while(|line| line.starts_with('#'))
                        .collect();
                    Digest::of(rest.join("\n"))
                }
                _ => file.sha256,
            };
            (file.path.clone(), digest)
        })
        .collect()
}

fn leaf(leaf: &provenance::Leaf) -> Leaf {
    Leaf {
        name: LeafName {
            component: leaf.component.clone(),
            path: leaf.path.clone(),
        },
        twin: leaf.twin.clone(),
        file: leaf.file.clone(),
        value: leaf.value.clone(),
        origin: origin(&leaf.origin),
        reads: leaf
            .reads
            .iter()
            .map(|(name, direct)| Read {
                name: name.clone(),
                direct: *direct,
            })
            .collect(),
    }
}

fn origin(origin: &provenance::Origin) -> Origin {
    Origin {
        layer: origin.folder.clone(),
        file: origin.file.clone(),
        line: origin.line,
        parametric: origin.parametric,
    }
}

/// The environments of a release by their stored files alone.
pub(super) fn of_files(
    session: &Session,
    release: &Release,
    envs: &[String],
    wanted: &BTreeSet<String>,
) -> Result<Snapshots, Failure> {
    let commit = Releases::commit(&session.view, release.id());
    let mut out = Snapshots::new();
    for env in envs {
        let Some(environment) = release.manifest().environments.get(env) else {
            continue;
        };
        let mut snapshot = Snapshot::default();
        for (name, component) in &environment.components {
            let mut components = component.members.clone();
            components.insert(name.clone());
            let files = match (&commit, wanted.contains(name)) {
                (Some(commit), true) => sums(session, commit, env, name)?,
                _ => BTreeMap::new(),
            };
            let folder = Folder {
                digest: Some(component.sha256),
                components,
                files,
                leaves: Vec::new(),
            };
            snapshot.folders.insert(name.clone(), folder);
        }
        out.insert(env.clone(), snapshot);
    }
    Ok(out)
}

fn sums(
    session: &Session,
    commit: &ObjectId,
    env: &str,
    folder: &str,
) -> Result<BTreeMap<String, Digest>, Failure> {
    let path = format!("{env}/{folder}/{}", Sums::FILE);
    let file = session.repository.files_at(commit, &[path.as_str()])?;
    let sums = file
        .into_iter()
        .flatten()
        .next()
        .and_then(|bytes| Sums::parse(&bytes).ok());
    Ok(sums
        .iter()
        .flat_map(Sums::files)
        .map(|(path, digest)| (path.to_owned(), digest))
        .collect())
}
