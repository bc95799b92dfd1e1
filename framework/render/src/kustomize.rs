//! A Kustomize component: its layers stacked and built in process.

use terrace_diag::{Diagnostics, SourceMap};
use terrace_platform::KustomizeComponent;
use terrace_source::Tree;

use crate::environment::RenderedFile;

/// The component's files, and messages with the sources they point into.
pub(crate) fn render(
    component: &KustomizeComponent,
    tree: &dyn Tree,
) -> (Option<Vec<RenderedFile>>, SourceMap, Diagnostics) {
    let _ = (component, tree);
    (None, SourceMap::new(), Diagnostics::new())
}
