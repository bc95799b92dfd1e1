//! `terrace render --check --against REF|RELEASE`: content ids, without
//! `rendered/`.

use std::path::Path;

use serde_json::json;
use terrace_diag::Diagnostic;
use terrace_git::Repository;
use terrace_release::Digest;

use crate::compile::{Compiled, Messages, compile};
use crate::ledger::{Failure, LEDGER, Read, Refs, Session};
use crate::tree::commit_tree;
use crate::{Exit, Outcome, World, codes};

pub(crate) fn run(
    world: &World,
    root: &Path,
    compiled: &Compiled,
    messages: Messages,
    against: &str,
) -> Outcome {
    let other = world
        .git(root)
        .map_err(Failure::from)
        .and_then(|repository| {
            let refs = Refs::new(compiled.config.remote.as_deref());
            match recorded(world, &repository, &refs, against)? {
                Some(content) => Ok(content),
                None => of_commit(&repository, root, against),
            }
        });
    let other = match other {
        Ok(content) => content,
        Err(failure) => return failure.outcome(),
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

/// The content of a release that the ledger records under a digest that starts
/// like this: what stands on the releases' branch besides counts for nothing.
fn recorded(
    world: &World,
    repository: &Repository,
    refs: &Refs,
    name: &str,
) -> Result<Option<Digest>, Failure> {
    let is_digest = name.len() >= 7 && name.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_digest || repository.find_ref(&refs.read(LEDGER))?.is_none() {
        return Ok(None);
    }
    let session = Session::open(world, Read::Offline)?;
    let name = name.to_lowercase();
    let mut found = session.view.releases.iter();
    let mut found = found
        .by_ref()
        .filter(|(id, _)| id.to_string().starts_with(&name));
    match (found.next(), found.next()) {
        (Some((_, released)), None) => Ok(Some(released.body.content)),
        (Some(_), Some(_)) => Err(Diagnostic::error(
            &codes::UNKNOWN_REVISION,
            format!("several releases of the ledger start with `{name}`"),
        )
        .into()),
        (None, _) => Ok(None),
    }
}

/// The content of a commit.
fn of_commit(repository: &Repository, root: &Path, name: &str) -> Result<Digest, Failure> {
    let Some(commit) = repository.find_commit(name)? else {
        return Err(Diagnostic::error(
            &codes::UNKNOWN_REVISION,
            format!("`{name}` is neither a commit nor a release"),
        )
        .into());
    };
    let tree = commit_tree(repository, &commit, root)?;
    let (compiled, found) = compile(&tree, &[]);
    match compiled {
        Some(compiled) if !found.has_errors() => Ok(compiled.manifest(None).content_id()),
        _ => Err(Failure::User(found)),
    }
}
