//! `terrace promote`: decide, record, move the bytes; or refuse with every reason.
//!
//! One round reads everything, decides, signs and pushes. If anything moved
//! meanwhile, the next round starts from nothing: a decision is never carried
//! over to another state of the ledger.

use std::path::PathBuf;

use serde_json::json;
use terrace_diag::Diagnostic;
use terrace_evidence::Role;
use terrace_git::{NewCommit, NewEntry, ObjectId, RefUpdate};
use terrace_platform::Config;
pub use terrace_promotion::body::Mode;
use terrace_promotion::body::ReleaseBody;
use terrace_promotion::coverage::matches_file;
use terrace_promotion::{Binding, Decision, Denial, Invariant, Question, Release};
use terrace_release::{Digest, ReleaseManifest, Source, Sums};

use crate::compile::{Compiled, Messages, compile};
use crate::keys::signing_key;
use crate::ledger::{
    Asked, Candidate, EnvBranch, Failure, Keyring, RELEASES, Read, Refs, Releases, Session, codes,
    commit_of_intent, denied, env_branch, retried, settle,
};
use crate::statements::known_environment;
use crate::tree::commit_tree;
use crate::{Exit, Outcome, World};

/// Options of `terrace promote`, `rollback`, `adopt` and `revert`.
#[derive(Debug, Clone)]
pub struct Options {
    /// The environment.
    pub env: String,
    /// A release, or the start of its digest.
    pub release: Option<String>,
    /// How it moves.
    pub mode: Mode,
    /// Decide and write nothing.
    pub dry_run: bool,
    /// A key file.
    pub key: Option<PathBuf>,
    /// A break-glass entry to rely on.
    pub break_glass: Option<Digest>,
    /// Why, for people.
    pub reason: Option<String>,
}

impl Options {
    /// A promotion forward of whatever comes next.
    pub fn forward(env: &str) -> Self {
        Self {
            env: String::from(env),
            release: None,
            mode: Mode::Forward,
            dry_run: false,
            key: None,
            break_glass: None,
            reason: None,
        }
    }
}

/// A release that is about to move, with its files if it was rendered just now.
struct Chosen {
    candidate: Candidate,
    rendered: Option<Compiled>,
}

/// Runs the command.
pub fn run(world: &World, options: &Options) -> Outcome {
    let read = match options.dry_run {
        true => Read::Look,
        false => Read::Fetch,
    };
    match retried(world, read, |session| round(world, session, options)) {
        Ok(outcome) => outcome,
        Err(failure) => failure.outcome(),
    }
}

fn round(world: &World, session: &mut Session, options: &Options) -> Result<Outcome, Failure> {
    let env = options.env.as_str();
    if options.mode != Mode::Forward {
        known_environment(session, env)?;
    }
    if !options.dry_run && settle(session, env)? {
        // Someone's half-done move is finished: look at the new state.
        *session = Session::open(world, Read::Fetch)?;
    }
    if let Some(open) = going_back(session, options) {
        let text = format!(
            "{env} goes back to release {} already\nnext: terrace apply {env}\n",
            open.short()
        );
        let json = json!({ "promoted": false, "release": open.to_string() });
        return Ok(Outcome::data(text, json, Messages::default()));
    }
    let Some(chosen) = choose(world, session, options)? else {
        if options.mode == Mode::Rollback {
            let fact = format!("{env} has no good release from before the one it runs");
            let next = "name one with --release, or promote a newer release";
            return Ok(denied(&[
                Denial::new(env, Invariant::I9, fact, next).absolute()
            ]));
        }
        if options.mode == Mode::Revert {
            return Err(Failure::Refused(
                Diagnostic::error(
                    &crate::codes::NOTHING_TO_PROMOTE,
                    format!("`{env}` has no release yet, so there is nothing to go back to"),
                )
                .help(format!("terrace promote {env}")),
            ));
        }
        let from: Vec<&str> = session
            .policy
            .edges_into(env)
            .map(|(from, _)| from)
            .collect();
        let text = format!(
            "nothing to promote: {} runs no release yet\n",
            from.join(", ")
        );
        return Ok(Outcome::data(
            text,
            json!({ "promoted": false }),
            Messages::default(),
        ));
    };
    let id = chosen.candidate.id;
    let asked = Asked::gather(session, env, &chosen.candidate)?;
    let question = Question {
        env: String::from(env),
        release: id,
        mode: options.mode,
        break_glass: options.break_glass,
    };
    let binding = match asked.decide(session, &question) {
        Decision::Deny(denials) => {
            let mut outcome = denied(&denials);
            if options.mode == Mode::Forward {
                // Each leaf has a line of its own where it blocks.
                let listed = denials
                    .iter()
                    .any(|denial| denial.topic == "coverage" && denial.place.is_some());
                outcome.text.push_str(&match listed {
                    true => asked.coverage_brief(env),
                    false => asked.coverage_text(env),
                });
                outcome.json["coverage"] = asked.coverage_json(env).into();
            }
            return Ok(outcome);
        }
        Decision::Current => {
            let text = format!("{env} is at release {} already\n", id.short());
            let json = json!({ "promoted": false, "release": id.to_string() });
            return Ok(Outcome::data(text, json, Messages::default()));
        }
        Decision::Allow(binding) => *binding,
    };
    if options.dry_run {
        return Ok(summary(&binding, &asked, "would move to"));
    }
    let keys = signing_key(world, session, options.key.as_deref(), Role::Promoter, env)?;
    land(session, options, &chosen, &binding, &asked.branch, &keys)?;
    Ok(summary(&binding, &asked, "moved to"))
}

/// Which release is meant; `None`: the environments before it run none.
fn choose(world: &World, session: &Session, options: &Options) -> Result<Option<Chosen>, Failure> {
    let env = options.env.as_str();
    let stored = |id: Digest| Chosen {
        candidate: Candidate::stored(session, id),
        rendered: None,
    };
    if let Some(name) = &options.release {
        return find(session, name).map(|id| Some(stored(id)));
    }
    let view = session.view.env(env);
    match options.mode {
        Mode::Revert => Ok(view.desired.as_ref().map(|placed| stored(placed.release))),
        Mode::Rollback => {
            let Some(running) = view.desired.as_ref().map(|placed| placed.release) else {
                return Ok(None);
            };
            // Back from what is not good to the last that was; from a good one, or
            // where that is none to go to, to the one before it.
            let ways = session.view.ways_back(env);
            let last = view.last_good.filter(|last| ways.contains(last));
            let target = match view.good.contains(&running) {
                true => None,
                false => last,
            };
            let target = target.or_else(|| previous(session, &ways, running));
            // Refused with the reason why it is no way back.
            let target = target.or(view.last_good.filter(|last| *last != running));
            Ok(target.map(stored))
        }
        Mode::Forward | Mode::Adopt => {
            let rule = session.policy.environments.get(env);
            if rule.is_some_and(|rule| rule.entry) {
                return compile_head(world, session).map(Some);
            }
            let before = session.policy.edges_into(env).find_map(|(from, _)| {
                let from = session.view.env(from);
                from.desired.as_ref().map(|placed| placed.release)
            });
            // An unknown environment is refused with the names of those there are.
            let unknown = rule.is_none().then(|| Digest::from_bytes([0; 32]));
            Ok(before.or(unknown).map(stored))
        }
    }
}

/// The one of these releases that was recorded last before the running one.
fn previous(session: &Session, ways: &[Digest], running: Digest) -> Option<Digest> {
    let recorded = |id: &Digest| session.view.releases.get(id).map(|known| known.seq);
    let before = recorded(&running)?;
    let ways = ways.iter().filter_map(|id| Some((recorded(id)?, *id)));
    ways.filter(|(seq, _)| *seq < before)
        .max()
        .map(|(_, id)| id)
}

/// The release that a rollback which is not applied yet goes back to: run again,
/// it must not go back further.
fn going_back(session: &Session, options: &Options) -> Option<Digest> {
    let view = session.view.env(&options.env);
    let open = view.open.as_ref()?;
    let desired = view.desired.as_ref()?;
    let name = desired.release.to_string();
    let same = options.release.as_ref();
    let same = same.is_none_or(|wanted| wanted.len() >= 4 && name.starts_with(wanted));
    let rollback = options.mode == Mode::Rollback && open.mode == Mode::Rollback;
    (rollback && same && open.entry == desired.intent).then_some(desired.release)
}

/// A release by its digest or the start of it.
pub fn find(session: &Session, name: &str) -> Result<Digest, Failure> {
    let found: Vec<Digest> = session
        .view
        .releases
        .keys()
        .filter(|id| name.len() >= 4 && id.to_string().starts_with(name))
        .copied()
        .collect();
    match found.as_slice() {
        [one] => Ok(*one),
        several => Err(Diagnostic::error(
            &codes::UNKNOWN_RELEASE,
            format!(
                "{} releases of the ledger start with `{}`",
                several.len(),
                name.escape_debug()
            ),
        )
        .help("terrace status shows the releases of the environments")
        .into()),
    }
}

/// T1: the commit that is checked out, compiled in memory.
fn compile_head(world: &World, session: &Session) -> Result<Chosen, Failure> {
    let repository = &session.repository;
    let commit = repository.commit_id("HEAD")?;
    if !repository.status()?.is_clean() {
        return Err(Diagnostic::error(
            &codes::DIRTY,
            "the working copy has changes that are not committed",
        )
        .help("git commit, or git stash")
        .into());
    }
    let tree = commit_tree(repository, &commit, &world.root()?)?;
    let (compiled, messages) = compile(&tree, &[]);
    let (Some(compiled), false) = (compiled, messages.has_errors()) else {
        return Err(Failure::User(messages));
    };
    let source = Source {
        tree: repository.tree_id(&commit)?.to_string(),
        commit: commit.to_string(),
    };
    let manifest = compiled.manifest(Some(source));
    let secrets = secrets(&compiled, &session.config);
    Ok(Chosen {
        candidate: Candidate::fresh(Release::new(manifest), secrets),
        rendered: Some(compiled),
    })
}

/// I18: secrets in a render that the protected branch's terrace.hcl does not waive.
pub(crate) fn secrets(compiled: &Compiled, config: &Config) -> Vec<String> {
    let waived = |path: &str| {
        let mut patterns = config.waivers.iter().flat_map(|waiver| &waiver.paths);
        patterns.any(|pattern| matches_file(pattern, path))
    };
    terrace_render::secrets(&compiled.environments)
        .into_iter()
        .filter(|secret| !waived(&secret.path))
        .map(|secret| format!("{} in {}:{}", secret.what, secret.path, secret.line))
        .collect()
}

/// Records and moves: the ledger, the release's commit if it is new, and the
/// environment's branch, in one push.
fn land(
    session: &mut Session,
    options: &Options,
    chosen: &Chosen,
    binding: &Binding,
    branch: &EnvBranch,
    keys: &Keyring,
) -> Result<(), Failure> {
    let env = binding.env.as_str();
    let mut updates = Vec::new();
    let mut drafts = Vec::new();
    let stored = match (&chosen.rendered, &chosen.candidate.release) {
        (Some(compiled), Some(release)) if binding.record_release => {
            let old = session.head(RELEASES).cloned();
            let commit = store(session, compiled, release, old.as_ref())?;
            if let Some(body) = ReleaseBody::of(release.manifest(), commit.as_str()) {
                drafts.push(body.draft());
            }
            updates.push(RefUpdate::new(Refs::moved(RELEASES), commit.clone(), old));
            Some(commit)
        }
        _ => Releases::commit(&session.view, binding.release),
    };
    let tree = stored
        .map(|commit| session.repository.find_tree(&commit, env))
        .transpose()?
        .flatten();
    let Some(tree) = tree else {
        return Err(Diagnostic::error(
            &codes::NOT_AS_RECORDED,
            format!(
                "release {} has no folder {env} in git",
                binding.release.short()
            ),
        )
        .into());
    };
    let old = branch.tip.clone();
    let intent = binding.intent(
        tree.as_str(),
        old.as_ref().map(ObjectId::as_str),
        options.reason.as_deref(),
    );
    drafts.push(intent.draft());
    let release = binding.release;
    let name = Refs::moved(&env_branch(env));
    session.append(&drafts, keys, |session, signed| {
        let intent = signed.last().map(|entry| entry.digest);
        if let Some(intent) = intent {
            let commit = commit_of_intent(session, env, release, intent, tree, old.as_ref())?;
            updates.push(RefUpdate::new(name, commit, old));
        }
        Ok(updates)
    })?;
    Ok(())
}

/// The commit on `terrace/releases`: tree = `rendered/`.
fn store(
    session: &Session,
    compiled: &Compiled,
    release: &Release,
    old: Option<&ObjectId>,
) -> Result<ObjectId, Failure> {
    let manifest = release.manifest().to_text();
    let mut files: Vec<(String, &[u8])> =
        vec![(String::from(ReleaseManifest::FILE), manifest.as_bytes())];
    for environment in &compiled.environments {
        for folder in &environment.folders {
            let at = format!("{}/{}", environment.name, folder.name);
            files.push((format!("{at}/{}", Sums::FILE), folder.sums.as_bytes()));
            for file in &folder.files {
                files.push((format!("{at}/{}", file.path), &file.bytes));
            }
        }
    }
    let tree = session.repository.write_tree(
        files
            .iter()
            .map(|(path, bytes)| (path.as_str(), NewEntry::file(bytes))),
    )?;
    let source = release.manifest().source.as_ref();
    let message = format!("release {}", release.id().short());
    Ok(session.repository.write_commit(&NewCommit {
        tree,
        parents: old.into_iter().cloned().collect(),
        author: session.author()?,
        message: &message,
        trailers: vec![
            ("Release", release.id().to_string()),
            (
                "Source",
                source.map_or_else(String::new, |source| source.commit.clone()),
            ),
        ],
    })?)
}

fn summary(binding: &Binding, asked: &Asked, verb: &str) -> Outcome {
    let mut text = format!(
        "{} {verb} release {} ({} of its components change)\n",
        binding.env,
        binding.release.short(),
        binding.changes.len()
    );
    if binding.reused {
        text.push_str("evidence is reused: what changes is the same in an earlier release\n");
    }
    for denial in &binding.waived {
        text.push_str(&format!("set aside by break-glass: {denial}\n"));
    }
    if binding.mode == Mode::Forward {
        text.push_str(&asked.coverage_text(&binding.env));
    }
    let json = json!({
        "promoted": verb == "moved to",
        "environment": binding.env,
        "release": binding.release.to_string(),
        "changes": binding.changes,
        "evidence": binding.evidence.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "reused": binding.reused,
        "list": binding.coverage.map(|list| list.to_string()),
        "coverage": asked.coverage_json(&binding.env),
    });
    Outcome::data(text, json, Messages::default()).exit(Exit::Success)
}
