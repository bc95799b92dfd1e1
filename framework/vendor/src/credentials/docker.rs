//! Logins of OCI registries as Docker keeps them: `config.json` with logins or
//! with the names of programs that have them (docker-credential-helpers).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use terrace_exec::{Command, Context, Ladder, Monotonic};

use super::{Keyring, Problem, Secret, in_home, named_by, read};

/// How one logs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Login {
    /// With a name and a password.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: Secret,
    },
    /// With a token that the token server exchanges (OAuth 2 refresh token).
    Identity(Secret),
    /// With a token for the registry itself.
    Token(Secret),
}

/// What Docker calls its own registry.
const HUB: &str = "https://index.docker.io/v1/";

/// The names of Docker's own registry.
const HUB_HOSTS: [&str; 3] = ["docker.io", "index.docker.io", "registry-1.docker.io"];

/// What a program of credentials says if it has none
/// (docker-credential-helpers, `credentials/error.go`).
const NOT_FOUND: &str = "credentials not found in native keychain";

/// The name that stands beside an identity token.
const IDENTITY: &str = "<token>";

/// Largest answer of such a program.
const MAX_ANSWER: usize = 64 << 10;

/// The login for a repository, and where it is from. The program that
/// `credHelpers` names for the host comes first, then that of `credsStore`, then
/// the longest fitting name of `auths`.
pub(super) fn login(
    keyring: &Keyring,
    host: &str,
    repository: &str,
) -> Result<Option<(Login, String)>, Problem> {
    let environment = &keyring.environment;
    let path = named_by(environment, "DOCKER_CONFIG")
        .map(|folder| folder.join("config.json"))
        .or_else(|| in_home(environment, ".docker/config.json"));
    let Some(path) = path else { return Ok(None) };
    let Some(text) = read(&path)? else {
        return Ok(None);
    };
    let config: Value = serde_json::from_str(&text)
        .map_err(|_| format!("{} cannot be read as JSON", path.display()))?;
    let helpers = config.get("credHelpers").and_then(Value::as_object);
    let of_host = helpers
        .into_iter()
        .flatten()
        .find(|(name, _)| same_host(name, host))
        .map(|(_, program)| program);
    let mut failed = None;
    for program in [of_host, config.get("credsStore")].into_iter().flatten() {
        let Some(program) = program.as_str().filter(|name| !name.is_empty()) else {
            continue;
        };
        match ask(keyring, program, host) {
            Ok(Some(login)) => return Ok(Some((login, format!("docker-credential-{program}")))),
            Ok(None) => {}
            Err(problem) => failed = failed.or(Some(problem)),
        }
    }
    let auths = config.get("auths").and_then(Value::as_object);
    let login = auths
        .into_iter()
        .flatten()
        .filter_map(|(name, auth)| Some((fits(name, host, repository)?, of_auth(auth)?)))
        .max_by_key(|(parts, _)| *parts);
    match (login, failed) {
        (Some((_, login)), _) => Ok(Some((login, path.display().to_string()))),
        (None, Some(problem)) => Err(problem),
        (None, None) => Ok(None),
    }
}

/// Whether a name of the file means a host: `host`, or as older versions wrote
/// it, `https://host/v1/`.
fn same_host(name: &str, host: &str) -> bool {
    fits(name, host, "").is_some()
}

/// How many parts of the repository a name of the file has, if it fits:
/// `host/part/part` (containers-auth.json) or one of a host.
fn fits(name: &str, host: &str, repository: &str) -> Option<usize> {
    let (is_url, rest) = match name.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, name),
    };
    let (named, path) = rest.split_once('/').unwrap_or((rest, ""));
    let is_hub = |host: &str| HUB_HOSTS.contains(&host);
    let named = named.to_ascii_lowercase();
    if named != host && !(is_hub(&named) && is_hub(host)) {
        return None;
    }
    if is_url || path.is_empty() {
        return Some(0);
    }
    let below = repository.strip_prefix(path)?;
    (below.is_empty() || below.starts_with('/')).then(|| path.split('/').count())
}

/// An entry of `auths`: `auth` is base64 of `user:password`.
fn of_auth(auth: &Value) -> Option<Login> {
    let text = |name: &str| auth.get(name)?.as_str().filter(|text| !text.is_empty());
    if let Some(token) = text("identitytoken") {
        return Some(Login::Identity(Secret::new(token)));
    }
    if let Some(token) = text("registrytoken") {
        return Some(Login::Token(Secret::new(token)));
    }
    let (user, password) = match text("auth") {
        Some(auth) => {
            let pair = String::from_utf8(STANDARD.decode(auth).ok()?).ok()?;
            let (user, password) = pair.split_once(':')?;
            // Docker pads with zeros.
            (user.to_owned(), password.trim_matches('\0').to_owned())
        }
        None => (text("username")?.to_owned(), text("password")?.to_owned()),
    };
    Some(Login::Password {
        user,
        password: Secret(password),
    })
}

/// Runs `docker-credential-PROGRAM get`. What it prints is a secret or its own
/// words for having none, and is not shown.
fn ask(keyring: &Keyring, program: &str, host: &str) -> Result<Option<Login>, Problem> {
    let name = format!("docker-credential-{program}");
    let path = keyring
        .environment
        .find(&name)
        .ok_or_else(|| format!("`{name}`, which Docker's config.json names, is not in PATH"))?;
    let server = match HUB_HOSTS.contains(&host) {
        true => HUB,
        false => host,
    };
    let context = Context {
        clock: &Monotonic::start(),
        cancel: &keyring.cancel,
    };
    let outcome = Command::new(path)
        .arg("get")
        .environment(keyring.environment.clone())
        .stdin(format!("{server}\n").into_bytes())
        .timeout(keyring.patience)
        .ladder(Ladder {
            interrupt: Duration::from_secs(1),
            terminate: Duration::from_secs(1),
        })
        .data(MAX_ANSWER)
        .run_quietly(&context)
        .map_err(|error| error.to_string())?;
    let (success, how) = (outcome.success(), outcome.describe());
    let answer = outcome.stdout.into_bytes().unwrap_or_default();
    if !success {
        let said = String::from_utf8_lossy(&answer);
        return match said.contains(NOT_FOUND) {
            true => Ok(None),
            false => Err(format!("`{name} get` failed: {how}")),
        };
    }
    let unreadable = || format!("`{name} get` does not answer with a login");
    let answer: Value = serde_json::from_slice(&answer).map_err(|_| unreadable())?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    let (Some(user), Some(secret)) = (text("Username"), text("Secret")) else {
        return Err(unreadable());
    };
    let secret = Secret::new(secret);
    Ok(Some(match user {
        IDENTITY => Login::Identity(secret),
        user => Login::Password {
            user: user.to_owned(),
            password: secret,
        },
    }))
}

#[cfg(test)]
#[path = "docker_tests.rs"]
mod tests;
