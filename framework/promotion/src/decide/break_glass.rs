//! T10: an emergency sets rules aside, for two people's word, a reason and a
//! due time; what it sets aside is named one by one.

use terrace_evidence::{Signer, Time};

use super::Case;
use crate::policy::{FanIn, Policy};
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
/// its content from where it should have come (of itself, if it is an entry), or a
/// rollback.
pub fn emergency(view: &View, policy: &Policy, env: &str, now: Time) -> Option<EmergencyState> {
    let open = view.environments.get(env)?.emergency.clone()?;
    let rule = policy.environments.get(env)?;
    let passed = |from: &str, to: &str| {
        let digest = policy.digest(from, to);
        view.verdict(from, to, open.content).is_some_and(|verdict| {
            verdict.body.passed && verdict.flaw.is_none() && Some(verdict.body.policy) == digest
        })
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
    let counting: Vec<&Signer> = declared
        .by
        .iter()
        .filter(|signer| case.view.counts(signer, declared.seq))
        .collect();
    if people(counting).len() < 2 {
        let names: Vec<&str> = declared.by.iter().map(Signer::name).collect();
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
        let named = declared.sets_aside.contains(denial.invariant.id());
        if denial.waivable && named {
            case.binding.waived.push(denial);
        } else if denial.waivable {
            let fact = format!(
                "{}; the break-glass does not name {}",
                denial.fact, denial.invariant
            );
            case.denials.push(Denial { fact, ..denial });
        } else {
            case.denials.push(denial);
        }
    }
    case.binding.break_glass = Some(entry);
}
