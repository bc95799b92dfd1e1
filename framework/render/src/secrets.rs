//! Secrets in what is rendered: credentials of known formats, and Kubernetes
//! Secrets in plain text. There is no test of entropy: image digests, bundles of
//! certificates and sealed data look random, too.

use std::collections::BTreeSet;

use crate::environment::RenderedEnvironment;

/// A secret that was found. What it is stands nowhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret {
    /// `<env>/<folder>/<file>`.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What kind of secret.
    pub what: String,
}

/// The format of a credential: a prefix, then so many characters of a class.
struct Format {
    prefix: &'static str,
    /// At least.
    length: usize,
    class: fn(u8) -> bool,
    what: &'static str,
}

fn upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn token(byte: u8) -> bool {
    word(byte) || matches!(byte, b'-' | b'.')
}

fn base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// As their makers document them.
const FORMATS: [Format; 22] = [
    of("AKIA", 16, upper, "an AWS access key"),
    of("ASIA", 16, upper, "an AWS access key"),
    of("ghp_", 36, word, "a GitHub token"),
    of("gho_", 36, word, "a GitHub token"),
    of("ghu_", 36, word, "a GitHub token"),
    of("ghs_", 36, word, "a GitHub token"),
    of("ghr_", 36, word, "a GitHub token"),
    of("github_pat_", 22, word, "a GitHub token"),
    of("glpat-", 20, token, "a GitLab token"),
    of("xoxb-", 20, token, "a Slack token"),
    of("xoxp-", 20, token, "a Slack token"),
    of("xapp-", 20, token, "a Slack token"),
    of("AIza", 35, token, "a Google API key"),
    of("ya29.", 30, token, "a Google access token"),
    of("sk_live_", 20, word, "a Stripe key"),
    of("rk_live_", 20, word, "a Stripe key"),
    of("SG.", 60, token, "a SendGrid key"),
    of("npm_", 36, word, "an npm token"),
    of("dop_v1_", 64, word, "a DigitalOcean token"),
    of("hvs.", 24, token, "a Vault token"),
    of("AccountKey=", 80, base64, "an Azure storage key"),
    of("AGE-SECRET-KEY-1", 50, upper, "an age key"),
];

const fn of(
    prefix: &'static str,
    length: usize,
    class: fn(u8) -> bool,
    what: &'static str,
) -> Format {
    Format {
        prefix,
        length,
        class,
        what,
    }
}

/// Every secret in the environments, by place.
pub fn secrets(environments: &[RenderedEnvironment]) -> Vec<Secret> {
    let mut out = Vec::new();
    let mut clean = BTreeSet::new();
    for environment in environments {
        for folder in &environment.folders {
            for file in &folder.files {
                // Modules are copied into many roots.
                if clean.contains(&file.sha256) {
                    continue;
                }
                let text = String::from_utf8_lossy(&file.bytes);
                let found = in_text(&text);
                if found.is_empty() {
                    clean.insert(file.sha256);
                    continue;
                }
                let path = format!("{}/{}/{}", environment.name, folder.name, file.path);
                out.extend(found.into_iter().map(|(line, what)| Secret {
                    path: path.clone(),
                    line,
                    what,
                }));
            }
        }
    }
    out.sort();
    out
}

/// Secrets of one file: line and kind.
fn in_text(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let bytes = text.as_bytes();
    let line = |at: usize| bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    for format in &FORMATS {
        for (at, prefix) in text.match_indices(format.prefix) {
            let inside = at.checked_sub(1).is_some_and(|before| word(bytes[before]));
            let rest = &bytes[at + prefix.len()..];
            let length = rest
                .iter()
                .take_while(|byte| (format.class)(**byte))
                .count();
            if !inside && length >= format.length {
                found.push((line(at), String::from(format.what)));
            }
        }
    }
    for (at, begin) in text.match_indices("-----BEGIN ") {
        let rest = &text[at + begin.len()..];
        let label = rest.split("-----").next().unwrap_or_default();
        if label.ends_with("PRIVATE KEY") && label.len() < 40 {
            found.push((line(at), String::from("a private key")));
        }
    }
    found.extend(manifests(text));
    found.sort();
    found.dedup();
    found
}

/// Kubernetes Secrets with values in plain text, in manifests as we write them:
/// top-level keys at the start of a line.
fn manifests(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut number = 0;
    let mut document: Vec<(usize, &str)> = Vec::new();
    for line in text.lines().chain(["---"]) {
        number += 1;
        if line != "---" {
            document.push((number, line));
            continue;
        }
        if document.iter().any(|(_, line)| *line == "kind: Secret") {
            out.extend(plain_value(&document));
        }
        document.clear();
    }
    out
}

/// The first value of a Secret that is not encrypted.
fn plain_value(document: &[(usize, &str)]) -> Option<(usize, String)> {
    let name = document
        .iter()
        .skip_while(|(_, line)| *line != "metadata:")
        .find_map(|(_, line)| line.strip_prefix("  name: "))
        .unwrap_or("?");
    let mut inside = false;
    for (number, line) in document {
        if !line.starts_with(' ') {
            inside = matches!(*line, "data:" | "stringData:");
            continue;
        }
        let value = line.split_once(": ").map(|(_, value)| value.trim());
        // Encrypted by SOPS, or nothing.
        let plain = value
            .is_some_and(|value| !matches!(value, "" | "\"\"" | "''") && !value.contains("ENC["));
        if inside && plain {
            return Some((*number, format!("the Secret `{name}` in plain text")));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::in_text;

    fn kinds(text: &str) -> Vec<String> {
        in_text(text).into_iter().map(|(_, what)| what).collect()
    }

    #[test]
    fn credentials_of_known_formats_are_found_and_named() {
        let key = format!("a = \"AKIA{}\"\n", "Q".repeat(16));
        assert_eq!(
            in_text(&format!("\n{key}")),
            [(2, String::from("an AWS access key"))]
        );
        let token = format!("token: ghp_{}", "a1".repeat(18));
        assert_eq!(kinds(&token), ["a GitHub token"]);
        let pem = format!("-----BEGIN {} PRIVATE KEY-----\nabc", "RSA");
        assert_eq!(kinds(&pem), ["a private key"]);
    }

    #[test]
    fn what_only_looks_random_is_none() {
        for text in [
            "image: nginx@sha256:4c0fdaa8b6341bfdeca5f18f7837462c80cff90527ee35ef185571e1c327beac",
            "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----",
            "-----BEGIN PUBLIC KEY-----",
            "MAKIAQQQQQQQQQQQQQQQQ",
            "AKIA is a prefix",
        ] {
            assert_eq!(kinds(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn kubernetes_secrets_need_encryption() {
        let plain = "apiVersion: v1\ndata:\n  password: aHVudGVyMg==\nkind: Secret\nmetadata:\n  name: db\n---\nkind: ConfigMap\ndata:\n  a: b\n";
        assert_eq!(
            in_text(plain),
            [(3, String::from("the Secret `db` in plain text"))]
        );
        for text in [
            plain.replace("aHVudGVyMg==", "ENC[AES256_GCM,data:x]"),
            plain.replace("aHVudGVyMg==", "\"\""),
            plain.replace("kind: Secret", "kind: SealedSecret"),
        ] {
            assert_eq!(kinds(&text), Vec::<String>::new());
        }
    }
}
