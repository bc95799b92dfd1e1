//! Bodies with nested blocks: backends and provider configurations.

use smol_str::SmolStr;
use terrace_hcl::ast::Body;
use terrace_layers::{Candidate, Evaluate, Merger, Node};

/// A merged body.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyNode {
    /// Attributes, sorted by name.
    pub attributes: Vec<(SmolStr, Node)>,
    /// Nested blocks in the order written, by kind with labels.
    pub blocks: Vec<(SmolStr, Vec<SmolStr>, BodyNode)>,
}

impl BodyNode {
    /// All values of the body and of the blocks in it.
    pub fn nodes(&self) -> Vec<&Node> {
        self.attributes
            .iter()
            .map(|(_, node)| node)
            .chain(self.blocks.iter().flat_map(|(_, _, body)| body.nodes()))
            .collect()
    }
}

/// Merges bodies, lowest layer first. Attributes merge like inputs. A nested
/// block that stands once in each layer merges with those below it; otherwise
/// the blocks of the highest layer that has that kind take their place.
pub(super) fn merge<E: Evaluate + ?Sized>(
    bodies: &[&Body],
    merger: &mut Merger<'_, E>,
) -> BodyNode {
    let parts = bodies
        .iter()
        .flat_map(|body| body.attributes())
        .map(|attribute| {
            let candidate = Candidate::Expr {
                expr: &attribute.expr,
                key: Some(attribute.name.span),
            };
            (attribute.name.name.clone(), candidate)
        })
        .collect();
    let attributes = merger.fold_parts(parts);
    let mut kinds: Vec<&SmolStr> = Vec::new();
    for block in bodies.iter().flat_map(|body| body.blocks()) {
        if !kinds.contains(&&block.kind.name) {
            kinds.push(&block.kind.name);
        }
    }
    let mut blocks = Vec::new();
    for kind in kinds {
        let of_layers: Vec<Vec<_>> = bodies
            .iter()
            .map(|body| body.blocks().filter(|b| b.kind.name == *kind).collect())
            .filter(|blocks: &Vec<_>| !blocks.is_empty())
            .collect();
        let Some(highest) = of_layers.last() else {
            continue;
        };
        if of_layers.iter().all(|blocks| blocks.len() == 1) {
            let inner: Vec<&Body> = of_layers.iter().map(|blocks| &blocks[0].body).collect();
            let labels = highest[0].labels.iter().map(|l| l.name.clone()).collect();
            blocks.push((kind.clone(), labels, merge(&inner, merger)));
        } else {
            for block in highest {
                let labels = block.labels.iter().map(|l| l.name.clone()).collect();
                blocks.push((kind.clone(), labels, merge(&[&block.body], merger)));
            }
        }
    }
    BodyNode { attributes, blocks }
}
