//! Reading trees, blobs and commits, many in one process.

use std::collections::BTreeMap;

use crate::error::GitError;
use crate::git::Call;
use crate::id::ObjectId;
use crate::repository::Repository;
use crate::store::{Found, Kind, Object, hex, records as tree_records};

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// A file.
    File,
    /// An executable file.
    Executable,
    /// A symbolic link; the blob is its target.
    Link,
    /// A submodule; the id is a commit of another repository.
    Submodule,
    /// A folder.
    Folder,
}

impl Mode {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            // 100664 is in old repositories and means the same.
            "100644" | "100664" => Self::File,
            "100755" => Self::Executable,
            "120000" => Self::Link,
            "160000" => Self::Submodule,
            "040000" | "40000" => Self::Folder,
            _ => return None,
        })
    }

    /// As git writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Executable => "100755",
            Self::Link => "120000",
            Self::Submodule => "160000",
            Self::Folder => "040000",
        }
    }
}

/// A file in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Path from the tree's top, with `/`.
    pub path: String,
    /// What it is.
    pub mode: Mode,
    /// Its blob.
    pub id: ObjectId,
}

/// A file in a tree with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFile {
    /// What it is: a file, an executable file or a link.
    pub mode: Mode,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What a tree holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// Files and links with their content.
    pub files: BTreeMap<String, TreeFile>,
    /// Submodules: their content is not in this repository.
    pub submodules: Vec<String>,
    /// Paths that are not UTF-8, with replacement characters: nothing can refer to
    /// them.
    pub not_utf8: Vec<String>,
}

/// A name with a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// A person's or machine's name.
    pub name: String,
    /// An address.
    pub email: String,
    /// Seconds since 1970, UTC.
    pub seconds: i64,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents, the first one first.
    pub parents: Vec<ObjectId>,
    /// Who wrote the change, and when.
    pub author: Signature,
    /// Who made the commit, and when.
    pub committer: Signature,
    /// The whole message.
    pub message: String,
}

impl Commit {
    /// `Key: value` lines of the message's last paragraph, if it holds nothing
    /// else, in their order.
    pub fn trailers(&self) -> Vec<(&str, &str)> {
        let Some((_, last)) = self.message.trim_end().rsplit_once("\n\n") else {
            return Vec::new();
        };
        last.lines()
            .map(|line| {
                line.split_once(": ").filter(|(key, _)| {
                    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                })
            })
            .collect::<Option<_>>()
            .unwrap_or_default()
    }

    /// The value of a trailer; `None` if it is not there exactly once.
    pub fn trailer(&self, key: &str) -> Option<&str> {
        let trailers = self.trailers();
        let mut found = trailers.iter().filter(|(name, _)| *name == key);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

/// How a file differs between two trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Only in the second.
    Added,
    /// In both, with other content, mode or kind.
    Modified,
    /// Only in the first.
    Deleted,
}

/// A file that differs between two trees.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Its path.
    pub path: String,
    /// How.
    pub kind: ChangeKind,
}

impl Repository {
    /// All files of a tree or commit, also in folders below, sorted by path as
    /// git sorts.
    ///
    /// # Errors
    /// No such tree, a path that is not UTF-8, or git fails.
    pub fn entries(&self, tree: &ObjectId) -> Result<Vec<TreeEntry>, GitError> {
        self.list(tree, true)
    }

    /// The direct entries of a tree or commit, folders among them.
    ///
    /// # Errors
    /// As [`Repository::entries`].
    pub fn top_entries(&self, tree: &ObjectId) -> Result<Vec<TreeEntry>, GitError> {
        self.list(tree, false)
    }

    /// The direct entries of many trees by git's names (an id, or
    /// `<commit>:<path>`), in one process and in the order asked for; `None` where
    /// there is no such tree.
    ///
    /// # Errors
    /// A tree that is not readable, or git fails.
    pub fn trees(&self, names: &[String]) -> Result<Vec<Option<Vec<TreeEntry>>>, GitError> {
        let names: Vec<String> = names
            .iter()
            .map(|name| name.replace(['\n', '\0'], "\u{fffd}"))
            .collect();
        let objects = self.objects(names.iter().map(String::as_str))?;
        let trees = objects.into_iter().zip(&names).map(|(object, name)| {
            let Some(object) = object.filter(|object| object.kind == Kind::Tree) else {
                return Ok(None);
            };
            let entries = parse_tree(&object.bytes, self.id_length() / 2);
            entries.map(Some).ok_or_else(|| GitError::UnknownRevision {
                revision: name.clone(),
            })
        });
        trees.collect()
    }

    fn list(&self, tree: &ObjectId, deep: bool) -> Result<Vec<TreeEntry>, GitError> {
        if let Some(entries) = self.list_here(tree, deep) {
            return Ok(entries);
        }
        let call = self
            .call(&["ls-tree", "-z", "--full-tree"])
            .args(deep.then_some("-r"))
            .args([tree.as_str()]);
        records(&call)?
            .iter()
            .map(|record| parse_entry(record).ok_or_else(|| call.unexpected(record.clone())))
            .collect()
    }

    /// Likewise without a process; `None` where git has to be asked.
    fn list_here(&self, tree: &ObjectId, deep: bool) -> Option<Vec<TreeEntry>> {
        let top = self.store().object(tree)?;
        let top = match top.kind {
            Kind::Tree => top,
            Kind::Commit => self.store().object(&parse_commit(tree, &top.bytes)?.tree)?,
            Kind::Blob | Kind::Tag => return None,
        };
        let length = self.id_length() / 2;
        let mut out = Vec::new();
        // What is still to come of each folder on the way down.
        let entries = parse_tree(&top.bytes, length)?;
        let mut open = vec![(String::new(), entries.into_iter())];
        while let Some((prefix, entries)) = open.last_mut() {
            let Some(mut entry) = entries.next() else {
                open.pop();
                continue;
            };
            entry.path.insert_str(0, prefix);
            if !deep || entry.mode != Mode::Folder {
                out.push(entry);
                continue;
            }
            let below = self.store().object(&entry.id)?;
            if below.kind != Kind::Tree || open.len() == DEPTH {
                return None;
            }
            let entries = parse_tree(&below.bytes, length)?;
            open.push((format!("{}/", entry.path), entries.into_iter()));
        }
        Some(out)
    }

    /// The contents of blobs, in the order asked for.
    ///
    /// # Errors
    /// One is not there or is no blob, or git fails.
    pub fn blobs(&self, ids: &[ObjectId]) -> Result<Vec<Vec<u8>>, GitError> {
        let objects = self.objects(ids.iter().map(ObjectId::as_str))?;
        objects
            .into_iter()
            .zip(ids)
            .map(|(object, id)| match object {
                Some(object) if object.kind == Kind::Blob => Ok(object.bytes),
                _ => Err(GitError::UnknownRevision {
                    revision: id.to_string(),
                }),
            })
            .collect()
    }

    /// What `take` makes of the contents of blobs, on all processors, in the order
    /// asked for. No content is kept.
    ///
    /// # Errors
    /// As [`Repository::blobs`].
    pub fn map_blobs<T: Send>(
        &self,
        ids: &[ObjectId],
        take: impl Fn(&[u8]) -> T + Sync,
    ) -> Result<Vec<T>, GitError> {
        let taken = self.store().blobs(ids, &take);
        let missing = ids.iter().zip(&taken).filter(|(_, taken)| taken.is_none());
        let missing: Vec<ObjectId> = missing.map(|(id, _)| id.clone()).collect();
        let mut asked = self.blobs(&missing)?.into_iter();
        let all = taken.into_iter();
        Ok(all
            .filter_map(|taken| taken.or_else(|| asked.next().map(|bytes| take(&bytes))))
            .collect())
    }

    /// Likewise; `None` where there is no such blob.
    ///
    /// # Errors
    /// Git fails.
    pub fn blobs_there(&self, ids: &[ObjectId]) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        let objects = self.objects(ids.iter().map(ObjectId::as_str))?;
        let blob = |object: Option<Object>| object.filter(|object| object.kind == Kind::Blob);
        Ok(objects
            .into_iter()
            .map(|object| blob(object).map(|object| object.bytes))
            .collect())
    }

    /// The contents of files of a commit or tree by path; `None` where there is
    /// no such file. Links give their target.
    ///
    /// # Errors
    /// Git fails.
    pub fn files_at(
        &self,
        commit: &ObjectId,
        paths: &[&str],
    ) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        self.files_named(paths.iter().map(|path| format!("{commit}:{path}")))
    }

    /// The contents of files of many commits, in the order asked for; `None`
    /// where there is no such file or commit.
    ///
    /// # Errors
    /// Git fails.
    pub fn files_of(&self, files: &[(String, String)]) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        self.files_named(
            files
                .iter()
                .map(|(commit, path)| format!("{commit}:{path}")),
        )
    }

    /// Files by git's `<tree-ish>:<path>`, one question a line: what cannot stand
    /// in a line names nothing.
    fn files_named(
        &self,
        names: impl Iterator<Item = String>,
    ) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        let names: Vec<String> = names
            .map(|name| name.replace(['\n', '\0'], "\u{fffd}"))
            .collect();
        let objects = self.objects(names.iter().map(String::as_str))?;
        Ok(objects
            .into_iter()
            .map(|object| {
                object
                    .filter(|object| object.kind == Kind::Blob)
                    .map(|object| object.bytes)
            })
            .collect())
    }

    /// All files of a tree or commit with their contents, in two processes.
    ///
    /// # Errors
    /// A submodule ([`GitError::UnsafePath`]), no such tree, or git fails.
    pub fn read_tree(&self, tree: &ObjectId) -> Result<BTreeMap<String, TreeFile>, GitError> {
        let entries = self.entries(tree)?;
        if let Some(entry) = entries.iter().find(|entry| entry.mode == Mode::Submodule) {
            return Err(GitError::UnsafePath {
                path: entry.path.clone(),
                reason: "it is a submodule, whose content is not in this repository",
            });
        }
        self.contents(entries)
    }

    /// The files of a tree with their contents, and what can be no source.
    ///
    /// # Errors
    /// No such tree, or git fails.
    pub fn sources(&self, tree: &ObjectId) -> Result<Sources, GitError> {
        let mut not_utf8 = Vec::new();
        let entries = match self.list_here(tree, true) {
            Some(entries) => entries,
            None => {
                let call = self
                    .call(&["ls-tree", "-z", "--full-tree", "-r"])
                    .args([tree.as_str()]);
                let bytes = call.bytes()?;
                let mut entries = Vec::new();
                for record in bytes.split(|byte| *byte == 0).filter(|r| !r.is_empty()) {
                    let text = String::from_utf8_lossy(record);
                    let entry = parse_entry(&text).ok_or_else(|| call.unexpected(text.as_ref()))?;
                    match std::str::from_utf8(record) {
                        Ok(_) => entries.push(entry),
                        Err(_) => not_utf8.push(entry.path),
                    }
                }
                entries
            }
        };
        let (submodules, entries): (Vec<TreeEntry>, Vec<TreeEntry>) = entries
            .into_iter()
            .partition(|entry| entry.mode == Mode::Submodule);
        Ok(Sources {
            files: self.contents(entries)?,
            submodules: submodules.into_iter().map(|entry| entry.path).collect(),
            not_utf8,
        })
    }

    fn contents(&self, entries: Vec<TreeEntry>) -> Result<BTreeMap<String, TreeFile>, GitError> {
        let ids: Vec<ObjectId> = entries.iter().map(|entry| entry.id.clone()).collect();
        let contents = self.blobs(&ids)?;
        Ok(entries
            .into_iter()
            .zip(contents)
            .map(|(entry, bytes)| {
                let mode = entry.mode;
                (entry.path, TreeFile { mode, bytes })
            })
            .collect())
    }

    /// All files of a tree that holds nothing but files, as a release does.
    ///
    /// # Errors
    /// A link or submodule ([`GitError::UnsafePath`]), no such tree, or git
    /// fails.
    pub fn read_files(&self, tree: &ObjectId) -> Result<BTreeMap<String, Vec<u8>>, GitError> {
        self.read_tree(tree)?
            .into_iter()
            .map(|(path, file)| match file.mode {
                Mode::File | Mode::Executable => Ok((path, file.bytes)),
                _ => Err(GitError::UnsafePath {
                    path,
                    reason: "it is a link",
                }),
            })
            .collect()
    }

    /// Commits by id, in the order asked for.
    ///
    /// # Errors
    /// One is not there, is no commit or is not readable, or git fails.
    pub fn commits(&self, ids: &[ObjectId]) -> Result<Vec<Commit>, GitError> {
        let objects = self.objects(ids.iter().map(ObjectId::as_str))?;
        objects
            .into_iter()
            .zip(ids)
            .map(|(object, id)| {
                object
                    .filter(|object| object.kind == Kind::Commit)
                    .and_then(|object| parse_commit(id, &object.bytes))
                    .ok_or_else(|| GitError::UnknownRevision {
                        revision: id.to_string(),
                    })
            })
            .collect()
    }

    /// A commit.
    ///
    /// # Errors
    /// As [`Repository::commits`].
    pub fn commit(&self, id: &ObjectId) -> Result<Commit, GitError> {
        let mut commits = self.commits(std::slice::from_ref(id))?;
        commits.pop().ok_or_else(|| GitError::UnknownRevision {
            revision: id.to_string(),
        })
    }

    /// The commits from the first to `tip` along first parents, oldest first,
    /// without `after` and its ancestors.
    ///
    /// # Errors
    /// [`GitError::MissingHistory`] when the clone is shallow and the walk
    /// reaches its end, no such commit, or git fails.
    pub fn history(
        &self,
        tip: &ObjectId,
        after: Option<&ObjectId>,
    ) -> Result<Vec<Commit>, GitError> {
        let call = self
            .call(&["rev-list", "--first-parent", "--reverse"])
            .args([tip.to_string()])
            .args(after.map(|after| format!("^{after}")));
        let ids = call
            .text()?
            .lines()
            .map(|line| line.parse().map_err(|_| call.unexpected(line)))
            .collect::<Result<Vec<ObjectId>, _>>()?;
        let commits = self.commits(&ids)?;
        // The oldest commit of a shallow clone still names its parents.
        let cut = commits.first().is_some_and(|first| {
            first
                .parents
                .first()
                .is_some_and(|parent| Some(parent) != after)
        });
        if cut && self.is_shallow()? {
            return Err(GitError::MissingHistory {
                commit: tip.to_string(),
            });
        }
        Ok(commits)
    }

    /// The files that differ between two trees or commits, sorted by path.
    ///
    /// # Errors
    /// No such tree, or git fails.
    pub fn changes(&self, from: &ObjectId, to: &ObjectId) -> Result<Vec<Change>, GitError> {
        let call = self
            .call(&[
                "diff-tree",
                "-r",
                "-z",
                "--no-commit-id",
                "--no-renames",
                "--name-status",
            ])
            .args([from.as_str(), to.as_str()]);
        let records = records(&call)?;
        let mut changes = records
            .chunks(2)
            .map(|pair| match pair {
                [kind, path] => Ok(Change {
                    path: path.clone(),
                    kind: match kind.as_str() {
                        "A" => ChangeKind::Added,
                        "D" => ChangeKind::Deleted,
                        _ => ChangeKind::Modified,
                    },
                }),
                _ => Err(call.unexpected("an odd number of records")),
            })
            .collect::<Result<Vec<_>, _>>()?;
        changes.sort();
        Ok(changes)
    }

    /// Objects by name; those that cannot be read from the files through one
    /// process.
    fn objects<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<Option<Object>>, GitError> {
        let names: Vec<&str> = names.collect();
        let mut objects = Vec::with_capacity(names.len());
        let mut asked = Vec::new();
        for (at, found) in self.store().named(&names).into_iter().enumerate() {
            objects.push(match found {
                Found::Object(object) => Some(object),
                Found::Absent => None,
                Found::Unknown => {
                    asked.push(at);
                    None
                }
            });
        }
        if asked.is_empty() {
            return Ok(objects);
        }
        let missing: Vec<&str> = asked.iter().map(|at| names[*at]).collect();
        for (at, object) in asked.into_iter().zip(self.ask(&missing)?) {
            objects[at] = object;
        }
        Ok(objects)
    }

    /// Objects by name as git gives them, through one process.
    pub(crate) fn ask(&self, names: &[&str]) -> Result<Vec<Option<Object>>, GitError> {
        let mut input = Vec::new();
        for name in names {
            input.extend_from_slice(name.as_bytes());
            input.push(b'\n');
        }
        let call = self.call(&["cat-file", "--batch", "--buffer"]).stdin(input);
        let output = call.bytes()?;
        let mut rest = output.as_slice();
        let answers = names.iter().map(|_| {
            next_object(&mut rest).ok_or_else(|| call.unexpected("its output ends too early"))
        });
        answers.collect()
    }
}

/// Text between NULs.
pub(crate) fn records(call: &Call<'_>) -> Result<Vec<String>, GitError> {
    let bytes = call.bytes()?;
    let records = bytes.split(|byte| *byte == 0);
    records
        .filter(|record| !record.is_empty())
        .map(|record| {
            String::from_utf8(record.to_vec()).map_err(|_| {
                let shown = String::from_utf8_lossy(record);
                call.unexpected(format!("a path that is not UTF-8: {shown}"))
            })
        })
        .collect()
}

fn parse_entry(record: &str) -> Option<TreeEntry> {
    let (attributes, path) = record.split_once('\t')?;
    let mut attributes = attributes.split(' ');
    let mode = Mode::parse(attributes.next()?)?;
    let _kind = attributes.next()?;
    Some(TreeEntry {
        path: path.to_owned(),
        mode,
        id: attributes.next()?.parse().ok()?,
    })
}

/// Folders in folders beyond this are left to git.
const DEPTH: usize = 64;

/// A tree object: `<mode> <name> NUL <id>`, ids of this many bytes.
fn parse_tree(bytes: &[u8], id_length: usize) -> Option<Vec<TreeEntry>> {
    tree_records(bytes, id_length)
        .map(|record| {
            let (mode, path, id) = record?;
            Some(TreeEntry {
                path: String::from_utf8(path.to_vec()).ok()?,
                mode: Mode::parse(std::str::from_utf8(mode).ok()?)?,
                id: hex(id).parse().ok()?,
            })
        })
        .collect()
}

/// One answer of `cat-file --batch`: `<id> <kind> <size>`, the content, a line
/// break; or `<name> missing`. `None` if it is neither.
#[expect(
    clippy::option_option,
    reason = "absent object and broken output differ"
)]
fn next_object(rest: &mut &[u8]) -> Option<Option<Object>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let header = std::str::from_utf8(&rest[..end]).ok()?;
    *rest = &rest[end + 1..];
    if header.ends_with(" missing") || header.ends_with(" ambiguous") {
        return Some(None);
    }
    let mut fields = header.rsplit(' ');
    let size: usize = fields.next()?.parse().ok()?;
    let kind = Kind::parse(fields.next()?.as_bytes())?;
    let content = rest.get(..size)?.to_vec();
    *rest = rest.get(size + 1..)?;
    Some(Some(Object {
        kind,
        bytes: content,
    }))
}

fn parse_commit(id: &ObjectId, bytes: &[u8]) -> Option<Commit> {
    let text = String::from_utf8_lossy(bytes);
    let (header, message) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut tree = None;
    let mut parents = Vec::new();
    let (mut author, mut committer) = (None, None);
    for line in header.lines() {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("tree", value) => tree = value.parse().ok(),
            ("parent", value) => parents.push(value.parse().ok()?),
            ("author", value) => author = parse_signature(value),
            ("committer", value) => committer = parse_signature(value),
            // Others, and continued lines of a signature, which start with a space.
            _ => {}
        }
    }
    Some(Commit {
        id: id.clone(),
        tree: tree?,
        parents,
        author: author?,
        committer: committer?,
        message: message.to_owned(),
    })
}

/// `Name <email> seconds offset`.
pub(crate) fn parse_signature(text: &str) -> Option<Signature> {
    let (name, rest) = text.split_once('<')?;
    let (email, time) = rest.rsplit_once('>')?;
    Some(Signature {
        name: name.trim().to_owned(),
        email: email.to_owned(),
        seconds: time.split_whitespace().next()?.parse().ok()?,
    })
}

#[cfg(test)]
#[path = "objects_tests.rs"]
mod tests;
