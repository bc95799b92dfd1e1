//! GET over http, with the policy applied to every hop and every connection.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;
use std::net::IpAddr;

use terrace_exec::Environment;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error, Proxy, Timeout};

use crate::{Limits, Policy, Result, codes, refuse};

/// What a server said.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    /// The status.
    pub(super) status: u16,
    /// Where the last redirect led.
    pub(super) url: String,
    /// Headers, names in lower case; the first of several.
    pub(super) headers: Vec<(String, String)>,
    bytes: Vec<u8>,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body of a success.
    pub(super) fn ok(self, asked: &str) -> Result<Vec<u8>> {
        match self.status {
            200..=299 => Ok(self.bytes),
            status => Err(status_error(status, asked)),
        }
    }

    /// The body as JSON.
    pub(super) fn json(self, asked: &str) -> Result<serde_json::Value> {
        let bytes = self.ok(asked)?;
        serde_json::from_slice(&bytes).map_err(|error| {
            refuse(
                &codes::UNREADABLE,
                format!("{} does not answer with JSON: {error}", shown(asked)),
            )
        })
    }
}

pub(super) fn status_error(status: u16, asked: &str) -> terrace_diag::Diagnostic {
    let shown = shown(asked);
    let (code, what, help) = match status {
        401 | 403 => (
            &codes::UNREACHABLE,
            "does not let us in",
            "it is asked anonymously: use git with its credential helpers for what is not public",
        ),
        404 | 410 => (&codes::NOT_THERE, "is not there", "check the address"),
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
    refuse(code, format!("{shown} {what} (status {status})")).help(help)
}

/// A URL for messages: without userinfo and query, which may hold credentials.
pub(super) fn shown(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let text = match url.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}/{path}")
        }
        None => url.to_owned(),
    };
    text.escape_debug().take(300).collect()
}

/// The client of one run.
pub(super) struct Client {
    agent: Agent,
    policy: Policy,
    limits: Limits,
    proxied: bool,
}

impl Client {
    pub(super) fn new(policy: &Policy, limits: Limits, environment: &Environment) -> Result<Self> {
        let proxy = proxy(environment)?;
        let mut tls = TlsConfig::builder();
        if let Some(certificates) = certificates(environment)? {
            tls = tls.root_certs(certificates);
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(limits.headers)
            .timeout_connect(Some(limits.connect))
            .timeout_resolve(Some(limits.connect))
            .timeout_per_read(Some(limits.stall))
            .timeout_global(Some(limits.total))
            .user_agent(concat!("terrace/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls.build())
            .proxy(proxy.clone())
            .build();
        let guard = Guard {
            policy: policy.clone(),
            proxy: proxy
                .as_ref()
                .map(|proxy| proxy.host().to_ascii_lowercase()),
            inner: DefaultResolver::default(),
        };
        Ok(Self {
            agent: Agent::with_parts(config, DefaultConnector::default(), guard),
            policy: policy.clone(),
            limits,
            proxied: proxy.is_some(),
        })
    }

    /// Whether a proxy connects for us, so that the addresses are its matter.
    pub(super) fn is_proxied(&self) -> bool {
        self.proxied
    }

    /// Gets a URL and follows its redirects. Headers go to the first host only.
    ///
    /// # Errors
    /// The policy forbids a hop, or nothing whole comes back.
    pub(super) fn get(&self, url: &str, headers: &[(&str, &str)], limit: u64) -> Result<Reply> {
        let mut url = url.to_owned();
        let mut seen = BTreeSet::new();
        let first = host_of(&url).to_owned();
        loop {
            let same_host = host_of(&url) == first;
            let sent: &[(&str, &str)] = if same_host { headers } else { &[] };
            let reply = self.once(&url, sent, limit)?;
            if !matches!(reply.status, 301 | 302 | 303 | 307 | 308) {
                return Ok(reply);
            }
            let Some(location) = reply.header("location") else {
                return Err(refuse(
                    &codes::REDIRECT,
                    format!("{} redirects to nowhere", shown(&url)),
                ));
            };
            let next = join(&url, location).ok_or_else(|| {
                refuse(
                    &codes::REDIRECT,
                    format!(
                        "{} redirects to `{}`, which cannot be read",
                        shown(&url),
                        shown(location)
                    ),
                )
            })?;
            if !may_lead(&url, &next) {
                return Err(refuse(
                    &codes::REDIRECT,
                    format!(
                        "{} redirects to another scheme, {}",
                        shown(&url),
                        shown(&next)
                    ),
                ));
            }
            seen.insert(url);
            if seen.contains(&next) {
                return Err(refuse(
                    &codes::REDIRECT,
                    format!("{} redirects in a circle", shown(&next)),
                ));
            }
            if seen.len() > self.limits.redirects {
                return Err(refuse(
                    &codes::REDIRECT,
                    format!(
                        "{} is redirected more than {} times",
                        shown(&next),
                        self.limits.redirects
                    ),
                ));
            }
            url = next;
        }
    }

    fn once(&self, url: &str, headers: &[(&str, &str)], limit: u64) -> Result<Reply> {
        let host = host_of(url);
        self.policy.check_host(host)?;
        self.policy.check_scheme(scheme_of(url), host)?;
        let mut request = self.agent.get(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.call().map_err(|error| failed(error, url))?;
        let status = response.status().as_u16();
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .filter_map(|(name, value)| {
                let value = value.to_str().ok()?;
                Some((name.as_str().to_ascii_lowercase(), value.to_owned()))
            })
            .collect();
        let reply = Reply {
            status,
            url: url.to_owned(),
            headers,
            bytes: Vec::new(),
        };
        if reply
            .header("content-encoding")
            .is_some_and(|said| said != "identity")
        {
            return Err(refuse(
                &codes::UNREADABLE,
                format!(
                    "{} is sent in an encoding that was not asked for",
                    shown(url)
                ),
            ));
        }
        let promised = reply
            .header("content-length")
            .and_then(|text| text.parse::<u64>().ok());
        let too_large = || {
            refuse(
                &codes::TOO_LARGE,
                format!(
                    "{} is larger than {} MiB",
                    shown(url),
                    limit.div_ceil(1 << 20)
                ),
            )
        };
        if promised.is_some_and(|bytes| bytes > limit) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        let body = response.body_mut().with_config().limit(limit + 1).reader();
        body.take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| failed(Error::from(error), url))?;
        let got = bytes.len() as u64;
        if got > limit {
            return Err(too_large());
        }
        if promised.is_some_and(|promised| got < promised) {
            return Err(incomplete(url));
        }
        Ok(Reply { bytes, ..reply })
    }

    /// The addresses of a host, each one allowed.
    pub(super) fn addresses(&self, host: &str, port: u16) -> Result<Vec<IpAddr>> {
        use std::net::ToSocketAddrs as _;
        let (name, port) = match host.rsplit_once(':') {
            Some((name, own)) if !own.ends_with(']') => (name, own.parse().unwrap_or(port)),
            _ => (host, port),
        };
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let found: Vec<IpAddr> = (bare, port)
            .to_socket_addrs()
            .map_err(|_| refuse(&codes::UNREACHABLE, format!("there is no host `{name}`")))?
            .map(|address| address.ip())
            .collect();
        for address in &found {
            self.policy.check_address(host, *address)?;
        }
        Ok(found)
    }
}

fn incomplete(url: &str) -> terrace_diag::Diagnostic {
    refuse(
        &codes::INCOMPLETE,
        format!(
            "the connection to {} ended before everything had arrived",
            shown(url)
        ),
    )
    .help("run it again")
}

/// Resolves names and refuses addresses that the policy forbids: what it gives
/// is what is connected to, so that nothing can change in between.
struct Guard {
    policy: Policy,
    /// The proxy is set by the user and may be anywhere.
    proxy: Option<String>,
    inner: DefaultResolver,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

/// A refusal on its way through ureq.
#[derive(Debug)]
struct Refused(terrace_diag::Diagnostic);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Refused {}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> std::result::Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        if self.proxy.as_deref() == Some(host.as_str()) {
            return Ok(found);
        }
        let host = match uri.port_u16() {
            Some(port) => format!("{host}:{port}"),
            None => host,
        };
        for address in &*found {
            self.policy
                .check_address(&host, address.ip())
                .map_err(|refused| Error::Other(Box::new(Refused(refused))))?;
        }
        Ok(found)
    }
}

fn failed(error: Error, url: &str) -> terrace_diag::Diagnostic {
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

/// A redirect may lead to https, or to plain http from plain http.
fn may_lead(from: &str, to: &str) -> bool {
    scheme_of(to) == "https" || (scheme_of(from) == "http" && scheme_of(to) == "http")
}

fn scheme_of(url: &str) -> &str {
    url.split("://").next().unwrap_or_default()
}

/// Host and port of a URL.
pub(super) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

/// A reference resolved against a URL (RFC 3986, 5.2, as much as servers use).
pub(super) fn join(base: &str, reference: &str) -> Option<String> {
    if reference
        .chars()
        .any(|c| c.is_control() || c.is_whitespace())
    {
        return None;
    }
    let (scheme, rest) = base.split_once("://")?;
    let reference = reference.split('#').next().unwrap_or_default();
    let joined = if reference.contains("://") {
        let (scheme, rest) = reference.split_once("://")?;
        format!("{}://{rest}", scheme.to_ascii_lowercase())
    } else if let Some(rest) = reference.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if reference.starts_with('/') {
        format!("{scheme}://{}{reference}", host_of(base))
    } else {
        let path = rest.split('?').next().unwrap_or_default();
        let folder = match path.contains('/') {
            true => path.rsplit_once('/').map_or(path, |(folder, _)| folder),
            false => path,
        };
        let (authority, mut folder) = folder.split_once('/').unwrap_or((folder, ""));
        let mut reference = reference;
        loop {
            if let Some(rest) = reference.strip_prefix("../") {
                folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
                reference = rest;
            } else if let Some(rest) = reference.strip_prefix("./") {
                reference = rest;
            } else {
                break;
            }
        }
        match folder {
            "" => format!("{scheme}://{authority}/{reference}"),
            folder => format!("{scheme}://{authority}/{folder}/{reference}"),
        }
    };
    let fine = matches!(scheme_of(&joined), "https" | "http") && !host_of(&joined).is_empty();
    // Credentials in a redirect would be sent on.
    let authority = joined.split_once("://")?.1.split('/').next()?;
    (fine && !authority.contains('@')).then_some(joined)
}

fn proxy(environment: &Environment) -> Result<Option<Proxy>> {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let text = |name: &str| {
        environment
            .get(name)
            .and_then(|value| value.to_str())
            .filter(|value| !value.is_empty())
    };
    let Some((name, value)) = names.iter().find_map(|name| Some((name, text(name)?))) else {
        return Ok(None);
    };
    let bad = |_| {
        refuse(
            &codes::UNREACHABLE,
            format!("the proxy that {name} names cannot be used"),
        )
    };
    let parsed = Proxy::new(value).map_err(bad)?;
    let mut builder = Proxy::builder(parsed.protocol())
        .host(parsed.host())
        .port(parsed.port());
    if let Some(user) = parsed.username() {
        builder = builder.username(user);
    }
    if let Some(password) = parsed.password() {
        builder = builder.password(password);
    }
    for expression in ["NO_PROXY", "no_proxy"]
        .iter()
        .filter_map(|name| text(name))
    {
        for one in expression
            .split(',')
            .map(str::trim)
            .filter(|one| !one.is_empty())
        {
            builder = builder.no_proxy(one);
        }
    }
    builder.build().map(Some).map_err(bad)
}

/// `SSL_CERT_FILE`, as curl and git read it.
fn certificates(environment: &Environment) -> Result<Option<RootCerts>> {
    let Some(path) = environment
        .get("SSL_CERT_FILE")
        .filter(|path| !path.is_empty())
    else {
        return Ok(None);
    };
    let bad = |why: String| {
        refuse(
            &codes::UNREACHABLE,
            format!("SSL_CERT_FILE ({}): {why}", path.to_string_lossy()),
        )
    };
    let text = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
    let mut all = Vec::new();
    for item in parse_pem(&text) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| bad(error.to_string()))? {
            all.push(certificate);
        }
    }
    match all.is_empty() {
        true => Err(bad(String::from("it holds no certificate"))),
        false => Ok(Some(RootCerts::new_with_certs(&all))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_lead_to_schemes_that_are_as_safe() {
        for (from, to, may) in [
            ("https", "https", true),
            ("http", "https", true),
            ("http", "http", true),
            ("https", "http", false),
            ("https", "ftp", false),
            ("http", "file", false),
        ] {
            let url = |scheme: &str| format!("{scheme}://acme.example/");
            assert_eq!(may_lead(&url(from), &url(to)), may, "{from} to {to}");
        }
    }

    #[test]
    fn joins_references() {
        let base = "https://acme.example/v1/modules/x?y=1";
        for (reference, joined) in [
            ("z", "https://acme.example/v1/modules/z"),
            ("./z", "https://acme.example/v1/modules/z"),
            ("../z?a=b", "https://acme.example/v1/z?a=b"),
            ("/z", "https://acme.example/z"),
            ("//other.example/z", "https://other.example/z"),
            ("HTTP://other.example", "http://other.example"),
        ] {
            assert_eq!(
                join(base, reference).as_deref(),
                Some(joined),
                "{reference}"
            );
        }
        for bad in [
            "file:///etc/passwd",
            "https://user:pass@acme.example/",
            "https://",
            "a b",
        ] {
            assert_eq!(join(base, bad), None, "{bad}");
        }
        assert_eq!(
            shown("https://u:p@acme.example/x?token=1"),
            "https://acme.example/x"
        );
    }
}
