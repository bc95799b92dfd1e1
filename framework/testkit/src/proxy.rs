//! A proxy that leads every name to one server on loopback.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// It takes `CONNECT` and nothing else; it ends when it is dropped.
#[derive(Debug)]
pub struct ConnectProxy {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    log: Arc<Mutex<Vec<String>>>,
}

impl ConnectProxy {
    /// Leads to a port of 127.0.0.1, for those with this `Proxy-Authorization`
    /// if there is one.
    pub fn start(to: u16, authorization: Option<&str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let proxy = Self {
            address: listener.local_addr().expect("its address"),
            stop: Arc::default(),
            log: Arc::default(),
        };
        let (stop, log) = (Arc::clone(&proxy.stop), Arc::clone(&proxy.log));
        let authorization = authorization.map(str::to_owned);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let (log, authorization) = (Arc::clone(&log), authorization.clone());
                std::thread::spawn(move || lead(stream, to, authorization.as_deref(), &log));
            }
        });
        proxy
    }

    /// `host:port`
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// What was asked for, `host:port`, in order.
    pub fn asked(&self) -> Vec<String> {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for ConnectProxy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
    }
}

/// One connection; `None` where an end of it went away.
fn lead(
    mut client: TcpStream,
    to: u16,
    authorization: Option<&str>,
    log: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut lines = BufReader::new(client.try_clone().ok()?).lines();
    let first = lines.next()?.ok()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?, words.next()?.to_owned());
    let mut sent = None;
    for line in lines {
        let line = line.ok()?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("proxy-authorization") {
            sent = Some(value.trim().to_owned());
        }
    }
    let answer: &[u8] = match (method, authorization) {
        ("CONNECT", Some(wanted)) if sent.as_deref() != Some(wanted) => {
            b"HTTP/1.1 407 No\r\nproxy-authenticate: Basic realm=\"x\"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        }
        ("CONNECT", _) => {
            log.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(target);
            b"HTTP/1.1 200 Connected\r\n\r\n"
        }
        _ => b"HTTP/1.1 405 No\r\ncontent-length: 0\r\n\r\n",
    };
    client.write_all(answer).ok()?;
    if !answer.starts_with(b"HTTP/1.1 200") {
        return None;
    }
    let server = TcpStream::connect(("127.0.0.1", to)).ok()?;
    let (mut from, mut into) = (server.try_clone().ok()?, client.try_clone().ok()?);
    let back = std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut into);
        let _ = into.shutdown(std::net::Shutdown::Both);
    });
    let mut server = server;
    let _ = std::io::copy(&mut client, &mut server);
    let _ = server.shutdown(std::net::Shutdown::Both);
    back.join().ok()
}
