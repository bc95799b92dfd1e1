//! The commit that a compile is of.

use std::path::Path;

use terrace_git::GitError;
use terrace_release::Source;

use crate::World;

/// Commit and tree of a clean working copy; `None` where it is dirty, has no
/// commit, or is no git repository.
pub(crate) fn of_working_copy(world: &World, root: &Path) -> Option<Source> {
    read(world, root).ok().flatten()
}

fn read(world: &World, root: &Path) -> Result<Option<Source>, GitError> {
    let repository = world.git(root)?;
    let Some(commit) = repository.find_commit("HEAD")? else {
        return Ok(None);
    };
    if !repository.status()?.is_clean() {
        return Ok(None);
    }
    let tree = repository.tree_id(&commit)?;
    Ok(Some(Source {
        commit: commit.to_string(),
        tree: tree.to_string(),
    }))
}
