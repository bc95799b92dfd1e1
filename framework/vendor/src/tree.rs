//! What was fetched, in memory: files, links, submodules, each name checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use terrace_release::Digest;
use terrace_source::path;

use crate::name::{self, Name};
use crate::{Limits, Result, codes, refuse};

/// A file: all that is kept of one, as in git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its content.
    pub bytes: Arc<[u8]>,
    /// Whether its owner may execute it.
    pub executable: bool,
}

impl File {
    /// A file that comes without a mode.
    pub(crate) fn plain(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self::new(bytes, 0)
    }

    /// A file with a Unix mode.
    pub(crate) fn new(bytes: impl Into<Arc<[u8]>>, mode: u32) -> Self {
        Self {
            bytes: bytes.into(),
            executable: mode & OWNER_EXECUTES != 0,
        }
    }
}

/// The bit of a Unix mode that git looks at, too.
const OWNER_EXECUTES: u32 = 0o100;

/// Files by path.
pub type Files = BTreeMap<String, File>;

/// Links followed after each other, as many as Linux follows.
const MAX_LINKS: usize = 40;

/// A source as it was fetched.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    files: Files,
    /// Symbolic links with what they say.
    links: BTreeMap<String, String>,
    submodules: BTreeSet<String>,
    /// Names in lower case, with how they are spelled.
    spelled: BTreeMap<String, String>,
    bytes: u64,
}

impl Tree {
    /// Claims a path: no other one may be spelled like it but for case, or
    /// stand where a folder of it stands.
    fn claim(&mut self, path: &str) -> Result<()> {
        let mut end = 0;
        loop {
            end = path[end..].find('/').map_or(path.len(), |at| end + at);
            let part = &path[..end];
            let known = self
                .spelled
                .entry(part.to_lowercase())
                .or_insert_with(|| part.to_owned());
            if known != part {
                return Err(refuse(
                    &codes::UNSAFE_PATH,
                    format!(
                        "the source holds `{known}` and `{part}`, which are one file where case is not told apart"
                    ),
                ));
            }
            if end < path.len() && (self.files.contains_key(part) || self.links.contains_key(part))
            {
                return Err(refuse(
                    &codes::UNSAFE_PATH,
                    format!("the source holds `{part}` as a file or link and as a folder"),
                ));
            }
            if end == path.len() {
                break;
            }
            end += 1;
        }
        let has_below = self.below(path).next().is_some();
        if has_below || self.files.contains_key(path) || self.links.contains_key(path) {
            return Err(refuse(
                &codes::UNSAFE_PATH,
                format!("the source holds `{path}` twice"),
            ));
        }
        Ok(())
    }

    fn count(&mut self, limits: &Limits, bytes: u64) -> Result<()> {
        self.bytes += bytes;
        let files = self.files.len() + self.links.len();
        if files >= limits.files {
            return Err(refuse(
                &codes::TOO_LARGE,
                format!("the source has more than {} files", limits.files),
            ));
        }
        if self.bytes > limits.unpacked {
            return Err(refuse(
                &codes::TOO_LARGE,
                format!(
                    "the source unpacks to more than {} MiB",
                    limits.unpacked >> 20
                ),
            ));
        }
        Ok(())
    }

    /// Adds a file.
    pub(crate) fn add_file(&mut self, raw: &[u8], file: File, limits: &Limits) -> Result<()> {
        let Name::Path(path) = name::check(raw)? else {
            return Ok(());
        };
        self.count(limits, file.bytes.len() as u64)?;
        self.claim(&path)?;
        self.files.insert(path, file);
        Ok(())
    }

    /// Adds a symbolic link; one that leads out of the tree is refused.
    pub(crate) fn add_link(&mut self, raw: &[u8], target: &[u8], limits: &Limits) -> Result<()> {
        let Name::Path(link) = name::check(raw)? else {
            return Ok(());
        };
        let leaves = || {
            let shown = String::from_utf8_lossy(target);
            let shown: String = shown.escape_debug().take(200).collect();
            refuse(
                &codes::UNSAFE_ENTRY,
                format!("the link `{link}` leads out of the source, to `{shown}`"),
            )
        };
        let Ok(target) = std::str::from_utf8(target) else {
            return Err(leaves());
        };
        let (folder, _) = path::split(&link);
        if target.is_empty() || path::resolve(folder, target).is_none() {
            return Err(leaves());
        }
        let target = target.to_owned();
        self.count(limits, 0)?;
        self.claim(&link)?;
        self.links.insert(link, target);
        Ok(())
    }

    /// Adds a hard link: a file that came before it, again.
    pub(crate) fn add_hard_link(
        &mut self,
        raw: &[u8],
        target: &[u8],
        limits: &Limits,
    ) -> Result<()> {
        let name = name::check(raw)?;
        let file = match name::check(target) {
            Ok(Name::Path(target)) => self.files.get(&target).cloned(),
            _ => None,
        };
        let Some(file) = file else {
            let (name, target) = (
                String::from_utf8_lossy(raw),
                String::from_utf8_lossy(target),
            );
            return Err(refuse(
                &codes::UNSAFE_ENTRY,
                format!(
                    "the hard link `{}` leads out of the source, to `{}`",
                    name.escape_debug(),
                    target.escape_debug()
                ),
            ));
        };
        match name {
            Name::Path(_) => self.add_file(raw, file, limits),
            Name::LeftOut => Ok(()),
        }
    }

    /// Notes a submodule.
    pub(crate) fn add_submodule(&mut self, path: &str) {
        self.submodules.insert(path.to_owned());
    }

    /// A file, links followed.
    pub fn file(&self, path: &str) -> Option<&File> {
        let real = self.real(path).ok()?;
        self.files.get(&real)
    }

    /// Whether files or links are below a folder; the whole tree is one.
    pub fn is_folder(&self, folder: &str) -> bool {
        let Ok(real) = self.real(folder) else {
            return false;
        };
        self.below(&real).next().is_some()
    }

    /// The files directly in a folder by their names, links followed.
    pub(crate) fn files_in(&self, folder: &str) -> Vec<(&str, &File)> {
        let Ok(real) = self.real(folder) else {
            return Vec::new();
        };
        let start = match real.is_empty() {
            true => 0,
            false => real.len() + 1,
        };
        let mut found: Vec<(&str, &File)> = self
            .below(&real)
            .filter(|path| !path[start..].contains('/'))
            .filter_map(|path| Some((&path[start..], self.file(path)?)))
            .collect();
        found.sort_unstable_by_key(|(name, _)| *name);
        found
    }

    /// All paths of files and links, sorted.
    pub fn paths(&self) -> BTreeSet<&str> {
        let files = self.files.keys().chain(self.links.keys());
        files.map(String::as_str).collect()
    }

    /// The first parts of all paths.
    pub fn top(&self) -> BTreeSet<&str> {
        self.paths()
            .into_iter()
            .filter_map(|path| path.split('/').next())
            .collect()
    }

    fn below<'t>(&'t self, folder: &str) -> impl Iterator<Item = &'t str> + use<'t> {
        let prefix = match folder {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let files = self.files.range(prefix.clone()..).map(|(path, _)| path);
        let links = self.links.range(prefix.clone()..).map(|(path, _)| path);
        let (first, second) = (prefix.clone(), prefix);
        files
            .take_while(move |path| path.starts_with(&first))
            .chain(links.take_while(move |path| path.starts_with(&second)))
            .map(String::as_str)
    }

    /// The tree without its first folder, where there is only one, as archives
    /// of git hosts have.
    pub(crate) fn without_top(mut self) -> Result<Self> {
        let top: Vec<String> = self.top().into_iter().map(str::to_owned).collect();
        let [only] = top.as_slice() else {
            return Err(refuse(
                &codes::NOT_THERE,
                "the archive was expected to hold exactly one folder",
            ));
        };
        let prefix = format!("{only}/");
        let strip = |path: String| path.strip_prefix(&prefix).map(str::to_owned);
        let files = std::mem::take(&mut self.files);
        let links = std::mem::take(&mut self.links);
        Ok(Self {
            files: files
                .into_iter()
                .filter_map(|(path, file)| Some((strip(path)?, file)))
                .collect(),
            links: links
                .into_iter()
                .filter_map(|(path, target)| Some((strip(path)?, target)))
                .collect(),
            ..Self::default()
        })
    }

    /// A path with every link on it followed.
    fn real(&self, path: &str) -> Result<String> {
        let broken = |why: &str| {
            refuse(
                &codes::UNSAFE_ENTRY,
                format!("the link `{path}` of the source {why}"),
            )
        };
        let mut rest: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        let mut real: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(part) = rest.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." => {
                    real.pop().ok_or_else(|| broken("leads out of it"))?;
                    continue;
                }
                _ => real.push(part),
            }
            if let Some(target) = self.links.get(&real.join("/")) {
                links += 1;
                if links > MAX_LINKS {
                    return Err(broken("leads in a circle"));
                }
                real.pop();
                rest.extend(target.split('/').rev().map(str::to_owned));
            }
        }
        Ok(real.join("/"))
    }

    /// Everything in a folder as plain files, links replaced by what they lead
    /// to. A file is given by itself.
    ///
    /// # Errors
    /// A submodule, or a link in a circle or to nothing; too much of it.
    pub(crate) fn collect(&self, folder: &str, into: &mut Gathered<'_>) -> Result<()> {
        let mut open = vec![(folder.to_owned(), self.real(folder)?, 0_usize)];
        while let Some((shown, real, depth)) = open.pop() {
            if depth > MAX_LINKS {
                return Err(refuse(
                    &codes::UNSAFE_ENTRY,
                    format!("the link `{shown}` of the source leads in a circle"),
                ));
            }
            let inside = |module: &&String| {
                real.is_empty()
                    || **module == real
                    || module
                        .strip_prefix(real.as_str())
                        .is_some_and(|rest| rest.starts_with('/'))
            };
            if let Some(module) = self.submodules.iter().find(inside) {
                return Err(refuse(
                    &codes::UNSAFE_ENTRY,
                    format!("`{module}` is a submodule, whose content is in another repository"),
                )
                .help("vendor that repository by its own address"));
            }
            if let Some(found) = self.files.get(&real) {
                into.add(shown, found)?;
                continue;
            }
            let mut any = false;
            for path in self.below(&real) {
                any = true;
                let rest = match real.is_empty() {
                    true => path,
                    false => &path[real.len() + 1..],
                };
                let name = match shown.is_empty() {
                    true => rest.to_owned(),
                    false => format!("{shown}/{rest}"),
                };
                if self.links.contains_key(path) {
                    open.push((name, self.real(path)?, depth + 1));
                } else if let Some(found) = self.files.get(path) {
                    into.add(name, found)?;
                }
            }
            if !any && depth > 0 {
                return Err(refuse(
                    &codes::UNSAFE_ENTRY,
                    format!("the link `{shown}` of the source leads to nothing"),
                ));
            }
        }
        Ok(())
    }
}

/// Files of a tree that are copied, within the limits: links may multiply what
/// a source holds.
pub(crate) struct Gathered<'l> {
    files: Files,
    bytes: u64,
    limits: &'l Limits,
}

impl<'l> Gathered<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self {
            files: Files::new(),
            bytes: 0,
            limits,
        }
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    pub(crate) fn into_files(self) -> Files {
        self.files
    }

    fn add(&mut self, path: String, file: &File) -> Result<()> {
        self.bytes += file.bytes.len() as u64;
        if let Some(before) = self.files.insert(path, file.clone()) {
            self.bytes -= before.bytes.len() as u64;
        }
        if self.bytes > self.limits.unpacked || self.files.len() > self.limits.files {
            return Err(refuse(
                &codes::TOO_LARGE,
                "the links of the source multiply its files beyond the limits",
            ));
        }
        Ok(())
    }
}

/// The digest of plain files.
pub(crate) fn digest(files: &Files) -> Digest {
    terrace_lock::of_tree(
        files
            .iter()
            .map(|(path, file)| (path.as_str(), Digest::of(&file.bytes), file.executable)),
    )
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
