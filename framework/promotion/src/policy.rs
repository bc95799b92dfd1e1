//! The promotion rules of a platform, as read from the protected branch.
//!
//! This crate does not read `terrace.hcl`; the platform crate gives the rules.
//! Each edge has a digest over everything that decides whether evidence for it
//! counts: its own rules, its gates' definitions and the bytes of their files.

use std::collections::{BTreeMap, BTreeSet};

use terrace_diag::Diagnostic;
use terrace_evidence::Role;
use terrace_release::json::{Object, Value, object};
use terrace_release::{Digest, edge_name};

use crate::Window;
use crate::codes;

/// Longest time between a break-glass and its clean-up, in seconds.
pub const BREAK_GLASS_MAX: i64 = 24 * 3600;

/// All rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Environments by name.
    pub environments: BTreeMap<String, EnvironmentRule>,
    /// Promotions by source and target.
    pub edges: BTreeMap<(String, String), Edge>,
    /// Gates by name.
    pub gates: BTreeMap<String, Gate>,
}

/// What is true of one environment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EnvironmentRule {
    /// Releases enter here.
    pub entry: bool,
    /// Whether one of the edges into it is enough.
    pub fan_in: FanIn,
}

/// How many of the edges into an environment must be satisfied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FanIn {
    /// Every one, with the same release.
    #[default]
    All,
    /// Any one; has to be asked for.
    Any,
}

/// A promotion from one environment to another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edge {
    /// Names of the gates that must have passed in the source.
    pub gates: BTreeSet<String>,
    /// How long the source must have run the release, in seconds.
    pub soak: i64,
    /// How long evidence counts, in seconds; `None`: for ever.
    pub expires: Option<i64>,
    /// Who has to agree.
    pub approvals: Option<Approvals>,
    /// When promotions are taken.
    pub windows: Vec<Window>,
    /// What has to be acknowledged; `None`: nothing.
    pub coverage: Option<CoverageRule>,
    /// Components that nothing applies and that are promoted all the same.
    pub unobserved: BTreeSet<String>,
    /// Every source of what moves must be covered by its digest: local or
    /// vendored.
    pub vendored: bool,
}

/// Who has to agree to a promotion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approvals {
    /// The role.
    pub role: Role,
    /// How many different people.
    pub min: u32,
    /// Authors of the changes do not count.
    pub not_author: bool,
}

/// What has to be acknowledged of values that the source did not exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoverageRule {
    /// How many different approvers.
    pub approvers: u32,
    /// Also on the first promotion into the environment.
    pub first: bool,
}

/// A gate as far as it decides verdicts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gate {
    /// Everything its block says, as canonical JSON.
    pub definition: Object,
    /// Files it runs or reads, with their bytes' digests.
    pub files: BTreeMap<String, Digest>,
    /// Paths of values it covers (`eks_gc0.node_pool.**`).
    pub covers: Vec<String>,
}

impl Policy {
    /// The edges into an environment.
    pub fn edges_into<'a>(&'a self, env: &'a str) -> impl Iterator<Item = (&'a str, &'a Edge)> {
        self.edges
            .iter()
            .filter(move |((_, to), _)| to == env)
            .map(|((from, _), edge)| (from.as_str(), edge))
    }

    /// The edges out of an environment.
    pub fn edges_from<'a>(&'a self, env: &'a str) -> impl Iterator<Item = (&'a str, &'a Edge)> {
        self.edges
            .iter()
            .filter(move |((from, _), _)| from == env)
            .map(|((_, to), edge)| (to.as_str(), edge))
    }

    /// Whether anything on the way into an environment depends on who wrote a
    /// change.
    pub fn asks_for_authors(&self, env: &str) -> bool {
        let mut edges = self.edges_into(env);
        edges.any(|(_, edge)| edge.approvals.as_ref().is_some_and(|rule| rule.not_author))
    }

    /// The digest of an edge: equal exactly if evidence for it means the same.
    pub fn digest(&self, from: &str, to: &str) -> Option<Digest> {
        let edge = self.edges.get(&(String::from(from), String::from(to)))?;
        let gates: Object = edge
            .gates
            .iter()
            .map(|name| {
                let gate = self.gates.get(name).map_or(Value::Null, Gate::to_json);
                (name.clone(), gate)
            })
            .collect();
        let text = object([
            ("edge", edge_name(from, to).into()),
            ("gates", gates.into()),
            ("rules", edge.to_json()),
        ])
        .to_canonical();
        Some(Digest::of(text))
    }

    /// Paths of values that the gates of an edge cover.
    pub fn covers<'a>(&'a self, edge: &'a Edge) -> impl Iterator<Item = &'a str> {
        edge.gates
            .iter()
            .filter_map(|name| self.gates.get(name))
            .flat_map(|gate| gate.covers.iter().map(String::as_str))
    }

    /// Everything wrong with the graph: unknown environments and gates, cycles,
    /// environments that nothing guards.
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        let mut bad = |message: String, help: &str| {
            faults.push(Diagnostic::error(&codes::BAD_POLICY, message).help(help));
        };
        for ((from, to), edge) in &self.edges {
            for env in [from, to] {
                if !self.environments.contains_key(env) {
                    bad(
                        format!(
                            "promotion {} names `{env}`, which is not an environment",
                            edge_name(from, to)
                        ),
                        "declare the environment or delete the promotion",
                    );
                }
            }
            for gate in edge
                .gates
                .iter()
                .filter(|name| !self.gates.contains_key(*name))
            {
                bad(
                    format!(
                        "promotion {} asks for gate `{gate}`, which does not exist",
                        edge_name(from, to)
                    ),
                    "declare it with a gate block, or take it off the list",
                );
            }
        }
        for (name, rule) in &self.environments {
            let guarded = self.edges_into(name).next().is_some();
            if !rule.entry && !guarded {
                bad(
                    format!(
                        "environment `{name}` is neither an entry nor the target of a promotion"
                    ),
                    "write entry = true, or a promotion block into it",
                );
            }
            if rule.entry && guarded {
                bad(
                    format!("environment `{name}` is an entry and the target of a promotion"),
                    "delete entry = true, or the promotion blocks into it",
                );
            }
        }
        if let Some(cycle) = self.cycle() {
            bad(
                format!("promotions form a cycle: {}", cycle.join(" -> ")),
                "delete one of these promotions",
            );
        }
        faults
    }

    /// A cycle of the graph, its first environment repeated at the end.
    fn cycle(&self) -> Option<Vec<String>> {
        // Environments without edges into them are taken away until none is left.
        let mut left: BTreeSet<(&str, &str)> = self
            .edges
            .keys()
            .map(|(from, to)| (from.as_str(), to.as_str()))
            .collect();
        loop {
            let targets: BTreeSet<&str> = left.iter().map(|(_, to)| *to).collect();
            let before = left.len();
            left.retain(|(from, _)| targets.contains(from));
            if left.len() == before {
                break;
            }
        }
        // What is left ends in a cycle when walked backwards.
        let (start, _) = left.first()?;
        let mut path = vec![*start];
        loop {
            let here = *path.last()?;
            let (from, _) = left.iter().find(|(_, to)| *to == here)?;
            if let Some(at) = path.iter().position(|seen| seen == from) {
                let mut cycle: Vec<String> = path[at..]
                    .iter()
                    .rev()
                    .map(|env| String::from(*env))
                    .collect();
                let first = cycle.first()?.clone();
                cycle.push(first);
                return Some(cycle);
            }
            path.push(from);
        }
    }
}

impl Gate {
    fn to_json(&self) -> Value {
        let files: Object = self
            .files
            .iter()
            .map(|(path, digest)| (path.clone(), (*digest).into()))
            .collect();
        object([
            ("covers", self.covers.iter().map(String::as_str).collect()),
            ("definition", self.definition.clone().into()),
            ("files", files.into()),
        ])
    }
}

impl Edge {
    fn to_json(&self) -> Value {
        let approvals = self.approvals.as_ref().map_or(Value::Null, |approvals| {
            object([
                ("role", approvals.role.as_str().into()),
                ("min", approvals.min.into()),
                ("not_author", approvals.not_author.into()),
            ])
        });
        let coverage = self.coverage.map_or(Value::Null, |coverage| {
            object([
                ("approvers", coverage.approvers.into()),
                ("first", coverage.first.into()),
            ])
        });
        let mut rules = vec![
            ("approvals", approvals),
            ("coverage", coverage),
            ("expires", self.expires.map_or(Value::Null, Value::Int)),
            ("soak", Value::Int(self.soak)),
            (
                "unobserved",
                self.unobserved.iter().map(String::as_str).collect(),
            ),
            (
                "windows",
                self.windows
                    .iter()
                    .map(|window| {
                        let verb = if window.deny { "deny" } else { "allow" };
                        format!("{verb} {window}")
                    })
                    .collect(),
            ),
        ];
        // Only where it is asked for: evidence made before it existed counts on.
        if self.vendored {
            rules.push(("vendored", Value::Bool(true)));
        }
        Value::Object(
            rules
                .into_iter()
                .map(|(name, value)| (String::from(name), value))
                .collect(),
        )
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
