//! A commit as a source tree.

use std::path::Path;
use std::sync::Arc;

use terrace_git::{GitError, Mode, ObjectId, Repository};
use terrace_source::MemoryTree;

/// The files of a commit below the platform's folder.
///
/// # Errors
/// No such commit, or git fails.
pub fn commit_tree(
    repository: &Repository,
    commit: &ObjectId,
    platform: &Path,
) -> Result<MemoryTree, GitError> {
    let prefix = prefix(repository, platform);
    let mut files = Vec::new();
    let mut links = Vec::new();
    for (path, file) in repository.read_tree(commit)? {
        let Some(path) = path.strip_prefix(prefix.as_str()) else {
            continue;
        };
        match file.mode {
            Mode::Link => {
                let target = String::from_utf8_lossy(&file.bytes).into_owned();
                links.push((path.to_owned(), target));
            }
            mode => {
                let executable = mode == Mode::Executable;
                files.push((path.to_owned(), Arc::from(file.bytes), executable));
            }
        }
    }
    Ok(MemoryTree::with_modes(files, links))
}

/// The platform's folder in the git repository, with `/` at the end; empty for
/// the top.
pub fn prefix(repository: &Repository, platform: &Path) -> String {
    let Some(top) = repository.work_folder() else {
        return String::new();
    };
    let absolute = platform
        .canonicalize()
        .unwrap_or_else(|_| platform.to_owned());
    let top = top.canonicalize().unwrap_or_else(|_| top.to_owned());
    match absolute.strip_prefix(top) {
        Ok(rest) if rest.as_os_str().is_empty() => String::new(),
        Ok(rest) => format!("{}/", rest.to_string_lossy()),
        Err(_) => String::new(),
    }
}
