//! terrace.hcl as promotion rules.

use std::collections::BTreeMap;

use terrace_diag::{Diagnostic, Diagnostics};
use terrace_evidence::Role;
use terrace_platform::config::{BUILT_IN_GATES, Config, GateKind, Promotion};
use terrace_promotion::Window;
use terrace_promotion::policy::{Approvals, CoverageRule, Edge, EnvironmentRule, Gate, Policy};
use terrace_release::json::{Value, object};
use terrace_release::{Digest, edge_name};
use terrace_source::{Tree, path};

use crate::codes;

/// The rules, with the bytes that gates run or depend on.
pub fn policy(config: &Config, tree: &dyn Tree, diagnostics: &mut Diagnostics) -> Policy {
    let environments = config
        .environments
        .iter()
        .map(|environment| {
            let rule = EnvironmentRule {
                entry: environment.entry,
                ..EnvironmentRule::default()
            };
            (environment.name.to_string(), rule)
        })
        .collect();
    let edges = config
        .promotions
        .iter()
        .map(|promotion| {
            let key = (promotion.from.0.to_string(), promotion.to.0.to_string());
            (key, edge(promotion, diagnostics))
        })
        .collect();
    Policy {
        environments,
        edges,
        gates: gates(config, tree, diagnostics),
    }
}

/// The digest of each promotion's rules, by `from->to`.
pub fn digests(
    config: &Config,
    tree: &dyn Tree,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, Digest> {
    let policy = policy(config, tree, diagnostics);
    policy
        .edges
        .keys()
        .filter_map(|(from, to)| Some((edge_name(from, to), policy.digest(from, to)?)))
        .collect()
}

fn edge(promotion: &Promotion, diagnostics: &mut Diagnostics) -> Edge {
    let windows = promotion
        .windows
        .iter()
        .filter_map(|window| {
            let text = format!("{} {}", window.range, window.zone);
            match Window::parse(!window.allow, &text) {
                Ok(window) => Some(window),
                Err(error) => {
                    diagnostics.push(error.at(window.span));
                    None
                }
            }
        })
        .collect();
    let approvals = promotion.approvals.as_ref().and_then(|approvals| {
        let role = Role::parse(&approvals.role);
        if role.is_none() {
            diagnostics.push(
                Diagnostic::error(
                    &codes::UNKNOWN_ROLE,
                    format!("there is no role `{}`", approvals.role),
                )
                .at(promotion.span),
            );
        }
        Some(Approvals {
            role: role?,
            min: u32::try_from(approvals.min).unwrap_or(u32::MAX),
            not_author: approvals.not_author,
        })
    });
    Edge {
        gates: promotion
            .gates
            .iter()
            .map(|(name, _)| name.to_string())
            .collect(),
        soak: i64::try_from(promotion.soak).unwrap_or(i64::MAX),
        expires: promotion
            .expires
            .map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX)),
        approvals,
        windows,
        coverage: Some(CoverageRule {
            approvers: u32::try_from(promotion.coverage.approvers).unwrap_or(u32::MAX),
            first: promotion.coverage.first,
        }),
        unobserved: promotion
            .unobserved
            .iter()
            .map(|(name, _)| name.to_string())
            .collect(),
        vendored: promotion.vendored,
    }
}

fn gates(
    config: &Config,
    tree: &dyn Tree,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, Gate> {
    let mut out: BTreeMap<String, Gate> = BUILT_IN_GATES
        .iter()
        .map(|name| {
            let Value::Object(definition) = object([("builtin", (*name).into())]) else {
                return ((*name).to_owned(), Gate::default());
            };
            let gate = Gate {
                definition,
                ..Gate::default()
            };
            ((*name).to_owned(), gate)
        })
        .collect();
    for gate in &config.gates {
        let GateKind::Command(command) = &gate.kind;
        let fields = object([
            (
                "command",
                command.iter().map(|part| part.as_str()).collect(),
            ),
            (
                "timeout",
                Value::Int(i64::try_from(gate.timeout).unwrap_or(i64::MAX)),
            ),
        ]);
        let mut files = BTreeMap::new();
        let program = command
            .first()
            .filter(|program| program.starts_with("./"))
            .map(|program| program.as_str());
        for file in program
            .into_iter()
            .chain(gate.files.iter().map(|f| f.as_str()))
        {
            let bytes = path::resolve("", file).map(|path| tree.read(&path));
            match bytes {
                Some(Ok(bytes)) => {
                    files.insert(file.to_owned(), Digest::of(&bytes));
                }
                _ => diagnostics.push(
                    Diagnostic::error(
                        &codes::GATE_FILE,
                        format!(
                            "gate `{}` runs or reads `{file}`, which cannot be read",
                            gate.name
                        ),
                    )
                    .at(gate.span)
                    .help("paths of gates count from the repository's root"),
                ),
            }
        }
        let Value::Object(definition) = fields else {
            continue;
        };
        out.insert(
            gate.name.to_string(),
            Gate {
                definition,
                files,
                covers: gate.covers.iter().map(ToString::to_string).collect(),
            },
        );
    }
    out
}
