//! Temporary folders with a git repository in them.

use std::path::{Path, PathBuf};

use terrace_exec::{Cancel, Environment};
use terrace_git::{Git, ObjectId, Repository, Signature};

use crate::layout::write_layout;

/// `PATH` of the test process.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look for the tools of this machine"
)]
pub fn process_path() -> std::ffi::OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

/// Variables that are the same on every machine but for `PATH`, with a home
/// folder that is empty.
pub fn variables(home: &Path) -> Environment {
    Environment::new()
        .with("PATH", process_path())
        .with("HOME", home)
        .with("LANG", "C.UTF-8")
        .with("TZ", "UTC")
        .with("NO_COLOR", "1")
        .with("CHECKPOINT_DISABLE", "1")
        .with("GIT_CONFIG_NOSYSTEM", "1")
        .with("GIT_CONFIG_GLOBAL", "/dev/null")
        .with("GIT_AUTHOR_NAME", "A. U. Thor")
        .with("GIT_AUTHOR_EMAIL", "author@example.com")
        .with("GIT_COMMITTER_NAME", "A. U. Thor")
        .with("GIT_COMMITTER_EMAIL", "author@example.com")
}

/// The program of this name on this machine; `None` after saying that `test` is
/// skipped.
#[expect(clippy::print_stdout, reason = "a skipped test says so")]
pub fn tool(test: &str, name: &str) -> Option<PathBuf> {
    let found = variables(Path::new("/")).find(name);
    if found.is_none() {
        println!("skipped: {test}: no {name} in PATH");
    }
    found
}

/// A temporary folder: `project` with the files, `home`, `bin` for fake tools.
/// Gone when dropped.
#[derive(Debug)]
pub struct Sandbox {
    folder: tempfile::TempDir,
    top: PathBuf,
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new("")
    }
}

impl Sandbox {
    /// A project of these files, without git.
    pub fn new(layout: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // Without links in the way (macOS), so that paths in outputs are equal.
        let top = folder.path().canonicalize().expect("its path");
        let sandbox = Self { folder, top };
        for name in ["project", "home", "bin"] {
            std::fs::create_dir(sandbox.path(name)).expect("a folder");
        }
        sandbox.write(layout);
        sandbox
    }

    /// A project of these files, committed to `main`.
    pub fn git(layout: &str) -> Self {
        let sandbox = Self::new(layout);
        let git = sandbox.git_program();
        git.init(&sandbox.project(), "main", false)
            .expect("git init");
        sandbox.commit("first");
        sandbox
    }

    /// A path in the sandbox, outside of the project.
    pub fn path(&self, name: &str) -> PathBuf {
        self.top.join(name)
    }

    /// The project's folder.
    pub fn project(&self) -> PathBuf {
        self.path("project")
    }

    /// Writes more files into the project.
    pub fn write(&self, layout: &str) {
        write_layout(&self.project(), layout);
    }

    /// The text of a file of the project.
    pub fn read(&self, path: &str) -> String {
        let file = self.project().join(path);
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    /// The process variables for what runs in it.
    pub fn variables(&self) -> Environment {
        variables(&self.path("home"))
    }

    fn git_program(&self) -> Git {
        Git::find(&self.variables(), &Cancel::new()).expect("git")
    }

    /// The project's repository.
    pub fn repository(&self) -> Repository {
        let git = self.git_program();
        git.discover(&self.project()).expect("a repository")
    }

    /// Commits everything; the new commit, or the last one if nothing changed.
    /// Each commit's time is one second after its parent's.
    pub fn commit(&self, message: &str) -> ObjectId {
        let repository = self.repository();
        let head = repository.find_commit("HEAD").expect("HEAD");
        let seconds = head.as_ref().map_or(1_700_000_000, |head| {
            repository.commit(head).expect("HEAD").committer.seconds + 1
        });
        let author = Signature {
            name: String::from("A. U. Thor"),
            email: String::from("author@example.com"),
            seconds,
        };
        let made = repository.commit_all(message, &author).expect("a commit");
        made.or(head).expect("something to commit")
    }

    /// A bare repository beside the project, added as a remote, with `main`
    /// pushed to it.
    pub fn remote(&self, name: &str) -> Repository {
        let path = self.path(&format!("{name}.git"));
        let remote = self
            .git_program()
            .init(&path, "main", true)
            .expect("git init");
        let repository = self.repository();
        let url = path.to_str().expect("a UTF-8 path");
        repository.add_remote(name, url).expect("git remote add");
        let head = repository.commit_id("HEAD").expect("HEAD");
        let update = terrace_git::RefUpdate::new("refs/heads/main", head, None);
        repository
            .push(name, &[update], terrace_git::Atomicity::Preferred)
            .expect("git push");
        remote
    }

    /// Keeps the folder after the test, for a look at it; its path.
    pub fn keep(self) -> PathBuf {
        self.folder.keep()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_are_the_same_everywhere() {
        let layout = "-- a --\n1\n";
        let (one, two) = (Sandbox::git(layout), Sandbox::git(layout));
        let head = |sandbox: &Sandbox| sandbox.repository().commit_id("HEAD").expect("HEAD");
        assert_eq!(head(&one), head(&two));
        assert_eq!(one.commit("nothing"), head(&two));
        one.write("-- a --\n2\n");
        assert_ne!(one.commit("second"), head(&two));
        let remote = one.remote("origin");
        let pushed = remote.find_ref("refs/heads/main").expect("a ref");
        assert_eq!(pushed, Some(head(&one)));
        assert_eq!(one.read("a"), "2\n");
    }
}
