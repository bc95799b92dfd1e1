//! What one module folder declares, from its .tf files.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;
use terrace_diag::{Diagnostics, SourceMap, Span};
use terrace_eval::ModuleVariable;
use terrace_hcl::ast::{Block, Body, Expr, ExprKind, ObjectKey};
use terrace_layers::read::read_text;
use terrace_source::{EntryKind, Tree, path};

use super::{Output, ProviderNeed, Variable};

/// One folder's declarations.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub(super) variables: BTreeMap<SmolStr, Variable>,
    pub(super) outputs: BTreeMap<SmolStr, Output>,
    pub(super) providers: BTreeMap<SmolStr, ProviderNeed>,
    /// Module calls with a literal source.
    pub(super) calls: Vec<Call>,
    pub(super) complete: bool,
}

/// A module call.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) source: String,
    /// Where the source stands.
    pub(super) span: Span,
    pub(super) version: Option<String>,
    /// From the name of the `version` attribute to the end of its value.
    pub(super) version_span: Option<Span>,
}

pub(super) fn inspect(
    tree: &dyn Tree,
    folder: &str,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Declared {
    let mut out = Declared {
        complete: true,
        ..Declared::default()
    };
    for entry in tree.list(folder).unwrap_or_default().iter() {
        let name = entry.name.as_str();
        if entry.kind == EntryKind::Folder || name.starts_with('.') {
            continue;
        }
        if name.ends_with(".tf.json") {
            out.complete = false;
        } else if name.ends_with(".tf")
            && let Some(file) = read_text(tree, &path::join(folder, name), sources, diagnostics)
            && let Some(source) = sources.get(file)
        {
            let (body, errors) = terrace_hcl::parse_body(file, source.text());
            diagnostics.extend(errors);
            out.body(&body, diagnostics);
        }
    }
    out
}

impl Declared {
    fn body(&mut self, body: &Body, diagnostics: &mut Diagnostics) {
        for block in body.blocks() {
            let label = block.labels.first().map(|label| label.name.clone());
            match (block.kind.name.as_str(), label) {
                ("variable", Some(name)) => match ModuleVariable::parse(block) {
                    Ok(spec) => {
                        let span = block.header;
                        self.variables.insert(name, Variable { spec, span });
                    }
                    Err(errors) => diagnostics.extend(errors),
                },
                ("output", Some(name)) => {
                    let sensitive = block
                        .body
                        .attribute("sensitive")
                        .is_some_and(|a| matches!(a.expr.kind, ExprKind::Bool(true)));
                    self.outputs.insert(
                        name,
                        Output {
                            span: block.header,
                            sensitive,
                        },
                    );
                }
                ("module", _) => self.call(block),
                ("resource" | "data" | "ephemeral", Some(kind)) => self.resource(block, &kind),
                ("terraform", None) => self.settings(block),
                _ => {}
            }
        }
    }

    fn call(&mut self, block: &Block) {
        match block.body.attribute("source").map(|a| &a.expr) {
            Some(Expr {
                kind: ExprKind::String(source),
                span,
            }) => {
                let version = block.body.attribute("version");
                let text = version.and_then(|version| match &version.expr.kind {
                    ExprKind::String(text) => Some(text.to_string()),
                    _ => None,
                });
                self.calls.push(Call {
                    source: source.to_string(),
                    span: *span,
                    version: text,
                    version_span: version.map(|a| a.name.span.to(a.expr.span)),
                });
            }
            _ => self.complete = false,
        }
    }

    fn resource(&mut self, block: &Block, kind: &str) {
        let implied = kind.split('_').next().unwrap_or(kind);
        let named = block.body.attribute("provider").map(|a| &a.expr.kind);
        let (name, alias) = match named {
            None => (implied, false),
            Some(ExprKind::Variable(name)) => (name.as_str(), false),
            Some(ExprKind::GetAttr { base, .. }) => match &base.kind {
                ExprKind::Variable(name) => (name.as_str(), true),
                _ => (implied, true),
            },
            Some(_) => (implied, false),
        };
        // `terraform_data` and `terraform_remote_state` are built in.
        if name == "terraform" {
            return;
        }
        let need = self.providers.entry(name.into()).or_default();
        need.default |= !alias;
    }

    fn settings(&mut self, block: &Block) {
        for required in block.body.blocks() {
            if required.kind.name != "required_providers" {
                continue;
            }
            for attribute in required.body.attributes() {
                let need = self
                    .providers
                    .entry(attribute.name.name.clone())
                    .or_default();
                match &attribute.expr.kind {
                    ExprKind::String(version) => {
                        need.versions.insert(version.to_string());
                        need.default = true;
                    }
                    ExprKind::Object(items) => {
                        need.default = true;
                        for item in items {
                            if let ObjectKey::Name(key) = &item.key {
                                requirement(need, &key.name, &item.value);
                            }
                        }
                    }
                    _ => self.complete = false,
                }
            }
        }
    }
}

fn requirement(need: &mut ProviderNeed, key: &str, value: &Expr) {
    match (key, &value.kind) {
        ("source", ExprKind::String(source)) => need.source = Some(source.to_string()),
        ("version", ExprKind::String(version)) => {
            need.versions.insert(version.to_string());
        }
        ("configuration_aliases", ExprKind::Tuple(aliases)) => {
            let names: BTreeSet<String> = aliases
                .iter()
                .filter_map(|alias| match &alias.kind {
                    ExprKind::GetAttr { name, .. } => Some(name.name.to_string()),
                    _ => None,
                })
                .collect();
            need.aliases.extend(names);
        }
        _ => {}
    }
}
