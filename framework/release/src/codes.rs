//! The codes of this crate: E0701 to E0729 (the renderer has the rest of E07xx).

terrace_diag::codes! {
    /// A path that a rendered folder cannot hold.
    BAD_PATH = "E0701", "bad-path", "Rendered files are named with letters, digits, `.`, `_`, `-` and `/` only, relative to their folder, without `.` or `..` segments. Such a name means the same on every file system, in every shell and in SHA256SUMS, which needs no escapes then. Rename the file at its source.";
    /// Two paths that cannot live together on some file system.
    PATH_COLLISION = "E0702", "path-collision", "Two files of one folder have names that differ in upper and lower case only, or one is a file where the other needs a folder. On macOS or Windows one would overwrite the other, so that two checkouts of one release would hold different bytes. Rename one of them at its source.";
    /// A SHA256SUMS that is not in the one accepted form.
    BAD_SUMS = "E0703", "bad-sums", "SHA256SUMS holds one line per file: 64 lower case hexadecimal digits, two spaces, the path; sorted bytewise, each path once, a line feed after each. The digest of a folder is the sha256 of this file, so there is only one accepted spelling. Render again; never edit the file.";
    /// A folder that is not what its SHA256SUMS says.
    FOLDER_DIFFERS = "E0704", "folder-differs", "The files of a rendered folder are not those listed in its SHA256SUMS: one is missing, changed, a link, or not listed. A release is moved only as the exact bytes that were validated. Render again, or fetch the release again.";
    /// A JSON text that is not accepted.
    BAD_JSON = "E0705", "bad-json", "Release and ledger files are read strictly: UTF-8, each key once, whole numbers below 2^53, limited size and depth. Two readers that treat a repeated key or a huge number differently would see two different releases in one signed text.";
    /// A release.json that is well-formed JSON but not a release.
    BAD_RELEASE = "E0706", "bad-release", "release.json must have exactly the fields of its schema. It is written by `terrace render` and names the release by its sha256; do not edit it. A newer schema needs a newer terrace.";
}
