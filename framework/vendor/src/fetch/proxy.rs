//! Which proxy stands before a URL: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
//! `NO_PROXY`, read as Terraform reads them (golang.org/x/net/http/httpproxy).

use std::net::IpAddr;

use terrace_exec::Environment;
use ureq::Proxy;

use crate::credentials::Secret;
use crate::url::{host_of, is_loopback, scheme_of, split_port};
use crate::{Result, codes, refuse};

/// A proxy as it was named.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// For ureq.
    pub(super) proxy: Proxy,
    /// The variable's value, which may hold a password.
    pub(super) value: Secret,
}

/// The proxies of an environment, by the scheme of what is asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Proxies {
    pub(super) https: Option<Named>,
    pub(super) http: Option<Named>,
    exceptions: Vec<Exception>,
}

impl Proxies {
    pub(super) fn read(environment: &Environment) -> Result<Self> {
        let exceptions = first(environment, &["NO_PROXY", "no_proxy"]).map(|(_, value)| value);
        Ok(Self {
            https: named(
                environment,
                &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
            )?,
            http: named(
                environment,
                &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
            )?,
            exceptions: exceptions
                .unwrap_or_default()
                .split(',')
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(Exception::parse)
                .collect(),
        })
    }

    /// The proxy for a URL; `None`: it is asked directly, as this machine
    /// itself always is.
    pub(super) fn of(&self, url: &str) -> Option<&Named> {
        let proxy = match scheme_of(url) {
            "https" => self.https.as_ref(),
            "http" => self.http.as_ref(),
            _ => None,
        }?;
        let host = host_of(url).to_ascii_lowercase();
        let name = split_port(&host).0.trim_end_matches('.');
        let is_here = is_loopback(&host) || name == "localhost" || name.ends_with(".localhost");
        let direct = is_here
            || self
                .exceptions
                .iter()
                .any(|exception| exception.is_for(&host, scheme_of(url)));
        (!direct).then_some(proxy)
    }
}

fn first<'e>(
    environment: &'e Environment,
    names: &[&'static str],
) -> Option<(&'static str, &'e str)> {
    names.iter().find_map(|name| {
        let value = environment.get(name)?.to_str()?;
        (!value.is_empty()).then_some((*name, value))
    })
}

fn named(environment: &Environment, names: &[&'static str]) -> Result<Option<Named>> {
    let Some((name, value)) = first(environment, names) else {
        return Ok(None);
    };
    let bad = |why: &str| {
        refuse(
            &codes::UNREACHABLE,
            format!("the proxy that {name} names cannot be used{why}"),
        )
        .help("write `http://host:port` or `https://host:port`")
    };
    let proxy = Proxy::new(value).map_err(|_| bad(""))?;
    if !matches!(
        proxy.protocol(),
        ureq::ProxyProtocol::Http | ureq::ProxyProtocol::Https
    ) {
        return Err(bad(": it is none for http"));
    }
    Ok(Some(Named {
        proxy,
        value: Secret::new(value),
    }))
}

/// What `NO_PROXY` lists.
#[derive(Debug, Clone)]
enum Exception {
    All,
    /// Addresses that share the first bits.
    Addresses(IpAddr, u32),
    /// A domain, perhaps only what is below it, perhaps only on a port.
    Domain {
        name: String,
        below_only: bool,
        port: Option<String>,
    },
}

impl Exception {
    fn parse(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        if text == "*" {
            return Self::All;
        }
        let bare = |text: &str| text.trim_matches(['[', ']']).parse::<IpAddr>();
        if let Some((address, bits)) = text.split_once('/')
            && let (Ok(address), Ok(bits)) = (bare(address), bits.parse())
        {
            return Self::Addresses(address, bits);
        }
        if let Ok(address) = bare(&text) {
            return Self::Addresses(address, u32::MAX);
        }
        let (name, port) = split_port(&text);
        let name = name.strip_prefix('*').unwrap_or(name);
        let below = name.strip_prefix('.');
        Self::Domain {
            name: below.unwrap_or(name).to_owned(),
            below_only: below.is_some(),
            port: port.map(str::to_owned),
        }
    }

    fn is_for(&self, host: &str, scheme: &str) -> bool {
        let (name, port) = split_port(host);
        match self {
            Self::All => true,
            Self::Addresses(address, bits) => name
                .trim_matches(['[', ']'])
                .parse()
                .is_ok_and(|other| same_bits(*address, other, *bits)),
            Self::Domain {
                name: domain,
                below_only,
                port: only,
            } => {
                let default = if scheme == "https" { "443" } else { "80" };
                let port_fits = only
                    .as_deref()
                    .is_none_or(|only| only == port.unwrap_or(default));
                let is_below = name
                    .strip_suffix(domain.as_str())
                    .is_some_and(|rest| rest.ends_with('.'));
                port_fits && (is_below || (!below_only && name == domain))
            }
        }
    }
}

/// Whether two addresses of a kind share their first bits.
fn same_bits(a: IpAddr, b: IpAddr, bits: u32) -> bool {
    match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            let rest = 32_u32.saturating_sub(bits);
            a.to_bits().checked_shr(rest) == b.to_bits().checked_shr(rest)
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => {
            let rest = 128_u32.saturating_sub(bits);
            a.to_bits().checked_shr(rest) == b.to_bits().checked_shr(rest)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Proxies {
        let environment: Environment = variables.iter().copied().collect();
        Proxies::read(&environment).expect("proxies")
    }

    #[test]
    fn each_scheme_has_its_proxy() {
        let both = proxies(&[
            ("https_proxy", "http://one:1"),
            ("HTTP_PROXY", "two:2"),
            ("ALL_PROXY", "http://three:3"),
        ]);
        let of = |proxies: &Proxies, url: &str| {
            proxies.of(url).map(|named| named.value.expose().to_owned())
        };
        assert_eq!(
            of(&both, "https://a.example/").as_deref(),
            Some("http://one:1")
        );
        assert_eq!(of(&both, "http://a.example/").as_deref(), Some("two:2"));
        let all = proxies(&[("ALL_PROXY", "http://three:3"), ("HTTP_PROXY", "")]);
        for url in ["https://a.example/", "http://a.example/"] {
            assert_eq!(of(&all, url).as_deref(), Some("http://three:3"));
        }
        for url in [
            "https://x.localhost/",
            "https://localhost.:444/",
            "https://localhost:444/",
            "http://127.0.0.9/",
            "http://[::1]/",
        ] {
            assert_eq!(of(&all, url), None, "{url}");
        }
        assert!(proxies(&[]).of("https://a.example/").is_none());
        for bad in ["socks5://user:hunter2@one", "ftp://hunter2@one", "http://"] {
            let environment = Environment::new().with("HTTPS_PROXY", bad);
            let error = Proxies::read(&environment).expect_err(bad);
            assert!(
                error.message.contains("HTTPS_PROXY") && !error.message.contains("hunter2"),
                "{error:?}"
            );
        }
    }

    #[test]
    fn exceptions_are_those_of_go() {
        let list =
            "a.example, .b.example,*.c.example, 10.0.0.0/8,1.2.3.4,[fd00::]/8,d.example:8443,::2";
        let some = proxies(&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", list)]);
        for direct in [
            "a.example",
            "A.example:444",
            "x.a.example",
            "x.b.example",
            "x.c.example",
            "10.200.0.1",
            "10.200.0.1:8443",
            "1.2.3.4",
            "[fd12::1]:444",
            "d.example:8443",
            "[::2]",
        ] {
            let url = format!("https://{direct}/x");
            assert!(some.of(&url).is_none(), "{direct}");
        }
        for proxied in [
            "xa.example",
            "b.example",
            "c.example",
            "11.0.0.1",
            "1.2.3.5",
            "[fe80::1]",
            "d.example",
            "example",
        ] {
            let url = format!("https://{proxied}/x");
            assert!(some.of(&url).is_some(), "{proxied}");
        }
        let none = proxies(&[("HTTPS_PROXY", "http://p:1"), ("no_proxy", "x,*")]);
        assert!(none.of("https://a.example/").is_none());
        let zero = proxies(&[
            ("HTTPS_PROXY", "http://p:1"),
            ("NO_PROXY", "0.0.0.0/0,::/0"),
        ]);
        assert!(zero.of("https://8.8.8.8/").is_none());
        assert!(zero.of("https://a.example/").is_some());
    }
}
