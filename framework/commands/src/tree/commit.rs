//! A commit as a source tree.

use std::path::Path;
use std::sync::Arc;

use terrace_git::{GitError, Mode, ObjectId, Repository, Sources};
use terrace_source::{EntryKind, MemoryTree};

/// The files of a commit below the platform's folder; what stands elsewhere in the
/// repository does not matter. What can be no source is there under its name, for
/// whoever reads the folder that it is in.
///
/// # Errors
/// No such commit, or git fails.
pub fn commit_tree(
    repository: &Repository,
    commit: &ObjectId,
    platform: &Path,
) -> Result<MemoryTree, GitError> {
    let prefix = prefix(repository, platform);
    let folder = prefix.trim_end_matches('/');
    let sources = match repository.find_tree(commit, folder)? {
        Some(tree) => repository.sources(&tree)?,
        None => Sources::default(),
    };
    let mut files = Vec::new();
    let mut links = Vec::new();
    for (path, file) in sources.files {
        match file.mode {
            Mode::Link => {
                let target = String::from_utf8_lossy(&file.bytes).into_owned();
                links.push((path, target));
            }
            mode => {
                let executable = mode == Mode::Executable;
                files.push((path, Arc::from(file.bytes), executable));
            }
        }
    }
    let submodules = sources.submodules.into_iter();
    let odd = submodules.map(|path| (path, EntryKind::Repository));
    let unnamed = sources.not_utf8.into_iter();
    let odd = odd.chain(unnamed.map(|path| (path, EntryKind::NotUtf8)));
    Ok(MemoryTree::with_odd(files, links, odd))
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
