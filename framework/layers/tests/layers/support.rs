//! Texts to merged inputs, as the platform does it, with a small scope.

use std::collections::BTreeMap;

use terrace_diag::{Diagnostic, Diagnostics, FileId, SourceMap, Span, Style, render_all};
use terrace_eval::files::NoFiles;
use terrace_eval::scope::{Lookup, Scope, Step};
use terrace_eval::{Context, Folded, Value, fold};
use terrace_hcl::ast::{Body, Expr, ExprKind, Ident};
use terrace_layers::read::{parse_file, read_layer};
use terrace_layers::{
    Candidate, ComponentKind, Definitions, Evaluate, Locals, Merger, Node, NodeKind, Place,
};
use terrace_source::MemoryTree;

/// One layer: its name and its files by path.
pub(crate) struct Layer {
    pub(crate) name: String,
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

impl Layer {
    /// A layer of one HCL file.
    pub(crate) fn hcl(name: &str, text: &str) -> Self {
        Self::file(name, "a.hcl", text)
    }

    /// A layer of one file.
    pub(crate) fn file(name: &str, file: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            files: vec![(format!("{name}/{file}"), text.as_bytes().to_vec())],
        }
    }
}

/// `env.*` is fixed, `local.*` comes from the layers, every
/// `terraform.NAME.OUTPUT` is late bound.
struct TestScope<'p> {
    env: Value,
    locals: Locals<'p>,
}

impl Scope for TestScope<'_> {
    fn lookup(
        &self,
        root: &str,
        steps: &[Step<'_>],
        span: Span,
    ) -> Option<Result<Lookup, Diagnostic>> {
        Some(match root {
            "env" => Ok(Lookup::Value {
                value: self.env.clone(),
                consumed: 0,
            }),
            "local" => self.locals.lookup(steps, span, self),
            "terraform" => Ok(Lookup::Late {
                expr: late(steps, span),
                consumed: 2,
                sensitive: false,
            }),
            _ => return None,
        })
    }

    fn names(&self) -> Vec<smol_str::SmolStr> {
        vec!["env".into(), "local".into(), "terraform".into()]
    }
}

fn late(steps: &[Step<'_>], span: Span) -> Expr {
    let mut expr = Expr {
        kind: ExprKind::Variable("terraform".into()),
        span,
    };
    for step in steps.iter().take(2) {
        let name = Ident {
            name: step.name().unwrap_or_default().into(),
            span: step.span(),
        };
        expr = Expr {
            kind: ExprKind::GetAttr {
                base: Box::new(expr),
                name,
            },
            span,
        };
    }
    expr
}

impl Evaluate for TestScope<'_> {
    fn fold(&self, expr: &Expr) -> Result<Folded, Diagnostics> {
        fold(expr, self, &Context::new(&NoFiles))
    }
}

/// What layers come to.
pub(crate) struct Merged {
    /// `NAME` for the inputs of a component, `local.NAME` for a local.
    pub(crate) nodes: BTreeMap<String, Node>,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) sources: SourceMap,
}

impl Merged {
    /// All messages, as people see them.
    pub(crate) fn messages(&self) -> String {
        render_all(&self.diagnostics, &self.sources, Style::Plain)
    }
}

/// Reads and merges layers, the lowest first.
pub(crate) fn merge(layers: &[Layer]) -> Merged {
    merge_with(layers, |merger, candidates| merger.fold(candidates))
}

/// The same with another way of folding the candidates of `inputs`.
pub(crate) fn merge_with(
    layers: &[Layer],
    how: impl for<'m, 'p> Fn(&mut Merger<'m, dyn Evaluate + 'm>, Vec<Candidate<'p>>) -> Option<Node>,
) -> Merged {
    let tree = MemoryTree::new(
        layers
            .iter()
            .flat_map(|layer| &layer.files)
            .map(|(path, bytes)| (path.clone(), bytes.clone())),
    );
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let files: Vec<Vec<FileId>> = layers
        .iter()
        .map(|layer| read_layer(&tree, &layer.name, &mut sources, &mut diagnostics).files)
        .collect();
    let bodies: Vec<Vec<Body>> = files
        .iter()
        .map(|files| {
            files
                .iter()
                .map(|file| {
                    let (body, found) = parse_file(&sources, *file);
                    diagnostics.extend(found);
                    body
                })
                .collect()
        })
        .collect();
    let definitions: Vec<Definitions<'_>> = bodies
        .iter()
        .map(|bodies| Definitions::collect(bodies, &mut diagnostics))
        .collect();
    let scope = TestScope {
        env: Value::object([
            ("name".into(), Value::string("ops")),
            ("production".into(), Value::bool(false)),
        ]),
        locals: Locals::new(&definitions),
    };
    let mut nodes = BTreeMap::new();
    let names: std::collections::BTreeSet<&str> = definitions
        .iter()
        .flat_map(|layer| layer.components.keys())
        .filter(|(kind, _)| *kind == ComponentKind::Terraform)
        .map(|(_, name)| *name)
        .collect();
    for name in names {
        let mut merger = Merger::new(&scope as &dyn Evaluate, &mut diagnostics);
        let mut candidates: Vec<Candidate<'_>> = Vec::new();
        for layer in &definitions {
            let Some(component) = layer.components.get(&(ComponentKind::Terraform, name)) else {
                continue;
            };
            if let Some(attribute) = component.attributes.get("inputs") {
                candidates.push(Candidate::Expr {
                    expr: &attribute.expr,
                    key: Some(attribute.name.span),
                });
            }
            if let Some(patch) = component.expr("patch") {
                let here = Place {
                    key: None,
                    value: component.header,
                };
                let below = how(&mut merger, std::mem::take(&mut candidates))
                    .unwrap_or_else(|| Node::new(NodeKind::Map(Vec::new()), here));
                let patched = merger.patch(below, patch);
                candidates.push(Candidate::Node(Box::new(patched)));
            }
        }
        if let Some(node) = how(&mut merger, candidates) {
            nodes.insert(name.to_owned(), node);
        }
    }
    diagnostics.extend(scope.locals.finish(&scope));
    for name in scope.locals.names() {
        if let Some(node) = scope.locals.node(name, &scope) {
            nodes.insert(format!("local.{name}"), node.clone());
        }
    }
    drop(scope);
    diagnostics.sort();
    Merged {
        nodes,
        diagnostics,
        sources,
    }
}

/// A node's value as JSON; late parts as `"late"`.
pub(crate) fn json(node: &Node) -> serde_json::Value {
    match &node.kind {
        NodeKind::Late(_) => "late".into(),
        NodeKind::Value(value) => value_json(value),
        NodeKind::List(items) => items.iter().map(json).collect(),
        NodeKind::Map(entries) => entries
            .iter()
            .map(|(key, node)| (key.to_string(), json(node)))
            .collect(),
    }
}

fn value_json(value: &Value) -> serde_json::Value {
    if let Some(text) = value.as_str() {
        return text.into();
    }
    if let Some(number) = value.as_number() {
        return serde_json::from_str(&number.to_string()).expect("a number");
    }
    if let Some(bool) = value.as_bool() {
        return bool.into();
    }
    if let Some(entries) = value.entries() {
        let entries = entries.iter();
        return entries
            .map(|(key, value)| (key.to_string(), value_json(value)))
            .collect();
    }
    match value.items() {
        Some(items) => items.iter().map(value_json).collect(),
        None => serde_json::Value::Null,
    }
}
