//! Servers on loopback and a platform that uses what they have.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use terrace_exec::{Cancel, Command, Context, Environment, Frozen};
use terrace_testkit::{
    Cli, HttpServer, Ran, Reply, Request, Sandbox, git_http_backend, write_layout,
};

use crate::support::TERRACE;

/// Git repositories, a registry with two modules, and a file.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) server: HttpServer,
    upstream: PathBuf,
    /// Versions of the registry's modules.
    versions: Arc<Mutex<Vec<String>>>,
}

const NETWORK: &str = r#"
-- LICENSE --
MIT
-- network/main.tf --
variable "name" {
  type = string
}
module "labels" {
  source  = "HOST/acme/labels/null"
  version = "~> 1.0"
  name = var.name
}
module "shared" {
  source = "../shared"
}
output "id" {
  value = module.labels.id
}
-- network/run.sh +x --
#!/bin/sh
-- network/.gitignore --
*.tfvars
-- shared/main.tf --
terraform {}
-- unused/main.tf --
terraform {}
"#;

const LABELS: &str = r#"
-- main.tf --
variable "name" {
  type = string
}
output "id" {
  value = "VERSION-${var.name}"
}
"#;

const KUSTOMIZE: &str = "
-- overlay/kustomization.yaml --
resources:
- ../base
namePrefix: up-
-- base/kustomization.yaml --
resources:
- config.yaml
-- base/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata:
  name: upstream
data:
  a: \"1\"
-- unused/x.yaml --
a: 1
";

const BUNDLE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: bundle\n";

const PLATFORM: &str = r#"
-- terrace.hcl --
platform "acme" {}

environment "ops" {
  entry  = true
  layers = ["base"]
}

vendor {
  private_hosts  = ["127.0.0.1"]
  insecure_hosts = ["127.0.0.1"]
}
-- base/net.hcl --
terraform "net" {
  source = "git::http://HOST/modules.git//network?ref=v1"
  inputs = {
    name = "a"
  }
}
-- base/labels.hcl --
terraform "labels" {
  source  = "HOST/acme/labels/null"
  version = "~> 1.0"
  inputs = {
    name = terraform.net.id
  }
}
-- base/backend.hcl --
backend "local" {
  path = "/tmp/${env.name}-${state.name}.tfstate"
}
-- base/web/kustomization.yaml --
resources:
- http://HOST/bundle.yaml
- http://HOST/kustomize.git//overlay?ref=main
"#;

impl World {
    pub(crate) fn new() -> Self {
        let sandbox = Sandbox::new("");
        let upstream = sandbox.path("upstream");
        let versions = Arc::new(Mutex::new(vec![String::from("1.0.0")]));
        let (folder, known) = (upstream.clone(), Arc::clone(&versions));
        let variables = owned(&sandbox);
        let server = HttpServer::start(move |request| {
            let versions = known.lock().expect("unpoisoned").clone();
            answer(request, &versions, &folder, &variables)
        });
        let world = Self {
            sandbox,
            server,
            upstream,
            versions,
        };
        world.commit("modules.git", NETWORK, Some("v1"));
        world.commit("kustomize.git", KUSTOMIZE, None);
        world.publish_labels("1.0.0");
        world.write(PLATFORM);
        world
    }

    /// Writes files into the platform.
    pub(crate) fn write(&self, layout: &str) {
        self.sandbox.write(&self.filled(layout));
    }

    fn filled(&self, layout: &str) -> String {
        layout.replace("HOST", &self.server.host())
    }

    /// Commits files to an upstream repository.
    pub(crate) fn commit(&self, repository: &str, layout: &str, tag: Option<&str>) {
        let folder = self.upstream.join(repository);
        std::fs::create_dir_all(&folder).expect("a folder");
        let git = |args: &[&str]| git(&self.sandbox, &folder, args);
        git(&["init", "--quiet", "--initial-branch=main"]);
        write_layout(&folder, &self.filled(layout));
        git(&["add", "--all", "--force"]);
        git(&["commit", "--quiet", "--message", "next"]);
        if let Some(tag) = tag {
            git(&["tag", "--force", tag]);
        }
    }

    fn publish_labels(&self, version: &str) {
        let layout = LABELS.replace("VERSION", version);
        self.commit("labels.git", &layout, Some(&format!("v{version}")));
    }

    /// A further version of the registry's module.
    pub(crate) fn publish(&self, version: &str) {
        self.publish_labels(version);
        self.versions
            .lock()
            .expect("unpoisoned")
            .push(version.to_owned());
    }

    pub(crate) fn cli(&self) -> Cli {
        Cli::new(TERRACE, &self.sandbox).raw()
    }

    /// Runs terrace in the platform.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.cli().run(args)
    }

    /// Runs it to success.
    #[track_caller]
    pub(crate) fn ok(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?} {ran}");
        ran
    }

    /// A file or folder of the platform.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.sandbox.project().join(path)
    }

    pub(crate) fn asked(&self) -> usize {
        self.server.asked().len()
    }
}

fn answer(request: &Request, versions: &[String], folder: &Path, variables: &Environment) -> Reply {
    let host = request.header("host").unwrap_or_default();
    let module = "/v1/modules/acme/labels/null/";
    match request.path.as_str() {
        "/.well-known/terraform.json" => Reply::ok(r#"{"modules.v1": "/v1/modules/"}"#),
        "/bundle.yaml" => Reply::ok(BUNDLE),
        path if path.starts_with(module) => match path.strip_prefix(module) {
            Some("versions") => {
                let versions: Vec<String> = versions
                    .iter()
                    .map(|version| format!("{{\"version\": \"{version}\"}}"))
                    .collect();
                Reply::ok(format!(
                    "{{\"modules\": [{{\"versions\": [{}]}}]}}",
                    versions.join(", ")
                ))
            }
            rest => {
                let version = rest.unwrap_or_default().trim_end_matches("/download");
                let location = format!("git::http://{host}/labels.git?ref=v{version}");
                Reply::status(204, "").header("x-terraform-get", &location)
            }
        },
        _ => git_http_backend(folder, variables, request),
    }
}

/// The repositories of a test belong to it.
fn owned(sandbox: &Sandbox) -> Environment {
    sandbox
        .variables()
        .with("GIT_CONFIG_COUNT", "1")
        .with("GIT_CONFIG_KEY_0", "safe.directory")
        .with("GIT_CONFIG_VALUE_0", "*")
}

fn git(sandbox: &Sandbox, folder: &Path, args: &[&str]) {
    let variables = sandbox.variables();
    let cancel = Cancel::new();
    let context = Context {
        clock: &Frozen::default(),
        cancel: &cancel,
    };
    let outcome = Command::new(variables.find("git").expect("git"))
        .args(args)
        .environment(variables)
        .folder(folder)
        .run_quietly(&context)
        .expect("git runs");
    assert!(outcome.success(), "{args:?}: {}", outcome.stderr.text());
}
