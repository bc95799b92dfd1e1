//! References between components, as the rendered Terraform spells them.

use std::collections::BTreeMap;

use terrace_hcl::ast::{Expr, ExprKind};
use terrace_layers::{Node, NodeKind};
use terrace_platform::{ModuleSource, Root, component_output};

use super::tree::{attribute, call, path};

/// Where every component of an environment lives.
pub(super) struct Wiring<'a> {
    owner: BTreeMap<&'a str, &'a Root>,
    here: &'a str,
}

impl<'a> Wiring<'a> {
    /// The wiring as seen from `here`.
    pub(super) fn new(roots: &'a [Root], here: &'a Root) -> Self {
        let owner = roots
            .iter()
            .flat_map(|root| root.components.iter().map(move |c| (c.name.as_str(), root)))
            .collect();
        Self {
            owner,
            here: &here.name,
        }
    }

    /// A node with its late parts wired; the known parts are cloned only along
    /// the way to a late one.
    pub(super) fn node(&self, node: &Node) -> Option<Node> {
        if !node.has_late() {
            return None;
        }
        let mut wired = node.clone();
        self.in_place(&mut wired);
        Some(wired)
    }

    fn in_place(&self, node: &mut Node) {
        match &mut node.kind {
            NodeKind::Value(_) => {}
            NodeKind::List(items) => items.iter_mut().for_each(|item| self.in_place(item)),
            NodeKind::Map(entries) => {
                entries.iter_mut().for_each(|(_, node)| self.in_place(node));
            }
            NodeKind::Late(expr) => {
                let inner = Expr {
                    kind: ExprKind::Null,
                    span: expr.span,
                };
                let taken = std::mem::replace(&mut **expr, inner);
                **expr = self.expr(taken);
            }
        }
    }

    fn expr(&self, expr: Expr) -> Expr {
        expr.rewrite(|reference| {
            let (component, output) = component_output(reference)?;
            let root = self.owner.get(component.as_str())?;
            let span = reference.expr.span;
            let mut target = if root.name == self.here {
                path(&["module", &component, &output], span)
            } else {
                let outputs = ["data", "terraform_remote_state", &root.name, "outputs"];
                let read = path(&[&outputs[..], &[&component, &output]].concat(), span);
                if is_sensitive(root, &component, &output) {
                    call("sensitive", read)
                } else {
                    read
                }
            };
            for step in &reference.steps[2..] {
                target = match step {
                    terrace_hcl::Step::Attribute(name) => attribute(target, (*name).clone()),
                    terrace_hcl::Step::Key(key) => Expr {
                        kind: ExprKind::Index {
                            base: Box::new(target),
                            key: Box::new((*key).clone()),
                        },
                        span,
                    },
                };
            }
            Some(target)
        })
    }
}

/// Whether the module that makes an output declares it sensitive.
fn is_sensitive(root: &Root, component: &str, output: &str) -> bool {
    root.components
        .iter()
        .filter(|c| c.name == component)
        .any(|component| match &component.source {
            ModuleSource::Local(module) => module
                .outputs
                .get(output)
                .is_some_and(|output| output.sensitive),
            ModuleSource::Remote { .. } => false,
        })
}
