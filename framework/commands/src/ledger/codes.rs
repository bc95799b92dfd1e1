//! Codes of the commands around the ledger: E1330 to E1349.

terrace_diag::codes! {
    /// The protected branch is not there.
    NO_BRANCH = "E1330", "no-protected-branch", "Policy and trust are read from `platform.branch` (of `platform.remote`, if it is set), never from the working copy: a change must not be judged by its own rules. The branch has no commit here. Push it, or fetch it.";
    /// No random bytes.
    NO_RANDOM = "E1331", "no-random-bytes", "Keys and ledger entries need random bytes of the operating system, and it gave none.";
    /// No key to sign with.
    NO_KEY = "E1332", "no-signing-key", "Everything in the ledger is signed. The key is that of `--key FILE`, else of TERRACE_SIGNING_KEY (the text of a key, or a path), else the one key with the needed role in the configuration folder of this platform. `terrace keys new NAME --role ROLE` makes one; its two lines have to be on the protected branch before it counts.";
    /// Several keys could sign.
    SEVERAL_KEYS = "E1333", "several-signing-keys", "More than one key in the configuration folder has the needed role, and which of them signs is not for terrace to choose. Name one with --key FILE.";
    /// A key of this name is there.
    KEY_EXISTS = "E1334", "key-exists", "A key file is never overwritten: what it signed could not be continued. Choose another name.";
    /// A release that is not there.
    UNKNOWN_RELEASE = "E1335", "unknown-release", "The ledger records no release of this name, or several that start like it. `terrace status` shows the releases of the environments.";
    /// A working copy that is not committed.
    DIRTY = "E1336", "not-committed", "Into an entry environment goes a commit of the protected branch, compiled in memory. The working copy has changes that are not in its commit, so what you see is not what would be released. Commit them, or put them aside.";
    /// Refs or stored bytes do not fit the ledger.
    NOT_AS_RECORDED = "E1337", "not-as-recorded", "A branch of an environment, or the stored bytes of a release, are not what the ledger says. `terrace adopt` takes in what was changed by hand if it is a validated release, `terrace revert` undoes it; stored bytes that were changed have to be fetched again from a clone that verifies.";
    /// A text that is no time.
    NOT_A_TIME = "E1339", "not-a-time", "A time is written as 2026-11-21T09:00:00Z, in UTC, or as how long it is from now: `30m`, `2h`, `1d`.";
    /// A key that nobody has.
    UNKNOWN_KEY = "E1342", "unknown-key", "A key is revoked by its whole fingerprint, `SHA256:` and 43 characters. It must be one of allowed_signers on the protected branch, or have signed an entry of the ledger.";
    /// An entry that is not there.
    UNKNOWN_ENTRY = "E1340", "unknown-entry", "No declaration in the ledger has this name, or several start like it. An entry is named by the first digits of its digest, as the command that wrote it and `terrace status` show them.";
    /// A ledger that was cut off or rewritten.
    REGRESSED = "E1341", "ledger-regressed", "This clone has verified an entry that the ledger no longer has, or has another one in its place. A ledger that was cut off together with everything that cites it looks whole to a fresh clone; who has seen more knows better. Nothing is done on it. Compare with other clones, restore the branch, and protect it against force pushes.";
    /// No ledger to look at.
    NO_LEDGER = "E1346", "no-ledger", "There is no branch `terrace/ledger` where this platform's branches are read: the remote-tracking ones with `platform { remote = … }`, the local ones without. Either nothing was ever promoted, or the clone was made without it (`--single-branch`, `--depth`), or someone deleted it. Nothing was looked at, so nothing verifies; and where environments were moved, no other ledger is begun, which would forget every hold and revocation. Fetch the branches of the ledger, the releases and the environments; where the remote has none, ask who has a clone that does.";
    /// Keys and roles that cannot be read.
    BAD_TRUST = "E1345", "trust-unreadable", "trust/allowed_signers of the protected branch, or the roles in its terrace.hcl, cannot be read, so nobody can sign anything. `terrace check` shows each fault; commit the mended file to the protected branch.";
    /// A secret file or folder could not be handled.
    KEY_FILE = "E1338", "key-file", "The key file or the configuration folder could not be read or written.";
}
