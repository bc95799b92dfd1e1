//! How connections are made: to addresses that the policy allows, and to who
//! shows a certificate that is trusted.

use std::fmt;
use std::path::Path;

use terrace_exec::Environment;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use super::errors::Refused;
use super::proxy::Named;
use crate::{Limits, Policy, Result, codes, refuse};

/// Makes connections one way: directly, to addresses that the policy allows, or
/// through a proxy, which resolves the names itself.
pub(super) fn agent(
    limits: &Limits,
    roots: &RootCerts,
    policy: &Policy,
    proxy: Option<&Named>,
) -> Agent {
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
        .tls_config(TlsConfig::builder().root_certs(roots.clone()).build())
        .proxy(proxy.map(|named| named.proxy.clone()))
        .build();
    let connector = DefaultConnector::default();
    match proxy {
        // The user set it; it may be anywhere.
        Some(_) => Agent::with_parts(config, connector, DefaultResolver::default()),
        None => Agent::with_parts(
            config,
            connector,
            Guard {
                policy: policy.clone(),
                inner: DefaultResolver::default(),
            },
        ),
    }
}

/// Resolves names and refuses addresses that the policy forbids: what it gives
/// is what is connected to, so that nothing can change in between.
struct Guard {
    policy: Policy,
    inner: DefaultResolver,
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

/// The variable that names a file of trusted certificates, as for curl, OpenSSL
/// and Go.
pub(super) const CERTIFICATES: &str = "SSL_CERT_FILE";

/// Where systems keep the certificates that they trust (Go's
/// `crypto/x509/root_linux.go`, `root_bsd.go`; macOS for curl).
const SYSTEM: [&str; 6] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/usr/local/etc/ssl/cert.pem",
    "/etc/ssl/cert.pem",
];

/// The certificates that are trusted: those of the file that the variable
/// names and no others, else the system's, else Mozilla's as they are built in.
pub(super) fn roots(environment: &Environment) -> Result<RootCerts> {
    let named = environment
        .get(CERTIFICATES)
        .filter(|path| !path.is_empty());
    if let Some(path) = named {
        return read_certificates(Path::new(path)).map_err(|why| {
            refuse(
                &codes::UNREACHABLE,
                format!("{CERTIFICATES} ({}): {why}", path.to_string_lossy()),
            )
        });
    }
    let system = SYSTEM
        .iter()
        .find_map(|path| read_certificates(Path::new(path)).ok());
    Ok(system.unwrap_or(RootCerts::WebPki))
}

fn read_certificates(path: &Path) -> std::result::Result<RootCerts, String> {
    let text = std::fs::read(path).map_err(|error| error.to_string())?;
    let mut all = Vec::new();
    for item in parse_pem(&text) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| error.to_string())? {
            all.push(certificate);
        }
    }
    match all.is_empty() {
        true => Err(String::from("it holds no certificate")),
        false => Ok(RootCerts::new_with_certs(&all)),
    }
}
