//! Writing an environment to a side folder.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use terrace_release::Sums;
use terrace_render::{RenderedEnvironment, RenderedFolder};

use super::folder::OldFolder;
use super::{At, PublishError, STAGING};

/// Writes the environment beside its place: the side folder and how many files
/// were written and not linked. `trusted` says that the old files are known to
/// have the bytes that their `SHA256SUMS` lists.
pub(super) fn stage(
    target: &Path,
    environment: &RenderedEnvironment,
    old: &[OldFolder],
    trusted: bool,
) -> Result<(PathBuf, usize), PublishError> {
    let side = target.join(format!("{STAGING}{}", environment.name));
    let place = target.join(environment.name.as_str());
    fs::create_dir(&side).at(&side)?;
    let mut written = 0;
    for folder in &environment.folders {
        let before = old
            .binary_search_by(|old| old.name.as_str().cmp(&folder.name))
            .ok()
            .map(|at| &old[at])
            .filter(|_| trusted);
        written += write_folder(
            &side.join(folder.name.as_str()),
            &place.join(folder.name.as_str()),
            folder,
            before,
        )?;
    }
    Ok((side, written))
}

fn write_folder(
    side: &Path,
    place: &Path,
    folder: &RenderedFolder,
    before: Option<&OldFolder>,
) -> Result<usize, PublishError> {
    fs::create_dir(side).at(side)?;
    let old = before.and_then(|before| before.sums.as_ref());
    let whole = before.is_some_and(|before| before.unchanged);
    let mut made: BTreeSet<&str> = BTreeSet::new();
    let mut written = 0;
    for file in &folder.files {
        make_parents(side, &file.path, &mut made)?;
        let same = whole || old.is_some_and(|(_, sums)| sums.get(&file.path) == Some(file.sha256));
        let to = side.join(&file.path);
        if same && fs::hard_link(place.join(&file.path), &to).is_ok() {
            continue;
        }
        write(&to, &file.bytes)?;
        written += 1;
    }
    let sums = side.join(Sums::FILE);
    if !(whole && fs::hard_link(place.join(Sums::FILE), &sums).is_ok()) {
        write(&sums, folder.sums.as_bytes())?;
        written += 1;
    }
    Ok(written)
}

fn make_parents<'f>(
    side: &Path,
    path: &'f str,
    made: &mut BTreeSet<&'f str>,
) -> Result<(), PublishError> {
    for (at, _) in path.match_indices('/') {
        let folder = &path[..at];
        if made.insert(folder) {
            let full = side.join(folder);
            fs::create_dir(&full).at(&full)?;
        }
    }
    Ok(())
}

/// Writes a new file with the mode that does not depend on the umask's `x`.
fn write(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o644)
        .open(path)
        .at(path)?;
    file.write_all(bytes).at(path)
}
