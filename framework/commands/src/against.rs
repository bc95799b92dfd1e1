//! `terrace render --check --against REF|RELEASE`: content ids, without
//! `rendered/`.

use std::path::Path;

use serde_json::json;
use terrace_diag::Diagnostic;
use terrace_git::{GitError, Repository};
use terrace_release::{Digest, ReleaseManifest};

use crate::compile::{Compiled, Messages, compile};
use crate::ledger::{RELEASES, Refs};
use crate::tree::commit_tree;
use crate::{Exit, Outcome, World, codes};

pub(crate) fn run(
    world: &World,
    root: &Path,
    compiled: &Compiled,
    mut messages: Messages,
    against: &str,
) -> Outcome {
    let other = world
        .git(root)
        .map_err(|error| error.diagnostic())
        .and_then(|repository| {
            // With a remote only its branches count, as everywhere.
            let refs = Refs::new(compiled.config.remote.as_deref());
            content(&repository, &refs.read(RELEASES), root, against)
        });
    let other = match other {
        Ok(Ok(content)) => content,
        Ok(Err(found)) => return Outcome::messages(found),
        Err(error) => {
            messages.diagnostics.push(error);
            return Outcome::messages(messages);
        }
    };
    let own = compiled.manifest(None).content_id();
    let same = own == other;
    let text = if same {
        format!("content {} is that of {against}\n", own.short())
    } else {
        format!(
            "content {} differs from {} of {against}\n",
            own.short(),
            other.short()
        )
    };
    let json = json!({
        "same": same,
        "content": own.to_string(),
        "against": other.to_string(),
    });
    let exit = if same { Exit::Success } else { Exit::Changes };
    Outcome::data(text, json, messages).exit(exit)
}

/// The content id of a release (a digest or its first digits) or of a commit.
fn content(
    repository: &Repository,
    releases: &str,
    root: &Path,
    name: &str,
) -> Result<Result<Digest, Messages>, Diagnostic> {
    let git = |error: GitError| error.diagnostic();
    if let Some(manifest) = release(repository, releases, name).map_err(git)? {
        return Ok(Ok(manifest.content_id()));
    }
    let Some(commit) = repository.find_commit(name).map_err(git)? else {
        return Err(Diagnostic::error(
            &codes::UNKNOWN_REVISION,
            format!("`{name}` is neither a commit nor a release"),
        ));
    };
    let tree = commit_tree(repository, &commit, root).map_err(git)?;
    let (compiled, found) = compile(&tree, &[]);
    Ok(match compiled {
        Some(compiled) if !found.has_errors() => Ok(compiled.manifest(None).content_id()),
        _ => Err(found),
    })
}

/// The newest release of a branch whose id starts with `name`.
fn release(
    repository: &Repository,
    branch: &str,
    name: &str,
) -> Result<Option<ReleaseManifest>, GitError> {
    let is_digest = name.len() >= 7 && name.bytes().all(|b| b.is_ascii_hexdigit());
    let Some(tip) = repository.find_ref(branch)?.filter(|_| is_digest) else {
        return Ok(None);
    };
    for commit in repository.history(&tip, None)?.into_iter().rev() {
        let file = repository.files_at(&commit.id, &[ReleaseManifest::FILE])?;
        let manifest = file
            .into_iter()
            .flatten()
            .next()
            .and_then(|bytes| ReleaseManifest::parse(&bytes).ok());
        if let Some(manifest) = manifest
            && manifest.id().to_string().starts_with(&name.to_lowercase())
        {
            return Ok(Some(manifest));
        }
    }
    Ok(None)
}
