//! How long a large ledger takes: 5,000 entries, 300 components × 5 environments.
//!
//! `cargo run --release -p terrace-promotion --example status_speed [ENTRIES [COMPONENTS]]`

#![expect(clippy::print_stdout, reason = "an example reports on stdout")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use terrace_diag::FileId;
use terrace_evidence::predicate::{TestResult, TestVerdict};
use terrace_evidence::{
    Algorithm, AllowedSigners, Draft, PlatformId, Position, Profile, Role, SignatureCache,
    SignedEntry, SigningKey, Stamp, Time, Trust, TrustSource, allowed_signers_line,
    verify_chain_cached,
};
use terrace_promotion::body::{
    self, EvidenceBody, GateBody, IntentBody, Mode, Outcome, ReleaseBody, ResultBody,
};
use terrace_promotion::policy::{Edge, EnvironmentRule, Gate};
use terrace_promotion::status::Matrix;
use terrace_promotion::{Branch, Bytes, Facts, Order, Policy, Question, Release, decide, fold};
use terrace_release::{Compiler, Component, Digest, Environment, Kind, ReleaseManifest, Source};

const ENVS: [&str; 5] = ["ops", "eu", "apps", "apps-eu", "prod"];
const START: Time = Time(1_795_251_600);

/// Wall time and, where the system tells it, processor time of all threads: the
/// second is what counts on a busy machine.
struct Clock(Instant, Option<u64>);

impl Clock {
    fn start() -> Self {
        Self(Instant::now(), ticks())
    }

    fn print(&self, what: &str) {
        let busy = match (self.1, ticks()) {
            (Some(before), Some(now)) => {
                format!(
                    "{:>8.1?} of processors",
                    Duration::from_millis((now - before) * 10)
                )
            }
            _ => String::new(),
        };
        println!("{what:<29}{:>9.1?}  {busy}", self.0.elapsed());
    }
}

/// Hundredths of a second that this process has used (proc(5), `utime`, `stime`).
fn ticks() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

struct One(Arc<Trust>);

impl TrustSource for One {
    fn trust(&self, _: &str) -> Result<Arc<Trust>, String> {
        Ok(Arc::clone(&self.0))
    }

    fn descends(&self, _: &str, _: &str) -> Option<bool> {
        Some(true)
    }
}

fn policy() -> Policy {
    let mut policy = Policy::default();
    for (at, env) in ENVS.iter().enumerate() {
        let rule = EnvironmentRule {
            entry: at == 0,
            ..EnvironmentRule::default()
        };
        policy.environments.insert(String::from(*env), rule);
    }
    for pair in ENVS.windows(2) {
        let edge = Edge {
            gates: BTreeSet::from([String::from("plan_clean"), String::from("smoke")]),
            expires: Some(86_400),
            ..Edge::default()
        };
        policy
            .edges
            .insert((String::from(pair[0]), String::from(pair[1])), edge);
    }
    for gate in ["plan_clean", "smoke"] {
        policy.gates.insert(String::from(gate), Gate::default());
    }
    policy
}

fn release(number: usize, components: usize) -> Release {
    let environments = ENVS
        .iter()
        .map(|env| {
            let components = (0..components)
                .map(|at| {
                    // One component in ten changes with every release.
                    let version = if at % 10 == number % 10 { number } else { 0 };
                    let component = Component {
                        kind: Kind::Terraform,
                        sha256: Digest::of(format!("{env} {at} {version}")),
                        deps: BTreeSet::new(),
                        members: BTreeSet::new(),
                        uncovered: BTreeSet::new(),
                    };
                    (format!("component_{at}"), component)
                })
                .collect();
            (String::from(*env), Environment { components })
        })
        .collect();
    Release::new(ReleaseManifest {
        platform: String::from("acme"),
        source: Some(Source {
            commit: format!("{number:040}"),
            tree: "0".repeat(40),
        }),
        lock: None,
        policies: BTreeMap::new(),
        compiler: Compiler {
            name: String::from("terrace"),
            version: String::from("0"),
        },
        environments,
    })
}

struct Writer {
    key: SigningKey,
    at: Position,
    files: Vec<SignedEntry>,
}

impl Writer {
    fn write(&mut self, draft: &Draft) -> Digest {
        let stamp = Stamp {
            time: START.plus(self.files.len() as i64),
            trust: "0".repeat(40),
            nonce: (self.files.len() as u128).to_be_bytes(),
        };
        let entry = draft
            .sign(&self.at, &stamp, &[(&self.key, Profile::Raw)])
            .expect("signs");
        self.at.seq += 1;
        self.at.prev = Some(entry.digest);
        let digest = entry.digest;
        self.files.push(entry);
        digest
    }
}

fn main() {
    let numbers: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|text| text.parse().ok())
        .collect();
    let entries = numbers.first().copied().unwrap_or(5000);
    let components = numbers.get(1).copied().unwrap_or(300);
    let policy = policy();
    let (files, releases, trust) = ledger(entries, components, &policy);
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    println!(
        "{} entries, {} releases, {components} components x {} environments, {} KiB",
        files.len(),
        releases.len(),
        ENVS.len(),
        bytes / 1024
    );
    let list = || files.iter().map(|file| (&file.name, &file.bytes));
    let now = START.plus(files.len() as i64);
    let source = One(trust);
    let time = Clock::start();
    let (_, cache) =
        verify_chain_cached(list(), &source, now, &SignatureCache::new()).expect("verifies");
    time.print("verify every signature");
    let text = cache.to_text();

    let all = Clock::start();
    let time = Clock::start();
    let cache = SignatureCache::parse(&text);
    let (ledger, _) = verify_chain_cached(list(), &source, now, &cache).expect("verifies");
    time.print("verify with known signatures");
    let time = Clock::start();
    let view = fold(&ledger).expect("the story holds");
    time.print("fold");
    let time = Clock::start();
    // What status reads of releases: the newest and what environments run.
    let newest = Release::new(releases.last().expect("one").manifest().clone());
    let newest = &newest;
    let find = |id: Digest| releases.iter().find(|release| release.id() == id);
    let mut refused = 0;
    for env in ENVS {
        let current = view.env(env).desired.clone();
        let facts = Facts {
            now,
            policy: &policy,
            release: Some(newest),
            current: current.and_then(|current| find(current.release)),
            bytes: Bytes::Right,
            branch: Branch::Attested,
            order: Order::Ahead,
            on_branch: true,
            coverage: BTreeMap::new(),
            plans: None,
            authors: Some(BTreeSet::new()),
            earlier: Vec::new(),
            apply_lock: None,
            secrets: Vec::new(),
        };
        let decision = decide(&view, &facts, &Question::forward(env, newest.id()));
        refused += usize::from(matches!(decision, terrace_promotion::Decision::Deny(_)));
    }
    time.print(&format!("decide for 5 ({refused} refused)"));
    let time = Clock::start();
    let matrix = Matrix::new(&view, &policy, Some(newest), &find, &BTreeSet::new(), now);
    time.print(&format!(
        "matrix of {} cells",
        matrix.rows.len() * ENVS.len()
    ));
    all.print("status, warm");
}

fn ledger(
    entries: usize,
    components: usize,
    policy: &Policy,
) -> (Vec<SignedEntry>, Vec<Release>, Arc<Trust>) {
    let key = SigningKey::generate(Algorithm::Ed25519, &[1; 32]).expect("a key");
    let line = allowed_signers_line("ci", &key.public());
    let roles = Role::ALL
        .into_iter()
        .map(|role| (role, BTreeSet::from([String::from("ci")])))
        .collect();
    let trust = Arc::new(Trust {
        signers: AllowedSigners::parse(FileId(0), &line).expect("valid"),
        roles,
    });
    let platform = PlatformId::new(&[1; 16]);
    let mut writer = Writer {
        key,
        at: Position {
            seq: 1,
            prev: None,
            platform: platform.clone(),
        },
        files: Vec::new(),
    };
    writer.write(&body::platform("acme"));
    let mut releases: Vec<Release> = Vec::new();
    while writer.files.len() < entries {
        let new = release(releases.len(), components);
        let body = ReleaseBody::of(new.manifest(), &"0".repeat(40)).expect("has a source");
        writer.write(&body.draft());
        for (at, env) in ENVS.iter().enumerate() {
            if writer.files.len() >= entries {
                break;
            }
            through(
                &mut writer,
                policy,
                &platform,
                &new,
                releases.last(),
                env,
                ENVS.get(at + 1),
            );
        }
        releases.push(new);
    }
    (writer.files, releases, trust)
}

/// Intent, result, gates and evidence of one environment.
fn through(
    writer: &mut Writer,
    policy: &Policy,
    platform: &PlatformId,
    new: &Release,
    old: Option<&Release>,
    env: &str,
    to: Option<&&str>,
) {
    let environment = &new.manifest().environments[env];
    let changes = environment
        .components
        .iter()
        .filter(|(name, component)| {
            let before = old.map(|old| old.manifest().environments[env].components[*name].sha256);
            before != Some(component.sha256)
        })
        .map(|(name, _)| name.clone())
        .collect();
    let intent = IntentBody {
        env: String::from(env),
        mode: Mode::Forward,
        release: new.id(),
        environment: environment.digest(),
        tree: "0".repeat(40),
        old_commit: None,
        changes,
        policies: BTreeMap::new(),
        evidence: Vec::new(),
        approvals: Vec::new(),
        acks: Vec::new(),
        coverage: None,
        plans: None,
        break_glass: None,
        waived: Vec::new(),
        supersedes: None,
        reason: None,
    };
    let intent = writer.write(&intent.draft());
    let result = ResultBody {
        env: String::from(env),
        intent,
        outcome: Outcome::Applied,
        verified: true,
        failed: BTreeMap::new(),
        plans: BTreeMap::new(),
        unobserved: Vec::new(),
    };
    writer.write(&result.draft());
    let Some(to) = to else { return };
    let digest = policy.digest(env, to).expect("an edge");
    let mut inputs = Vec::new();
    let gates = BTreeSet::from([String::from("plan_clean"), String::from("smoke")]);
    for gate in &gates {
        let body = GateBody {
            gate: gate.clone(),
            env: String::from(env),
            to: String::from(*to),
            release: new.id(),
            policy: digest,
            result: TestResult {
                verdict: TestVerdict::Passed,
                configuration: Vec::new(),
                url: None,
                passed: Vec::new(),
                warned: Vec::new(),
                failed: Vec::new(),
            },
            log: None,
        };
        let entry = writer.write(&body.draft());
        inputs.push((writer.at.seq - 1, entry));
    }
    let evidence = EvidenceBody {
        env: String::from(env),
        to: String::from(*to),
        release: new.id(),
        environment: environment.digest(),
        passed: true,
        policy: digest,
        time: START.plus(writer.files.len() as i64),
        valid_until: None,
        gates,
        inputs,
        unobserved: BTreeMap::new(),
        versions: BTreeMap::new(),
        runner: BTreeMap::new(),
    };
    writer.write(&evidence.draft(platform));
}
