//! Why a field has its value.

use terrace_diag::SourceMap;

use crate::output::{self, PathPart, Resource};
use crate::trace::{Step, Trace};
use crate::{BuildError, FileSystem, Layer, Options, Result};

/// Everything that gave a field of a finished resource a value, in order: the
/// last step is the one that counts. `resource` must come from a build of the
/// same layers with the same options; the build is repeated and watched.
/// `sources` is what that build began with (see
/// [`load_stack_with`](crate::load_stack_with)); spans refer to
/// [`Resources::sources`](crate::Resources::sources) of that build.
///
/// # Errors
/// As [`load_stack`](crate::load_stack).
pub fn explain(
    fs: &dyn FileSystem,
    layers: &[Layer],
    options: &Options,
    sources: SourceMap,
    resource: &Resource,
    path: &[PathPart],
) -> Result<Vec<Step>, BuildError> {
    let trace = Trace::new(resource.serial, resource.node(), path);
    let (_, trace) = output::run(fs, layers, options, sources, Some(trace))?;
    Ok(trace.map(|trace| trace.steps).unwrap_or_default())
}
