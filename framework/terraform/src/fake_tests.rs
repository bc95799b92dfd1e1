//! Tools that fail, hang or print without end: shell scripts in their place.

use std::fs;
use std::time::Duration;

use crate::testing::{CLOCK, Project, applies, gives, plans, root, script, seal, variables};
use crate::{Check, Engine, Event, RootCheck, RootSource, TerraformError, Tool};
use terrace_exec::{Cancel, Context};

#[test]
fn a_plan_is_applied_once() {
    let project = Project::fake("");
    let roots = [root("net", &gives("one"), &[])];
    assert_eq!(applies(&project.apply(&roots, &[])), ["net: applied"]);
    let calls = fs::read_to_string(project.path().join("applied")).expect("called");
    let plan = project.work(".plans/ops/net.tfplan");
    assert_eq!(
        calls,
        format!(
            "apply -input=false -no-color -lock-timeout=30s {}\n",
            plan.display()
        )
    );
    // After a crash, the plan that was begun is gone: a new one is made.
    let mut crashes = Project::fake(
        "plan) for a in \"$@\"; do case $a in -out=*) test -e \"${a#-out=}\" && exit 7; echo x > \"${a#-out=}\" ;; esac; done; exit 2 ;;\n\
         apply) echo run >> \"$HOME/applied\"; trap '' INT TERM; while :; do sleep 0.1; done ;;",
    );
    crashes.options.timeouts.apply = Duration::from_millis(1500);
    assert!(
        crashes
            .apply(&roots, &[])
            .errors()
            .all(TerraformError::was_killed)
    );
    let steps = |told: Vec<String>| told.join(", ");
    crashes.told();
    assert!(
        crashes
            .apply(&roots, &[])
            .errors()
            .all(TerraformError::was_killed)
    );
    let told = steps(crashes.told());
    assert!(
        told.starts_with("net crashed, net plan, net show, net planned: "),
        "{told}"
    );
}

#[test]
fn plans_are_private_and_gone_afterwards() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::fake("");
    let roots = [root("net", &gives("one"), &[])];
    let plan = project.work(".plans/ops/net.tfplan");
    let seen = std::sync::Mutex::new(0);
    project.with_run(&roots, &[], |run, context| {
        run.apply(context, &|event| {
            if let Event::Planned { .. } = event {
                *seen.lock().expect("lock") =
                    fs::metadata(&plan).expect("there").permissions().mode();
            }
        })
    });
    assert_eq!(seen.into_inner().expect("lock") & 0o777, 0o600);
    assert!(!plan.exists());
    let folder = fs::metadata(project.work(".plans"))
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(folder & 0o777, 0o700);
}

#[test]
fn failing_tools_are_told_with_their_words() {
    let project = Project::fake(
        "plan) echo '╷' >&2; echo '│ Error: No valid credential sources found' >&2; echo '╵' >&2; exit 1 ;;",
    );
    let report = project.plan(&[root("net", &gives("one"), &[])], &[]);
    assert_eq!(
        plans(&report),
        ["net: failed: plan of `net` failed (exit status 1): No valid credential sources found"]
    );
    let dead = Project::fake("init) kill -9 $$ ;;");
    let report = dead.plan(&[root("net", &gives("one"), &[])], &[]);
    assert_eq!(
        plans(&report),
        ["net: failed: init of `net` failed (killed by signal 9)"]
    );
}

#[test]
fn hanging_tools_are_stopped_and_leave_a_trace() {
    let mut project = Project::fake("plan) sleep 600 ;;");
    project.options.timeouts.plan = Duration::from_millis(300);
    let report = project.plan(&[root("net", &gives("one"), &[])], &[]);
    assert!(plans(&report)[0].starts_with("net: failed: plan of `net` took longer than 0 s"));

    // Deaf to SIGINT and SIGTERM: killed, so the apply counts as crashed.
    let mut deaf = Project::fake("apply) trap '' INT TERM; while :; do sleep 0.1; done ;;");
    deaf.options.timeouts.apply = Duration::from_millis(1500);
    let roots = [root("net", &gives("one"), &[])];
    let report = deaf.apply(&roots, &[]);
    assert!(report.errors().all(TerraformError::was_killed));
    deaf.told();
    deaf.apply(&roots, &[]);
    assert_eq!(deaf.told()[0], "net crashed");
}

#[test]
fn a_gigabyte_of_output_is_survived() {
    let megabytes = 1024;
    let project = Project::fake(&format!(
        "apply) head -c {megabytes}M /dev/zero | tr '\\0' 'x'; echo; echo 'Error: too much' >&2; exit 1 ;;"
    ));
    let report = project.with_run(&[root("net", &gives("one"), &[])], &[], |run, context| {
        run.apply(context, &|_| {})
    });
    let Some(TerraformError::Step { log, errors, .. }) = report.errors().next() else {
        panic!("{report:?}");
    };
    assert!(log.len() < 600 << 10, "{}", log.len());
    assert_eq!(errors, &["too much"]);
}

#[test]
fn plans_that_cannot_be_read_are_not_applied() {
    for (json, why) in [
        ("not json", "expected"),
        ("{\"format_version\":\"9.0\"}", "its format is 9.0"),
        (
            "{\"format_version\":\"1.2\",\"errored\":true}",
            "ended with errors",
        ),
    ] {
        let project = Project::fake(&format!("show) echo '{json}' ;;"));
        let report = project.apply(&[root("net", &gives("one"), &[])], &[]);
        let shown = applies(&report).remove(0);
        assert!(
            shown.contains("cannot be read") && shown.contains(why),
            "{shown}"
        );
        assert!(!project.path().join("applied").exists());
        assert!(
            !project.work(".plans/ops/net.tfplan").exists(),
            "no plan is left"
        );
    }
    // Terraform's plans are looked into.
    let mut project = Project::fake("");
    project.tool.engine = Engine::Terraform;
    let report = project.apply(&[root("net", &gives("one"), &[])], &[]);
    let shown = applies(&report).remove(0);
    assert!(shown.contains("it is not a zip archive"), "{shown}");
}

#[test]
fn init_runs_once_for_the_same_bytes() {
    let project = Project::fake("init) echo \"$*\" >> \"$HOME/inits\" ;;");
    let roots = [root("net", &gives("one"), &[])];
    project.plan(&roots, &[]);
    project.plan(&roots, &[]);
    let inits = || fs::read_to_string(project.path().join("inits")).expect("called");
    assert_eq!(inits(), "init -input=false -no-color\n");
    project.plan(&[root("net", &gives("two"), &[])], &[]);
    assert_eq!(inits().lines().count(), 2);
}

#[test]
fn tools_are_found_and_known() {
    let folder = tempfile::tempdir().expect("folder");
    let context = Context {
        clock: &CLOCK,
        cancel: &Cancel::new(),
    };
    let only = |folder: &std::path::Path| variables(folder).with("PATH", folder);
    let none = Tool::find(&only(folder.path()), None, &context);
    assert!(matches!(none, Err(TerraformError::NoTool)));
    script(
        folder.path(),
        "tofu",
        "echo '{\"terraform_version\":\"1.10.2\"}'",
    );
    let tofu = Tool::find(&only(folder.path()), None, &context).expect("found");
    assert_eq!(
        (tofu.engine, tofu.to_string().as_str()),
        (Engine::OpenTofu, "tofu 1.10.2")
    );
    assert!(tofu.locks_plugin_cache());
    script(folder.path(), "terraform", "echo hello");
    let odd = Tool::find(&only(folder.path()), None, &context);
    assert!(matches!(odd, Err(TerraformError::Version { .. })));
    let preferred = Tool::find(&only(folder.path()), Some(Engine::OpenTofu), &context);
    assert_eq!(preferred.expect("found"), tofu);
}

#[test]
fn without_a_journal_nothing_is_applied() {
    let project = Project::fake("");
    let roots = [root("net", &gives("one"), &[])];
    // The place of the new journal is taken, as on a full or read-only disk.
    fs::create_dir_all(project.work(".journal/ops/net.new")).expect("folder");
    let report = project.apply(&roots, &[]);
    assert!(
        report
            .errors()
            .any(|error| matches!(error, TerraformError::Io { .. }))
    );
    assert!(!project.path().join("applied").exists());
    assert!(!project.work(".plans/ops/net.tfplan").exists());
}

#[test]
fn inits_that_share_a_plugin_cache_take_turns() {
    let init = "init) echo \"$*\" >> \"$HOME/inits\"; mkdir \"$HOME/busy\" || exit 5; sleep 0.05; \
                test -d \"$TF_PLUGIN_CACHE_DIR\" || exit 6; rmdir \"$HOME/busy\" ;;\n\
                validate) echo '{\"valid\":true}' ;;";
    let mut project = Project::fake(init);
    project.tool.engine = Engine::Terraform;
    project.options.parallel = 4;
    let roots: Vec<crate::Root> = ["a", "b", "c", "d"]
        .iter()
        .map(|name| {
            let mut root = root(name, &gives("one"), &[]);
            let RootSource::Files(files) = &mut root.source else {
                panic!("files");
            };
            files.insert(String::from(".terraform.lock.hcl"), b"# pinned\n".to_vec());
            root.digest = seal(files);
            root
        })
        .collect();
    let checks = project.with_run(&roots, &[], |run, context| {
        run.check(Check::Validate, context, &|_| {})
    });
    assert!(checks.iter().all(RootCheck::passed), "{checks:?}");
    let inits = fs::read_to_string(project.path().join("inits")).expect("called");
    let wanted = "init -input=false -no-color -lockfile=readonly -backend=false\n";
    assert_eq!(inits, wanted.repeat(4));
}
