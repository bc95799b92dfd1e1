//! Requests over http, with the policy applied to every hop and every
//! connection, and secrets sent to the host only that they are for.

use std::collections::BTreeSet;
use std::io::Read;
use std::net::IpAddr;

use terrace_exec::{Cancel, Environment};
use ureq::{Agent, Error};

use super::connect::{agent, roots};
use super::errors::{failed, incomplete, interrupted, of_status};
use super::proxy::{Named, Proxies};
use crate::credentials::{Access, Secret};
use crate::url::{
    address_of, host_of, is_number, join, may_carry_secrets, may_lead, scheme_of, shown, split_port,
};
use crate::{Limits, Policy, Result, codes, refuse};

/// How much is read before somebody may interrupt again.
const PART: usize = 64 << 10;

/// What a server said.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    /// The status.
    pub(super) status: u16,
    /// Where the last redirect led.
    pub(super) url: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    bytes: Vec<u8>,
    /// What to do if this is a refusal.
    help: String,
}

impl Reply {
    /// The first header of a name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All headers of a name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let found = self.headers.iter().filter(move |(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body of a success.
    pub(super) fn ok(self, asked: &str) -> Result<Vec<u8>> {
        match self.status {
            200..=299 => Ok(self.bytes),
            _ => Err(self.refusal(asked)),
        }
    }

    /// What a status that is no success means.
    pub(super) fn refusal(&self, asked: &str) -> terrace_diag::Diagnostic {
        of_status(self.status, asked, &self.help)
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

/// One request of a chain.
struct Hop<'r> {
    url: &'r str,
    headers: Vec<(&'r str, &'r str)>,
    /// The form that is posted; without one it is a GET.
    form: Option<&'r str>,
    limit: u64,
}

/// The client of one run.
pub(super) struct Client {
    direct: Agent,
    proxied: Proxied,
    proxies: Proxies,
    policy: Policy,
    limits: Limits,
    cancel: Cancel,
}

/// What asks through a proxy, by the scheme of what is asked.
struct Proxied {
    https: Option<Agent>,
    http: Option<Agent>,
}

impl Client {
    pub(super) fn new(
        policy: &Policy,
        limits: Limits,
        environment: &Environment,
        cancel: &Cancel,
    ) -> Result<Self> {
        let proxies = Proxies::read(environment)?;
        let roots = roots(environment)?;
        let through = |proxy: &Named| agent(&limits, &roots, policy, Some(proxy));
        Ok(Self {
            direct: agent(&limits, &roots, policy, None),
            proxied: Proxied {
                https: proxies.https.as_ref().map(through),
                http: proxies.http.as_ref().map(through),
            },
            proxies,
            policy: policy.clone(),
            limits,
            cancel: cancel.clone(),
        })
    }

    /// The proxy that a URL is asked through: its address, which may hold a
    /// password.
    pub(super) fn proxy(&self, url: &str) -> Option<&Secret> {
        self.proxies.of(url).map(|named| &named.value)
    }

    /// What a URL is asked with. A proxy resolves names, so that an address is
    /// checked here only if it stands in the URL.
    fn agent(&self, url: &str) -> Result<&Agent> {
        let of_scheme = match scheme_of(url) {
            "https" => self.proxied.https.as_ref(),
            _ => self.proxied.http.as_ref(),
        };
        match (self.proxies.of(url), of_scheme) {
            (Some(_), Some(agent)) => {
                let host = host_of(url);
                match address_of(host) {
                    Some(address) => self.policy.check_address(host, address)?,
                    None if is_number(host) => {
                        return Err(refuse(
                            &codes::FORBIDDEN,
                            format!("`{host}` is an address in a form that is not checked"),
                        )
                        .help("write it as four numbers with dots, or use a name"));
                    }
                    None => {}
                }
                Ok(agent)
            }
            _ => Ok(&self.direct),
        }
    }

    /// Gets a URL and follows its redirects. Headers go to the first host only;
    /// the authorization does so, too, and only where nobody can read it on the
    /// way.
    ///
    /// # Errors
    /// The policy forbids a hop, or nothing whole comes back.
    pub(super) fn get(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        access: &Access,
        limit: u64,
    ) -> Result<Reply> {
        let mut url = url.to_owned();
        let mut seen = BTreeSet::new();
        let first = host_of(&url).to_owned();
        let mut same_host = true;
        loop {
            // Who was led away gets nothing more, also not on the way back.
            same_host &= host_of(&url) == first;
            let mut sent = match same_host {
                true => headers.to_vec(),
                false => Vec::new(),
            };
            let secret = access.authorization.as_ref().filter(|_| same_host);
            if let Some(secret) = secret.filter(|_| may_carry_secrets(&url)) {
                sent.push(("authorization", secret.expose()));
            }
            let reply = self.once(&Hop {
                url: &url,
                headers: sent,
                form: None,
                limit,
            })?;
            if !is_redirect(reply.status) {
                let help = match secret {
                    _ if !same_host => {
                        let host = host_of(&url);
                        format!("what there is for {first} is not sent to {host} after a redirect")
                    }
                    Some(_) if !may_carry_secrets(&url) => {
                        String::from("there are credentials for it, which are sent over https only")
                    }
                    _ => access.help.clone(),
                };
                return Ok(Reply { help, ..reply });
            }
            let next = self.next(&reply)?;
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

    /// Posts a form, which may hold secrets, and follows no redirect.
    ///
    /// # Errors
    /// As [`Client::get`], and where anybody could read it on the way.
    pub(super) fn post(&self, url: &str, form: &str, help: &str) -> Result<Reply> {
        if !may_carry_secrets(url) {
            return Err(refuse(
                &codes::FORBIDDEN,
                format!("{} would be sent a secret without https", shown(url)),
            ));
        }
        let reply = self.once(&Hop {
            url,
            headers: vec![("content-type", "application/x-www-form-urlencoded")],
            form: Some(form),
            limit: self.limits.answer,
        })?;
        Ok(Reply {
            help: help.to_owned(),
            ..reply
        })
    }

    /// Where a redirect leads.
    fn next(&self, reply: &Reply) -> Result<String> {
        let url = &reply.url;
        let bad = |what: String| refuse(&codes::REDIRECT, format!("{} {what}", shown(url)));
        let location = reply
            .header("location")
            .ok_or_else(|| bad(String::from("redirects to nowhere")))?;
        let next = join(url, location).ok_or_else(|| {
            bad(format!(
                "redirects to `{}`, which cannot be read",
                shown(location)
            ))
        })?;
        match may_lead(url, &next) {
            true => Ok(next),
            false => Err(bad(format!(
                "redirects to another scheme, {}",
                shown(&next)
            ))),
        }
    }

    fn once(&self, hop: &Hop<'_>) -> Result<Reply> {
        self.go_on()?;
        let (url, limit) = (hop.url, hop.limit);
        let host = host_of(url);
        self.policy.check_host(host)?;
        self.policy.check_scheme(scheme_of(url), host)?;
        let agent = self.agent(url)?;
        let sent = match hop.form {
            None => {
                let mut request = agent.get(url);
                for (name, value) in &hop.headers {
                    request = request.header(*name, *value);
                }
                request.call()
            }
            Some(form) => {
                let mut request = agent.post(url);
                for (name, value) in &hop.headers {
                    request = request.header(*name, *value);
                }
                request.send(form)
            }
        };
        let mut response = sent.map_err(|error| failed(error, url))?;
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
            help: String::new(),
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
        let mut body = body.take(limit + 1);
        let mut part = vec![0; PART];
        loop {
            self.go_on()?;
            let read = body.read(&mut part);
            match read.map_err(|error| failed(Error::from(error), url))? {
                0 => break,
                count => bytes.extend_from_slice(&part[..count]),
            }
        }
        let got = bytes.len() as u64;
        if got > limit {
            return Err(too_large());
        }
        if promised.is_some_and(|promised| got < promised) {
            return Err(incomplete(url));
        }
        Ok(Reply { bytes, ..reply })
    }

    /// Whether nobody interrupts.
    fn go_on(&self) -> Result<()> {
        match self.cancel.is_cancelled() {
            true => Err(interrupted()),
            false => Ok(()),
        }
    }

    /// The addresses of a host, each one allowed.
    pub(super) fn addresses(&self, host: &str, port: u16) -> Result<Vec<IpAddr>> {
        use std::net::ToSocketAddrs as _;
        let (name, own) = split_port(host);
        let port = own.and_then(|own| own.parse().ok()).unwrap_or(port);
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

fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}
