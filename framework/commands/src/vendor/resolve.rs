//! Fetching until nothing is missing: what is fetched may name more.

use std::collections::{BTreeMap, BTreeSet};

use terrace_diag::{Diagnostic, Diagnostics, Span};
use terrace_lock::version::{Constraints, Version};
use terrace_lock::{Entry, LockFile, Package, normal_constraint};
use terrace_platform::RemoteUse;
use terrace_platform::remote::shown;
use terrace_vendor::{Copy, Fetched, Fetcher, Files, Use, codes, compare, copy, folder_for};

use super::overlay::Overlay;
use super::scan::scan;
use crate::compile::Messages;
use crate::tree::DiskTree;
use crate::world::Talk;

/// What is to be written.
pub(super) struct Plan {
    /// The new lock.
    pub(super) lock: LockFile,
    /// New and changed copies by folder.
    pub(super) copies: BTreeMap<String, Files>,
    /// The copies that were there, by folder.
    pub(super) before: BTreeMap<String, Files>,
}

/// One run.
pub(super) struct Resolver<'r> {
    tree: &'r DiskTree,
    fetcher: &'r Fetcher,
    talk: Talk<'r>,
    lock: LockFile,
    /// Entries that stood in the lock when the run began, by source and version.
    locked: BTreeSet<(String, String)>,
    /// Folders of the lock as it was read.
    locked_folders: BTreeSet<String>,
    /// Entries that are resolved again, by source.
    forgotten: Vec<Entry>,
    /// All copies as they will be, by path from the root.
    files: Files,
    copies: BTreeMap<String, Files>,
    before: BTreeMap<String, Files>,
    /// What was fetched in this run, by source and version.
    fetched: BTreeMap<(String, String), Fetched>,
}

/// A source that is used and has no copy.
struct Missing {
    package: Package,
    used: Use,
    place: Span,
}

impl<'r> Resolver<'r> {
    pub(super) fn new(
        tree: &'r DiskTree,
        fetcher: &'r Fetcher,
        lock: LockFile,
        talk: Talk<'r>,
    ) -> Self {
        Self {
            tree,
            fetcher,
            talk,
            locked: BTreeSet::new(),
            locked_folders: lock.entries().map(|entry| entry.folder.clone()).collect(),
            lock,
            forgotten: Vec::new(),
            files: Files::new(),
            copies: BTreeMap::new(),
            before: BTreeMap::new(),
            fetched: BTreeMap::new(),
        }
    }

    /// Reads the copies of the lock. What is missing is fetched again as it was
    /// locked; what was changed by hand is refused, or replaced with `force`.
    pub(super) fn load(&mut self, force: bool) -> Result<(), Diagnostics> {
        let mut errors = Diagnostics::new();
        let entries: Vec<Entry> = self.lock.entries().cloned().collect();
        for entry in entries {
            match compare(self.tree.root(), &entry) {
                Ok(Copy::Same(files)) => {
                    self.keep(&entry.folder, &files);
                    self.before.insert(entry.folder.clone(), files);
                }
                Ok(Copy::Changed) if !force => {
                    errors.push(super::check::changed(&entry).help(super::check::RESTORE));
                }
                Err(error) if !force => {
                    errors.push(super::check::at(&entry, error).help(super::check::RESTORE));
                }
                _ => {
                    if let Err(error) = self.restore(&entry) {
                        errors.push(error);
                    }
                }
            }
        }
        stop(errors)
    }

    /// Fetches a locked entry again: it must be what it was.
    fn restore(&mut self, entry: &Entry) -> Result<(), Diagnostic> {
        let package = package_of(entry)?;
        (self.talk)(&format!("fetching {} as it is locked", entry.source));
        let fetched = self.fetcher.fetch(&package, "", Some(entry))?;
        let used = Use::of(entry);
        let (again, files) = copy(
            &package,
            &fetched,
            &used,
            entry.folder.clone(),
            self.fetcher.limits(),
        )?;
        if again.sha256 != entry.sha256 {
            return Err(no_longer(entry));
        }
        self.keep(&entry.folder, &files);
        self.copies.insert(entry.folder.clone(), files);
        Ok(())
    }

    /// Takes entries out of the lock, so that they are resolved again.
    pub(super) fn forget(&mut self, names: &[String]) -> Result<(), Diagnostics> {
        let mut errors = Diagnostics::new();
        let is_named = |entry: &Entry, name: &str| {
            let folder = entry.folder.trim_start_matches("vendor/");
            let address = terrace_lock::address::terraform::parse(name);
            entry.source == name
                || entry.folder == name.trim_end_matches('/')
                || folder == name
                || matches!(address, Ok(terrace_lock::address::terraform::Source::Remote(remote))
                    if remote.package.to_string() == entry.source)
        };
        for name in names {
            if !self.lock.entries().any(|entry| is_named(entry, name)) {
                let folders: Vec<&str> = self
                    .lock
                    .entries()
                    .map(|entry| entry.folder.trim_start_matches("vendor/"))
                    .collect();
                let near = terrace_diag::closest(name, folders.iter().copied());
                errors.push(
                    Diagnostic::error(
                        &codes::UNKNOWN_NAME,
                        format!("terrace.lock has no entry `{name}`"),
                    )
                    .help(match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("there are: {}", folders.join(", ")),
                    }),
                );
            }
        }
        stop(errors)?;
        let chosen: Vec<Entry> = self
            .lock
            .entries()
            .filter(|entry| names.is_empty() || names.iter().any(|name| is_named(entry, name)))
            .cloned()
            .collect();
        for entry in chosen {
            self.lock.remove(entry.key());
            self.drop_files(&entry.folder);
            self.forgotten.push(entry);
        }
        Ok(())
    }

    /// Fetches what is missing, and what that names, until nothing is.
    pub(super) fn run(&mut self) -> Result<Plan, Messages> {
        self.locked = self.lock.entries().map(owned_key).collect();
        for _ in 0..self.fetcher.limits().rounds {
            let mut messages = Messages::default();
            let copies = self.locked_folders.iter().cloned();
            let copies: BTreeSet<String> = copies
                .chain(self.lock.entries().map(|entry| entry.folder.clone()))
                .collect();
            let tree = Overlay::new(self.tree, &self.files, &copies, &self.lock);
            let Some(found) = scan(&tree, &mut messages).filter(|_| !messages.has_errors()) else {
                return Err(messages);
            };
            let mut errors = Diagnostics::new();
            let missing = self.missing(&found.uses, &mut errors);
            if errors.has_errors() {
                // Nobody is asked for the rest of what cannot be whole.
                messages.diagnostics.extend(errors);
                return Err(messages);
            }
            if missing.is_empty() {
                if found.complete {
                    self.prune(&found.uses);
                }
                let mut copies = std::mem::take(&mut self.copies);
                copies.retain(|folder, files| self.before.get(folder) != Some(files));
                return Ok(Plan {
                    lock: std::mem::take(&mut self.lock),
                    copies,
                    before: std::mem::take(&mut self.before),
                });
            }
            for one in missing {
                if let Err(error) = self.add(&one) {
                    let error = match error.labels.is_empty() {
                        true => error.label(one.place, "named here"),
                        false => error,
                    };
                    errors.push(error);
                }
            }
            if errors.has_errors() {
                messages.diagnostics = errors;
                return Err(messages);
            }
        }
        let error = Diagnostic::error(
            &codes::TOO_LARGE,
            format!(
                "sources name sources that name sources, more than {} times",
                self.fetcher.limits().rounds
            ),
        );
        Err(Messages {
            diagnostics: error.into(),
            ..Messages::default()
        })
    }

    /// What is used and has no copy, each source once, sorted.
    fn missing(&self, uses: &[RemoteUse], errors: &mut Diagnostics) -> Vec<Missing> {
        let mut out: BTreeMap<(String, String), Missing> = BTreeMap::new();
        let mut sorted: Vec<&RemoteUse> = uses.iter().collect();
        sorted.sort_by_key(|used| used.span);
        let mut refused = BTreeSet::new();
        for used in sorted {
            let Ok(remote) = &used.remote else {
                if refused.insert(&used.text) {
                    errors.push(used.not_vendored());
                }
                continue;
            };
            if used.local(&self.lock).is_some() {
                continue;
            }
            let constraint = match &remote.package {
                Package::Registry(_) => normal_constraint(used.constraint.as_deref()),
                _ => String::new(),
            };
            if let Err(fault) = Constraints::parse(&constraint) {
                errors.push(
                    Diagnostic::error(&terrace_lock::codes::BAD_CONSTRAINT, fault.why)
                        .at(used.span)
                        .maybe_help(fault.help),
                );
                continue;
            }
            let key = (remote.package.to_string(), constraint.clone());
            let one = out.entry(key).or_insert_with(|| Missing {
                package: remote.package.clone(),
                used: Use::default(),
                place: used.span,
            });
            one.used.folders.insert(remote.folder.clone());
            one.used.constraints.insert(constraint);
        }
        out.into_values().collect()
    }

    fn add(&mut self, missing: &Missing) -> Result<(), Diagnostic> {
        let package = &missing.package;
        let constraint = missing.used.constraints.first().map_or("", String::as_str);
        let known = self.known(package, constraint).cloned();
        let fetched = self.fetched(package, constraint, known.as_ref())?;
        let version = fetched.version.as_deref();
        // Another constraint may have led to the same version.
        let same_version = version.and_then(|version| {
            let key = (package.to_string(), version.to_owned());
            let mut entries = self.lock.entries();
            entries.find(|entry| owned_key(entry) == key).cloned()
        });
        let used = known
            .iter()
            .chain(&same_version)
            .fold(missing.used.clone(), |used, entry| used.and(Use::of(entry)));
        let old = known.or(same_version);
        let folder = match &old {
            Some(entry) => entry.folder.clone(),
            None => self.folder(package, version),
        };
        let (entry, files) = copy(package, &fetched, &used, folder, self.fetcher.limits())?;
        if let Some(old) = &old {
            self.compare(old, &files)?;
            self.drop_files(&old.folder);
        }
        self.keep(&entry.folder, &files);
        self.copies.insert(entry.folder.clone(), files);
        self.lock.insert(entry);
        Ok(())
    }

    /// A package as a locked entry says, or as its constraint means now; each is
    /// fetched once in a run.
    fn fetched(
        &mut self,
        package: &Package,
        constraint: &str,
        known: Option<&Entry>,
    ) -> Result<Fetched, Diagnostic> {
        let key = |version: Option<&str>| {
            let version = version.unwrap_or(constraint);
            (package.to_string(), version.to_owned())
        };
        let pinned = known.and_then(|entry| entry.version.as_deref());
        if let Some(fetched) = self.fetched.get(&key(pinned)) {
            return Ok(fetched.clone());
        }
        let what = terrace_lock::Remote {
            package: package.clone(),
            folder: String::new(),
        };
        let line = format!("fetching {} {constraint}", shown(&what));
        (self.talk)(line.trim_end());
        let fetched = self.fetcher.fetch(package, constraint, known)?;
        let key = key(fetched.version.as_deref());
        self.fetched.insert(key, fetched.clone());
        Ok(fetched)
    }

    /// The entry that a use belongs to: of its constraint, or one that was locked
    /// before and whose version it allows, too. (What this run selected for
    /// another constraint does not count, or the order would.)
    fn known(&self, package: &Package, constraint: &str) -> Option<&Entry> {
        if let Some(entry) = self.lock.entry(package, Some(constraint)) {
            return Some(entry);
        }
        let Package::Registry(_) = package else {
            return None;
        };
        let constraints = Constraints::parse(constraint).ok()?;
        let source = package.to_string();
        self.lock
            .entries()
            .filter(|entry| entry.source == source && self.locked.contains(&owned_key(entry)))
            .filter_map(|entry| Some((Version::parse(entry.version.as_deref()?)?, entry)))
            .filter(|(version, _)| !version.is_prerelease() && constraints.allow(version))
            .max_by(|(a, _), (b, _)| a.cmp(b))
            .map(|(_, entry)| entry)
    }

    /// The folder that an updated entry had, or a new one.
    fn folder(&self, package: &Package, version: Option<&str>) -> String {
        let source = package.to_string();
        let mut forgotten = self.forgotten.iter();
        let same =
            forgotten.find(|entry| entry.source == source && entry.version.as_deref() == version);
        match same {
            Some(entry) => entry.folder.clone(),
            None => folder_for(package, version, &self.lock),
        }
    }

    /// The same commit, version or digest must still give the same files.
    fn compare(&self, old: &Entry, files: &Files) -> Result<(), Diagnostic> {
        let prefix = format!("{}/", old.folder);
        let changed = self
            .files
            .range(prefix.clone()..)
            .take_while(|(path, _)| path.starts_with(&prefix))
            .any(|(path, file)| files.get(&path[prefix.len()..]) != Some(file));
        match changed {
            true => Err(no_longer(old)),
            false => Ok(()),
        }
    }

    fn keep(&mut self, folder: &str, files: &Files) {
        for (path, file) in files {
            self.files.insert(format!("{folder}/{path}"), file.clone());
        }
    }

    fn drop_files(&mut self, folder: &str) {
        let prefix = format!("{folder}/");
        self.files.retain(|path, _| !path.starts_with(&prefix));
    }

    /// Takes out what nothing uses any more.
    fn prune(&mut self, uses: &[RemoteUse]) {
        let mut used: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for one in uses {
            let Ok(remote) = &one.remote else { continue };
            if let Some(entry) = self.lock.entry(&remote.package, one.constraint.as_deref()) {
                used.entry(owned_key(entry))
                    .or_default()
                    .insert(normal_constraint(one.constraint.as_deref()));
            }
        }
        let entries: Vec<Entry> = self.lock.entries().cloned().collect();
        for mut entry in entries {
            match used.get(&owned_key(&entry)) {
                Some(constraints) => {
                    entry.constraints.retain(|one| constraints.contains(one));
                    self.lock.insert(entry);
                }
                None => {
                    self.lock.remove(entry.key());
                    self.copies.remove(&entry.folder);
                }
            }
        }
    }
}

fn stop(errors: Diagnostics) -> Result<(), Diagnostics> {
    match errors.has_errors() {
        true => Err(errors),
        false => Ok(()),
    }
}

fn owned_key(entry: &Entry) -> (String, String) {
    let (source, version) = entry.key();
    (source.to_owned(), version.to_owned())
}

/// The package of an entry; the lock was read, so there is one.
fn package_of(entry: &Entry) -> Result<Package, Diagnostic> {
    Package::parse(&entry.source)
        .map_err(|fault| Diagnostic::error(&terrace_lock::codes::BAD_LOCK, fault.why))
}

fn no_longer(entry: &Entry) -> Diagnostic {
    Diagnostic::error(
        &codes::MISMATCH,
        format!(
            "{} ({}) no longer gives the files that terrace.lock stands for",
            entry.source,
            entry.resolved()
        ),
    )
    .help("find out who replaced them; `terrace vendor --update` would take the new ones")
}
