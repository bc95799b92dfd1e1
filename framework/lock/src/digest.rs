//! The digest of a local copy: what `sha256sum` of its files gives and which of
//! them are executable, hashed.

use std::fmt::Write as _;

use terrace_release::Digest;

/// The digest of a tree: of its files' paths, their bytes and whether their
/// owner may execute them, given in any order.
///
/// It is the sha256 of the lines that
/// `find . -type f | cut -c3- | LC_ALL=C sort | xargs sha256sum` prints in the
/// folder, followed by a line `executable  PATH` for each executable file.
pub fn of_tree<'a>(files: impl IntoIterator<Item = (&'a str, Digest, bool)>) -> Digest {
    let mut files: Vec<(&str, Digest, bool)> = files.into_iter().collect();
    files.sort_unstable();
    let mut text = String::new();
    // Writing into a String cannot fail.
    for (path, digest, _) in &files {
        let _ = writeln!(text, "{digest}  {path}");
    }
    for (path, ..) in files.iter().filter(|(.., executable)| *executable) {
        let _ = writeln!(text, "executable  {path}");
    }
    Digest::of(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_not_depend_on_order() {
        let (a, b) = (
            ("a", Digest::of("1"), true),
            ("b/c", Digest::of("2"), false),
        );
        assert_eq!(of_tree([a, b]), of_tree([b, a]));
        assert_ne!(of_tree([a]), of_tree([("A", a.1, true)]));
        assert_ne!(of_tree([a]), of_tree([("a", a.1, false)]));
        let text = format!("{}  a\n{}  b/c\nexecutable  a\n", a.1, b.1);
        assert_eq!(of_tree([b, a]), Digest::of(text));
    }
}
