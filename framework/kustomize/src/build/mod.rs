//! One build: folders are accumulated from the inside out, names are settled at
//! the end (`api/internal/target/kusttarget.go`, `api/krusty/kustomizer.go`).
//!
//! | file | what it does |
//! |---|---|
//! | `load.rs` | reads a kustomization and the schema it names |
//! | `resources.rs` | what `resources` and `components` name |
//! | `generate.rs` | runs generators |
//! | `transform.rs` | runs transformers and validators in kustomize's order |
//! | `finish.rs` | hashes, references, vars and order, once at the top |
//! | `patches.rs`, `inline.rs` | patches, and YAML written inside a kustomization |
//! | `plugins.rs` | documents that configure built-in plugins |
//! | `stack.rs` | layers of one component |
//! | `accumulator.rs`, `origin.rs` | what is gathered, and where it comes from |

mod accumulator;
mod finish;
mod generate;
mod inline;
mod load;
mod origin;
mod patches;
mod plugins;
mod resources;
mod stack;
mod transform;

use terrace_diag::Span;

use crate::codes::NOT_SUPPORTED;
use crate::kustomization::Kustomization;
use crate::resource::Resource;
use crate::session::{Directory, Session};
use crate::{Failure, Result};
use accumulator::Accumulator;
use load::{load, set_schema};
use origin::Origin;
pub use stack::Layer;
pub(crate) use stack::Stack;

/// A kustomization that is being built.
struct Target {
    directory: Directory,
    kustomization: Kustomization,
    /// The name of its file.
    file_name: &'static str,
    /// Only if buildMetadata asks for annotations.
    origin: Option<Origin>,
    /// Which layer of the stack it is.
    layer: Option<usize>,
}

/// Builds the uppermost layer of a stack to the end.
pub(crate) fn build(session: &mut Session<'_>, stack: &Stack) -> Result<Vec<Resource>> {
    let top = stack.top();
    let directory = session.top(stack.folder(top))?;
    let mut target = load(session, stack, directory, Some(top))?;
    set_schema(session, &target)?;
    if !target.kustomization.build_metadata.is_empty() {
        target.origin = Some(Origin::default());
    }
    let mut builder = Builder { session, stack };
    let mut accumulated = builder.accumulate_target(&target, Accumulator::default())?;
    builder.finish(&target, &mut accumulated)?;
    Ok(accumulated.map.into_resources())
}

pub(super) fn helm_failure(field: &str, span: Span) -> Failure {
    Failure::new(
        &NOT_SUPPORTED,
        format!("{field}: helm charts are not inflated: builds start no programs"),
    )
    .at(span)
    .help("run `helm template` once, commit its output and list it under `resources`")
}

struct Builder<'b, 'a> {
    session: &'b mut Session<'a>,
    stack: &'b Stack,
}

impl Builder<'_, '_> {
    /// Adds everything a kustomization says to what is there.
    fn accumulate_target(&mut self, target: &Target, mut all: Accumulator) -> Result<Accumulator> {
        let own = &target.kustomization;
        if let Some(layer) = target.layer {
            self.accumulate_lower_layer(target, layer, &mut all)?;
        }
        for (path, span) in &own.resources {
            self.accumulate_resource(target, path, *span, &mut all)
                .map_err(|failure| failure.context("accumulating resources"))?;
        }
        self.merge_configurations(target, &mut all)?;
        self.run_generators(target, &mut all)?;
        for (path, span) in &own.components {
            let directory = self
                .session
                .enter(&target.directory, path, *span)
                .map_err(|failure| failure.context("accumulating components"))?;
            all = self
                .accumulate_component(target, directory, path, *span, all)
                .map_err(|failure| failure.context("accumulating components"))?;
        }
        self.run_transformers(target, &mut all)?;
        self.run_validators(target, &mut all)?;
        all.variables.add(&own.vars, &mut all.map)?;
        Ok(all)
    }
}
