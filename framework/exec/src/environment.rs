//! The environment of a child, given in full.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Environment variables. The CLI reads the process environment once and hands
/// it on; everything else narrows or extends a copy. `Debug` shows names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// No variables.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a variable.
    pub fn get(&self, name: impl AsRef<OsStr>) -> Option<&OsStr> {
        self.0.get(name.as_ref()).map(OsString::as_os_str)
    }

    /// Whether a variable is set to something.
    pub fn is_set(&self, name: impl AsRef<OsStr>) -> bool {
        self.get(name).is_some_and(|value| !value.is_empty())
    }

    /// With a variable set.
    #[must_use]
    pub fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// Without a variable.
    #[must_use]
    pub fn without(mut self, name: impl AsRef<OsStr>) -> Self {
        self.0.remove(name.as_ref());
        self
    }

    /// Only the variables with one of these names or prefixes.
    #[must_use]
    pub fn only(&self, names: &[&str], prefixes: &[&str]) -> Self {
        let keep = |name: &OsStr| {
            let bytes = name.as_encoded_bytes();
            names.iter().any(|wanted| wanted.as_bytes() == bytes)
                || prefixes
                    .iter()
                    .any(|prefix| bytes.starts_with(prefix.as_bytes()))
        };
        self.iter()
            .filter(|(name, _)| keep(name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// Name and value, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// The folders of `PATH`. Relative ones are left out: the working directory
    /// may be somebody else's.
    pub fn path(&self) -> Vec<PathBuf> {
        self.get("PATH")
            .map(|path| {
                std::env::split_paths(path)
                    .filter(|folder| folder.is_absolute())
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The executable file of this name in `PATH`.
    pub fn find(&self, name: impl AsRef<OsStr>) -> Option<PathBuf> {
        find_program(name.as_ref(), &self.path())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(variables: T) -> Self {
        Self(
            variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

/// The first executable file called `name` in `folders`. A name with a slash is
/// not looked up: it is a path already.
pub fn find_program(name: &OsStr, folders: &[PathBuf]) -> Option<PathBuf> {
    if name.is_empty() || name.as_encoded_bytes().contains(&b'/') {
        return None;
    }
    folders
        .iter()
        .map(|folder| folder.join(name))
        .find(|path| is_executable(path))
}

pub(crate) fn is_executable(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Environment {
        [
            ("PATH", "/bin:.:rel:/usr/bin"),
            ("HOME", "/h"),
            ("TF_VAR_x", "secret"),
        ]
        .into_iter()
        .collect()
    }

    #[test]
    fn narrows_by_name_and_prefix() {
        let narrow = sample().only(&["HOME"], &["TF_VAR_"]);
        let names: Vec<_> = narrow.iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(names, ["HOME", "TF_VAR_x"]);
        assert!(!format!("{narrow:?}").contains("secret"));
    }

    #[test]
    fn leaves_relative_folders_out() {
        assert_eq!(
            sample().path(),
            [PathBuf::from("/bin"), PathBuf::from("/usr/bin")]
        );
        assert!(sample().find("sh").is_some());
        assert_eq!(sample().find("../bin/sh"), None);
        assert_eq!(sample().find(""), None);
    }
}
