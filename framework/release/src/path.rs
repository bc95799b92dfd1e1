//! Names that mean the same on every file system (rendering.md, Determinism).

use std::collections::BTreeMap;

use terrace_diag::Diagnostic;

use crate::codes;

/// Longest path in bytes: leaves room for a checkout's own path below the
/// 260 characters of older Windows.
pub const MAX_PATH: usize = 200;

/// Refuses a path that is not relative, normal and of portable characters.
pub fn check_path(path: &str) -> Result<(), Diagnostic> {
    let bad = |why: &str| {
        Err(Diagnostic::error(
            &codes::BAD_PATH,
            format!("`{}` cannot be a rendered file: {why}", path.escape_debug()),
        ))
    };
    if path.is_empty() {
        return bad("the path is empty");
    }
    if path.len() > MAX_PATH {
        return bad("the path is longer than 200 bytes");
    }
    if let Some(other) = path
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-' | '/'))
    {
        return bad(&format!(
            "`{}` is not a letter, digit, `.`, `_`, `-` or `/`",
            other.escape_debug()
        ));
    }
    for segment in path.split('/') {
        match segment {
            "" => return bad("it starts or ends with `/`, or has two in a row"),
            "." | ".." => return bad("it has a `.` or `..` segment"),
            _ => {}
        }
    }
    Ok(())
}

/// Refuses a name of an environment, root or component: one path segment.
pub fn check_name(name: &str) -> Result<(), Diagnostic> {
    check_path(name)?;
    if name.contains('/') || name.starts_with(['.', '-']) {
        return Err(Diagnostic::error(
            &codes::BAD_PATH,
            format!(
                "`{name}` cannot name an environment or component: it starts with `.` or `-`, or has a `/`"
            ),
        ));
    }
    Ok(())
}

/// All pairs that cannot live together: names that differ in case only, at any
/// level, and files where another path needs a folder.
pub(crate) fn collisions<'a>(paths: impl Iterator<Item = &'a str> + Clone) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // With characters limited to ASCII, case can matter only if there is a capital.
    let fold = paths
        .clone()
        .any(|path| path.bytes().any(|b| b.is_ascii_uppercase()));
    let key = |text: &str| match fold {
        true => text.to_ascii_lowercase(),
        false => String::from(text),
    };
    // Lower-cased name -> (as written, is a folder, first path that has it).
    let mut seen: BTreeMap<String, (&str, bool, &str)> = BTreeMap::new();
    let mut last_folder = "";
    for path in paths {
        let folder = path.rfind('/').map_or("", |at| &path[..at]);
        // Sorted paths come folder by folder: its parents were seen already.
        let from = match folder == last_folder {
            true => folder.len(),
            false => 0,
        };
        last_folder = folder;
        let cuts = path
            .bytes()
            .enumerate()
            .filter(|(at, b)| *b == b'/' && *at > from)
            .map(|(at, _)| (at, true));
        for (end, is_folder) in cuts.chain([(path.len(), false)]) {
            let name = &path[..end];
            let (first, first_is_folder, holder) =
                *seen.entry(key(name)).or_insert((name, is_folder, path));
            let clash = if first != name {
                "differ in upper and lower case only"
            } else if first_is_folder != is_folder {
                "need a file and a folder of one name"
            } else {
                continue;
            };
            found.push(Diagnostic::error(
                &codes::PATH_COLLISION,
                format!("`{holder}` and `{path}` {clash}"),
            ));
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_some_file_system_reads_differently() {
        for good in [
            "main.tf",
            "modules/a-b/x_1.tf",
            ".terraform.lock.hcl",
            "a..b",
        ] {
            assert!(check_path(good).is_ok(), "{good}");
        }
        for bad in [
            "", "/a", "a/", "a//b", "./a", "a/../b", "a b", "a\\b", "a\n", "é", "a:b",
        ] {
            assert!(check_path(bad).is_err(), "{bad:?}");
        }
        assert!(check_path(&"a".repeat(201)).is_err());
        for bad in ["a/b", ".a", "-a", ".."] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_collisions_at_any_level() {
        let count = |paths: &[&str]| collisions(paths.iter().copied()).len();
        assert_eq!(count(&["a", "b/c", "b/d"]), 0);
        assert_eq!(count(&["README", "readme"]), 1);
        assert_eq!(count(&["A/x", "a/y"]), 1);
        assert_eq!(count(&["a", "a/y"]), 1);
        assert_eq!(count(&["a/y", "a/y/z"]), 1);
        assert_eq!(count(&["A/x/p", "A/x/q", "a/x/r"]), 1);
    }
}
