//! I9, I11, I12, I17 and the ways that are not forward: order, open intents,
//! holds, windows, hand-made changes, entry, rollback, revert.

use terrace_release::Digest;

use super::{Branch, Case, Order, emergency};
use crate::body::Mode;
use crate::decide::EmergencyState;
use crate::policy::Edge;
use crate::view::Phase;
use crate::{Invariant, Window};

/// What holds for every way.
pub(super) fn check(case: &mut Case<'_>, is_entry: bool) {
    branch(case);
    intents(case);
    let mode = case.question.mode;
    if matches!(mode, Mode::Forward | Mode::Adopt) {
        order(case);
        lasting(case, is_entry);
    }
}

/// What holds for every release that might come forward.
pub(super) fn standing(case: &mut Case<'_>, is_entry: bool) {
    branch(case);
    lasting(case, is_entry);
}

fn lasting(case: &mut Case<'_>, is_entry: bool) {
    holds(case);
    drift(case);
    frozen(case);
    opened(case, is_entry);
    gone(case);
}

/// I17: the branch is what the last intent made it.
fn branch(case: &mut Case<'_>) {
    let env = case.question.env.clone();
    let Branch::Unattested {
        commit,
        why,
        is_the_release,
    } = &case.facts.branch
    else {
        if case.question.mode == Mode::Adopt {
            let fact = format!("env/{env} holds nothing that the ledger does not explain");
            case.deny(case.denial(Invariant::I17, fact, format!("terrace status {env}")));
        }
        return;
    };
    let denial = match case.question.mode {
        Mode::Revert => return,
        Mode::Adopt if *is_the_release => return,
        Mode::Adopt => case.denial(
            Invariant::I17,
            format!(
                "env/{env} is at {}, whose tree is not that of release {}",
                shown(commit),
                case.short()
            ),
            format!("release these bytes and validate them first, or terrace revert {env}"),
        ),
        Mode::Forward | Mode::Rollback => case.denial(
            Invariant::I17,
            format!(
                "env/{env} is at {}, which no intent explains: {why}",
                shown(commit)
            ),
            format!("terrace adopt {env} or terrace revert {env}"),
        ),
    };
    case.deny(denial);
}

fn shown(commit: &str) -> &str {
    match commit.is_empty() {
        true => "nothing",
        false => commit.get(..12).unwrap_or(commit),
    }
}

/// I9: forward is forward.
fn order(case: &mut Case<'_>) {
    let (short, env) = (case.short(), case.question.env.clone());
    let denial = match &case.facts.order {
        Order::First | Order::Same | Order::Ahead => return,
        Order::Behind => case.denial(
            Invariant::I9,
            format!("release {short} is older than what {env} runs"),
            format!("terrace rollback {env} --release {}", case.question.release),
        ),
        Order::Diverged => case.denial(
            Invariant::I9,
            format!("release {short} does not descend from what {env} runs"),
            "merge both lines, release the merge and validate it",
        ),
        Order::Unknown(why) => case
            .denial(
                Invariant::I9,
                format!("the order of release {short} and what {env} runs is not known: {why}"),
                "git fetch --unshallow",
            )
            .absolute(),
    };
    case.deny(denial);
}

/// I11: one open intent; it is replaced only while nobody applies.
fn intents(case: &mut Case<'_>) {
    let env = case.question.env.clone();
    let Some(open) = &case.env.open else {
        return;
    };
    if let Some(holder) = &case.facts.apply_lock {
        let fact = format!("intent #{} is being applied by {holder}", open.seq);
        case.deny(case.denial(Invariant::I11, fact, "wait until it is done"));
        return;
    }
    let phase = case.env.phase();
    let replaces = match case.question.mode {
        Mode::Forward | Mode::Adopt => case.facts.order == Order::Ahead,
        Mode::Rollback | Mode::Revert => true,
    };
    if replaces {
        case.binding.supersedes = Some(open.entry);
        return;
    }
    let fact = match phase {
        Phase::Degraded => format!("intent #{} is applied in part only", open.seq),
        _ => format!("intent #{} is not applied yet", open.seq),
    };
    let next = match phase {
        Phase::Degraded => format!("terrace resume {env}, or terrace rollback {env}"),
        _ => format!("terrace apply {env}"),
    };
    case.deny(case.denial(Invariant::I11, fact, next));
}

/// I12: holds.
fn holds(case: &mut Case<'_>) {
    let env = case.question.env.clone();
    if let Some(hold) = case.env.held(case.facts.now) {
        let by = match hold.by.is_empty() {
            true => String::new(),
            false => format!(" by {}", hold.by),
        };
        let fact = format!(
            "{env} is held{by} since entry {}: {}",
            hold.seq, hold.reason
        );
        case.deny(case.denial(
            Invariant::I12,
            fact,
            format!("terrace unhold {env} --reason WHY"),
        ));
    }
}

/// I12: windows of one edge: outside of all that are denied, and inside one of
/// those that are allowed, if there are any.
pub(super) fn windows(case: &mut Case<'_>, edge: &Edge) {
    let now = case.facts.now;
    let (denied, allowed): (Vec<&Window>, Vec<&Window>) =
        edge.windows.iter().partition(|window| window.deny);
    for window in denied.into_iter().filter(|window| window.refuses(now)) {
        let fact = format!("no promotions {window}; it is {now}");
        let next = format!("wait until {window} is over");
        case.deny(case.denial(Invariant::I12, fact, next).about("window"));
    }
    if !allowed.is_empty() && allowed.iter().all(|window| window.refuses(now)) {
        let names: Vec<String> = allowed.iter().map(ToString::to_string).collect();
        let names = names.join(" or ");
        let fact = format!("promotions only {names}; it is {now}");
        let next = format!("wait for {names}");
        case.deny(case.denial(Invariant::I12, fact, next).about("window"));
    }
}

/// I6: the target itself has drifted; promoting over it would hide it.
fn drift(case: &mut Case<'_>) {
    let env = case.question.env.clone();
    let Some(drift) = case.env.drift.clone() else {
        return;
    };
    let seen = case
        .view
        .acks
        .get(&(env.clone(), drift.entry))
        .is_some_and(|acks| {
            acks.iter().any(|ack| {
                ack.by
                    .iter()
                    .any(|signer| case.view.counts(signer, ack.seq))
            })
        });
    if seen {
        return;
    }
    for (component, what) in &drift.components {
        let fact = format!("{component} {what}");
        let next = format!(
            "terrace apply {env}, or terrace ack {env} --list {}",
            drift.entry.short()
        );
        case.deny(case.denial(Invariant::I6, fact, next));
    }
}

/// T10: an overdue break-glass freezes the edges.
fn frozen(case: &mut Case<'_>) {
    let env = case.question.env.clone();
    if let Some(EmergencyState::Overdue(overdue)) =
        emergency(case.view, case.facts.policy, &env, case.facts.now)
    {
        let fact = format!(
            "the break-glass of entry {} ({}) was due {}",
            overdue.seq, overdue.reason, overdue.until
        );
        let back = match case.view.ways_back(&env).first() {
            Some(release) => format!("terrace rollback {env} --release {release}"),
            None => String::from("declare a break-glass for a release that mends it"),
        };
        let runs = |from: &str| {
            let applied = case.view.env(from).applied.clone();
            applied.is_some_and(|applied| applied.content == overdue.content)
        };
        let sources = case.facts.policy.edges_into(&env).map(|(from, _)| from);
        let next = match sources.into_iter().find(|from| runs(from)) {
            Some(from) => format!("terrace validate {from}, or {back}"),
            None => back,
        };
        case.deny(
            case.denial(Invariant::I12, fact, next)
                .about("break-glass")
                .absolute(),
        );
    }
}

/// I10: an environment that was guarded does not become an entry by a deletion.
fn opened(case: &mut Case<'_>, is_entry: bool) {
    let env = case.question.env.clone();
    if is_entry && case.env.guarded && !case.view.is_open(&env) {
        let fact = format!(
            "the last promotion into {env} was removed from terrace.hcl without an approver's word"
        );
        let next =
            format!("restore it, or have an approver sign: terrace ack {env} --open --reason WHY");
        case.deny(case.denial(Invariant::I10, fact, next).absolute());
    }
}

/// I10: an environment that runs something does not vanish by a deletion or a new
/// name: nothing would say any more what it runs, nor when it is due.
fn gone(case: &mut Case<'_>) {
    for (env, release) in case.view.gone(case.facts.policy) {
        let fact = format!(
            "{env} runs release {} and is not in terrace.hcl any more",
            release.short()
        );
        let next = format!(
            "put it back, or have an approver sign that it is gone: terrace ack {env} --open --reason WHY"
        );
        case.deny(case.denial(Invariant::I10, fact, next));
    }
}

/// T2: into an entry environment goes what is on the protected branch.
pub(super) fn entry(case: &mut Case<'_>) {
    if !case.facts.on_branch {
        let fact = format!(
            "the source of release {} is not on the protected branch",
            case.short()
        );
        case.deny(
            case.denial(Invariant::I2, fact, "merge it first")
                .about("source")
                .absolute(),
        );
    }
}

/// T9: back to a release that was good here. Evidence may have expired since;
/// a revoked release stays revoked, and what came by break-glass is no place to
/// go back to before it was validated.
pub(super) fn rollback(case: &mut Case<'_>) {
    let (short, env) = (case.short(), case.question.env.clone());
    let content = case.view.content(case.question.release);
    let unproven = content.is_some_and(|content| case.env.unproven.contains(&content));
    let fact = if !case.env.good.contains(&case.question.release) {
        format!("release {short} was never good in {env}")
    } else if unproven {
        format!("release {short} came into {env} by break-glass and was not validated since")
    } else {
        return backwards(case);
    };
    let good: Vec<String> = case
        .view
        .ways_back(&env)
        .iter()
        .map(Digest::short)
        .collect();
    let next = match good.is_empty() {
        true => String::from("promote a newer release instead"),
        false => format!("roll back to one of {}", good.join(", ")),
    };
    case.deny(case.denial(Invariant::I9, fact, next).absolute());
}

/// I9: back is back. A newer release comes in by the rules.
fn backwards(case: &mut Case<'_>) {
    let (short, env) = (case.short(), case.question.env.clone());
    let release = case.question.release;
    let denial = match &case.facts.order {
        Order::Ahead => case.denial(
            Invariant::I9,
            format!("release {short} is newer than what {env} runs: that is no way back"),
            format!("terrace promote {env} --release {release}"),
        ),
        Order::Unknown(why) => case.denial(
            Invariant::I9,
            format!("the order of release {short} and what {env} runs is not known: {why}"),
            "git fetch --unshallow",
        ),
        Order::First | Order::Same | Order::Behind | Order::Diverged => return,
    };
    case.deny(denial.absolute());
}

/// What the ledger says is put back.
pub(super) fn revert(case: &mut Case<'_>) {
    let env = case.question.env.clone();
    let desired = case.env.desired.as_ref().map(|desired| desired.release);
    if desired != Some(case.question.release) {
        let fact = format!("{env} is not meant to run release {}", case.short());
        case.deny(case.denial(Invariant::I17, fact, format!("terrace status {env}")));
    }
    if !matches!(case.facts.branch, Branch::Unattested { .. }) {
        let fact = format!("env/{env} holds nothing that the ledger does not explain");
        case.deny(case.denial(Invariant::I17, fact, format!("terrace status {env}")));
    }
}
