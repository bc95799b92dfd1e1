//! The values of a rendered file by their paths, so that files are compared by
//! what they say and not line by line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use terrace_diag::FileId;
use terrace_hcl::ast::{Body, Expr, ExprKind, Item, ObjectKey};
use terrace_hcl::{parse_body, print};
use terrace_yaml::{Content, Node, ReadOptions, read_resources};

/// Values by path: `module.eks_gc0.node_pool.min_size`, `spec.replicas`.
pub(super) type Values = BTreeMap<String, String>;

/// Values by the Kubernetes resource that holds them: `Deployment/traefik`. A
/// Terraform file is one unnamed whole.
pub(super) type ByResource = BTreeMap<String, Values>;

/// A file that was never in a message, so that its id stands for nothing.
const NOWHERE: FileId = FileId(u32::MAX);

/// The values of a Terraform or YAML file; `None` for any other file and for
/// one that does not read as what its name says.
pub(super) fn values(path: &str, text: &str) -> Option<ByResource> {
    if path.ends_with(".tf") {
        let (body, found) = parse_body(NOWHERE, text);
        if found.has_errors() {
            return None;
        }
        let mut values = Values::new();
        of_body("", &body, &mut values);
        Some(ByResource::from([(String::new(), values)]))
    } else if path.ends_with(".yaml") {
        let text: Arc<str> = Arc::from(text);
        let read = read_resources(&text, NOWHERE, &ReadOptions::default()).ok()?;
        Some(of_documents(&read.documents))
    } else {
        None
    }
}

fn join(prefix: &str, name: &str) -> String {
    match prefix {
        "" => name.to_owned(),
        prefix => format!("{prefix}.{name}"),
    }
}

fn of_body(prefix: &str, body: &Body, values: &mut Values) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for item in &body.items {
        match item {
            Item::Attribute(attribute) => {
                of_expression(join(prefix, &attribute.name.name), &attribute.expr, values);
            }
            Item::Block(block) => {
                let labels = block.labels.iter().map(|label| label.name.as_str());
                let names: Vec<&str> = std::iter::once(block.kind.name.as_str())
                    .chain(labels)
                    .collect();
                let path = join(prefix, &names.join("."));
                // Blocks of one name are a list.
                let index = seen.entry(path.clone()).or_default();
                let path = match *index {
                    0 => path,
                    index => format!("{path}[{index}]"),
                };
                *index += 1;
                of_body(&path, &block.body, values);
            }
        }
    }
}

fn of_expression(path: String, expr: &Expr, values: &mut Values) {
    match &expr.kind {
        ExprKind::Object(items) if !items.is_empty() => {
            for item in items {
                let key = match &item.key {
                    ObjectKey::Name(name) => name.name.to_string(),
                    ObjectKey::Expr(key) => format!("({})", print::expression_inline(key)),
                };
                of_expression(join(&path, &key), &item.value, values);
            }
        }
        ExprKind::Tuple(items)
            if items
                .iter()
                .any(|item| matches!(item.kind, ExprKind::Object(_))) =>
        {
            for (index, item) in items.iter().enumerate() {
                of_expression(format!("{path}[{index}]"), item, values);
            }
        }
        _ => {
            values.insert(path, print::expression_inline(expr));
        }
    }
}

/// Resources go by kind and name, and by their namespace too where that alone
/// would be said of two.
fn of_documents(documents: &[Node]) -> ByResource {
    let mut seen = BTreeSet::new();
    let mut twice = BTreeSet::new();
    for document in documents {
        let name = resource(document, false);
        if !seen.insert(name.clone()) {
            twice.insert(name);
        }
    }
    documents
        .iter()
        .map(|document| {
            let name = resource(document, false);
            let name = match twice.contains(&name) {
                true => resource(document, true),
                false => name,
            };
            let mut values = Values::new();
            of_node(String::new(), document, &mut values);
            (name, values)
        })
        .collect()
}

fn resource(document: &Node, with_namespace: bool) -> String {
    let text = |node: Option<&Node>| Some(node?.as_str()?.to_owned());
    let get = |node: &Node, key: &str| match node.content() {
        Content::Mapping(mapping) => mapping.get(key).cloned(),
        _ => None,
    };
    let metadata = get(document, "metadata");
    let of_metadata = |key: &str| text(get(metadata.as_ref()?, key).as_ref());
    let mut parts = vec![text(get(document, "kind").as_ref()).unwrap_or_default()];
    parts.extend(of_metadata("namespace").filter(|_| with_namespace));
    parts.extend(of_metadata("name"));
    parts.join("/")
}

fn of_node(path: String, node: &Node, values: &mut Values) {
    match node.content() {
        Content::Mapping(mapping) if !mapping.is_empty() => {
            for (key, value) in mapping.iter() {
                of_node(join(&path, key.as_str().unwrap_or("?")), value, values);
            }
        }
        Content::Sequence(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                let name = match item.content() {
                    Content::Mapping(mapping) => mapping.get("name").and_then(Node::as_str),
                    _ => None,
                };
                let key = name.map_or_else(|| index.to_string(), str::to_owned);
                let mut path_of_item = format!("{path}[{key}]");
                // Two of one name: by place, so that none hides the other.
                if values
                    .range(path_of_item.clone()..)
                    .next()
                    .is_some_and(|(before, _)| before.starts_with(&path_of_item))
                {
                    path_of_item = format!("{path}[{index}]");
                }
                of_node(path_of_item, item, values);
            }
        }
        Content::Mapping(_) => drop(values.insert(path, String::from("{}"))),
        Content::Sequence(_) => drop(values.insert(path, String::from("[]"))),
        Content::Scalar(text) => {
            let text = text.as_str();
            let text = match node.is_quoted() {
                true => format!("{text:?}"),
                false => text.to_owned(),
            };
            values.insert(path, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(path: &str, text: &str) -> Vec<String> {
        let all = values(path, text).unwrap();
        let each = all.iter().flat_map(|(resource, values)| {
            let line = move |(path, value)| format!("{resource}:{path} = {value}");
            values.iter().map(line)
        });
        each.collect()
    }

    #[test]
    fn terraform() {
        let text = r#"
            module "gc0" {
              zones = ["a", "b"]
              pool  = { size = { min = 1 }, labels = {} }
              list  = [{ cpu = var.cpu }]
              set { name = "a" }
              set { name = "b" }
            }
        "#;
        assert_eq!(
            listed("main.tf", text),
            [
                ":module.gc0.list[0].cpu = var.cpu",
                ":module.gc0.pool.labels = {}",
                ":module.gc0.pool.size.min = 1",
                ":module.gc0.set.name = \"a\"",
                ":module.gc0.set[1].name = \"b\"",
                ":module.gc0.zones = [\"a\", \"b\"]",
            ]
        );
        assert_eq!(values("main.tf", "a = ["), None);
        assert_eq!(values("notes.txt", "a"), None);
    }

    #[test]
    fn manifests() {
        let text = "
kind: Deployment
metadata: {name: web}
spec:
  template:
    containers:
    - name: app
      args: [--a, \"1\"]
---
kind: Role
metadata: {name: r, namespace: a}
---
kind: Role
metadata: {name: r, namespace: b}
rules: []
";
        assert_eq!(
            listed("manifests.yaml", text),
            [
                "Deployment/web:kind = Deployment",
                "Deployment/web:metadata.name = web",
                "Deployment/web:spec.template.containers[app].args[0] = --a",
                "Deployment/web:spec.template.containers[app].args[1] = \"1\"",
                "Deployment/web:spec.template.containers[app].name = app",
                "Role/a/r:kind = Role",
                "Role/a/r:metadata.name = r",
                "Role/a/r:metadata.namespace = a",
                "Role/b/r:kind = Role",
                "Role/b/r:metadata.name = r",
                "Role/b/r:metadata.namespace = b",
                "Role/b/r:rules = []",
            ]
        );
    }

    #[test]
    fn items_of_one_name_are_all_there() {
        let text = "kind: A\nlist:\n- name: x\n  port: 1\n- name: x\n  port: 2\n";
        let listed = listed("a.yaml", text);
        assert!(listed.contains(&String::from("A:list[x].port = 1")));
        assert!(listed.contains(&String::from("A:list[1].port = 2")));
    }
}
