//! Who may sign, as the working copy has it: once merged, a file of keys that
//! cannot be read, or a role that nobody holds, leaves nobody who could sign.

use terrace_diag::{Diagnostic, Span};
use terrace_evidence::{AllowedKey, AllowedSigners, Time, codes};
use terrace_platform::Config;
use terrace_source::{ReadError, Tree};

use crate::compile::Messages;
use crate::ledger::ALLOWED_SIGNERS;

/// Checks the file of keys, and the roles of terrace.hcl against it.
pub(super) fn check(tree: &dyn Tree, config: &Config, now: Time, messages: &mut Messages) {
    let Some(first) = config.roles.first() else {
        return;
    };
    let Some(signers) = read(tree, first.span, messages) else {
        return;
    };
    if signers.keys().is_empty() {
        let message = format!("{ALLOWED_SIGNERS} holds no key, so nobody can sign yet");
        messages.diagnostics.push(
            Diagnostic::warning(&codes::BAD_ROLE, message)
                .at(first.span)
                .help(format!("terrace keys new NAME --role {}", first.name)),
        );
        return;
    }
    for role in &config.roles {
        let names = role.principals.iter();
        let flaws: Vec<(&str, String)> = names
            .filter_map(|name| Some((name.as_str(), flaw(&signers, name, now)?)))
            .collect();
        let nobody = flaws.len() == role.principals.len();
        if role.principals.is_empty() {
            let message = format!("role \"{}\" names nobody", role.name);
            messages
                .diagnostics
                .push(Diagnostic::warning(&codes::BAD_ROLE, message).at(role.span));
        }
        for (name, why) in flaws {
            let message = format!("role \"{}\" names `{name}`, {why}", role.name);
            let found = match nobody {
                true => Diagnostic::error(&codes::BAD_ROLE, message),
                false => Diagnostic::warning(&codes::BAD_ROLE, message),
            };
            messages.diagnostics.push(found.at(role.span).help(format!(
                "terrace keys new {name} --role {}, or take the name away",
                role.name
            )));
        }
    }
}

/// The file of keys; every line of it must be understood.
fn read(tree: &dyn Tree, roles: Span, messages: &mut Messages) -> Option<AllowedSigners> {
    if tree.read(ALLOWED_SIGNERS) == Err(ReadError::Missing) {
        let message = format!("there is no {ALLOWED_SIGNERS}, so nobody holds a role");
        messages.diagnostics.push(
            Diagnostic::error(&codes::BAD_ROLE, message)
                .at(roles)
                .help("terrace keys new NAME --role ROLE prints the lines of a key"),
        );
        return None;
    }
    let Messages {
        sources,
        diagnostics,
    } = messages;
    let file = terrace_layers::read::read_text(tree, ALLOWED_SIGNERS, sources, diagnostics)?;
    match AllowedSigners::parse(file, sources.get(file)?.text()) {
        Ok(signers) => Some(signers),
        Err(faults) => {
            diagnostics.extend(faults);
            None
        }
    }
}

/// Why nothing that a principal signs now would count, if that is so.
fn flaw(signers: &AllowedSigners, name: &str, now: Time) -> Option<String> {
    let speaks = |key: &&AllowedKey| key.principals.iter().any(|principal| principal == name);
    let mut why = format!("who has no key in {ALLOWED_SIGNERS}");
    for key in signers.keys().iter().filter(speaks) {
        match key.refusal(now) {
            None => return None,
            Some(refusal) => why = format!("whose key does not count: {refusal}"),
        }
    }
    Some(why)
}
