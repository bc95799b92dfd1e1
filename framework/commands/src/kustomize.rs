//! `terrace kustomize build DIR`: a drop-in for `kustomize build`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use terrace_diag::{Diagnostic, Diagnostics, Severity};
use terrace_kustomize::{
    BuildError, Disk, Options as BuildOptions, Remotes, Resource, Resources, load,
};
use terrace_render::VendoredBases;
use terrace_yaml::Node;

use crate::compile::Messages;
use crate::tree::DiskTree;
use crate::{Outcome, World, codes};

pub use terrace_kustomize::{LoadRestrictor, Reorder};

/// Options of `terrace kustomize build`.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The folder.
    pub dir: PathBuf,
    /// Which files may be read.
    pub load_restrictor: LoadRestrictor,
    /// The order of the resources.
    pub reorder: Option<Reorder>,
    /// A file to write to, or a folder that gets one file for each resource.
    pub output: Option<PathBuf>,
    /// The deprecated `--enable-managedby-label`.
    pub managed_by_label: bool,
}

/// Refuses a flag that would change the output, and addresses, by name.
fn refusals(options: &Options) -> Diagnostics {
    let mut found = Diagnostics::new();
    if options.managed_by_label {
        found.push(
            Diagnostic::error(
                &terrace_kustomize::codes::NOT_SUPPORTED,
                "--enable-managedby-label: the flag is deprecated",
            )
            .help("write `buildMetadata: [managedByLabel]` into the kustomization"),
        );
    }
    let dir = options.dir.to_string_lossy();
    if terrace_kustomize::is_repository(&dir) {
        found.push(
            Diagnostic::error(
                &terrace_kustomize::codes::NOT_SUPPORTED,
                format!("`{dir}` is not fetched: builds do not use the network"),
            )
            .help("clone the repository and build the folder, or vendor it: `terrace vendor`"),
        );
    }
    found
}

/// Builds.
pub fn build(world: &World, options: &Options) -> Outcome {
    let refused = refusals(options);
    if refused.has_errors() {
        return Outcome::messages(Messages {
            diagnostics: refused,
            ..Messages::default()
        });
    }
    let dir = world.cwd.join(&options.dir);
    let base = world.cwd.to_string_lossy().into_owned();
    let remotes = match vendored(&dir) {
        Ok(remotes) => remotes,
        Err(messages) => return Outcome::messages(messages),
    };
    let build = BuildOptions {
        load_restrictor: options.load_restrictor,
        reorder: options.reorder.unwrap_or_default(),
        base: Some(base),
        remotes: Some(remotes),
    };
    let resources = match load(&Disk, &dir.to_string_lossy(), &build) {
        Ok(resources) => resources,
        Err(BuildError {
            diagnostics,
            sources,
        }) => {
            return Outcome::messages(Messages {
                sources,
                diagnostics,
            });
        }
    };
    let mut messages = Messages {
        sources: resources.sources().clone(),
        diagnostics: resources.warnings().iter().cloned().collect(),
    };
    if options.reorder.is_some() {
        messages.diagnostics.push(Diagnostic::warning(
            &terrace_kustomize::codes::DEPRECATED,
            "Flag --reorder has been deprecated, use the new 'sortOptions' field in \
             kustomization.yaml instead.",
        ));
    }
    let text = match resources.to_yaml() {
        Ok(text) => text,
        Err(errors) => {
            messages.diagnostics.extend(errors);
            return Outcome::messages(messages);
        }
    };
    let Some(output) = &options.output else {
        // To free the trees takes a tenth of a large build: beside the printing,
        // or not at all where that ends first.
        std::thread::spawn(move || drop(resources));
        return Outcome {
            exact: true,
            ..Outcome::data(text, serde_json::Value::Null, messages)
        };
    };
    let output = world.cwd.join(output);
    let written = if output.is_dir() {
        write_each(&output, &resources)
    } else {
        fs::write(&output, text).map_err(|error| (output.clone(), error))
    };
    if let Err((path, error)) = written {
        messages.diagnostics.push(Diagnostic {
            severity: Severity::Error,
            ..Diagnostic::error(&codes::CANNOT_WRITE, format!("{}: {error}", path.display()))
        });
    }
    Outcome::data(String::new(), serde_json::Value::Null, messages)
}

/// The local copies of the repository around a folder: the nearest folder
/// upwards with a terrace.lock.
fn vendored(dir: &Path) -> Result<Arc<dyn Remotes>, Messages> {
    let absolute = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let root = absolute
        .ancestors()
        .find(|folder| folder.join(terrace_lock::FILE).is_file());
    let Some(root) = root else {
        return Ok(Arc::new(VendoredBases::new(None, "")));
    };
    let mut messages = Messages::default();
    let tree = DiskTree::new(root);
    let lock = crate::vendor::read_lock(&tree, &mut messages);
    match messages.has_errors() {
        true => Err(messages),
        false => Ok(Arc::new(VendoredBases::new(lock, root.to_string_lossy()))),
    }
}

/// One file for each resource, named as kustomize names them
/// (`kustomize/commands/build/writer.go`): with their namespaces in front where
/// there are several.
fn write_each(folder: &Path, resources: &Resources) -> Result<(), (PathBuf, std::io::Error)> {
    let namespaces: BTreeSet<&str> = resources
        .iter()
        .filter_map(Resource::effective_namespace)
        .collect();
    for resource in resources.iter() {
        let mut parts = Vec::new();
        if namespaces.len() > 1 {
            parts.extend(resource.effective_namespace());
        }
        let version = resource.api_version().replace('/', "_");
        parts.extend(
            [version.as_str(), resource.kind()]
                .iter()
                .filter(|part| !part.is_empty()),
        );
        parts.push(resource.name());
        let path = folder.join(format!("{}.yaml", parts.join("_").to_lowercase()));
        let node: &Node = resource.node();
        let mut text = String::new();
        terrace_yaml::emit::resource(node, &mut text)
            .map_err(|error| (path.clone(), std::io::Error::other(error.message)))?;
        fs::write(&path, text).map_err(|error| (path.clone(), error))?;
    }
    Ok(())
}
