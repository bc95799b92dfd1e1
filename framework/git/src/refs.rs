//! Moving refs by compare-and-swap, all or none.

use crate::error::GitError;
use crate::id::ObjectId;
use crate::repository::Repository;

/// What a ref must be before it moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Old {
    /// It must not exist.
    Missing,
    /// It must point at this.
    Is(ObjectId),
}

impl From<Option<ObjectId>> for Old {
    /// What was read is what must still be.
    fn from(found: Option<ObjectId>) -> Self {
        found.map_or(Self::Missing, Self::Is)
    }
}

/// One ref to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefUpdate {
    /// Its full name, `refs/heads/…`.
    pub name: String,
    /// What it is to point at.
    pub new: ObjectId,
    /// What it must be before.
    pub old: Old,
}

impl RefUpdate {
    /// Moves `name` to `new` if it is `old`.
    pub fn new(name: impl Into<String>, new: ObjectId, old: impl Into<Old>) -> Self {
        Self {
            name: name.into(),
            new,
            old: old.into(),
        }
    }

    /// Whether the ref is to change at all.
    pub(crate) fn moves(&self) -> bool {
        self.old != Old::Is(self.new.clone())
    }
}

impl Repository {
    /// Moves all refs in one transaction, or none. `reason` goes into the
    /// reflog.
    ///
    /// # Errors
    /// [`GitError::LostRace`] when one was not as expected or is being moved
    /// right now; git fails.
    pub fn update_refs(&self, updates: &[RefUpdate], reason: &str) -> Result<(), GitError> {
        if updates.is_empty() {
            return Ok(());
        }
        let mut input = String::from("start\0");
        for update in updates {
            let RefUpdate { name, new, old } = update;
            match old {
                // `update` with an empty old value would mean "whatever it is".
                Old::Missing => input.push_str(&format!("create {name}\0{new}\0")),
                Old::Is(old) => input.push_str(&format!("update {name}\0{new}\0{old}\0")),
            }
        }
        input.push_str("prepare\0commit\0");
        let call = self
            .call(&[
                "update-ref",
                "--create-reflog",
                "-m",
                reason,
                "-z",
                "--stdin",
            ])
            .stdin(input.into_bytes());
        let outcome = call.outcome()?;
        if outcome.success() {
            return Ok(());
        }
        let stderr = outcome.stderr.text().into_owned();
        if is_race(&stderr) {
            return Err(GitError::LostRace {
                references: named_in(&stderr, updates),
                stderr,
            });
        }
        Err(call.failed(&outcome))
    }

    /// Deletes refs if they are as expected, all or none.
    ///
    /// # Errors
    /// As [`Repository::update_refs`].
    pub fn delete_refs(&self, refs: &[(String, ObjectId)]) -> Result<(), GitError> {
        let mut input = String::from("start\0");
        for (name, old) in refs {
            input.push_str(&format!("delete {name}\0{old}\0"));
        }
        input.push_str("prepare\0commit\0");
        let call = self
            .call(&["update-ref", "-z", "--stdin"])
            .stdin(input.into_bytes());
        let outcome = call.outcome()?;
        let stderr = outcome.stderr.text();
        match outcome.success() {
            true => Ok(()),
            false if is_race(&stderr) => Err(GitError::LostRace {
                references: refs.iter().map(|(name, _)| name.clone()).collect(),
                stderr: stderr.into_owned(),
            }),
            false => Err(call.failed(&outcome)),
        }
    }
}

/// Whether git's words (refs/files-backend.c, builtin/receive-pack.c) mean that
/// a ref was not as expected, or that another process holds its lock.
pub(crate) fn is_race(text: &str) -> bool {
    [
        "but expected",
        "reference already exists",
        "unable to resolve reference",
        "reference is missing",
        ".lock': File exists",
        "Another git process seems to be running",
        "cannot lock ref",
        "incorrect old value provided",
        "stale info",
        "fetch first",
        "non-fast-forward",
        "failed to update ref",
        "failed to lock",
        "atomic transaction failed",
        "remote ref updated since checkout",
        "needs force",
    ]
    .iter()
    .any(|words| text.contains(words))
}

fn named_in(stderr: &str, updates: &[RefUpdate]) -> Vec<String> {
    let all = || updates.iter().map(|update| update.name.clone());
    let named: Vec<String> = all()
        .filter(|name| stderr.contains(&format!("'{name}'")))
        .collect();
    if named.is_empty() {
        all().collect()
    } else {
        named
    }
}

#[cfg(test)]
#[path = "refs_tests.rs"]
mod tests;
