//! What a kustomization has gathered so far (`resaccumulator.go`).

use std::sync::Arc;

use crate::Result;
use crate::config::TransformerConfig;
use crate::resource::map::ResMap;
use crate::transformers::Variables;

/// Resources, configuration and vars.
#[derive(Debug, Default)]
pub(super) struct Accumulator {
    pub(super) map: ResMap,
    pub(super) config: Arc<TransformerConfig>,
    pub(super) variables: Variables,
}

impl Accumulator {
    /// Takes over everything another one has gathered.
    pub(super) fn merge(&mut self, other: Self) -> Result<()> {
        self.map.append_all(other.map)?;
        self.config = TransformerConfig::merge(&self.config, &other.config)?;
        self.variables.merge(other.variables)
    }
}
