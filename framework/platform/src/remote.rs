//! Remote sources: where they are named, and the local copies that stand for
//! them.

use std::sync::Arc;

use terrace_diag::{Diagnostic, Diagnostics, SourceMap, Span};
use terrace_layers::read::read_text;
use terrace_lock::address::{Fault, kustomize, terraform};
use terrace_lock::{LockFile, Remote};
use terrace_source::{EntryKind, Tree};

/// A remote source that a layer, a module or a kustomization names.
#[derive(Debug, Clone)]
pub struct RemoteUse {
    /// What it is, or why it cannot be vendored.
    pub remote: Result<Remote, Fault>,
    /// As it was written.
    pub text: String,
    /// The version constraint beside it.
    pub constraint: Option<String>,
    /// Where it stands.
    pub span: Span,
}

impl RemoteUse {
    /// A module's `source`; `None` for a path.
    pub fn terraform(text: &str, constraint: Option<&str>, span: Span) -> Option<Self> {
        let remote = match terraform::parse(text) {
            Ok(terraform::Source::Local) => return None,
            Ok(terraform::Source::Remote(remote)) => Ok(remote),
            Err(fault) => Err(fault),
        };
        Some(Self {
            remote,
            text: text.to_owned(),
            constraint: constraint.map(str::to_owned),
            span,
        })
    }

    /// An entry of a kustomization; `None` for a path.
    pub fn kustomize(text: &str, span: Span) -> Option<Self> {
        let remote = kustomize::parse(text).transpose()?;
        Some(Self {
            remote,
            text: text.to_owned(),
            constraint: None,
            span,
        })
    }

    /// Where its local copy lies.
    pub fn local(&self, lock: &LockFile) -> Option<String> {
        let remote = self.remote.as_ref().ok()?;
        lock.local(remote, self.constraint.as_deref())
    }

    /// The error that keeps it from being compiled: it is refused, or there is a
    /// lock that has no copy of it. Without a lock what Terraform can fetch stays
    /// as it is.
    pub fn fault(&self, lock: Option<&LockFile>) -> Option<Diagnostic> {
        match (&self.remote, lock) {
            (Err(fault), None) if fault.foreign => None,
            (Err(fault), _) => Some(refused(&self.text, fault).at(self.span)),
            (Ok(_), Some(lock)) if self.local(lock).is_none() => Some(self.not_vendored()),
            (Ok(_), _) => None,
        }
    }

    /// The error that no copy is or can be made of it.
    pub fn not_vendored(&self) -> Diagnostic {
        let remote = match &self.remote {
            Ok(remote) => remote,
            Err(fault) => return refused(&self.text, fault).at(self.span),
        };
        let constraint = match &self.constraint {
            Some(constraint) => format!(" {constraint}"),
            None => String::new(),
        };
        Diagnostic::error(
            &terrace_lock::codes::NOT_VENDORED,
            format!(
                "terrace.lock has no local copy of {}{constraint}",
                shown(remote)
            ),
        )
        .at(self.span)
        .help("run `terrace vendor`, and commit terrace.lock and vendor/")
    }
}

/// The error that an address is none that copies are made of.
pub fn refused(address: &str, fault: &Fault) -> Diagnostic {
    Diagnostic::error(
        &terrace_lock::codes::BAD_ADDRESS,
        format!("`{}` cannot be vendored: {fault}", named(address)),
    )
    .maybe_help(fault.help.clone())
}

/// An address as it was written, for a message.
fn named(text: &str) -> String {
    let text = terrace_diag::redact(text);
    let mut shown: String = text.escape_debug().take(200).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The error that a local copy is not where the lock says.
pub(crate) fn copy_missing(path: &str, at: Span) -> Diagnostic {
    Diagnostic::error(
        &terrace_lock::codes::NOT_VENDORED,
        format!("the local copy `{path}` is missing"),
    )
    .at(at)
    .help("run `terrace vendor`, which fetches it as it is locked")
}

/// A remote source for people: the package and its folder.
pub fn shown(remote: &Remote) -> String {
    match remote.folder.as_str() {
        "" => remote.package.to_string(),
        folder => format!("`{folder}` of {}", remote.package),
    }
}

/// `terrace.lock`, if the repository has one.
pub fn read_lock(
    tree: &dyn Tree,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Arc<LockFile>> {
    if tree.kind(terrace_lock::FILE) != Some(EntryKind::File) {
        return None;
    }
    let file = read_text(tree, terrace_lock::FILE, sources, diagnostics)?;
    let text = sources.get(file)?.shared_text();
    Some(Arc::new(LockFile::parse(file, &text, diagnostics)))
}
