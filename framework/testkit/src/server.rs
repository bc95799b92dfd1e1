//! A git server on the loopback interface: HTTP in front of `git http-backend`
//! (gitprotocol-http, RFC 3875 for the interface between the two).

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use terrace_exec::Environment;

/// Serves every bare repository below a folder, for reading and writing, until
/// it is dropped.
#[derive(Debug)]
pub struct GitServer {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What a request is made of.
#[derive(Debug, Default)]
struct Request {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl GitServer {
    /// Starts it; `git` runs with these variables.
    pub fn start(folder: &Path, git: &Path, variables: &Environment) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback port");
        let address = listener.local_addr().expect("its address");
        let stopped = Arc::new(AtomicBool::new(false));
        let backend = Arc::new(Backend {
            folder: folder.to_path_buf(),
            git: git.to_path_buf(),
            variables: variables.clone(),
        });
        let flag = Arc::clone(&stopped);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if flag.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), backend) = (stream, Arc::clone(&backend)) else {
                    continue;
                };
                // A client that went away is no fault of a test.
                thread::spawn(move || _ = backend.serve(stream));
            }
        });
        Self {
            address,
            stopped,
            thread: Some(thread),
        }
    }

    /// The URL of a repository, `origin.git`.
    pub fn url(&self, repository: &str) -> String {
        format!("http://{}/{repository}", self.address)
    }
}

impl Drop for GitServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // The one that it is waiting for.
        _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}

struct Backend {
    folder: PathBuf,
    git: PathBuf,
    variables: Environment,
}

impl Backend {
    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        let request = read(&mut stream)?;
        let answer = self.ask(&request)?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.ok_or_else(|| io::Error::other("git http-backend gave no headers"))?;
        let head = String::from_utf8_lossy(&answer[..end]);
        let body = &answer[end + 4..];
        let mut status = "200 OK";
        let mut headers = String::new();
        for line in head.lines() {
            match line.strip_prefix("Status: ") {
                Some(other) => status = other,
                None => headers.push_str(&format!("{line}\r\n")),
            }
        }
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
        )?;
        stream.write_all(body)?;
        stream.flush()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a server of tests starts git itself"
    )]
    fn ask(&self, request: &Request) -> io::Result<Vec<u8>> {
        let mut command = Command::new(&self.git);
        command
            .args(["-c", "http.receivepack=true", "http-backend"])
            .env_clear()
            .envs(self.variables.iter())
            .env("GIT_PROJECT_ROOT", &self.folder)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("REQUEST_METHOD", &request.method)
            .env("PATH_INFO", &request.path)
            .env("QUERY_STRING", &request.query)
            .env("REMOTE_USER", "someone")
            .env("REMOTE_ADDR", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        for (name, variable) in [
            ("content-type", "CONTENT_TYPE"),
            ("content-encoding", "HTTP_CONTENT_ENCODING"),
            ("git-protocol", "GIT_PROTOCOL"),
        ] {
            if let Some(value) = request.header(name) {
                command.env(variable, value);
            }
        }
        command.env("CONTENT_LENGTH", request.body.len().to_string());
        let mut child = command.spawn()?;
        let stdin = child.stdin.take();
        thread::scope(|scope| {
            scope.spawn(|| {
                // It may answer without having read everything.
                stdin.map(|mut stdin| stdin.write_all(&request.body))
            });
            child.wait_with_output().map(|output| output.stdout)
        })
    }
}

fn read(stream: &mut TcpStream) -> io::Result<Request> {
    let mut answers = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut words = first.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        ..Request::default()
    };
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        match header.trim_end().split_once(": ") {
            Some((name, value)) => {
                let name = name.to_ascii_lowercase();
                request.headers.push((name, value.to_owned()));
            }
            None => break,
        }
    }
    if request.header("expect").is_some() {
        answers.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let chunked = request.header("transfer-encoding") == Some("chunked");
    let length = request.header("content-length");
    let mut length: usize = length.and_then(|text| text.parse().ok()).unwrap_or(0);
    loop {
        if chunked {
            let mut size = String::new();
            reader.read_line(&mut size)?;
            length = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
        }
        let start = request.body.len();
        request.body.resize(start + length, 0);
        reader.read_exact(&mut request.body[start..])?;
        if !chunked || length == 0 {
            return Ok(request);
        }
        reader.read_line(&mut String::new())?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cli, Sandbox, tool};

    #[test]
    fn clones_and_pushes_also_large_ones() {
        let Some(git) = tool("clones_and_pushes_also_large_ones", "git") else {
            return;
        };
        let sandbox = Sandbox::git("-- a --\n1\n");
        sandbox.remote("origin");
        let server = GitServer::start(&sandbox.path(""), &git, &sandbox.variables());
        let cli = Cli::new(&git, &sandbox).folder(sandbox.path(""));
        let ran = cli.run(["clone", "-q", &server.url("origin.git"), "clone"]);
        assert_eq!(ran.code, 0, "{ran}");
        // More than a request without chunks holds, and hard to compress.
        let mut noise = Vec::new();
        let mut state = 1_u32;
        for _ in 0..600_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            noise.extend_from_slice(&state.to_be_bytes());
        }
        std::fs::write(sandbox.path("clone/noise"), noise).expect("written");
        let cli = cli.folder(sandbox.path("clone"));
        for args in [
            &["add", "."][..],
            &["commit", "-qm", "noise"],
            &["push", "-q", "--atomic", "origin", "HEAD:refs/heads/new"],
        ] {
            let ran = cli.run(args);
            assert_eq!(ran.code, 0, "{args:?} {ran}");
        }
        let there = Cli::new(&git, &sandbox).folder(sandbox.path("origin.git"));
        let ran = there.run(["cat-file", "-s", "new:noise"]);
        assert_eq!(ran.stdout, "2400000\n", "{ran}");
    }
}
