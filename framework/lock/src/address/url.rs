//! As much of a URL as addresses need (RFC 3986, authority and path).

use super::Fault;

/// A URL in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Url {
    /// Lower case.
    pub(crate) scheme: String,
    /// The user's name, which is no secret for ssh.
    pub(crate) user: Option<String>,
    /// Whether a password stands after the name.
    pub(crate) password: bool,
    /// Lower case host, with `:port` if it is not the scheme's own.
    pub(crate) host: String,
    /// Without the leading slash.
    pub(crate) path: String,
    /// What follows the question mark, in order, decoded.
    pub(crate) query: Vec<(String, String)>,
}

impl Url {
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let bad = |why: &str| Fault::new(format!("this is not a URL: {why}"));
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(bad("it holds a blank or control character"));
        }
        let (scheme, rest) = text
            .split_once("://")
            .ok_or_else(|| bad("it has no `://`"))?;
        if scheme.is_empty() || !scheme.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(bad("its scheme cannot be read"));
        }
        let scheme = scheme.to_ascii_lowercase();
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (userinfo, host) = match authority.rsplit_once('@') {
            Some((userinfo, host)) => (Some(userinfo), host),
            None => (None, authority),
        };
        let (user, password) = match userinfo {
            Some(userinfo) => match userinfo.split_once(':') {
                Some((user, _)) => (Some(user.to_owned()), true),
                None => (Some(userinfo.to_owned()), false),
            },
            None => (None, false),
        };
        let host = match (scheme.as_str(), host.is_empty()) {
            ("file", true) => String::new(),
            ("file", false) => return Err(bad("a file URL names no host: write `file:///…`")),
            _ => check_host(host, &scheme)?,
        };
        if path.contains('\\') {
            return Err(bad("its path holds a backslash"));
        }
        let mut pairs = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((decode(name)?, decode(value)?));
        }
        Ok(Self {
            scheme,
            user,
            password,
            host,
            path: path.to_owned(),
            query: pairs,
        })
    }

    /// Takes the values of a query parameter out; the last one counts.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let mut found = None;
        self.query.retain(|(key, value)| {
            let is = key == name;
            if is {
                found = Some(value.clone());
            }
            !is
        });
        found.filter(|value| !value.is_empty())
    }
}

/// A host name or address with an optional port, in lower case, the port left
/// out where it is the scheme's own.
pub(crate) fn check_host(text: &str, scheme: &str) -> Result<String, Fault> {
    let lower = text.to_ascii_lowercase();
    // What follows a colon may be a password whose end was not found.
    let shown = text.split(':').next().unwrap_or_default();
    let bad = || Fault::new(format!("`{}` is not a host", shown.escape_debug()));
    let (name, port) = match lower.strip_prefix('[') {
        Some(rest) => {
            let (inside, after) = rest.split_once(']').ok_or_else(bad)?;
            inside.parse::<std::net::Ipv6Addr>().map_err(|_| bad())?;
            let port = match after {
                "" => None,
                after => Some(after.strip_prefix(':').ok_or_else(bad)?),
            };
            (format!("[{inside}]"), port)
        }
        None => match lower.split_once(':') {
            Some((name, port)) => (name.to_owned(), Some(port)),
            None => (lower.clone(), None),
        },
    };
    let is_name = |name: &str| {
        !name.is_empty()
            && name.len() <= 253
            && name.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            })
    };
    if !name.starts_with('[') && !is_name(&name) {
        return Err(bad());
    }
    let own = match scheme {
        "https" | "oci" => "443",
        "http" => "80",
        "ssh" => "22",
        _ => "",
    };
    match port {
        None | Some("") => Ok(name),
        Some(port) if port == own => Ok(name),
        Some(port) => match port.parse::<u16>() {
            Ok(1..) => Ok(format!("{name}:{port}")),
            _ => Err(bad()),
        },
    }
}

/// Percent decoding; `+` stays (a version may hold it).
fn decode(text: &str) -> Result<String, Fault> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let bad = || Fault::new("the query of the address is not percent-encoded text");
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || {
            let byte = bytes.next().ok_or_else(bad)?;
            char::from(byte).to_digit(16).ok_or_else(bad)
        };
        let value = digit()? * 16 + digit()?;
        out.push(u8::try_from(value).map_err(|_| bad())?);
    }
    let text = String::from_utf8(out).map_err(|_| bad())?;
    match text.chars().any(char::is_control) {
        true => Err(bad()),
        false => Ok(text),
    }
}

/// The other way, for what stands in a query.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~/+:@".contains(&byte);
        if plain {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Credentials do not stand in addresses. `git@` over https says nothing.
pub(crate) fn refuse_credentials(url: &Url) -> Result<(), Fault> {
    let harmless = match url.user.as_deref() {
        None => true,
        Some(user) => !url.password && (url.scheme == "ssh" || user == "git"),
    };
    if harmless {
        return Ok(());
    }
    Err(Fault::new(format!(
        "the address on {} holds credentials, which would be recorded and committed",
        url.host
    ))
    .help("take them out and let a git credential helper or an ssh agent supply them; if they were committed, revoke them"))
}
