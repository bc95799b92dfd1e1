//! What a bad server does: nothing whole comes of it, and it is said why.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use terrace_exec::Cancel;
use terrace_testkit::{HttpServer, Reply};
use terrace_vendor::{Policy, codes};

use crate::support::{
    content, entry, fetcher_until, fetcher_with, file, get, limits, loopback, package, paths,
    refused, serving, tar_gz,
};

fn good() -> Vec<u8> {
    tar_gz(&[file("main.tf", "# good")])
}

#[test]
fn files_and_archives_are_fetched() {
    let server = serving(BTreeMap::from([
        (String::from("/m.tar.gz"), good()),
        (String::from("/all.yaml"), b"a: 1\n".to_vec()),
        (String::from("/plain"), good()),
    ]));
    let fetched = get(&server.url("/m.tar.gz")).expect("fetches");
    assert_eq!(paths(&fetched), ["main.tf"]);
    assert!(fetched.archive.is_some());
    let fetched = get(&server.url("/all.yaml")).expect("fetches");
    assert_eq!(fetched.file.as_deref(), Some("all.yaml"));
    assert_eq!(content(&fetched, "all.yaml"), b"a: 1\n");
    let fetched = get(&server.url("/plain?archive=tar.gz")).expect("fetches");
    assert_eq!(paths(&fetched), ["main.tf"]);
    refused(get(&server.url("/none.zip")), &codes::NOT_THERE);
    refused(get(&server.url("/plain?archive=zip")), &codes::UNREADABLE);
}

#[test]
fn checksums_hold() {
    let server = serving(BTreeMap::from([(String::from("/m.tgz"), good())]));
    let right = terrace_release::Digest::of(good());
    let wrong = terrace_release::Digest::of("x");
    assert!(get(&format!("{}?checksum=sha256:{right}", server.url("/m.tgz"))).is_ok());
    let error = refused(
        get(&format!("{}?checksum=sha256:{wrong}", server.url("/m.tgz"))),
        &codes::MISMATCH,
    );
    assert!(
        error.message.contains(&right.to_string()),
        "{}",
        error.message
    );
    let sha512 = format!(
        "{}?checksum=sha512:{}",
        server.url("/m.tgz"),
        "0".repeat(128)
    );
    refused(get(&sha512), &codes::MISMATCH);
}

#[test]
fn what_was_pinned_must_come_again() {
    let server = serving(BTreeMap::from([(String::from("/m.tgz"), good())]));
    let address = server.url("/m.tgz");
    let mut entry = terrace_lock::Entry {
        archive: Some(terrace_release::Digest::of(good())),
        ..entry(&address)
    };
    let fetcher = fetcher_with(loopback(), limits());
    assert!(fetcher.fetch(&package(&address), "", Some(&entry)).is_ok());
    entry.archive = Some(terrace_release::Digest::of("other"));
    refused(
        fetcher.fetch(&package(&address), "", Some(&entry)),
        &codes::MISMATCH,
    );
}

#[test]
fn half_a_download_is_none() {
    let whole = good();
    let half = whole[..whole.len() / 2].to_vec();
    let short = {
        let mut raw =
            format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", whole.len()).into_bytes();
        raw.extend_from_slice(&half);
        raw
    };
    let chunked = {
        let mut raw = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        raw.extend_from_slice(format!("{:x}\r\n", whole.len()).as_bytes());
        raw.extend_from_slice(&half);
        raw
    };
    let server = HttpServer::start(move |request| match request.path.as_str() {
        "/short.tgz" => Reply::raw(short.clone()),
        "/chunked.tgz" => Reply::raw(chunked.clone()),
        // The server believes that this is all.
        "/cut.tgz" => Reply::ok(half.clone()),
        _ => Reply::raw(Vec::new()),
    });
    for path in ["/short.tgz", "/chunked.tgz", "/cut.tgz", "/nothing.tgz"] {
        refused(get(&server.url(path)), &codes::INCOMPLETE);
    }
}

#[test]
fn slow_servers_are_not_waited_for() {
    let server = HttpServer::start(|request| match request.path.as_str() {
        "/stalls.tgz" => Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc").and_hang(),
        _ => Reply::raw("").and_hang(),
    });
    for path in ["/stalls.tgz", "/silent.tgz"] {
        refused(get(&server.url(path)), &codes::TIMED_OUT);
    }
}

#[test]
fn too_much_is_refused() {
    let server = HttpServer::start(|request| match request.path.as_str() {
        "/promised.tgz" => {
            Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n").and_hang()
        }
        "/endless.tgz" => {
            let mut raw = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
            raw.resize(5 << 20, b'x');
            Reply::raw(raw)
        }
        "/headers.tgz" => Reply::ok("x").header("x-long", &"x".repeat(64 << 10)),
        _ => Reply::ok("x").header("content-encoding", "gzip"),
    });
    for path in ["/promised.tgz", "/endless.tgz", "/headers.tgz"] {
        refused(get(&server.url(path)), &codes::TOO_LARGE);
    }
    refused(get(&server.url("/encoded.tgz")), &codes::UNREADABLE);
}

#[test]
fn redirects_are_followed_with_care() {
    let archive = good();
    let port = Arc::new(AtomicU16::new(0));
    let known = Arc::clone(&port);
    let server = HttpServer::start(move |request| {
        let port = known.load(Ordering::SeqCst);
        match request.path.as_str() {
            "/m.tgz" => Reply::ok(archive.clone()),
            "/relative.tgz" => Reply::redirect("m.tgz"),
            "/name.tgz" => Reply::redirect(&format!("http://localhost:{port}/m.tgz")),
            "/circle.tgz" => Reply::redirect("/back.tgz"),
            "/back.tgz" => Reply::redirect("/circle.tgz"),
            "/file.tgz" => Reply::redirect("file:///etc/passwd"),
            "/user.tgz" => Reply::redirect("http://user:hunter2@127.0.0.1/m.tgz"),
            "/nowhere.tgz" => Reply::status(302, ""),
            path => {
                let at: u32 = path
                    .trim_matches(|c: char| !c.is_ascii_digit())
                    .parse()
                    .unwrap_or(0);
                Reply::redirect(&format!("/{}.tgz", at + 1))
            }
        }
    });
    port.store(server.port(), Ordering::SeqCst);
    for path in ["/relative.tgz", "/name.tgz"] {
        assert!(get(&server.url(path)).is_ok(), "{path}");
    }
    for path in ["/circle.tgz", "/file.tgz", "/nowhere.tgz", "/0.tgz"] {
        refused(get(&server.url(path)), &codes::REDIRECT);
    }
    let error = refused(get(&server.url("/user.tgz")), &codes::REDIRECT);
    assert!(!error.message.contains("hunter2"), "{}", error.message);
}

/// The address that is connected to counts, also after a redirect.
#[test]
fn private_addresses_behind_a_name_are_refused() {
    let port = Arc::new(AtomicU16::new(0));
    let known = Arc::clone(&port);
    let archive = good();
    let server = HttpServer::start(move |request| match request.path.as_str() {
        "/m.tgz" => Reply::ok(archive.clone()),
        _ => Reply::redirect(&format!(
            "http://localhost:{}/m.tgz",
            known.load(Ordering::SeqCst)
        )),
    });
    port.store(server.port(), Ordering::SeqCst);
    let insecure = Policy {
        private_hosts: Vec::new(),
        ..loopback()
    };
    let fetch = |policy: &Policy, address: &str| {
        fetcher_with(policy.clone(), limits()).fetch(&package(address), "", None)
    };
    let by_name = format!("http://localhost:{}/m.tgz", server.port());
    for address in [server.url("/m.tgz"), by_name] {
        let error = refused(fetch(&insecure, &address), &codes::FORBIDDEN);
        assert!(
            error.message.contains("not a public address"),
            "{}",
            error.message
        );
        assert!(error.help[0].contains("private_hosts"));
    }
    // Only the first host may be private; the redirect leads to another one.
    let only_first = Policy {
        private_hosts: vec![String::from("127.0.0.1")],
        ..insecure
    };
    assert!(fetch(&only_first, &server.url("/m.tgz")).is_ok());
    let error = refused(
        fetch(&only_first, &server.url("/away.tgz")),
        &codes::FORBIDDEN,
    );
    assert!(error.message.contains("localhost"), "{}", error.message);
    assert_eq!(server.asked(), ["GET /m.tgz", "GET /away.tgz"]);
}

#[test]
fn the_policy_names_hosts_and_schemes() {
    let server = serving(BTreeMap::new());
    let secure = Policy {
        insecure_hosts: Vec::new(),
        ..loopback()
    };
    let address = server.url("/m.tgz");
    let result = fetcher_with(secure, limits()).fetch(&package(&address), "", None);
    assert!(
        refused(result, &codes::FORBIDDEN)
            .message
            .contains("plain http")
    );
    let other = Policy {
        allowed_hosts: vec![String::from("acme.example")],
        ..loopback()
    };
    let result = fetcher_with(other, limits()).fetch(&package(&address), "", None);
    assert!(
        refused(result, &codes::FORBIDDEN)
            .message
            .contains("allowed hosts")
    );
    assert!(server.asked().is_empty(), "nothing was asked");
}

#[test]
fn what_does_not_answer_is_unreachable() {
    let port = {
        let server = serving(BTreeMap::new());
        server.port()
    };
    let _ = get(&format!("http://127.0.0.1:{port}/m.tgz"));
    let error = refused(
        get(&format!("http://127.0.0.1:{port}/m.tgz")),
        &codes::UNREACHABLE,
    );
    assert!(
        error.message.starts_with("http://127.0.0.1"),
        "{}",
        error.message
    );
    let server = HttpServer::start(|request| match request.path.as_str() {
        "/private.tgz" => Reply::status(403, ""),
        _ => Reply::status(503, ""),
    });
    refused(get(&server.url("/private.tgz")), &codes::UNREACHABLE);
    refused(get(&server.url("/down.tgz")), &codes::UNREACHABLE);
}

#[test]
fn plain_text_on_a_tls_port_is_said() {
    let server = serving(BTreeMap::new());
    let address = format!("https://127.0.0.1:{}/m.tgz", server.port());
    let error = get(&address).expect_err("no TLS there");
    assert!(
        [
            codes::UNREACHABLE.id,
            codes::INCOMPLETE.id,
            codes::UNREADABLE.id
        ]
        .contains(&error.code.id),
        "{error:?}"
    );
}

/// Who interrupts does not wait for the end of a transfer that never ends.
#[test]
fn a_transfer_can_be_interrupted() {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/m.tgz", server.local_addr().expect("an address"));
    let cancel = Cancel::new();
    let raised = cancel.clone();
    std::thread::spawn(move || {
        let (mut stream, _) = server.accept().expect("a connection");
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 4000000\r\n\r\n";
        stream.write_all(head).expect("written");
        for sent in 0.. {
            if sent == 3 {
                raised.escalate();
            }
            if stream.write_all(b"x").is_err() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let error = refused(
        fetcher_until(&cancel).fetch(&package(&address), "", None),
        &codes::UNREACHABLE,
    );
    assert!(error.message.ends_with("interrupted"), "{error:?}");
}
