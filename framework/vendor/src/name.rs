//! Names that may be written, as archives and repositories give them.

use crate::{Result, codes, refuse};

/// Longest path and longest name, in bytes.
const MAX_PATH: usize = 1024;
const MAX_NAME: usize = 255;

/// What becomes of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    /// It is kept.
    Path(String),
    /// It is left out: the folder itself, or settings of git and its hosts,
    /// which would act on the repository that the copy lies in.
    LeftOut,
}

/// A name as an archive or repository gives it.
///
/// # Errors
/// It must not be written, see [`codes::UNSAFE_PATH`].
pub(crate) fn check(raw: &[u8]) -> Result<Name> {
    let unsafe_path = |why: &str| {
        let shown = String::from_utf8_lossy(raw);
        let shown: String = shown.escape_debug().take(200).collect();
        refuse(
            &codes::UNSAFE_PATH,
            format!("the source holds `{shown}`, {why}"),
        )
    };
    let Ok(text) = std::str::from_utf8(raw) else {
        return Err(unsafe_path("a name that is not UTF-8"));
    };
    if text.chars().any(char::is_control) {
        return Err(unsafe_path("a name with a control character"));
    }
    if text.starts_with('/') {
        return Err(unsafe_path("an absolute path"));
    }
    if text.contains('\\') {
        return Err(unsafe_path("a name with a backslash"));
    }
    let bytes = text.as_bytes();
    if bytes.len() > 1 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' {
        return Err(unsafe_path("a path with a drive letter"));
    }
    let mut parts = Vec::new();
    let mut left_out = false;
    for part in text.split('/') {
        match part {
            "" | "." => continue,
            ".." => return Err(unsafe_path("a path that leads out of its folder")),
            part if part.len() > MAX_NAME => {
                return Err(unsafe_path("a name that is too long"));
            }
            part => parts.push(part),
        }
        match special(part) {
            Special::Git => {
                return Err(unsafe_path("a name that git treats as its own folder"));
            }
            Special::Settings => left_out = true,
            Special::No => {}
        }
    }
    let path = parts.join("/");
    if path.len() > MAX_PATH {
        return Err(unsafe_path("a path that is too long"));
    }
    Ok(match left_out || path.is_empty() {
        true => Name::LeftOut,
        false => Name::Path(path),
    })
}

/// Files and folders that act on the repository that they lie in.
const SETTINGS: [&str; 8] = [
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
    ".github",
    ".gitlab",
    ".gitlab-ci.yml",
    ".gitea",
    ".forgejo",
];

enum Special {
    /// Git's own folder, however a file system may spell it.
    Git,
    /// Settings of git or of a git host.
    Settings,
    No,
}

/// What git refuses to check out (`path.c` `is_ntfs_dotgit`, `utf8.c`
/// `is_hfs_dotgit`), and what would act on the repository around a copy.
fn special(part: &str) -> Special {
    let ignorable = |c: char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let plain: String = part.chars().filter(|c| !ignorable(*c)).collect();
    let plain = plain.to_lowercase();
    let plain = plain.split(':').next().unwrap_or_default();
    let plain = plain.trim_end_matches([' ', '.']);
    match plain {
        ".git" | "git~1" => Special::Git,
        plain if SETTINGS.contains(&plain) => Special::Settings,
        _ => Special::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_names_that_must_not_be_written() {
        for name in [
            "../x",
            "a/../../x",
            "a/..",
            "/etc/passwd",
            "C:/x",
            "c:x",
            "a\\..\\x",
            "\\\\host\\x",
            "a\nb",
            "a\0b",
            ".git/config",
            "a/.GIT/hooks/x",
            "x/git~1/y",
            ".g\u{200c}it/x",
            ".git /x",
            ".git./x",
            ".git::$INDEX_ALLOCATION/x",
        ] {
            let error = check(name.as_bytes()).expect_err(name);
            assert_eq!(error.code, &codes::UNSAFE_PATH, "{name}");
        }
        for raw in [&b"a\xff"[..], "x".repeat(256).as_bytes()] {
            let error = check(raw).expect_err("not a name");
            assert_eq!(error.code, &codes::UNSAFE_PATH);
        }
        assert_eq!(check(b"./a//b/."), Ok(Name::Path(String::from("a/b"))));
        assert_eq!(check(b"./"), Ok(Name::LeftOut));
    }
}
