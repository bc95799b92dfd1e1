//! URLs as text: their parts, references, and what may be shown of them.

use std::net::IpAddr;

/// A URL for messages: without userinfo and query, which may hold credentials.
pub(crate) fn shown(url: &str) -> String {
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

/// A redirect may lead to https, or to plain http from plain http.
pub(crate) fn may_lead(from: &str, to: &str) -> bool {
    scheme_of(to) == "https" || (scheme_of(from) == "http" && scheme_of(to) == "http")
}

pub(crate) fn scheme_of(url: &str) -> &str {
    url.split("://").next().unwrap_or_default()
}

/// Whether a secret may be sent to a URL: nobody on the way can read it.
pub(crate) fn may_carry_secrets(url: &str) -> bool {
    match scheme_of(url) {
        "https" => true,
        scheme => scheme == "http" && is_loopback(host_of(url)),
    }
}

/// Whether a host is this machine by its name.
pub(crate) fn is_loopback(host: &str) -> bool {
    match address_of(host) {
        Some(address) => address.is_loopback(),
        None => split_port(host).0.eq_ignore_ascii_case("localhost"),
    }
}

/// Whether a host that is no address by [`address_of`] may be one for others:
/// its last part is a number, also a hexadecimal one (WHATWG URL, "ends in a
/// number").
pub(crate) fn is_number(host: &str) -> bool {
    let name = split_port(host).0.trim_end_matches('.');
    let last = name.rsplit('.').next().unwrap_or_default();
    let digits = |text: &str, hex: bool| {
        text.bytes()
            .all(|b| b.is_ascii_digit() || (hex && b.is_ascii_hexdigit()))
    };
    match last.strip_prefix("0x").or_else(|| last.strip_prefix("0X")) {
        Some(rest) => digits(rest, true),
        None => !last.is_empty() && digits(last, false),
    }
}

/// The address that a host is, if it is none by name.
pub(crate) fn address_of(host: &str) -> Option<IpAddr> {
    let (name, _) = split_port(host);
    name.trim_matches(['[', ']']).parse().ok()
}

/// A host's name and its port.
pub(crate) fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (name, Some(port)),
        _ => (host, None),
    }
}

/// Host and port of a URL.
pub(crate) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

/// A reference resolved against a URL (RFC 3986, 5.2, as much as servers use).
pub(crate) fn join(base: &str, reference: &str) -> Option<String> {
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
    fn secrets_stay_on_safe_ways() {
        for safe in [
            "https://acme.example/x",
            "http://localhost:8080/x",
            "http://127.0.0.1/x",
            "http://[::1]:80/x",
        ] {
            assert!(may_carry_secrets(safe), "{safe}");
        }
        for not in [
            "http://acme.example/x",
            "http://localhost.acme.example/x",
            "http://127.0.0.1.acme.example/x",
            "http://10.0.0.1/x",
            "ftp://localhost/x",
        ] {
            assert!(!may_carry_secrets(not), "{not}");
        }
    }

    #[test]
    fn numbers_are_no_names() {
        for number in [
            "2130706433",
            "0x7f000001",
            "0X7F.1",
            "10.1",
            "10.0.0.1.",
            "0177.0.0.01:443",
            "a.0x",
        ] {
            assert!(is_number(number), "{number}");
        }
        for name in ["acme.example", "10.example", "x1", "0xyz", "1x:443", ""] {
            assert!(!is_number(name), "{name}");
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
