//! `environment "ops" { … }`

use std::collections::BTreeMap;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, Span};
use terrace_eval::Value;
use terrace_hcl::ast::Block;
use terrace_layers::is_name;

use super::block::Reader;
use crate::codes;

/// One environment.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Its name.
    pub name: SmolStr,
    /// Where it is defined.
    pub span: Span,
    /// Whether releases enter here.
    pub entry: bool,
    /// Layer folders, lowest first, each with its place.
    pub layers: Vec<(SmolStr, Span)>,
    /// `env.*`: every further attribute, and `name`.
    pub attributes: BTreeMap<SmolStr, Value>,
    /// Where they are written.
    pub places: BTreeMap<SmolStr, Span>,
    /// How Kustomize components get to a cluster.
    pub delivery: Option<Delivery>,
}

/// How Kustomize components get to a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// A controller follows the environment's branch.
    Gitops,
}

pub(super) fn read(
    block: &Block,
    scope: &BTreeMap<SmolStr, Value>,
    diagnostics: &mut Diagnostics,
) -> Option<Environment> {
    let mut reader = Reader::new(block, 1, scope.clone(), diagnostics);
    let (name, span) = reader.label_place(0);
    if !is_name(&name) {
        reader.diagnostics().push(
            Diagnostic::error(
                &terrace_layers::codes::BAD_NAME,
                format!("`{name}` is not a name for an environment"),
            )
            .at(span),
        );
        return None;
    }
    let entry = reader.bool("entry").unwrap_or(false);
    let delivery = read_delivery(&mut reader);
    let layers = read_layers(&mut reader);
    let header = block.header;
    let mut attributes = reader.remaining_values();
    attributes.insert("name".into(), Value::string(name.as_str()));
    Some(Environment {
        name,
        span: header,
        entry,
        layers,
        attributes,
        places: block
            .body
            .attributes()
            .map(|attribute| (attribute.name.name.clone(), attribute.name.span))
            .collect(),
        delivery,
    })
}

fn read_delivery(reader: &mut Reader<'_, '_>) -> Option<Delivery> {
    let mut out = None;
    for block in reader.take_blocks("delivery") {
        match block.labels.first().map(|label| label.name.as_str()) {
            Some("gitops") => out = Some(Delivery::Gitops),
            Some("kubectl") => reader.diagnostics().push(
                Diagnostic::error(
                    &codes::NOT_BUILT,
                    "delivery with kubectl is not built in this version",
                )
                .at(block.header)
                .help("use delivery \"gitops\" { }, or leave it out and list the components as unobserved"),
            ),
            _ => reader.diagnostics().push(
                Diagnostic::error(
                    &codes::UNKNOWN_ATTRIBUTE,
                    "a delivery is \"gitops\" or \"kubectl\"",
                )
                .at(block.header),
            ),
        }
    }
    out
}

fn read_layers(reader: &mut Reader<'_, '_>) -> Vec<(SmolStr, Span)> {
    let Some(attribute) = reader.take("layers") else {
        reader.missing("layers", "[\"base\", …]");
        return Vec::new();
    };
    let Some(value) = reader.value(&attribute.expr) else {
        return Vec::new();
    };
    let spans: Vec<Span> = match &attribute.expr.kind {
        terrace_hcl::ast::ExprKind::Tuple(items) => items.iter().map(|item| item.span).collect(),
        _ => Vec::new(),
    };
    let mut out: Vec<(SmolStr, Span)> = Vec::new();
    let Some(items) = value.items() else {
        reader.diagnostics().push(
            Diagnostic::error(&codes::WRONG_TYPE, "`layers` must be a list of folders")
                .at(attribute.expr.span),
        );
        return out;
    };
    for (at, item) in items.iter().enumerate() {
        let span = spans.get(at).copied().unwrap_or(attribute.expr.span);
        let folder = item
            .as_str()
            .map(|text| text.strip_prefix("./").unwrap_or(text))
            .map(|text| text.trim_end_matches('/'))
            .and_then(|text| terrace_source::path::resolve("", text))
            .filter(|text| !text.is_empty());
        let Some(folder) = folder else {
            reader.diagnostics().push(
                Diagnostic::error(
                    &codes::WRONG_TYPE,
                    "a layer is a folder in the repository, such as \"base\" or \"env/ops\"",
                )
                .at(span),
            );
            continue;
        };
        if let Some((_, first)) = out.iter().find(|(known, _)| *known == folder) {
            reader.diagnostics().push(
                Diagnostic::error(
                    &codes::DUPLICATE,
                    format!("layer `{folder}` stands twice in one stack"),
                )
                .label(span, "again here")
                .label(*first, "first here"),
            );
            continue;
        }
        out.push((folder.into(), span));
    }
    if out.is_empty() {
        reader.diagnostics().push(
            Diagnostic::error(
                &codes::WRONG_TYPE,
                "an environment needs at least one layer",
            )
            .at(attribute.expr.span),
        );
    }
    out
}
