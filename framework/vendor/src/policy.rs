//! What may be reached: the `vendor` block of terrace.hcl.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::url::split_port;
use crate::{Result, codes, refuse};

/// Hosts are `name`, `name:port` or `*.domain`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// The only hosts that may be reached; none named: every public one.
    pub allowed_hosts: Vec<String>,
    /// Hosts that may have private addresses.
    pub private_hosts: Vec<String>,
    /// Hosts that may be reached by plain http.
    pub insecure_hosts: Vec<String>,
    /// Whether repositories of this machine (`git::file://`) may be used.
    pub local_git: bool,
}

fn named(patterns: &[String], host: &str) -> bool {
    let (name, _) = split_port(host);
    patterns.iter().any(|pattern| {
        let pattern = pattern.to_ascii_lowercase();
        match pattern.strip_prefix("*.") {
            Some(domain) => name
                .strip_suffix(domain)
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
            None => pattern == host || pattern == name,
        }
    })
}

impl Policy {
    /// Whether a host may be asked at all.
    ///
    /// # Errors
    /// It is none of the allowed ones.
    pub fn check_host(&self, host: &str) -> Result<()> {
        if self.allowed_hosts.is_empty() || named(&self.allowed_hosts, host) {
            return Ok(());
        }
        Err(refuse(
            &codes::FORBIDDEN,
            format!("`{host}` is not one of the allowed hosts"),
        )
        .help(format!(
            "add it to `allowed_hosts` of the `vendor` block in terrace.hcl, if you trust {host}"
        )))
    }

    /// Whether a scheme may be used with a host.
    ///
    /// # Errors
    /// It is plain http, and the host is not one that may be.
    pub fn check_scheme(&self, scheme: &str, host: &str) -> Result<()> {
        if scheme != "http" || named(&self.insecure_hosts, host) {
            return Ok(());
        }
        Err(refuse(
            &codes::FORBIDDEN,
            format!("`{host}` would be asked over plain http, which anybody on the way can change"),
        )
        .help(format!(
            "use https, or add `{host}` to `insecure_hosts` of the `vendor` block in terrace.hcl"
        )))
    }

    /// Whether a host may be reached at an address.
    ///
    /// # Errors
    /// The address is private, and the host is not one that may have such.
    pub fn check_address(&self, host: &str, address: IpAddr) -> Result<()> {
        if is_public(address) || named(&self.private_hosts, host) {
            return Ok(());
        }
        Err(refuse(
            &codes::FORBIDDEN,
            format!("`{host}` leads to {address}, which is not a public address"),
        )
        .help(format!(
            "if it is yours, add `{host}` to `private_hosts` of the `vendor` block in terrace.hcl"
        )))
    }
}

/// Whether an address is globally reachable (IANA special-purpose registries);
/// addresses that carry an IPv4 address are judged by that one.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || a == 10
        || a == 127
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 169 && b == 254)
        || (a == 172 && (16..32).contains(&b))
        || (a == 192 && b == 168)
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // ::, ::1, v4-compatible and v4-mapped.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => high != 0 && v4(high, low),
        // NAT64.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        [0x64, 0xff9b, ..] | [0x100, 0, 0, 0, ..] => false,
        // 6to4.
        [0x2002, high, low, ..] => v4(high, low),
        // Teredo, benchmarking, documentation.
        [0x2001, 0 | 2 | 0xdb8, ..] | [0x3fff, ..] => false,
        // Only 2000::/3 is given out.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_private_addresses() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().expect(private)), "{private}");
        }
        for public in [
            "1.1.1.1",
            "140.82.121.4",
            "172.32.0.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
        ] {
            assert!(is_public(public.parse().expect(public)), "{public}");
        }
    }

    #[test]
    fn hosts_are_named_with_port_or_without() {
        let policy = Policy {
            allowed_hosts: vec![
                String::from("*.acme.example"),
                String::from("git.local:8080"),
            ],
            private_hosts: vec![String::from("git.local")],
            ..Policy::default()
        };
        for fine in ["a.acme.example", "a.b.acme.example:444", "git.local:8080"] {
            assert!(policy.check_host(fine).is_ok(), "{fine}");
        }
        for not in [
            "acme.example",
            "evilacme.example",
            "git.local",
            "git.local:80",
        ] {
            assert!(policy.check_host(not).is_err(), "{not}");
        }
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        assert!(policy.check_address("git.local:8080", loopback).is_ok());
        assert!(policy.check_address("a.acme.example", loopback).is_err());
        assert!(policy.check_scheme("http", "a.acme.example").is_err());
        assert!(policy.check_scheme("https", "a.acme.example").is_ok());
    }
}
