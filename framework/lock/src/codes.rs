//! Codes of addresses of remote sources and of `terrace.lock`.

terrace_diag::codes! {
    /// An address that cannot be vendored.
    BAD_ADDRESS = "E1210", "bad-remote-address", "\
The address of a remote source is not one that can be vendored: it cannot be read, or it names a kind of source \
that Terrace does not fetch (Mercurial, S3 and GCS buckets, other kinds of archives). Git repositories, files and \
archives over https, OCI artifacts and Terraform registries are fetched. A module from where only Terraform fetches \
may stay remote in a repository without a `terrace.lock`. Credentials never stand in an address, since \
addresses are shown, recorded and committed: git's credential helpers and ssh agents supply them.";

    /// A version constraint that cannot be read.
    BAD_CONSTRAINT = "E1211", "bad-version-constraint", "\
Version constraints are those of Terraform: `=`, `!=`, `>`, `>=`, `<`, `<=` and `~>`, joined by commas. \
A pre-release version is selected only by a constraint that names exactly this version.";

    /// terrace.lock cannot be read.
    BAD_LOCK = "E1212", "bad-terrace-lock", "\
`terrace.lock` is written by `terrace vendor` and not edited by hand. Take the committed one back \
(`git restore terrace.lock`), or, after a merge that left conflict marks, keep one side of each block and run \
`terrace vendor`.";

    /// A remote source without a local copy.
    NOT_VENDORED = "E1213", "not-vendored", "\
A repository with a `terrace.lock` is compiled from local files only, and this remote source has no entry in it \
(or the entry does not cover this folder of it, or not this version constraint). Run `terrace vendor` and commit \
`terrace.lock` and `vendor/`. Kustomize builds never use the network, with or without the lock.";
}
