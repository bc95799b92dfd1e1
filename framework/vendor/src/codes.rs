//! Codes of `terrace vendor`.

terrace_diag::codes! {
    /// The policy forbids it.
    FORBIDDEN = "E1220", "vendor-forbidden", "\
The `vendor` block of terrace.hcl says what `terrace vendor` may reach. Without it: every public host over https \
and ssh, no private address, no plain http, no local repository. A host name that leads to a private address is \
refused when the connection is made, also after a redirect, so that a public name cannot lead into your network. \
Allow what is yours: `allowed_hosts`, `private_hosts`, `insecure_hosts`, `local_git`.";

    /// A redirect that is not followed.
    REDIRECT = "E1221", "vendor-redirect", "\
A server redirected to another scheme (https to http), in a circle, too often, or to somewhere that cannot be read. \
Use the address that it leads to, if you trust it.";

    /// The server did not give what was asked for.
    UNREACHABLE = "E1222", "vendor-unreachable", "\
The server could not be reached, refused the request, or does not have what was asked for. Each kind of source is \
asked with the credentials of its own tools: git's credential helpers and ssh agents, Terraform's tokens for \
registries of modules (`TF_TOKEN_…`, `terraform login`), `~/.netrc` for archives and files, Docker's logins for OCI \
registries. They are sent to the host only that they are for.";

    /// It took too long.
    TIMED_OUT = "E1223", "vendor-timed-out", "\
Connecting, a pause in the transfer, or the whole transfer took longer than is allowed. Nothing was written; run it again.";

    /// The transfer ended early.
    INCOMPLETE = "E1224", "vendor-incomplete", "\
The connection ended before everything had arrived, or an archive is cut off. Nothing was written; run it again.";

    /// A digest or checksum does not match.
    MISMATCH = "E1225", "vendor-digest-mismatch", "\
The bytes are not those that a checksum, a digest or `terrace.lock` asks for. Either the transfer was tampered with, \
or somebody replaced what a version, tag or commit stands for. Find out which before `terrace vendor --update`.";

    /// A path that must not be written.
    UNSAFE_PATH = "E1226", "vendor-unsafe-path", "\
An archive or repository names a file that would be written outside of its folder, that git or a file system treats \
specially (`.git`), that is not UTF-8, or that is the same as another one where upper and lower case are not told \
apart. Nothing of it was written.";

    /// A link that leaves the tree, or a special file.
    UNSAFE_ENTRY = "E1227", "vendor-unsafe-entry", "\
An archive or repository holds a link that leads out of it, in a circle or nowhere, a device, a pipe, or a submodule \
(whose content is in another repository; vendor that one by its own address). Links inside are replaced by copies.";

    /// Larger than allowed.
    TOO_LARGE = "E1228", "vendor-too-large", "\
A download, an archive or what it unpacks to is larger than the limits, has more files, or unpacks to a suspicious \
multiple of its size. Name a folder of the source with `//folder`, or use a release archive that holds only what you need.";

    /// It cannot be understood.
    UNREADABLE = "E1229", "vendor-unreadable", "\
What the server sent is not what it should be: not an archive of this kind, not a registry's answer, not an OCI \
manifest, or compressed in a way that is not supported.";

    /// A version or folder that is not there.
    NOT_THERE = "E1230", "vendor-not-there", "\
The source has no such version, ref, folder or file. The message names what there is.";

    /// The copy on disk is not what the lock says.
    DIFFERS = "E1231", "vendored-copy-differs", "\
A file below `vendor/` was changed, added or removed since `terrace vendor` wrote it, or is executable no more, so its digest is not the one \
in `terrace.lock`. Take the committed files back with git, write them anew with `terrace vendor --force`, or move \
what you changed into a layer, an overlay or a module of your own.";

    /// The lock does not match what the repository uses.
    STALE_LOCK = "E1232", "stale-terrace-lock", "\
`terrace.lock` has no entry for a remote source that the repository uses, or one for a source that nothing uses any \
more. Run `terrace vendor` and commit `terrace.lock` and `vendor/`.";

    /// Something else is in the way.
    IN_THE_WAY = "E1233", "vendor-in-the-way", "\
A folder below `vendor/` that is not in `terrace.lock` has the name that a source would get. It is not overwritten: \
move it away, or delete it if a killed run left it there.";

    /// It cannot be written.
    CANNOT_WRITE = "E1234", "vendor-cannot-write", "\
The operating system refused to write below `vendor/` or `terrace.lock`. The old lock stands as it was; run \
`terrace vendor` again when the cause is removed.";

    /// Nobody confirmed an update.
    NOT_CONFIRMED = "E1236", "vendor-not-confirmed", "\
`terrace vendor --update` shows what changes and asks before it writes. Without a terminal it writes only with `--yes`; \
`--dry-run` shows the changes and writes nothing.";

    /// A certificate that is not trusted.
    UNTRUSTED = "E1237", "vendor-untrusted-certificate", "\
A server shows a certificate that has expired, is for another host, or is signed by nobody who is trusted here. Trusted \
are the certificates of the system; if `SSL_CERT_FILE` names a file of certificates (PEM), those and no others. A \
company's own signer belongs into one of both. Terrace has no setting that turns the check off.";

    /// No entry of that name.
    UNKNOWN_NAME = "E1235", "unknown-vendored-source", "\
`terrace vendor --update NAME` takes an address, or the name of a folder below `vendor/`, of an entry of `terrace.lock`.";
}
