//! The digest of a local copy: what `sha256sum` of its files gives, hashed.

use std::fmt::Write as _;

use terrace_release::Digest;

/// The lines that `find . -type f | cut -c3- | LC_ALL=C sort | xargs sha256sum`
/// prints in the folder. Files in any order.
pub fn sums<'a>(files: impl IntoIterator<Item = (&'a str, Digest)>) -> String {
    let mut files: Vec<(&str, Digest)> = files.into_iter().collect();
    files.sort_unstable();
    let mut text = String::new();
    for (path, digest) in files {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{digest}  {path}");
    }
    text
}

/// The digest of a tree: of its files' paths and bytes, not of their modes.
pub fn of_tree<'a>(files: impl IntoIterator<Item = (&'a str, Digest)>) -> Digest {
    Digest::of(sums(files))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_not_depend_on_order() {
        let (a, b) = (("a", Digest::of("1")), ("b/c", Digest::of("2")));
        assert_eq!(of_tree([a, b]), of_tree([b, a]));
        assert_ne!(of_tree([a]), of_tree([("A", a.1)]));
        assert!(sums([b, a]).ends_with("  b/c\n"));
    }
}
