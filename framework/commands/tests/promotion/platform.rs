//! A small platform in a repository, with keys, and what apply and validate
//! would record.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use terrace_commands::keys::{self, NewOptions, signing_key};
use terrace_commands::ledger::{Read, Session};
use terrace_commands::promote::{self, Options};
use terrace_commands::{Exit, Outcome, World};
use terrace_diag::{Style, render_all};
use terrace_evidence::predicate::{TestResult, TestVerdict};
use terrace_evidence::{Algorithm, Draft, Role};
use terrace_exec::Cancel;
use terrace_git::{Mode, NewCommit, NewEntry, ObjectId, Old, RefUpdate, Signature};
use terrace_promotion::body::{EvidenceBody, GateBody, Outcome as Ended, ResultBody};
use terrace_testkit::Sandbox;

pub(crate) struct Platform {
    pub(crate) sandbox: Sandbox,
    pub(crate) world: World,
    clones: std::cell::Cell<u32>,
}

const LAYOUT: &str = r#"
-- base/settings.hcl --
terraform "settings" {
  source = "./modules/settings"

  inputs = {
    size  = 1
    label = "base"
  }
}
-- ops/settings.hcl --
terraform "settings" {
  inputs = { label = "ops" }
}
-- apps/settings.hcl --
terraform "settings" {
  inputs = { label = "apps" }
}
-- modules/settings/main.tf --
variable "size" {
  type = number
}

variable "label" {
  type = string
}

resource "terraform_data" "this" {
  input = [var.size, var.label]
}
-- gates/smoke.sh +x --
#!/bin/sh
exit 0
-- .gitignore --
/rendered
"#;

fn terrace_hcl(remote: bool) -> String {
    let remote = if remote {
        "\n  remote = \"origin\""
    } else {
        ""
    };
    format!(
        r#"platform "acme" {{
  branch = "main"{remote}
}}

environment "ops" {{
  entry  = true
  layers = ["base", "ops"]
}}

environment "apps" {{
  layers = ["base", "apps"]
}}

promotion "ops" "apps" {{
  gates   = [gate.smoke]
  expires = "24h"
}}

gate "smoke" {{
  command = ["./gates/smoke.sh"]
}}

trust {{
  role "promoter" {{
    principals = ["ci"]
  }}
  role "validator" {{
    principals = ["val"]
  }}
  role "oncall" {{
    principals = ["ann", "bob"]
  }}
}}
"#
    )
}

#[expect(clippy::disallowed_methods, reason = "a test is its own command line")]
fn now() -> SystemTime {
    SystemTime::now()
}

/// Data and messages of an outcome.
pub(crate) fn text(outcome: &Outcome) -> String {
    let messages = &outcome.messages;
    format!(
        "{}{}",
        outcome.text,
        render_all(&messages.diagnostics, &messages.sources, Style::Plain)
    )
}

impl Platform {
    pub(crate) fn new(remote: bool) -> Self {
        let sandbox = Sandbox::new(LAYOUT);
        sandbox.write(&format!("-- terrace.hcl --\n{}", terrace_hcl(remote)));
        let world = World {
            cwd: sandbox.project(),
            env: sandbox.variables(),
            cancel: Cancel::new(),
            now,
            repository: None,
        };
        let mut lines = String::new();
        for (name, role) in [
            ("ci", Role::Promoter),
            ("val", Role::Validator),
            ("ann", Role::Oncall),
            ("bob", Role::Oncall),
        ] {
            let made = keys::new(
                &world,
                &NewOptions {
                    name: String::from(name),
                    roles: vec![role],
                    algorithm: Algorithm::Ed25519,
                },
            );
            let line = made.json["allowed_signers"].as_str().unwrap_or_default();
            assert!(!line.is_empty(), "{}", text(&made));
            lines.push_str(&format!("{line}\n"));
        }
        sandbox.write(&format!("-- trust/allowed_signers --\n{lines}"));
        let git = terrace_git::Git::find(&sandbox.variables(), &Cancel::new()).expect("git");
        git.init(&sandbox.project(), "main", false).expect("init");
        sandbox.commit("first");
        if remote {
            sandbox.remote("origin");
        }
        Self {
            sandbox,
            world,
            clones: std::cell::Cell::new(0),
        }
    }

    /// A fresh clone of the remote, with the same keys.
    pub(crate) fn clone_of(&self) -> World {
        let number = self.clones.get() + 1;
        self.clones.set(number);
        let folder = self.sandbox.path(&format!("clone-{number}"));
        let git = terrace_git::Git::find(&self.sandbox.variables(), &Cancel::new()).expect("git");
        let repository = git.init(&folder, "main", false).expect("init");
        let url = self.sandbox.path("origin.git");
        repository
            .add_remote("origin", url.to_str().expect("a path"))
            .expect("remote");
        repository
            .fetch("origin", &terrace_git::fetch_specs("origin", "main"))
            .expect("fetch");
        let main = repository
            .commit_id("refs/remotes/origin/main")
            .expect("main");
        let tree = repository.tree_id(&main).expect("tree");
        repository.export(&tree, &folder.join("x")).expect("export");
        for entry in std::fs::read_dir(folder.join("x"))
            .expect("files")
            .flatten()
        {
            std::fs::rename(entry.path(), folder.join(entry.file_name())).expect("moved");
        }
        std::fs::remove_dir(folder.join("x")).expect("removed");
        World {
            cwd: folder,
            ..self.world.clone()
        }
    }

    pub(crate) fn key_file(&self, name: &str) -> PathBuf {
        let folder = self.sandbox.path("home").join(".config/terrace/acme");
        folder.join(format!("{name}.pem"))
    }

    pub(crate) fn promote(&self, env: &str) -> Outcome {
        promote::run(&self.world, &Options::forward(env))
    }

    pub(crate) fn session(&self) -> Session {
        Session::open(&self.world, Read::Fetch).unwrap_or_else(|failure| panic!("{failure:?}"))
    }

    fn record(
        &self,
        role: Role,
        draft: impl FnOnce(&Session) -> Draft,
    ) -> (u64, terrace_release::Digest) {
        let mut session = self.session();
        let draft = draft(&session);
        let keys = signing_key(&self.world, &session, None, role, "ops")
            .unwrap_or_else(|failure| panic!("{failure:?}"));
        let entries = session
            .append(&[draft], &keys, |_, _| Ok(Vec::new()))
            .unwrap_or_else(|failure| panic!("{failure:?}"));
        (session.view.seq, entries[0].digest)
    }

    pub(crate) fn apply(&self, env: &str) {
        self.record(Role::Promoter, |session| {
            let open = session.view.env(env).open.clone().expect("an open intent");
            ResultBody {
                env: String::from(env),
                intent: open.entry,
                outcome: Ended::Applied,
                verified: env == "apps",
                failed: BTreeMap::new(),
                plans: BTreeMap::new(),
                unobserved: Vec::new(),
            }
            .draft()
        });
    }

    pub(crate) fn validate(&self, env: &str, passes: bool) {
        let verdict = match passes {
            true => TestVerdict::Passed,
            false => TestVerdict::Failed,
        };
        let (seq, gate) = self.record(Role::Validator, |session| {
            let applied = session.view.env(env).applied.clone().expect("applied");
            GateBody {
                gate: String::from("smoke"),
                env: String::from(env),
                to: String::from("apps"),
                release: applied.release,
                policy: session.policy.digest(env, "apps").expect("an edge"),
                result: TestResult {
                    verdict,
                    configuration: Vec::new(),
                    url: None,
                    passed: Vec::new(),
                    warned: Vec::new(),
                    failed: Vec::new(),
                },
                log: None,
            }
            .draft()
        });
        self.record(Role::Validator, |session| {
            let applied = session.view.env(env).applied.clone().expect("applied");
            EvidenceBody {
                env: String::from(env),
                to: String::from("apps"),
                release: applied.release,
                environment: applied.environment,
                passed: passes,
                policy: session.policy.digest(env, "apps").expect("an edge"),
                time: session.now,
                valid_until: None,
                gates: [String::from("smoke")].into(),
                inputs: vec![(seq, gate)],
                unobserved: BTreeMap::new(),
                versions: BTreeMap::new(),
                runner: BTreeMap::new(),
            }
            .draft(session.view.platform.as_ref().expect("a platform"))
        });
    }

    pub(crate) fn through_ops(&self) {
        let ops = self.promote("ops");
        assert_eq!(ops.status(), Exit::Success, "{}", text(&ops));
        self.apply("ops");
        self.validate("ops", true);
    }

    pub(crate) fn refs(&self) -> BTreeMap<String, ObjectId> {
        let mut refs = self.sandbox.repository().refs("refs/").expect("refs");
        refs.remove("refs/heads/main");
        refs
    }

    pub(crate) fn entries(&self) -> usize {
        self.session().ledger.entries().len()
    }

    pub(crate) fn reset_branch(&self, branch: &str, to: Option<&ObjectId>) {
        let repository = self.sandbox.repository();
        let name = format!("refs/heads/{branch}");
        let old = repository.find_ref(&name).expect("ref").expect("there");
        match to {
            Some(to) => repository
                .update_refs(&[RefUpdate::new(name, to.clone(), Old::Is(old))], "test")
                .expect("moved"),
            None => repository.delete_refs(&[(name, old)]).expect("deleted"),
        }
    }

    fn commit_on(&self, branch: &str, tree: ObjectId, parent: Option<ObjectId>) {
        let repository = self.sandbox.repository();
        let name = format!("refs/heads/{branch}");
        let old = repository.find_ref(&name).expect("ref");
        let commit = repository
            .write_commit(&NewCommit {
                tree,
                parents: parent.into_iter().collect(),
                author: Signature {
                    name: String::from("Mallory"),
                    email: String::from("mallory@example.com"),
                    seconds: 1_700_000_000,
                },
                message: "by hand",
                trailers: Vec::new(),
            })
            .expect("commit");
        repository
            .update_refs(&[RefUpdate::new(name, commit, old)], "test")
            .expect("moved");
    }

    /// Someone changes a file in an environment's branch.
    pub(crate) fn hand_commit(&self, env: &str) {
        let repository = self.sandbox.repository();
        let branch = format!("env/{env}");
        let tip = repository
            .commit_id(&format!("refs/heads/{branch}"))
            .expect("tip");
        let mut files = repository.read_tree(&tip).expect("files");
        for (path, file) in &mut files {
            if path.ends_with("main.tf") {
                file.bytes.extend_from_slice(b"# by hand\n");
            }
        }
        let tree = write(&repository, &files);
        self.commit_on(&branch, tree, Some(tip));
    }

    /// Does something to the ledger's branch.
    pub(crate) fn attack(&self, how: &str) {
        let repository = self.sandbox.repository();
        let tip = repository
            .commit_id("refs/heads/terrace/ledger")
            .expect("tip");
        let mut files = repository.read_tree(&tip).expect("files");
        let third = files.keys().nth(2).expect("three entries").clone();
        match how {
            "delete" => _ = files.remove(&third),
            "change" => {
                let file = files.get_mut(&third).expect("there");
                let at = file.bytes.len() / 3;
                file.bytes[at] = if file.bytes[at] == b'A' { b'B' } else { b'A' };
            }
            "stray" => {
                let file = files[&third].clone();
                files.insert(String::from("entries/zzz"), file);
            }
            _ => {
                let last = files.keys().next_back().expect("entries").clone();
                let intents: Vec<String> = files
                    .keys()
                    .filter(|path| path.contains("-intent-"))
                    .cloned()
                    .collect();
                let cut = intents.last().unwrap_or(&last).clone();
                files.retain(|path, _| *path < cut);
            }
        }
        let tree = write(&repository, &files);
        self.commit_on("terrace/ledger", tree, None);
    }

    /// The releases' branch is rewritten with one byte changed.
    pub(crate) fn replace_stored_bytes(&self) {
        let repository = self.sandbox.repository();
        let objects = self.sandbox.project().join(".git/objects");
        // Git itself guards objects by their hash; take one away instead.
        let tip = repository
            .commit_id("refs/heads/terrace/releases")
            .expect("tip");
        let entry = repository
            .entries(&tip)
            .expect("entries")
            .into_iter()
            .find(|entry| entry.path == "apps/settings/main.tf")
            .expect("a root");
        let id = entry.id.as_str();
        let loose = objects.join(&id[..2]).join(&id[2..]);
        if loose.exists() {
            std::fs::remove_file(loose).expect("removed");
        } else {
            // Packed: a graft of nothing.
            for file in std::fs::read_dir(objects.join("pack"))
                .expect("packs")
                .flatten()
            {
                std::fs::remove_file(file.path()).expect("removed");
            }
        }
    }
}

fn write(
    repository: &terrace_git::Repository,
    files: &BTreeMap<String, terrace_git::TreeFile>,
) -> ObjectId {
    repository
        .write_tree(files.iter().map(|(path, file)| {
            let entry = NewEntry::Bytes {
                mode: Mode::File,
                bytes: &file.bytes,
            };
            (path.as_str(), entry)
        }))
        .expect("tree")
}
