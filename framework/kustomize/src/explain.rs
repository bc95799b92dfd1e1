//! Why fields have their values.

use terrace_diag::SourceMap;

use crate::output::{self, PathPart, Resource};
use crate::trace::{Step, Trace};
use crate::{BuildError, FileSystem, Layer, Options, Result};

/// One field of a finished resource.
#[derive(Debug, Clone)]
pub struct Field<'r> {
    /// The resource.
    pub resource: &'r Resource,
    /// The way to the field.
    pub path: Vec<PathPart>,
}

/// Everything that gave each of some fields a value, in order: the last step is
/// the one that counts. The resources must come from a build of the same layers
/// with the same options; the build is repeated once and watched. `sources` is
/// what that build began with (see
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
    fields: &[Field<'_>],
) -> Result<Vec<Vec<Step>>, BuildError> {
    let trace = Trace::new(fields);
    let (_, trace) = output::run(fs, layers, options, sources, Some(trace))?;
    Ok(trace.map(Trace::into_steps).unwrap_or_default())
}
