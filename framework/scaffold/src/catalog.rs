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
    /// Folders of `starters/` whose templates it takes; later ones replace files
    /// of earlier ones.
    #[serde(skip)]
    pub(crate) templates: &'static [&'static str],
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

const REPOSITORY: OptionSpec = OptionSpec {
    name: "repository",
    about: "Repository on the forge whose CI jobs are trusted, owner/name; without one, bootstrap asks",
    kind: Kind::Repository,
    // Any name may be somebody else's repository, whose jobs would be trusted.
    default: "",
};

const AWS_REGION: OptionSpec = OptionSpec {
    name: "region",
    about: "AWS region",
    kind: Kind::AwsRegion,
    default: "eu-west-1",
};

const AWS_ZONES: OptionSpec = OptionSpec {
    name: "zones",
    about: "Letters of the region's availability zones to use",
    kind: Kind::AwsZones,
    // Most regions have a to c. In ca-central-1 the third is d; ap-northeast-1
    // gives b, and us-west-1 more than two, to old accounts only.
    default: "{% if region == 'ca-central-1' %}a,b,d{% elif region == 'ap-northeast-1' %}a,c,d{% elif region == 'us-west-1' %}a,c{% else %}a,b,c{% endif %}",
};

const AWS_ACCOUNT: OptionSpec = OptionSpec {
    name: "account",
    about: "AWS account, twelve digits",
    kind: Kind::AwsAccount,
    default: "111111111111",
};

const GOOGLE_PROJECT: OptionSpec = OptionSpec {
    name: "project",
    about: "Google Cloud project",
    kind: Kind::GoogleProject,
    default: "{{ name }}-platform",
};

const GOOGLE_PROJECT_NUMBER: OptionSpec = OptionSpec {
    name: "project_number",
    about: "Number of the Google Cloud project",
    kind: Kind::Number,
    default: "111111111111",
};

/// Every starter, the simplest first.
pub static STARTERS: &[Starter] = &[
    Starter {
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
        templates: &["common", "local"],
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
    },
    Starter {
        name: "kind",
        about: "A cluster in containers on this machine",
        options: &[NAME, DOMAIN],
        templates: &["common", "cloud", "kind"],
        modules: &["metadata", "kind/cluster"],
        bases: &[
            "namespaces",
            "rbac",
            "priority-classes",
            "metrics-server",
            "ingress",
            "external-dns",
        ],
    },
    Starter {
        name: "eks",
        about: "Amazon EKS",
        options: &[NAME, DOMAIN, AWS_REGION, AWS_ZONES, AWS_ACCOUNT, REPOSITORY],
        templates: &["common", "cloud", "aws", "eks"],
        modules: &[
            "metadata",
            "aws/network",
            "aws/cluster",
            "aws/node-pool",
            "aws/dns",
            "aws/state-backend",
            "aws/ci-identity",
        ],
        bases: &[
            "namespaces",
            "rbac",
            "priority-classes",
            "storage-classes",
            "metrics-server",
            "cluster-autoscaler",
            "ingress",
            "external-dns",
            "cert-issuers",
        ],
    },
    Starter {
        name: "gke",
        about: "Google Kubernetes Engine",
        options: &[
            NAME,
            DOMAIN,
            OptionSpec {
                name: "region",
                about: "Google Cloud region",
                kind: Kind::GoogleRegion,
                default: "europe-west1",
            },
            GOOGLE_PROJECT,
            GOOGLE_PROJECT_NUMBER,
            REPOSITORY,
        ],
        templates: &["common", "cloud", "google", "gke"],
        modules: &[
            "metadata",
            "google/network",
            "google/cluster",
            "google/node-pool",
            "google/dns",
            "google/state-backend",
            "google/ci-identity",
        ],
        bases: &[
            "namespaces",
            "rbac",
            "priority-classes",
            "storage-classes",
            "ingress",
            "external-dns",
            "gateway",
            "cert-issuers",
        ],
    },
    Starter {
        name: "aks",
        about: "Azure Kubernetes Service",
        options: &[
            NAME,
            DOMAIN,
            OptionSpec {
                name: "region",
                about: "Azure region",
                kind: Kind::AzureRegion,
                default: "westeurope",
            },
            OptionSpec {
                name: "subscription",
                about: "Azure subscription",
                kind: Kind::Uuid,
                default: "00000000-0000-0000-0000-000000000000",
            },
            OptionSpec {
                name: "tenant",
                about: "Entra ID tenant",
                kind: Kind::Uuid,
                default: "00000000-0000-0000-0000-000000000000",
            },
            OptionSpec {
                name: "storage_account",
                about: "Storage account for states, unique in all of Azure",
                kind: Kind::StorageAccount,
                default: "{{ name | replace(from='-', to='') }}tf",
            },
            REPOSITORY,
        ],
        templates: &["common", "cloud", "azure", "aks"],
        modules: &[
            "metadata",
            "azure/network",
            "azure/cluster",
            "azure/node-pool",
            "azure/dns",
            "azure/state-backend",
            "azure/ci-identity",
        ],
        bases: &[
            "namespaces",
            "rbac",
            "priority-classes",
            "storage-classes",
            "ingress",
            "external-dns",
            "cert-issuers",
        ],
    },
    Starter {
        name: "multi-cloud",
        about: "Amazon EKS and Google Kubernetes Engine, a cluster on each",
        options: &[
            NAME,
            DOMAIN,
            AWS_REGION,
            AWS_ZONES,
            AWS_ACCOUNT,
            OptionSpec {
                name: "google_region",
                about: "Google Cloud region",
                kind: Kind::GoogleRegion,
                default: "europe-west1",
            },
            GOOGLE_PROJECT,
            GOOGLE_PROJECT_NUMBER,
            REPOSITORY,
        ],
        templates: &["common", "cloud", "aws", "google", "multi-cloud"],
        modules: &[
            "metadata",
            "aws/network",
            "aws/cluster",
            "aws/node-pool",
            "aws/dns",
            "aws/state-backend",
            "aws/ci-identity",
            "google/network",
            "google/cluster",
            "google/node-pool",
            "google/dns",
            "google/ci-identity",
        ],
        bases: &[
            "namespaces",
            "rbac",
            "priority-classes",
            "storage-classes",
            "metrics-server",
            "cluster-autoscaler",
            "ingress",
            "external-dns",
            "gateway",
            "cert-issuers",
        ],
    },
];

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
