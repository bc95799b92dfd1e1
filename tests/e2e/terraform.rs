//! What terraform makes of the rendered roots, and what happens when it fails,
//! hangs or talks too much.

use std::fs;
use std::path::Path;

use terrace_testkit::{Cli, FakeTool, Sandbox, tool};

use crate::support::{TERRACE, copy, repository, small, starter};

/// The folders that hold a `main.tf`.
fn roots(rendered: &Path) -> Vec<std::path::PathBuf> {
    let mut out = Vec::new();
    for environment in fs::read_dir(rendered).expect("rendered").flatten() {
        let Ok(folders) = fs::read_dir(environment.path()) else {
            continue;
        };
        let folders = folders.flatten().map(|entry| entry.path());
        out.extend(folders.filter(|folder| folder.join("main.tf").exists()));
    }
    out.sort();
    out
}

fn validates(sandbox: &Sandbox, cli: &Cli, project: &Path) {
    let ran = cli.run(["render"]);
    assert_eq!(ran.code, 0, "{ran}");
    let terraform = tool("rendered roots validate", "terraform").expect("looked for before");
    let roots = roots(&project.join("rendered"));
    assert!(roots.len() >= 2, "{roots:?}");
    for root in roots {
        // Elsewhere, since a root needs nothing around it.
        let alone = sandbox
            .path("alone")
            .join("a/b")
            .join(root.file_name().expect("a name"));
        let _ = fs::remove_dir_all(&alone);
        copy(&root, &alone);
        let terraform = Cli::new(&terraform, sandbox).folder(&alone);
        for args in [
            &["fmt", "-check", "-diff", "-recursive"][..],
            &["init", "-input=false", "-no-color"],
            &["validate", "-no-color"],
        ] {
            let ran = terraform.run(args);
            assert_eq!(ran.code, 0, "{}: {args:?}\n{ran}", root.display());
        }
    }
}

#[test]
fn rendered_roots_validate() {
    if tool("rendered_roots_validate", "terraform").is_none() {
        return;
    }
    let (sandbox, cli) = starter("local");
    validates(&sandbox, &cli, &sandbox.project().join("p"));
    let sandbox = small();
    validates(&sandbox, &Cli::new(TERRACE, &sandbox), &sandbox.project());
    let example = repository("examples/operators");
    if example.exists() {
        let sandbox = Sandbox::default();
        copy(&example, &sandbox.project());
        validates(&sandbox, &Cli::new(TERRACE, &sandbox), &sandbox.project());
    }
}

/// A committed platform, and the binary with a fake terraform.
fn faked(script: &str) -> (Sandbox, Cli) {
    let sandbox = small();
    let git = Cli::new("/bin/sh", &sandbox);
    let ran = git.run([
        "-c",
        "git init -q -b main && git add -A && git commit -qm first",
    ]);
    assert_eq!(ran.code, 0, "{ran}");
    let fake = FakeTool::new(&sandbox, "terraform").does(script);
    let cli = Cli::new(TERRACE, &sandbox).tool(&fake);
    (sandbox, cli)
}

const VERSION: &str = r#"case "$1" in version) echo '{"terraform_version":"1.11.4","platform":"linux_amd64","provider_selections":{}}'; exit 0;; esac"#;

#[test]
fn a_terraform_that_fails_is_quoted_with_its_root() {
    let (_sandbox, cli) = faked(&format!(
        "{VERSION}\necho 'Error: the dog ate the provider' >&2; exit 1"
    ));
    let ran = cli.run(["plan", "ops", "--render"]);
    assert_eq!(ran.code, 1, "{ran}");
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("the dog ate the provider"), "{ran}");
    assert!(said.contains("network"), "{ran}");
}

#[test]
fn a_terraform_that_is_killed_is_not_a_success() {
    let (_sandbox, cli) = faked(&format!("{VERSION}\nkill -9 $$"));
    let ran = cli.run(["plan", "ops", "--render"]);
    assert_eq!(ran.code, 1, "{ran}");
}

#[test]
fn a_terraform_that_prints_without_end_is_cut() {
    let (_sandbox, cli) = faked(&format!(
        "{VERSION}\nyes 'a line that says nothing at all, over and over again' | head -c 300000000; exit 1"
    ));
    let ran = cli.run(["plan", "ops", "--render"]);
    assert_eq!(ran.code, 1, "{ran}");
    let length = ran.stdout.len() + ran.stderr.len();
    assert!(length < 4 << 20, "{length} bytes were passed on");
}

#[test]
fn a_terraform_that_speaks_no_utf8_is_no_panic() {
    let (_sandbox, cli) = faked(&format!(
        "{VERSION}\nprintf '\\377\\376\\000 broken' >&2; exit 1"
    ));
    let ran = cli.run(["plan", "ops", "--render"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(!ran.stderr.contains("panicked"), "{ran}");
}

#[test]
fn a_terraform_that_hangs_ends_with_terrace() {
    let (sandbox, _) = faked("exit 1");
    let pids = sandbox.path("pids");
    let script = format!("{VERSION}\necho $$ >> {}\nexec sleep 600", pids.display());
    let fake = FakeTool::new(&sandbox, "terraform").does(&script);
    let shell = Cli::new("/bin/sh", &sandbox).tool(&fake);
    // An interrupt reaches terraform; a second one is for those that do not care.
    let ran = shell.run([
        "-c",
        &format!(
            "{TERRACE} plan ops --render & child=$!; n=0; \
             while [ ! -s {pids} ] && [ $n -lt 300 ]; do sleep 0.1; n=$((n+1)); done; \
             kill -INT $child; sleep 1; kill -INT $child 2>/dev/null; wait $child; code=$?; \
             for pid in $(cat {pids}); do kill -0 $pid 2>/dev/null && echo alive $pid; done; exit $code",
            pids = pids.display()
        ),
    ]);
    assert_eq!(ran.code, 130, "{ran}");
    assert!(!ran.stdout.contains("alive"), "{ran}");
}
