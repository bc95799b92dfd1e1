//! `replicas` (`ReplicaCountTransformer.go`, `api/filters/replicacount`).

use terrace_yaml::{Node, Tag};

use crate::codes::TRANSFORMER;
use crate::config::FieldSpec;
use crate::field_spec::{self, Action, Target};
use crate::kustomization::Replica;
use crate::resource::map::ResMap;
use crate::tree::{self, Kind, Writes};
use crate::{Failure, Result};

/// Sets the replica count of the resources that have or had a name.
pub(crate) fn set_replicas(map: &mut ResMap, replica: &Replica, specs: &[FieldSpec]) -> Result<()> {
    let mut found = false;
    let count = replica.count.value.to_string();
    for target in Target::all(specs) {
        let wanted = target.spec.gvk();
        for resource in map.contents_mut() {
            let matches = resource
                .previous_ids()
                .chain([resource.id()])
                .any(|id| id.name == replica.name && id.gvk.is_selected_by(&wanted));
            if !matches {
                continue;
            }
            found = true;
            let mut set = |node: &mut Node, writes: &mut Writes| {
                if !node.is_scalar() {
                    return Err(tree::wrong_kind(Kind::Scalar, node));
                }
                let new = Node::plain(count.as_str(), replica.count.span).with_tag(Tag::Int);
                tree::overwrite(node, new, writes);
                Ok(())
            };
            let mut action = Action {
                create: Some((Kind::Scalar, Tag::Int)),
                span: replica.count.span,
                set: &mut set,
            };
            field_spec::apply(resource, &target, &mut action)?;
        }
    }
    if found {
        return Ok(());
    }
    let kinds: Vec<String> = specs.iter().map(|spec| spec.gvk().to_string()).collect();
    Err(Failure::new(
        &TRANSFORMER,
        format!(
            "resource with name {} does not match a config with the following GVK [{}]",
            replica.name,
            kinds.join(" ")
        ),
    )
    .at(replica.span.0)
    .help("the name must be that of a resource in this build, before or after renaming"))
}
