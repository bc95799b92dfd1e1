//! I2 to I7: the source environment was validated with this content, under these
//! rules, recently enough, by someone trusted, and nothing has spoken against it.

use std::collections::BTreeMap;

use terrace_evidence::{Role, SKEW, Time, human};
use terrace_release::{Digest, Environment};

use super::Case;
use crate::policy::Edge;
use crate::view::Verdict;
use crate::{Denial, Invariant};

pub(super) fn check(case: &mut Case<'_>, from: &str, edge: &Edge) {
    let Some(release) = case.facts.release else {
        return;
    };
    let content = release.content();
    let target = case.question.env.clone();
    let view = case.view;
    let found = view
        .verdict(from, &target, content)
        .or_else(|| same_parts(case, from));
    let Some(verdict) = found else {
        let denial = missing(case, from);
        case.deny(denial);
        return;
    };
    let again = format!("terrace validate {from}");
    if !verdict.body.passed {
        let fact = format!("{from} failed its gates at entry {}", verdict.seq);
        case.deny(case.denial(Invariant::I4, fact, format!("mend it, then {again}")));
        return;
    }
    case.binding.evidence.push(verdict.entry);
    case.binding.reused |= verdict.body.release != case.question.release;
    if let Some(flaw) = &verdict.flaw {
        let fact = format!("evidence #{} does not hold: {flaw}", verdict.seq);
        case.deny(case.denial(Invariant::I2, fact, again.clone()));
    }
    covers(case, from, edge, verdict, &again);
    later_gates(case, from, edge, verdict, &again);
    let policy = case.facts.policy.digest(from, &target);
    if policy != Some(verdict.body.policy) {
        let fact = format!(
            "evidence #{} was made under other rules or gate scripts of {from}->{target} than today's",
            verdict.seq
        );
        case.deny(case.denial(Invariant::I3, fact, again.clone()));
    }
    if case.view.revoked_policies.contains(&verdict.body.policy) {
        let fact = format!("the rules of evidence #{} were revoked", verdict.seq);
        // Evidence under the same rules would be as worthless.
        let next = format!("mend the rules of {from}->{target} or their gates, then {again}");
        case.deny(case.denial(Invariant::I4, fact, next).about("revoked"));
    }
    expiry(case, edge, verdict, &again);
    soak(case, from, edge, verdict);
    let drift = case.view.env(from).last_drift.clone();
    if let Some(drift) = drift.filter(|drift| drift.seq > verdict.seq) {
        for (component, what) in &drift.components {
            let fact = format!(
                "{from} drifted after evidence #{}: {component} {what}",
                verdict.seq
            );
            let next = format!("terrace apply {from}, then {again}");
            case.deny(case.denial(Invariant::I6, fact, next));
        }
    }
    trust(case, verdict, &again);
}

/// The latest verdict on another content in which everything that changes in the
/// target is the same, dependencies included. Only where the source exercised all
/// of the change: the bytes of a source that masks it are the same as well.
fn same_parts<'a>(case: &Case<'a>, from: &str) -> Option<&'a Verdict> {
    let open = case.facts.coverage.get(from).map(super::Coverage::digest);
    if open != Some(None) {
        return None;
    }
    let target = case.question.env.as_str();
    let ours = case.facts.release?.manifest().environments.get(from)?;
    let here = &case
        .facts
        .release?
        .manifest()
        .environments
        .get(target)?
        .components;
    case.view
        .verdicts_for(from, target)
        .filter(|verdict| case.view.revocation(verdict.body.release).is_none())
        .filter(|verdict| {
            let theirs = case
                .facts
                .earlier
                .iter()
                .find(|release| release.id() == verdict.body.release)
                .and_then(|release| release.manifest().environments.get(from));
            let Some(theirs) = theirs else {
                return false;
            };
            case.binding.changes.iter().all(|component| {
                let parts = closure(ours, component);
                parts == closure(theirs, component)
                    && parts.is_some() == here.contains_key(component)
            })
        })
        .max_by_key(|verdict| verdict.seq)
}

/// A component with everything it depends on, each with its digest; `None`: it is
/// not there.
fn closure(environment: &Environment, component: &str) -> Option<BTreeMap<String, Digest>> {
    let mut out = BTreeMap::new();
    let mut todo = vec![component];
    environment.components.get(component)?;
    while let Some(name) = todo.pop() {
        let Some(found) = environment.components.get(name) else {
            continue;
        };
        if out.insert(String::from(name), found.sha256).is_none() {
            todo.extend(found.deps.iter().map(String::as_str));
        }
    }
    Some(out)
}

/// There is no verdict on this content: what comes first.
fn missing(case: &Case<'_>, from: &str) -> Denial {
    let (short, target) = (case.short(), &case.question.env);
    let release = case.question.release;
    let source = case.view.env(from);
    let content = case.facts.release.map(super::Release::content);
    let runs = |placement: &Option<crate::view::Placement>| {
        placement
            .as_ref()
            .is_some_and(|placement| Some(placement.content) == content)
    };
    if case.view.content(release).is_none() {
        let fact = format!("release {short} is not in the ledger: {from} never had it");
        return case.denial(Invariant::I2, fact, format!("terrace promote {from}"));
    }
    let (fact, next) = if runs(&source.applied) && source.open.is_none() {
        (
            format!("{from} runs release {short}, but has no evidence for {target} of it"),
            format!("terrace validate {from}"),
        )
    } else if runs(&source.desired) {
        (
            format!("release {short} is promoted to {from}, but not applied there"),
            format!("terrace apply {from}"),
        )
    } else {
        (
            format!("{from} was never validated with release {short}"),
            format!("terrace promote {from} --release {release}"),
        )
    };
    case.denial(Invariant::I2, fact, next)
}

/// I2: the subject is this release's environment, all gates are in it, and what
/// changes was observed.
fn covers(case: &mut Case<'_>, from: &str, edge: &Edge, verdict: &Verdict, again: &str) {
    let Some(manifest) = case.facts.release.map(super::Release::manifest) else {
        return;
    };
    let source = manifest.environments.get(from);
    // Of another content, only the parts that change were held against it.
    let same_content =
        case.view.content(verdict.body.release) == case.facts.release.map(super::Release::content);
    if same_content && source.map(Environment::digest) != Some(verdict.body.environment) {
        let fact = format!(
            "evidence #{} is of another render of {from} than the release's",
            verdict.seq
        );
        case.deny(case.denial(Invariant::I2, fact, again));
    }
    for gate in edge.gates.difference(&verdict.body.gates) {
        let fact = format!("evidence #{} does not have gate {gate}", verdict.seq);
        case.deny(case.denial(Invariant::I2, fact, again));
    }
    let changed = case.binding.changes.clone();
    for component in changed {
        let observed = source.is_some_and(|source| source.components.contains_key(&component));
        if observed
            && verdict.body.unobserved.contains_key(&component)
            && !edge.unobserved.contains(&component)
        {
            let fact =
                format!("{component} changes, and nothing applied or looked at it in {from}");
            let next = format!(
                "give {from} a delivery for it, or list it in unobserved of promotion {from} {}",
                case.question.env
            );
            case.deny(case.denial(Invariant::I2, fact, next).about("unobserved"));
        }
        // One that only the target has is accepted with its list of values.
        let is_new = manifest
            .environments
            .get(&case.question.env)
            .is_some_and(|target| target.components.contains_key(&component));
        let accepted = edge.unobserved.contains(&component) || edge.coverage.is_some();
        if !observed && is_new && !accepted {
            let fact = format!("{component} is not in {from}: nothing has run it");
            let next = format!(
                "add it to {from}, or give promotion {from} {} a coverage block",
                case.question.env
            );
            case.deny(case.denial(Invariant::I2, fact, next).about("coverage"));
        }
    }
}

/// I4: a gate that failed after the verdict speaks against it.
fn later_gates(case: &mut Case<'_>, from: &str, edge: &Edge, verdict: &Verdict, again: &str) {
    let Some(content) = case.view.content(verdict.body.release) else {
        return;
    };
    for gate in &edge.gates {
        let at = (String::from(from), case.question.env.clone(), content);
        let last = case
            .view
            .last_gates
            .get(&(at, gate.clone()))
            .and_then(|entry| case.view.gates.get(entry));
        if let Some(last) = last.filter(|last| last.seq > verdict.seq && !last.passed) {
            let fact = format!(
                "gate {gate} failed in {from} at entry {}, after evidence #{}",
                last.seq, verdict.seq
            );
            case.deny(case.denial(Invariant::I4, fact, format!("mend it, then {again}")));
        }
    }
}

/// I5: from when until when a verdict counts.
fn expiry(case: &mut Case<'_>, edge: &Edge, verdict: &Verdict, again: &str) {
    let now = case.facts.now;
    let body = &verdict.body;
    if body.time.since(now) > SKEW || verdict.signed.since(now) > SKEW {
        let fact = format!(
            "evidence #{} is of {}, it is {now}: one of the clocks is wrong",
            verdict.seq, body.time
        );
        case.deny(case.denial(Invariant::I5, fact, format!("set the clocks, then {again}")));
    }
    let by_rule = edge.expires.map(|expires| body.time.plus(expires));
    let until: Option<Time> = match (by_rule, body.valid_until) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    if let Some(until) = until.filter(|until| now.since(*until) > 0) {
        let fact = format!(
            "evidence #{} expired {} ago",
            verdict.seq,
            human(now.since(until))
        );
        case.deny(case.denial(Invariant::I5, fact, again));
    }
}

/// The source has run the content long enough, without a break.
fn soak(case: &mut Case<'_>, from: &str, edge: &Edge, verdict: &Verdict) {
    let Some(content) = case.view.content(verdict.body.release) else {
        return;
    };
    let soaked = case.view.env(from).soaked(content, case.facts.now);
    if soaked < edge.soak {
        let fact = format!(
            "{from} has run it for {} of {}",
            human(soaked.max(0)),
            human(edge.soak)
        );
        let next = format!("wait {}", human(edge.soak - soaked.max(0)));
        case.deny(case.denial(Invariant::I4, fact, next).about("soak"));
    }
}

/// I7: a validator whose key still counts signed it.
fn trust(case: &mut Case<'_>, verdict: &Verdict, again: &str) {
    let counts = verdict.signers.iter().any(|signer| {
        signer.roles.contains(&Role::Validator) && case.view.counts(signer, verdict.seq)
    });
    if !counts {
        let names: Vec<&str> = verdict
            .signers
            .iter()
            .map(terrace_evidence::Signer::name)
            .collect();
        let fact = format!(
            "the key that signed evidence #{} ({}) was revoked",
            verdict.seq,
            names.join(", ")
        );
        case.deny(case.denial(
            Invariant::I7,
            fact,
            format!("{again} with a key that counts"),
        ));
    }
}
