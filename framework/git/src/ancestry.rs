//! Many questions about one history, in one process.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::GitError;
use crate::id::ObjectId;
use crate::objects::Commit;
use crate::repository::Repository;

impl Repository {
    /// Every commit that `tip` descends from, itself included, with its parents
    /// as far as this clone has them.
    ///
    /// # Errors
    /// No such commit, or git fails.
    pub fn ancestry(&self, tip: &ObjectId) -> Result<BTreeMap<ObjectId, Vec<ObjectId>>, GitError> {
        let call = self
            .call(&["rev-list", "--parents"])
            .args([tip.to_string()]);
        let text = call.text()?;
        text.lines()
            .map(|line| {
                let mut ids = line.split(' ').map(str::parse::<ObjectId>);
                let commit = ids.next().and_then(Result::ok);
                let parents: Result<Vec<ObjectId>, _> = ids.collect();
                match (commit, parents) {
                    (Some(commit), Ok(parents)) => Ok((commit, parents)),
                    _ => Err(call.unexpected(line)),
                }
            })
            .collect()
    }

    /// Every commit that `tip` descends from and `old` does not, in no order that
    /// means anything: also those that came in by merges.
    ///
    /// # Errors
    /// [`GitError::MissingHistory`] when one of them names a parent that this
    /// clone leaves out, no such commit, or git fails.
    pub fn between(&self, old: &ObjectId, tip: &ObjectId) -> Result<Vec<Commit>, GitError> {
        let call = self
            .call(&["rev-list", "--boundary"])
            .args([tip.to_string(), format!("^{old}")]);
        let text = call.text()?;
        let (mut ids, mut known) = (Vec::new(), BTreeSet::new());
        for line in text.lines() {
            let (edge, id) = match line.strip_prefix('-') {
                Some(id) => (true, id),
                None => (false, line),
            };
            let id: ObjectId = id.parse().map_err(|_| call.unexpected(line))?;
            if !edge {
                ids.push(id.clone());
            }
            known.insert(id);
        }
        let commits = self.commits(&ids)?;
        // Where a shallow clone ends, the commits still name their parents.
        let cut = commits
            .iter()
            .find(|commit| !commit.parents.iter().all(|parent| known.contains(parent)));
        match cut {
            Some(commit) => Err(GitError::MissingHistory {
                commit: commit.id.to_string(),
            }),
            None => Ok(commits),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::testing::{git, sample, someone};
    use crate::{GitError, NewCommit, ObjectId, Repository};

    /// A commit of the same files with these parents, by someone of this name.
    fn commit(repository: &Repository, name: &str, parents: &[&ObjectId]) -> ObjectId {
        let mut author = someone();
        author.name = String::from(name);
        let new = NewCommit {
            tree: repository.tree_id(parents[0]).expect("a tree"),
            parents: parents.iter().copied().cloned().collect(),
            author,
            message: name,
            trailers: Vec::new(),
        };
        repository.write_commit(&new).expect("a commit")
    }

    #[test]
    fn what_is_between_two_commits_came_in_by_merges_too_and_is_never_cut_short() {
        let folder = tempfile::tempdir().expect("folder");
        let (repository, first) = sample(folder.path());
        let side = commit(&repository, "side", &[&first]);
        let second = commit(&repository, "second", &[&first]);
        let merge = commit(&repository, "merge", &[&second, &side]);
        let names = |found: Vec<crate::Commit>| -> BTreeSet<String> {
            found.into_iter().map(|commit| commit.author.name).collect()
        };
        let found = repository.between(&second, &merge).expect("between");
        let wanted = ["merge", "side"].map(String::from);
        assert_eq!(names(found), BTreeSet::from(wanted));
        assert_eq!(repository.between(&merge, &second).expect("none"), []);

        // One commit put in the place of another does not hide its author.
        let other = commit(&repository, "other", &[&first]);
        let call = repository.call(&["replace", side.as_str(), other.as_str()]);
        call.bytes().expect("replaced");
        let found = repository.between(&second, &merge).expect("between");
        assert!(names(found).contains("side"));

        // A clone that ends before the side line does cannot say who wrote it.
        let branch = format!("{merge}:refs/heads/main");
        let shallow = tempfile::tempdir().expect("folder");
        let clone = git().init(shallow.path(), "other", false).expect("init");
        let url = format!("file://{}", folder.path().display());
        let fetch = repository.call(&["update-ref", "refs/heads/main", merge.as_str()]);
        fetch.bytes().expect("a branch");
        let fetch = clone.call(&["fetch", "-q", "--depth", "2", &url, "main"]);
        fetch.bytes().expect(&branch);
        assert!(matches!(
            clone.between(&second, &merge),
            Err(GitError::MissingHistory { .. })
        ));
    }

    #[test]
    fn a_history_and_its_files_come_at_once() {
        let folder = tempfile::tempdir().expect("folder");
        let (repository, first) = sample(folder.path());
        std::fs::write(folder.path().join("base/a.hcl"), "a = 2\n").expect("file");
        let second = repository
            .commit_all("second", &someone())
            .expect("commit")
            .expect("a change");
        let ancestry = repository.ancestry(&second).expect("ancestry");
        assert_eq!(ancestry[&second], std::slice::from_ref(&first));
        assert!(ancestry[&first].is_empty());
        let path = String::from("base/a.hcl");
        let asked = [
            (first.to_string(), path.clone()),
            (second.to_string(), path.clone()),
            (second.to_string(), String::from("none")),
            ("0".repeat(40), path),
        ];
        let files = repository.files_of(&asked).expect("files");
        let texts: Vec<Option<&[u8]>> = files.iter().map(Option::as_deref).collect();
        assert_eq!(texts, [Some(&b"a = 1\n"[..]), Some(b"a = 2\n"), None, None]);
    }
}
