//! What keeps an answer from coming, in words for people.

use std::fmt;

use terrace_diag::Diagnostic;
use ureq::{Error, Timeout};

use crate::url::shown;
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
        Error::Io(error) => match error.kind() {
            std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::ConnectionReset => {
                incomplete(url)
            }
            std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => refuse(
                &codes::TIMED_OUT,
                format!("{place}: the transfer stood still for too long"),
            ),
            _ => refuse(&codes::UNREACHABLE, format!("{place}: {error}")),
        },
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
