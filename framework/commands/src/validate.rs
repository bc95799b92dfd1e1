//! `terrace validate ENV`: run the gates of the promotions that leave an
//! environment, and write what they found as evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use terrace_diag::Diagnostic;
use terrace_evidence::predicate::{TestResult, TestVerdict};
use terrace_evidence::{Draft, Role, SignedEntry};
use terrace_exec::{Cancel, Context, Ladder, Monotonic, Secrets};
use terrace_gates::{
    Action, Builtin, Builtins, Checked, Event, Finding, Gate, GateResult, Gates,
    Options as GateOptions, Reason, Report, Setting, Verdict,
};
use terrace_platform::config::{Config, GateKind};
use terrace_promotion::body::{EvidenceBody, GateBody};
use terrace_release::Digest;
use terrace_terraform::{Check, Options as RunOptions, Request, Run, TerraformError, Tool};

use crate::compile::Messages;
use crate::keys::signing_key;
use crate::ledger::{Failure, Read, Session, now, with_retries};
use crate::stored_roots::{self, Desired, holder};
use crate::{Exit, Outcome, Talk, World, codes, drift};

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
    let wanted: BTreeSet<String> = edges
        .iter()
        .filter_map(|to| session.policy.edges.get(&(env.to_owned(), to.clone())))
        .flat_map(|edge| edge.gates.iter().cloned())
        .collect();
    let (report, versions) = run_gates(world, &session, &desired, env, &wanted, talk)?;
    let key = signing_key(
        world,
        &session,
        options.key.as_deref(),
        Role::Validator,
        env,
    );
    let recorded = match &key {
        Ok(_) => {
            let policies = edges.iter().filter_map(|to| {
                let policy = session.policy.digest(env, to)?;
                Some((to.clone(), policy))
            });
            let policies = policies.collect();
            record(world, options, &policies, &report, &desired, &versions)?;
            true
        }
        Err(_) => false,
    };
    let mut messages = Messages::default();
    if let Err(failure) = key {
        // The verdicts are shown all the same; they just prove nothing later.
        let without = failure.outcome();
        for found in without.messages.diagnostics {
            messages.diagnostics.push(Diagnostic::warning(
                found.code,
                format!("nothing was recorded: {}", found.message),
            ));
        }
    }
    Ok(outcome(
        env, &report, &desired, &session, &edges, recorded, messages,
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
    session.repository.export(session.trust.tip(), &folder)?;
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
    let builtins = TerraformGates {
        world,
        project: &session.root,
        env,
        desired,
        tool: &tool,
    };
    let release = desired.placed.release.to_string();
    // What terraform is given may turn up in what a gate prints.
    let secrets = Secrets::new(
        stored_roots::secrets(&desired.roots)
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

/// The built-in gates: the release's roots in the hands of terraform.
struct TerraformGates<'a> {
    world: &'a World,
    project: &'a Path,
    env: &'a str,
    desired: &'a Desired,
    tool: &'a Result<Tool, TerraformError>,
}

impl TerraformGates<'_> {
    fn with_run(
        &self,
        cancel: &Cancel,
        timeout: Duration,
        refresh_only: bool,
        work: impl FnOnce(&Run<'_>, &Context<'_>) -> Checked,
    ) -> Checked {
        let tool = match self.tool {
            Ok(tool) => tool,
            Err(error) => return Checked::skipped(Reason::Other(error.to_string())),
        };
        let clock = Monotonic::start();
        let context = Context {
            clock: &clock,
            cancel,
        };
        let secrets = stored_roots::secrets(&self.desired.roots);
        let mut options = RunOptions {
            refresh_only,
            ..RunOptions::default()
        };
        options.timeouts.plan = options.timeouts.plan.min(timeout);
        let request = Request {
            project: self.project,
            environment: self.env,
            roots: self.desired.roots.clone(),
            removed: Vec::new(),
            tool,
            variables: &self.world.env,
            secrets: &secrets,
            options,
            holder: holder(self.world, format!("terrace validate {}", self.env)),
        };
        match Run::begin(&request) {
            Ok(run) => work(&run, &context),
            Err(error) => Checked::errored(Reason::Other(error.to_string())),
        }
    }
}

impl Builtins for TerraformGates<'_> {
    fn run(&self, builtin: Builtin, timeout: Duration, cancel: &Cancel) -> Checked {
        if self.desired.roots.is_empty() {
            return Checked::passed("no Terraform roots");
        }
        let check = match builtin {
            Builtin::NoDrift => {
                return self.with_run(cancel, timeout, true, |run, context| {
                    let report = run.plan(context, &|_| {});
                    let errors = report.errors().map(ToString::to_string);
                    let mut findings: Vec<Finding> = errors.map(Finding::new).collect();
                    let drift = report.drift();
                    if findings.is_empty() && drift.is_empty() && report.is_complete() {
                        return Checked::passed("nothing was changed outside of Terraform");
                    }
                    findings.extend(drift.into_iter().map(|(root, what)| {
                        let mut finding = Finding::new(what);
                        finding.component = Some(root);
                        finding
                    }));
                    Checked::failed("something was changed outside of Terraform", findings)
                });
            }
            Builtin::PlanClean => {
                return self.with_run(cancel, timeout, false, |run, context| {
                    let report = run.plan(context, &|_| {});
                    if report.is_clean() {
                        return Checked::passed("every plan is empty");
                    }
                    let findings = report.roots.iter().filter_map(plan_finding).collect();
                    Checked::failed("a plan is not empty", findings)
                });
            }
            Builtin::Fmt => Check::Fmt,
            Builtin::Validate => Check::Validate,
        };
        self.with_run(cancel, timeout, false, |run, context| {
            let checks = run.check(check, context, &|_| {});
            let findings: Vec<Finding> = checks
                .iter()
                .filter(|check| !check.passed())
                .map(|check| {
                    let what = match &check.problems {
                        Ok(problems) => problems
                            .iter()
                            .map(|problem| problem.summary.clone())
                            .collect::<Vec<_>>()
                            .join("; "),
                        Err(error) => error.to_string(),
                    };
                    let mut finding = Finding::new(what);
                    finding.component = Some(check.name.clone());
                    finding
                })
                .collect();
            match findings.is_empty() {
                true => Checked::passed("every root passes"),
                false => Checked::failed("a root does not pass", findings),
            }
        })
    }
}

fn plan_finding(root: &terrace_terraform::RootPlan) -> Option<Finding> {
    use terrace_terraform::PlanOutcome;
    let what = match &root.outcome {
        PlanOutcome::Planned(plan) if !plan.has_changes => return None,
        PlanOutcome::Planned(plan) => plan.describe(),
        PlanOutcome::Deferred { waits_for } => format!("waits for {}", waits_for.join(", ")),
        PlanOutcome::Failed(error) => error.to_string(),
        PlanOutcome::Interrupted => String::from("interrupted"),
    };
    let mut finding = Finding::new(what);
    finding.component = Some(root.name.clone());
    Some(finding)
}

/// One gate entry each, and one evidence entry for each promotion that leaves;
/// `edges`: their targets, and the digest of the rules that the gates ran for.
fn record(
    world: &World,
    options: &Options,
    edges: &BTreeMap<String, Digest>,
    report: &Report,
    desired: &Desired,
    versions: &BTreeMap<String, String>,
) -> Result<(), Failure> {
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
            return Ok(());
        };
        let keys = signing_key(world, session, options.key.as_deref(), Role::Validator, env)?;
        let time = now(world);
        // Each promotion's gates, then the evidence that cites them; all in one
        // write, so that there are never gates without their evidence.
        let mut steps = Vec::new();
        let drift = drift_found(report).and_then(|found| drift::draft(session, env, &found));
        steps.extend(drift.map(Step::Gate));
        for (to, policy) in edges {
            let Some(edge) = session.policy.edges.get(&(env.to_owned(), to.clone())) else {
                continue;
            };
            let asked = report
                .results
                .iter()
                .filter(|result| edge.gates.contains(&result.name));
            let passed: BTreeSet<String> = asked
                .clone()
                .filter(|result| result.passed())
                .map(|result| result.name.clone())
                .collect();
            let gates: Vec<_> = asked
                .map(|result| gate_body(result, env, to, release, *policy).draft())
                .collect();
            let evidence = EvidenceBody {
                env: String::from(env),
                to: to.clone(),
                release,
                environment,
                passed: passed == edge.gates,
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
        session.append_each(next, &keys, |_, _| Ok(Vec::new()))?;
        Ok(())
    })
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
    recorded: bool,
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
    let required: BTreeSet<&str> = edges
        .iter()
        .filter_map(|to| session.policy.edges.get(&(env.to_owned(), to.clone())))
        .flat_map(|edge| edge.gates.iter().map(String::as_str))
        .collect();
    let unmet = report.unmet(required);
    let exit = if unmet.is_empty() {
        Exit::Success
    } else {
        Exit::Refused
    };
    for unmet in unmet {
        messages.diagnostics.push(Diagnostic::from(unmet));
    }
    if recorded {
        text.push_str(&format!(
            "evidence for release {} recorded\n",
            desired.placed.release.short()
        ));
        if exit == Exit::Success {
            text.push_str(&format!("next: terrace promote {}\n", edges.join(" or ")));
        }
    }
    let json = json!({
        "environment": env,
        "release": desired.placed.release.to_string(),
        "passed": exit == Exit::Success,
        "recorded": recorded,
        "gates": gates,
    });
    Outcome::data(text, json, messages).exit(exit)
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
