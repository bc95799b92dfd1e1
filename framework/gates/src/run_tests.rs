//! Real commands in temporary folders.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Mutex;

use terrace_exec::{Environment, Frozen, Ladder, Secrets};

use super::*;

struct NoBuiltins;

impl Builtins for NoBuiltins {
    fn run(&self, builtin: Builtin, _: Duration, _: &Cancel) -> Checked {
        match builtin {
            Builtin::Fmt => Checked::passed("formatted"),
            _ => Checked::errored(Reason::Other(String::from("no terraform"))),
        }
    }
}

fn sh(name: &str, script: &str, needs: &[&str]) -> Gate {
    let command = ["sh", "-c", script].map(String::from).to_vec();
    Gate {
        needs: needs.iter().map(ToString::to_string).collect(),
        ..Gate::new(name, Action::Command(command))
    }
}

fn run_in(folder: &Path, gates: Vec<Gate>, fail_fast: bool, cancel: &Cancel) -> Report {
    let variables: Environment = [("PATH", "/usr/bin:/bin"), ("TERRACE_SIGNING_KEY", "key")]
        .into_iter()
        .collect();
    let secrets = Secrets::new(["s3cr3t-value"]);
    let setting = Setting {
        environment: "ops",
        release: "abc",
        folder,
        rendered: Path::new("/rendered/ops"),
        work: Path::new("/terrace/ops"),
        variables: &variables,
        secrets: &secrets,
        ladder: Ladder {
            interrupt: Duration::from_millis(200),
            terminate: Duration::from_millis(200),
        },
    };
    let context = Context {
        clock: &Frozen::default(),
        cancel,
    };
    let options = Options {
        parallel: 4,
        fail_fast,
    };
    let finished = Mutex::new(0);
    let gates = Gates::new(gates).expect("a graph");
    let count = gates.iter().count();
    let report = gates.run(&setting, &NoBuiltins, &options, &context, &|event| {
        if let Event::Finished { .. } = event {
            *finished.lock().expect("lock") += 1;
        }
    });
    assert_eq!(finished.into_inner().expect("lock"), count);
    report
}

fn run(gates: Vec<Gate>) -> Report {
    run_in(Path::new("/"), gates, false, &Cancel::new())
}

fn verdicts(report: &Report) -> Vec<String> {
    let show = |result: &GateResult| format!("{}: {}", result.name, result.describe());
    report.results.iter().map(show).collect()
}

#[test]
fn verdicts_stand_in_the_order_given() {
    let report = run(vec![
        sh("after", "exit 0", &["slow"]),
        sh("slow", "sleep 0.2", &[]),
        sh("fails", "echo detail; echo the last word >&2; exit 4", &[]),
        sh("blocked", "exit 0", &["fails", "slow"]),
        Gate::new(
            "tflint",
            Action::Command(vec![String::from("no-such-tool-here")]),
        ),
        Gate::new(
            "script",
            Action::Command(vec![String::from("./no/such.sh")]),
        ),
        sh("dies", "kill -9 $$", &[]),
        Gate::new("fmt", Action::Builtin(Builtin::Fmt)),
        Gate::new("plan_clean", Action::Builtin(Builtin::PlanClean)),
    ]);
    assert_eq!(
        verdicts(&report),
        [
            "after: passed",
            "slow: passed",
            "fails: failed: exit status 4",
            "blocked: skipped: gate `fails` did not pass",
            "tflint: skipped: `no-such-tool-here` is not installed",
            "script: errored: `./no/such.sh` is not an executable file of the repository",
            "dies: errored: killed by signal 9",
            "fmt: passed",
            "plan_clean: errored: no terraform",
        ]
    );
    assert_eq!(
        report.results[2].checked.findings,
        [crate::Finding::new("the last word")]
    );
    let unmet = report.unmet(["after", "tflint", "fails", "never"]);
    let shown: Vec<String> = unmet
        .iter()
        .map(|u| format!("{} {}", u.name, u.why))
        .collect();
    assert_eq!(
        shown,
        [
            "tflint skipped: `no-such-tool-here` is not installed",
            "fails failed: exit status 4",
            "never was not run",
        ]
    );
}

#[test]
fn commands_get_their_setting_and_no_keys() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().canonicalize().expect("path");
    let script = path.join("smoke.sh");
    std::fs::write(
        &script,
        "#!/bin/sh\npwd\necho $TERRACE_ENV $TERRACE_RELEASE $TERRACE_RENDERED $TERRACE_WORK \
         $EXTRA [$TERRACE_SIGNING_KEY]\necho s3cr3t-value\n",
    )
    .expect("written");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("mode");
    let gate = Gate {
        env: [(String::from("EXTRA"), String::from("x"))].into(),
        ..Gate::new("smoke", Action::Command(vec![String::from("./smoke.sh")]))
    };
    let report = run_in(&path, vec![gate], false, &Cancel::new());
    let log = &report.results[0].checked.log;
    let wanted = format!(
        "{}\nops abc /rendered/ops /terrace/ops x []\n(redacted)\n",
        path.display()
    );
    assert_eq!(log.text, wanted);
    assert_eq!(*log, crate::Log::of(wanted));
}

#[test]
fn a_timeout_is_no_verdict_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("folder");
    let mark = folder.path().join("alive");
    let script = format!("(sleep 2; touch {}) & sleep 60", mark.display());
    let gate = Gate {
        timeout: Duration::from_millis(200),
        ..sh("hangs", &script, &[])
    };
    let report = run(vec![gate, sh("after", "exit 0", &["hangs"])]);
    assert_eq!(
        verdicts(&report),
        [
            "hangs: failed: timed out after 0.2 s",
            "after: skipped: gate `hangs` did not pass",
        ]
    );
    std::thread::sleep(Duration::from_millis(2500));
    assert!(!mark.exists(), "the group was killed");
}

#[test]
fn fail_fast_and_cancel_stop_what_runs() {
    let folder = tempfile::tempdir().expect("folder");
    let gates = || {
        vec![
            sh("sleeps", "touch started; sleep 60", &[]),
            sh(
                "fails",
                "until test -e started; do sleep 0.02; done; exit 1",
                &[],
            ),
        ]
    };
    let report = run_in(folder.path(), gates(), true, &Cancel::new());
    assert_eq!(
        verdicts(&report),
        [
            "sleeps: errored: stopped at the first gate that did not pass",
            "fails: failed: exit status 1",
        ]
    );
    std::fs::remove_file(folder.path().join("started")).expect("removed");
    let cancel = Cancel::new();
    let report = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !folder.path().join("started").exists() {
                std::thread::sleep(Duration::from_millis(10));
            }
            cancel.escalate();
        });
        let gates = gates().into_iter().take(1).collect();
        run_in(folder.path(), gates, false, &cancel)
    });
    assert_eq!(verdicts(&report), ["sleeps: errored: interrupted"]);
    let report = run_in(folder.path(), gates(), false, &cancel);
    assert_eq!(verdicts(&report)[0], "sleeps: skipped: interrupted");
}
