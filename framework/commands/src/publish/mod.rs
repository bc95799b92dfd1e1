//! Writing a render to disk: each environment whole, old or new, at any moment.
//!
//! An environment is written to a side folder, into which files that did not
//! change enter as hard links of the old ones; then the file system is synced
//! once, and the folders are exchanged. `release.json` is removed before the
//! first exchange and written after the last.

mod folder;
mod stage;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustix::fs::{CWD, RenameFlags};
use terrace_diag::Diagnostic;
use terrace_release::ReleaseManifest;
use terrace_render::RenderedEnvironment;

use crate::codes;
use folder::OldFolder;

/// Prefix of side folders; a left-over of a killed render is removed.
const STAGING: &str = ".staging-";

/// What a render did to the files on disk.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Published {
    /// Environments whose folder was exchanged.
    pub written: Vec<String>,
    /// Environments that were as they should be.
    pub unchanged: Vec<String>,
    /// Folders of environments that no longer exist, removed.
    pub removed: Vec<String>,
    /// Files written.
    pub files: usize,
}

/// How to publish.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether to sync the file system before the exchange.
    pub sync: bool,
    /// Whether files that terrace did not write may be replaced.
    pub force: bool,
}

/// Why a render could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The system refused.
    #[error("{path}: {source}")]
    Io {
        /// What was touched.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another render is under way.
    #[error("another terrace is writing {path}")]
    Busy {
        /// The rendered folder.
        path: PathBuf,
    },
    /// Files that terrace did not write would be lost.
    #[error("files that terrace did not write would be lost")]
    HandWritten(Vec<Diagnostic>),
    /// There is nothing to compare with.
    #[error("{path} does not exist: nothing was rendered yet")]
    NotRendered {
        /// The rendered folder.
        path: PathBuf,
    },
}

trait At<T> {
    fn at(self, path: &Path) -> Result<T, PublishError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, PublishError> {
        self.map_err(|source| PublishError::Io {
            path: path.to_owned(),
            source,
        })
    }
}

/// Writes environments below `target`. With a manifest the render is a whole
/// one: folders of environments that it does not have are removed, and
/// `release.json` is written.
///
/// # Errors
/// Nothing was exchanged, or the system failed between two exchanges; every
/// environment is whole in any case.
pub fn publish(
    target: &Path,
    environments: &[RenderedEnvironment],
    manifest: Option<&ReleaseManifest>,
    options: Options,
) -> Result<Published, PublishError> {
    fs::create_dir_all(target).at(target)?;
    let lock = fs::File::open(target).at(target)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => {
            return Err(PublishError::Busy {
                path: target.to_owned(),
            });
        }
        Err(fs::TryLockError::Error(source)) => {
            return Err(source).at(target);
        }
    }
    remove_left_overs(target)?;
    let release = target.join(ReleaseManifest::FILE);
    let before = fs::read(&release).ok();
    let known = before
        .as_deref()
        .and_then(|bytes| ReleaseManifest::parse(bytes).ok());
    let text = manifest.map(ReleaseManifest::to_text);

    let mut published = Published::default();
    let mut changed: Vec<(&RenderedEnvironment, Vec<OldFolder>)> = Vec::new();
    let compared: Vec<Option<Vec<OldFolder>>> = environments
        .par_iter()
        .map(
            |environment| match folder::compare(target, environment, known.as_ref())? {
                // What was written by hand shows only in the files themselves.
                None if options.force && !folder::check(target, environment).is_empty() => {
                    let path = target.join(environment.name.as_str());
                    folder::read_environment(&path).at(&path).map(Some)
                }
                compared => Ok(compared),
            },
        )
        .collect::<Result<_, _>>()?;
    for (environment, old) in environments.iter().zip(compared) {
        match old {
            None => published.unchanged.push(environment.name.to_string()),
            Some(old) => changed.push((environment, old)),
        }
    }
    let gone = match manifest {
        Some(manifest) => gone(target, manifest)?,
        None => Vec::new(),
    };
    if !options.force {
        let mut found: Vec<Diagnostic> = changed
            .par_iter()
            .flat_map_iter(|(environment, old)| {
                folder::hand_written(target, &environment.name, old)
            })
            .collect();
        for name in &gone {
            let old = folder::read_environment(&target.join(name)).at(&target.join(name))?;
            found.extend(folder::hand_written(target, name, &old));
        }
        if !found.is_empty() {
            return Err(PublishError::HandWritten(found));
        }
    }
    let up_to_date = changed.is_empty() && gone.is_empty();
    if up_to_date && text.as_ref().map(String::as_bytes) == before.as_deref() {
        return Ok(published);
    }

    let staged: Vec<(PathBuf, usize)> = changed
        .par_iter()
        .map(|(environment, old)| stage::stage(target, environment, old, !options.force))
        .collect::<Result<_, _>>()?;
    if options.sync && !staged.is_empty() {
        rustix::fs::syncfs(&lock)
            .map_err(io::Error::from)
            .at(target)?;
    }
    if before.is_some() {
        fs::remove_file(&release).at(&release)?;
    }
    for ((environment, _), (side, files)) in changed.iter().zip(&staged) {
        exchange(side, &target.join(environment.name.as_str()))?;
        published.files += files;
        published.written.push(environment.name.to_string());
    }
    for name in gone {
        let old = target.join(&name);
        let side = target.join(format!("{STAGING}{name}"));
        fs::rename(&old, &side).at(&old)?;
        published.removed.push(name);
    }
    remove_left_overs(target)?;
    if let Some(text) = text {
        write_file(target, ReleaseManifest::FILE, text.as_bytes(), options.sync)?;
    }
    Ok(published)
}

/// Puts the side folder in the place of the old one in one step.
fn exchange(side: &Path, place: &Path) -> Result<(), PublishError> {
    if !place.exists() {
        return fs::rename(side, place).at(place);
    }
    match rustix::fs::renameat_with(CWD, side, CWD, place, RenameFlags::EXCHANGE) {
        Ok(()) => {}
        // File systems without exchange: the environment is absent for a moment,
        // never half-written.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP) => {
            let old = side.with_extension("old");
            fs::rename(place, &old).at(place)?;
            fs::rename(side, place).at(place)?;
            fs::rename(&old, side).at(side)?;
        }
        Err(error) => return Err(io::Error::from(error)).at(place),
    }
    // `.terraform` and a lock that someone made there stay with the root.
    folder::carry_over(side, place)
}

/// Writes a small file whole: aside, synced, renamed.
fn write_file(folder: &Path, name: &str, bytes: &[u8], sync: bool) -> Result<(), PublishError> {
    use io::Write;
    let place = folder.join(name);
    let mut file = tempfile::Builder::new()
        .prefix(STAGING)
        .tempfile_in(folder)
        .at(&place)?;
    file.write_all(bytes).at(&place)?;
    if sync {
        file.as_file().sync_all().at(&place)?;
    }
    let mode: fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    file.as_file().set_permissions(mode).at(&place)?;
    file.persist(&place)
        .map_err(|error| error.error)
        .at(&place)?;
    Ok(())
}

fn remove_left_overs(target: &Path) -> Result<(), PublishError> {
    for entry in fs::read_dir(target).at(target)? {
        let entry = entry.at(target)?;
        if !entry.file_name().to_string_lossy().starts_with(STAGING) {
            continue;
        }
        let path = entry.path();
        if entry.file_type().at(&path)?.is_dir() {
            remove_tree(&path)?;
        } else {
            fs::remove_file(&path).at(&path)?;
        }
    }
    Ok(())
}

/// Removes a side folder, its sub-folders in parallel.
fn remove_tree(path: &Path) -> Result<(), PublishError> {
    let inner: Vec<PathBuf> = fs::read_dir(path)
        .at(path)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    inner.par_iter().try_for_each(|path| match path.is_dir() {
        true => fs::remove_dir_all(path).at(path),
        false => fs::remove_file(path).at(path),
    })?;
    fs::remove_dir(path).at(path)
}

/// Folders below `target` that are no environments of the manifest.
fn gone(target: &Path, manifest: &ReleaseManifest) -> Result<Vec<String>, PublishError> {
    let mut out = Vec::new();
    for entry in fs::read_dir(target).at(target)? {
        let entry = entry.at(target)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_folder = entry.file_type().at(target)?.is_dir();
        if is_folder && !name.starts_with('.') && !manifest.environments.contains_key(&name) {
            out.push(name);
        }
    }
    out.sort();
    Ok(out)
}

/// What `render --check` found different.
pub fn differences(
    target: &Path,
    environments: &[RenderedEnvironment],
    manifest: &ReleaseManifest,
) -> Result<Vec<Diagnostic>, PublishError> {
    if !target.is_dir() {
        return Err(PublishError::NotRendered {
            path: target.to_owned(),
        });
    }
    let mut found: Vec<Diagnostic> = environments
        .par_iter()
        .flat_map_iter(|environment| folder::check(target, environment))
        .collect();
    for name in gone(target, manifest)? {
        found.push(
            Diagnostic::error(
                &codes::STALE_RENDER,
                format!("`{name}` is rendered, but it is no environment"),
            )
            .help("run `terrace render`"),
        );
    }
    Ok(found)
}
