//! Times builds against `kubectl kustomize`, side by side in one run.
//!
//! `cargo run --release -p terrace-kustomize --example kustomize-bench -- [--corpus DIR] [--slow] [--skip-kubectl]`
//!
//! Prints, per row, the time of each and the ratio, and at the end the peak of
//! memory of a process that builds the largest outputs. Synthetic overlays have a
//! prefix, a namespace, labels, images and a patch over N/2 Deployments and N/2
//! ConfigMaps, and are built by a process each, the best of ten; kubectl builds
//! those above 1,000 only with `--slow`.

#![expect(clippy::print_stdout, reason = "a command")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use terrace_kustomize::{Disk, FileSystem, LoadRestrictor, Options, Resources, load};

/// How often a process builds a synthetic overlay.
const RUNS: usize = 10;

/// A case of the corpus.
struct Case {
    dir: String,
    unrestricted: bool,
    bytes: usize,
}

fn main() -> std::io::Result<()> {
    let mut corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/kustomize");
    let (mut slow, mut oracle) = (false, true);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--corpus" => corpus = PathBuf::from(args.next().unwrap_or_default()),
            "--slow" => slow = true,
            "--skip-kubectl" => oracle = false,
            "build" => {
                // A process of its own for one case.
                let dir = args.next().unwrap_or_default();
                if let Some((text, resources)) = built(&Disk, &dir, true) {
                    // As `terrace kustomize build` does.
                    std::thread::spawn(move || drop(resources));
                    print!("{text}");
                }
                return Ok(());
            }
            "peak" => {
                let dir = args.next().unwrap_or_default();
                let bytes = build(&Disk, &dir, true).len();
                println!("{bytes} {}", peak().unwrap_or_default());
                return Ok(());
            }
            other => return Err(std::io::Error::other(format!("unknown: {other}"))),
        }
    }
    println!(
        "{:<44} {:>10} {:>10} {:>8}",
        "", "kubectl", "terrace", "ratio"
    );
    bench_corpus(&corpus, oracle)?;
    bench_synthetic(slow, oracle)?;
    bench_definitions(oracle)
}

/// The most memory that this process had, in bytes (Linux only).
fn peak() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Prints the peak of memory of a process that builds a folder.
#[expect(clippy::disallowed_methods, reason = "the memory of a process")]
fn row_of_memory(name: &str, dir: &str) -> std::io::Result<()> {
    let mut command = Command::new(std::env::current_exe()?);
    let output = command.args(["peak", dir]).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = text
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect();
    if let [bytes, peak] = numbers[..] {
        println!(
            "{name:<44} {:.1} MB out, peak {:.1} MB, {:.1}x",
            bytes / 1e6,
            peak / 1e6,
            peak / bytes
        );
    }
    Ok(())
}

fn build(fs: &dyn FileSystem, dir: &str, unrestricted: bool) -> String {
    built(fs, dir, unrestricted).map_or(String::new(), |(text, _)| text)
}

fn built(fs: &dyn FileSystem, dir: &str, unrestricted: bool) -> Option<(String, Resources)> {
    let options = Options {
        load_restrictor: if unrestricted {
            LoadRestrictor::None
        } else {
            LoadRestrictor::RootOnly
        },
        ..Options::default()
    };
    let resources = load(fs, dir, &options).ok()?;
    Some((resources.to_yaml().ok()?, resources))
}

fn row(name: &str, theirs: Option<Duration>, ours: Duration) {
    let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
    let (theirs, ratio) = match theirs {
        Some(theirs) => (
            ms(theirs),
            format!("{:.1}x", theirs.as_secs_f64() / ours.as_secs_f64()),
        ),
        None => ("-".into(), "-".into()),
    };
    println!("{name:<44} {theirs:>10} {:>10} {ratio:>8}", ms(ours));
}

#[expect(clippy::disallowed_methods, reason = "the oracle is a program")]
fn kubectl(dir: &str, unrestricted: bool) -> std::io::Result<Duration> {
    let mut command = Command::new("kubectl");
    command.arg("kustomize").arg(dir);
    if unrestricted {
        command.arg("--load-restrictor=LoadRestrictionsNone");
    }
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    command.status()?;
    Ok(start.elapsed())
}

#[expect(clippy::disallowed_methods, reason = "the price of a process")]
fn own_process(dir: &str) -> std::io::Result<Duration> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["build", dir]).stdout(Stdio::null());
    let start = Instant::now();
    command.status()?;
    Ok(start.elapsed())
}

fn bench_corpus(corpus: &Path, oracle: bool) -> std::io::Result<()> {
    let Ok(index) = fs::read_to_string(corpus.join("index.tsv")) else {
        println!("skipped: corpus: not at {}", corpus.display());
        return Ok(());
    };
    let mut cases = Vec::new();
    for line in index.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [repository, dir, restrictor, _, bytes, _] = fields[..] else {
            continue;
        };
        let dir = fs::canonicalize(corpus.join(repository).join(dir))?;
        cases.push(Case {
            dir: dir.to_string_lossy().into_owned(),
            unrestricted: !restrictor.is_empty(),
            bytes: bytes.parse().unwrap_or(0),
        });
    }
    let start = Instant::now();
    let bytes: usize = cases
        .iter()
        .map(|case| build(&Disk, &case.dir, case.unrestricted).len())
        .sum();
    let in_process = start.elapsed();
    let (mut theirs, mut processes) = (Duration::ZERO, Duration::ZERO);
    for case in &cases {
        if oracle {
            theirs += kubectl(&case.dir, case.unrestricted)?;
        }
        processes += own_process(&case.dir)?;
    }
    let theirs = oracle.then_some(theirs);
    let megabytes = bytes as f64 / 1e6;
    let name = format!(
        "corpus, {} cases, {megabytes:.0} MB, one process",
        cases.len()
    );
    row(&name, theirs, in_process);
    row("corpus, a process per case", theirs, processes);
    if let Some(largest) = cases.iter().max_by_key(|case| case.bytes) {
        let start = Instant::now();
        let bytes = build(&Disk, &largest.dir, largest.unrestricted).len();
        let ours = start.elapsed();
        let theirs = oracle
            .then(|| kubectl(&largest.dir, largest.unrestricted))
            .transpose()?;
        let name = format!("largest output, {:.1} MB", bytes as f64 / 1e6);
        row(&name, theirs, ours);
        row_of_memory("largest output, memory", &largest.dir)?;
    }
    Ok(())
}

/// One file of over 12 MB with custom resource definitions.
fn bench_definitions(oracle: bool) -> std::io::Result<()> {
    let root = std::env::temp_dir().join(format!("kustomize-bench-{}", std::process::id()));
    fs::create_dir_all(&root)?;
    let mut text = String::new();
    for at in 0..24 {
        definition(at, &mut text);
    }
    fs::write(root.join("definitions.yaml"), &text)?;
    fs::write(
        root.join("kustomization.yaml"),
        "resources: [definitions.yaml]\ncommonAnnotations: {by: bench}\n",
    )?;
    let dir = root.to_string_lossy();
    let start = Instant::now();
    let bytes = build(&Disk, &dir, false).len();
    let ours = start.elapsed();
    let theirs = oracle.then(|| kubectl(&dir, false)).transpose()?;
    let name = format!("definitions, {:.1} MB", bytes as f64 / 1e6);
    row(&name, theirs, ours);
    row_of_memory("definitions, memory", &dir)?;
    let _ = fs::remove_dir_all(root);
    Ok(())
}

/// A definition of about half a megabyte: objects with descriptions, as deep
/// as pod templates are in real ones.
fn definition(at: usize, text: &mut String) {
    let _ = write!(
        text,
        "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  \
         name: things{at}.example.com\nspec:\n  group: example.com\n  names:\n    kind: \
         Thing{at}\n    plural: things{at}\n  versions:\n  - name: v1\n    schema:\n      \
         openAPIV3Schema:\n        properties:\n"
    );
    let mut indent = String::from("          ");
    for outer in [
        "spec",
        "replicas",
        "template",
        "spec",
        "containers",
        "probe",
    ] {
        let _ = writeln!(text, "{indent}{outer}:\n{indent}  properties:");
        indent.push_str("    ");
    }
    for field in 0..420 {
        let _ = writeln!(text, "{indent}field{field}:\n{indent}  properties:");
        for inner in ["enabled", "limits", "selector"] {
            let i = format!("{indent}    ");
            let _ = write!(
                text,
                "{i}{inner}:\n{i}  description: |-\n{i}    Says what `{inner}` of field {field} \
                 is for, in as many words\n{i}    as generators of definitions like to \
                 use.\n{i}  items:\n{i}    type: string\n{i}  type: array\n"
            );
        }
        let _ = writeln!(text, "{indent}  type: object");
    }
    let _ = write!(
        text,
        "        type: object\n    served: true\n    storage: true\n"
    );
}

fn bench_synthetic(slow: bool, oracle: bool) -> std::io::Result<()> {
    let root = std::env::temp_dir().join(format!("kustomize-bench-{}", std::process::id()));
    let dir = root.join("top").to_string_lossy().into_owned();
    for count in [500, 1000, 2000, 4000, 8000] {
        for (path, text) in synthetic(count) {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap_or(&root))?;
            fs::write(path, text)?;
        }
        let mut ours = own_process(&dir)?;
        for _ in 1..RUNS {
            ours = ours.min(own_process(&dir)?);
        }
        let is_compared = oracle && (slow || count <= 1000);
        let theirs = is_compared.then(|| kubectl(&dir, false)).transpose()?;
        row(&format!("synthetic, {count} resources"), theirs, ours);
    }
    let _ = fs::remove_dir_all(root);
    Ok(())
}

fn synthetic(count: usize) -> Vec<(&'static str, String)> {
    let mut resources = String::new();
    for at in 0..count / 2 {
        let _ = write!(
            resources,
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{at}\nspec:\n  \
             replicas: 1\n  selector:\n    matchLabels:\n      app: app-{at}\n  template:\n    \
             metadata:\n      labels:\n        app: app-{at}\n    spec:\n      containers:\n      \
             - name: main\n        image: nginx:1.0\n        envFrom:\n        - \
             configMapRef:\n            name: cm-{at}\n---\napiVersion: v1\nkind: \
             ConfigMap\nmetadata:\n  name: cm-{at}\ndata:\n  key: value-{at}\n---\n"
        );
    }
    let top = "resources: [../base]\nnamePrefix: p-\nnamespace: team\nlabels:\n- pairs: {team: \
               x}\n  includeSelectors: true\nimages:\n- name: nginx\n  newTag: \"2\"\npatches:\n- \
               target: {kind: Deployment}\n  patch: |\n    apiVersion: apps/v1\n    kind: \
               Deployment\n    metadata: {name: any}\n    spec: {template: {spec: {containers: \
               [{name: main, resources: {limits: {cpu: 1}}}]}}}\n";
    vec![
        ("base/r.yaml", resources),
        ("base/kustomization.yaml", "resources: [r.yaml]\n".into()),
        ("top/kustomization.yaml", top.into()),
    ]
}
