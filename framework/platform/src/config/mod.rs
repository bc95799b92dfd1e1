//! terrace.hcl: the platform, its environments, promotions, gates and trust.

mod block;
mod duration;
mod environment;
mod promotion;
mod vendor;

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, Span, closest};
use terrace_eval::Value;
use terrace_hcl::ast::{Block, Body, Item};

pub use duration::parse_duration;
pub use environment::{Delivery, Environment};
pub use promotion::{Approvals, Coverage, Gate, GateKind, Promotion, Role, Waiver, Window};
pub use vendor::Vendor;

use crate::codes;
use block::Reader;

/// Name of the platform's file, at the root of the repository.
pub const FILE: &str = "terrace.hcl";

/// Gates that need no `gate` block.
pub const BUILT_IN_GATES: [&str; 4] = ["fmt", "validate", "plan_clean", "no_drift"];

/// What terrace.hcl says.
#[derive(Debug, Clone)]
pub struct Config {
    /// The platform's name.
    pub name: SmolStr,
    /// Where the platform block is.
    pub span: Span,
    /// `platform.*`: every attribute of the block, and `name`.
    pub attributes: BTreeMap<SmolStr, Value>,
    /// The branch that policy and trust are read from; `main` if not set.
    pub branch: SmolStr,
    /// The remote whose refs count; none: local refs.
    pub remote: Option<SmolStr>,
    /// Environments in the order written.
    pub environments: Vec<Environment>,
    /// Promotions in the order written.
    pub promotions: Vec<Promotion>,
    /// Gates that blocks define.
    pub gates: Vec<Gate>,
    /// Roles and their principals.
    pub roles: Vec<Role>,
    /// What looks like a secret and may be released all the same.
    pub waivers: Vec<Waiver>,
    /// What `terrace vendor` may reach.
    pub vendor: Vendor,
    /// The backend of every root, unless a layer has another; expressions
    /// are evaluated for each root.
    pub backend: Option<Block>,
}

impl Config {
    /// The environment of that name.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|e| e.name == name)
    }

    /// The promotions into an environment.
    pub fn into_environment<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Promotion> {
        self.promotions.iter().filter(move |p| p.to.0 == name)
    }

    /// The promotions that leave an environment.
    pub fn out_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Promotion> {
        self.promotions.iter().filter(move |p| p.from.0 == name)
    }
}

/// Reads the parsed terrace.hcl. `None` only where there is no platform block.
pub fn read(body: &Body, diagnostics: &mut Diagnostics) -> Option<Config> {
    let mut platform: Option<&Block> = None;
    let mut backend: Option<Block> = None;
    let mut vendor: Option<&Block> = None;
    let mut environments = Vec::new();
    let mut promotions = Vec::new();
    let mut gates = Vec::new();
    let mut trust = Vec::new();
    let mut waivers = Vec::new();
    for item in &body.items {
        let block = match item {
            Item::Block(block) => block,
            Item::Attribute(attribute) => {
                diagnostics.push(
                    Diagnostic::error(
                        &codes::UNKNOWN_ATTRIBUTE,
                        format!("`{}` stands outside of any block", attribute.name.name),
                    )
                    .at(attribute.name.span),
                );
                continue;
            }
        };
        match block.kind.name.as_str() {
            "platform" => {
                if let Some(first) = platform.replace(block) {
                    diagnostics.push(duplicate("platform", block.header, first.header));
                }
            }
            "backend" => {
                if let Some(first) = backend.replace(block.clone()) {
                    diagnostics.push(duplicate("backend", block.header, first.header));
                }
            }
            "environment" => environments.push(block),
            "promotion" => promotions.push(block),
            "gate" => gates.push(block),
            "trust" => trust.push(block),
            "waiver" => waivers.push(block),
            "vendor" => {
                if let Some(first) = vendor.replace(block) {
                    diagnostics.push(duplicate("vendor", block.header, first.header));
                }
            }
            other => diagnostics.push(unknown_block(other, block)),
        }
    }
    let Some(platform) = platform else {
        diagnostics.push(
            Diagnostic::error(&codes::NO_PLATFORM, "terrace.hcl has no `platform` block")
                .at(Span::new(body.span.file, 0, 0))
                .help("write `platform \"NAME\" { }`"),
        );
        return None;
    };
    let reader = Reader::new(platform, 1, BTreeMap::new(), diagnostics);
    let name = reader.label(0);
    let attributes = reader.remaining_values();
    let text = |key: &str, diagnostics: &mut Diagnostics| -> Option<SmolStr> {
        let value = attributes.get(key)?;
        if value.as_str().is_none() && !value.is_null() {
            let span = platform.body.attribute(key).map(|a| a.expr.span);
            let mut error =
                Diagnostic::error(&codes::WRONG_TYPE, format!("`{key}` must be a string"));
            if let Some(span) = span {
                error = error.at(span);
            }
            diagnostics.push(error);
        }
        value.as_str().map(SmolStr::from)
    };
    let branch = text("branch", diagnostics).unwrap_or_else(|| "main".into());
    let remote = text("remote", diagnostics);
    let mut attributes = attributes;
    attributes.insert("name".into(), Value::string(name.as_str()));
    let scope: BTreeMap<SmolStr, Value> =
        [(SmolStr::from("platform"), Value::object(attributes.clone()))].into();

    let environments: Vec<Environment> = environments
        .into_iter()
        .filter_map(|block| environment::read(block, &scope, diagnostics))
        .collect();
    let gates: Vec<Gate> = gates
        .into_iter()
        .filter_map(|block| promotion::read_gate(block, &scope, diagnostics))
        .collect();
    let promotions: Vec<Promotion> = promotions
        .into_iter()
        .filter_map(|block| promotion::read_promotion(block, &scope, diagnostics))
        .collect();
    let vendor = vendor
        .map(|block| vendor::read(block, &scope, diagnostics))
        .unwrap_or_default();
    let roles = promotion::read_trust(&trust, &scope, diagnostics);
    let waivers = waivers
        .into_iter()
        .filter_map(|block| promotion::read_waiver(block, &scope, diagnostics))
        .collect();
    let mut config = Config {
        name,
        span: platform.header,
        attributes,
        branch,
        remote,
        environments,
        promotions,
        gates,
        roles,
        waivers,
        vendor,
        backend,
    };
    check(&config, diagnostics);
    // The second of two was reported: it is not compiled as well.
    let mut seen = BTreeSet::new();
    config
        .environments
        .retain(|environment| seen.insert(environment.name.clone()));
    Some(config)
}

/// What no single block can tell.
fn check(config: &Config, diagnostics: &mut Diagnostics) {
    unique(
        "environment",
        config.environments.iter().map(|e| (&e.name, e.span)),
        diagnostics,
    );
    unique(
        "gate",
        config.gates.iter().map(|g| (&g.name, g.span)),
        diagnostics,
    );
    let names: Vec<&str> = config
        .environments
        .iter()
        .map(|e| e.name.as_str())
        .collect();
    for promotion in &config.promotions {
        for (name, span) in [&promotion.from, &promotion.to] {
            if !names.contains(&name.as_str()) {
                diagnostics.push(unknown_environment(name, *span, names.iter().copied()));
            }
        }
        for (gate, span) in &promotion.gates {
            let defined = config.gates.iter().any(|g| g.name == *gate);
            if !defined && !BUILT_IN_GATES.contains(&gate.as_str()) {
                diagnostics.push(unknown_gate(gate, *span, config));
            }
        }
    }
    for environment in &config.environments {
        let target = config.into_environment(&environment.name).next();
        match (environment.entry, target) {
            (true, None) | (false, Some(_)) => {}
            (true, Some(promotion)) => diagnostics.push(
                Diagnostic::error(
                    &codes::UNGUARDED,
                    format!(
                        "`{}` is an entry and the target of a promotion",
                        environment.name
                    ),
                )
                .label(environment.span, "entry = true")
                .label(promotion.span, "leads into it")
                .help("take one of the two away"),
            ),
            (false, None) => diagnostics.push(
                Diagnostic::error(
                    &codes::UNGUARDED,
                    format!("nothing leads into environment `{}`", environment.name),
                )
                .at(environment.span)
                .help(format!(
                    "write `entry = true`, or a `promotion \"…\" \"{}\"` block",
                    environment.name
                )),
            ),
        }
    }
    edge_cycle(config, diagnostics);
}

fn edge_cycle(config: &Config, diagnostics: &mut Diagnostics) {
    let mut graph = petgraph::graphmap::DiGraphMap::<&str, ()>::new();
    for promotion in &config.promotions {
        graph.add_edge(promotion.from.0.as_str(), promotion.to.0.as_str(), ());
    }
    for mut circle in petgraph::algo::tarjan_scc(&graph) {
        if circle.len() < 2 && !circle.iter().any(|name| graph.contains_edge(name, name)) {
            continue;
        }
        circle.sort_unstable();
        let mut error = Diagnostic::error(
            &codes::EDGE_CYCLE,
            format!("promotions lead in a circle between {}", circle.join(", ")),
        );
        for promotion in &config.promotions {
            if circle.contains(&promotion.from.0.as_str())
                && circle.contains(&promotion.to.0.as_str())
            {
                error = error.at(promotion.span);
            }
        }
        diagnostics.push(error);
    }
}

fn unique<'a>(
    what: &str,
    names: impl Iterator<Item = (&'a SmolStr, Span)>,
    diagnostics: &mut Diagnostics,
) {
    let mut seen: BTreeMap<&SmolStr, Span> = BTreeMap::new();
    for (name, span) in names {
        if let Some(first) = seen.insert(name, span) {
            diagnostics.push(duplicate(&format!("{what} \"{name}\""), span, first));
        }
    }
}

fn duplicate(what: &str, again: Span, first: Span) -> Diagnostic {
    Diagnostic::error(&codes::DUPLICATE, format!("{what} is defined twice"))
        .label(again, "again here")
        .label(first, "first here")
}

fn unknown_block(kind: &str, block: &Block) -> Diagnostic {
    const KNOWN: [&str; 8] = [
        "platform",
        "environment",
        "promotion",
        "gate",
        "trust",
        "backend",
        "waiver",
        "vendor",
    ];
    let help = if matches!(kind, "terraform" | "kustomize" | "provider" | "locals") {
        Some(format!("`{kind}` blocks stand in a layer folder"))
    } else {
        closest(kind, KNOWN).map(|near| format!("did you mean `{near}`?"))
    };
    Diagnostic::error(
        &codes::UNKNOWN_BLOCK,
        format!("terrace.hcl has no `{kind}` blocks"),
    )
    .at(block.kind.span)
    .maybe_help(help)
}

/// No environment of this name; used for terrace.hcl and for command lines.
pub fn unknown_environment<'a>(
    name: &str,
    span: Span,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let near = closest(name, known.clone());
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", known.collect::<Vec<_>>().join(", ")),
    };
    Diagnostic::error(
        &codes::UNKNOWN_ENVIRONMENT,
        format!("there is no environment `{name}`"),
    )
    .at(span)
    .help(help)
}

fn unknown_gate(gate: &str, span: Span, config: &Config) -> Diagnostic {
    let designed = ["drift", "policy", "schema", "tflint", "checkov"];
    if designed.contains(&gate) {
        return Diagnostic::error(
            &codes::NOT_BUILT,
            format!("the built-in gate `{gate}` is not built in this version"),
        )
        .at(span)
        .help(format!(
            "write `gate \"{gate}\" {{ command = [\"…\"] }}` to run a program of yours"
        ));
    }
    let names = BUILT_IN_GATES
        .iter()
        .copied()
        .chain(config.gates.iter().map(|g| g.name.as_str()));
    Diagnostic::error(&codes::UNKNOWN_GATE, format!("there is no gate `{gate}`"))
        .at(span)
        .help(match closest(gate, names) {
            Some(near) => format!("did you mean `gate.{near}`?"),
            None => format!("define it: `gate \"{gate}\" {{ command = [\"…\"] }}`"),
        })
}
