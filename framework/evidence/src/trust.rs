//! Who may say what: keys and roles as they stood at one commit.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::{AllowedSigners, Time};

/// What a principal may sign (product.md, Signing).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Releases, intents, steps, results, holds.
    Promoter,
    /// Gates, evidence, drift.
    Validator,
    /// Approvals, acknowledgements, policy.
    Approver,
    /// Break-glass.
    Oncall,
    /// Revocations.
    Revoker,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Promoter,
        Self::Validator,
        Self::Approver,
        Self::Oncall,
        Self::Revoker,
    ];

    /// As it is written in `role "…"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Promoter => "promoter",
            Self::Validator => "validator",
            Self::Approver => "approver",
            Self::Oncall => "oncall",
            Self::Revoker => "revoker",
        }
    }

    /// From how it is written.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Principals of each role.
pub type Roles = BTreeMap<Role, BTreeSet<String>>;

/// Keys and roles at one commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// `trust/allowed_signers`.
    pub signers: AllowedSigners,
    /// The `role` blocks of `trust`.
    pub roles: Roles,
}

impl Trust {
    /// Roles of a principal.
    pub fn roles_of<'a>(&'a self, principal: &'a str) -> impl Iterator<Item = Role> + 'a {
        self.roles
            .iter()
            .filter(move |(_, names)| names.contains(principal))
            .map(|(role, _)| *role)
    }
}

/// Where trust comes from: commits of the platform's protected branch.
pub trait TrustSource {
    /// Keys and roles at `commit`; the reason if the commit is not on the
    /// protected branch or its files cannot be read.
    fn trust(&self, commit: &str) -> Result<Arc<Trust>, String>;

    /// Whether `newer` is `older` or descends from it; `None` if an ancestor is
    /// missing from this clone.
    fn descends(&self, newer: &str, older: &str) -> Option<bool>;
}

/// A key that signed an entry, as the trust of its commit names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signer {
    /// The principals of the key.
    pub principals: Vec<String>,
    /// `SHA256:…`.
    pub fingerprint: String,
    /// What they may sign.
    pub roles: BTreeSet<Role>,
}

impl Signer {
    /// The first principal: the name shown.
    pub fn name(&self) -> &str {
        self.principals.first().map_or("", String::as_str)
    }
}

/// All trusted signers of a message among candidate fingerprints, and for the
/// others why they do not count.
pub(crate) fn signer_of(trust: &Trust, fingerprint: &str, time: Time) -> Result<Signer, String> {
    let Some(allowed) = trust
        .signers
        .keys()
        .iter()
        .find(|allowed| allowed.key.fingerprint() == fingerprint)
    else {
        return Err(format!("{fingerprint} is not in allowed_signers"));
    };
    if let Some(why) = allowed.refusal(time) {
        return Err(why);
    }
    Ok(Signer {
        principals: allowed.principals.clone(),
        fingerprint: String::from(fingerprint),
        roles: allowed
            .principals
            .iter()
            .flat_map(|name| trust.roles_of(name))
            .collect(),
    })
}
