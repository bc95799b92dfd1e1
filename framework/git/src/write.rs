//! Writing trees and commits.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use crate::error::GitError;
use crate::git::Call;
use crate::id::ObjectId;
use crate::objects::{Mode, Signature};
use crate::repository::Repository;

/// What stands at a path of a new tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewEntry<'a> {
    /// Content that git may not have yet.
    Bytes {
        /// A file, an executable file or a link.
        mode: Mode,
        /// The content; for a link its target.
        bytes: &'a [u8],
    },
    /// An object that git has: a blob, or with [`Mode::Folder`] a whole tree.
    Object {
        /// What it is.
        mode: Mode,
        /// Its id.
        id: ObjectId,
    },
}

impl<'a> NewEntry<'a> {
    /// A plain file.
    pub fn file(bytes: &'a [u8]) -> Self {
        Self::Bytes {
            mode: Mode::File,
            bytes,
        }
    }

    /// A whole folder that git has.
    pub fn folder(id: ObjectId) -> Self {
        Self::Object {
            mode: Mode::Folder,
            id,
        }
    }
}

/// A commit to be written. Everything in it is given, so that equal values make
/// equal ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCommit<'a> {
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents, the first one first.
    pub parents: Vec<ObjectId>,
    /// Author and committer.
    pub author: Signature,
    /// The message without trailers.
    pub message: &'a str,
    /// `Key: value` lines of the last paragraph.
    pub trailers: Vec<(&'a str, String)>,
}

/// A commit that adds one file to the tree of the commit before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedFile<'a> {
    /// The new file's path.
    pub path: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
    /// The message without trailers.
    pub message: &'a str,
    /// `Key: value` lines of the last paragraph.
    pub trailers: Vec<(&'a str, String)>,
}

/// git-fast-import(1), which ends only where the stream says so: one that was
/// cut off writes nothing.
const IMPORT: &[&str] = &["fast-import", "--quiet", "--done", "--date-format=raw"];

impl Repository {
    /// Writes one commit for each file, after `parent`, in one `fast-import`: the
    /// work does not depend on how many files there are already. The last
    /// commit's id, or `parent` if there is nothing to add.
    ///
    /// # Errors
    /// A path that cannot stand in a tree, or git fails.
    pub fn add_files(
        &self,
        parent: Option<&ObjectId>,
        author: &Signature,
        files: &[AddedFile<'_>],
    ) -> Result<Option<ObjectId>, GitError> {
        for file in files {
            check_path(file.path)?;
        }
        if files.is_empty() {
            return Ok(parent.cloned());
        }
        let name = import_ref();
        let mut stream = Vec::new();
        for (at, file) in files.iter().enumerate() {
            let message = message_text(file.message, &file.trailers);
            stream.extend(
                format!(
                    "commit {name}\nmark :{}\ncommitter {}\ndata {}\n{message}\n",
                    at + 1,
                    signature(author),
                    message.len()
                )
                .as_bytes(),
            );
            if let (0, Some(parent)) = (at, parent) {
                stream.extend(format!("from {parent}\n").as_bytes());
            }
            let (path, length) = (quoted(file.path), file.bytes.len());
            stream.extend(format!("M 100644 inline {path}\ndata {length}\n").as_bytes());
            stream.extend_from_slice(file.bytes);
            stream.extend_from_slice(b"\n\n");
        }
        let none = "0".repeat(self.id_length());
        let end = format!(
            "get-mark :{}\nreset {name}\nfrom {none}\n\ndone\n",
            files.len()
        );
        stream.extend(end.as_bytes());
        let call = self.import(stream);
        let text = call.text()?;
        let id = text.trim_end().parse();
        id.map(Some).map_err(|_| call.unexpected(text))
    }

    /// Makes the first commit of `branch` (`refs/heads/…`), which holds exactly these files, in
    /// one `fast-import` and one pack: a folder of two hundred files is two new
    /// files in `.git`. Index and working tree stay as they are.
    ///
    /// # Errors
    /// A path that cannot stand in a tree, the branch has a commit already, or
    /// git fails.
    pub fn add_first_commit<'a>(
        &self,
        branch: &str,
        files: impl IntoIterator<Item = (&'a str, NewEntry<'a>)>,
        message: &str,
        author: &Signature,
    ) -> Result<ObjectId, GitError> {
        let files = checked(files)?;
        let message = message_text(message, &[]);
        let head = format!(
            "commit {branch}\nmark :1\ncommitter {}\ndata {}\n{message}",
            signature(author),
            message.len(),
        );
        let stream = import_stream(&head, &files, "get-mark :1\ndone\n");
        let call = self
            .call(&["-c", "fastimport.unpackLimit=1"])
            .args(IMPORT.iter().copied())
            .stdin(stream);
        let text = call.text()?;
        let id = text.trim_end().parse();
        id.map_err(|_| call.unexpected(text))
    }

    fn import(&self, stream: Vec<u8>) -> Call<'_> {
        self.call(IMPORT).stdin(stream)
    }

    /// Writes a tree of any size with all its blobs and folders in one
    /// `fast-import`; content that git has already is not stored again.
    ///
    /// # Errors
    /// A path that cannot stand in a tree, or git fails.
    pub fn write_tree<'a>(
        &self,
        entries: impl IntoIterator<Item = (&'a str, NewEntry<'a>)>,
    ) -> Result<ObjectId, GitError> {
        let entries = checked(entries)?;
        if entries.is_empty() {
            let call = self
                .call(&["hash-object", "-t", "tree", "-w", "--stdin"])
                .stdin(Vec::new());
            let text = call.text()?;
            return text.parse().map_err(|_| call.unexpected(text));
        }
        let name = import_ref();
        let head = format!("commit {name}\nmark :1\ncommitter import <> 0 +0000\ndata 0\n");
        let none = "0".repeat(self.id_length());
        let end = format!("ls :1 \"\"\nreset {name}\nfrom {none}\n\ndone\n");
        let call = self.import(import_stream(&head, &entries, &end));
        let output = call.text()?;
        output
            .strip_prefix("040000 tree ")
            .and_then(|rest| rest.split('\t').next())
            .and_then(|id| id.parse().ok())
            .ok_or_else(|| call.unexpected(output.clone()))
    }

    /// Writes a commit.
    ///
    /// # Errors
    /// A name or trailer with a line break, or git fails.
    pub fn write_commit(&self, commit: &NewCommit<'_>) -> Result<ObjectId, GitError> {
        let call = self
            .call(&["hash-object", "-t", "commit", "-w", "--stdin"])
            .stdin(commit_text(commit).into_bytes());
        let text = call.text()?;
        text.parse().map_err(|_| call.unexpected(text))
    }

    /// Writes one blob.
    ///
    /// # Errors
    /// Git fails.
    pub fn write_blob(&self, bytes: &[u8]) -> Result<ObjectId, GitError> {
        let call = self
            .call(&["hash-object", "-t", "blob", "-w", "--stdin"])
            .stdin(bytes.to_vec());
        let text = call.text()?;
        text.parse().map_err(|_| call.unexpected(text))
    }
}

/// Objects need a commit on a ref to come in; the ref goes with them.
fn import_ref() -> String {
    let nonce = RandomState::new().build_hasher().finish();
    format!("refs/terrace/import/{}-{nonce:016x}", std::process::id())
}

/// A path whose every component can be checked out anywhere.
pub(crate) fn check_path(path: &str) -> Result<(), GitError> {
    let refuse = |reason| {
        Err(GitError::UnsafePath {
            path: path.to_owned(),
            reason,
        })
    };
    if path.contains('\0') {
        return refuse("it holds a NUL");
    }
    for component in path.split('/') {
        match component {
            "" => return refuse("it has an empty component"),
            "." | ".." => return refuse("it has a component `.` or `..`"),
            _ if component.eq_ignore_ascii_case(".git") => {
                return refuse("it has a component `.git`");
            }
            _ => {}
        }
    }
    Ok(())
}

/// What stands at each path, if every path can stand in a tree.
fn checked<'a>(
    entries: impl IntoIterator<Item = (&'a str, NewEntry<'a>)>,
) -> Result<BTreeMap<&'a str, NewEntry<'a>>, GitError> {
    let entries: BTreeMap<_, _> = entries.into_iter().collect();
    for path in entries.keys() {
        check_path(path)?;
    }
    Ok(entries)
}

/// The commands of `git fast-import` (git-fast-import(1)) for one commit: its
/// `head`, these entries, and what follows the commit.
fn import_stream(head: &str, entries: &BTreeMap<&str, NewEntry<'_>>, end: &str) -> Vec<u8> {
    let size: usize = entries
        .iter()
        .map(|(path, entry)| {
            path.len()
                + 64
                + match entry {
                    NewEntry::Bytes { bytes, .. } => bytes.len(),
                    NewEntry::Object { .. } => 0,
                }
        })
        .sum();
    let mut stream = Vec::with_capacity(head.len() + size + end.len() + 1);
    stream.extend_from_slice(head.as_bytes());
    for (path, entry) in entries {
        let path = quoted(path);
        match entry {
            NewEntry::Bytes { mode, bytes } => {
                let mode = mode.as_str();
                stream.extend(format!("M {mode} inline {path}\ndata {}\n", bytes.len()).as_bytes());
                stream.extend_from_slice(bytes);
                stream.push(b'\n');
            }
            NewEntry::Object { mode, id } => {
                stream.extend(format!("M {} {id} {path}\n", mode.as_str()).as_bytes());
            }
        }
    }
    stream.push(b'\n');
    stream.extend_from_slice(end.as_bytes());
    stream
}

/// A path as fast-import reads it.
fn quoted(path: &str) -> String {
    if !path.starts_with('"') && !path.contains('\n') {
        return path.to_owned();
    }
    let mut out = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

fn commit_text(commit: &NewCommit<'_>) -> String {
    let mut text = format!("tree {}\n", commit.tree);
    for parent in &commit.parents {
        let _ = writeln!(text, "parent {parent}");
    }
    let who = signature(&commit.author);
    let _ = write!(text, "author {who}\ncommitter {who}\n\n");
    text.push_str(&message_text(commit.message, &commit.trailers));
    text
}

fn message_text(message: &str, trailers: &[(&str, String)]) -> String {
    let mut text = message.trim_end().to_owned();
    text.push('\n');
    if !trailers.is_empty() {
        text.push('\n');
    }
    for (key, value) in trailers {
        let _ = writeln!(text, "{key}: {}", value.replace(['\n', '\r'], " "));
    }
    text
}

/// `Name <email> seconds +0000` without the characters that would end a field.
fn signature(signature: &Signature) -> String {
    let clean = |text: &str| {
        let kept: String = text
            .chars()
            .filter(|c| !matches!(c, '<' | '>') && !c.is_control())
            .collect();
        kept.trim().to_owned()
    };
    format!(
        "{} <{}> {} +0000",
        clean(&signature.name),
        clean(&signature.email),
        signature.seconds
    )
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
