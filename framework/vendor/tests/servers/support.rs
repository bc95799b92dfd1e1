//! A fetcher that may use loopback, and archives made by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use terrace_diag::{Code, Diagnostic};
use terrace_exec::{Cancel, Environment};
use terrace_lock::address::terraform::{self, Source};
use terrace_lock::{Entry, Package, Remote};
use terrace_release::Digest;
use terrace_testkit::{HttpServer, variables};
use terrace_vendor::{Fetched, Fetcher, Limits, Policy, Result};

/// Limits that tests reach quickly.
pub(crate) fn limits() -> Limits {
    Limits {
        download: 4 << 20,
        answer: 1 << 20,
        headers: 16 << 10,
        unpacked: 40 << 20,
        file: 30 << 20,
        files: 200,
        connect: Duration::from_secs(5),
        stall: Duration::from_millis(700),
        total: Duration::from_secs(60),
        ..Limits::default()
    }
}

/// Loopback by plain http is allowed, as a user would write it.
pub(crate) fn loopback() -> Policy {
    Policy {
        private_hosts: vec![String::from("127.0.0.1"), String::from("localhost")],
        insecure_hosts: vec![String::from("127.0.0.1"), String::from("localhost")],
        ..Policy::default()
    }
}

pub(crate) fn fetcher_with(policy: Policy, limits: Limits) -> Fetcher {
    let variables = variables(Path::new("/nonexistent"));
    fetcher_in(&variables, policy, limits)
}

/// A fetcher that may be interrupted.
pub(crate) fn fetcher_until(cancel: &Cancel) -> Fetcher {
    let variables = variables(Path::new("/nonexistent"));
    let temporary = std::env::temp_dir();
    Fetcher::new(loopback(), limits(), &variables, cancel, temporary).expect("a fetcher")
}

fn fetcher_in(environment: &Environment, policy: Policy, limits: Limits) -> Fetcher {
    let temporary = std::env::temp_dir();
    Fetcher::new(policy, limits, environment, &Cancel::new(), temporary).expect("a fetcher")
}

/// Fetches with this environment.
pub(crate) fn get_in(environment: &Environment, address: &str) -> Result<Fetched> {
    get_under(loopback(), environment, address)
}

/// Fetches with this environment under a policy.
pub(crate) fn get_under(
    policy: Policy,
    environment: &Environment,
    address: &str,
) -> Result<Fetched> {
    fetcher_in(environment, policy, limits()).fetch(&package(address), "", None)
}

/// A repository `r.git` in a folder, with one commit of `main.tf`.
pub(crate) fn one_commit(folder: &Path) {
    let script = "git init --quiet --initial-branch=main r.git && cd r.git && echo '# m' > main.tf \
        && git add . && git commit --quiet -m one";
    let sandbox = terrace_testkit::Sandbox::default();
    let ran = terrace_testkit::Cli::new("/bin/sh", &sandbox)
        .folder(folder)
        .run(["-c", script]);
    assert_eq!(ran.code, 0, "{ran}");
}

pub(crate) fn fetcher() -> Fetcher {
    fetcher_with(loopback(), limits())
}

pub(crate) fn remote(address: &str) -> Remote {
    match terraform::parse(address) {
        Ok(Source::Remote(remote)) => remote,
        other => panic!("{address}: {other:?}"),
    }
}

pub(crate) fn package(address: &str) -> Package {
    remote(address).package
}

pub(crate) fn get(address: &str) -> Result<Fetched> {
    fetcher().fetch(&package(address), "", None)
}

/// The code of a refusal.
#[track_caller]
pub(crate) fn refused(result: Result<Fetched>, code: &'static Code) -> Diagnostic {
    match result {
        Ok(fetched) => panic!("not refused: {:?}", fetched.tree.paths()),
        Err(error) => {
            assert_eq!(error.code.id, code.id, "{}", error.message);
            error
        }
    }
}

pub(crate) fn paths(fetched: &Fetched) -> Vec<&str> {
    fetched.tree.paths().into_iter().collect()
}

/// The entry of a source that was vendored whole.
pub(crate) fn entry(source: &str) -> Entry {
    Entry {
        source: source.to_owned(),
        version: None,
        constraints: BTreeSet::new(),
        from: None,
        folder: String::from("vendor/x"),
        root: None,
        paths: [String::from(".")].into(),
        file: None,
        commit: None,
        manifest: None,
        archive: None,
        sha256: Digest::of("x"),
        licence: None,
        span: None,
    }
}

/// The content of a file.
#[track_caller]
pub(crate) fn content<'f>(fetched: &'f Fetched, path: &str) -> &'f [u8] {
    match fetched.tree.file(path) {
        Some(file) => &file.bytes,
        None => panic!("no {path}: {:?}", fetched.tree.paths()),
    }
}

/// The paths of executable files.
pub(crate) fn executables(fetched: &Fetched) -> Vec<&str> {
    let is = |path: &&str| fetched.tree.file(path).is_some_and(|file| file.executable);
    fetched.tree.paths().into_iter().filter(is).collect()
}

/// Serves files by path; what is not there is 404.
pub(crate) fn serving(files: BTreeMap<String, Vec<u8>>) -> HttpServer {
    HttpServer::start(move |request| match files.get(&request.path) {
        Some(bytes) => terrace_testkit::Reply::ok(bytes.clone()),
        None => terrace_testkit::Reply::status(404, "no"),
    })
}

/// One entry of a tar archive, as raw as it may be.
pub(crate) struct Item<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) kind: u8,
    pub(crate) link: &'a [u8],
    pub(crate) bytes: &'a [u8],
    pub(crate) mode: u32,
}

pub(crate) fn file<'a>(name: &'a str, text: &'a str) -> Item<'a> {
    Item {
        name: name.as_bytes(),
        kind: b'0',
        link: b"",
        bytes: text.as_bytes(),
        mode: 0o644,
    }
}

/// A file with a mode.
pub(crate) fn with_mode(name: &str, mode: u32) -> Item<'_> {
    Item {
        mode,
        ..file(name, "#!/bin/sh\n")
    }
}

pub(crate) fn link<'a>(name: &'a str, kind: u8, target: &'a str) -> Item<'a> {
    Item {
        name: name.as_bytes(),
        kind,
        link: target.as_bytes(),
        bytes: b"",
        mode: 0o777,
    }
}

/// A tar archive with exactly these headers (POSIX ustar), so that names can be
/// what no library would write.
pub(crate) fn tar(items: &[Item<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    for item in items {
        let mut header = [0_u8; 512];
        header[..item.name.len()].copy_from_slice(item.name);
        let mode = format!("{:07o}", item.mode);
        header[100..107].copy_from_slice(mode.as_bytes());
        header[108..115].copy_from_slice(b"0000000");
        header[116..123].copy_from_slice(b"0000000");
        let size = format!("{:011o}", item.bytes.len());
        header[124..135].copy_from_slice(size.as_bytes());
        header[136..147].copy_from_slice(b"00000000000");
        header[148..156].copy_from_slice(b"        ");
        header[156] = item.kind;
        header[157..157 + item.link.len()].copy_from_slice(item.link);
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        let sum = format!("{sum:06o}\0 ");
        header[148..156].copy_from_slice(sum.as_bytes());
        out.extend_from_slice(&header);
        out.extend_from_slice(item.bytes);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("packs");
    encoder.finish().expect("packs")
}

pub(crate) fn tar_gz(items: &[Item<'_>]) -> Vec<u8> {
    gzip(&tar(items))
}

/// A zip archive; names are written as they are. A mode of 0 is none.
pub(crate) fn zip(items: &[(&str, u32, &[u8])]) -> Vec<u8> {
    use zip::write::SimpleFileOptions;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, mode, bytes) in items {
        let options = match mode {
            0 => SimpleFileOptions::default(),
            mode => SimpleFileOptions::default().unix_permissions(*mode),
        };
        if *mode == 0o120_777 {
            let target = std::str::from_utf8(bytes).expect("text");
            writer.add_symlink(*name, target, options).expect("adds");
            continue;
        }
        writer.start_file(*name, options).expect("starts");
        writer.write_all(bytes).expect("writes");
    }
    writer.finish().expect("finishes").into_inner()
}
