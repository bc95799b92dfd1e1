//! I4: the built-in gates look at one environment together; what a gate could not
//! look at neither passes nor takes an earlier pass back.

use std::fs::{self, File};

use super::platform::Platform;

/// Up to evidence from these gates.
fn validated(gates: &str) -> Platform {
    let platform = Platform::new("expires = \"24h\"");
    platform.edit("terrace.hcl", "[gate.smoke]", gates);
    platform.commit("gates");
    platform.through_ops();
    platform
}

/// `validate ops` ends with this status, says this, records no verdict, and what
/// was proven before still counts.
fn says_nothing(platform: &Platform, code: i32, says: &str) {
    let before = platform.refs();
    let ran = platform.exits(code, &["validate", "ops"]);
    assert!(ran.stderr.contains(says), "{says}\n{ran}");
    assert!(!ran.stdout.contains("recorded"), "{ran}");
    assert_eq!(platform.refs(), before, "{ran}");
    platform.ok(&["promote", "apps", "--dry-run"]);
}

#[test]
fn built_in_gates_do_not_lock_each_other_out() {
    let all = "[gate.smoke, gate.fmt, gate.validate, gate.plan_clean, gate.no_drift]";
    let platform = validated(all);
    let ran = platform.ok(&["validate", "ops"]);
    for gate in ["smoke", "fmt", "validate", "plan_clean", "no_drift"] {
        assert!(
            ran.stdout.contains(&format!("ops {gate}: passed")),
            "{gate}\n{ran}"
        );
    }
    // Each of them looks in its own way.
    platform.cloud.drift("ops", "cluster");
    let ran = platform.exits(3, &["validate", "ops"]);
    assert!(ran.stdout.contains("ops no_drift: failed"), "{ran}");
    assert!(ran.stdout.contains("ops plan_clean: failed"), "{ran}");
    platform.ok(&["apply", "ops"]);
    platform.ok(&["validate", "ops"]);
    platform.deploy("apps");
    platform.verifies();
}

#[test]
fn who_works_on_the_environment_is_waited_for() {
    let platform = validated("[gate.smoke, gate.plan_clean]");
    let path = platform.folder.join(".terrace-work/.locks/ops");
    let holder = r#"{"command":"terrace plan ops","pid":7,"host":"ci","started":"today"}"#;
    fs::write(&path, holder).expect("written");
    let lock = File::open(&path).expect("a file");
    lock.lock().expect("locked");
    says_nothing(&platform, 4, "is being worked on by `terrace plan ops`");
    drop(lock);
    platform.ok(&["validate", "ops"]);
}

#[test]
fn a_missing_tool_and_a_plan_that_cannot_be_made_say_nothing() {
    let platform = validated("[gate.smoke, gate.plan_clean, gate.no_drift]");
    let tofu = platform.sandbox.path("bin/tofu");
    let away = tofu.with_extension("away");
    fs::rename(&tofu, &away).expect("moved");
    says_nothing(
        &platform,
        1,
        "`plan_clean` skipped: neither `terraform` nor `tofu` is in PATH",
    );
    fs::rename(&away, &tofu).expect("moved");
    platform.cloud.unreachable("ops", "network", true);
    says_nothing(&platform, 1, "ops/network does not answer");
    // What is known to be wrong is a verdict, whatever else is not known.
    platform.cloud.drift("ops", "cluster");
    let ran = platform.exits(3, &["validate", "ops"]);
    assert!(ran.stdout.contains("evidence for release"), "{ran}");
    platform.refused(&["promote", "apps"], &["I4 verdict: ops failed its gates"]);
    platform.cloud.unreachable("ops", "network", false);
    platform.ok(&["apply", "ops"]);
    // Nothing is passed by what was not looked at, either.
    platform.cloud.unreachable("ops", "network", true);
    let ran = platform.exits(1, &["validate", "ops"]);
    assert!(!ran.stdout.contains("recorded"), "{ran}");
    platform.refused(&["promote", "apps"], &["I4 verdict: ops failed its gates"]);
    platform.cloud.unreachable("ops", "network", false);
    platform.ok(&["validate", "ops"]);
    platform.deploy("apps");
    platform.verifies();
}

#[test]
fn promotions_are_judged_by_their_own_gates() {
    let platform = Platform::new("expires = \"24h\"");
    platform.edit(
        "terrace.hcl",
        "gate \"smoke\" {",
        "environment \"prod\" {\n  layers = [\"base\", \"apps\"]\n}\n\npromotion \"ops\" \"prod\" {\n  gates = [gate.plan_clean]\n}\n\ngate \"smoke\" {",
    );
    platform.commit("prod");
    platform.deploy("ops");
    platform.cloud.unreachable("ops", "network", true);
    let ran = platform.exits(1, &["validate", "ops", "--json"]).json();
    let verdicts = &ran["data"]["verdicts"];
    assert_eq!(verdicts["apps"], true, "{ran}");
    assert!(verdicts["prod"].is_null(), "{ran}");
    platform.ok(&["promote", "apps"]);
    platform.refused(&["promote", "prod"], &["has no evidence for prod"]);
}

#[test]
fn a_command_that_takes_too_long_has_failed() {
    let platform = Platform::new("expires = \"24h\"");
    platform.edit(
        "terrace.hcl",
        "command = [\"./gates/smoke.sh\"]",
        "command = [\"./gates/smoke.sh\"]\n  timeout = \"1s\"",
    );
    platform.commit("a second");
    platform.through_ops();
    platform.write("-- gates/smoke.sh +x --\n#!/bin/sh\nexec sleep 60\n");
    platform.commit("slow");
    let ran = platform.exits(3, &["validate", "ops"]);
    assert!(ran.stdout.contains("smoke: failed: timed out"), "{ran}");
    platform.refused(&["promote", "apps"], &["I4 verdict: ops failed its gates"]);
}
