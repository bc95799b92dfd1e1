//! A platform in memory: layers, renders, a signed ledger, branches, people.
//!
//! Everything that `decide` is told about the world outside the ledger is
//! computed here from what the world really is, as the commands do from git.

#![allow(dead_code, reason = "every test binary uses its own part of the world")]

pub(crate) mod histories;
pub(crate) mod model;
mod people;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use terrace_diag::FileId;
use terrace_evidence::predicate::{TestResult, TestVerdict};
use terrace_evidence::{
    Algorithm, AllowedSigners, Draft, Entry, PlatformId, Position, Profile, Role, SignatureCache,
    SignedEntry, SigningKey, Stamp, Time, Trust, TrustSource, VerifiedLedger, Verifier,
    allowed_signers_line,
};
use terrace_promotion::body::{
    self, AckBody, ApproveBody, BreakGlassBody, DriftBody, EvidenceBody, GateBody, HoldBody, Mode,
    Outcome, PolicyBody, ReleaseBody, ResultBody, RevokeBody, Revoked, StepBody, StepOutcome,
};
use terrace_promotion::coverage::{ChangedLeaf, LeafName, Origin, Report, Source, SourceLeaf};
use terrace_promotion::policy::{Edge, EnvironmentRule, Gate};
use terrace_promotion::{
    Binding, Branch, Bytes, Coverage, Decision, Denial, Facts, Invariant, Order, Policy, Question,
    Release, StoryFault, View, decide,
};
use terrace_release::{
    Compiler, Component, Digest, Environment, Kind as FolderKind, ReleaseManifest, Sums,
};

pub(crate) const START: Time = Time(1_795_251_600);
pub(crate) const HOUR: i64 = 3600;

/// Values of one layer: component and path.
type Layer = BTreeMap<(String, String), i64>;

/// A commit of the platform repository.
#[derive(Clone)]
struct Commit {
    layers: BTreeMap<String, Layer>,
    policy: Arc<Policy>,
    trust: Arc<Trust>,
    parent: Option<usize>,
    author: String,
    on_branch: bool,
}

/// A commit of an environment's branch.
#[derive(Clone, PartialEq, Eq, Debug)]
struct EnvCommit {
    id: String,
    /// Component → bytes.
    tree: BTreeMap<String, String>,
    /// The intent it cites.
    ledger_head: Option<Digest>,
}

/// Commits as a source of trust.
struct Commits<'a>(&'a [Commit]);

impl TrustSource for Commits<'_> {
    fn trust(&self, commit: &str) -> Result<Arc<Trust>, String> {
        let commit = commit.parse::<usize>().ok().and_then(|at| self.0.get(at));
        match commit.filter(|commit| commit.on_branch) {
            Some(commit) => Ok(Arc::clone(&commit.trust)),
            None => Err(String::from("not on main")),
        }
    }

    fn descends(&self, newer: &str, older: &str) -> Option<bool> {
        let (newer, older): (usize, usize) = (newer.parse().ok()?, older.parse().ok()?);
        Some(ancestors(self.0, newer).any(|at| at == older))
    }
}

fn ancestors(commits: &[Commit], from: usize) -> impl Iterator<Item = usize> + '_ {
    std::iter::successors(Some(from), |at| commits[*at].parent)
}

pub(crate) fn commit_id(at: usize) -> String {
    format!("{at:040}")
}

/// One person or machine with a key.
fn seed(name: &str) -> [u8; 32] {
    *Digest::of(name).as_bytes()
}

thread_local! {
    static KEYS: RefCell<BTreeMap<String, Arc<SigningKey>>> = const { RefCell::new(BTreeMap::new()) };
}

/// The key of a name; the same in every world.
pub(crate) fn key(name: &str) -> Arc<SigningKey> {
    KEYS.with_borrow_mut(|keys| {
        let made = || {
            let key = SigningKey::generate(Algorithm::Ed25519, &seed(name)).expect("a key");
            Arc::new(key)
        };
        Arc::clone(keys.entry(String::from(name)).or_insert_with(made))
    })
}

/// Trust with these principals and roles; the key's name may differ from the
/// principal's (`("ci", "ci-2", …)` after a rotation).
pub(crate) fn trust(people: &[(&str, &str, &[Role])]) -> Trust {
    let text: String = people
        .iter()
        .map(|(name, key_name, _)| allowed_signers_line(name, &key(key_name).public()) + "\n")
        .collect();
    let mut roles = terrace_evidence::Roles::new();
    for (name, _, held) in people {
        for role in *held {
            roles.entry(*role).or_default().insert(String::from(*name));
        }
    }
    Trust {
        signers: AllowedSigners::parse(FileId(0), &text).expect("valid"),
        roles,
    }
}

pub(crate) fn everyone() -> Trust {
    trust(&[
        ("ci", "ci", &[Role::Promoter]),
        ("val", "val", &[Role::Validator]),
        ("val2", "val2", &[Role::Validator]),
        ("ann", "ann", &[Role::Approver, Role::Oncall]),
        ("bob", "bob", &[Role::Approver, Role::Oncall]),
        ("cat", "cat", &[Role::Approver]),
        ("sec", "sec", &[Role::Revoker]),
    ])
}

pub(crate) fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.into_iter().map(String::from).collect()
}

/// `ops -> apps -> prod` with the gates of the local starter.
pub(crate) fn policy() -> Policy {
    let environment = |entry: bool| EnvironmentRule {
        entry,
        ..EnvironmentRule::default()
    };
    let gate = |file: &str| Gate {
        files: [(String::from(file), Digest::of(file))].into(),
        ..Gate::default()
    };
    let edge = |gates: BTreeSet<String>| Edge {
        gates,
        expires: Some(24 * HOUR),
        ..Edge::default()
    };
    Policy {
        environments: [
            (String::from("ops"), environment(true)),
            (String::from("apps"), environment(false)),
            (String::from("prod"), environment(false)),
        ]
        .into(),
        edges: [
            (
                (String::from("ops"), String::from("apps")),
                edge(set(["plan_clean", "smoke"])),
            ),
            (
                (String::from("apps"), String::from("prod")),
                edge(set(["plan_clean"])),
            ),
        ]
        .into(),
        gates: [
            (String::from("plan_clean"), Gate::default()),
            (String::from("smoke"), gate("gates/smoke.sh")),
        ]
        .into(),
    }
}

/// What was decided at one head of the ledger; lands only if that is still it.
pub(crate) struct Prepared {
    head: Option<Digest>,
    question: Question,
    binding: Binding,
}

#[derive(Debug)]
pub(crate) enum Failed {
    /// Refused, with every reason.
    Denied(Vec<Denial>),
    /// It is there already.
    Current,
    /// Someone else wrote in between.
    RaceLost,
    /// The ledger would contradict itself.
    Story(StoryFault),
}

pub(crate) struct World {
    pub(crate) now: Time,
    pub(crate) entries: Vec<SignedEntry>,
    pub(crate) ledger: VerifiedLedger,
    pub(crate) view: View,
    pub(crate) manifests: BTreeMap<Digest, Release>,
    /// Stored bytes: release, environment → component → bytes.
    pub(crate) stored: BTreeMap<(Digest, String), BTreeMap<String, String>>,
    /// People who wrote what; `ci` by default.
    pub(crate) author: String,
    /// Digest of plans per environment.
    pub(crate) plans: BTreeMap<String, Digest>,
    /// Who applies where.
    pub(crate) locks: BTreeMap<String, String>,
    pub(crate) secrets: Vec<String>,
    commits: Vec<Commit>,
    branches: BTreeMap<String, EnvCommit>,
    nonce: u128,
    platform: PlatformId,
}

impl World {
    pub(crate) fn new(policy: Policy) -> Self {
        let mut base = Layer::new();
        for component in ["net", "eks", "nginx"] {
            for leaf in ["size", "max"] {
                base.insert((String::from(component), String::from(leaf)), 1);
            }
        }
        let mut layers = BTreeMap::from([(String::from("base"), base)]);
        for env in policy.environments.keys() {
            layers.insert(env.clone(), Layer::new());
        }
        let first = Commit {
            layers,
            policy: Arc::new(policy),
            trust: Arc::new(everyone()),
            parent: None,
            author: String::from("dev"),
            on_branch: true,
        };
        let mut world = Self {
            now: START,
            entries: Vec::new(),
            ledger: VerifiedLedger::default(),
            view: View::default(),
            manifests: BTreeMap::new(),
            stored: BTreeMap::new(),
            author: String::from("dev"),
            plans: BTreeMap::new(),
            locks: BTreeMap::new(),
            secrets: Vec::new(),
            commits: vec![first],
            branches: BTreeMap::new(),
            nonce: 0,
            platform: PlatformId::new(&[7; 16]),
        };
        world
            .append(&body::platform("acme"), &["ci"])
            .expect("the first entry");
        world
    }

    /// The head of the protected branch.
    pub(crate) fn head(&self) -> usize {
        (0..self.commits.len())
            .rev()
            .find(|at| self.commits[*at].on_branch)
            .expect("there is one")
    }

    pub(crate) fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.commits[self.head()].policy)
    }

    fn commit(
        &mut self,
        parent: usize,
        on_branch: bool,
        change: impl FnOnce(&mut Commit),
    ) -> usize {
        let mut commit = self.commits[parent].clone();
        commit.parent = Some(parent);
        commit.author = self.author.clone();
        commit.on_branch = on_branch;
        change(&mut commit);
        self.commits.push(commit);
        self.commits.len() - 1
    }

    /// A commit on the protected branch that changes a value of a layer.
    pub(crate) fn edit(&mut self, layer: &str, component: &str, leaf: &str, value: i64) -> usize {
        self.commit(self.head(), true, |commit| {
            let layer = commit.layers.entry(String::from(layer)).or_default();
            layer.insert((String::from(component), String::from(leaf)), value);
        })
    }

    /// Likewise on a side branch off `parent`.
    pub(crate) fn edit_aside(
        &mut self,
        parent: usize,
        component: &str,
        leaf: &str,
        value: i64,
    ) -> usize {
        self.commit(parent, false, |commit| {
            let layer = commit.layers.entry(String::from("base")).or_default();
            layer.insert((String::from(component), String::from(leaf)), value);
        })
    }

    /// A commit that changes no rendered byte.
    pub(crate) fn comment(&mut self) -> usize {
        self.commit(self.head(), true, |_| {})
    }

    pub(crate) fn change_policy(&mut self, change: impl FnOnce(&mut Policy)) -> usize {
        self.commit(self.head(), true, |commit| {
            change(Arc::make_mut(&mut commit.policy));
        })
    }

    pub(crate) fn change_trust(&mut self, trust: Trust) -> usize {
        self.commit(self.head(), true, |commit| commit.trust = Arc::new(trust))
    }

    fn value(commit: &Commit, env: &str, name: &(String, String)) -> Option<(i64, String)> {
        let from = |layer: &str| {
            let value = commit.layers.get(layer)?.get(name)?;
            Some((*value, String::from(layer)))
        };
        from(env).or_else(|| from("base"))
    }

    /// Component → bytes of an environment at a commit.
    fn render_env(commit: &Commit, env: &str) -> BTreeMap<String, String> {
        let mut names: BTreeSet<&(String, String)> = commit.layers["base"].keys().collect();
        names.extend(commit.layers.get(env).into_iter().flat_map(BTreeMap::keys));
        let mut out: BTreeMap<String, String> = BTreeMap::new();
        for name in names {
            if let Some((value, _)) = Self::value(commit, env, name) {
                let text = out
                    .entry(name.0.clone())
                    .or_insert_with(|| format!("# {env}\n"));
                text.push_str(&format!("{} = {value}\n", name.1));
            }
        }
        out
    }

    /// Renders a commit and keeps manifest and bytes, as a push of a release does.
    pub(crate) fn render(&mut self, at: usize) -> Digest {
        let commit = self.commits[at].clone();
        let mut environments = BTreeMap::new();
        let mut stored = BTreeMap::new();
        for env in commit.policy.environments.keys() {
            let files = Self::render_env(&commit, env);
            let components = files
                .iter()
                .map(|(name, text)| {
                    let component = Component {
                        kind: FolderKind::Terraform,
                        sha256: folder_digest(text),
                        deps: match name.as_str() {
                            "net" => BTreeSet::new(),
                            _ => set(["net"]),
                        },
                        members: BTreeSet::new(),
                        // A leaf of this name stands for a module that is
                        // fetched when it runs.
                        uncovered: match text.contains("remote") {
                            true => set(["git::https://acme.example/m.git?ref=v1"]),
                            false => BTreeSet::new(),
                        },
                    };
                    (name.clone(), component)
                })
                .collect();
            environments.insert(env.clone(), Environment { components });
            stored.insert(env.clone(), files);
        }
        let manifest = ReleaseManifest {
            platform: String::from("acme"),
            source: Some(terrace_release::Source {
                commit: commit_id(at),
                tree: "0".repeat(40),
            }),
            lock: None,
            policies: BTreeMap::new(),
            compiler: Compiler {
                name: String::from("terrace"),
                version: String::from("0.1.0"),
            },
            environments,
        };
        let id = manifest.id();
        for (env, files) in stored {
            self.stored.entry((id, env)).or_insert(files);
        }
        self.manifests.insert(id, Release::new(manifest));
        id
    }

    /// Edits, commits and renders.
    pub(crate) fn release(
        &mut self,
        layer: &str,
        component: &str,
        leaf: &str,
        value: i64,
    ) -> Digest {
        let at = self.edit(layer, component, leaf, value);
        self.render(at)
    }

    pub(crate) fn content(&self, release: Digest) -> Digest {
        self.manifests[&release].content()
    }

    /// Signs and appends; every entry goes through the verifier and the fold.
    pub(crate) fn append(&mut self, draft: &Draft, by: &[&str]) -> Result<Digest, Failed> {
        let trust = commit_id(self.head());
        self.append_at(draft, by, &trust, self.now)
    }

    pub(crate) fn append_at(
        &mut self,
        draft: &Draft,
        by: &[&str],
        trust: &str,
        time: Time,
    ) -> Result<Digest, Failed> {
        let at = self.ledger.next().unwrap_or_else(|| Position {
            seq: 1,
            prev: None,
            platform: self.platform.clone(),
        });
        self.nonce += 1;
        let stamp = Stamp {
            time,
            trust: String::from(trust),
            nonce: self.nonce.to_be_bytes(),
        };
        let keys: Vec<Arc<SigningKey>> = by.iter().map(|name| key(name)).collect();
        let signers: Vec<(&SigningKey, Profile)> =
            keys.iter().map(|key| (&**key, Profile::Raw)).collect();
        let entry = draft.sign(&at, &stamp, &signers).expect("signs");
        let commits = Commits(&self.commits);
        let mut verifier = Verifier::resume(
            &commits,
            self.now,
            SignatureCache::new(),
            std::mem::take(&mut self.ledger),
        );
        verifier.push(&entry.name, &entry.bytes);
        let (ledger, _) = verifier
            .finish()
            .unwrap_or_else(|refusals| panic!("refused: {refusals:?}"));
        let last: Entry = ledger.head().expect("just added").clone();
        let story = self.view.apply(&last);
        self.ledger = ledger;
        if let Err(fault) = story {
            // A real writer checks before it pushes: nothing is written, and the
            // state is what it was.
            let after = self.view.clone();
            self.rebuild();
            assert_eq!(self.view, after, "{fault}");
            return Err(Failed::Story(fault));
        }
        self.entries.push(entry);
        Ok(last.digest)
    }

    /// Verifies and folds everything again from the files.
    pub(crate) fn rebuild(&mut self) {
        let (ledger, view) = self.replayed();
        self.ledger = ledger;
        self.view = view;
    }

    pub(crate) fn replayed(&self) -> (VerifiedLedger, View) {
        let commits = Commits(&self.commits);
        let files = self.entries.iter().map(|entry| (&entry.name, &entry.bytes));
        let ledger = terrace_evidence::verify_chain(files, &commits, self.now)
            .unwrap_or_else(|refusals| panic!("refused: {refusals:?}"));
        let view = terrace_promotion::fold(&ledger).expect("the story holds");
        (ledger, view)
    }

    /// The trust commits, for verifying a changed ledger.
    pub(crate) fn verify(&self, files: &[SignedEntry]) -> Result<VerifiedLedger, Vec<String>> {
        let commits = Commits(&self.commits);
        terrace_evidence::verify_chain(
            files.iter().map(|entry| (&entry.name, &entry.bytes)),
            &commits,
            self.now,
        )
        .map_err(|refusals| refusals.iter().map(ToString::to_string).collect())
    }

    // What decide is told.

    fn bytes(&self, release: Digest, env: &str) -> Bytes {
        let Some(files) = self.stored.get(&(release, String::from(env))) else {
            return Bytes::Missing(String::from("tree"));
        };
        let manifest = self.manifests[&release].manifest();
        let Some(environment) = manifest.environments.get(env) else {
            return Bytes::Missing(String::from("environment"));
        };
        let mut wrong = Vec::new();
        for (name, component) in &environment.components {
            match files.get(name) {
                Some(text) if folder_digest(text) == component.sha256 => {}
                Some(_) => wrong.push(format!("{env}/{name}/main.tf was changed")),
                None => wrong.push(format!("{env}/{name} is missing")),
            }
        }
        for name in files.keys() {
            if !environment.components.contains_key(name) {
                wrong.push(format!("{env}/{name} is not listed"));
            }
        }
        match wrong.is_empty() {
            true => Bytes::Right,
            false => Bytes::Differ(wrong),
        }
    }

    fn branch(&self, env: &str, release: Digest) -> Branch {
        let view = self.view.env(env);
        let expected = view.desired.as_ref();
        match (self.branches.get(env), expected) {
            (None, None) => Branch::Absent,
            (None, Some(_)) => Branch::Unattested {
                commit: String::new(),
                why: String::from("the branch is gone"),
                is_the_release: false,
            },
            (Some(commit), expected) => {
                let right = expected.is_some_and(|desired| {
                    commit.ledger_head == Some(desired.intent)
                        && self.stored.get(&(desired.release, String::from(env)))
                            == Some(&commit.tree)
                });
                match right {
                    true => Branch::Attested,
                    false => Branch::Unattested {
                        commit: commit.id.clone(),
                        why: String::from("it cites no intent of the ledger"),
                        is_the_release: self.stored.get(&(release, String::from(env)))
                            == Some(&commit.tree),
                    },
                }
            }
        }
    }

    fn source_commit(&self, release: Digest) -> usize {
        let source = self.manifests[&release]
            .manifest()
            .source
            .as_ref()
            .expect("has one");
        source.commit.parse().expect("a number")
    }

    pub(crate) fn order(&self, env: &str, release: Digest) -> Order {
        let view = self.view.env(env);
        let Some(current) = &view.desired else {
            return Order::First;
        };
        let (new, old) = (
            self.source_commit(release),
            self.source_commit(current.release),
        );
        if new == old {
            Order::Same
        } else if ancestors(&self.commits, new).any(|at| at == old) {
            Order::Ahead
        } else if ancestors(&self.commits, old).any(|at| at == new) {
            Order::Behind
        } else {
            Order::Diverged
        }
    }

    fn authors(&self, env: &str, release: Digest) -> BTreeSet<String> {
        let view = self.view.env(env);
        let old = view
            .desired
            .as_ref()
            .map(|current| self.source_commit(current.release));
        ancestors(&self.commits, self.source_commit(release))
            .take_while(|at| Some(*at) != old)
            .map(|at| self.commits[at].author.clone())
            .collect()
    }

    pub(crate) fn coverage(
        &self,
        from: &str,
        env: &str,
        release: Digest,
        policy: &Policy,
    ) -> Report {
        let new = &self.commits[self.source_commit(release)];
        let view = self.view.env(env);
        let old = view
            .desired
            .as_ref()
            .map(|current| &self.commits[self.source_commit(current.release)]);
        let origin = |name: &(String, String), layer: &str| Origin {
            layer: String::from(layer),
            file: format!("{layer}/{}.hcl", name.0),
            line: name.1.len() as u32,
            parametric: false,
        };
        let mut names: BTreeSet<&(String, String)> = new.layers["base"].keys().collect();
        names.extend(new.layers.get(env).into_iter().flat_map(BTreeMap::keys));
        let leaf = |name: &(String, String)| LeafName {
            component: name.0.clone(),
            path: name.1.clone(),
        };
        let changed: Vec<ChangedLeaf> = names
            .iter()
            .filter_map(|name| {
                let (after, layer) = Self::value(new, env, name)?;
                let before = old.and_then(|old| Self::value(old, env, name));
                let before = before.map(|(value, _)| value);
                (before != Some(after)).then(|| ChangedLeaf {
                    name: leaf(name),
                    before: before.map(|value| value.to_string()),
                    after: Some(after.to_string()),
                    origin: origin(name, &layer),
                    twin: None,
                    reads: Vec::new(),
                })
            })
            .collect();
        let mut source = Source {
            layers: set(["base", from]),
            ..Source::default()
        };
        let mut theirs: BTreeSet<&(String, String)> = new.layers["base"].keys().collect();
        theirs.extend(new.layers.get(from).into_iter().flat_map(BTreeMap::keys));
        for name in theirs {
            if let Some((value, layer)) = Self::value(new, from, name) {
                source.components.insert(name.0.clone());
                let value = SourceLeaf {
                    value: value.to_string(),
                    origin: origin(name, &layer),
                    moved: true,
                    reads: BTreeMap::new(),
                };
                source.leaves.insert(leaf(name), value);
            }
        }
        let key = (String::from(from), String::from(env));
        let covers: Vec<&str> = policy
            .edges
            .get(&key)
            .map(|edge| policy.covers(edge).collect())
            .unwrap_or_default();
        terrace_promotion::coverage::classify(changed, &source, covers)
    }

    /// Asks the real function, with facts taken from this world.
    pub(crate) fn decide(&self, question: &Question) -> Decision {
        let policy = self.policy();
        let view = self.view.env(&question.env);
        let current = view
            .desired
            .as_ref()
            .and_then(|current| self.manifests.get(&current.release));
        let known = self.manifests.contains_key(&question.release);
        let coverage = policy
            .edges_into(&question.env)
            .filter(|_| known)
            .map(|(from, _)| {
                let report = self.coverage(from, &question.env, question.release, &policy);
                (String::from(from), Coverage::Report(report))
            })
            .collect();
        let facts = Facts {
            now: self.now,
            policy: &policy,
            release: self.manifests.get(&question.release),
            current,
            bytes: match known {
                true => self.bytes(question.release, &question.env),
                false => Bytes::Missing(String::from("release")),
            },
            branch: self.branch(&question.env, question.release),
            order: match known {
                true => self.order(&question.env, question.release),
                false => Order::First,
            },
            on_branch: known && self.commits[self.source_commit(question.release)].on_branch,
            coverage,
            plans: self.plans.get(&question.env).copied(),
            authors: Some(match known {
                true => self.authors(&question.env, question.release),
                false => BTreeSet::new(),
            }),
            earlier: Vec::new(),
            apply_lock: self.locks.get(&question.env).cloned(),
            secrets: self.secrets.clone(),
        };
        decide(&self.view, &facts, question)
    }
}

pub(crate) fn folder_digest(text: &str) -> Digest {
    Sums::of_files([("main.tf", text.as_bytes())])
        .expect("valid")
        .digest()
}

/// The denials of a failed promotion.
pub(crate) fn denied(result: Result<Digest, Failed>) -> Vec<Denial> {
    match result {
        Err(Failed::Denied(denials)) => denials,
        other => panic!("not refused: {other:?}"),
    }
}

pub(crate) fn has(denials: &[Denial], invariant: Invariant, topic: &str) -> bool {
    denials
        .iter()
        .any(|denial| denial.invariant == invariant && denial.topic == topic)
}

/// Exactly these denials and no other.
#[track_caller]
pub(crate) fn only(denials: &[Denial], expected: &[(Invariant, &str)]) {
    let found: BTreeSet<(Invariant, &str)> = denials
        .iter()
        .map(|denial| (denial.invariant, denial.topic))
        .collect();
    let expected: BTreeSet<(Invariant, &str)> = expected.iter().copied().collect();
    let said: Vec<String> = denials.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{}", said.join("\n"));
}
