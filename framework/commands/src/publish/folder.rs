//! What lies on disk already, compared with a render.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use terrace_diag::Diagnostic;
use terrace_release::{Digest, Found, ReleaseManifest, Sums};
use terrace_render::{RenderedEnvironment, RenderedFolder};

use super::{At, PublishError};
use crate::codes;

/// What people and tools leave in a root by running terraform there.
const TOLERATED: [&str; 2] = [".terraform", ".terraform.lock.hcl"];

/// A root or component folder on disk.
#[derive(Debug)]
pub(super) struct OldFolder {
    /// Its name.
    pub(super) name: String,
    /// Its `SHA256SUMS`, where there is one that can be read.
    pub(super) sums: Option<(String, Sums)>,
    /// Whether the render leaves its bytes as they are.
    pub(super) unchanged: bool,
}

/// What has to change in an environment; `None` where nothing has to.
pub(super) fn compare(
    target: &Path,
    environment: &RenderedEnvironment,
    known: Option<&ReleaseManifest>,
) -> Result<Option<Vec<OldFolder>>, PublishError> {
    let path = target.join(environment.name.as_str());
    if let Some(known) = known.and_then(|known| known.environments.get(environment.name.as_str()))
        && known.components.len() == environment.folders.len()
        && environment.folders.iter().all(|folder| {
            known
                .components
                .get(folder.name.as_str())
                .is_some_and(|component| component.sha256 == folder.digest)
        })
        && path.is_dir()
    {
        return Ok(None);
    }
    if !path.is_dir() {
        return Ok(Some(Vec::new()));
    }
    let mut old = read_environment(&path).at(&path)?;
    for folder in &mut old {
        folder.unchanged = environment
            .folders
            .binary_search_by(|new| new.name.as_str().cmp(&folder.name))
            .is_ok_and(|at| {
                folder
                    .sums
                    .as_ref()
                    .is_some_and(|(text, _)| *text == environment.folders[at].sums)
            });
    }
    let same = old.len() == environment.folders.len() && old.iter().all(|folder| folder.unchanged);
    Ok((!same).then_some(old))
}

/// The folders of an environment on disk, sorted by name.
pub(super) fn read_environment(path: &Path) -> io::Result<Vec<OldFolder>> {
    let mut out = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let sums = fs::read_to_string(entry.path().join(Sums::FILE))
            .ok()
            .and_then(|text| {
                let sums = Sums::parse(text.as_bytes()).ok()?;
                Some((text, sums))
            });
        out.push(OldFolder {
            name,
            sums,
            unchanged: false,
        });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

/// Files of an environment that would be lost: unlisted ones, and listed ones
/// of folders about to change that do not have the listed bytes.
pub(super) fn hand_written(target: &Path, environment: &str, old: &[OldFolder]) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for folder in old {
        let shown = format!("{environment}/{}", folder.name);
        let path = target.join(environment).join(&folder.name);
        let mut found = BTreeSet::new();
        if path.is_file() {
            out.push(lost(&shown));
            continue;
        }
        list(&path, "", &mut found);
        for file in found {
            let listed = folder.sums.as_ref().and_then(|(_, sums)| sums.get(&file));
            let kept = match listed {
                _ if file == Sums::FILE => true,
                Some(_) if folder.unchanged => true,
                Some(digest) => {
                    fs::read(path.join(&file)).is_ok_and(|bytes| Digest::of(bytes) == digest)
                }
                None => is_tolerated(&file),
            };
            if !kept {
                out.push(lost(&format!("{shown}/{file}")));
            }
        }
    }
    out
}

fn lost(path: &str) -> Diagnostic {
    Diagnostic::error(
        &codes::HAND_WRITTEN,
        format!("`{path}` was written or changed by hand and would be lost"),
    )
    .help("move it away, or render with --force to give it up")
}

fn is_tolerated(file: &str) -> bool {
    let first = file.split('/').next().unwrap_or(file);
    TOLERATED.contains(&first)
}

/// Every file below a folder, relative to it; `.terraform` is not looked into.
fn list(folder: &Path, prefix: &str, into: &mut BTreeSet<String>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}/{name}")
        };
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && name == ".terraform" {
            continue;
        }
        if is_folder {
            list(&entry.path(), &path, into);
        } else {
            into.insert(path);
        }
    }
}

/// Moves what terraform left in the old roots into the new ones.
pub(super) fn carry_over(old: &Path, new: &Path) -> Result<(), PublishError> {
    for entry in fs::read_dir(old).at(old)?.flatten() {
        for name in TOLERATED {
            let from = entry.path().join(name);
            let to = new.join(entry.file_name()).join(name);
            let has_root = to.parent().is_some_and(Path::is_dir);
            if has_root && !to.exists() && from.exists() {
                fs::rename(&from, &to).at(&to)?;
            }
        }
    }
    Ok(())
}

/// Differences between an environment on disk and its render.
pub(super) fn check(target: &Path, environment: &RenderedEnvironment) -> Vec<Diagnostic> {
    let path = target.join(environment.name.as_str());
    let mut out = Vec::new();
    let stale =
        |what: String| Diagnostic::error(&codes::STALE_RENDER, what).help("run `terrace render`");
    let Ok(old) = read_environment(&path) else {
        return vec![stale(format!(
            "environment `{}` is not rendered",
            environment.name
        ))];
    };
    for folder in &old {
        let known = environment.folders.iter().any(|f| f.name == folder.name);
        if !known {
            out.push(stale(format!(
                "`{}/{}` is rendered, but no layer has it any more",
                environment.name, folder.name
            )));
        }
    }
    for folder in &environment.folders {
        check_folder(
            &path.join(folder.name.as_str()),
            &environment.name,
            folder,
            &mut out,
        );
    }
    out
}

fn check_folder(
    path: &Path,
    environment: &str,
    folder: &RenderedFolder,
    out: &mut Vec<Diagnostic>,
) {
    let shown = format!("{environment}/{}", folder.name);
    let fault =
        |what: String| Diagnostic::error(&codes::STALE_RENDER, what).help("run `terrace render`");
    if !path.is_dir() {
        out.push(fault(format!("`{shown}` is not rendered")));
        return;
    }
    let sums_path = path.join(Sums::FILE);
    let stale = fs::read(&sums_path).ok().as_deref() != Some(folder.sums.as_bytes());
    if stale {
        out.push(fault(format!("`{shown}` is not what the layers give now")));
    }
    let mut found = BTreeSet::new();
    list(path, "", &mut found);
    let listing = found
        .iter()
        .filter(|file| *file != Sums::FILE)
        .filter(|file| folder.files.iter().any(|f| f.path == **file) || !is_tolerated(file))
        .map(|file| {
            let full = path.join(file);
            let kind = fs::symlink_metadata(&full).map(|meta| meta.file_type());
            let what = match kind {
                Ok(kind) if kind.is_symlink() => Found::Link,
                Ok(kind) if kind.is_file() => {
                    Found::File(Digest::of(fs::read(&full).unwrap_or_default()))
                }
                _ => Found::Special,
            };
            (file.as_str(), what)
        });
    if let Ok(sums) = Sums::parse(folder.sums.as_bytes()) {
        for difference in sums.check(listing) {
            let what = format!("`{shown}/`: {difference}");
            out.push(if stale {
                fault(what)
            } else {
                // The layers ask for nothing new here: somebody else changed it.
                Diagnostic::error(&codes::STALE_RENDER, what)
                    .help("move it away, or run `terrace render --force` to give it up")
            });
        }
    }
}
