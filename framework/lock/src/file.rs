//! `terrace.lock`: one block a source, sorted.
//!
//! ```hcl
//! source "git::https://github.com/acme/modules.git?ref=v1.2.0" {
//!   folder  = "vendor/github.com-acme-modules-v1.2.0"
//!   paths   = ["network"]
//!   commit  = "…"
//!   sha256  = "…"
//!   licence = "LICENSE"
//! }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use terrace_diag::{Diagnostic, Diagnostics, FileId, Span};
use terrace_hcl::ast::{Attribute, Block, ExprKind, Item};
use terrace_hcl::print::Writer;
use terrace_release::Digest;

use crate::address::{Package, Remote};
use crate::codes;
use crate::version::Constraints;

/// The name of the file, at the root of the repository.
pub const FILE: &str = "terrace.lock";

/// The folder of the repository that local copies are in.
pub const FOLDER: &str = "vendor";

/// How `paths` names the whole of a source.
pub const WHOLE: &str = ".";

const HEADER: [&str; 2] = [
    "Written by `terrace vendor`; commit it together with the folders it names.",
    "`terrace vendor --check` proves that they are what it says.",
];

/// One source and its local copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The canonical address ([`Package`]).
    pub source: String,
    /// The version of a registry's module that was selected.
    pub version: Option<String>,
    /// The version constraints that it stands for, of a registry's module.
    pub constraints: BTreeSet<String>,
    /// Where a registry's module really came from, by its canonical address.
    pub from: Option<String>,
    /// Folder of the local copy, from the root of the repository.
    pub folder: String,
    /// The folder of the source that addresses count from, if not its top.
    pub root: Option<String>,
    /// The folders of the source that are used; [`WHOLE`] for all of it.
    pub paths: BTreeSet<String>,
    /// The one file in the folder, of a source that is a file.
    pub file: Option<String>,
    /// The commit that the ref stood for, of a git repository.
    pub commit: Option<String>,
    /// The manifest's digest (`sha256:…`), of an OCI artifact.
    pub manifest: Option<String>,
    /// The sha256 of the bytes that were fetched, of a file or archive.
    pub archive: Option<Digest>,
    /// The digest of the local copy ([`crate::of_tree`]).
    pub sha256: Digest,
    /// Its licence file.
    pub licence: Option<String>,
    /// Where the block stands; not compared when it is written.
    pub span: Option<Span>,
}

impl Entry {
    /// The key that entries are sorted by.
    pub fn key(&self) -> (&str, &str) {
        (&self.source, self.version.as_deref().unwrap_or(""))
    }

    /// A folder of the address as a folder of the source.
    fn within(&self, folder: &str) -> String {
        match (&self.root, folder) {
            (None, folder) => folder.to_owned(),
            (Some(root), "") => root.clone(),
            (Some(root), folder) => format!("{root}/{folder}"),
        }
    }

    /// Whether the copy holds a folder of the address as one that is used.
    pub fn covers(&self, folder: &str) -> bool {
        if self.file.is_some() {
            return folder.is_empty();
        }
        let folder = &self.within(folder);
        self.paths.iter().any(|path| {
            path == WHOLE
                || path == folder
                || folder
                    .strip_prefix(path.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// Where a folder of the address lies; for a file, where the file lies.
    pub fn local(&self, folder: &str) -> String {
        let folder = self.within(folder);
        match &self.file {
            Some(file) => format!("{}/{file}", self.folder),
            None if folder.is_empty() => self.folder.clone(),
            None => format!("{}/{folder}", self.folder),
        }
    }

    /// What it was resolved to, for people: a version, the commit, a digest.
    pub fn resolved(&self) -> String {
        let short = |text: &str| text.chars().take(12).collect::<String>();
        match (&self.version, &self.commit, &self.manifest) {
            (Some(version), Some(commit), _) => format!("{version} ({})", short(commit)),
            (Some(version), None, _) => version.clone(),
            (None, Some(commit), _) => short(commit),
            (None, None, Some(manifest)) => short(manifest.trim_start_matches("sha256:")),
            (None, None, None) => self.archive.unwrap_or(self.sha256).short(),
        }
    }

    fn write(&self, out: &mut Writer) {
        out.block("source", &[&self.source], |out| {
            let list = |items: &BTreeSet<String>| {
                let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
                format!("[{}]", items.join(", "))
            };
            let text = |out: &mut Writer, name: &str, value: &Option<String>| {
                if let Some(value) = value {
                    out.attribute_string(name, value);
                }
            };
            text(out, "version", &self.version);
            if !self.constraints.is_empty() {
                out.attribute_text("constraints", &list(&self.constraints));
            }
            text(out, "from", &self.from);
            out.attribute_string("folder", &self.folder);
            text(out, "root", &self.root);
            match &self.file {
                Some(file) => out.attribute_string("file", file),
                None => out.attribute_text("paths", &list(&self.paths)),
            }
            text(out, "commit", &self.commit);
            text(out, "manifest", &self.manifest);
            text(
                out,
                "archive",
                &self.archive.map(|digest| digest.to_string()),
            );
            out.attribute_string("sha256", &self.sha256.to_string());
            text(out, "licence", &self.licence);
        });
    }
}

fn quoted(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace("${", "$${")
        .replace("%{", "%%{");
    format!("\"{escaped}\"")
}

/// All entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LockFile {
    entries: BTreeMap<(String, String), Entry>,
}

impl LockFile {
    /// Reads the file. What cannot be read is reported.
    pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Self {
        let (body, errors) = terrace_hcl::parse_body(file, text);
        diagnostics.extend(errors);
        let mut lock = Self::default();
        for item in &body.items {
            match item {
                Item::Block(block) => {
                    if let Some(entry) = read_entry(block, diagnostics) {
                        lock.add(entry, block, diagnostics);
                    }
                }
                Item::Attribute(attribute) => {
                    diagnostics.push(bad(
                        "a lock holds `source` blocks only",
                        attribute.name.span,
                    ));
                }
            }
        }
        lock
    }

    fn add(&mut self, entry: Entry, block: &Block, diagnostics: &mut Diagnostics) {
        let nested = |a: &str, b: &str| {
            a.eq_ignore_ascii_case(b)
                || a.to_ascii_lowercase()
                    .starts_with(&format!("{}/", b.to_ascii_lowercase()))
        };
        let clash = self.entries.values().find(|other| {
            other.key() == entry.key()
                || nested(&other.folder, &entry.folder)
                || nested(&entry.folder, &other.folder)
        });
        if let Some(other) = clash {
            let mut error = bad(
                "two sources have the same folder or the same name",
                block.header,
            );
            if let Some(span) = other.span {
                error = error.label(span, "the other one");
            }
            diagnostics.push(error);
            return;
        }
        self.insert(entry);
    }

    /// Adds or replaces an entry.
    pub fn insert(&mut self, entry: Entry) {
        let (source, version) = entry.key();
        self.entries
            .insert((source.to_owned(), version.to_owned()), entry);
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: (&str, &str)) -> Option<Entry> {
        self.entries.remove(&(key.0.to_owned(), key.1.to_owned()))
    }

    /// All entries, sorted by source and version.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.values()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry that stands for a package, `constraint` being the version
    /// constraint that was written beside it.
    pub fn entry(&self, package: &Package, constraint: Option<&str>) -> Option<&Entry> {
        let source = package.to_string();
        let mut of_source = self
            .entries
            .range((source.clone(), String::new())..)
            .map(|(_, entry)| entry)
            .take_while(|entry| entry.source == source);
        match package {
            Package::Registry(_) => {
                let constraint = normal_constraint(constraint);
                of_source.find(|entry| entry.constraints.contains(&constraint))
            }
            _ => of_source.next(),
        }
    }

    /// Where the local copy of a remote source lies, if there is one.
    pub fn local(&self, remote: &Remote, constraint: Option<&str>) -> Option<String> {
        self.entry(&remote.package, constraint)
            .filter(|entry| entry.covers(&remote.folder))
            .map(|entry| entry.local(&remote.folder))
    }

    /// The entry whose copy holds a path of the repository.
    pub fn at(&self, path: &str) -> Option<&Entry> {
        self.entries().find(|entry| {
            path.strip_prefix(entry.folder.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        let mut out = Writer::with_capacity(512 * (self.entries.len() + 1));
        for line in HEADER {
            out.comment(line);
        }
        for entry in self.entries() {
            out.blank();
            entry.write(&mut out);
        }
        out.finish()
    }
}

/// One spelling of a constraint; none and an unreadable one as written.
pub fn normal_constraint(constraint: Option<&str>) -> String {
    let text = constraint.unwrap_or("").trim();
    Constraints::parse(text).map_or_else(|_| text.to_owned(), |parsed| parsed.to_string())
}

fn bad(why: &str, at: Span) -> Diagnostic {
    Diagnostic::error(&codes::BAD_LOCK, format!("terrace.lock: {why}"))
        .at(at)
        .help("take the committed file back: `git restore terrace.lock`")
}

fn read_entry(block: &Block, diagnostics: &mut Diagnostics) -> Option<Entry> {
    let mut attributes: BTreeMap<&str, &Attribute> = BTreeMap::new();
    for attribute in block.body.attributes() {
        attributes.insert(&attribute.name.name, attribute);
    }
    let [label] = block.labels.as_slice() else {
        diagnostics.push(bad("expected `source \"ADDRESS\" { … }`", block.header));
        return None;
    };
    if block.kind.name != "source" {
        diagnostics.push(bad("a lock holds `source` blocks only", block.kind.span));
        return None;
    }
    let package = match Package::parse(&label.name) {
        Ok(package) => package,
        Err(fault) => {
            diagnostics.push(bad(&fault.why, label.span));
            return None;
        }
    };
    let before = diagnostics.error_count();
    let mut text = |name: &str, diagnostics: &mut Diagnostics| {
        let attribute = attributes.remove(name)?;
        match &attribute.expr.kind {
            ExprKind::String(text) => Some(text.to_string()),
            _ => {
                diagnostics.push(bad(
                    &format!("`{name}` must be a string"),
                    attribute.expr.span,
                ));
                None
            }
        }
    };
    let version = text("version", diagnostics);
    let from = text("from", diagnostics);
    let folder = text("folder", diagnostics);
    let root = text("root", diagnostics);
    let file = text("file", diagnostics);
    let commit = text("commit", diagnostics);
    let manifest = text("manifest", diagnostics);
    let archive = text("archive", diagnostics);
    let sha256 = text("sha256", diagnostics);
    let licence = text("licence", diagnostics);
    let mut list = |name: &str, diagnostics: &mut Diagnostics| {
        let Some(attribute) = attributes.remove(name) else {
            return BTreeSet::new();
        };
        let items = match &attribute.expr.kind {
            ExprKind::Tuple(items) => items
                .iter()
                .map(|item| match &item.kind {
                    ExprKind::String(text) => Some(text.to_string()),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        items.unwrap_or_else(|| {
            diagnostics.push(bad(
                &format!("`{name}` must be a list of strings"),
                attribute.expr.span,
            ));
            BTreeSet::new()
        })
    };
    let constraints = list("constraints", diagnostics);
    let paths = list("paths", diagnostics);
    for attribute in attributes.values() {
        let name = &attribute.name.name;
        diagnostics.push(bad(
            &format!("a source has no `{name}`"),
            attribute.name.span,
        ));
    }
    if let Some(inner) = block.body.blocks().next() {
        diagnostics.push(bad("a source has no blocks", inner.header));
    }
    let digest = |text: Option<String>, diagnostics: &mut Diagnostics| match text?.parse() {
        Ok(digest) => Some(digest),
        Err(_) => {
            diagnostics.push(bad("a digest is 64 hexadecimal digits", block.header));
            None
        }
    };
    let archive = digest(archive, diagnostics);
    let sha256 = digest(sha256, diagnostics);
    let is_registry = matches!(package, Package::Registry(_));
    let (Some(folder), Some(sha256)) = (folder, sha256) else {
        diagnostics.push(bad("a source needs `folder` and `sha256`", block.header));
        return None;
    };
    if !is_inside(&folder, FOLDER) {
        diagnostics.push(bad("a local copy lies in `vendor/`", block.header));
    }
    if paths.is_empty() == file.is_none() || is_registry == version.is_none() {
        diagnostics.push(bad(
            "a source lacks `paths`, `file` or `version`",
            block.header,
        ));
    }
    let of_paths = paths
        .iter()
        .filter(|path| *path != WHOLE)
        .chain(&file)
        .chain(&root);
    for path in of_paths {
        if terrace_source::path::resolve("", path).as_deref() != Some(path) || path.is_empty() {
            diagnostics.push(bad("a path leads out of its source", block.header));
        }
    }
    (diagnostics.error_count() == before).then_some(Entry {
        source: label.name.to_string(),
        version,
        constraints,
        from,
        folder,
        root,
        paths,
        file,
        commit,
        manifest,
        archive,
        sha256,
        licence,
        span: Some(block.header),
    })
}

/// Whether a path is below a folder and has no odd parts.
fn is_inside(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .and_then(|rest| rest.strip_prefix('/'))
        .is_some_and(|rest| {
            !rest.is_empty() && terrace_source::path::resolve("", rest).as_deref() == Some(rest)
        })
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
