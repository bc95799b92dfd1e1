//! I8 and coverage: who has to agree, to exactly what.

use std::collections::{BTreeMap, BTreeSet};

use terrace_evidence::Signer;
use terrace_release::Digest;

use super::{Case, Coverage};
use crate::Invariant;
use crate::coverage::Class;
use crate::policy::{Approvals, Edge, Policy};
use crate::view::{View, people};

/// Values that the source did not exercise are acknowledged as one exact list.
pub(super) fn coverage(case: &mut Case<'_>, from: &str, edge: &Edge) {
    let Some(rule) = edge.coverage else {
        return;
    };
    let env = case.question.env.clone();
    let Some(report) = case.facts.coverage.get(from) else {
        let fact = format!("which values {from} exercised was not computed");
        case.deny(
            case.denial(
                Invariant::I2,
                fact,
                format!("terrace promote {env} --dry-run"),
            )
            .about("coverage"),
        );
        return;
    };
    let (Some(_), Some(list)) = (report.digest(), case.binding.coverage) else {
        return;
    };
    // On the first promotion everything is new; it is recorded, and blocks only if asked.
    if case.env.desired.is_none() && !rule.first {
        return;
    }
    // The same values may change the same way twice: each time is agreed to anew.
    let since = case
        .env
        .desired
        .as_ref()
        .and_then(|placed| case.env.intents.get(&placed.intent))
        .map_or(0, |intent| intent.seq);
    let acks = case.view.acks.get(&(env.clone(), list));
    let valid: Vec<_> = acks
        .into_iter()
        .flatten()
        .filter(|ack| ack.seq > since)
        .filter(|ack| {
            ack.by
                .iter()
                .any(|signer| case.view.counts(signer, ack.seq))
        })
        .collect();
    let agreed = people(valid.iter().flat_map(|ack| &ack.by)).len();
    case.binding.acks.extend(valid.iter().map(|ack| ack.entry));
    let wanted = usize::try_from(rule.approvers).unwrap_or(usize::MAX).max(1);
    if agreed >= wanted {
        return;
    }
    let next = format!(
        "terrace ack {env} --list {} (role approver, {agreed} of {wanted})",
        list.short()
    );
    let Coverage::Report(report) = report else {
        let fact = format!("the list {} was not acknowledged", list.short());
        return case.deny(case.denial(Invariant::I2, fact, next).about("coverage"));
    };
    for item in report.open() {
        let fact = match &item.masked_by {
            Some(place) => format!(
                "{} .{} masked by {place}",
                item.name.component, item.name.path
            ),
            None => format!(
                "{} .{} {}",
                item.name.component,
                item.name.path,
                said(item.class, from, &env)
            ),
        };
        case.deny(
            case.denial(Invariant::I2, fact, next.clone())
                .about("coverage")
                .at(Some(item.place.clone())),
        );
    }
}

/// Why a value counts as not exercised, without a place that masks it.
fn said(class: Class, from: &str, env: &str) -> String {
    match class {
        Class::Exercised => String::from("exercised"),
        Class::Masked => format!("taken away in {from}"),
        Class::TargetOnly => format!("set in {env} only"),
        Class::Idle => format!("changes nothing in {from}"),
    }
}

/// I8: enough different people agreed to this release with these plans and this
/// list, none of whom validated or wrote it.
pub(super) fn approvals(case: &mut Case<'_>, edge: &Edge) {
    let Some(rule) = &edge.approvals else {
        return;
    };
    let env = case.question.env.clone();
    let (plans, coverage) = (case.facts.plans, case.binding.coverage);
    let validators = validators(case);
    let given = case
        .view
        .approvals
        .get(&(env.clone(), case.question.release));
    let mut stale = 0_usize;
    let mut barred = BTreeSet::new();
    let mut entries: Vec<Digest> = Vec::new();
    let mut agreed: Vec<&Signer> = Vec::new();
    if rule.not_author && case.facts.authors.is_none() {
        let fact = String::from("who wrote the change is not known in this clone");
        case.deny(case.denial(Invariant::I8, fact, "git fetch --unshallow"));
    }
    let authors: BTreeSet<String> = case
        .facts
        .authors
        .iter()
        .flatten()
        .map(|name| name.to_lowercase())
        .collect();
    for approval in given.into_iter().flatten() {
        if approval.plans != plans || approval.coverage != coverage {
            stale += 1;
            continue;
        }
        for signer in &approval.said.by {
            let is = |names: &BTreeSet<String>| {
                signer
                    .principals
                    .iter()
                    .any(|name| names.contains(name) || names.contains(&name.to_lowercase()))
            };
            if !signer.roles.contains(&rule.role) || !case.view.counts(signer, approval.said.seq) {
                continue;
            }
            if is(&validators) {
                barred.insert(format!("{} signed the evidence", signer.name()));
            } else if rule.not_author && is(&authors) {
                barred.insert(format!("{} wrote the change", signer.name()));
            } else {
                entries.push(approval.said.entry);
                agreed.push(signer);
            }
        }
    }
    let count = people(agreed.iter().copied()).len();
    let wanted = usize::try_from(rule.min).unwrap_or(usize::MAX);
    case.binding.approvals.extend(entries);
    if count >= wanted {
        return;
    }
    let mut fact = format!("{count} of {wanted} approvals");
    if stale > 0 {
        fact += &format!("; {stale} given for other plans or another list of values");
    }
    for who in barred {
        fact += &format!("; {who}");
    }
    case.deny(case.denial(
        Invariant::I8,
        fact,
        format!("terrace approve {env} (role {})", rule.role),
    ));
}

/// Everyone who signed the evidence that this promotion relies on.
fn validators(case: &Case<'_>) -> BTreeSet<String> {
    case.view
        .verdicts
        .values()
        .filter(|verdict| case.binding.evidence.contains(&verdict.entry))
        .flat_map(|verdict| &verdict.signers)
        .flat_map(|signer| signer.principals.iter().cloned())
        .collect()
}

/// Plans of the roots of a release that enough people approved, by root: what
/// `apply` may carry out. Those who validated or wrote the change do not count.
pub fn approved_plans(
    view: &View,
    policy: &Policy,
    authors: Option<&BTreeSet<String>>,
    env: &str,
    release: Digest,
) -> BTreeMap<String, BTreeSet<Digest>> {
    let authors: BTreeSet<String> = authors
        .into_iter()
        .flatten()
        .map(|name| name.to_lowercase())
        .collect();
    let content = view.content(release);
    let validators: BTreeSet<&str> = policy
        .edges_into(env)
        .filter_map(|(from, _)| view.verdict(from, env, content?))
        .flat_map(|verdict| &verdict.signers)
        .flat_map(|signer| signer.principals.iter().map(String::as_str))
        .collect();
    let rules: Vec<&Approvals> = policy
        .edges_into(env)
        .filter_map(|(_, edge)| edge.approvals.as_ref())
        .collect();
    let mut by: BTreeMap<(&String, Digest), Vec<&Signer>> = BTreeMap::new();
    let given = view.approvals.get(&(String::from(env), release));
    for approval in given.into_iter().flatten() {
        for signer in &approval.said.by {
            let is_author = |name: &String| authors.contains(&name.to_lowercase());
            let barred = signer
                .principals
                .iter()
                .any(|name| validators.contains(name.as_str()))
                || rules.iter().any(|rule| {
                    rule.not_author && signer.principals.iter().any(is_author)
                        || !signer.roles.contains(&rule.role)
                });
            if barred || !view.counts(signer, approval.said.seq) {
                continue;
            }
            for (root, plan) in &approval.roots {
                by.entry((root, *plan)).or_default().push(signer);
            }
        }
    }
    let wanted = rules.iter().map(|rule| rule.min).max().unwrap_or(1).max(1);
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let mut out: BTreeMap<String, BTreeSet<Digest>> = BTreeMap::new();
    for ((root, plan), signers) in by {
        if people(signers).len() >= wanted {
            out.entry(root.clone()).or_default().insert(plan);
        }
    }
    out
}
