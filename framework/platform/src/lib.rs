//! The platform: environments, components, references, roots and type checks.
//!
//! [`Program::load`] reads a repository once; [`compile`] makes one environment
//! of it: the components with their merged and checked inputs, grouped into the
//! roots that terraform plans and applies. Pure: a [`terrace_source::Tree`] in,
//! values and diagnostics out.

pub mod codes;
pub mod config;
pub mod environment;
pub mod module;
mod program;
pub mod remote;
mod scope;

pub use config::Config;
pub use environment::{
    BodyNode, CompiledEnvironment, KustomizeComponent, ModuleSource, Overlay, ProviderConfig,
    Requirement, Root, TerraformComponent, compile, component_output, scope,
};
pub use module::{Module, ModuleFile, Modules};
pub use program::{Layered, Program};
pub use remote::RemoteUse;
