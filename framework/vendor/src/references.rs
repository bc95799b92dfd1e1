//! What a Terraform file or a kustomization refers to.

use std::sync::Arc;

use terrace_diag::{FileId, Span};
use terrace_hcl::ast::ExprKind;
use terrace_yaml::{Node, ReadOptions, read_first};

/// One reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The source, path or address as written.
    pub text: String,
    /// The version constraint beside it.
    pub version: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// The sources of the module calls in a `.tf` file, as far as it can be read.
pub fn terraform(file: FileId, text: &str) -> Vec<Reference> {
    let (body, _) = terrace_hcl::parse_body(file, text);
    let calls = body.blocks().filter(|block| block.kind.name == "module");
    calls
        .filter_map(|block| {
            let string = |name: &str| {
                let expr = &block.body.attribute(name)?.expr;
                match &expr.kind {
                    ExprKind::String(text) => Some((text.to_string(), expr.span)),
                    _ => None,
                }
            };
            let (text, span) = string("source")?;
            Some(Reference {
                text,
                version: string("version").map(|(version, _)| version),
                span,
            })
        })
        .collect()
}

/// Fields of a kustomization that are lists of files or folders.
const LISTS: [&str; 8] = [
    "resources",
    "bases",
    "components",
    "crds",
    "configurations",
    "transformers",
    "generators",
    "validators",
];

/// Fields that are lists of objects with a `path`.
const WITH_PATH: [&str; 3] = ["patches", "patchesJson6902", "replacements"];

/// The files, folders and addresses that a kustomization names, as far as it
/// can be read.
pub fn kustomization(file: FileId, text: &str) -> Vec<Reference> {
    let text: Arc<str> = Arc::from(text);
    match read_first(&text, 0..text.len(), file, &ReadOptions::default()) {
        Ok(Some(node)) => of_fields(&node),
        _ => Vec::new(),
    }
}

fn of_fields(node: &Node) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut add = |node: &Node| {
        // Patches may stand there whole.
        if let Some(text) = node.as_str().filter(|text| !text.contains('\n')) {
            out.push(Reference {
                text: text.to_owned(),
                version: None,
                span: node.span(),
            });
        }
    };
    let items = |name: &str| node.get(name).and_then(Node::items).unwrap_or_default();
    for name in LISTS.iter().chain(&["patchesStrategicMerge"]) {
        items(name).iter().for_each(&mut add);
    }
    for name in WITH_PATH {
        items(name)
            .iter()
            .filter_map(|item| item.get("path"))
            .for_each(&mut add);
    }
    node.at(&["openapi", "path"]).into_iter().for_each(&mut add);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(found: Vec<Reference>) -> Vec<String> {
        found.into_iter().map(|reference| reference.text).collect()
    }

    #[test]
    fn finds_what_is_referred_to() {
        let calls = terraform(
            FileId(0),
            "module \"a\" {\n source = \"./x\"\n}\nmodule \"b\" {\n source = \"acme/vpc/aws\"\n version = \"~> 5.0\"\n}\nmodule \"c\" { source = var.x }\n",
        );
        assert_eq!(calls.len(), 2);
        assert_eq!(calls[1].version.as_deref(), Some("~> 5.0"));
        let text = "resources:\n- ../base\n- https://acme.example/x.yaml\npatches:\n- path: p.yaml\n- patch: |-\n    a: b\ncomponents: [c]\n";
        let found = texts(kustomization(FileId(0), text));
        assert_eq!(
            found,
            ["../base", "https://acme.example/x.yaml", "c", "p.yaml"]
        );
        assert!(kustomization(FileId(0), ": :\n- [").is_empty());
    }
}
