//! The harness: a platform in a repository of its own, its people with their
//! keys, gates that pass or fail as told, and any number of clones.
//!
//! The clock is the machine's: the binary has no switch for it. Where a scenario
//! needs a machine with another clock, the same commands run in this process.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Deref;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use terrace_commands::{Exit, Outcome, World};
use terrace_diag::Style;
use terrace_exec::{Cancel, Environment};
use terrace_testkit::{Cli, Ran, Sandbox, tool, write_layout};

use super::cloud::Cloud;
use crate::support::TERRACE;

/// What a platform starts with.
pub(crate) struct Setup<'a> {
    /// A bare repository `origin` that counts, instead of local branches.
    pub(crate) remote: bool,
    /// Attributes of the `promotion "ops" "apps"` block besides its gates.
    pub(crate) rules: &'a str,
    /// Further blocks of terrace.hcl.
    pub(crate) more: &'a str,
    /// Files over the ones of [`LAYOUT`].
    pub(crate) files: &'a str,
}

impl Default for Setup<'_> {
    fn default() -> Self {
        Self {
            remote: false,
            rules: "expires = \"24h\"",
            more: "",
            files: "",
        }
    }
}

/// Three roots in a row; ops and apps differ in one value each.
const LAYOUT: &str = r#"
-- base/network.hcl --
terraform "network" {
  source = "./modules/thing"
  inputs = {
    size  = 1
    label = "network"
  }
}
-- base/cluster.hcl --
terraform "cluster" {
  source = "./modules/thing"
  inputs = {
    size  = 1
    label = "cluster"
    needs = terraform.network.id
  }
}
-- base/service.hcl --
terraform "service" {
  source = "./modules/thing"
  inputs = {
    size  = 1
    label = "service"
    needs = terraform.cluster.id
  }
}
-- ops/network.hcl --
terraform "network" {
  inputs = { label = "network-ops" }
}
-- apps/network.hcl --
terraform "network" {
  inputs = { label = "network-apps" }
}
-- modules/thing/main.tf --
variable "size" {
  type = number
}

variable "label" {
  type = string
}

variable "needs" {
  type    = string
  default = null
}

resource "terraform_data" "this" {
  input = [var.size, var.label, var.needs]
}

output "id" {
  value = terraform_data.this.id
}
-- .gitignore --
/rendered
/.terrace-work
/.terrace
"#;

/// Everyone with a key, and the role of it.
pub(crate) const PEOPLE: [(&str, &str); 8] = [
    ("ci", "promoter"),
    ("val", "validator"),
    ("ann", "approver"),
    ("abe", "approver"),
    ("olga", "oncall"),
    ("otto", "oncall"),
    ("rex", "revoker"),
    ("nobody", "promoter"),
];

/// A platform, at its first checkout.
pub(crate) struct Platform {
    /// Everything lies in it.
    pub(crate) sandbox: Sandbox,
    /// What was applied.
    pub(crate) cloud: Cloud,
    here: Checkout,
    clones: std::cell::Cell<u32>,
}

impl Deref for Platform {
    type Target = Checkout;

    fn deref(&self) -> &Checkout {
        &self.here
    }
}

/// A working copy.
#[derive(Clone)]
pub(crate) struct Checkout {
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// The binary in it; outputs are as they are.
    pub(crate) cli: Cli,
    git: Cli,
    shell: Cli,
    variables: Environment,
    keys: PathBuf,
    /// The repository whose refs count.
    authority: PathBuf,
    remote: bool,
}

fn terrace_hcl(setup: &Setup<'_>) -> String {
    let remote = if setup.remote {
        "remote = \"origin\""
    } else {
        ""
    };
    let principals = |role: &str| {
        let names = PEOPLE
            .iter()
            .filter(|(name, held)| *held == role && *name != "nobody");
        let names: Vec<String> = names.map(|(name, _)| format!("{name:?}")).collect();
        format!(
            "  role \"{role}\" {{\n    principals = [{}]\n  }}\n",
            names.join(", ")
        )
    };
    let roles: String = ["promoter", "validator", "approver", "oncall", "revoker"]
        .map(principals)
        .concat();
    let Setup { rules, more, .. } = setup;
    format!(
        r#"platform "acme" {{
  branch = "main"
  {remote}
}}

environment "ops" {{
  entry  = true
  layers = ["base", "ops"]
}}

environment "apps" {{
  layers = ["base", "apps"]
}}

promotion "ops" "apps" {{
  gates = [gate.smoke]
  {rules}
}}

gate "smoke" {{
  command = ["./gates/smoke.sh"]
}}

backend "s3" {{
  bucket = "acme-state"
  region = "eu-west-1"
  key    = "${{env.name}}/${{state.name}}.tfstate"
}}
{more}
trust {{
{roles}}}
"#
    )
}

impl Platform {
    /// With `rules` in the promotion and no remote.
    pub(crate) fn new(rules: &str) -> Self {
        Self::with(&Setup {
            rules,
            ..Setup::default()
        })
    }

    /// With a bare repository that counts.
    pub(crate) fn remote() -> Self {
        Self::with(&Setup {
            remote: true,
            ..Setup::default()
        })
    }

    /// As set up, committed and pushed; nothing is promoted yet.
    pub(crate) fn with(setup: &Setup<'_>) -> Self {
        let sandbox = Sandbox::new(LAYOUT);
        let cloud = Cloud::new(&sandbox);
        // Nothing but these and the fake tofu is found: no terraform of the
        // machine plays a part.
        let bin = sandbox.path("bin");
        for name in [
            "git",
            "sh",
            "bash",
            "env",
            "cat",
            "cut",
            "sha256sum",
            "mkdir",
            "rm",
            "mv",
            "cp",
            "sed",
            "grep",
            "sort",
            "sleep",
            "kill",
            "uname",
            "true",
            "false",
            "date",
        ] {
            if let Some(program) = tool("scenarios", name) {
                symlink(program, bin.join(name)).expect("a link");
            }
        }
        let cli = Cli::new(TERRACE, &sandbox)
            .raw()
            .variable("PATH", &bin.display().to_string());
        let git = Cli::new(bin.join("git"), &sandbox).raw();
        let shell = Cli::new(bin.join("bash"), &sandbox)
            .raw()
            .variable("PATH", &bin.display().to_string());
        let project = sandbox.project();
        let here = Checkout {
            keys: sandbox.path("home/.config/terrace/acme"),
            authority: match setup.remote {
                true => sandbox.path("origin.git"),
                false => project.join(".git"),
            },
            folder: project,
            remote: setup.remote,
            variables: sandbox.variables().with("PATH", &bin),
            cli,
            git,
            shell,
        };
        here.write(&format!("-- terrace.hcl --\n{}", terrace_hcl(setup)));
        let gate = format!(
            "-- gates/smoke.sh +x --\n#!/bin/sh\ntest ! -e {}/smoke-$TERRACE_ENV\n",
            sandbox.path("fails").display()
        );
        here.write(&gate);
        here.write(setup.files);
        let lines: String = PEOPLE
            .iter()
            .map(|(name, role)| {
                let made = here.json(&["keys", "new", name, "--role", role]);
                let line = made["allowed_signers"].as_str().expect("a line");
                format!("{line}\n")
            })
            .collect();
        here.write(&format!("-- trust/allowed_signers --\n{lines}"));
        here.git(&["init", "-q", "-b", "main"]);
        if setup.remote {
            let bare = here.authority.display().to_string();
            here.git(&["init", "-q", "--bare", "-b", "main", &bare]);
            here.git(&["remote", "add", "origin", &bare]);
        }
        here.commit("first");
        Self {
            sandbox,
            cloud,
            here,
            clones: std::cell::Cell::new(0),
        }
    }

    /// A fresh clone of the remote, by someone with the same keys.
    pub(crate) fn clone_of(&self) -> Checkout {
        self.clone_from(&self.here.authority.display().to_string())
    }

    /// Likewise by another URL.
    pub(crate) fn clone_from(&self, url: &str) -> Checkout {
        let number = self.clones.get() + 1;
        self.clones.set(number);
        let folder = self.sandbox.path(&format!("clone-{number}"));
        self.here
            .git(&["clone", "-q", url, &folder.display().to_string()]);
        Checkout {
            cli: self.here.cli.clone().folder(&folder),
            git: self.here.git.clone().folder(&folder),
            shell: self.here.shell.clone().folder(&folder),
            folder,
            ..self.here.clone()
        }
    }

    /// The gate fails in this environment, or passes again.
    pub(crate) fn gate_fails(&self, env: &str, on: bool) {
        let folder = self.sandbox.path("fails");
        fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join(format!("smoke-{env}"));
        match on {
            true => fs::write(file, "").expect("written"),
            false => fs::remove_file(file).expect("it was there"),
        }
    }
}

/// A clock that is this many seconds from the machine's.
pub(crate) fn clock<const SECONDS: i64>() -> SystemTime {
    #[expect(clippy::disallowed_methods, reason = "a clock that is wrong by some")]
    let now = SystemTime::now();
    let by = Duration::from_secs(SECONDS.unsigned_abs());
    match SECONDS < 0 {
        true => now - by,
        false => now + by,
    }
}

/// What a command on a machine with another clock gave, in words.
pub(crate) fn said(outcome: &Outcome) -> String {
    let messages = &outcome.messages;
    let talk = terrace_diag::render_all(&messages.diagnostics, &messages.sources, Style::Plain);
    format!("exit {:?}\n{}{talk}", outcome.status(), outcome.text)
}

/// Checks the status of a command on a machine with another clock.
pub(crate) fn ended(outcome: &Outcome, exit: Exit) {
    assert_eq!(outcome.status(), exit, "{}", said(outcome));
}

/// The words of a command line.
pub(crate) type Args<'a> = &'a [&'a str];

impl Checkout {
    /// The process variables of the binary.
    pub(crate) fn variables(&self) -> &Environment {
        &self.variables
    }

    /// Runs the binary.
    pub(crate) fn run(&self, args: Args<'_>) -> Ran {
        self.cli.run(args)
    }

    /// Runs it; it must end with this status.
    pub(crate) fn exits(&self, code: i32, args: Args<'_>) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, code, "terrace {}\n{ran}", args.join(" "));
        ran
    }

    /// Runs it; it must succeed.
    pub(crate) fn ok(&self, args: Args<'_>) -> Ran {
        self.exits(0, args)
    }

    /// Runs it; it must be refused (3), change no ref and write no object into
    /// the ledger, and say all of these.
    pub(crate) fn refused(&self, args: Args<'_>, says: &[&str]) -> Ran {
        let before = self.refs();
        let ran = self.exits(3, args);
        assert_eq!(
            self.refs(),
            before,
            "refused, and yet something moved\n{ran}"
        );
        for words in says {
            let said = ran.stdout.contains(words) || ran.stderr.contains(words);
            assert!(
                said,
                "terrace {} does not say {words:?}\n{ran}",
                args.join(" ")
            );
        }
        ran
    }

    /// Runs it as someone: with the key of that name.
    pub(crate) fn as_(&self, who: &str, args: Args<'_>) -> Ran {
        let key = self.key(who).display().to_string();
        self.run(&[args, &["--key", &key]].concat())
    }

    /// Its `data` of `--json`; it must succeed.
    pub(crate) fn json(&self, args: Args<'_>) -> serde_json::Value {
        let ran = self.ok(&[args, &["--json"]].concat());
        ran.json()["data"].clone()
    }

    /// The file of someone's key.
    pub(crate) fn key(&self, who: &str) -> PathBuf {
        self.keys.join(format!("{who}.pem"))
    }

    /// This checkout on a machine with another clock; commands run in this
    /// process.
    pub(crate) fn machine(&self, now: fn() -> SystemTime) -> World {
        World {
            cwd: self.folder.clone(),
            env: self.variables.clone(),
            cancel: Cancel::new(),
            now,
            repository: None,
        }
    }

    /// Runs git here; it must succeed. What it printed, trimmed.
    pub(crate) fn git(&self, args: Args<'_>) -> String {
        let ran = self.git.run(args);
        assert_eq!(ran.code, 0, "git {}\n{ran}", args.join(" "));
        ran.stdout.trim_end().to_owned()
    }

    /// Runs a line of shell here; it must succeed. What it printed, trimmed.
    pub(crate) fn shell(&self, script: &str) -> String {
        let ran = self.shell.run(["-c", script]);
        assert_eq!(ran.code, 0, "{script}\n{ran}");
        ran.stdout.trim_end().to_owned()
    }

    /// Runs git in the repository whose refs count.
    pub(crate) fn git_there(&self, args: Args<'_>) -> String {
        let there = self.authority.display().to_string();
        self.git(&[&["--git-dir", &there], args].concat())
    }

    /// Writes files.
    pub(crate) fn write(&self, layout: &str) {
        write_layout(&self.folder, layout);
    }

    /// Replaces text in a file that has it.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let file = self.folder.join(path);
        let old = fs::read_to_string(&file).expect("a file");
        assert!(old.contains(from), "{path} has no {from:?}\n{old}");
        fs::write(&file, old.replace(from, to)).expect("written");
    }

    /// Commits everything to the protected branch; the commit.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        if self.remote {
            self.git(&["push", "-q", "origin", "HEAD:refs/heads/main"]);
        }
        self.git(&["rev-parse", "HEAD"])
    }

    /// Changes the size of a base component, and commits.
    pub(crate) fn resize(&self, component: &str, size: u32) -> String {
        let path = format!("base/{component}.hcl");
        let text = fs::read_to_string(self.folder.join(&path)).expect("a layer file");
        let line = text
            .lines()
            .find(|line| line.contains("size"))
            .expect("a size");
        self.edit(&path, line, &format!("    size  = {size}"));
        self.commit(&format!("{component} gets {size}"))
    }

    /// Every ref that counts but the protected branch, with what it is at.
    pub(crate) fn refs(&self) -> BTreeMap<String, String> {
        let text = self.git_there(&["for-each-ref", "--format=%(refname) %(objectname)"]);
        text.lines()
            .filter_map(|line| line.split_once(' '))
            .filter(|(name, _)| *name != "refs/heads/main" && !name.starts_with("refs/remotes/"))
            .map(|(name, id)| (name.to_owned(), id.to_owned()))
            .collect()
    }

    /// Puts a ref of the repository that counts back to where it was.
    pub(crate) fn reset(&self, name: &str, to: Option<&str>) {
        match to {
            Some(to) => self.git_there(&["update-ref", name, to]),
            None => self.git_there(&["update-ref", "-d", name]),
        };
    }

    /// The ledger's entries, `00000001-platform-…`.
    pub(crate) fn entries(&self) -> Vec<String> {
        if !self.refs().contains_key("refs/heads/terrace/ledger") {
            return Vec::new();
        }
        let names = self.git_there(&["ls-tree", "--name-only", "terrace/ledger", "entries/"]);
        let names = names
            .lines()
            .map(|name| name.trim_start_matches("entries/"));
        names.map(str::to_owned).collect()
    }

    /// The kinds of the entries, in order.
    pub(crate) fn kinds(&self) -> Vec<String> {
        let kind = |name: &String| name.split('-').nth(1).unwrap_or_default().to_owned();
        self.entries().iter().map(kind).collect()
    }

    /// The release that an environment's branch names.
    pub(crate) fn release_of(&self, env: &str) -> Option<String> {
        let branch = format!("refs/heads/env/{env}");
        let commit = self.refs().get(&branch)?.clone();
        let format = "--format=%(trailers:key=Release,valueonly,separator=)";
        Some(self.git_there(&["log", "-1", format, &commit]))
    }

    /// Promotes into an environment and applies it there.
    pub(crate) fn deploy(&self, env: &str) {
        self.ok(&["promote", env]);
        self.ok(&["apply", env]);
    }

    /// The current commit, promoted to ops, applied and validated there.
    pub(crate) fn through_ops(&self) {
        self.deploy("ops");
        self.ok(&["validate", "ops"]);
    }

    /// The current commit, all the way to apps.
    pub(crate) fn through_apps(&self) {
        self.through_ops();
        self.deploy("apps");
    }

    /// The whole of it verifies.
    pub(crate) fn verifies(&self) {
        self.ok(&["verify"]);
    }
}
