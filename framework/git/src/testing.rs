//! Repositories for this crate's tests.

use std::path::Path;

use terrace_exec::{Cancel, Environment};

use crate::{Git, ObjectId, Repository, Signature};

/// The git of this machine, without the user's settings.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look for the tools of this machine"
)]
pub(crate) fn git() -> Git {
    let environment = Environment::new()
        .with("PATH", std::env::var_os("PATH").unwrap_or_default())
        .with("HOME", "/nonexistent")
        .with("GIT_CONFIG_NOSYSTEM", "1")
        .with("GIT_CONFIG_GLOBAL", "/dev/null");
    Git::find(&environment, &Cancel::new()).expect("git")
}

pub(crate) fn someone() -> Signature {
    Signature {
        name: String::from("A. U. Thor"),
        email: String::from("author@example.com"),
        seconds: 1_700_000_000,
    }
}

/// A repository with a working folder and one commit.
pub(crate) fn sample(folder: &Path) -> (Repository, ObjectId) {
    let repository = git().init(folder, "main", false).expect("init");
    std::fs::create_dir_all(folder.join("base")).expect("folder");
    std::fs::write(folder.join("base/a.hcl"), "a = 1\n").expect("file");
    std::fs::write(folder.join(".gitignore"), "/rendered\n").expect("file");
    let commit = repository
        .commit_all("first", &someone())
        .expect("commit")
        .expect("a change");
    (repository, commit)
}
