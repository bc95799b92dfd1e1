//! The platform and its history.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use terrace_commands::keys::{self, NewOptions, signing_key};
use terrace_commands::ledger::{Read, Session};
use terrace_commands::promote::{self, Options};
use terrace_commands::{Exit, World};
use terrace_evidence::predicate::{TestResult, TestVerdict};
use terrace_evidence::{Algorithm, Draft, Role, SignedEntry};
use terrace_exec::{Cancel, Environment};
use terrace_git::Signature;
use terrace_promotion::Placement;
use terrace_promotion::body::{EvidenceBody, GateBody, HoldBody, Outcome as Ended, ResultBody};

const ENVS: [&str; 5] = ["ops", "eu", "apps", "apps-eu", "prod"];

/// Entries for each release.
const ROUND: usize = 50;

/// Makes `folder/clone` of `folder/origin.git`.
pub(crate) fn make(folder: &Path, entries: usize, components: usize) {
    let _ = fs::remove_dir_all(folder);
    let work = folder.join("work");
    for (path, text) in platform(components) {
        write(&work, &path, &text);
    }
    let env: Environment = std::env::vars_os()
        .chain([
            ("HOME".into(), folder.join("home").into()),
            ("XDG_CONFIG_HOME".into(), folder.join("config").into()),
        ])
        .collect();
    let world = World {
        cwd: work.clone(),
        env,
        cancel: Cancel::new(),
        now: SystemTime::now,
        repository: None,
    };
    let made = keys::new(
        &world,
        &NewOptions {
            name: String::from("ci"),
            roles: Role::ALL.to_vec(),
            algorithm: Algorithm::Ed25519,
        },
    );
    let line = made.json["allowed_signers"].as_str().expect("a key");
    write(&work, "trust/allowed_signers", &format!("{line}\n"));
    let git = terrace_git::Git::find(&world.env, &world.cancel).expect("git");
    let there = folder.join("origin.git");
    let there = there.to_str().expect("UTF-8");
    git.init(Path::new(there), "main", true).expect("init");
    let repository = git.init(&work, "main", false).expect("init");
    repository.add_remote("origin", there).expect("added");
    let commit = |round: usize| {
        // One value of the base, so every environment changes.
        let component = round % components;
        write(
            &work,
            &format!("base/c{component:03}.hcl"),
            &base(component, round),
        );
        let author = Signature {
            name: String::from("dev"),
            email: String::from("dev@example.com"),
            seconds: 1_700_000_000 + i64::try_from(round).unwrap_or(0),
        };
        repository
            .commit_all("a change", &author)
            .expect("committed");
        let head = repository.commit_id("HEAD").expect("HEAD");
        let old = repository
            .find_ref("refs/remotes/origin/main")
            .expect("asked");
        let update = terrace_git::RefUpdate::new("refs/heads/main", head, old);
        repository
            .push("origin", &[update], terrace_git::Atomicity::Preferred)
            .expect("pushed");
    };
    for round in 0..entries.div_ceil(ROUND).max(2) {
        commit(round);
        move_into(&world, "ops");
        record(&world, "ops", ROUND - 4);
        if round % 8 == 0 && round * ROUND + 2 * ROUND < entries {
            for pair in ENVS.windows(2) {
                move_into(&world, pair[1]);
                record(&world, pair[1], 3);
            }
        }
    }
    let clone = folder.join("clone");
    let cloned = std::process::Command::new("git")
        .args(["clone", "-q", there])
        .arg(&clone)
        .status();
    assert!(cloned.is_ok_and(|status| status.success()), "cloned");
}

fn write(folder: &Path, path: &str, text: &str) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    fs::write(file, text).expect("written");
}

fn base(component: usize, round: usize) -> String {
    format!(
        "terraform \"c{component:03}\" {{\n  source = \"./modules/m{:02}\"\n\n  inputs = {{\n    name   = \"c{component:03}-${{env.name}}\"\n    size   = {round}\n    labels = {{ team = \"t{}\", tier = \"base\" }}\n  }}\n}}\n",
        component % 12,
        component % 7,
    )
}

fn platform(components: usize) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for module in 0..12 {
        let text = format!(
            "variable \"name\" {{\n  type = string\n}}\n\nvariable \"size\" {{\n  type = number\n}}\n\nvariable \"labels\" {{\n  type = map(string)\n}}\n\nresource \"terraform_data\" \"this\" {{\n  input = [\"m{module}\", var.name, var.size, var.labels]\n}}\n"
        );
        files.push((format!("modules/m{module:02}/main.tf"), text));
    }
    for component in 0..components {
        files.push((format!("base/c{component:03}.hcl"), base(component, 0)));
        if component % 3 == 0 {
            let text = format!(
                "terraform \"c{component:03}\" {{\n  inputs = {{ labels = {{ tier = \"ops\" }} }}\n}}\n"
            );
            files.push((format!("ops/c{component:03}.hcl"), text));
        }
    }
    let mut hcl = String::from(
        "platform \"bench\" {\n  branch = \"main\"\n  remote = \"origin\"\n}\n\nbackend \"s3\" {\n  bucket = \"bench-state\"\n  region = \"eu-west-1\"\n  key    = \"${env.name}/${state.name}.tfstate\"\n}\n\ngate \"smoke\" {\n  command = [\"./gates/smoke.sh\"]\n}\n",
    );
    for (at, env) in ENVS.iter().enumerate() {
        let (entry, layer) = match at {
            0 => ("  entry  = true\n", ", \"ops\""),
            _ => ("", ""),
        };
        let _ = write!(
            hcl,
            "\nenvironment \"{env}\" {{\n{entry}  layers = [\"base\"{layer}]\n}}\n"
        );
    }
    for pair in ENVS.windows(2) {
        let _ = write!(
            hcl,
            "\npromotion \"{}\" \"{}\" {{\n  gates = [gate.smoke]\n}}\n",
            pair[0], pair[1]
        );
    }
    hcl.push_str("\ntrust {\n");
    for role in Role::ALL {
        let _ = write!(
            hcl,
            "  role \"{role}\" {{\n    principals = [\"ci\"]\n  }}\n"
        );
    }
    hcl.push_str("}\n");
    files.push((String::from("terrace.hcl"), hcl));
    files.push((String::from("gates/smoke.sh"), String::from("#!/bin/sh\n")));
    files
}

fn move_into(world: &World, env: &str) {
    let moved = promote::run(world, &Options::forward(env));
    assert_eq!(moved.status(), Exit::Success, "{env}: {}", moved.text);
}

/// What apply and validate would record, and holds that come and go: this many
/// entries.
fn record(world: &World, env: &str, count: usize) {
    let mut session = Session::open(world, Read::Offline).unwrap_or_else(|f| panic!("{f:?}"));
    let keys = signing_key(world, &session, None, Role::Promoter, env)
        .unwrap_or_else(|failure| panic!("{failure:?}"));
    let view = session.view.env(env);
    let open = view.open.as_ref().expect("open").entry;
    let placed = view.desired.clone().expect("desired");
    let to = session
        .policy
        .edges_from(env)
        .map(|(to, _)| to.to_owned())
        .next();
    let policy = to.as_ref().and_then(|to| session.policy.digest(env, to));
    let edge = to.zip(policy);
    let platform = session.view.platform.clone().expect("a platform");
    let now = session.now;
    let next = |signed: &[SignedEntry], seq: u64| -> Option<Draft> {
        let at = signed.len();
        if at == 0 {
            let result = ResultBody {
                env: String::from(env),
                intent: open,
                outcome: Ended::Applied,
                verified: edge.is_none(),
                failed: BTreeMap::new(),
                plans: BTreeMap::new(),
                unobserved: Vec::new(),
            };
            return Some(result.draft());
        }
        if at >= count {
            return None;
        }
        let Some((to, policy)) = &edge else {
            return None;
        };
        let last = at + 2 > count;
        match at % 2 {
            1 if last => {
                let hold = HoldBody {
                    env: String::from(env),
                    reason: String::from("none any more"),
                    until: None,
                };
                Some(hold.unhold())
            }
            1 => Some(gate(env, to, &placed, *policy).draft()),
            _ => {
                let gate = signed.last().map(|gate| (seq - 1, gate.digest));
                let evidence = EvidenceBody {
                    env: String::from(env),
                    to: to.clone(),
                    release: placed.release,
                    environment: placed.environment,
                    passed: true,
                    policy: *policy,
                    time: now,
                    valid_until: None,
                    gates: [String::from("smoke")].into(),
                    inputs: gate.into_iter().collect(),
                    unobserved: BTreeMap::new(),
                    versions: BTreeMap::new(),
                    runner: BTreeMap::new(),
                };
                Some(evidence.draft(&platform))
            }
        }
    };
    session
        .append_each(next, &keys, |_, _| Ok(Vec::new()))
        .unwrap_or_else(|failure| panic!("{failure:?}"));
}

fn gate(env: &str, to: &str, placed: &Placement, policy: terrace_release::Digest) -> GateBody {
    GateBody {
        gate: String::from("smoke"),
        env: String::from(env),
        to: String::from(to),
        release: placed.release,
        policy,
        result: TestResult {
            verdict: TestVerdict::Passed,
            configuration: Vec::new(),
            url: None,
            passed: vec![String::from("smoke")],
            warned: Vec::new(),
            failed: Vec::new(),
        },
        log: None,
    }
}
