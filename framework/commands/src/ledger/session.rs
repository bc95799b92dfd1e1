//! Reads, verifies and folds the ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use terrace_diag::Diagnostic;
use terrace_evidence::{Reading, SignatureCache, Time, Unverified, VerifiedLedger};
use terrace_git::{Commit, GitError, ObjectId, Repository, fetch_specs};
use terrace_platform::config::Config;
use terrace_promotion::{Policy, View, fold};
use terrace_release::Digest;

use super::codes;
use super::refs::{ENV, LEDGER, env_branch};
use super::trust::{History, read_config};
use super::{Failure, Refs, Releases, TrustStore};
use crate::World;
use crate::compile::Messages;

/// Whether to ask the remote first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// Fetch, if there is a remote: something will be done because of it, so
    /// everything is checked anew.
    Fetch,
    /// Fetch, only to show what is: what this clone remembers is believed.
    Look,
    /// Only what this clone has (I19), to show it.
    Offline,
    /// Only what this clone has, and everything is checked anew.
    Verify,
}

impl Read {
    /// Whether what this clone remembers of earlier checks is believed. It lies
    /// in the git folder, where a cache of CI or another program could have
    /// written too; so it is, only where nothing but a report comes of it. What
    /// promotes, applies, validates, signs or verifies checks everything itself.
    const fn believes(self) -> bool {
        matches!(self, Self::Look | Self::Offline)
    }
}

/// Signatures that were right once, in the git folder. An entry is known by the
/// digest of its bytes.
const SIGNATURES: &str = "terrace/signatures";

/// Where what was fetched is.
const REMOTES: &str = "refs/remotes/";

/// Number and digest of the last entry that this clone has verified.
const SEEN: &str = "terrace/seen";

/// I16: refuses a ledger that lacks an entry this clone has verified before, or
/// has another one in its place: it was cut off or rewritten, however whole it
/// looks. Notes its head otherwise.
fn regressed(path: &Path, ledger: &VerifiedLedger) -> Result<(), Failure> {
    let before = std::fs::read_to_string(path).unwrap_or_default();
    let seen = before.trim_end().split_once(' ').and_then(|(seq, digest)| {
        let seq: usize = seq.parse().ok()?;
        Some((seq, digest.parse::<Digest>().ok()?))
    });
    if let Some((seq, digest)) = seen {
        let now = seq.checked_sub(1).and_then(|at| ledger.entries().get(at));
        if now.map(|entry| entry.digest) != Some(digest) {
            let now = match now {
                Some(entry) => format!("it is {} now", entry.digest.short()),
                None => format!("the ledger has {} entries now", ledger.entries().len()),
            };
            let message = format!(
                "ledger entry {seq} was {} when this clone saw it; {now}",
                digest.short()
            );
            return Err(Failure::Integrity(vec![
                Diagnostic::error(&codes::REGRESSED, message).help(format!(
                    "find out who rewrote the branch, and restore it; if it was put back on purpose, remove {}",
                    path.display()
                )),
            ]));
        }
    }
    if let Some(head) = ledger.head() {
        let text = format!("{} {}\n", head.seq(), head.digest);
        if text != before {
            remember(path, &text);
        }
    }
    Ok(())
}

/// Keeps the list for the next time. Losing it only costs time, so that a full
/// disk or a read-only folder is no error.
fn remember(path: &Path, text: &str) {
    let Some(folder) = path.parent() else { return };
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| tempfile::NamedTempFile::new_in(folder))
        .and_then(|mut file| file.write_all(text.as_bytes()).map(|()| file));
    if let Ok(file) = written {
        let _ = file.persist(path);
    }
}

/// The platform's records at one moment.
pub struct Session {
    /// The repository.
    pub repository: Repository,
    /// The platform's folder.
    pub root: PathBuf,
    /// Where branches are.
    pub refs: Refs,
    /// When it was opened.
    pub now: Time,
    /// terrace.hcl of the protected branch.
    pub config: Arc<Config>,
    /// Its promotion rules.
    pub policy: Arc<Policy>,
    /// Keys and roles of its commits.
    pub trust: TrustStore,
    /// The verified ledger.
    pub ledger: VerifiedLedger,
    /// What it says.
    pub view: View,
    /// Stored releases.
    pub releases: Releases,
    /// The ledger branch's newest commit.
    pub ledger_tip: Option<ObjectId>,
    /// Whether what this clone remembers of earlier checks is believed.
    pub believes: bool,
    /// Branches as they were when it was opened.
    heads: BTreeMap<String, ObjectId>,
    /// The newest commits of the environments' branches.
    branches: BTreeMap<String, Commit>,
}

impl Session {
    /// Opens the records of the platform that `world` stands in.
    ///
    /// # Errors
    /// No platform, git fails, or the ledger does not verify.
    pub fn open(world: &World, read: Read) -> Result<Self, Failure> {
        let root = world.root()?;
        let repository = world.git(&root)?;
        let local = local_config(world)?;
        let refs = Refs::new(local.remote.as_deref());
        if let (Some(remote), Read::Fetch | Read::Look) = (refs.remote(), read) {
            repository.update(remote, &fetch_specs(remote, &local.branch))?;
        }
        // All of them at one moment, in one process.
        let heads = repository.refs(refs.below())?;
        let name = refs.read(&local.branch);
        let Some(tip) = heads.get(&name).cloned() else {
            return Err(no_branch(&local, &name).into());
        };
        let now = now(world);
        let ledger_tip = heads.get(&refs.read(LEDGER)).cloned();
        let cache = repository.git_dir().join(SIGNATURES);
        let before = std::fs::read_to_string(&cache).unwrap_or_default();
        let known = match read.believes() {
            true => SignatureCache::parse(&before),
            false => SignatureCache::new(),
        };
        // A process of its own, which nothing here waits for.
        let (history, files) = std::thread::scope(|scope| {
            let history = scope.spawn(|| History::read(&repository, &tip));
            let files = files(&repository, ledger_tip.as_ref(), &known);
            (history.join().ok().flatten(), files)
        });
        let (names, files) = files?;
        let unverified = Unverified::new(names.iter().zip(files));
        let trust = TrustStore::new(repository.clone(), &root, tip).with_history(history);
        let rules = trust.rules()?;
        trust.prefetch(&unverified.trusts())?;
        let (ledger, fresh) = unverified.verify(&trust, now, &known)?;
        if fresh != known {
            let fresh = fresh.to_text();
            if fresh != before {
                remember(&cache, &fresh);
            }
        }
        regressed(&repository.git_dir().join(SEEN), &ledger)?;
        let view = fold(&ledger)?;
        let prefix = refs.read(ENV);
        let branches = heads.iter().filter(|(name, _)| name.starts_with(&prefix));
        let (names, tips): (Vec<&String>, Vec<ObjectId>) =
            branches.map(|(name, tip)| (name, tip.clone())).unzip();
        let commits = repository.commits(&tips)?;
        let branches = names.into_iter().cloned().zip(commits).collect();
        let session = Self {
            heads,
            branches,
            releases: Releases::new(repository.clone()),
            repository,
            root,
            refs,
            now,
            config: rules.config,
            policy: rules.policy,
            trust,
            ledger,
            view,
            ledger_tip,
            believes: read.believes(),
        };
        if read == Read::Fetch {
            session.may_begin()?;
        }
        Ok(session)
    }
}

impl Session {
    /// Ends it without freeing each of its parts, for a command that ends with it:
    /// there are hundreds of thousands.
    pub fn leave(self) {
        std::mem::forget(self);
    }

    /// Refuses names that are no environments, now or in the ledger.
    ///
    /// # Errors
    /// One of them is none.
    pub fn environments_exist<'a>(
        &self,
        names: impl IntoIterator<Item = &'a String>,
    ) -> Result<(), Failure> {
        let now = self.policy.environments.keys();
        let known: BTreeSet<&String> = now.chain(self.view.environments.keys()).collect();
        let unknown = names.into_iter().filter(|name| !known.contains(name));
        let listed: Vec<&str> = known.iter().map(|name| name.as_str()).collect();
        let errors: Vec<Diagnostic> = unknown
            .map(|name| {
                Diagnostic::error(
                    &terrace_platform::codes::UNKNOWN_ENVIRONMENT,
                    format!("there is no environment `{}`", name.escape_debug()),
                )
                .help(format!("there are: {}", listed.join(", ")))
            })
            .collect();
        match errors.is_empty() {
            true => Ok(()),
            false => Err(Failure::User(Messages {
                diagnostics: errors.into_iter().collect(),
                ..Messages::default()
            })),
        }
    }

    /// That there is no ledger, with how to get it.
    ///
    /// # Errors
    /// Git fails.
    pub fn no_ledger(&self) -> Result<Diagnostic, GitError> {
        let name = self.refs.read(LEDGER);
        Ok(Diagnostic::error(
            &codes::NO_LEDGER,
            format!("there is no {name}, so there is nothing to verify"),
        )
        .help(self.fetch_ledger()?))
    }

    /// The command that brings the ledger into this clone.
    fn fetch_ledger(&self) -> Result<String, GitError> {
        let deepen = match self.repository.is_shallow()? {
            true => " --unshallow",
            false => "",
        };
        let tracked = format!("/{LEDGER}");
        let elsewhere = self.repository.refs(REMOTES)?.into_keys().find_map(|name| {
            let remote = name.strip_prefix(REMOTES)?.strip_suffix(&tracked)?;
            Some(remote.to_owned())
        });
        Ok(match (self.refs.remote(), elsewhere) {
            (Some(remote), _) => {
                let specs = fetch_specs(remote, &self.config.branch);
                format!("git fetch{deepen} {remote} '{}'", specs.join("' '"))
            }
            (None, remote) => {
                let remote = remote.unwrap_or_else(|| String::from("origin"));
                let specs = ["terrace/*", "env/*"].map(|branch| {
                    let name = Refs::moved(branch);
                    format!("{name}:{name}")
                });
                format!(
                    "without `platform {{ remote = … }}` the local branches count: git fetch{deepen} {remote} '{}'",
                    specs.join("' '")
                )
            }
        })
    }

    /// Where a branch was when the session was opened.
    pub fn head(&self, branch: &str) -> Option<&ObjectId> {
        self.heads.get(&self.refs.read(branch))
    }

    /// I16: a ledger begins where no environment was moved yet. Elsewhere it is lost
    /// or was not fetched, and a new one would forget every revocation and hold.
    /// A branch of releases alone is what a first promotion leaves that died.
    ///
    /// # Errors
    /// There is no ledger, and there are environments or a ledger elsewhere.
    pub(super) fn may_begin(&self) -> Result<(), Failure> {
        if self.ledger_tip.is_some() {
            return Ok(());
        }
        let Some(left) = self.left_over()? else {
            return Ok(());
        };
        let message = format!(
            "there is no {}, and yet there is {left}: the ledger is lost or was not fetched",
            self.refs.read(LEDGER)
        );
        Err(Failure::Integrity(vec![
            Diagnostic::error(&codes::NO_LEDGER, message).help(self.fetch_ledger()?),
        ]))
    }

    /// A branch that only who has a ledger makes: of those that are read, or, where
    /// they are local, of any remote.
    fn left_over(&self) -> Result<Option<String>, GitError> {
        let environments = &self.policy.environments;
        let ours = |branch: &str| {
            branch == LEDGER
                || branch
                    .strip_prefix(ENV)
                    .is_some_and(|env| environments.contains_key(env))
        };
        let below = self.refs.below();
        let is_ours = |name: &&String| name.strip_prefix(below).is_some_and(ours);
        if let Some(name) = self.heads.keys().find(is_ours) {
            return Ok(Some(name.clone()));
        }
        if self.refs.remote().is_some() {
            return Ok(None);
        }
        let mut all = self.repository.refs(REMOTES)?.into_keys();
        Ok(all.find(|name| {
            let branch = name.strip_prefix(REMOTES);
            let branch = branch.and_then(|name| Some(name.split_once('/')?.1));
            branch.is_some_and(ours)
        }))
    }

    /// The newest commit of an environment's branch when the session was opened.
    pub(super) fn branch(&self, env: &str) -> Option<&Commit> {
        self.branches.get(&self.refs.read(&env_branch(env)))
    }
}

/// Seconds since 1970 on this machine's clock.
pub fn now(world: &World) -> Time {
    let since = (world.now)().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// The working copy's terrace.hcl: it says which branch and remote count.
fn local_config(world: &World) -> Result<Config, Failure> {
    let tree = world.tree()?;
    let mut messages = Messages::default();
    let config = read_config(&tree, &mut messages.sources, &mut messages.diagnostics);
    match config {
        Some(config) if !messages.has_errors() => Ok(config),
        _ => Err(Failure::User(messages)),
    }
}

fn no_branch(config: &Config, name: &str) -> Diagnostic {
    let help = match &config.remote {
        Some(remote) => format!(
            "git push {remote} HEAD:{}, then git fetch {remote}",
            config.branch
        ),
        None => format!("commit on branch {}", config.branch),
    };
    Diagnostic::error(
        &codes::NO_BRANCH,
        format!("there is no {name}: policy and trust are read from it"),
    )
    .help(help)
}

/// The files of the ledger's tree: their paths, and what is in them.
fn files(
    repository: &Repository,
    tip: Option<&ObjectId>,
    known: &SignatureCache,
) -> Result<(Vec<String>, Vec<Reading>), GitError> {
    let Some(tip) = tip else {
        return Ok((Vec::new(), Vec::new()));
    };
    let entries = repository.entries(tip)?;
    let (names, ids): (Vec<String>, Vec<ObjectId>) = entries
        .into_iter()
        .map(|entry| (entry.path, entry.id))
        .unzip();
    let read = repository.map_blobs(&ids, |bytes| Reading::of(bytes, known))?;
    Ok((names, read))
}
