//! `terrace validate ENV`: run the gates of the promotions that leave an
//! environment, and write what they found as evidence.
//!
//! A gate that failed speaks against the environment. One that was skipped or did
//! not come to an end says nothing: what waits for it is neither proven nor
//! disproven, so no verdict is written for it and earlier ones count as before.

mod terraform;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use terrace_diag::Diagnostic;
use terrace_evidence::predicate::{TestResult, TestVerdict};
use terrace_evidence::{Draft, Role, SignedEntry};
use terrace_exec::{Context, Ladder, Monotonic, Secrets};
use terrace_gates::{
    Action, Builtin, Event, Gate, GateResult, Gates, Options as GateOptions, Reason, Report,
    Setting, Unmet, Verdict,
};
use terrace_platform::config::{Config, GateKind};
use terrace_promotion::body::{EvidenceBody, GateBody};
use terrace_release::Digest;
use terrace_terraform::{Options as RunOptions, Request, Tool};

use crate::compile::Messages;
use crate::keys::{signing_key, unsigned};
use crate::ledger::{Failure, Read, Session, now, with_retries};
use crate::stored_roots::{self, Desired, holder};
use crate::{Exit, Outcome, Talk, World, codes, drift};

use terraform::TerraformGates;

/// Options of `terrace validate`.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The environment.
    pub environment: String,
    /// The signing key.
    pub key: Option<PathBuf>,
}

/// Validates.
pub fn run(world: &World, options: &Options, talk: Talk<'_>) -> Outcome {
    match validate(world, options, talk) {
        Ok(outcome) => outcome,
        Err(failure) => failure.outcome(),
    }
}

fn validate(world: &World, options: &Options, talk: Talk<'_>) -> Result<Outcome, Failure> {
    let env = options.environment.as_str();
    let session = Session::open(world, Read::Fetch)?;
    let edges: Vec<String> = session
        .config
        .out_of(env)
        .map(|promotion| promotion.to.0.to_string())
        .collect();
    if edges.is_empty() {
        return Err(Diagnostic::error(
            &codes::NOTHING_SELECTED,
            format!("no promotion leaves `{env}`, so it has no gates"),
        )
        .into());
    }
    let desired = Desired::read(&session, env)?;
    let applied = session
        .view
        .env(env)
        .applied
        .as_ref()
        .map(|placed| placed.release);
    if applied != Some(desired.placed.release) {
        return Err(Failure::Refused(
            Diagnostic::error(
                &codes::NOT_APPLIED,
                format!(
                    "`{env}` does not run release {} yet",
                    desired.placed.release.short()
                ),
            )
            .help(format!("terrace apply {env}")),
        ));
    }
    crate::statements::not_revoked(&session, env, desired.placed.release)?;
    let wanted: BTreeSet<String> = edges
        .iter()
        .filter_map(|to| session.policy.edges.get(&(env.to_owned(), to.clone())))
        .flat_map(|edge| edge.gates.iter().cloned())
        .collect();
    // Whose key does not count hears it before the gates have run for an hour.
    let key = signing_key(
        world,
        &session,
        options.key.as_deref(),
        Role::Validator,
        env,
    );
    let without = key.err().map(unsigned).transpose()?;
    let (report, versions) = run_gates(world, &session, &desired, env, &wanted, talk)?;
    let mut messages = Messages::default();
    let recorded = match without {
        None => {
            let policies = edges.iter().filter_map(|to| {
                let policy = session.policy.digest(env, to)?;
                Some((to.clone(), policy))
            });
            let policies = policies.collect();
            record(world, options, &policies, &report, &desired, &versions)?
        }
        Some(without) => {
            messages.diagnostics.push(without);
            BTreeMap::new()
        }
    };
    Ok(outcome(
        env, &report, &desired, &session, &edges, &recorded, messages,
    ))
}

/// The gates' definitions, as the protected branch has them.
fn gate(config: &Config, name: &str) -> Option<Gate> {
    if let Some(builtin) = Builtin::parse(name) {
        return Some(Gate::new(name, Action::Builtin(builtin)));
    }
    let found = config.gates.iter().find(|gate| gate.name == name)?;
    let GateKind::Command(command) = &found.kind;
    let argv = command.iter().map(ToString::to_string).collect();
    let mut gate = Gate::new(name, Action::Command(argv));
    gate.timeout = Duration::from_secs(found.timeout);
    gate.files = found.files.iter().map(ToString::to_string).collect();
    gate.covers = found.covers.iter().map(ToString::to_string).collect();
    Some(gate)
}

fn run_gates(
    world: &World,
    session: &Session,
    desired: &Desired,
    env: &str,
    wanted: &BTreeSet<String>,
    talk: Talk<'_>,
) -> Result<(Report, BTreeMap<String, String>), Failure> {
    let all: Vec<Gate> = wanted
        .iter()
        .filter_map(|name| gate(&session.config, name))
        .collect();
    let gates = Gates::new(all).map_err(|errors| {
        Failure::User(Messages {
            diagnostics: errors.into_iter().collect(),
            ..Messages::default()
        })
    })?;
    let failed = |error: std::io::Error| -> Failure {
        Diagnostic::error(
            &codes::CANNOT_WRITE,
            format!("a folder for the gates: {error}"),
        )
        .into()
    };
    let scratch = tempfile::Builder::new()
        .prefix("terrace-gates-")
        .tempdir()
        .map_err(failed)?;
    // A fresh export: a dirty working copy is never executed.
    let folder = scratch.path().join("platform");
    session
        .repository
        .export_sources(session.trust.tip(), &folder)?;
    let folder = folder.join(crate::tree::prefix(&session.repository, &session.root));
    let rendered = scratch.path().join("rendered");
    session.repository.export(&desired.tree, &rendered)?;
    let work = session.root.join(".terrace-work").join(env);
    let clock = Monotonic::start();
    let context = Context {
        clock: &clock,
        cancel: &world.cancel,
    };
    let tool = Tool::find(&world.env, None, &context);
    let mut versions = BTreeMap::from([(
        String::from("terrace"),
        String::from(env!("CARGO_PKG_VERSION")),
    )]);
    if let Ok(tool) = &tool {
        versions.insert(tool.engine.program().to_owned(), tool.version.to_string());
    }
    let secret_names = stored_roots::secrets(&desired.roots);
    let request = tool.as_ref().map(|tool| {
        let mut options = RunOptions::default();
        options.timeouts.plan = options.timeouts.plan.min(Gate::DEFAULT_TIMEOUT);
        Request {
            project: &session.root,
            environment: env,
            roots: desired.roots.clone(),
            removed: Vec::new(),
            tool,
            variables: &world.env,
            secrets: &secret_names,
            options,
            holder: holder(world, format!("terrace validate {env}")),
        }
    });
    let needs_terraform = gates
        .iter()
        .any(|gate| matches!(gate.action, Action::Builtin(_)));
    let builtins = match &request {
        _ if desired.roots.is_empty() || !needs_terraform => TerraformGates::without_roots(),
        Ok(request) => {
            TerraformGates::begin(request).map_err(|error| Failure::Busy(error.diagnostic()))?
        }
        Err(error) => TerraformGates::without_tool(error),
    };
    let release = desired.placed.release.to_string();
    // What terraform is given may turn up in what a gate prints.
    let secrets = Secrets::new(
        secret_names
            .iter()
            .filter_map(|name| world.var(&format!("TF_VAR_{name}")))
            .map(str::to_owned),
    );
    let setting = Setting {
        environment: env,
        release: &release,
        folder: &folder,
        rendered: &rendered,
        work: &work,
        variables: &world.env,
        secrets: &secrets,
        ladder: Ladder::default(),
    };
    let gate_options = GateOptions {
        parallel: 4,
        fail_fast: false,
    };
    let report = gates.run(&setting, &builtins, &gate_options, &context, &|event| {
        if let Event::Finished { result } = event {
            talk(&format!("gate {}: {}", result.name, result.describe()));
        }
    });
    Ok((report, versions))
}

/// One gate entry each, and one evidence entry for each promotion that leaves;
/// `edges`: their targets, and the digest of the rules that the gates ran for.
/// Whether each edge passed, where that is known.
fn record(
    world: &World,
    options: &Options,
    edges: &BTreeMap<String, Digest>,
    report: &Report,
    desired: &Desired,
    versions: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, bool>, Failure> {
    let env = options.environment.as_str();
    let (release, environment) = (desired.placed.release, desired.placed.environment);
    with_retries(world, |session| {
        // Verdicts are about the rules that the gates were run for.
        for (to, policy) in edges {
            if session.policy.digest(env, to) != Some(*policy) {
                return Err(Failure::Refused(
                    Diagnostic::error(
                        &codes::RULES_CHANGED,
                        format!("the rules of {env} -> {to} changed while its gates ran"),
                    )
                    .help(format!("terrace validate {env}")),
                ));
            }
        }
        let Some(platform) = session.ledger.platform().cloned() else {
            return Ok(BTreeMap::new());
        };
        let keys = signing_key(world, session, options.key.as_deref(), Role::Validator, env)?;
        let time = now(world);
        // Each promotion's gates, then the evidence that cites them; all in one
        // write, so that there are never gates without their evidence.
        let mut steps = Vec::new();
        let mut recorded = BTreeMap::new();
        let drift = drift_found(report).and_then(|found| drift::draft(session, env, &found));
        steps.extend(drift.map(Step::Gate));
        for (to, policy) in edges {
            let Some(edge) = session.policy.edges.get(&(env.to_owned(), to.clone())) else {
                continue;
            };
            let Some(passes) = verdict(report, &edge.gates) else {
                continue;
            };
            recorded.insert(to.clone(), passes);
            let decided = report.results.iter().filter(|result| {
                edge.gates.contains(&result.name) && (result.passed() || result.failed())
            });
            let passed: BTreeSet<String> = decided
                .clone()
                .filter(|result| result.passed())
                .map(|result| result.name.clone())
                .collect();
            let gates: Vec<_> = decided
                .map(|result| gate_body(result, env, to, release, *policy).draft())
                .collect();
            let evidence = EvidenceBody {
                env: String::from(env),
                to: to.clone(),
                release,
                environment,
                passed: passes,
                policy: *policy,
                time,
                valid_until: edge.expires.map(|seconds| time.plus(seconds)),
                gates: passed,
                inputs: Vec::new(),
                unobserved: desired.unobserved.clone(),
                versions: versions.clone(),
                runner: BTreeMap::new(),
            };
            let count = gates.len();
            steps.extend(gates.into_iter().map(Step::Gate));
            steps.push(Step::Evidence(Box::new(evidence), count));
        }
        let next = |signed: &[SignedEntry], seq: u64| match steps.get(signed.len())? {
            Step::Gate(draft) => Some(draft.clone()),
            Step::Evidence(evidence, count) => {
                let gates = &signed[signed.len() - count..];
                let inputs = gates.iter().zip(seq - *count as u64..);
                let evidence = EvidenceBody {
                    inputs: inputs.map(|(gate, seq)| (seq, gate.digest)).collect(),
                    ..(**evidence).clone()
                };
                Some(evidence.draft(&platform))
            }
        };
        if !steps.is_empty() {
            session.append_each(next, &keys, |_, _| Ok(Vec::new()))?;
        }
        Ok(recorded)
    })
}

/// Whether an edge's gates passed; `None` if that is not known: none of them
/// failed, and not all of them came to an end.
fn verdict(report: &Report, gates: &BTreeSet<String>) -> Option<bool> {
    let mut results = gates.iter().map(|gate| report.get(gate));
    if results.clone().flatten().any(GateResult::failed) {
        return Some(false);
    }
    results
        .all(|result| result.is_some_and(GateResult::passed))
        .then_some(true)
}

/// An entry to come.
enum Step {
    /// A gate, or the drift that one found.
    Gate(Draft),
    /// With how many gates before it are its own.
    Evidence(Box<EvidenceBody>, usize),
}

/// What the gate `no_drift` found, by component; `None`: it did not look.
fn drift_found(report: &Report) -> Option<BTreeMap<String, String>> {
    let result = report
        .results
        .iter()
        .find(|result| result.name == Builtin::NoDrift.name())?;
    if !result.passed() && !result.failed() {
        return None;
    }
    let found: BTreeMap<String, String> = result
        .checked
        .findings
        .iter()
        .filter_map(|finding| Some((finding.component.clone()?, finding.message.clone())))
        .collect();
    (result.passed() || !found.is_empty()).then_some(found)
}

fn gate_body(
    result: &GateResult,
    env: &str,
    to: &str,
    release: Digest,
    policy: Digest,
) -> GateBody {
    let name = vec![result.name.clone()];
    let passed = result.passed();
    GateBody {
        gate: result.name.clone(),
        env: String::from(env),
        to: String::from(to),
        release,
        policy,
        result: TestResult {
            verdict: match passed {
                true => TestVerdict::Passed,
                false => TestVerdict::Failed,
            },
            configuration: Vec::new(),
            url: None,
            passed: if passed { name.clone() } else { Vec::new() },
            warned: Vec::new(),
            failed: if passed { Vec::new() } else { name },
        },
        log: Some(result.checked.log.digest),
    }
}

fn outcome(
    env: &str,
    report: &Report,
    desired: &Desired,
    session: &Session,
    edges: &[String],
    recorded: &BTreeMap<String, bool>,
    mut messages: Messages,
) -> Outcome {
    let mut text = String::new();
    let mut gates: Vec<Value> = Vec::new();
    for result in &report.results {
        text.push_str(&format!("{env} {}: {}\n", result.name, result.describe()));
        for finding in &result.checked.findings {
            let component = finding.component.as_deref().unwrap_or_default();
            text.push_str(&format!("  {component} {}\n", first_line(&finding.message)));
        }
        gates.push(json!({
            "gate": result.name,
            "verdict": result.checked.verdict.name(),
            "reason": result.describe(),
            "findings": result
                .checked
                .findings
                .iter()
                .map(|finding| json!({ "component": finding.component, "message": finding.message }))
                .collect::<Vec<_>>(),
        }));
        if result.checked.verdict == Verdict::Errored || result.checked.verdict == Verdict::Failed {
            let log: String = result
                .checked
                .log
                .text
                .lines()
                .take(20)
                .map(|line| format!("  | {line}\n"))
                .collect();
            text.push_str(&log);
        }
    }
    let gates_of = |to: &String| session.policy.edges.get(&(env.to_owned(), to.clone()));
    let required: BTreeSet<&str> = edges
        .iter()
        .filter_map(gates_of)
        .flat_map(|edge| edge.gates.iter().map(String::as_str))
        .collect();
    let unmet = report.unmet(required);
    let exit = exit(report, &unmet);
    let open: Vec<&str> = edges
        .iter()
        .filter(|to| gates_of(to).is_some_and(|edge| verdict(report, &edge.gates).is_none()))
        .map(String::as_str)
        .collect();
    for unmet in unmet {
        let decided = report.get(&unmet.name).is_some_and(GateResult::failed);
        let mut diagnostic = Diagnostic::from(unmet);
        if !decided && !open.is_empty() {
            diagnostic = diagnostic.help(format!(
                "that says nothing about `{env}`, so no verdict for {} was recorded, and earlier ones count as before; put it right, then terrace validate {env}",
                open.join(" and "),
            ));
        }
        messages.diagnostics.push(diagnostic);
    }
    if !recorded.is_empty() {
        let only = match open.is_empty() {
            true => String::new(),
            false => {
                let targets: Vec<&str> = recorded.keys().map(String::as_str).collect();
                format!(" for {}", targets.join(" and "))
            }
        };
        text.push_str(&format!(
            "evidence for release {} recorded{only}\n",
            desired.placed.release.short()
        ));
        let passed: Vec<&str> = recorded
            .iter()
            .filter(|(_, passed)| **passed)
            .map(|(to, _)| to.as_str())
            .collect();
        if !passed.is_empty() {
            text.push_str(&format!("next: terrace promote {}\n", passed.join(" or ")));
        }
    }
    let verdicts: BTreeMap<&String, Option<&bool>> =
        edges.iter().map(|to| (to, recorded.get(to))).collect();
    let json = json!({
        "environment": env,
        "release": desired.placed.release.to_string(),
        "passed": exit == Exit::Success,
        "recorded": !recorded.is_empty(),
        "verdicts": verdicts,
        "gates": gates,
    });
    Outcome::data(text, json, messages).exit(exit)
}

/// A gate that failed refuses; what only could not be looked at is a lock that
/// somebody holds, or an error of the tools.
fn exit(report: &Report, unmet: &[Unmet]) -> Exit {
    let results = unmet.iter().map(|unmet| report.get(&unmet.name));
    let reason = |result: &GateResult| result.checked.reason.clone();
    if unmet.is_empty() {
        Exit::Success
    } else if results.clone().flatten().any(GateResult::failed) {
        Exit::Refused
    } else if results
        .map(|result| result.and_then(reason))
        .all(|reason| matches!(reason, Some(Reason::Locked(_))))
    {
        Exit::Busy
    } else {
        Exit::Error
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
