//! An environment's release as terraform's runner takes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use terrace_diag::Diagnostic;
use terrace_git::ObjectId;
use terrace_platform::config::Delivery;
use terrace_promotion::body::StepOutcome;
use terrace_promotion::{Bytes, Placement, Release};
use terrace_release::{Digest, Kind};
use terrace_terraform::{Applied, Holder, Removed, Root, RootSource, state_identity};

use crate::ledger::{Failure, Releases, Session, codes};
use crate::{World, init};

/// Files of a folder by path.
type Files = BTreeMap<String, Vec<u8>>;

/// What an environment should run, read from its release.
pub(crate) struct Desired {
    /// Where the environment's branch stands.
    pub(crate) placed: Placement,
    /// The environment's tree in git.
    pub(crate) tree: ObjectId,
    /// Roots of the release.
    pub(crate) roots: Vec<Root>,
    /// Roots that run now and are not in the release.
    pub(crate) removed: Vec<Removed>,
    /// Components that nothing applies.
    pub(crate) unobserved: BTreeMap<String, Digest>,
}

impl Desired {
    /// Reads what `env` should run. Bytes that are not the release's are
    /// refused.
    pub(crate) fn read(session: &Session, env: &str) -> Result<Self, Failure> {
        let view = session.view.env(env);
        let Some(placed) = view.desired.clone() else {
            return Err(Failure::Refused(
                Diagnostic::error(
                    &crate::codes::NOTHING_TO_PROMOTE,
                    format!("`{env}` has no release yet"),
                )
                .help(format!("terrace promote {env}")),
            ));
        };
        Self::placed(session, env, placed)
    }

    /// Reads what `env` would run with another release: for plans before it is
    /// promoted.
    pub(crate) fn candidate(
        session: &Session,
        env: &str,
        release: Digest,
    ) -> Result<Self, Failure> {
        let manifest = session.releases.get(&session.view, release);
        let environment = manifest
            .as_deref()
            .and_then(|release| release.manifest().environments.get(env));
        let (Some(manifest), Some(environment)) = (&manifest, environment) else {
            return Err(Failure::Integrity(vec![wrong(
                env,
                "its release is not in this clone",
            )]));
        };
        let placed = Placement {
            release,
            content: manifest.content(),
            environment: environment.digest(),
            intent: Digest::from_bytes([0; 32]),
            since: session.now,
        };
        Self::placed(session, env, placed)
    }

    fn placed(session: &Session, env: &str, placed: Placement) -> Result<Self, Failure> {
        let view = session.view.env(env);
        let is_desired = view
            .desired
            .as_ref()
            .is_some_and(|desired| desired.release == placed.release);
        match session.releases.bytes(&session.view, placed.release, env) {
            Bytes::Right => {}
            Bytes::Missing(what) => return Err(Failure::Integrity(vec![wrong(env, &what)])),
            Bytes::Differ(all) => {
                return Err(Failure::Integrity(
                    all.iter().map(|what| wrong(env, what)).collect(),
                ));
            }
        }
        let stored = |id: Digest| -> Result<(Arc<Release>, ObjectId), Failure> {
            let release = session.releases.get(&session.view, id);
            let commit = Releases::commit(&session.view, id);
            let (Some(release), Some(commit)) = (release, commit) else {
                return Err(Failure::Integrity(vec![wrong(
                    env,
                    "its release is not in this clone",
                )]));
            };
            match session.repository.find_tree(&commit, env)? {
                Some(tree) => Ok((release, tree)),
                None => Err(Failure::Integrity(vec![wrong(
                    env,
                    "it is not in its release",
                )])),
            }
        };
        let (release, tree) = stored(placed.release)?;
        let folders = folders(session, &tree)?;
        let before = match &view.applied {
            Some(applied) => {
                let (release, tree) = stored(applied.release)?;
                Some((release, self::folders(session, &tree)?))
            }
            None => None,
        };
        let open = view.open.as_ref().filter(|_| is_desired);
        let mut done: BTreeSet<&String> = open
            .into_iter()
            .flat_map(|open| &open.steps)
            .filter(|(_, outcome)| **outcome == StepOutcome::Applied)
            .map(|(name, _)| name)
            .collect();
        let components = components(&release, env);
        // A degraded result names what is not done; everything else is.
        if let Some(open) = open.filter(|open| open.degraded) {
            let names = components.keys();
            done.extend(names.filter(|name| !open.failed.contains_key(*name)));
        }
        let mut roots = Vec::new();
        let mut unobserved = BTreeMap::new();
        let gitops = session
            .config
            .environment(env)
            .is_some_and(|environment| environment.delivery == Some(Delivery::Gitops));
        for (name, component) in &components {
            if component.kind != Kind::Terraform {
                if !gitops {
                    unobserved.insert(name.clone(), component.sha256);
                }
                continue;
            }
            let applied = if done.contains(name) {
                folders.get(name).map(|files| applied_as(component, files))
            } else {
                before.as_ref().and_then(|(release, folders)| {
                    let component = self::components(release, env).remove(name)?;
                    Some(applied_as(&component, folders.get(name)?))
                })
            };
            roots.push(Root {
                name: name.clone(),
                digest: component.sha256,
                source: RootSource::Files(folders.get(name).cloned().unwrap_or_default()),
                needs: component
                    .deps
                    .iter()
                    .filter(|dep| {
                        components
                            .get(*dep)
                            .is_some_and(|c| c.kind == Kind::Terraform)
                    })
                    .cloned()
                    .collect(),
                applied,
            });
        }
        // A root that was renamed keeps its state: the old one is no removal.
        let states: BTreeSet<Digest> = roots
            .iter()
            .filter_map(|root| state_of(&root.source))
            .collect();
        let mut removed = Vec::new();
        if let Some((release, old)) = &before {
            for (name, component) in self::components(release, env) {
                if component.kind == Kind::Terraform
                    && !components.contains_key(&name)
                    && let Some(files) = old.get(&name)
                    && state_identity(files).is_none_or(|state| !states.contains(&state))
                {
                    removed.push(Removed {
                        name: name.clone(),
                        source: RootSource::Files(files.clone()),
                        applied: applied_as(&component, files),
                    });
                }
            }
        }
        Ok(Self {
            placed,
            tree,
            roots,
            removed,
            unobserved,
        })
    }
}

fn state_of(source: &RootSource) -> Option<Digest> {
    match source {
        RootSource::Files(files) => state_identity(files),
        RootSource::Folder(_) => None,
    }
}

/// Names of the secrets that roots declare, in their `variables.tf`: the
/// renderer writes that file for secrets only.
pub(crate) fn secrets(roots: &[Root]) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for root in roots {
        let RootSource::Files(files) = &root.source else {
            continue;
        };
        let Some(bytes) = files.get("variables.tf") else {
            continue;
        };
        let text = String::from_utf8_lossy(bytes);
        let (body, _) = terrace_hcl::parse_body(terrace_diag::FileId(0), &text);
        let names = body
            .blocks()
            .filter(|block| block.kind.name == "variable")
            .filter_map(|block| block.labels.first());
        out.extend(names.map(|label| label.name.to_string()));
    }
    out
}

fn components(release: &Release, env: &str) -> BTreeMap<String, terrace_release::Component> {
    release
        .manifest()
        .environments
        .get(env)
        .map(|environment| environment.components.clone())
        .unwrap_or_default()
}

fn applied_as(component: &terrace_release::Component, files: &Files) -> Applied {
    Applied {
        digest: component.sha256,
        needs: component.deps.iter().cloned().collect(),
        identity: state_identity(files),
        lineage: None,
    }
}

fn folders(session: &Session, tree: &ObjectId) -> Result<BTreeMap<String, Files>, Failure> {
    let mut out: BTreeMap<String, Files> = BTreeMap::new();
    for (path, file) in session.repository.read_tree(tree)? {
        if let Some((folder, rest)) = path.split_once('/') {
            out.entry(folder.to_owned())
                .or_default()
                .insert(rest.to_owned(), file.bytes);
        }
    }
    Ok(out)
}

fn wrong(env: &str, what: &str) -> Diagnostic {
    Diagnostic::error(
        &codes::NOT_AS_RECORDED,
        format!("the stored bytes of `{env}` are not those of its release: {what}"),
    )
    .help("terrace verify")
}

/// Who works here, for locks and journals.
pub(crate) fn holder(world: &World, command: String) -> Holder {
    Holder {
        command,
        pid: std::process::id(),
        host: world
            .var("HOSTNAME")
            .map(str::to_owned)
            .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
            .map(|host| host.trim().to_owned())
            .unwrap_or_default(),
        started: terrace_evidence::Time(init::seconds((world.now)())).to_string(),
    }
}
