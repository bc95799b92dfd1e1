//! The leaves of a root: everything that its files are made of, with its place.

use std::collections::BTreeMap;

use smol_str::SmolStr;
use terrace_diag::Span;
use terrace_platform::{BodyNode, ModuleSource, Root, TerraformComponent};

use super::modules::Copied;
use super::wire::Wiring;
use super::{body_nodes, wired_body};
use crate::environment::Assets;
use crate::provenance::{Leaf, Names, below, leaves_of};

/// Collects the leaves of one root.
struct Leaves<'a> {
    names: &'a Names<'a>,
    out: Vec<Leaf>,
}

impl Leaves<'_> {
    /// A value that is not an expression of its own.
    fn plain(&mut self, component: &str, file: &str, path: String, value: &str, at: Span) {
        self.out.push(Leaf {
            component: component.to_owned(),
            path,
            twin: None,
            file: file.to_owned(),
            value: value.to_owned(),
            origin: self.names.place(at),
            reads: BTreeMap::new(),
        });
    }

    fn nodes(
        &mut self,
        component: &str,
        file: &str,
        path: &str,
        node: &terrace_layers::Node,
        cited: Option<Span>,
    ) {
        let at: BTreeMap<Span, Span> = node
            .leaves()
            .into_iter()
            .map(|(_, leaf)| (leaf.place.value, leaf.place.cited()))
            .collect();
        for (path, value, span) in leaves_of(node, path) {
            // Of no inputs nothing is rendered.
            if path.is_empty() {
                continue;
            }
            let cited = at.get(&span).copied().or(cited).unwrap_or(span);
            let (origin, reads) = self.names.of(span, cited);
            self.out.push(Leaf {
                component: component.to_owned(),
                path,
                twin: None,
                file: file.to_owned(),
                value,
                origin,
                reads,
            });
        }
    }

    fn body(&mut self, component: &str, file: &str, path: &str, body: &BodyNode) {
        for (path, node) in body_nodes(body, path) {
            self.nodes(component, file, &path, node, None);
        }
    }
}

/// All leaves of a root.
pub(crate) fn leaves(root: &Root, roots: &[Root], assets: &Assets, names: &Names<'_>) -> Vec<Leaf> {
    let wiring = Wiring::new(roots, root);
    let copied = Copied::new(root);
    let mut leaves = Leaves {
        names,
        out: Vec::new(),
    };
    for component in &root.components {
        of_component(component, root, &wiring, &copied, assets, &mut leaves);
    }
    let Some(first) = root.components.first().map(|component| component.span) else {
        return leaves.out;
    };
    let own = root.name.as_str();
    for producer in roots
        .iter()
        .filter(|other| root.reads.contains(&other.name))
    {
        if let Some((kind, body)) = &producer.backend {
            let path = below("@remote_state", &producer.name);
            leaves.plain(own, "main.tf", below(&path, "@kind"), kind, first);
            leaves.body(own, "main.tf", &path, body);
        }
    }
    for provider in &root.providers {
        let mut path = below("@provider", &provider.name);
        if let Some(alias) = &provider.alias {
            path = below(&path, alias);
        }
        let wired = wired_body(&provider.body, &wiring);
        leaves.plain(own, "providers.tf", below(&path, "@there"), "", first);
        leaves.body(own, "providers.tf", &path, &wired);
    }
    let version = |name: &str| names.version(name).unwrap_or(first);
    leaves.plain(
        own,
        "versions.tf",
        String::from("@required_version"),
        &root.required_version,
        version("terraform"),
    );
    for (name, requirement) in &root.required {
        let path = below("@required", name);
        let at = version(name);
        leaves.plain(
            own,
            "versions.tf",
            below(&path, "source"),
            &requirement.source,
            at,
        );
        if let Some(constraint) = &requirement.version {
            leaves.plain(own, "versions.tf", below(&path, "version"), constraint, at);
        }
    }
    if let Some((kind, body)) = &root.backend {
        leaves.plain(
            own,
            "backend.tf",
            String::from("@backend.@kind"),
            kind,
            first,
        );
        leaves.body(own, "backend.tf", "@backend", body);
    }
    for (component, outputs) in &root.exports {
        for output in outputs {
            let path = below(&below("@output", component), output);
            leaves.plain(own, "outputs.tf", path, "", first);
        }
    }
    let sources: Vec<&str> = root.required.values().map(|r| r.source.as_str()).collect();
    for (address, block) in assets.lock.pinned(&sources) {
        leaves.out.push(Leaf {
            component: own.to_owned(),
            path: below("@lock", &address),
            twin: None,
            file: crate::lock::FILE.to_owned(),
            value: terrace_release::Digest::of(block).to_string(),
            origin: names.file_origin(crate::lock::FILE, 1),
            reads: BTreeMap::new(),
        });
    }
    leaves.out
}

fn of_component(
    component: &TerraformComponent,
    root: &Root,
    wiring: &Wiring<'_>,
    copied: &Copied,
    assets: &Assets,
    leaves: &mut Leaves<'_>,
) {
    let name = component.name.as_str();
    let at = |setting: &str| {
        let span = component.settings.get(setting);
        span.copied().unwrap_or(component.span)
    };
    let main = "main.tf";
    if root.name != component.name {
        leaves.plain(name, main, String::from("@state"), &root.name, at("state"));
    }
    match &component.source {
        ModuleSource::Local(module) => {
            leaves.plain(
                name,
                main,
                String::from("@source"),
                &module.path,
                at("source"),
            );
            for file in module.files.iter() {
                let mut origin = leaves.names.file_origin(&file.path, 1);
                origin.folder = crate::provenance::parent(&file.path);
                leaves.out.push(Leaf {
                    component: name.to_owned(),
                    path: below("@module", &file.path),
                    twin: None,
                    file: copied.target(&file.path),
                    value: assets.digest(&file.path, &file.bytes).to_string(),
                    origin,
                    reads: BTreeMap::new(),
                });
            }
        }
        ModuleSource::Remote { address, version } => {
            leaves.plain(name, main, String::from("@source"), address, at("source"));
            if let Some(version) = version {
                leaves.plain(name, main, String::from("@version"), version, at("version"));
            }
        }
    }
    for (key, (provider, alias)) in &component.providers {
        let alias = alias.as_ref().map_or("", SmolStr::as_str);
        let value = format!("{provider}.{alias}");
        leaves.plain(
            name,
            main,
            below("@providers", key),
            &value,
            at("providers"),
        );
    }
    for secret in &component.secrets {
        leaves.plain(name, main, below("@secrets", secret), "", at("secrets"));
        // The variable is declared in a file of its own.
        leaves.plain(
            name,
            "variables.tf",
            below("@variable", secret),
            "",
            at("secrets"),
        );
    }
    if let Some(old) = &component.renamed_from {
        leaves.plain(
            name,
            main,
            String::from("@renamed_from"),
            old,
            at("renamed_from"),
        );
    }
    let wired = wiring.node(&component.inputs);
    let inputs = wired.as_ref().unwrap_or(&component.inputs);
    leaves.nodes(name, main, "", inputs, None);
}
