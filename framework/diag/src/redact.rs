//! Credentials in addresses, which no message shows.
//!
//! A message may name an address that somebody wrote with a password in it, and
//! the line it stands in is shown as well. So what goes out is masked here, in
//! one place, whatever made the message.

use std::borrow::Cow;
use std::ops::Range;

/// Parameters of URLs that carry credentials, in lower case.
const PARAMETERS: [&str; 21] = [
    "token",
    "access_token",
    "private_token",
    "auth",
    "key",
    "api_key",
    "apikey",
    "password",
    "secret",
    "sig",
    "signature",
    "sshkey",
    "sv",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
    "x-goog-credential",
    "x-goog-signature",
    // go-getter's, of buckets.
    "aws_access_key_id",
    "aws_access_key_secret",
    "aws_access_token",
];

/// Whether a parameter of a URL carries a credential by its name.
pub fn is_secret_parameter(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    PARAMETERS.contains(&lower.as_str())
}

/// The text with the credentials of its addresses masked: passwords, users of
/// http that are no `git`, and parameters like `token`. What is masked keeps its
/// length in bytes, so that places in the text stay true.
pub fn redact(text: &str) -> Cow<'_, str> {
    if !text.contains("://") && !text.contains('@') {
        return Cow::Borrowed(text);
    }
    let mut secrets = Vec::new();
    let mut start = 0;
    for word in text.split(is_end) {
        if word.contains("://") {
            in_urls(word, start, &mut secrets);
        } else {
            in_host_form(word, start, &mut secrets);
        }
        start += word.len()
            + text[start + word.len()..]
                .chars()
                .next()
                .map_or(0, char::len_utf8);
    }
    secrets.retain(|range| !range.is_empty());
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for range in secrets {
        // What one address gives as its parameter may be another one.
        let from = range.start.max(done);
        if from >= range.end {
            continue;
        }
        out.push_str(&text[done..from]);
        out.extend(std::iter::repeat_n('*', range.end - from));
        done = range.end;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// What no address goes on after.
fn is_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>')
}

/// Of `scheme://user:password@host/path?name=value`, several in one word.
fn in_urls(word: &str, start: usize, secrets: &mut Vec<Range<usize>>) {
    let schemes = word
        .match_indices("://")
        .map(|(at, mark)| (at, at + mark.len()));
    for (scheme_end, from) in schemes {
        let scheme = &word[..scheme_end];
        let web = scheme.to_ascii_lowercase().ends_with("http")
            || scheme.to_ascii_lowercase().ends_with("https");
        let rest = &word[from..];
        let authority = authority(rest);
        if let Some(at) = authority.rfind('@') {
            let user = &authority[..at];
            match user.find(':') {
                Some(colon) => secrets.push(start + from + colon + 1..start + from + at),
                None if web && user != "git" => secrets.push(start + from..start + from + at),
                None => {}
            }
        }
        let Some(question) = rest.find('?') else {
            continue;
        };
        let mut at = from + question + 1;
        for pair in rest[question + 1..].split(['&', ';', '#']) {
            if let Some((name, value)) = pair.split_once('=')
                && is_secret_parameter(name)
            {
                let value_at = start + at + name.len() + 1;
                secrets.push(value_at..value_at + value.len());
            }
            at += pair.len() + 1;
        }
    }
    secrets.sort_by_key(|range| range.start);
}

/// What stands before the path. A password with a slash in it, which should have
/// been encoded, belongs to it, too: what follows the colon is no port then.
fn authority(rest: &str) -> &str {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (head, tail) = rest.split_at(end);
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let cut = !head.contains('@')
        && !head.starts_with('[')
        && head.split_once(':').is_some_and(|(_, port)| !is_port(port));
    match tail.rfind('@').filter(|_| cut) {
        Some(at) => &rest[..end + at + 1],
        None => head,
    }
}

/// Of `user:password@host.example:path`. The host has a dot in it, as that of
/// `image:1.2@sha256:…` has not.
fn in_host_form(word: &str, start: usize, secrets: &mut Vec<Range<usize>>) {
    let Some(at) = word.rfind('@') else { return };
    let host = word[at + 1..].split([':', '/']).next().unwrap_or_default();
    let from = word[..at].rfind("::").map_or(0, |at| at + 2);
    if let (Some(colon), true) = (word[from..at].find(':'), host.contains('.')) {
        secrets.push(start + from + colon + 1..start + at);
    }
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn credentials_are_masked_and_the_rest_stays() {
        for (text, shown) in [
            (
                "git::https://u:hunter2@acme.example/x.git?ref=v1",
                "git::https://u:*******@acme.example/x.git?ref=v1",
            ),
            (
                "source = \"https://ghp_x@acme.example/x\" # a",
                "source = \"https://*****@acme.example/x\" # a",
            ),
            (
                "`https://a.example/x?id=1&Token=abc&b=2`",
                "`https://a.example/x?id=1&Token=***&b=2`",
            ),
            (
                "hg::http://u:a/b@c@h.example/x",
                "hg::http://u:*****@h.example/x",
            ),
            (
                "git::ssh://git@h.example/x?sshkey=aa#k",
                "git::ssh://git@h.example/x?sshkey=**#k",
            ),
            ("u:pass@h.example:a/b", "u:****@h.example:a/b"),
            ("git::u:pass@h.example/a", "git::u:****@h.example/a"),
            ("é https://é:ß@h/ é", "é https://é:**@h/ é"),
            (
                "https://a.example/?u=https://b:c@d",
                "https://a.example/?u=https://b:*@d",
            ),
        ] {
            assert_eq!(redact(text), shown);
            assert_eq!(redact(text).len(), text.len());
        }
    }

    #[test]
    fn what_holds_none_stays() {
        for text in [
            "git@github.com:org/repo.git",
            "git::https://git@github.com/o/r?ref=v1",
            "ssh://deploy@acme.example:2222/x",
            "https://unpkg.example/pkg@1.2/x.yaml",
            "http://127.0.0.1:8080/x@y",
            "http://[::1]:80/x@y",
            "nginx:1.2@sha256:abc",
            "ghcr.io/acme/x:1.2@sha256:abc",
            "joe@acme.example",
            "a: b",
        ] {
            assert_eq!(redact(text), text);
        }
    }
}
