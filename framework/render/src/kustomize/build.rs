//! Builds of a component from the files of a tree.

use std::sync::Arc;

use terrace_diag::SourceMap;
use terrace_kustomize::{BuildError, Field, Layer, Options, Resources, Step, load_stack_with};
use terrace_platform::{KustomizeComponent, Overlay};
use terrace_source::Tree;

use super::{ROOT, TreeFiles, yaml};
use crate::VendoredBases;

/// A Kustomize component of an environment, ready to be built.
pub struct KustomizeBuild<'t> {
    layers: Vec<Layer>,
    options: Options,
    files: TreeFiles<'t>,
}

impl<'t> KustomizeBuild<'t> {
    /// The layers of a component as the builder takes them, on a tree's files.
    pub fn new(component: &KustomizeComponent, tree: &'t dyn Tree) -> Self {
        let layer = |overlay: &Overlay| match overlay {
            Overlay::Folder(folder) => Layer::Folder(format!("{ROOT}/{folder}")),
            Overlay::Block { folder, fields } => Layer::Data {
                folder: format!("{ROOT}/{folder}"),
                fields: yaml(fields),
            },
        };
        Self {
            layers: component.layers.iter().map(layer).collect(),
            options: Options {
                base: Some(String::from(ROOT)),
                remotes: Some(Arc::new(VendoredBases::new(
                    component.vendored.clone(),
                    ROOT,
                ))),
                ..Options::default()
            },
            files: TreeFiles { tree },
        }
    }

    /// Builds. `sources` holds the files that blocks are written in.
    ///
    /// # Errors
    /// What the builder refuses.
    pub fn load(&self, sources: SourceMap) -> Result<Resources, BuildError> {
        load_stack_with(&self.files, &self.layers, &self.options, sources)
    }

    /// What gave each of some fields its value, in order (see
    /// [`terrace_kustomize::explain`]); `sources` as in [`KustomizeBuild::load`].
    ///
    /// # Errors
    /// What the builder refuses.
    pub fn explain(
        &self,
        sources: SourceMap,
        fields: &[Field<'_>],
    ) -> Result<Vec<Vec<Step>>, BuildError> {
        terrace_kustomize::explain(&self.files, &self.layers, &self.options, sources, fields)
    }
}
