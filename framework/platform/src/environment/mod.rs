//! One environment, compiled: its components with their merged inputs, grouped
//! into roots.

mod body;
mod check;
mod compile;
mod component;
mod kustomize;
mod providers;
mod roots;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;
use terrace_diag::Span;
use terrace_eval::Value;
use terrace_layers::Node;
use terrace_lock::LockFile;

pub use body::BodyNode;
pub use compile::{compile, scope};
pub use component::component_output;
pub(crate) use component::{local_path, with_reference};

use crate::RemoteUse;
use crate::module::Module;

/// An environment after the merge.
#[derive(Debug)]
pub struct CompiledEnvironment {
    /// Its name.
    pub name: SmolStr,
    /// Its layer folders, lowest first.
    pub layers: Vec<SmolStr>,
    /// Its roots, sorted by name.
    pub roots: Vec<Root>,
    /// Its Kustomize components, sorted by name.
    pub kustomize: Vec<KustomizeComponent>,
    /// Its merged locals, sorted by name; those with mistakes are left out.
    pub locals: Vec<(SmolStr, Node)>,
    /// `env.*`, each with its place in terrace.hcl.
    pub attributes: BTreeMap<SmolStr, (Value, Span)>,
    /// Where each version constraint of its layers is written.
    pub versions: BTreeMap<SmolStr, Span>,
    /// Remote sources that its components name, with or without a local copy.
    pub remotes: Vec<RemoteUse>,
}

/// The unit of plan, apply, digest and promotion: a component alone, or all
/// components of one state.
#[derive(Debug)]
pub struct Root {
    /// Its name: the state's, or the component's.
    pub name: SmolStr,
    /// Its components, sorted by name.
    pub components: Vec<TerraformComponent>,
    /// Provider configurations it needs, sorted by name and alias.
    pub providers: Vec<ProviderConfig>,
    /// Required providers by local name.
    pub required: BTreeMap<SmolStr, Requirement>,
    /// Constraint on Terraform itself.
    pub required_version: SmolStr,
    /// Its backend.
    pub backend: Option<(SmolStr, BodyNode)>,
    /// Outputs of its components that other roots read.
    pub exports: BTreeMap<SmolStr, BTreeSet<SmolStr>>,
    /// Roots whose outputs it reads.
    pub reads: BTreeSet<SmolStr>,
    /// Roots and Kustomize components that come before it, `reads` among them.
    pub after: BTreeSet<SmolStr>,
}

/// A Terraform component of one environment.
#[derive(Debug)]
pub struct TerraformComponent {
    /// Its name.
    pub name: SmolStr,
    /// Where its lowest definition is.
    pub span: Span,
    /// What it calls.
    pub source: ModuleSource,
    /// Merged inputs: a map.
    pub inputs: Node,
    /// `providers`: name or name.alias of the module, and the configuration.
    pub providers: BTreeMap<String, (SmolStr, Option<SmolStr>)>,
    /// Names of secret inputs.
    pub secrets: BTreeSet<SmolStr>,
    /// The component's name before.
    pub renamed_from: Option<SmolStr>,
    /// Roots and Kustomize components that must be applied before.
    pub after: BTreeSet<SmolStr>,
    /// Outputs of other components that it reads.
    pub references: BTreeSet<(SmolStr, SmolStr)>,
    /// Paths of the layer files that define it, lowest layer first.
    pub files: Vec<Arc<str>>,
    /// Where the settings besides `inputs` are written that count.
    pub settings: BTreeMap<SmolStr, Span>,
}

/// What a component calls.
#[derive(Debug, Clone)]
pub enum ModuleSource {
    /// A module of the repository.
    Local(Arc<Module>),
    /// A registry or git address.
    Remote {
        /// The address.
        address: SmolStr,
        /// Version constraint of a registry module.
        version: Option<SmolStr>,
    },
}

/// A provider configuration.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// The provider's local name.
    pub name: SmolStr,
    /// Its alias.
    pub alias: Option<SmolStr>,
    /// What the block holds, `alias` included.
    pub body: BodyNode,
}

/// What `required_providers` says of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Its address, such as `hashicorp/aws`.
    pub source: String,
    /// Version constraints, joined.
    pub version: Option<String>,
}

/// A Kustomize component of one environment.
#[derive(Debug)]
pub struct KustomizeComponent {
    /// Its name.
    pub name: SmolStr,
    /// Its overlays, lowest layer first.
    pub layers: Vec<Overlay>,
    /// Roots and components that must be applied before.
    pub after: BTreeSet<SmolStr>,
    /// Where its lowest definition is, for a block.
    pub span: Option<Span>,
    /// The local copies of what its kustomizations name that lies elsewhere;
    /// `None` without a `terrace.lock`.
    pub vendored: Option<Arc<LockFile>>,
}

/// One layer of a Kustomize component.
#[derive(Debug)]
pub enum Overlay {
    /// A folder of the repository with a kustomization file.
    Folder(String),
    /// A `kustomize` block: the fields of a kustomization, and the folder that
    /// its relative paths count from.
    Block {
        /// The layer's folder.
        folder: String,
        /// The fields: a map.
        fields: Node,
    },
}
