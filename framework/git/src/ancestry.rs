//! Many questions about one history, in one process.

use std::collections::BTreeMap;

use crate::error::GitError;
use crate::id::ObjectId;
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
}

#[cfg(test)]
mod tests {
    use crate::testing::{sample, someone};

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
