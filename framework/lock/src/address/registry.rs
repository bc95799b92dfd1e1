//! Modules of Terraform registries.

use std::fmt;

use super::url::check_host;

/// The registry of an address without a host.
pub const DEFAULT_HOST: &str = "registry.terraform.io";

/// A module of a registry, without its version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Registry {
    /// Host and port.
    pub host: String,
    /// Who publishes it.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The system it is for: `aws`.
    pub system: String,
}

impl Registry {
    /// `[HOST/]NAMESPACE/NAME/SYSTEM`; `None` if the text is none
    /// (terraform-registry-address, `module.go`).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let (host, parts) = match parts.as_slice() {
            [namespace, name, system] => (DEFAULT_HOST.to_owned(), [namespace, name, system]),
            [host, namespace, name, system] if host.contains('.') || host.contains(':') => {
                (check_host(host, "https").ok()?, [namespace, name, system])
            }
            _ => return None,
        };
        let [namespace, name, system] = parts;
        // These hosts are git hosts in Terraform's eyes, never registries.
        if ["github.com", "bitbucket.org", "gitlab.com"].contains(&host.as_str())
            || [*namespace].iter().any(|part| part.contains('.'))
        {
            return None;
        }
        let is_name = |text: &str, marks: &[u8]| {
            (1..=64).contains(&text.len())
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || marks.contains(&b))
                && !text.starts_with(['-', '_'])
                && !text.ends_with(['-', '_'])
        };
        let fine = is_name(namespace, b"-_")
            && is_name(name, b"-_")
            && is_name(system, b"")
            && !system.bytes().any(|b| b.is_ascii_uppercase());
        fine.then(|| Self {
            host,
            namespace: (*namespace).to_owned(),
            name: (*name).to_owned(),
            system: (*system).to_owned(),
        })
    }
}

impl fmt::Display for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}/{}/{}",
            self.host, self.namespace, self.name, self.system
        )
    }
}
