//! What one build shares: files, sources, warnings.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use terrace_diag::{Diagnostic, FileId, SourceMap, Span};
use terrace_yaml::{NO_SPAN, Node, ReadOptions, read_first};

use crate::codes::{CYCLE, NOT_SUPPORTED, OUTSIDE_ROOT, UNREADABLE};
use crate::fs::{FileSystem, Kind, path};
use crate::generators;
use crate::resource::Resource;
use crate::resource::map::ResMap;
use crate::schema::Schemas;
use crate::trace::Trace;
use crate::{Failure, LoadRestrictor, Options, Result, remote};

/// Kustomizations inside one another; a deeper tree is refused.
const MAX_DEPTH: usize = 200;

/// The state of one build.
pub(crate) struct Session<'a> {
    pub(crate) fs: &'a dyn FileSystem,
    pub(crate) options: &'a Options,
    pub(crate) sources: SourceMap,
    files: BTreeMap<String, FileId>,
    pub(crate) warnings: Vec<Diagnostic>,
    pub(crate) schemas: Schemas,
    pub(crate) has_schema: bool,
    last_serial: u32,
    pub(crate) trace: Option<Trace>,
}

/// A folder that is being built, and those that led to it.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    /// Absolute, links resolved.
    pub(crate) root: String,
    visited: Vec<String>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(fs: &'a dyn FileSystem, options: &'a Options) -> Self {
        Self {
            fs,
            options,
            sources: SourceMap::new(),
            files: BTreeMap::new(),
            warnings: Vec::new(),
            schemas: Schemas::default(),
            has_schema: false,
            last_serial: 0,
            trace: None,
        }
    }

    /// A path as it is shown.
    pub(crate) fn shown<'p>(&self, path: &'p str) -> &'p str {
        let base = self.options.base.as_deref().unwrap_or("");
        match path.strip_prefix(base) {
            Some(rest) if !base.is_empty() => match rest.trim_start_matches('/') {
                "" => ".",
                rest => rest,
            },
            _ => path,
        }
    }

    fn unreadable(&self, path: &str, error: &io::Error, span: Span) -> Failure {
        if error.kind() == io::ErrorKind::Unsupported {
            return Failure::new(
                &OUTSIDE_ROOT,
                format!(
                    "security; '{}' lies outside of the repository",
                    self.shown(path)
                ),
            )
            .at(span)
            .help("move it into the repository: a render reads nothing else");
        }
        let why = match error.kind() {
            io::ErrorKind::NotFound => String::from("no such file or directory"),
            _ => error.to_string(),
        };
        Failure::new(&UNREADABLE, format!("open {}: {why}", self.shown(path))).at(span)
    }

    /// The folder at the top.
    pub(crate) fn top(&self, dir: &str) -> Result<Directory> {
        let root = self.fs.canonical(dir).map_err(|error| {
            self.unreadable(dir, &error, NO_SPAN)
                .context("must build at directory")
        })?;
        self.expect_directory(&root, dir, NO_SPAN)?;
        Ok(Directory {
            root,
            visited: Vec::new(),
        })
    }

    fn expect_directory(&self, root: &str, said: &str, span: Span) -> Result<()> {
        if self.fs.kind(root) == Some(Kind::Directory) {
            return Ok(());
        }
        Err(Failure::new(
            &UNREADABLE,
            format!("must build at directory: '{said}': file is not directory"),
        )
        .at(span))
    }

    /// A folder that the kustomization in another one names.
    pub(crate) fn enter(&self, from: &Directory, said: &str, span: Span) -> Result<Directory> {
        if said.is_empty() {
            return Err(Failure::new(&UNREADABLE, "new root cannot be empty").at(span));
        }
        if remote::is_repository(said) || remote::is_address(said) {
            let local = self.local(said, span)?;
            return self.enter_root(from, self.folder(&local, said, span)?, span);
        }
        if said.starts_with('/') {
            return Err(
                Failure::new(&UNREADABLE, format!("new root '{said}' cannot be absolute")).at(span),
            );
        }
        let joined = path::join(&from.root, said);
        let root = self.folder(&joined, said, span)?;
        let remotes = self.options.remotes.as_deref();
        if let Some(copy) = remotes.and_then(|remotes| remotes.boundary(&from.root))
            && !path::is_within(&root, &copy)
        {
            return Err(Failure::new(
                &OUTSIDE_ROOT,
                format!("security; '{said}' leads out of the remote source that it is part of"),
            )
            .at(span));
        }
        self.enter_root(from, root, span)
    }

    /// The resolved path of a folder that is there.
    fn folder(&self, joined: &str, said: &str, span: Span) -> Result<String> {
        let root = self.fs.canonical(joined).map_err(|error| {
            self.unreadable(joined, &error, span)
                .help("paths count from the folder of this kustomization")
        })?;
        self.expect_directory(&root, said, span)?;
        Ok(root)
    }

    /// The local copy of something remote.
    fn local(&self, said: &str, span: Span) -> Result<String> {
        let found = match self.options.remotes.as_deref() {
            Some(remotes) => remotes.local(said),
            None => Ok(None),
        };
        found
            .map_err(|error| Failure::from(error).at(span))?
            .ok_or_else(|| remote_failure(said, span))
    }

    /// A folder by its resolved path.
    pub(crate) fn enter_root(
        &self,
        from: &Directory,
        root: String,
        span: Span,
    ) -> Result<Directory> {
        let mut visited = from.visited.clone();
        visited.push(from.root.clone());
        if let Some(inner) = visited.iter().rev().find(|one| path::is_within(one, &root)) {
            return Err(Failure::new(
                &CYCLE,
                format!(
                    "cycle detected: candidate root '{}' contains visited root '{}'",
                    self.shown(&root),
                    self.shown(inner)
                ),
            )
            .at(span));
        }
        if visited.len() > MAX_DEPTH {
            return Err(Failure::new(
                &crate::codes::LIMIT,
                format!("more than {MAX_DEPTH} kustomizations inside one another"),
            )
            .at(span));
        }
        Ok(Directory { root, visited })
    }

    /// The folder of the layer below: it may lie anywhere.
    pub(crate) fn enter_layer(&self, from: &Directory, root: String) -> Directory {
        let mut visited = from.visited.clone();
        visited.push(from.root.clone());
        Directory { root, visited }
    }

    /// The path of a file that may be read.
    fn locate(&self, from: &Directory, said: &str, span: Span) -> Result<String> {
        if remote::is_address(said) {
            let local = self.local(said, span)?;
            return match self.fs.kind(&local) {
                Some(Kind::File) => Ok(local),
                _ => Err(
                    Failure::new(&UNREADABLE, format!("'{said}' must resolve to a file")).at(span),
                ),
            };
        }
        let joined = if said.starts_with('/') {
            path::clean(said)
        } else {
            path::join(&from.root, said)
        };
        if self.options.load_restrictor == LoadRestrictor::None {
            return Ok(joined);
        }
        let real = self
            .fs
            .canonical(&joined)
            .map_err(|error| self.unreadable(&joined, &error, span))?;
        if self.fs.kind(&real) == Some(Kind::Directory) {
            return Err(Failure::new(
                &UNREADABLE,
                format!("'{}' must resolve to a file", self.shown(&joined)),
            )
            .at(span));
        }
        if !path::is_within(path::parent(&real), &from.root) {
            return Err(Failure::new(
                &OUTSIDE_ROOT,
                format!(
                    "security; file '{}' is not in or below '{}'",
                    self.shown(&joined),
                    self.shown(&from.root)
                ),
            )
            .at(span)
            .help(
                "move the file into the folder, make its folder a kustomization and list that, \
                 or build with --load-restrictor LoadRestrictionsNone",
            ));
        }
        Ok(real)
    }

    /// The bytes of a file.
    pub(crate) fn bytes(&self, from: &Directory, said: &str, span: Span) -> Result<Vec<u8>> {
        let path = self.locate(from, said, span)?;
        self.fs
            .read(&path)
            .map_err(|error| self.unreadable(&path, &error, span))
    }

    /// The text of a file; `\r\n` becomes `\n` if asked for.
    pub(crate) fn text(
        &mut self,
        from: &Directory,
        said: &str,
        span: Span,
        normalize: bool,
    ) -> Result<(FileId, Arc<str>)> {
        let path = self.locate(from, said, span)?;
        let key = if normalize {
            format!("{path}\0")
        } else {
            path.clone()
        };
        if let Some(id) = self.files.get(&key) {
            let text = self
                .sources
                .get(*id)
                .map(terrace_diag::SourceFile::shared_text);
            return Ok((*id, text.unwrap_or_default()));
        }
        let bytes = self
            .fs
            .read(&path)
            .map_err(|error| self.unreadable(&path, &error, span))?;
        let mut text =
            terrace_yaml::decode(bytes).map_err(|error| Failure::from(error).at(span))?;
        if normalize && text.contains('\r') {
            text = text.replace("\r\n", "\n");
        }
        let text: Arc<str> = text.into();
        let shown = self.shown(&path).to_owned();
        let id = self.sources.add(shown, Arc::clone(&text));
        self.files.insert(key, id);
        Ok((id, text))
    }

    /// The first document of a file, read by the rules of go-yaml v2; null if it
    /// is empty.
    pub(crate) fn document(
        &mut self,
        from: &Directory,
        said: &str,
        span: Span,
    ) -> Result<(FileId, Node)> {
        let (file, text) = self.text(from, said, span, false)?;
        let node = read_first(&text, 0..text.len(), file, &ReadOptions::default())?;
        let empty = Span::new(file, 0, 0);
        Ok((file, node.unwrap_or_else(|| Node::null(empty))))
    }

    /// Gives resources their numbers.
    pub(crate) fn number(&mut self, resources: &mut [Resource]) {
        for resource in resources {
            self.last_serial += 1;
            resource.serial = self.last_serial;
        }
    }

    /// Notes for an explanation what a step has done.
    pub(crate) fn observe(&mut self, map: &ResMap, what: &str) {
        if let Some(trace) = &mut self.trace {
            trace.observe(map.resources(), what);
        }
    }
}

/// Something that lies elsewhere.
pub(crate) fn remote_failure(said: &str, span: Span) -> Failure {
    Failure::new(
        &NOT_SUPPORTED,
        format!("remote resource '{said}' is not fetched: builds do not use the network"),
    )
    .at(span)
    .help("run `terrace vendor`: it copies the files into the repository, and builds use the copy")
}

/// Reads the sources of generators for one folder.
pub(crate) struct SourceLoader<'s, 'a> {
    pub(crate) session: &'s mut Session<'a>,
    pub(crate) directory: &'s Directory,
}

impl generators::Loader for SourceLoader<'_, '_> {
    fn bytes(&mut self, path: &str, span: Span) -> Result<Vec<u8>> {
        self.session.bytes(self.directory, path, span)
    }

    fn text(&mut self, path: &str, span: Span) -> Result<(Vec<u8>, Option<Span>)> {
        let bytes = self.session.bytes(self.directory, path, span)?;
        if std::str::from_utf8(&bytes).is_err() {
            return Ok((bytes, None));
        }
        let (file, _) = self.session.text(self.directory, path, span, false)?;
        let end = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Ok((bytes, Some(Span::new(file, 0, end))))
    }
}
