//! Files in memory, for tests, fuzzing and compiled trees.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::{FileSystem, Kind, path};

/// A tree of files in memory; directories exist through their files.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
    /// Link path to the cleaned absolute path it leads to.
    links: BTreeMap<String, String>,
}

/// As many links in one path as Linux follows.
const MAX_LINKS: usize = 40;

impl Memory {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file.
    pub fn insert(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files
            .insert(path::clean(&format!("/{path}")), bytes.into());
    }

    /// Adds a symbolic link; a relative target counts from the link's folder.
    pub fn link(&mut self, path: &str, target: &str) {
        let path = path::clean(&format!("/{path}"));
        let target = if target.starts_with('/') {
            path::clean(target)
        } else {
            path::join(path::parent(&path), target)
        };
        self.links.insert(path, target);
    }

    fn kind_of_real(&self, path: &str) -> Option<Kind> {
        if self.files.contains_key(path) {
            return Some(Kind::File);
        }
        let prefix = if path == "/" {
            String::from("/")
        } else {
            format!("{path}/")
        };
        let below = |name: &String| name.starts_with(&prefix);
        let first = self.files.range(prefix.clone()..).map(|(name, _)| name);
        let link = self.links.range(prefix.clone()..).map(|(name, _)| name);
        let any = first.take(1).any(below) || link.take(1).any(below);
        (any || path == "/").then_some(Kind::Directory)
    }
}

impl FileSystem for Memory {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let real = self.canonical(path)?;
        self.files
            .get(&real)
            .cloned()
            .ok_or_else(|| io::Error::from(io::ErrorKind::IsADirectory))
    }

    fn kind(&self, path: &str) -> Option<Kind> {
        self.kind_of_real(&self.canonical(path).ok()?)
    }

    fn read_dir(&self, path: &str) -> io::Result<Vec<String>> {
        let real = self.canonical(path)?;
        let prefix = if real == "/" {
            real
        } else {
            format!("{real}/")
        };
        let names: BTreeSet<&str> = self
            .files
            .keys()
            .chain(self.links.keys())
            .filter_map(|name| name.strip_prefix(&prefix)?.split('/').next())
            .collect();
        Ok(names.into_iter().map(String::from).collect())
    }

    fn canonical(&self, path: &str) -> io::Result<String> {
        let mut rest: Vec<String> = path.split('/').rev().map(String::from).collect();
        let mut real = String::from("/");
        let mut links = 0;
        while let Some(part) = rest.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." => {
                    real = path::parent(&real).to_owned();
                    continue;
                }
                _ => {}
            }
            let next = path::join(&real, &part);
            if let Some(target) = self.links.get(&next) {
                links += 1;
                if links > MAX_LINKS {
                    return Err(io::Error::other("too many links"));
                }
                rest.extend(target.split('/').rev().map(String::from));
                real = String::from("/");
                continue;
            }
            if self.kind_of_real(&next).is_none() {
                return Err(io::Error::from(io::ErrorKind::NotFound));
            }
            real = next;
        }
        Ok(real)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_links() {
        let mut files = Memory::new();
        files.insert("a/b/c.yaml", "x");
        files.link("l", "a/b");
        files.link("a/up", "../l/c.yaml");
        assert_eq!(files.canonical("/a/up").expect("exists"), "/a/b/c.yaml");
        assert_eq!(files.read("/l/c.yaml").expect("exists"), b"x");
        assert_eq!(files.kind("/l"), Some(Kind::Directory));
        assert_eq!(files.read_dir("/").expect("exists"), ["a", "l"]);
        assert!(files.canonical("/a/none").is_err());
    }
}
