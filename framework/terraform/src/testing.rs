//! Roots, tools and requests for this crate's tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use terrace_exec::{Cancel, Context, Environment, Frozen, Ladder};
use terrace_release::{Digest, Sums};

use crate::{
    Applied, ApplyOutcome, ApplyReport, Engine, Event, Holder, Options, PlanOutcome, PlanReport,
    Removed, Request, Root, RootSource, Run, Tool, state_identity,
};

pub(crate) static CLOCK: Frozen = Frozen(Duration::ZERO);

#[expect(
    clippy::disallowed_methods,
    reason = "tests look for the tools of this machine"
)]
fn path() -> std::ffi::OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

/// A variable set that is the same on every machine but for `PATH`.
pub(crate) fn variables(folder: &Path) -> Environment {
    Environment::new().with("PATH", path()).with("HOME", folder)
}

/// The real terraform, or `None` after saying that the test is skipped.
pub(crate) fn terraform(test: &str) -> Option<Tool> {
    let folder = std::env::temp_dir();
    let context = Context {
        clock: &CLOCK,
        cancel: &Cancel::new(),
    };
    match Tool::find(&variables(&folder), None, &context) {
        Ok(tool) => Some(tool),
        Err(error) => {
            println!("skipped: {test}: {error}");
            None
        }
    }
}

/// A program of this name that is a shell script.
pub(crate) fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name);
    fs::write(&file, format!("#!/bin/sh\n{text}\n")).expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("mode");
    file
}

/// A root's files with their `SHA256SUMS`; `backend.tf` keeps the state below
/// the project, where a local trial has it.
pub(crate) fn files(name: &str, main: &str) -> (BTreeMap<String, Vec<u8>>, Digest) {
    let backend = format!(
        "terraform {{\n  backend \"local\" {{\n    path = \"../../../.terrace/state/ops/{name}.tfstate\"\n  }}\n}}\n"
    );
    let mut files = BTreeMap::from([
        (String::from("main.tf"), main.as_bytes().to_vec()),
        (String::from("backend.tf"), backend.into_bytes()),
    ]);
    let digest = seal(&mut files);
    (files, digest)
}

/// Writes `SHA256SUMS`.
pub(crate) fn seal(files: &mut BTreeMap<String, Vec<u8>>) -> Digest {
    files.remove(Sums::FILE);
    let digests = files
        .iter()
        .map(|(path, bytes)| (path.clone(), Digest::of(bytes)));
    let sums = Sums::new(digests).expect("sums");
    files.insert(Sums::FILE.to_owned(), sums.to_text().into_bytes());
    sums.digest()
}

pub(crate) fn root(name: &str, main: &str, needs: &[&str]) -> Root {
    let (files, digest) = files(name, main);
    Root {
        name: name.to_owned(),
        digest,
        source: RootSource::Files(files),
        needs: needs.iter().map(ToString::to_string).collect(),
        applied: None,
    }
}

/// What the ledger says after an apply of this root.
pub(crate) fn applied(root: &Root, lineage: Option<&str>) -> Applied {
    let RootSource::Files(files) = &root.source else {
        panic!("files");
    };
    Applied {
        digest: root.digest,
        needs: root.needs.clone(),
        identity: state_identity(files),
        lineage: lineage.map(str::to_owned),
    }
}

/// The same root in a release that does not have it any more.
pub(crate) fn removed(root: &Root) -> Removed {
    Removed {
        name: root.name.clone(),
        source: root.source.clone(),
        applied: applied(root, None),
    }
}

/// A root that reads the output `value` of another.
pub(crate) fn reads(producer: &str) -> String {
    format!(
        "data \"terraform_remote_state\" \"p\" {{\n  backend = \"local\"\n  config = {{ path = \
         \"../../../.terrace/state/ops/{producer}.tfstate\" }}\n}}\nresource \"terraform_data\" \"x\" \
         {{\n  input = data.terraform_remote_state.p.outputs.value\n}}\noutput \"value\" {{ value = \
         terraform_data.x.output }}\n"
    )
}

/// A root with one resource and an output `value`.
pub(crate) fn gives(value: &str) -> String {
    format!(
        "resource \"terraform_data\" \"x\" {{\n  input = \"{value}\"\n}}\noutput \"value\" {{ value = \
         terraform_data.x.output }}\n"
    )
}

/// A project folder with a tool.
pub(crate) struct Project {
    pub(crate) folder: tempfile::TempDir,
    /// Another folder than that one.
    pub(crate) elsewhere: Option<PathBuf>,
    pub(crate) tool: Tool,
    pub(crate) options: Options,
    pub(crate) secrets: BTreeSet<String>,
    pub(crate) extra: Vec<(String, String)>,
    pub(crate) cancel: Cancel,
    /// What events told, one line each.
    pub(crate) told: Mutex<Vec<String>>,
}

impl Project {
    pub(crate) fn new(tool: Tool) -> Self {
        Self {
            folder: tempfile::tempdir().expect("folder"),
            elsewhere: None,
            tool,
            options: Options {
                parallel: 2,
                ladder: Ladder {
                    interrupt: Duration::from_millis(500),
                    terminate: Duration::from_millis(500),
                },
                ..Options::default()
            },
            secrets: BTreeSet::new(),
            extra: Vec::new(),
            cancel: Cancel::new(),
            told: Mutex::new(Vec::new()),
        }
    }

    /// With the real terraform, if there is one.
    pub(crate) fn real(test: &str) -> Option<Self> {
        terraform(test).map(Self::new)
    }

    /// With a tofu that is a shell script: it answers `version`, leaves a plan
    /// file that cannot be looked into, shows `plan.json`, and does the rest as
    /// `more` says (a `case` body over the first argument).
    pub(crate) fn fake(more: &str) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let text = format!(
            "case $1 in\n{more}\nversion) echo '{{\"terraform_version\":\"1.10.0\"}}' ;;\ninit) ;;\n\
             plan) for a in \"$@\"; do case $a in -out=*) echo plan $$ > \"${{a#-out=}}\" ;; esac; done; exit 2 ;;\n\
             show) echo '{{\"format_version\":\"1.2\",\"resource_changes\":[{{\"address\":\"a\",\"change\":{{\"actions\":[\"create\"]}}}}]}}' ;;\n\
             apply) echo \"$*\" >> \"$HOME/applied\" ;;\nstate) ;;\n*) echo \"what is $1\" >&2; exit 9 ;;\nesac"
        );
        let program = script(folder.path(), "tofu", &text);
        let tool = Tool {
            engine: Engine::OpenTofu,
            program,
            version: String::from("1.10.0"),
        };
        Self {
            folder,
            ..Self::new(tool)
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.elsewhere.as_deref().unwrap_or(self.folder.path())
    }

    pub(crate) fn work(&self, path: &str) -> PathBuf {
        self.path().join(".terrace-work").join(path)
    }

    pub(crate) fn with_run<T>(
        &self,
        roots: &[Root],
        removed: &[Removed],
        act: impl FnOnce(&Run<'_>, &Context<'_>) -> T,
    ) -> T {
        let mut variables = variables(self.path());
        for (name, value) in &self.extra {
            variables = variables.with(name, value);
        }
        let request = Request {
            project: self.path(),
            environment: "ops",
            roots: roots.to_vec(),
            removed: removed.to_vec(),
            tool: &self.tool,
            variables: &variables,
            secrets: &self.secrets,
            options: self.options.clone(),
            holder: Holder {
                command: String::from("terrace apply ops"),
                pid: 1,
                host: String::from("ci"),
                started: String::from("2026-01-01T00:00:00Z"),
            },
        };
        let context = Context {
            clock: &CLOCK,
            cancel: &self.cancel,
        };
        act(&Run::begin(&request).expect("begun"), &context)
    }

    pub(crate) fn tell(&self, event: &Event<'_>) {
        let line = match event {
            Event::Crashed { root, .. } => format!("{root} crashed"),
            Event::Step { root, step } => format!("{root} {step}"),
            Event::Line { root, line, .. } => format!("{root}: {}", line.text),
            Event::Planned { root, plan } => format!("{root} planned: {}", plan.describe()),
            Event::PlanDone(_) => return,
            Event::ApplyDone(apply) => format!("{} {}", apply.name, apply.describe()),
        };
        self.told.lock().expect("lock").push(line);
    }

    /// What was told since the last time.
    pub(crate) fn told(&self) -> Vec<String> {
        std::mem::take(&mut *self.told.lock().expect("lock"))
    }

    pub(crate) fn plan(&self, roots: &[Root], removed: &[Removed]) -> PlanReport {
        self.with_run(roots, removed, |run, context| {
            run.plan(context, &|event| self.tell(&event))
        })
    }

    pub(crate) fn apply(&self, roots: &[Root], removed: &[Removed]) -> ApplyReport {
        self.with_run(roots, removed, |run, context| {
            run.apply(context, &|event| self.tell(&event))
        })
    }
}

pub(crate) fn plans(report: &PlanReport) -> Vec<String> {
    let show = |outcome: &PlanOutcome| match outcome {
        PlanOutcome::Planned(plan) => plan.describe(),
        PlanOutcome::Deferred { waits_for } => {
            format!("deferred: waits for {}", waits_for.join(", "))
        }
        PlanOutcome::Failed(error) => format!("failed: {error}"),
        PlanOutcome::Interrupted => String::from("interrupted"),
    };
    report
        .roots
        .iter()
        .map(|root| format!("{}: {}", root.name, show(&root.outcome)))
        .collect()
}

pub(crate) fn applies(report: &ApplyReport) -> Vec<String> {
    report
        .roots
        .iter()
        .map(|root| format!("{}: {}", root.name, root.describe()))
        .collect()
}

/// The roots as the ledger knows them after this apply.
pub(crate) fn record(roots: &mut [Root], report: &ApplyReport) {
    for root in roots {
        let done = report
            .roots
            .iter()
            .find(|done| done.name == root.name)
            .expect("there");
        if let ApplyOutcome::Done { state, .. } = &done.outcome {
            root.applied = Some(applied(
                root,
                state.as_ref().map(|state| state.lineage.as_str()),
            ));
        }
    }
}
