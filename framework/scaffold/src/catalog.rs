//! The starters: what each asks for, and which modules and bases it takes.

use serde::Serialize;
use terrace_diag::{Diagnostic, closest};

use crate::codes;
use crate::options::{Kind, OptionSpec};

/// A platform repository to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Starter {
    /// Its name: `local`, `eks`.
    pub name: &'static str,
    /// A sentence that says what it is.
    pub about: &'static str,
    /// What it asks for, in the order to ask in.
    pub options: &'static [OptionSpec],
    /// Folders of `modules/` that it takes, those that others call included.
    pub modules: &'static [&'static str],
    /// Folders of `bases/` that it takes.
    pub bases: &'static [&'static str],
}

const NAME: OptionSpec = OptionSpec {
    name: "name",
    about: "Name of the platform",
    kind: Kind::Name,
    default: "acme",
};

const DOMAIN: OptionSpec = OptionSpec {
    name: "domain",
    about: "Domain under which each environment has its own",
    kind: Kind::Domain,
    default: "infra.{{ name }}.example",
};

/// Every starter, the simplest first.
pub static STARTERS: &[Starter] = &[Starter {
    name: "local",
    about: "No cloud: Terraform's built-in terraform_data stands in for one",
    options: &[
        NAME,
        DOMAIN,
        OptionSpec {
            name: "region",
            about: "Name of the region; any name will do",
            kind: Kind::Region,
            default: "local",
        },
    ],
    modules: &[
        "metadata",
        "local/network",
        "local/platform",
        "local/dns",
        "local/service",
    ],
    bases: &[
        "namespaces",
        "rbac",
        "priority-classes",
        "metrics-server",
        "ingress",
        "external-dns",
    ],
}];

/// The starter of a name.
///
/// # Errors
///
/// A diagnostic that lists the names there are.
pub fn starter(name: &str) -> Result<&'static Starter, Diagnostic> {
    STARTERS
        .iter()
        .find(|starter| starter.name == name)
        .ok_or_else(|| {
            let names = || STARTERS.iter().map(|starter| starter.name);
            Diagnostic::error(
                &codes::UNKNOWN_STARTER,
                format!("there is no starter `{name}`"),
            )
            .maybe_help(closest(name, names()).map(|near| format!("did you mean `{near}`?")))
            .help(format!(
                "starters: {}",
                names().collect::<Vec<_>>().join(", ")
            ))
        })
}
