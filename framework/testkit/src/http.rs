//! A small HTTP server on loopback that says what a test tells it to, also
//! what no good server says.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use terrace_exec::{Cancel, Command, Context, Environment, Frozen};

use crate::tls::Identity;

/// What a client asks.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET`
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// What follows the question mark.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What the server says.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Headers; `content-length` comes by itself.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Sent instead of everything above, byte for byte; then the connection
    /// ends.
    pub raw: Option<Vec<u8>>,
    /// Whether the connection then stays open until the server ends.
    pub hang: bool,
}

impl Reply {
    /// Status 200 with a body.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::status(200, body)
    }

    /// A status with a body.
    pub fn status(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            raw: None,
            hang: false,
        }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A redirect.
    pub fn redirect(to: &str) -> Self {
        Self::status(302, "").header("location", to)
    }

    /// Bytes as they are.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            raw: Some(bytes.into()),
            ..Self::ok("")
        }
    }

    /// The same, and then nothing more is said.
    #[must_use]
    pub fn and_hang(mut self) -> Self {
        self.hang = true;
        self
    }
}

/// The server; it ends when it is dropped.
#[derive(Debug)]
pub struct HttpServer {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    log: Arc<Mutex<Vec<String>>>,
    held: Arc<Mutex<Vec<Held>>>,
    scheme: &'static str,
}

/// A connection that stays open.
struct Held(#[expect(dead_code, reason = "it is held, not used")] Box<dyn Send>);

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Held")
    }
}

type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

impl HttpServer {
    /// Serves on a free port of 127.0.0.1, each connection in a thread.
    pub fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::serving(None, Arc::new(handler))
    }

    /// The same over TLS, as who this is.
    pub fn start_tls(
        identity: Identity,
        handler: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::serving(Some(identity), Arc::new(handler))
    }

    fn serving(identity: Option<Identity>, handler: Arc<Handler>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let server = Self {
            address,
            stop: Arc::default(),
            log: Arc::default(),
            held: Arc::default(),
            scheme: if identity.is_some() { "https" } else { "http" },
        };
        let stop = Arc::clone(&server.stop);
        let (log, held) = (Arc::clone(&server.log), Arc::clone(&server.held));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let handler = Arc::clone(&handler);
                let (log, held) = (Arc::clone(&log), Arc::clone(&held));
                let identity = identity.clone();
                std::thread::spawn(move || {
                    let open = match identity {
                        None => serve(stream, &*handler, &log),
                        Some(identity) => identity
                            .accept(stream)
                            .and_then(|stream| serve(stream, &*handler, &log)),
                    };
                    let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
                    held.extend(open);
                });
            }
        });
        server
    }

    /// Host and port.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// `http://host:port` or `https://host:port` and the path.
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// What was asked, `GET /path?query`, in order.
    pub fn asked(&self) -> Vec<String> {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
    }
}

/// Answers one request; gives the connection back where it stays open.
fn serve<S: Read + Write + Send + 'static>(
    stream: S,
    handler: &Handler,
    log: &Mutex<Vec<String>>,
) -> Option<Held> {
    let mut reader = BufReader::new(stream);
    let request = read_request(&mut reader)?;
    let sign = if request.query.is_empty() { "" } else { "?" };
    log.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(format!(
            "{} {}{sign}{}",
            request.method, request.path, request.query
        ));
    let reply = handler(&request);
    let mut stream = reader.into_inner();
    let bytes = match reply.raw {
        Some(raw) => raw,
        None => {
            let mut text = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", reply.status);
            for (name, value) in &reply.headers {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
            text.push_str(&format!("content-length: {}\r\n\r\n", reply.body.len()));
            let mut bytes = text.into_bytes();
            bytes.extend_from_slice(&reply.body);
            bytes
        }
    };
    // A client that went away is part of some tests.
    let _ = stream.write_all(&bytes).and_then(|()| stream.flush());
    reply.hang.then(|| Held(Box::new(stream)))
}

fn read_request<S: Read + Write>(reader: &mut BufReader<S>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let method = words.next()?.to_owned();
    let target = words.next()?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        ..Request::default()
    };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let pair = (name.to_ascii_lowercase(), value.trim().to_owned());
        request.headers.push(pair);
    }
    if request.header("expect").is_some() {
        reader
            .get_mut()
            .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
            .ok()?;
    }
    let chunked = request
        .header("transfer-encoding")
        .is_some_and(|said| said == "chunked");
    if chunked {
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let size = usize::from_str_radix(line.trim(), 16).ok()?;
            let mut chunk = vec![0; size + 2];
            reader.read_exact(&mut chunk).ok()?;
            if size == 0 {
                break;
            }
            request.body.extend_from_slice(&chunk[..size]);
        }
    } else if let Some(length) = request.header("content-length") {
        let mut body = vec![0; length.parse().ok()?];
        reader.read_exact(&mut body).ok()?;
        request.body = body;
    }
    Some(request)
}

/// Answers a request as `git http-backend` does for the repositories in a
/// folder.
pub fn git_http_backend(folder: &Path, variables: &Environment, request: &Request) -> Reply {
    let git = variables.find("git").expect("git");
    let of = |name: &str| request.header(name).unwrap_or_default().to_owned();
    let environment = variables
        .clone()
        .with("GIT_PROJECT_ROOT", folder)
        .with("GIT_HTTP_EXPORT_ALL", "1")
        .with("PATH_INFO", request.path.clone())
        .with("QUERY_STRING", request.query.clone())
        .with("REQUEST_METHOD", request.method.clone())
        .with("CONTENT_TYPE", of("content-type"))
        .with("CONTENT_LENGTH", request.body.len().to_string())
        .with("HTTP_CONTENT_ENCODING", of("content-encoding"))
        .with("GIT_PROTOCOL", of("git-protocol"))
        .with("REMOTE_ADDR", "127.0.0.1");
    let cancel = Cancel::new();
    let context = Context {
        clock: &Frozen::default(),
        cancel: &cancel,
    };
    let outcome = Command::new(git)
        .arg("http-backend")
        .environment(environment)
        .stdin(request.body.as_slice())
        .data(64 << 20)
        .run_quietly(&context)
        .expect("git http-backend");
    let output = outcome.stdout.into_bytes().unwrap_or_default();
    let end = output.windows(4).position(|four| four == b"\r\n\r\n");
    let Some(end) = end else {
        return Reply::status(500, outcome.stderr.text().into_owned());
    };
    let mut reply = Reply::ok(&output[end + 4..]);
    for line in String::from_utf8_lossy(&output[..end]).lines() {
        match line.split_once(':') {
            Some(("Status", status)) => {
                let code = status.trim().split(' ').next().unwrap_or_default();
                reply.status = code.parse().unwrap_or(500);
            }
            Some((name, value)) => reply = reply.header(name, value.trim()),
            None => {}
        }
    }
    reply
}
