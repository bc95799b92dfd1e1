//! Which of a target's changed values its source environments have exercised.
//!
//! The leaves come from compiling the commits that the two releases name, and
//! count only if the result has the releases' digests: nobody's word is taken
//! for where a value comes from, and everyone with the clone gets the same list.
//! A commit that does not compile to its release any more (another version of
//! terrace, a commit that is not here) is compared file by file, which can only
//! call less exercised.
//!
//! | file | what it does |
//! |---|---|
//! | `mod.rs` | the reports of every edge into an environment |
//! | `snapshot.rs` | a compile, or stored files, as a snapshot of an environment |
//! | `cache.rs` | the last report of each edge, in the git folder |
//! | `show.rs` | a report for people and programs |

mod cache;
mod show;
mod snapshot;

use std::collections::{BTreeMap, BTreeSet};

use snapshot::Snapshots;
use terrace_diag::{Diagnostics, SourceMap};
use terrace_platform::{Config, Program};
use terrace_promotion::coverage::{Report, Sides, Snapshot};
use terrace_promotion::{Coverage, Policy, Release};
use terrace_release::Digest;

use terrace_source::Tree;

use crate::compile::compile_traced;
use crate::ledger::{Candidate, Failure, Session};
pub(crate) use show::{brief, json, markdown, text};

/// The report of each edge into `env`, by source environment.
///
/// # Errors
/// Git fails.
pub(crate) fn gather(
    session: &Session,
    env: &str,
    candidate: &Candidate,
    current: Option<&Release>,
) -> Result<BTreeMap<String, Coverage>, Failure> {
    let edges: Vec<(&str, Vec<&str>)> = session
        .policy
        .edges_into(env)
        .map(|(from, edge)| (from, session.policy.covers(edge).collect()))
        .collect();
    let Some(release) = candidate.release.as_deref().filter(|_| !edges.is_empty()) else {
        return Ok(BTreeMap::new());
    };
    let wanted = changed_folders(env, current, release);
    let mut out = BTreeMap::new();
    let mut todo = Vec::new();
    for (from, covers) in &edges {
        let key = cache::key(current.map(Release::id), release.id(), from, env, covers);
        let known = match wanted.is_empty() {
            true => Some(Report::default()),
            false if session.believes => cache::read(session, from, env, key),
            false => None,
        };
        match known {
            Some(report) => _ = out.insert((*from).to_owned(), Coverage::Report(report)),
            None => todo.push((*from, covers, key)),
        }
    }
    if todo.is_empty() {
        return Ok(out);
    }
    let froms: Vec<&str> = todo.iter().map(|(from, ..)| *from).collect();
    let compiled = Compiled::of(session, env, &froms, current, release, &wanted)?;
    // By files a later fetch, or another version, may do better.
    let is_final = compiled.is_some();
    let sides = match compiled {
        Some(sides) => sides,
        // Both sides alike, or everything would differ.
        None => Compiled::of_files(session, env, &froms, current, release, &wanted)?,
    };
    for (from, covers, key) in todo {
        let report = sides.report(env, from, covers);
        if is_final {
            cache::write(session, from, env, key, &report);
        }
        out.insert(from.to_owned(), Coverage::Report(report));
    }
    Ok(out)
}

/// The reports of a move that a ledger tells of, computed anew; `None` where a
/// release's commit does not give its bytes here.
///
/// # Errors
/// Git fails.
pub(crate) fn again(
    session: &Session,
    policy: &Policy,
    env: &str,
    current: Option<&Release>,
    release: &Release,
) -> Result<Option<BTreeMap<String, Coverage>>, Failure> {
    let wanted = changed_folders(env, current, release);
    let froms: Vec<&str> = policy.edges_into(env).map(|(from, _)| from).collect();
    let Some(sides) = Compiled::of(session, env, &froms, current, release, &wanted)? else {
        return Ok(None);
    };
    let reports = policy.edges_into(env).map(|(from, edge)| {
        let covers: Vec<&str> = policy.covers(edge).collect();
        let report = sides.report(env, from, &covers);
        (from.to_owned(), Coverage::Report(report))
    });
    Ok(Some(reports.collect()))
}

/// Both releases of a move.
struct Compiled {
    before: Option<Snapshots>,
    after: Snapshots,
}

impl Compiled {
    fn of(
        session: &Session,
        env: &str,
        froms: &[&str],
        current: Option<&Release>,
        release: &Release,
        wanted: &BTreeSet<String>,
    ) -> Result<Option<Self>, Failure> {
        let envs = environments(env, froms);
        let Some(after) = snapshot::of_release(session, release, &envs, wanted)? else {
            return Ok(None);
        };
        let Some(current) = current else {
            let before = None;
            return Ok(Some(Self { before, after }));
        };
        let before = snapshot::of_release(session, current, &envs, wanted)?;
        Ok(before.map(|before| Self {
            before: Some(before),
            after,
        }))
    }

    fn of_files(
        session: &Session,
        env: &str,
        froms: &[&str],
        current: Option<&Release>,
        release: &Release,
        wanted: &BTreeSet<String>,
    ) -> Result<Self, Failure> {
        let envs = environments(env, froms);
        let files = |release| snapshot::of_files(session, release, &envs, wanted);
        Ok(Self {
            before: current.map(files).transpose()?,
            after: files(release)?,
        })
    }

    fn report(&self, env: &str, from: &str, covers: &[&str]) -> Report {
        let empty = Snapshot::default();
        let before = self.before.as_ref();
        let sides = Sides {
            before: before.map(|before| before.get(env).unwrap_or(&empty)),
            after: self.after.get(env).unwrap_or(&empty),
            source_before: before.and_then(|before| before.get(from)),
            source: self.after.get(from).unwrap_or(&empty),
        };
        sides.report(covers.iter().copied())
    }
}

fn environments(env: &str, froms: &[&str]) -> Vec<String> {
    let all = std::iter::once(env).chain(froms.iter().copied());
    all.map(str::to_owned).collect()
}

/// What a change from one source tree to another means for every edge into the
/// environments of these names (none: all): source, target and report. Edges whose
/// target does not change are left out.
pub(crate) fn of_change(
    before: &dyn Tree,
    after: &dyn Tree,
    config: &Config,
    only: &[String],
    wanted: &BTreeSet<String>,
) -> Vec<(String, String, Report)> {
    let trace = |tree: &dyn Tree, known: &dyn Fn(&str) -> bool| -> BTreeMap<String, Snapshot> {
        let names: Vec<String> = config
            .environments
            .iter()
            .map(|environment| environment.name.to_string())
            .filter(|name| known(name))
            .collect();
        let (compiled, _) = compile_traced(tree, &names, wanted);
        let Some((compiled, traced)) = compiled else {
            return BTreeMap::new();
        };
        compiled
            .environments
            .iter()
            .filter_map(|environment| {
                let name = environment.name.to_string();
                let snapshot = snapshot::of_render(environment, traced.get(&name)?);
                Some((name, snapshot))
            })
            .collect()
    };
    let old = Program::load(before, &mut SourceMap::new(), &mut Diagnostics::new());
    let in_both = |name: &str| {
        let old = old.as_ref().map(|program| &program.config);
        old.is_some_and(|config| config.environment(name).is_some())
    };
    let (before, now) = (trace(before, &in_both), trace(after, &|_| true));
    let policy = crate::policy::policy(config, after, &mut Diagnostics::new());
    let empty = Snapshot::default();
    let mut out = Vec::new();
    for ((from, to), edge) in &policy.edges {
        if !only.is_empty() && !only.contains(to) {
            continue;
        }
        let sides = Sides {
            before: before.get(to),
            after: now.get(to).unwrap_or(&empty),
            source_before: before.get(from),
            source: now.get(from).unwrap_or(&empty),
        };
        let covers: Vec<&str> = policy.covers(edge).collect();
        let report = sides.report(covers);
        if !report.items.is_empty() {
            out.push((from.clone(), to.clone(), report));
        }
    }
    out
}

/// The folders of an environment whose digests differ.
fn changed_folders(env: &str, current: Option<&Release>, release: &Release) -> BTreeSet<String> {
    let digests = |release: Option<&Release>| -> BTreeMap<String, Digest> {
        release
            .and_then(|release| release.manifest().environments.get(env))
            .into_iter()
            .flat_map(|environment| &environment.components)
            .map(|(name, component)| (name.clone(), component.sha256))
            .collect()
    };
    let (old, new) = (digests(current), digests(Some(release)));
    old.keys()
        .chain(new.keys())
        .filter(|name| old.get(*name) != new.get(*name))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests;
