//! A Kustomize component: its layers stacked and built in process.

mod build;
mod leaves;

use std::io;

use terrace_diag::{Diagnostics, SourceMap};
use terrace_kustomize::{FileSystem, Kind};
use terrace_layers::{Node, NodeKind};
use terrace_platform::KustomizeComponent;
use terrace_source::{EntryKind, ReadError, Tree, path};
use terrace_yaml::{Mapping, Node as Yaml};

use crate::environment::RenderedFile;

pub use build::KustomizeBuild;
pub(crate) use leaves::leaves;

/// Where the repository stands in the builder's absolute paths.
const ROOT: &str = "/repository";

/// Lists the manifests so that building the folder gives the same bytes.
const KUSTOMIZATION: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\n\
kind: Kustomization\n\
resources:\n\
- manifests.yaml\n\
sortOptions:\n\
\x20 order: fifo\n";

/// The component's files, and messages with the sources they point into.
pub(crate) fn render(
    component: &KustomizeComponent,
    tree: &dyn Tree,
) -> (Option<Vec<RenderedFile>>, SourceMap, Diagnostics) {
    let built = KustomizeBuild::new(component, tree).load(SourceMap::new());
    let resources = match built {
        Ok(resources) => resources,
        Err(error) => return (None, error.sources, error.diagnostics),
    };
    let mut found: Diagnostics = resources.warnings().iter().cloned().collect();
    let sources = resources.sources().clone();
    match resources.to_yaml() {
        Ok(manifests) => {
            let files = vec![
                RenderedFile::new("manifests.yaml", manifests),
                RenderedFile::new("kustomization.yaml", KUSTOMIZATION.to_owned()),
            ];
            (Some(files), sources, found)
        }
        Err(errors) => {
            found.extend(errors);
            (None, sources, found)
        }
    }
}

/// The fields of a `kustomize` block, as a kustomization holds them.
fn yaml(node: &Node) -> Yaml {
    let span = node.place.cited();
    match &node.kind {
        NodeKind::Map(entries) => {
            let mut mapping = Mapping::default();
            for (key, value) in entries {
                let key = Yaml::string(key.as_str(), value.place.cited());
                mapping.push(key, yaml(value));
            }
            Yaml::mapping(mapping, span)
        }
        NodeKind::List(items) => Yaml::sequence(items.iter().map(yaml).collect(), span),
        NodeKind::Value(value) => value_yaml(value, span),
        // Refused where the component was compiled.
        NodeKind::Late(_) => Yaml::null(span),
    }
}

fn value_yaml(value: &terrace_eval::Value, span: terrace_diag::Span) -> Yaml {
    if let Some(text) = value.as_str() {
        return Yaml::string(text, span);
    }
    if let Some(number) = value.as_number() {
        return Yaml::plain(number.to_string(), span);
    }
    if let Some(bool) = value.as_bool() {
        return Yaml::plain(bool.to_string(), span);
    }
    if let Some(items) = value.items() {
        let items = items.iter().map(|item| value_yaml(item, span)).collect();
        return Yaml::sequence(items, span);
    }
    if let Some(entries) = value.entries() {
        let mut mapping = Mapping::default();
        for (key, value) in entries.iter() {
            mapping.push(Yaml::string(key.as_str(), span), value_yaml(value, span));
        }
        return Yaml::mapping(mapping, span);
    }
    Yaml::null(span)
}

/// The source tree as the builder's file system, below [`ROOT`].
struct TreeFiles<'t> {
    tree: &'t dyn Tree,
}

impl TreeFiles<'_> {
    /// The path in the repository; `None` outside of it.
    fn inside(&self, absolute: &str) -> Option<String> {
        let rest = absolute.strip_prefix(ROOT)?;
        let rest = match rest {
            "" => "",
            rest => rest.strip_prefix('/')?,
        };
        path::resolve("", rest)
    }
}

fn missing() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl FileSystem for TreeFiles<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let inside = self.inside(path).ok_or_else(missing)?;
        match self.tree.read(&inside) {
            Ok(bytes) => Ok(bytes.to_vec()),
            Err(ReadError::Missing) => Err(missing()),
            Err(error) => Err(io::Error::other(error.to_string())),
        }
    }

    fn kind(&self, path: &str) -> Option<Kind> {
        match self.tree.kind(&self.inside(path)?)? {
            EntryKind::File => Some(Kind::File),
            EntryKind::Folder => Some(Kind::Directory),
            EntryKind::Link | EntryKind::Repository | EntryKind::NotUtf8 => None,
        }
    }

    fn read_dir(&self, path: &str) -> io::Result<Vec<String>> {
        let inside = self.inside(path).ok_or_else(missing)?;
        let entries = self.tree.list(&inside).ok_or_else(missing)?;
        Ok(entries.iter().map(|entry| entry.name.clone()).collect())
    }

    fn canonical(&self, path: &str) -> io::Result<String> {
        let outside = || io::Error::from(io::ErrorKind::Unsupported);
        let inside = self.inside(path).ok_or_else(outside)?;
        match self.tree.kind(&inside) {
            Some(EntryKind::Link) => Err(io::Error::other(format!(
                "`{inside}` is a symbolic link, which a render does not follow"
            ))),
            Some(EntryKind::Repository) => Err(io::Error::other(format!(
                "`{inside}`: {}",
                ReadError::Repository
            ))),
            Some(_) if inside.is_empty() => Ok(String::from(ROOT)),
            Some(_) => Ok(format!("{ROOT}/{inside}")),
            None => Err(missing()),
        }
    }
}
