//! Every starter, with every option at and off its default: it renders, and
//! what it renders is what terraform takes with the providers' true schemas.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use terrace_scaffold::{OptionSpec, STARTERS, Starter};
use terrace_testkit::{Cli, Sandbox, tool};

use crate::support::{TERRACE, files, repository};

/// How many starters or roots are worked on at the same time.
const WORKERS: usize = 2;

/// A starter made with some flags, rendered.
struct Made {
    sandbox: Sandbox,
    cli: Cli,
}

impl Made {
    fn new(starter: &Starter, options: &[&OptionSpec]) -> Self {
        let sandbox = Sandbox::default();
        let cli = Cli::new(TERRACE, &sandbox);
        let mut args = vec![
            String::from("init"),
            String::from("p"),
            format!("--starter={}", starter.name),
        ];
        for option in options {
            let flag = option.name.replace('_', "-");
            args.push(format!("--{flag}={}", option.kind.example()));
        }
        let ran = cli.run(&args);
        assert_eq!(ran.code, 0, "{args:?}\n{ran}");
        let cli = cli.folder(sandbox.project().join("p"));
        for args in [&["render"][..], &["check"]] {
            let ran = cli.run(args);
            assert_eq!(ran.code, 0, "{} {args:?}\n{ran}", starter.name);
        }
        Self { sandbox, cli }
    }

    fn rendered(&self) -> PathBuf {
        self.sandbox.project().join("p/rendered")
    }

    /// The rendered folders with Terraform in them.
    fn roots(&self) -> Vec<PathBuf> {
        files(&self.rendered())
            .into_keys()
            .filter(|path| path.split('/').count() == 3)
            .filter_map(|path| path.strip_suffix("/main.tf").map(str::to_owned))
            .map(|path| self.rendered().join(path))
            .collect()
    }

    /// What was rendered with every quoted string emptied.
    fn shape(&self) -> BTreeMap<String, String> {
        files(&self.rendered())
            .into_iter()
            .filter(|(path, _)| path.ends_with(".tf"))
            .map(|(path, bytes)| {
                let text = String::from_utf8(bytes).expect("text");
                let unquoted = text.split('"').step_by(2);
                (path, unquoted.collect::<Vec<_>>().join("\"\""))
            })
            .collect()
    }
}

/// Does something with each of `items`, a few at a time.
fn each<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    let next = Mutex::new(items.iter());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some(item) = next.lock().expect("no panic").next() else {
                        return;
                    };
                    work(item);
                }
            });
        }
    });
}

/// Options change values only: with each of them alone off its default the
/// render has the shape that `roots_validate_with_true_schemas` looks at.
#[test]
fn every_option_renders_and_changes_nothing_but_values() {
    each(&STARTERS.iter().collect::<Vec<_>>(), |starter| {
        let shape = Made::new(starter, &[]).shape();
        assert!(!shape.is_empty(), "{}", starter.name);
        for option in starter.options {
            let other = Made::new(starter, &[option]).shape();
            assert!(other == shape, "{} --{}", starter.name, option.name);
        }
    });
}

/// Plain `terraform validate` with the schemas that the providers print.
struct Schemas {
    terraform: PathBuf,
    config: PathBuf,
    schemas: PathBuf,
}

impl Schemas {
    /// The schema provider, built, and terraform told to use it.
    #[expect(
        clippy::disallowed_methods,
        clippy::print_stdout,
        reason = "a tool that keeps what it builds in the home folder of whoever runs the tests; a skipped test says so"
    )]
    fn new(test: &str, probe: &Path) -> Option<Self> {
        let terraform = tool(test, "terraform")?;
        let tool = repository("../shared/tools/terraform-offline/terraform-offline");
        if !tool.is_file() {
            println!("skipped: {test}: no schema provider");
            return None;
        }
        let home = std::env::var("HOME").unwrap_or_default();
        let cache = std::env::var("XDG_CACHE_HOME").unwrap_or_else(|_| format!("{home}/.cache"));
        let output = std::process::Command::new(&tool)
            .arg(probe)
            .output()
            .expect("the schema provider");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Some(Self {
            terraform,
            config: Path::new(&cache).join("schema-provider/terraform.rc"),
            schemas: repository("../shared/data/provider-schemas")
                .canonicalize()
                .expect("beside the tool"),
        })
    }

    fn validate(&self, made: &Made, root: &Path) {
        let cli = Cli::new(&self.terraform, &made.sandbox)
            .folder(root)
            .variable("TF_CLI_CONFIG_FILE", &self.config.to_string_lossy())
            .variable("TERRAFORM_SCHEMAS", &self.schemas.to_string_lossy());
        for args in [
            &["fmt", "-check", "-diff", "-recursive"][..],
            &["get"],
            &["validate", "-no-color"],
        ] {
            let ran = cli.run(args);
            assert_eq!(ran.code, 0, "{} {args:?}\n{ran}", root.display());
        }
    }
}

#[test]
fn roots_validate_with_true_schemas() {
    let test = "starters::roots_validate_with_true_schemas";
    let made: Vec<Made> = STARTERS
        .iter()
        .flat_map(|starter| {
            let all: Vec<&OptionSpec> = starter.options.iter().collect();
            [Made::new(starter, &[]), Made::new(starter, &all)]
        })
        .collect();
    let roots: Vec<(&Made, PathBuf)> = made
        .iter()
        .flat_map(|made| made.roots().into_iter().map(move |root| (made, root)))
        .collect();
    assert!(roots.len() >= 2 * 2 * STARTERS.len(), "{}", roots.len());
    let Some(schemas) = Schemas::new(test, &roots[0].1) else {
        return;
    };
    each(&roots, |(made, root)| schemas.validate(made, root));
}

/// `terrace diff ops apps` shows on one screen where the two differ.
#[test]
fn environments_differ_by_a_screen() {
    for starter in STARTERS {
        let made = Made::new(starter, &[]);
        let ran = made.cli.run(["diff", "ops", "apps"]);
        assert_eq!(ran.code, 0, "{ran}");
        let lines = ran.stdout.lines().count();
        assert!((5..=60).contains(&lines), "{} {lines}\n{ran}", starter.name);
        assert!(fs::exists(made.rendered()).expect("rendered"));
    }
}
