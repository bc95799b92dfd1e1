//! How connections are made: proxies, certificates, and addresses that the
//! policy allows.

use std::fmt;

use terrace_exec::Environment;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{PemItem, RootCerts, parse_pem};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use ureq::{Error, Proxy};

use super::errors::Refused;
use crate::{Policy, Result, codes, refuse};

/// Resolves names and refuses addresses that the policy forbids: what it gives
/// is what is connected to, so that nothing can change in between.
pub(super) struct Guard {
    policy: Policy,
    /// The proxy is set by the user and may be anywhere.
    proxy: Option<String>,
    inner: DefaultResolver,
}

impl Guard {
    pub(super) fn new(policy: &Policy, proxy: Option<&Proxy>) -> Self {
        Self {
            policy: policy.clone(),
            proxy: proxy.map(|proxy| proxy.host().to_ascii_lowercase()),
            inner: DefaultResolver::default(),
        }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

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

/// The proxy that the environment names.
pub(super) fn proxy(environment: &Environment) -> Result<Option<Proxy>> {
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
pub(super) fn certificates(environment: &Environment) -> Result<Option<RootCerts>> {
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
