//! `terrace status`: the environment × component matrix, and each blocker with
//! its fix.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::json;
use terrace_diag::one_line;
use terrace_evidence::human;
use terrace_promotion::status::Matrix;
use terrace_promotion::{Branch, BreakGlass, Decision, Denial, EmergencyState, Phase, Release};
use terrace_release::Digest;

use crate::compile::Messages;
use crate::ledger::{Asked, Candidate, EnvBranch, Failure, Read, Session, denials_json, standing};
use crate::{Exit, Outcome, World};

/// Options of `terrace status`.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only these environments; none: all.
    pub environments: Vec<String>,
    /// Ask the remote first.
    pub fetch: bool,
}

/// What would move where next.
struct Next {
    env: String,
    release: Digest,
    decision: Decision,
    asked: Asked,
}

/// Runs the command.
pub fn run(world: &World, options: &Options) -> Outcome {
    match report(world, options) {
        Ok(outcome) => outcome,
        Err(failure) => failure.outcome(),
    }
}

fn report(world: &World, options: &Options) -> Result<Outcome, Failure> {
    let read = match options.fetch {
        true => Read::Look,
        false => Read::Offline,
    };
    let session = Session::open(world, read)?;
    session.environments_exist(&options.environments)?;
    let releases = loaded(&session);
    let find = |id: Digest| releases.get(&id).map(|release| &**release);
    let newest = session
        .view
        .releases
        .iter()
        .max_by_key(|(_, released)| released.seq)
        .and_then(|(id, _)| find(*id));
    let mut unattested = BTreeSet::new();
    let gone = session.view.gone(&session.policy).map(|(env, _)| env);
    let known = session.policy.environments.keys().map(String::as_str);
    for env in known.chain(gone) {
        let branch = EnvBranch::read(&session, env);
        if matches!(
            branch.state(&session.view, env, None),
            Branch::Unattested { .. }
        ) {
            unattested.insert(String::from(env));
        }
    }
    let matrix = Matrix::new(
        &session.view,
        &session.policy,
        newest,
        &find,
        &unattested,
        session.now,
    );
    let next = next(&session, options)?;
    let standing = standing_alone(&session, options, &next);
    let asked = next.iter().filter_map(|next| match &next.decision {
        Decision::Deny(denials) => Some(denials),
        _ => None,
    });
    let denials: Vec<Denial> = standing.iter().chain(asked.flatten()).cloned().collect();
    let json = json!({
        "matrix": serde_json::from_str::<serde_json::Value>(&matrix.to_json().to_canonical())
            .unwrap_or_default(),
        "ledger": {
            "entries": session.view.seq,
            "head": session.view.head.map(|head| head.to_string()),
        },
        "next": next.iter().map(|next| json!({
            "environment": next.env,
            "release": next.release.to_string(),
            "allowed": !matches!(next.decision, Decision::Deny(_)),
            "coverage": next.asked.coverage_json(&next.env),
        })).collect::<Vec<_>>(),
        "denials": denials_json(&denials),
    });
    let text = text(&session, &matrix, &standing, &next);
    let exit = match matrix.overdue() {
        true => Exit::Refused,
        false => Exit::Success,
    };
    session.leave();
    Ok(Outcome::data(text, json, Messages::default()).exit(exit))
}

/// The releases that the matrix looks at: the newest and what environments have.
fn loaded(session: &Session) -> BTreeMap<Digest, Arc<Release>> {
    let view = &session.view;
    let newest = view
        .releases
        .iter()
        .max_by_key(|(_, released)| released.seq);
    let placed = view.environments.values().flat_map(|env| {
        let desired = env.desired.as_ref().map(|placed| placed.release);
        let applied = env.applied.as_ref().map(|placed| placed.release);
        let open = env.open.as_ref();
        let before = open.and_then(|open| Some(open.before.as_ref()?.release));
        desired.into_iter().chain(applied).chain(before)
    });
    let wanted: BTreeSet<Digest> = newest
        .map(|(id, _)| *id)
        .into_iter()
        .chain(placed)
        .collect();
    let all: Vec<Digest> = wanted.iter().copied().collect();
    // What cannot be read is missing below.
    let _ = session.releases.read(view, &all);
    wanted
        .into_iter()
        .filter_map(|id| session.releases.get(view, id).map(|release| (id, release)))
        .collect()
}

/// For every environment behind an edge: may what comes before it move in?
fn next(session: &Session, options: &Options) -> Result<Vec<Next>, Failure> {
    let mut moves: BTreeSet<(String, Digest)> = BTreeSet::new();
    for env in session.policy.environments.keys() {
        if options.environments.is_empty() || options.environments.contains(env) {
            let before = session.policy.edges_into(env);
            moves.extend(before.filter_map(|(from, _)| {
                let placed = session.view.env(from).desired.clone()?;
                Some((env.clone(), placed.release))
            }));
        }
    }
    let wanted: Vec<(Digest, String)> = moves
        .iter()
        .map(|(env, release)| (*release, env.clone()))
        .collect();
    session.releases.check(&session.view, &wanted)?;
    let mut out = Vec::new();
    for (env, release) in moves {
        let candidate = Candidate::stored(session, release);
        let asked = Asked::gather(session, &env, &candidate)?;
        out.push(Next {
            decision: asked.forward(session, &env, release),
            env,
            release,
            asked,
        });
    }
    Ok(out)
}

/// What keeps things out of environments that no question is asked about: entries,
/// and those that have all there is.
fn standing_alone(session: &Session, options: &Options, next: &[Next]) -> Vec<Denial> {
    let asked = |env: &str| {
        let mut moves = next.iter().filter(|next| next.env == env);
        moves.any(|next| !matches!(next.decision, Decision::Current))
    };
    let wanted = |env: &&String| {
        let named = &options.environments;
        (named.is_empty() || named.contains(env)) && !asked(env)
    };
    let environments = session.policy.environments.keys().filter(wanted);
    environments
        .flat_map(|env| standing(session, env))
        .collect()
}

fn text(session: &Session, matrix: &Matrix, standing: &[Denial], next: &[Next]) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut head = vec![String::from("component")];
    head.extend(matrix.columns.iter().map(|column| column.env.clone()));
    rows.push(head);
    let mut releases = vec![String::from("release")];
    releases.extend(matrix.columns.iter().map(|column| {
        let mut cell = match (&column.applied, &column.desired) {
            (Some((release, age)), _) => format!("{} {}", &release.short()[..7], human(*age)),
            (None, Some(release)) => format!("{} not applied", &release.short()[..7]),
            (None, None) => String::from("nothing"),
        };
        match column.phase {
            Phase::Idle => {}
            Phase::Intent => cell.push_str(", to apply"),
            Phase::Applying => cell.push_str(", applying"),
            Phase::Degraded => cell.push_str(", DEGRADED"),
        }
        if column.unattested {
            cell.push_str(", UNATTESTED");
        }
        if column.gone {
            cell.push_str(", NOT IN terrace.hcl");
        }
        cell
    }));
    rows.push(releases);
    for (component, cells) in &matrix.rows {
        let mut row = vec![component.clone()];
        row.extend(cells.iter().map(|cell| {
            let runs = cell
                .runs
                .map_or(String::new(), |runs| String::from(&runs.short()[..7]));
            format!("{} {runs}", cell.standing.glyph())
        }));
        rows.push(row);
    }
    let mut out = table(&rows);
    for column in &matrix.columns {
        if column.phase == Phase::Degraded {
            let failed = column.failed.iter();
            let failed: Vec<String> = failed
                .map(|(name, why)| format!("{} {}", one_line(name), one_line(why)))
                .collect();
            out.push_str(&format!(
                "{env} is DEGRADED: {}    fix: terrace resume {env}, or terrace rollback {env}\n",
                failed.join("; "),
                env = column.env,
            ));
        }
        if let Some(reason) = &column.hold {
            out.push_str(&format!("{} is held: {}\n", column.env, one_line(reason)));
        }
        match &column.emergency {
            Some(EmergencyState::Due(open)) => {
                out.push_str(&format!(
                    "{} break-glass is due {}\n",
                    column.env, open.until
                ));
            }
            Some(EmergencyState::Overdue(open)) => {
                out.push_str(&format!(
                    "{env} break-glass is OVERDUE since {}    fix: validate {} where it came from, or terrace rollback {env}\n",
                    open.until,
                    open.release.short(),
                    env = column.env,
                ));
            }
            None => {}
        }
    }
    out.push_str(&waiting(session));
    match session.view.head {
        Some(head) => out.push_str(&format!(
            "ledger: {} entries, head {}, verified\n",
            session.view.seq,
            head.short()
        )),
        None => out.push_str("ledger: empty\n"),
    }
    for denial in standing {
        out.push_str(&format!("{denial}\n"));
    }
    for next in next {
        match &next.decision {
            Decision::Deny(denials) => {
                for denial in denials {
                    out.push_str(&format!("{denial}\n"));
                }
            }
            Decision::Allow(_) => out.push_str(&format!(
                "{} ready     release {}    next: terrace promote {}\n",
                next.env,
                next.release.short(),
                next.env
            )),
            Decision::Current => continue,
        }
        out.push_str(&next.asked.coverage_brief(&next.env));
    }
    out
}

/// Emergencies that one person declared and no other confirmed yet, and those
/// that were confirmed and that no promoter carried out.
fn waiting(session: &Session) -> String {
    let moved = |declared: &BreakGlass| {
        let env = session.view.env(&declared.env);
        env.intents
            .values()
            .any(|intent| intent.seq > declared.seq && intent.release == declared.release)
    };
    let declared = session.view.break_glass.iter();
    let mut declared: Vec<_> = declared
        .filter(|(_, declared)| session.now <= declared.until && !moved(declared))
        .collect();
    declared.sort_by_key(|(_, declared)| declared.seq);
    declared
        .into_iter()
        .map(|(entry, declared)| {
            let env = &declared.env;
            let waits = match session.view.is_confirmed(declared) {
                true => "is confirmed and waits for a promoter",
                false => "waits for a second person",
            };
            format!(
                "{env} break-glass of entry {} {waits}    next: terrace promote {env} --confirm {}\n",
                declared.seq,
                entry.short()
            )
        })
        .collect()
}

/// Columns as wide as their widest cell.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|at| {
            let cells = rows.iter().filter_map(|row| row.get(at));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut out = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        out.push_str(cells.join("   ").trim_end());
        out.push('\n');
    }
    out
}
