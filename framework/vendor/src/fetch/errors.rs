//! What keeps an answer from coming, in words for people.

use std::{fmt, io};

use rustls::CertificateError;
use terrace_diag::Diagnostic;
use ureq::{Error, Timeout};

use crate::url::{host_of, shown};
use crate::{codes, refuse};

/// A refusal of ours on its way through ureq.
#[derive(Debug)]
pub(super) struct Refused(pub(super) Diagnostic);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Refused {}

/// A status that is no success. `help` says what to do if credentials are what
/// is missing; some servers say 404 then.
pub(super) fn of_status(status: u16, asked: &str, help: &str) -> Diagnostic {
    let shown = shown(asked);
    let (code, what, advice) = match status {
        401 | 403 => (&codes::UNREACHABLE, "does not let us in", ""),
        404 | 410 => (&codes::NOT_THERE, "is not there", "check the address"),
        407 => (
            &codes::UNREACHABLE,
            "is behind a proxy that does not let us through",
            "check the proxy's credentials",
        ),
        429 => (
            &codes::UNREACHABLE,
            "was asked too often",
            "wait, and run it again",
        ),
        500..=599 => (&codes::UNREACHABLE, "failed", "run it again"),
        _ => (
            &codes::UNREACHABLE,
            "gave an unexpected answer",
            "check the address",
        ),
    };
    let mut error = refuse(code, format!("{shown} {what} (status {status})"));
    for advice in [
        advice,
        if matches!(status, 401 | 403 | 404) {
            help
        } else {
            ""
        },
    ] {
        if !advice.is_empty() {
            error = error.help(advice);
        }
    }
    error
}

/// Somebody wants it to stop.
pub(super) fn interrupted() -> Diagnostic {
    refuse(&codes::UNREACHABLE, "interrupted")
}

/// A connection that ended too early.
pub(super) fn incomplete(url: &str) -> Diagnostic {
    refuse(
        &codes::INCOMPLETE,
        format!(
            "the connection to {} ended before everything had arrived",
            shown(url)
        ),
    )
    .help("run it again")
}

/// A request without an answer.
pub(super) fn failed(error: Error, url: &str) -> Diagnostic {
    let place = shown(url);
    match error {
        Error::Other(inner) => match inner.downcast::<Refused>() {
            Ok(refused) => refused.0,
            Err(other) => refuse(&codes::UNREACHABLE, format!("{place}: {other}")),
        },
        Error::Timeout(which) => {
            let what = match which {
                Timeout::Connect | Timeout::Resolve => "connecting took too long",
                Timeout::PerRead => "the transfer stood still for too long",
                _ => "the transfer took too long",
            };
            refuse(&codes::TIMED_OUT, format!("{place}: {what}"))
        }
        Error::HostNotFound => refuse(
            &codes::UNREACHABLE,
            format!("{place}: there is no such host"),
        ),
        Error::Rustls(error) => of_tls(&error, url),
        Error::ConnectProxyFailed(why) => refuse(&codes::UNREACHABLE, format!("{place}: {why}"))
            .help("look at HTTPS_PROXY, HTTP_PROXY and NO_PROXY"),
        Error::Io(error) => of_connection(&error, url),
        Error::LargeResponseHeader(..) => refuse(
            &codes::TOO_LARGE,
            format!("{place}: the headers of the answer are too large"),
        ),
        Error::Protocol(error) => {
            let said = error.to_string();
            match said.contains("disconnected") || said.contains("EOF") {
                true => incomplete(url),
                false => refuse(&codes::UNREADABLE, format!("{place}: {said}")),
            }
        }
        Error::Tls(why) => refuse(&codes::UNREACHABLE, format!("{place}: {why}")),
        other => refuse(&codes::UNREACHABLE, format!("{place}: {other}")),
    }
}

/// A connection that failed, or that TLS gave up.
fn of_connection(error: &io::Error, url: &str) -> Diagnostic {
    let inner = error.get_ref();
    if let Some(tls) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return of_tls(tls, url);
    }
    let place = shown(url);
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => incomplete(url),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => refuse(
            &codes::TIMED_OUT,
            format!("{place}: the transfer stood still for too long"),
        ),
        _ => refuse(&codes::UNREACHABLE, format!("{place}: {error}")),
    }
}

/// A server that is not who it should be, as far as its certificate says.
fn of_tls(error: &rustls::Error, url: &str) -> Diagnostic {
    let host = host_of(url);
    let untrusted = |what: String, help: &str| refuse(&codes::UNTRUSTED, what).help(help);
    match error {
        rustls::Error::InvalidCertificate(found) => match found {
            // A stranger may call himself as somebody who is trusted.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => untrusted(
                format!("the certificate of {host} is signed by nobody who is trusted here"),
                "if it is your company's own: add the signer's certificate to those of the system, or write it (PEM) \
                 into a file with all others that are needed, and name that in SSL_CERT_FILE",
            ),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => untrusted(
                format!("the certificate of {host} has expired"),
                "tell those who run it; if it has not, look at the clock of this machine",
            ),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                untrusted(
                    format!("the certificate of {host} is not valid yet"),
                    "look at the clock of this machine",
                )
            }
            CertificateError::NotValidForNameContext { presented, .. } => {
                let names: Vec<String> = presented
                    .iter()
                    .take(5)
                    .map(|name| name.escape_debug().to_string())
                    .collect();
                untrusted(
                    format!(
                        "{host} shows the certificate of another host ({})",
                        names.join(", ")
                    ),
                    "check the address; somebody may stand in between",
                )
            }
            other => untrusted(
                format!("the certificate of {host} is refused: {other}"),
                "tell those who run it",
            ),
        },
        rustls::Error::InvalidMessage(_) => {
            refuse(&codes::UNREACHABLE, format!("{host} does not speak TLS")).help("check the port")
        }
        other => refuse(&codes::UNREACHABLE, format!("{}: {other}", shown(url))),
    }
}
