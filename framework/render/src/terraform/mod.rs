//! Terraform roots: what `terraform init && terraform plan` accepts as it stands.

mod leaves;
mod modules;
mod tree;
mod wire;

use std::collections::BTreeSet;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics};
use terrace_hcl::ast::Expr;
use terrace_hcl::print::Writer;
use terrace_layers::NodeKind;
use terrace_platform::{BodyNode, CompiledEnvironment, ModuleSource, Root, TerraformComponent};
use terrace_release::Kind;

use crate::codes;
use crate::environment::{Assets, RenderedFile, RenderedFolder};
use crate::provenance::below;
use tree::{object, path, text};
use wire::Wiring;

pub(crate) use leaves::leaves;

/// All roots of an environment.
pub(crate) fn render(
    environment: &CompiledEnvironment,
    assets: &Assets,
    diagnostics: &mut Diagnostics,
) -> Vec<RenderedFolder> {
    let mut folders = Vec::with_capacity(environment.roots.len());
    for root in &environment.roots {
        folders.extend(folder(root, &environment.roots, assets, diagnostics));
    }
    folders
}

fn folder(
    root: &Root,
    roots: &[Root],
    assets: &Assets,
    diagnostics: &mut Diagnostics,
) -> Option<RenderedFolder> {
    let wiring = Wiring::new(roots, root);
    let copied = modules::Copied::new(root);
    let mut files = vec![
        RenderedFile::new("main.tf", main(root, roots, &wiring, &copied, diagnostics)),
        RenderedFile::new("versions.tf", versions(root)),
    ];
    if !root.providers.is_empty() {
        files.push(RenderedFile::new("providers.tf", providers(root, &wiring)));
    }
    if let Some((kind, body)) = &root.backend {
        files.push(RenderedFile::new("backend.tf", backend(kind, body)));
    }
    if !root.exports.is_empty() {
        files.push(RenderedFile::new("outputs.tf", outputs(root)));
    }
    if root.components.iter().any(|c| !c.secrets.is_empty()) {
        files.push(RenderedFile::new("variables.tf", variables(root)));
    }
    let sources: Vec<&str> = root.required.values().map(|r| r.source.as_str()).collect();
    let (lock, missing) = assets.lock.cut(&sources);
    if let Some(lock) = lock {
        files.push(RenderedFile::new(crate::lock::FILE, lock));
    }
    copied.files(root, assets, &mut files);
    let mut folder = RenderedFolder::new(root.name.clone(), Kind::Terraform, files, diagnostics)?;
    folder.deps = root.after.iter().map(ToString::to_string).collect();
    folder.members = root.components.iter().map(|c| c.name.to_string()).collect();
    folder.uncovered = uncovered(root);
    folder.unlocked = missing.into_iter().collect();
    folder.state = root
        .backend
        .as_ref()
        .map(|(kind, body)| backend(kind, body));
    Some(folder)
}

/// Remote modules: what is applied is not all in the folder.
fn uncovered(root: &Root) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for component in &root.components {
        match &component.source {
            ModuleSource::Local(module) => out.extend(module.remote_calls.iter().cloned()),
            ModuleSource::Remote { address, .. } => {
                out.insert(address.to_string());
            }
        }
    }
    out
}

fn main(
    root: &Root,
    roots: &[Root],
    wiring: &Wiring<'_>,
    copied: &modules::Copied,
    diagnostics: &mut Diagnostics,
) -> String {
    let mut out = Writer::with_capacity(4096);
    let mut files: Vec<&str> = Vec::new();
    for file in root.components.iter().flat_map(|c| &c.files) {
        if !files.contains(&&**file) {
            files.push(file);
        }
    }
    out.comment(&format!("Rendered by terrace from {}.", files.join(", ")));
    out.comment("Change the layers, not this file.");
    out.blank();
    for producer in &root.reads {
        if let Some(producer) = roots.iter().find(|root| root.name == *producer) {
            remote_state(producer, root, &mut out, diagnostics);
        }
    }
    for component in &root.components {
        module(component, wiring, copied, &mut out);
        if let Some(old) = &component.renamed_from {
            out.block("moved", &[], |out| {
                out.attribute_text("from", &format!("module.{old}"));
                out.attribute_text("to", &format!("module.{}", component.name));
            });
        }
    }
    out.finish()
}

fn module(
    component: &TerraformComponent,
    wiring: &Wiring<'_>,
    copied: &modules::Copied,
    out: &mut Writer,
) {
    out.block("module", &[&component.name], |out| {
        match &component.source {
            ModuleSource::Local(module) => {
                out.attribute_string("source", &copied.source(&module.path));
            }
            ModuleSource::Remote { address, version } => {
                out.attribute_string("source", address);
                if let Some(version) = version {
                    out.attribute_string("version", version);
                }
            }
        }
        if !component.providers.is_empty() {
            out.blank();
            out.attribute("providers", &providers_argument(component));
        }
        let wired = wiring.node(&component.inputs);
        let NodeKind::Map(entries) = &wired.as_ref().unwrap_or(&component.inputs).kind else {
            return;
        };
        let secrets = component.secrets.iter().map(|name| {
            let value = path(&["var", name], component.span);
            (name.as_str(), value)
        });
        let mut items: Vec<(&str, Expr)> = entries
            .iter()
            .map(|(name, node)| (name.as_str(), node.to_input()))
            .chain(secrets)
            .collect();
        items.sort_by_key(|(name, _)| *name);
        if !items.is_empty() {
            out.blank();
        }
        for (name, value) in &items {
            out.attribute(name, value);
        }
    });
}

/// `{ aws = aws.dns, aws.zone = aws }`
fn providers_argument(component: &TerraformComponent) -> Expr {
    let span = component.span;
    let items = component.providers.iter().map(|(key, (name, alias))| {
        let value = match alias {
            Some(alias) => path(&[name, alias], span),
            None => path(&[name], span),
        };
        (key.as_str(), value)
    });
    object(items, span)
}

/// `data "terraform_remote_state"`: the producer's backend, as an object.
fn remote_state(producer: &Root, reader: &Root, out: &mut Writer, diagnostics: &mut Diagnostics) {
    let Some((kind, body)) = &producer.backend else {
        let message = format!(
            "`{}` reads `{}` across states, but there is no backend",
            reader.name, producer.name
        );
        let mut error = Diagnostic::error(&codes::NO_BACKEND, message);
        if let Some(component) = reader.components.first() {
            error = error.at(component.span);
        }
        diagnostics.push(error.help("write a `backend` block into terrace.hcl"));
        return;
    };
    let Some(span) = reader.components.first().map(|component| component.span) else {
        return;
    };
    out.block("data", &["terraform_remote_state", &producer.name], |out| {
        out.attribute_string("backend", kind);
        out.blank();
        out.attribute("config", &body_as_object(body, span));
    });
}

fn body_as_object(body: &BodyNode, span: terrace_diag::Span) -> Expr {
    let attributes = body
        .attributes
        .iter()
        .map(|(name, node)| (name.as_str(), node.to_input()));
    let blocks = body
        .blocks
        .iter()
        .map(|(kind, _, inner)| (kind.as_str(), body_as_object(inner, span)));
    object(attributes.chain(blocks), span)
}

fn body(node: &BodyNode, out: &mut Writer) {
    for (name, value) in &node.attributes {
        out.attribute(name, &value.to_input());
    }
    for (kind, labels, inner) in &node.blocks {
        let labels: Vec<&str> = labels.iter().map(SmolStr::as_str).collect();
        out.block(kind, &labels, |out| body(inner, out));
    }
}

fn versions(root: &Root) -> String {
    let mut out = Writer::new();
    out.block("terraform", &[], |out| {
        out.attribute_string("required_version", &root.required_version);
        if root.required.is_empty() {
            return;
        }
        let Some(span) = root.components.first().map(|component| component.span) else {
            return;
        };
        out.block("required_providers", &[], |out| {
            for (name, requirement) in &root.required {
                let source = ("source", text(&requirement.source, span));
                let version = requirement
                    .version
                    .as_deref()
                    .map(|version| ("version", text(version, span)));
                out.attribute(name, &object([source].into_iter().chain(version), span));
            }
        });
    });
    out.finish()
}

fn providers(root: &Root, wiring: &Wiring<'_>) -> String {
    let mut out = Writer::new();
    for provider in &root.providers {
        let wired = wired_body(&provider.body, wiring);
        out.block("provider", &[&provider.name], |out| body(&wired, out));
    }
    out.finish()
}

fn wired_body(node: &BodyNode, wiring: &Wiring<'_>) -> BodyNode {
    BodyNode {
        attributes: node
            .attributes
            .iter()
            .map(|(name, node)| {
                let wired = wiring.node(node).unwrap_or_else(|| node.clone());
                (name.clone(), wired)
            })
            .collect(),
        blocks: node
            .blocks
            .iter()
            .map(|(kind, labels, body)| (kind.clone(), labels.clone(), wired_body(body, wiring)))
            .collect(),
    }
}

/// Every attribute of a body and of the blocks in it, by its path.
fn body_nodes<'b>(body: &'b BodyNode, path: &str) -> Vec<(String, &'b terrace_layers::Node)> {
    let mut out: Vec<(String, &terrace_layers::Node)> = body
        .attributes
        .iter()
        .map(|(name, node)| (below(path, name), node))
        .collect();
    for (at, (kind, labels, inner)) in body.blocks.iter().enumerate() {
        let path = labels
            .iter()
            .fold(below(path, kind), |path, label| below(&path, label));
        // Blocks of one kind are told apart by their order.
        let same = |(other, ..): &&(SmolStr, Vec<SmolStr>, BodyNode)| other == kind;
        let number = body.blocks[..at].iter().filter(same).count();
        let path = match body.blocks.iter().filter(same).count() {
            1 => path,
            _ => below(&path, &number.to_string()),
        };
        out.extend(body_nodes(inner, &path));
    }
    out
}

fn backend(kind: &str, node: &BodyNode) -> String {
    let mut out = Writer::new();
    out.block("terraform", &[], |out| {
        out.block("backend", &[kind], |out| body(node, out));
    });
    out.finish()
}

/// One output a component, an object, since two components of one state may
/// both have an `id`. All are sensitive: a module may mark an output sensitive
/// without declaring it, and Terraform then asks for it here.
fn outputs(root: &Root) -> String {
    let mut out = Writer::new();
    for (component, names) in &root.exports {
        let Some(span) = root.components.first().map(|component| component.span) else {
            continue;
        };
        let values = names
            .iter()
            .map(|name| (name.as_str(), path(&["module", component, name], span)));
        out.block("output", &[component], |out| {
            out.attribute("value", &object(values, span));
            out.attribute_text("sensitive", "true");
        });
    }
    out.finish()
}

fn variables(root: &Root) -> String {
    let mut out = Writer::new();
    let names: BTreeSet<&SmolStr> = root.components.iter().flat_map(|c| &c.secrets).collect();
    for name in names {
        out.block("variable", &[name], |out| {
            out.attribute_text("type", "any");
            out.attribute_text("sensitive", "true");
        });
    }
    out.finish()
}
