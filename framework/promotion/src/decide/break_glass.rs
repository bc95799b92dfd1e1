//! T10: an emergency sets rules aside, for two people's word, a reason and a
//! due time; what it sets aside is named one by one.

use terrace_evidence::{Signer, Time};
use terrace_release::{Digest, edge_name};

use super::Case;
use crate::policy::{Edge, FanIn, Policy};
use crate::view::{Emergency, View, people};
use crate::{Denial, Invariant};

/// A break-glass promotion that is not cleaned up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmergencyState {
    /// There is time left.
    Due(Emergency),
    /// There is none: `status` is 3 and nothing moves in but a rollback.
    Overdue(Emergency),
}

/// Whether a break-glass of an environment waits for its clean-up: evidence for
/// its content from where it should have come (of itself, if it is an entry) and
/// what else it set aside, or something else that came by the rules.
pub fn emergency(view: &View, policy: &Policy, env: &str, now: Time) -> Option<EmergencyState> {
    let open = view.environments.get(env)?.emergency.clone()?;
    let rule = policy.environments.get(env)?;
    let waived = |from: &str, to: &str, topic: &str| {
        let name = format!("{topic} {}", edge_name(from, to));
        open.waived.contains(&name)
    };
    let passed = |from: &str, to: &str| {
        let digest = policy.digest(from, to);
        let proven = view.verdict(from, to, open.content).is_some_and(|verdict| {
            verdict.body.passed && verdict.flaw.is_none() && Some(verdict.body.policy) == digest
        });
        let Some(edge) = policy.edges.get(&(String::from(from), String::from(to))) else {
            return proven;
        };
        let soaked =
            !waived(from, to, "I4 soak") || view.env(from).soaked(open.content, now) >= edge.soak;
        let agreed = !waived(from, to, "I8 approval") || approved(view, edge, env, open.release);
        proven && soaked && agreed
    };
    let mut before = policy.edges_into(env).map(|(from, _)| passed(from, env));
    let filled = match rule.fan_in {
        // Into an entry nothing comes from elsewhere: its own evidence counts, and
        // where no promotion asks for any, that it runs.
        _ if rule.entry => {
            let mut after = policy.edges_from(env).map(|(to, _)| passed(env, to));
            match after.next() {
                Some(first) => first && after.all(|passed| passed),
                None => view.env(env).good.contains(&open.release),
            }
        }
        FanIn::All => before.all(|passed| passed),
        FanIn::Any => before.any(|passed| passed),
    };
    if filled {
        return None;
    }
    Some(match now > open.until {
        true => EmergencyState::Overdue(open),
        false => EmergencyState::Due(open),
    })
}

/// Whether as many people as the edge asks for have agreed to a release by now.
fn approved(view: &View, edge: &Edge, env: &str, release: Digest) -> bool {
    let Some(rule) = &edge.approvals else {
        return true;
    };
    let given = view.approvals.get(&(String::from(env), release));
    let agreed = given.into_iter().flatten().flat_map(|approval| {
        let said = &approval.said;
        let counting =
            |signer: &&Signer| signer.roles.contains(&rule.role) && view.counts(signer, said.seq);
        said.by.iter().filter(counting)
    });
    people(agreed).len() >= usize::try_from(rule.min).unwrap_or(usize::MAX)
}

/// Takes the denials away that a valid break-glass names.
pub(super) fn set_aside(case: &mut Case<'_>) {
    let Some(entry) = case.question.break_glass else {
        return;
    };
    let env = case.question.env.clone();
    let next = format!("terrace promote {env} --break-glass REASON --until TIME");
    let Some(declared) = case
        .view
        .break_glass
        .get(&entry)
        .filter(|known| known.env == env && known.release == case.question.release)
    else {
        let fact = format!(
            "there is no break-glass {} for {env} and release {}",
            entry.short(),
            case.short()
        );
        return case.deny(case.denial(Invariant::I20, fact, next).about("break-glass"));
    };
    if !case.view.is_confirmed(declared) {
        let names: Vec<&str> = declared.by.iter().map(|word| word.signer.name()).collect();
        let fact = format!(
            "the break-glass of entry {} is signed by {} only",
            declared.seq,
            names.join(", ")
        );
        let next = format!(
            "a second person confirms it: terrace promote {env} --confirm {}",
            entry.short()
        );
        return case.deny(
            case.denial(Invariant::I8, fact, next)
                .about("break-glass")
                .absolute(),
        );
    }
    if case.facts.now > declared.until {
        let fact = format!(
            "the break-glass of entry {} ended {}",
            declared.seq, declared.until
        );
        return case.deny(
            case.denial(Invariant::I5, fact, next)
                .about("break-glass")
                .absolute(),
        );
    }
    let denials: Vec<Denial> = std::mem::take(&mut case.denials);
    for denial in denials {
        let named = declared.sets_aside.contains(&denial.name());
        if denial.waivable && named {
            case.binding.waived.push(denial);
        } else if denial.waivable {
            let fact = format!(
                "{}; the break-glass does not name {}",
                denial.fact,
                denial.name()
            );
            case.denials.push(Denial { fact, ..denial });
        } else {
            case.denials.push(denial);
        }
    }
    case.binding.break_glass = Some(entry);
}
