//! Content hashes in the names of generated resources (`HashTransformer.go`).

use crate::Result;
use crate::resource::hash;
use crate::resource::map::ResMap;
use crate::tree::Writes;

/// Appends the hash to the name of each resource that asks for it.
pub(crate) fn add_hash_suffixes(map: &mut ResMap) -> Result<()> {
    if !map
        .resources()
        .iter()
        .any(|resource| resource.state.needs_hash)
    {
        return Ok(());
    }
    for resource in map.resources_mut() {
        if !resource.state.needs_hash {
            continue;
        }
        let hash = hash::suffix(&resource.node)?;
        resource.store_previous_id();
        let name = format!("{}-{hash}", resource.name());
        let span = resource
            .node
            .at(&["metadata", "name"])
            .map_or(resource.node.span(), terrace_yaml::Node::span);
        resource.set_meta_text("name", &name, span, &mut Writes::default());
    }
    Ok(())
}
