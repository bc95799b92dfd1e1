//! The plans that were made for a release, by digest: what people approve and
//! `apply` compares with. Plans themselves are never kept, they hold secrets.
//!
//! A plan is known by what it does and by the state it was made from, so that it
//! is another one as soon as the state moves.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use terrace_diag::Diagnostic;
use terrace_release::Digest;
use terrace_terraform::{PlanOutcome, PlanReport};

use crate::codes;

/// The plans of one environment for one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planned {
    /// Roots that were planned.
    pub(crate) roots: BTreeMap<String, PlannedRoot>,
    /// Roots that wait, and for which.
    pub(crate) deferred: BTreeMap<String, String>,
}

/// One plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedRoot {
    /// Its identity.
    pub(crate) digest: Digest,
    /// What it does, in words.
    pub(crate) what: String,
}

impl Planned {
    /// Of a report in which every root was planned or deferred.
    pub(crate) fn of(report: &PlanReport) -> Option<Self> {
        if !report.is_complete() {
            return None;
        }
        let mut out = Self {
            roots: BTreeMap::new(),
            deferred: BTreeMap::new(),
        };
        for root in &report.roots {
            match &root.outcome {
                PlanOutcome::Planned(plan) => {
                    let planned = PlannedRoot {
                        digest: plan.identity(),
                        what: plan.describe(),
                    };
                    out.roots.insert(root.name.clone(), planned);
                }
                PlanOutcome::Deferred { waits_for } => {
                    out.deferred.insert(root.name.clone(), waits_for.join(", "));
                }
                PlanOutcome::Failed(_) | PlanOutcome::Interrupted => {}
            }
        }
        Some(out)
    }

    /// The plans' identities by root.
    pub(crate) fn digests(&self) -> BTreeMap<String, Digest> {
        self.roots
            .iter()
            .map(|(root, plan)| (root.clone(), plan.digest))
            .collect()
    }
}

fn path(project: &Path, env: &str) -> PathBuf {
    project
        .join(".terrace-work")
        .join(".approvals")
        .join(format!("{env}.json"))
}

/// The plans that were made last, if they are for this release.
pub(crate) fn read(project: &Path, env: &str, release: Digest) -> Option<Planned> {
    let text = fs::read(path(project, env)).ok()?;
    let json: Value = serde_json::from_slice(&text).ok()?;
    if json["release"].as_str() != Some(release.to_string().as_str()) {
        return None;
    }
    let mut roots = BTreeMap::new();
    for (root, plan) in json["roots"].as_object()? {
        let planned = PlannedRoot {
            digest: plan["digest"].as_str()?.parse().ok()?,
            what: plan["what"].as_str()?.to_owned(),
        };
        roots.insert(root.clone(), planned);
    }
    let deferred = json["deferred"]
        .as_object()?
        .iter()
        .map(|(root, waits)| (root.clone(), waits.as_str().unwrap_or_default().to_owned()))
        .collect();
    Some(Planned { roots, deferred })
}

/// Keeps the plans that were made for a release.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn write(
    project: &Path,
    env: &str,
    release: Digest,
    planned: &Planned,
) -> Result<(), Diagnostic> {
    let path = path(project, env);
    let roots: serde_json::Map<String, Value> = planned
        .roots
        .iter()
        .map(|(root, plan)| {
            let json = json!({ "digest": plan.digest.to_string(), "what": plan.what });
            (root.clone(), json)
        })
        .collect();
    let text = json!({
        "release": release.to_string(),
        "roots": roots,
        "deferred": planned.deferred,
    })
    .to_string();
    let folder = path.parent().unwrap_or(project);
    fs::create_dir_all(folder)
        // Made with mode 0600.
        .and_then(|()| tempfile::NamedTempFile::new_in(folder))
        .and_then(|mut file| file.write_all(text.as_bytes()).map(|()| file))
        .and_then(|file| file.persist(&path).map_err(|error| error.error))
        .map(drop)
        .map_err(|error| {
            Diagnostic::error(&codes::CANNOT_WRITE, format!("{}: {error}", path.display()))
        })
}
