//! Rules, keys and roles as they stood at commits of the protected branch.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use terrace_diag::{Diagnostic, Diagnostics, SourceMap};
use terrace_evidence::{AllowedSigners, Role, Roles, Trust, TrustSource};
use terrace_git::{GitError, ObjectId, Repository};
use terrace_platform::codes::EMPTY_GUARD;
use terrace_platform::config::{self, Config};
use terrace_promotion::Policy;
use terrace_source::{MemoryTree, Tree};

use super::Failure;
use crate::compile::Messages;
use crate::tree::{commit_tree, prefix};

/// The file of keys, in the platform's folder.
pub const ALLOWED_SIGNERS: &str = "trust/allowed_signers";

/// What the protected branch says at one commit.
#[derive(Debug, Clone)]
pub struct Rules {
    /// terrace.hcl.
    pub config: Arc<Config>,
    /// The promotion rules with their gates' files.
    pub policy: Arc<Policy>,
}

/// Trust and rules by commit, read once each.
pub struct TrustStore {
    repository: Repository,
    /// The platform's folder in the repository, with `/` at the end.
    prefix: String,
    root: PathBuf,
    tip: ObjectId,
    trusts: RefCell<BTreeMap<String, Result<Arc<Trust>, String>>>,
    /// The trust that was read last, with the two files that it came from.
    last: RefCell<Option<(TrustFiles, Arc<Trust>)>>,
    policies: RefCell<BTreeMap<String, Result<Arc<Policy>, String>>>,
    ancestry: RefCell<BTreeMap<(String, String), Option<bool>>>,
    /// The protected branch's commits with their parents, read at the first question.
    history: OnceCell<Option<History>>,
    /// Files of commits: read in one process by [`TrustStore::prefetch`].
    files: RefCell<Files>,
}

/// Path, content, whether it may be executed.
type TreeFiles = Vec<(String, Arc<[u8]>, bool)>;

/// terrace.hcl and the file of keys.
type TrustFiles = (Arc<[u8]>, Arc<[u8]>);

type Files = BTreeMap<(String, String), Option<Arc<[u8]>>>;

/// Commits with their parents, and whether the clone leaves out older ones.
pub(super) struct History {
    /// Every one of them is reached from here.
    tip: ObjectId,
    parents: BTreeMap<ObjectId, Vec<ObjectId>>,
    shallow: bool,
}

impl History {
    /// Everything that `tip` descends from; `None` if git fails.
    pub(super) fn read(repository: &Repository, tip: &ObjectId) -> Option<Self> {
        Some(Self {
            tip: tip.clone(),
            parents: repository.ancestry(tip).ok()?,
            shallow: repository.is_shallow().ok()?,
        })
    }

    /// Whether `older` is reached from `newer`; `None` if `newer` is not one of
    /// these commits, or the way ends where the clone does.
    fn reaches(&self, newer: &ObjectId, older: &ObjectId) -> Option<bool> {
        if !self.parents.contains_key(newer) {
            return None;
        }
        if *newer == self.tip {
            let there = self.parents.contains_key(older);
            return (there || !self.shallow).then_some(there);
        }
        let mut seen = BTreeSet::from([newer]);
        let mut todo = VecDeque::from([newer]);
        while let Some(here) = todo.pop_front() {
            if here == older {
                return Some(true);
            }
            let parents = self.parents.get(here).into_iter().flatten();
            todo.extend(parents.filter(|parent| seen.insert(parent)));
        }
        (!self.shallow).then_some(false)
    }
}

impl TrustStore {
    /// Of the protected branch, whose newest commit is `tip`.
    pub fn new(repository: Repository, root: &Path, tip: ObjectId) -> Self {
        Self {
            prefix: prefix(&repository, root),
            repository,
            root: root.to_path_buf(),
            tip,
            trusts: RefCell::default(),
            last: RefCell::default(),
            policies: RefCell::default(),
            ancestry: RefCell::default(),
            history: OnceCell::new(),
            files: RefCell::default(),
        }
    }

    /// Likewise, with the branch's history as it was read already.
    pub(super) fn with_history(self, history: Option<History>) -> Self {
        Self {
            history: OnceCell::from(history),
            ..self
        }
    }

    /// Reads the rules and keys of all these commits in one process.
    ///
    /// # Errors
    /// Git fails.
    pub fn prefetch(&self, commits: &BTreeSet<String>) -> Result<(), GitError> {
        let paths = [config::FILE, ALLOWED_SIGNERS];
        let wanted = commits
            .iter()
            .flat_map(|commit| paths.map(|path| self.key(commit, path)));
        self.fetch(wanted.collect())
    }

    /// Likewise for the files that the gates of these commits run or read.
    ///
    /// # Errors
    /// Git fails.
    pub fn prefetch_gates(&self, commits: &BTreeSet<String>) -> Result<(), GitError> {
        self.prefetch(commits)?;
        let mut wanted = Vec::new();
        for commit in commits {
            let Ok((config, _)) = self.config_of(commit, &mut Messages::default()) else {
                continue;
            };
            wanted.extend(gate_files(&config).map(|path| self.key(commit, &path)));
        }
        self.fetch(wanted)
    }

    fn key(&self, commit: &str, path: &str) -> (String, String) {
        (String::from(commit), format!("{}{path}", self.prefix))
    }

    /// terrace.hcl of a commit, and a tree that holds only it.
    fn config_of(
        &self,
        commit: &str,
        messages: &mut Messages,
    ) -> Result<(Config, TreeFiles), String> {
        let file = self
            .file(commit, config::FILE)
            .map_err(said)?
            .ok_or_else(|| format!("it has no {}", config::FILE))?;
        let files = vec![(String::from(config::FILE), file, false)];
        let tree = MemoryTree::with_modes(files.clone(), Vec::new());
        let config = read_config(&tree, &mut messages.sources, &mut messages.diagnostics)
            .ok_or_else(|| format!("its {} has no platform", config::FILE))?;
        Ok((config, files))
    }

    fn fetch(&self, mut wanted: Vec<(String, String)>) -> Result<(), GitError> {
        let mut known = self.files.borrow_mut();
        wanted.retain(|file| !known.contains_key(file));
        if wanted.is_empty() {
            return Ok(());
        }
        let contents = self.repository.files_of(&wanted)?;
        known.extend(
            wanted
                .into_iter()
                .zip(contents)
                .map(|(file, bytes)| (file, bytes.map(Arc::from))),
        );
        Ok(())
    }

    /// A file of the platform at a commit.
    fn file(&self, commit: &str, path: &str) -> Result<Option<Arc<[u8]>>, GitError> {
        let key = self.key(commit, path);
        self.fetch(vec![key.clone()])?;
        let known = self.files.borrow();
        Ok(known.get(&key).cloned().flatten())
    }

    /// The newest commit of the protected branch.
    pub const fn tip(&self) -> &ObjectId {
        &self.tip
    }

    /// What the newest commit says; every fault of its terrace.hcl.
    ///
    /// # Errors
    /// Git fails, or the file cannot be used.
    pub fn rules(&self) -> Result<Rules, Failure> {
        let tree = commit_tree(&self.repository, &self.tip, &self.root)?;
        let mut messages = Messages::default();
        let config = read_config(&tree, &mut messages.sources, &mut messages.diagnostics);
        let Some(config) = config.filter(|_| !messages.has_errors()) else {
            return Err(Failure::User(messages));
        };
        let policy = crate::policy::policy(&config, &tree, &mut messages.diagnostics);
        for fault in policy.check() {
            messages.diagnostics.push(fault.at(config.span));
        }
        match messages.has_errors() {
            true => Err(Failure::User(messages)),
            false => Ok(Rules {
                config: Arc::new(config),
                policy: Arc::new(policy),
            }),
        }
    }

    /// The policy of any commit of the protected branch.
    ///
    /// # Errors
    /// It is not on that branch, not here, or cannot be used.
    pub fn policy(&self, commit: &str) -> Result<Arc<Policy>, String> {
        if let Some(known) = self.policies.borrow().get(commit) {
            return known.clone();
        }
        let found = self.read_policy(commit);
        self.policies
            .borrow_mut()
            .insert(String::from(commit), found.clone());
        found
    }

    fn read_policy(&self, commit: &str) -> Result<Arc<Policy>, String> {
        self.on_branch(commit)?;
        let mut messages = Messages::default();
        let (config, mut files) = self.config_of(commit, &mut messages)?;
        for path in gate_files(&config) {
            if let Some(file) = self.file(commit, &path).map_err(said)? {
                files.push((path, file, false));
            }
        }
        let tree = MemoryTree::with_modes(files, Vec::new());
        let policy = crate::policy::policy(&config, &tree, &mut messages.diagnostics);
        // A rule that says nothing is refused today; what moved under it while it
        // stood is held against it as it was.
        let unusable = |found: &&Diagnostic| found.is_error() && *found.code != EMPTY_GUARD;
        match messages.diagnostics.iter().find(unusable) {
            Some(fault) => Err(fault.message.clone()),
            None => Ok(Arc::new(policy)),
        }
    }

    fn read_trust(&self, commit: &str) -> Result<Arc<Trust>, String> {
        self.on_branch(commit)?;
        let config_path = format!("{}{}", self.prefix, config::FILE);
        let signers_path = format!("{}{ALLOWED_SIGNERS}", self.prefix);
        let files = [config::FILE, ALLOWED_SIGNERS].map(|path| self.file(commit, path));
        let [config_bytes, signers_bytes] = files;
        let (config_text, config_bytes) = text(config_bytes, &config_path)?;
        let (signers_text, signers_bytes) = text(signers_bytes, &signers_path)?;
        // From commit to commit they seldom change.
        let same = (config_bytes, signers_bytes);
        if let Some((_, known)) = self
            .last
            .borrow()
            .as_ref()
            .filter(|(last, _)| *last == same)
        {
            return Ok(Arc::clone(known));
        }
        let mut sources = SourceMap::new();
        let file = sources.add(signers_path.as_str(), signers_text.as_str());
        let signers = AllowedSigners::parse(file, &signers_text).map_err(|faults| {
            let first = faults.first();
            let place = first
                .and_then(Diagnostic::span)
                .map_or(String::new(), |span| sources.place(span));
            let why = first.map_or("unreadable", |fault| fault.message.as_str());
            format!("{place}: {why}")
        })?;
        let file = sources.add(config_path.as_str(), config_text.as_str());
        let (body, _) = terrace_hcl::parse_body(file, &config_text);
        // Only the roles count here: a fault elsewhere in an old commit's file
        // must not make its entries unverifiable.
        let config = config::read(&body, &mut Diagnostics::new())
            .ok_or_else(|| format!("its {config_path} has no platform"))?;
        let trust = Arc::new(Trust {
            signers,
            roles: roles(&config),
        });
        self.last.replace(Some((same, Arc::clone(&trust))));
        Ok(trust)
    }

    fn on_branch(&self, commit: &str) -> Result<(), String> {
        match self.ancestor(commit, self.tip.as_str()) {
            Some(true) => Ok(()),
            Some(false) => Err(String::from("it is not on the protected branch")),
            None => Err(String::from(
                "it is not in this clone (git fetch --unshallow)",
            )),
        }
    }

    /// Whether `older` is `newer` or one of its ancestors; `None` if this clone
    /// cannot tell.
    pub fn ancestor(&self, older: &str, newer: &str) -> Option<bool> {
        if older == newer {
            return Some(true);
        }
        let key = (String::from(older), String::from(newer));
        if let Some(known) = self.ancestry.borrow().get(&key) {
            return *known;
        }
        let found = match (older.parse(), newer.parse()) {
            (Ok(older), Ok(newer)) => self
                .known_history()
                .and_then(|history| history.reaches(&newer, &older))
                .or_else(|| self.repository.is_ancestor(&older, &newer).ok()),
            _ => None,
        };
        self.ancestry.borrow_mut().insert(key, found);
        found
    }
}

impl TrustStore {
    fn known_history(&self) -> Option<&History> {
        self.history
            .get_or_init(|| History::read(&self.repository, &self.tip))
            .as_ref()
    }
}

impl TrustSource for TrustStore {
    fn trust(&self, commit: &str) -> Result<Arc<Trust>, String> {
        if let Some(known) = self.trusts.borrow().get(commit) {
            return known.clone();
        }
        let found = self.read_trust(commit);
        self.trusts
            .borrow_mut()
            .insert(String::from(commit), found.clone());
        found
    }

    fn descends(&self, newer: &str, older: &str) -> Option<bool> {
        self.ancestor(older, newer)
    }
}

fn said(error: GitError) -> String {
    error.to_string()
}

fn text(
    file: Result<Option<Arc<[u8]>>, GitError>,
    path: &str,
) -> Result<(String, Arc<[u8]>), String> {
    let bytes = file
        .map_err(said)?
        .ok_or_else(|| format!("it has no {path}"))?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok((String::from(text), Arc::clone(&bytes))),
        Err(_) => Err(format!("its {path} is not UTF-8")),
    }
}

/// The files that gates run or read, from the platform's folder.
fn gate_files(config: &Config) -> impl Iterator<Item = String> + '_ {
    config.gates.iter().flat_map(|gate| {
        let config::GateKind::Command(command) = &gate.kind;
        let program = command.first().filter(|program| program.starts_with("./"));
        program
            .into_iter()
            .chain(&gate.files)
            .filter_map(|file| terrace_source::path::resolve("", file))
            .map(|path| path.to_string())
    })
}

/// The roles of terrace.hcl.
pub fn roles(config: &Config) -> Roles {
    let mut out = Roles::new();
    for role in &config.roles {
        if let Some(known) = Role::parse(&role.name) {
            out.entry(known)
                .or_default()
                .extend(role.principals.iter().map(ToString::to_string));
        }
    }
    out
}

/// terrace.hcl of a tree.
pub fn read_config(
    tree: &dyn Tree,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Config> {
    let file = terrace_layers::read::read_text(tree, config::FILE, sources, diagnostics)?;
    let (body, errors) = terrace_hcl::parse_body(file, sources.get(file)?.text());
    diagnostics.extend(errors);
    config::read(&body, diagnostics)
}
