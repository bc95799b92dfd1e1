//! Signing keys: `terrace keys new`, and which key a command signs with.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use terrace_diag::Diagnostic;
pub use terrace_evidence::{Algorithm, Role};
use terrace_evidence::{Profile, SigningKey, Trust, TrustSource as _, allowed_signers_line};
use terrace_platform::Config;
use terrace_promotion::{Denial, Invariant};

use crate::compile::Messages;
use crate::ledger::{Failure, Keyring, Session, codes, random, read_config};
use crate::{Outcome, World};

/// The variable that holds a key's text or path.
pub const VARIABLE: &str = "TERRACE_SIGNING_KEY";

/// Options of `terrace keys new`.
#[derive(Debug, Clone)]
pub struct NewOptions {
    /// The principal.
    pub name: String,
    /// What it may sign.
    pub roles: Vec<Role>,
    /// ed25519 unless asked otherwise.
    pub algorithm: Algorithm,
}

/// Makes a key outside of the repository and shows the lines to commit.
pub fn new(world: &World, options: &NewOptions) -> Outcome {
    match make(world, options) {
        Ok(outcome) => outcome,
        Err(failure) => failure.outcome(),
    }
}

fn make(world: &World, options: &NewOptions) -> Result<Outcome, Failure> {
    if terrace_release::check_name(&options.name).is_err() {
        return Err(Diagnostic::error(
            &codes::KEY_FILE,
            format!(
                "`{}` cannot name a key: letters, digits, `.`, `_` and `-`",
                options.name.escape_debug()
            ),
        )
        .into());
    }
    let config = working_config(world)?;
    let folder = folder(world, &config.name)?;
    let key = SigningKey::generate(options.algorithm, &random::<32>()?)?;
    let path = folder.join(format!("{}.pem", options.name));
    std::fs::create_dir_all(&folder).map_err(|error| file_error(&folder, &error))?;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Diagnostic::error(
                &codes::KEY_EXISTS,
                format!("{} is there already", path.display()),
            ),
            _ => file_error(&path, &error),
        })?;
    file.write_all(key.to_pem()?.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(|error| file_error(&path, &error))?;
    let line = allowed_signers_line(&options.name, &key.public());
    let roles: BTreeSet<Role> = options.roles.iter().copied().collect();
    let text = format!(
        "key   {}\n\nadd to trust/allowed_signers:\n{line}\n{}",
        path.display(),
        role_blocks(&config, &roles, &options.name)
    );
    let json = json!({
        "key": path.display().to_string(),
        "fingerprint": key.public().fingerprint(),
        "allowed_signers": line,
        "roles": roles.iter().map(|role| role.as_str()).collect::<Vec<_>>(),
        "principal": options.name,
    });
    Ok(Outcome::data(text, json, Messages::default()))
}

/// What terrace.hcl has to say for `name` to hold these roles: those that are there
/// get one more principal, since a role stands there once.
fn role_blocks(config: &Config, roles: &BTreeSet<Role>, name: &str) -> String {
    let (mut new, mut changed, mut held) = (String::new(), String::new(), String::new());
    for role in roles {
        let block = |principals: &[&str]| {
            let list: Vec<String> = principals
                .iter()
                .map(|name| format!("\"{name}\""))
                .collect();
            format!(
                "  role \"{role}\" {{\n    principals = [{}]\n  }}\n",
                list.join(", ")
            )
        };
        match config
            .roles
            .iter()
            .find(|known| known.name == role.as_str())
        {
            None => new.push_str(&block(&[name])),
            Some(known) if known.principals.iter().any(|held| held == name) => {
                held.push_str(&format!("\nterrace.hcl names {name} as {role} already\n"));
            }
            Some(known) => {
                let mut principals: Vec<&str> =
                    known.principals.iter().map(|name| name.as_str()).collect();
                principals.push(name);
                changed.push_str(&block(&principals));
            }
        }
    }
    let mut text = String::new();
    if !changed.is_empty() {
        text.push_str(&format!("\nchange in terrace.hcl:\n{changed}"));
    }
    if !new.is_empty() {
        text.push_str(&format!("\nadd to terrace.hcl:\ntrust {{\n{new}}}\n"));
    }
    text + &held
}

/// The key that signs what needs `role` (product.md, Signing).
///
/// # Errors
/// There is none, several could, or it does not have the role on the protected
/// branch.
pub fn signing_key(
    world: &World,
    session: &Session,
    option: Option<&Path>,
    role: Role,
    env: &str,
) -> Result<Keyring, Failure> {
    let trust = session
        .trust
        .trust(session.trust.tip().as_str())
        .map_err(|why| {
            Failure::Refused(
                Diagnostic::error(
                    &codes::BAD_TRUST,
                    format!("the protected branch's trust cannot be read: {why}"),
                )
                .help("terrace check shows every fault of the working copy's"),
            )
        })?;
    let key = match (option, world.var(VARIABLE)) {
        (Some(path), _) => read(&world.cwd.join(path))?,
        (None, Some(text)) if text.contains("-----BEGIN ") => SigningKey::parse(text)?,
        (None, Some(path)) => read(&world.cwd.join(path))?,
        (None, None) => from_folder(world, session, &trust, role)?,
    };
    if !has_role(&trust, &key, role) {
        let fact = format!(
            "the key {} is not that of a {role} on branch {}",
            key.public().fingerprint(),
            session.config.branch
        );
        let next = "commit its line to trust/allowed_signers and its role to terrace.hcl";
        return Err(Failure::Denied(vec![
            Denial::new(env, Invariant::I7, fact, next).absolute(),
        ]));
    }
    let fingerprint = key.public().fingerprint().to_string();
    if session
        .view
        .is_revoked_key(&fingerprint, session.view.seq + 1)
    {
        let fact = format!("the key {fingerprint} was revoked");
        let next = "sign with another key: terrace keys new";
        return Err(Failure::Denied(vec![
            Denial::new(env, Invariant::I7, fact, next).absolute(),
        ]));
    }
    Ok(Keyring {
        key,
        profile: Profile::Raw,
    })
}

fn has_role(trust: &Trust, key: &SigningKey, role: Role) -> bool {
    trust
        .signers
        .keys()
        .iter()
        .filter(|allowed| allowed.key == key.public())
        .flat_map(|allowed| &allowed.principals)
        .any(|name| trust.roles_of(name).any(|held| held == role))
}

fn from_folder(
    world: &World,
    session: &Session,
    trust: &Trust,
    role: Role,
) -> Result<SigningKey, Failure> {
    let folder = folder(world, &session.config.name)?;
    let mut found: Vec<(PathBuf, SigningKey)> = Vec::new();
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pem"))
        .collect();
    paths.sort();
    for path in paths {
        let key = read(&path)?;
        if has_role(trust, &key, role) {
            found.push((path, key));
        }
    }
    if found.len() > 1 {
        let names: Vec<String> = found
            .iter()
            .map(|(path, _)| path.display().to_string())
            .collect();
        return Err(Diagnostic::error(
            &codes::SEVERAL_KEYS,
            format!("several keys of a {role}: {}", names.join(", ")),
        )
        .help("name one with --key FILE")
        .into());
    }
    match found.pop() {
        Some((_, key)) => Ok(key),
        None => Err(no_key(
            format!("there is no key of a {role} in {}", folder.display()),
            role,
        )),
    }
}

/// That there is no key, as a warning: for what is shown all the same, and just
/// proves nothing later. A key that does not count, or a trust that cannot be
/// read, is no such case: whoever has one expects a record.
///
/// # Errors
/// Any other failure.
pub fn unsigned(failure: Failure) -> Result<Diagnostic, Failure> {
    match failure {
        Failure::Refused(why) if *why.code == codes::NO_KEY => Ok(Diagnostic::warning(
            why.code,
            format!("nothing was recorded: {}", why.message),
        )),
        failure => Err(failure),
    }
}

/// Without a key everything that records something is refused (3).
fn no_key(why: String, role: Role) -> Failure {
    let diagnostic = Diagnostic::error(&codes::NO_KEY, why).help(format!(
        "terrace keys new NAME --role {role}, or --key FILE"
    ));
    Failure::Refused(diagnostic)
}

fn read(path: &Path) -> Result<SigningKey, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| file_error(path, &error))?;
    SigningKey::parse(&text).map_err(|mut fault| {
        fault.message = format!("{}: {}", path.display(), fault.message);
        fault.into()
    })
}

fn file_error(path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(&codes::KEY_FILE, format!("{}: {error}", path.display()))
}

/// The working copy's terrace.hcl.
fn working_config(world: &World) -> Result<Config, Failure> {
    let tree = world.tree()?;
    let mut messages = Messages::default();
    let config = read_config(&tree, &mut messages.sources, &mut messages.diagnostics);
    match config {
        Some(config) if !messages.has_errors() => Ok(config),
        _ => Err(Failure::User(messages)),
    }
}

/// The configuration folder of a platform.
fn folder(world: &World, platform: &str) -> Result<PathBuf, Failure> {
    let base = match (world.var("XDG_CONFIG_HOME"), world.var("HOME")) {
        (Some(folder), _) => PathBuf::from(folder),
        (None, Some(home)) => Path::new(home).join(".config"),
        (None, None) => {
            return Err(Diagnostic::error(
                &codes::KEY_FILE,
                "neither XDG_CONFIG_HOME nor HOME is set, so there is no place for keys",
            )
            .into());
        }
    };
    Ok(base.join("terrace").join(platform))
}
