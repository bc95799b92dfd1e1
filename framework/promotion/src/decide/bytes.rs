//! I1, I18, I20: the release is there, whole, and free of secrets; I13: what
//! moves is closed under dependencies.

use super::{Bytes, Case};
use crate::Invariant;
use crate::body::Mode;
use crate::policy::Edge;

pub(super) fn check(case: &mut Case<'_>) {
    let short = case.short();
    let env = case.question.env.as_str();
    let recorded = case.view.releases.get(&case.question.release);
    let content = match case.facts.release {
        Some(release) => Some(release.content()),
        None => case.view.content(case.question.release),
    };
    if let Some(revoked) = content.and_then(|content| case.view.revoked_contents.get(&content)) {
        let fact = match revoked.release == case.question.release {
            true => format!("release {short} was {revoked}"),
            false => format!(
                "release {short} has the content of {}, which was {revoked}",
                revoked.release.short()
            ),
        };
        let next =
            format!("promote a release that is not revoked: terrace promote {env} --release …");
        case.deny(
            case.denial(Invariant::I4, fact, next)
                .about("revoked")
                .absolute(),
        );
    }
    let Some(release) = case.facts.release else {
        let fact = format!("release.json of {short} is not in this clone");
        case.deny(case.denial(Invariant::I20, fact, "git fetch"));
        return;
    };
    if release.id() != case.question.release {
        let fact = format!(
            "the stored release.json of {short} has the digest {}",
            release.id().short()
        );
        case.deny(case.denial(Invariant::I1, fact, "terrace verify"));
        return;
    }
    let manifest = release.manifest();
    if let Some(released) = recorded
        && (released.body.content != release.content()
            || manifest.source.as_ref().map(|source| &source.commit) != Some(&released.body.source))
    {
        let fact = format!(
            "entry {} records release {short} with another content or source than its release.json",
            released.seq
        );
        case.deny(case.denial(Invariant::I1, fact, "terrace verify"));
    }
    let Some(environment) = manifest.environments.get(env) else {
        let fact = format!("release {short} has no environment `{env}`");
        let next = "release a commit that has it";
        case.deny(case.denial(Invariant::I1, fact, next));
        return;
    };
    case.binding.environment = environment.digest();
    match &case.facts.bytes {
        Bytes::Right => {}
        Bytes::Missing(what) => {
            let fact = format!("bytes of release {short} are not in this clone: {what}");
            case.deny(case.denial(Invariant::I20, fact, "git fetch"));
        }
        Bytes::Differ(what) => {
            for what in what {
                let fact = format!("stored bytes of release {short} are not what it says: {what}");
                case.deny(case.denial(Invariant::I1, fact, "terrace verify"));
            }
        }
    }
    for secret in &case.facts.secrets {
        let fact = format!("release {short} holds a secret: {secret}");
        let next = "take it out of the layers, or write a waiver block with the reason";
        case.deny(case.denial(Invariant::I18, fact, next));
    }
    for (name, component) in &environment.components {
        let missing = component
            .deps
            .iter()
            .find(|dep| !environment.components.contains_key(*dep));
        if let Some(dep) = missing {
            let fact = format!("{name} depends on {dep}, which does not move with it");
            case.deny(case.denial(Invariant::I13, fact, "release a commit that has both"));
        }
    }
    let before = case
        .facts
        .current
        .and_then(|current| current.manifest().environments.get(env));
    let current = case.env.desired.as_ref();
    let unknown = current.is_some() && case.facts.current.is_none();
    let wrong = match (case.facts.current, current) {
        (Some(stored), Some(current)) => stored.id() != current.release,
        (Some(_), None) => true,
        _ => false,
    };
    if unknown || wrong {
        let fact = format!("release.json of {env}'s current release is not in this clone");
        case.deny(case.denial(Invariant::I20, fact, "git fetch"));
    }
    let empty = std::collections::BTreeMap::new();
    let before = before.map_or(&empty, |environment| &environment.components);
    for (name, component) in &environment.components {
        let old = before.get(name).map(|old| old.sha256);
        if old != Some(component.sha256) {
            case.binding.changes.insert(name.clone());
        }
    }
    for name in before.keys() {
        if !environment.components.contains_key(name) {
            case.binding.changes.insert(name.clone());
        }
    }
    if case.question.mode == Mode::Revert {
        case.binding.changes.clear();
    }
}

/// I1: what is fetched when a root runs is no part of the bytes that move, which
/// an edge may refuse.
pub(super) fn covered(case: &mut Case<'_>, edge: &Edge) {
    let environment = case
        .facts
        .release
        .and_then(|release| release.manifest().environments.get(&case.question.env));
    let (true, Some(environment)) = (edge.vendored, environment) else {
        return;
    };
    for (name, component) in &environment.components {
        for source in &component.uncovered {
            let fact = format!("{name} fetches {source} when it runs: no digest covers it");
            let next = "terrace vendor, commit, and promote the new release";
            case.deny(case.denial(Invariant::I1, fact, next).about("vendored"));
        }
    }
}
