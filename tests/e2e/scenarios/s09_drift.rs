//! S9: something in ops is changed by hand after the evidence: the evidence is
//! suspect and promotion is refused until it is healed and validated again. Drift
//! of the target itself is healed or acknowledged first.

use super::platform::{Platform, Setup};

fn started() -> Platform {
    Platform::with(&Setup {
        rules: "expires = \"24h\"",
        ..Setup::default()
    })
}

#[test]
fn drift_after_the_evidence_makes_it_suspect() {
    let platform = started();
    platform.through_ops();
    let clean = platform.ok(&["drift", "ops", "--detailed-exitcode"]);
    assert!(clean.stdout.contains("nothing was changed"), "{clean}");
    platform.cloud.drift("ops", "cluster");
    let entries = platform.entries().len();
    let found = platform.exits(2, &["drift", "ops", "--detailed-exitcode"]);
    assert!(found.stdout.contains("ops/cluster: thing.this"), "{found}");
    // Once is enough for the ledger.
    platform.exits(2, &["drift", "ops", "--detailed-exitcode"]);
    assert_eq!(platform.entries().len(), entries + 1);
    platform.refused(
        &["promote", "apps"],
        &[
            "apps BLOCKED  I6 drift: ops drifted after evidence",
            "terrace apply ops, then terrace validate ops",
        ],
    );
    platform.ok(&["apply", "ops"]);
    platform.refused(&["promote", "apps"], &["I6 drift"]);
    platform.ok(&["drift", "ops"]);
    platform.ok(&["validate", "ops"]);
    platform.ok(&["promote", "apps"]);
    platform.ok(&["verify"]);
}

#[test]
fn the_gate_no_drift_fails_records_and_passes_again() {
    let platform = started();
    platform.edit("terrace.hcl", "[gate.smoke]", "[gate.smoke, gate.no_drift]");
    platform.commit("ops must not drift");
    platform.deploy("ops");
    platform.cloud.drift("ops", "cluster");
    let failed = platform.exits(3, &["validate", "ops"]);
    assert!(failed.stdout.contains("no_drift"), "{failed}");
    assert!(platform.kinds().contains(&String::from("drift")));
    platform.refused(&["promote", "apps"], &["I4 verdict: ops failed its gates"]);
    platform.ok(&["apply", "ops"]);
    platform.ok(&["validate", "ops"]);
    platform.ok(&["promote", "apps"]);
    platform.ok(&["verify"]);
}

#[test]
fn drift_of_an_entry_environment_is_acknowledged_as_its_refusal_says() {
    let platform = started();
    platform.deploy("ops");
    platform.resize("service", 3);
    platform.cloud.drift("ops", "network");
    platform.ok(&["drift", "ops"]);
    let ran = platform.refused(&["promote", "ops"], &["I6 drift: network thing.this"]);
    let at = ran.stdout.find("terrace ack ops --list ").expect("advice");
    let advice = ran.stdout[at..].split_whitespace().skip(1).take(4);
    let advice: Vec<&str> = advice.collect();
    let shown = platform.ok(&["ack", "ops"]);
    assert!(shown.stdout.contains(&advice.join(" ")), "{shown}");
    let ran = platform.as_("ann", &advice);
    assert_eq!(ran.code, 0, "{ran}");
    platform.deploy("ops");
    platform.verifies();
}

#[test]
fn drift_of_the_target_is_healed_or_acknowledged_first() {
    let platform = started();
    platform.through_ops();
    platform.deploy("apps");
    platform.resize("service", 3);
    platform.through_ops();
    platform.cloud.drift("apps", "network");
    platform.ok(&["drift", "apps"]);
    platform.refused(
        &["promote", "apps"],
        &[
            "apps BLOCKED  I6 drift: network thing.this",
            "terrace ack apps --list",
        ],
    );
    let shown = platform.ok(&["ack", "apps"]);
    assert!(
        shown.stdout.contains("drift of apps: network thing.this"),
        "{shown}"
    );
    let next = shown.stdout.lines().last().expect("a line");
    let entry = next.rsplit(' ').next().expect("an entry");
    let ran = platform.as_("ann", &["ack", "apps", "--list", entry]);
    assert_eq!(ran.code, 0, "{ran}");
    platform.deploy("apps");
    platform.ok(&["verify"]);
}
