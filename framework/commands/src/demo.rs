//! `terrace demo`: the whole way on the local starter, shown step by step with
//! the commands that anyone would type.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use terrace_diag::Diagnostic;
use terrace_evidence::{Algorithm, Role};
use terrace_exec::{Context, Monotonic};
use terrace_terraform::Tool;

use crate::compile::Messages;
use crate::{
    Exit, Outcome, Talk, World, apply, codes, init, keys, promote, render, status, validate,
};

/// Who signs in the demo; the local starter's roles name it.
const PRINCIPAL: &str = "local";

/// Runs the demo in `dir`, which is kept, or in a temporary folder.
pub fn run(world: &World, dir: Option<&Path>, talk: Talk<'_>) -> Outcome {
    let scratch = match dir {
        Some(_) => None,
        None => match tempfile::Builder::new().prefix("terrace-demo-").tempdir() {
            Ok(scratch) => Some(scratch),
            Err(error) => {
                return Outcome::error(Diagnostic::error(&codes::CANNOT_WRITE, error.to_string()));
            }
        },
    };
    let folder: PathBuf = match (dir, &scratch) {
        (Some(dir), _) => world.cwd.join(dir),
        (None, Some(scratch)) => scratch.path().join("acme"),
        (None, None) => return Outcome::default(),
    };
    let keys_folder = folder.with_file_name(format!(
        ".{}-keys",
        folder.file_name().unwrap_or_default().to_string_lossy()
    ));
    let clock = Monotonic::start();
    let context = Context {
        clock: &clock,
        cancel: &world.cancel,
    };
    let tool = Tool::find(&world.env, None, &context);
    let inside = World {
        cwd: folder.clone(),
        repository: None,
        // The demo's key stays beside the demo, not in the user's configuration.
        env: world
            .env
            .clone()
            .with("XDG_CONFIG_HOME", &keys_folder)
            .without(keys::VARIABLE),
        ..world.clone()
    };
    let demo = Demo {
        world,
        inside: &inside,
        folder: &folder,
        talk,
    };
    let mut outcome = match demo.steps(tool.is_ok()) {
        Ok(text) => Outcome::data(text, json!({ "dir": folder }), Messages::default()),
        Err(outcome) => return *outcome,
    };
    if let Err(error) = tool {
        outcome.messages.diagnostics.push(Diagnostic::warning(
            &codes::TERRAFORM,
            format!("{error}: nothing was planned, applied or validated, so nothing was promoted to apps"),
        ));
    }
    outcome
        .text
        .push_str(&next_steps(&folder, &keys_folder, scratch.is_some()));
    outcome
}

struct Demo<'a> {
    world: &'a World,
    inside: &'a World,
    folder: &'a Path,
    talk: Talk<'a>,
}

impl Demo<'_> {
    fn steps(&self, has_terraform: bool) -> Result<String, Box<Outcome>> {
        self.say(&format!(
            "terrace init {} --starter local",
            self.folder.display()
        ));
        self.show(init::run(
            self.world,
            &init::Options {
                dir: self.folder.to_owned(),
                starter: Some(String::from("local")),
                ..init::Options::default()
            },
            self.talk,
        ))?;
        self.say(&format!(
            "terrace keys new {PRINCIPAL}, and commit its public half"
        ));
        self.key()?;
        self.say("terrace render");
        self.show(render::run(self.inside, &render::Options::default()))?;
        self.say("terrace promote ops");
        self.show(promote::run(self.inside, &promote::Options::forward("ops")))?;
        if has_terraform {
            for env in ["ops", "apps"] {
                if env == "apps" {
                    self.say("terrace validate ops");
                    let options = validate::Options {
                        environment: String::from("ops"),
                        ..validate::Options::default()
                    };
                    self.show(validate::run(self.inside, &options, self.talk))?;
                    self.say("terrace promote apps");
                    self.show(promote::run(
                        self.inside,
                        &promote::Options::forward("apps"),
                    ))?;
                }
                self.say(&format!("terrace apply {env}"));
                let options = apply::Options {
                    environment: String::from(env),
                    ..apply::Options::default()
                };
                self.show(apply::run(self.inside, &options, self.talk))?;
            }
        } else {
            self.say("terrace promote apps (refused: ops was never applied and validated)");
            let refused = promote::run(self.inside, &promote::Options::forward("apps"));
            (self.talk)(refused.text.trim_end());
        }
        self.say("terrace status");
        let status = status::run(self.inside, &status::Options::default());
        if !matches!(status.status(), Exit::Success | Exit::Refused) {
            return Err(Box::new(status));
        }
        Ok(status.text)
    }

    fn say(&self, command: &str) {
        (self.talk)(&format!("\n$ {command}"));
    }

    fn show(&self, outcome: Outcome) -> Result<(), Box<Outcome>> {
        if outcome.status() != Exit::Success {
            return Err(Box::new(outcome));
        }
        (self.talk)(outcome.text.trim_end());
        Ok(())
    }

    /// A key for the demo, trusted by the first commits of its platform.
    fn key(&self) -> Result<(), Box<Outcome>> {
        let failed = |error: Diagnostic| Box::new(Outcome::error(error));
        let made = keys::new(
            self.inside,
            &keys::NewOptions {
                name: String::from(PRINCIPAL),
                roles: vec![Role::Promoter],
                algorithm: Algorithm::Ed25519,
            },
        );
        let line = match made.json["allowed_signers"].as_str() {
            Some(line) if made.status() == Exit::Success => line.trim_end().to_owned(),
            _ => return Err(Box::new(made)),
        };
        let path = self.folder.join("trust/allowed_signers");
        let io = |error: std::io::Error| {
            let message = format!("{}: {error}", path.display());
            failed(Diagnostic::error(&codes::CANNOT_WRITE, message))
        };
        let text = fs::read_to_string(&path).map_err(io)?;
        fs::write(&path, format!("{text}{line}\n")).map_err(io)?;
        let git = |error: terrace_git::GitError| failed(error.diagnostic());
        let repository = self.inside.git(self.folder).map_err(git)?;
        let author = init::author(self.inside, &repository).map_err(git)?;
        repository
            .commit_all("Trust the demo's key", &author)
            .map_err(git)?;
        (self.talk)(&line);
        Ok(())
    }
}

fn next_steps(folder: &Path, keys: &Path, temporary: bool) -> String {
    if temporary {
        return String::from(
            "\nThe demo's folder is gone. Keep one to try things out:\n  terrace demo --dir ./acme\n",
        );
    }
    format!(
        "\nTry next:\n\
         \x20 cd {}\n\
         \x20 export XDG_CONFIG_HOME={}\n\
         \x20 edit max_size in base/cluster.hcl, then: git commit -am 'Larger pools'\n\
         \x20 terrace diff --base HEAD~1\n\
         \x20 terrace promote ops\n\
         \x20 terrace promote apps      # refused: ops was not applied and validated with it\n\
         \x20 terrace apply ops && terrace validate ops\n\
         \x20 terrace promote apps      # refused: ops has pools of its own and exercised none of it\n\
         \x20 terrace ack apps          # shows what was not exercised, and how to accept it\n\
         \x20 terrace promote apps && terrace apply apps\n",
        folder.display(),
        keys.display(),
    )
}
