//! Waves, guards and crashes with the real terraform and its built-in
//! `terraform_data`; loudly skipped where there is none.

use std::fs;

use terrace_exec::Level;

use crate::testing::{
    Project, applied, applies, files, gives, plans, reads, record, removed, root, seal,
};
use crate::{ApplyOutcome, Check, Event, Options, PlanOutcome, RootSource, Skip, TerraformError};

const GUARDED: &str = "resource \"terraform_data\" \"x\" {\n  triggers_replace = 1\n}\n";

#[test]
fn goes_wave_by_wave() {
    let Some(project) = Project::real("goes_wave_by_wave") else {
        return;
    };
    let mut roots = [
        root("app", &reads("cluster"), &["cluster"]),
        root("cluster", &reads("net"), &["net"]),
        root("net", &gives("one"), &[]),
    ];
    assert_eq!(
        plans(&project.plan(&roots, &[])),
        [
            "app: deferred: waits for cluster",
            "cluster: deferred: waits for net",
            "net: 1 to add, 0 to change, 0 to replace, 0 to destroy, 1 outputs",
        ]
    );
    let report = project.apply(&roots, &[]);
    assert_eq!(
        applies(&report),
        ["app: applied", "cluster: applied", "net: applied"]
    );
    assert!(report.is_complete() && report.has_begun());
    record(&mut roots, &report);
    let clean = project.plan(&roots, &[]);
    assert_eq!(
        plans(&clean),
        ["app: no changes", "cluster: no changes", "net: no changes"]
    );
    assert!(clean.is_clean() && clean.is_complete() && !clean.has_changes());

    // A producer that changes: the consumer, whose bytes are the same, is
    // planned after it and follows.
    let before = roots[2].applied.clone();
    roots[2] = root("net", &gives("two"), &[]);
    roots[2].applied = before;
    let plan = project.plan(&roots, &[]);
    assert!(!plan.is_clean());
    assert_eq!(plans(&plan)[1], "cluster: deferred: waits for net");
    let report = project.apply(&roots, &[]);
    assert_eq!(
        applies(&report),
        ["app: applied", "cluster: applied", "net: applied"]
    );
    let outputs = project.with_run(&roots, &[], |run, context| {
        run.outputs("app", context, &|_| {}).expect("outputs")
    });
    assert_eq!(outputs["value"].value, "two");
    let report = project.apply(&roots, &[]);
    assert_eq!(
        applies(&report),
        ["app: unchanged", "cluster: unchanged", "net: unchanged"]
    );
    assert!(report.is_complete() && !report.has_begun());
    assert!(!project.work(".plans/ops/net.tfplan").exists());
    assert!(
        project
            .path()
            .join(".terrace/state/ops/net.tfstate")
            .exists()
    );
}

#[test]
fn the_digest_of_a_plan_is_of_what_it_does() {
    let Some(project) = Project::real("the_digest_of_a_plan") else {
        return;
    };
    let roots = [root("net", &gives("one"), &[])];
    // The files differ in the second they were made in.
    let digest = |roots: &[crate::Root]| match &project.plan(roots, &[]).roots[0].outcome {
        PlanOutcome::Planned(plan) => plan.digest,
        other => panic!("{other:?}"),
    };
    assert_eq!(digest(&roots), digest(&roots));
    assert_ne!(digest(&roots), digest(&[root("net", &gives("two"), &[])]));
}

#[test]
fn plans_that_delete_need_a_word() {
    let Some(mut project) = Project::real("plans_that_delete_need_a_word") else {
        return;
    };
    let old = root("net", GUARDED, &[]);
    assert!(project.apply(std::slice::from_ref(&old), &[]).is_complete());
    let replaced = root("net", &GUARDED.replace('1', "2"), &[]);
    let user = root("app", &gives("x"), &["net"]);
    let report = project.apply(&[replaced.clone(), user], &[]);
    assert_eq!(
        applies(&report),
        [
            "net: refused: the plan of `net` deletes 0 and replaces 1 resources: terraform_data.x",
            "app: skipped: waits for net",
        ]
    );
    assert!(!report.has_begun(), "nothing was changed");
    let other = root("other", &gives("x"), &[]);
    let report = project.apply(&[other], &[removed(&old)]);
    assert_eq!(
        applies(&report)[1],
        "net: refused: the plan of `net` deletes 1 and replaces 0 resources: terraform_data.x"
    );
    project.options.allow_destroy = ["net".to_owned()].into();
    assert!(project.apply(&[replaced], &[]).is_complete());
}

#[test]
fn removed_roots_are_destroyed_from_their_own_bytes() {
    let Some(mut project) = Project::real("removed_roots_are_destroyed") else {
        return;
    };
    project.options.allow_destroy = ["app", "cluster"].map(String::from).into();
    let mut roots = vec![
        root("net", &gives("one"), &[]),
        root("cluster", &reads("net"), &["net"]),
        root("app", &reads("cluster"), &["cluster"]),
    ];
    let report = project.apply(&roots, &[]);
    record(&mut roots, &report);
    // The new release has neither, and `net` no longer gives what they read.
    let before = roots[0].applied.clone();
    let mut net = root(
        "net",
        "resource \"terraform_data\" \"x\" {\n  input = \"one\"\n}\n",
        &[],
    );
    net.applied = before;
    let gone = [removed(&roots[1]), removed(&roots[2])];
    project.told();
    let report = project.apply(&[net], &gone);
    assert_eq!(
        applies(&report),
        ["net: applied", "cluster: destroyed", "app: destroyed"]
    );
    let order: Vec<String> = project
        .told()
        .into_iter()
        .filter(|line| line.ends_with(" destroyed") || line.ends_with(" applied"))
        .filter(|line| line.split(' ').count() == 2)
        .collect();
    assert_eq!(order, ["app destroyed", "cluster destroyed", "net applied"]);
    let state = fs::read_to_string(project.path().join(".terrace/state/ops/app.tfstate"));
    assert!(state.expect("state").contains("\"resources\": []"));
}

#[test]
fn a_failure_stops_what_depends_on_it_and_nothing_else() {
    let Some(project) = Project::real("a_failure_stops_what_depends_on_it") else {
        return;
    };
    let failing = "resource \"terraform_data\" \"x\" {\n  provisioner \"local-exec\" {\n    command = \
                   \"test -e ../../../repaired\"\n  }\n}\n";
    let roots = [
        root("bad", failing, &[]),
        root("user", &gives("x"), &["bad"]),
        root("last", &gives("x"), &["user"]),
        root("apart", &gives("x"), &[]),
        root(
            "invalid",
            "resource \"terraform_data\" \"x\" {\n  input = nope\n}\n",
            &[],
        ),
    ];
    let report = project.apply(&roots, &[]);
    let shown = applies(&report);
    assert!(
        shown[0].starts_with("bad: failed: apply of `bad` failed (exit status 1): local-exec"),
        "{shown:?}"
    );
    assert_eq!(shown[1], "user: skipped: waits for bad");
    assert_eq!(shown[2], "last: skipped: waits for user");
    assert_eq!(shown[3], "apart: applied");
    assert!(
        shown[4].starts_with("invalid: failed: plan of `invalid` failed"),
        "{shown:?}"
    );
    assert!(!report.is_complete() && report.has_begun());
    let diagnostics: Vec<_> = report
        .errors()
        .map(|error| error.diagnostic().code.id)
        .collect();
    assert_eq!(diagnostics, ["E0849", "E0849"]);

    // Repaired, only what is not done has work left. (The resource that failed
    // is tainted, so its replacement needs the word.)
    fs::write(project.path().join("repaired"), "").expect("file");
    let again = Project {
        options: Options {
            allow_destroy: ["bad".to_owned()].into(),
            ..project.options.clone()
        },
        ..project
    };
    let report = again.apply(&roots[..4], &[]);
    assert_eq!(
        applies(&report),
        [
            "bad: applied",
            "user: applied",
            "last: applied",
            "apart: unchanged"
        ]
    );
}

#[test]
fn a_killed_apply_is_noticed_and_planned_anew() {
    let Some(project) = Project::real("a_killed_apply_is_noticed") else {
        return;
    };
    let slow = "resource \"terraform_data\" \"x\" {\n  provisioner \"local-exec\" {\n    command = \
                \"echo run >> ../../../runs; while ! test -e ../../../go; do sleep 0.05; done\"\n  }\n}\n";
    let roots = [root("net", slow, &[])];
    let runs = project.path().join("runs");
    let report = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !runs.exists() {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            project.cancel.raise(Level::Kill);
        });
        project.apply(&roots, &[])
    });
    let shown = applies(&report);
    assert_eq!(
        shown,
        ["net: failed: apply of `net` was interrupted and had to be killed"]
    );
    assert!(report.errors().all(TerraformError::was_killed));
    assert!(
        !project.work(".plans/ops/net.tfplan").exists(),
        "the old plan is gone"
    );
    fs::write(project.path().join("go"), "").expect("file");
    // What the first apply began is tainted, so the new plan replaces it.
    let project = Project {
        cancel: terrace_exec::Cancel::new(),
        options: Options {
            allow_destroy: ["net".to_owned()].into(),
            ..project.options.clone()
        },
        ..project
    };
    project.told();
    let report = project.apply(&roots, &[]);
    assert_eq!(applies(&report), ["net: applied"]);
    let told = project.told();
    assert_eq!(told[0], "net crashed");
    assert!(told.contains(&String::from("net plan")), "{told:?}");
    project.apply(&roots, &[]);
    assert!(!project.told().contains(&String::from("net crashed")));
}

/// Not a test: the process that the next test kills.
#[test]
#[ignore = "started by when_we_are_killed_terraform_finishes"]
#[expect(
    clippy::disallowed_methods,
    reason = "the folder comes from the test that starts it"
)]
fn applies_until_it_is_killed() {
    let Some(folder) = std::env::var_os("TERRACE_TEST_FOLDER") else {
        return;
    };
    let mut project = Project::real("applies_until_it_is_killed").expect("terraform");
    project.elsewhere = Some(std::path::Path::new(&folder).join("project"));
    project.apply(
        &[root("net", &slow(std::path::Path::new(&folder)), &[])],
        &[],
    );
}

/// Writes `runs`, then waits for `go`.
fn slow(folder: &std::path::Path) -> String {
    let folder = folder.display();
    format!(
        "resource \"terraform_data\" \"x\" {{\n  provisioner \"local-exec\" {{\n    command = \
         \"echo run >> {folder}/runs; while ! test -e {folder}/go; do sleep 0.05; done\"\n  }}\n}}\n"
    )
}

#[test]
fn when_we_are_killed_terraform_finishes_and_we_notice() {
    let Some(mut project) = Project::real("when_we_are_killed") else {
        return;
    };
    let top = project.path().to_owned();
    let us = std::env::current_exe().expect("our own program");
    let arguments = [
        "--exact",
        "run_tests::applies_until_it_is_killed",
        "--ignored",
    ];
    let command = terrace_exec::Command::new(us)
        .args(arguments)
        .environment(crate::testing::variables(&top).with("TERRACE_TEST_FOLDER", &top));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !top.join("runs").exists() {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            project.cancel.raise(Level::Kill);
        });
        let context = terrace_exec::Context {
            clock: &crate::testing::CLOCK,
            cancel: &project.cancel,
        };
        let outcome = command.run_quietly(&context).expect("it runs");
        assert!(!outcome.success());
    });
    fs::write(top.join("go"), "").expect("file");
    // Terraform goes on without us; the next plan waits for its state lock.
    project.elsewhere = Some(top.join("project"));
    project.cancel = terrace_exec::Cancel::new();
    project.told();
    let report = project.apply(&[root("net", &slow(&top), &[])], &[]);
    let told = project.told();
    assert_eq!(applies(&report), ["net: unchanged"], "{told:?}");
    assert_eq!(told[0], "net crashed");
    let runs = fs::read_to_string(top.join("runs")).expect("read");
    assert_eq!(runs, "run\n", "nothing ran twice");
}

#[test]
fn nothing_but_the_plan_that_was_made_is_applied() {
    let Some(project) = Project::real("nothing_but_the_plan") else {
        return;
    };
    let roots = [root("net", &gives("one"), &[])];
    let main = project.work("ops/net/main.tf");
    let plan = project.work(".plans/ops/net.tfplan");
    let with = |act: &(dyn Fn() + Sync)| {
        let report = project.with_run(&roots, &[], |run, context| {
            run.apply(context, &|event| {
                if let Event::Planned { .. } = event {
                    act();
                }
            })
        });
        let shown = applies(&report).remove(0);
        assert!(report.errors().all(TerraformError::is_integrity), "{shown}");
        assert!(
            !project
                .path()
                .join(".terrace/state/ops/net.tfstate")
                .exists(),
            "{shown}"
        );
        shown
    };
    let edited = with(&|| fs::write(&main, "edited").expect("file"));
    assert!(
        edited.contains("the work folder of `net` changed: main.tf was changed"),
        "{edited}"
    );
    let added = with(&|| fs::write(main.with_file_name("z_override.tf"), "").expect("file"));
    assert!(added.contains("z_override.tf is not listed"), "{added}");
    let empty = with(&|| fs::write(&plan, "").expect("file"));
    assert_eq!(empty, "net: failed: the saved plan of `net` is empty");
    let gone = with(&|| fs::remove_file(&plan).expect("removed"));
    assert_eq!(gone, "net: failed: the saved plan of `net` is missing");
    let flipped = with(&|| {
        let mut bytes = fs::read(&plan).expect("read");
        bytes[40] ^= 1;
        fs::write(&plan, bytes).expect("file");
    });
    assert!(flipped.contains("is another file"), "{flipped}");
    assert!(project.apply(&roots, &[]).is_complete());
}

#[test]
fn a_state_elsewhere_is_refused_until_it_is_moved() {
    let Some(project) = Project::real("a_state_elsewhere") else {
        return;
    };
    let mut old = [root("net", &gives("one"), &[])];
    let report = project.apply(&old, &[]);
    record(&mut old, &report);
    let (mut moved, _) = files("elsewhere", &gives("one"));
    let digest = seal(&mut moved);
    let mut new = old[0].clone();
    (new.source, new.digest) = (RootSource::Files(moved), digest);
    let new = [new];
    for report in [project.apply(&new, &[]), project.apply(&new, &[])] {
        let shown = applies(&report);
        assert_eq!(
            shown,
            ["net: refused: the backend of `net` is not the one it was last applied with"]
        );
    }
    let state = project.path().join(".terrace/state/ops");
    assert!(
        !state.join("elsewhere.tfstate").exists(),
        "no empty state was made"
    );
    // Without the ledger's word, terraform's own note of the old place counts.
    let mut unknown = new.clone();
    unknown[0].applied = None;
    let shown = applies(&project.apply(&unknown, &[]));
    assert!(
        shown[0].starts_with("net: refused: the backend"),
        "{shown:?}"
    );
    fs::copy(state.join("net.tfstate"), state.join("elsewhere.tfstate")).expect("moved");
    assert_eq!(applies(&project.apply(&new, &[])), ["net: unchanged"]);
    // Rewritten comments are no move.
    let (mut same, _) = files("net", &gives("one"));
    let backend = [b"# new words\n".as_slice(), &same["backend.tf"]].concat();
    same.insert(String::from("backend.tf"), backend);
    let digest = seal(&mut same);
    let mut reworded = old[0].clone();
    (reworded.source, reworded.digest) = (RootSource::Files(same), digest);
    assert_eq!(
        applied(&reworded, None).identity,
        applied(&old[0], None).identity
    );
}

#[test]
fn an_empty_state_file_is_not_an_empty_state() {
    let Some(project) = Project::real("an_empty_state_file") else {
        return;
    };
    let mut roots = [root("net", &gives("one"), &[])];
    let report = project.apply(&roots, &[]);
    record(&mut roots, &report);
    let state = project.path().join(".terrace/state/ops/net.tfstate");
    let whole = fs::read(&state).expect("state");
    fs::write(&state, "").expect("torn");
    let report = project.apply(&roots, &[]);
    assert!(
        report
            .errors()
            .any(|error| matches!(error, TerraformError::TornState { .. }))
    );
    fs::write(&state, whole).expect("restored");
    assert_eq!(applies(&project.apply(&roots, &[])), ["net: unchanged"]);
    fs::write(project.work(".journal/ops/net.json"), "{").expect("torn");
    let report = project.apply(&roots, &[]);
    assert!(
        report
            .errors()
            .any(|error| matches!(error, TerraformError::Journal { .. }))
    );
}

#[test]
fn secrets_show_nowhere_but_in_terraform() {
    let Some(mut project) = Project::real("secrets_show_nowhere") else {
        return;
    };
    const CANARY: &str = "canary-7f3a9c";
    project.secrets = ["token".to_owned()].into();
    project.extra = vec![
        ("TF_VAR_token".into(), CANARY.into()),
        ("TF_VAR_other".into(), "x".into()),
    ];
    // Printed on purpose, by a provisioner and by an error.
    let main = "variable \"token\" {\n  type = string\n}\nresource \"terraform_data\" \"x\" {\n  input = \
                var.token\n  provisioner \"local-exec\" {\n    command = \"echo ${var.token} | rev | rev; \
                exit 1\"\n  }\n}\n";
    let report = project.apply(&[root("net", main, &[])], &[]);
    let errors: Vec<String> = report
        .errors()
        .map(|error| format!("{error} {error:?} {:?}", error.diagnostic()))
        .collect();
    assert_eq!(errors.len(), 1);
    let all = format!("{errors:?} {report:?} {:?}", project.told());
    assert!(!all.contains(CANARY), "{all}");
    assert!(all.contains("(redacted)"), "it was printed");
    let left = list(&project.work(""));
    let with_canary: Vec<_> = left
        .iter()
        .filter(|path| {
            let bytes = fs::read(path).unwrap_or_default();
            bytes
                .windows(CANARY.len())
                .any(|window| window == CANARY.as_bytes())
        })
        .collect();
    assert!(with_canary.is_empty(), "{with_canary:?}");
    let dropped = project.with_run(&[], &[], |run, _| run.dropped_variables().to_vec());
    assert_eq!(dropped, ["TF_VAR_other"]);
}

fn list(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = crate::source::list_folder(folder).expect("listed");
    entries
        .into_iter()
        .map(|entry| folder.join(entry.path))
        .collect()
}

#[test]
fn checks_name_the_place() {
    let Some(project) = Project::real("checks_name_the_place") else {
        return;
    };
    let roots = [
        root("good", &gives("one"), &[]),
        root(
            "ugly",
            "resource \"terraform_data\" \"x\" {\n    input = 1\n}\n",
            &[],
        ),
        root(
            "bad",
            "resource \"terraform_data\" \"x\" {\n  nope = 1\n}\n",
            &["good"],
        ),
    ];
    project.with_run(&roots, &[], |run, context| {
        // As gates do: both at once.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let checks = run.check(Check::Fmt, context, &|_| {});
                let passed: Vec<bool> = checks.iter().map(crate::RootCheck::passed).collect();
                assert_eq!(passed, [true, false, true]);
            });
            let checks = run.check(Check::Validate, context, &|_| {});
            let passed: Vec<bool> = checks.iter().map(crate::RootCheck::passed).collect();
            assert_eq!(passed, [true, true, false]);
            let problems = checks[2].problems.as_ref().expect("checked");
            assert_eq!(problems[0].summary, "Unsupported argument");
            assert_eq!(problems[0].place, Some((String::from("main.tf"), 2)));
        });
        // A look at the state after `init -backend=false`.
        assert!(matches!(
            run.plan(context, &|_| {}).roots[0].outcome,
            PlanOutcome::Planned(_)
        ));
    });
}

#[test]
fn nothing_to_do_is_neither_clean_nor_complete() {
    let Some(project) = Project::real("nothing_to_do") else {
        return;
    };
    assert!(!project.plan(&[], &[]).is_clean());
    assert!(!project.apply(&[], &[]).is_complete());
    let cancelled = Project {
        cancel: terrace_exec::Cancel::new(),
        ..project
    };
    cancelled.cancel.escalate();
    let report = cancelled.apply(&[root("net", &gives("one"), &[])], &[]);
    assert!(matches!(
        report.roots[0].outcome,
        ApplyOutcome::Skipped(Skip::Interrupted)
    ));
    assert!(!report.has_begun());
}
