//! Kustomize builds in process, byte for byte what kustomize prints.
//!
//! The behaviour is that of kustomize 5.5.0 (kubectl 1.32). Builds read files
//! through a [`FileSystem`] and nothing else: helm charts and plugins
//! that start programs are refused by name and place, and so are remote bases
//! without a local copy ([`Remotes`]).
//!
//! ```ignore
//! let resources = terrace_kustomize::load(&Disk, "overlays/ops", &Options::default())?;
//! print!("{}", resources.to_yaml()?);
//! ```
//!
//! # As a command
//!
//! A drop-in for `kustomize build` calls [`load`] with [`Disk`], the absolute
//! path of the folder (`.` if none is given) and options from the flags:
//! `--load-restrictor LoadRestrictionsRootOnly|LoadRestrictionsNone` to
//! [`LoadRestrictor`], `--reorder none|legacy` to [`Reorder`].
//!
//! - Success: [`Resources::to_yaml`] to the standard output; each of
//!   [`Resources::warnings`] to the standard error as `# Warning: ` and its
//!   message; status 0.
//! - Error: `Error: ` and the message of the first diagnostic (rendered with
//!   [`BuildError::sources`] for people) to the standard error; status 1.

mod build;
pub mod codes;
mod config;
mod decode;
mod error;
mod explain;
mod field_path;
mod field_spec;
mod fs;
mod generators;
mod json;
mod json_patch;
mod kustomization;
mod output;
mod remote;
mod resource;
mod scalar;
mod schema;
mod selector;
mod session;
mod strategic;
mod trace;
mod transformers;
mod tree;

pub use build::Layer;
pub use explain::{Field, explain};
pub use fs::{Disk, FileSystem, Kind, Memory};
pub use output::{Leaf, PathPart, Resource, Resources};
pub use remote::is_repository;
pub use trace::Step;

use std::sync::Arc;

use terrace_diag::{Diagnostic, Diagnostics, SourceMap};

pub(crate) use error::{Failure, Result};

/// Which files a kustomization may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoadRestrictor {
    /// Files in the folder of the kustomization and below, links followed.
    #[default]
    RootOnly,
    /// All files.
    None,
}

/// The order of the output if no `sortOptions` say one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reorder {
    /// Nothing was said: as `Legacy`.
    #[default]
    Unspecified,
    /// Some kinds first, webhooks last, the others by their names.
    Legacy,
    /// As accumulated.
    None,
}

/// How to build.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which files may be read.
    pub load_restrictor: LoadRestrictor,
    /// The order of the output.
    pub reorder: Reorder,
    /// A folder that paths in messages are relative to, absolute and without a
    /// slash at the end. None shows absolute paths.
    pub base: Option<String>,
    /// Local copies of remote resources, bases and components. None: there are
    /// none.
    pub remotes: Option<Arc<dyn Remotes>>,
}

/// Local copies of what lies elsewhere.
pub trait Remotes: std::fmt::Debug + Send + Sync {
    /// The absolute path of the copy of an address, as a kustomization spells
    /// it; none: there is no copy.
    ///
    /// # Errors
    /// No copy is made of such an address.
    fn local(&self, address: &str) -> Result<Option<String>, Diagnostic>;

    /// The folder of the copy that an absolute path lies in: kustomizations in
    /// it must not reach out of it, as they could not out of a repository.
    fn boundary(&self, path: &str) -> Option<String>;
}

/// Why a build stopped, with the texts that places refer to.
#[derive(Debug)]
pub struct BuildError {
    /// The error, and the warnings that came before it.
    pub diagnostics: Diagnostics,
    /// The files that were read.
    pub sources: SourceMap,
}

/// Builds the kustomization in a folder.
///
/// # Errors
/// What kustomize refuses, too, and what needs more than files.
pub fn load(fs: &dyn FileSystem, dir: &str, options: &Options) -> Result<Resources, BuildError> {
    load_stack(fs, &[Layer::Folder(dir.to_owned())], options)
}

/// Builds layers of one component, the lowest first: each is an additional first
/// entry of `resources` of the next, unless that reaches it already through its
/// own resources. Hashes, name references and vars are settled once, at the top.
///
/// # Errors
/// As [`load`], and for a layer that reaches past the one directly below.
/// Without a layer there are no resources.
pub fn load_stack(
    fs: &dyn FileSystem,
    layers: &[Layer],
    options: &Options,
) -> Result<Resources, BuildError> {
    load_stack_with(fs, layers, options, SourceMap::new())
}

/// As [`load_stack`]; `sources` holds the files that spans of [`Layer::Data`]
/// refer to, and comes back with the files that were read behind its own.
///
/// # Errors
/// As [`load_stack`].
pub fn load_stack_with(
    fs: &dyn FileSystem,
    layers: &[Layer],
    options: &Options,
    sources: SourceMap,
) -> Result<Resources, BuildError> {
    output::run(fs, layers, options, sources, None).map(|(resources, _)| resources)
}
