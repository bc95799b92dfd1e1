//! Error codes of this crate: E0810 to E0839.

terrace_diag::codes! {
    /// Git is not there or too old.
    GIT_TOO_OLD = "E0810", "git-too-old",
        "The git that was found is older than the oldest version Terrace is tested with.";
    /// No repository here.
    NOT_A_REPOSITORY = "E0811", "not-a-repository",
        "The folder is not inside a git repository, or git refuses to use it because it belongs to \
         somebody else (`safe.directory`). Releases, promotions and the ledger live in git.";
    /// A commit, branch or tag that is not there.
    UNKNOWN_REVISION = "E0812", "unknown-revision",
        "Git does not know a commit, branch, tag or object that was named. After a fresh clone of \
         one branch, fetch the others first.";
    /// History that a shallow clone leaves out.
    MISSING_HISTORY = "E0813", "missing-history",
        "This clone is shallow, and the answer lies in the part of the history that it leaves \
         out. Whether one commit descends from another cannot be known without it.\n\n\
         Run `git fetch --unshallow`. On GitHub Actions set `fetch-depth: 0` for \
         actions/checkout, on GitLab `GIT_DEPTH: 0`.";
    /// A remote git does not know.
    UNKNOWN_REMOTE = "E0814", "unknown-remote",
        "The platform names a remote that this clone does not have. With `remote` set, only \
         what was fetched from it counts, so that a local branch can never stand in for it.";
    /// The remote did not answer.
    REMOTE_FAILED = "E0815", "remote-failed",
        "Git could not talk to the remote: no network, no permission, or no such repository. \
         Git never asks for a password here; credentials come from a helper, an agent or the CI.";
    /// Somebody else was faster.
    LOST_RACE = "E0816", "lost-race",
        "Another process moved a branch between our reading it and our writing it. Nothing of \
         ours was written. Run the command again: it reads and decides anew.";
    /// The server does not take it.
    PUSH_REFUSED = "E0817", "push-refused",
        "The server refused a push: a branch protection rule, a hook or missing permission. The \
         branches `terrace/releases`, `terrace/ledger` and `env/*` must be writable for the one \
         who promotes, without a pull request.";
    /// Some branches moved, others not.
    PARTIAL_PUSH = "E0818", "partial-push",
        "The server cannot move several branches at once, so they were moved one after the \
         other, and one of them failed. Run the command again: it completes what is missing.";
    /// Git failed in some other way.
    GIT_FAILED = "E0819", "git-failed",
        "A git command failed; its own message is shown.";
    /// A name that cannot stand in a tree, or a link that leaves it.
    UNSAFE_PATH = "E0820", "unsafe-path",
        "A path in a tree is not usable: empty or special components (`.`, `..`, `.git`), a \
         symbolic link that leads out of the tree, or a submodule.";
    /// A file could not be read or written.
    GIT_IO = "E0821", "git-io",
        "A file could not be read or written while a tree was written out.";
}
